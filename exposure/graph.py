from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from exposure.holdings import UNKNOWN, Holdings, Ints, combined
from exposure.records import KINDS, Edge, Rule

if TYPE_CHECKING:
    from exposure.reaching import Reach

# Days kept apart from each other, so that a second question about the same day costs nothing.
DAYS_KEPT = 4
RECENT_YEARS = 2
# After every day that can be asked for.
NEVER = date.max.toordinal() + 1


class Graph:
    """Hold dated ownership edges as arrays; nothing in it changes after it is made.

    Nodes are numbered by their sorted ids and edges are sorted by owner, asset and citation, so that no answer depends
    on the order in which edges came.
    """

    def __init__(self, edges: Iterable[Edge], parties: Iterable[str] = ()) -> None:
        stated = list(edges)
        owners = [edge.owner for edge in stated]
        assets = [edge.asset for edge in stated]
        # Companies without an edge come last: no answer turns on their order, and sorting millions takes seconds.
        self.ids: list[str] = list(dict.fromkeys([*sorted({*owners, *assets}), *parties]))
        self.numbers: dict[str, int] = dict(zip(self.ids, range(len(self.ids)), strict=True))
        citations = {text: n for n, text in enumerate(sorted({edge.citation for edge in stated}))}
        kinds = {kind: n for n, kind in enumerate(KINDS)}
        size = len(stated)
        columns: dict[str, Ints] = {
            "owner": np.fromiter(map(self.numbers.__getitem__, owners), np.int64, size),
            "asset": np.fromiter(map(self.numbers.__getitem__, assets), np.int64, size),
            "citation": np.fromiter((citations[edge.citation] for edge in stated), np.int64, size),
            "kind": np.fromiter((kinds[edge.kind] for edge in stated), np.int64, size),
            "low": np.fromiter((_units(edge.share_min) for edge in stated), np.int64, size),
            "high": np.fromiter((_units(edge.share_max) for edge in stated), np.int64, size),
            "start": np.fromiter((e.start.toordinal() if e.start else 0 for e in stated), np.int64, size),
            "end": np.fromiter((e.end.toordinal() if e.end else NEVER for e in stated), np.int64, size),
        }
        order = np.lexsort(tuple(reversed(list(columns.values()))))
        columns = {name: values[order] for name, values in columns.items()}
        # The same statement twice says nothing more than once.
        fresh = np.ones(size, dtype=bool)
        if size > 1:
            fresh[1:] = np.logical_or.reduce([values[1:] != values[:-1] for values in columns.values()])
        self.columns = {name: values[fresh] for name, values in columns.items()}
        self.edges: tuple[Edge, ...] = tuple(stated[i] for i in order[fresh].tolist())
        self._days: dict[date, Holdings] = {}

    @classmethod
    def from_edges(cls, edges: Iterable[Edge], parties: Iterable[str] = ()) -> Graph:
        """Build a graph from edges; parties adds companies of which no edge is known."""
        return cls(edges, parties)

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, edge: object) -> bool:
        if not isinstance(edge, Edge):
            return False
        owner, asset = self.numbers.get(edge.owner), self.numbers.get(edge.asset)
        if owner is None or asset is None:
            return False
        # Edges are sorted by owner, then asset.
        owners, assets = self.columns["owner"], self.columns["asset"]
        begin, stop = np.searchsorted(owners, [owner, owner + 1]).tolist()
        first, last = (begin + np.searchsorted(assets[begin:stop], [asset, asset + 1])).tolist()
        return edge in self.edges[first:last]

    @cached_property
    def _into(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.columns["asset"], kind="stable")
        return order, self.columns["asset"][order]

    def holdings_of(self, party: str) -> tuple[Edge, ...]:
        """Return every edge by which a party owns, of whatever day; none where the graph does not know it."""
        number = self.numbers.get(party)
        if number is None:
            return ()
        begin, stop = np.searchsorted(self.columns["owner"], [number, number + 1]).tolist()
        return self.edges[begin:stop]

    def owners_of(self, party: str) -> tuple[Edge, ...]:
        """Return every edge by which a party is owned, of whatever day; none where the graph does not know it."""
        number = self.numbers.get(party)
        if number is None:
            return ()
        order, assets = self._into
        begin, stop = np.searchsorted(assets, [number, number + 1]).tolist()
        return tuple(self.edges[place] for place in order[begin:stop].tolist())

    def on(self, day: date) -> Holdings:
        """Return the holdings that stand on a day, and those that ended within two years before it."""
        found = self._days.get(day)
        if found is None:
            number = day.toordinal()
            begun = self.columns["start"] <= number
            live = begun & (self.columns["end"] > number)
            recent = (self.columns["end"] <= number) & (self.columns["end"] >= _years_before(day).toordinal())
            found = combined(self.columns, live, recent, len(self.ids))
            # Replaced in one step, so that threads may ask about different days.
            self._days = dict([*self._days.items(), (day, found)][-DAYS_KEPT:])
        return found

    def reach(self, party: str, on: date, rules: Iterable[Rule] | None = None) -> list[Reach]:
        """List everything a listed party reaches on a day, with the rules that would bite, were it on their lists."""
        # The walk stands on this class, so it can only be imported once both are there.
        from exposure.reaching import reach

        return reach(self, party, on, rules)


def _units(share: float | None) -> int:
    """Turn percent into ten-thousandths of a percent: whole numbers add up exactly and in any order."""
    return UNKNOWN if share is None else round(float(share) * 10_000)


def _years_before(day: date) -> date:
    year = day.year - RECENT_YEARS
    if year < 1:
        return date.min
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
