"""Versions: what was added, changed and removed, and ids that never move."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from entities.models import Change, Dataset, DatasetVersion, Entity, Listing, Name
from ingest.errors import IngestError
from ingest.loading import Outcome
from ingest.records import entity_id
from ingest.runs import ingest
from ingest.source import source_named
from tests.test_bad_files import ENTITY

pytestmark = pytest.mark.django_db


def copy(folder: Path, day: str, parties: dict[int, str], *, excerpt: bool = True) -> Outcome:
    rows = "".join(ENTITY.format(number=number, name=name) for number, name in parties.items())
    path = folder / f"consolidated-{day}.xml"
    path.write_text(
        f'<CONSOLIDATED_LIST dateGenerated="{day}T00:00:00Z"><ENTITIES>{rows}</ENTITIES></CONSOLIDATED_LIST>'
    )
    (outcome,) = ingest(source_named("un_sc"), path=path, excerpt=excerpt)
    return outcome


def test_a_new_version_tells_what_it_added_changed_and_removed(tmp_path: Path) -> None:
    copy(tmp_path, "2026-11-01", {1: "KOREA MINING DEVELOPMENT", 2: "TANCHON COMMERCIAL BANK"})
    outcome = copy(tmp_path, "2026-11-20", {1: "KOREA MINING DEVELOPMENT TRADING", 3: "NAMCHONGANG TRADING"})
    assert outcome.version is not None
    assert (outcome.version.added, outcome.version.changed, outcome.version.removed) == (1, 1, 1)
    changed = Change.objects.get(version=outcome.version, kind="changed")
    assert changed.fields["names"] == {
        "before": [{"text": "KOREA MINING DEVELOPMENT", "kind": "primary"}],
        "after": [{"text": "KOREA MINING DEVELOPMENT TRADING", "kind": "primary"}],
    }
    assert Entity.objects.get(publisher_key="2").removed_in == outcome.version


def test_the_same_copy_again_changes_nothing(tmp_path: Path) -> None:
    copy(tmp_path, "2026-11-20", {1: "TANCHON COMMERCIAL BANK"})
    assert copy(tmp_path, "2026-11-20", {1: "TANCHON COMMERCIAL BANK"}).unchanged
    assert DatasetVersion.objects.count() == 1


def test_ids_rest_on_the_publishers_key_alone(tmp_path: Path) -> None:
    copy(tmp_path, "2026-11-01", {1: "TANCHON COMMERCIAL BANK"})
    copy(tmp_path, "2026-11-20", {1: "TANCHON BANK"})
    assert list(Entity.objects.values_list("id", flat=True)) == [entity_id("un_sc", "1")]
    assert entity_id("un_sc", "1") == "un_sc-356a192b7913b04c5457"


def test_a_party_that_returns_keeps_its_id_and_its_history(tmp_path: Path) -> None:
    copy(tmp_path, "2026-11-01", {1: "TANCHON COMMERCIAL BANK", 2: "NAMCHONGANG TRADING"})
    copy(tmp_path, "2026-11-10", {2: "NAMCHONGANG TRADING"})
    copy(tmp_path, "2026-11-20", {1: "TANCHON COMMERCIAL BANK", 2: "NAMCHONGANG TRADING"})
    bank = Entity.objects.get(publisher_key="1")
    assert bank.removed_in is None
    assert [change.kind for change in bank.changes.order_by("id")] == ["added", "removed", "added"]
    assert Name.objects.filter(entity=bank).count() == 2


def test_a_listing_is_in_force_from_its_start_until_the_version_that_dropped_it(tmp_path: Path) -> None:
    copy(tmp_path, "2026-11-01", {1: "TANCHON COMMERCIAL BANK", 2: "NAMCHONGANG TRADING"})
    copy(tmp_path, "2026-11-10", {2: "NAMCHONGANG TRADING"})
    listed = Listing.objects.filter(entity__publisher_key="1")
    assert not listed.in_force(date(2009, 4, 23)).exists()
    assert listed.in_force(date(2009, 4, 24)).exists()
    assert listed.in_force(date(2026, 11, 9)).exists()
    assert not listed.in_force(date(2026, 11, 10)).exists()


def test_an_older_copy_is_history_and_never_replaces_a_newer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.gates.check", lambda *args, **options: None)
    copy(tmp_path, "2026-11-20", {1: "TANCHON COMMERCIAL BANK"}, excerpt=False)
    older = copy(tmp_path, "2026-11-01", {1: "TANCHON BANK"}, excerpt=False).version
    assert older is not None
    assert older.is_history
    assert Entity.objects.get().caption == "TANCHON COMMERCIAL BANK"
    newest = Dataset.objects.get(name="un_sc").current_version
    assert newest is not None
    assert (newest.published_on, newest.changed) == (date(2026, 11, 20), 1)
    (name,) = Name.objects.told(date(2026, 11, 10)).filter(entity__publisher_key="1")
    assert name.text == "TANCHON BANK"


def test_the_starter_excerpt_never_replaces_a_full_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.gates.check", lambda *args, **options: None)
    copy(tmp_path, "2025-11-20", {1: "TANCHON COMMERCIAL BANK"}, excerpt=False)
    with pytest.raises(IngestError, match="the starter excerpt stays out"):
        copy(tmp_path, "2026-11-20", {1: "TANCHON BANK"})


def test_every_known_dataset_is_named_before_anything_is_loaded() -> None:
    assert Dataset.objects.get(name="un_sc").freshness == "never loaded"


def test_an_old_file_handed_in_today_is_stale_and_not_fresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.gates.check", lambda *args, **options: None)
    copy(tmp_path, "2021-07-01", {1: "TANCHON COMMERCIAL BANK"}, excerpt=False)
    assert Dataset.objects.get(name="un_sc").freshness == "stale"
