"""Companies listed in Shanghai, Shenzhen and Beijing, and who controls them (XLS, XLSX, CSV and JSON tables, one version together).

The list of the Shanghai exchange (GPLIST.xls: short and English names), that of the Shenzhen exchange (full, short
and English names, addresses) and stock_basic of Tushare (short names and the actual controller, act_name) are handed
in together: a table that is missing would look like a company without a name or without a controller. A search table
that also names companies that left (JSON) may lie beside them. The share code joins them; a company's A and B shares
are one company under its A code.

An actual controller is an edge of control without a share. A body that several companies name is one party. Of a
controller who is a person nothing is kept, not even the name: no rule asks for it, and names like 李明 are many
people's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from entities.choices import OwnershipKind
from ingest.audit import Audit
from ingest.errors import IngestError, NoDownload
from ingest.files import Bundle, RawFile, refuse_html, table
from ingest.records import Address, Identifier, Name, Ownership, Record, entity_id
from ingest.source import Client, DatasetInfo
from ingest.sources._cn_names import controller_schema, short_names
from ingest.workbooks import first_sheet, is_workbook

NAME = "cn_exchanges"

DATASETS = (
    DatasetInfo(
        name=NAME,
        title="Companies listed in Shanghai, Shenzhen and Beijing, and their actual controllers",
        authority="Shanghai, Shenzhen and Beijing Stock Exchanges; controllers as gathered by Tushare",
        legal_basis="",
        homepage="https://www.sse.com.cn/assortment/stock/list/share/",
        url="",
        cadence="each trading day",
        # 5,868 listed companies and some 600 bodies that control them.
        bounds=(2_900, 19_000),
        fresh_days=90,
        kind="register",
    ),
)

SSE = ("A股代码", "B股代码", "证券简称", "扩位证券简称", "公司英文全称", "上市日期")
SZSE = ("公司全称", "英文名称", "A股代码", "A股简称", "B股代码", "B股简称")
# Of shares and trades; the raw record keeps them.
SZSE_FURTHER = (
    *(
        "板块",
        "A股上市日期",
        "A股总股本",
        "A股流通股本",
        "B股上市日期",
        "B股总股本",
        "B股流通股本",
        "地区",
        "省份",
    ),
    *("城市", "所属行业", "未盈利", "具有表决权差异安排", "具有协议控制架构"),
)
TUSHARE = ("ts_code", "name", "act_name", "act_ent_type")
TUSHARE_FURTHER = (
    *("symbol", "area", "industry", "cnspell", "market", "exchange", "curr_type", "list_status", "list_date"),
    *("delist_date", "is_hs"),
)
SEARCH = ("code", "name", "board", "market")
SEARCH_FURTHER = ("industry", "city", "province", "date", "match", "wsw", "curated")
# Without one of these a copy is not whole.
NEEDED = ("sse", "szse", "tushare")
TITLES = {"sse": "Shanghai", "szse": "Shenzhen", "tushare": "Tushare", "search": "search"}
EXCHANGES = {"SH": "SSE", "SZ": "SZSE", "BJ": "BSE"}
TUSHARE_PAGE = "https://tushare.pro/document/2?doc_id=25"
# The shares that an exchange's table and Tushare's should both have: Shanghai's table is that of its main board.
SHARED = {"sse": re.compile(r"60\d{4}\.SH"), "szse": re.compile(r"[03]\d{5}\.SZ")}
# A few are listed between the days of two tables.
LEAST_SHARED = 0.9
Known = dict[str, Record]


def fetch(client: Client) -> Bundle:
    raise NoDownload(
        "The exchanges' lists and Tushare's controllers are loaded together: hand in a folder of them with --from."
    )


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    """Take the tables of one folder as one version, the exchanges' own first."""
    found = [(kind, file) for file in files if (kind := _kind(file))]
    order = list(TITLES)
    return [tuple(file for _, file in sorted(found, key=lambda pair: order.index(pair[0])))] if found else []


def _kind(file: RawFile) -> str:
    if is_workbook(file):
        return _workbook(file)
    head = file.head(600).decode("utf-8-sig", "replace")
    if head.startswith("ts_code,"):
        return "tushare"
    return "search" if re.match(r'\[\s*\{\s*"code":\s*"(?:s[hz]|bj|\d{6})', head) else ""


def _workbook(file: RawFile) -> str:
    """Tell an exchange's list by its header; a damaged copy by its name, so that read() can refuse it."""
    try:
        header = _header(next(first_sheet(file), []))
    except IngestError:
        name = file.name.lower()
        return "sse" if "gplist" in name else "szse" if "a股列表" in name or "szse" in name else ""
    if "公司英文全称" in header and "A股代码" in header:
        return "sse"
    return "szse" if "公司全称" in header and "A股代码" in header else ""


def _header(cells: list[str]) -> list[str]:
    """Write B股 简 称 as B股简称: the exchange spaces its headers out."""
    return ["".join(cell.split()) for cell in cells]


def published_on(bundle: Bundle) -> date | None:
    return max((day for file in bundle.files if (day := file.dated())), default=None)


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    seen: dict[str, str] = {}
    kinds = [_kind(file) for file in bundle.files]
    for kind in NEEDED:
        if kind not in kinds:
            raise IngestError(
                f"The {TITLES[kind]} table is missing or damaged: a copy is whole only with those of Shanghai, Shenzhen "
                "and Tushare."
            )
    for kind, file in zip(kinds, bundle.files, strict=True):
        if kind in seen:
            raise IngestError(
                f"{seen[kind]} and {file.name} are both the {TITLES[kind]} table: hand in one of each."
            )
        seen[kind] = file.name
        rows = {"sse": _sheet, "szse": _sheet, "tushare": _csv, "search": _json}[kind](file)
        dated = re.search(r"20\d\d-\d\d(?:-\d\d)?", f"{file.name} {file.folder}")
        for row in rows:
            yield {"TABLE": kind, "DATED": dated[0] if dated else "undated copy"} | row


def _sheet(file: RawFile) -> Iterator[dict[str, Any]]:
    rows = first_sheet(file)
    header = _header(next(rows, []))
    known = SSE if "公司英文全称" in header else SZSE
    _need(file, known, header)
    for cells in rows:
        if any(cells):
            yield {name: "" if text == "-" else text for name, text in zip(header, cells, strict=False)}


def _csv(file: RawFile) -> Iterator[dict[str, Any]]:
    columns = file.head(2_000).partition(b"\n")[0].count(b",") + 1
    rows = table(file, columns=columns)
    header = [cell.strip() for cell in next(rows, [])]
    _need(file, TUSHARE, header)
    for cells in rows:
        yield dict(zip(header, (" ".join(cell.split()) for cell in cells), strict=True))


def _json(file: RawFile) -> Iterator[dict[str, Any]]:
    refuse_html(file)
    try:
        rows = json.loads(file.text())
    except (ValueError, RecursionError) as error:
        raise IngestError(f"{file.name} is cut off or not JSON: {error}.") from error
    for row in rows:
        _need(file, SEARCH, list(row))
        yield row


def _need(file: RawFile, columns: tuple[str, ...], found: list[str]) -> None:
    if missing := [column for column in columns if column not in found]:
        raise IngestError(f"{file.name} lacks the column {missing[0]!r} of its table.")


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    """Join the tables by share code, then name the controllers."""
    known: Known = {}
    controlled: list[dict[str, str]] = []
    parsers: dict[str, Callable[[dict[str, Any], Known, Audit], Record]] = {
        "sse": parse_shanghai,
        "szse": parse_shenzhen,
        "tushare": parse_tushare,
        "search": parse_search,
    }
    for row in rows:
        audit.row()
        kind, dated = row.pop("TABLE"), row.pop("DATED")
        controller = {name: row.pop(name) for name in ("act_name", "act_ent_type") if name in row}
        raw = {name: value for name, value in row.items() if value not in ("", None)}
        record = parsers[kind](row, known, audit)
        record.raw.setdefault(kind, raw)
        audit.leftovers(row, kind)
        if controller:
            controlled.append(controller | {"code": record.key, "dated": dated})
    _compare_tables(known)
    bodies: Known = {}
    by_name = {record.names[0].text: record for record in known.values() if record.names}
    for stated in controlled:
        company = known[stated["code"]]
        body = parse_controller(stated, company, by_name, bodies, audit)
        if body is company:
            audit.doubt("company that controls itself", company.key)
        elif body:
            company.ownerships.append(_control(body, company, stated))
    for record in known.values():
        # The first name is the full one, or else the board's without its marks.
        if record.names and record.names[0].kind == "alias":
            record.names[0] = record.names[0]._replace(kind="primary")
    _doubt_twins(known, audit)
    yield from known.values()
    yield from bodies.values()


def _compare_tables(known: Known) -> None:
    """Refuse a copy of which one table lost many rows: the others name most of its companies all the same."""
    for kind, codes in SHARED.items():
        listed, stated = (
            {key for key, record in known.items() if name in record.raw and codes.fullmatch(key)}
            for name in (kind, "tushare")
        )
        for name, mine, other in ((kind, listed, stated), ("tushare", stated, listed)):
            if len(mine & other) < LEAST_SHARED * len(other):
                raise IngestError(
                    f"The {TITLES[name]} table lacks {len(other - mine):,} of {len(other):,} shares that another table "
                    "has: it is not whole."
                )


def _doubt_twins(known: Known, audit: Audit) -> None:
    """Say which companies of two codes have one name: one moved, or took over the other's name."""
    seen: dict[str, str] = {}
    for record in known.values():
        name = record.caption
        if name in seen:
            audit.doubt(
                "one name under two codes, kept as two companies", f"{name}: {seen[name]}, {record.key}"
            )
        seen.setdefault(name, record.key)


def _company(known: Known, code: str, exchange: str) -> Record:
    """Find or begin the company of a share code such as 600000."""
    if not re.fullmatch(r"\d{6}", code, re.ASCII):
        raise IngestError(f"A share has no code of six digits: {code!r}.")
    key = f"{code}.{exchange}"
    if key not in known:
        # A depositary receipt of Shanghai is issued on the shares of a company from abroad.
        countries = [] if code.startswith("689") else ["cn"]
        identifier = Identifier(f"{EXCHANGES[exchange]} code", code, "cn")
        known[key] = Record(NAME, key, "Company", [], countries, [identifier])
    return known[key]


def _shares(known: Known, row: dict[str, Any], exchange: str) -> Record:
    """Find the company of a row by its A code, or else its B code, and give it both."""
    codes = [code for code in (row.pop("A股代码"), row.pop("B股代码")) if code]
    record = _company(known, codes[0] if codes else "", exchange)
    for code in codes[1:]:
        record.identifiers.append(Identifier(f"{EXCHANGES[exchange]} code", code, "cn"))
        record.properties["B share"] = [code]
    return record


def _add(record: Record, *names: Name) -> None:
    for name in names:
        if name.text and all(name.text != held.text for held in record.names):
            record.names.append(name)


def parse_shanghai(row: dict[str, Any], known: Known, audit: Audit) -> Record:
    record = _shares(known, row, "SH")
    _add(record, *short_names(row.pop("扩位证券简称")), *short_names(row.pop("证券简称")))
    _add(record, Name(row.pop("公司英文全称"), "alias", "en"))
    row.pop("上市日期")
    return record


def parse_shenzhen(row: dict[str, Any], known: Known, audit: Audit) -> Record:
    record = _shares(known, row, "SZ")
    _add(record, Name(row.pop("公司全称"), "primary", "zh"), Name(row.pop("英文名称"), "alias", "en"))
    _add(record, *short_names(row.pop("A股简称")))
    _add(record, *short_names(row.pop("B股简称")))
    record.addresses.append(Address(row.pop("注册地址", ""), "cn"))
    if website := row.pop("公司网址", ""):
        record.properties["website"] = [website]
    for column in SZSE_FURTHER:
        row.pop(column, None)
    return record


def parse_tushare(row: dict[str, Any], known: Known, audit: Audit) -> Record:
    code, _, exchange = row.pop("ts_code").partition(".")
    if exchange not in EXCHANGES:
        raise IngestError(f"{code}.{exchange} is no code such as 600000.SH.")
    record = _company(known, code, exchange)
    if full := row.pop("fullname", ""):
        _add(record, Name(full, "primary", "zh"))
        record.names.sort(key=lambda name: name.kind != "primary")
    _add(record, *short_names(row.pop("name")), Name(row.pop("enname", ""), "alias", "en"))
    for column in TUSHARE_FURTHER:
        row.pop(column, None)
    return record


def parse_search(row: dict[str, Any], known: Known, audit: Audit) -> Record:
    market, _, code = str(row.pop("code")).rpartition(".")
    exchange = (market or {"上交所": "sh", "深交所": "sz", "北交所": "bj"}.get(row["market"], "")).upper()
    if exchange not in EXCHANGES:
        raise IngestError(f"{code} is listed on no exchange that is known: {row['market']!r}.")
    record = _company(known, code, exchange)
    _add(record, *short_names(str(row.pop("name"))))
    for column in ("board", "market", *SEARCH_FURTHER):
        row.pop(column, None)
    return record


def parse_controller(
    stated: dict[str, str], company: Record, by_name: Known, bodies: Known, audit: Audit
) -> Record | None:
    """Find or begin the body that controls a company; None for a person, and where nobody does."""
    text = stated["act_name"]
    schema = controller_schema(text)
    if schema in ("", "Person"):
        company.properties["actual controller"] = ["a person" if schema else "none"]
        if schema:
            audit.skip("actual controller who is a person: not kept")
        return None
    if text in by_name:
        return by_name[text]
    if text not in bodies:
        countries = ["cn"] if schema == "PublicBody" else []
        lang = "" if text.isascii() else "zh"
        bodies[text] = Record(
            NAME, f"controller {text}", schema, [Name(text, lang=lang)], countries, raw={"act_name": text}
        )
    return bodies[text]


def _control(body: Record, company: Record, stated: dict[str, str]) -> Ownership:
    return Ownership(
        owner_id=entity_id(NAME, body.key),
        asset_id=entity_id(NAME, company.key),
        kind=OwnershipKind.CONTROL.value,
        citation=f"Tushare stock_basic, actual controller (实际控制人), {stated['dated']}",
        url=TUSHARE_PAGE,
        quote=f"{company.key} {company.caption}: act_name {body.caption}, act_ent_type {stated['act_ent_type']}",
    )
