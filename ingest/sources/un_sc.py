"""United Nations Security Council consolidated list (XML)."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
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

URL = "https://scsanctions.un.org/resources/xml/en/consolidated.xml"

DATASETS = (
    DatasetInfo(
        name="un_sc",
        title="UN Security Council Consolidated List",
        authority="United Nations Security Council",
        legal_basis="Security Council resolutions of each regime",
        homepage="https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list",
        url=URL,
        cadence="irregular, several times a month",
        measures=("un-sanctions",),
        bounds=(700, 1800),
        schemas={"Person": (500, 1400), "LegalEntity": (150, 400)},
    ),
)

ALIAS_KINDS = {"good": "alias", "low": "weak", "a.k.a.": "alias", "f.k.a.": "former", "": "alias"}
NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "consolidated.xml"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if b"<CONSOLIDATED_LIST" in file.head()]


def published_on(bundle: Bundle) -> date | None:
    found = re.search(rb'dateGenerated="(\d{4}-\d\d-\d\d)', bundle.only.head())
    return year_first(found[1].decode()) if found else bundle.only.dated()


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    for element in elements(bundle.only, "INDIVIDUAL", "ENTITY"):
        yield {"TAG": element.tag} | _tree(element)


def _tree(element: etree._Element) -> dict[str, Any]:
    """Turn the element's children into text, or into a list of dicts where they repeat or nest."""
    row: dict[str, Any] = {}
    for child in element:
        if len(child):
            row.setdefault(child.tag, []).append(_tree(child))
        elif child.tag == "VALUE":
            row.setdefault("VALUE", []).append((child.text or "").strip())
        elif (child.text or "").strip():
            row[child.tag] = child.text.strip() if child.text else ""
    return row


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.row()
        yield parse_party(row, audit)


def parse_party(row: dict[str, Any], audit: Audit) -> Record:
    raw = copy.deepcopy(row)
    kind = row.pop("TAG")
    key = row.pop("DATAID", None)
    if not key:
        raise IngestError("An entry of the UN list has no DATAID.")
    names = [Name(" ".join(part for part in (row.pop(tag, "") for tag in NAME_PARTS) if part))]
    if original := row.pop("NAME_ORIGINAL_SCRIPT", ""):
        names.append(Name(original, "transliteration", "original script"))
    for alias in row.pop(f"{kind}_ALIAS", []):
        quality = alias.pop("QUALITY", "").lower()
        if quality not in ALIAS_KINDS:
            audit.doubt("unknown alias quality", quality)
        for text in re.split(r"\s*;\s*", alias.pop("ALIAS_NAME", "")):
            names.append(Name(text, ALIAS_KINDS.get(quality, "alias")))
    addresses = [_address(item, audit) for item in row.pop(f"{kind}_ADDRESS", [])]
    reference = row.pop("REFERENCE_NUMBER", "")
    identifiers = [Identifier("UN reference", reference)]
    properties: dict[str, Any] = {}
    countries = [address.country for address in addresses]
    if kind == "INDIVIDUAL":
        nationalities = [
            country_code(value, audit) for item in row.pop("NATIONALITY", []) for value in item["VALUE"]
        ]
        countries = nationalities
        properties["birthDate"] = _birth_dates(row.pop("INDIVIDUAL_DATE_OF_BIRTH", []))
        for document in row.pop("INDIVIDUAL_DOCUMENT", []):
            if number := document.get("NUMBER"):
                issuer = document.get("ISSUING_COUNTRY") or document.get("COUNTRY_OF_ISSUE", "")
                scheme = document.get("TYPE_OF_DOCUMENT") or document.get("TYPE_OF_DOCUMENT2", "document")
                identifiers.append(Identifier(scheme, number, country_code(issuer, audit)))
        for tag in ("INDIVIDUAL_PLACE_OF_BIRTH", "TITLE", "DESIGNATION", "GENDER"):
            row.pop(tag, None)  # kept in the raw record: nothing here matches on them
    listed_on = read_day(row.pop("LISTED_ON", ""), audit, "LISTED_ON")
    listing = Listing(
        measures=("un-sanctions",),
        programme=row.pop("UN_LIST_TYPE", ""),
        legal_basis="Security Council resolutions",
        citation=reference,
        reason=row.pop("COMMENTS1", ""),
        start=listed_on,
        start_basis="LISTED_ON" if listed_on else "",
        source_url=DATASETS[0].homepage,
    )
    for tag in ("VERSIONNUM", "LIST_TYPE", "LAST_DAY_UPDATED", "SORT_KEY", "SORT_KEY_LAST_MOD"):
        row.pop(tag, None)
    audit.leftovers(row, kind)
    return Record(
        dataset="un_sc",
        key=key,
        schema="Person" if kind == "INDIVIDUAL" else "LegalEntity",
        names=names,
        countries=countries,
        identifiers=identifiers,
        addresses=addresses,
        listings=[listing],
        properties={name: value for name, value in properties.items() if value},
        raw=raw,
    )


def _address(item: dict[str, Any], audit: Audit) -> Address:
    country = item.pop("COUNTRY", "")
    parts = [item.pop(tag, "") for tag in ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE")]
    note = item.pop("NOTE", "")
    audit.leftovers(item, "ADDRESS")
    text = ", ".join(part for part in [*parts, country] if part) or note
    return Address(text, country_code(country, audit))


def _birth_dates(items: list[dict[str, Any]]) -> list[str]:
    dates = []
    for item in items:
        if text := item.get("DATE") or item.get("YEAR"):
            dates.append(text)
        elif years := [item.get(tag) for tag in ("FROM_YEAR", "TO_YEAR") if item.get(tag)]:
            dates.append("–".join(str(year) for year in years))
    return dates
