"""Tables written as text: CSV, TSV and their like, streamed."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from ingest.encodings import encoding_of
from ingest.errors import IngestError
from screening.suppliers.refusing import Refused

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
# What separates the cells of a table of one column: a character that no text holds.
NOTHING = "\x1f"
# Rows that are looked at to tell the delimiter.
LOOKED_AT = 60
# The longest cell; a quotation mark that is never closed makes one of all that follows.
MOST_CELL = 1 << 20
MOST_LINE = 4 << 20
MARKUP = re.compile(r"\s*<(!doctype|html|\?xml|table|head|body)", re.IGNORECASE)


class TextTable:
    """A table of text: its rows as lists of strings, with the number of each."""

    def __init__(self, path: Path, encoding: str, is_title: Callable[[str], bool]) -> None:
        self.path = path
        self.encoding = encoding or _encoding(path)
        self.delimiter = ""
        head = self._head()
        if not any(line.strip() for line in head):
            raise Refused(f"{path.name} is empty.")
        if MARKUP.match(head[0]):
            raise Refused(
                f"{path.name} is a web page or XML, not a spreadsheet; open it and save it as XLSX or CSV."
            )
        self.delimiter = _delimiter(head, is_title)
        self.format = "tsv" if self.delimiter == "\t" else "csv"

    def _head(self) -> list[str]:
        try:
            with self.path.open(encoding=self.encoding, errors="replace", newline="") as stream:
                return list(islice(self._lines(stream), LOOKED_AT))
        except (LookupError, UnicodeError):
            raise Refused(f"There is no encoding {self.encoding!r}.") from None

    def _lines(self, stream: IO[str]) -> Iterator[str]:
        """Stream the lines; one without an end would fill the memory."""
        while line := stream.readline(MOST_LINE):
            if len(line) == MOST_LINE:
                raise Refused(
                    f"{self.path.name} has a line of more than {MOST_LINE:,} characters; that is no table."
                )
            yield line

    def reading(self) -> dict[str, str]:
        return {
            "format": self.format,
            "encoding": self.encoding.removesuffix("-sig"),
            "delimiter": DELIMITERS.get(self.delimiter, "none"),
        }

    def estimated_rows(self) -> int | None:
        """Count the lines: about as many as rows."""
        with self.path.open("rb") as stream:
            return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Stream the rows; raises Refused where the table cannot be followed any further."""
        csv.field_size_limit(MOST_CELL)
        number = 0
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as stream:
            try:
                for number, row in enumerate(
                    csv.reader(self._lines(stream), delimiter=self.delimiter), start=1
                ):
                    yield number, row
            except csv.Error as error:
                raise Refused(
                    f"{self.path.name} cannot be followed after row {number:,}: a quotation mark is opened there and "
                    "not closed, or a cell is beyond all measure."
                ) from error


def _encoding(path: Path) -> str:
    try:
        return encoding_of(path, path.name)
    except IngestError as error:
        raise Refused(str(error)) from error


def _delimiter(head: list[str], is_title: Callable[[str], bool]) -> str:
    """Find what separates the cells: what cuts most rows into the same number of them, more than one."""
    first = next(line for line in head if line.strip())
    if is_title(first.strip().strip("\"'\ufeff")):
        return NOTHING
    # The last line may be cut off.
    lines = head[:-1] if len(head) == LOOKED_AT else head
    scores: dict[str, tuple[float, int]] = {}
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if any(row)]
        except csv.Error:
            continue
        counts = Counter(len(row) for row in rows if len(row) > 1)
        if counts:
            cells, times = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
            titled = any(is_title(cell.strip()) for row in rows[:20] for cell in row)
            scores[delimiter] = (times / len(rows) + titled, cells)
    return max(scores, key=lambda delimiter: scores[delimiter]) if scores else NOTHING
