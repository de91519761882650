"""Screenings over REST: begun once for each key, seen by their team, followed, stopped and proved."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from api.models import ApiKey
from screening.models import AuditEvent, Portfolio, Screening
from screening.runs import run
from tests.builders import a_listed
from tests.desk import a_portfolio, a_user
from tests.supplier_files import a_workbook

pytestmark = pytest.mark.django_db
BASE = "/api/v1/screenings/"
ROWS = [{"name": "Zvezda Shipping", "country": "Russia"}, {"name": "Plain Bakery", "country": "gb"}]


@pytest.fixture(autouse=True)
def _record(settings: Settings) -> None:
    cache.clear()
    a_listed("Zvezda Shipping JSC", "us-ofac-blocking")


@pytest.fixture
def portfolio() -> Portfolio:
    return a_portfolio()


def caller(name: str, role: str, *teams: str) -> Client:
    user = a_user(name, role, *teams)
    _, plain = ApiKey.objects.create_key(name, owner=user)
    return Client(headers={"Authorization": f"ApiKey {plain}"})


@pytest.fixture
def portal(portfolio: Portfolio) -> Client:
    """A service account of the purchasing team."""
    return caller("portal", "service account", "Purchasing")


def begin(client: Client, body: Any = None, key: str = "", **fields: Any) -> Any:
    sent = body if body is not None else {"portfolio": "Footwear suppliers", "rows": ROWS} | fields
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(BASE, sent, content_type="application/json", headers=headers)


def upload(client: Client, content: bytes, name: str = "suppliers.csv", **fields: Any) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(BASE, {"portfolio": "Footwear suppliers", "file": file} | fields)


def test_rows_become_a_run_with_its_receipt(portal: Client) -> None:
    answer = begin(portal, reason="Yearly review", watch=True)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["state"], told["rows"], told["by"], told["trigger"]) == ("waiting", 2, "portal", "api")
    assert told["portfolio"]["name"] == "Footwear suppliers"
    assert [row["dataset"] for row in told["searched"]] == ["us_ofac_sdn"]
    assert "un_sc" in {row["dataset"] for row in told["not_searched"]}
    run(told["id"])
    done = portal.get(told["url"]).json()
    assert (done["state"], done["percent"], done["hits_found"]) == ("done", 100, 1)
    (hit,) = portal.get(told["hits"]).json()["results"]
    assert (hit["row"], hit["caption"], hit["direct"], hit["via"]) == (1, "Zvezda Shipping JSC", True, "")
    assert hit["subject"]["country"] == "ru"
    assert hit["explanation"]["sentence"]
    assert AuditEvent.objects.first().username == "portal"  # type: ignore[union-attr]


def test_a_file_is_taken_as_a_form(portal: Client, tmp_path: Path) -> None:
    content = a_workbook(tmp_path / "x.xlsx", ["Bez", "Land"], ["Zvezda Shipping", "Russland"]).read_bytes()
    answer = upload(portal, content, "Lieferanten 2026.xlsx", columns='{"name": "Bez"}', as_of="2026-11-21")
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert (told["input_name"], told["mapping"]) == (
        "Lieferanten 2026.xlsx",
        {"name": "Bez", "country": "Land"},
    )
    assert (told["input_size"], told["as_of"]) == (len(content), "2026-11-21")


def test_the_same_key_begins_one_run(portal: Client) -> None:
    first, again = begin(portal, key="november"), begin(portal, key="november")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert Screening.objects.count() == AuditEvent.objects.filter(action="screened").count() == 1
    other = begin(portal, key="november", rows=[{"name": "Another"}])
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_used")
    assert begin(portal, key="december").status_code == 201


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"portfolio": "Footwear suppliers"}, "Send either `rows`, in JSON, or a `file`, in a form."),
        ({"portfolio": "Footwear suppliers", "rows": []}, "rows: There is no row in it."),
        ({"portfolio": "Footwear suppliers", "rows": [{"nom": "X"}]}, "nom: Unknown."),
        ({"portfolio": "Footwear suppliers", "rows": [{"name": "***"}]}, "names no supplier"),
        ({"portfolio": "Footwear suppliers", "rows": ROWS, "threshold": 7}, "threshold:"),
        ({"portfolio": "Footwear suppliers", "rows": ROWS, "colour": "red"}, "colour: Unknown."),
        ({"rows": ROWS}, "portfolio: This field is required."),
    ],
)
def test_what_cannot_be_begun_is_said(portal: Client, body: Any, said: str) -> None:
    answer = begin(portal, body)
    assert answer.status_code == 400
    assert said in answer.json()["detail"]
    assert not Screening.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<html><body>no</body></html>", "export.xls", "is a web page or XML, not a spreadsheet"),
        (b"Betrag,Datum\n1,2\n", "x.csv", "No column of x.csv is known to hold the name"),
        (",".join(f"c{n}" for n in range(300)).encode() + b"\n", "x.csv", "has 300 columns"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "x.xlsx",
            "protected by a password",
        ),
    ],
)
def test_a_file_that_is_no_table_of_suppliers_is_refused(
    portal: Client, content: bytes, name: str, said: str
) -> None:
    answer = upload(portal, content, name)
    assert (answer.status_code, answer.json()["code"]) == (400, "refused")
    assert said in answer.json()["detail"]


def test_too_many_rows_and_too_large_a_file_are_refused(portal: Client, settings: Settings) -> None:
    settings.SCREENING_MAX_ROWS = 3
    answer = upload(portal, b"name\n" + b"".join(b"Example %d\n" % at for at in range(4)))
    assert (
        "The file has more than 3 rows; screen it with `python manage.py screen`" in answer.json()["detail"]
    )
    settings.SCREENING_MAX_MB = 1
    answer = upload(portal, b"name\n" + b"x" * (2 << 20))
    assert answer.status_code == 413
    assert answer.json()["detail"].startswith("The file is larger than 1 MB; screen it with")


def test_a_portfolio_of_another_team_is_not_there(portal: Client) -> None:
    other = a_portfolio("Sponsors", team="Brand")
    assert begin(portal, portfolio="Sponsors").status_code == 404
    assert begin(portal, portfolio=str(other.pk)).status_code == 404


def test_a_run_is_seen_by_its_team_alone(portal: Client) -> None:
    pk = begin(portal).json()["id"]
    olga = caller("olga", "analyst", "Brand")
    assert olga.get(BASE).json()["results"] == []
    for address in (f"{BASE}{pk}/", f"{BASE}{pk}/hits/", f"{BASE}{pk}/report.json"):
        assert olga.get(address).status_code == 404
    for verb in ("cancel", "resume", "verify"):
        assert olga.post(f"{BASE}{pk}/{verb}/").status_code == 404
    vera = caller("vera", "auditor")
    assert [row["id"] for row in vera.get(BASE).json()["results"]] == [pk]
    assert vera.post(f"{BASE}{pk}/cancel/").status_code == 403
    assert begin(vera).status_code == 403


def test_without_an_owner_a_key_is_of_no_team(client: Client) -> None:
    _, plain = ApiKey.objects.create_key("nobody's")
    answer = Client(headers={"Authorization": f"ApiKey {plain}"}).get(BASE)
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "This key has no owner, so it belongs to no team; give it one.",
    )
    assert client.get(BASE).status_code == 401


def test_a_run_is_cancelled_and_resumed(portal: Client) -> None:
    pk = begin(portal).json()["id"]
    assert portal.post(f"{BASE}{pk}/cancel/").json()["state"] == "cancelled"
    again = portal.post(f"{BASE}{pk}/cancel/")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert portal.post(f"{BASE}{pk}/resume/").json()["state"] == "waiting"
    run(pk)
    assert portal.get(f"{BASE}{pk}/").json()["state"] == "done"
    assert portal.post(f"{BASE}{pk}/resume/").status_code == 409


def test_a_run_is_proved_and_handed_over(portal: Client) -> None:
    pk = begin(portal).json()["id"]
    run(pk)
    told = portal.post(f"{BASE}{pk}/verify/").json()
    assert (told["outcome"], told["hits"]) == ("same", 1)
    assert portal.get(f"{BASE}{pk}/report.json").json()["report"] == "screening report"
    refused = portal.get(f"{BASE}{pk}/certificate.json")
    assert (refused.status_code, refused.json()["code"]) == (409, "refused")
    assert portal.get(f"{BASE}{pk}/novel.json").status_code == 404


def test_hits_are_filtered_and_paged(portal: Client) -> None:
    rows = [{"name": "Zvezda Shipping", "reference": str(at)} for at in range(12)]
    pk = begin(portal, rows=rows).json()["id"]
    run(pk)
    seen: list[int] = []
    address = f"{BASE}{pk}/hits/?page_size=5"
    while address:
        page = portal.get(address).json()
        seen += [hit["row"] for hit in page["results"]]
        address = page["next"]
    assert seen == list(range(1, 13))
    assert [hit["row"] for hit in portal.get(f"{BASE}{pk}/hits/?row=3").json()["results"]] == [3]
    assert portal.get(f"{BASE}{pk}/hits/?direct=false").json()["results"] == []
    assert portal.get(f"{BASE}{pk}/hits/?suppressed=true").json()["results"] == []
    assert portal.get(f"{BASE}{pk}/hits/?colour=red").status_code == 400
    assert portal.get(f"{BASE}?state=done").json()["results"][0]["id"] == pk


def test_more_runs_and_hits_take_no_more_queries(portal: Client) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert portal.get(address).status_code == 200
        return len(captured)

    few = begin(portal, rows=[{"name": "Zvezda Shipping"}]).json()["id"]
    run(few)
    queries(BASE)  # writes the key's last use
    lists, hits = queries(BASE), queries(f"{BASE}{few}/hits/")
    many = begin(portal, rows=[{"name": "Zvezda Shipping", "reference": str(at)} for at in range(9)]).json()[
        "id"
    ]
    run(many)
    assert queries(BASE) == lists
    assert queries(f"{BASE}{many}/hits/") == hits


def test_broken_json_and_odd_bodies_are_told(portal: Client) -> None:
    assert portal.post(BASE, io.BytesIO(b"{").read(), content_type="application/json").status_code == 400
    assert portal.post(BASE, b"a,b", content_type="text/csv").status_code == 415
    assert "columns" in upload(portal, b"name\nx\n", columns="{").json()["detail"]
    assert upload(portal, b"name\nExample\n", columns="[]").status_code == 400


def test_characters_that_no_text_may_hold_are_told_or_dropped(portal: Client) -> None:
    for name, value in (
        ("portfolio", "a\ud800b"),
        ("reason", "a\ud800b"),
        ("rows", [{"name": "a\x00b\ud800"}]),
    ):
        answer = begin(portal, {"portfolio": "Footwear suppliers", "rows": ROWS} | {name: value})
        assert answer.status_code == 400
        assert name in answer.json()["detail"]
    told = upload(portal, b"na\0me,b\0c\nExam\0ple,x\n").json()
    assert told["problem_examples"] == [
        {"row": 1, "problem": "The name holds control characters; they are dropped."}
    ]


def test_a_person_signed_in_may_too(portfolio: Portfolio, client: Client) -> None:
    ana: User = a_user("ana", "analyst", "Purchasing")
    client.force_login(ana)
    assert begin(client).status_code == 201
