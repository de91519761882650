from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exposure.holdings import Holdings, Ints


@dataclass(frozen=True)
class Captured:
    """Hold the nodes that one group of listed parties captures, sorted, and after how many steps; 0 is listed."""

    nodes: Ints
    levels: Ints

    def level(self, node: int) -> int:
        """Return after how many steps a node was captured, -1 if it was not."""
        place = int(np.searchsorted(self.nodes, node))
        return int(self.levels[place]) if place < len(self.nodes) and self.nodes[place] == node else -1


class Spreading:
    """Spread capture down ownership, step by step to the fixed point, never multiplying shares (OFAC FAQ 401)."""

    def __init__(self, holdings: Holdings) -> None:
        self.holdings = holdings
        self._level: NDArray[np.int32] = np.full(holdings.size, -1, dtype=np.int32)
        self._sums: Ints = np.zeros(holdings.size, dtype=np.int64)

    def spread(self, roots: Ints, weight: Ints, least: int, cascade: bool = True) -> Captured:
        """Return what the roots capture: every asset of which captured owners together hold `least` units.

        weight gives units for each row of the holdings. Each node is expanded once, so cycles end.
        """
        frontier = roots
        self._level[roots] = 0
        captured, touched = [roots], [roots]
        step = 0
        while frontier.size and (cascade or step == 0):
            step += 1
            rows = self.holdings.outward(frontier)
            rows = rows[weight[rows] > 0]
            assets = self.holdings.asset[rows]
            np.add.at(self._sums, assets, weight[rows])
            candidates = np.unique(assets)
            touched.append(candidates)
            frontier = candidates[(self._sums[candidates] >= least) & (self._level[candidates] < 0)]
            self._level[frontier] = step
            captured.append(frontier)
        nodes = np.sort(np.concatenate(captured))
        found = Captured(nodes, self._level[nodes].astype(np.int64))
        for part in touched:
            self._level[part] = -1
            self._sums[part] = 0
        return found


def proof(holdings: Holdings, captured: Captured, weight: Ints, least: int, node: int) -> list[int]:
    """Return the fewest rows that prove a capture: leave one out and it fails. Owners stand before what they own."""
    chosen: dict[int, int] = {}
    waiting, seen = [node], {node}
    while waiting:
        asset = waiting.pop()
        level = captured.level(asset)
        if level <= 0:
            continue
        for row in _enough(holdings, captured, weight, least, asset, level):
            chosen[row] = level
            owner = int(holdings.owner[row])
            if owner not in seen:
                seen.add(owner)
                waiting.append(owner)
    return sorted(
        chosen, key=lambda row: (chosen[row], int(holdings.asset[row]), int(holdings.owner[row]), row)
    )


def _enough(
    holdings: Holdings, captured: Captured, weight: Ints, least: int, asset: int, level: int
) -> list[int]:
    """Choose rows of one asset that reach `least`: one owner near the lists if one is enough, else the largest."""
    begin, stop = int(holdings.by_asset[asset]), int(holdings.by_asset[asset + 1])
    found: list[tuple[int, int, int, int]] = []
    for row in holdings.inward[begin:stop].tolist():
        owner = int(holdings.owner[row])
        owner_level = captured.level(owner)
        if 0 <= owner_level < level and weight[row] > 0:
            found.append((owner_level, -int(weight[row]), owner, row))
    alone = [item for item in sorted(found) if -item[1] >= least]
    if alone:
        return [alone[0][3]]
    rows, total = [], 0
    for _owner_level, negative, _owner, row in sorted(found, key=lambda item: (item[1], item[0], *item[2:])):
        rows.append(row)
        total -= negative
        if total >= least:
            break
    return rows
