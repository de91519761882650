"""Canadian Consolidated Autonomous Sanctions List (XML), in the element names of 2020 and of 2025.

The list has no identifier. Measured on the files of April 2020 (1,369 entries) and May 2025 (4,759):
Country + Schedule + Item finds 112 of the old entries again, because schedules are renumbered and renamed;
regime + name finds 1,255, and one name stands twice in one regime (one person under two parts of a schedule).
So the key is the regime's English name and the party's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, elements
from ingest.records import Identifier, Listing, Name, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._dates import excel_serial, read_day
from ingest.sources._scripts import beyond_latin

URL = "https://www.international.gc.ca/world-monde/assets/office_docs/international_relations-relations_internationales/sanctions/sema-lmes.xml"

DATASETS = (
    DatasetInfo(
        name="ca_sema",
        title="Consolidated Canadian Autonomous Sanctions List",
        authority="Global Affairs Canada",
        legal_basis="Special Economic Measures Act; Justice for Victims of Corrupt Foreign Officials Act",
        homepage="https://www.international.gc.ca/world-monde/international_relations-relations_internationales/sanctions/consolidated-consolide.aspx?lang=eng",
        url=URL,
        cadence="irregular, several times a month",
        # 1,369 entries in 2020, 4,759 in 2025: old copies are to load too.
        measures=("ca-dealings-ban",),
        bounds=(1300, 9500),
        schemas={"Person": (900, 6500), "Organization": (350, 2600)},
    ),
)

# What one thing is called in each generation of the file.
FIELDS = {
    "Entity": "EntityOrShip",
    "DateOfBirth": "DateOfBirthOrShipBuildDate",
    "Title": "TitleOrShip",
}
# A regime whose label the publisher changed keeps its key.
RENAMED = {"Burma": "Myanmar (Burma)"}
LEGAL_FORM = r"(?:Co|Company|Ltd|Limited|Inc|Corp|LLC|LLP|LP|PLC|PTE|PVT|JSC|S\.?A|GmbH|AG|FZ[EC]O?|DMCC|АО|ООО|ПАО|ЗАО|ОАО)"
# A comma before a legal form is part of the name.
SEPARATOR = re.compile(rf";|,(?!\s*{LEGAL_FORM}\b\.?,?\s*(?:Ltd|Limited)?\.?\s*(?:[,;)]|$))", re.IGNORECASE)
ENTITY_SEPARATOR = re.compile(rf"{SEPARATOR.pattern}|/\s+|\s+or\s+(?=[^a-z])", re.IGNORECASE)
LANGUAGE = re.compile(
    r"^\W*(Russian|Belarus{1,2}ian|Arabic|Ukrainian|Persian|Farsi|Chinese|Korean)\s*:\s*", re.I
)


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "sema-lmes.xml"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [
        (file,)
        for file in files
        if b"<data-set" in (head := file.head()) and b"<Country>" in head and b"<Item>" in head
    ]


def published_on(bundle: Bundle) -> date | None:
    return bundle.only.dated()


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    for element in elements(bundle.only, "record"):
        yield {
            FIELDS.get(child.tag, child.tag): text
            for child in element
            if (text := " ".join((child.text or "").split()))
        }


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    seen: set[str] = set()
    for row in rows:
        audit.row()
        record = parse_entry(row, audit)
        if record.key in seen:
            audit.doubt("name twice in one regime, taken as one party", record.key)
        seen.add(record.key)
        yield record


def parse_entry(row: dict[str, Any], audit: Audit) -> Record:
    raw = dict(row)
    regime = row.pop("Country", "").partition("/")[0].strip()
    regime = RENAMED.get(regime, regime)
    entity, imo = row.pop("EntityOrShip", ""), row.pop("ShipIMONumber", "")
    whole = entity or " ".join(filter(None, [row.pop("GivenName", ""), row.pop("LastName", "")]))
    if not regime or not whole:
        raise IngestError("An entry of the Canadian list has no country or no name.")
    schema = "Vessel" if imo else "Organization" if entity else "Person"
    born = row.pop("DateOfBirthOrShipBuildDate", "")
    serial = excel_serial(born)
    born = serial.isoformat() if serial else born
    row.pop("TitleOrShip", None)  # kept in the raw record: nothing here matches on it
    record = Record(
        dataset="ca_sema",
        key=f"{regime}: {whole}",
        schema=schema,
        names=[Name(whole), *_aliases(row.pop("Aliases", ""), schema)],
        identifiers=[Identifier("IMO", imo[:300])],
        listings=[_listing(regime, row, audit)],
        properties={"buildDate" if imo else "birthDate": [born]} if born else {},
        raw=raw,
    )
    audit.leftovers(row, "record")
    return record


def _aliases(text: str, schema: str) -> Iterator[Name]:
    lang = ""
    for part in (SEPARATOR if schema == "Person" else ENTITY_SEPARATOR).split(text):
        if found := LANGUAGE.match(part):
            lang = found[1].capitalize()
            part = part[found.end() :]
        name = " ".join(part.split()).strip("; ,")
        if beyond_latin(name):
            yield Name(name, "transliteration", lang or "original script")
        elif schema == "Person" and len(name.split()) < 2:
            yield Name(name, "weak")  # "Andrei" alone finds everybody
        else:
            yield Name(name, "alias")


def _listing(regime: str, row: dict[str, Any], audit: Audit) -> Listing:
    schedule, item = row.pop("Schedule", ""), row.pop("Item", "")
    place = [] if schedule in ("", "N/A") else [f"schedule {schedule}"]
    start = read_day(row.pop("DateOfListing", ""), audit, "DateOfListing")
    corrupt = "Corrupt Foreign Officials" in regime
    return Listing(
        measures=("ca-dealings-ban",),
        programme=regime[:300],
        legal_basis=(
            "Justice for Victims of Corrupt Foreign Officials Regulations"
            if corrupt
            else "Special Economic Measures Act, regulations of the regime"
        ),
        citation=", ".join([regime, *place, f"item {item}"]),
        start=start,
        start_basis="DateOfListing" if start else "",
        source_url=DATASETS[0].homepage,
    )
