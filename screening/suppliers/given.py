"""Suppliers that a program sends as rows of values, read by the same rules as a file's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from screening.suppliers.columns import FIELDS, Columns
from screening.suppliers.files import SupplierFile


class GivenTable:
    """Rows that were sent: cells in the order of FIELDS."""

    path = Path("rows")

    def __init__(self, rows: Sequence[Mapping[str, str]]) -> None:
        self._rows = rows

    def reading(self) -> dict[str, str]:
        return {"format": "json"}

    def estimated_rows(self) -> int:
        return len(self._rows)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        for number, row in enumerate(self._rows, start=1):
            yield number, [row.get(field, "") for field in FIELDS]


def given_suppliers(rows: Sequence[Mapping[str, str]]) -> SupplierFile:
    """Take rows of fields; a field that no row has is no column."""
    used = {field for row in rows for field, value in row.items() if value}
    places = {field: at for at, field in enumerate(FIELDS) if field in used or field == "name"}
    return SupplierFile(GivenTable(rows), Columns(tuple(FIELDS), places), heading=0)
