"""The review pages: who sees which, what a person does there, and the trace that each look leaves."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matching import compare
from screening.models import (
    Alert,
    Assignment,
    AuditEvent,
    Comment,
    Decision,
    Delivery,
    Hit,
    Portfolio,
    Subject,
    Team,
    Webhook,
)
from screening.telling import calls_owed
from tests.builders import a_listed, a_name
from tests.desk import a_hit, a_portfolio, a_run, a_subject, a_user

pytestmark = pytest.mark.django_db

ROLES = ("analyst", "reviewer", "administrator", "auditor", "service account")
WORD = {"verdict": "false_positive", "reason": "other_country", "note": "A bakery in Kaluga.", "seen": "0"}


@pytest.fixture
def portfolio() -> Portfolio:
    return a_portfolio()


@pytest.fixture
def ana(portfolio: Portfolio) -> User:
    return a_user("ana", "analyst", "Purchasing")


@pytest.fixture
def boris(portfolio: Portfolio) -> User:
    return a_user("boris", "reviewer", "Purchasing")


@pytest.fixture
def hit(portfolio: Portfolio) -> Hit:
    party = a_listed("Zvezda Shipping JSC", "us-ofac-blocking")
    a_name(party, "АО «Звезда Шиппинг»")
    subject = a_subject(portfolio, "Zvezda Shiping", country="ru", reference="S-17")
    return a_hit(
        a_run(portfolio),
        subject,
        entity_id=party.pk,
        company_id=party.pk,
        explanation=compare("Zvezda Shiping", "Zvezda Shipping JSC").explanation.as_dict(),
    )


def logged_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


# Per page: the roles of the team that may have it, the roles that may have it without being of the team.
READERS = {*ROLES}
DESK = READERS - {"service account"}
ALL_TEAMS = {"administrator", "auditor"}
PAGES: dict[str, tuple[set[str], set[str]]] = {
    "/admin/review/": (READERS, READERS),
    "/admin/review/{hit}/": (READERS, ALL_TEAMS),
    "/admin/review/party/{party}/": (READERS, ALL_TEAMS),
    "/admin/screening/portfolio/": (DESK, DESK),
    "/admin/screening/portfolio/add/": ({"administrator"}, {"administrator"}),
    "/admin/screening/portfolio/{portfolio}/change/": (DESK, ALL_TEAMS),
    "/admin/screening/subject/": (READERS, READERS),
    "/admin/screening/subject/add/": ({"administrator"}, {"administrator"}),
    "/admin/screening/subject/{subject}/change/": (READERS, ALL_TEAMS),
    "/admin/screening/subject/{subject}/history/": (READERS, ALL_TEAMS),
    "/admin/screening/team/": (DESK, DESK),
    "/admin/screening/team/add/": ({"administrator"}, {"administrator"}),
    "/admin/screening/team/{team}/change/": (DESK, ALL_TEAMS),
    "/admin/screening/auditevent/": (DESK, DESK),
    "/admin/screening/auditevent/{event}/change/": (DESK, ALL_TEAMS),
    "/admin/screening/alert/": (READERS, READERS),
    "/admin/screening/alert/{alert}/change/": (READERS, ALL_TEAMS),
    "/admin/screening/webhook/": (DESK, DESK),
    "/admin/screening/webhook/add/": ({"administrator"}, {"administrator"}),
    "/admin/screening/webhook/{webhook}/change/": (DESK, ALL_TEAMS),
    "/admin/screening/delivery/": (DESK, DESK),
    "/admin/screening/delivery/{delivery}/change/": (DESK, ALL_TEAMS),
    "/admin/screening/dossier/{subject}/dossier.json": (READERS, ALL_TEAMS),
}
# What changes something, with a body that would do it.
ACTS: dict[str, tuple[dict[str, str], set[str]]] = {
    "/admin/review/{hit}/decide/": (WORD, {"analyst", "reviewer", "administrator"}),
    "/admin/review/{hit}/comment/": ({"text": "Seen."}, {"analyst", "reviewer", "administrator"}),
    "/admin/review/{hit}/assign/": ({"to": ""}, {"analyst", "reviewer", "administrator"}),
    "/admin/review/party/{party}/": (WORD | {"hit": "{hit}:0"}, {"analyst", "reviewer", "administrator"}),
    "/admin/screening/subject/{subject}/change/": (
        {"name": "Zvezda", "country": "ru"},
        {"analyst", "reviewer", "administrator"},
    ),
    "/admin/screening/portfolio/{portfolio}/change/": (
        {"name": "Footwear", "team": "{team}"},
        {"administrator"},
    ),
    "/admin/screening/team/{team}/change/": ({"name": "Buying"}, {"administrator"}),
    "/admin/screening/alert/": (
        {"action": "mark_seen", "_selected_action": "{alert}"},
        {"analyst", "reviewer", "administrator"},
    ),
    "/admin/screening/delivery/": (
        {"action": "send_again", "_selected_action": "{delivery}"},
        {"administrator"},
    ),
    "/admin/screening/webhook/{webhook}/change/": (
        {"url": "https://elsewhere.example.org/", "secret": "s", "portfolio": "{portfolio}"},
        {"administrator"},
    ),
    "/admin/screening/webhook/{webhook}/delete/": ({"post": "yes"}, {"administrator"}),
}


@pytest.fixture
def named(hit: Hit, portfolio: Portfolio) -> dict[str, Any]:
    event = AuditEvent.objects.record("viewed", hit, by=None, portfolio=portfolio)
    alert = Alert.objects.create(
        portfolio=portfolio,
        subject=hit.subject,
        entity_id=hit.entity_id,
        company_id=hit.company_id,
        kind="new",
        screening=hit.screening,
        hit=hit,
        cause="us_ofac_sdn of 2026-11-20",
    )
    hook = Webhook.objects.create(portfolio=portfolio, url="https://hooks.example.org/")
    (delivery,) = calls_owed([alert])
    return {
        "hit": hit.pk,
        "party": hit.entity_id,
        "portfolio": portfolio.pk,
        "subject": hit.subject_id,
        "team": portfolio.team_id,
        "event": event.pk,
        "alert": alert.pk,
        "webhook": hook.pk,
        "delivery": delivery.pk,
    }


def written() -> tuple[Any, ...]:
    said = tuple(model.objects.count() for model in (Decision, Comment, Assignment))
    names = (Subject.objects.get().name, Portfolio.objects.get().name)
    sent = (Alert.objects.filter(seen_at=None).count(), Delivery.objects.count())
    hooks = Webhook.objects.values_list("url", flat=True)
    return (*said, *names, *sent, *hooks, *Team.objects.order_by("pk").values_list("name", flat=True))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", PAGES)
def test_each_role_has_the_pages_that_are_its_own(
    path: str, role: str, named: dict[str, Any], client: Client
) -> None:
    member, stranger = a_user("member", role, "Purchasing"), a_user("stranger", role, "Brand")
    for user, allowed in ((member, PAGES[path][0]), (stranger, PAGES[path][1])):
        answer = logged_in(client, user).get(path.format(**named))
        assert (answer.status_code == 200) == (role in allowed), (user.username, answer.status_code)
        if user is stranger and role not in ALL_TEAMS:
            assert "Zvezda" not in answer.content.decode()
            assert "Footwear" not in answer.content.decode()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", ACTS)
def test_each_role_changes_what_it_may_and_nothing_else(
    path: str, role: str, named: dict[str, Any], client: Client
) -> None:
    body, allowed = ACTS[path]
    said = {key: value.format(**named) for key, value in body.items()}
    before = written()
    outsider = a_user("stranger", role, "Brand")
    before = (*before, *Team.objects.exclude(name__in=before).values_list("name", flat=True))
    if role not in ALL_TEAMS:
        logged_in(client, outsider).post(path.format(**named), said)
        assert sorted(map(str, written())) == sorted(map(str, before))
    member = a_user("member", role, "Purchasing")
    logged_in(client, member).post(path.format(**named), said)
    assert (sorted(map(str, written())) != sorted(map(str, before))) == (role in allowed)


@pytest.mark.parametrize("path", PAGES)
def test_nobody_sees_a_page_without_logging_in(path: str, named: dict[str, Any], client: Client) -> None:
    assert client.get(path.format(**named)).status_code == 302


def test_names_are_offered_only_to_whom_they_belong(hit: Hit, client: Client) -> None:
    a_portfolio("Sponsors", team="Brand")
    adam = a_user("adam", "analyst", "Purchasing")
    text = page(logged_in(client, adam), f"/admin/screening/subject/{hit.subject_id}/change/")
    text += page(client, "/admin/screening/subject/") + page(client, "/admin/review/")
    assert "Footwear suppliers" in text
    assert "Sponsors" not in text


def test_the_hit_page_sets_both_sides_beside_each_other(hit: Hit, ana: User, client: Client) -> None:
    text = page(logged_in(client, ana), f"/admin/review/{hit.pk}/")
    assert '<mark class="wl-pair wl-near">Shiping<sup>2</sup></mark>' in text
    assert "АО «Звезда Шиппинг»" in text
    assert "one or two letters differ" in text
    # The country differs, and a word says so.
    assert 'wl-warn">differs' in text
    assert "The listed party's record as published" in text
    assert "<script>" not in text.split("wl-page", 1)[1]


def test_each_look_at_a_hit_is_in_the_trail(hit: Hit, ana: User, client: Client) -> None:
    page(logged_in(client, ana), f"/admin/review/{hit.pk}/")
    page(client, f"/admin/review/party/{hit.entity_id}/")
    first, second = AuditEvent.objects.filter(action="viewed").order_by("number")
    assert (first.username, first.kind, first.object_id) == ("ana", "hit", str(hit.pk))
    assert first.detail["receipt"] == hit.screening.receipt
    assert second.detail == {"party": hit.entity_id, "hits": [hit.pk]}


def test_a_decision_leads_to_the_next_hit_of_the_same_question(
    hit: Hit, portfolio: Portfolio, ana: User, client: Client
) -> None:
    weaker = a_hit(a_run(portfolio), a_subject(portfolio, "Zvezda Bakery"), score=0.81)
    answer = logged_in(client, ana).post(f"/admin/review/{hit.pk}/decide/?way=direct", WORD)
    assert answer["Location"] == f"/admin/review/{weaker.pk}/?way=direct"
    answer = client.post(f"/admin/review/{weaker.pk}/decide/?way=direct&state=open", WORD)
    assert answer["Location"] == "/admin/review/?state=open&way=direct"


def test_the_second_of_two_reviewers_reads_what_the_first_said(
    hit: Hit, ana: User, boris: User, client: Client
) -> None:
    logged_in(client, ana).post(f"/admin/review/{hit.pk}/decide/", WORD)
    word = {"verdict": "true_match", "reason": "same_identifier", "note": "USCC agrees", "seen": "0"}
    answer = logged_in(client, boris).post(f"/admin/review/{hit.pk}/decide/", word)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "ana decided on" in text
    assert "Nothing was written over" in text
    # What boris wrote is still there, and the next attempt is made knowingly.
    assert "USCC agrees" in text
    assert 'name="seen" value="1"' in text
    assert Decision.objects.count() == 1


def test_a_word_without_a_reason_is_shown_again(hit: Hit, ana: User, client: Client) -> None:
    answer = logged_in(client, ana).post(f"/admin/review/{hit.pk}/decide/", WORD | {"reason": ""})
    assert answer.status_code == 400
    assert "Choose a reason." in answer.content.decode()
    assert "A bakery in Kaluga." in answer.content.decode()
    bad = client.post(f"/admin/review/{hit.pk}/decide/", WORD | {"expires_on": "soon"})
    assert "must be a date" in bad.content.decode()


def test_what_changed_since_an_earlier_decision_is_shown(
    hit: Hit, portfolio: Portfolio, ana: User, client: Client
) -> None:
    logged_in(client, ana).post(f"/admin/review/{hit.pk}/decide/", WORD)
    earlier = Decision.objects.get()
    difference = {"subject": {"address": {"before": "Kaluga", "after": "Vladivostok"}}}
    run = a_run(portfolio)
    newer = a_hit(
        run,
        hit.subject,
        entity_id=hit.entity_id,
        company_id=hit.company_id,
        reopens=earlier,
        difference=difference,
    )
    text = page(client, f"/admin/review/{hit.pk}/")
    assert "An earlier decision no longer holds" in text
    assert "<ins><bdi>Vladivostok</bdi></ins>" in text
    assert f"/admin/review/{newer.pk}/decide/" in text


def test_nobody_decides_on_a_newer_hit_than_they_saw(
    hit: Hit, portfolio: Portfolio, ana: User, client: Client
) -> None:
    page(logged_in(client, ana), f"/admin/review/{hit.pk}/")
    newer = a_hit(
        a_run(portfolio),
        hit.subject,
        entity_id=hit.entity_id,
        company_id=hit.company_id,
        entity_fingerprint="2" * 64,
    )
    answer = client.post(f"/admin/review/{hit.pk}/decide/", WORD)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "A newer screening found the same pair again" in text
    assert f"/admin/review/{newer.pk}/decide/" in text
    assert not Decision.objects.exists()


def test_twelve_subjects_are_told_apart_from_one_party_with_one_note(
    portfolio: Portfolio, ana: User, client: Client
) -> None:
    run = a_run(portfolio)
    hits = [a_hit(run, a_subject(portfolio, f"Zvezda Bakery {n}"), row=n) for n in range(12)]
    body = WORD | {"hit": [f"{row.pk}:0" for row in hits]}
    answer = logged_in(client, ana).post(f"/admin/review/party/{hits[0].entity_id}/", body, follow=True)
    assert "12 decisions on this party: false positive." in answer.content.decode()
    assert Decision.objects.filter(note="A bakery in Kaluga.").count() == 12


def test_a_subject_is_given_to_a_member_of_its_team_alone(
    hit: Hit, ana: User, boris: User, client: Client
) -> None:
    olga = a_user("olga", "analyst", "Brand")
    logged_in(client, ana).post(f"/admin/review/{hit.pk}/assign/", {"to": boris.pk})
    refused = client.post(f"/admin/review/{hit.pk}/assign/", {"to": olga.pk})
    assert refused.status_code == 400
    assert [row.to for row in Assignment.objects.all()] == [boris]
    assert "assigned to boris" in page(client, "/admin/review/")
    assert "Zvezda" in page(logged_in(client, boris), "/admin/review/?assigned=me")


def test_a_comment_stays_with_the_subject(hit: Hit, ana: User, client: Client) -> None:
    logged_in(client, ana).post(f"/admin/review/{hit.pk}/comment/", {"text": "Asked for <b>papers</b>."})
    assert "Asked for &lt;b&gt;papers&lt;/b&gt;." in page(client, f"/admin/review/{hit.pk}/")
    assert client.post(f"/admin/review/{hit.pk}/comment/", {"text": " "}).status_code == 400


def test_a_changed_subject_is_in_the_trail_with_both_sides(hit: Hit, ana: User, client: Client) -> None:
    body = {"name": "Zvezda Bakery", "country": "ru", "identifiers": "INN 7707083893"}
    logged_in(client, ana).post(f"/admin/screening/subject/{hit.subject_id}/change/", body)
    hit.subject.refresh_from_db()
    assert hit.subject.identifiers == [["INN", "7707083893"]]
    event = AuditEvent.objects.get(action="changed")
    assert event.detail["changed"]["name"] == ["Zvezda Shiping", "Zvezda Bakery"]
    text = page(client, f"/admin/review/{hit.pk}/")
    assert "The subject was changed after this hit was found" in text


def test_who_came_to_a_team_and_who_left_is_in_the_trail(hit: Hit, ana: User, client: Client) -> None:
    team, olga = hit.subject.portfolio.team, a_user("olga", "analyst", "Brand")
    logged_in(client, a_user("adam", "administrator"))
    client.post(f"/admin/screening/team/{team.pk}/change/", {"name": team.name, "members": [olga.pk]})
    event = AuditEvent.objects.get(kind="team")
    assert (event.username, event.detail["came"], event.detail["left"]) == ("adam", ["olga"], ["ana"])


@pytest.mark.parametrize(
    "path", ["/admin/review/", "/admin/screening/subject/", "/admin/screening/portfolio/"]
)
def test_more_rows_take_no_more_queries(path: str, portfolio: Portfolio, ana: User, client: Client) -> None:
    run = a_run(portfolio)
    logged_in(client, ana)
    counts = []
    for first in (0, 10):
        for n in range(first, first + 2 + first):
            a_hit(run, a_subject(portfolio, f"Zvezda {n}"), row=n)
        with CaptureQueriesContext(connection) as queries:
            page(client, path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_hit_with_more_history_takes_no_more_queries(
    hit: Hit, portfolio: Portfolio, ana: User, boris: User, client: Client
) -> None:
    counts = []
    for user in (ana, boris):
        logged_in(client, user).post(
            f"/admin/review/{hit.pk}/decide/", WORD | {"seen": str(Decision.objects.count())}
        )
        client.post(f"/admin/review/{hit.pk}/comment/", {"text": "Seen."})
        client.post(f"/admin/review/{hit.pk}/assign/", {"to": user.pk})
        with CaptureQueriesContext(connection) as queries:
            page(client, f"/admin/review/{hit.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
