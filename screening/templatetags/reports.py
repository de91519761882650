"""How a report's template writes its rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django import template

from screening.reports.record import Cell, Column, Section

register = template.Library()


@register.filter
def cell(value: Cell) -> str:
    """Write a value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return value.isoformat() if isinstance(value, date) else str(value)


@register.filter
def formats(names: str) -> list[str]:
    """Cut "pdf xlsx" into the formats it names."""
    return names.split()


@register.filter
def cards(section: Section) -> Iterator[list[tuple[Column, Cell]]]:
    """Pair each row's columns with its values, those without one left out."""
    for row in section.rows:
        yield [(column, row[column.key]) for column in section.columns if row[column.key] not in (None, "")]


@register.filter
def lines(section: Section) -> Iterator[list[tuple[Column, Cell]]]:
    """Pair each row's columns with its values."""
    for row in section.rows:
        yield [(column, row[column.key]) for column in section.columns]
