from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure import RULES, Change, Edge, Graph, Listed, affected, assume, conclude, what_if
from exposure.records import KINDS, RESULTS
from tests.exposure_reference import conclusion

TODAY = date(2026, 11, 21)
PARTIES = [f"Company {letter}" for letter in "ABCDEFGH"]
MEASURES = ("us-ofac-blocking", "eu-asset-freeze", "gb-asset-freeze", "us-ear-entity-list", "us-889-part-a")
SHARES = st.sampled_from([None, 0, 10, 16.6667, 25, 33.3333, 40, 49.9999, 50, 50.0001, 60, 100])
IN_EFFECT = [rule for rule in RULES if rule.effective(TODAY)]
RANK = {result: rank for rank, result in enumerate(RESULTS)}


@st.composite
def edges(draw: st.DrawFn, parties: list[str] = PARTIES) -> Edge:
    owner, asset = draw(st.lists(st.sampled_from(parties), min_size=2, max_size=2, unique=True))
    shares = [draw(SHARES), draw(SHARES)]
    known = sorted(share for share in shares if share is not None)
    low, high = (known[0], known[-1]) if len(known) == 2 else (shares[0], shares[1])
    end = draw(st.sampled_from([None, None, None, TODAY, TODAY - timedelta(days=900)]))
    kind = draw(st.sampled_from(("shareholding", *KINDS)))
    return Edge(
        owner, asset, low, high, kind, end=end, citation=draw(st.sampled_from(["", "report", "register"]))
    )


def controls_another(edge: Edge, listed: list[Listed]) -> bool:
    """Tell whether one listed party controls another: the United Kingdom then counts them together."""
    parties = {row.party for row in listed}
    return edge.kind != "shareholding" and edge.owner in parties and edge.asset in parties


listings = st.lists(
    st.builds(
        Listed,
        party=st.sampled_from(PARTIES[:4]),
        regime_list=st.sampled_from(MEASURES),
        programme=st.sampled_from(["", "SDGT", "VENEZUELA"]),
    ),
    max_size=5,
)
graphs = st.lists(edges(), max_size=16)


@settings(max_examples=150, deadline=None)
@given(graphs, listings, st.randoms(use_true_random=False))
def test_no_answer_depends_on_the_order_of_edges_or_listings(
    stated: list[Edge], listed: list[Listed], chance: random.Random
) -> None:
    shuffled, listed_too = stated[:], listed[:]
    chance.shuffle(shuffled)
    chance.shuffle(listed_too)
    one = conclude(Graph.from_edges(stated), listed, RULES, TODAY)
    other = conclude(Graph.from_edges(shuffled), listed_too, RULES, TODAY)
    for party in PARTIES:
        assert [(e.result, e.path, e.reasons) for e in one[party]] == [
            (e.result, e.path, e.reasons) for e in other[party]
        ]


@settings(max_examples=200, deadline=None)
@given(graphs, listings, edges(parties=PARTIES[4:]))
def test_an_edge_between_unlisted_companies_never_clears_anyone(
    stated: list[Edge], listed: list[Listed], extra: Edge
) -> None:
    """A second source on the same holding may turn a yes into possible, for sources then disagree; never into no."""
    before = conclude(Graph.from_edges(stated), listed, RULES, TODAY)
    after = conclude(Graph.from_edges([*stated, extra]), listed, RULES, TODAY)
    known = {(edge.owner, edge.asset) for edge in stated}
    for party in PARTIES:
        for was, now in zip(before[party], after[party], strict=True):
            if (extra.owner, extra.asset) in known:
                assert now.result != "no" or was.result == "no"
            else:
                assert RANK[now.result] >= RANK[was.result]


@settings(max_examples=150, deadline=None)
@given(graphs, listings)
def test_every_path_proves_its_result_alone_and_with_no_edge_to_spare(
    stated: list[Edge], listed: list[Listed]
) -> None:
    conclusions = conclude(Graph.from_edges(stated), listed, RULES, TODAY)
    for party in PARTIES:
        for place, found in enumerate(conclusions[party]):
            if found.result == "no":
                continue
            alone = conclude(Graph.from_edges(found.path, PARTIES), listed, RULES, TODAY)[party][place]
            assert RANK[alone.result] >= RANK[found.result]
            # Several sources or classes of one holding stand together: they go as one.
            for owner, asset in {(edge.owner, edge.asset) for edge in found.path}:
                rest = [edge for edge in found.path if (edge.owner, edge.asset) != (owner, asset)]
                less = conclude(Graph.from_edges(rest, PARTIES), listed, RULES, TODAY)[party][place]
                assert RANK[less.result] < RANK[found.result]


@settings(max_examples=200, deadline=None)
@given(graphs, listings)
def test_the_engine_agrees_with_the_slow_reference(stated: list[Edge], listed: list[Listed]) -> None:
    conclusions = conclude(Graph.from_edges(stated, PARTIES), listed, RULES, TODAY)
    for rule in IN_EFFECT:
        if rule.basis not in ("ownership", "control") or rule.status == "suspended":
            continue
        if not rule.aggregated and any(controls_another(edge, listed) for edge in stated):
            continue
        expected = conclusion(stated, listed, rule, TODAY)
        numbers = conclusions.results(rule.code).tolist()
        for party in PARTIES:
            number = conclusions.number(party)
            assert number is not None
            said = RESULTS[numbers[number]]
            assert (said if said in ("yes", "possible") else None) == expected.get(party)


@settings(max_examples=100, deadline=None)
@given(graphs, listings)
def test_the_arrays_of_results_say_what_each_answer_says(stated: list[Edge], listed: list[Listed]) -> None:
    for day in (TODAY, date(2026, 3, 1)):
        conclusions = conclude(Graph.from_edges(stated, PARTIES), listed, RULES, day)
        for party in PARTIES:
            number = conclusions.number(party)
            assert [e.result for e in conclusions[party]] == [
                RESULTS[conclusions.results(rule.code)[number]] for rule in conclusions.rules
            ]


@settings(max_examples=100, deadline=None)
@given(graphs, listings)
def test_asking_for_one_party_answers_as_asking_for_all(stated: list[Edge], listed: list[Listed]) -> None:
    graph = Graph.from_edges(stated)
    everyone = conclude(graph, listed, RULES, TODAY)
    for party in PARTIES:
        assert conclude(graph, listed, RULES, TODAY, [party])[party] == everyone[party]


BRITISH = st.lists(
    st.builds(
        Listed,
        party=st.sampled_from(PARTIES[:5]),
        regime_list=st.just("gb-asset-freeze"),
        joint=st.sampled_from(["", "", "pact"]),
    ),
    min_size=2,
    max_size=5,
)


@settings(max_examples=200, deadline=None)
@given(graphs, BRITISH)
def test_asking_for_one_party_answers_as_asking_for_all_where_owners_count_together(
    stated: list[Edge], listed: list[Listed]
) -> None:
    graph = Graph.from_edges(stated)
    everyone = conclude(graph, listed, RULES, TODAY)
    for party in PARTIES:
        assert conclude(graph, listed, RULES, TODAY, [party])[party] == everyone[party]


def told(changes: list[Change]) -> set[tuple[str, str, str, str]]:
    return {
        (
            change.party,
            (change.before or change.after).rule.code,  # type: ignore[union-attr]
            change.before.result if change.before else "no",
            change.after.result if change.after else "no",
        )
        for change in changes
    }


@settings(max_examples=300, deadline=None)
@given(graphs, listings | BRITISH, st.lists(edges(), max_size=2), listings, st.data())
def test_what_if_finds_every_change_that_concluding_all_again_finds(
    stated: list[Edge], listed: list[Listed], added: list[Edge], listed_too: list[Listed], data: st.DataObject
) -> None:
    gone = data.draw(st.lists(st.sampled_from(stated), max_size=2)) if stated else []
    delisted = data.draw(st.lists(st.sampled_from(listed), max_size=2)) if listed else []
    other_rules = data.draw(st.sampled_from([None, assume(RULES, "us-bis-affiliates-2026", False)]))
    changes = what_if(
        Graph.from_edges(stated),
        listed,
        RULES,
        TODAY,
        add_edges=added,
        remove_edges=gone,
        add_listed=listed_too,
        remove_listed=delisted,
        other_rules=other_rules,
    )
    before = conclude(Graph.from_edges(stated), listed, RULES, TODAY)
    after = conclude(
        Graph.from_edges([edge for edge in stated if edge not in gone] + added),
        [row for row in listed if row not in delisted] + listed_too,
        other_rules or RULES,
        TODAY,
    )
    expected = set()
    for party in PARTIES:
        new = {found.rule.code: found for found in after[party]}
        for was in before[party]:
            now = new[was.rule.code]
            if was.result != now.result:
                expected.add((party, was.rule.code, was.result, now.result))
    assert told(changes) == expected


@settings(max_examples=100, deadline=None)
@given(graphs, listings, listings)
def test_a_list_change_touches_nobody_but_those_it_can_affect(
    stated: list[Edge], listed: list[Listed], listed_too: list[Listed]
) -> None:
    graph = Graph.from_edges(stated)
    before = conclude(graph, listed, RULES, TODAY)
    after = conclude(graph, listed + listed_too, RULES, TODAY)
    untouched = set(PARTIES) - affected(graph, [row.party for row in listed_too], TODAY)
    assert all(before[party] == after[party] for party in untouched)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_engine_agrees_with_the_reference_on_thousands_of_companies(seed: int) -> None:
    chance = random.Random(seed)
    parties = [f"C{number:04}" for number in range(3_000)]
    stated = []
    for _ in range(4_000):
        owner, asset = chance.sample(parties[:1500] if chance.random() < 0.5 else parties, 2)
        low = chance.choice([None, 10, 25, 40, 50, 51, 75, 100])
        high = None if low is None else min(100, low + chance.choice([0, 0, 0, 25]))
        kind = chance.choice(["shareholding"] * 6 + ["control", "consolidation", "branch", "affiliate"])
        end = chance.choice([None] * 6 + [TODAY, TODAY - timedelta(days=900), TODAY + timedelta(days=1)])
        stated.append(Edge(owner, asset, low, high, kind, end=end))
    listed = [
        Listed(party, measure, programme=chance.choice(["SDGT", "VENEZUELA"]))
        for measure in (*MEASURES, "us-ear-meu", "us-1260h-procurement")
        for party in chance.sample(parties, 60)
    ]
    stated = [edge for edge in stated if not controls_another(edge, listed)]
    conclusions = conclude(Graph.from_edges(stated), listed, RULES, TODAY)
    compared = 0
    rules = [row for row in IN_EFFECT if row.basis in ("ownership", "control") and row.status != "suspended"]
    assert {row.code for row in rules} >= {
        *("us-ofac-50", "eu-ownership", "eu-control", "gb-ownership", "gb-control"),
        *("us-bis-affiliates-2026", "us-1260h-805-direct"),
    }
    for rule in rules:
        code = rule.code
        expected = conclusion(stated, listed, rule, TODAY)
        for word in ("yes", "possible"):
            engine = set(conclusions.where(code, word))
            roots = {row.party for row in listed if rule.covers(row)} if word == "yes" else set()
            slow = {party for party, said in expected.items() if said == word} - roots
            assert engine == slow
            compared += len(slow)
    assert compared > 100
