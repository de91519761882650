"""Cross-references over REST: read by anyone who reads the record, ruled on by reviewers."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api.models import ApiKey
from entities.models import Entity
from screening import crossing
from screening.models import CrossReference, CrossReferenceRun
from screening.ruling import rule
from tests.builders import a_listed, a_register
from tests.desk import a_user

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/cross-references/"
HIKVISION = "Hangzhou Hikvision Digital Technology Co., Ltd."
HISILICON, NEAR = "HiSilicon Technologies Co., Ltd.", "Shanghai HiSilicon Technologies Co., Ltd."
SUMMARY = {
    *("id", "company_id", "listed_id", "company", "listed", "company_name", "listed_name"),
    *("score", "agrees", "joins", "effect", "status", "standing", "rulings"),
    *("reason", "matcher", "found_at", "compared_at"),
}


@pytest.fixture
def near() -> CrossReference:
    a_register(HIKVISION, HISILICON)
    a_listed(HIKVISION, "us-889-part-a")
    a_listed(NEAR, "us-ear-entity-list")
    crossing.advance(CrossReferenceRun.objects.create())
    found: CrossReference = CrossReference.objects.get(company_name=HISILICON)
    return found


def found(client: Client, **query: Any) -> list[str]:
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 200, answer.json()
    return [row["listed_name"] for row in answer.json()["results"]]


def key(role: str) -> dict[str, str]:
    _, plain = ApiKey.objects.create_key("a program", owner=a_user(f"{role} owner", role))
    return {"authorization": f"ApiKey {plain}"}


def say(client: Client, row: CrossReference, headers: dict[str, str], **body: Any) -> Any:
    told = {"status": "confirmed", "note": "Same credit code.", "seen": 0} | body
    return client.post(f"{ADDRESS}{row.pk}/rulings/", told, content_type="application/json", headers=headers)


def test_a_cross_reference_has_both_parties_and_what_answers_make_of_it(
    client: Client, near: CrossReference
) -> None:
    (row, _) = sorted(client.get(ADDRESS).json()["results"], key=lambda row: row["score"])
    assert set(row) == SUMMARY
    assert (row["company"]["caption"], row["listed"]["dataset"]) == (HISILICON, "us_bis_entity_list")
    assert (row["joins"], row["effect"], row["status"]) == (False, "waits for a person", "suggested")
    whole = client.get(f"{ADDRESS}{near.pk}/").json()
    assert set(whole) == SUMMARY | {"explanation", "said"}
    assert whole["explanation"]["sentence"] == row["reason"]
    assert client.get(f"{ADDRESS}999/").status_code == 404


def test_filters_add_up(client: Client, near: CrossReference) -> None:
    assert found(client, entity=near.listed_id) == found(client, entity=near.company_id) == [NEAR]
    assert found(client, dataset="us_section_889") == [HIKVISION]
    assert len(found(client, dataset="watchlink_companies", status="suggested")) == 2
    assert found(client, waiting="true") == found(client, max_score="0.97") == [NEAR]
    assert found(client, waiting="false") == found(client, min_score="0.97") == [HIKVISION]
    assert found(client, status="confirmed") == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"entitty": "x"}, "Unknown query parameter: entitty."),
        ({"entity": "nobody"}, "There is no entity of this id."),
        ({"dataset": "nobody"}, "There is no dataset of this name."),
        ({"status": "maybe"}, "Give one of suggested, confirmed, rejected."),
        ({"waiting": "ture"}, "Give true or false"),
        ({"min_score": "nan"}, "Enter a number."),
        ({"max_score": "2"}, "less than or equal to 1"),
        ({"cursor": "x"}, "Take it from the `next`"),
    ],
)
def test_what_is_asked_wrongly_is_refused(
    query: dict[str, str], said: str, client: Client, near: CrossReference
) -> None:
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 400
    assert said in answer.json()["detail"]


def test_pages_neither_skip_nor_repeat_and_take_no_more_queries(client: Client, near: CrossReference) -> None:
    first = client.get(ADDRESS, {"page_size": 1}).json()
    second = client.get(first["next"]).json()
    assert second["next"] is None
    assert {row["id"] for page in (first, second) for row in page["results"]} == set(
        CrossReference.objects.values_list("pk", flat=True)
    )

    def queries(size: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(ADDRESS, {"page_size": size})
        return len(asked)

    assert queries(1) == queries(2) == 2


def test_a_party_that_is_gone_is_null(client: Client, near: CrossReference) -> None:
    rule(near.pk, "rejected", by=a_user("boris", "reviewer"), note="Other addresses.")
    Entity.objects.filter(pk=near.listed_id).delete()
    row = client.get(f"{ADDRESS}{near.pk}/").json()
    assert (row["listed"], row["listed_name"]) == (None, NEAR)


def test_a_reviewers_key_rules_and_another_finds_it_done(client: Client, near: CrossReference) -> None:
    headers = key("reviewer")
    answer = say(client, near, headers)
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["status"], answer.json()["joins"]) == ("confirmed", True)
    (word,) = answer.json()["said"]
    assert set(word) == {
        *("number", "status", "note", "by", "at"),
        *("score", "matcher", "changed_since"),
    }
    assert (word["by"], word["note"], word["changed_since"]) == (
        "reviewer owner",
        "Same credit code.",
        False,
    )
    late = say(client, near, headers, status="rejected")
    assert (late.status_code, late.json()["code"]) == (409, "ruled_meanwhile")
    assert "It was confirmed by reviewer owner" in late.json()["detail"]
    back = say(client, near, headers, status="suggested", seen=1, note="It is the branch in Shanghai.")
    assert [row["status"] for row in back.json()["said"]] == ["confirmed", "suggested"]


@pytest.mark.parametrize("role", ["analyst", "auditor", "service account"])
def test_other_keys_do_not_rule(role: str, client: Client, near: CrossReference) -> None:
    answer = say(client, near, key(role))
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert not CrossReference.objects.ruled().exists()


def test_nobody_rules_without_a_key(client: Client, near: CrossReference) -> None:
    assert say(client, near, {}).status_code in (401, 403)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"note": ""}, "note"),
        ({"note": "x" * 2001}, "note"),
        ({"status": "maybe"}, "status"),
        ({"seen": None}, "seen"),
        ({"verdict": "yes"}, "Unknown. It takes status, note, seen."),
        ({"status": "suggested"}, "It is suggested already."),
    ],
)
def test_a_ruling_that_cannot_be_read_is_refused(
    body: dict[str, Any], said: str, client: Client, near: CrossReference
) -> None:
    answer = say(client, near, key("reviewer"), **body)
    assert answer.status_code == 400
    assert said in answer.json()["detail"]
