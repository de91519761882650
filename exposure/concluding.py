from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from exposure.findings import NO, RED_FLAG, YES, Finding, find
from exposure.graph import Graph
from exposure.holdings import Holdings, Ints
from exposure.proving import proved
from exposure.records import RESULTS, Exposure, Listed, Rule
from exposure.spreading import Spreading


class Listings:
    """Hold listings by party, so that a question about one company need not read them all."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        self.rows = tuple(listed)
        self._by_party: dict[str, list[Listed]] = defaultdict(list)
        for row in self.rows:
            self._by_party[row.party].append(row)

    def __iter__(self) -> Iterator[Listed]:
        return iter(self.rows)

    def __contains__(self, row: object) -> bool:
        return isinstance(row, Listed) and row in self._by_party.get(row.party, ())

    def of(self, parties: Iterable[str]) -> Iterator[Listed]:
        """Return the listings of some parties."""
        return (row for party in parties for row in self._by_party.get(party, ()))


class Conclusions(Mapping[str, list[Exposure]]):
    """Answer what each rule concludes about each company on a day.

    Indexing gives every rule's Exposure for any party, in the order of the rules; iterating gives the parties about
    which some rule says more than no. Paths are worked out when asked for.
    """

    def __init__(
        self,
        graph: Graph,
        listed: Listings | Iterable[Listed],
        rules: Iterable[Rule],
        on: date,
        parties: Iterable[str] | None = None,
    ) -> None:
        self.graph = graph
        self.on = on
        self.rules = tuple(rule for rule in rules if rule.effective(on))
        self.holdings: Holdings = graph.on(on)
        self._nodes: Ints | None = None
        self._asked: Ints | None = None
        rows: Iterable[Listed] = listed
        if parties is not None:
            given = set(parties)
            asked = sorted(graph.numbers[party] for party in given if party in graph.numbers)
            self._nodes = self.holdings.upward(np.array(asked, dtype=np.int64))
            self.holdings = self.holdings.within(self._nodes)
            self._asked = np.searchsorted(self._nodes, asked).astype(np.int64)
            given.update(graph.ids[node] for node in self._nodes.tolist())
            rows = (
                listed.of(given) if isinstance(listed, Listings) else (r for r in listed if r.party in given)
            )
        self._listings: dict[str, list[Listed]] = defaultdict(list)
        by_list: dict[str, list[Listed]] = defaultdict(list)
        for row in rows:
            if row.live(on):
                self._listings[row.party].append(row)
                by_list[row.regime_list].append(row)
        self._spreading = Spreading(self.holdings)
        self.findings: dict[str, Finding] = {}
        for rule in self.rules:
            covered = [
                row
                for name in sorted({scope.regime_list for scope in rule.scopes})
                for row in by_list.get(name, ())
                if rule.covers(row)
            ]
            self.findings[rule.code] = self._find(rule, covered)

    def _find(self, rule: Rule, covered: list[Listed]) -> Finding:
        numbered = [(number, row) for row in covered if (number := self.number(row.party)) is not None]
        roots = np.unique(np.array([number for number, _row in numbered], dtype=np.int64))
        groups = None if rule.aggregated else self._groups(roots, numbered)
        return find(rule, self.holdings, self._spreading, roots, groups)

    def _groups(self, roots: Ints, numbered: list[tuple[int, Listed]]) -> list[Ints]:
        """Part listed parties into those that count together: a joint arrangement's, and each with those it controls.

        Two that control the same third party do not count together for that. Source: OFSI guidance, paragraph 4.14.
        """
        among = set(roots.tolist())
        controlled: dict[int, list[int]] = defaultdict(list)
        rows = self.holdings.outward(roots)
        rows = rows[self.holdings.controls[rows] & ~self.holdings.recent[rows]]
        for owner, asset in zip(
            self.holdings.owner[rows].tolist(), self.holdings.asset[rows].tolist(), strict=True
        ):
            if asset in among:
                controlled[owner].append(asset)
        joint: dict[str, set[int]] = defaultdict(set)
        for node, row in numbered:
            if row.joint:
                joint[row.joint].add(node)

        def together(nodes: Iterable[int]) -> frozenset[int]:
            found, waiting = set(nodes), list(nodes)
            while waiting:
                fresh = [asset for asset in controlled.get(waiting.pop(), ()) if asset not in found]
                found.update(fresh)
                waiting += fresh
            return frozenset(found)

        groups = [together(members) for members in joint.values()]
        groups += [together([node]) for node in sorted(among)]
        # What a party controls stands in that party's group; alone it adds nothing.
        groups.sort(key=lambda group: (-len(group), sorted(group)))
        kept: list[frozenset[int]] = []
        seen: dict[int, list[frozenset[int]]] = defaultdict(list)
        for group in groups:
            if any(group <= larger for larger in seen[min(group)]):
                continue
            kept.append(group)
            for node in group:
                seen[node].append(group)
        return [np.array(sorted(group), dtype=np.int64) for group in kept]

    def number(self, party: str) -> int | None:
        """Return the place of a party in the arrays of results, None if no edge knows it."""
        node = self.graph.numbers.get(party)
        if node is None or self._nodes is None:
            return node
        place = int(np.searchsorted(self._nodes, node))
        return place if place < len(self._nodes) and self._nodes[place] == node else None

    def party(self, number: int) -> str:
        """Return the id of a place in the arrays of results."""
        return self.graph.ids[number if self._nodes is None else int(self._nodes[number])]

    def results(self, code: str) -> NDArray[np.uint8]:
        """Return a rule's results for every node, as places in RESULTS; all no while the rule is suspended."""
        finding = self.findings[code]
        return np.zeros_like(finding.results) if finding.rule.status == "suspended" else finding.results

    def listings(self, party: str, rule: Rule) -> list[Listed]:
        """Return the listings of a party that a rule covers, in a fixed order."""
        rows = [row for row in self._listings.get(party, ()) if rule.covers(row)]
        return sorted(rows, key=lambda row: (row.start or date.min, row.regime_list, row.citation))

    def __getitem__(self, party: str) -> list[Exposure]:
        if self._asked is not None and self.number(party) is None and party in self.graph.numbers:
            raise KeyError(f"{party} is not among the parties that were asked for.")
        return [proved(self, self.findings[rule.code], party) for rule in self.rules]

    def __contains__(self, party: object) -> bool:
        number = self.number(party) if isinstance(party, str) else None
        return number is not None and any(self.results(rule.code)[number] != NO for rule in self.rules)

    def __iter__(self) -> Iterator[str]:
        touched = np.zeros(self.holdings.size, dtype=bool)
        for rule in self.rules:
            touched |= self.results(rule.code) >= RED_FLAG
        places = np.flatnonzero(touched)
        if self._asked is not None:
            places = np.intersect1d(places, self._asked)
        return (self.party(place) for place in places.tolist())

    def __len__(self) -> int:
        return sum(1 for _party in self)

    def where(self, code: str, result: str = "yes") -> list[str]:
        """List the parties for which a rule concludes a result, listed ones left out."""
        finding = self.findings[code]
        places = np.flatnonzero(self.results(code) == RESULTS.index(result))
        if RESULTS.index(result) == YES:
            places = np.setdiff1d(places, finding.roots)
        if self._asked is not None:
            places = np.intersect1d(places, self._asked)
        return [self.party(place) for place in places.tolist()]


def conclude(
    graph: Graph,
    listed: Listings | Iterable[Listed],
    rules: Iterable[Rule],
    on: date,
    parties: Iterable[str] | None = None,
) -> Conclusions:
    """Conclude what every rule effective on a day says about every company, or about some parties only.

    Whoever asks for one party after another keeps the listings in a Listings, and the graph.

    Raises ValueError where two rules effective that day have one code. Source of each rule: its citation.
    """
    effective = [rule for rule in rules if rule.effective(on)]
    codes = [rule.code for rule in effective]
    for code in codes:
        if codes.count(code) > 1:
            raise ValueError(f"Two rules in effect on {on} have the code {code!r}.")
    return Conclusions(graph, listed, effective, on, None if parties is None else list(parties))
