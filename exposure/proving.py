from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from exposure.findings import NO, POSSIBLE, RED_FLAG, YES, Finding, Run
from exposure.holdings import FULL, UNIT, Holdings
from exposure.records import RESULTS, Edge, Exposure, Listed
from exposure.spreading import Captured, proof

if TYPE_CHECKING:
    from exposure.concluding import Conclusions

# The most restrictive requirement first, by the words in which the Entity List states its licence policies.
STRICTEST_FIRST = ("policy of denial", "presumption of denial", "case-by-case")


def proved(conclusions: Conclusions, finding: Finding, party: str) -> Exposure:
    """Return what a rule concludes about one party, with the fewest edges that prove it and why in words."""
    rule, holdings = finding.rule, conclusions.holdings
    direct = tuple(conclusions.listings(party, rule))
    if direct:
        stands = "it is listed itself" + "".join(f", {row.citation}" for row in direct if row.citation)
        bites = rule.basis != "none" and rule.status != "suspended"
        return Exposure(
            party, rule, RESULTS[YES if bites else NO], (), direct, (f"Not by ownership: {stands}.",)
        )
    node = conclusions.number(party)
    if node is None:
        return Exposure(party, rule, RESULTS[NO], reasons=("No ownership of or by this party is known.",))
    result = int(finding.results[node])
    rows, run = _rows(finding, holdings, node, result)
    path = edges(conclusions, rows)
    if rows:
        reasons = [_sentence(conclusions, finding, holdings, rows, node, result)]
    else:
        reasons = ["No owner is known that is listed, or that this rule captures."]
    if rule.status == "suspended":
        if result != NO:
            reasons.insert(0, f"The rule is suspended on {conclusions.on}: {rule.citation}.")
        result = NO
    if result == RED_FLAG and rule.red_flag:
        reasons.append(rule.red_flag)
    if rule.status == "unverified" and result != NO:
        reasons.append(f"Whether the rule is in force on {conclusions.on} is not verified: {rule.citation}.")
    owners = _owners(conclusions, finding, holdings, rows, run, node)
    requirements = [row for row in owners if row.requirement]
    if rule.most_restrictive and len(requirements) > 1:
        reasons.append(f"The most restrictive requirement governs: {requirements[0].requirement}.")
    return Exposure(party, rule, RESULTS[result], path, owners, tuple(reasons))


def edges(conclusions: Conclusions, rows: Sequence[int]) -> tuple[Edge, ...]:
    """Return the edges of the graph that stand behind rows of holdings."""
    holdings, graph = conclusions.holdings, conclusions.graph
    return tuple(
        graph.edges[edge]
        for row in rows
        for edge in holdings.edges[holdings.first[row] : holdings.last[row]].tolist()
    )


def _rows(finding: Finding, holdings: Holdings, node: int, result: int) -> tuple[list[int], Run]:
    run = {YES: finding.sure, POSSIBLE: finding.possible}.get(result, finding.chain)
    near = run.nearest(node)
    if near is not None:
        return proof(holdings, near[1], run.weight, run.least, node), run
    # What is not captured hangs on one holding of something that is: an affiliate, or a red flag.
    counts = finding.flags if result == RED_FLAG else holdings.anything
    best: tuple[int, bool, int, int] | None = None
    chosen: Captured | None = None
    begin, stop = int(holdings.by_asset[node]), int(holdings.by_asset[node + 1])
    for row in holdings.inward[begin:stop].tolist():
        owner = int(holdings.owner[row])
        near = run.nearest(owner)
        if near is None or not counts[row]:
            continue
        key = (near[0], bool(holdings.recent[row]), -int(holdings.high[row]), row)
        if best is None or key < best:
            best, chosen = key, near[1]
    if best is None or chosen is None:
        return [], run
    owner = int(holdings.owner[best[3]])
    return [*proof(holdings, chosen, run.weight, run.least, owner), best[3]], run


def _owners(
    conclusions: Conclusions, finding: Finding, holdings: Holdings, rows: list[int], run: Run, node: int
) -> tuple[Listed, ...]:
    """Return the listings at the head of a path; all that contribute, where the most restrictive governs."""
    assets = {int(holdings.asset[row]) for row in rows}
    heads = {int(holdings.owner[row]) for row in rows} - assets
    heads |= {int(holdings.owner[row]) for row in rows} & finding.listed
    if finding.rule.most_restrictive:
        heads |= contributors(holdings, run, finding.listed, node)
    found = [
        row for head in sorted(heads) for row in conclusions.listings(conclusions.party(head), finding.rule)
    ]
    if finding.rule.most_restrictive:
        found.sort(key=_strictness)
    return tuple(found)


def contributors(holdings: Holdings, run: Run, listed: frozenset[int], node: int) -> set[int]:
    """Return every listed party whose shares count towards a capture, at any distance."""
    found: set[int] = set()
    waiting, seen = [node], {node}
    while waiting:
        asset = waiting.pop()
        for row in holdings.inward[holdings.by_asset[asset] : holdings.by_asset[asset + 1]].tolist():
            owner = int(holdings.owner[row])
            if owner in seen or run.weight[row] <= 0 or run.nearest(owner) is None:
                continue
            seen.add(owner)
            waiting.append(owner)
            if owner in listed:
                found.add(owner)
    return found


def _strictness(row: Listed) -> tuple[int, str]:
    text = row.requirement.lower()
    rank = next((n for n, words in enumerate(STRICTEST_FIRST) if words in text), len(STRICTEST_FIRST))
    return rank + (not text), row.party


def _sentence(
    conclusions: Conclusions, finding: Finding, holdings: Holdings, rows: list[int], node: int, result: int
) -> str:
    """Say who holds what of the party, how much that is together, and what the rule asks."""
    last = [row for row in rows if int(holdings.asset[row]) == node]
    parts = []
    for row in last:
        owner, kind = conclusions.party(int(holdings.owner[row])), int(holdings.kind[row])
        stated = edges(conclusions, [row])[0]
        share = _band(int(holdings.low[row]), int(holdings.high[row]))
        words = (
            f"holds {share}",
            "consolidates it",
            "controls it",
            "has it as a branch",
            "has it as affiliate",
        )[kind]
        if kind and holdings.low[row] >= 0:
            words += f", {share}"
        if holdings.recent[row]:
            words += f", until {stated.end}"
        parts.append(f"{owner} {words}")
    text = "; ".join(parts)
    if len(last) > 1 and result in (POSSIBLE, YES) and finding.rule.basis == "ownership":
        text += f"; together {_band(int(holdings.low[last].clip(0).sum()), int(holdings.high[last].sum()))}"
    return f"{text}. The rule asks for {finding.rule.asks}."


def _band(low: int, high: int) -> str:
    if high < 0:
        return "an unstated share"
    least, most = f"{min(low, FULL) / UNIT:g}", f"{min(high, FULL) / UNIT:g}"
    return f"{least} %" if least == most else f"{least}–{most} %"
