"""Files of suppliers for tests, written as the programs of customers write them."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Suppliers" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.xml" Type="worksheet"/></Relationships>'
)


def a_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def a_csv(path: Path, rows: Iterable[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as sink:
        csv.writer(sink, delimiter=delimiter).writerows(rows)
    return path


def a_workbook(path: Path, *rows: Sequence[Any], hidden: Sequence[Sequence[Any]] = ()) -> Path:
    """Write a workbook; the hidden rows stand on a hidden sheet before the one that is shown."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    if hidden:
        sheet.title, sheet.sheet_state = "Prices", "hidden"
        for row in hidden:
            sheet.append(row)
        sheet = book.create_sheet("Suppliers")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def a_raw_workbook(path: Path, sheet: str) -> Path:
    """Write a workbook whose one sheet is this XML: what Excel would write, and what it would not."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f"<sheetData>{sheet}</sheetData></worksheet>",
        )
    return path
