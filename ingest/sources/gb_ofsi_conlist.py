"""Consolidated List of Financial Sanctions Targets of OFSI (CSV). Closed on 2026-01-28.

Its address still answers with a frozen file. It is read for history only: what a screening of 2025
would have found. So every listing ends on the day the list closed, and none is read as today's law;
whom the UK lists today is in gb_fcdo_sanctions, which the identifier "UK Sanctions List ID" leads to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, table
from ingest.records import Address, Identifier, Listing, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._dates import day_first, read_day
from ingest.sources._gb_companies import Relative, affiliates, registration_numbers, relatives
from ingest.sources._gb_names import joined, latin_name, other_script_name

URL = "https://ofsistorage.blob.core.windows.net/publishlive/2022format/ConList.csv"
CLOSED = date(2026, 1, 28)

DATASETS = (
    DatasetInfo(
        name="gb_ofsi_conlist",
        title="OFSI Consolidated List of Financial Sanctions Targets (closed, kept for history)",
        authority="Office of Financial Sanctions Implementation, HM Treasury",
        legal_basis="Sanctions and Anti-Money Laundering Act 2018 and the regulations of each regime",
        homepage="https://www.gov.uk/government/publications/financial-sanctions-consolidated-list-of-targets",
        url=URL,
        cadence="closed on 2026-01-28",
        measures=("gb-asset-freeze", "gb-transport"),
        bounds=(3000, 6500),
        closed_on=date(2026, 1, 28),
        schemas={"Person": (2000, 5000), "Organization": (600, 2000)},
    ),
)

SCHEMAS = {"individual": "Person", "entity": "Organization", "ship": "Vessel"}
HEADER = (
    *("Name 6", "Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Title", "Name Non-Latin Script"),
    *("Non-Latin Script Type", "Non-Latin Script Language", "DOB", "Town of Birth", "Country of Birth"),
    *("Nationality", "Passport Number", "Passport Details", "National Identification Number"),
    *("National Identification Details", "Position", "Address 1", "Address 2", "Address 3", "Address 4"),
    *("Address 5", "Address 6", "Post/Zip Code", "Country", "Other Information", "Group Type", "Alias Type"),
    *(
        "Alias Quality",
        "Regime",
        "Listed On",
        "UK Sanctions List Date Designated",
        "Last Updated",
        "Group ID",
    ),
)
SPELLINGS = {
    "Congo (Democratic Republic)": "Democratic Republic of the Congo",
    "Occupied Palestinian Territories": "Palestine",
    "Bosnia-Herzegovina": "Bosnia and Herzegovina",
}
# The remark holds "(UK Sanctions List Ref):GHR0086. (UK Statement of Reasons):… (Gender):Male".
REMARK_PART = re.compile(r"\(([A-Z][^():]{2,60})\):")


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "ConList.csv"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [
        (file,)
        for file in files
        if b"Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Title,Name Non" in file.head()
    ]


def published_on(bundle: Bundle) -> date | None:
    found = re.match(r"\ufeff?\"?Last Updated\"?,\"?([\d/]+)", bundle.only.head().decode(errors="replace"))
    return day_first(found[1]) if found else None


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    """Yield one dict per group: its rows, each a dict of its cells."""
    rows = table(bundle.only, columns=len(HEADER), preamble=1)
    if tuple(next(rows, ())) != HEADER:
        raise IngestError(f"{bundle.only.name} does not have the 36 columns of the OFSI list.")
    groups: dict[str, list[dict[str, str]]] = {}
    for cells in rows:
        row = {name: text for name, cell in zip(HEADER, cells, strict=True) if (text := cell.strip())}
        groups.setdefault(row.pop("Group ID", ""), []).append(row)
    for key, members in groups.items():
        yield {"Group ID": key, "rows": members}


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    records: list[Record] = []
    related: list[Relative] = []
    for row in rows:
        audit.rows += len(row["rows"])
        if not row["Group ID"]:
            raise IngestError("A row of the OFSI list has no Group ID.")
        record, companies = parse_group(row["Group ID"], row["rows"], audit)
        records.append(record)
        related += companies
    # The edges are written before the first record leaves, and end with the list.
    facts = {"publication": "OFSI Consolidated List, group", "url": DATASETS[0].homepage}
    unlisted = list(affiliates(records, related, audit, end=CLOSED, **facts))
    yield from records
    yield from unlisted


def parse_group(key: str, rows: list[dict[str, str]], audit: Audit) -> tuple[Record, list[Relative]]:
    """Make one party of its rows, one per name and address, and find the companies it names."""
    # Most cells repeat on every row; the raw record keeps what differs.
    further = [{name: text for name, text in row.items() if rows[0].get(name) != text} for row in rows[1:]]
    raw = {"Group ID": key, "rows": [dict(rows[0]), *further]}
    kind = rows[0].get("Group Type", "")
    if kind.lower() not in SCHEMAS:
        audit.doubt("unknown group type", kind)
    record = Record("gb_ofsi_conlist", key, SCHEMAS.get(kind.lower(), "LegalEntity"), names=[], raw=raw)
    births: list[str] = []
    companies: list[Relative] = []
    nationalities: list[str] = []
    for row in rows:
        parts = [row.pop(f"Name {number}", "") for number in range(1, 7)]
        record.names.append(latin_name(parts, row.pop("Alias Type", ""), row.pop("Alias Quality", ""), audit))
        script, language = row.pop("Non-Latin Script Type", ""), row.pop("Non-Latin Script Language", "")
        if text := row.pop("Name Non-Latin Script", ""):
            record.names.append(other_script_name(text, script, language))
        record.addresses.append(_address(row, audit))
        births += _numbered(row.pop("DOB", ""))
        nationalities += _numbered(row.pop("Nationality", ""))
        for scheme, column in (
            ("Passport", "Passport Number"),
            ("National identifier", "National Identification Number"),
        ):
            record.identifiers += [
                Identifier(scheme, value[:300]) for value in _numbered(row.pop(column, ""))
            ]
        remark = _remark(row.pop("Other Information", ""))
        record.identifiers += _remarked_identifiers(remark)
        record.listings.append(_listing(key, row, record.schema, remark, audit))
        for role, part in (("subsidiary", "Subsidiaries"), ("parent", "Parent company")):
            companies += relatives(record, role, remark.get(part, ""), audit)
        for column in (
            "Group Type",
            "Title",
            "Town of Birth",
            "Country of Birth",
            "Last Updated",
            "Position",
        ):
            row.pop(column, None)  # kept in the raw record: nothing here matches on them
        for column in ("Passport Details", "National Identification Details"):
            row.pop(column, None)
        audit.leftovers(row, "group")
    record.names.sort(key=lambda name: name.kind != "primary")
    record.countries = [_country(name, audit) for name in dict.fromkeys(nationalities)]
    record.countries = record.countries or [address.country for address in record.addresses]
    if births:
        record.properties["birthDate"] = list(dict.fromkeys(births))
    record.tidy()
    return record, companies


def _numbered(text: str) -> list[str]:
    """Split "(1) A-333602 (2) M110522"; a part that says nothing is "-"."""
    parts = re.split(r"\(\d+\)", text)
    return [part for part in (joined([part]).rstrip(".") for part in parts) if part not in ("", "-")]


def _address(row: dict[str, str], audit: Audit) -> Address:
    country = row.pop("Country", "")
    lines = [row.pop(f"Address {number}", "") for number in range(1, 7)]
    text = joined([*lines, row.pop("Post/Zip Code", ""), country], ", ")
    return Address(text, _country(country, audit))


def _country(text: str, audit: Audit) -> str:
    # "Iraq (previous address)" is Iraq.
    place = re.sub(r"\s*\((?:previous|as at)\b[^)]*\)$", "", text)
    return country_code(SPELLINGS.get(place, place), audit)


def _remark(text: str) -> dict[str, str]:
    """Split the remark at its labels; what stands before the first is kept under an empty one."""
    pieces = ["", *REMARK_PART.split(text)]
    return {label: part.strip() for label, part in zip(pieces[::2], pieces[1::2], strict=True)}


def _remarked_identifiers(remark: dict[str, str]) -> Iterator[Identifier]:
    for scheme, part in (
        ("UK Sanctions List ID", "UK Sanctions List Ref"),
        ("UN reference", "UN Ref"),
        ("IMO", "IMO number"),
    ):
        # References end with the sentence: "AFG0001." is AFG0001.
        yield Identifier(scheme, remark.get(part, "").split(" ")[0].rstrip(".,;")[:300])
    yield from registration_numbers(remark.get("Business Reg No", ""))


def _listing(key: str, row: dict[str, str], schema: str, remark: dict[str, str], audit: Audit) -> Listing:
    regime = row.pop("Regime", "")
    listed = read_day(row.pop("Listed On", ""), audit, "Listed On")
    designated = read_day(row.pop("UK Sanctions List Date Designated", ""), audit, "date designated")
    measures: tuple[str, ...] = ("gb-asset-freeze",)
    # The list held 15 ships, which their resolutions bar from ports; only some are frozen as resources.
    if schema == "Vessel":
        frozen = "economic resources" in " ".join(remark.values())
        measures = ("gb-transport", "gb-asset-freeze") if frozen else ("gb-transport",)
    return Listing(
        measures=measures,
        programme=regime[:300],
        citation=f"OFSI group {key}",
        reason=remark.get("UK Statement of Reasons", ""),
        start=listed or designated,
        start_basis="Listed On" if listed else "UK Sanctions List Date Designated" if designated else "",
        end=CLOSED,
        end_basis="the list closed; gb_fcdo_sanctions says whether the party is still listed",
        source_url=DATASETS[0].homepage,
    )
