"""A table that somebody made in a spreadsheet program: CSV in whatever encoding, or a workbook, as numbered rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.encodings import encoding_of
from ingest.errors import IngestError
from ingest.files import RawFile
from ingest.workbooks import is_workbook, sheets

DELIMITERS = ",;\t|"
# Titles, dates and blank lines may stand above the header.
HEADER_WITHIN = 20
SHOWN = 8

NumberedRow = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """A table with its header found: the place of each known column, and what is not read."""

    file: RawFile
    called: str
    columns: Mapping[str, int]
    header: Sequence[str]
    header_row: int
    encoding: str

    @property
    def unread(self) -> list[str]:
        return [name for at, name in enumerate(self.header) if name and at not in self.columns.values()]

    def rows(self) -> Iterator[tuple[int, dict[str, str], list[str]]]:
        """Stream the rows below the header: their number, the known cells, all cells."""
        for number, cells in numbered(self.file, self.called, self.encoding):
            if number > self.header_row and any(cells):
                known = {name: cells[at] if at < len(cells) else "" for name, at in self.columns.items()}
                yield number, known, cells


def opened(
    file: RawFile,
    called: str,
    known: Mapping[str, Sequence[str]],
    chosen: Mapping[str, str],
    needed: Sequence[str],
    encoding: str = "",
) -> Table:
    """Find the header of a table. `known` has the usual headings of each column, `chosen` those that a person named.

    Raises IngestError where a needed or a chosen column is not there.
    """
    _refuse_disguised(file, called)
    encoding = encoding or ("" if is_workbook(file) else encoding_of(file.path, called))
    fits = {column: {_folded(text) for text in (column, *texts)} for column, texts in known.items()}
    fits |= {column: {_folded(text)} for column, text in chosen.items() if column in known}
    best: tuple[dict[str, int], list[str], int] = ({}, [], 0)
    first: list[str] = []
    for number, cells in numbered(file, called, encoding):
        if number > HEADER_WITHIN:
            break
        first = first or [cell for cell in cells if cell]
        places = _places(cells, fits)
        if len(places) > len(best[0]):
            best = (places, cells, number)
    places, header, row = best
    if not first:
        raise IngestError(f"{called} is empty.")
    for column in chosen:
        if column in known and column not in places:
            raise IngestError(f"{called} has no column {chosen[column]!r}: {_shown(header or first)}.")
    for column in needed:
        if column not in places:
            raise IngestError(
                f"{called} has no column that is known as {column}: {_shown(header or first)}. "
                f'Say which it is with --column {column}="…".'
            )
    return Table(file, called, places, header, row, encoding)


def _places(cells: Sequence[str], fits: Mapping[str, set[str]]) -> dict[str, int]:
    """Find each column's place; a heading that fits two columns is the first's."""
    places: dict[str, int] = {}
    for column, texts in fits.items():
        for at, cell in enumerate(cells):
            if _folded(cell) in texts and at not in places.values():
                places[column] = at
                break
    return places


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold().replace("%", "percent"))


def _shown(header: Sequence[str]) -> str:
    named = [name for name in header if name]
    more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return f"its columns are {', '.join(name[:40] for name in named[:SHOWN])}{more}"


def numbered(file: RawFile, called: str, encoding: str) -> Iterator[NumberedRow]:
    """Stream the rows with their numbers as the spreadsheet program shows them."""
    if is_workbook(file):
        for rows in sheets(file, whole=True):
            yield from enumerate(rows, start=1)
            return
    try:
        with file.path.open(encoding=encoding, newline="") as stream:
            delimiter = _delimiter(stream.readline())
            stream.seek(0)
            lines = (line.replace("\0", "") for line in stream)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            for number, cells in enumerate(reader, start=1):
                yield number, [" ".join(cell.split()) for cell in cells]
    except UnicodeDecodeError as error:
        raise IngestError(f"{called} is neither in UTF-8 nor in {encoding}.") from error
    except csv.Error as error:
        raise IngestError(f"{called} is cut off or not a table: {error}.") from error


def _delimiter(line: str) -> str:
    bare = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=bare.count)


def _refuse_disguised(file: RawFile, called: str) -> None:
    if file.size == 0:
        raise IngestError(f"{called} is empty.")
    head = file.head(1024).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        raise IngestError(
            f"{called} is an HTML page under a spreadsheet's name: open it, save it as XLSX or CSV."
        )
