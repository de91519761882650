"""Workbooks that tests build from typed rows."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import xlwt
from openpyxl import Workbook


def xlsx(rows: str) -> bytes:
    """Write CSV text as an XLSX, every cell a text."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in csv.reader(io.StringIO(rows, newline="")):
        sheet.append([cell or None for cell in row])
        for cell in sheet[sheet.max_row] if row else ():
            if cell.data_type == "f":
                cell.data_type = "s"  # a name is no formula, whatever it begins with
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: str) -> bytes:
    """Write CSV text as an XLS, the format before 2007."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("股票")
    for number, row in enumerate(csv.reader(io.StringIO(rows, newline=""))):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
