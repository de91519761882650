"""Australian Sanctions Consolidated List of DFAT (XLSX, one row per name).

Rows of one party share a number: 101, 101a, 101b, 101aa. They need not stand together.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile
from ingest.records import Address, Identifier, Listing, Name, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._dates import month_named
from ingest.sources._scripts import beyond_latin
from ingest.workbooks import sheets

URL = "https://www.dfat.gov.au/sites/default/files/Australian_Sanctions_Consolidated_List.xlsx"

DATASETS = (
    DatasetInfo(
        name="au_dfat",
        title="Australian Sanctions Consolidated List",
        authority="Department of Foreign Affairs and Trade",
        legal_basis="Charter of the United Nations Act 1945; Autonomous Sanctions Act 2011",
        homepage="https://www.dfat.gov.au/international-relations/security/sanctions/consolidated-list",
        url=URL,
        cadence="irregular, several times a month",
        measures=("au-targeted-financial", "au-travel-ban", "au-arms-embargo", "au-maritime", "au-other"),
        bounds=(2500, 8000),
        schemas={"Person": (1800, 5000), "Organization": (600, 2000)},
    ),
)

SCHEMAS = {"individual": "Person", "entity": "Organization", "vessel": "Vessel"}
COLUMNS = (
    *("Reference", "Name of Individual or Entity", "Type", "Name Type", "Alias Strength", "Date of Birth"),
    *("Place of Birth", "Citizenship", "Address", "Additional Information", "Listing Information"),
    *("IMO Number", "Committees", "Control Date", "Instrument of Designation"),
    *("Targeted Financial Sanction", "Travel Ban", "Arms Embargo", "Maritime Restriction"),
)
MEASURES = {
    "Targeted Financial Sanction": "au-targeted-financial",
    "Travel Ban": "au-travel-ban",
    "Arms Embargo": "au-arms-embargo",
    "Maritime Restriction": "au-maritime",
}
NAME_KINDS = {
    "primary name": "primary",
    "alias": "alias",
    "a.k.a.": "alias",
    "aka": "alias",
    "original script": "transliteration",
    "former name": "former",
    "formerly known as": "former",
    "f.k.a.": "former",
}
# "a) Kabul, Afghanistan b) Quetta, Pakistan" enumerates inside one cell.
ENUMERATION = re.compile(r"(?:^|\s)[a-z]{1,2}\)\s+")


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "Australian_Sanctions_Consolidated_List.xlsx"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if _is_workbook(file)]


def _is_workbook(file: RawFile) -> bool:
    """Look for the list's own header among the workbook's texts."""
    try:
        with zipfile.ZipFile(file.path) as archive:
            found = [
                name for name in archive.namelist() if name.endswith(("sharedStrings.xml", "sheet1.xml"))
            ]
            return any(b"Name of Individual or Entity" in archive.read(name) for name in found)
    # A damaged archive is recognised too, so that read() can refuse it by name.
    except (zlib.error, EOFError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return file.name.lower().endswith(".xlsx")
    except OSError:
        return False


def published_on(bundle: Bundle) -> date | None:
    return bundle.only.dated()


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    """Yield one dict per party: its number and its rows, each a dict of its cells."""
    file = bundle.only
    header, *rows = _cells(file)
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise IngestError(f"{file.name} lacks the column {missing[0]!r} of the Australian list.")
    parties: dict[str, list[dict[str, str]]] = {}
    for number, cells in enumerate(rows, start=2):
        row = {column: text for column, text in zip(header, cells, strict=False) if column and text}
        if not row:
            continue
        found = re.fullmatch(r"(\d+)\s*[A-Za-z]*", row.get("Reference", ""), re.ASCII)
        if not found:
            raise IngestError(f"{file.name} has no Reference such as 101 or 101a in row {number}.")
        parties.setdefault(found[1], []).append(row)
    for key, members in parties.items():
        yield {"Reference": key, "rows": members}


def _cells(file: RawFile) -> list[list[str]]:
    """Return the texts of the sheet that holds the list, its header first."""
    for sheet in sheets(file):
        rows = list(sheet)
        if rows and "Name of Individual or Entity" in rows[0]:
            return rows
    raise IngestError(f"{file.name} has no sheet with the column 'Name of Individual or Entity'.")


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.rows += len(row["rows"])
        yield parse_party(row["Reference"], row["rows"], audit)


def parse_party(key: str, rows: list[dict[str, str]], audit: Audit) -> Record:
    # Most cells repeat on every row; the raw record keeps what differs.
    further = [{name: text for name, text in row.items() if rows[0].get(name) != text} for row in rows[1:]]
    raw = {"rows": [dict(rows[0]), *further]}
    kind = rows[0].get("Type", "")
    if kind.lower() not in SCHEMAS:
        audit.doubt("unknown type", kind)
    record = Record("au_dfat", key, SCHEMAS.get(kind.lower(), "LegalEntity"), names=[], raw=raw)
    births: list[str] = []
    for row in rows:
        record.names.append(_name(row, audit))
        births += _enumerated(row.pop("Date of Birth", ""))
        for place in _enumerated(row.pop("Address", "")):
            # The country stands last in an address, if anywhere.
            record.addresses.append(Address(place, _country_at_end(place)))
        for name in _enumerated(row.pop("Citizenship", "")):
            record.countries.append(country_code(name, audit))
        record.identifiers.append(Identifier("IMO", row.pop("IMO Number", "")[:300]))
        for reference in re.findall(
            r"\b[A-Z]{2}[ie]\.\d{3}\b", row.pop("Additional Information", ""), re.ASCII
        ):
            record.identifiers.append(Identifier("UN reference", reference))
        record.listings.append(_listing(key, row, audit))
        for column in ("Reference", "Type", "Place of Birth", "Control Date"):
            row.pop(column, None)  # kept in the raw record: nothing here matches on them
        audit.leftovers(row, "row")
    record.names.sort(key=lambda name: name.kind != "primary")
    record.countries = record.countries or [address.country for address in record.addresses]
    if births:
        record.properties["birthDate"] = list(dict.fromkeys(births))
    record.tidy()
    return record


def _name(row: dict[str, str], audit: Audit) -> Name:
    text = row.pop("Name of Individual or Entity", "")
    label, strength = row.pop("Name Type", ""), row.pop("Alias Strength", "").lower()
    kind = NAME_KINDS.get(label.lower(), "")
    if not kind:
        audit.doubt("unknown name type", label)
        kind = "alias"
    if strength not in ("", "strong", "weak", "good", "low"):
        audit.doubt("unknown alias strength", strength)
    if strength in ("weak", "low"):
        return Name(text, "weak")
    return Name(text, kind, "original script" if kind == "transliteration" and beyond_latin(text) else "")


def _enumerated(text: str) -> list[str]:
    return [part.strip(" ,;") for part in ENUMERATION.split(text) if part.strip(" ,;")]


def _country_at_end(place: str) -> str:
    """Read the country after the last comma; an address without one is no doubt."""
    return country_code(place.rpartition(",")[2].strip(" ."), Audit())


def _listing(key: str, row: dict[str, str], audit: Audit) -> Listing:
    imposed = [column for column in MEASURES if row.pop(column, "").lower() in ("true", "yes", "1")]
    if not imposed:
        audit.doubt("party without a measure", key)
    told = row.pop("Listing Information", "")
    start = (
        month_named(told) if re.match(r"\W*(?:Listed|Designated|Declared)\b", told, re.IGNORECASE) else None
    )
    return Listing(
        measures=tuple(MEASURES[column] for column in imposed) or ("au-other",),
        programme=row.pop("Committees", "")[:300],
        legal_basis=row.pop("Instrument of Designation", "")[:500],
        citation=f"Reference {key}",
        requirement="; ".join(imposed),
        reason=told,
        start=start,
        start_basis="Listing Information, first date" if start else "",
        source_url=DATASETS[0].homepage,
    )
