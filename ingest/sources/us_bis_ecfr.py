"""Entity List and Military End-User List from the legal text itself: Supplements 4 and 7 to 15 CFR part 744 (eCFR XML)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, elements
from ingest.records import Address, Listing, Ownership, Record, entity_id
from ingest.source import Client, DatasetInfo
from ingest.sources._csl_names import Party, read_party
from ingest.sources._entity_cell import Party as CellParty
from ingest.sources._entity_cell import announced, cell_text, read_cell
from ingest.sources._federal_register import citations, first_date

DATES_URL = "https://www.ecfr.gov/api/versioner/v1/titles.json"
TEXT_URL = "https://www.ecfr.gov/api/versioner/v1/full/{day}/title-15.xml?part=744"
PAGE = "https://www.ecfr.gov/current/title-15/part-744/appendix-Supplement%20No.%20{number}%20to%20Part%20744"
BIS = "US Department of Commerce, Bureau of Industry and Security"

DATASETS: tuple[DatasetInfo, ...] = (
    DatasetInfo(
        name="us_bis_entity_list",
        title="US Entity List",
        authority=BIS,
        legal_basis="15 CFR 744.11 and 744.16, Supplement No. 4 to part 744",
        homepage=PAGE.format(number=4),
        url="https://www.ecfr.gov/current/title-15/part-744",
        cadence="irregular, about twice a month",
        measures=("us-ear-entity-list",),
        bounds=(1500, 8000),
    ),
    DatasetInfo(
        name="us_bis_meu",
        title="US Military End-User List",
        authority=BIS,
        legal_basis="15 CFR 744.21, Supplement No. 7 to part 744",
        homepage=PAGE.format(number=7),
        url="https://www.ecfr.gov/current/title-15/part-744",
        cadence="irregular, a few times a year",
        measures=("us-ear-meu",),
        bounds=(40, 400),
    ),
)

# Per supplement: dataset, measure, and the columns of its table.
SUPPLEMENTS = {
    "Supplement No. 4 to Part 744": (
        "us_bis_entity_list",
        "us-ear-entity-list",
        ("COUNTRY", "ENTITY", "REQUIREMENT", "POLICY", "CITATION"),
    ),
    "Supplement No. 7 to Part 744": ("us_bis_meu", "us-ear-meu", ("COUNTRY", "ENTITY", "CITATION")),
}
HOMEPAGES = {info.name: info.homepage for info in DATASETS}


def fetch(client: Client) -> Bundle:
    """Ask for the newest day of title 15 first: the interface knows no name for "current"."""
    listing = client.get(DATES_URL, "titles.json")
    try:
        titles = json.loads(listing.text())["titles"]
        day = next(title["up_to_date_as_of"] for title in titles if title["number"] == 15)
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise IngestError(f"{DATES_URL} does not state the date of title 15.") from error
    return client.bundle(client.get(TEXT_URL.format(day=day), f"title-15-part-744_{day}.xml"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [
        (file,)
        for file in files
        if re.search(rb'<DIV5 N="744"|<DIV9 N="Supplement No\. [47] to Part 744"', file.head())
    ]


def published_on(bundle: Bundle) -> date | None:
    """The text states no date; the file is named by the day that was asked for."""
    return bundle.only.dated()


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    found = False
    for supplement in elements(bundle.only, "DIV9"):
        title = " ".join((supplement.get("N") or "").split())
        if title not in SUPPLEMENTS:
            continue
        found = True
        columns = SUPPLEMENTS[title][2]
        for row in supplement.iter("TR"):
            cells = row.findall("TD")
            if not cells:
                continue
            if len(cells) != len(columns):
                yield {"SUPPLEMENT": title, "ODD": " ".join(cell_text(cell) for cell in cells)}
                continue
            texts = [
                cell_text(cell, notes=name == "REQUIREMENT")
                for name, cell in zip(columns, cells, strict=True)
            ]
            yield {"SUPPLEMENT": title} | dict(zip(columns, texts, strict=True))
    if not found:
        raise IngestError(f"{bundle.only.name} holds neither Supplement No. 4 nor No. 7 to part 744.")


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    """Yield one record per party; the country is printed once per block and carried down."""
    country = supplement = ""
    found: dict[str, tuple[Record, Party]] = {}
    for row in rows:
        audit.row(SUPPLEMENTS[row["SUPPLEMENT"]][0])
        if "ODD" in row:
            audit.doubt("row of another shape", row["ODD"])
            continue
        if row["SUPPLEMENT"] != supplement:
            supplement, country = row["SUPPLEMENT"], ""
        country = row["COUNTRY"].replace("\n", " ").strip() or country
        if row["ENTITY"].strip("[]. ").lower() in ("reserved", ""):
            audit.skip("reserved row")
            continue
        if not country:
            audit.doubt("row before the first country", row["ENTITY"])
        for record, party in _entry(dict(row, COUNTRY=country), audit):
            if record.id in found:
                _join(found[record.id][0], record)
            else:
                found[record.id] = (record, party)
    yield from _with_parents(found)


def _entry(row: dict[str, Any], audit: Audit) -> list[tuple[Record, Party]]:
    """Turn a row into its own party and those that its cell names below it."""
    raw = dict(row)
    dataset, measure, _ = SUPPLEMENTS[row.pop("SUPPLEMENT")]
    country = country_code(row.pop("COUNTRY"), audit)
    text, notice = row.pop("ENTITY"), row.pop("CITATION").replace("\n", " ")
    start = first_date(notice)
    requirement = " ".join(row.pop("REQUIREMENT", "").split())
    listing = Listing(
        measures=(measure,),
        citation=citations(notice),
        requirement=requirement,
        policy=" ".join(row.pop("POLICY", "").split()),
        start=start,
        start_basis="date of the first Federal Register citation" if start else "",
        source_url=HOMEPAGES[dataset],
    )
    if not start:
        audit.doubt("no date in the citation", notice or text)
    audit.leftovers(row, dataset)
    footnotes = re.findall(r"\[(\d+)\]", requirement)
    entries = []
    cells = read_cell(text)
    if announced(text) not in (0, len(cells) - 1):
        audit.doubt("group of another size than announced", f"{len(cells) - 1} of {announced(text)}: {text}")
    for cell in cells:
        party = _named(cell)
        if not party.names or not party.key:
            audit.doubt("entry without a name", text)
            continue
        mine = listing
        if party.scope:
            mine = listing._replace(requirement=f"{requirement} The entry reads: “{party.scope}”.".strip())
        entries.append(
            (
                Record(
                    dataset=dataset,
                    key=party.key,
                    schema="LegalEntity",
                    names=party.names,
                    countries=_countries(country, cell.addresses),
                    addresses=[Address(address, _country_of(address, country)) for address in cell.addresses],
                    listings=[mine],
                    properties={"footnotes": footnotes} if footnotes else {},
                    raw=raw,
                ),
                party,
            )
        )
    return entries


def _named(cell: CellParty) -> Party:
    """Read a name by the rules it shares with the Consolidated Screening List, so that both give one key."""
    if not cell.under:
        return read_party(cell.name, cell.aliases, cell.addresses[0] if cell.addresses else "")
    word = "Affiliated Entity" if cell.relation == "affiliated" else "Subordinate Institution"
    return read_party(f"{cell.under}. {word}: {cell.name}", cell.aliases)


def _countries(country: str, addresses: list[str]) -> list[str]:
    # Hong Kong stands under China since 2020; a company of Hong Kong is still found there.
    hong_kong = country == "cn" and any("hong kong" in address.lower() for address in addresses)
    return [country, "hk"] if hong_kong else [country]


def _country_of(address: str, country: str) -> str:
    last = address.rpartition(",")[2].strip(" .")
    known = country_code(last, Audit()) if last.isascii() and last.replace(" ", "").isalpha() else ""
    return known or country


def _join(record: Record, other: Record) -> None:
    """Join the row of another country; a listing that differs in its citation only is one listing."""
    [row] = other.listings
    for number, held in enumerate(record.listings):
        if held._replace(citation="", start=None) == row._replace(citation="", start=None):
            cited = "; ".join(dict.fromkeys(f"{held.citation}; {row.citation}".strip("; ").split("; ")))
            first = min((day for day in (held.start, row.start) if day), default=None)
            record.listings[number] = held._replace(citation=cited, start=first)
            other.listings = []
    record.absorb(other)


def _with_parents(found: dict[str, tuple[Record, Party]]) -> Iterator[Record]:
    """Give each party of a group an edge from the party it is printed below; name those that have no entry."""
    shorts: dict[tuple[str, str], set[str]] = {}
    for record, party in found.values():
        if party.short:
            shorts.setdefault((record.dataset, party.short), set()).add(record.id)
    parents: dict[str, Record] = {}
    for record, party in found.values():
        if party.parent:
            owner = entity_id(record.dataset, party.parent_key)
            abbreviated = shorts.get((record.dataset, party.parent), set())
            if owner not in found and len(abbreviated) == 1:
                [owner] = abbreviated
            if owner not in found and owner not in parents:
                names = read_party(party.parent, []).names
                named_in = {"named in": record.raw["ENTITY"]}
                parents[owner] = Record(record.dataset, party.parent_key, "LegalEntity", names, raw=named_in)
            listing = record.listings[0]
            if owner != record.id:
                record.ownerships.append(
                    Ownership(
                        owner,
                        record.id,
                        "affiliate",
                        citation=listing.citation or record.dataset,
                        start=listing.start,
                        url=listing.source_url,
                        quote=_quote(record.raw["ENTITY"], record.names[0].text),
                    )
                )
        yield record
    yield from parents.values()


def _quote(text: str, name: str) -> str:
    """Quote the cell's first 500 letters, or where the name stands far below them, its head and that line."""
    flat = " ".join(text.split())
    place = flat.find(name)
    return flat[:500] if place < 400 else f"{flat[:200]} … {flat[place : place + 250]}"
