"""The ownership around one company: who owns it and what it owns, some steps far, as a bounded graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from entities.models import Entity, Ownership
from entities.querysets import Moment
from exposure import Edge, Listed
from screening.exposures import Step
from screening.structure import Structure

BOTH, OWNERS, ASSETS = "both", "owners", "assets"
DIRECTIONS = (BOTH, OWNERS, ASSETS)
# Which way each direction goes: up to owners, down to assets.
SIGNS = {-1: OWNERS, 1: ASSETS}
# Ids per statement: below SQLite's least limit of variables.
IDS = 900


@dataclass(frozen=True)
class Node:
    """A party of the walk: how far above (below zero) or below the company, what lists it, and what is not shown."""

    entity: Entity
    distance: int
    measures: tuple[str, ...]
    owners: int
    assets: int
    hidden: int


@dataclass(frozen=True)
class Walk:
    """The parties and edges of a walk; whole tells that nothing within its depth was left out."""

    nodes: tuple[Node, ...]
    edges: tuple[Step, ...]
    whole: bool


def walk(
    rows: Sequence[str],
    moment: Moment,
    structure: Structure,
    *,
    depth: int,
    direction: str,
    most: int,
    expand: Sequence[str] = (),
) -> Walk:
    """Walk ownership from the party that rows of the record describe, listed parties first, to at most `most` parties.

    Parties to expand are walked one step further, in both directions. Edges that had begun by the day are told, ended
    ones too: each has its dates. Two queries.
    """
    on = moment.on
    found = _Found(dict.fromkeys(_parties(rows, structure), 0), {}, structure, most)
    for sign, wanted in SIGNS.items():
        if direction in (BOTH, wanted):
            found.walk(list(found.start), sign, depth, on)
    # In the order given: one that was found by expanding another comes after it.
    for party in dict.fromkeys(structure.clusters.party(row) for row in expand):
        if party in found.distances:
            for sign in SIGNS:
                found.walk([party], sign, 1, on)
    return Walk(
        _nodes(found.distances, found.edges, on, structure), _steps(list(found.edges), structure), found.whole
    )


def turning_days(
    rows: Sequence[str], structure: Structure, *, depth: int, direction: str, most: int
) -> list[date]:
    """Return the days on which a walk from these rows changes: an edge or a listing begins, ends or is withdrawn.

    One query for each 900 rows of the record.
    """
    found = _Found(dict.fromkeys(_parties(rows, structure), 0), {}, structure, most)
    for sign, wanted in SIGNS.items():
        if direction in (BOTH, wanted):
            found.walk(list(found.start), sign, depth, date.max)
    dated: list[Edge | Listed] = [*found.edges, *structure.listings.of(found.distances)]
    days = {day for row in dated for day in (row.start, row.end) if day}
    members = [row for party in found.distances for row in structure.clusters.rows(party)]
    for start in range(0, len(members), IDS):
        chunk = members[start : start + IDS]
        gone = Ownership.objects.filter(owner__in=chunk, removed_in__isnull=False)
        days.update(gone.order_by().values_list("removed_in__published_on", flat=True).distinct())
    return sorted(days)


@dataclass
class _Found:
    """The parties and edges that a walk has met so far."""

    distances: dict[str, int]
    edges: dict[Edge, None]
    structure: Structure
    most: int
    whole: bool = True

    def __post_init__(self) -> None:
        self.start = tuple(self.distances)

    def walk(self, frontier: Sequence[str], sign: int, depth: int, on: date) -> None:
        for _step in range(depth):
            fresh: list[str] = []
            for party in frontier:
                for edge in _begun(self.structure, party, sign, on):
                    other = edge.owner if sign < 0 else edge.asset
                    if other not in self.distances:
                        if len(self.distances) >= self.most:
                            self.whole = False
                            continue
                        self.distances[other] = self.distances[party] + sign
                        fresh.append(other)
                    self.edges[edge] = None
            frontier = fresh


def _parties(rows: Sequence[str], structure: Structure) -> list[str]:
    return sorted({structure.clusters.party(row) for row in rows})


def _begun(structure: Structure, party: str, sign: int, on: date) -> list[Edge]:
    """Return a party's edges up or down that had begun, those to listed parties and those that hold first."""
    graph = structure.graph
    edges = graph.owners_of(party) if sign < 0 else graph.holdings_of(party)
    begun = [edge for edge in edges if edge.start is None or edge.start <= on]

    def order(edge: Edge) -> tuple[bool, bool, str, str]:
        other = edge.owner if sign < 0 else edge.asset
        return (not _measures(structure, other, on), not edge.live(on), other, edge.citation)

    return sorted(begun, key=order)


def _measures(structure: Structure, party: str, on: date) -> tuple[str, ...]:
    live = (row.regime_list for row in structure.listings.of([party]) if row.live(on))
    return tuple(sorted(set(live)))


def _nodes(
    distances: dict[str, int], edges: dict[Edge, None], on: date, structure: Structure
) -> tuple[Node, ...]:
    entities = Entity.objects.select_related("dataset").defer("raw", "properties").in_bulk(list(distances))
    found = []
    for party, distance in distances.items():
        owners = _begun(structure, party, -1, on)
        assets = _begun(structure, party, 1, on)
        hidden = sum(1 for edge in (*owners, *assets) if edge not in edges)
        measures = _measures(structure, party, on)
        found.append(Node(entities[party], distance, measures, len(owners), len(assets), hidden))
    return tuple(found)


def _steps(edges: Sequence[Edge], structure: Structure) -> tuple[Step, ...]:
    stated = Ownership.objects.in_bulk([row for edge in edges for row in structure.stated[edge]])
    ids = {party for edge in edges for party in (edge.owner, edge.asset)}
    parties = Entity.objects.select_related("dataset").defer("raw", "properties").in_bulk(ids)
    return tuple(
        Step(
            parties[edge.owner],
            parties[edge.asset],
            edge,
            tuple(stated[row] for row in structure.stated[edge]),
            begins=True,
        )
        for edge in edges
    )
