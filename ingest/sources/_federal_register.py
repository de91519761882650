"""Federal Register citations as lists print them: 84 F.R. 54002, 10/9/19."""

from __future__ import annotations

import re
from datetime import date

CITATION = re.compile(
    r"(?P<volume>\d{2,3})\s*\.?\s*F\.?\s*R\.?\s*(?P<page>\d{2,6})"
    r"(?:,\s*\d{4,6}(?=\s+\d{1,2}/))?"  # a second page: 82 F.R. 16788, 16789 4/6/2017
    r"(?:\s*preview citation details)?"  # what a browser adds to copied text
    r"[\s,.(/]*(?P<date>\d{1,2}/\d{1,2}/\d{2,4})?",
    re.IGNORECASE,
)
DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?!\d)")
# The Register began in 1936; a two-digit year beyond this one belongs to the last century.
CENTURY = 50


def citations(text: str) -> str:
    """Return "84 FR 54002; 85 FR 44159" for the citations in `text`, or the text where it holds none."""
    found = [f"{match['volume']} FR {match['page']}" for match in CITATION.finditer(text)]
    return "; ".join(dict.fromkeys(found)) or " ".join(text.split())


def first_date(text: str) -> date | None:
    """Return the date that the first citation carries."""
    first = CITATION.search(text)
    return day(first["date"]) if first and first["date"] else None


def day(text: str) -> date | None:
    """Read a day written month/day/year."""
    match = DAY.fullmatch(text)
    if not match:
        return None
    month, number, year = (int(part) for part in match.groups())
    if len(match[3]) == 2:
        year += 1900 if year > CENTURY else 2000
    try:
        return date(year, month, number)
    except ValueError:
        return None
