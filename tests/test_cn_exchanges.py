"""Listed companies of China and their controllers. 示例股份 and 李示例 are invented, the others are not; codes are real but one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.records import Name
from ingest.source import source_named
from ingest.sources._cn_names import controller_schema, short_names
from tests.copies import FIXTURES, Copy, parsed, real_register
from tests.workbooks import xls, xlsx

source = source_named("cn_exchanges")
TABLES = FIXTURES / "cn_tables"
WORKBOOKS = {"GPLIST.xls": "sse.csv", "szse_2026-01.xlsx": "szse.csv"}


def tables() -> dict[str, bytes]:
    """Build a folder of the four tables."""
    built = {
        name: (xls if name.endswith(".xls") else xlsx)((TABLES / rows).read_text())
        for name, rows in WORKBOOKS.items()
    }
    plain = ("stock_basic_2026-06.csv", "search_data_2026-06.json")
    return built | {name: (TABLES / name).read_bytes() for name in plain}


def folder(path: Path, files: dict[str, bytes]) -> Path:
    path.mkdir()
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, folder(tmp_path / "china", tables()), tmp_path)


def test_every_column_is_understood(copy: Copy) -> None:
    assert copy.audit.as_log() == []


def test_one_company_has_its_names_of_every_table(copy: Copy) -> None:
    company = copy.named("杭州海康威视数字技术股份有限公司")
    assert company.key == "002415.SZ"
    assert company.names == [
        Name("杭州海康威视数字技术股份有限公司", "primary", "zh"),
        Name("HANGZHOU HIKVISION DIGITAL TECHNOLOGY CO., LTD.", "alias", "en"),
        Name("海康威视", "alias", "zh"),
    ]
    assert [(row.scheme, row.value) for row in company.identifiers] == [("SZSE code", "002415")]


def test_a_and_b_shares_are_one_company(copy: Copy) -> None:
    company = copy.named("Huangshan Tourism Development Co.,Ltd.")
    assert company.key == "600054.SH"
    assert {row.value for row in company.identifiers} == {"600054", "900942"}
    assert copy.named("深物业").names[-1] == Name("深物业B", "alias", "zh")


def test_a_company_with_b_shares_alone_has_their_code(copy: Copy) -> None:
    assert copy.named("Inner Mongolia Yitai Coal Company Limited").key == "900948.SH"


def test_the_issuer_behind_a_depositary_receipt_has_no_country_here(copy: Copy) -> None:
    company = copy.named("Ninebot Limited")
    assert (company.key, company.countries, company.caption) == ("689009.SH", [], "九号公司")


def test_a_body_that_controls_several_companies_is_one_party(copy: Copy) -> None:
    body = copy.named("中国电子科技集团有限公司")
    assert body.schema == "Company"
    held = [
        record
        for record in copy.records.values()
        if record.ownerships and record.ownerships[0].owner_id == body.id
    ]
    assert [record.key for record in held] == ["600990.SH", "002415.SZ"]
    (edge,) = held[1].ownerships
    assert (edge.kind, edge.share_min, edge.share_max) == ("control", None, None)
    assert edge.citation == "Tushare stock_basic, actual controller (实际控制人), 2026-06"
    assert "act_name 中国电子科技集团有限公司, act_ent_type 中央企业" in edge.quote


def test_the_state_as_a_controller_is_a_public_body(copy: Copy) -> None:
    for name in ("国务院国有资产监督管理委员会", "深圳市人民政府国有资产监督管理委员会"):
        assert (copy.named(name).schema, copy.named(name).countries) == ("PublicBody", ["cn"])


def test_of_a_controller_who_is_a_person_nothing_is_kept(copy: Copy) -> None:
    company = copy.named("示例股份")
    assert company.ownerships == []
    assert company.properties["actual controller"] == ["a person"]
    assert "李示例" not in repr(copy.records)
    assert copy.audit.skipped == {"actual controller who is a person: not kept": 1}
    assert copy.named("万科企业股份有限公司").properties["actual controller"] == ["none"]


def test_a_company_that_left_the_exchange_is_still_found(copy: Copy) -> None:
    assert copy.named("邯郸钢铁").key == "600001.SH"


@pytest.mark.parametrize("missing", ["GPLIST.xls", "szse_2026-01.xlsx", "stock_basic_2026-06.csv"])
def test_a_copy_without_one_of_its_tables_is_refused(missing: str, tmp_path: Path) -> None:
    path = folder(
        tmp_path / "china", {name: content for name, content in tables().items() if name != missing}
    )
    with pytest.raises(IngestError, match="table is missing or damaged"):
        parsed(source, path, tmp_path)


def test_a_table_that_lost_rows_which_another_has_is_refused(tmp_path: Path) -> None:
    short = tables()
    rows = (TABLES / "szse.csv").read_text().splitlines(keepends=True)
    short["szse_2026-01.xlsx"] = xlsx("".join(rows[:-2]))
    with pytest.raises(IngestError, match="The Shenzhen table lacks 2 of 4 shares that another table has"):
        parsed(source, folder(tmp_path / "china", short), tmp_path)


def test_two_copies_of_a_table_in_one_folder_are_refused(tmp_path: Path) -> None:
    twice = tables() | {"GPLIST_2025.xls": tables()["GPLIST.xls"]}
    with pytest.raises(IngestError, match="are both the Shanghai table"):
        parsed(source, folder(tmp_path / "china", twice), tmp_path)


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("国务院国有资产监督管理委员会", "PublicBody"),
        ("杭州市财政局", "PublicBody"),
        ("中华人民共和国财政部", "PublicBody"),
        ("西安曲江新区管理委员会", "PublicBody"),
        ("中国科学院", "Organization"),
        ("吉林大学", "Organization"),
        ("东阳市横店社团经济企业联合会", "Organization"),
        ("海尔集团公司", "Company"),
        ("Diageo Plc", "Company"),
        ("SEB SA", "Company"),
        ("李明", "Person"),
        ("吴明厅", "Person"),
        ("朱世会", "Person"),
        ("上官文龙", "Person"),
        ("Ge Li(李革)", "Person"),
        ("José E. Feliciano", "Person"),
        ("吴礼淦家族", "Person"),
        ("无实际控制人", ""),
    ],
)
def test_what_kind_of_party_a_controller_is(text: str, schema: str) -> None:
    assert controller_schema(text) == schema


@pytest.mark.parametrize(
    ("board", "bare"),
    [
        ("*ST国华", "国华"),
        ("万  科Ａ", "万科"),
        ("九号公司-WD", "九号公司"),
        ("退市济堂", "济堂"),
        ("新都退", "新都"),
        ("S佳通", "佳通"),
        ("TCL科技", "TCL科技"),
    ],
)
def test_a_short_name_is_read_without_the_exchanges_marks(board: str, bare: str) -> None:
    assert next(short_names(board)).text == bare


def test_a_name_that_the_day_of_dividend_cuts_off_is_weak() -> None:
    assert [name.kind for name in short_names("XD中直股")] == ["weak"]


@pytest.mark.real_companies
def test_the_real_tables_are_read_whole(tmp_path: Path) -> None:
    copy = parsed(source, real_register("china"), tmp_path)
    copy.check()
    assert (
        len([record for record in copy.records.values() if not record.key.startswith("controller")]) == 5868
    )
    assert sum(len(record.ownerships) for record in copy.records.values()) == 1514
    sasac = copy.named("国务院国有资产监督管理委员会")
    held = [
        record for record in copy.records.values() for edge in record.ownerships if edge.owner_id == sasac.id
    ]
    assert len(held) == 322
