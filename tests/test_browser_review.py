"""Walk the review queue as people do: by the keyboard, one after the other, and two at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from matching import compare
from screening.models import Decision, Hit
from screening.queue import standing_hits
from screening.roles import synchronised
from tests.builders import a_listed, a_name
from tests.desk import a_hit, a_portfolio, a_run, a_subject, a_user
from tests.test_browser_vet import browser

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = ("海康威视数字技术有限公司", "شركة النجم للتجارة", "ООО «Звезда» Шиппинг")


@pytest.fixture
def team() -> tuple[User, User]:
    # The database is emptied after each of these tests, and the roles with it.
    synchronised()
    return a_user("ana", "analyst", "Purchasing"), a_user("boris", "reviewer", "Purchasing")


@pytest.fixture
def hits(team: tuple[User, User]) -> list[Hit]:
    portfolio = a_portfolio()
    run = a_run(portfolio)
    party = a_listed("Zvezda Shipping JSC", "us-ofac-blocking")
    a_name(party, "АО «Звезда Шиппинг»")
    return [
        a_hit(
            run,
            a_subject(portfolio, name, country="cn", reference=f"S-{row}"),
            row=row,
            score=0.97 - row / 100,
            entity_id=party.pk,
            company_id=party.pk,
            explanation=compare(name, "АО «Звезда Шиппинг»").explanation.as_dict(),
        )
        for row, name in enumerate(NAMES)
    ]


@pytest.fixture
def as_person(browser: Browser, live_server: Any) -> Iterator[Any]:
    pages: list[Page] = []

    def logged_in(user: User, width: int = 1280) -> Page:
        page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
        pages.append(page)
        page.goto(f"{live_server.url}/admin/review/")
        page.fill("#id_username", user.username)
        page.fill("#id_password", "correct horse battery staple")
        page.keyboard.press("Enter")
        page.locator(".wl-page h1").wait_for()
        return page

    yield logged_in
    for page in pages:
        page.context.close()


def test_an_analyst_decides_by_the_keyboard_and_a_second_person_confirms(
    hits: list[Hit], team: tuple[User, User], as_person: Any
) -> None:
    ana = as_person(team[0])
    ana.keyboard.press("?")
    expect(ana.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    ana.keyboard.press("Escape")
    ana.keyboard.press("j")
    ana.keyboard.press("Enter")
    expect(ana.locator(".wl-page h1")).to_have_text(NAMES[0])
    ana.keyboard.press("j")
    expect(ana.locator(".wl-page h1")).to_have_text(NAMES[1])
    ana.keyboard.press("k")
    expect(ana.locator(".wl-page h1")).to_have_text(NAMES[0])
    ana.keyboard.press("2")
    expect(ana.get_by_label("Reason")).to_be_focused()
    for _ in ("country", "name", "line of business"):
        ana.keyboard.press("ArrowDown")
    ana.keyboard.press("Enter")
    # Saved, and on to the next hit of the queue.
    expect(ana.locator(".wl-page h1")).to_have_text(NAMES[1])
    row = Decision.objects.get()
    assert (row.hit, row.verdict, row.reason) == (hits[0], "false_positive", "other_business")
    boris = as_person(team[1])
    boris.get_by_label("State").select_option("second look")
    boris.get_by_role("button", name="Show").click()
    boris.get_by_role("link", name="Zvezda Shipping JSC").click()
    expect(boris.get_by_text("Yours is the second look")).to_be_visible()
    boris.keyboard.press("2")
    boris.get_by_label("Reason").select_option("another line of business")
    boris.keyboard.press("Tab")
    boris.keyboard.type("Seen: 2 bakeries, no ships.")
    boris.keyboard.press("Control+Enter")
    expect(boris.get_by_text("Nothing waits that answers this question.")).to_be_visible()
    second = Decision.objects.get(number=2)
    assert (second.by, second.confirms, second.note) == (team[1], row, "Seen: 2 bakeries, no ships.")
    assert standing_hits(team[0]).get(pk=hits[0].pk).standing == "decided"


def test_of_two_reviewers_at_once_the_second_reads_what_the_first_said(
    hits: list[Hit], team: tuple[User, User], as_person: Any
) -> None:
    ana, boris = as_person(team[0]), as_person(team[1])
    for page in (ana, boris):
        page.get_by_role("link", name="Zvezda Shipping JSC").first.click()
        expect(page.get_by_role("heading", name="Decide")).to_be_visible()
    for page, verdict, reason in (
        (ana, "false positive", "another country"),
        (boris, "true match", "the same name and place"),
    ):
        page.get_by_label(verdict).check()
        page.get_by_label("Reason").select_option(reason)
        page.get_by_label("Note").fill(f"Says {page is ana and 'ana' or 'boris'}.")
        page.get_by_role("button", name="Save and go on").click()
        page.wait_for_load_state()
    expect(boris.get_by_role("alert")).to_contain_text("ana decided on")
    expect(boris.get_by_label("Note")).to_have_value("Says boris.")
    expect(boris.get_by_label("true match")).to_be_checked()
    assert Decision.objects.count() == 1
    # Having read it, boris says it again: now it is a second look that does not agree.
    boris.get_by_role("button", name="Save and go on").click()
    boris.wait_for_load_state()
    assert standing_hits(team[1]).get(pk=hits[0].pk).standing == "escalated"


@pytest.mark.parametrize("width", [1280, 390])
def test_review_pages_fit_and_ask_no_other_host(
    hits: list[Hit], team: tuple[User, User], as_person: Any, live_server: Any, width: int
) -> None:
    page = as_person(team[1], width)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    paths = (
        "/admin/",
        "/admin/review/",
        *(f"/admin/review/{hit.pk}/" for hit in hits),
        f"/admin/review/party/{hits[0].entity_id}/",
        "/admin/screening/portfolio/",
        f"/admin/screening/subject/{hits[0].subject_id}/change/",
        "/admin/screening/alert/",
        "/admin/screening/auditevent/",
    )
    for path in paths:
        page.goto(f"{live_server.url}{path}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        unnamed = page.locator(".wl-page :is(input:not([type=hidden]), select, textarea)").evaluate_all(
            "all => all.filter(one => !one.labels?.length && !one.ariaLabel).map(one => one.name)"
        )
        assert unnamed == [], path
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []


def test_single_keys_can_be_switched_off(hits: list[Hit], team: tuple[User, User], as_person: Any) -> None:
    page = as_person(team[0])
    page.get_by_role("link", name="Zvezda Shipping JSC").first.click()
    page.wait_for_url("**/admin/review/*/")
    page.keyboard.press("?")
    page.get_by_label("Single keys work on this machine").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("2")
    expect(page.get_by_label("false positive")).not_to_be_checked()
