"""Covered List of the US Federal Communications Commission (HTML page): sentences about equipment and who makes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile
from ingest.records import Listing, Name, Ownership, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._html_page import page_of, text_of

URL = "https://www.fcc.gov/supplychain/coveredlist"

DATASETS: tuple[DatasetInfo, ...] = (
    DatasetInfo(
        name="us_fcc_covered",
        title="FCC Covered List",
        authority="US Federal Communications Commission, Public Safety and Homeland Security Bureau",
        legal_basis="Secure and Trusted Communications Networks Act of 2019, Pub. L. 116-124; 47 USC 1601-1609",
        homepage=URL,
        url=URL,
        cadence="irregular, several times a year",
        measures=("us-fcc-covered",),
        bounds=(10, 80),
        fresh_days=8,
    ),
)

HEADING = "covered equipment or services"
REACH = re.compile(r"[^.*]*should be read to include the subsidiaries and affiliates[^.]*\.", re.IGNORECASE)
SUBSIDIARY = re.compile(r"and its (?P<wholly>wholly[- ]owned )?subsidiary\s*$", re.IGNORECASE)
DAY = re.compile(r"[A-Z][a-z]+ \d{1,2}, \d{4}")


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "coveredlist.html"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    pages = (file for file in files if re.match(rb"\s*<(?:!doctype\s+)?html", file.head(200), re.IGNORECASE))
    return [(file,) for file in pages if HEADING.encode() in file.path.read_bytes().lower()]


def published_on(bundle: Bundle) -> date | None:
    """The date stands in brackets under the heading, above the table."""
    for element in page_of(bundle.only).iter("p", "table"):
        if element.tag == "table":
            return None
        if found := re.match(rf"\(?(?:updated )?({DAY.pattern})\)", text_of(element), re.IGNORECASE):
            return _day(found[1])
    return None


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    """Stream the rows of the first table; the others hold approvals and prohibitions."""
    page = page_of(bundle.only)
    for found in page.iter("table"):
        header = next(found.iter("tr"), None)
        if header is None or HEADING not in text_of(header).lower():
            continue
        reach = REACH.search(text_of(page))
        for row in found.iter("tr"):
            cells = row.findall("td")
            if not cells:
                continue
            if len(cells) != 2:
                raise IngestError(
                    f"{bundle.only.name}: a row of the Covered List has {len(cells)} of 2 columns."
                )
            yield {
                "sentence": text_of(cells[0]),
                "parties": list(_parties(cells[0])),
                "dates": DAY.findall(text_of(cells[1])),
                "date cell": text_of(cells[1]),
                "reach": " ".join(reach[0].split()) if reach else "",
            }
        return
    raise IngestError(
        f"{bundle.only.name} holds no table of covered equipment or services: the page has changed."
    )


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.rows += 1
        raw = dict(row)
        sentence, parties, dates = row.pop("sentence"), row.pop("parties"), row.pop("dates")
        reach = row.pop("reach")
        row.pop("date cell")
        audit.leftovers(row, "us_fcc_covered")
        if not parties:
            # Foreign drones, routers and the like: a class of equipment has no name to match.
            audit.skip(f"class of equipment, no party: {sentence[:80]}")
            continue
        if not reach:
            audit.doubt("the note on subsidiaries and affiliates is gone", sentence)
        if not dates:
            audit.doubt("no date of inclusion", sentence)
        start = _day(dates[0]) if dates else None
        listing = Listing(
            measures=("us-fcc-covered",),
            legal_basis="47 USC 1601-1609; 47 CFR 1.50002",
            citation=f"Covered List, entry of {dates[0]}" if dates else "Covered List",
            requirement=f"{sentence} {reach}".strip(),
            start=start,
            start_basis="date of inclusion" if start else "",
            source_url=URL,
        )
        records = [_record(name, listing, raw) for name, _ in parties]
        for number, (_, before) in enumerate(parties):
            if number and (said := SUBSIDIARY.search(before)):
                owner, asset = records[number - 1], records[number]
                share = Decimal(100) if said["wholly"] else None
                kind = "shareholding" if said["wholly"] else "control"
                asset.ownerships.append(
                    Ownership(
                        owner.id, asset.id, kind, listing.citation, share, share, url=URL, quote=sentence
                    )
                )
        yield from records


def _record(name: str, listing: Listing, raw: dict[str, Any]) -> Record:
    key = " ".join(re.findall(r"\w+", name.lower()))
    return Record("us_fcc_covered", key, "Company", [Name(name)], listings=[listing], raw=raw)


def _parties(cell: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield what is printed in bold, with the words before it. A full stop after the bold may belong to the name."""
    for bold in cell.iter("strong", "b"):
        name = text_of(bold).strip(" ,;")
        tail = bold.tail or ""
        if re.search(r"\b(?:Inc|Corp|Ltd|Co)$", name) and tail.startswith("."):
            name += "."
        previous = bold.getprevious()
        before = (previous.tail if previous is not None else bold.getparent().text) or ""  # type: ignore[union-attr]
        if name:
            yield name, " ".join(before.split())


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%B %d, %Y").date()  # noqa: DTZ007
    except ValueError:
        return None
