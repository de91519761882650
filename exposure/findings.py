from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from exposure.holdings import FULL, UNIT, UNKNOWN, Holdings, Ints, Mask
from exposure.records import RESULTS, Rule
from exposure.spreading import Captured, Spreading

NO, RED_FLAG, POSSIBLE, YES = range(len(RESULTS))


@dataclass(frozen=True)
class Run:
    """Hold one pass of a rule: what each group of listed parties captures by one weighing of the holdings."""

    weight: Ints
    least: int
    groups: tuple[Captured, ...]

    @cached_property
    def nodes(self) -> Ints:
        if not self.groups:
            return np.zeros(0, dtype=np.int64)
        return np.unique(np.concatenate([captured.nodes for captured in self.groups]))

    @cached_property
    def _places(self) -> tuple[Ints, Ints, Ints]:
        sizes = [len(captured.nodes) for captured in self.groups]
        nodes = np.concatenate([captured.nodes for captured in self.groups])
        levels = np.concatenate([captured.levels for captured in self.groups])
        group = np.repeat(np.arange(len(sizes)), sizes)
        order = np.lexsort((group, levels, nodes))
        return nodes[order], levels[order], group[order]

    def nearest(self, node: int) -> tuple[int, Captured] | None:
        """Return the level of a node and the group that captures it in the fewest steps."""
        if not self.groups:
            return None
        nodes, levels, group = self._places
        place = int(np.searchsorted(nodes, node))
        if place == len(nodes) or nodes[place] != node:
            return None
        return int(levels[place]), self.groups[int(group[place])]


@dataclass(frozen=True)
class Finding:
    """Hold what one rule finds: a result for each node, and the runs that prove it.

    sure counts the least shares, possible the greatest; chain counts control and unstated shares as all, and is
    only good for red flags. results holds places in RESULTS.
    """

    rule: Rule
    roots: Ints
    sure: Run
    possible: Run
    chain: Run
    results: NDArray[np.uint8]
    # The holdings that raise a red flag where their owner is in the chain.
    flags: Mask

    @cached_property
    def listed(self) -> frozenset[int]:
        return frozenset(self.roots.tolist())


def find(
    rule: Rule, holdings: Holdings, spreading: Spreading, roots: Ints, groups: list[Ints] | None = None
) -> Finding:
    """Apply a rule to a day's holdings; groups parts the roots where the rule does not aggregate."""
    least = round(rule.threshold * UNIT) + (not rule.inclusive)
    if rule.basis in ("affiliate", "none"):
        # No percentage is set: control passes it on, and a majority of shares is control.
        least = FULL // 2 + 1

    def run(weight: Ints) -> Run:
        parts = [roots] if groups is None else groups
        return Run(
            weight,
            least,
            tuple(spreading.spread(part, weight, least, rule.cascade) for part in parts if part.size),
        )

    if rule.basis == "none":
        sure = possible = run(holdings.branches)
    elif rule.basis == "ownership":
        sure = run(holdings.stated_low)
        possible = run(holdings.greatest if rule.unknown_share == "possible" else holdings.stated_high)
    else:
        sure, possible = run(holdings.control_low), run(holdings.control_high)
    chain = possible if rule.control_counts else run(holdings.control_high)

    flags = flagging(rule, holdings)
    results = np.zeros(holdings.size, dtype=np.uint8)
    if rule.basis != "none" or rule.red_flag:
        results[chain.nodes] = RED_FLAG
        rows = holdings.outward(chain.nodes)
        results[holdings.asset[rows[flags[rows]]]] = RED_FLAG
    for level, found in ((POSSIBLE, possible), (YES, sure)):
        results[found.nodes] = level
        if rule.basis == "affiliate":
            rows = holdings.outward(found.nodes)
            assets = holdings.asset[rows[holdings.anything[rows] > 0]]
            results[assets] = np.maximum(results[assets], level)
    # What is listed is not exposed but listed; a rule without reach has nothing to add to that.
    results[roots] = NO if rule.basis == "none" else YES
    return Finding(rule, roots, sure, possible, chain, results, flags)


def flagging(rule: Rule, holdings: Holdings) -> Mask:
    """Mark the holdings that raise a red flag under a rule: ended lately, share unstated, or a minority."""
    unstated = holdings.low == UNKNOWN
    minority = (holdings.high > 0) & (holdings.high >= round(rule.flag_share * UNIT))
    raised: Mask = holdings.recent | unstated
    return raised | minority if rule.red_flag else raised
