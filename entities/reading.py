"""The record as people read it: countries by name, changes in words, claims beside their replies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils import timezone
from rigour.territories import get_territory

from entities.choices import ChangeKind, EvidenceNature
from entities.models import Dataset, Evidence

# What the lists' own column names are called on a page.
LABELS = {
    "names": "Names",
    "identifiers": "Identifiers",
    "addresses": "Addresses",
    "listings": "Listings",
    "ownerships": "Owners and assets",
    "evidence": "Evidence",
    "partnerships": "Partnerships",
}
COLUMNS = {"owner_id": "owner", "asset_id": "asset", "share_min": "share from", "share_max": "share to"}
# Columns that speak for themselves, without their name before them.
BARE = {"text", "value", "claim", "brand"}


class FieldChange(NamedTuple):
    """One part of an entity before and after a version: lines of text, or column by column."""

    label: str
    before: list[str]
    after: list[str]
    columns: list[tuple[str, str, str]]


class Thread(NamedTuple):
    """What was published on one topic."""

    claims: list[Evidence]
    replies: list[Evidence]


@lru_cache(maxsize=512)
def country_name(code: str) -> str:
    """Name a country by its ISO code; a code that nobody knows is shown as it is."""
    territory = get_territory(code)
    return territory.name if territory else code.upper()


def until_stale(dataset: Dataset) -> str:
    """Say how long the copy we hold still counts as fresh, or since when it does not."""
    version = dataset.current_version
    if version is None or version.is_excerpt:
        return ""
    seen = dataset.checked_at or version.fetched_at
    days = dataset.fresh_days - (timezone.now() - seen).days
    if dataset.is_stale:
        late = 1 - days
        return f"stale for {late} day{'' if late == 1 else 's'}"
    return f"{days} day{'' if days == 1 else 's'}"


def field_changes(fields: Mapping[str, Any]) -> list[FieldChange]:
    """Say what left and what came, part by part, in the order of the record."""
    changes = []
    for name, label in LABELS.items():
        if name not in fields:
            continue
        before, after = fields[name]["before"], fields[name]["after"]
        # One row for one row is a rewording: only the columns that differ are news.
        columns = _columns(before[0], after[0]) if len(before) == len(after) == 1 else []
        changes.append(
            FieldChange(label, [statement(row) for row in before], [statement(row) for row in after], columns)
        )
    return changes


def _columns(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str, str]]:
    names = dict.fromkeys((*before, *after))
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return [(_column(name), _value(name, old), _value(name, new)) for name, old, new in pairs if old != new]


def summary(kind: str, fields: Mapping[str, Any]) -> str:
    """Say in a few words what a change touched."""
    if kind == ChangeKind.REMOVED:
        return "no longer in the publisher's copy"
    if kind == ChangeKind.ADDED:
        return "back after an earlier removal" if fields.get("returned") else "new in this version"
    return ", ".join(label.lower() for name, label in LABELS.items() if name in fields) or "other details"


def statement(row: Mapping[str, str]) -> str:
    """Write a statement of the record as one line."""
    values = ((name, _value(name, value)) for name, value in row.items())
    return " · ".join(value if name in BARE else f"{_column(name)}: {value}" for name, value in values)


def _column(name: str) -> str:
    return COLUMNS.get(name, name.replace("_", " "))


def _value(name: str, value: str) -> str:
    if name == "country" and value:
        return country_name(value)
    # A change keeps an entry's measures as the text of a tuple of codes.
    return value.strip("(),").replace("'", "") if name == "measures" else value


def threads(evidence: Iterable[Evidence]) -> list[Thread]:
    """Group publications by topic, oldest first, and set the company's replies beside the claims."""
    grouped: dict[str, Thread] = {}
    for row in sorted(evidence, key=lambda row: (row.published, row.pk)):
        thread = grouped.setdefault(row.topic or f"#{row.pk}", Thread([], []))
        (thread.replies if row.nature == EvidenceNature.REPLY else thread.claims).append(row)
    return list(grouped.values())
