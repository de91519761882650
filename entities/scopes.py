"""How much of a register a version holds, in a word that is stored and in words that are read."""

from __future__ import annotations

from collections.abc import Sequence

COUNTRIES = "countries"
TOUCHING_LISTS = "touching-lists"
ASKED = "asked"


def of_countries(codes: Sequence[str]) -> str:
    """Write down that a version holds the companies of some countries."""
    return " ".join((COUNTRIES, *sorted({code.strip().lower() for code in codes if code.strip()})))


def in_words(scope: str) -> str:
    """Say what a version holds; empty for the whole of its register."""
    if scope == TOUCHING_LISTS:
        return "only companies that may be on a list, with all their owners and subsidiaries"
    if scope == ASKED:
        return "only the companies that were asked for one by one"
    kind, _, codes = scope.partition(" ")
    if kind == COUNTRIES:
        return (
            f"only companies of {', '.join(codes.upper().split())}, with their direct owners and subsidiaries"
        )
    return scope
