"""How long the exposure engine takes over a register of GLEIF's size, and how much memory.

    .venv/bin/python -m bench.exposure [--nodes 3000000] [--edges 650000] [--listed 30000]

The graph is generated with a fixed seed: half of the edges are consolidation without a share, as in GLEIF's level 2,
the others holdings of 5 to 100 percent, one in ten a band; owners are drawn so that a few hold thousands and most hold
one, and one edge in ten has ended. A chain of fifty wholly owned companies and ten thousand cross-holdings are added.
Listed parties are drawn half among owners and half among all, over every list that a rule names.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

from exposure import RULES, Edge, Graph, Listed, Listings, conclude

TODAY = date(2026, 11, 21)
Made = TypeVar("Made")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--nodes", type=int, default=3_000_000)
    parser.add_argument("--edges", type=int, default=650_000)
    parser.add_argument("--listed", type=int, default=30_000)
    given = parser.parse_args()
    chance = random.Random(20261121)
    parties = [f"{number:020X}" for number in range(given.nodes)]
    edges = generated(parties, given.edges, chance)
    listed = listings(parties, edges, given.listed, chance)
    base = _megabytes()
    rows: list[tuple[str, str]] = []
    load = os.getloadavg()[0]

    graph, seconds = timed(lambda: Graph.from_edges(edges, parties))
    rows.append(
        (f"graph of {len(graph):,} companies and {len(graph.edges):,} edges from objects", _s(seconds))
    )
    conclusions, seconds = timed(lambda: conclude(graph, listed, RULES, TODAY))
    count = len(conclusions.rules)
    rows.append((f"all companies, {count} rules in effect, {len(listed):,} listings, a new day", _s(seconds)))
    seconds = min(timed(lambda: conclude(graph, listed, RULES, TODAY))[1] for _ in range(3))
    rows.append(("the same again, best of 3", _s(seconds)))
    touched, seconds = timed(lambda: list(conclusions))
    rows.append((f"naming the {len(touched):,} companies with more than no", _s(seconds)))
    sample = chance.sample(touched, min(2_000, len(touched)))
    _paths, seconds = timed(lambda: [conclusions[party] for party in sample])
    rows.append(("every rule's answer with its path, one company of those", _ms(seconds / len(sample))))
    singles = []
    kept = Listings(listed)
    for party in chance.sample(touched, min(200, len(touched))) + chance.sample(parties, 100):
        singles.append(timed(lambda party=party: conclude(graph, kept, RULES, TODAY, [party])[party])[1])  # type: ignore[misc]
    singles.sort()
    rows.append(("one company asked alone, with paths: median", _ms(statistics.median(singles))))
    rows.append(("one company asked alone: 99th of 100", _ms(singles[int(len(singles) * 0.99)])))
    _day, seconds = timed(lambda: graph.on(TODAY - timedelta(days=400)))
    rows.append(("the first question about another day adds", _s(seconds)))
    rows.append(
        (
            "load of the machine before and after, on its cores",
            f"{load:.1f}, {os.getloadavg()[0]:.1f} on {os.cpu_count()}",
        )
    )
    rows.append(("memory before the graph: ids, edges and listings as objects", f"{base:,.0f} MB"))
    rows.append(("memory at its highest", f"{_megabytes():,.0f} MB"))
    print("| what | measured |\n| --- | --- |")
    for what, figure in rows:
        print(f"| {what} | {figure} |")


def generated(parties: list[str], count: int, chance: random.Random) -> list[Edge]:
    """Generate edges as the module's head says."""
    size, made = len(parties), []
    for number in range(count):
        owner = parties[int(size * chance.random() ** 3)]
        asset = parties[int(size * chance.random())]
        if owner == asset:
            continue
        end = TODAY - timedelta(days=chance.randrange(1, 3000)) if chance.random() < 0.1 else None
        if number % 2:
            made.append(Edge(owner, asset, kind="consolidation", end=end, citation="GLEIF"))
        else:
            low = chance.randrange(5, 101)
            high = min(100, low + 25) if chance.random() < 0.1 else low
            made.append(Edge(owner, asset, low, high, end=end, citation="register"))
    chain = parties[:51]
    made += [Edge(a, b, 100, 100, citation="chain") for a, b in zip(chain, chain[1:], strict=False)]
    for _ in range(min(10_000, size // 4)):
        a, b = chance.sample(parties, 2)
        made += [Edge(a, b, 30, 30, citation="cross"), Edge(b, a, 30, 30, citation="cross")]
    return made


def listings(parties: list[str], edges: list[Edge], count: int, chance: random.Random) -> list[Listed]:
    """Draw listed parties, half of them owners."""
    lists = sorted({scope.regime_list for rule in RULES for scope in rule.scopes})
    drawn = [parties[0]]
    drawn += [chance.choice(edges).owner if n % 2 else chance.choice(parties) for n in range(count - 1)]
    return [Listed(party, lists[n % len(lists)], "SDGT") for n, party in enumerate(drawn)]


def timed(work: Callable[[], Made]) -> tuple[Made, float]:
    start = time.perf_counter()
    made = work()
    return made, time.perf_counter() - start


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


if __name__ == "__main__":
    main()
