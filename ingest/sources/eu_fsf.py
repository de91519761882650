"""EU consolidated list of financial sanctions (FSF), XML 1.1. Read without its namespace.

The key is euReferenceNumber. The publisher's schema calls logicalId an identifier of a record, kept "for
entities imported from previous database", for persons and for parts of them alike; the reference is the one
that the Commission prints on its lists. Of logicalId, which is always there, the key is made where the
schema's optional reference is missing. The CSV is not read: it cuts each entity into rows of parts and swaps
two of its columns, and holds nothing that the XML lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

from lxml import etree

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, elements
from ingest.records import Address, Identifier, Listing, Name, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._dates import read_day, year_first
from ingest.sources._scripts import beyond_latin

# The token is the publisher's public one, the same for everybody.
URL = (
    "https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw"
)

DATASETS = (
    DatasetInfo(
        name="eu_fsf",
        title="EU consolidated list of persons, groups and entities subject to financial sanctions",
        authority="European Commission",
        legal_basis="Council regulations under article 215 TFEU",
        homepage="https://data.europa.eu/data/datasets/consolidated-list-of-persons-groups-and-entities-subject-to-eu-financial-sanctions",
        url=URL,
        cadence="irregular, several times a month; up to weeks behind the Official Journal",
        measures=("eu-asset-freeze",),
        bounds=(4500, 12000),
        schemas={"Person": (3400, 8500), "Organization": (970, 3500)},
    ),
)

SCHEMAS = {"P": "Person", "E": "Organization"}
IDENTIFIERS = {
    "regnumber": "Registration number",
    "fiscalcode": "Tax number",
    "imo": "IMO",
    "passport": "Passport",
    "swiftbic": "SWIFT/BIC",
}
# Gradings stand in remarks, "quality" and "alias" in many spellings.
LOW = re.compile(r"\blow[\s-]*qual", re.IGNORECASE)
# Only at its start does a remark speak of the name: further on it may tell of an owner's former name, and
# "formerly listed as" speaks of the listing.
FORMER = re.compile(
    r"(?:.*;)?\W*(?:former(?:ly)?\b(?! listed)|f\.?k\.?a\b|previous(?:ly)? (?:name|known)\b)", re.IGNORECASE
)
PREFERENCE = ("alias", "transliteration", "former", "weak")
# The elements; a part of any other name is shown as not understood.
PARTS = {
    *(
        "remark",
        "publicationUrl",
        "regulation",
        "regulationSummary",
        "corrigendum",
        "subjectType",
        "nameAlias",
    ),
    *("citizenship", "birthdate", "address", "contactInfo", "identification", "additionalInformation"),
}
# Attributes that this parser reads nothing from; the raw record keeps them.
PASSED_OVER = {
    "nameAlias": ("firstName", "middleName", "lastName", "title", "function", "gender", "strong"),
    "address": ("asAtListingTime",),
    "identification": (
        *("diplomatic", "knownExpired", "reportedLost", "revokedByIssuer", "issueDate", "issuedBy"),
        *("nameOnDocument", "validFrom", "validTo", "region", "identificationTypeDescription", "latinNumber"),
    ),
    "birthdate": (
        *("circa", "city", "zipCode", "region", "place", "countryIso2Code", "countryDescription"),
        *("dayOfMonth", "monthOfYear"),
    ),
    "citizenship": ("region", "acquisitionDate", "disenfranchisementDate"),
    "regulation": ("regulationType", "organisationType", "corrigendum"),
}


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "xmlFullSanctionsList_1_1.xml"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if re.search(rb"<(?:\w+:)?export\b[^>]*\bgenerationDate=", file.head())]


def published_on(bundle: Bundle) -> date | None:
    found = re.search(rb"\bgenerationDate=[\"']([^\"']*)", bundle.only.head())
    return year_first(found[1].decode(errors="replace")) if found else None


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    for element in elements(bundle.only, "sanctionEntity"):
        yield _tree(element)


def _tree(element: etree._Element) -> dict[str, Any]:
    """Turn attributes into texts and children into lists of trees; an empty attribute means unknown."""
    row: dict[str, Any] = {
        f"@{name}" if name in PARTS else str(name): text
        for name, value in element.attrib.items()
        if (text := value.strip())
    }
    for child in element:
        tag = str(child.tag).rpartition("}")[2]
        field = tag if tag in PARTS else f"element {tag}"
        if tag in ("remark", "publicationUrl"):
            row.setdefault(field, []).extend(filter(None, [(child.text or "").strip()]))
        else:
            row.setdefault(field, []).append(_tree(child))
    return row


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.row()
        yield parse_entity(row, audit)


def parse_entity(row: dict[str, Any], audit: Audit) -> Record:
    raw = deepcopy(row)
    reference, logical = row.pop("euReferenceNumber", ""), row.pop("logicalId", "")
    if not (reference or logical):
        raise IngestError("An entity of the EU list has neither euReferenceNumber nor logicalId.")
    kind = next((item.get("classificationCode", "") for item in row.pop("subjectType", [])), "")
    if kind not in SCHEMAS:
        audit.doubt("unknown subject type", kind)
    births = [_birth(item, audit) for item in row.pop("birthdate", [])]
    addresses = [_address(item, audit) for item in row.pop("address", [])]
    citizenships = [_country(item, audit) for item in row.pop("citizenship", [])]
    properties: dict[str, Any] = {"birthDate": [text for text in births if text]}
    contacts = [text for _, texts in addresses for text in texts]
    properties["website"] = [text for key, text in contacts if key.startswith("WEB")]
    record = Record(
        dataset="eu_fsf",
        key=reference or f"logicalId {logical}",
        schema=SCHEMAS.get(kind, "LegalEntity"),
        names=_names(row.pop("nameAlias", []), audit),
        countries=citizenships or [address.country for address, _ in addresses],
        identifiers=[
            Identifier("EU reference", reference),
            Identifier("UN reference", row.pop("unitedNationId", "")[:300]),
            *_identifiers(row.pop("identification", []), audit),
        ],
        addresses=[address for address, _ in addresses],
        listings=[_listing(reference, row, audit)],
        properties={name: list(dict.fromkeys(texts)) for name, texts in properties.items() if texts},
        raw=raw,
    )
    audit.leftovers(row, "sanctionEntity")
    return record


def _finish(item: dict[str, Any], where: str, audit: Audit) -> None:
    """Drop what every part has and what is kept raw only; make a noise for the rest."""
    for name in ("logicalId", "regulationLanguage", "regulationSummary", "remark", *PASSED_OVER[where]):
        item.pop(name, None)
    audit.leftovers(item, where)


def _names(items: list[dict[str, Any]], audit: Audit) -> list[Name]:
    """Read the names. The list marks none as the primary one: it is the most readable that no remark demotes."""
    found: list[Name] = []
    seen: set[str] = set()
    for item in items:
        parts = (item.get(part, "") for part in ("firstName", "middleName", "lastName"))
        text = " ".join((item.pop("wholeName", "") or " ".join(parts)).split())
        remarks = item.get("remark", [])
        lang = item.pop("nameLanguage", "").lower()[:40]
        kind = "transliteration" if beyond_latin(text) else "alias"
        if any(LOW.search(remark) for remark in remarks):
            kind = "weak"
        elif any(FORMER.match(remark) for remark in remarks):
            kind = "former"
        _finish(item, "nameAlias", audit)
        # One spelling is repeated for the languages that share it.
        if text and text.casefold() not in seen:
            seen.add(text.casefold())
            found.append(Name(text, kind, lang))
    found.sort(key=lambda name: (PREFERENCE.index(name.kind), {"en": 0, "": 1}.get(name.lang, 2)))
    return [name._replace(kind="primary") if number == 0 else name for number, name in enumerate(found)]


def _identifiers(items: list[dict[str, Any]], audit: Audit) -> Iterator[Identifier]:
    for item in items:
        code = item.pop("identificationTypeCode", "")
        scheme = IDENTIFIERS.get(code) or item.get("identificationTypeDescription") or code or "document"
        number = item.pop("number", "") or item.get("latinNumber", "")
        false = item.pop("knownFalse", "") == "true"
        country = _country(item, audit)
        _finish(item, "identification", audit)
        yield Identifier(scheme[:80], number[:300], country, False if false else None)


def _country(item: dict[str, Any], audit: Audit) -> str:
    code, name = item.pop("countryIso2Code", ""), item.pop("countryDescription", "")
    if code in ("", "00") or name == "UNKNOWN":
        return ""
    return country_code(code, audit)


def _address(item: dict[str, Any], audit: Audit) -> tuple[Address, list[tuple[str, str]]]:
    name = item.get("countryDescription", "")
    country = _country(item, audit)
    parts = [item.pop(part, "") for part in ("street", "poBox", "place", "zipCode", "city", "region")]
    text = ", ".join(part for part in [*parts, name.title() if name != "UNKNOWN" else ""] if part)
    contacts = [(contact.get("key", ""), contact.get("value", "")) for contact in item.pop("contactInfo", [])]
    _finish(item, "address", audit)
    return Address(text, country), contacts


def _birth(item: dict[str, Any], audit: Audit) -> str:
    """Return the date, year or range as text; another calendar's year is named as such."""
    calendar = item.pop("calendarType", "GREGORIAN")
    whole, year = item.pop("@birthdate", ""), item.pop("year", "")
    years = [item.pop("yearRangeFrom", ""), item.pop("yearRangeTo", "")]
    text = whole or year or "–".join(part for part in years if part)
    _finish(item, "birthdate", audit)
    return f"{text} ({calendar.lower()} calendar)" if text and calendar != "GREGORIAN" else text


def _listing(reference: str, row: dict[str, Any], audit: Audit) -> Listing:
    """Read the regulation. It may be the latest amendment, so the earliest date of any kind is the start."""
    starts = {"designationDate": read_day(row.pop("designationDate", ""), audit, "designationDate")}
    programmes, titles, urls = [], [], []
    for item in row.pop("regulation", []):
        programmes.append(item.pop("programme", ""))
        titles.append(item.pop("numberTitle", ""))
        urls += item.pop("publicationUrl", [])
        for field in ("entryIntoForceDate", "publicationDate"):
            day = read_day(item.pop(field, ""), audit, field)
            if field == "entryIntoForceDate" and day:
                starts[field] = min(day, starts.get(field) or day)
        _finish(item, "regulation", audit)
    end = read_day(row.pop("delistingDate", ""), audit, "delistingDate")
    known = [(day, basis) for basis, day in starts.items() if day]
    start, basis = min(known) if known else (None, "")
    return Listing(
        measures=("eu-asset-freeze",),
        programme=" ".join(dict.fromkeys(programmes))[:300],
        legal_basis="; ".join(dict.fromkeys(titles))[:500],
        citation=reference,
        reason="\n".join(filter(None, [row.pop("designationDetails", ""), *row.pop("remark", [])])),
        start=start,
        start_basis=basis,
        end=end,
        end_basis="delistingDate" if end else "",
        source_url=next((url for url in urls if len(url) <= 500), DATASETS[0].homepage),
    )
