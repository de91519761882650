from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders import a_dataset, a_version

pytestmark = pytest.mark.django_db

DATASET_KEYS = {
    "name",
    "title",
    "kind",
    "authority",
    "legal_basis",
    "homepage",
    "url",
    "cadence",
    "freshness",
    "fresh_days",
    "checked_at",
    "current_version",
    "feed",
}
VERSION_KEYS = {
    "published_on",
    "published_on_stated",
    "fetched_at",
    "sha256",
    "entities",
    "names",
    "added",
    "changed",
    "removed",
    "not_understood",
    "is_excerpt",
    "scope",
}


def test_a_dataset_names_its_current_version(client: Client) -> None:
    version = a_version(a_dataset("us_ofac_sdn"), date(2025, 11, 20), entities=7, is_excerpt=True)
    found = client.get("/api/v1/datasets/us_ofac_sdn/").json()
    assert set(found) == DATASET_KEYS
    assert set(found["current_version"]) == VERSION_KEYS
    assert found["current_version"]["sha256"] == version.sha256
    assert found["current_version"]["entities"] == 7
    assert found["freshness"] == "starter excerpt"


@pytest.mark.parametrize(("days", "freshness"), [(0, "fresh"), (4, "stale")])
def test_a_dataset_nobody_looked_at_turns_stale(client: Client, days: int, freshness: str) -> None:
    dataset = a_dataset("us_ofac_sdn")
    dataset.checked_at = timezone.now() - timedelta(days=days)
    dataset.save()
    assert client.get("/api/v1/datasets/us_ofac_sdn/").json()["freshness"] == freshness


def test_the_catalogue_names_datasets_that_nobody_has_loaded(client: Client) -> None:
    a_dataset("us_ofac_sdn")
    found = {row["name"]: row for row in client.get("/api/v1/datasets/").json()["results"]}
    assert all(set(row) == DATASET_KEYS for row in found.values())
    assert found["us_ofac_sdn"]["current_version"] is not None
    assert found["un_sc"]["freshness"] == "never loaded"
    assert found["un_sc"]["current_version"] is None
    assert list(found) == sorted(found)


def test_versions_come_newest_first_and_refused_ones_say_why(client: Client) -> None:
    dataset = a_dataset("us_ofac_sdn")
    a_version(dataset, date(2025, 3, 4))
    a_version(dataset, date(2025, 3, 5), current=False, status="refused", error="It shrank by half.")
    page = client.get("/api/v1/datasets/us_ofac_sdn/versions/").json()
    assert set(page) == {"next", "previous", "results"}
    assert [(row["published_on"], row["status"]) for row in page["results"]] == [
        ("2025-03-05", "refused"),
        ("2025-03-04", "accepted"),
        ("2025-01-02", "accepted"),
    ]
    assert page["results"][0]["error"] == "It shrank by half."
    assert set(page["results"][0]) == VERSION_KEYS | {"status", "size", "rows", "skipped", "log", "error"}


@pytest.mark.parametrize("path", ["/api/v1/datasets/us_nothing/", "/api/v1/datasets/us_nothing/versions/"])
def test_an_unknown_dataset_is_not_found(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json() == {"detail": "There is no dataset 'us_nothing'.", "code": "not_found"}
