"""What leaves the record for a spreadsheet."""

from __future__ import annotations

# A spreadsheet runs a cell that begins with one of these (OWASP, CSV injection).
STARTERS = ("=", "+", "-", "@", "\t", "\r")


def inert(cell: str) -> str:
    """Keep a spreadsheet from running what a publisher wrote: a cell that looks like a formula starts with '."""
    return f"'{cell}" if cell.startswith(STARTERS) else cell
