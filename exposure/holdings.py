from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure.records import KINDS

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

# Shares are whole ten-thousandths of a percent.
UNIT = 10_000
FULL = 100 * UNIT
UNKNOWN = -1
SHAREHOLDING, CONSOLIDATION, CONTROL, BRANCH, AFFILIATE = range(len(KINDS))


@dataclass(frozen=True)
class Holdings:
    """Hold who owns what on one day: one row for each owner, asset and kind, sorted by owner.

    low and high are the band in units, UNKNOWN where unstated; first and last delimit the row's edges in `edges`,
    which numbers edges of the graph. The rows after `live` ended lately and never count.
    """

    size: int
    owner: Ints
    asset: Ints
    kind: Ints
    low: Ints
    high: Ints
    first: Ints
    last: Ints
    edges: Ints
    recent: Mask

    @cached_property
    def by_owner(self) -> Ints:
        """Delimit the rows of each owner: those of n stand at by_owner[n]:by_owner[n + 1]."""
        return _starts(self.owner, self.size)

    @cached_property
    def inward(self) -> Ints:
        """Order the rows by asset."""
        return np.argsort(self.asset, kind="stable").astype(np.int64)

    @cached_property
    def by_asset(self) -> Ints:
        """Delimit the rows of each asset in `inward`."""
        return _starts(self.asset, self.size)

    @cached_property
    def stated_low(self) -> Ints:
        """Weigh the least share for a rule of percentages: control without a share weighs nothing."""
        weight = np.where((self.kind == SHAREHOLDING) & (self.low > 0), self.low, 0)
        return self._counting(np.where(self.kind == BRANCH, FULL, weight))

    @cached_property
    def stated_high(self) -> Ints:
        """Weigh the greatest share for a rule of percentages; an unstated one weighs nothing."""
        weight = np.where(
            self.kind == SHAREHOLDING, np.where(self.high >= 0, self.high, np.maximum(self.low, 0)), 0
        )
        return self._counting(np.where(self.kind == BRANCH, FULL, weight))

    @cached_property
    def greatest(self) -> Ints:
        """Weigh the greatest share, an unstated one as all of it."""
        weight = np.where(self.kind == SHAREHOLDING, np.where(self.high >= 0, self.high, FULL), 0)
        return self._counting(np.where(self.kind == BRANCH, FULL, weight))

    @cached_property
    def control_low(self) -> Ints:
        """Weigh for a test of control: control, consolidation and branches as all, shares by their least."""
        return self._counting(np.where(self.controls, FULL, self.stated_low))

    @cached_property
    def control_high(self) -> Ints:
        """Weigh for a test of control, shares by their greatest and an unstated one as all of it."""
        return self._counting(np.where(self.controls, FULL, self.greatest))

    @cached_property
    def branches(self) -> Ints:
        """Weigh branches only: they are the listed company itself."""
        return self._counting(np.where(self.kind == BRANCH, FULL, 0))

    @cached_property
    def anything(self) -> Ints:
        """Weigh every holding that is more than nothing as all of it."""
        nothing = (self.kind == SHAREHOLDING) & (self.high == 0)
        return self._counting(np.where(nothing, 0, FULL))

    @cached_property
    def controls(self) -> Mask:
        return np.isin(self.kind, (CONSOLIDATION, CONTROL, BRANCH))

    def _counting(self, weight: NDArray[Any]) -> Ints:
        return np.where(self.recent, 0, weight).astype(np.int64)

    def outward(self, nodes: Ints) -> Ints:
        """Return the rows that the nodes own, as one array."""
        return _spans(self.by_owner[nodes], self.by_owner[nodes + 1])

    def into(self, nodes: Ints) -> Ints:
        """Return the rows that own some of the nodes, as one array."""
        return self.inward[_spans(self.by_asset[nodes], self.by_asset[nodes + 1])]

    def upward(self, nodes: Ints) -> Ints:
        """Return every node that owns some of the nodes, at any distance, and the nodes themselves, sorted."""
        found: set[int] = set(nodes.tolist())
        frontier = nodes
        while frontier.size:
            rows = self.into(frontier)
            fresh = {owner for owner in self.owner[rows].tolist() if owner not in found}
            found |= fresh
            frontier = np.array(sorted(fresh), dtype=np.int64)
        return np.array(sorted(found), dtype=np.int64)

    def downward(self, nodes: Ints) -> Ints:
        """Return every node that some of the nodes own, at any distance, and the nodes themselves, sorted."""
        reached = np.zeros(self.size, dtype=bool)
        reached[nodes] = True
        frontier = nodes
        while frontier.size:
            assets = np.unique(self.asset[self.outward(frontier)])
            frontier = assets[~reached[assets]]
            reached[frontier] = True
        return np.flatnonzero(reached).astype(np.int64)

    def within(self, nodes: Ints) -> Holdings:
        """Return the holdings among nodes that `upward` gave, renumbered by their place in it."""
        rows = np.sort(self.into(nodes))
        return Holdings(
            size=len(nodes),
            owner=np.searchsorted(nodes, self.owner[rows]).astype(np.int64),
            asset=np.searchsorted(nodes, self.asset[rows]).astype(np.int64),
            kind=self.kind[rows],
            low=self.low[rows],
            high=self.high[rows],
            first=self.first[rows],
            last=self.last[rows],
            edges=self.edges,
            recent=self.recent[rows],
        )


def combined(columns: dict[str, Ints], live: Mask, recent: Mask, size: int) -> Holdings:
    """Combine a day's edges into holdings: classes of one source add up, sources widen the band."""
    rows = np.flatnonzero(live | recent)
    ended = recent[rows]
    owner, asset, kind = (columns[name][rows] for name in ("owner", "asset", "kind"))
    citation, low, high = (columns[name][rows] for name in ("citation", "low", "high"))
    order = np.lexsort((citation, ended, kind, asset, owner))
    rows, ended = rows[order], ended[order]
    owner, asset, kind, citation = owner[order], asset[order], kind[order], citation[order]
    low, high = low[order], high[order]
    if not rows.size:
        none = np.zeros(0, dtype=np.int64)
        return Holdings(size, none, none, none, none, none, none, none, none, np.zeros(0, dtype=bool))
    holding = _changes(owner, asset, kind, ended)
    source = np.flatnonzero(holding | _changes(citation))
    # One class of unstated share leaves the whole of its source open above, not below.
    sums_low = np.add.reduceat(np.maximum(low, 0), source)
    sums_high = np.add.reduceat(np.maximum(high, 0), source)
    least_known = np.maximum.reduceat(low, source) >= 0
    most_known = np.minimum.reduceat(high, source) >= 0
    stated = least_known | (np.maximum.reduceat(high, source) >= 0)
    first = np.flatnonzero(holding)
    at = np.searchsorted(source, first)
    # A source that states no share takes nothing from one that does.
    least = np.minimum.reduceat(np.where(stated, np.minimum(sums_low, FULL), 2 * FULL), at)
    most = np.maximum.reduceat(
        np.where(stated, np.where(most_known, np.minimum(sums_high, FULL), FULL), -1), at
    )
    known = most >= 0
    return Holdings(
        size=size,
        owner=owner[first],
        asset=asset[first],
        kind=kind[first],
        low=np.where(known, least, UNKNOWN).astype(np.int64),
        high=np.where(known, most, UNKNOWN).astype(np.int64),
        first=first.astype(np.int64),
        last=np.append(first[1:], len(rows)).astype(np.int64),
        edges=rows.astype(np.int64),
        recent=ended[first],
    )


def _changes(*columns: NDArray[Any]) -> Mask:
    changed = np.ones(len(columns[0]), dtype=bool)
    changed[1:] = np.logical_or.reduce([values[1:] != values[:-1] for values in columns])
    return changed


def _starts(sorted_by: Ints, size: int) -> Ints:
    return np.concatenate(([0], np.cumsum(np.bincount(sorted_by, minlength=size)))).astype(np.int64)


def _spans(starts: Ints, stops: Ints) -> Ints:
    """Return the numbers of every span start:stop, one span after the other."""
    lengths = stops - starts
    total = int(lengths.sum())
    if not total:
        return np.zeros(0, dtype=np.int64)
    offsets = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return np.arange(total, dtype=np.int64) + offsets
