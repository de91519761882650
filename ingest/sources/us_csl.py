"""Consolidated Screening List of the US Department of Commerce (CSV and JSON).

It gathers thirteen lists. Six of them are read here, each as a dataset of its own; the seven of the
Treasury are copies of what OFAC publishes first hand, so they are counted and left to us_ofac.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, refuse_html, table
from ingest.records import Address, Identifier, Listing, Ownership, Record, entity_id
from ingest.source import Client
from ingest.sources._csl_lists import COLUMNS, DATASETS, HOMEPAGES, LISTS, SCHEMAS, TREASURY, URL
from ingest.sources._csl_names import Party, read_party
from ingest.sources._federal_register import citations, first_date

__all__ = ["DATASETS", "fetch", "parse", "published_on", "read", "recognise"]


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "consolidated.csv"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if _is_csv(file) or _is_json(file)]


def _is_csv(file: RawFile) -> bool:
    return bool(re.match(rb'(\xef\xbb\xbf)?"?_?id"?,"?source"?,"?entity_number"?,', file.head(100)))


def _is_json(file: RawFile) -> bool:
    head = file.head()
    return (
        bool(re.match(rb"(\xef\xbb\xbf)?\s*\{", head)) and b'"entity_number"' in head and b'"source"' in head
    )


def published_on(bundle: Bundle) -> date | None:
    """Read the date from the file's name, or take the newest start date: neither format states one."""
    if dated := bundle.only.dated():
        return dated
    starts = (_start(row, Audit())[0] for row in read(bundle))
    return max((day for day in starts if day and day <= date.today()), default=None)  # noqa: DTZ011


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    refuse_html(bundle.only)
    yield from _read_json(bundle.only) if _is_json(bundle.only) else _read_csv(bundle.only)


def _read_csv(file: RawFile) -> Iterator[dict[str, Any]]:
    rows = table(file, columns=len(COLUMNS))
    header = next(rows, [])
    if tuple(header[1:]) != COLUMNS[1:]:
        new = ", ".join(sorted(set(header) - set(COLUMNS) - {"id"})) or "the same in another order"
        raise IngestError(f"{file.name} has other columns than the list of 29 that is known: {new}.")
    for row in rows:
        yield dict(zip(COLUMNS, row, strict=True))


def _read_json(file: RawFile) -> Iterator[dict[str, Any]]:
    try:
        content = json.loads(file.text())
    except json.JSONDecodeError as error:
        raise IngestError(
            f"{file.name} is cut off or not JSON (line {error.lineno}): {error.msg}."
        ) from error
    rows = content.get("results")
    if not isinstance(rows, list):
        raise IngestError(f"{file.name} has no list of results.")
    if content.get("total") not in (None, len(rows)):
        raise IngestError(f"{file.name} states {content['total']:,} parties and holds {len(rows):,}.")
    for row in rows:
        row["_id"] = row.pop("id", None)
        yield row


@dataclass
class Found:
    record: Record
    party: Party


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    """Yield one record per party: rows of one party are joined, parents that are only named come last."""
    found: dict[str, Found] = {}
    for row in rows:
        if row.get("source") == "source":
            audit.row()
            audit.doubt("header repeated as a row")
            continue
        party = parse_party(row, audit)
        if party is None:
            continue
        twin = found.get(party.record.id)
        if twin is None:
            found[party.record.id] = party
        else:
            _join(twin.record, party.record)
    parents = _link_parents(found)
    yield from (party.record for party in found.values())
    yield from parents


def parse_party(row: dict[str, Any], audit: Audit) -> Found | None:
    raw = {name: value for name, value in row.items() if value not in (None, "", [])}
    source = str(row.pop("source") or "")
    code = re.search(r"\(([^()]+)\)", source)
    if code and code[1] in TREASURY:
        audit.row(TREASURY[code[1]])
        audit.skip(f"copy of an OFAC entry ({TREASURY[code[1]]}, {code[1]})")
        return None
    if code is None or code[1] not in LISTS:
        audit.row()
        audit.doubt("unknown list in the column source", source)
        return None
    dataset, measure = LISTS[code[1]]
    audit.row(dataset)
    row.pop("_id", None)  # no id of 2022 was left in 2023
    row.pop("entity_number", None)  # OFAC's own number
    addresses, countries = _addresses(row.pop("addresses", None), audit)
    text = " ".join(str(row.pop("name") or "").split())
    party = read_party(text, _several(row.pop("alt_names", None)), addresses[0].text if addresses else "")
    for name in party.doubts:
        audit.doubt("letters lost in a name", name)
    kind = str(row.pop("type", None) or "")
    if kind not in SCHEMAS:
        audit.doubt("unknown type of party", kind)
    for column in ("nationalities", "citizenships"):
        countries += [country_code(value, audit) for value in _several(row.pop(column, None))]
    listing = _listing(row, measure, dataset, party.scope, audit)
    properties = {
        "birthDate": _several(row.pop("dates_of_birth", None)),
        "birthPlace": _several(row.pop("places_of_birth", None)),
        "position": row.pop("title", None),
        "standardOrder": row.pop("standard_order", None),
        "remarks": row.pop("remarks", None),
    }
    record = Record(
        dataset=dataset,
        key=party.key,
        schema=SCHEMAS.get(kind, "LegalEntity"),
        names=party.names,
        countries=countries,
        identifiers=_identifiers(row.pop("ids", None), audit),
        addresses=addresses,
        listings=[listing],
        properties={name: value for name, value in properties.items() if value},
        raw=raw,
    )
    audit.leftovers(row, code[1])
    if not text:
        audit.doubt("row without a name", raw.get("_id") or raw)
        return None
    return Found(record, party)


def _listing(row: dict[str, Any], measure: str, dataset: str, scope: str, audit: Audit) -> Listing:
    start, basis = _start(row, audit)
    notice = str(row.pop("federal_register_notice", None) or "")
    row.pop("start_date", None)
    end = _day(row.pop("end_date", None), audit)
    requirement = _text(row.pop("license_requirement", None))
    if scope:
        requirement = f"{requirement} The entry reads: “{scope}”.".strip()
    pages = [row.pop("source_list_url", None), row.pop("source_information_url", None)]
    return Listing(
        measures=(measure,),
        programme=_text(row.pop("programs", None)),
        citation=citations(notice),
        requirement=requirement,
        policy=_text(row.pop("license_policy", None)),
        start=start,
        start_basis=basis if start else "",
        end=end,
        end_basis="the publisher's end date" if end else "",
        source_url=next((url for url in pages if url), HOMEPAGES[dataset]),
    )


def _start(row: dict[str, Any], audit: Audit) -> tuple[date | None, str]:
    if start := _day(row.get("start_date"), audit):
        return start, "the publisher's start date"
    notice = str(row.get("federal_register_notice") or "")
    return first_date(notice), "date of the first Federal Register citation"


def _day(value: str | None, audit: Audit) -> date | None:
    if not value:
        return None
    try:
        found = date.fromisoformat(value[:10])
    except ValueError:
        audit.doubt("date not understood", value)
        return None
    if found.year < 1900:
        audit.doubt("date before 1900", value)
        return None
    return found


def _text(value: Any) -> str:
    return " ".join(("; ".join(value) if isinstance(value, list) else str(value or "")).split())


def _several(value: Any) -> list[str]:
    """Read a plural column: a list in the JSON, joined by "; " in the CSV."""
    if isinstance(value, list):
        return [str(item) for item in value if item]
    return [value] if value else []


def _addresses(value: Any, audit: Audit) -> tuple[list[Address], list[str]]:
    """Return the addresses and the countries they name; an address may be no more than its country."""
    addresses, countries = [], []
    for item in value if isinstance(value, list) else (value or "").split("; "):
        if isinstance(item, dict):
            item = dict(item)
            name = item.pop("country", None) or ""
            parts = [item.pop(key, None) for key in ("address", "city", "state", "postal_code")]
            audit.leftovers(item, "addresses")
            text = ", ".join(str(part).strip() for part in parts if part)
        else:
            text, name = item.strip(" ,"), ""
            if found := re.search(r"(?:^|, )([A-Z]{2})$", text):
                name = found[1]
                text = text[: found.start()]
        code = country_code(name, audit)
        countries.append(code)
        # The lists file Hong Kong under China since 2020; a company of Hong Kong is still found there.
        if code == "cn" and re.search(r"\bHong Kong\b", text, re.IGNORECASE):
            countries.append("hk")
        if text:
            addresses.append(Address(text, code))
    return addresses, countries


def _identifiers(value: Any, audit: Audit) -> list[Identifier]:
    found = []
    for item in value if isinstance(value, list) else [value] if value else []:
        if isinstance(item, dict) and item.get("number"):
            country = country_code(item.get("country"), audit)
            found.append(Identifier(str(item.get("type") or "document"), str(item["number"]), country))
        else:
            audit.doubt("identifier not understood", item)
    return found


def _join(record: Record, other: Record) -> None:
    """Join another row of the same party; rows per country repeat the listing with citations of their own."""
    [row] = other.listings
    for number, held in enumerate(record.listings):
        if held._replace(citation="") == row._replace(citation=""):
            cited = "; ".join(dict.fromkeys(f"{held.citation}; {row.citation}".strip("; ").split("; ")))
            record.listings[number] = held._replace(citation=cited)
            other.listings = []
    record.absorb(other)


def _link_parents(found: dict[str, Found]) -> list[Record]:
    """Give each affiliate an edge from the parent its entry names; return parents that have no entry."""
    shorts: dict[tuple[str, str], set[str]] = {}
    for party in found.values():
        if party.party.short:
            shorts.setdefault((party.record.dataset, party.party.short), set()).add(party.record.id)
    parents: dict[str, Record] = {}
    for party in found.values():
        if not party.party.parent:
            continue
        record, named = party.record, party.party.parent
        owner = entity_id(record.dataset, party.party.parent_key)
        abbreviated = shorts.get((record.dataset, named), set())
        if owner not in found and len(abbreviated) == 1:
            [owner] = abbreviated
        if owner == record.id:
            continue
        if owner not in found and owner not in parents:
            names = read_party(named, []).names
            parents[owner] = Record(
                record.dataset,
                party.party.parent_key,
                "LegalEntity",
                names,
                raw={"named in": record.raw["name"]},
            )
        listing = record.listings[0]
        record.ownerships.append(
            Ownership(
                owner,
                record.id,
                "affiliate",
                citation=listing.citation or record.dataset,
                start=listing.start,
                url=listing.source_url,
                quote=" ".join(record.raw["name"].split()),
            )
        )
    return list(parents.values())
