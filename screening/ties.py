"""The companies one step of ownership away, up and down, and what they are listed on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from entities.choices import OwnershipKind
from entities.models import Entity, Ownership
from entities.querysets import Moment
from screening.entries import ListedEntry, entries, order
from screening.parties import Link
from screening.structure import Structure

# Neighbours on no list that an answer names; a listed one is always named.
MOST_UNLISTED = 100


@dataclass(frozen=True)
class Tie:
    """A company that owns the subject, that the subject owns, or that acts for it, and what it is listed on."""

    relation: str
    company: Entity
    edge: Ownership
    entries: tuple[ListedEntry, ...]
    in_force: bool


class Neighbour(NamedTuple):
    """A neighbouring party and an edge that says so."""

    relation: str
    party: str
    edge: int
    kind: str
    shares: tuple[Decimal | None, Decimal | None]
    end: date | None


def ties(rows: Collection[str], moment: Moment, structure: Structure) -> list[Tie]:
    """Find whom a party's rows own and who owns them on a day or before it, listed companies first.

    Eight queries, whatever the number of neighbours.
    """
    own = {structure.clusters.party(row) for row in rows}
    near = _neighbours(
        sorted({member for row in rows for member in structure.clusters.rows(row)}), own, moment, structure
    )
    listed = [row for row in near if any(_live(structure, row.party, moment.on))]
    others = [row for row in near if row not in listed]
    chosen = listed + others[:MOST_UNLISTED]
    members = {row.party: structure.clusters.rows(row.party) for row in chosen}
    companies = (
        Entity.objects.select_related("dataset")
        .defer("raw", "properties")
        .prefetch_related("listings__measures", "listings__added_in", "listings__removed_in")
        .in_bulk({member for rows in members.values() for member in rows})
    )
    edges = Ownership.objects.in_bulk([row.edge for row in chosen])
    found = []
    for row in chosen:
        said = [
            entry
            for member in members[row.party]
            for entry in entries(companies[member], _link(structure, row.party, member), moment)
            if entry.in_force
        ]
        found.append(
            Tie(
                row.relation,
                companies[row.party],
                edges[row.edge],
                tuple(sorted(said, key=order)),
                _holds(row, moment.on),
            )
        )
    return found


def _neighbours(rows: Sequence[str], own: set[str], moment: Moment, structure: Structure) -> list[Neighbour]:
    found: dict[tuple[str, str], list[Neighbour]] = defaultdict(list)
    stated = (
        Ownership.objects.begun(*moment)
        .filter(Q(owner__in=rows) | Q(asset__in=rows))
        .order_by("-start", "id")
        .values_list("id", "owner_id", "asset_id", "kind", "share_min", "share_max", "end")
    )
    for number, owner, asset, kind, low, high, end in stated:
        one, other = structure.clusters.party(owner), structure.clusters.party(asset)
        if one in own and other in own:
            continue
        relation, party = ("owner", one) if other in own else ("subsidiary", other)
        relation = "associate" if kind == OwnershipKind.ASSOCIATE else relation
        found[relation, party].append(Neighbour(relation, party, number, kind, (low, high), end))
    return [row for group in found.values() for row in _latest(group, moment.on)]


def _latest(group: Iterable[Neighbour], on: date) -> list[Neighbour]:
    """Keep each holding that stands once, whoever states it; where none does, the one that ended last."""
    group = list(group)
    holding = [row for row in group if _holds(row, on)]
    # That two are affiliated says nothing beside how.
    telling = [row for row in holding if row.kind != OwnershipKind.AFFILIATE] or holding
    once = {(row.kind, row.shares): row for row in reversed(telling)}
    return list(reversed(once.values())) or [max(group, key=lambda row: row.end or date.min)]


def _holds(row: Neighbour, on: date) -> bool:
    return row.end is None or row.end > on


def _live(structure: Structure, party: str, on: date) -> Iterable[bool]:
    return (row.live(on) for row in structure.listings.of([party]))


def _link(structure: Structure, party: str, row: str) -> Link:
    """Say why a row is read as the party."""
    return structure.clusters.link(party, row) or Link(row, 1.0, "the party's own row")
