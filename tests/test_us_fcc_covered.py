"""FCC Covered List: sentences about equipment become parties, classes of equipment do not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.sources import us_fcc_covered as source
from tests.copies import FIXTURES, Copy, parsed, real

FIXTURE = FIXTURES / "us_fcc_covered" / "coveredlist.html"
REACH = "should be read to include the subsidiaries and affiliates of such entities."


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURE, tmp_path)


def test_the_party_is_what_the_sentence_prints_in_bold(copy: Copy) -> None:
    (listing,) = copy.named("Huawei Technologies Company").listings
    assert listing.measures == ("us-fcc-covered",)
    assert listing.start == date(2021, 3, 12)
    assert listing.requirement.startswith(
        "Telecommunications equipment produced by Huawei Technologies Company"
    )
    assert listing.requirement.endswith(REACH)
    assert copy.audit.as_log() == []


def test_a_full_stop_of_the_name_outside_the_bold_is_kept(copy: Copy) -> None:
    assert copy.named("China Mobile International USA Inc.")


def test_a_subsidiary_of_the_same_sentence_gets_an_edge(copy: Copy) -> None:
    child, parent = copy.named("ComNet (USA) LLC"), copy.named("Pacific Networks Corp")
    (edge,) = child.ownerships
    assert (edge.owner_id, edge.asset_id) == (parent.id, child.id)
    assert (edge.kind, edge.share_min, edge.share_max) == ("shareholding", 100, 100)
    assert "wholly-owned subsidiary" in edge.quote
    assert parent.ownerships == []


def test_a_subsidiary_that_is_not_called_wholly_owned_has_no_percentage(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE.replace("wholly-owned ", ""))
    (edge,) = parsed(source, path, tmp_path).named("ComNet (USA) LLC").ownerships
    assert (edge.kind, edge.share_min, edge.share_max) == ("control", None, None)


def test_classes_of_equipment_are_noted_and_are_no_party(copy: Copy) -> None:
    assert len(copy.records) == 4
    (reason,) = copy.audit.skipped
    assert reason.startswith("class of equipment, no party: Uncrewed aircraft systems")


def test_the_date_is_the_one_above_the_table(tmp_path: Path) -> None:
    (bundle,) = collect(source, FIXTURE, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2026, 7, 21)


PAGE = FIXTURE.read_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PAGE.replace("<table", "<div").replace("</table", "</div"), "holds no table"),
        (PAGE.replace("<td><p>March 12, 2021</p></td>", "", 1), "has 1 of 2 columns"),
        ("<!DOCTYPE html><html><body>503 Service Unavailable</body></html>", "HTML page, not the list"),
        ("", "is empty"),
    ],
)
def test_a_page_without_the_list_is_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(text)
    with pytest.raises(IngestError, match=message):
        parsed(source, path, tmp_path)


def test_a_lost_note_on_affiliates_is_a_doubt(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE.replace("should be read to include", "includes"))
    assert parsed(source, path, tmp_path).audit.counts["the note on subsidiaries and affiliates is gone"] == 3


@pytest.mark.real_lists
def test_the_real_page_of_july_2026_gives_its_thirteen_parties(tmp_path: Path) -> None:
    copy = parsed(source, real("../formats/fcc_covered/fcc-coveredlist_2026-07-24.html"), tmp_path)
    copy.check()
    assert len(copy.records) == 13
    assert sum(copy.audit.skipped.values()) == 2
    assert copy.audit.as_log() == []
    assert copy.named("Kaspersky Lab, Inc.").listings[0].start == date(2024, 7, 23)
