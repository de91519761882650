"""Review a cross-reference as a person does, by keyboard alone and on a narrow screen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from screening import crossing
from screening.models import CrossReference, CrossReferenceRun
from tests.builders import a_listed, a_register
from tests.desk import a_user
from tests.test_browser_vet import browser

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HISILICON, NEAR = "HiSilicon Technologies Co., Ltd.", "Shanghai HiSilicon Technologies Co., Ltd."


@pytest.mark.parametrize("width", [1280, 390])
def test_a_reviewer_confirms_with_the_keyboard_alone(width: int, browser: Browser, live_server: Any) -> None:
    a_user("boris", "reviewer")
    a_register(HISILICON)
    a_listed(NEAR, "us-ear-entity-list")
    crossing.advance(CrossReferenceRun.objects.create())
    row = CrossReference.objects.get()
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/login/?next=/admin/screening/crossreference/{row.pk}/change/")
    page.fill("[name=username]", "boris")
    page.fill("[name=password]", "correct horse battery staple")
    page.keyboard.press("Enter")
    page.wait_for_selector("#ruling")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Note: how you know").focus()
    page.keyboard.type("Its second English name in the annual report.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=confirmed")
    page.wait_for_selector("text=Take the last word back")
    row.refresh_from_db()
    assert row.status == "confirmed"
    context.close()
