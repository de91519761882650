"""The UN list: the hand-typed starter excerpt everywhere, the publisher's file where WATCHLINK_LISTS_DIR leads to it."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.fixtures import Settings

from entities.models import Dataset, Entity, Listing
from ingest.audit import Audit
from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.files import Bundle
from ingest.records import Name, Record
from ingest.runs import ingest
from ingest.source import source_named

un_sc = source_named("un_sc")
STARTER = settings.STARTER_DIR / "un_sc"


@pytest.fixture(autouse=True)
def archive(tmp_path: Path, settings: Settings) -> None:
    settings.ARCHIVE_DIR = tmp_path / "archive"


@pytest.fixture
def lists() -> Path:
    folder = os.environ.get("WATCHLINK_LISTS_DIR")
    if not folder:
        pytest.skip("WATCHLINK_LISTS_DIR is not set: the publishers' real files were NOT tested")
    return Path(folder)


def only_bundle(path: Path, tmp_path: Path) -> Bundle:
    room = tmp_path / "unpacked"
    room.mkdir(exist_ok=True)
    (bundle,) = collect(un_sc, path, room, 100 << 20)
    return bundle


def parsed(bundle: Bundle) -> tuple[dict[str, Record], Audit]:
    audit = Audit()
    records = {record.key: record for record in un_sc.parse(un_sc.read(bundle), audit)}
    for record in records.values():
        record.tidy()
    return records, audit


def test_an_entry_keeps_its_names_address_and_reference(tmp_path: Path) -> None:
    records, audit = parsed(only_bundle(STARTER, tmp_path))
    assert audit.as_log() == []
    komid = records["690735"]
    assert komid.names[:2] == [
        Name("KOREA MINING DEVELOPMENT TRADING CORPORATION"),
        Name("CHANGGWANG SINYONG CORPORATION", "alias"),
    ]
    assert komid.countries == ["kp"]
    (listing,) = komid.listings
    assert (listing.measures, listing.programme, listing.citation) == (("un-sanctions",), "DPRK", "KPe.001")
    assert (listing.start, listing.start_basis) == (date(2009, 4, 24), "LISTED_ON")


def test_a_name_formerly_known_as_is_a_former_name(tmp_path: Path) -> None:
    records, _ = parsed(only_bundle(STARTER, tmp_path))
    assert Name("CHANGGWANG CREDIT BANK", "former") in records["690752"].names


def test_the_raw_record_is_kept_whole(tmp_path: Path) -> None:
    records, _ = parsed(only_bundle(STARTER, tmp_path))
    aliases = records["690752"].raw["ENTITY_ALIAS"]
    assert aliases[0] == {"QUALITY": "f.k.a.", "ALIAS_NAME": "CHANGGWANG CREDIT BANK"}


def test_a_file_that_states_no_day_takes_it_from_its_name(tmp_path: Path) -> None:
    copy = tmp_path / "consolidated_2019-03-02.xml"
    text = (STARTER / "consolidated.xml").read_text()
    copy.write_text(text.replace(' dateGenerated="2025-11-20T00:00:00.000Z"', ""))
    assert un_sc.published_on(only_bundle(STARTER, tmp_path)) == date(2025, 11, 20)
    assert un_sc.published_on(only_bundle(copy, tmp_path)) == date(2019, 3, 2)


@pytest.mark.django_db
def test_the_starter_excerpt_loads_and_is_found() -> None:
    (outcome,) = ingest(un_sc, path=STARTER, excerpt=True)
    assert outcome.version is not None
    assert (outcome.version.entities, outcome.version.is_excerpt) == (9, True)
    assert Entity.objects.filter(caption__startswith="BANK SEPAH").exists()
    assert Listing.objects.filter(measures__code="un-sanctions").count() == 9


@pytest.mark.django_db
def test_a_file_that_is_cut_off_is_refused_and_what_was_held_stays(tmp_path: Path) -> None:
    ingest(un_sc, path=STARTER, excerpt=True)
    copy = tmp_path / "consolidated.xml"
    text = (STARTER / "consolidated.xml").read_text()
    copy.write_text(text[: len(text) // 2])
    with pytest.raises(IngestError, match="cut off or not well-formed XML"):
        ingest(un_sc, path=copy)
    dataset = Dataset.objects.get(name="un_sc")
    assert dataset.current_version is not None
    assert dataset.current_version.entities == 9
    assert dataset.versions.filter(status="refused").count() == 1


@pytest.mark.real_lists
def test_the_real_list_of_november_2025_holds_1000_parties(lists: Path, tmp_path: Path) -> None:
    records, audit = parsed(only_bundle(lists / "un_sc" / "consolidated_2025-11.xml.gz", tmp_path))
    assert Counter(record.schema for record in records.values()) == {"Person": 727, "LegalEntity": 273}
    kinds = Counter(name.kind for record in records.values() for name in record.names)
    assert kinds["primary"] == 1_000
    assert set(kinds) == {"primary", "alias", "weak", "former", "transliteration"}
    assert audit.as_log() == []


@pytest.mark.real_lists
@pytest.mark.django_db
def test_the_real_file_with_a_broken_encoding_is_refused_in_one_sentence(lists: Path) -> None:
    ingest(un_sc, path=lists / "un_sc" / "consolidated_2025-04-19.xml.gz")
    held = Dataset.objects.get(name="un_sc").current_version
    with pytest.raises(IngestError) as refusal:
        ingest(un_sc, path=lists / "_corrupted_negative_tests")
    assert str(refusal.value).count("\n") == 0
    assert str(refusal.value).endswith(".")
    assert "not well-formed XML (line 53)" in str(refusal.value)
    assert Dataset.objects.get(name="un_sc").current_version == held
