"""US filers and their subsidiaries from the Securities and Exchange Commission (JSON of tickers; Exhibit 21 as HTML, text or CSV).

Two datasets. us_sec is company_tickers.json: one company per Central Index Key, however many shares it has listed.
us_sec_exhibit21 is what Exhibit 21 of annual reports names: filings as filed (with their header, or the exhibit alone
in a file called CIK-ACCESSION.htm), and tables that somebody read out of them (ex21_labels.csv; a table of filers and
one of filing dates beside it name and date them). All that lies in one folder is one version.

A subsidiary whose share is not stated is consolidated, without a share; where a percentage stands, it is the share.
Of several filings by one company the newest tells of a subsidiary. A row set in under another is the subsidiary of
that one, and the filer consolidates it too. The same name in two places is two companies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

from entities.choices import OwnershipKind
from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, refuse_html, table
from ingest.records import Identifier, Name, Ownership, Record, entity_id
from ingest.source import Client, DatasetInfo
from ingest.sources._sec_exhibits import is_exhibit, read_exhibit
from ingest.sources._sec_names import jurisdiction, read_name, read_share

FILERS, EXHIBITS = "us_sec", "us_sec_exhibit21"
URL = "https://www.sec.gov/files/company_tickers.json"
ARCHIVES = "https://www.sec.gov/Archives/edgar/data"

DATASETS = (
    DatasetInfo(
        name=FILERS,
        title="Companies with a ticker that file with the SEC",
        authority="US Securities and Exchange Commission",
        legal_basis="",
        homepage="https://www.sec.gov/search-filings",
        url=URL,
        cadence="daily",
        bounds=(3_800, 23_000),
        fresh_days=30,
        every_hours=168,
        kind="register",
    ),
    DatasetInfo(
        name=EXHIBITS,
        title="Subsidiaries that US filers name (Exhibit 21)",
        authority="The filers, in annual reports to the US Securities and Exchange Commission",
        legal_basis="17 CFR 229.601(b)(21)",
        homepage="https://www.sec.gov/search-filings",
        url="",
        cadence="with each annual report",
        # There is no whole copy: a folder holds the filings that somebody chose.
        bounds=(1, 4_000_000),
        fresh_days=400,
        kind="register",
    ),
)

LABELS = ("Filename", "Subsidiary", "Location of Incorporation", "Ownership Percentage")
TRACKER = ("cik", "company_name", "num_subsidiaries", "num_filings", "first_filing", "last_filing")
DATES = ("cik", "fdate")
# Filers, dates and names first: what is read of an exhibit leans on them.
ORDER = ("tickers", "tracker", "dates", "labels", "exhibit")


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "company_tickers.json"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    found = [(ORDER.index(kind), file.name, file) for file in files if (kind := _kind(file))]
    return [tuple(file for *_, file in sorted(found, key=lambda row: row[:2]))] if found else []


def _kind(file: RawFile) -> str:
    head = file.head(400).removeprefix(b"\xef\xbb\xbf")
    if re.match(rb'\s*\{\s*"\d+":\s*\{\s*"cik_str"', head):
        return "tickers"
    first = head.partition(b"\n")[0].decode("utf-8", "replace").strip()
    for kind, columns in (("labels", LABELS), ("tracker", TRACKER), ("dates", DATES)):
        if first.replace('"', "") == ",".join(columns):
            return kind
    return "exhibit" if is_exhibit(file) else ""


def published_on(bundle: Bundle) -> date | None:
    return max((day for file in bundle.files if (day := file.dated())), default=None)


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    for file in bundle.files:
        kind = _kind(file)
        if kind == "tickers":
            yield from _tickers(file)
        elif kind == "exhibit":
            yield from _exhibit(file)
        else:
            columns = {"labels": LABELS, "tracker": TRACKER, "dates": DATES}[kind]
            rows = table(file, columns=len(columns))
            next(rows, None)
            for cells in rows:
                yield {"TABLE": kind} | dict(zip(columns, (" ".join(cell.split()) for cell in cells), strict=True))


def _tickers(file: RawFile) -> Iterator[dict[str, Any]]:
    refuse_html(file)
    try:
        rows = json.loads(file.text())
    except (ValueError, RecursionError) as error:
        raise IngestError(f"{file.name} is cut off or not JSON: {error}.") from error
    for row in rows.values():
        if not isinstance(row, dict) or not {"cik_str", "ticker", "title"} <= row.keys():
            raise IngestError(f"{file.name} has an entry without cik_str, ticker or title.")
        yield {"TABLE": "tickers"} | row


def _exhibit(file: RawFile) -> Iterator[dict[str, Any]]:
    exhibit = read_exhibit(file)
    yield {"TABLE": "filing", "passed over": exhibit.passed_over}
    for row in exhibit.rows:
        yield {
            "TABLE": "exhibit",
            "Filename": f"{exhibit.cik}-{exhibit.accession}",
            "Subsidiary": row.name,
            "Location of Incorporation": row.place,
            "Ownership Percentage": row.share,
            "ABOVE": row.above,
            "WORDS": row.words,
            "FILER": exhibit.filer,
            "FILED": exhibit.filed,
        }


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    filers: dict[str, Record] = {}
    exhibits = Exhibits(audit)
    for row in rows:
        match row.pop("TABLE"):
            case "tickers":
                audit.row(FILERS)
                record = parse_ticker(row, filers, audit)
                exhibits.names[record.key] = record.caption
            case "tracker":
                audit.row(EXHIBITS)
                exhibits.filer(str(int(row["cik"])), row["company_name"], row)
            case "dates":
                exhibits.dates.setdefault(str(int(row["cik"])), []).append(row["fdate"])
            case "filing":
                if row["passed over"]:
                    audit.skip(f"heading or footnote of an exhibit: {row['passed over']:,} lines")
            case _:
                audit.row(EXHIBITS)
                exhibits.add(row)
    yield from chain(filers.values(), exhibits.records.values())


def parse_ticker(row: dict[str, Any], filers: dict[str, Record], audit: Audit) -> Record:
    raw = dict(row)
    cik, ticker, title = str(row.pop("cik_str")), str(row.pop("ticker")), str(row.pop("title"))
    if not re.fullmatch(r"\d{1,10}", cik, re.ASCII):
        raise IngestError(f"A filer has no Central Index Key: {cik!r}.")
    audit.leftovers(row, "ticker")
    record = filers.get(cik)
    if record is None:
        record = filers[cik] = Record(
            FILERS, cik, "Company", [Name(title)], identifiers=[Identifier("CIK", cik, "us")], raw={"rows": []}
        )
        record.properties["tickers"] = []
    elif title not in [name.text for name in record.names]:
        record.names.append(Name(title, "alias"))
    if raw not in record.raw["rows"]:
        record.raw["rows"].append(raw)
        record.properties["tickers"].append(ticker)
    return record


class Exhibits:
    """Gather what the exhibits of a folder say, filer by filer."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self.records: dict[str, Record] = {}
        self.names: dict[str, str] = {}
        self.dates: dict[str, list[str]] = {}
        # Which filing told of a subsidiary, newest last; and the row that each name of a filing stands for.
        self.told: dict[str, tuple[int, str]] = {}
        self.rows: dict[tuple[str, str], str] = {}

    def filer(self, cik: str, name: str = "", row: dict[str, Any] | None = None) -> Record:
        if cik not in self.records:
            caption = name or self.names.get(cik, "") or f"SEC filer {cik}"
            identifiers = [Identifier("CIK", cik, "us")]
            self.records[cik] = Record(EXHIBITS, cik, "Company", [Name(caption)], [], identifiers, raw=row or {"CIK": cik})
        return self.records[cik]

    def add(self, row: dict[str, Any]) -> None:
        raw = {name: value for name, value in row.items() if value}
        filename, cell = row.pop("Filename"), row.pop("Subsidiary")
        found = re.fullmatch(r"(\d{1,10})-(\d{10}-(\d\d)-\d{6})", filename)
        if not found:
            raise IngestError(f"{filename!r} names no filing: CIK-ACCESSION, such as 38079-0001558370-16-004332.")
        cik, accession = str(int(found[1])), found[2]
        place, stated = row.pop("Location of Incorporation"), row.pop("Ownership Percentage")
        words = row.pop("WORDS", "") or " | ".join(filter(None, (cell, place, stated)))
        above, filed = row.pop("ABOVE", ""), row.pop("FILED", "")
        filer = self.filer(cik, row.pop("FILER", ""))
        self.audit.leftovers(row, "exhibit")
        if not cell:
            self.audit.skip("row without a subsidiary")
            return
        named = read_name(cell)
        if not named.names[0].text:
            self.audit.doubt("subsidiary without a name", cell)
            return
        share = read_share(stated or named.share, self.audit)
        key = f"{cik} {cell} | {place}"
        record = self.records.get(key)
        if record is None:
            country = jurisdiction(place, self.audit)
            record = self.records[key] = Record(EXHIBITS, key, "Company", named.names, [country] if country else [], raw=raw)
        self.rows[filename, cell] = key
        # The two digits of an accession number's year: EDGAR began in 1993.
        filing = (int(found[3]) + (2000 if int(found[3]) < 90 else 1900), accession)
        if self.told.get(key, (0, "")) > filing:
            return
        if self.told.get(key, filing) != filing:
            record.ownerships = []
        self.told[key] = filing
        holder = self.records[self.rows[filename, above]] if above and (filename, above) in self.rows else filer
        # What is set in under a subsidiary is held by it, and consolidated by the filer.
        holders = [(filer, share)] if holder is filer else [(holder, share), (filer, None)]
        record.ownerships += [
            self._edge(owner, record, part, cik, accession, filed, filing[0], words)
            for owner, part in holders
            if owner is not record
        ]

    def _edge(
        self,
        owner: Record,
        asset: Record,
        share: Any,
        cik: str,
        accession: str,
        filed: str,
        year: int,
        words: str,
    ) -> Ownership:
        days = [day for day in self.dates.get(cik, ()) if day.startswith(str(year))]
        filed = filed or (days[0] if len(days) == 1 else "")
        kind = OwnershipKind.SHAREHOLDING if share is not None else OwnershipKind.CONSOLIDATION
        return Ownership(
            owner_id=entity_id(EXHIBITS, owner.key),
            asset_id=entity_id(EXHIBITS, asset.key),
            kind=kind.value,
            citation=f"Exhibit 21, SEC filing {accession}" + (f" of {filed}" if filed else ""),
            share_min=share,
            share_max=share,
            url=f"{ARCHIVES}/{cik}/{accession.replace('-', '')}/",
            quote=words,
        )
