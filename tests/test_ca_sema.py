"""Canadian list. The persons of the fixtures are invented; companies and ship are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.records import Identifier, Name
from ingest.source import source_named
from tests.copies import FIXTURES, parsed, real

source = source_named("ca_sema")
OLD, NEW = (FIXTURES / "ca_sema" / f"sema-lmes_{month}.xml" for month in ("2020-04", "2025-05"))


@pytest.mark.parametrize(("path", "doubts"), [(OLD, 0), (NEW, 1)])
def test_both_generations_of_element_names_are_understood(path: Path, doubts: int, tmp_path: Path) -> None:
    assert sum(parsed(source, path, tmp_path).audit.counts.values()) == doubts


def test_an_entry_keeps_its_id_when_schedule_item_and_the_regimes_label_change(tmp_path: Path) -> None:
    old, new = (parsed(source, path, tmp_path).named("Air Bagan") for path in (OLD, NEW))
    assert old.id == new.id
    assert old.listings[0].citation == "Myanmar (Burma), schedule 1, item 1"
    assert new.listings[0].citation == "Myanmar (Burma), schedule 1, Part 2, item 14"


def test_a_comma_before_a_legal_form_splits_no_name(tmp_path: Path) -> None:
    assert parsed(source, NEW, tmp_path).named("Volatavto OJSC").names == [
        Name("Volatavto OJSC", "primary"),
        Name('Открытое акционерное общество "ВОЛАТАВТО"', "transliteration", "Russian"),
        Name('ОАО "ВОЛАТАВТО"', "transliteration", "Russian"),
        Name("Volat Trading Co., Ltd.", "alias"),
    ]


def test_a_bare_first_name_is_a_weak_alias(tmp_path: Path) -> None:
    person = parsed(source, OLD, tmp_path).named("Andrei Petrovich Example")
    assert person.names[1] == Name("Andrei", "weak")


def test_a_day_that_a_spreadsheet_left_as_a_number_is_read(tmp_path: Path) -> None:
    person = parsed(source, OLD, tmp_path).named("Andrei Petrovich Example")
    assert person.properties == {"birthDate": ["1965-02-01"]}
    assert person.listings[0].legal_basis == "Justice for Victims of Corrupt Foreign Officials Regulations"


def test_ships_are_vessels_with_their_imo_number(tmp_path: Path) -> None:
    ship = parsed(source, NEW, tmp_path).named("Balitiyskiy III")
    assert (ship.schema, ship.identifiers) == ("Vessel", [Identifier("IMO", "7612448")])


def test_one_name_under_two_parts_of_a_schedule_is_one_party_with_two_listings(tmp_path: Path) -> None:
    person = parsed(source, NEW, tmp_path).named("Sergey Ivanovich EXAMPLE")
    assert [listing.start for listing in person.listings] == [date(2014, 5, 12), date(2021, 3, 21)]


def test_the_date_is_read_from_the_files_name_because_the_list_states_none(tmp_path: Path) -> None:
    (bundle,) = collect(source, NEW, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2025, 5, 1)


def test_an_entry_without_a_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sema.xml"
    path.write_text(NEW.read_text().replace("<EntityOrShip>Air Bagan</EntityOrShip>", ""))
    with pytest.raises(IngestError, match="no country or no name"):
        parsed(source, path, tmp_path)


@pytest.mark.real_lists
def test_the_key_finds_the_old_entries_again_in_the_real_list_five_years_later(tmp_path: Path) -> None:
    old = parsed(source, real("canada_sema/sema-lmes_2020-04.xml"), tmp_path)
    new = parsed(source, real("canada_sema/sema-lmes_2025-05.xml"), tmp_path)
    for copy, entries in ((old, 1369), (new, 4758)):
        copy.check()
        assert len(copy.records) == entries
        assert sum(copy.audit.counts.values()) <= 1
    assert len(old.records.keys() & new.records.keys()) >= 1250
