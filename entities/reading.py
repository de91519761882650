"""The record as people read it: countries by name, changes in words, claims beside their replies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils import timezone
from rigour.territories import get_territory

from entities.choices import EvidenceNature
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
    """One part of an entity before and after a version."""

    label: str
    before: list[str]
    after: list[str]


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
    return [
        FieldChange(
            label,
            [statement(row) for row in fields[name]["before"]],
            [statement(row) for row in fields[name]["after"]],
        )
        for name, label in LABELS.items()
        if name in fields
    ]


def summary(fields: Mapping[str, Any]) -> str:
    """Name the parts that a change touched."""
    if fields.get("returned"):
        return "came back after an earlier removal"
    touched = [label.lower() for name, label in LABELS.items() if name in fields]
    return ", ".join(touched) or ("details as published" if fields.get("details") else "")


def statement(row: Mapping[str, Any]) -> str:
    """Write a statement of the record as one line."""
    parts = []
    for column, value in row.items():
        text = ", ".join(value) if isinstance(value, list) else str(value)
        parts.append(text if column in BARE else f"{COLUMNS.get(column, column.replace('_', ' '))}: {text}")
    return " · ".join(parts)


def threads(evidence: Iterable[Evidence]) -> list[Thread]:
    """Group publications by topic, oldest first, and set the company's replies beside the claims."""
    grouped: dict[str, Thread] = {}
    for row in sorted(evidence, key=lambda row: (row.published, row.pk)):
        thread = grouped.setdefault(row.topic or f"#{row.pk}", Thread([], []))
        (thread.replies if row.nature == EvidenceNature.REPLY else thread.claims).append(row)
    return list(grouped.values())
