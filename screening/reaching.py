"""Whom a listing of a party would hit, with the rows of the record that prove it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from entities.models import Entity
from entities.querysets import Moment
from exposure import reached
from screening.exposures import Conclusion, explained
from screening.rules import Rulebook
from screening.structure import Structure


@dataclass(frozen=True)
class Hit:
    """A party that a listing would hit, and what each rule that bites or warns would conclude."""

    party: Entity
    conclusions: tuple[Conclusion, ...]


@dataclass(frozen=True)
class Hits:
    """How many would be hit, and some of them, the hardest hit first."""

    total: int
    shown: tuple[Hit, ...]


def would_hit(
    entity: Entity,
    moment: Moment,
    structure: Structure,
    book: Rulebook,
    *,
    limit: int,
    offset: int = 0,
    only: Collection[str] | None = None,
) -> Hits:
    """Conclude whom an entity alone would expose, were it on the list of every rule of the day; `only` keeps some.

    Four queries, whatever the number of parties.
    """
    rows = structure.rows(entity)
    parties = (structure.clusters.party(row) for row in rows)
    start = next((party for party in parties if party in structure.graph.numbers), "")
    if not start:
        return Hits(0, ())
    said, hit = reached(structure.graph, start, moment.on, book.rules)
    hit = hit if only is None else [party for party in hit if party in only]
    shown = hit[offset : offset + limit]
    told: dict[str, list[Conclusion]] = {party: [] for party in shown}
    exposures = [row for party in shown for row in said[party] if row.result != "no"]
    for row in explained(exposures, moment.on, structure, book, supposed=True):
        told[row.exposure.party].append(row)
    names = Entity.objects.select_related("dataset").defer("raw", "properties").in_bulk(shown)
    return Hits(len(hit), tuple(Hit(names[party], tuple(rows)) for party, rows in told.items()))
