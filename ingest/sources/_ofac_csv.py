"""OFAC's legacy tables: SDN.CSV, ADD.CSV, ALT.CSV and SDN_COMMENTS.CSV, joined on the entry's number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.files import Bundle, RawFile, table
from ingest.records import Address, Identifier, Listing, Name, Record
from ingest.sources import _ofac_entries as entries
from ingest.sources import _ofac_remarks as remarks

COLUMNS = {
    "COMMENTS": ("ent_num", "remarks"),
    "ADD": ("ent_num", "add_num", "address", "city", "country", "remarks"),
    "ALT": ("ent_num", "alt_num", "alt_type", "alt_name", "remarks"),
    "SDN": (
        "ent_num",
        "name",
        "type",
        "program",
        "title",
        "call_sign",
        "vessel_type",
        "tonnage",
        "grt",
        "vessel_flag",
        "vessel_owner",
        "remarks",
    ),
}
SCHEMAS = {"": "Organization", "individual": "Person", "vessel": "Vessel", "aircraft": "Airplane"}
ALIAS_KINDS = {"aka": "alias", "nka": "alias", "fka": "former"}
NULL = "-0-"
VESSEL = {
    "vessel_type": "vesselType",
    "tonnage": "tonnage",
    "grt": "grossRegisteredTonnage",
    "vessel_owner": "owner",
}
# Which of the consolidated lists a programme tag stands for; the tables do not name the list.
CONSOLIDATED = {
    "CMIC-EO13959": entries.CMIC,
    "UKRAINE-EO13662": entries.SSI,
    "NS-PLC": entries.PLC,
    "FSE-IR": entries.FSE,
    "FSE-SY": entries.FSE,
    "561-Related": entries.CAPTA,
}


def groups(
    files: list[RawFile], names: Mapping[str, str], needs: Sequence[str] = ()
) -> list[tuple[RawFile, ...]]:
    """Group the tables of one version: equal but for the table's name, as in sdn_2021-08-18.csv."""
    found: dict[str, dict[str, RawFile]] = defaultdict(dict)
    for file in files:
        for part, name in names.items():
            if match := re.fullmatch(rf"{name}((?:[-_ .]?\d.*)?)\.csv", file.name, re.IGNORECASE):
                found[match[1].lower()][part] = file
    return [
        tuple(parts[part] for part in names if part in parts)
        for _, parts in sorted(found.items())
        if all(part in parts for part in ("SDN", *needs))
    ]


def is_table(bundle: Bundle) -> bool:
    return bundle.files[0].name.lower().endswith(".csv")


def is_row(row: Mapping[str, Any]) -> bool:
    return "TABLE" in row


def published_on(bundle: Bundle) -> date | None:
    """Take the date from a name: the tables state none."""
    return next((stated for file in bundle.files if (stated := file.dated())), None)


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    """Stream the rows, those that entries refer to before the entries."""
    tables = {_table_of(file): file for file in bundle.files}
    for name, columns in COLUMNS.items():
        if file := tables.get(name):
            for row in table(file, columns=len(columns)):
                yield {"TABLE": name} | dict(zip(columns, row, strict=True))


def _table_of(file: RawFile) -> str:
    name = file.name.lower()
    return next((part for part in ("COMMENTS", "ADD", "ALT") if part.lower() in name), "SDN")


def parse(rows: Iterator[dict[str, Any]], dataset: str, title: str, audit: Audit) -> Iterator[Record]:
    """Join the rows of the tables by entry. A row without its entry is a doubt, not a failure."""
    joined: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        part, key = row.pop("TABLE"), row["ent_num"].strip()
        if not key.isdigit():
            # Old files end in a control character; some mirrors write a header row of their own.
            if key != "\x1a":
                audit.skip("header row")
            continue
        audit.row()
        if part == "SDN":
            yield parse_entry(row, joined.pop(key, {}), dataset, title, audit)
        else:
            joined[key][part].append(row)
    for parts in joined.values():
        for part, orphans in parts.items():
            for row in orphans:
                audit.doubt(f"{part} row without an entry", list(row.values()))


def parse_entry(
    row: dict[str, Any],
    parts: Mapping[str, list[dict[str, Any]]],
    dataset: str,
    title: str,
    audit: Audit,
) -> Record:
    raw: dict[str, Any] = {name: value for name, cell in row.items() if (value := _value(cell))}
    row = dict(row)
    key = row.pop("ent_num").strip()
    # The continuation begins in the middle of a word, so that no blank may be lost between the two.
    text = row.pop("remarks") + "".join(more["remarks"] for more in parts.get("COMMENTS", ()))
    said = remarks.parse(_value(text), audit)
    row = {name: _value(cell) for name, cell in row.items()}
    kind = row.pop("type")
    if kind not in SCHEMAS:
        audit.doubt("unknown entry type", kind)
    addresses = [_address(item, audit) for item in parts.get("ADD", ())]
    identifiers = [Identifier("OFAC uid", key), *said.identifiers]
    if sign := row.pop("call_sign"):
        identifiers.append(Identifier("Vessel Call Sign", sign))
    countries = list(said.countries)
    if flag := row.pop("vessel_flag"):
        countries.append(country_code(flag, audit))
    properties: dict[str, Any] = {
        entries.KEYS.get(name, name): values for name, values in said.stated.items()
    } | {name: row.pop(column) for column, name in VESSEL.items() if row[column]}
    if said.relations:
        properties["relations"] = [relation.as_property() for relation in said.relations]
    raw["remarks"] = _value(text)
    for part in ("ADD", "ALT"):
        if part in parts:
            raw[part] = parts[part]
    record = Record(
        dataset=dataset,
        key=key,
        schema=SCHEMAS.get(kind, "LegalEntity"),
        names=[Name(row.pop("name")), *(_alias(item, audit) for item in parts.get("ALT", ())), *said.names],
        countries=countries or [address.country for address in addresses],
        identifiers=identifiers,
        addresses=addresses,
        listings=_listings(title, key, _split(row.pop("program")), said.stated),
        properties=properties,
        raw={name: value for name, value in raw.items() if value},
    )
    row.pop("title")  # a person's office, kept in the raw record
    audit.leftovers(row, "entry")
    return record


def _value(cell: str) -> str:
    text = cell.strip()
    return "" if text.startswith(NULL) and not text.removeprefix(NULL).strip() else text


def _split(programmes: str) -> list[str]:
    """Split the cell of which the outer brackets are missing: NPWMD] [IFSR."""
    return [code for code in (part.strip(" []") for part in programmes.split("] [")) if code]


def _address(item: dict[str, Any], audit: Audit) -> Address:
    parts = [_value(item[name]) for name in ("address", "city", "country")]
    return Address(", ".join(part for part in parts if part), country_code(parts[-1], audit))


def _alias(item: dict[str, Any], audit: Audit) -> Name:
    kind = _value(item["alt_type"]).lower()
    if kind not in ALIAS_KINDS:
        audit.doubt("unknown alias type", kind)
    return Name(_value(item["alt_name"]), ALIAS_KINDS.get(kind, "alias"))


def _listings(title: str, key: str, programmes: list[str], stated: dict[str, list[str]]) -> list[Listing]:
    if title == entries.SDN:
        return [entries.listing(title, key, programmes, stated)]
    lists = {CONSOLIDATED[code]: None for code in programmes if code in CONSOLIDATED}
    # The menu-based list has no tag of its own: it is what remains, or what the remarks spell out.
    if not lists or entries.requirement(entries.MENU, stated):
        lists[entries.MENU] = None
    return [entries.listing(name, key, programmes, stated) for name in lists]
