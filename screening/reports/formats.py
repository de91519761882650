"""The formats of a report: a page for print, PDF, XLSX and JSON, all of one report object."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from django.template.loader import render_to_string
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from entities.exporting import inert
from screening.reports.record import Cell, Column, Report, Section

NARROW, WIDE = 18, 60
# Excel's own limits.
MOST_LETTERS, MOST_TITLE, MOST_ROWS = 32_767, 31, 1_048_570
STYLE = Path(__file__).parent.parent / "static" / "screening" / "report.css"


class FormatUnavailable(RuntimeError):
    """This machine cannot write the format; the message says what to install."""


def as_html(report: Report) -> bytes:
    """Write a page that needs nothing else: its style is in it."""
    context = {"report": report, "style": STYLE.read_text(encoding="utf-8")}
    return render_to_string("screening/report.html", context).encode()


def as_pdf(report: Report) -> bytes:
    """Write the page for print as PDF; raises FormatUnavailable where Pango is not installed."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise FormatUnavailable(
            "PDF needs Pango and fonts: on Debian or Ubuntu, apt-get install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-core "
            "fonts-noto-cjk. HTML, XLSX and JSON are written without them."
        ) from error
    written: bytes | None = HTML(string=as_html(report).decode(), url_fetcher=_fetch_nothing).write_pdf()
    return written or b""


def _fetch_nothing(url: str) -> NoReturn:
    raise ValueError(f"A report asks for nothing from outside, not {url}.")


def as_json(report: Report) -> bytes:
    return json.dumps(report.as_dict(), ensure_ascii=False, indent=1).encode()


def as_xlsx(report: Report) -> bytes:
    """Write a workbook: a sheet with the receipt, and one per section."""
    book = Workbook()
    first: Worksheet = book.active
    first.title = "Report"
    told = [
        ("Report", report.title),
        ("In short", report.standing),
        *((fact.title, fact.value) for fact in report.facts),
        ("Content hash", report.content_sha256),
        ("Written (UTC)", report.made_at.strftime("%Y-%m-%d %H:%M")),
        ("Written by", report.made_by),
        *(("Note", note) for note in report.notes),
        *((section.title, line) for section in report.sections for line in section.said),
    ]
    for title, value in told:
        first.append([inert(title), _cell(value)])
        first.cell(first.max_row, 1).font = Font(bold=True)
        first.cell(first.max_row, 2).alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    first.column_dimensions["A"].width, first.column_dimensions["B"].width = NARROW * 1.5, WIDE * 1.5
    for section in report.sections:
        if section.columns:
            _sheet(book.create_sheet(section.title[:MOST_TITLE].replace(":", "")), section)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(sheet: Worksheet, section: Section) -> None:
    sheet.append([column.title for column in section.columns])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in section.rows[:MOST_ROWS]:
        sheet.append([_cell(row[column.key]) for column in section.columns])
    for at, column in enumerate(section.columns, start=1):
        _shape(sheet, at, column)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _shape(sheet: Worksheet, at: int, column: Column) -> None:
    sheet.column_dimensions[get_column_letter(at)].width = WIDE if column.wide else NARROW
    if column.wide:
        for (cell,) in sheet.iter_rows(min_row=2, min_col=at, max_col=at):
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _cell(value: Cell) -> Cell:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if not isinstance(value, str):
        return value
    # What XML cannot hold would make the workbook unreadable.
    readable = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in value)
    return inert(readable)[:MOST_LETTERS]


FORMATS: dict[str, Callable[[Report], bytes]] = {
    "html": as_html,
    "pdf": as_pdf,
    "xlsx": as_xlsx,
    "json": as_json,
}
MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def write(report: Report, form: str) -> bytes:
    """Write a report in one of FORMATS; raises FormatUnavailable where this machine cannot."""
    return FORMATS[form](report)
