"""UK Sanctions List. RUS9001 and RUS9002 of the fixture are invented, the others typed from the list."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.records import STATEMENTS, Identifier, Name
from ingest.source import source_named
from tests.copies import FIXTURES, Copy, parsed, real

source = source_named("gb_fcdo_sanctions")
FOLDER = FIXTURES / "gb_fcdo_sanctions"
FORMS = ("UK-Sanctions-List.xml", "UK-Sanctions-List.csv")


@pytest.fixture(params=FORMS)
def copy(request: pytest.FixtureRequest, tmp_path: Path) -> Copy:
    return parsed(source, FOLDER / request.param, tmp_path)


def test_both_forms_are_understood_to_the_last_field(copy: Copy) -> None:
    assert copy.audit.as_log() == []
    assert sum(bool(record.listings) for record in copy.records.values()) == 6


def test_both_forms_give_the_same_parties_with_the_same_statements(tmp_path: Path) -> None:
    xml, csv = (parsed(source, FOLDER / form, tmp_path).records for form in FORMS)
    assert xml.keys() == csv.keys()
    for key in xml:
        for field in (*STATEMENTS, "schema", "countries", "properties"):
            assert getattr(xml[key], field) == getattr(csv[key], field), (key, field)


@pytest.mark.parametrize("form", FORMS)
def test_the_date_of_the_list_is_read_from_its_first_lines(form: str, tmp_path: Path) -> None:
    (bundle,) = collect(source, FOLDER / form, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2026, 3, 2)


def test_names_are_read_by_kind_and_script(copy: Copy) -> None:
    assert copy.named("JSC SMK").names == [
        Name("JSC STUPINO METALLURGICAL COMPANY", "primary"),
        Name("JSC SMK", "alias"),
        Name("Акционерное общество СМК", "transliteration", "Russian"),
        # The publisher labels this Latin text Cyrillic.
        Name('OAO "STUPINSKAYA METALLURGICHESKAYA KOMPANIYA"', "alias"),
    ]
    assert Name("Sever", "weak") in copy.named("PJSC BALTIC SHIPYARD SEVER").names
    assert copy.named("Ekaterina ROMANOVA").schema == "Person"


def test_registration_numbers_are_split_by_line_and_label(copy: Copy) -> None:
    assert copy.named("PJSC BALTIC SHIPYARD SEVER").identifiers[1:] == [
        Identifier("OGRN", "1027802714280", "ru"),
        Identifier("KPP", "780501001", "ru"),
        Identifier("INN", "7805034277"),
    ]
    assert copy.named("UNITED SHIPBUILDING CONCERN").identifiers == [
        Identifier("Registration number", "5050910652")
    ]


@pytest.mark.parametrize(("ship", "number"), [("Hao Fan 6", "8628597"), ("KOROLEV PROSPECT", "9826902")])
def test_ships_carry_the_bare_imo_number(copy: Copy, ship: str, number: str) -> None:
    record = copy.named(ship)
    assert record.schema == "Vessel"
    assert Identifier("IMO", number) in record.identifiers


def test_measures_keep_the_publishers_words(copy: Copy) -> None:
    (listing,) = copy.named("PJSC BALTIC SHIPYARD SEVER").listings
    assert listing.measures == ("gb-asset-freeze", "gb-services")
    assert listing.requirement == 'Asset freeze; Internet Services Sanctions: see "Other Information"'
    assert listing.start == date(2022, 3, 24)
    assert copy.named("Hao Fan 6").listings[0].measures == ("gb-transport",)


def test_a_related_company_becomes_a_record_unless_it_is_listed_itself(copy: Copy) -> None:
    stating = copy.named("PJSC BALTIC SHIPYARD SEVER")
    listed, unlisted = copy.named("UNITED SHIPBUILDING CONCERN"), copy.named("Sever Trading House LLC")
    assert unlisted.listings == []
    assert {(edge.owner_id, edge.asset_id, edge.kind, edge.quote) for edge in stating.ownerships} == {
        (stating.id, unlisted.id, "affiliate", "Subsidiaries: Sever Trading House LLC"),
        (stating.id, copy.named("Sever Design Bureau").id, "affiliate", "Subsidiaries: Sever Design Bureau"),
        (listed.id, stating.id, "affiliate", "Parent company: United Shipbuilding Concern"),
    }


def test_a_share_in_brackets_is_a_share_and_no_part_of_the_name(tmp_path: Path) -> None:
    text = (FOLDER / FORMS[0]).read_text()
    path = tmp_path / FORMS[0]
    path.write_text(text.replace("Sever Trading House LLC", "Sever Trading House LLC (49%)"))
    copy = parsed(source, path, tmp_path)
    (edge,) = [
        edge
        for edge in copy.named("PJSC BALTIC SHIPYARD SEVER").ownerships
        if edge.asset_id == copy.named("Sever Trading House LLC").id
    ]
    assert (edge.kind, edge.share_min, edge.share_max) == ("shareholding", 49, 49)
    assert edge.quote == "Subsidiaries: Sever Trading House LLC (49%)"


def test_an_unknown_measure_is_shown_and_not_lost(tmp_path: Path) -> None:
    text = (FOLDER / FORMS[0]).read_text().replace("De-flag|", "Moon landing ban|")
    (tmp_path / "list.xml").write_text(text)
    copy = parsed(source, tmp_path / "list.xml", tmp_path)
    assert copy.audit.counts == {"unknown measure": 1}
    assert copy.named("Hao Fan 6").listings[0].measures == ("gb-other", "gb-transport")


@pytest.mark.parametrize("form", FORMS)
def test_a_list_that_is_cut_off_is_refused(form: str, tmp_path: Path) -> None:
    (tmp_path / form).write_bytes((FOLDER / form).read_bytes()[:-60])
    with pytest.raises(IngestError, match="cut off"):
        parsed(source, tmp_path / form, tmp_path)


@pytest.mark.real_lists
@pytest.mark.parametrize(
    ("name", "parties"),
    [
        ("UK-Sanctions-List_2026-09-07_excerpt5.xml", 5),
        ("UK-Sanctions-List_2026-10-08_header_and_1row.csv", 1),
    ],
)
def test_excerpts_of_the_real_list_leave_no_field_unread(name: str, parties: int, tmp_path: Path) -> None:
    copy = parsed(source, real(f"../formats/uk_fcdo/{name}"), tmp_path)
    assert len(copy.records) == parties
    assert copy.audit.as_log() == []
