"""How many queries each address may take; a list must not take more for more rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders import a_dataset, a_listing, an_edge, an_entity, an_identifier

pytestmark = pytest.mark.django_db
BASELINE = json.loads((Path(__file__).parent / "query_counts.json").read_text())
ADDRESSES = [path for path in BASELINE if path.startswith("/api/")]


@pytest.fixture(autouse=True)
def _record() -> None:
    # A state of the record that no other test makes: an index is kept per state.
    un, _ = a_dataset("un_sc"), a_dataset("gb_fcdo_sanctions")
    parties = [
        an_entity(un, f"Ryonbong {number} Trading Corporation", countries="kp") for number in range(12)
    ]
    for number, party in enumerate(parties):
        a_listing(party, "un-sanctions")
        a_listing(party, "us-ofac-blocking", "us-ear-entity-list")
        an_identifier(party, "UN reference", f"KPe.{number:03}")
        if number:
            an_edge(parties[0], party)


def count(client: Client, path: str, body: object = None) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        if body is None:
            answer = client.get(path)
        else:
            answer = client.post(path, body, content_type="application/json")
    assert answer.status_code == 200
    if body is not None:
        assert all(row["results"] for row in answer.json()["responses"].values())
    return len(queries)


def names(number: int) -> dict[str, object]:
    return {
        "queries": {
            str(at): {"properties": {"name": [f"Ryonbong {at} Trading Corporation"], "idNumber": ["KPe.001"]}}
            for at in range(number)
        }
    }


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_address_takes_the_queries_of_the_baseline(client: Client, path: str) -> None:
    client.get(path)  # builds the index and the graph, where the address asks for them
    assert count(client, path) == BASELINE[path]


def test_a_longer_page_takes_no_more_queries(client: Client) -> None:
    short, long = (count(client, f"/api/v1/entities/?page_size={size}") for size in (1, 12))
    assert short == long


def test_an_entity_with_more_edges_takes_no_more_queries(client: Client) -> None:
    ids = [row["id"] for row in client.get("/api/v1/entities/").json()["results"]]
    assert len({count(client, f"/api/v1/entities/{pk}/") for pk in ids}) == 1


def test_a_bigger_batch_takes_no_more_queries(client: Client) -> None:
    count(client, "/api/v1/match/all", names(1))  # opens the index
    small = count(client, "/api/v1/match/all?limit=1", names(1))
    assert count(client, "/api/v1/match/all?limit=50", names(12)) == small
