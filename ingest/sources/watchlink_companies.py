"""Watchlink's own table of companies in the news: names, owners, partners, evidence, each with its citation."""

from __future__ import annotations

import calendar
import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from stdnum import isin, lei
from stdnum.cn import uscc

from entities.choices import EvidenceNature, NameKind, OwnershipKind, PartnershipKind, Schema
from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, refuse_html
from ingest.records import Evidence, Identifier, Name, Ownership, Partnership, Record, entity_id
from ingest.source import Client, DatasetInfo

NAME = "watchlink_companies"

DATASETS = (
    DatasetInfo(
        name=NAME,
        title="Companies in the news of December 2020, their owners, partners and evidence",
        authority="Watchlink, from the sources each row cites",
        legal_basis="",
        homepage="",
        url="",
        cadence="when somebody edits it",
        bounds=(1, 100_000),
        fresh_days=365,
        kind="curated",
    ),
)

# Every file of the table and its columns. All must be there: a lost ownership.csv would look like "no owner".
COLUMNS: dict[str, tuple[str, ...]] = {
    "dataset.csv": ("name", "published_on", "citation"),
    "companies.csv": ("key", "name", "schema", "country", "website", "citation", "url", "note"),
    "names.csv": ("key", "name", "kind", "lang", "citation", "url"),
    "identifiers.csv": ("key", "scheme", "value", "country", "citation", "url"),
    "ownership.csv": (
        *("owner_key", "asset_key", "kind", "share_min", "share_max"),
        *("start", "end", "citation", "url", "quote"),
    ),
    "partnerships.csv": (
        *("key", "brand", "kind", "description", "start", "end"),
        *("dates", "citation", "url", "verified"),
    ),
    "evidence.csv": (
        *("key", "topic", "published", "published_text", "publisher", "title"),
        *("url", "claim", "nature", "verified", "note", "citation"),
    ),
    "namesakes.csv": ("key", "name", "other_key", "note", "citation", "url"),
}

# What the record's columns hold; a longer cell would fail in PostgreSQL only, and late.
LONGEST = {
    "topic": 60,
    "scheme": 80,
    "dates": 120,
    "published_text": 60,
    "publisher": 200,
    "brand": 200,
    "value": 300,
    "description": 300,
    "title": 300,
    "key": 500,
    "url": 500,
    "lang": 40,
}

CHECKED_SCHEMES = {"ISIN": isin.is_valid, "LEI": lei.is_valid, "USCC": uscc.is_valid}


def fetch(client: Client) -> Bundle:
    raise IngestError(
        f"{NAME} ships with the project and is not downloaded: load it with `manage.py ingest --starter`, "
        "or with --from and a folder of the same layout."
    )


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    ours = tuple(file for file in files if file.name in COLUMNS)
    head = next((file.head(200) for file in ours if file.name == "companies.csv"), b"")
    return [ours] if head.removeprefix(b"\xef\xbb\xbf").startswith(b"key,name,schema,country") else []


def published_on(bundle: Bundle) -> date | None:
    for cells in _rows(_named(bundle, "dataset.csv")):
        return Row(cells).day("published_on")
    raise IngestError("dataset.csv has no row: it must state the table's own date.")


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    for name in COLUMNS:
        yield from _rows(_named(bundle, name))


def _named(bundle: Bundle, name: str) -> RawFile:
    for file in bundle.files:
        if file.name == name:
            return file
    raise IngestError(f"{name} is missing or empty; the table is whole only with {', '.join(COLUMNS)}.")


def _rows(file: RawFile) -> Iterator[dict[str, Any]]:
    """Stream the rows as dicts, each with the file and the line it starts on."""
    refuse_html(file)
    reader = csv.reader(io.StringIO(file.text().replace("\0", ""), newline=""), strict=True)
    header: list[str] = []
    line = 1
    try:
        for cells in reader:
            if not header:
                header = _header(file.name, cells)
            elif cells:
                if len(cells) != len(header):
                    raise IngestError(f"{file.name} line {line}: {len(cells)} of {len(header)} columns.")
                values = (cell.strip() for cell in cells)
                yield {"FILE": file.name, "LINE": line} | dict(zip(header, values, strict=True))
            line = reader.line_num + 1
    except csv.Error as error:
        raise IngestError(f"{file.name} line {line}: cut off or not a table, {error}.") from error


def _header(name: str, cells: list[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    if missing := [column for column in COLUMNS[name] if column not in header]:
        raise IngestError(f"{name} line 1: the column {missing[0]} is missing.")
    if len(set(header)) < len(header):
        raise IngestError(f"{name} line 1: a column is named twice.")
    return header


class Row:
    """One row whose cells are popped and checked; what is wrong is refused with file and line."""

    def __init__(self, cells: dict[str, Any]) -> None:
        self.file: str = cells.pop("FILE")
        self.line: int = cells.pop("LINE")
        self.cells = cells
        self.raw = dict(cells)
        if not (cells.get("citation") or cells.get("url")):
            self.refuse("neither citation nor url says where this is from")

    def refuse(self, fault: str) -> NoReturn:
        raise IngestError(f"{self.file} line {self.line}: {fault}.")

    def take(self, column: str) -> str:
        value: str = self.cells.pop(column, "")
        if len(value) > LONGEST.get(column, 10_000):
            self.refuse(f"{column} is longer than {LONGEST[column]} characters")
        return value

    def need(self, column: str) -> str:
        return self.take(column) or self.refuse(f"{column} is empty")

    def choice(self, column: str, among: Sequence[str]) -> str:
        value = self.take(column)
        if value not in among:
            self.refuse(f"{column} {value!r} is unknown; known are {', '.join(among)}")
        return value

    def party(self, column: str, known: dict[str, Record]) -> Record:
        key = self.take(column)
        if key not in known:
            self.refuse(f"{column} {key!r} is not a key of companies.csv")
        return known[key]

    def url(self, column: str = "url") -> str:
        value = self.take(column)
        if value and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", value):
            self.refuse(f"{column} {value!r} is not a web address")
        return value

    def source(self) -> dict[str, str]:
        """Take what says where the row is from, so far as it is filled in."""
        stated = {"citation": self.take("citation"), "url": self.url()}
        return {name: value for name, value in stated.items() if value}

    def country(self, audit: Audit) -> list[str]:
        codes = self.take("country").split()
        for code in codes:
            if country_code(code, audit) != code:
                self.refuse(f"country {code!r} is not an ISO 3166 code in small letters")
        return codes

    def verified(self) -> bool:
        value = self.take("verified")
        if value not in ("true", "false"):
            self.refuse(f"verified must be true or false, not {value!r}")
        return value == "true"

    def share(self, column: str) -> Decimal | None:
        value = self.take(column)
        if not value:
            return None
        try:
            share = Decimal(value)
        except InvalidOperation:
            self.refuse(f"{column} {value!r} is not a number of percent")
        if not share.is_finite() or not 0 <= share <= 100:
            self.refuse(f"{column} {value} is not between 0 and 100 percent")
        if share != round(share, 4):
            self.refuse(f"{column} {value} has more than four decimals")
        return share

    def day(self, column: str) -> date:
        day, whole = self.vague_day(column)
        return day if day and whole else self.refuse(f"{column} is not a date such as 2020-12-17")

    def vague_day(self, column: str, *, last: bool = False) -> tuple[date | None, bool]:
        """Read a day, month or year; return its first (or `last`) day and whether the day itself is stated."""
        value = self.take(column)
        if not value:
            return None, True
        found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", value)
        try:
            if not found:
                raise ValueError
            year, month = int(found[1]), int(found[2] or (12 if last else 1))
            end_of_month = calendar.monthrange(year, month)[1]
            return date(year, month, int(found[3] or (end_of_month if last else 1))), bool(found[3])
        except (ValueError, calendar.IllegalMonthError):
            self.refuse(f"{column} {value!r} is not a date such as 2020-12-17, 2020-12 or 2020")

    def period(self) -> tuple[date | None, date | None, list[str]]:
        """Read start and end, and name those of them that are known to the month or year only."""
        stated = {column: self.cells.get(column, "") for column in ("start", "end")}
        (start, whole_start), (end, whole_end) = self.vague_day("start"), self.vague_day("end", last=True)
        if start and end and end < start:
            self.refuse(f"end {stated['end']} is before start {stated['start']}")
        whole = {"start": whole_start, "end": whole_end}
        return start, end, [f"{column} {text}" for column, text in stated.items() if not whole[column]]


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    """Build the companies first, then hang each further row on its company."""
    known: dict[str, Record] = {}
    published: date | None = None
    for cells in rows:
        audit.rows += 1
        row = Row(cells)
        match row.file:
            case "dataset.csv":
                published = parse_dataset(row, published)
            case "companies.csv":
                record = parse_company(row, known, audit)
                known[record.key] = record
            case "names.csv":
                parse_name(row, known)
            case "identifiers.csv":
                parse_identifier(row, known, audit)
            case "ownership.csv":
                parse_ownership(row, known)
            case "partnerships.csv":
                parse_partnership(row, known)
            case "evidence.csv":
                parse_evidence(row, known, published)
            case "namesakes.csv":
                parse_namesake(row, known)
        audit.leftovers(row.cells, row.file)
    yield from known.values()


def parse_dataset(row: Row, published: date | None) -> date:
    if published:
        row.refuse("the table states its date once, not twice")
    if row.need("name") != NAME:
        row.refuse(f"name must be {NAME}")
    row.need("citation")
    return row.day("published_on")


def parse_company(row: Row, known: dict[str, Record], audit: Audit) -> Record:
    key = row.need("key")
    if key in known:
        row.refuse(f"the key {key!r} is there already")
    properties = {"website": row.url("website"), "notes": row.take("note")} | row.source()
    return Record(
        dataset=NAME,
        key=key,
        schema=row.choice("schema", Schema.values),
        names=[Name(row.need("name"))],
        countries=row.country(audit),
        properties={name: value for name, value in properties.items() if value},
        raw={row.file: [row.raw]},
    )


def _keep(row: Row, record: Record) -> None:
    """Keep the row as typed: names and identifiers have no column for their citation."""
    record.raw.setdefault(row.file, []).append(row.raw)


def parse_name(row: Row, known: dict[str, Record]) -> None:
    record = row.party("key", known)
    name = Name(row.need("name"), row.choice("kind", NameKind.values), row.take("lang"))
    if any(name.text == held.text for held in record.names):
        row.refuse(f"{record.key} has the name {name.text!r} already")
    row.source()
    record.names.append(name)
    _keep(row, record)


def parse_identifier(row: Row, known: dict[str, Record], audit: Audit) -> None:
    record = row.party("key", known)
    scheme, value = row.need("scheme"), row.need("value")
    check = CHECKED_SCHEMES.get(scheme)
    valid = check(value) if check else None
    if valid is False:
        row.refuse(f"the check digits of {scheme} {value} do not hold")
    row.source()
    record.identifiers.append(Identifier(scheme, value, " ".join(row.country(audit)), valid))
    _keep(row, record)


def parse_ownership(row: Row, known: dict[str, Record]) -> None:
    """Hang the edge on the asset: what is asked of a company is who owns it."""
    owner, asset = row.party("owner_key", known), row.party("asset_key", known)
    if owner is asset:
        row.refuse(f"{owner.key} cannot own itself")
    low, high = row.share("share_min"), row.share("share_max")
    if low is not None and high is not None and low > high:
        row.refuse(f"share_min {low} is more than share_max {high}")
    start, end, vague = row.period()
    citation = row.need("citation") + (f" ({', '.join(vague)}: no day stated)" if vague else "")
    edge = Ownership(
        owner_id=entity_id(NAME, owner.key),
        asset_id=entity_id(NAME, asset.key),
        kind=row.choice("kind", OwnershipKind.values),
        citation=citation,
        share_min=low,
        share_max=high,
        start=start,
        end=end,
        url=row.url(),
        quote=row.take("quote"),
    )
    for held in asset.ownerships:
        if held.owner_id == edge.owner_id and held.kind == edge.kind and _overlap(held, edge):
            row.refuse(f"{owner.key} would own {asset.key} twice on the same day")
    asset.ownerships.append(edge)
    _keep(row, asset)


def _overlap(one: Ownership, other: Ownership) -> bool:
    """Tell whether two edges hold on a common day; the end day itself no longer counts."""
    starts = max(one.start or date.min, other.start or date.min)
    return starts < min(one.end or date.max, other.end or date.max)


def parse_partnership(row: Row, known: dict[str, Record]) -> None:
    record = row.party("key", known)
    start, end, vague = row.period()
    dates = row.take("dates")
    if vague and not dates:
        row.refuse(f"{vague[0]} is not a day, so dates must say in words what is known")
    record.partnerships.append(
        Partnership(
            brand=row.need("brand"),
            kind=row.choice("kind", PartnershipKind.values),
            description=row.need("description"),
            citation=row.need("citation"),
            start=start,
            end=end,
            dates=dates,
            url=row.url(),
            verified=row.verified(),
        )
    )
    _keep(row, record)


def parse_evidence(row: Row, known: dict[str, Record], published: date | None) -> None:
    record = row.party("key", known)
    stated = row.cells.get("published", "")
    day, whole = row.vague_day("published")
    if day is None:
        row.refuse("published is empty")
    if published and day > published:
        row.refuse(f"published {stated} is after the table's own date {published}")
    text = row.take("published_text")
    if not whole and not text:
        row.refuse(f"published {stated} is not a day, so published_text must say in words what is known")
    record.evidence.append(
        Evidence(
            published=day,
            publisher=row.need("publisher"),
            claim=row.need("claim"),
            nature=row.choice("nature", EvidenceNature.values),
            topic=row.need("topic"),
            published_text=text,
            title=row.take("title"),
            url=row.url(),
            verified=row.verified(),
            note=" ".join(part for part in (row.take("note"), row.take("citation")) if part),
        )
    )
    _keep(row, record)


def parse_namesake(row: Row, known: dict[str, Record]) -> None:
    record = row.party("key", known)
    other = row.party("other_key", known).key if row.cells.get("other_key") else row.take("other_key")
    if other == record.key:
        row.refuse(f"{other} cannot be its own namesake")
    namesake = {"name": row.need("name"), "note": row.need("note"), "key": other}
    record.properties.setdefault("namesakes", []).append(namesake | row.source())
    _keep(row, record)
