"""The first page of the desk: a person's own work in numbers, and alerts that are seen once."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from screening.charts import chart
from screening.deciding import Word, decide
from screening.figures import figures
from screening.models import Alert, AuditEvent, Hit, Portfolio
from tests.desk import a_hit, a_portfolio, a_run, a_subject, a_user

pytestmark = pytest.mark.django_db
BASELINE = json.loads((Path(__file__).parent / "query_counts.json").read_text())
PAGES = [path for path in BASELINE if path.startswith("/admin/")]
NOT_THEM, THEM = Word("false_positive", "other_country"), Word("true_match", "same_identifier")


@pytest.fixture
def portfolio() -> Portfolio:
    return a_portfolio(four_eyes=False)


@pytest.fixture
def ana(portfolio: Portfolio) -> User:
    return a_user("ana", "analyst", "Purchasing")


@pytest.fixture
def hits(portfolio: Portfolio) -> list[Hit]:
    run = a_run(portfolio, rows=200, rows_done=200, hits_found=5)
    return [a_hit(run, a_subject(portfolio, f"Zvezda {n}"), row=n) for n in range(5)]


def an_alert(hit: Hit, kind: str = "new", cause: str = "us_ofac_sdn of 2026-11-20") -> Alert:
    return Alert.objects.create(
        portfolio=hit.subject.portfolio,
        subject=hit.subject,
        entity_id=hit.entity_id,
        company_id=hit.company_id,
        kind=kind,
        screening=hit.screening,
        hit=hit,
        cause=cause,
        difference={"names": [["Zvezda"], ["Zvezda Shipping"]]},
    )


def test_the_figures_count_what_is_open_decided_and_found(hits: list[Hit], ana: User) -> None:
    for hit in hits[:3]:
        decide(hit.pk, ana, NOT_THEM, 0)
    decide(hits[3].pk, ana, THEM, 0)
    found = figures(ana)
    assert {value: number for value, _, number in found.work}["open"] == 1
    week = found.weeks[-1]
    assert (week.rows, week.hits, week.decided, week.false) == (200, 5, 4, 3)
    assert (week.hit_share, week.false_share) == (5 / 200, 3 / 4)
    assert week.hours is not None
    assert week.hours < 1
    (brought,) = found.lists
    assert (brought.dataset, brought.hits, brought.open, brought.true, brought.false) == (
        "us_ofac_sdn",
        5,
        1,
        1,
        3,
    )


def test_a_week_without_screening_has_no_rate(ana: User) -> None:
    week = figures(ana).weeks[0]
    assert (week.hit_share, week.false_share, week.hours) == (None, None, None)
    assert figures(ana).weeks[-1].monday <= timezone.localdate()


def test_a_first_word_counts_as_decided_only_when_it_is_confirmed(hits: list[Hit], ana: User) -> None:
    Portfolio.objects.update(four_eyes=True)
    boris = a_user("boris", "reviewer", "Purchasing")
    decide(hits[0].pk, ana, NOT_THEM, 0)
    assert figures(ana).weeks[-1].decided == 0
    assert (figures(boris).confirm, figures(ana).confirm) == (1, 0)
    decide(hits[0].pk, boris, NOT_THEM, 1)
    assert figures(ana).weeks[-1].decided == 1
    assert figures(boris).confirm == 0


def test_another_teams_work_is_not_counted(hits: list[Hit], client: Client) -> None:
    an_alert(hits[0])
    found = figures(a_user("olga", "reviewer", "Brand"))
    assert {number for _, _, number in found.work} == {0}
    assert (found.alerts, found.lists, found.weeks[-1].rows) == (0, [], 0)


def test_a_chart_leaves_a_gap_where_there_is_no_number() -> None:
    drawn = chart("Hits", [("a", None, "–"), ("b", 0.0, "0"), ("c", 4.0, "4"), ("d", 2.0, "2")])
    heights = [bar.height for bar in drawn.bars]
    assert heights[:2] == [0, 0]
    assert heights[2] == 2 * heights[3]
    assert [bar.text for bar in drawn.bars] == ["", "0", "4", "2"]
    assert all(0 <= bar.y <= drawn.base for bar in drawn.bars)


def test_the_home_page_says_the_numbers_of_its_charts_as_a_table(
    hits: list[Hit], ana: User, client: Client
) -> None:
    client.force_login(ana)
    text = client.get("/admin/").content.decode()
    assert "<strong>5</strong> open" in text
    assert 'role="img" aria-label="Hits per 100 names screened. 2.5"' in text
    assert "The numbers as a table" in text


def test_alerts_are_marked_as_seen_once_and_by_name(hits: list[Hit], ana: User, client: Client) -> None:
    alerts = [an_alert(hit) for hit in hits[:2]]
    client.force_login(ana)
    body = {"action": "mark_seen", "_selected_action": [row.pk for row in alerts]}
    client.post("/admin/screening/alert/", body)
    assert set(Alert.objects.values_list("seen_by__username", flat=True)) == {"ana"}
    boris = a_user("boris", "reviewer", "Purchasing")
    client.force_login(boris)
    client.post("/admin/screening/alert/", body)
    assert set(Alert.objects.values_list("seen_by__username", flat=True)) == {"ana"}
    assert AuditEvent.objects.filter(action="seen").count() == 2


@pytest.mark.parametrize(("role", "team"), [("auditor", "Purchasing"), ("analyst", "Brand")])
def test_who_only_reads_and_who_is_a_stranger_marks_nothing(
    hits: list[Hit], role: str, team: str, client: Client
) -> None:
    alert = an_alert(hits[0])
    client.force_login(a_user("someone", role, team))
    client.post("/admin/screening/alert/", {"action": "mark_seen", "_selected_action": [alert.pk]})
    alert.refresh_from_db()
    assert alert.seen_at is None
    shown = client.get(f"/admin/screening/alert/{alert.pk}/change/")
    assert (shown.status_code == 200) == (role == "auditor")


def test_an_alert_shows_what_changed(hits: list[Hit], ana: User, client: Client) -> None:
    alert = an_alert(hits[0], "changed")
    client.force_login(ana)
    text = client.get(f"/admin/screening/alert/{alert.pk}/change/").content.decode()
    assert "us_ofac_sdn of 2026-11-20" in text
    assert "<bdi>Zvezda Shipping</bdi>" in text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_desk_takes_the_queries_of_the_baseline(
    path: str, hits: list[Hit], ana: User, client: Client
) -> None:
    client.force_login(ana)
    for hit in hits:
        an_alert(hit)
        decide(hit.pk, ana, NOT_THEM, 0)
    run = a_run(hits[0].subject.portfolio, created_at=timezone.now() - timedelta(days=9))
    a_hit(run, a_subject(hits[0].subject.portfolio, "Lopukh"), dataset="eu_fsf")
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    assert len(queries) == BASELINE[path]
