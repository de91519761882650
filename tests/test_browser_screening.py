"""Walk a file through the desk as a person does: upload, check the columns, start, watch it run, read what it found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from screening.models import Screening
from screening.runs import do, finder_of, finish
from tests.builders import a_listed, a_name, a_register, an_edge
from tests.desk import a_portfolio, a_user
from tests.supplier_files import a_csv
from tests.test_browser_vet import browser

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS = 260


@pytest.fixture
def walk(browser: Browser, live_server: Any) -> Iterator[Page]:
    parent, cloud = a_register("Example Holding Limited", "Example Cloud Computing Ltd.").values()
    a_name(cloud, "Exayun", "brand")
    a_listed("Example Holding Limited", "us-1260h-procurement", citation="91 FR 35189")
    a_listed("Zvezda Shipping JSC", "us-ofac-blocking")
    an_edge(parent, cloud, kind="consolidation", start=date(2020, 1, 1))
    a_portfolio()
    ana = a_user("ana", "analyst", "Purchasing")
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{live_server.url}/admin/screening/upload/")
    page.fill("#id_username", ana.username)
    page.fill("#id_password", "correct horse battery staple")
    page.keyboard.press("Enter")
    page.get_by_label("Portfolio").wait_for()
    yield page
    page.close()


@pytest.fixture
def suppliers(tmp_path: Path) -> Path:
    """A brand's disclosure: the sixteen columns it is published with are more than are needed."""
    head = [
        "Factory_Number",
        "Factory_Name",
        "Parent_Organization_Name",
        "Country",
        "Address",
        "Total_Workers",
    ]
    rows = [
        [f"F{at}", f"Plain Mill {at} Co., Ltd.", "", "Vietnam", f"Street {at}", "120"] for at in range(ROWS)
    ]
    rows[3] = ["F3", "Zvezda Shipping", "", "Russian Federation", "Murmansk", "9"]
    rows[5] = ["F5", "", "", "China", "", ""]
    rows[ROWS - 1] = ["F999", "Exayun", "", "Atlantis", "", "70"]
    return a_csv(tmp_path / "factories.csv", [head, *rows], ";", "cp1252")


def test_a_file_is_uploaded_checked_started_and_read(walk: Page, suppliers: Path, live_server: Any) -> None:
    asked: list[str] = []
    errors: list[str] = []
    walk.on("request", lambda request: asked.append(request.url))
    walk.on("pageerror", lambda error: errors.append(str(error)))
    walk.get_by_label("File of suppliers").set_input_files(suppliers)
    assert walk.get_by_label("Why it is screened").input_value() == ""
    walk.get_by_role("button", name="Upload and check the columns").click()

    expect(walk.get_by_label("Name", exact=True)).to_have_value("Factory_Name")
    expect(walk.get_by_label("Your number")).to_have_value("Factory_Number")
    expect(walk.get_by_text("All 260 rows were read; 2 of them have a problem.")).to_be_visible()
    expect(walk.locator("tr.wl-wrong", has_text="It has no name, so it is not asked.")).to_be_visible()
    walk.get_by_label("Your number").select_option("no column")
    walk.get_by_role("button", name="Show it read so").click()
    expect(walk.get_by_label("Your number")).to_have_value("")
    assert walk.evaluate("document.documentElement.scrollWidth") <= 390
    walk.get_by_role("button", name="Start screening").click()

    bar = walk.get_by_role("progressbar", name="Progress")
    expect(bar).to_have_attribute("value", "0")
    screening = Screening.objects.select_related("portfolio").get()
    Screening.objects.update(state="running")
    first, *rest = screening.chunks.order_by("number")
    assert do(first, screening, finder_of(screening))
    # The page was not read again: its script moved the bar.
    expect(walk.get_by_role("status")).to_contain_text("100 of 260 rows, 1 hit,", timeout=15_000)
    assert bar.evaluate("bar => bar.value") == 38
    for chunk in rest:
        do(chunk, screening, finder_of(screening))
    finish(screening)

    expect(walk.get_by_role("button", name="Verify the receipt")).to_be_visible(timeout=15_000)
    expect(walk.get_by_role("heading", name="Hits: 2")).to_be_visible()
    through = walk.locator("tr", has_text="Exayun")
    expect(through).to_contain_text("Example Holding Limited ─ share not stated, consolidated")
    assert walk.evaluate("document.documentElement.scrollWidth") <= 390
    walk.get_by_role("button", name="Verify the receipt").click()
    expect(walk.get_by_text("gave the same 2 hits")).to_be_visible()
    assert errors == []
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []


def test_a_file_that_is_no_table_is_refused_on_the_page(walk: Page, tmp_path: Path) -> None:
    wrong = tmp_path / "export.xls"
    wrong.write_text("<html><table></table></html>")
    walk.get_by_label("File of suppliers").set_input_files(wrong)
    # With the keyboard alone.
    walk.get_by_role("button", name="Upload and check the columns").focus()
    walk.keyboard.press("Enter")
    expect(walk.get_by_role("alert")).to_contain_text("export.xls is a web page or XML, not a spreadsheet")


def test_a_file_that_is_dropped_is_taken(walk: Page) -> None:
    dropped = walk.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['name\\nExample\\n'], 'dropped.csv')); return data; }"
    )
    walk.dispatch_event(".wl-drop", "drop", {"dataTransfer": dropped})
    walk.get_by_role("button", name="Upload and check the columns").click()
    expect(walk.get_by_text("dropped.csv")).to_be_visible()
