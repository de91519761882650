"""Workbooks as rows of text: XLSX streamed, and the XLS of before 2007."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from decimal import Decimal
from itertools import zip_longest
from typing import Any

import xlrd
from openpyxl import load_workbook

from ingest.errors import IngestError
from ingest.files import RawFile, refuse_html

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
# The name, in the container of an XLS, of what a password hides.
LOCKED = "EncryptedPackage".encode("utf-16-le")

Row = list[str]


def is_workbook(file: RawFile) -> bool:
    return file.head(8).startswith((OLD, ZIP)) or file.name.lower().endswith((".xlsx", ".xlsm", ".xls"))


def sheets(file: RawFile, *, whole: bool = False) -> Iterator[Iterator[Row]]:
    """Stream each sheet as rows of text; what is shown as 60 % is the text 60%, a day is 2024-07-31.

    With `whole`, a formula that nobody calculated is refused, where it would read as an empty cell.
    Raises IngestError for what is no readable workbook.
    """
    refuse_html(file)
    if file.head(8) == OLD:
        if LOCKED in file.path.read_bytes():
            raise IngestError(f"{file.name} is protected by a password.")
        yield from _old_sheets(file)
    else:
        yield from _new_sheets(file, whole)


def first_sheet(file: RawFile) -> Iterator[Row]:
    for rows in sheets(file):
        return rows
    raise IngestError(f"{file.name} is a workbook without a sheet.")


def _new_sheets(file: RawFile, whole: bool) -> Iterator[Iterator[Row]]:
    with _readable(file):
        with warnings.catch_warnings():
            # That a publisher's workbook has no default style is nobody's business.
            warnings.simplefilter("ignore", UserWarning)
            workbook = load_workbook(file.path, read_only=True, data_only=True)
            formulas = load_workbook(file.path, read_only=True) if whole else None
        for number, sheet in enumerate(workbook.worksheets):
            # Some publishers' sheets state a size of one cell.
            sheet.reset_dimensions()
            written = formulas.worksheets[number] if formulas else None
            yield _new_rows(file, sheet, written)


def _new_rows(file: RawFile, sheet: Any, written: Any) -> Iterator[Row]:
    with _readable(file):
        if written is not None:
            written.reset_dimensions()
        pairs = zip_longest(sheet.iter_rows(), written.iter_rows() if written is not None else ())
        for number, (cells, formulas) in enumerate(pairs, start=1):
            if formulas is not None:
                _refuse_uncalculated(file, number, cells, formulas)
            yield [_text(cell.value, getattr(cell, "number_format", "")) for cell in cells]


def _refuse_uncalculated(file: RawFile, number: int, cells: Any, formulas: Any) -> None:
    for cell, formula in zip(cells, formulas, strict=False):
        if cell.value is None and formula.value is not None:
            raise IngestError(
                f"{file.name} row {number}: cell {formula.coordinate} is a formula without a stored value; "
                "open the file in a spreadsheet program, save it and load it again."
            )


def _old_sheets(file: RawFile) -> Iterator[Iterator[Row]]:
    with _readable(file), open(os.devnull, "w") as log:
        book = xlrd.open_workbook(file.path, logfile=log, on_demand=True, formatting_info=False)
        for number in range(book.nsheets):
            yield _old_rows(file, book, number)


def _old_rows(file: RawFile, book: xlrd.Book, number: int) -> Iterator[Row]:
    with _readable(file):
        sheet = book.sheet_by_index(number)
        for row in sheet.get_rows():
            yield [_text(_old_value(cell, book.datemode), "") for cell in row]


def _old_value(cell: Any, datemode: int) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return xlrd.error_text_from_code[cell.value] if cell.ctype == xlrd.XL_CELL_ERROR else cell.value


@contextmanager
def _readable(file: RawFile) -> Iterator[None]:
    try:
        yield
    except IngestError:
        raise
    # A damaged part raises whatever the decoder of the day stumbles over: KeyError, zlib.error, ParseError ….
    except Exception as error:
        why = " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__
        raise IngestError(f"{file.name} is not a readable workbook: {why}.") from error


def _text(value: Any, shown_as: str) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)) and "%" in shown_as:
        # 0.07 times 100 is not quite 7 to a processor.
        return f"{(Decimal(str(value)) * 100).normalize():f}%"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # NUL, which no database accepts, and no-break spaces go.
    return "" if value is None else " ".join(str(value).replace("\0", "").split())
