"""The worked examples of the authorities and the companies at the centre, each with its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from exposure import RULES, Conclusions, Edge, Graph, Listed, Scope, assume, conclude, what_if

TODAY = date(2026, 11, 21)


def holds(owner: str, share: float | None, asset: str, **more: object) -> Edge:
    return Edge(owner, asset, share, share, **more)  # type: ignore[arg-type]


def said(conclusions: Conclusions, party: str, code: str) -> str:
    return next(exposure.result for exposure in conclusions[party] if exposure.rule.code == code)


def sdn(*parties: str, programme: str = "SDGT") -> list[Listed]:
    return [Listed(party, "us-ofac-blocking", programme) for party in parties]


FAQ_401 = [
    ("example 1", [("X", 50, "A"), ("A", 50, "B")], "X", {"A": "yes", "B": "yes"}),
    ("example 2", [("X", 50, "A"), ("X", 50, "B"), ("A", 25, "C"), ("B", 25, "C")], "X", {"C": "yes"}),
    ("example 3", [("X", 50, "A"), ("X", 10, "B"), ("A", 40, "B")], "X", {"B": "yes"}),
    (
        "example 4",
        [("X", 50, "A"), ("X", 25, "B"), ("A", 25, "C"), ("B", 25, "C")],
        "X",
        {"A": "yes", "B": "red flag", "C": "red flag"},
    ),
    (
        "example 5",
        [("X", 25, "A"), ("X", 25, "B"), ("A", 50, "C"), ("B", 50, "C")],
        "X",
        {"A": "red flag", "B": "red flag", "C": "no"},
    ),
    ("aggregate, guidance of 2014-08-13", [("X", 25, "A"), ("Y", 25, "A")], "XY", {"A": "yes"}),
]


@pytest.mark.parametrize(("name", "shares", "blocked", "expected"), FAQ_401, ids=[row[0] for row in FAQ_401])
def test_ofac_worked_examples_of_faq_401(
    name: str, shares: list[tuple[str, float, str]], blocked: str, expected: dict[str, str]
) -> None:
    conclusions = conclude(Graph.from_edges(holds(*row) for row in shares), sdn(*blocked), RULES, TODAY)
    assert {party: said(conclusions, party, "us-ofac-50") for party in expected} == expected


def test_ofac_adds_up_owners_blocked_under_different_programmes() -> None:
    """OFAC FAQ 399."""
    graph = Graph.from_edges([holds("X", 30, "A"), holds("Y", 20, "A")])
    conclusions = conclude(graph, sdn("X") + sdn("Y", programme="DPRK3"), RULES, TODAY)
    assert said(conclusions, "A", "us-ofac-50") == "yes"


@pytest.mark.parametrize(
    ("measure", "code", "expected"),
    [
        ("gb-asset-freeze", "gb-ownership", "no"),
        ("eu-asset-freeze", "eu-ownership", "yes"),
        ("us-ofac-blocking", "us-ofac-50", "yes"),
    ],
)
def test_exactly_half_is_not_enough_in_the_united_kingdom_only(
    measure: str, code: str, expected: str
) -> None:
    """OFSI guidance: more than 50 percent; EU Best Practices of 2024-07-03 and OFAC: 50 percent or more."""
    conclusions = conclude(
        Graph.from_edges([holds("Deripaska", 50, "En+")]), [Listed("Deripaska", measure)], RULES, TODAY
    )
    assert said(conclusions, "En+", code) == expected


@pytest.mark.parametrize(
    ("measure", "code", "expected"),
    [
        ("gb-asset-freeze", "gb-ownership", "no"),
        ("eu-asset-freeze", "eu-ownership", "yes"),
        ("us-ofac-blocking", "us-ofac-50", "yes"),
    ],
)
def test_two_owners_of_thirty_percent_are_not_added_up_in_the_united_kingdom(
    measure: str, code: str, expected: str
) -> None:
    """OFSI guidance, paragraph 4.14 (March 2022); OFAC FAQ 401; EU Commission FAQ on aggregation."""
    graph = Graph.from_edges([holds("Fridman", 30, "Alfa"), holds("Aven", 30, "Alfa")])
    listed = [Listed("Fridman", measure), Listed("Aven", measure)]
    assert said(conclude(graph, listed, RULES, TODAY), "Alfa", code) == expected


def test_the_united_kingdom_adds_up_owners_in_a_joint_arrangement() -> None:
    """OFSI guidance, paragraph 4.14."""
    graph = Graph.from_edges([holds("Fridman", 30, "Alfa"), holds("Aven", 30, "Alfa")])
    listed = [Listed(name, "gb-asset-freeze", joint="shareholders' pact") for name in ("Fridman", "Aven")]
    assert said(conclude(graph, listed, RULES, TODAY), "Alfa", "gb-ownership") == "yes"


def test_the_united_kingdom_adds_up_owners_of_whom_one_controls_the_other() -> None:
    """OFSI guidance, paragraph 4.14: one controls the other's rights."""
    graph = Graph.from_edges(
        [holds("Fridman", 30, "Alfa"), holds("Fund", 30, "Alfa"), Edge("Fridman", "Fund", kind="control")]
    )
    listed = [Listed(name, "gb-asset-freeze") for name in ("Fridman", "Fund")]
    assert said(conclude(graph, listed, RULES, TODAY), "Alfa", "gb-ownership") == "yes"


@pytest.mark.parametrize(
    ("day", "code", "expected"),
    [
        (date(2024, 7, 2), "eu-ownership-2024", "no"),
        (date(2024, 7, 3), "eu-ownership", "yes"),
    ],
)
def test_the_european_union_counts_exactly_half_since_july_2024(day: date, code: str, expected: str) -> None:
    """EU Best Practices, update of 2024-07-03."""
    conclusions = conclude(
        Graph.from_edges([holds("X", 50, "A")]), [Listed("X", "eu-asset-freeze")], RULES, day
    )
    assert said(conclusions, "A", code) == expected


def test_a_wholly_owned_subsidiary_of_an_ns_cmic_company_is_not_prohibited() -> None:
    """OFAC FAQ 857."""
    graph = Graph.from_edges([holds("SenseTime Group", 100, "SenseTime Japan")])
    found = next(
        exposure
        for exposure in conclude(graph, [Listed("SenseTime Group", "us-ns-cmic-securities")], RULES, TODAY)[
            "SenseTime Japan"
        ]
        if exposure.rule.code == "us-ns-cmic"
    )
    assert found.result == "no"
    assert "no prohibition by ownership" in found.measure
    assert [edge.owner for edge in found.path] == ["SenseTime Group"]


@pytest.mark.parametrize(
    ("day", "code", "expected", "status"),
    [
        (date(2025, 9, 28), "us-bis-distinct-2025", "red flag", "in force"),
        (date(2025, 10, 15), "us-bis-affiliates-2025", "yes", "in force"),
        (date(2026, 3, 1), "us-bis-affiliates-suspended", "no", "suspended"),
        (date(2026, 3, 1), "us-bis-distinct-suspended", "red flag", "in force"),
        (date(2026, 11, 9), "us-bis-affiliates-suspended", "no", "suspended"),
        (date(2026, 11, 10), "us-bis-affiliates-2026", "yes", "unverified"),
        (TODAY, "us-bis-affiliates-2026", "yes", "unverified"),
    ],
)
def test_the_bis_affiliates_rule_follows_its_dates(day: date, code: str, expected: str, status: str) -> None:
    """90 FR 47201 and the suspension of 2025-11-10 through 2026-11-09."""
    graph = Graph.from_edges([holds("Huawei", 100, "HiSilicon")])
    listed = [Listed("Huawei", "us-ear-entity-list", start=date(2019, 5, 16))]
    found = {e.rule.code: e for e in conclude(graph, listed, RULES, day)["HiSilicon"]}
    assert (found[code].result, found[code].status) == (expected, status)


def test_the_bis_affiliates_rule_can_be_switched_off_while_unverified() -> None:
    graph = Graph.from_edges([holds("Huawei", 100, "HiSilicon")])
    listed = [Listed("Huawei", "us-ear-entity-list")]
    conclusions = conclude(graph, listed, assume(RULES, "us-bis-affiliates-2026", in_force=False), TODAY)
    assert said(conclusions, "HiSilicon", "us-bis-affiliates-2026") == "no"
    assert said(conclusions, "HiSilicon", "us-bis-distinct-2026") == "red flag"


def test_bis_adds_up_owners_of_different_lists_but_only_named_programmes() -> None:
    """90 FR 47201; 15 CFR 744.8(a)(1)."""
    graph = Graph.from_edges([holds("A", 20, "C"), holds("B", 15, "C"), holds("S", 15, "C")])
    listed = [Listed("A", "us-ear-entity-list"), Listed("B", "us-ear-meu")]
    day = date(2025, 10, 15)
    named = conclude(graph, listed + sdn("S", programme="NPWMD] [IFSR"), RULES, day)
    other = conclude(graph, listed + sdn("S", programme="VENEZUELA"), RULES, day)
    assert said(named, "C", "us-bis-affiliates-2025") == "yes"
    assert said(other, "C", "us-bis-affiliates-2025") == "red flag"


def test_bis_puts_the_most_restrictive_owner_first() -> None:
    """BIS FAQs on 90 FR 47201, even where the larger owner alone would do."""
    graph = Graph.from_edges([holds("Big", 60, "C"), holds("Small", 10, "C")])
    listed = [
        Listed("Big", "us-ear-entity-list", requirement="Case-by-case review"),
        Listed("Small", "us-ear-entity-list", requirement="Presumption of denial"),
    ]
    found = next(
        e for e in conclude(graph, listed, RULES, TODAY)["C"] if e.rule.code == "us-bis-affiliates-2026"
    )
    assert [row.party for row in found.owners] == ["Small", "Big"]
    assert any("Presumption of denial" in reason for reason in found.reasons)


def test_bis_takes_an_unstated_share_for_a_red_flag_and_ofac_for_possible() -> None:
    """Red Flag 29, Supplement No. 3 to part 732."""
    graph = Graph.from_edges([holds("X", None, "A")])
    conclusions = conclude(graph, [Listed("X", "us-ear-entity-list"), *sdn("X")], RULES, TODAY)
    assert said(conclusions, "A", "us-bis-affiliates-2026") == "red flag"
    assert said(conclusions, "A", "us-ofac-50") == "possible"


HIKVISION = [
    Edge("Hikvision", "EZVIZ", 60, 60, end=date(2022, 12, 28), citation="Caijing, 2022-12-28"),
    Edge("Hikvision", "EZVIZ", 48, 48, start=date(2022, 12, 28), citation="Caijing, 2022-12-28"),
    Edge("Qinghe", "EZVIZ", 40, 40, end=date(2022, 12, 28), citation="Caijing, 2022-12-28"),
]
HIKVISION_LISTED = [
    Listed("Hikvision", "us-ear-entity-list", start=date(2019, 10, 9), citation="84 FR 54004"),
    Listed("Hikvision", "us-889-part-a", start=date(2019, 8, 13)),
    Listed("Hikvision", "us-fcc-covered", start=date(2021, 3, 12)),
    Listed("Hikvision", "us-1260h-procurement", start=date(2021, 6, 3)),
]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (
            date(2022, 12, 1),
            {"us-bis-distinct-2025": "red flag", "us-889": "yes", "us-fcc-covered": "yes"},
        ),
        (
            TODAY,
            {
                "us-bis-affiliates-2026": "red flag",
                "us-1260h-805-direct": "red flag",
                "us-889": "yes",
                "us-fcc-covered": "yes",
            },
        ),
    ],
    ids=["sixty percent, no rule yet", "forty-eight percent"],
)
def test_ezviz(day: date, expected: dict[str, str]) -> None:
    """Caijing, 2022-12-28: 60 percent before the listing of EZVIZ, 48 after; 90 FR 47201; Pub. L. 115-232."""
    found = {
        e.rule.code: e.result
        for e in conclude(Graph.from_edges(HIKVISION), HIKVISION_LISTED, RULES, day)["EZVIZ"]
    }
    assert {code: result for code, result in found.items() if result != "no"} == expected


def test_ezviz_in_2022_is_captured_only_if_the_bis_rule_is_supposed() -> None:
    supposed = tuple(
        replace(rule, effective_from=None) if rule.code == "us-bis-affiliates-2025" else rule
        for rule in RULES
    )
    day = date(2022, 12, 1)
    changes = what_if(Graph.from_edges(HIKVISION), HIKVISION_LISTED, RULES, day, other_rules=supposed)
    assert [
        (c.party, c.before, c.after.result if c.after else "") for c in changes if c.party == "EZVIZ"
    ] == [("EZVIZ", None, "yes")]
    later = what_if(
        Graph.from_edges(HIKVISION), HIKVISION_LISTED, RULES, date(2023, 1, 1), other_rules=supposed
    )
    assert [c.after.result for c in later if c.party == "EZVIZ" and c.after] == ["red flag"]


@pytest.mark.parametrize(
    ("owner", "company", "sold", "measure"),
    [
        ("Dahua", "Lorex", date(2022, 11, 24), "us-889-part-a"),
        ("Huawei", "Honor", date(2020, 11, 17), "us-889-part-a"),
    ],
)
def test_a_company_that_was_sold_is_a_red_flag_for_two_years_and_then_nothing(
    owner: str, company: str, sold: date, measure: str
) -> None:
    """Texas Attorney General on Lorex; South China Morning Post, 2020-11-17, on Honor."""
    graph = Graph.from_edges([Edge(owner, company, kind="control", end=sold, citation="announced sale")])
    listed = [Listed(owner, measure)]
    assert said(conclude(graph, listed, RULES, date(2020, 6, 1)), company, "us-889") == "yes"
    assert said(conclude(graph, listed, RULES, sold), company, "us-889") == "red flag"
    assert {e.result for e in conclude(graph, listed, RULES, TODAY)[company]} == {"no"}


def test_alibaba_cloud_is_under_the_control_of_a_1260h_company() -> None:
    """91 FR 35189; consolidated subsidiary without a stated share."""
    graph = Graph.from_edges([Edge("Alibaba Group", "Alibaba Cloud", kind="consolidation")])
    listed = [Listed("Alibaba Group", "us-1260h-procurement", start=date(2026, 6, 8))]
    assert (
        said(conclude(graph, listed, RULES, date(2026, 7, 1)), "Alibaba Cloud", "us-1260h-805-direct")
        == "yes"
    )
    codes = {e.rule.code for e in conclude(graph, listed, RULES, date(2026, 6, 29))["Alibaba Cloud"]}
    assert "us-1260h-805-direct" not in codes
    later = {
        e.rule.code: e.result for e in conclude(graph, listed, RULES, date(2027, 6, 30))["Alibaba Cloud"]
    }
    assert later["us-1260h-805-indirect"] == "yes"


def test_uflpa_reaches_subsidiaries_only_where_the_entry_says_so() -> None:
    graph = Graph.from_edges([holds("Hoshine", 100, "Hoshine Shanshan")])
    silent, speaking = (
        Listed("Hoshine", "us-uflpa-import"),
        Listed("Hoshine", "us-uflpa-import", reach="subsidiaries"),
    )
    assert said(conclude(graph, [silent], RULES, TODAY), "Hoshine Shanshan", "us-uflpa-entry") == "no"
    assert said(conclude(graph, [speaking], RULES, TODAY), "Hoshine Shanshan", "us-uflpa-entry") == "yes"


@pytest.mark.parametrize(
    ("day", "expected", "status"),
    [
        (date(2025, 10, 20), "yes", "in force"),
        (date(2026, 6, 1), "no", "suspended"),
        (TODAY, "yes", "unverified"),
    ],
)
def test_mofcom_measures_follow_their_dates(day: date, expected: str, status: str) -> None:
    """MOFCOM Announcements No. 61 and No. 70 of 2025."""
    graph = Graph.from_edges([holds("Skydio", 50, "Skydio Japan")])
    found = next(
        e
        for e in conclude(graph, [Listed("Skydio", "cn-export-control")], RULES, day)["Skydio Japan"]
        if e.rule.code.startswith("cn-mofcom")
    )
    assert (found.result, found.status) == (expected, status)


def test_a_new_regime_is_a_new_row() -> None:
    rule = replace(
        RULES[0],
        code="ca-sema",
        regime="Canada",
        scopes=(Scope("ca-dealings-ban"),),
        threshold=33.3,
        inclusive=True,
    )
    conclusions = conclude(
        Graph.from_edges([holds("X", 33.3, "A")]), [Listed("X", "ca-dealings-ban")], [rule], TODAY
    )
    assert said(conclusions, "A", "ca-sema") == "yes"
