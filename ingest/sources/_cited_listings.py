"""Curated tables of listings: one CSV file, one row per party and listing period, each row with its citation.

They stand in for lists that have no machine-readable copy. The shipped ones lie in ingest/curated.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from entities.choices import Schema
from ingest.audit import Audit
from ingest.errors import IngestError, NoDownload
from ingest.files import Bundle, RawFile, measure, refuse_html
from ingest.records import Listing, Name, Record
from ingest.sources._cited_row import CitedRow

SHIPPED = Path(__file__).parent.parent / "curated"

# `key` names the party and never changes; `checked` is the day when somebody last compared the row with its source.
COLUMNS = (
    *(
        "dataset",
        "key",
        "name",
        "aliases",
        "schema",
        "country",
        "list",
        "start",
        "start_basis",
        "end",
        "end_basis",
    ),
    *("requirement", "reason", "citation", "url", "checked"),
)


def shipped(dataset: str) -> Bundle:
    """Read the table that ships with the project. Raises NoDownload where none does."""
    found = sorted((SHIPPED / dataset).glob("*.csv"))
    if not found:
        raise NoDownload(
            f"No table of {dataset} ships with the project: load your own with --from, a CSV file with the columns "
            f"{', '.join(COLUMNS)}."
        )
    return Bundle(tuple(measure(path) for path in found), f"ingest/curated/{dataset}")


def tables_of(dataset: str, files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    """Pick the tables whose first row names the dataset."""
    header = ",".join(COLUMNS).encode()
    picked: list[tuple[RawFile, ...]] = []
    for file in files:
        first, _, rest = file.head().removeprefix(b"\xef\xbb\xbf").partition(b"\n")
        if first.strip() == header and rest.startswith(f"{dataset},".encode()):
            picked.append((file,))
    return picked


def last_checked(bundle: Bundle) -> date | None:
    """Return the newest day on which a row was checked: that is how far the table reaches."""
    return max((CitedRow(dict(row)).day("checked") for row in read_rows(bundle)), default=None)


def read_rows(bundle: Bundle) -> Iterator[dict[str, Any]]:
    file = bundle.only
    refuse_html(file)
    try:
        reader = csv.reader(io.StringIO(file.text(), newline=""), strict=True)
        for cells in reader:
            if reader.line_num == 1 or not any(cells):
                continue
            if len(cells) != len(COLUMNS):
                raise IngestError(
                    f"{file.name} line {reader.line_num}: {len(cells)} of {len(COLUMNS)} cells; the row is cut off."
                )
            stripped = (" ".join(cell.replace("\0", "").split()) for cell in cells)
            yield {"FILE": file.name, "LINE": reader.line_num} | dict(zip(COLUMNS, stripped, strict=True))
    except csv.Error as error:
        raise IngestError(f"{file.name} is cut off or not a table: {error}.") from error


def parse_rows(
    rows: Iterator[dict[str, Any]],
    audit: Audit,
    dataset: str,
    lists: Mapping[str, tuple[str, str]],
    homepage: str,
) -> Iterator[Record]:
    """Yield a record per row; `lists` gives for each value of the column `list` the measure and the legal basis."""
    for cells in rows:
        audit.rows += 1
        row = CitedRow(dict(cells))
        row.choice("dataset", (dataset,))
        measure_code, basis = lists[row.choice("list", tuple(lists))]
        checked = row.day("checked")
        start, end, vague = row.period()
        url = row.url()
        bases = {name: row.take(f"{name}_basis") for name in ("start", "end")}
        for part in vague:
            name, _, text = part.partition(" ")
            bases[name] = f"{bases[name]} (known as {text} only)".strip()
        names = [Name(row.need("name"))]
        names += [_alias(text.strip()) for text in row.take("aliases").split(";")]
        record = Record(
            dataset=dataset,
            key=row.need("key"),
            schema=row.choice("schema", Schema.values),
            names=names,
            countries=row.country(audit),
            listings=[
                Listing(
                    measures=(measure_code,),
                    legal_basis=basis,
                    citation=row.take("citation"),
                    requirement=row.take("requirement"),
                    reason=row.take("reason"),
                    start=start,
                    start_basis=bases["start"] if start else "",
                    end=end,
                    end_basis=bases["end"] if end else "",
                    source_url=url or homepage,
                )
            ],
            raw=dict(row.raw, checked=checked.isoformat()),
        )
        audit.leftovers(row.cells, dataset)
        yield record


def _alias(text: str) -> Name:
    """Count a short acronym as weak: GRU and RGB mean many things."""
    return Name(text, "weak" if len(text) <= 4 and text.isupper() else "alias")
