"""Which lists an answer rests on, and which it does not. Missing data is not a "no match"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from entities.choices import DatasetKind
from entities.models import Dataset, DatasetVersion

NO_LISTS = (DatasetKind.REGISTER, DatasetKind.PRIVATE)


@dataclass(frozen=True)
class Searched:
    lists: tuple[Dataset, ...]
    tables: tuple[Dataset, ...]
    missing: tuple[Dataset, ...]

    @property
    def excerpts(self) -> tuple[Dataset, ...]:
        return tuple(row for row in self.lists if _version(row).is_excerpt)

    @property
    def stale(self) -> tuple[Dataset, ...]:
        return tuple(row for row in self.lists if row.is_stale)

    @property
    def newest(self) -> date | None:
        return max((_version(row).published_on for row in self.lists), default=None)

    @property
    def oldest(self) -> date | None:
        return min((_version(row).published_on for row in self.lists), default=None)

    def as_dict(self) -> dict[str, Any]:
        return {
            "searched": [
                {
                    "dataset": row.name,
                    "title": row.title,
                    "kind": row.kind,
                    "version": _version(row).pk,
                    "published_on": _version(row).published_on.isoformat(),
                    "fetched_at": _version(row).fetched_at.isoformat(),
                    "sha256": _version(row).sha256,
                    "entities": _version(row).entities,
                    "freshness": row.freshness,
                }
                for row in self.lists + self.tables
            ],
            "not_searched": [
                {"dataset": row.name, "title": row.title, "reason": "never loaded"} for row in self.missing
            ],
        }


def searched_lists(by: datetime | None = None) -> Searched:
    """Read every dataset with its current version, or with the newest that we held by a moment."""
    rows = list(Dataset.objects.select_related("current_version").order_by("name"))
    if by is not None:
        newest: dict[int, DatasetVersion] = {}
        versions = DatasetVersion.objects.accepted().filter(fetched_at__lte=by)
        for version in versions.order_by("published_on", "id"):
            newest[version.dataset_id] = version
        for row in rows:
            row.current_version = newest.get(row.pk)
    held = [row for row in rows if row.current_version]
    return Searched(
        lists=tuple(row for row in held if row.kind == DatasetKind.LIST),
        tables=tuple(row for row in held if row.kind != DatasetKind.LIST),
        # A register or a customer's own table that was never loaded leaves no list unsearched.
        missing=tuple(
            row for row in rows if not (row.current_version or row.closed_on or row.kind in NO_LISTS)
        ),
    )


def _version(row: Dataset) -> DatasetVersion:
    assert row.current_version is not None
    return row.current_version
