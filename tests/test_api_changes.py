"""What changed, over REST: the publishers' changes newest first, without what only looks new."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entities.models import Change, Dataset, DatasetVersion, Entity
from tests.builders import a_dataset, a_version, an_entity

pytestmark = pytest.mark.django_db
PATH = "/api/v1/changes/"


def a_change(version: DatasetVersion, entity: Entity, kind: str = "added", **fields: Any) -> Change:
    return Change.objects.create(version=version, entity=entity, kind=kind, fields=fields)


@pytest.fixture
def sdn(db: None) -> Dataset:
    """A list of three versions: a first copy, and two that a publisher changed."""
    dataset = a_dataset("us_ofac_sdn")
    bank, trader = (
        an_entity(dataset, "Tanchon Commercial Bank", countries="kp"),
        an_entity(dataset, "Namchongang"),
    )
    first = dataset.current_version
    assert first is not None
    a_change(first, bank)
    a_change(a_version(dataset, date(2025, 3, 4)), trader)
    names = {"before": [], "after": [{"text": "CCBT", "kind": "alias"}]}
    newest = a_version(dataset, date(2025, 3, 5))
    a_change(newest, bank, "changed", names=names)
    a_change(newest, trader, "removed")
    return dataset


def rows(client: Client, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get(PATH, asked)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def told(client: Client, **asked: Any) -> list[tuple[str, str, str]]:
    found = rows(client, **asked)
    return [(row["version"]["published_on"], row["kind"], row["entity"]["caption"]) for row in found]


def test_a_change_names_its_entity_its_version_and_what_left_and_came(client: Client, sdn: Dataset) -> None:
    (row,) = rows(client, kind="changed")
    bank = Entity.objects.get(caption="Tanchon Commercial Bank")
    assert set(row) == {"id", "kind", "entity", "version", "fields"}
    assert row["entity"] == {
        "id": bank.pk,
        "caption": "Tanchon Commercial Bank",
        "schema": "Company",
        "dataset": "us_ofac_sdn",
        "countries": ["kp"],
    }
    assert row["version"] == {
        "id": DatasetVersion.objects.get(published_on="2025-03-05").pk,
        "dataset": "us_ofac_sdn",
        "published_on": "2025-03-05",
        "fetched_at": "2025-03-05T12:00:00Z",
        "is_history": False,
        "is_excerpt": False,
    }
    assert row["fields"] == {"names": {"before": [], "after": [{"text": "CCBT", "kind": "alias"}]}}


def test_changes_come_newest_first_without_those_of_the_first_copy(client: Client, sdn: Dataset) -> None:
    news = [
        ("2025-03-05", "removed", "Namchongang"),
        ("2025-03-05", "changed", "Tanchon Commercial Bank"),
        ("2025-03-04", "added", "Namchongang"),
    ]
    assert told(client) == told(client, history="false") == news
    assert told(client, history="true") == [*news, ("2025-01-02", "added", "Tanchon Commercial Bank")]


def test_an_older_copy_loaded_late_is_no_news(client: Client, sdn: Dataset) -> None:
    late = a_version(
        sdn, date(2025, 2, 1), current=False, is_history=True, fetched_at=datetime(2025, 6, 1, tzinfo=UTC)
    )
    a_change(late, an_entity(sdn, "Korea Ryonbong General Corporation"))
    assert late.published_on.isoformat() not in {row["version"]["published_on"] for row in rows(client)}
    first, *_ = rows(client, history="true")
    assert (first["version"]["published_on"], first["version"]["is_history"]) == ("2025-02-01", True)


def test_the_first_full_copy_after_an_excerpt_is_no_news(client: Client) -> None:
    dataset = a_dataset("un_sc", loaded=False)
    a_version(dataset, date(2025, 1, 2), is_excerpt=True)
    full = a_version(dataset, date(2025, 1, 3))
    entity = an_entity(dataset, "Korea Mining Development Trading Corporation")
    a_change(full, entity)
    assert rows(client) == []
    later = a_version(dataset, date(2025, 1, 4))
    a_change(later, entity, "removed")
    assert [row["version"]["id"] for row in rows(client)] == [later.pk]


def test_a_copy_that_a_person_accepted_late_is_the_newest(client: Client, sdn: Dataset) -> None:
    entity = an_entity(sdn, "Korea Ryonbong General Corporation")
    accepted, other = (a_version(sdn, date(2025, 5, day), current=False) for day in (1, 2))
    a_change(other, entity)
    a_change(accepted, entity)
    DatasetVersion.objects.filter(pk=accepted.pk).update(fetched_at=other.fetched_at + timedelta(days=1))
    assert [row["version"]["id"] for row in rows(client)][:2] == [accepted.pk, other.pk]


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"since": "2025-03-05"}, 2),
        ({"since": "2025-03-05T12:00:00Z"}, 2),
        ({"since": "2025-03-05T14:00:01+02:00"}, 0),
        ({"since": "2025-03-05T12:00:01"}, 0),
        ({"since": "2025-03-04", "kind": "added"}, 1),
        ({"kind": "removed"}, 1),
        ({"dataset": "us_ofac_sdn"}, 3),
        ({"dataset": "un_sc"}, 0),
    ],
)
def test_filters_add_up(client: Client, sdn: Dataset, asked: dict[str, str], number: int) -> None:
    assert len(rows(client, **asked)) == number


def test_the_changes_of_one_entity_and_of_one_version(client: Client, sdn: Dataset) -> None:
    trader = Entity.objects.get(caption="Namchongang")
    assert {row["kind"] for row in rows(client, entity=trader.pk)} == {"added", "removed"}
    version = DatasetVersion.objects.get(published_on="2025-03-04")
    assert [row["entity"]["id"] for row in rows(client, version=version.pk)] == [trader.pk]


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ({"since": "last week"}, "since", "Give a day or a moment"),
        ({"since": "2025-02-30"}, "since", "Give a day or a moment"),
        ({"dataset": "us_nothing"}, "dataset", "There is no dataset of this name."),
        ({"entity": "us_ofac_sdn-0"}, "entity", "There is no entity of this id."),
        ({"version": "0"}, "version", "There is no version of this id."),
        ({"version": "seven"}, "version", "There is no version of this id."),
        ({"kind": "renamed"}, "kind", "Give one of added, changed, removed."),
        ({"history": "maybe"}, "history", "Give true or false"),
        ({"cursor": "cD1hYmM="}, "cursor", "Take it from the `next` or `previous` of a page."),
        ({"page_size": "0"}, "page_size", "Give a whole number from 1 to 200"),
    ],
)
def test_a_bad_filter_gets_one_clear_sentence(
    client: Client, sdn: Dataset, asked: dict[str, str], field: str, words: str
) -> None:
    answer = client.get(PATH, asked)
    assert answer.status_code == 400
    assert answer.json()["fields"][field][0].startswith(words)


def test_an_unknown_parameter_is_refused(client: Client) -> None:
    answer = client.get(PATH, {"until": "2025-03-05"})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")


def test_pages_of_one_large_version_neither_skip_nor_repeat(client: Client, sdn: Dataset) -> None:
    version = a_version(sdn, date(2025, 4, 1))
    entity = an_entity(sdn, "Korea Ryonbong General Corporation")
    others = Entity.objects.bulk_create(
        Entity(
            id=f"us_ofac_sdn-{number}",
            dataset=sdn,
            publisher_key=str(number),
            schema="Company",
            caption=f"Trading {number}",
            added_in=version,
            changed_in=version,
        )
        for number in range(1100)
    )
    Change.objects.bulk_create(
        Change(version=version, entity=other, kind="added") for other in (*others, entity)
    )
    forward: list[int] = []
    address: str | None = f"{PATH}?page_size=200"
    while address:
        page = client.get(address).json()
        forward += [row["id"] for row in page["results"]]
        address, last = page["next"], page
    assert len(forward) == len(set(forward)) == 1104
    assert forward[:1101] == sorted(forward[:1101], reverse=True)
    back: list[int] = []
    while last["previous"]:
        last = client.get(last["previous"]).json()
        back = [row["id"] for row in last["results"]] + back
    assert back == forward[: len(back)]
    assert len(back) == 1000


def test_a_change_that_arrives_between_two_pages_moves_nothing(client: Client, sdn: Dataset) -> None:
    page = client.get(PATH, {"page_size": 2}).json()
    a_change(a_version(sdn, date(2025, 3, 6)), an_entity(sdn, "Korea Ryonbong General Corporation"))
    rest = client.get(page["next"]).json()
    assert [row["version"]["published_on"] for row in rest["results"]] == ["2025-03-04"]
    assert rest["next"] is None
    again = client.get(rest["previous"]).json()
    assert [row["id"] for row in again["results"]] == [row["id"] for row in page["results"]]
    assert again["previous"] is not None


def test_a_longer_page_takes_no_more_queries(client: Client, sdn: Dataset) -> None:
    def queries(**asked: Any) -> int:
        with CaptureQueriesContext(connection) as taken:
            rows(client, **asked)
        return len(taken)

    entity = Entity.objects.get(caption="Namchongang").pk
    assert queries(page_size=1) == queries(page_size=3) == 2
    assert queries(dataset="us_ofac_sdn", entity=entity) == 4
