"""One list with two sources: the legal text leads, the screening list fills in, and no entity is doubled."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from entities.models import Dataset, DatasetVersion, Entity
from ingest.loading import Outcome
from ingest.rebuilding import rebuild
from ingest.runs import ingest
from ingest.source import source_named
from ingest.sources._csl_lists import COLUMNS
from tests.copies import FIXTURES

pytestmark = pytest.mark.django_db

LEGAL_TEXT = FIXTURES / "us_bis_ecfr"
LIST = "us_bis_entity_list"
ROWS = (
    ("Entity List (EL) - Bureau of Industry and Security", "Hangzhou Hikvision Digital Technology Co., Ltd.", "Hikvision"),
    ("Entity List (EL) - Bureau of Industry and Security", "Megvii Technology", "Face++"),
    ("Denied Persons List (DPL) - Bureau of Industry and Security", "ABDULLAH ALI", ""),
)  # fmt: skip


@pytest.fixture(autouse=True)
def the_day_after_the_legal_text() -> Iterator[None]:
    """A file handed in shows its publisher's state of the file's day, not of the day of loading."""
    with time_machine.travel(datetime(2026, 9, 2, tzinfo=UTC)):
        yield


@pytest.fixture
def screening_list(tmp_path: Path) -> Path:
    path = tmp_path / "consolidated-2026-08-20.csv"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="")
        writer.writeheader()
        for number, (source, name, alias) in enumerate(ROWS):
            notice = "84 FR 54004, 10/9/19"
            writer.writerow(
                {
                    "_id": str(number),
                    "source": source,
                    "name": name,
                    "alt_names": alias,
                    "federal_register_notice": notice,
                }
            )
    return path


def load(name: str, path: Path) -> dict[str, Outcome]:
    outcomes = ingest(source_named(name), path=path, excerpt=True)
    return {outcome.dataset.name: outcome for outcome in outcomes}


def current() -> set[str]:
    return set(Entity.objects.filter(dataset__name=LIST, removed_in=None).values_list("caption", flat=True))


def test_a_second_hand_copy_stays_out_and_its_other_lists_come_in(screening_list: Path) -> None:
    load("us_bis_ecfr", LEGAL_TEXT)
    before = current()
    outcomes = load("us_csl", screening_list)
    assert outcomes[LIST].version is None
    said = (
        "held first hand from us_bis_ecfr; this copy prints 1 of its 14 entities and 1 others, and stays out"
    )
    assert outcomes[LIST].note == said
    hikvision = Entity.objects.get(caption="Hangzhou Hikvision Digital Technology Co., Ltd.")
    assert hikvision.also_in == {"us_csl": "2026-08-20"}
    assert outcomes["us_bis_dpl"].version is not None
    assert current() == before
    assert "Megvii Technology" not in before


def test_the_second_hand_copy_again_is_unchanged(screening_list: Path) -> None:
    load("us_bis_ecfr", LEGAL_TEXT)
    load("us_csl", screening_list)
    checked = Dataset.objects.get(name=LIST).checked_at
    again = load("us_csl", screening_list)
    assert {name: outcome.unchanged for name, outcome in again.items()} == {"us_bis_dpl": True}
    assert Dataset.objects.get(name=LIST).checked_at == checked
    assert DatasetVersion.objects.filter(source="us_csl").count() == 1


def test_the_legal_text_takes_the_list_over_and_keeps_the_ids(screening_list: Path) -> None:
    load("us_csl", screening_list)
    hikvision = Entity.objects.get(caption="Hangzhou Hikvision Digital Technology Co., Ltd.")
    outcome = load("us_bis_ecfr", LEGAL_TEXT)[LIST]
    assert outcome.version is not None
    assert (outcome.version.source, outcome.version.changed, outcome.version.removed) == ("us_bis_ecfr", 1, 1)
    hikvision.refresh_from_db()
    assert hikvision.removed_in is None
    assert Dataset.objects.get(name=LIST).source == "us_bis_ecfr"


def test_a_legal_text_that_nobody_looked_at_for_days_lets_the_other_copy_in(screening_list: Path) -> None:
    load("us_bis_ecfr", LEGAL_TEXT)
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        outcome = load("us_csl", screening_list)[LIST]
        assert outcome.version is not None
        assert outcome.version.source == "us_csl"
        assert "Megvii Technology" in current()
        load("us_bis_ecfr", LEGAL_TEXT)
        assert "Megvii Technology" not in current()


def test_history_is_told_again_with_the_module_that_read_each_version(screening_list: Path) -> None:
    load("us_csl", screening_list)
    load("us_bis_ecfr", LEGAL_TEXT)
    before = current()
    dataset = Dataset.objects.get(name=LIST)
    rebuild(source_named(LIST), [dataset])
    dataset.refresh_from_db()
    assert dataset.current_version is not None
    assert dataset.current_version.source == "us_bis_ecfr"
    assert current() == before
    assert Entity.objects.get(caption="Megvii Technology").removed_in == dataset.current_version
