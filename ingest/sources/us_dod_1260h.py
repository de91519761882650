"""Section 1260H list of Chinese military companies (a curated table of its editions).

The Department of Defense prints the list in the Federal Register and as a PDF; there is no file to
download. The table has one row per name and edition.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.errors import IngestError, NoDownload
from ingest.files import Bundle, RawFile, table
from ingest.records import Listing, Name, Ownership, Record, entity_id
from ingest.source import Client, DatasetInfo

NOTICE = "https://www.federalregister.gov/citation/91-FR-35189"
DATASET = "us_dod_1260h"

DATASETS = (
    DatasetInfo(
        name=DATASET,
        title="Section 1260H List of Chinese Military Companies",
        authority="US Department of Defense",
        legal_basis="FY2021 NDAA, Pub. L. 116-283, section 1260H",
        homepage=NOTICE,
        url=NOTICE,
        cadence="about once a year, with notices between",
        measures=("us-1260h-procurement",),
        bounds=(40, 500),
        fresh_days=400,
        every_hours=0,
    ),
)

REQUIRED = ("edition_date", "name", "alias", "former_name", "parent", "end_date", "citation")
# An edition that repeats this share of the names then listed restates the list; the others only add to it.
RESTATES = 0.5
SHORT_FORM = re.compile(r"^(?P<name>.+\b(?:Ltd|Limited|Inc|Corporation|Corp|LLC)\.?) \((?P<short>[^()]+)\)$")


@dataclass
class Row:
    edition: date
    name: str
    short: str
    alias: list[str]
    former: list[str]
    parent: str
    end: date | None
    citation: str
    native: list[str]
    country: str
    url: str
    raw: dict[str, Any]

    @property
    def key(self) -> str:
        return _words(self.name)


@dataclass
class Company:
    """The rows of one company, oldest first; its key is that of its oldest name."""

    rows: list[Row] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.rows[0].key

    @property
    def id(self) -> str:
        return entity_id(DATASET, self.key)

    @property
    def editions(self) -> dict[date, Row]:
        return {row.edition: row for row in self.rows}


def fetch(client: Client) -> Bundle:
    raise NoDownload(
        "The Section 1260H list has no machine-readable publication; load the curated table of its editions with --from."
    )


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if re.match(rb"(\xef\xbb\xbf)?edition_date,name,", file.head(100))]


def published_on(bundle: Bundle) -> date | None:
    return max((date.fromisoformat(row["edition_date"]) for row in read(bundle)), default=None)


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    file = bundle.only
    first = next(iter(file.head(1000).decode("utf-8-sig", "replace").splitlines()), "")
    header = next(csv.reader([first]), [])
    if missing := [name for name in REQUIRED if name not in header]:
        raise IngestError(f"{file.name} has no column {', '.join(missing)}.")
    rows = table(file, columns=len(header))
    next(rows)
    for number, cells in enumerate(rows, start=2):
        row = dict(zip(header, cells, strict=True))
        for column in ("edition_date", "end_date"):
            if row[column] and not _is_day(row[column]):
                raise IngestError(f"{file.name}, row {number}: {row[column]!r} in {column} is not a date.")
        if not row["edition_date"] or not row["name"].strip():
            raise IngestError(f"{file.name}, row {number} has no edition_date or no name.")
        yield row


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    """Yield a record per company; parents that have no row of their own come last, without a listing."""
    read_rows = [_row(row, audit) for row in rows]
    audit.rows += len(read_rows)
    companies = group(read_rows)
    editions = sorted({row.edition for row in read_rows})
    restating = whole_editions(companies, editions)
    by_name = {row.key: company for company in companies for row in company.rows}
    parents: dict[str, Record] = {}
    for company in companies:
        yield Record(
            DATASET,
            company.key,
            "LegalEntity",
            names=_names(company),
            countries=_countries(company),
            listings=periods(company, editions, restating),
            ownerships=_edges(company, by_name, parents, audit),
            raw={"rows": [row.raw for row in company.rows]},
        )
    yield from parents.values()


def _row(row: dict[str, Any], audit: Audit) -> Row:
    raw = {name: value for name, value in row.items() if value}
    name, short = _without_short(" ".join(row.pop("name").split()))
    end = row.pop("end_date")
    found = Row(
        edition=date.fromisoformat(row.pop("edition_date")),
        name=name,
        short=short,
        alias=_several(row.pop("alias")),
        former=_several(row.pop("former_name")),
        parent=_without_short(" ".join(row.pop("parent").split()))[0],
        end=date.fromisoformat(end) if end else None,
        citation=row.pop("citation"),
        native=_several(row.pop("native_name", "")),
        country=row.pop("country", ""),
        url=row.pop("url", ""),
        raw=raw,
    )
    row.pop("note", None)  # for the reader of the table
    audit.leftovers(row, "row")
    return found


def _without_short(name: str) -> tuple[str, str]:
    found = SHORT_FORM.match(name)
    return (found["name"], found["short"]) if found else (name, "")


def _several(text: str) -> list[str]:
    return [part.strip() for part in re.split(r";|,(?=\S)", text) if part.strip()]


def _words(text: str) -> str:
    """Compare names without regard to punctuation, marks and case: Co., Ltd is Co. Ltd."""
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", text.casefold()))


def group(rows: Iterable[Row]) -> list[Company]:
    """Join the rows of one company: those of one name, and those that a later row names as its own.

    A row's former name or alias joins only where it is the whole name of earlier rows and no edition lists
    both: two names side by side are two companies.
    """
    by_key: dict[str, Company] = defaultdict(Company)
    for row in sorted(rows, key=lambda row: row.edition):
        by_key[row.key].rows.append(row)
    for key in list(by_key):
        company = by_key[key]
        for text in [name for row in company.rows for name in (*row.former, *row.alias)]:
            other = by_key.get(_words(text))
            if other is None or other is company or other.editions.keys() & company.editions.keys():
                continue
            if other.rows[0].edition < company.rows[0].edition:
                company.rows = other.rows + company.rows
                by_key[_words(text)] = company
    return list({id(company): company for company in by_key.values()}.values())


def whole_editions(companies: list[Company], editions: list[date]) -> set[date]:
    """Return the editions that restate the list, told by how many of the names then listed they repeat."""
    whole = set()
    for edition in editions:
        earlier = [company for company in companies if _open_before(company, edition)]
        repeated = sum(edition in company.editions for company in earlier)
        if not earlier or repeated >= RESTATES * len(earlier):
            whole.add(edition)
    return whole


def _open_before(company: Company, edition: date) -> bool:
    earlier = [row for row in company.rows if row.edition < edition]
    return bool(earlier) and (earlier[-1].end is None or earlier[-1].end > edition)


def periods(company: Company, editions: list[date], whole: set[date]) -> list[Listing]:
    """Turn a company's editions into listing periods.

    Editions that follow one another make one period. It ends on the published end date, or on the date of
    a whole edition that leaves the company out; the basis says which.
    """
    found: list[Listing] = []
    for edition in editions:
        row = company.editions.get(edition)
        current = found[-1] if found and found[-1].end is None else None
        if row is None:
            if current and edition in whole:
                basis = f"not in the edition of {edition}; no removal notice held"
                found[-1] = current._replace(end=edition, end_basis=basis)
            continue
        if current is None:
            current = Listing(
                measures=("us-1260h-procurement",),
                programme="Section 1260H",
                legal_basis="FY2021 NDAA, Pub. L. 116-283, section 1260H",
                start=edition,
                start_basis=f"edition of {edition}",
                source_url=NOTICE,
            )
            found.append(current)
        cited = [text for text in (current.citation, row.citation) if text]
        found[-1] = current._replace(
            citation="; ".join(dict.fromkeys(cited)),
            source_url=row.url or current.source_url,
            end=row.end,
            end_basis="published end date" if row.end else "",
        )
    return found


def _names(company: Company) -> list[Name]:
    newest = company.rows[-1]
    texts = [Name(newest.name)]
    for row in reversed(company.rows):
        if row.key != newest.key:
            texts.append(Name(row.name, "former"))
        elif row.name != newest.name:
            texts.append(Name(row.name, "alias"))
        texts += [Name(text, "former") for text in row.former]
        texts += [Name(text, "alias") for text in (row.short, *row.alias)]
        texts += [Name(text, "alias", "zh") for text in row.native]
    first: dict[str, Name] = {}
    for name in texts:
        first.setdefault(name.text, name)
    return list(first.values())


def _countries(company: Company) -> list[str]:
    """The notice states no country: a listed group is Chinese, its units may sit anywhere."""
    newest = company.rows[-1]
    return [newest.country or ("" if newest.parent else "cn")]


def _edges(
    company: Company, by_name: dict[str, Company], parents: dict[str, Record], audit: Audit
) -> list[Ownership]:
    """Return an edge per parent and run of editions; it ends where an edition lists the company without it."""
    edges: list[Ownership] = []
    for row in company.rows:
        parent = by_name.get(_words(row.parent)) if row.parent else None
        owner = parent.id if parent else entity_id(DATASET, _words(row.parent)) if row.parent else ""
        if owner == company.id:
            audit.doubt("company named as its own parent", row.name)
            owner = ""
        if edges and edges[-1].end is None:
            if edges[-1].owner_id == owner:
                continue
            edges[-1] = edges[-1]._replace(end=row.edition)
        if not owner:
            continue
        if parent is None:
            parents.setdefault(
                owner,
                Record(DATASET, _words(row.parent), "LegalEntity", [Name(row.parent)], countries=["cn"]),
            )
        edges.append(
            Ownership(
                owner,
                company.id,
                "affiliate",
                citation=row.citation or f"Section 1260H list, edition of {row.edition}",
                start=row.edition,
                url=row.url or (NOTICE if row.citation else ""),
                quote=f"{row.name}, listed with parent {row.raw['parent']} in the edition of {row.edition}",
            )
        )
    return edges
