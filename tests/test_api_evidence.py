"""Evidence and partnerships of an entity over REST."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from entities.models import Entity, Evidence, Partnership
from tests.builders import a_version
from tests.ownership_worlds import HIKVISION, hikvision_and_ezviz

pytestmark = pytest.mark.django_db


@pytest.fixture
def hikvision() -> Entity:
    return hikvision_and_ezviz()[HIKVISION]


def a_claim(entity: Entity, day: date, **fields: Any) -> Evidence:
    facts: dict[str, Any] = {
        "publisher": "IPVM",
        "claim": f"Said on {day}.",
        "nature": "finding",
        "topic": "cameras",
    }
    facts |= {"added_in": entity.changed_in, "published": day}
    return Evidence.objects.create(entity=entity, **facts | fields)


def ask(client: Client, entity: Entity, kind: str = "evidence", **params: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/entities/{entity.pk}/{kind}/", params)
    assert answer.status_code == 200, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def test_evidence_has_its_source_its_dates_and_the_hash_of_the_copy(
    client: Client, hikvision: Entity
) -> None:
    a_claim(hikvision, date(2019, 11, 11), retrieved=date(2026, 11, 28), archived_sha256="5e" * 32)
    (row,) = ask(client, hikvision)["results"]
    assert set(row) == {
        *("id", "entity", "published", "published_text", "publisher", "title", "url", "retrieved"),
        *("archived_sha256", "claim", "nature", "topic", "verified", "note", "added_on", "removed_on"),
    }
    assert (row["published"], row["retrieved"], row["archived_sha256"]) == (
        "2019-11-11",
        "2026-11-28",
        "5e" * 32,
    )
    assert row["entity"]["id"] == hikvision.pk


def test_a_list_s_row_tells_what_is_said_of_the_same_party_elsewhere(
    client: Client, hikvision: Entity
) -> None:
    a_claim(hikvision, date(2019, 11, 11))
    listed = Entity.objects.get(dataset__name="us_bis_entity_list")
    (row,) = ask(client, listed)["results"]
    assert row["entity"]["id"] == hikvision.pk


def test_a_day_and_a_state_of_knowledge_bound_what_is_told(client: Client, hikvision: Entity) -> None:
    a_claim(hikvision, date(2019, 11, 11))
    later = a_version(hikvision.dataset, date(2026, 6, 1), current=False)
    a_claim(hikvision, date(2020, 1, 14), added_in=later)
    assert len(ask(client, hikvision)["results"]) == 2
    assert [row["published"] for row in ask(client, hikvision, as_of="2019-12-31")["results"]] == [
        "2019-11-11"
    ]
    # Known only since June 2026, whatever day it was published on.
    assert [row["published"] for row in ask(client, hikvision, known_at="2026-05-01")["results"]] == [
        "2019-11-11"
    ]
    assert [row["published"] for row in ask(client, hikvision, as_of="2020-12-17")["results"]] == [
        "2019-11-11",
        "2020-01-14",
    ]


def test_what_was_withdrawn_is_told_only_for_when_it_was_believed(client: Client, hikvision: Entity) -> None:
    row = a_claim(hikvision, date(2019, 11, 11))
    row.removed_in = a_version(hikvision.dataset, date(2026, 6, 1), current=False)
    row.known_to = row.removed_in.fetched_at
    row.save()
    assert ask(client, hikvision)["results"] == []
    assert len(ask(client, hikvision, known_at="2026-05-01")["results"]) == 1


def test_evidence_is_read_page_by_page_in_the_order_of_days(client: Client, hikvision: Entity) -> None:
    for day in (3, 1, 2, 2, 2):
        a_claim(hikvision, date(2020, 1, day), claim=f"{timezone.now()}")
    days: list[str] = []
    page = ask(client, hikvision, page_size=2)
    days += [row["published"] for row in page["results"]]
    while page["next"]:
        page = client.get(page["next"]).json()
        days += [row["published"] for row in page["results"]]
    assert days == ["2020-01-01", "2020-01-02", "2020-01-02", "2020-01-02", "2020-01-03"]


def test_a_partnership_is_told_with_its_days(client: Client, hikvision: Entity) -> None:
    facts = {"entity": hikvision, "added_in": hikvision.changed_in, "kind": "sponsor", "citation": "Example"}
    Partnership.objects.create(**facts, brand="Example FC", description="Shirts", end=date(2020, 12, 10))
    Partnership.objects.create(**facts, brand="Example Games", description="Cloud", start=date(2021, 1, 1))
    rows = ask(client, hikvision, "partnerships")["results"]
    assert [row["brand"] for row in rows] == ["Example FC", "Example Games"]
    assert set(rows[0]) == {
        *("id", "entity", "brand", "kind", "description", "start", "end", "dates"),
        *("citation", "url", "verified", "added_on", "removed_on"),
    }
    assert [
        row["brand"] for row in ask(client, hikvision, "partnerships", as_of="2020-12-17")["results"]
    ] == ["Example FC"]


@pytest.mark.parametrize("kind", ["evidence", "partnerships"])
@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"as_of": "soon"}, 400),
        ({"since": "2020-01-01"}, 400),
        ({"cursor": "x"}, 400),
        ({"page_size": "0"}, 400),
    ],
)
def test_what_cannot_be_read_is_refused(
    kind: str, params: dict[str, str], status: int, client: Client, hikvision: Entity
) -> None:
    assert client.get(f"/api/v1/entities/{hikvision.pk}/{kind}/", params).status_code == status
    assert client.get(f"/api/v1/entities/none-such/{kind}/").status_code == 404


def test_more_evidence_takes_no_more_queries(client: Client, hikvision: Entity) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            ask(client, hikvision)
        return len(asked)

    a_claim(hikvision, date(2019, 11, 11))
    queries()
    one = queries()
    for day in range(1, 20):
        a_claim(hikvision, date(2020, 1, day))
    assert queries() == one <= 8
