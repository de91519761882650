"""Walk a company's page: the drawing, its slider, its table, the keyboard, a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin.utils import quote
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Browser, Page

from entities.models import Entity
from tests.ownership_worlds import CETC, EZVIZ, HIKVISION, a_group_of, hikvision_and_ezviz
from tests.test_browser_vet import browser

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What the drawing holds: names of its boxes, labels and classes of its lines.
DRAWN = """() => {
    const cy = document.getElementById("wl-graph")._cyreg.cy;
    return {
        boxes: cy.nodes().map((node) => node.data("label")),
        lines: cy.edges().map((edge) => [edge.data("atTarget") + edge.data("atSource"), edge.hasClass("ended")]),
        dashed: cy.edges().filter((edge) => edge.style("line-style") === "dashed").length,
        chosen: cy.$(".chosen").map((node) => node.data("label")),
    };
}"""


@pytest.fixture(params=[1280, 390])
def walk(request: Any, browser: Browser, live_server: Any, analyst: User) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": request.param, "height": 844}, reduced_motion="reduce")
    page.goto(f"{live_server.url}/admin/vet/")
    page.fill("#id_username", analyst.username)
    page.fill("#id_password", "correct horse battery staple")
    page.keyboard.press("Enter")
    page.get_by_label("Company name, in any script").wait_for()
    yield page
    page.close()


def visit(page: Page, live_server: Any, company: Entity, query: str = "") -> None:
    path = reverse("admin:entities_entity_change", args=[quote(company.pk)])
    page.goto(f"{live_server.url}{path}{query}")
    drawn(page, "part")


def drawn(page: Page, said: str) -> dict[str, Any]:
    """Wait until the page says what it drew, then return it."""
    page.wait_for_function(
        "said => document.getElementById('wl-graph-said').textContent.includes(said)", arg=said
    )
    found: dict[str, Any] = page.evaluate(DRAWN)
    return found


def edges_in_the_table(page: Page) -> set[tuple[str, str, bool]]:
    rows = page.locator("#wl-edges tbody tr")
    return {
        (
            row.locator("td").nth(1).inner_text().removeprefix("Share: "),
            row.locator("td").nth(2).inner_text().removeprefix("Kind: "),
            row.locator("td .wl-label").count() == 1,
        )
        for row in rows.all()
    }


def test_the_drawing_has_the_parties_the_shares_and_the_signs_of_measures(
    walk: Page, live_server: Any
) -> None:
    companies = hikvision_and_ezviz()
    visit(walk, live_server, companies[HIKVISION], "?as_of=2026-11-21")
    found = drawn(walk, "3 parties, 3 edges on 2026-11-21")
    assert sorted(found["boxes"]) == [CETC, EZVIZ, f"{HIKVISION}\n[X]"]
    assert sorted(found["lines"]) == [["48 %", False], ["60 %, ended\n2022-12-28", True], ["control", False]]
    assert found["dashed"] == 1
    assert "X export licence" in walk.locator("#wl-legend").inner_text()
    assert edges_in_the_table(walk) == {
        ("48 %", "shareholding", False),
        ("60 %", "shareholding", True),
        ("share not stated", "control", False),
    }
    parties = walk.locator("#wl-parties tbody th").all_inner_texts()
    assert sorted(parties) == [CETC, EZVIZ, HIKVISION]


def test_the_slider_stops_at_the_days_of_change_and_redraws_drawing_table_and_conclusions(
    walk: Page, live_server: Any
) -> None:
    companies = hikvision_and_ezviz()
    visit(walk, live_server, companies[EZVIZ], "?as_of=2026-11-21")
    drawn(walk, "on 2026-11-21")
    assert "red flag" in walk.locator("#wl-around").inner_text()
    walk.locator("#wl-slide").focus()
    walk.keyboard.press("Home")
    found = drawn(walk, "3 parties, 2 edges on 2019-10-09")
    assert sorted(found["lines"]) == [["60 %", False], ["control", False]]
    walk.wait_for_function(
        "document.getElementById('wl-around').textContent.includes('conclude, on 2019-10-09')"
    )
    assert edges_in_the_table(walk) == {
        ("60 %", "shareholding", False),
        ("share not stated", "control", False),
    }
    walk.keyboard.press("ArrowRight")
    found = drawn(walk, "3 parties, 3 edges on 2022-12-28")
    assert ["48 %", False] in found["lines"]
    assert "as_of=2022-12-28" in walk.url


def test_the_keyboard_chooses_a_party_and_opens_its_page(walk: Page, live_server: Any) -> None:
    companies = hikvision_and_ezviz()
    visit(walk, live_server, companies[HIKVISION], "?as_of=2026-11-21")
    walk.locator("#wl-graph").focus()
    walk.keyboard.press("ArrowDown")
    assert drawn(walk, "parties")["chosen"] == [f"{HIKVISION}\n[X]"]
    walk.keyboard.press("ArrowDown")
    assert walk.locator("#wl-chosen-name").inner_text() == EZVIZ
    walk.locator("#wl-parties a").first.focus()
    assert drawn(walk, "parties")["chosen"] == [f"{HIKVISION}\n[X]"]
    walk.keyboard.press("ArrowDown")
    name = walk.evaluate("document.activeElement.textContent")
    assert walk.locator("#wl-chosen-name").inner_text() == name != HIKVISION
    walk.keyboard.press("Enter")
    walk.wait_for_url("**/change/?as_of=2026-11-21")
    assert walk.locator(".wl-page h1").inner_text() == name


def test_a_party_is_expanded_in_the_drawing_and_in_the_table(walk: Page, live_server: Any) -> None:
    companies = hikvision_and_ezviz()
    visit(walk, live_server, companies[EZVIZ], "?as_of=2026-11-21&depth=1")
    assert len(drawn(walk, "2 parties")["boxes"]) == 2
    walk.locator(".wl-expand").click()
    assert len(drawn(walk, "3 parties, 3 edges")["boxes"]) == 3
    assert CETC in walk.locator("#wl-parties").inner_text()


def test_a_hundred_affiliates_are_one_box_until_it_is_opened_and_a_row_each_in_the_table(
    walk: Page, live_server: Any
) -> None:
    companies = a_group_of(104)
    parent = next(iter(companies.values()))
    visit(walk, live_server, parent)
    found = drawn(walk, "105 parties, 104 edges")
    assert found["boxes"] == ["104 companies\npress to open", parent.caption]
    assert [label for label, _ended in found["lines"]] == ["affiliate"]
    assert walk.locator("#wl-parties tbody tr").count() == 105
    walk.locator("#wl-graph").focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        walk.keyboard.press(key)
    assert len(drawn(walk, "105 parties")["boxes"]) == 105
    walk.get_by_role("button", name="Gather again").click()
    assert len(drawn(walk, "105 parties")["boxes"]) == 2


def test_the_page_fits_a_telephone_asks_no_other_host_and_runs_without_an_error(
    walk: Page, live_server: Any
) -> None:
    companies = hikvision_and_ezviz()
    asked: list[str] = []
    faults: list[str] = []
    walk.on("request", lambda request: asked.append(request.url))
    walk.on("pageerror", lambda fault: faults.append(str(fault)))
    visit(walk, live_server, companies[HIKVISION])
    walk.wait_for_load_state("networkidle")
    assert walk.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    assert any("cytoscape" in url for url in asked)
    assert faults == []
