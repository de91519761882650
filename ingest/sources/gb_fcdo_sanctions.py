"""UK Sanctions List of the Foreign, Commonwealth and Development Office (XML or CSV).

The single UK list since 2026-01-28. It names subsidiaries and parents only by name: each becomes an
edge of kind affiliate, or a share where the name ends with one in brackets, to the listed party of
exactly that name or to a record of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile
from ingest.records import Address, Identifier, Listing, Name, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._dates import day_first, month_named, read_day
from ingest.sources._gb_companies import Relative, affiliates, registration_numbers, relatives
from ingest.sources._gb_fcdo_files import read_csv, read_xml
from ingest.sources._gb_names import joined, latin_name, other_script_name

URL = "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.xml"

DATASETS = (
    DatasetInfo(
        name="gb_fcdo_sanctions",
        title="UK Sanctions List",
        authority="Foreign, Commonwealth and Development Office",
        legal_basis="Sanctions and Anti-Money Laundering Act 2018 and the regulations of each regime",
        homepage="https://www.gov.uk/government/publications/the-uk-sanctions-list",
        url=URL,
        cadence="irregular, several times a month",
        measures=(
            "gb-asset-freeze",
            "gb-travel-ban",
            "gb-trade",
            "gb-transport",
            "gb-services",
            "gb-director-disqualification",
            "gb-other",
        ),
        bounds=(4500, 14000),
        schemas={"Person": (3000, 7500), "Organization": (1000, 6000), "Vessel": (125, 2000)},
    ),
)

SCHEMAS = {"individual": "Person", "entity": "Organization", "ship": "Vessel"}
# What a text of "Sanctions Imposed" begins with, to the code of the measure.
MEASURES = {
    "asset freeze": "gb-asset-freeze",
    "travel ban": "gb-travel-ban",
    "arms embargo": "gb-trade",
    "targeted arms embargo": "gb-trade",
    "trade": "gb-trade",
    "charter": "gb-transport",
    "crew servicing": "gb-transport",
    "de-flag": "gb-transport",
    "deflag": "gb-transport",
    "prevention of charter": "gb-transport",
    "prohibition of port entry": "gb-transport",
    "shipping": "gb-transport",
    "specified ship": "gb-transport",
    "technical assistance related to aircraft": "gb-transport",
    "closure of representative offices": "gb-services",
    "internet services": "gb-services",
    "prevention of business arrangements": "gb-services",
    "trust services": "gb-services",
    "director disqualification": "gb-director-disqualification",
}


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "UK-Sanctions-List.xml"))


def _is_xml(file: RawFile) -> bool:
    return b"<Designations" in file.head()


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if _is_xml(file) or b"Unique ID,OFSI Group ID," in file.head()]


def published_on(bundle: Bundle) -> date | None:
    head = bundle.only.head().decode(errors="replace")
    if found := re.search(r"<DateGenerated>([^<]*)</DateGenerated>", head):
        return day_first(found[1])
    found = re.match(r"\ufeff?\"?Report Date: *([^\r\n,]*)", head)
    return month_named(found[1]) if found else None


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    yield from read_xml(bundle.only) if _is_xml(bundle.only) else read_csv(bundle.only)


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    records: list[Record] = []
    related: list[Relative] = []
    for row in rows:
        audit.row()
        record, companies = parse_designation(row, audit)
        records.append(record)
        related += companies
    # The edges are written before the first record leaves.
    url = DATASETS[0].homepage
    unlisted = list(affiliates(records, related, audit, publication="UK Sanctions List", url=url))
    yield from records
    yield from unlisted


def parse_designation(row: dict[str, Any], audit: Audit) -> tuple[Record, list[Relative]]:
    """Return the party and the companies that its entry names."""
    raw = dict(row)
    key = row.pop("UniqueID", "")
    if not key:
        raise IngestError("A designation of the UK Sanctions List has no Unique ID.")
    kind = row.pop("IndividualEntityShip", "")
    if kind.lower() not in SCHEMAS:
        audit.doubt("unknown designation type", kind)
    addresses = [_address(item, audit) for item in _dicts(row, "Addresses", audit)]
    countries = [country_code(name, audit) for name in row.pop("Nationalities", [])]
    countries += [country_code(name, audit) for name in row.pop("CurrentBelievedFlagOfShips", [])]
    properties = {
        "birthDate": row.pop("DOBs", []),
        "owner": row.pop("CurrentOwnerOperators", []),
        "legalForm": row.pop("TypeOfEntities", []),
        "designationSource": row.pop("DesignationSource", "").split("|"),
        "website": row.pop("Websites", []),
    }
    record = Record(
        dataset="gb_fcdo_sanctions",
        key=key,
        schema=SCHEMAS.get(kind.lower(), "LegalEntity"),
        names=_names(row, audit),
        countries=countries or [address.country for address in addresses],
        identifiers=list(_identifiers(row, audit)),
        addresses=addresses,
        listings=[_listing(key, row, audit)],
        properties={name: texts for name, texts in properties.items() if any(texts)},
        raw=raw,
    )
    companies = [
        company
        for role, field in (("subsidiary", "Subsidiaries"), ("parent", "ParentCompanies"))
        for text in row.pop(field, [])
        for company in relatives(record, role, text, audit)
    ]
    for field in (
        # Kept in the raw record: nothing here matches on them.
        *(
            "LastUpdated",
            "OtherInformation",
            "Titles",
            "PhoneNumbers",
            "EmailAddresses",
            "Positions",
            "Genders",
        ),
        *("BirthDetails", "PreviousOwnerOperators", "PreviousFlags", "TypeOfShipDetails", "YearsBuilt"),
        *("TonnageOfShipDetails", "LengthOfShipDetails", "HullIdentificationNumbers"),
    ):
        row.pop(field, None)
    audit.leftovers(row, "designation")
    return record, companies


def _dicts(row: dict[str, Any], field: str, audit: Audit) -> Iterator[dict[str, str]]:
    """Take a field's groups of parts; a bare text where parts belong is a doubt."""
    for item in row.pop(field, []):
        if isinstance(item, dict):
            yield dict(item)
        else:
            audit.doubt(f"text without parts in {field}", item)


def _names(row: dict[str, Any], audit: Audit) -> list[Name]:
    names = []
    for item in _dicts(row, "Names", audit):
        parts = [item.pop(f"Name{number}", "") for number in range(1, 7)]
        names.append(latin_name(parts, item.pop("NameType", ""), item.pop("AliasStrength", ""), audit))
        audit.leftovers(item, "Names")
    for item in _dicts(row, "NonLatinNames", audit):
        script, language = item.pop("NonLatinScriptType", ""), item.pop("NonLatinScriptLanguage", "")
        names.append(other_script_name(item.pop("NameNonLatinScript", ""), script, language))
        audit.leftovers(item, "NonLatinNames")
    return sorted(names, key=lambda name: name.kind != "primary")


def _address(item: dict[str, str], audit: Audit) -> Address:
    country = item.pop("AddressCountry", "")
    lines = [item.pop(f"AddressLine{number}", "") for number in range(1, 7)]
    text = joined([*lines, item.pop("AddressPostalCode", ""), country], ", ")
    audit.leftovers(item, "Addresses")
    return Address(text, country_code(country, audit))


def _identifiers(row: dict[str, Any], audit: Audit) -> Iterator[Identifier]:
    yield Identifier("OFSI group ID", row.pop("OFSIGroupID", ""))
    yield Identifier("UN reference", row.pop("UNReferenceNumber", ""))
    for text in row.pop("IMONumbers", []):
        yield Identifier("IMO", re.sub(r"^IMO\D{0,3}(?=\d)", "", text.strip(), flags=re.IGNORECASE)[:300])
    for text in row.pop("BusinessRegistrationNumbers", []):
        yield from registration_numbers(text)
    for scheme, field, prefix in (
        ("Passport", "PassportDetails", "Passport"),
        ("National identifier", "NationalIdentifierDetails", "NationalIdentifier"),
    ):
        for item in _dicts(row, field, audit):
            yield Identifier(scheme, item.pop(f"{prefix}Number", "")[:300])
            item.pop(f"{prefix}AdditionalInformation", None)  # prose, kept in the raw record
            audit.leftovers(item, field)


def _listing(key: str, row: dict[str, Any], audit: Audit) -> Listing:
    texts = (joined([part]) for part in row.pop("SanctionsImposed", "").split("|"))
    imposed = list(dict.fromkeys(text for text in texts if text))
    codes = []
    for text in imposed:
        plain = text.lower()
        code = next((code for start, code in MEASURES.items() if plain.startswith(start)), "gb-other")
        if code == "gb-other":
            audit.doubt("unknown measure", text)
        codes.append(code)
    flags = row.pop("SanctionsImposedIndicators", [])
    if "AssetFreeze" in flags and "gb-asset-freeze" not in codes:
        # The indicator is the stronger statement: a freeze must not be lost to a missing word.
        audit.doubt("asset freeze flagged but not named", key)
        codes.append("gb-asset-freeze")
    if not codes:
        audit.doubt("designation without a measure", key)
    regime = row.pop("RegimeName", "")
    start = read_day(row.pop("DateDesignated", ""), audit, "DateDesignated")
    return Listing(
        measures=tuple(dict.fromkeys(codes)) or ("gb-other",),
        programme=regime[:300],
        legal_basis=regime[:500],
        citation=key,
        requirement="; ".join(imposed),
        reason=row.pop("UKStatementofReasons", "").strip(),
        start=start,
        start_basis="Date Designated" if start else "",
        source_url=DATASETS[0].homepage,
    )
