"""OFAC's enhanced XML (SDN_ENHANCED.XML, CONS_ENHANCED.XML)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from lxml import etree

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.files import RawFile, elements
from ingest.records import Address, Identifier, Listing, Name, Ownership, Record, entity_id
from ingest.sources import _ofac_entries as entries
from ingest.sources._dates import read_day, year_first
from ingest.sources._ofac_entries import Relation

SCHEMAS = {"Entity": "Organization", "Individual": "Person", "Vessel": "Vessel", "Aircraft": "Airplane"}
ALIAS_KINDS = {"": "primary", "A.K.A.": "alias", "N.K.A.": "alias", "F.K.A.": "former"}
# The related party owns or controls the entry; or the other way round.
OWNED, OWNS = "Owned or Controlled By", "Owns, controls, or operates"
# The entry is near the related party without being owned; or the other way round, where it leads that one.
NEAR = (
    "Acting for or on behalf of",
    "Providing support to",
    "Playing a significant role in",
    "Associate Of",
    "Property in the interest of",
)
LEADS = ("Leader or official of", "Principal Executive Officer")
# Of an identity document; kept in the raw record.
DOCUMENT_DETAILS = (
    "name",
    "isValid",
    "issuingAuthority",
    "issuingLocation",
    "issueDate",
    "expirationDate",
    "comments",
)
CONTAINERS = {
    "sanctionsLists",
    "sanctionsPrograms",
    "sanctionsTypes",
    "legalAuthorities",
    "names",
    "translations",
    "addresses",
    "addressParts",
    "features",
    "identityDocuments",
    "relationships",
}
# Numbers into OFAC's reference tables, whose words stand beside them, and dates that the value states too.
# Elements whose attributes say something.
ATTRIBUTED = {"sanctionsList", "relatedEntity"}
REDUNDANT = {"versionId", "valueRefId", "valueDate", "nameParts", "idFeatures"}


def is_export(file: RawFile, title: str) -> bool:
    """Tell whether the file is an export of the list with this title (the first that its filter names)."""
    head = file.head()
    if b"<sanctionsData" not in head:
        return False
    found = re.search(rb"<sanctionsList [^>]*>([^<]*)<", head)
    return found is not None and found[1].decode() == title


def published_on(file: RawFile) -> date | None:
    found = re.search(rb"<dataAsOf>(\d{4}-\d\d-\d\d)", file.head())
    return year_first(found[1].decode()) if found else None


def read(file: RawFile) -> Iterator[dict[str, Any]]:
    """Stream the entries. Raises IngestError for an export that was filtered by more than its list."""
    filters = re.search(rb"<filters>(.*?)</filters>", file.head(), re.DOTALL)
    if filters and (chosen := set(re.findall(rb"<sanctions(?!List)\w+ [^>]*>([^<]*)<", filters[1]))):
        shown = ", ".join(sorted(text.decode() for text in chosen))
        raise IngestError(f"{file.name} is an export that was filtered ({shown}), not the whole list.")
    for element in elements(file, "entity"):
        yield {"id": element.get("id", "")} | _tree(element)


def _tree(element: etree._Element) -> Any:
    """Turn an element into text, a list or a dict, as its content asks for."""
    name = _local(element.tag)
    if name in CONTAINERS:
        return [_tree(child) for child in element]
    if not len(element):
        text = " ".join((element.text or "").split())
        if name == "sanctionsList":
            return {"name": text, "datePublished": element.get("datePublished", "")}
        if name == "relatedEntity":
            return {"name": text, "id": element.get("entityId", "")}
        return text
    row: dict[str, Any] = {}
    for child in element:
        tag = _local(child.tag)
        if tag in REDUNDANT:
            continue
        # Nine of ten are plain text: they are read here, without another call.
        plain = not len(child) and tag not in ATTRIBUTED
        # A repetition where we know of none must show up among the leftovers.
        name = f"{tag} again" if tag in row else tag
        row[name] = " ".join((child.text or "").split()) if plain and child.text else _tree(child)
    return row


@cache
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def parse(rows: Iterator[dict[str, Any]], dataset: str, title: str, audit: Audit) -> Iterator[Record]:
    """Yield the entries of one list; edges wait until every party of the file is known."""
    records: list[tuple[Record, list[Relation]]] = []
    for row in rows:
        audit.row()
        if title not in {item["name"] for item in row.get("sanctionsLists", ())}:
            audit.skip(f"not on the {title}")
            continue
        record, relations = parse_party(row, dataset, audit)
        record.seal()
        records.append((record, relations))
    known = {record.key for record, _ in records if any(name.text for name in record.names)}
    for record, relations in records:
        _relate(record, relations, known, audit)
        yield record


def parse_party(row: dict[str, Any], dataset: str, audit: Audit) -> tuple[Record, list[Relation]]:
    raw = row
    row = dict(row)
    key = row.pop("id")
    if not key:
        raise IngestError("An entry of OFAC's list has no id.")
    general = dict(row.pop("generalInfo", {}))
    kind = general.pop("entityType", "")
    if kind not in SCHEMAS:
        audit.doubt("unknown entity type", kind)
    stated, countries, identifiers = _features(row.pop("features", []), audit)
    addresses = [place for item in row.pop("addresses", []) for place in _addresses(item, audit)]
    record = Record(
        dataset=dataset,
        key=key,
        schema=SCHEMAS.get(kind, "LegalEntity"),
        names=[name for item in row.pop("names", []) for name in _names(item, audit)],
        identifiers=[
            Identifier("OFAC uid", key),
            *(_document(item, audit) for item in row.pop("identityDocuments", [])),
            *identifiers,
        ],
        addresses=addresses,
        listings=_listings(row, key, stated, audit),
        properties={entries.KEYS.get(name, name): values for name, values in stated.items()},
        raw=raw,
    )
    record.countries = countries or [address.country for address in addresses]
    record.names.sort(key=lambda name: name.kind != "primary")
    if remarks := general.pop("remarks", ""):
        record.properties["remarks"] = [remarks]
    for tag in ("identityId", "title"):
        general.pop(tag, None)  # an internal number; a person's office, kept in the raw record
    relations = [_relation(item, audit) for item in row.pop("relationships", [])]
    audit.leftovers(general, "generalInfo")
    audit.leftovers(row, "entity")
    return record, relations


def _names(item: dict[str, Any], audit: Audit) -> Iterator[Name]:
    item = dict(item)
    stated = item.pop("aliasType", "")
    if stated not in ALIAS_KINDS:
        audit.doubt("unknown alias type", stated)
    kind = ALIAS_KINDS.get(stated, "alias")
    if item.pop("isLowQuality", "") == "true":
        kind = "weak"
    item.pop("isPrimary", None)
    for translation in item.pop("translations", []):
        script = translation.get("script", "")
        # The spelling in another script sits inside the name; it is no alias of its own.
        foreign = script not in ("", "Latin")
        yield Name(
            translation.get("formattedFullName", ""),
            "transliteration" if foreign and kind != "weak" else kind,
            script if foreign else "",
        )
    audit.leftovers(item, "name")


def _addresses(item: dict[str, Any], audit: Audit) -> Iterator[Address]:
    item = dict(item)
    country = item.pop("country", "")
    for translation in item.pop("translations", []):
        parts = [part.get("value", "") for part in translation.get("addressParts", ())]
        text = ", ".join(part for part in [*parts, country] if part)
        yield Address(text, country_code(country, audit))
    audit.leftovers(item, "address")


def _features(
    items: list[dict[str, Any]], audit: Audit
) -> tuple[dict[str, list[str]], list[str], list[Identifier]]:
    """Sort an entry's features into facts by label, countries and identifiers."""
    stated: dict[str, list[str]] = defaultdict(list)
    countries, identifiers = [], []
    for item in items:
        item = dict(item)
        name, value = entries.label(item.pop("type", "")), item.pop("value", "")
        for tag in ("isPrimary", "reliability", "comments"):
            item.pop(tag, None)
        audit.leftovers(item, "feature")
        if name in entries.COUNTRIES:
            countries.append(country_code(value, audit))
        elif name in entries.RAW_ONLY or not value:
            continue
        elif entries.is_code(name):
            identifiers.append(entries.identifier(name, value, "", audit))
        elif value not in stated[name]:
            stated[name].append(value)
    return dict(stated), countries, identifiers


def _document(item: dict[str, Any], audit: Audit) -> Identifier:
    item = dict(item)
    found = entries.identifier(
        item.pop("type", "document"), item.pop("documentNumber", ""), item.pop("issuingCountry", ""), audit
    )
    for tag in DOCUMENT_DETAILS:
        item.pop(tag, None)
    audit.leftovers(item, "identityDocument")
    return found


def _listings(row: dict[str, Any], key: str, stated: dict[str, list[str]], audit: Audit) -> list[Listing]:
    programmes, types = row.pop("sanctionsPrograms", []), row.pop("sanctionsTypes", [])
    authorities = "; ".join(row.pop("legalAuthorities", []))[:500]
    lists = [item for item in row.pop("sanctionsLists", []) if item["name"] != entries.CONSOLIDATED]
    found = []
    for item in lists:
        if item["name"] not in entries.MEASURES:
            audit.doubt("unknown OFAC list", item["name"])
            continue
        place = entries.listing(item["name"], key, programmes, stated)
        published = read_day(item["datePublished"] or "", audit, "datePublished")
        found.append(
            place._replace(
                legal_basis=authorities,
                # OFAC states the kinds of sanction per entry: with one list only they are that list's.
                requirement=place.requirement or ("; ".join(types) if len(lists) == 1 else ""),
                start=published,
                start_basis="datePublished" if published else "",
            )
        )
    return found


def _relation(item: dict[str, Any], audit: Audit) -> Relation:
    item = dict(item)
    party = item.pop("relatedEntity", None) or {"id": "", "name": ""}
    found = Relation(item.pop("type", ""), party["id"], party["name"])
    item.pop("quality", None)
    audit.leftovers(item, "relationship")
    return found


def _relate(record: Record, relations: list[Relation], known: set[str], audit: Audit) -> None:
    """Write relations as edges, where both ends are in the file, and kinship and the others as a property."""
    told = []
    for relation in relations:
        stated = relation.type in (OWNED, OWNS, *NEAR, *LEADS)
        if stated and relation.key in known and relation.key != record.key:
            record.ownerships.append(_edge(record, relation))
            continue
        if relation.type in (OWNED, OWNS):
            audit.doubt("owner or asset that is not in this file", f"{record.caption}: {relation.name}")
        told.append(relation.as_property())
    if told:
        record.properties["relations"] = told


def _edge(record: Record, relation: Relation) -> Ownership:
    other = entity_id(record.dataset, relation.key)
    below = relation.type in (OWNED, *NEAR)
    return Ownership(
        owner_id=other if below else record.id,
        asset_id=record.id if below else other,
        kind="control" if relation.type in (OWNED, OWNS) else "associate",
        citation=entries.citation(record.key),
        url=entries.page(record.key),
        quote=f"{record.caption}: {relation.type} {relation.name}",
    )
