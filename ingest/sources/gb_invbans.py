"""UK list of persons named in relation to financial and investment restrictions on Russia (HTML table).

Not part of the UK Sanctions List: some of these persons' assets are not frozen. The table's columns were taken
from descriptions of the page; this module was not tried on a live copy of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile
from ingest.records import Identifier, Listing, Name, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._dates import year_first
from ingest.sources._html_tables import Cell, popped, table_rows

URL = "https://www.gov.uk/guidance/russia-list-of-persons-named-in-relation-to-financial-and-investment-restrictions"

DATASETS = (
    DatasetInfo(
        name="gb_invbans",
        title="UK list of persons named in relation to financial and investment restrictions (Russia)",
        authority="Office of Financial Sanctions Implementation, HM Treasury",
        legal_basis="Russia (Sanctions) (EU Exit) Regulations 2019, regulations 16 to 18 and Schedule 2",
        homepage=URL,
        url=URL,
        cadence="rarely",
        measures=("gb-investment-ban",),
        bounds=(6, 40),
        fresh_days=14,
    ),
)

NONE = {"", "-", "–", "—", "n/a"}


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "investment-restrictions.html"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if b"historic group id" in file.head(1 << 20).lower()]


def published_on(bundle: Bundle) -> date | None:
    head = bundle.only.head(1 << 16).decode(errors="replace")
    found = re.search(r"name=\"govuk:public-updated-at\"\s+content=\"([^\"]*)\"", head)
    return year_first(found[1]) if found else bundle.only.dated()


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    yield from table_rows(
        bundle.only,
        "organisation",
        "subject to other sanctions",
        "historic group id",
        "uk sanctions list unique id",
    )


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.row()
        yield parse_organisation(row, audit)


def parse_organisation(row: dict[str, Cell], audit: Audit) -> Record:
    raw = {name: cell.text for name, cell in row.items()}
    name = popped(row, "organisation").text
    group, listed = popped(row, "historic group id").text, popped(row, "uk sanctions list unique id").text
    group, listed = ("" if text.lower() in NONE else text for text in (group, listed))
    # The old group's number is never given again; the Unique ID comes only with an asset freeze.
    key = group or listed or name
    if not key:
        raise IngestError("A row of the UK list of investment restrictions is empty.")
    other = popped(row, "subject to other sanctions")
    audit.leftovers({column: cell.text for column, cell in row.items()}, "organisation")
    return Record(
        dataset="gb_invbans",
        key=key,
        schema="Organization",
        names=[Name(name)],
        identifiers=[
            Identifier("OFSI group ID", group[:300]),
            Identifier("UK Sanctions List ID", listed[:300]),
        ],
        listings=[
            Listing(
                measures=("gb-investment-ban",),
                programme="Russia",
                legal_basis="Russia (Sanctions) (EU Exit) Regulations 2019, regulations 16 to 18 and Schedule 2",
                citation=f"OFSI group {group}" if group else listed,
                requirement=other.text,
                source_url=URL,
            )
        ],
        raw=raw,
    )
