"""Hits, decisions and alerts over REST: a team's own, in turn, and each look noted."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api.models import ApiKey
from screening.models import Alert, AuditEvent, Decision, Hit, Portfolio
from tests.desk import a_hit, a_portfolio, a_run, a_subject, a_user

pytestmark = pytest.mark.django_db

WORD = {"seen": 0, "verdict": "false_positive", "reason": "other_country", "note": "A bakery in Kaluga."}


@pytest.fixture
def portfolio() -> Portfolio:
    cache.clear()
    return a_portfolio()


@pytest.fixture
def hit(portfolio: Portfolio) -> Hit:
    return a_hit(a_run(portfolio), a_subject(portfolio, "Zvezda Shiping", country="ru"))


def as_(client: Client, user: User | None) -> dict[str, str]:
    """Return the header of a key that belongs to a user."""
    _, plain = ApiKey.objects.create_key("test", owner=user)
    return {"Authorization": f"ApiKey {plain}"}


def member(role: str = "analyst", name: str = "ana") -> User:
    return a_user(name, role, "Purchasing")


def test_a_hit_says_what_it_waits_for(hit: Hit, client: Client) -> None:
    answer = client.get("/api/v1/hits/", headers=as_(client, member())).json()
    (row,) = answer["results"]
    assert (row["id"], row["standing"], row["last_number"]) == (hit.pk, "open", 0)
    assert row["portfolio"] == "Footwear suppliers"
    assert row["decisions"].endswith(f"/api/v1/hits/{hit.pk}/decisions/")


def test_a_decision_is_kept_and_confirmed_by_another(hit: Hit, client: Client) -> None:
    ana, boris = as_(client, member()), as_(client, member("reviewer", "boris"))
    path = f"/api/v1/hits/{hit.pk}/decisions/"
    first = client.post(path, WORD, content_type="application/json", headers=ana)
    assert (first.status_code, first.json()["eyes"], first.json()["by"]) == (201, 1, "ana")
    second = client.post(path, WORD | {"seen": 1}, content_type="application/json", headers=boris)
    assert second.json()["confirms"] == first.json()["id"]
    told = client.get(path, headers=ana).json()["results"]
    assert [row["number"] for row in told] == [2, 1]
    waiting = client.get("/api/v1/hits/?standing=decided", headers=ana).json()["results"]
    assert [row["id"] for row in waiting] == [hit.pk]


def test_the_slower_of_two_is_told_over_rest_too(hit: Hit, client: Client) -> None:
    path = f"/api/v1/hits/{hit.pk}/decisions/"
    client.post(path, WORD, content_type="application/json", headers=as_(client, member()))
    late = client.post(
        path, WORD, content_type="application/json", headers=as_(client, member("reviewer", "boris"))
    )
    assert (late.status_code, late.json()["code"]) == (409, "decided_meanwhile")
    assert "ana decided on" in late.json()["detail"]
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        {"verdict": "cleared"},
        {"reason": "same_identifier"},
        {"reason": "other", "note": ""},
        {"seen": -1},
        {"expires_on": "2020-01-01"},
        {"colour": "red"},
    ],
)
def test_a_word_that_cannot_be_taken_is_refused_in_one_sentence(
    hit: Hit, spoilt: dict[str, Any], client: Client
) -> None:
    answer = client.post(
        f"/api/v1/hits/{hit.pk}/decisions/",
        WORD | spoilt,
        content_type="application/json",
        headers=as_(client, member()),
    )
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("analyst", True),
        ("reviewer", True),
        ("administrator", True),
        ("auditor", False),
        ("service account", False),
    ],
)
def test_who_only_reads_decides_nothing(hit: Hit, role: str, may: bool, client: Client) -> None:
    key = as_(client, member(role))
    assert client.get(f"/api/v1/hits/{hit.pk}/", headers=key).status_code == 200
    path = f"/api/v1/hits/{hit.pk}/decisions/"
    answer = client.post(path, WORD, content_type="application/json", headers=key)
    assert answer.status_code == (201 if may else 403)


@pytest.mark.parametrize("path", ["/api/v1/hits/{hit}/", "/api/v1/hits/{hit}/decisions/"])
def test_another_teams_hit_does_not_exist(hit: Hit, path: str, client: Client) -> None:
    olga = as_(client, a_user("olga", "reviewer", "Brand"))
    assert client.get(path.format(hit=hit.pk), headers=olga).status_code == 404
    assert client.get("/api/v1/hits/", headers=olga).json()["results"] == []
    assert client.get("/api/v1/alerts/", headers=olga).json()["results"] == []


@pytest.mark.parametrize("path", ["/api/v1/hits/", "/api/v1/alerts/", "/api/v1/hits/{hit}/"])
def test_a_key_without_an_owner_belongs_to_no_team(hit: Hit, path: str, client: Client) -> None:
    assert client.get(path.format(hit=hit.pk)).status_code == 401
    assert client.get(path.format(hit=hit.pk), headers=as_(client, None)).status_code == 403


def test_each_look_over_rest_is_in_the_trail(hit: Hit, client: Client) -> None:
    client.get(f"/api/v1/hits/{hit.pk}/", headers=as_(client, member()))
    event = AuditEvent.objects.get(action="viewed")
    assert (event.username, event.object_id, event.detail) == ("ana", str(hit.pk), {"over": "API"})


def test_alerts_are_told_newest_first(hit: Hit, client: Client) -> None:
    for cause in ("us_ofac_sdn of 2024-05-01", "us_ofac_sdn of 2024-05-02"):
        Alert.objects.create(
            portfolio=hit.subject.portfolio,
            subject=hit.subject,
            entity_id=hit.entity_id,
            company_id=hit.company_id,
            kind="new",
            screening=hit.screening,
            hit=hit,
            cause=cause,
        )
    rows = client.get("/api/v1/alerts/?seen=false", headers=as_(client, member())).json()["results"]
    assert [row["cause"][-2:] for row in rows] == ["02", "01"]
    assert rows[0]["subject"]["name"] == "Zvezda Shiping"


def test_more_hits_take_no_more_queries(portfolio: Portfolio, client: Client) -> None:
    key, run, counts = as_(client, member()), a_run(portfolio), []
    for first in (0, 10):
        for n in range(first, first + 2 + first):
            a_hit(run, a_subject(portfolio, f"Zvezda {n}"), row=n)
        client.get("/api/v1/hits/", headers=key)
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/hits/", headers=key)
        counts.append(len(queries))
    assert counts[0] == counts[1]
