"""What people write into the cells of a structure chart: shares, days, kinds of holding."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal

from entities.choices import OwnershipKind
from ingest.sources._dates import day_first, day_of, excel_serial, year_first

FULL = Decimal(100)
# The record keeps four decimals: this is the least that is more than, or less than, a stated bound.
STEP = Decimal("0.0001")
NUMBER = r"\d{1,3}(?:[.,]\d+)?"
BAND = re.compile(rf"({NUMBER})\s*%?\s*(?:-|–|—|\bto\b|\bbis\b|~)\s*({NUMBER})\s*%?", re.IGNORECASE)
BOUND = re.compile(
    rf"(>=|≥|>|more than|over|at least|<=|≤|<|less than|under)\s*({NUMBER})\s*%?", re.IGNORECASE
)
EXACT = re.compile(rf"({NUMBER})\s*%?(\+?)")
ALL = re.compile(r"(?:wholly|fully)[ -]owned|whole|100\s*percent", re.IGNORECASE)
UNKNOWN = {"", "-", "–", "n/a", "na", "unknown", "?", "n.a.", "nicht bekannt", "未知"}
KINDS = {
    "subsidiary": OwnershipKind.CONSOLIDATION,
    "consolidated": OwnershipKind.CONSOLIDATION,
    "consolidated subsidiary": OwnershipKind.CONSOLIDATION,
    "shareholder": OwnershipKind.SHAREHOLDING,
    "shares": OwnershipKind.SHAREHOLDING,
    "equity": OwnershipKind.SHAREHOLDING,
    "joint venture": OwnershipKind.SHAREHOLDING,
    "controlled": OwnershipKind.CONTROL,
    "voting control": OwnershipKind.CONTROL,
    "associate": OwnershipKind.AFFILIATE,
    "associated company": OwnershipKind.AFFILIATE,
    "branch office": OwnershipKind.BRANCH,
}

Band = tuple[Decimal | None, Decimal | None]


class CellError(ValueError):
    """A cell says nothing that can be read; the message completes the sentence "row 7: …"."""


def read_share(text: str, *, fractions: bool = False) -> Band:
    """Read 60, 60%, 33,3, 25-50, >50 or wholly owned as a band of percent; an empty cell is none."""
    plain = " ".join(text.split())
    if plain.lower() in UNKNOWN:
        return None, None
    if ALL.fullmatch(plain):
        return FULL, FULL
    if found := BAND.fullmatch(plain):
        low, high = _number(found[1], plain, fractions), _number(found[2], plain, fractions)
        if low > high:
            raise CellError(f"the share {text!r} ends below where it begins")
        return low, high
    if found := BOUND.fullmatch(plain):
        return _bounded(found[1].lower(), _number(found[2], plain, fractions))
    if found := EXACT.fullmatch(plain):
        share = _number(found[1], plain, fractions)
        return share, FULL if found[2] else share
    raise CellError(f"the share {text!r} is not a percentage such as 60, 33,3, 25-50 or >50")


def _bounded(sign: str, share: Decimal) -> Band:
    if sign in (">=", "≥", "at least"):
        return share, FULL
    if sign in (">", "more than", "over"):
        return min(share + STEP, FULL), FULL
    return Decimal(0), share if sign in ("<=", "≤") else max(share - STEP, Decimal(0))


def _number(text: str, cell: str, fractions: bool) -> Decimal:
    share = Decimal(text.replace(",", "."))
    # A percent sign says for itself what the number is.
    share = share * 100 if fractions and "%" not in cell else share
    if share > FULL:
        raise CellError(f"the share {cell!r} is more than 100 percent")
    return round(share, 4)


def is_bare_fraction(text: str) -> bool | None:
    """Tell whether a share is a bare number of at most 1, as a fraction is; None where it is no bare number."""
    if not re.fullmatch(NUMBER, text.strip()):
        return None
    return Decimal(text.strip().replace(",", ".")) <= 1


def read_day(text: str, column: str) -> date | None:
    """Read 2024-07-31, 31.07.2024, the number that a spreadsheet keeps for a day, or a month or year.

    Of those, the first day counts, and the last in the column `end`.
    """
    plain = text.strip()
    if not plain or plain.lower() in UNKNOWN:
        return None
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?", plain, re.ASCII)
    dotted = day_first(plain) if "." in plain else None
    if found:
        day = day_of(found[1], found[2] or (12 if column == "end" else 1), 1)
        if day and column == "end":
            day = day.replace(day=monthrange(day.year, day.month)[1])
    else:
        day = year_first(plain) or dotted or excel_serial(plain)
    if day is None:
        raise CellError(f"{column} {text!r} is not a date such as 2024-07-31")
    return day


def read_kind(text: str) -> str:
    """Read a kind of holding in the record's words or a chart's; an empty cell is none."""
    plain = " ".join(text.lower().split())
    if not plain:
        return ""
    if plain in OwnershipKind.values:
        return plain
    if kind := KINDS.get(plain):
        return kind.value
    raise CellError(f"the kind {text!r} is unknown; known are {', '.join(OwnershipKind.values)}")
