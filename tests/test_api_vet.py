from __future__ import annotations

import pytest
from django.test import Client

from screening.vetting import vet
from tests.builders import a_dataset, a_listing, an_entity

pytestmark = pytest.mark.django_db


def test_vetting_over_http_is_what_the_desk_says(client: Client) -> None:
    a_listing(an_entity(a_dataset("un_sc"), "Korea Kwangson Banking Corp.", countries="kp"))
    answer = client.get("/api/v1/vet/", {"name": "Korea Kwangson Banking", "country": "North Korea"})
    assert answer.status_code == 200
    assert answer.json() == vet("Korea Kwangson Banking", country="kp").as_dict()


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 501}, "name"),
        ({"name": "x\x00"}, "name"),
        ({"name": "Huawei", "country": "Atlantis"}, "country"),
        ({"name": "Huawei", "as_of": "2020-02-30"}, "as_of"),
        ({"name": "Huawei", "threshold": "2"}, "threshold"),
    ],
)
def test_a_bad_parameter_is_one_sentence(client: Client, params: dict[str, str], field: str) -> None:
    answer = client.get("/api/v1/vet/", params)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def test_an_unknown_parameter_is_refused(client: Client) -> None:
    answer = client.get("/api/v1/vet/?name=Huawei&asof=2020-01-01")
    assert answer.status_code == 400
    assert "asof" in answer.json()["detail"]
