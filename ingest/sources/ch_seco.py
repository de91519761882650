"""Swiss sanctions list of SECO (XML, the whole list).

The list keeps targets that were de-listed: their modifications, in order of date, say from when to when they
were listed. A modification also holds copies of whole targets, which are no targets. Addresses name places
by an id; the places stand at the end of the file, so the file is read twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from lxml import etree

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, elements
from ingest.records import Identifier, Listing, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._ch_identities import Tree, address, birth_date, names, only_text
from ingest.sources._dates import year_first

URL = (
    "https://www.sesam.search.admin.ch/sesam-search-web/pages/downloadXmlGesamtliste.xhtml"
    "?lang=en&action=downloadXmlGesamtlisteAction"
)

DATASETS = (
    DatasetInfo(
        name="ch_seco",
        title="Swiss sanctions list (SECO)",
        authority="State Secretariat for Economic Affairs",
        legal_basis="Embargo Act of 22 March 2002 (SR 946.231) and its ordinances",
        homepage="https://www.seco.admin.ch/seco/en/home/Aussenwirtschaftspolitik_Wirtschaftliche_Zusammenarbeit/Wirtschaftsbeziehungen/exportkontrollen-und-sanktionen/sanktionen-embargos.html",
        url=URL,
        cadence="irregular, several times a month",
        measures=(
            "ch-asset-freeze",
            "ch-capital-market",
            "ch-trade",
            "ch-transport",
            "ch-travel-ban",
            "ch-other",
        ),
        bounds=(5000, 14000),
        schemas={"Person": (3000, 9000), "Organization": (1400, 5000)},
    ),
)

SCHEMAS = {"individual": "Person", "entity": "Organization", "vessel": "Vessel", "aircraft": "Airplane"}
# What a sanctions set's English title speaks of; one title may speak of several.
MEASURES = (
    (re.compile(r"capital market|money market|securities|loans?\b", re.I), "ch-capital-market"),
    (re.compile(r"\bgoods\b|export|dual-use|military|technolog|arms\b", re.I), "ch-trade"),
    (re.compile(r"vessel|\bship|port\b|aircraft", re.I), "ch-transport"),
    (re.compile(r"travel|entry|transit", re.I), "ch-travel-ban"),
    (
        re.compile(r"financ|asset|funds|economic resources|named (?:individuals|persons)", re.I),
        "ch-asset-freeze",
    ),
)


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "consolidated-list.xml"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if b"<swiss-sanctions-list" in file.head()]


def published_on(bundle: Bundle) -> date | None:
    found = re.search(rb"<swiss-sanctions-list\b[^>]*\bdate=\"([^\"]*)\"", bundle.only.head())
    return year_first(found[1].decode(errors="replace")) if found else None


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    file = bundle.only
    if not re.search(rb"<swiss-sanctions-list\b[^>]*\blist-type=\"whole-list\"", file.head()):
        raise IngestError(f"{file.name} is not the whole Swiss list but an amendment to it.")
    places: dict[str, Tree] = {}
    sets: dict[str, dict[str, str]] = {}
    for element in elements(file, "place", "sanctions-program", "target"):
        if element.tag == "place":
            places[element.get("ssid", "")] = _tree(element)
        elif element.tag == "sanctions-program":
            sets |= _sets(element)
    for element in elements(file, "target"):
        parent = element.getparent()
        if parent is not None and parent.getparent() is None:
            yield {"target": _tree(element), "places": places, "sets": sets}


def _tree(element: etree._Element) -> Tree:
    """Turn an element into "@attribute", "#" for the text, and lists of children; copies inside modifications are left out."""
    tree: Tree = {"@" + str(name): value.strip() for name, value in element.attrib.items() if value.strip()}
    if text := (element.text or "").strip():
        tree["#"] = text
    for child in element:
        if child.tag not in ("added", "removed"):
            tree.setdefault(child.tag, []).append(_tree(child))
    return tree


def _sets(element: etree._Element) -> dict[str, dict[str, str]]:
    """Return the programme's sets by id, in English where there is English."""

    def english(tag: str) -> str:
        texts = {child.get("lang", ""): (child.text or "").strip() for child in element if child.tag == tag}
        return texts.get("eng") or next(iter(texts.values()), "")

    found: dict[str, dict[str, str]] = {}
    for child in element:
        ssid = child.get("ssid", "")
        if child.tag == "sanctions-set" and (ssid not in found or child.get("lang") == "eng"):
            found[ssid] = {
                "title": (child.text or "").strip(),
                "programme": english("program-key"),
                "ordinance": english("program-name"),
            }
    return found


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.row()
        yield parse_target(row["target"], row["places"], row["sets"], audit)


def parse_target(
    target: Tree, places: dict[str, Tree], sets: dict[str, dict[str, str]], audit: Audit
) -> Record:
    raw = dict(target)
    key = target.pop("@ssid", "")
    if not key:
        raise IngestError("A target of the Swiss list has no ssid.")
    kind, subject = "", {}
    for tag in ("individual", "entity", "object"):
        for found in target.pop(tag, []):
            subject = dict(found)
            kind = subject.pop("@object-type", "other object") if tag == "object" else tag
    if kind not in SCHEMAS:
        audit.doubt("unknown kind of target", kind or key)
    identities = sorted(subject.pop("identity", []), key=lambda item: item.get("@main") != "true")
    remarks = [only_text(item) for item in subject.pop("other-information", [])]
    record = Record("ch_seco", key, SCHEMAS.get(kind, "LegalEntity"), names=[], raw=raw)
    births = []
    for identity in map(dict, identities):
        record.names += names(identity.pop("name", []), record.schema, audit)
        record.addresses += [address(item, places, audit) for item in identity.pop("address", [])]
        for item in identity.pop("nationality", []):
            record.countries += [_country(place, audit) for place in item.get("country", [])]
        births += [birth_date(item) for item in identity.pop("day-month-year", [])]
        record.identifiers += [_document(item, audit) for item in identity.pop("identification-document", [])]
        for field in ("@ssid", "@main", "place-of-birth"):
            identity.pop(field, None)
        audit.leftovers(identity, "identity")
    record.names.sort(key=lambda name: name.kind != "primary")
    record.countries = record.countries or [row.country for row in record.addresses]
    # The UN's or the EU's own reference, as the list copies it.
    references = [only_text(item) for item in target.pop("foreign-identifier", [])]
    record.identifiers += [Identifier("Foreign identifier", text[:300]) for text in references]
    for remark in remarks:
        record.identifiers += [
            Identifier("IMO", number) for number in re.findall(r"\bIMO\b\D{0,20}(\d{7})\b", remark, re.ASCII)
        ]
    reason = "\n".join(only_text(item) for item in subject.pop("justification", []))
    record.listings = _listings(target, record.schema, sets, reason, audit)
    record.properties = {"birthDate": [text for text in births if text]} if any(births) else {}
    for field in ("relation", "@sex"):
        subject.pop(field, None)  # kept in the raw record: relations are family and posts as often as shares
    audit.leftovers(subject, "subject")
    audit.leftovers(target, "target")
    return record


def _country(item: Tree, audit: Audit) -> str:
    return country_code(item.get("@iso-code") or only_text(item), audit)


def _document(item: Tree, audit: Audit) -> Identifier:
    number = next((only_text(part) for part in item.get("number", [])), "")
    country = next((part.get("@code", "") or only_text(part) for part in item.get("issuer", [])), "")
    return Identifier(item.get("@document-type", "document")[:80], number[:300], country_code(country, audit))


def _periods(modifications: list[Tree], audit: Audit) -> list[tuple[date | None, date | None]]:
    """Return when the target was listed, the oldest period first; an open one ends with None."""
    dated: list[tuple[date, str]] = []
    # The file tells the newest first; the sort keeps the oldest first among those of one day.
    for item in reversed(modifications):
        kind = item.get("@modification-type", "")
        if kind not in ("listed", "amended", "de-listed"):
            audit.doubt("unknown modification", kind)
        text = item.get("@effective-date") or item.get("@publication-date") or item.get("@enactment-date", "")
        dated.append((year_first(text) or date.min, kind))
    periods: list[tuple[date | None, date | None]] = []
    start: date | None = None
    listed = True  # before its first modification a target was listed, since when is not told
    for day, kind in sorted(dated, key=lambda pair: pair[0]):
        known = None if day == date.min else day
        if kind == "listed" and (start is None or not listed):
            start, listed = known, True
        elif kind == "de-listed" and listed:
            periods.append((start, known))
            start, listed = None, False
    return [*periods, (start, None)] if listed else periods


def _listings(
    target: Tree, schema: str, sets: dict[str, dict[str, str]], reason: str, audit: Audit
) -> list[Listing]:
    periods = _periods(target.pop("modification", []), audit)
    listings = []
    for reference in dict.fromkeys(only_text(item) for item in target.pop("sanctions-set-id", [])):
        facts = sets.get(reference)
        if facts is None:
            audit.doubt("sanctions set that no programme has", reference)
            facts = {"title": "", "programme": "", "ordinance": ""}
        codes = tuple(code for pattern, code in MEASURES if pattern.search(facts["title"]))
        if not codes:
            audit.doubt("unknown sanctions set", facts["title"])
        if schema != "Person" and len(codes) > 1:
            # One set bars persons from entry and freezes what persons and companies own.
            codes = tuple(code for code in codes if code != "ch-travel-ban")
        for start, end in periods:
            listings.append(
                Listing(
                    measures=codes or ("ch-other",),
                    programme=facts["programme"][:300],
                    legal_basis=facts["ordinance"][:500],
                    requirement=facts["title"],
                    reason=reason,
                    start=start,
                    start_basis="modification listed, effective date" if start else "",
                    end=end,
                    end_basis="modification de-listed, effective date" if end else "",
                    source_url=DATASETS[0].homepage,
                )
            )
    if not listings:
        audit.doubt("target without a sanctions set", reason[:80])
    return listings
