from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from exposure.concluding import Conclusions, conclude
from exposure.findings import NO
from exposure.graph import Graph
from exposure.records import RESULTS, Edge, Exposure, Listed, Rule


@dataclass(frozen=True, slots=True)
class Change:
    """Say that a rule's conclusion about a party changes; None where the rule is not in effect on that side."""

    party: str
    before: Exposure | None
    after: Exposure | None


def what_if(
    graph: Graph,
    listed: Iterable[Listed],
    rules: Iterable[Rule],
    on: date,
    *,
    add_edges: Iterable[Edge] = (),
    remove_edges: Iterable[Edge] = (),
    add_listed: Iterable[Listed] = (),
    remove_listed: Iterable[Listed] = (),
    other_rules: Iterable[Rule] | None = None,
) -> list[Change]:
    """Return what would change, by party and rule; the graph, the listings and the rules stay as they are.

    other_rules stand in place of rules in the supposed world. Raises ValueError where something to remove is not there.
    """
    stated, rows = list(listed), tuple(rules)
    gone, delisted = set(remove_edges), set(remove_listed)
    for missing in gone - set(graph.edges) if gone else ():
        raise ValueError(f"No edge says that {missing.owner} holds {missing.share} of {missing.asset}.")
    for absent in delisted - set(stated):
        raise ValueError(f"No listing says that {absent.party} is on {absent.regime_list}.")
    added = list(add_edges)
    supposed = graph
    if added or gone:
        supposed = Graph([edge for edge in graph.edges if edge not in gone] + added, graph.ids)
    before = conclude(graph, stated, rows, on)
    after = conclude(
        supposed,
        [row for row in stated if row not in delisted] + list(add_listed),
        rows if other_rules is None else other_rules,
        on,
    )
    changed: set[str] = set()
    codes = dict.fromkeys([*before.findings, *after.findings])
    for code in codes:
        old, new = _said(before, code), _said(after, code)
        changed |= {party for party in old.keys() | new.keys() if old.get(party) != new.get(party)}
    changes = []
    for party in sorted(changed):
        old_by_code = {exposure.rule.code: exposure for exposure in before[party]}
        new_by_code = {exposure.rule.code: exposure for exposure in after[party]}
        for code in codes:
            was, now = old_by_code.get(code), new_by_code.get(code)
            if (was.result if was else RESULTS[NO]) != (now.result if now else RESULTS[NO]):
                changes.append(Change(party, was, now))
    return changes


def _said(conclusions: Conclusions, code: str) -> dict[str, int]:
    if code not in conclusions.findings:
        return {}
    results = conclusions.results(code)
    return {conclusions.party(place): int(results[place]) for place in np.flatnonzero(results).tolist()}
