"""OFAC's consolidated non-SDN lists: NS-CMIC, SSI, CAPTA, NS-MBS, FSE and NS-PLC (enhanced XML; for history also the legacy CSV tables)."""

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

NAME = "us_ofac_cons"
URL = f"{entries.EXPORTS}/CONS_ENHANCED.ZIP"
# The legacy tables, kept for history.
NAMES = {"SDN": "cons_prim", "ADD": "cons_add", "ALT": "cons_alt", "COMMENTS": "cons_comments"}

DATASETS = (
    DatasetInfo(
        name=NAME,
        title="OFAC Consolidated Non-SDN Lists",
        authority="US Department of the Treasury, Office of Foreign Assets Control",
        legal_basis="E.O. 13959 as amended by E.O. 14032 (NS-CMIC), E.O. 13662 (SSI) and others, as each entry states",
        homepage="https://ofac.treasury.gov/consolidated-sanctions-list-non-sdn-lists",
        url=URL,
        cadence="irregular, on any US business day",
        measures=(
            "us-ns-cmic-securities",
            "us-ssi-sectoral",
            "us-ns-mbs-menu",
            "us-capta-accounts",
            "us-fse-dealings",
            "us-ns-plc-reject",
        ),
        bounds=(300, 1_500),
        schemas={"Organization": (250, 1_200), "Person": (50, 400)},
    ),
)


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "CONS_ENHANCED.ZIP"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    exports = [(file,) for file in files if enhanced.is_export(file, entries.CONSOLIDATED)]
    # Without its aliases the table finds fewer parties than the export that it would replace.
    return exports + legacy.groups(files, NAMES, needs=("ADD", "ALT"))


def published_on(bundle: Bundle) -> date | None:
    if legacy.is_table(bundle):
        return legacy.published_on(bundle)
    return enhanced.published_on(bundle.only)


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    return legacy.read(bundle) if legacy.is_table(bundle) else enhanced.read(bundle.only)


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for first in rows:
        reader = legacy if legacy.is_row(first) else enhanced
        yield from reader.parse(chain([first], rows), NAME, entries.CONSOLIDATED, audit)
