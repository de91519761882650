"""Korea's companies that disclose through DART: corporation codes with names and stock codes (XML, or CSV as exported).

The service hands its file out against a key of one's own, so it is loaded from a file: CORPCODE.xml as
published, with English names, or a CSV table with the columns corp_code, corp_name, stock_code, modify_date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.errors import IngestError, NoDownload
from ingest.files import Bundle, RawFile, elements, table
from ingest.records import Identifier, Name, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._dates import digits

NAME = "kr_dart"
PAGE = "https://opendart.fss.or.kr/guide/detail.do?apiGrpCd=DS001&apiId=2019018"

DATASETS = (
    DatasetInfo(
        name=NAME,
        title="Korean companies that disclose through DART",
        authority="Financial Supervisory Service, Republic of Korea",
        legal_basis="",
        homepage=PAGE,
        url="",
        cadence="daily",
        # 3,971 with a stock code, about 115,000 altogether.
        bounds=(2_000, 350_000),
        fresh_days=90,
        kind="register",
    ),
)

COLUMNS = ("corp_code", "corp_name", "stock_code", "modify_date")


def fetch(client: Client) -> Bundle:
    raise NoDownload(
        "DART hands its codes out against a key of one's own: load CORPCODE.xml (or its ZIP) with --from."
    )


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if _is_table(file) or _is_xml(file)]


def _is_table(file: RawFile) -> bool:
    return b"corp_code" in file.head(200) and b"corp_name" in file.head(200) and not _is_xml(file)


def _is_xml(file: RawFile) -> bool:
    head = file.head()
    return b"<corp_code>" in head and head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<")


def published_on(bundle: Bundle) -> date | None:
    """Take the newest day on which an entry was changed: the file states no other."""
    days = (digits(str(row.get("modify_date", ""))) for row in read(bundle))
    return bundle.only.dated() or max((day for day in days if day), default=None)


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    file = bundle.only
    if _is_xml(file):
        for entry in elements(file, "list"):
            yield {str(field.tag): " ".join((field.text or "").split()) for field in entry}
        return
    rows = table(file, columns=len(COLUMNS))
    header = next(rows, [])
    if set(header) != set(COLUMNS):
        raise IngestError(f"{file.name} has other columns than {', '.join(COLUMNS)}.")
    for cells in rows:
        yield dict(zip(header, (" ".join(cell.split()) for cell in cells), strict=True))


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.row()
        yield parse_company(row, audit)


def parse_company(row: dict[str, Any], audit: Audit) -> Record:
    raw = dict(row)
    code, stock = row.pop("corp_code", ""), row.pop("stock_code", "")
    if not re.fullmatch(r"\d{8}", code, re.ASCII):
        raise IngestError(f"A Korean company has no corp_code of eight digits: {code!r}.")
    if stock and not re.fullmatch(r"[0-9A-Z]{6}", stock):
        audit.doubt("stock code that is none", stock)
    changed = row.pop("modify_date", "")
    if changed and digits(changed) is None:
        audit.doubt("unreadable modify_date", changed)
    name = row.pop("corp_name", "")
    if not name:
        audit.doubt("company without a Korean name", code)
    record = Record(
        dataset=NAME,
        key=code,
        schema="Company",
        names=[
            Name(name, lang="ko"),
            Name(row.pop("corp_eng_name", ""), "alias", "en"),
        ],
        countries=["kr"],
        identifiers=[
            Identifier("DART code", code, "kr"),
            Identifier("KRX code", stock[:300], "kr"),
        ],
        raw=raw,
    )
    audit.leftovers(row, NAME)
    return record
