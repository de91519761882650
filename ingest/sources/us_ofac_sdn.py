"""OFAC's list of Specially Designated Nationals and Blocked Persons (enhanced XML; for history also the four legacy CSV tables)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

from ingest.audit import Audit
from ingest.files import Bundle, RawFile
from ingest.records import Record
from ingest.source import Client, DatasetInfo
from ingest.sources import _ofac_csv as legacy
from ingest.sources import _ofac_enhanced as enhanced
from ingest.sources import _ofac_entries as entries

NAME = "us_ofac_sdn"
URL = f"{entries.EXPORTS}/SDN_ENHANCED.ZIP"
# The legacy tables, kept for history.
NAMES = {"SDN": "sdn", "ADD": "add", "ALT": "alt", "COMMENTS": "sdn_comments"}

DATASETS = (
    DatasetInfo(
        name=NAME,
        title="OFAC Specially Designated Nationals and Blocked Persons List",
        authority="US Department of the Treasury, Office of Foreign Assets Control",
        legal_basis="IEEPA and the executive order or statute of each programme; 31 CFR chapter V",
        homepage="https://ofac.treasury.gov/specially-designated-nationals-and-blocked-persons-list-sdn-human-readable-lists",
        url=URL,
        cadence="irregular, on any US business day",
        # An entry of the SDN List may stand on OFAC's other lists too.
        measures=tuple(entries.MEASURES.values()),
        bounds=(6_000, 40_000),
        schemas={"Organization": (3_000, 25_000), "Person": (2_500, 20_000)},
    ),
)


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "SDN_ENHANCED.ZIP"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    exports = [(file,) for file in files if enhanced.is_export(file, entries.SDN)]
    return exports + legacy.groups(files, NAMES)


def published_on(bundle: Bundle) -> date | None:
    if legacy.is_table(bundle):
        return legacy.published_on(bundle)
    return enhanced.published_on(bundle.only)


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    return legacy.read(bundle) if legacy.is_table(bundle) else enhanced.read(bundle.only)


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for first in rows:
        reader = legacy if legacy.is_row(first) else enhanced
        yield from reader.parse(chain([first], rows), NAME, entries.SDN, audit)
