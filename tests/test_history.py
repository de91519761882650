"""History: versions in any order of loading, and answers for any day and any state of our knowledge."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from entities.models import Change, Dataset, DatasetVersion, Entity, Listing, Name
from ingest.runs import ingest, reparse
from ingest.source import source_named
from screening.vetting import vet
from tests.test_loading import copy

pytestmark = pytest.mark.django_db

COPIES = {
    "2026-09-01": {1: "TANCHON COMMERCIAL BANK", 2: "NAMCHONGANG TRADING"},
    "2026-10-01": {1: "TANCHON BANK", 2: "NAMCHONGANG TRADING", 3: "HESONG TRADING CORPORATION"},
    "2026-11-01": {1: "TANCHON COMMERCIAL BANK", 3: "HESONG TRADING CORPORATION"},
}


@pytest.fixture(autouse=True)
def small_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.gates.check", lambda *args, **options: None)


def record() -> dict[str, Any]:
    """Dump all that the record says, but for keys and moments of loading."""
    names = Name.objects.values_list("entity", "text", "added_in__published_on", "removed_in__published_on")
    listings = Listing.objects.values_list(
        "entity", "start", "added_in__published_on", "removed_in__published_on"
    )
    changes = Change.objects.values_list("version__published_on", "entity", "kind", "fields__names")
    entities = Entity.objects.values_list(
        "id", "caption", "added_in__published_on", "removed_in__published_on"
    )
    return {
        "names": sorted(map(str, names)),
        "listings": sorted(map(str, listings)),
        "changes": sorted(map(str, changes)),
        "entities": sorted(map(str, entities)),
        "current": str(Dataset.objects.get(name="un_sc").current_version),
        "oldest": list(DatasetVersion.objects.filter(oldest=True).values_list("published_on", flat=True)),
    }


@pytest.mark.parametrize("order", list(permutations(COPIES)), ids=" then ".join)
def test_the_order_of_loading_does_not_matter_to_the_record(order: tuple[str, ...], tmp_path: Path) -> None:
    for day in order:
        copy(tmp_path, day, COPIES[day], excerpt=False)
    loaded = record()
    assert loaded["current"] == "un_sc of 2026-11-01"
    assert loaded["oldest"] == [date(2026, 9, 1)]
    assert len(loaded["changes"]) == 2 + 2 + 2
    bank = Name.objects.filter(text="TANCHON COMMERCIAL BANK").order_by("added_in__published_on")
    assert [
        (str(row.added_in.published_on), row.removed_in and str(row.removed_in.published_on)) for row in bank
    ] == [
        ("2026-09-01", "2026-10-01"),
        ("2026-11-01", None),
    ]


def test_reading_the_archive_again_gives_the_same_record_and_the_same_ids(tmp_path: Path) -> None:
    for day, parties in COPIES.items():
        copy(tmp_path, day, parties, excerpt=False)
    before, ids = record(), sorted(Entity.objects.values_list("id", flat=True))
    versions = list(DatasetVersion.objects.order_by("id").values_list("id", "fetched_at", "sha256"))
    reparse(source_named("un_sc"))
    assert record() == before
    assert sorted(Entity.objects.values_list("id", flat=True)) == ids
    assert list(DatasetVersion.objects.order_by("id").values_list("id", "fetched_at", "sha256")) == versions


def test_an_older_copy_is_marked_as_history(tmp_path: Path) -> None:
    for day in ("2026-11-01", "2026-09-01"):
        copy(tmp_path, day, COPIES[day], excerpt=False)
    told = dict(DatasetVersion.objects.values_list("published_on", "is_history"))
    assert told == {date(2026, 11, 1): False, date(2026, 9, 1): True}


def test_a_day_between_versions_is_answered_from_the_one_that_held(tmp_path: Path) -> None:
    for day, parties in COPIES.items():
        copy(tmp_path, day, parties, excerpt=False)
    listed = Listing.objects.filter(entity__publisher_key="2")
    assert listed.in_force(date(2026, 10, 15)).exists()
    assert not listed.in_force(date(2026, 11, 1)).exists()
    assert len(vet("Namchongang Trading", on=date(2026, 10, 15)).listed) == 1
    answer = vet("Namchongang Trading", on=date(2026, 11, 15))
    assert not answer.listed
    assert [entry.ended for entry in answer.formerly_listed] == [date(2026, 11, 1)]


def loaded_on(moment: datetime, folder: Path, day: str) -> None:
    with time_machine.travel(moment, tick=False):
        copy(folder, day, COPIES[day], excerpt=False)


@pytest.fixture
def late_history(tmp_path: Path) -> None:
    """The copy of September was loaded in September, that of November in November, October's only in December."""
    loaded_on(datetime(2026, 9, 2, tzinfo=UTC), tmp_path, "2026-09-01")
    loaded_on(datetime(2026, 11, 2, tzinfo=UTC), tmp_path, "2026-11-01")
    loaded_on(datetime(2026, 12, 2, tzinfo=UTC), tmp_path, "2026-10-01")


@pytest.mark.parametrize(
    ("by", "known"),
    [
        (datetime(2026, 9, 1, tzinfo=UTC), set()),
        (datetime(2026, 9, 3, tzinfo=UTC), {"1", "2"}),
        (datetime(2026, 11, 3, tzinfo=UTC), {"1", "3"}),
        (datetime(2026, 12, 3, tzinfo=UTC), {"1", "3"}),
    ],
)
def test_what_we_believed_at_a_moment(late_history: None, by: datetime, known: set[str]) -> None:
    believed = Listing.objects.known_at(by).values_list("entity__publisher_key", flat=True)
    assert set(believed) == known


def test_what_we_learned_later_does_not_change_what_we_knew(late_history: None) -> None:
    on, before, after = (
        date(2026, 10, 15),
        datetime(2026, 11, 3, tzinfo=UTC),
        datetime(2026, 12, 3, tzinfo=UTC),
    )
    hesong = Listing.objects.filter(entity__publisher_key="3")
    assert hesong.in_force(on, by=after).exists()
    assert not hesong.in_force(on, by=datetime(2026, 9, 3, tzinfo=UTC)).exists()
    assert [row.listing.start for row in vet("Hesong Trading Corporation", on=on, by=after).listed]
    assert vet("Hesong Trading Corporation", by=datetime(2026, 9, 3, tzinfo=UTC)).subject is None
    assert vet("Hesong Trading Corporation", by=before).subject is not None


def test_the_versions_searched_are_those_that_we_held(late_history: None) -> None:
    def version(by: datetime) -> date | None:
        return vet("Tanchon", by=by).searched.newest

    assert version(datetime(2026, 9, 3, tzinfo=UTC)) == date(2026, 9, 1)
    assert version(datetime(2026, 12, 3, tzinfo=UTC)) == date(2026, 11, 1)
    assert version(datetime(2026, 8, 1, tzinfo=UTC)) is None


def test_the_api_answers_for_a_day_and_a_state_of_knowledge(late_history: None, client: Client) -> None:
    body = {"queries": {"a": {"schema": "Company", "properties": {"name": ["Namchongang Trading"]}}}}

    def matched(**params: str) -> list[str]:
        found = client.post("/api/v1/match/un_sc", body, "application/json", query_params=params).json()
        return [row["caption"] for row in found["responses"]["a"]["results"]]

    assert matched() == []
    assert matched(as_of="2026-10-15") == ["NAMCHONGANG TRADING"]
    assert matched(known_at="2026-09-03") == ["NAMCHONGANG TRADING"]
    assert matched(known_at="2026-08-03") == []
    listed = client.get(
        "/api/v1/entities/", {"listed": "true", "removed": "true", "known_at": "2026-09-03"}
    ).json()
    assert {row["caption"] for row in listed["results"]} == {"TANCHON COMMERCIAL BANK", "NAMCHONGANG TRADING"}


@pytest.mark.real_lists
def test_the_real_sdn_files_of_seven_dates_tell_what_each_added(real_lists: Path, tmp_path: Path) -> None:
    for file in sorted((real_lists / "ofac_sdn" / "csv").glob("sdn_*.csv.gz")):
        ingest(source_named("us_ofac_sdn"), path=file)
    versions = DatasetVersion.objects.filter(dataset__name="us_ofac_sdn").order_by("published_on")
    assert [(str(row.published_on), row.added, row.removed) for row in versions][-2:] == [
        ("2024-05-01", 298, 0),
        ("2024-05-02", 7, 0),
    ]
    newest = Change.objects.filter(version=versions.last()).values_list("kind", "entity__caption")
    assert len(newest) == 7
    assert all(kind == "added" and caption for kind, caption in newest)


@pytest.mark.real_lists
@pytest.mark.parametrize(
    ("source", "pattern", "told"),
    [
        ("un_sc", "un_sc/*.xml.gz", [(1093, 0), (23, 102), (51, 188), (132, 9)]),
        ("ca_sema", "canada_sema/*.xml", [(1369, 0), (3503, 114)]),
    ],
)
def test_the_real_files_of_other_lists_tell_what_each_added_and_removed(
    real_lists: Path, monkeypatch: pytest.MonkeyPatch, source: str, pattern: str, told: list[tuple[int, int]]
) -> None:
    for file in sorted(real_lists.glob(pattern)):
        ingest(source_named(source), path=file)
    versions = DatasetVersion.objects.filter(dataset__name=source).order_by("published_on")
    assert [(row.added, row.removed) for row in versions] == told
    for version in versions:
        removed = version.changes.filter(kind="removed")
        assert removed.count() == version.removed
        assert all(removed.values_list("entity__caption", flat=True))
