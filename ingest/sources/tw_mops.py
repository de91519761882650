"""Taiwan's listed companies and the holdings of the companies on their boards (CSV tables of the Market Observation Post System).

The tables t187ap03 name the companies (L: listed, O: over the counter), t187ap11 the directors and large holders
with the shares that each holds. They are one version together, with at least one table of either kind: a company that only the
holdings name has its code and short name. A holding is the shares held of the shares issued, where both are told; a “large
shareholder” whose company's shares are not in the files has more than ten percent by law. Who holds for
himself, chairs or signs is a person: of people nothing is read. A holder that is itself listed is that company. The download was not tried on
the live service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from stdnum.tw import ubn

from entities.choices import OwnershipKind
from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, table
from ingest.records import Address, Identifier, Name, Ownership, Record, entity_id
from ingest.source import Client, DatasetInfo
from ingest.sources._dates import day_of

NAME = "tw_mops"
PAGE = "https://mopsfin.twse.com.tw/opendata/"

DATASETS = (
    DatasetInfo(
        name=NAME,
        title="Taiwan's listed companies and the companies on their boards",
        authority="Taiwan Stock Exchange, Market Observation Post System",
        legal_basis="",
        homepage="https://mops.twse.com.tw/",
        url=f"{PAGE}t187ap03_L.csv",
        cadence="daily; holdings monthly",
        # 992 listed companies with 770 over the counter and 2,300 holders; the two tables of companies alone have 1,800.
        bounds=(900, 13_000),
        fresh_days=45,
        every_hours=168,
        kind="register",
    ),
)

TABLES = ("t187ap03_L", "t187ap03_O", "t187ap11_L", "t187ap11_O")
COMPANIES = (
    *(
        "出表日期",
        "公司代號",
        "公司名稱",
        "公司簡稱",
        "外國企業註冊地國",
        "產業別",
        "住址",
        "營利事業統一編號",
    ),
    *("董事長", "總經理", "發言人", "發言人職稱", "代理發言人", "總機電話", "成立日期", "上市日期"),
    *("普通股每股面額", "實收資本額", "私募股數", "特別股", "編制財務報表類型", "股票過戶機構", "過戶電話"),
    *("過戶地址", "簽證會計師事務所", "簽證會計師1", "簽證會計師2", "英文簡稱", "英文通訊地址", "傳真機號碼"),
    *("電子郵件信箱", "網址", "已發行普通股數或TDR原股發行股數"),
)
HOLDINGS = (
    *("出表日期", "資料年月", "公司代號", "公司名稱", "職稱", "姓名", "選任時持股", "目前持股", "設質股數"),
    *("設質股數佔持股比例", "內部人關係人目前持股合計", "內部人關係人設質股數", "內部人關係人設質比例"),
)
# People, and how to reach them: not kept, not even in the raw record.
OF_PEOPLE = (
    *("董事長", "總經理", "發言人", "發言人職稱", "代理發言人", "簽證會計師1", "簽證會計師2", "總機電話"),
    *("傳真機號碼", "電子郵件信箱"),
)
# Of shares, accounts and agents; the raw record keeps them.
OF_SHARES = (
    *(
        "出表日期",
        "成立日期",
        "普通股每股面額",
        "實收資本額",
        "私募股數",
        "特別股",
        "編制財務報表類型",
        "產業別",
    ),
    *("股票過戶機構", "過戶電話", "過戶地址", "簽證會計師事務所", "英文通訊地址"),
)
PLEDGES = HOLDINGS[8:]
LARGE = "大股東"
BODY = re.compile(
    "公司|財團法人|社團法人|基金|銀行|合作社|政府|大學|學校|協會|工會|農會|漁會|信託|專戶|商業|企業|商行"
    r"|委員會|[部局會處院]$|\b(?:ltd|limited|inc|corp|corporation|co|llc|l\.?p|b\.?v|s\.?a|plc|holdings?|fund|trust"
    r"|group|international|investments?|partners|capital)\b",
    re.IGNORECASE,
)
PUBLIC = re.compile("政府$|[部局處院]$|委員會$")


def fetch(client: Client) -> Bundle:
    return client.bundle(*(client.get(f"{PAGE}{name}.csv", f"{name}.csv") for name in TABLES))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    """Take all the tables of one folder as one version, companies first."""
    found = [(kind, file) for file in files if (kind := _kind(file))]
    return [tuple(file for _, file in sorted(found, key=lambda pair: pair[0]))] if found else []


def _kind(file: RawFile) -> str:
    first = file.head(2048).decode("utf-8-sig", "replace").partition("\n")[0].replace('"', "")
    if first.startswith(",".join(COMPANIES[:4])):
        return "companies"
    return "holdings" if first.startswith(",".join(HOLDINGS[:5])) else ""


def published_on(bundle: Bundle) -> date | None:
    days = []
    for file in bundle.files:
        for row in _rows(file):
            days.append(_day(row["出表日期"]))
            break
    return max((day for day in days if day), default=None)


def _day(text: str) -> date | None:
    """Read 1120831, the 31st of August in the year 112 of the Republic."""
    found = re.fullmatch(r"(\d{2,3})(\d\d)(\d\d)", text.strip(), re.ASCII)
    return day_of(int(found[1]) + 1911, found[2], found[3]) if found else None


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    kinds = {_kind(file) for file in bundle.files}
    for kind, name in (("companies", "t187ap03"), ("holdings", "t187ap11")):
        if kind not in kinds:
            raise IngestError(
                f"The table {name} is missing or damaged: a copy is whole only with t187ap03 and t187ap11."
            )
    for file in bundle.files:
        yield from _rows(file)


def _rows(file: RawFile) -> Iterator[dict[str, Any]]:
    known = COMPANIES if _kind(file) == "companies" else HOLDINGS
    rows = table(file, columns=len(known))
    header = [cell.strip() for cell in next(rows, [])]
    if set(header) != set(known):
        raise IngestError(f"{file.name} has other columns than the known ones of its table.")
    for cells in rows:
        yield dict(zip(header, (" ".join(cell.split()) for cell in cells), strict=True))


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    """Build the companies, then hang each holding on the company whose shares they are."""
    companies: dict[str, Record] = {}
    issued: dict[str, int] = {}
    held: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        audit.row()
        if "資料年月" not in row:
            record = parse_company(row, issued, audit)
            companies.setdefault(record.key, record)
            continue
        if not BODY.search(row["姓名"]):
            audit.skip("holder who is a person")
            continue
        code = _code(row)
        if code not in companies:
            companies[code] = _named_only(code, row["公司名稱"])
        held.setdefault((code, row["姓名"]), []).append(row)
    by_name = {_folded(name.text): record for record in companies.values() for name in record.names[:1]}
    holders: dict[str, Record] = {}
    for (code, text), seats in held.items():
        holder = by_name.get(_folded(text)) or holders.setdefault(text, _holder(text))
        if holder is companies[code]:
            audit.doubt("company on its own board", text)
        elif edge := parse_holding(companies[code], holder, seats, issued.get(code), audit):
            companies[code].ownerships.append(edge)
    yield from companies.values()
    yield from holders.values()


def _folded(text: str) -> str:
    """Write 臺 as 台: the tables use both for one company."""
    return text.replace("臺", "台")


def _code(row: dict[str, Any]) -> str:
    code = str(row["公司代號"])
    if not re.fullmatch(r"[0-9A-Z]{4,6}", code):
        raise IngestError(f"A Taiwanese company has no code such as 2330: {code!r}.")
    return code


def parse_company(row: dict[str, Any], issued: dict[str, int], audit: Audit) -> Record:
    raw = {name: value for name, value in row.items() if name not in OF_PEOPLE}
    code, number = _code(row), row.pop("營利事業統一編號", "")
    row.pop("公司代號")
    seat = row.pop("外國企業註冊地國", "").strip("－ ")
    country = country_code(seat.split(" ")[0], audit) if seat else "tw"
    short, latin, website = row.pop("公司簡稱", ""), row.pop("英文簡稱", ""), row.pop("網址", "")
    shares = row.pop("已發行普通股數或TDR原股發行股數", "")
    if shares.isdecimal() and int(shares):
        issued[code] = int(shares)
    for column in (*OF_PEOPLE, *OF_SHARES, "上市日期"):
        row.pop(column, None)
    record = Record(
        dataset=NAME,
        key=code,
        schema="Company",
        names=[
            Name(row.pop("公司名稱", ""), lang="zh"),
            Name(re.sub(r"-(?:KY|DR)$", "", short), "alias", "zh"),
            Name(latin, "weak" if len(latin) <= 4 else "alias", "en"),
        ],
        countries=[country],
        identifiers=[
            Identifier("TWSE code", code, "tw"),
            # A company of another country has a Taiwanese tax number too.
            Identifier("Taiwan UBN", number[:300], "tw", ubn.is_valid(number)),
        ],
        addresses=[Address(row.pop("住址", ""), country)],
        properties={"website": website} if website else {},
        raw=raw,
    )
    audit.leftovers(row, "company")
    return record


def _named_only(code: str, short: str) -> Record:
    name = Name(re.sub(r"-(?:KY|DR)$", "", short), lang="zh")
    return Record(
        dataset=NAME,
        key=code,
        schema="Company",
        names=[name],
        identifiers=[Identifier("TWSE code", code, "tw")],
        raw={"公司代號": code, "公司名稱": short},
    )


def _holder(text: str) -> Record:
    schema = "PublicBody" if PUBLIC.search(text) else "Company" if "公司" in text else "LegalEntity"
    return Record(
        NAME,
        f"holder {text}",
        schema,
        names=[Name(text, lang="zh" if "公司" in text else "")],
        raw={"姓名": text},
    )


def parse_holding(
    company: Record, holder: Record, seats: list[dict[str, Any]], issued: int | None, audit: Audit
) -> Ownership | None:
    """Make one edge of the seats of one holder: each of them repeats the same shares."""
    shares = [int(row["目前持股"]) for row in seats if row["目前持股"].isdecimal()]
    months, titles = (dict.fromkeys(row[column] for row in seats) for column in ("資料年月", "職稱"))
    for row in seats:
        for column in (*HOLDINGS[:8], *PLEDGES):
            row.pop(column, None)
        audit.leftovers(row, "holding")
    if len(shares) < len(seats):
        audit.doubt("holding that is no number", holder.caption)
    if not any(shares):
        audit.skip("seat without shares")
        return None
    if len(set(shares)) > 1:
        audit.doubt(
            "seats of one holder with different shares; the most counts", f"{company.key} {holder.caption}"
        )
    share: Decimal | None = None
    if issued:
        share = round(Decimal(max(shares)) * 100 / issued, 4)
        if share > 100:
            audit.doubt("more shares held than issued", f"{company.key} {holder.caption}")
            share = None
    large = any(LARGE in title for title in titles)
    low = share if share is not None else Decimal(10) if large else None
    quote = f"{company.caption}: {holder.caption}, {'、'.join(titles)}, 目前持股 {max(shares):,}"
    return Ownership(
        owner_id=entity_id(NAME, holder.key),
        asset_id=entity_id(NAME, company.key),
        kind=OwnershipKind.SHAREHOLDING.value,
        citation=f"Market Observation Post System, t187ap11, {_month(next(iter(months)))}",
        share_min=low,
        share_max=share if share is not None else Decimal(100) if large else None,
        url="https://mops.twse.com.tw/",
        quote=quote + (f", 已發行普通股數 {issued:,}" if issued else ""),
    )


def _month(text: str) -> str:
    """Write 11207 as 2023-07."""
    found = re.fullmatch(r"(\d{2,3})(\d\d)", text, re.ASCII)
    return f"{int(found[1]) + 1911}-{found[2]}" if found else text
