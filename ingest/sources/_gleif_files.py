"""GLEIF's files in their formats (CSV, XML, JSON, answers of the API), each row under the names of the CSV's columns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import compress
from typing import Any

from lxml import etree

from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, elements, table, width
from ingest.json_items import items
from ingest.source import Extent

LEI, RELATIONSHIPS, EXCEPTIONS = "lei2", "rr", "repex"
# A column, an element or a key that only one of the three tables has, as CSV, XML, JSON and the API spell it.
MARKS = {
    LEI: ("Entity.LegalName", "LEIData", '"LegalName"', '"legalName"'),
    RELATIONSHIPS: ("Relationship.StartNode.NodeID", "RelationshipData", '"StartNode"', '"startNode"'),
    EXCEPTIONS: (
        "Exception.Category",
        "ReportingExceptionData",
        '"ExceptionCategory"',
        '"reporting-exceptions"',
    ),
}
RECORDS = {LEI: "LEIRecord", RELATIONSHIPS: "RelationshipRecord", EXCEPTIONS: "Exception"}
# Columns without which a table says nothing.
NEEDED = {
    LEI: {"LEI", "Entity.LegalName", "Entity.LegalJurisdiction"},
    RELATIONSHIPS: {
        *("Relationship.StartNode.NodeID", "Relationship.EndNode.NodeID", "Relationship.RelationshipType"),
        "Relationship.RelationshipStatus",
    },
    EXCEPTIONS: {"LEI", "Exception.Category", "Exception.Reason.1"},
}
ARRAYS = ("records", "relations", "exceptions", "data")
# What is numbered in the CSV even where there is one.
NUMBERED = {
    *("OtherEntityName", "TransliteratedOtherEntityName", "AdditionalAddressLine", "SuccessorEntity"),
    *("RelationshipPeriod", "RelationshipQuantifier", "RelationshipQualifier"),
    *("ExceptionReason", "ExceptionReference"),
}
# XML and JSON names, and what the CSV calls them.
CSV_NAMES = (
    ("Relationship.RelationshipPeriods.RelationshipPeriod.", "Relationship.Period."),
    ("Relationship.RelationshipQualifiers.RelationshipQualifier.", "Relationship.Qualifiers."),
    ("Relationship.RelationshipQuantifiers.RelationshipQuantifier.", "Relationship.Quantifiers."),
    ("ExceptionCategory", "Exception.Category"),
    ("ExceptionReason", "Exception.Reason"),
    ("ExceptionReference", "Exception.Reference"),
)
PERIOD = {"StartDate": "startDate", "EndDate": "endDate", "PeriodType": "periodType"}
DELTA = re.compile(r"intra-?day|last-(?:day|week|month)|delta|update", re.IGNORECASE)
HEAD = 1 << 16


def table_of(file: RawFile) -> str:
    """Tell which of the three tables a file is; empty for another file."""
    marks: dict[str, tuple[str, ...]]
    head = file.head(HEAD).decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if head.startswith(("{", "[")):
        known = '"attributes"' in head or '"LEI"' in head or '"NodeID"' in head
        marks = {name: found[2:] for name, found in MARKS.items()} if known else {}
    elif head.startswith("<"):
        marks = {name: found[1:2] for name, found in MARKS.items()}
    else:
        head = head.partition("\n")[0]
        marks = {name: found[:1] for name, found in MARKS.items()}
    return next((name for name, found in marks.items() if any(mark in head for mark in found)), "")


def extent_of(file: RawFile) -> Extent:
    head = file.head(HEAD)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and b'"attributes"' in head:
        return Extent.ANSWERS
    content = re.search(rb"FileContent>\s*(\w+)", head)
    if content and b"DELTA" in content[1] or DELTA.search(file.name):
        return Extent.DELTA
    return Extent.WHOLE


def day_of(file: RawFile) -> date | None:
    """Read the date of a file's content, or the one in its name: 20261121-0800-gleif-goldencopy-lei2…"""
    head = file.head(HEAD).decode("utf-8", "replace")
    found = re.search(r"ContentDate>\s*(\d{4}-\d\d-\d\d)", head) or re.search(
        r'"publishDate"\s*:\s*"(\d{4}-\d\d-\d\d)', head
    )
    try:
        if found:
            return date.fromisoformat(found[1])
        if named := re.search(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)", file.name):
            return date(int(named[1]), int(named[2]), int(named[3]))
    except ValueError:
        return None
    return file.dated()


def versions(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    """Group the tables that were published together: by their date, unless there is but one of each."""
    groups: dict[tuple[Extent, date | None], list[RawFile]] = defaultdict(list)
    for extent in Extent:
        alike = [file for file in files if table_of(file) and extent_of(file) is extent]
        single = len({table_of(file) for file in alike}) == len(alike)
        for file in alike:
            groups[extent, None if single else day_of(file)].append(file)
    return [tuple(sorted(group, key=lambda file: (file.name, file.sha256))) for group in groups.values()]


def rows(bundle: Bundle) -> Iterator[dict[str, Any]]:
    """Stream the rows of a version's tables, companies first; only cells that hold something."""
    order = [LEI, RELATIONSHIPS, EXCEPTIONS]
    if not any(table_of(file) == LEI for file in bundle.files) and extent_of(bundle.files[0]) is Extent.WHOLE:
        raise IngestError(f"{bundle.origin} holds no Level 1: without it nobody knows the companies' names.")
    for file in sorted(bundle.files, key=lambda file: order.index(table_of(file))):
        which = table_of(file)
        head = file.head(HEAD).lstrip(b"\xef\xbb\xbf \r\n\t")
        found: Iterator[dict[str, Any]]
        if head.startswith(b"<"):
            found = (_flat_element(element) for element in elements(file, RECORDS[which]))
        elif extent_of(file) is Extent.ANSWERS:
            found = (_flat_answer(item) for item in items(file, "data"))
        elif head.startswith((b"{", b"[")):
            found = (_flat(item) for item in items(file, *ARRAYS))
        else:
            found = _cells(file, NEEDED[which])
        yield from found


def _cells(file: RawFile, needed: set[str]) -> Iterator[dict[str, Any]]:
    columns = width(file)
    lines = table(file, columns=columns)
    header = next(lines, [])
    if len(set(header)) != columns:
        raise IngestError(f"{file.name} names a column twice.")
    if missing := sorted(needed.difference(header)):
        raise IngestError(f"{file.name} has no column {', '.join(missing)}.")
    for cells in lines:
        yield dict(compress(zip(header, cells, strict=True), cells))


def _flat_element(record: etree._Element) -> dict[str, Any]:
    return _named(dict(_leaves(record, "")))


def _leaves(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    seen: dict[str, int] = defaultdict(int)
    for child in element:
        name = etree.QName(child).localname
        seen[name] += 1
        place = f"{path}{name}"
        if name in NUMBERED or seen[name] > 1:
            place = f"{place}.{seen[name]}"
        if text := (child.text or "").strip():
            yield place, text
        for key, value in child.attrib.items():
            key = str(key)
            yield f"{place}.{'xmllang' if key.endswith('}lang') else etree.QName(key).localname}", str(value)
        yield from _leaves(child, f"{place}.")


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    return _named(dict(_values(record, "")))


def _values(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Take a JSON record apart; "$" is an element's text and "@…" its attributes, as GLEIF turns XML into JSON."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "$":
                yield path, inner
            elif key.startswith("@"):
                yield f"{path}.{key[1:].replace(':', '')}", inner
            else:
                many = key in NUMBERED and not isinstance(inner, list)
                yield from _values([inner] if many else inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _values(inner, f"{path}.{number}")
    elif value not in (None, ""):
        yield path, value


def _named(row: dict[str, Any]) -> dict[str, Any]:
    """Call what XML and JSON hold by the names of the CSV's columns."""
    named = {}
    for path, value in row.items():
        for inner, outer in CSV_NAMES:
            if path.startswith(inner):
                path = outer + path[len(inner) :]
                break
        if path.startswith("Relationship.Period."):
            stem, _, last = path.rpartition(".")
            path = f"{stem}.{PERIOD.get(last, last)}"
        named[path] = value
    return named


# The API's names of a company's fields, and the CSV's.
ANSWER = {
    "lei": "LEI",
    "entity.legalName.name": "Entity.LegalName",
    "entity.legalName.language": "Entity.LegalName.xmllang",
    "entity.jurisdiction": "Entity.LegalJurisdiction",
    "entity.category": "Entity.EntityCategory",
    "entity.subCategory": "Entity.EntitySubCategory",
    "entity.legalForm.id": "Entity.LegalForm.EntityLegalFormCode",
    "entity.legalForm.other": "Entity.LegalForm.OtherLegalForm",
    "entity.status": "Entity.EntityStatus",
    "entity.creationDate": "Entity.EntityCreationDate",
    "entity.expiration.date": "Entity.EntityExpirationDate",
    "entity.expiration.reason": "Entity.EntityExpirationReason",
    "entity.registeredAt.id": "Entity.RegistrationAuthority.RegistrationAuthorityID",
    "entity.registeredAs": "Entity.RegistrationAuthority.RegistrationAuthorityEntityID",
    "registration.status": "Registration.RegistrationStatus",
    "registration.lastUpdateDate": "Registration.LastUpdateDate",
    "relationship.startNode.id": "Relationship.StartNode.NodeID",
    "relationship.startNode.type": "Relationship.StartNode.NodeIDType",
    "relationship.endNode.id": "Relationship.EndNode.NodeID",
    "relationship.endNode.type": "Relationship.EndNode.NodeIDType",
    "relationship.type": "Relationship.RelationshipType",
    "relationship.status": "Relationship.RelationshipStatus",
    "extension.deletedAt": "Extension.Deletion.DeletedAt",
    "category": "Exception.Category",
    "reason": "Exception.Reason.1",
    "reference": "Exception.Reference.1",
}
ANSWER_PATTERNS = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"entity\.otherNames\.(\d+)\.name", r"Entity.OtherEntityNames.OtherEntityName.\1"),
        (r"entity\.otherNames\.(\d+)\.language", r"Entity.OtherEntityNames.OtherEntityName.\1.xmllang"),
        (r"entity\.otherNames\.(\d+)\.type", r"Entity.OtherEntityNames.OtherEntityName.\1.type"),
        (
            r"entity\.transliteratedOtherNames\.(\d+)\.name",
            r"Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.\1",
        ),
        (
            r"entity\.transliteratedOtherNames\.(\d+)\.(language|type)",
            r"Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.\1.\2",
        ),
        (r"entity\.successorEntities\.(\d+)\.lei", r"Entity.SuccessorEntity.\1.SuccessorLEI"),
        (r"entity\.successorEntities\.(\d+)\.name", r"Entity.SuccessorEntity.\1.SuccessorEntityName"),
        (r"relationship\.periods\.(\d+)\.(startDate|endDate)", r"Relationship.Period.\1.\2"),
        (r"relationship\.periods\.(\d+)\.type", r"Relationship.Period.\1.periodType"),
    )
)
ADDRESS = re.compile(r"entity\.(legal|headquarters)Address\.(\w+)(?:\.(\d+))?")
ADDRESS_PARTS = {
    "city": "City",
    "region": "Region",
    "country": "Country",
    "postalCode": "PostalCode",
    "language": "xmllang",
}


def _flat_answer(item: Mapping[str, Any]) -> dict[str, Any]:
    return {_answer_name(path): value for path, value in _values(item.get("attributes", {}), "")}


def _answer_name(path: str) -> str:
    """Call a field of the API by the name of the CSV's column; one that has none keeps its own."""
    if name := ANSWER.get(path):
        return name
    if found := ADDRESS.fullmatch(path):
        part = ADDRESS_PARTS.get(found[2], found[2])
        if part == "addressLines":
            part = "FirstAddressLine" if found[3] == "1" else f"AdditionalAddressLine.{int(found[3]) - 1}"
        return f"Entity.{found[1].capitalize()}Address.{part}"
    for pattern, name in ANSWER_PATTERNS:
        if found := pattern.fullmatch(path):
            return found.expand(name).replace(".language", ".xmllang")
    return path
