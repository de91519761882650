"""GLEIF's three tables: names, parents, and why a parent is not named."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from ingest.audit import Audit
from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.records import Name, entity_id
from ingest.source import Extent
from ingest.sources import gleif
from tests.copies import FIXTURES, Copy, parsed, register_records

FOLDER = FIXTURES / "gleif"
HOLDING, TRADING, CAYMAN = "54930000000000000196", "54930000000000000293", "54930000000000000390"
OUTSIDE = "54930000000000000778"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(gleif, FOLDER, tmp_path)


def test_everything_in_the_copy_is_understood(copy: Copy) -> None:
    assert copy.audit.as_log() == []
    assert copy.audit.skipped == {"relationship with a party that has no LEI": 1}


def test_names_keep_their_kind_and_language(copy: Copy) -> None:
    assert copy.named("Example Machinery Works").names == [
        Name("例子控股集团有限公司", "primary", "zh"),
        Name("Example Holding Group Co., Ltd.", "alias", "en"),
        Name("Example Machinery Works", "former", "en"),
        Name("Lizi Konggu Jituan Youxian Gongsi", "transliteration", "zh-Latn"),
    ]


def test_a_chinese_register_number_is_the_unified_credit_code(copy: Copy) -> None:
    assert [row[:2] for row in copy.named("Example Machinery Works").identifiers] == [
        ("LEI", HOLDING),
        ("USCC", "91330000000000001X"),
    ]


def test_the_headquarters_country_is_one_of_its_countries(copy: Copy) -> None:
    assert copy.named("Example Cloud Holdings Inc.").countries == ["ky", "cn"]


def test_consolidation_is_control_without_a_percentage(copy: Copy) -> None:
    direct, ultimate = copy.named("Example Trading (Hong Kong) Limited").ownerships
    assert (direct.owner_id, direct.kind) == (entity_id("gleif", HOLDING), "consolidation")
    assert (direct.share_min, direct.share_max, direct.quote) == (None, None, "percentage stated: 51.00")
    assert (direct.start, direct.end) == (date(2019, 1, 1), None)
    assert ultimate.citation == "GLEIF Level 2: ultimate accounting consolidation"


def test_a_branch_is_part_of_its_company_and_a_fund_its_managers_affiliate(copy: Copy) -> None:
    kinds = [
        copy.named(name).ownerships[0].kind
        for name in ("Example Trading Filiale Berlin", "Example Growth Fund")
    ]
    assert kinds == ["branch", "affiliate"]


def test_an_ended_relationship_keeps_its_end_and_an_annulled_one_never_was(copy: Copy) -> None:
    (ended,) = copy.named("Example Textiles GmbH").ownerships
    assert ended.end == date(2021, 3, 31)
    assert copy.named("Example Bakery B.V.").ownerships == []


def test_a_company_that_was_merged_names_its_successor_in_words(copy: Copy) -> None:
    said = copy.named("Example Textiles GmbH").properties
    assert said["succeeded by"] == [TRADING]
    assert said["registration"] == "its LEI is retired: the company was merged into another"


def test_why_no_parent_is_named_is_kept_in_words(copy: Copy) -> None:
    assert copy.named("Example Machinery Works").properties["parents"] == {
        "direct parent": "not stated because the company is controlled by natural persons, with no company between",
        "ultimate parent": "not stated because no person is known to control it, as where shares are widely held",
    }


def test_a_parent_that_the_copy_does_not_hold_stands_as_a_bare_lei(copy: Copy) -> None:
    (edge,) = copy.named("Example Cloud Holdings Inc.").ownerships
    bare = copy.records[edge.owner_id]
    assert (bare.key, bare.caption) == (OUTSIDE, f"LEI {OUTSIDE}")


def test_a_file_says_whether_it_is_a_delta(tmp_path: Path) -> None:
    (delta,) = collect(gleif, FIXTURES / "gleif_deltas", tmp_path, 1 << 20)
    assert gleif.extent(delta) is Extent.DELTA
    assert gleif.published_on(delta) == date(2026, 11, 24)
    assert len(delta.files) == 2


def test_a_copy_without_level_1_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rr").mkdir()
    name = "20261121-0800-gleif-goldencopy-rr-golden-copy.csv"
    (tmp_path / "rr" / name).write_bytes((FOLDER / name).read_bytes())
    with pytest.raises(IngestError, match="holds no Level 1"):
        parsed(gleif, tmp_path / "rr", tmp_path)


def test_xml_and_json_say_what_the_csv_says(tmp_path: Path) -> None:
    text = (
        '{"records": [{"LEI": {"$": "THE-LEI"}, "Entity": {"LegalName": {"@xml:lang": "en", "$": "Example Trading Asia Limited"},'
        '"OtherEntityNames": {"OtherEntityName": {"@type": "PREVIOUS_LEGAL_NAME", "@xml:lang": "en",'
        '"$": "Example Trading (Hong Kong) Limited"}}, "LegalAddress": {"@xml:lang": "en", "FirstAddressLine": {"$": "1 Example Road"},'
        '"City": {"$": "Exampletown"}, "Country": {"$": "HK"}}, "HeadquartersAddress": {"FirstAddressLine": {"$": "1 Example Road"},'
        '"City": {"$": "Exampletown"}, "Country": {"$": "HK"}}, "LegalJurisdiction": {"$": "HK"}, "EntityCategory": {"$": "GENERAL"},'
        '"EntityStatus": {"$": "ACTIVE"}}, "Registration": {"RegistrationStatus": {"$": "ISSUED"}}}]}'
    ).replace("THE-LEI", TRADING)
    path = tmp_path / "20261124-lei2.json"
    path.write_text(text)
    from_json = parsed(gleif, path, tmp_path)
    from_xml = parsed(gleif, FIXTURES / "gleif_deltas" / "lei2-delta.xml", tmp_path)
    assert from_json.audit.as_log() == from_xml.audit.as_log() == []
    record = from_json.named("Example Trading Asia Limited")
    assert record.digest == from_xml.named("Example Trading Asia Limited").digest
    assert record.names[1] == Name("Example Trading (Hong Kong) Limited", "former", "en")


REAL = os.environ.get("WATCHLINK_LISTS_DIR", "")


@pytest.mark.real_lists
@pytest.mark.skipif(not REAL, reason="WATCHLINK_LISTS_DIR is not set: the real files were not read")
@pytest.mark.parametrize(
    ("place", "companies"),
    [("gleif-rs-api", 90), ("allianz-ob-poc", 20), ("bodspipelines/lei-data.xml", 10), ("modusnl", 10)],
)
def test_real_files_are_understood(place: str, companies: int, tmp_path: Path) -> None:
    folder = Path(REAL).parent / "companies" / "gleif" / place
    audit, found = Audit(), 0
    for bundle in collect(gleif, folder, tmp_path, 64 << 20):
        if any(gleif.files.table_of(file) == "lei2" for file in bundle.files):
            found += len(register_records(gleif, bundle, audit))
    assert found >= companies
    assert [entry["what"] for entry in audit.as_log()] == []


def test_an_answer_of_the_api_says_what_the_csv_says(tmp_path: Path) -> None:
    address = {
        "language": "en",
        "addressLines": ["1 Example Road", "Floor 3"],
        "city": "Exampletown",
        "country": "HK",
        "postalCode": None,
    }
    entity = {
        "legalName": {"name": "Example Trading (Hong Kong) Limited", "language": "en"},
        "otherNames": [{"name": "Example Traders", "language": "en", "type": "PREVIOUS_LEGAL_NAME"}],
        "legalAddress": address,
        "headquartersAddress": address,
        "jurisdiction": "HK",
        "category": "GENERAL",
        "status": "ACTIVE",
    }
    answer = {
        "meta": {"goldenCopy": {"publishDate": "2026-11-21T00:00:00Z"}},
        "data": {"type": "lei-records", "attributes": {"lei": TRADING, "entity": entity}},
    }
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(answer))
    (bundle,) = collect(gleif, path, tmp_path, 1 << 20)
    assert (gleif.extent(bundle), gleif.published_on(bundle)) == (Extent.ANSWERS, date(2026, 11, 21))
    audit = Audit()
    (record,) = register_records(gleif, bundle, audit).values()
    assert audit.as_log() == []
    assert [row.text for row in record.names] == ["Example Trading (Hong Kong) Limited", "Example Traders"]
    assert [row.text for row in record.addresses] == ["1 Example Road, Floor 3, Exampletown"]
