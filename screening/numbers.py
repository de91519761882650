from __future__ import annotations


def numbered(count: int, noun: str) -> str:
    """Write a count with its noun: 1 row, 2,000 rows."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
