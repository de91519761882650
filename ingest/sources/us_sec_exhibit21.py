"""Subsidiaries that US filers name in their annual reports (Exhibit 21 as HTML or text, or CSV tables read out of it).

A folder is one version: filings as filed (with their header, or the exhibit alone in a file called CIK-ACCESSION.htm),
a table of rows that somebody read (ex21_labels.csv), and beside them tables of filers, of filing dates, and
company_tickers.json, which name and date the filings.

A subsidiary whose share is not stated is consolidated, without a share; where a percentage stands, it is the share.
Of several filings by one company the newest tells of a subsidiary. A row set in under another is the subsidiary of
that one, and the filer consolidates it too. The same name in two places is two companies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from entities.choices import OwnershipKind
from ingest.audit import Audit
from ingest.errors import IngestError, NoDownload
from ingest.files import Bundle, RawFile, table
from ingest.records import Identifier, Name, Ownership, Record, entity_id
from ingest.source import Client, DatasetInfo
from ingest.sources._sec_exhibits import is_exhibit, read_exhibit
from ingest.sources._sec_names import jurisdiction, read_name, read_share
from ingest.sources.us_sec import is_tickers
from ingest.sources.us_sec import read as read_tickers

NAME = "us_sec_exhibit21"
ARCHIVES = "https://www.sec.gov/Archives/edgar/data"

DATASETS = (
    DatasetInfo(
        name=NAME,
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
FILERS = ("cik", "company_name", "num_subsidiaries", "num_filings", "first_filing", "last_filing")
DATES = ("cik", "fdate")
# "Bemis Company, Inc. (the “Registrant”)" heads a table of its subsidiaries.
REGISTRANT = re.compile(r"[“\"(]registrant[”\")]", re.IGNORECASE)
# Filers, dates and names first: what is read of an exhibit leans on them.
ORDER = ("tickers", "filers", "dates", "labels", "exhibit")
TELLING = ("labels", "exhibit")


def fetch(client: Client) -> Bundle:
    raise NoDownload(
        "Filings are chosen by hand: download the exhibits you need from EDGAR into a folder and load it with --from."
    )


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    """Take all of a folder; what only names and dates filings tells of no subsidiary."""
    kinds = {file: kind for file in files if (kind := _kind(file))}
    telling = [file for file, kind in kinds.items() if kind in TELLING]
    return [tuple(dict.fromkeys([*telling, *kinds]))] if telling else []


def _kind(file: RawFile) -> str:
    if is_tickers(file):
        return "tickers"
    head = file.head(400).removeprefix(b"\xef\xbb\xbf")
    first = head.partition(b"\n")[0].decode("utf-8", "replace").strip()
    for kind, columns in (("labels", LABELS), ("filers", FILERS), ("dates", DATES)):
        if first.replace('"', "") == ",".join(columns):
            return kind
    return "exhibit" if is_exhibit(file) else ""


def published_on(bundle: Bundle) -> date | None:
    return max((day for file in bundle.files if (day := file.dated())), default=None)


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    kinds = {file: _kind(file) for file in bundle.files}
    for file in sorted(kinds, key=lambda file: (ORDER.index(kinds[file]), file.name)):
        kind = kinds[file]
        if kind == "tickers":
            yield from ({"TABLE": "tickers"} | row for row in read_tickers(Bundle((file,), file.name)))
        elif kind == "exhibit":
            yield from _exhibit(file)
        else:
            columns = {"labels": LABELS, "filers": FILERS, "dates": DATES}[kind]
            rows = table(file, columns=len(columns))
            next(rows, None)
            for cells in rows:
                yield {"TABLE": kind} | dict(
                    zip(columns, (" ".join(cell.split()) for cell in cells), strict=True)
                )


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
            "further columns": row.further,
            "FILER": exhibit.filer,
            "FILED": exhibit.filed,
        }


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    exhibits = Exhibits(audit)
    for row in rows:
        match row.pop("TABLE"):
            case "tickers":
                exhibits.names.setdefault(str(row["cik_str"]), str(row["title"]))
            case "filers":
                audit.row()
                exhibits.filer(str(int(row["cik"])), row["company_name"], row)
            case "dates":
                exhibits.dates.setdefault(str(int(row["cik"])), []).append(row["fdate"])
            case "filing":
                for _ in range(row["passed over"]):
                    audit.skip("heading or footnote of an exhibit")
            case _:
                audit.row()
                exhibits.add(row)
    yield from exhibits.records.values()


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
            caption = self.names.get(cik) or name or f"SEC filer {cik}"
            identifiers = [Identifier("CIK", cik, "us")]
            self.records[cik] = Record(
                NAME, cik, "Company", [Name(caption)], [], identifiers, raw=row or {"CIK": cik}
            )
        return self.records[cik]

    def add(self, row: dict[str, Any]) -> None:
        raw = {name: value for name, value in row.items() if value}
        filename, cell = row.pop("Filename"), row.pop("Subsidiary")
        found = re.fullmatch(r"(\d{1,10})-(\d{10}-(\d\d)-\d{6})", filename)
        if not found:
            raise IngestError(
                f"{filename!r} names no filing: CIK-ACCESSION, such as 38079-0001558370-16-004332."
            )
        cik, accession = str(int(found[1])), found[2]
        place, stated = row.pop("Location of Incorporation"), row.pop("Ownership Percentage")
        words = " | ".join(filter(None, (cell, place, stated, row.get("further columns", ""))))
        above, filed = row.pop("ABOVE", ""), row.pop("FILED", "")
        filer = self.filer(cik, row.pop("FILER", ""))
        self.audit.leftovers(row, "exhibit")
        if not cell:
            self.audit.skip("row without a subsidiary")
            return
        if REGISTRANT.search(cell):
            self.audit.skip("row that names the filer itself")
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
            record = self.records[key] = Record(
                NAME, key, "Company", named.names, [country] if country else [], raw=raw
            )
        self.rows[filename, cell] = key
        # The two digits of an accession number's year: EDGAR began in 1993.
        filing = (int(found[3]) + (2000 if int(found[3]) < 90 else 1900), accession)
        if self.told.get(key, (0, "")) > filing:
            return
        if self.told.get(key, filing) != filing:
            record.ownerships = []
        self.told[key] = filing
        holder = (
            self.records[self.rows[filename, above]] if above and (filename, above) in self.rows else filer
        )
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
            owner_id=entity_id(NAME, owner.key),
            asset_id=entity_id(NAME, asset.key),
            kind=kind.value,
            citation=f"Exhibit 21, SEC filing {accession}" + (f" of {filed}" if filed else ""),
            share_min=share,
            share_max=share,
            url=f"{ARCHIVES}/{cik}/{accession.replace('-', '')}/",
            quote=words,
        )
