"""Uyghur Forced Labor Prevention Act Entity List of the US Department of Homeland Security (HTML page)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from lxml import etree, html

from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile
from ingest.records import Listing, Name, Ownership, Record, entity_id
from ingest.source import Client, DatasetInfo

URL = "https://www.dhs.gov/uflpa-entity-list"

DATASETS = (
    DatasetInfo(
        name="us_dhs_uflpa",
        title="UFLPA Entity List",
        authority="US Department of Homeland Security, Forced Labor Enforcement Task Force",
        legal_basis="Uyghur Forced Labor Prevention Act, Pub. L. 117-78, section 2(d)(2)(B); 19 USC 1307",
        homepage=URL,
        url=URL,
        cadence="irregular, several times a year",
        measures=("us-uflpa-import",),
        bounds=(100, 400),
        fresh_days=8,
    ),
)

# The headings of the page in short; each row keeps the heading in full as its reason.
SUBLISTS = {
    "i": "makes goods in Xinjiang with forced labour",
    "ii": "works with the government of Xinjiang to recruit, transport or receive forced labour",
    "iv": "exported such products to the United States",
    "v": "sources material from Xinjiang or from a government labour scheme",
}

SECTION = re.compile(r"Section 2\(d\)\(2\)\(B\)\((i|ii|iv|v)\)")
SCOPE = re.compile(
    r"[,.]?\s+(and (?:its )?(?:subsidiaries|subordinate and affiliated entities))\.?$", re.IGNORECASE
)
NAMED_SUBSIDIARIES = re.compile(
    r"[,.]?\s+and (?:its )?(?:\w+ )?(?:[\w-]+-based )?subsidiaries,? (?:which include|including):?\s*(?P<names>.+)$",
    re.IGNORECASE,
)
MARK = re.compile(
    r"(?:[;,]\s*)?(?:and\s+)?(?P<mark>also known as|formerly known as|(?:including|and) \w+ alias(?:es)?:)\s*",
    re.IGNORECASE,
)
ACRONYM = re.compile(r"[A-Z]{2,8}")


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "uflpa-entity-list.html"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    pages = (file for file in files if re.match(rb"\s*<(?:!doctype\s+)?html", file.head(200), re.IGNORECASE))
    return [(file,) for file in pages if b"uflpa entity list" in file.path.read_bytes().lower()]


def published_on(bundle: Bundle) -> date | None:
    found = re.search(r"Last Updated:\s*(\d\d/\d\d/\d{4})", _text(_page(bundle.only)))
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], "%m/%d/%Y").date()  # noqa: DTZ007
    except ValueError as error:
        raise IngestError(f"{bundle.only.name} was last updated on {found[1]}, which is no day.") from error


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    """Stream the rows of the page's tables, each with the heading that stands above its table."""
    rows = 0
    heading = ""
    for element in _page(bundle.only).iter("p", "h2", "h3", "h4", "table"):
        if element.tag != "table":
            heading = _text(element) if SECTION.search(_text(element)) else heading
            continue
        cells = [[_text(cell) for cell in row.iterchildren("td", "th")] for row in element.iter("tr")]
        columns = [name.lower() for name in cells[0]] if cells else []
        if "effective date" not in columns:
            continue
        if columns.index("effective date") != 1 or len(columns) != 2:
            raise IngestError(
                f"{bundle.only.name} has a table with other columns than the two that are known: {', '.join(columns)}."
            )
        for row in cells[1:]:
            rows += 1
            yield {"heading": heading, "cells": row}
    if not rows:
        raise IngestError(
            f"{bundle.only.name} has no table of entities: the site sent a page for browsers to check, not the list."
        )


def _page(file: RawFile) -> html.HtmlElement:
    try:
        return html.fromstring(file.text().encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise IngestError(f"{file.name} is empty or not HTML.") from error


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.row()
        yield from parse_row(row, audit)


def parse_row(row: dict[str, Any], audit: Audit) -> Iterator[Record]:
    """Yield the entry and, where it names subsidiaries, each of them with an edge from the entry."""
    heading, cells = row.pop("heading"), row.pop("cells")
    audit.leftovers(row, "row")
    if len(cells) != 2:
        audit.doubt("row that has not two cells", cells)
        return
    text, effective = cells
    section = SECTION.search(heading)
    if section is None:
        audit.doubt("table under an unknown heading", heading)
    start = _day(effective, audit)
    names, scope, subsidiaries = read_entry(text)
    listing = Listing(
        measures=("us-uflpa-import",),
        programme=f"{section[0]}: {SUBLISTS[section[1]]}" if section else "",
        legal_basis="Uyghur Forced Labor Prevention Act, Pub. L. 117-78",
        citation=f"Pub. L. 117-78, {section[0].lower()}" if section else "Pub. L. 117-78",
        requirement=f"The entry reads: “{scope}”." if scope else "",
        reason=SECTION.sub("", heading).strip(),
        start=start,
        start_basis="Effective Date" if start else "",
        source_url=URL,
    )
    parent = _record(names, listing, {"entry": text, "effective date": effective, "heading": heading})
    yield parent
    for subsidiary in subsidiaries:
        child = _record(subsidiary, listing, {"entry": text, "effective date": effective, "heading": heading})
        child.ownerships = [
            Ownership(
                parent.id,
                entity_id("us_dhs_uflpa", child.key),
                "affiliate",
                citation=listing.citation,
                start=start,
                url=URL,
                quote=text,
            )
        ]
        yield child


def _record(names: list[Name], listing: Listing, raw: dict[str, Any]) -> Record:
    # The tables spell one entity as Co., Ltd and Co. Ltd.: its key is the words of its name.
    key = " ".join(re.findall(r"\w+", names[0].text.casefold()))
    return Record("us_dhs_uflpa", key, "LegalEntity", names, countries=["cn"], listings=[listing], raw=raw)


def read_entry(text: str) -> tuple[list[Name], str, list[list[Name]]]:
    """Take the prose of an entry apart: its names, what it says of its group, and the subsidiaries it names."""
    subsidiaries: list[list[Name]] = []
    if named := NAMED_SUBSIDIARIES.search(text):
        subsidiaries = [_names(part) for part in _listed(named["names"])]
        text = text[: named.start()]
    tail = SCOPE.search(text)
    scope = tail[1] if tail else ""
    return _names(text[: tail.start()] if tail else text), scope, subsidiaries


def _names(text: str) -> list[Name]:
    marked: list[Name] = []
    for bracket in _brackets(text):
        inside = bracket[1:-1].strip()
        if MARK.match(inside):
            parts = MARK.split(inside)
            for mark, names in zip(parts[1::2], parts[2::2], strict=True):
                kind = "former" if mark.lower().startswith("formerly") else "alias"
                marked += [Name(name, kind) for name in _listed(names)]
        elif ACRONYM.fullmatch(inside):
            marked.append(Name(inside, "alias"))
        else:
            continue
        text = text.replace(bracket, " ")
    return [Name(" ".join(text.split()).rstrip(",;")), *marked]


def _listed(text: str) -> list[str]:
    """Split "A Co., Ltd.; B; and C" and "A Co. and B", but not "Import and Export"."""
    parts = re.split(r"\s*;\s*(?:and\s+)?|(?<=\.)\s+and\s+", text)
    return [part.strip(" ,") for part in parts if part.strip(" ,.")]


def _brackets(text: str) -> list[str]:
    """Return the outermost brackets; names inside them carry brackets of their own."""
    found, depth, begin = [], 0, 0
    for position, char in enumerate(text):
        if char == "(":
            begin = position if depth == 0 else begin
            depth += 1
        elif char == ")" and depth:
            depth -= 1
            if depth == 0:
                found.append(text[begin : position + 1])
    return found


def _day(text: str, audit: Audit) -> date | None:
    try:
        return datetime.strptime(text, "%B %d, %Y").date()  # noqa: DTZ007
    except ValueError:
        audit.doubt("date not understood", text)
        return None
