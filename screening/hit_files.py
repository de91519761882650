"""Hits written to a table as they are found; the file appears whole or not at all."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from entities.exporting import inert
from screening.finding import Found
from screening.models import Hit

COLUMNS = (
    *("row", "query", "score", "dataset", "entity_id", "matched_name", "name_kind"),
    *("listing_programme", "measure", "citation", "via"),
)
FORMATS = (".csv", ".tsv", ".xlsx")
# Rows of a worksheet, by Excel's own limit.
MOST_ROWS = 1_048_576
Write = Callable[[Sequence[Any]], object]


class NotWritten(ValueError):
    """The hits cannot be written there; the message says why in one sentence."""


def hit_cells(found: Found) -> list[Any]:
    """Return the cells of one hit, in the order of COLUMNS; what a spreadsheet would run is made inert."""
    name = found.hit.name
    return [
        *(
            found.supplier.row,
            inert(found.supplier.name),
            found.score,
            found.entity.dataset.name,
            found.entity.pk,
        ),
        *(inert(name.text), name.kind, *_regimes(found.regimes), inert(found.in_words)),
    ]


def kept_cells(hit: Hit) -> list[Any]:
    """Return the cells of a hit that a run kept."""
    return [
        *(hit.row, inert(hit.subject.name), hit.score, hit.dataset, hit.entity_id),
        *(inert(hit.matched_name), hit.name_kind, *_regimes(hit.regimes), inert(hit.path)),
    ]


def _regimes(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield inert(_joined(row["programme"] for row in rows))
    yield inert(_joined(_measure(row) for row in rows))
    yield inert(_joined(row["citation"] for row in rows))


def _measure(row: dict[str, Any]) -> str:
    return row["title"] if row["result"] == "listed" else f"{row['title']} ({row['result']})"


def _joined(texts: Any) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))


@contextmanager
def hit_file(path: Path | None) -> Iterator[Write]:
    """Open a table for rows in the format its name says, CSV on standard output without one.

    It is written beside its place and moved there when it is whole. Raises NotWritten.
    """
    if path is None:
        with _standard_output() as write:
            yield write
        return
    refuse_target(path)
    form = path.suffix.lower()
    fresh = path.with_name(f".{path.name}.partial")
    try:
        with _workbook(fresh) if form == ".xlsx" else _text(fresh, form) as write:
            yield write
        fresh.replace(path)
    except OSError as error:
        raise NotWritten(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        fresh.unlink(missing_ok=True)


def refuse_target(path: Path) -> None:
    """Raise NotWritten for a place where no hits can be written, before any work is done for them."""
    if path.suffix.lower() not in FORMATS:
        raise NotWritten(f"Hits are written as {', '.join(FORMATS)}, not {path.name!r}.")
    if not path.parent.is_dir():
        raise NotWritten(f"{path} cannot be written: there is no folder {path.parent}.")


@contextmanager
def _standard_output() -> Iterator[Write]:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    try:
        writer.writerow(COLUMNS)
        yield writer.writerow
        sys.stdout.flush()
    except BrokenPipeError as error:
        # What is left in the buffer would be tried once more at the end.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        raise NotWritten("Standard output was closed before all hits were written.") from error


@contextmanager
def _text(path: Path, form: str) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, delimiter="\t" if form == ".tsv" else ",", lineterminator="\n")
        writer.writerow(COLUMNS)
        yield writer.writerow


@contextmanager
def _workbook(path: Path) -> Iterator[Write]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Hits")
    sheet.append(COLUMNS)
    written = 1

    def write(cells: Sequence[Any]) -> None:
        nonlocal written
        written += 1
        if written > MOST_ROWS:
            raise NotWritten(f"A worksheet holds {MOST_ROWS:,} rows; write the hits to a .csv.")
        sheet.append(cells)

    path.touch()
    try:
        yield write
    finally:
        # Also where it is given up: what was begun of the sheet stands in a temporary file.
        sheet.close()
    book.save(path)
