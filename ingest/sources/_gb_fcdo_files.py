"""The two forms of the UK Sanctions List, read into one shape: a dict per designation.

The shape is the XML's, flattened: texts, lists of texts, and lists of dicts (names, addresses, documents).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from ingest.errors import IngestError
from ingest.files import RawFile, elements, table

DETAILS = ("IndividualDetails", "EntityDetails", "ShipDetails")

# One text per designation: the CSV repeats it on each of its rows.
SINGLE = {
    "Last Updated": "LastUpdated",
    "OFSI Group ID": "OFSIGroupID",
    "UN Reference Number": "UNReferenceNumber",
    "Regime Name": "RegimeName",
    "Designation Type": "IndividualEntityShip",
    "Designation source": "DesignationSource",
    "Sanctions Imposed": "SanctionsImposed",
    "Other Information": "OtherInformation",
    "UK Statement of Reasons": "UKStatementofReasons",
    "Date Designated": "DateDesignated",
}
SEVERAL = {
    "Title": "Titles",
    "Phone number": "PhoneNumbers",
    "Website": "Websites",
    "Email address": "EmailAddresses",
    "D.O.B": "DOBs",
    "Nationality(/ies)": "Nationalities",
    "Position": "Positions",
    "Gender": "Genders",
    "Type of entity": "TypeOfEntities",
    "Subsidiaries": "Subsidiaries",
    "Parent company": "ParentCompanies",
    "Business registration number (s)": "BusinessRegistrationNumbers",
    "IMO number": "IMONumbers",
    "Current owner/operator (s)": "CurrentOwnerOperators",
    "Previous owner/operator (s)": "PreviousOwnerOperators",
    "Current believed flag of ship": "CurrentBelievedFlagOfShips",
    "Previous flags": "PreviousFlags",
    "Type of ship": "TypeOfShipDetails",
    "Tonnage of ship": "TonnageOfShipDetails",
    "Length of ship": "LengthOfShipDetails",
    "Year Built": "YearsBuilt",
    "Hull identification number (HIN)": "HullIdentificationNumbers",
}
GROUPS = {
    "Names": {
        **{f"Name {number}": f"Name{number}" for number in range(1, 7)},
        "Name type": "NameType",
        "Alias strength": "AliasStrength",
    },
    "NonLatinNames": {
        "Name non-latin script": "NameNonLatinScript",
        "Non-latin script type": "NonLatinScriptType",
        "Non-latin script language": "NonLatinScriptLanguage",
    },
    "Addresses": {
        **{f"Address Line {number}": f"AddressLine{number}" for number in range(1, 7)},
        "Address Postal Code": "AddressPostalCode",
        "Address Country": "AddressCountry",
    },
    "NationalIdentifierDetails": {
        "National Identifier number": "NationalIdentifierNumber",
        "National Identifier additional information": "NationalIdentifierAdditionalInformation",
    },
    "PassportDetails": {
        "Passport number": "PassportNumber",
        "Passport additional information": "PassportAdditionalInformation",
    },
    "BirthDetails": {"Town of birth": "TownOfBirth", "Country of birth": "CountryOfBirth"},
}
COLUMNS = 58


def read_xml(file: RawFile) -> Iterator[dict[str, Any]]:
    for element in elements(file, "Designation"):
        row: dict[str, Any] = {}
        for child in element:
            if child.tag in DETAILS:
                for kind in child:
                    for container in kind:
                        row.setdefault(container.tag, []).extend(_values(container))
            elif child.tag == "SanctionsImposedIndicators":
                row[child.tag] = [flag.tag for flag in child if (flag.text or "").strip() == "true"]
            elif len(child):
                row.setdefault(child.tag, []).extend(_values(child))
            elif text := (child.text or "").strip():
                row[child.tag] = text
        yield row


def _values(container: etree._Element) -> list[Any]:
    """Return each child as a text, or as a dict of texts where it has parts."""
    found: list[Any] = []
    for child in container:
        if len(child):
            value: Any = {part.tag: text for part in child if (text := (part.text or "").strip())}
        else:
            value = (child.text or "").strip()
        if value and value not in found:
            found.append(value)
    return found


def read_csv(file: RawFile) -> Iterator[dict[str, Any]]:
    """Fold the rows, which are the product of names, addresses, phones …, back into designations."""
    rows = table(file, columns=COLUMNS, preamble=1)
    header = next(rows, None)
    known = {"Unique ID", *SINGLE, *SEVERAL, *(name for group in GROUPS.values() for name in group)}
    if header is None or not known <= set(header):
        missing = sorted(known - set(header or ()))
        raise IngestError(f"{file.name} lacks the column {missing[0]!r} of the UK Sanctions List.")
    parties: dict[str, dict[str, Any]] = {}
    for cells in rows:
        values = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        key = values.pop("Unique ID")
        _fold(parties.setdefault(key, {"UniqueID": key}), values)
    yield from parties.values()


def _fold(party: dict[str, Any], values: dict[str, str]) -> None:
    for column, name in SINGLE.items():
        if text := values.pop(column):
            party.setdefault(name, text)
    for column, name in SEVERAL.items():
        if (text := values.pop(column)) and text not in party.setdefault(name, []):
            party[name].append(text)
    for name, parts in GROUPS.items():
        group = {part: text for column, part in parts.items() if (text := values.pop(column))}
        # A name's type alone is no name: a row may carry only a further address.
        if group.keys() - {"NameType"} and group not in party.setdefault(name, []):
            party[name].append(group)
    for column, text in values.items():
        if text:
            party[f"column {column}"] = text
