"""METI's Foreign End User List: a ruled table in a PDF. The first rows are typed from the list of 2025-09-29."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.records import Name
from ingest.sources import jp_meti_eul as source
from tests.copies import Copy, parsed
from tests.pdf_table import write

HEAD = [
    *(
        "No.",
        "国名、地域名\nCountry or Region",
        "企業名、組織名\nCompany or Organization",
        "別名\nAlso Known As",
    ),
    *("懸念区分\nType of WMD", "通常兵器\nConventional\nWeapons"),
]
AL_QAIDA = [
    "1",
    "アフガニスタン\nIslamic Republic of\nAfghanistan",
    "Al Qa'ida/Islamic Army",
    "・Al Qaeda\n・The World Islamic Front for Jihad against Jews and\nCrusaders",
    "生物、化学、ミサイル、核\nB,C,M,N",
    "通常兵器\nCW",
]
DELTA = [
    "2",
    "アラブ首長国連邦\nUnited Arab Emirates",
    "Delta Engineering Concern FZE （DEC）",
    "",
    "核\nＮ",
    "",
]
PHENOMENA = [
    "3",
    "アラブ首長国連邦\nUnited Arab Emirates",
    "PHENOMENA INTERNATIONAL GENERAL TRADING\nLLC",
    "・Phenomena",
    "ミサイルM",
    "",
]
CUT_OFF = ["", "", "", "・Phenomena General Trading", "", ""]
RYONHAP = [
    "4",
    "北朝鮮\nNorth Korea",
    "KOREA RYONHAP TRADING CORPORATION\n（朝鮮連合貿易会社）",
    "",
    "核\nN",
    "",
]


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    return write(
        tmp_path / "20250929006-1.pdf", [[HEAD, AL_QAIDA, DELTA, PHENOMENA], [HEAD, CUT_OFF, RYONHAP]]
    )


@pytest.fixture
def copy(pdf: Path, tmp_path: Path) -> Copy:
    return parsed(source, pdf, tmp_path)


def test_every_row_is_read_with_its_country_and_concern(copy: Copy) -> None:
    assert copy.audit.as_log() == []
    assert [record.countries for record in copy.records.values()] == [["af"], ["ae"], ["ae"], ["kp"]]
    (listing,) = copy.named("Al Qaeda").listings
    assert listing.measures == ("jp-meti-eul",)
    assert listing.requirement == (
        "Concern: biological weapons, chemical weapons, missiles, nuclear weapons, conventional weapons."
    )


def test_an_alias_that_wraps_is_one_alias(copy: Copy) -> None:
    assert (
        copy.named("The World Islamic Front for Jihad against Jews and Crusaders").caption
        == "Al Qa'ida/Islamic Army"
    )


def test_full_width_brackets_hold_a_short_form_or_the_name_in_han(copy: Copy) -> None:
    assert copy.named("DEC").names == [Name("Delta Engineering Concern FZE"), Name("DEC", "weak")]
    assert copy.named("朝鮮連合貿易会社").names[0] == Name("KOREA RYONHAP TRADING CORPORATION")


def test_a_row_cut_by_the_page_break_is_joined(copy: Copy) -> None:
    record = copy.named("PHENOMENA INTERNATIONAL GENERAL TRADING LLC")
    assert [row.text for row in record.names[1:]] == ["Phenomena", "Phenomena General Trading"]
    assert record.listings[0].requirement == "Concern: missiles."


def test_the_date_is_that_of_the_press_release_in_the_files_name(pdf: Path, tmp_path: Path) -> None:
    (bundle,) = collect(source, pdf, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2025, 9, 29)


def test_a_gap_in_the_row_numbers_is_a_doubt(tmp_path: Path) -> None:
    path = write(tmp_path / "20250929006-1.pdf", [[HEAD, AL_QAIDA, RYONHAP]])
    copy = parsed(source, path, tmp_path)
    assert [entry["what"] for entry in copy.audit.as_log()] == ["row numbers are not consecutive"]


def test_a_damaged_pdf_is_refused(pdf: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.pdf"
    path.write_bytes(pdf.read_bytes()[:400])
    with pytest.raises(IngestError, match="cut.pdf is not a file that jp_meti_eul can read"):
        parsed(source, path, tmp_path)


def test_a_table_with_a_column_less_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "20250929006-1.pdf", [[HEAD[:5], AL_QAIDA[:5]]])
    with pytest.raises(IngestError, match="page 1: a row has 5 of 6 columns"):
        parsed(source, path, tmp_path)
