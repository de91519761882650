"""The rules on ownership once more, slow and obvious, to compare the engine with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from exposure import Edge, Listed, Rule

Band = tuple[Fraction | None, Fraction | None]


def share_bands(edges: Iterable[Edge], on: date) -> dict[tuple[str, str, str], Band]:
    """Give the band of each owner in each asset, by kind; None where the share is not stated."""
    stated: dict[tuple[str, str, str], dict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
    for edge in set(edges):
        if edge.live(on):
            stated[edge.owner, edge.asset, edge.kind][edge.citation].append(edge)
    bands: dict[tuple[str, str, str], Band] = {}
    for key, sources in stated.items():
        lows: list[Fraction] = []
        highs: list[Fraction] = []
        for classes in sources.values():
            if all(edge.share_min is None and edge.share_max is None for edge in classes):
                continue
            lows.append(
                min(
                    Fraction(100),
                    sum((_exact(edge.share_min) or Fraction(0) for edge in classes), Fraction(0)),
                )
            )
            tops = [_exact(edge.share_max) for edge in classes]
            known = [top for top in tops if top is not None]
            highs.append(
                min(Fraction(100), sum(known, Fraction(0))) if len(known) == len(tops) else Fraction(100)
            )
        bands[key] = (min(lows), max(highs)) if lows else (None, None)
    return bands


def captured(bands: dict[tuple[str, str, str], Band], roots: set[str], rule: Rule, most: bool) -> set[str]:
    """Add whatever reaches the threshold until nothing more does (the algorithm of FAQ 401)."""
    owners: dict[str, list[tuple[str, Fraction]]] = defaultdict(list)
    for (owner, asset, kind), band in bands.items():
        owners[asset].append((owner, _weight(kind, band, rule, most)))
    threshold = Fraction(str(rule.threshold))
    owned = set(roots)
    while True:
        more = set()
        for asset in owners.keys() - owned:
            total = sum((share for owner, share in owners[asset] if owner in owned), Fraction(0))
            if total > threshold or (rule.inclusive and total == threshold):
                more.add(asset)
        if not more:
            return owned
        owned |= more


def conclusion(edges: Iterable[Edge], listed: Iterable[Listed], rule: Rule, on: date) -> dict[str, str]:
    """Say yes or possible for each party that a rule of percentages or of control captures."""
    bands = share_bands(edges, on)
    roots = {row.party for row in listed if row.live(on) and rule.covers(row)}
    groups = [roots] if rule.aggregated else [{root} for root in roots]
    said: dict[str, str] = {}
    for most, word in ((True, "possible"), (False, "yes")):
        for group in groups:
            said |= dict.fromkeys(captured(bands, group, rule, most), word)
    return said


def _weight(kind: str, band: Band, rule: Rule, most: bool) -> Fraction:
    if kind == "branch" or (rule.control_counts and kind in ("control", "consolidation")):
        return Fraction(100)
    if kind != "shareholding":
        return Fraction(0)
    low, high = band
    if most:
        unstated = Fraction(100) if rule.unknown_share == "possible" or rule.control_counts else Fraction(0)
        return unstated if high is None else high
    return Fraction(0) if low is None else low


def _exact(share: float | None) -> Fraction | None:
    return None if share is None else Fraction(str(share))
