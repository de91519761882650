"""Whatever is wrong with a file, it loads with what it says or is refused in one sentence, and the record stays whole.

Every good copy of tests/good_copies.py is loaded, then damaged in every way below, each from the same state.
"""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from ingest import gates
from ingest.audit import Audit
from ingest.collecting import collect
from ingest.diffing import TABLES
from ingest.errors import IngestError
from ingest.loading import Outcome, parse
from ingest.records import UNSTORABLE, Record
from ingest.runs import ingest
from ingest.source import Source, source_named
from tests.damage import edited
from tests.good_copies import GoodCopy, good_copies

pytestmark = pytest.mark.django_db

COPIES = {copy.name: copy for copy in good_copies()}
TEXTS = {name: copy for name, copy in COPIES.items() if copy.is_text}
# The order of XML's elements is content, the legal text's one table is no list of names, and ROR's names are entries
# within entries.
EDITABLE = {name: copy for name, copy in TEXTS.items() if copy.source not in ("us_bis_ecfr", "ror")}
TABULAR = [name for name, copy in EDITABLE.items() if copy.kind != "xml"]
FLIPS, MANY_FLIPS = 12, 300
PRESENTABLE = 500
LIMIT = 64 << 20
ERROR_PAGE = b"<!DOCTYPE html><html><head><title>503</title></head><body>Service Unavailable</body></html>"
# A statement: its kind, its entity and its columns. Measures hang on a listing by rows of their own.
Told = set[tuple[Any, ...]]


class Result(NamedTuple):
    """How a damaged copy ended: refused with a sentence, or loaded with these outcomes and this record."""

    refused: str
    outcomes: list[Outcome]
    told: Told
    names: set[str]

    @property
    def not_understood(self) -> int:
        return sum(outcome.version.not_understood for outcome in self.outcomes if outcome.version)


class Bench:
    """A source that holds its good copy, and takes damaged ones, each from that same state."""

    def __init__(self, copy: GoodCopy, folder: Path) -> None:
        self.copy, self.folder, self.tries = copy, folder, 0
        self.source = source_named(copy.source)
        self.good = ingest(self.source, path=self.put(copy.files))
        self.held = told()
        self.not_understood = sum(row.version.not_understood for row in self.good if row.version)
        self.names = [record.caption for record in self.records(copy.files)]

    def put(self, files: dict[str, bytes]) -> Path:
        self.tries += 1
        folder = self.folder / str(self.tries)
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return folder / next(iter(files)) if len(files) == 1 else folder

    def records(self, files: dict[str, bytes]) -> list[Record]:
        """Parse a copy without the record's help."""
        workdir = self.folder / "work"
        workdir.mkdir(exist_ok=True)
        (bundle,) = collect(self.source, self.put(files), workdir, LIMIT)
        parsed = parse(self.source, bundle, Audit())
        return [record for rows in parsed.values() for record in rows.values()]

    def take(self, files: dict[str, bytes]) -> Result:
        """Load a damaged copy, check that nothing is half done, and go back to the good one."""
        with undone():
            try:
                outcomes = ingest(self.source, path=self.put(files))
            except IngestError as error:
                return self.refused(str(error))
            now = told()
            fresh = [
                row for row in outcomes if row.version and not row.unchanged and not row.version.is_history
            ]
            if fresh:
                stated = {row.dataset.name for row in fresh}
                records = [record for record in self.records(files) if record.dataset in stated]
                assert {row for row in now if row[0] in stated} == said_by(records)
                for row in fresh:
                    assert row.version is not None
                    assert row.version.names == len(
                        [line for line in now if line[:2] == (row.dataset.name, "names")]
                    )
            else:
                assert now == self.held
            names = {line[3] for line in now if line[1] == "names"}
            return Result("", outcomes, now, names)

    def refused(self, sentence: str) -> Result:
        assert presentable(sentence), sentence
        assert told() == self.held
        return Result(sentence, [], set(), set())


def told() -> Told:
    """Read the current statements of every dataset; each must stand on an accepted version."""
    lines: Told = set()
    for table in TABLES:
        rows = table.model._default_manager.filter(removed_in=None)
        assert not rows.exclude(added_in__status="accepted").exists()
        columns = ("entity__dataset__name", "entity_id", *table.columns)
        lines |= {(row[0], table.field, *row[1:]) for row in rows.values_list(*columns)}
    return lines


def said_by(records: list[Record]) -> Told:
    return {
        (record.dataset, table.field, record.id, *(getattr(row, column) for column in table.columns))
        for record in records
        for table in TABLES
        for row in getattr(record, table.field)
    }


def presentable(sentence: str) -> bool:
    return sentence.isprintable() and sentence.endswith(".") and 10 < len(sentence) < PRESENTABLE


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    copy = COPIES[request.param]
    open_to_small_copies(source_named(copy.source), monkeypatch)
    return Bench(copy, tmp_path)


def open_to_small_copies(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    small = tuple(dataclasses.replace(info, bounds=(1, 10_000), schemas={}) for info in source.DATASETS)
    monkeypatch.setattr(source, "DATASETS", small)


every_copy = pytest.mark.parametrize("bench", COPIES, indirect=True)
every_text = pytest.mark.parametrize("bench", TEXTS, indirect=True)
every_editable = pytest.mark.parametrize("bench", EDITABLE, indirect=True)


@every_copy
def test_a_copy_cut_off_anywhere_is_read_or_refused(bench: Bench) -> None:
    content = bench.copy.files[bench.copy.victim]
    for tenth in range(10):
        bench.take(bench.copy.with_bytes(content[: len(content) * tenth // 10]))


def flip(bench: Bench, times: int) -> None:
    dice = random.Random(f"{bench.copy.name} {times}")
    content = bench.copy.files[bench.copy.victim]
    for _ in range(times):
        flipped = bytearray(content)
        flipped[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        bench.take(bench.copy.with_bytes(bytes(flipped)))


@every_copy
def test_a_copy_with_a_flipped_bit_is_read_or_refused(bench: Bench) -> None:
    flip(bench, FLIPS)


@pytest.mark.long
@every_copy
def test_a_copy_with_any_flipped_bit_is_read_or_refused(bench: Bench) -> None:
    flip(bench, MANY_FLIPS)


@every_copy
@pytest.mark.parametrize("content", [b"", ERROR_PAGE], ids=["nothing", "an error page"])
def test_what_is_not_the_list_is_refused(bench: Bench, content: bytes) -> None:
    assert bench.take(bench.copy.with_bytes(content)).refused


@every_text
def test_another_encoding_is_read_alike_or_refused(bench: Bench) -> None:
    text = bench.copy.plain
    foreign = text.replace(bench.names[0], f"{bench.names[0]} Société")
    for content in (text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        result = bench.take(bench.copy.with_bytes(content))
        assert result.refused or result.told == bench.held
    latin = bench.take(bench.copy.with_bytes(foreign.encode("latin-1", "replace")))
    assert latin.refused or "�" not in "".join(latin.names)


@every_text
@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_other_line_ends_are_read_alike_or_refused(bench: Bench, end: str) -> None:
    lines = bench.copy.plain.replace("\r\n", "\n")
    result = bench.take(bench.copy.with_text(lines.replace("\n", end)))
    assert result.refused or result.names == {line[3] for line in bench.held if line[1] == "names"}


def edit(bench: Bench, name: str) -> Result:
    text = edited(bench.copy.kind, bench.copy.plain, name, bench.names)
    if text is None:
        pytest.skip(f"{bench.copy.name} holds too little for {name}")
    return bench.take(bench.copy.with_text(text))


@pytest.mark.parametrize("bench", TABULAR, indirect=True)
def test_reordered_columns_are_read_alike_or_refused(bench: Bench) -> None:
    result = edit(bench, "reordered columns")
    assert result.refused or result.told == bench.held


@every_editable
def test_a_new_column_makes_a_noise(bench: Bench) -> None:
    result = edit(bench, "a new column")
    assert result.refused or result.not_understood > bench.not_understood


@every_editable
def test_a_copy_without_its_names_is_refused_or_makes_a_noise(bench: Bench) -> None:
    result = edit(bench, "no column of names")
    # Some formats have a second column that names some of the parties: for the others it is a noise.
    assert result.refused or result.not_understood > bench.not_understood
    assert result.refused or bench.copy.kind == "xml"


@every_editable
def test_a_row_twice_is_one_party_or_refused(bench: Bench) -> None:
    result = edit(bench, "a row twice")
    assert result.refused or result.told == bench.held


@every_editable
def test_a_copy_that_lost_half_is_held_for_a_person(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "LEAST_COUNTED", 2)
    result = edit(bench, "half of the rows")
    # Half of several lists in one file may be some of them whole: what the others held stays.
    assert result.refused or result.told >= bench.held


@every_text
@pytest.mark.parametrize("year", ["1900", "2999", "0000"])
def test_years_that_cannot_be_are_read_as_stated_or_refused(bench: Bench, year: str) -> None:
    bench.take(bench.copy.with_text(re.sub(r"\b(19|20)\d\d\b", year, bench.copy.plain)))


def renamed(bench: Bench, change: str) -> tuple[str, Result]:
    """Write one name otherwise, where a name stands in the file just so."""
    text = bench.copy.plain
    name = max((name for name in bench.names if text.count(name) and "," not in name), key=len)
    new = change.replace("NAME", name)
    return new, bench.take(bench.copy.with_text(text.replace(name, new)))


@every_text
@pytest.mark.parametrize("lead", ["=cmd|calc!A0 ", "+1 ", "-2 ", "@SUM "])
def test_a_name_that_looks_like_a_formula_is_kept_as_published(bench: Bench, lead: str) -> None:
    new, result = renamed(bench, f"{lead}NAME")
    assert result.refused or any(lead.strip() in name for name in result.names), result


def lose_no_party(bench: Bench, change: str) -> None:
    _, result = renamed(bench, change)
    parties = {line[:3] for line in bench.held}
    assert result.refused or len({line[:3] for line in result.told}) >= len(parties)
    assert not any(UNSTORABLE.search(name) for name in result.names)


@every_text
@pytest.mark.parametrize(
    "change",
    ["NAME" + " X" * 5_000, "\u202eNAME\u200f", "\tNAME", "NAME&#0;", "NAME&#xD800;"],
    ids=["10,000 characters", "marks of direction", "tab", "NUL by number", "half a pair by number"],
)
def test_odd_characters_lose_no_party(bench: Bench, change: str) -> None:
    lose_no_party(bench, change)


@pytest.mark.parametrize("bench", [name for name, copy in TEXTS.items() if not copy.build], indirect=True)
def test_a_nul_loses_no_party(bench: Bench) -> None:
    lose_no_party(bench, "NAME\0 GROUP")


@pytest.mark.parametrize(
    "bench", [name for name, copy in TEXTS.items() if copy.kind == "json"], indirect=True
)
@pytest.mark.parametrize("change", [r"NAME\u0000", r"NAME\ud800"], ids=["NUL", "half a pair"])
def test_what_json_can_spell_and_no_database_takes_loses_no_party(bench: Bench, change: str) -> None:
    lose_no_party(bench, change)


@pytest.mark.parametrize("bench", ["us_ofac_cons-CONS_ENHANCED.XML"], indirect=True)
def test_what_no_module_foresaw_is_refused_in_one_sentence(bench: Bench) -> None:
    strange = bench.copy.plain.replace("<names>", "<names><newField>Unheard of</newField>")
    result = bench.take(bench.copy.with_text(strange))
    assert "CONS_ENHANCED.XML is not what us_ofac_cons was written for: ValueError, " in result.refused
