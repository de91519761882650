"""OFSI's closed list. Group 6895 of the fixture is invented, the companies and the ship are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.records import Identifier, Name
from ingest.source import source_named
from tests.copies import FIXTURES, Copy, parsed, real

source = source_named("gb_ofsi_conlist")
FIXTURE = FIXTURES / "gb_ofsi_conlist" / "ConList.csv"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURE, tmp_path)


def test_rows_are_folded_by_group(copy: Copy, tmp_path: Path) -> None:
    (bundle,) = collect(source, FIXTURE, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2025, 4, 10)
    assert sorted(record.key for record in copy.records.values() if record.listings) == [
        "10641",
        "13646",
        "15363",
        "15364",
        "6895",
    ]
    assert copy.named("PJSC AEROFLOT").names == [
        Name("PJSC AEROFLOT", "primary"),
        Name("AEROFLOT", "alias"),
        Name("Аэрофлот", "transliteration", "Russian"),
    ]
    assert Name("KALA OIL", "former") in copy.named("KALA NAFT").names
    assert Name("ABU EXAMPLE", "weak") in copy.named("Ahmed EXAMPLE").names


def test_no_listing_of_the_closed_list_is_todays_law(copy: Copy) -> None:
    listings = [listing for record in copy.records.values() for listing in record.listings]
    assert {listing.end for listing in listings} == {date(2026, 1, 28)}
    assert all("gb_fcdo_sanctions" in listing.end_basis for listing in listings)
    assert {edge.end for record in copy.records.values() for edge in record.ownerships} == {date(2026, 1, 28)}


def test_the_remark_gives_references_and_registration_numbers(copy: Copy) -> None:
    assert copy.named("PJSC AEROFLOT").identifiers == [
        Identifier("UK Sanctions List ID", "RUS1414"),
        Identifier("OGRN", "1027700092661", "ru"),
        Identifier("INN", "7712040126"),
    ]
    assert Identifier("IMO", "8898740") in copy.named("JI SONG 6").identifiers
    assert Identifier("UN reference", "IRe.001") in copy.named("KALA NAFT").identifiers


def test_subsidiaries_lead_to_the_listed_company_or_to_a_record_of_their_own(copy: Copy) -> None:
    stating = copy.named("PJSC AEROFLOT")
    assets = {copy.records[edge.asset_id].caption for edge in stating.ownerships}
    assert assets == {
        "Pobeda Airlines Limited Liability Company",
        "ROSSIYA AIRLINES JOINT-STOCK COMPANY",
        "Sherotel Joint-Stock Company",
    }


def test_prose_where_a_parent_should_stand_is_shown_and_makes_no_company(copy: Copy) -> None:
    assert copy.audit.counts == {"prose among parent company": 2}
    assert copy.named("KALA NAFT").ownerships == []


def test_numbered_cells_are_split(copy: Copy) -> None:
    person = copy.named("Ahmed EXAMPLE")
    assert person.properties["birthDate"] == ["01/01/1960", "00/00/1961"]
    assert person.countries == ["tn"]
    assert Identifier("Passport", "G234567") in person.identifiers


def test_another_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ConList.csv"
    path.write_text(FIXTURE.read_text().replace("Listed On", "Date", 1))
    with pytest.raises(IngestError, match="36 columns"):
        parsed(source, path, tmp_path)


@pytest.mark.real_lists
def test_the_real_list_of_april_2025_is_read_whole(tmp_path: Path) -> None:
    copy = parsed(source, real("uk_ofsi/ConList_2025-04-10.converted.csv.gz"), tmp_path)
    copy.check()
    assert sum(bool(record.listings) for record in copy.records.values()) == 4686
    assert copy.audit.rows == 18796
    assert sum(copy.audit.counts.values()) < 200
