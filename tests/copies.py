"""Copies of lists that tests read: hand-typed ones beside the tests, real ones in WATCHLINK_LISTS_DIR and WATCHLINK_COMPANIES_DIR."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest import gates
from ingest.audit import Audit
from ingest.collecting import collect
from ingest.records import Record
from ingest.source import Source

FIXTURES = Path(__file__).parent / "fixtures"


@dataclass(frozen=True)
class Copy:
    """What a source made of one copy."""

    source: Source
    records: dict[str, Record]
    audit: Audit

    def named(self, name: str) -> Record:
        """Find the one record that holds this name."""
        found = [record for record in self.records.values() if name in [row.text for row in record.names]]
        assert len(found) == 1, f"{len(found)} records are named {name!r}"
        return found[0]

    def check(self) -> None:
        """Put the copy through the gates as a whole one."""
        for info in self.source.DATASETS:
            held = [record for record in self.records.values() if record.dataset == info.name]
            gates.check(info, held, excerpt=False)


def parsed(source: Source, path: Path, workdir: Path) -> Copy:
    """Read one file the way an ingest run does, up to the gates."""
    (bundle,) = collect(source, path, workdir, 256 << 20)
    audit = Audit()
    records: dict[str, Record] = {}
    for record in source.parse(source.read(bundle), audit):
        record.tidy()
        if not record.names:
            audit.doubt("party without a name", record.key)
        elif record.id in records:
            records[record.id].absorb(record)
        else:
            records[record.id] = record
    return Copy(source, records, audit)


def real(name: str, setting: str = "WATCHLINK_LISTS_DIR") -> Path:
    """Find a publisher's real file; skip, saying so, where the folder is not set or lacks it."""
    folder = os.environ.get(setting)
    if not folder:
        pytest.skip(f"{setting} is not set: the real files were not read")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"{path.name} is not in {setting}: the real file was not read")
    return path


def real_register(name: str) -> Path:
    return real(name, "WATCHLINK_COMPANIES_DIR")
