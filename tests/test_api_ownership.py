"""The graph around a company, and whom a listing of it would hit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entities.models import Entity
from tests.builders import a_listed, a_register, an_edge

pytestmark = pytest.mark.django_db

GROUP, CLOUD, DATA, HEALTH, FUND = (
    "Alibaba Group Holding Limited",
    "Alibaba Cloud Computing Ltd.",
    "Hangzhou Qixia Data Centre Co., Ltd.",
    "Citic Health Ventures Ltd.",
    "Jiangnan State Fund",
)
NODE = {
    *("id", "caption", "schema", "dataset", "countries"),
    *("distance", "measures", "owners", "assets", "hidden"),
}
EDGE = {
    *("ids", "owner", "asset", "kind", "share", "share_min", "share_max", "start", "end"),
    *("citation", "url", "quote", "in_force"),
}


@pytest.fixture
def group() -> dict[str, Entity]:
    """A fund holds 8 percent of a listed group, which consolidates a cloud company with a data centre of its own."""
    companies = a_register(GROUP, CLOUD, DATA, HEALTH, FUND)
    an_edge(companies[FUND], companies[GROUP], share_min=8, share_max=8)
    an_edge(companies[GROUP], companies[CLOUD], kind="consolidation")
    an_edge(companies[CLOUD], companies[DATA], share_min=51, share_max=75)
    an_edge(companies[GROUP], companies[HEALTH], share_min=30, share_max=30, end=date(2020, 1, 1))
    a_listed(GROUP, "us-1260h-procurement", start=date(2026, 6, 8))
    return companies


def ask(client: Client, company: Entity, kind: str, **params: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/entities/{company.pk}/{kind}/", {"as_of": "2026-11-21"} | params)
    assert answer.status_code == 200, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def around(answer: dict[str, Any]) -> dict[str, int]:
    return {node["caption"]: node["distance"] for node in answer["nodes"]}


def test_a_graph_goes_up_and_down_with_dates_shares_and_what_is_listed(
    client: Client, group: dict[str, Entity]
) -> None:
    answer = ask(client, group[GROUP], "ownership")
    assert set(answer) == {
        *("entity", "as_of", "known_at", "depth", "direction"),
        *("whole", "days", "nodes", "edges"),
    }
    assert around(answer) == {GROUP: 0, FUND: -1, CLOUD: 1, HEALTH: 1, DATA: 2}
    assert all(set(node) == NODE for node in answer["nodes"])
    assert all(set(edge) == EDGE for edge in answer["edges"])
    assert answer["whole"] is True
    listed = {node["caption"]: node["measures"] for node in answer["nodes"] if node["measures"]}
    assert listed == {GROUP: ["us-1260h-procurement"]}
    shares = {(edge["asset"], edge["share"], edge["in_force"]) for edge in answer["edges"]}
    assert (group[DATA].pk, "51–75 %", True) in shares
    assert (group[HEALTH].pk, "30 %", False) in shares


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"depth": 1}, {GROUP: 0, FUND: -1, CLOUD: 1, HEALTH: 1}),
        ({"direction": "owners"}, {GROUP: 0, FUND: -1}),
        ({"direction": "assets", "depth": 1}, {GROUP: 0, CLOUD: 1, HEALTH: 1}),
    ],
)
def test_depth_and_direction_bound_a_graph(
    params: dict[str, Any], found: dict[str, int], client: Client, group: dict[str, Entity]
) -> None:
    assert around(ask(client, group[GROUP], "ownership", **params)) == found


def test_a_graph_that_is_cut_says_so_and_where(client: Client, group: dict[str, Entity]) -> None:
    answer = ask(client, group[GROUP], "ownership", limit=2)
    assert (answer["whole"], around(answer)) == (False, {GROUP: 0, FUND: -1})
    (subject, _fund) = answer["nodes"]
    assert (subject["owners"], subject["assets"], subject["hidden"]) == (1, 2, 2)


def test_a_graph_on_an_earlier_day_has_no_later_edge(client: Client, group: dict[str, Entity]) -> None:
    an_edge(group[HEALTH], group[DATA], share_min=5, share_max=5, start=date(2025, 1, 1))
    answer = ask(client, group[HEALTH], "ownership", as_of="2019-06-01")
    assert around(answer) == {HEALTH: 0, GROUP: -1, FUND: -2}


def test_the_days_of_a_graph_are_those_on_which_an_edge_or_a_listing_begins_or_ends(
    client: Client, group: dict[str, Entity]
) -> None:
    assert ask(client, group[GROUP], "ownership")["days"] == ["2020-01-01", "2026-06-08"]
    # Whatever day is asked about: they are where to look next.
    assert ask(client, group[GROUP], "ownership", as_of="2019-06-01")["days"] == ["2020-01-01", "2026-06-08"]
    assert ask(client, group[FUND], "ownership", depth=1)["days"] == ["2026-06-08"]


def test_a_party_is_expanded_one_step_further(client: Client, group: dict[str, Entity]) -> None:
    bounded = {"depth": 1, "direction": "assets"}
    assert around(ask(client, group[GROUP], "ownership", **bounded)) == {GROUP: 0, CLOUD: 1, HEALTH: 1}
    grown = ask(client, group[GROUP], "ownership", **bounded, expand=[group[CLOUD].pk, "none-such"])
    assert around(grown) == {GROUP: 0, CLOUD: 1, HEALTH: 1, DATA: 2}
    # One that is found by expanding another is expanded in its turn.
    chain = ask(client, group[FUND], "ownership", **bounded, expand=[group[GROUP].pk, group[CLOUD].pk])
    assert around(chain) == {FUND: 0, GROUP: 1, CLOUD: 2, HEALTH: 2, DATA: 3}


def test_a_company_that_nobody_owns_is_a_graph_of_itself(client: Client) -> None:
    (honor,) = a_register("Honor Device Co., Ltd.").values()
    answer = ask(client, honor, "ownership")
    assert (around(answer), answer["edges"]) == ({"Honor Device Co., Ltd.": 0}, [])


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"depth": "0"}, "depth"),
        ({"depth": "51"}, "depth"),
        ({"direction": "up"}, "direction"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "x"}, "limit"),
    ],
)
def test_a_bound_that_cannot_be_is_refused(
    params: dict[str, str], field: str, client: Client, group: dict[str, Entity]
) -> None:
    answer = client.get(f"/api/v1/entities/{group[GROUP].pk}/ownership/", params)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


def test_a_wider_graph_takes_no_more_queries(client: Client, group: dict[str, Entity]) -> None:
    def queries(company: Entity) -> int:
        with CaptureQueriesContext(connection) as asked:
            ask(client, company, "ownership")
        return len(asked)

    queries(group[GROUP])
    assert queries(group[GROUP]) == queries(group[DATA]) <= 9


def test_a_reach_names_whom_a_listing_would_hit_the_hardest_first(
    client: Client, group: dict[str, Entity]
) -> None:
    answer = ask(client, group[FUND], "reach")
    assert set(answer) == {"entity", "as_of", "known_at", "total", "limit", "offset", "results"}
    assert [row["party"]["caption"] for row in answer["results"]] == [GROUP]
    answer = ask(client, group[GROUP], "reach")
    hit = {
        row["party"]["caption"]: {found["rule"]["code"]: found["result"] for found in row["exposures"]}
        for row in answer["results"]
    }
    assert list(hit) == [CLOUD, DATA]
    assert hit[CLOUD]["us-1260h-805-direct"] == hit[DATA]["us-1260h-805-direct"] == "yes"
    # Consolidation is control, not a percentage.
    assert hit[CLOUD]["us-ofac-50"] == "red flag"


def test_a_reach_is_read_page_by_page(client: Client, group: dict[str, Entity]) -> None:
    pages = [ask(client, group[GROUP], "reach", limit=1, offset=at) for at in range(3)]
    assert [page["total"] for page in pages] == [2, 2, 2]
    assert [[row["party"]["caption"] for row in page["results"]] for page in pages] == [[CLOUD], [DATA], []]


def test_a_company_that_owns_nothing_reaches_nobody(client: Client, group: dict[str, Entity]) -> None:
    assert ask(client, group[DATA], "reach")["results"] == []
