"""A report before it has a format: facts, and sections of rows with named columns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

Cell = str | int | float | bool | date | datetime | None

NO_ADVICE = (
    "This report says what published lists and documents say, and by which rules. It is not legal advice, not a finding "
    "of law, and not a clearance: a list that was not searched may name the company."
)


class Column(NamedTuple):
    """A column's key in data, its heading, and whether it holds sentences, or what must not be broken."""

    key: str
    title: str
    wide: bool = False
    fit: bool = False


class Fact(NamedTuple):
    """One line of the receipt."""

    key: str
    title: str
    value: Cell


@dataclass(frozen=True)
class Section:
    """Rows under a heading; `as_cards` writes each row as a block of its own where a table would be too narrow."""

    key: str
    title: str
    columns: tuple[Column, ...] = ()
    rows: Sequence[dict[str, Cell]] = ()
    # Sentences before the rows, and what stands in their place where there are none.
    said: tuple[str, ...] = ()
    empty: str = ""
    as_cards: bool = False

    def __post_init__(self) -> None:
        keys = {column.key for column in self.columns}
        for row in self.rows:
            if set(row) != keys:
                raise ValueError(f"A row of {self.key} has {sorted(row)}, its columns are {sorted(keys)}.")


@dataclass(frozen=True)
class Report:
    """One report; `facts` are its receipt, `made_at` the moment it was written, which is no part of its content."""

    kind: str
    title: str
    standing: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    made_at: datetime
    made_by: str
    receipt: str
    notes: tuple[str, ...] = field(default=(NO_ADVICE,))

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON-ready values; all but `made_at` and `made_by` follow from the receipt."""
        return {
            "report": self.kind,
            "title": self.title,
            "standing": self.standing,
            "made_at": self.made_at.isoformat(timespec="seconds"),
            "made_by": self.made_by,
            "content_sha256": self.content_sha256,
            **self._content(),
        }

    @property
    def content_sha256(self) -> str:
        """Hash what the report says: the same receipt, the same hash, in every format."""
        text = json.dumps(
            {"title": self.title, "standing": self.standing, **self._content()},
            sort_keys=True,
            ensure_ascii=False,
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def _content(self) -> dict[str, Any]:
        return {
            "facts": {fact.key: _plain(fact.value) for fact in self.facts},
            "sections": [
                {
                    "key": section.key,
                    "title": section.title,
                    "said": list(section.said),
                    "rows": [
                        {column.key: _plain(row[column.key]) for column in section.columns}
                        for row in section.rows
                    ],
                }
                for section in self.sections
            ],
            "notes": list(self.notes),
        }


def _plain(value: Cell) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
