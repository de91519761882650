"""Which rows of the record are one party in the walk along ownership; nothing is merged in the record itself."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from django.conf import settings

from entities.models import Entity, Ownership
from matching import Index
from screening.index import current_index
from screening.parties import Link, linked, on_a_list

# Companies compared with the lists at once.
CHUNK = 1_000
# Ids per statement: below SQLite's least limit of variables.
IDS = 900


@dataclass(frozen=True)
class Clusters:
    """Hold, for each row that ownership touches, the lists' rows that are the same party, and why."""

    links: Mapping[str, tuple[Link, ...]]

    @cached_property
    def leaders(self) -> dict[str, str]:
        """Name the row that stands for each row's party: a register's before a list's, the first by id.

        The closest pairs are joined first, and never two rows of one dataset, through whatever third row: to their
        publisher they are two parties. So Huawei and its holding company stay two, though a list names both in one
        entry.
        """
        on_list = on_a_list()
        leader = {row: row for row in self.links}
        datasets = {row: {_dataset(row)} for row in self.links}

        def led(row: str) -> str:
            if row not in leader:
                leader[row], datasets[row] = row, {_dataset(row)}
            while leader[row] != row:
                leader[row] = leader[leader[row]]
                row = leader[row]
            return row

        pairs = ((row, link) for row, links in self.links.items() for link in links)
        for row, link in sorted(pairs, key=lambda pair: (-pair[1].score, pair[0], pair[1].entity_id)):
            one, other = sorted((led(row), led(link.entity_id)), key=lambda id_: (on_list(id_), id_))
            if one != other and datasets[one].isdisjoint(datasets[other]):
                leader[other] = one
                datasets[one] |= datasets[other]
        return {row: led(row) for row in list(leader)}

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """Return the rows of each party by the row that stands for it."""
        found: dict[str, list[str]] = defaultdict(list)
        for row, leader in sorted(self.leaders.items()):
            found[leader].append(row)
        return {leader: tuple(rows) for leader, rows in found.items()}

    def party(self, row: str) -> str:
        """Return the row that stands for a row's party; a row that ownership does not touch stands for itself."""
        return self.leaders.get(row, row)

    def rows(self, row: str) -> tuple[str, ...]:
        """Return all rows of a row's party."""
        return self.members.get(self.party(row), (row,))


def _dataset(row: str) -> str:
    """Name the dataset of a row; ids begin with it."""
    return row.rpartition("-")[0]


def current_clusters(generation: str) -> Clusters:
    """Return the clusters of a state of the record: computed once, kept as a file, read by every process."""
    path = settings.INDEX_DIR / f"{generation}.parties"
    if path.exists():
        return _read(path)
    clusters = Clusters(_links(current_index()))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".parties.new")
    rows = {row: [[*vars(link).values()] for link in links] for row, links in clusters.links.items()}
    fresh.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)
    for old in path.parent.glob("*.parties"):
        if old != path:
            old.unlink(missing_ok=True)
    return clusters


def _read(path: Path) -> Clusters:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return Clusters({row: tuple(Link(*values) for values in links) for row, links in rows.items()})


def clusters_known(index: Index, by: datetime) -> Clusters:
    """Compute the clusters of what was known by a moment, by that moment's index."""
    return Clusters(_links(index, by))


def _links(index: Index, by: datetime | None = None) -> dict[str, tuple[Link, ...]]:
    stated = Ownership.objects.filter(known_from__lte=by) if by else Ownership.objects.all()
    edges = stated.order_by().values_list("owner_id", "asset_id")
    touched = sorted({row for edge in edges.iterator(chunk_size=10_000) for row in edge})
    found: dict[str, tuple[Link, ...]] = {}
    for start in range(0, len(touched), CHUNK):
        companies = _companies(touched[start : start + CHUNK])
        found |= {row: tuple(links) for row, links in linked(companies, index, by).items()}
    return found


def _companies(ids: Iterable[str]) -> list[Entity]:
    wanted = list(ids)
    return [
        company
        for start in range(0, len(wanted), IDS)
        for company in Entity.objects.filter(pk__in=wanted[start : start + IDS])
        .defer("raw", "properties")
        .prefetch_related("names", "identifiers")
    ]
