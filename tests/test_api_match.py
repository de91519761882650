from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from api import examples
from entities.models import Entity
from matching import VERSION
from tests.builders import a_dataset, a_listing, a_name, a_version, an_address, an_entity, an_identifier

pytestmark = pytest.mark.django_db

HIKVISION = "Hangzhou Hikvision Digital Technology Co., Ltd."
DAHUA = "Zhejiang Dahua Technology Co., Ltd."
RESULT_KEYS = {
    "id",
    "caption",
    "schema",
    "properties",
    "datasets",
    "referents",
    "target",
    "first_seen",
    "last_seen",
    "last_change",
    "score",
    "match",
    "explanations",
    "matched_name",
    "name_kind",
    "listings",
    "sentence",
}


@pytest.fixture
def hikvision() -> Entity:
    """Hikvision on the BIS list since 2019, Dahua on the BIS and the UN list."""
    bis, un = a_dataset("us_bis_entity_list"), a_dataset("un_sc")
    hikvision = an_entity(bis, HIKVISION, countries="cn")
    a_name(hikvision, "HIK", "weak")
    a_name(hikvision, "Hangzhou HIK Digital Technology", "former")
    a_listing(hikvision, "us-ear-entity-list", programme="Entity List", start=date(2019, 10, 9))
    an_identifier(hikvision, "LEI", "3003005F0J4H7G0L1234")
    an_identifier(hikvision, "Registration", "330000000012345", country="cn")
    for dataset in (bis, un):
        a_listing(an_entity(dataset, DAHUA, countries="cn"))
    return hikvision


def company(*names: Any, **properties: Any) -> dict[str, Any]:
    return {"schema": "Company", "properties": {"name": list(names), **properties}}


def post(client: Client, queries: Any, path: str = "all", **params: Any) -> Any:
    return client.post(
        f"/api/v1/match/{path}", {"queries": queries}, content_type="application/json", query_params=params
    )


def results(client: Client, query: dict[str, Any], path: str = "all", **params: Any) -> list[dict[str, Any]]:
    answer = post(client, {"a": query}, path, **params)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["responses"]["a"]["status"] == 200, answer.json()
    found: list[dict[str, Any]] = answer.json()["responses"]["a"]["results"]
    return found


def test_a_match_reads_as_opensanctions_clients_expect(client: Client, hikvision: Entity) -> None:
    answer = post(client, {"a": company(HIKVISION, country=["cn"], website=["hikvision.com"])})
    assert answer.status_code == 200
    assert answer.headers["x-batch-size"] == "1"
    body = answer.json()
    assert set(body) == {"responses", "matcher", "limit", "as_of", "known_at", "searched", "not_searched"}
    assert body["matcher"] == {"name": "watchlink", "version": VERSION}
    response = body["responses"]["a"]
    assert set(response) == {"status", "results", "total", "query", "ignored_properties"}
    assert response["total"] == {"value": len(response["results"]), "relation": "eq"}
    assert response["query"]["properties"]["country"] == ["cn"]
    assert response["ignored_properties"] == ["website"]
    found = response["results"][0]
    assert set(found) == RESULT_KEYS
    assert found["id"] == hikvision.id
    assert found["properties"] == {
        "name": [HIKVISION],
        "weakAlias": ["HIK"],
        "previousName": ["Hangzhou HIK Digital Technology"],
        "country": ["cn"],
        "leiCode": ["3003005F0J4H7G0L1234"],
        "idNumber": ["330000000012345"],
        "program": ["Entity List"],
        "topics": ["export.control"],
    }
    assert (found["target"], found["match"], found["datasets"]) == (True, True, ["us_bis_entity_list"])
    assert (found["matched_name"], found["name_kind"]) == (HIKVISION, "primary")
    assert found["listings"][0]["measures"][0]["code"] == "us-ear-entity-list"
    assert all(
        set(row) == {"score", "detail", "query", "candidate"} for row in found["explanations"].values()
    )
    assert sum(row["score"] for row in found["explanations"].values()) == pytest.approx(
        found["score"], abs=0.01
    )
    assert HIKVISION in found["sentence"]


@pytest.mark.usefixtures("hikvision")
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"schema": "Company", "properties": {}}, "no_name"),
        (company("  "), "no_name"),
        ({"schema": "Firm", "properties": {"name": ["x"]}}, "unknown_schema"),
        ({"schema": 7, "properties": {"name": ["x"]}}, "unknown_schema"),
        (company(*(f"Firm {number}" for number in range(21))), "too_many_names"),
        (company("x" * 501), "name_too_long"),
        (company(42), "bad_value"),
        (company(None), "bad_value"),
        (company("Huawei\x00"), "bad_value"),
        (company("\ud83d"), "bad_value"),
        (company("Huawei", country=["Atlantis"]), "unknown_country"),
        (company("Huawei", address=["x"] * 101), "too_many_values"),
        (company("Huawei", birthDate=["long ago"]), "bad_birth_date"),
        ({"schema": "Company", "properties": ["x"]}, "bad_query"),
        ({"schema": "Company"}, "bad_query"),
        ("Huawei", "bad_query"),
        (None, "bad_query"),
    ],
)
def test_a_bad_query_gets_its_error_and_the_others_their_answer(
    client: Client, query: Any, code: str
) -> None:
    answer = post(client, {"bad": query, "good": company(HIKVISION)})
    assert answer.status_code == 200
    bad, good = answer.json()["responses"]["bad"], answer.json()["responses"]["good"]
    assert set(bad) == {"status", "detail", "code", "results"}
    assert (bad["status"], bad["code"], bad["results"]) == (400, code, [])
    assert good["results"][0]["caption"] == HIKVISION
    assert list(answer.json()["responses"]) == ["bad", "good"]


@pytest.mark.usefixtures("hikvision")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("", 400),
        ("[]", 400),
        ("null", 400),
        ('"x"', 400),
        ("{}", 400),
        ('{"queries": []}', 400),
        ('{"queries": {}}', 400),
        ('{"queries": {"a": NaN}}', 400),
        ('{"queries": {"\\ud800": {}}}', 400),
        ('{"queries": {"a": {}}, "wieghts": {}}', 400),
        ('{"queries": {"a": {}}, "weights": {"name": 0.4}}', 400),
        ("[" * 100_000, 400),
        (b"\xff\xfe", 400),
        (" " * 2_700_000, 413),
    ],
)
def test_a_body_that_cannot_be_read_is_one_sentence(client: Client, body: str | bytes, status: int) -> None:
    answer = client.post("/api/v1/match/all", body, content_type="application/json")
    assert answer.status_code == status
    assert {"detail", "code"} <= set(answer.json()) <= {"detail", "code", "fields"}


def test_a_batch_over_the_limit_is_refused(client: Client, settings: Settings) -> None:
    a_dataset("un_sc")
    settings.MATCH_MAX_BATCH = 2
    assert post(client, {key: company("Huawei") for key in "ab"}).status_code == 200
    answer = post(client, {key: company("Huawei") for key in "abc"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "batch_too_large"
    assert "at most 2" in answer.json()["detail"]


@pytest.mark.usefixtures("hikvision")
@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"limit": "5.0"}, "limit"),
        ({"threshold": "1.1"}, "threshold"),
        ({"threshold": "nan"}, "threshold"),
        ({"cutoff": "-0.1"}, "cutoff"),
        ({"algorithm": "logic-v1"}, "algorithm"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"include_dataset": "us_nothing"}, "include_dataset"),
        ({"exclude_dataset": "us_nothing"}, "exclude_dataset"),
        ({"exclude_entity_ids": ["x"] * 201}, "exclude_entity_ids"),
    ],
)
def test_a_bad_parameter_is_one_sentence(client: Client, params: dict[str, Any], field: str) -> None:
    answer = post(client, {"a": company("Huawei")}, **params)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def test_an_unknown_parameter_is_refused(client: Client) -> None:
    assert post(client, {"a": company("x")}, fuzzy="true").json()["code"] == "unknown_parameter"


@pytest.mark.usefixtures("hikvision")
@pytest.mark.parametrize(
    ("path", "params", "datasets"),
    [
        ("all", {}, {"us_bis_entity_list", "un_sc"}),
        ("un_sc", {}, {"un_sc"}),
        ("un_sc/", {}, {"un_sc"}),
        ("all", {"include_dataset": "un_sc"}, {"un_sc"}),
        ("all", {"exclude_dataset": "un_sc"}, {"us_bis_entity_list"}),
        ("all", {"include_dataset": ["un_sc", "us_bis_entity_list"]}, {"us_bis_entity_list", "un_sc"}),
    ],
)
def test_only_the_datasets_asked_for_are_searched(
    client: Client, path: str, params: dict[str, Any], datasets: set[str]
) -> None:
    answer = post(client, {"a": company(DAHUA)}, path, **params).json()
    assert {name for row in answer["responses"]["a"]["results"] for name in row["datasets"]} == datasets
    assert {row["dataset"] for row in answer["searched"]} == datasets
    assert all(set(row) == set(examples.SEARCHED["searched"][0]) for row in answer["searched"])
    left_out = {row["dataset"] for row in answer["not_searched"] if row["reason"] == "not asked for"}
    assert left_out == {"us_bis_entity_list", "un_sc"} - datasets


def test_an_excluded_entity_leaves_room_for_the_next(client: Client, hikvision: Entity) -> None:
    best = results(client, company(DAHUA), limit=1)
    other = results(client, company(DAHUA), limit=1, exclude_entity_ids=best[0]["id"])
    assert len(best) == len(other) == 1
    assert best[0]["id"] != other[0]["id"]
    assert best[0]["caption"] == other[0]["caption"] == DAHUA


def test_more_than_the_limit_is_told(client: Client, hikvision: Entity) -> None:
    total = post(client, {"a": company(DAHUA)}, limit=1).json()["responses"]["a"]["total"]
    assert total == {"value": 1, "relation": "gte"}


def test_a_cutoff_shows_what_is_below_the_threshold(client: Client, hikvision: Entity) -> None:
    query = company("Hangzhou Hikvision Digital")
    score = results(client, query, threshold=0.3)[0]["score"]
    assert 0.3 < score < 1
    assert results(client, query, threshold=score + 0.001, limit=1) == []
    shown = results(client, query, threshold=score + 0.001, cutoff=0.3, limit=1)
    assert [(row["caption"], row["match"]) for row in shown] == [(HIKVISION, False)]


@pytest.mark.parametrize(
    "properties",
    [{"leiCode": ["3003005F0J4H7G0L1234"]}, {"registrationNumber": ["330000000012345"]}],
)
def test_an_identifier_finds_a_company_under_another_name(
    client: Client, hikvision: Entity, properties: dict[str, Any]
) -> None:
    assert results(client, company("Quite Another Name")) == []
    found = results(client, company("Quite Another Name", **properties), threshold=0.1)
    assert [row["id"] for row in found] == [hikvision.id]


def test_a_registration_number_of_another_country_is_no_link(client: Client, hikvision: Entity) -> None:
    query = company("Quite Another Name", registrationNumber=["330000000012345"], country=["de"])
    assert results(client, query, threshold=0.1) == []


def test_as_of_tells_what_was_listed_on_that_day(client: Client, hikvision: Entity) -> None:
    before = results(client, company(HIKVISION), as_of="2019-10-08")[0]
    since = results(client, company(HIKVISION), as_of="2019-10-09")[0]
    assert (before["target"], before["listings"]) == (False, [])
    assert since["target"] is True
    assert "topics" not in before["properties"]


def test_a_party_that_left_its_list_is_no_match_today(client: Client, hikvision: Entity) -> None:
    hikvision.removed_in = a_version(hikvision.dataset, date(2025, 11, 20))
    hikvision.save()
    assert results(client, company(HIKVISION)) == []


@pytest.mark.parametrize("path", ["all", "un_sc"])
def test_nothing_loaded_is_not_the_same_as_no_match(client: Client, path: str) -> None:
    answer = post(client, {"a": company("Huawei")}, path)
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_loaded"


def test_an_unknown_dataset_is_not_found(client: Client) -> None:
    answer = post(client, {"a": company("Huawei")}, "us_nothing")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_text_of_any_script_comes_back_as_sent(client: Client, hikvision: Entity) -> None:
    answer = post(client, {"华": company("海康威视 𠮷")})
    assert json.loads(answer.content)["responses"]["华"]["query"]["properties"]["name"] == ["海康威视 𠮷"]


@pytest.fixture
def sergei() -> Entity:
    """Return a person on the UN list, with birth date and address."""
    person = an_entity(
        a_dataset("un_sc"),
        "EXAMPLE, Sergei Ivanovich",
        schema="Person",
        properties={"birthDate": ["10 Dec 1948"]},
    )
    a_listing(person)
    an_address(person, "12 Tverskaya, Moscow, Russia")
    return person


def test_a_person_is_found_by_any_spelling_and_by_birth_date_and_address(
    client: Client, sergei: Entity
) -> None:
    def asked(**known: list[str]) -> dict[str, Any]:
        query = {"schema": "Person", "properties": {"name": ["Serguei Example"], **known}}
        return results(client, query, cutoff="0.1")[0]

    assert asked()["id"] == sergei.id
    assert asked(birthDate=["1948-12-10"])["score"] > asked()["score"] > asked(birthDate=["1971"])["score"]
    assert asked(address=["Tverskaya 12, Moscow"])["score"] > asked()["score"]
    assert "different birth dates: 1971 against 1948-12-10" in asked(birthDate=["1971"])["sentence"]


def test_a_ship_is_found_by_its_imo_number_under_another_name(client: Client) -> None:
    ship = an_entity(a_dataset("un_sc"), "ARTAVIL EXAMPLE", schema="Vessel")
    a_listing(ship)
    an_identifier(ship, "IMO", "9187629")
    query = {"schema": "Vessel", "properties": {"name": ["Renamed"], "imoNumber": ["IMO9187629"]}}
    assert [(row["id"], row["match"]) for row in results(client, query)] == [(ship.id, True)]
