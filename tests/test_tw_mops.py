"""Taiwan's companies and holders. TSMC is real; the numbers beside 範例 are invented, and so are all people."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.records import Identifier, Name
from ingest.source import source_named
from tests.copies import FIXTURES, Copy, parsed, real_register

source = source_named("tw_mops")
FIXTURE = FIXTURES / "tw_mops"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURE, tmp_path)


def test_a_company_has_its_names_and_numbers(copy: Copy, tmp_path: Path) -> None:
    assert copy.audit.as_log() == []
    company = copy.named("TSMC")
    assert company.names == [
        Name("台灣積體電路製造股份有限公司", "primary", "zh"),
        Name("台積電", "alias", "zh"),
        Name("TSMC", "weak", "en"),
    ]
    assert company.identifiers == [
        Identifier("TWSE code", "2330", "tw"),
        Identifier("Taiwan UBN", "22099131", "tw", True),
    ]
    (bundle,) = collect(source, FIXTURE, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2023, 8, 31)


def test_a_company_of_another_country_says_so(copy: Copy) -> None:
    assert copy.named("範例控股股份有限公司").countries == ["ky"]
    assert copy.named("範例控股股份有限公司").names[1] == Name("範例", "alias", "zh")


def test_the_seats_of_one_holder_are_one_edge_with_the_share_worked_out(copy: Copy) -> None:
    (edge,) = copy.named("範例封測股份有限公司").ownerships
    # 臺灣 in one table, 台灣 in the other: the holder is the listed company itself.
    assert edge.owner_id == copy.named("TSMC").id
    assert (edge.kind, edge.share_min, edge.share_max) == ("shareholding", Decimal("60.5"), Decimal("60.5"))
    assert edge.citation == "Market Observation Post System, t187ap11, 2023-07"
    assert edge.quote.endswith("董事長本人、大股東本人, 目前持股 605,000, 已發行普通股數 1,000,000")


def test_a_large_holder_of_unknown_shares_has_more_than_ten_percent(copy: Copy) -> None:
    large, small = copy.named("範例上櫃").ownerships
    assert (large.share_min, large.share_max) == (Decimal(10), Decimal(100))
    assert (small.share_min, small.share_max) == (None, None)


def test_people_are_not_kept(copy: Copy) -> None:
    assert copy.audit.skipped == {"holder who is a person": 1, "seat without shares": 1}
    for text in ("王範例", "張", "'丙'", "invest@example.com", "03-5636688"):
        assert text not in repr([record.raw for record in copy.records.values()])


@pytest.mark.parametrize(
    ("name", "missing"), [("t187ap11_L.csv", "t187ap03"), ("t187ap03_L.csv", "t187ap11")]
)
def test_one_kind_of_table_alone_is_refused(name: str, missing: str, tmp_path: Path) -> None:
    folder = tmp_path / "alone"
    folder.mkdir()
    shutil.copy(FIXTURE / name, folder)
    with pytest.raises(IngestError, match=f"The table {missing} is missing"):
        parsed(source, folder, tmp_path)


@pytest.mark.real_companies
def test_the_real_tables_give_4161_parties_and_3262_edges(tmp_path: Path) -> None:
    copy = parsed(source, real_register("taiwan"), tmp_path)
    copy.check()
    assert (len(copy.records), copy.audit.as_log()) == (4161, [])
    assert sum(len(record.ownerships) for record in copy.records.values()) == 3262
    airline = copy.records[copy.named("華航").id]
    held = [
        edge for record in copy.records.values() for edge in record.ownerships if edge.owner_id == airline.id
    ]
    assert max(edge.share_min for edge in held if edge.share_min) == Decimal("75.1948")
