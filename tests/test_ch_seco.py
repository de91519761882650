"""Swiss list. The person of the fixture is invented; bank and ship are not, their dates partly."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.records import Address, Identifier, Name
from ingest.source import source_named
from tests.copies import FIXTURES, Copy, parsed, real

source = source_named("ch_seco")
FIXTURE = FIXTURES / "ch_seco" / "consolidated-list.xml"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURE, tmp_path)


def test_only_targets_of_the_list_itself_are_read(copy: Copy, tmp_path: Path) -> None:
    (bundle,) = collect(source, FIXTURE, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2026, 8, 27)
    assert copy.audit.as_log() == []
    assert {record.key: record.schema for record in copy.records.values()} == {
        "5142": "Person",
        "46130": "Organization",
        "34461": "Vessel",
    }


def test_name_parts_are_joined_as_spoken_and_scripts_are_not_mixed(copy: Copy) -> None:
    assert copy.named("Dima").names == [
        Name("Dzmitry Aliaksandravich Eksemplyau", "primary"),
        Name("Дзмітры Экземпляў", "transliteration", "BEL"),
        Name("Dzmitry Aliaksandravich Eksemplyarov", "alias", "RUS"),
        Name("Dima", "weak"),
    ]
    assert copy.named("Hui Chon").names[1] == Name("Hwang Gum San 2", "former")


def test_addresses_are_put_together_with_their_place(copy: Copy) -> None:
    assert copy.named("Dima").addresses == [
        Address("Sports Club, ul. Starovilenskaya, 4, 220029, Minsk, Belarus", "by")
    ]


def test_identifiers_come_from_documents_references_and_remarks(copy: Copy) -> None:
    assert copy.named("Dima").identifiers == [
        Identifier("passport", "MP1234567", "by"),
        Identifier("Foreign identifier", "140"),
    ]
    assert copy.named("Hui Chon").identifiers == [Identifier("IMO", "8405270")]


def test_a_delisted_target_stays_with_its_dates(copy: Copy) -> None:
    (listing,) = copy.named("Dima").listings
    assert (listing.start, listing.end) == (date(2011, 2, 2), date(2016, 3, 1))
    assert listing.measures == ("ch-travel-ban", "ch-asset-freeze")
    assert listing.requirement == "article 12 -- Financial measures and travel restrictions"


def test_a_target_that_was_listed_again_has_two_periods_for_each_set(copy: Copy) -> None:
    listings = copy.named("Belagroprombank").listings
    periods = [(date(2012, 1, 1), date(2016, 1, 16)), (date(2021, 8, 11), None)]
    assert [(row.measures[0], (row.start, row.end)) for row in listings] == [
        *(("ch-capital-market", period) for period in periods),
        # The set bars persons from entry too, but no bank.
        *(("ch-asset-freeze", period) for period in periods),
    ]


def test_a_set_of_unknown_kind_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text(FIXTURE.read_text().replace("Vessel-related measures", "Annex 9"))
    copy = parsed(source, path, tmp_path)
    assert copy.audit.counts == {"unknown sanctions set": 1}
    assert copy.named("Hui Chon").listings[0].measures == ("ch-other",)


def test_an_amendment_is_refused_as_a_copy_of_the_list(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text(FIXTURE.read_text().replace("whole-list", "amendment"))
    with pytest.raises(IngestError, match="an amendment"):
        parsed(source, path, tmp_path)


@pytest.mark.real_lists
def test_the_publishers_own_example_is_an_amendment_and_reads_as_a_list(tmp_path: Path) -> None:
    path = real("swiss_seco/seco_official_example_amendment_2024-01-17.xml")
    with pytest.raises(IngestError, match="an amendment"):
        parsed(source, path, tmp_path)
    whole = tmp_path / "list.xml"
    whole.write_text(path.read_text().replace('list-type="amendment"', 'list-type="whole-list"'))
    copy = parsed(source, whole, tmp_path)
    assert sorted(name.text for row in copy.records.values() for name in row.names) == [
        "Test A",
        "Test B",
        "Test C",
    ]
    assert len(copy.named("Test A").listings) == 2
    assert copy.audit.as_log() == []
