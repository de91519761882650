"""The ownership around one company: who owns it and what it owns, some steps far, as a bounded graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from entities.models import Entity, Ownership
from entities.querysets import Moment
from exposure import Edge
from screening.exposures import Step
from screening.structure import Structure

BOTH, OWNERS, ASSETS = "both", "owners", "assets"
DIRECTIONS = (BOTH, OWNERS, ASSETS)


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
    rows: Sequence[str], moment: Moment, structure: Structure, *, depth: int, direction: str, most: int
) -> Walk:
    """Walk ownership from the party that rows of the record describe, listed parties first, to at most `most` parties.

    Edges that had begun by the day are told, ended ones too: each has its dates. Two queries.
    """
    start = sorted({structure.clusters.party(row) for row in rows})
    distances = dict.fromkeys(start, 0)
    edges: dict[Edge, None] = {}
    whole = True
    for sign, wanted in ((-1, OWNERS), (1, ASSETS)):
        if direction not in (BOTH, wanted):
            continue
        frontier = list(start)
        for step in range(1, depth + 1):
            fresh: list[str] = []
            for party in frontier:
                for edge in _begun(structure, party, sign, moment.on):
                    other = edge.owner if sign < 0 else edge.asset
                    if other not in distances:
                        if len(distances) >= most:
                            whole = False
                            continue
                        distances[other] = sign * step
                        fresh.append(other)
                    edges[edge] = None
            frontier = fresh
    return Walk(_nodes(distances, edges, moment.on, structure), _steps(list(edges), structure), whole)


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
