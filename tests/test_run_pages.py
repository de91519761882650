"""The pages of runs: upload, check the columns, start, follow, stop and prove."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from screening.models import AuditEvent, Portfolio, Screening
from screening.runs import run
from screening.starting import Input, start
from screening.suppliers import given_suppliers
from tests.builders import a_dataset, a_listed, a_name
from tests.desk import a_portfolio, a_user
from tests.test_suppression import decided

pytestmark = pytest.mark.django_db
UPLOAD = "admin:screening_upload"
CSV = "Betrieb;Land;Ort\nZvezda Shipping;Russland;Murmansk\nPlain Bakery;Atlantis;Kaluga\n;Frankreich;\n"


@pytest.fixture
def portfolio() -> Portfolio:
    a_listed("Zvezda Shipping JSC", "us-ofac-blocking")
    return a_portfolio()


@pytest.fixture
def ana(portfolio: Portfolio, client: Client) -> Client:
    client.force_login(a_user("ana", "analyst", "Purchasing"))
    return client


def upload(
    client: Client, portfolio: Portfolio, content: bytes = CSV.encode(), name: str = "Lieferanten.csv"
) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse(UPLOAD), {"portfolio": portfolio.pk, "file": file, "reason": "Review"})


def went(client: Client, address: str) -> str:
    """Say where an address leads on to."""
    return client.get(address).headers["Location"]


def a_run(portfolio: Portfolio, number: int = 1) -> Screening:
    rows = [{"name": "Zvezda Shipping", "reference": str(at)} for at in range(number)]
    return start(portfolio, given_suppliers(rows), Input("suppliers.csv", "ab" * 32, 9), by=None)


def test_a_file_is_checked_mapped_and_started(ana: Client, portfolio: Portfolio, data_folder: Path) -> None:
    preview = upload(ana, portfolio)
    assert preview.status_code == 302
    page = ana.get(preview.url).content.decode()
    assert "No column of Lieferanten.csv is known to hold the name" in page
    assert "Start screening" not in page
    columns = {"column-name": "Betrieb", "column-country": "Land", "column-address": "Ort"}
    page = ana.get(preview.url, columns).content.decode()
    assert "Start screening" in page
    assert "The country “Atlantis” is not known" in page
    assert "It has no name, so it is not asked." in page
    assert "All 3 rows were read; 2 of them have a problem." in page
    begun: Any = ana.post(preview.url, columns)
    screening = Screening.objects.get()
    assert begun.url == reverse("admin:screening_run", args=[screening.pk])
    assert screening.by is not None
    assert (screening.by.username, screening.reason, screening.problems) == ("ana", "Review", 2)
    assert list((data_folder / "uploads").iterdir()) == []
    run(screening.pk)
    page = ana.get(begun.url).content.decode()
    assert "Zvezda Shipping JSC" in page
    assert "Verify the receipt" in page
    # The next file's columns are known.
    page = ana.get(upload(ana, portfolio).url).content.decode()
    assert "<option selected>Betrieb</option>" in page
    assert "Start screening" in page


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.csv", "empty.csv is empty."),
        (b"<!DOCTYPE html><p>", "x.xls", "x.xls is a web page or XML, not a spreadsheet"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "old.xls",
            "old.xls is a workbook of Excel 97-2003",
        ),
        (b"PK\x03\x04 cut", "x.xlsx", "x.xlsx is cut off or damaged"),
        ((",".join(f"c{n}" for n in range(300)) + "\n").encode(), "wide.csv", "wide.csv has 300 columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_before_any_work(
    ana: Client, portfolio: Portfolio, data_folder: Path, content: bytes, name: str, said: str
) -> None:
    answer = upload(ana, portfolio, content, name)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not (data_folder / "uploads").exists() or list((data_folder / "uploads").iterdir()) == []


def test_a_file_that_is_too_large_is_refused_without_being_written(
    ana: Client, portfolio: Portfolio, settings: Settings, data_folder: Path
) -> None:
    settings.SCREENING_MAX_MB = 1
    answer = upload(ana, portfolio, b"name\n" + b"x" * (3 << 20))
    assert "The file is larger than 1 MB" in answer.content.decode()
    assert not (data_folder / "uploads").exists()


def test_too_many_rows_are_refused_when_it_is_started(
    ana: Client, portfolio: Portfolio, settings: Settings
) -> None:
    settings.SCREENING_MAX_ROWS = 1
    preview = upload(ana, portfolio, b"name\nOne Example\nAnother Example\n")
    page = ana.post(preview.url, {"column-name": "name"}).content.decode()
    assert "The file has more than 1 row;" in page
    assert not Screening.objects.exists()


def test_a_name_that_leads_elsewhere_stays_in_its_folder(
    ana: Client, portfolio: Portfolio, data_folder: Path
) -> None:
    upload(ana, portfolio, name="../../../etc/passwd")
    (folder,) = (data_folder / "uploads").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["passwd", "upload.json"]


def test_an_upload_is_its_owners_alone(ana: Client, portfolio: Portfolio) -> None:
    address = upload(ana, portfolio).url
    boris = Client()
    boris.force_login(a_user("boris", "analyst", "Purchasing"))
    assert went(boris, address) == reverse(UPLOAD)
    assert went(ana, reverse("admin:screening_preview", args=["nothing-of-this-name-at-all"])) == reverse(
        UPLOAD
    )


def test_a_file_goes_into_a_portfolio_of_the_own_team_alone(ana: Client) -> None:
    other = a_portfolio("Sponsors", team="Brand")
    answer = upload(ana, other)
    assert (answer.status_code, "Choose the portfolio" in answer.content.decode()) == (400, True)


def test_progress_is_told_to_the_script_that_asks(ana: Client, portfolio: Portfolio) -> None:
    screening = a_run(portfolio)
    page = ana.get(reverse("admin:screening_run", args=[screening.pk])).content.decode()
    assert 'src="/static/screening/run.js" defer' in page
    address = reverse("admin:screening_progress", args=[screening.pk])
    assert ana.get(address).json() == {
        "state": "waiting",
        "over": False,
        "percent": 0,
        "rows_done": 0,
        "hits": 0,
        "suppressed": 0,
        "said": "0 of 1 row, 0 hits, 0 of them answered by earlier decisions",
    }
    run(screening.pk)
    assert (ana.get(address).json()["over"], ana.get(address).json()["percent"]) == (True, 100)


def test_a_run_without_a_worker_says_so(ana: Client, portfolio: Portfolio) -> None:
    screening = a_run(portfolio)
    Screening.objects.update(created_at="2026-01-01T00:00:00Z")
    told = ana.get(reverse("admin:screening_progress", args=[screening.pk])).json()["said"]
    assert told == "No worker has taken it up yet; `manage.py serve` runs one."


def test_a_run_is_cancelled_resumed_and_verified_from_its_page(ana: Client, portfolio: Portfolio) -> None:
    screening = a_run(portfolio)

    def press(what: str) -> str:
        address = reverse(f"admin:screening_{what}", args=[screening.pk])
        assert ana.get(address).status_code == 405
        return ana.post(address, follow=True).content.decode()

    assert "Cancelled by ana." in press("cancel")
    assert "It is cancelled already." in press("cancel")
    assert "It goes on where it stopped" in press("resume")
    run(screening.pk)
    assert "It is done; only what was cancelled or failed is resumed." in press("resume")
    assert "The same: 1 row run again on the same versions gave the same 1 hit." in press("verify")
    assert {"screened", "cancelled", "resumed", "verified", "viewed"} == set(
        AuditEvent.objects.values_list("action", flat=True)
    )


def test_what_earlier_decisions_answer_is_counted_and_listed(ana: Client, portfolio: Portfolio) -> None:
    Portfolio.objects.update(four_eyes=False)
    first = a_run(portfolio)
    run(first.pk)
    user = User.objects.get(username="ana")
    decided(first.hits.get(), user, expires_on=timezone.localdate() + timedelta(days=30))
    again = a_run(portfolio)
    run(again.pk)
    page = ana.get(reverse("admin:screening_run", args=[again.pk])).content.decode()
    assert "1 of them answered by earlier decisions" in page
    assert "Answered by earlier decisions: 1" in page
    assert "false positive, ana, " in page
    assert "No hit to decide on." in page
    a_name(a_dataset("us_ofac_sdn").entities.get(), "Star Shipping")
    third = a_run(portfolio)
    run(third.pk)
    page = ana.get(reverse("admin:screening_run", args=[third.pk])).content.decode()
    assert "asked again" in page
    assert "the listed party’s names changed" in page


@pytest.mark.parametrize(("role", "team", "status"), [("analyst", "Brand", 404), ("auditor", "Brand", 200)])
def test_a_run_is_seen_by_its_team_and_by_auditors(
    client: Client, portfolio: Portfolio, role: str, team: str, status: int
) -> None:
    screening = a_run(portfolio)
    client.force_login(a_user("olga", role, team))
    assert client.get(reverse("admin:screening_run", args=[screening.pk])).status_code == status
    listed = client.get(reverse("admin:screening_runs")).content.decode()
    assert ("suppliers.csv" in listed) is (status == 200)


def test_an_auditor_starts_and_stops_nothing(client: Client, portfolio: Portfolio) -> None:
    screening = a_run(portfolio)
    client.force_login(a_user("vera", "auditor"))
    assert client.get(reverse(UPLOAD)).status_code == 403
    assert client.post(reverse("admin:screening_cancel", args=[screening.pk])).status_code == 403
    page = client.get(reverse("admin:screening_run", args=[screening.pk])).content.decode()
    assert ">Cancel<" not in page


def test_more_hits_and_runs_take_no_more_queries(ana: Client, portfolio: Portfolio) -> None:
    def queries(name: str, *args: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ana.get(reverse(f"admin:{name}", args=args)).status_code == 200
        return len(captured)

    small = a_run(portfolio, 1)
    run(small.pk)
    page, listed = queries("screening_run", small.pk), queries("screening_runs")
    large = a_run(portfolio, 60)
    run(large.pk)
    assert queries("screening_run", large.pk) == page
    assert queries("screening_runs") == listed
    assert queries("screening_progress", large.pk) <= 6
