"""Watchlink's own table of companies in the news: names, owners, partners, evidence, each with its citation (eight CSV files)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from stdnum import isin, lei
from stdnum.cn import uscc

from entities.choices import EvidenceNature, NameKind, OwnershipKind, PartnershipKind, Schema
from ingest.audit import Audit
from ingest.errors import IngestError, NoDownload
from ingest.files import Bundle, RawFile, refuse_html
from ingest.records import Evidence, Identifier, Name, Ownership, Partnership, Record, entity_id
from ingest.source import Client, DatasetInfo
from ingest.sources._cited_row import CitedRow

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
    # And, where they are known, retrieved and archived_sha256.
    "evidence.csv": (
        *("key", "topic", "published", "published_text", "publisher", "title"),
        *("url", "claim", "nature", "verified", "note", "citation"),
    ),
    "namesakes.csv": ("key", "name", "other_key", "note", "citation", "url"),
}

CHECKED_SCHEMES = {"ISIN": isin.is_valid, "LEI": lei.is_valid, "USCC": uscc.is_valid}


def fetch(client: Client) -> Bundle:
    raise NoDownload(
        f"{NAME} ships with the project and is not downloaded: load it with `manage.py ingest --starter`, "
        "or with --from and a folder of the same layout."
    )


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    ours = tuple(file for file in files if file.name in COLUMNS)
    head = next((file.head(200) for file in ours if file.name == "companies.csv"), b"")
    return [ours] if head.removeprefix(b"\xef\xbb\xbf").startswith(b"key,name,schema,country") else []


def published_on(bundle: Bundle) -> date | None:
    for cells in _rows(_named(bundle, "dataset.csv")):
        return CitedRow(cells).day("published_on")
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


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    """Build the companies first, then hang each further row on its company."""
    known: dict[str, Record] = {}
    published: date | None = None
    for cells in rows:
        audit.row()
        row = CitedRow(cells)
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


def parse_dataset(row: CitedRow, published: date | None) -> date:
    if published:
        row.refuse("the table states its date once, not twice")
    if row.need("name") != NAME:
        row.refuse(f"name must be {NAME}")
    row.need("citation")
    return row.day("published_on")


def parse_company(row: CitedRow, known: dict[str, Record], audit: Audit) -> Record:
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


def _keep(row: CitedRow, record: Record) -> None:
    """Keep the row as typed: names and identifiers have no column for their citation."""
    record.raw.setdefault(row.file, []).append(row.raw)


def parse_name(row: CitedRow, known: dict[str, Record]) -> None:
    record = row.party("key", known)
    name = Name(row.need("name"), row.choice("kind", NameKind.values), row.take("lang"))
    if any(name.text == held.text for held in record.names):
        row.refuse(f"{record.key} has the name {name.text!r} already")
    row.source()
    record.names.append(name)
    _keep(row, record)


def parse_identifier(row: CitedRow, known: dict[str, Record], audit: Audit) -> None:
    record = row.party("key", known)
    scheme, value = row.need("scheme"), row.need("value")
    check = CHECKED_SCHEMES.get(scheme)
    valid = check(value) if check else None
    if valid is False:
        row.refuse(f"the check digits of {scheme} {value} do not hold")
    row.source()
    record.identifiers.append(Identifier(scheme, value, " ".join(row.country(audit)), valid))
    _keep(row, record)


def parse_ownership(row: CitedRow, known: dict[str, Record]) -> None:
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


def parse_partnership(row: CitedRow, known: dict[str, Record]) -> None:
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


def parse_evidence(row: CitedRow, known: dict[str, Record], published: date | None) -> None:
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
            retrieved=row.retrieved(day),
            archived_sha256=row.sha256("archived_sha256"),
        )
    )
    _keep(row, record)


def parse_namesake(row: CitedRow, known: dict[str, Record]) -> None:
    record = row.party("key", known)
    other = row.party("other_key", known).key if row.cells.get("other_key") else row.take("other_key")
    if other == record.key:
        row.refuse(f"{other} cannot be its own namesake")
    namesake = {"name": row.need("name"), "note": row.need("note"), "key": other}
    record.properties.setdefault("namesakes", []).append(namesake | row.source())
    _keep(row, record)
