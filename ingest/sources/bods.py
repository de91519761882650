"""Beneficial ownership statements in the Open Ownership standard, BODS 0.4 (JSON, JSON lines): who owns and controls whom.

Any publisher's file. A record is said by its last statement: by date, then by place in the file; a closed one has ended
on that day. Of a person only the name is kept, and that it is a person: Watchlink follows ownership, it does not
profile people. An owner who is not named is kept as the reason that the publisher gives.

Shares are bands: exact, or least and most. Shareholdings are edges with a share; votes, boards, settlors and all else
are control. An indirect interest whose steps are published as components is kept too, as control, so that its share is
not summed with theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from entities.choices import OwnershipKind
from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import NoDownload
from ingest.files import Bundle, RawFile
from ingest.json_items import items
from ingest.records import Address, Identifier, Name, Ownership, Record, entity_id
from ingest.source import Client, DatasetInfo

DATASET = "bods"

DATASETS: tuple[DatasetInfo, ...] = (
    DatasetInfo(
        name=DATASET,
        title="Beneficial ownership statements",
        authority="whoever publishes in the Beneficial Ownership Data Standard",
        legal_basis="",
        homepage="https://standard.openownership.org/",
        url="",
        cadence="as its publisher does",
        kind="register",
        bounds=(1, 20_000_000),
        fresh_days=90,
        every_hours=0,
    ),
)

HEAD = 1 << 16
MARKS = (b'"recordType"', b'"recordDetails"')
SCHEMAS = {
    "registeredEntity": "Company",
    "legalEntity": "LegalEntity",
    "arrangement": "LegalEntity",
    "anonymousEntity": "LegalEntity",
    "unknownEntity": "LegalEntity",
    "state": "PublicBody",
    "stateBody": "PublicBody",
}
UNNAMED = ("anonymousEntity", "unknownEntity", "anonymousPerson", "unknownPerson")
# Parts of a statement that are known and not kept.
ENVELOPE = (
    *("statementId", "declaration", "declarationSubject", "publicationDetails", "source", "annotations"),
    *("recordType", "recordStatus", "statementDate", "recordId"),
)
ENTITY_UNREAD = ("isComponent", "publicListing", "formedByStatute", "uri", "replacesStatements")
PERSON_UNREAD = (
    *(
        "isComponent",
        "names",
        "personType",
        "nationalities",
        "birthDate",
        "deathDate",
        "addresses",
        "identifiers",
    ),
    *("politicalExposure", "taxResidencies", "placeOfBirth", "placeOfResidence", "unspecifiedPersonDetails"),
)

NAME_UNREAD = ("type", "familyName", "givenName", "patronymicName")


def fetch(client: Client) -> Bundle:
    raise NoDownload("Statements have many publishers: hand a file in with --from.")


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    """Take all statements of a folder for one version: publishers cut theirs into several files."""
    found = tuple(file for file in files if all(mark in file.head(HEAD) for mark in MARKS))
    return [found] if found else []


def published_on(bundle: Bundle) -> date | None:
    """Return the latest date of publication in the begin of each file."""
    days = [
        day.decode()
        for file in bundle.files
        for day in re.findall(rb'"publicationDate"\s*:\s*"(\d{4}-\d\d-\d\d)', file.head(HEAD))
    ]
    try:
        return date.fromisoformat(max(days)) if days else None
    except ValueError:
        return None


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    for file in bundle.files:
        yield from items(file)


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for number, row in enumerate(rows):
        audit.rows += 1
        kind, record = row.get("recordType"), row.get("recordId")
        details = row.get("recordDetails")
        if not record or not isinstance(details, dict):
            audit.doubt("statement without a record", row.get("statementId", ""))
            continue
        said = {"by": str(record), "on": str(row.get("statementDate") or ""), "at": number}
        said["closed"] = row.get("recordStatus") == "closed"
        audit.leftovers(
            {name: value for name, value in row.items() if name not in (*ENVELOPE, "recordDetails")},
            "a statement",
        )
        details = dict(details)
        if kind == "entity":
            yield entity(str(record), details, said, audit)
        elif kind == "person":
            yield person(str(record), details, said, audit)
        elif kind == "relationship":
            yield from relationship(str(record), details, said, audit)
        else:
            audit.doubt("kind of record that is not known", kind)


def entity(key: str, details: dict[str, Any], said: dict[str, Any], audit: Audit) -> Record:
    kind = details.pop("entityType", None) or {}
    stated = kind.get("type", "")
    if stated not in SCHEMAS:
        audit.doubt("type of entity that is not known", stated)
    country = _code(details.pop("jurisdiction", None), audit)
    text = str(details.pop("name", None) or "").strip()
    reason = details.pop("unspecifiedEntityDetails", None) or {}
    names = [Name(text)] if text else [_unnamed(stated, reason)] if stated in UNNAMED else []
    names += [Name(str(other), "alias") for other in details.pop("alternateNames", None) or ()]
    identifiers = [
        Identifier(_scheme(row), str(row.get("id") or ""), country)
        for row in details.pop("identifiers", None) or ()
    ]
    addresses = [
        Address(
            ", ".join(filter(None, (row.get("address"), row.get("postCode")))),
            _code(row.get("country"), audit),
        )
        for row in details.pop("addresses", None) or ()
    ]
    founded, dissolved = details.pop("foundingDate", None), details.pop("dissolutionDate", None)
    properties = {
        "founded": founded,
        "dissolved": dissolved,
        "kind": kind.get("subtype") or kind.get("details"),
    }
    audit.leftovers(
        {name: value for name, value in details.items() if name not in ENTITY_UNREAD}, "an entity"
    )
    return Record(
        DATASET,
        key,
        SCHEMAS.get(stated, "LegalEntity"),
        names,
        [country],
        identifiers,
        addresses,
        properties={name: value for name, value in properties.items() if value},
        raw=said,
    )


def person(key: str, details: dict[str, Any], said: dict[str, Any], audit: Audit) -> Record:
    """Keep a person's name, and nothing else of them."""
    stated = [dict(row) for row in details.get("names") or ()]
    names = [Name(str(text)) for row in stated if (text := row.pop("fullName", None))][:1]
    for row in stated:
        audit.leftovers({name: "(not shown)" for name in row if name not in NAME_UNREAD}, "a person's name")
    if not names:
        if details.get("personType") == "knownPerson":
            audit.doubt("known person without a name", key)
        names = [_unnamed(details.get("personType", ""), details.get("unspecifiedPersonDetails") or {})]
    audit.leftovers({name: "(not shown)" for name in details if name not in PERSON_UNREAD}, "a person")
    return Record(DATASET, key, "Person", names, raw=said)


def relationship(
    record: str, details: dict[str, Any], said: dict[str, Any], audit: Audit
) -> Iterator[Record]:
    """Read who has an interest in whom: one edge for each interest, stated on the company."""
    asset, owner = details.pop("subject", None), details.pop("interestedParty", None)
    interests = details.pop("interests", None) or [{}]
    components = details.pop("componentRecords", None)
    details.pop("isComponent", None)
    audit.leftovers(details, "a relationship")
    if not isinstance(asset, str) or not asset:
        audit.doubt("relationship without the company it is about", record)
        return
    if not isinstance(owner, str) or not owner:
        reason = owner if isinstance(owner, dict) else {}
        text = _unnamed("unknown owner", reason).text
        yield _part(asset, [], said | {"unstated": text})
        return
    edges = [_edge(asset, owner, interest, bool(components), record, audit) for interest in interests]
    yield _part(asset, edges, said)
    yield _part(owner, [], {})


def _edge(
    asset: str, owner: str, interest: dict[str, Any], has_steps: bool, record: str, audit: Audit
) -> Ownership:
    interest = dict(interest)
    said = interest.pop("type", None) or "interest of no stated kind"
    how = interest.pop("directOrIndirect", None) or "unknown"
    share = interest.pop("share", None) or {}
    start, end = (_day(interest.pop(name, None), audit) for name in ("startDate", "endDate"))
    words = [
        str(said),
        how if how != "unknown" else "",
        "beneficial" if interest.pop("beneficialOwnershipOrControl", None) else "",
    ]
    details = str(interest.pop("details", None) or "")
    audit.leftovers(interest, "an interest")
    holds = said == "shareholding" and not (how == "indirect" and has_steps)
    low, high = _band(share, audit)
    shown = f"{low:f} to {high:f} %" if low is not None and high is not None and not holds else ""
    return Ownership(
        owner_id=entity_id(DATASET, owner),
        asset_id=entity_id(DATASET, asset),
        kind=(OwnershipKind.SHAREHOLDING if holds else OwnershipKind.CONTROL).value,
        citation=f"Beneficial ownership statement {record}: {', '.join(filter(None, words))}",
        share_min=low if holds else None,
        share_max=high if holds else None,
        start=start,
        end=end,
        quote="; ".join(filter(None, (details, shown))),
    )


def _band(share: dict[str, Any], audit: Audit) -> tuple[Decimal | None, Decimal | None]:
    """Read a share's least and most; an exclusive bound is the bound, since a band is read for both its ends."""
    share = dict(share)
    exact = _number(share.pop("exact", None), audit)
    low, high = (
        next((value for name in names if (value := _number(share.pop(name, None), audit)) is not None), None)
        for names in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
    )
    audit.leftovers(
        {name: value for name, value in share.items() if value is not True and value is not False}, "a share"
    )
    if exact is not None:
        return exact, exact
    if low is None and high is None:
        return None, None
    return low or Decimal(), Decimal(100) if high is None else high


def _number(value: Any, audit: Audit) -> Decimal | None:
    # Early versions of the standard say whether a bound is exclusive by true and false.
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
        return number.quantize(Decimal("0.0001")) if number.is_finite() and abs(number) < 1000 else number
    except InvalidOperation:
        audit.doubt("share that is no number", value)
        return None


def _part(key: str, edges: list[Ownership], said: dict[str, Any]) -> Record:
    return Record(DATASET, key, "LegalEntity", [], ownerships=edges, raw=said)


def combine(rows: list[Record], held: Record | None) -> Record | None:
    """Let the last statement of each record speak; a closed entity, or a closed interest, has ended on that day."""
    last: dict[str, Record] = {}
    for row in sorted(rows, key=lambda row: (row.raw.get("on", ""), row.raw.get("at", 0))):
        if by := row.raw.get("by"):
            last[by] = row
    own = next((row for row in last.values() if row.names), None)
    if own is None:
        # Others point to it, and no statement says who it is.
        own = rows[0]
        own.names = [Name(f"party {own.key}, of whom no statement tells", "weak")]
        own.schema = "LegalEntity"
    if own.raw.get("closed"):
        own.properties = own.properties | {"closed": own.raw["on"]}
    edges, unstated = [], []
    for row in last.values():
        closed = _closed(row.raw)
        edges += [
            edge if closed is None or edge.end else edge._replace(end=closed) for edge in row.ownerships
        ]
        unstated += [row.raw["unstated"]] if "unstated" in row.raw and not row.raw["closed"] else []
    own.ownerships = edges
    if unstated:
        own.properties = own.properties | {"owners not named": unstated}
    return own


def _closed(said: dict[str, Any]) -> date | None:
    return date.fromisoformat(said["on"][:10]) if said.get("closed") and said.get("on") else None


def _unnamed(kind: str, details: dict[str, Any]) -> Name:
    words = " ".join(re.findall(r"[A-Z]?[a-z]+", kind)).lower() or "party"
    said = "; ".join(str(details[name]) for name in ("reason", "description") if details.get(name))
    return Name(f"{words}: {said or 'no reason given'}", "weak")


def _scheme(row: dict[str, Any]) -> str:
    scheme = str(row.get("scheme") or row.get("schemeName") or "Registration number")
    return "LEI" if scheme in ("XI-LEI", "Global Legal Entity Identifier Index") else scheme[:80]


def _code(place: dict[str, Any] | None, audit: Audit) -> str:
    if not place:
        return ""
    code = str(place.get("code") or "")[:2].lower()
    return (
        code
        if len(code) == 2 and code.isalpha() and code.isascii()
        else country_code(place.get("name"), audit)
    )


def _day(value: Any, audit: Audit) -> date | None:
    if not value:
        return None
    text = str(value)
    try:
        # A year or a month is where it begins.
        return date.fromisoformat(text[:10] if len(text) >= 10 else f"{text}-01-01"[:10])
    except ValueError:
        audit.doubt("date that is none", text)
        return None
