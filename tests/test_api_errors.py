from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from api.exceptions import server_error
from tests.builders import a_dataset

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/", 404, "not_found"),
        ("get", "/api/v1/nonsense", 404, "not_found"),
        ("get", "/api/v1/nonsense/", 404, "not_found"),
        ("post", "/api/v2/match/all", 404, "not_found"),
        ("get", "/api/v1/entities/no such id/", 404, "not_found"),
        ("get", "/api/v1/match/all", 405, "method_not_allowed"),
        ("post", "/api/v1/datasets/", 405, "method_not_allowed"),
        ("delete", "/api/v1/entities/un_sc-1/", 405, "method_not_allowed"),
    ],
)
def test_every_error_is_json(client: Client, method: str, path: str, status: int, code: str) -> None:
    answer = getattr(client, method)(path)
    assert answer.status_code == status
    assert set(answer.json()) == {"detail", "code"}
    assert answer.json()["code"] == code


def test_another_media_type_is_refused(client: Client) -> None:
    a_dataset("un_sc")
    answer = client.post("/api/v1/match/all", "name=Huawei", content_type="text/plain")
    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


def test_a_forgotten_slash_is_put_right(client: Client) -> None:
    answer = client.get("/api/v1/entities?q=bank")
    assert answer.status_code == 308
    assert answer.headers["Location"] == "/api/v1/entities/?q=bank"


def test_an_error_of_ours_is_json_for_the_api_only(rf: RequestFactory) -> None:
    answer: Any = server_error(rf.get("/api/v1/datasets/"))
    assert answer.status_code == 500
    assert b'"code": "server_error"' in answer.content
    assert b'"code"' not in server_error(rf.get("/admin/")).content


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/datasets/", "/api/v1/schema/"])
def test_addresses_without_parameters_take_none(client: Client, path: str) -> None:
    answer = client.get(path, {"page": "2"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "unknown_parameter"


def test_the_index_names_every_address(client: Client) -> None:
    found = client.get("/api/v1/").json()
    desk = {"cross_references", "match", "vet", "what_if", "screenings", "hits", "alerts"}
    assert set(found) == {"datasets", "changes", "entities", *desk, "schema", "docs"}
    assert found["match"] == "http://testserver/api/v1/match/all"


def test_health_is_told(client: Client) -> None:
    assert client.get("/healthz").json()["status"] == "ok"


def test_the_root_leads_to_the_desk(client: Client) -> None:
    assert client.get("/").headers["Location"] == reverse("admin:vet")
