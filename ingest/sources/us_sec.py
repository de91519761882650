"""Companies with a ticker that file with the US Securities and Exchange Commission (JSON, company_tickers.json).

One company per Central Index Key, however many of its shares are listed. The file states no date and no country.
Their subsidiaries are read by us_sec_exhibit21. The download was not tried on the live service, which turns away
agents that it does not know.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, refuse_html
from ingest.records import Identifier, Name, Record
from ingest.source import Client, DatasetInfo

NAME = "us_sec"
URL = "https://www.sec.gov/files/company_tickers.json"

DATASETS = (
    DatasetInfo(
        name=NAME,
        title="Companies with a ticker that file with the SEC",
        authority="US Securities and Exchange Commission",
        legal_basis="",
        homepage="https://www.sec.gov/search-filings",
        url=URL,
        cadence="daily",
        bounds=(3_800, 23_000),
        fresh_days=30,
        every_hours=168,
        kind="register",
    ),
)


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "company_tickers.json"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if is_tickers(file)]


def is_tickers(file: RawFile) -> bool:
    return bool(re.match(rb'(?:\xef\xbb\xbf)?\s*\{\s*"\d+":\s*\{[^{}]*"cik_str"', file.head(400)))


def published_on(bundle: Bundle) -> date | None:
    return bundle.only.dated()


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    file = bundle.only
    refuse_html(file)
    try:
        rows = json.loads(file.text())
    except (ValueError, RecursionError) as error:
        raise IngestError(f"{file.name} is cut off or not JSON: {error}.") from error
    for row in rows.values():
        if not isinstance(row, dict) or not {"cik_str", "ticker", "title"} <= row.keys():
            raise IngestError(f"{file.name} has an entry without cik_str, ticker or title.")
        yield row


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    """Join the rows of one company: a row is a share class, and they need not stand together."""
    filers: dict[str, Record] = {}
    for row in rows:
        audit.row()
        parse_share(row, filers, audit)
    yield from filers.values()


def parse_share(row: dict[str, Any], filers: dict[str, Record], audit: Audit) -> None:
    raw = dict(row)
    cik, ticker, title = (str(row.pop(field)) for field in ("cik_str", "ticker", "title"))
    if not re.fullmatch(r"\d{1,10}", cik, re.ASCII):
        raise IngestError(f"A filer has no Central Index Key: {cik!r}.")
    audit.leftovers(row, NAME)
    record = filers.get(cik)
    if record is None:
        identifiers = [Identifier("CIK", cik, "us")]
        properties: dict[str, Any] = {"tickers": []}
        record = filers[cik] = Record(
            NAME,
            cik,
            "Company",
            [Name(title)],
            identifiers=identifiers,
            properties=properties,
            raw={"rows": []},
        )
    elif title not in [name.text for name in record.names]:
        record.names.append(Name(title, "alias"))
    if raw not in record.raw["rows"]:
        record.raw["rows"].append(raw)
        record.properties["tickers"].append(ticker)
