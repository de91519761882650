from __future__ import annotations

from datetime import date

import pytest

from entities.measures import CATALOGUE
from exposure import RULES, Edge, Exposure, Graph, Listed, Listings, Rule, assume, conclude, what_if

TODAY = date(2026, 11, 21)
BLOCKED = [Listed("Rostec", "us-ofac-blocking", "RUSSIA-EO14024", citation="OFAC, 2022-06-28")]


def ofac(edges: list[Edge], party: str, on: date = TODAY, listed: list[Listed] | None = None) -> Exposure:
    conclusions = conclude(Graph.from_edges(edges), BLOCKED if listed is None else listed, RULES, on)
    return next(exposure for exposure in conclusions[party] if exposure.rule.code == "us-ofac-50")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Edge("Avtovaz", "Avtovaz", 50, 50), "Avtovaz cannot own itself."),
        (lambda: Edge("Rostec", "Avtovaz", 32, 101), "not between 0 and 100 percent"),
        (lambda: Edge("Rostec", "Avtovaz", 60, 50), "has its least above its most"),
        (lambda: Edge("Rostec", "Avtovaz", kind="friendship"), "'friendship' is no kind of ownership"),
        (lambda: Edge("A", "B", start=date(2024, 1, 2), end=date(2024, 1, 1)), "ends before it starts"),
        (lambda: Listed("A", "eu-asset-freeze", start=date(2024, 1, 2), end=date(2024, 1, 1)), "ends before"),
        (lambda: Listed("A", "us-uflpa-import", reach="cousins"), "no reach of an entry"),
        (lambda: assume(RULES, "us-bis-affiliates-2030", in_force=True), "No rule has the code"),
        (lambda: conclude(Graph.from_edges([]), [], [RULES[0], RULES[0]], TODAY), "Two rules in effect"),
        (lambda: Rule("x", "X", (), "kinship", "", "", ""), "no basis of a rule"),
    ],
)
def test_bad_input_gets_one_clear_sentence(make: object, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        make()  # type: ignore[operator]
    assert str(refused.value).endswith(".")


def test_classes_of_shares_in_one_source_add_up_and_the_same_statement_counts_once() -> None:
    ordinary = Edge("Rostec", "Avtovaz", 30, 30, citation="annual report 2025")
    preferred = Edge("Rostec", "Avtovaz", 20, 20, citation="annual report 2025")
    assert ofac([ordinary, preferred], "Avtovaz").result == "yes"
    assert ofac([ordinary, ordinary], "Avtovaz").result == "red flag"


def test_two_sources_on_one_holding_do_not_add_up_but_widen_its_band() -> None:
    register = Edge("Rostec", "Avtovaz", 30, 30, citation="register")
    report = Edge("Rostec", "Avtovaz", 30, 30, citation="annual report 2025")
    higher = Edge("Rostec", "Avtovaz", 51, 51, citation="annual report 2025")
    assert ofac([register, report], "Avtovaz").result == "red flag"
    found = ofac([register, higher], "Avtovaz")
    assert found.result == "possible"
    assert set(found.path) == {register, higher}
    assert "Rostec holds 30–51 %" in found.reasons[0]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (50, 75, "yes"),
        (25, 50, "possible"),
        (25, 49.9999, "red flag"),
        (None, None, "possible"),
        (25, None, "possible"),
        (None, 40, "red flag"),
        (0, 0, "no"),
    ],
)
def test_a_band_is_yes_by_its_least_and_possible_by_its_greatest(
    low: float | None, high: float | None, expected: str
) -> None:
    assert ofac([Edge("Rostec", "Avtovaz", low, high)], "Avtovaz").result == expected


def test_a_no_says_what_is_held_and_what_the_rule_asks() -> None:
    graph = Graph.from_edges([Edge("Deripaska", "En+", 50, 50)])
    found = conclude(graph, [Listed("Deripaska", "gb-asset-freeze")], RULES, TODAY)["En+"]
    ownership = next(exposure for exposure in found if exposure.rule.code == "gb-ownership")
    assert ownership.reasons == ("Deripaska holds 50 %. The rule asks for more than 50 %.",)


def test_thirds_add_up_exactly() -> None:
    edges = [Edge("Rostec", "Avtovaz", 33.3333, 33.3333), Edge("Sberbank", "Avtovaz", 16.6667, 16.6667)]
    assert ofac(edges, "Avtovaz", listed=[*BLOCKED, Listed("Sberbank", "us-ofac-blocking")]).result == "yes"


@pytest.mark.parametrize("kind", ["control", "consolidation", "affiliate"])
def test_control_is_a_red_flag_and_no_percentage(kind: str) -> None:
    """OFAC FAQ 398."""
    assert ofac([Edge("Rostec", "Avtovaz", 80, 80, kind=kind)], "Avtovaz").result == "red flag"


def test_a_branch_is_its_owner() -> None:
    edges = [Edge("Rostec", "VTB", 60, 60), Edge("VTB", "VTB Shanghai", kind="branch")]
    assert ofac(edges, "VTB Shanghai").result == "yes"


def test_a_red_flag_passes_down_a_chain_of_control() -> None:
    edges = [Edge("Rostec", "Holding", kind="control"), Edge("Holding", "Plant", 100, 100)]
    found = ofac(edges, "Plant")
    assert found.result == "red flag"
    assert [(edge.owner, edge.asset) for edge in found.path] == [("Rostec", "Holding"), ("Holding", "Plant")]


def test_cross_holdings_and_rings_end_and_capture_nobody_by_themselves() -> None:
    ring = [Edge("A", "B", 60, 60), Edge("B", "C", 60, 60), Edge("C", "A", 60, 60)]
    assert ofac(ring, "A").result == "no"
    assert ofac([*ring, Edge("Rostec", "A", 30, 30)], "B").result == "no"
    assert ofac([*ring, Edge("Rostec", "A", 50, 50)], "C").result == "yes"
    crossed = [
        Edge("A", "B", 20, 20),
        Edge("B", "A", 20, 20),
        Edge("Rostec", "A", 30, 30),
        Edge("Rostec", "B", 50, 50),
    ]
    assert [(edge.owner, edge.asset) for edge in ofac(crossed, "A").path] == [
        ("Rostec", "B"),
        ("B", "A"),
        ("Rostec", "A"),
    ]


def test_a_listed_party_that_its_own_subsidiary_holds_is_still_simply_listed() -> None:
    edges = [Edge("Rostec", "Avtovaz", 100, 100), Edge("Avtovaz", "Rostec", 100, 100)]
    found = ofac(edges, "Rostec")
    assert (found.result, found.path) == ("yes", ())
    assert found.reasons == ("Not by ownership: it is listed itself, OFAC, 2022-06-28.",)


def test_a_chain_of_fifty_wholly_owned_companies_is_proved_edge_by_edge() -> None:
    names = ["Rostec", *(f"Hop {number:02}" for number in range(50))]
    edges = [Edge(a, b, 100, 100) for a, b in zip(names, names[1:], strict=False)]
    found = ofac(edges[::-1], "Hop 49")
    assert found.result == "yes"
    assert list(found.path) == edges


def test_a_path_takes_the_shortest_way_and_the_fewest_owners() -> None:
    direct = Edge("Rostec", "Plant", 50, 50)
    edges = [
        Edge("Rostec", "Holding", 100, 100),
        Edge("Holding", "Plant", 50, 50),
        direct,
    ]
    assert ofac(edges, "Plant").path == (direct,)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2022, 5, 31), "no"),
        (date(2022, 6, 1), "yes"),
        (date(2024, 5, 31), "yes"),
        (date(2024, 6, 1), "red flag"),
        (date(2026, 6, 1), "red flag"),
        (date(2026, 6, 2), "no"),
    ],
)
def test_a_holding_counts_from_its_first_day_and_flags_for_two_years_after_its_end(
    day: date, expected: str
) -> None:
    edge = Edge("Rostec", "Avtovaz", 50, 50, start=date(2022, 6, 1), end=date(2024, 6, 1))
    assert ofac([edge], "Avtovaz", day).result == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 16), "yes"),
        (date(2026, 2, 17), "no"),
        (date(2026, 6, 7), "no"),
        (date(2026, 6, 8), "yes"),
    ],
)
def test_periods_of_listing_repeat(day: date, expected: str) -> None:
    """YMTC left the Section 1260H list on 2026-02-17 and came back on 2026-06-08."""
    listed = [
        Listed("YMTC", "us-ofac-blocking", start=date(2024, 1, 31), end=date(2026, 2, 17)),
        Listed("YMTC", "us-ofac-blocking", start=date(2026, 6, 8)),
    ]
    assert ofac([Edge("YMTC", "Wuhan Xinxin", 68, 68)], "Wuhan Xinxin", day, listed).result == expected


def test_the_day_of_a_leap_year_has_a_day_two_years_before() -> None:
    assert ofac([Edge("Rostec", "Avtovaz", 50, 50)], "Avtovaz", date(2028, 2, 29)).result == "yes"


def test_a_company_that_no_edge_knows_is_not_called_clear_without_saying_so() -> None:
    conclusions = conclude(Graph.from_edges([]), BLOCKED, RULES, TODAY)
    assert {e.reasons for e in conclusions["Kingsoft Cloud"]} == {
        ("No ownership of or by this party is known.",)
    }
    assert next(e for e in conclusions["Rostec"] if e.rule.code == "us-ofac-50").result == "yes"


def test_iterating_gives_the_companies_about_which_some_rule_says_more_than_no() -> None:
    graph = Graph.from_edges([Edge("Rostec", "Avtovaz", 60, 60), Edge("Nestle", "Nespresso", 100, 100)])
    conclusions = conclude(graph, BLOCKED, RULES, TODAY)
    assert list(conclusions) == ["Avtovaz", "Rostec"]
    assert "Nespresso" not in conclusions
    assert conclusions.where("us-ofac-50") == ["Avtovaz"]


def test_one_party_is_asked_with_listings_kept_ready() -> None:
    graph = Graph.from_edges([Edge("Rostec", "Avtovaz", 60, 60), Edge("Avtovaz", "Lada", 60, 60)])
    asked = conclude(graph, Listings(BLOCKED), RULES, TODAY, ["Avtovaz"])
    assert asked["Avtovaz"] == conclude(graph, BLOCKED, RULES, TODAY)["Avtovaz"]
    with pytest.raises(KeyError, match="not among the parties"):
        asked["Lada"]


def test_reach_names_what_a_party_would_expose_and_by_which_rules() -> None:
    graph = Graph.from_edges(
        [
            Edge("Dahua", "Dahua Overseas", 100, 100),
            Edge("Dahua Overseas", "Dahua Europe", 50, 50),
            Edge("Nestle", "Nespresso", 100, 100),
        ]
    )
    found = {
        reach.party: {e.rule.code for e in reach.exposures if e.result == "yes"}
        for reach in graph.reach("Dahua", on=TODAY)
    }
    assert set(found) == {"Dahua Overseas", "Dahua Europe"}
    assert {"gb-ownership", "us-ofac-50", "us-889", "us-1260h-805-direct"} <= found["Dahua Overseas"]
    assert "us-ofac-50" in found["Dahua Europe"]
    assert "gb-ownership" not in found["Dahua Europe"]


def test_what_if_says_what_changes_and_touches_nothing() -> None:
    sold = Edge("Rostec", "Avtovaz", 50, 50)
    graph = Graph.from_edges([sold, Edge("Avtovaz", "Lada", 100, 100)])
    listed = list(BLOCKED)
    bought = Edge("Rostec", "Avtovaz", 49, 49)
    changes = what_if(graph, listed, RULES, TODAY, remove_edges=[sold], add_edges=[bought])
    told = [
        (c.party, c.before.result, c.after.result)
        for c in changes
        if c.before and c.after and c.before.rule.code == "us-ofac-50"
    ]
    assert told == [("Avtovaz", "yes", "red flag"), ("Lada", "yes", "no")]
    assert set(graph.edges) == {sold, Edge("Avtovaz", "Lada", 100, 100)}
    assert listed == BLOCKED
    delisted = what_if(graph, listed, RULES, TODAY, remove_listed=BLOCKED)
    assert {c.party for c in delisted} == {"Rostec", "Avtovaz", "Lada"}
    listed_too = what_if(graph, [], RULES, TODAY, add_listed=BLOCKED)
    assert [(c.party, c.after) for c in listed_too] == [(c.party, c.before) for c in delisted]


@pytest.mark.parametrize(
    ("removed", "words"),
    [
        (
            {"remove_edges": [Edge("Rostec", "Kamaz", 47, 47)]},
            "No edge says that Rostec holds 47 % of Kamaz.",
        ),
        ({"remove_listed": [Listed("Kamaz", "eu-asset-freeze")]}, "No listing says that Kamaz is on"),
    ],
)
def test_what_if_refuses_to_remove_what_is_not_there(removed: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        what_if(Graph.from_edges([]), BLOCKED, RULES, TODAY, **removed)  # type: ignore[arg-type]


def test_every_rule_names_a_measure_of_the_catalogue_its_citation_and_its_page() -> None:
    codes = {measure.code for measure in CATALOGUE}
    for rule in RULES:
        assert {scope.regime_list for scope in rule.scopes} <= codes, rule.code
        assert rule.citation
        assert rule.url.startswith("https://")
        assert rule.measure
        assert not rule.alternative or rule.alternative in {other.code for other in RULES}


def test_the_rows_of_one_regime_follow_each_other_without_gap_or_overlap() -> None:
    rows = [rule for rule in RULES if rule.regime == "BIS Affiliates Rule"]
    for earlier, later in zip(rows, rows[1:], strict=False):
        assert earlier.effective_to is not None
        assert later.effective_from is not None
        assert (later.effective_from - earlier.effective_to).days == 1
