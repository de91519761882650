"""Walk the vet page as a person does: log in, ask, read the parent's listing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, sync_playwright

from tests.test_admin_pages import record

__all__ = ["record"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHROMIUM = [
    Path(path) for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next((path for path in CHROMIUM if path.exists()), None)
    if found is None:
        pytest.skip("NO BROWSER WALK: Chromium is not installed on this machine")
    # Playwright runs an event loop in this thread, where Django would refuse to touch the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(found), args=["--no-sandbox"])
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def walk(browser: Browser, live_server: Any, analyst: User) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{live_server.url}/admin/vet/")
    page.fill("#id_username", analyst.username)
    page.fill("#id_password", "correct horse battery staple")
    page.keyboard.press("Enter")
    page.get_by_label("Company name, in any script").wait_for()
    yield page
    page.close()


def test_an_analyst_asks_for_a_brand_and_reads_the_parents_listing(record: None, walk: Page) -> None:
    walk.get_by_label("Company name, in any script").fill("Aliyun")
    walk.keyboard.press("Enter")
    walk.wait_for_url("**/admin/vet/?name=Aliyun*")
    assert "Alibaba Cloud Computing Ltd." in walk.locator(".wl-page h1").inner_text()
    owner = walk.locator("article", has_text="Section 1260H with FY24 NDAA 805, direct contracts")
    assert "91 FR 35189" in owner.inner_text()
    assert "Department of Defense contracts" in owner.inner_text()
    assert "2020-12-17" in walk.locator(".wl-beside").inner_text()
    owner.get_by_role("link", name="Alibaba Group Holding Limited").first.click()
    assert walk.locator(".wl-page h1").inner_text() == "Alibaba Group Holding Limited"


def test_an_answer_fits_a_telephone_and_asks_no_other_host(
    record: None, walk: Page, live_server: Any
) -> None:
    asked: list[str] = []
    walk.on("request", lambda request: asked.append(request.url))
    walk.goto(f"{live_server.url}/admin/vet/?name=Aliyun&as_of=2026-11-01")
    walk.wait_for_load_state("networkidle")
    assert walk.evaluate("document.documentElement.scrollWidth") <= 390
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    assert len(asked) > 3
