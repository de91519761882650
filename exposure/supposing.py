from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from exposure.concluding import Conclusions, Listings, conclude
from exposure.findings import NO
from exposure.graph import Graph
from exposure.holdings import Ints
from exposure.records import RESULTS, Edge, Exposure, Listed, Rule


@dataclass(frozen=True, slots=True)
class Change:
    """Say that a rule's conclusion about a party changes; None where the rule is not in effect on that side."""

    party: str
    before: Exposure | None
    after: Exposure | None


def affected(graph: Graph, parties: Iterable[str], on: date) -> set[str]:
    """Name every party whose exposure may change on a day where listings of some parties, or edges into them, do.

    What is not owned by any of them, at any distance, keeps its exposure: after a list changed, only these need
    to be concluded again.
    """
    given = set(parties)
    nodes = graph.on(on).downward(_nodes(graph, given))
    return given | {graph.ids[node] for node in nodes.tolist()}


def what_if(
    graph: Graph,
    listed: Listings | Iterable[Listed],
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

    other_rules stand in place of rules in the supposed world. Only what the supposed changes can reach is concluded,
    so the time is that of its part of the graph. Raises ValueError where something to remove is not there.
    """
    known = listed if isinstance(listed, Listings) else Listings(listed)
    rows = tuple(rules)
    supposed_rules = rows if other_rules is None else tuple(other_rules)
    added, gone = list(add_edges), set(remove_edges)
    listed_too, delisted = list(add_listed), set(remove_listed)
    for missing in gone:
        if missing not in graph:
            raise ValueError(f"No edge says that {missing.owner} holds {missing.share} of {missing.asset}.")
    for absent in delisted:
        if absent not in known:
            raise ValueError(f"No listing says that {absent.party} is on {absent.regime_list}.")
    touched = {edge.asset for edge in (*added, *gone)} | {row.party for row in (*listed_too, *delisted)}
    # The lists of a rule that another stands in for bite anew wherever they are.
    swapped = set(rows) ^ set(supposed_rules)
    if swapped:
        touched |= {row.party for row in known if any(rule.covers(row) for rule in swapped)}
    asked = affected(graph, touched, on)
    supposed = _supposed(graph, asked, on, added, gone)
    listings = [row for row in known.of(supposed.numbers) if row not in delisted]
    before = conclude(graph, known, rows, on, asked)
    after = conclude(
        supposed,
        [*listings, *listed_too],
        supposed_rules,
        on,
        asked,
    )
    # A party without edges stands in no array of results.
    return _changes(before, after, asked, {party for party in touched if party not in graph.numbers})


def _supposed(
    graph: Graph, asked: Collection[str], on: date, added: Collection[Edge], gone: Collection[Edge]
) -> Graph:
    """Build the part of the supposed world that decides about the parties asked for: all that is above them."""
    holdings = graph.on(on)
    above = holdings.upward(_nodes(graph, {*asked, *(edge.owner for edge in added)}))
    edges = [
        graph.edges[edge]
        for row in holdings.into(above).tolist()
        for edge in holdings.edges[holdings.first[row] : holdings.last[row]].tolist()
    ]
    return Graph([edge for edge in edges if edge not in gone] + list(added), sorted(asked))


def _nodes(graph: Graph, parties: Iterable[str]) -> Ints:
    numbers = sorted(graph.numbers[party] for party in parties if party in graph.numbers)
    return np.array(numbers, dtype=np.int64)


def _changes(
    before: Conclusions, after: Conclusions, asked: Collection[str], alone: Collection[str]
) -> list[Change]:
    changed = set(alone)
    codes = dict.fromkeys([*before.findings, *after.findings])
    for code in codes:
        old, new = _said(before, code), _said(after, code)
        changed |= {party for party in old.keys() | new.keys() if old.get(party) != new.get(party)}
    changes = []
    for party in sorted(changed.intersection(asked)):
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
