"""DART's corporation codes. Example Investment is invented, the other two are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.collecting import collect
from ingest.records import Identifier, Name
from ingest.source import source_named
from tests.copies import FIXTURES, parsed, real_register

source = source_named("kr_dart")
TABLE = FIXTURES / "kr_dart" / "csv" / "corp_codes.csv"
XML = FIXTURES / "kr_dart" / "xml" / "CORPCODE.xml"


def test_both_shapes_name_the_same_companies(tmp_path: Path) -> None:
    table, xml = parsed(source, TABLE, tmp_path), parsed(source, XML, tmp_path)
    assert table.records.keys() == xml.records.keys()
    assert table.audit.as_log() == xml.audit.as_log() == []
    company = xml.named("삼성전자")
    assert company.names[1] == Name("SAMSUNG ELECTRONICS CO,.LTD", "alias", "en")
    assert company.identifiers == [
        Identifier("DART code", "00126380", "kr"),
        Identifier("KRX code", "005930", "kr"),
    ]


def test_a_company_without_a_stock_code_is_one_too(tmp_path: Path) -> None:
    company = parsed(source, XML, tmp_path).named("Example Investment Company")
    assert [row.scheme for row in company.identifiers] == ["DART code"]


def test_the_newest_change_dates_the_file(tmp_path: Path) -> None:
    (bundle,) = collect(source, TABLE, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2026, 3, 2)


@pytest.mark.real_companies
def test_the_real_table_has_3971_listed_companies(tmp_path: Path) -> None:
    copy = parsed(source, real_register("korea/dart_corp_codes_listed.csv.gz"), tmp_path)
    copy.check()
    assert (len(copy.records), copy.audit.as_log()) == (3971, [])
