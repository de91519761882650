"""Companies whose shares are listed in Hong Kong: the exchange's List of Securities (XLSX, one row per security).

Four rows of five are warrants, bonds and funds, which are counted and left out. The exchange gives short English
names only, with marks of its own after a dash (W for weighted votes, S for a second listing, R for a counter in
renminbi); the name is kept with and without them. Counters of one share, which have one ISIN, are one company.
The key is the lowest of its stock codes. Companies with a domicile elsewhere are not told apart: no country is
read out of an ISIN, which most often names a Caribbean island. The download was not tried on the live service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from stdnum import isin

from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile
from ingest.records import Identifier, Name, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._dates import day_first
from ingest.workbooks import first_sheet, is_workbook

NAME = "hk_hkex"
PAGE = "https://www.hkex.com.hk/Services/Trading/Securities/Securities-Lists"
URL = "https://www.hkex.com.hk/eng/services/trading/securities/securitieslists/ListOfSecurities.xlsx"

DATASETS = (
    DatasetInfo(
        name=NAME,
        title="Companies listed on the Stock Exchange of Hong Kong",
        authority="Hong Kong Exchanges and Clearing",
        legal_basis="",
        homepage=PAGE,
        url=URL,
        cadence="each trading day",
        bounds=(1_300, 7_800),
        fresh_days=30,
        every_hours=168,
        kind="register",
    ),
)

TITLE = "List of Securities"
COLUMNS = ("Stock Code", "Name of Securities", "Category", "Sub-Category", "ISIN")
SHARES = ("Equity", "Real Estate Investment Trusts")
# Of a security and its trading, not of the company that issued it; the raw record keeps them.
OF_TRADING = (
    *("Board Lot", "Par Value", "Expiry Date", "Subject to Stamp Duty", "Shortsell Eligible", "CAS Eligible"),
    *("VCM Eligible", "Admitted to Stock Options", "Admitted to Stock Futures", "Admitted to CCASS"),
    *("ETF / Fund Manager", "Debt Securities Board Lot (Nominal)", "Debt Securities Investor Type"),
    *("POS Eligble", "POS Eligible", "RMB Counter", "Trading Currency", "Settlement Currency"),
)
# "KUAISHOU-W", "ZTO EXPRESS-SW", "BAY AREA DEV-R", "LANGHAM-SS", "AMGEN-T", "ANTA SPORTS-200", "INFINITYL&T-5K".
MARK = re.compile(r"-(?:[BPRSWXT]{1,3}|SS|DRS|NEW|OLD|\d+K?)$")


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "ListOfSecurities.xlsx"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if is_workbook(file) and _is_ours(file)]


def _is_ours(file: RawFile) -> bool:
    """Look for the list's title; a damaged copy is recognised by its name, so that read() can refuse it."""
    try:
        first = next(first_sheet(file), [""])
        return bool(first) and first[0] == TITLE
    except IngestError:
        return file.name.lower().startswith("listofsecurities")


def published_on(bundle: Bundle) -> date | None:
    rows = first_sheet(bundle.only)
    for row, _ in zip(rows, range(5), strict=False):
        if row and (found := re.search(r"as at (\d\d?/\d\d?/\d{4})", row[0])):
            return day_first(found[1])
    return None


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    header: list[str] = []
    for row in first_sheet(bundle.only):
        if not header:
            header = row if row[:1] == ["Stock Code"] or "Stock Code" in row else []
            if missing := [name for name in COLUMNS if header and name not in header]:
                raise IngestError(
                    f"{bundle.only.name} lacks the column {missing[0]!r} of the exchange's list."
                )
        elif any(row):
            yield {name: cell for name, cell in zip(header, row, strict=False) if cell}
    if not header:
        raise IngestError(f"{bundle.only.name} lacks the column 'Stock Code' of the exchange's list.")


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    """Join the counters of one share; they come in the order of their codes, so that the first is the company's."""
    by_isin: dict[str, Record] = {}
    for row in rows:
        audit.row()
        category = row.pop("Category", "")
        if category not in SHARES:
            audit.skip(f"no share of a company: {category or 'without a category'}")
            continue
        record = parse_share(category, row, audit)
        number = next((item.value for item in record.identifiers if item.scheme == "ISIN"), record.key)
        if twin := by_isin.get(number):
            twin.absorb(record)
        else:
            by_isin[number] = record
    yield from by_isin.values()


def parse_share(category: str, row: dict[str, Any], audit: Audit) -> Record:
    raw = {"Category": category} | row
    code, text, number = row.pop("Stock Code", ""), row.pop("Name of Securities", ""), row.pop("ISIN", "")
    if not re.fullmatch(r"\d{5}", code):
        raise IngestError(f"A share has no stock code of five digits: {code or text!r}.")
    plain = MARK.sub("", text)
    names = [Name(plain)] + ([Name(text, "alias")] if text != plain else [])
    identifiers = [Identifier("HKEX code", code, "hk")]
    if number:
        identifiers.append(Identifier("ISIN", number[:300], valid=isin.is_valid(number)))
    board = row.pop("Sub-Category", "")
    for column in OF_TRADING:
        row.pop(column, None)
    for column in [name for name in row if name.startswith("Spread Table")]:
        row.pop(column)
    audit.leftovers(row, NAME)
    return Record(
        dataset=NAME,
        key=code,
        schema="Company",
        names=names,
        identifiers=identifiers,
        properties={"market": [board or category]},
        raw=raw,
    )
