"""Days as publishers write them. A date that is none is a doubt, never an exception."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ingest.audit import Audit

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Day 0 of Excel's calendar, which counts a 29 February 1900 that never was.
EXCEL_DAY_ZERO = date(1899, 12, 30)


def day_of(year: str | int, month: str | int, day: str | int) -> date | None:
    """Build a date; None where there is no such day."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def day_first(text: str) -> date | None:
    """Read 31/07/2024 or 31.07.2024."""
    found = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text.strip(), re.ASCII)
    return day_of(found[3], found[2], found[1]) if found else None


def year_first(text: str) -> date | None:
    """Read 2024-07-31, with or without a time of day."""
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)(?!\d)", text.strip(), re.ASCII)
    return day_of(found[1], found[2], found[3]) if found else None


def digits(text: str) -> date | None:
    """Read 20240731."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text.strip(), re.ASCII)
    return day_of(found[1], found[2], found[3]) if found else None


def month_named(text: str) -> date | None:
    """Read 08-Oct-2026, 8 Oct. 2026 or 25 January 2001, the first such day in the text."""
    found = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3})[a-z]*\.?,?[ -](\d{4})\b", text, re.ASCII)
    if not found or found[2].lower() not in MONTHS:
        return None
    return day_of(found[3], MONTHS.index(found[2].lower()) + 1, found[1])


def excel_serial(text: str) -> date | None:
    """Read a day that a spreadsheet left as a number, such as 43466."""
    found = re.fullmatch(r"(\d{5})(?:\.0+)?", text.strip(), re.ASCII)
    return EXCEL_DAY_ZERO + timedelta(days=int(found[1])) if found else None


def read_day(text: str, audit: Audit, where: str) -> date | None:
    """Read a day in any of the forms above, with a doubt where it is none of them."""
    if not text.strip():
        return None
    found = day_first(text) or year_first(text) or month_named(text) or excel_serial(text)
    if found is None:
        audit.doubt(f"unreadable date in {where}", text)
    return found
