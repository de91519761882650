"""EU consolidated list. The person of the fixture is invented, the companies are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.records import Identifier, Name
from ingest.source import source_named
from tests.copies import FIXTURES, Copy, parsed, real

source = source_named("eu_fsf")
FIXTURE = FIXTURES / "eu_fsf" / "xmlFullSanctionsList_1_1.xml"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURE, tmp_path)


def test_every_attribute_is_understood(copy: Copy, tmp_path: Path) -> None:
    (bundle,) = collect(source, FIXTURE, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2026, 8, 5)
    assert copy.audit.as_log() == []
    assert [record.key for record in copy.records.values()] == [
        "EU.8060.95",
        "logicalId 900001",
        "EU.11094.30",
    ]


def test_a_readable_name_is_the_primary_one_and_languages_repeat_none(copy: Copy) -> None:
    assert copy.named("Sovcombank").names == [
        Name("Sovcombank", "primary", "en"),
        Name("Совкомбанк", "transliteration", "ru"),
        Name("Buycombank", "former"),
    ]


def test_remarks_grade_names_only_where_they_speak_of_the_name(copy: Copy) -> None:
    assert copy.named("Example Person").names == [
        Name("Example Person", "primary"),
        Name("Abu Example", "weak"),
    ]
    (name,) = copy.named("Zadna International Company for Investment Limited").names
    assert name.kind == "primary"


@pytest.mark.parametrize(
    ("name", "start", "basis"),
    [
        ("Sovcombank", date(2022, 4, 8), "designationDate"),
        ("Example Person", date(2003, 7, 7), "entryIntoForceDate"),
    ],
)
def test_the_earliest_date_starts_the_listing(copy: Copy, name: str, start: date, basis: str) -> None:
    (listing,) = copy.named(name).listings
    assert (listing.start, listing.start_basis) == (start, basis)
    assert listing.measures == ("eu-asset-freeze",)


def test_unknown_countries_stay_empty_and_false_documents_are_marked(copy: Copy) -> None:
    bank, person = copy.named("Sovcombank"), copy.named("Example Person")
    assert Identifier("Tax number", "4401116480") in bank.identifiers
    assert Identifier("Passport", "488555", "iq", False) in person.identifiers
    assert bank.addresses[0].text == "Prospekt Tekstilshchikov, 46, 156000, Kostroma, Russian Federation"
    assert bank.properties["website"] == ["sovcombank.ru"]
    assert person.properties["birthDate"] == ["1343 (islamic calendar)", "1955-04-28", "1953–1958"]


def test_the_raw_record_keeps_what_the_parser_took_out(copy: Copy) -> None:
    assert copy.named("Sovcombank").raw["nameAlias"][1]["remark"] == ["former name of Sovcombank"]


def test_an_attribute_that_is_new_makes_a_noise(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text(FIXTURE.read_text().replace('strong="true"', 'strong="true" grade="B"', 1))
    assert parsed(source, path, tmp_path).audit.counts == {"unread field 'grade' of nameAlias": 1}


def test_an_entity_without_any_reference_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text(FIXTURE.read_text().replace(' logicalId="900001"', ""))
    with pytest.raises(IngestError, match="neither euReferenceNumber nor logicalId"):
        parsed(source, path, tmp_path)


@pytest.mark.real_lists
def test_the_fixture_obeys_the_publishers_schema() -> None:
    schema = etree.XMLSchema(etree.parse(str(real("eu_fsf/schema_1_1.xsd"))))
    schema.assertValid(etree.parse(str(FIXTURE)))


@pytest.mark.real_lists
def test_the_excerpt_of_the_real_list_leaves_no_field_unread(tmp_path: Path) -> None:
    path = real("../formats/eu_fsf/xmlFullSanctionsList_1_1_2026-08-05_excerpt11.xml")
    copy = parsed(source, path, tmp_path)
    assert len(copy.records) == 11
    assert copy.audit.as_log() == []
