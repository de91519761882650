from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from exposure.concluding import Conclusions
from exposure.findings import NO
from exposure.graph import Graph
from exposure.records import Exposure, Listed, Rule
from exposure.rules import RULES
from exposure.supposing import affected


@dataclass(frozen=True, slots=True)
class Reach:
    """Name a company that a listed party reaches, and what each rule that bites or warns would conclude."""

    party: str
    exposures: tuple[Exposure, ...]


def reached(
    graph: Graph, party: str, on: date, rules: Iterable[Rule] | None = None
) -> tuple[Conclusions, list[str]]:
    """Conclude what a party alone would expose, were it on the lists of each rule; name them, the hardest hit first.

    Paths are worked out when the conclusions are asked for them. Raises KeyError where the graph does not know the
    party.
    """
    if party not in graph.numbers:
        raise KeyError(f"No ownership of or by {party} is known.")
    rows = tuple(RULES if rules is None else rules)
    scopes = {
        (scope.regime_list, scope.programmes[0] if scope.programmes else "")
        for rule in rows
        for scope in rule.scopes
    }
    supposed = [
        Listed(party, name, programme, citation="supposed", reach="subsidiaries")
        for name, programme in sorted(scopes)
    ]
    conclusions = Conclusions(
        graph, supposed, [rule for rule in rows if rule.effective(on)], on, affected(graph, [party], on)
    )
    worst = np.zeros(conclusions.holdings.size, dtype=np.uint8)
    for rule in conclusions.rules:
        worst = np.maximum(worst, conclusions.results(rule.code))
    found = {conclusions.party(place): int(worst[place]) for place in np.flatnonzero(worst != NO).tolist()}
    found.pop(party, None)
    return conclusions, sorted(found, key=lambda other: (-found[other], other))


def reach(graph: Graph, party: str, on: date, rules: Iterable[Rule] | None = None) -> list[Reach]:
    """List every company that a party alone would expose, were it on the lists of each rule, by id.

    Raises KeyError where the graph does not know the party.
    """
    conclusions, found = reached(graph, party, on, rules)
    return [Reach(other, tuple(e for e in conclusions[other] if e.result != "no")) for other in sorted(found)]
