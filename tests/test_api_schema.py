from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from api.urls import urlpatterns

pytestmark = pytest.mark.django_db
UNDOCUMENTED = {"schema", "docs", None}


def test_the_schema_is_valid_and_complete() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO(), stderr=StringIO())


def test_every_address_is_documented_with_an_example(client: Client) -> None:
    paths = client.get("/api/v1/schema/").json()["paths"]
    routes = {getattr(route, "name", None) for route in urlpatterns} - UNDOCUMENTED
    assert len(paths) == len(routes)
    for methods in paths.values():
        for operation in methods.values():
            assert operation["summary"]
            for content in operation["responses"]["200"]["content"].values():
                assert "examples" in content or content["schema"]["format"] == "binary"


def test_the_manual_needs_nothing_from_outside(client: Client) -> None:
    page = client.get("/api/v1/docs/").content.decode()
    assert "/static/drf_spectacular_sidecar/" in page
    assert 'src="http' not in page


@pytest.mark.parametrize("path", ["/api/v1/entities/", "/api/v1/changes/"])
def test_every_filter_says_what_it_takes(client: Client, path: str) -> None:
    operation = client.get("/api/v1/schema/").json()["paths"][path]["get"]
    for parameter in operation["parameters"]:
        assert parameter["schema"].get("type") or "enum" in parameter["schema"], parameter
        assert parameter["description"], parameter
