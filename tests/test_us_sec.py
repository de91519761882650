"""SEC filers. The companies and their numbers are real; the file is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.records import Identifier
from ingest.source import source_named
from tests.copies import FIXTURES, Copy, parsed, real_register

source = source_named("us_sec")
FIXTURE = FIXTURES / "us_sec" / "company_tickers.json"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURE, tmp_path)


def test_the_shares_of_one_filer_are_one_company(copy: Copy) -> None:
    assert copy.audit.as_log() == []
    assert (len(copy.records), copy.audit.rows) == (4, 5)
    company = copy.named("Alphabet Inc.")
    assert company.properties == {"tickers": ["GOOGL", "GOOG"]}
    # As the project's own table writes the number.
    assert company.identifiers == [Identifier("CIK", "1652044", "us")]


def test_a_filer_may_be_of_any_country(copy: Copy) -> None:
    assert copy.named("Alibaba Group Holding Ltd").countries == []


@pytest.mark.real_companies
def test_the_real_file_has_7636_companies(tmp_path: Path) -> None:
    copy = parsed(source, real_register("sec/company_tickers.json.gz"), tmp_path)
    copy.check()
    assert (len(copy.records), copy.audit.rows, copy.audit.as_log()) == (7636, 9304, [])
