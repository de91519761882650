"""Hong Kong's List of Securities. EXAMPLE OLD and the counter in renminbi are invented, the others are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.collecting import collect
from ingest.records import Identifier, Name
from ingest.source import source_named
from tests.copies import FIXTURES, Copy, parsed, real_register
from tests.workbooks import put, xlsx

source = source_named("hk_hkex")
ROWS = FIXTURES / "hk_hkex" / "rows.csv"


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return put(tmp_path / "ListOfSecurities.xlsx", xlsx(ROWS.read_text()))


@pytest.fixture
def copy(workbook: Path, tmp_path: Path) -> Copy:
    return parsed(source, workbook, tmp_path)


def test_only_shares_and_units_of_trusts_stand_for_companies(copy: Copy) -> None:
    assert copy.audit.as_log() == []
    assert sorted(record.key for record in copy.records.values()) == ["00001", "00823", "01024", "09901"]
    assert copy.audit.skipped == {"no share of a company: Derivative Warrants": 1}


def test_two_counters_of_one_share_are_one_company(copy: Copy) -> None:
    company = copy.named("KUAISHOU")
    assert company.key == "01024"
    assert company.names == [Name("KUAISHOU"), Name("KUAISHOU-W", "alias"), Name("KUAISHOU-WR", "alias")]
    assert company.identifiers == [
        Identifier("HKEX code", "01024", "hk"),
        Identifier("ISIN", "KYG532631028", valid=True),
        Identifier("HKEX code", "81024", "hk"),
    ]


def test_a_share_without_an_isin_is_a_company_of_its_own(copy: Copy) -> None:
    assert [row.scheme for row in copy.named("EXAMPLE OLD").identifiers] == ["HKEX code"]


def test_the_list_states_its_date(workbook: Path, tmp_path: Path) -> None:
    (bundle,) = collect(source, workbook, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2021, 10, 11)


@pytest.mark.real_companies
def test_the_real_list_has_2604_companies_among_18494_securities(tmp_path: Path) -> None:
    copy = parsed(source, real_register("hongkong/hkex_ListOfSecurities.xlsx"), tmp_path)
    copy.check()
    assert (len(copy.records), copy.audit.rows, copy.audit.as_log()) == (2604, 18494, [])
