from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from entities.models import Entity, Listing, Ownership
from tests.builders import a_listed, a_register, an_edge

pytestmark = pytest.mark.django_db

HIKVISION, EZVIZ, STAFF = (
    "Hangzhou Hikvision Digital Technology Co., Ltd.",
    "Hangzhou EZVIZ Network Co., Ltd.",
    "Qinghe Investment Partnership",
)


@pytest.fixture
def world() -> dict[str, Entity]:
    companies = a_register(HIKVISION, EZVIZ, STAFF)
    an_edge(companies[HIKVISION], companies[EZVIZ], share_min=48, share_max=48)
    a_listed(HIKVISION, "us-ear-entity-list")
    return companies


def ask(client: Client, body: object, **params: str) -> Any:
    query = "&".join(f"{name}={value}" for name, value in {"as_of": "2026-11-21", **params}.items())
    return client.post(f"/api/v1/what-if/?{query}", body, content_type="application/json")


def changes(client: Client, body: object, **params: str) -> set[tuple[str, str, str | None, str | None]]:
    answer = ask(client, body, **params)
    assert answer.status_code == 200, answer.json()
    return {
        (
            row["party"]["caption"],
            (row["after"] or row["before"])["rule"]["code"],
            row["before"] and row["before"]["result"],
            row["after"] and row["after"]["result"],
        )
        for row in answer.json()["changes"]
    }


def edge(owner: Entity, asset: Entity, share: float | None, **more: Any) -> dict[str, Any]:
    return {"owner": owner.pk, "asset": asset.pk, "share_min": share, "share_max": share, **more}


def test_a_larger_share_is_supposed_in_place_of_the_known_one(
    client: Client, world: dict[str, Entity]
) -> None:
    known = Ownership.objects.get()
    body = {"remove_edges": [known.pk], "add_edges": [edge(world[HIKVISION], world[EZVIZ], 60)]}
    assert changes(client, body) == {(EZVIZ, "us-bis-affiliates-2026", "red flag", "yes")}
    # Nothing is saved.
    assert list(Ownership.objects.values_list("pk", "share_min")) == [(known.pk, 48)]


def test_a_second_owner_that_were_listed_would_add_up(client: Client, world: dict[str, Entity]) -> None:
    """90 FR 47201: listed owners count in the aggregate, across the lists."""
    body = {
        "add_edges": [edge(world[STAFF], world[EZVIZ], 2)],
        "add_listings": [{"entity": world[STAFF].pk, "measure": "us-ear-meu"}],
    }
    found = changes(client, body)
    assert (EZVIZ, "us-bis-affiliates-2026", "red flag", "yes") in found
    assert (STAFF, "us-bis-affiliates-2026", "no", "yes") in found
    assert Listing.objects.count() == 1


def test_a_delisting_clears_whom_only_that_listing_reached(client: Client, world: dict[str, Entity]) -> None:
    body = {"remove_listings": [{"entity": world[HIKVISION].pk, "measure": "us-ear-entity-list"}]}
    assert changes(client, body) == {
        (EZVIZ, "us-bis-affiliates-2026", "red flag", "no"),
        (HIKVISION, "us-bis-affiliates-2026", "yes", "no"),
    }


def test_a_rule_that_nobody_could_verify_is_switched_off_and_its_alternative_on(
    client: Client, world: dict[str, Entity]
) -> None:
    an_edge(world[EZVIZ], world[STAFF], kind="branch")
    found = changes(client, {"rules": {"us-bis-affiliates-2026": "suspended"}})
    assert (EZVIZ, "us-bis-affiliates-2026", "red flag", "no") in found
    assert (EZVIZ, "us-bis-distinct-2026", "no", "red flag") in found
    # The listed company itself is listed either way.
    assert not any(party == HIKVISION for party, *_ in found)


def test_a_joint_arrangement_is_supposed_in_the_united_kingdom(client: Client) -> None:
    """OFSI guidance, paragraph 4.14: 30 and 30 percent count together under a joint arrangement only."""
    one, other, bank = "Letterone Holdings SA", "Aven Investments Ltd", "Alfa Kapital JSC"
    companies = a_register(one, other, bank)
    for owner in (one, other):
        an_edge(companies[owner], companies[bank], share_min=30, share_max=30)
    listings = [{"entity": companies[owner].pk, "measure": "gb-asset-freeze"} for owner in (one, other)]
    apart = changes(client, {"add_listings": listings})
    assert (bank, "gb-ownership", "no", "yes") not in apart
    joint = changes(client, {"add_listings": [row | {"joint": "shareholders' pact"} for row in listings]})
    assert (bank, "gb-ownership", "no", "yes") in joint


def test_changes_are_counted_and_the_first_are_told_in_full(client: Client, world: dict[str, Entity]) -> None:
    body = {"add_listings": [{"entity": world[HIKVISION].pk, "measure": "us-ofac-blocking"}]}
    whole, first = ask(client, body).json(), ask(client, body, limit="1").json()
    assert set(whole) == {"as_of", "known_at", "total", "limit", "changes"}
    assert first["total"] == whole["total"] == len(whole["changes"]) > 1
    assert first["changes"] == whole["changes"][:1]
    after = whole["changes"][0]["after"]
    assert [owner["citation"] for owner in after["owners"]] == ["supposed"]


def test_a_path_of_a_supposed_edge_says_that_it_is_supposed(client: Client, world: dict[str, Entity]) -> None:
    (row,) = ask(client, {"add_edges": [edge(world[HIKVISION], world[STAFF], 100)]}).json()["changes"]
    (step,) = row["after"]["path"]
    assert (step["ids"], step["citation"], step["share"]) == ([], "supposed", "100 %")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "Suppose something"),
        ([], "Send an object such as"),
        ({"add_edge": []}, "add_edge: Unknown. It takes add_edges,"),
        ({"add_edges": [{"owner": "EZVIZ", "asset": "EZVIZ"}]}, "cannot own itself"),
        ({"add_edges": [{"owner": "EZVIZ", "asset": "nobody"}]}, "There is no entity 'nobody'."),
        ({"add_edges": [{"owner": "EZVIZ"}]}, "add_edges: row 1, asset: This field is required."),
        ({"add_edges": [{"owner": "HIK", "asset": "EZVIZ", "share_min": 160}]}, "less than or equal to 100"),
        (
            {"add_edges": [{"owner": "HIK", "asset": "EZVIZ", "share_min": 60, "share_max": 40}]},
            "least above its most",
        ),
        (
            {"add_edges": [{"owner": "HIK", "asset": "EZVIZ", "start": "2021-01-01", "end": "2020-01-01"}]},
            "ends before it starts",
        ),
        ({"add_edges": [{"owner": "HIK", "asset": "EZVIZ", "start": "soon"}]}, "Date has wrong format"),
        (
            {"add_edges": [{"owner": "HIK", "asset": "EZVIZ", "share": 60}]},
            "add_edges: row 1, share: Unknown. It takes owner, asset,",
        ),
        ({"remove_edges": [999_999]}, "There is no edge 999999 on that day."),
        ({"add_listings": [{"entity": "EZVIZ", "measure": "blacklist"}]}, "not a valid choice"),
        (
            {"remove_listings": [{"entity": "EZVIZ", "measure": "us-ear-uvl"}]},
            "is not listed under us-ear-uvl",
        ),
        ({"rules": {"us-bis-affiliates-2027": "in force"}}, "There is no rule 'us-bis-affiliates-2027'."),
        ({"rules": {"us-889": "off"}}, "not a valid choice"),
        ({"remove_edges": [1] * 101}, "Give at most 100, not 101."),
    ],
)
def test_what_cannot_be_supposed_is_refused_in_one_sentence(
    body: Any, words: str, client: Client, world: dict[str, Entity]
) -> None:
    names = {"EZVIZ": world[EZVIZ].pk, "HIK": world[HIKVISION].pk}
    for row in (row for rows in body.values() if isinstance(rows, list) for row in rows) if body else ():
        if isinstance(row, dict):
            row.update({key: names.get(value, value) for key, value in row.items() if isinstance(value, str)})
    answer = ask(client, body)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_a_misspelt_parameter_is_refused(client: Client, world: dict[str, Entity]) -> None:
    answer = ask(client, {"rules": {"us-889": "suspended"}}, asof="2020-01-01")
    assert answer.json()["code"] == "unknown_parameter"


def test_a_question_is_asked_by_post_alone(client: Client) -> None:
    assert client.get("/api/v1/what-if/").status_code == 405
