"""Withhold release orders and findings of US Customs and Border Protection (CSV): named goods of named producers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, table
from ingest.records import Listing, Name, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._html_page import links_of

PAGE = "https://www.cbp.gov/document/stats/withhold-release-orders-findings"

DATASETS: tuple[DatasetInfo, ...] = (
    DatasetInfo(
        name="us_cbp_wro",
        title="US Withhold Release Orders and Findings",
        authority="US Customs and Border Protection",
        legal_basis="Tariff Act of 1930, section 307, 19 USC 1307; 19 CFR 12.42",
        homepage="https://www.cbp.gov/trade/forced-labor/withhold-release-orders-and-findings",
        url=PAGE,
        cadence="irregular, several times a year",
        measures=("us-cbp-wro",),
        bounds=(35, 200),
        fresh_days=8,
    ),
)

COLUMNS = (
    *("Effective Date", "Calendar Year", "Country Code", "Country", "Merchandise", "WRO/Finding", "Industry"),
    *("Status", "Press Release", "Entity", "Remarks"),
)
# Orders on a product of a whole country or on a class of producers name no party.
NO_PARTY = re.compile(
    r"^(?:all|any|certain)\s|\bAutonomous Region\b|\b(?:produced|made|grown|harvested|mined|manufactured) (?:in|with|by)\b",
    re.I,
)
VESSEL = re.compile(r"^fishing vessels?:\s*", re.IGNORECASE)
OWNER = re.compile(r"^(?:fishing )?vessels? (?:owned|operated) (?:or operated )?by\s+", re.IGNORECASE)
SCOPE = re.compile(
    r",?\s+(and (?:(?:its|all|any) )?(?:\w+ )?(?:subsidiar\w+|affiliat\w+|subordinat\w+).*)$", re.IGNORECASE
)
MARK = re.compile(
    r"[,;]?\s*[(\[]?\s*(?P<mark>a\.?k\.?a\.?|also known as|d\.?b\.?a\.?|doing business as|f\.?k\.?a\.?|formerly(?: known as)?)"
    r"(?![a-z])[,:]?\s*",
    re.IGNORECASE,
)
FORM = r"(?:Ltd|Limited|Inc|LLC|L\.L\.C|Corp|Co)\b\.?"
BETWEEN = re.compile(
    rf"(?<=Ltd\.) and (?=[A-Z][^,;]*,? ?{FORM})|;\s*(?:and\s+)?(?=[A-Z][^;]*{FORM})(?![^(]*\))"
)
RUN_ON = re.compile(rf"{FORM},\s+(?!Ltd|Inc|Limited|LLC)\w[^()]*,\s+and\s")


def fetch(client: Client) -> Bundle:
    """Follow the page's links to its dated CSV files and take the newest."""
    page = client.get(PAGE, "withhold-release-orders-findings.html")
    links = [url for url, _ in links_of(page, PAGE) if ".csv" in url.lower()]
    if not links:
        raise IngestError(f"{PAGE} links no CSV file any more.")
    url = max(links, key=_dated)
    return client.bundle(client.get(url, url.rpartition("/")[2]))


def _dated(url: str) -> str:
    found = re.search(r"20\d\d-\d\d-\d\d", url)
    return found[0] if found else ""


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    head = ",".join(COLUMNS[:4]).encode()
    return [(file,) for file in files if file.head(200).removeprefix(b"\xef\xbb\xbf").startswith(head)]


def published_on(bundle: Bundle) -> date | None:
    return bundle.only.dated()


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    rows = table(bundle.only, columns=len(COLUMNS))
    header = tuple(name.strip() for name in next(rows, []))
    if header != COLUMNS:
        raise IngestError(f"{bundle.only.name} has other columns than {', '.join(COLUMNS)}.")
    for cells in rows:
        yield dict(zip(COLUMNS, (" ".join(cell.split()) for cell in cells), strict=True))


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.rows += 1
        if not row["Entity"] or NO_PARTY.search(row["Entity"]):
            audit.skip("order on a product or a region that names no party")
            continue
        for party in BETWEEN.split(row["Entity"]):
            yield parse_order(dict(row), party, audit)


def parse_order(row: dict[str, Any], party: str, audit: Audit) -> Record:
    raw = {name: value for name, value in row.items() if value}
    text = row.pop("Entity")
    schema = "Vessel" if VESSEL.match(party) else "LegalEntity"
    reach = OWNER.match(party)
    named = OWNER.sub("", VESSEL.sub("", party))
    scope = SCOPE.search(named)
    names = _names(named[: scope.start()] if scope else named)
    if RUN_ON.search(party):
        audit.doubt("several parties in one cell, kept as one", party)
    for column in ("Calendar Year", "Country Code"):
        row.pop(column)
    country = row.pop("Country")
    kind, status, remarks = row.pop("WRO/Finding"), row.pop("Status"), row.pop("Remarks")
    start = _day(row.pop("Effective Date"), audit)
    goods = row.pop("Merchandise")
    requirement = f"Merchandise: {goods}." if goods else ""
    if reach or scope:
        requirement = f"{requirement} The entry reads: “{text}”.".strip()
    listing = Listing(
        measures=("us-cbp-wro",),
        programme=kind,
        legal_basis="19 USC 1307",
        citation="; ".join(dict.fromkeys(re.findall(r"\d+ FR \d+", remarks))),
        requirement=requirement,
        policy=f"Status: {status}" if status else "",
        reason=remarks,
        start=start,
        start_basis="Effective Date" if start else "",
        source_url=row.pop("Press Release") or DATASETS[0].homepage,
    )
    industry = row.pop("Industry")
    audit.leftovers(row, "us_cbp_wro")
    return Record(
        dataset="us_cbp_wro",
        key=" ".join(re.findall(r"\w+", f"{'vessel ' if schema == 'Vessel' else ''}{names[0].text}".lower())),
        schema=schema,
        names=names,
        countries=[] if country.lower().startswith("fishing") else [country_code(country, audit)],
        listings=[listing],
        properties={"industry": [industry]} if industry else {},
        raw=raw,
    )


def _names(text: str) -> list[Name]:
    """Split off what is marked a.k.a. or formerly."""
    main, *marked = MARK.split(text)
    names = [Name(re.sub(r"(?<!Co)(?<!Ltd)(?<!Inc)(?<!\.[A-Z])\.$", "", main.strip(" ,;")).strip())]
    for mark, part in zip(marked[::2], marked[1::2], strict=True):
        kind = "former" if mark.lower().startswith("f") else "alias"
        for alias in re.split(r"\s*;\s*(?:and\s+)?|,\s+and\s+", part.strip(" ,;)].")):
            names.append(Name(alias.strip(" ,"), kind))
    return names


def _day(text: str, audit: Audit) -> date | None:
    """Read 6/23/2026, 06/23/2026 or 2026-06-23."""
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        if american:
            return date(int(american[3]), int(american[1]), int(american[2]))
        return date.fromisoformat(text[:10])
    except ValueError:
        audit.doubt("date not understood", text)
        return None
