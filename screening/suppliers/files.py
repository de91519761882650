"""A customer's file: opened, its headings found, its rows streamed; refused in one sentence where it is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.conf import settings

from screening.suppliers.columns import (
    HEADING_ROWS,
    Columns,
    given_places,
    heading_row,
    known_places,
    names_a_supplier,
)
from screening.suppliers.refusing import Refused
from screening.suppliers.rows import CONTROLS, Row, read_row
from screening.suppliers.tables import Table
from screening.suppliers.texts import TextTable
from screening.suppliers.workbooks import Workbook, looks_like_workbook, refuse_compound

MOST_COLUMNS = 200
PDF = b"%PDF-"
GZIP = b"\x1f\x8b"
# How many suppliers are remembered to tell that one comes twice; beyond it a second one is asked again.
REMEMBERED = 1_000_000


@dataclass
class SupplierFile:
    """A file whose headings are found. `rows` may be asked for more than once; each time it reads from the start."""

    table: Table
    columns: Columns
    heading: int
    default_country: str = ""

    @property
    def reading(self) -> dict[str, str]:
        return {**self.table.reading(), "headings in row": str(self.heading)}

    def require_name(self) -> None:
        """Raise Refused where no column holds the name."""
        if "name" not in self.columns.places:
            shown = ", ".join(f"“{title[:40]}”" for title in self.columns.titles[:30] if title)
            raise Refused(
                f"No column of {self.table.path.name} is known to hold the name; its columns are "
                f'{shown or "without titles"}. Say which it is, such as --column name="Supplier".'
            )

    def cells(self) -> Iterator[tuple[int, list[str]]]:
        """Stream the rows below the headings as they stand."""
        for number, cells in self.table.rows():
            if number > self.heading:
                yield number - self.heading, cells

    def rows(self) -> Iterator[Row]:
        """Stream the rows below the headings, blank ones left out."""
        for number, cells in self.cells():
            row = read_row(number, cells, self.columns, self.default_country)
            if row is not None:
                yield row

    def distinct(self) -> Iterator[Row]:
        """Stream the rows, a supplier that was there before as a row without one that says so.

        A number of the customer's that stands at two names tells nothing apart: the second is known by its name.
        """
        seen: dict[int, int] = {}
        numbered: dict[str, tuple[str, int]] = {}
        for row in self.rows():
            supplier = row.supplier
            if supplier is None:
                yield row
                continue
            if supplier.reference:
                name, first = numbered.setdefault(supplier.reference, (_folded(supplier.name), row.number))
                if name != _folded(supplier.name):
                    said = f"Its number {supplier.reference} is that of row {first:,} too; it is told apart by its name."
                    supplier = supplier._replace(reference="")
                    row = Row(row.number, supplier, (*row.problems, said))
            mark = hash((_folded(supplier.name), supplier.country, supplier.reference, supplier.identifiers))
            first = (
                seen.setdefault(mark, row.number) if len(seen) < REMEMBERED else seen.get(mark, row.number)
            )
            if first == row.number:
                yield row
            else:
                yield Row(
                    row.number,
                    None,
                    (*row.problems, f"It is the same as row {first:,}, so it is asked once."),
                )


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def open_suppliers(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str = "",
    country: str = "",
) -> SupplierFile:
    """Open a file of suppliers and find its headings; `columns` names the title of a field's column.

    Raises Refused for what is no table of suppliers. Whether a name column was found is for require_name to say.
    """
    given = dict(columns or {})
    table = _table(path, encoding)
    head = list(islice(table.rows(), HEADING_ROWS))
    width = max((len(cells) for _, cells in head), default=0)
    if width > MOST_COLUMNS:
        raise Refused(f"{path.name} has {width:,} columns; a file of suppliers may have {MOST_COLUMNS}.")
    at = heading_row(head, given)
    number, cells = head[at]
    titles = tuple(" ".join(CONTROLS.sub("", cell).split())[:200] for cell in cells)
    places = known_places(titles)
    # A column that is given for one field is not read for another.
    named = given_places(titles, given)
    places = {key: place for key, place in places.items() if key not in given and place not in named.values()}
    return SupplierFile(table, Columns(titles, places | named), number, country)


def _table(path: Path, encoding: str) -> Table:
    try:
        with path.open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror or error}.") from error
    if not head:
        raise Refused(f"{path.name} is empty.")
    if head.startswith(PDF):
        raise Refused(f"{path.name} is a PDF, not a spreadsheet; export it as XLSX or CSV.")
    if head.startswith(GZIP):
        raise Refused(f"{path.name} is compressed; unpack it first.")
    if looks_like_workbook(head):
        refuse_compound(path)
        return Workbook(path, settings.SCREENING_MAX_UNPACKED_MB << 20)
    return TextTable(path, encoding, names_a_supplier)
