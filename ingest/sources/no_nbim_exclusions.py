"""Companies that Norges Bank keeps out of the Government Pension Fund Global, or observes (HTML table).

An investor's decision about its own portfolio: it forbids nobody anything. The table's structure was taken
from descriptions of the page; this module was not tried on a live copy of it. The page gives no identifier and
no country: the key is the company's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile
from ingest.records import Listing, Name, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._dates import read_day
from ingest.sources._html_tables import Cell, popped, table_rows

URL = "https://www.nbim.no/en/responsible-investment/exclusion-of-companies/"

DATASETS = (
    DatasetInfo(
        name="no_nbim_exclusions",
        title="Norges Bank: observation and exclusion of companies (GPFG)",
        authority="Norges Bank",
        legal_basis="Guidelines for Observation and Exclusion of companies from the Government Pension Fund Global",
        homepage=URL,
        url=URL,
        cadence="a few times a year",
        measures=("nbim-exclusion", "nbim-observation", "nbim-other"),
        bounds=(120, 450),
        fresh_days=14,
    ),
)

MEASURES = {"exclusion": "nbim-exclusion", "observation": "nbim-observation"}


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "exclusion-of-companies.html"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [
        (file,)
        for file in files
        if b"nbim" in (head := file.head(1 << 20).lower()) and b"<table" in head and b"criterion" in head
    ]


def published_on(bundle: Bundle) -> date | None:
    return bundle.only.dated()


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    columns = ("company", "category", "criterion", "decision", "publishing date")
    yield from table_rows(bundle.only, *columns, value_class="nbim-responsive-table--value")


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.row()
        yield parse_company(row, audit)


def parse_company(row: dict[str, Cell], audit: Audit) -> Record:
    raw = {column: cell.text for column, cell in row.items()}
    company, decision = popped(row, "company"), popped(row, "decision").text
    if not company.text:
        raise IngestError("A row of Norges Bank's table names no company.")
    measure = MEASURES.get(decision.lower(), "nbim-other")
    if measure == "nbim-other":
        audit.doubt("unknown decision", decision)
    start = read_day(popped(row, "publishing date").text, audit, "publishing date")
    link = next((link for link in company.links if link.startswith("https://") and len(link) <= 500), URL)
    listing = Listing(
        measures=(measure,),
        programme=popped(row, "category").text[:300],
        legal_basis=DATASETS[0].legal_basis,
        requirement=decision,
        reason=popped(row, "criterion").text,
        start=start,
        start_basis="Publishing date" if start else "",
        source_url=link,
    )
    # A column without a header holds notes, such as a former name; the raw record keeps them.
    notes = [row.pop(name).text for name in list(row) if name.startswith("column ")]
    audit.leftovers({column: cell.text for column, cell in row.items()}, "company")
    return Record(
        dataset="no_nbim_exclusions",
        key=company.text,
        schema="Company",
        names=[Name(company.text)],
        listings=[listing],
        properties={"notes": notes} if any(notes) else {},
        raw=raw,
    )
