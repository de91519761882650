"""How templates write what stands around a company."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from entities.choices import MeasureKind
from screening.companies import LETTERS
from screening.placing import Placed
from screening.prohibitions import KIND_OF

register = template.Library()


@register.filter
def steps(distance: int) -> str:
    """Say where a party of a walk stands: the company itself, above it or below it."""
    if not distance:
        return "the company"
    far = f"{abs(distance)} step{'' if abs(distance) == 1 else 's'}"
    return f"owner, {far} up" if distance < 0 else f"owned, {far} down"


@register.filter
def kinds(measures: Iterable[str]) -> list[dict[str, str]]:
    """Return the kinds of these measures, the gravest first, each with its letter."""
    held = {KIND_OF[code] for code in measures if code in KIND_OF}
    return [
        {"kind": str(kind), "letter": letter, "label": str(MeasureKind(kind).label)}
        for kind, letter in LETTERS.items()
        if kind in held
    ]


@register.filter
def of_party(places: dict[str, list[Placed]], party: str) -> list[Placed]:
    """Return the subjects of a portfolio that are read as a party."""
    return places.get(party, [])
