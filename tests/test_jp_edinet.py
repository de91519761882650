"""EDINET's code list. 見本 is invented, Sakata and Sony are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.records import Identifier, Name
from ingest.source import source_named
from tests.copies import FIXTURES, Copy, parsed, real_register
from tests.workbooks import put

source = source_named("jp_edinet")
FIXTURE = FIXTURES / "jp_edinet" / "EdinetcodeDlInfo.csv"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURE, tmp_path)


def test_a_company_has_its_names_in_both_scripts_and_its_reading(copy: Copy, tmp_path: Path) -> None:
    assert copy.audit.as_log() == []
    company = copy.named("SAKATA SEED CORPORATION")
    assert company.names == [
        Name("株式会社 サカタのタネ", "primary", "ja"),
        Name("SAKATA SEED CORPORATION", "alias", "en"),
        Name("カブシキガイシャ サカタノタネ", "transliteration", "ja-Kana"),
    ]
    assert company.identifiers == [
        Identifier("EDINET code", "E00006", "jp"),
        Identifier("JP corporate number", "6020001008662", "jp", True),
        Identifier("TSE code", "1377", "jp"),
    ]
    (bundle,) = collect(source, FIXTURE, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2026, 8, 11)


def test_people_who_file_are_not_kept(copy: Copy) -> None:
    assert copy.audit.skipped == {"filer who is a person": 1}
    assert "見本 太郎" not in repr(copy.records)


def test_the_name_in_brackets_is_a_name_of_its_own(copy: Copy) -> None:
    assert copy.named("パーク見本株式会社").names[1] == Name("パークＭＩＨＯＮ株式会社", "alias")
    company = copy.named("エグザンプル・カンパニー")
    assert company.names[1] == Name("Ｅｘａｍｐｌｅ Ｃｏｍｐａｎｙ", "alias")
    # A place in brackets is part of the name.
    assert copy.named("見本銀行（香港）").caption == "見本銀行（香港）"


def test_a_filer_from_abroad_has_the_country_that_its_address_begins_with(copy: Copy) -> None:
    assert copy.named("エグザンプル・カンパニー").countries == ["us"]
    assert copy.named("見本共和国").schema == "PublicBody"
    assert copy.named("見本共和国").countries == []


def test_shift_jis_as_published_reads_the_same(copy: Copy, tmp_path: Path) -> None:
    published = put(tmp_path / "EdinetcodeDlInfo.csv", FIXTURE.read_text().encode("cp932"))
    assert parsed(source, published, tmp_path).records.keys() == copy.records.keys()


def test_a_copy_that_lost_rows_is_refused_by_its_own_count(tmp_path: Path) -> None:
    short = FIXTURE.read_text().splitlines(keepends=True)[:-1]
    with pytest.raises(IngestError, match="states 7 filers and holds 6"):
        parsed(source, put(tmp_path / "EdinetcodeDlInfo.csv", "".join(short).encode("cp932")), tmp_path)


@pytest.mark.real_companies
def test_the_real_list_has_8120_companies_and_no_person(tmp_path: Path) -> None:
    copy = parsed(source, real_register("japan/EdinetcodeDlInfo_2026-08-11.csv.gz"), tmp_path)
    copy.check()
    assert (len(copy.records), copy.audit.skipped) == (8120, {"filer who is a person": 3254})
    assert copy.audit.as_log() == []
