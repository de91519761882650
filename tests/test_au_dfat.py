"""Australian list. The workbook is built from typed rows; reference 9001 is invented, the others are not."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.records import Identifier, Name
from ingest.source import source_named
from tests.copies import FIXTURES, Copy, parsed, real

source = source_named("au_dfat")
FIXTURE = FIXTURES / "au_dfat" / "rows.csv"


def workbook(path: Path, change: Callable[[str], str] = str) -> Path:
    """Build the publisher's workbook: references and flags as texts, control dates as days."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Consolidated List"
    for row in csv.reader(change(FIXTURE.read_text()).splitlines()):
        cells: list[object] = [cell or None for cell in row]
        if row[13][:2] == "20":
            cells[13] = datetime.fromisoformat(row[13])
        sheet.append(cells)
        for cell in sheet[sheet.max_row]:
            if cell.data_type == "f":
                cell.data_type = "s"  # a name is no formula, whatever it begins with
    book.save(path)
    return path


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, workbook(tmp_path / "list_2026-09-03.xlsx"), tmp_path)


def test_a_workbook_stays_whole_and_every_column_is_understood(copy: Copy, tmp_path: Path) -> None:
    (bundle,) = collect(source, tmp_path / "list_2026-09-03.xlsx", tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2026, 9, 3)
    assert copy.audit.as_log() == []
    assert list(copy.records) == [
        copy.named(name).id for name in ("The Base", "ANDAMAN SKIES", "Ahmad EXAMPLE")
    ]


def test_rows_of_one_reference_are_one_party_wherever_they_stand(copy: Copy) -> None:
    party = copy.named("AL-QAIDA")
    assert party.key == "155"
    assert party.names == [
        Name("AL-QAIDA", "primary"),
        Name("The Base", "alias"),
        Name("القاعدة", "transliteration", "original script"),
        Name("Base", "weak"),
    ]


def test_enumerations_inside_a_cell_are_split(copy: Copy) -> None:
    party = copy.named("AL-QAIDA")
    assert [(row.text, row.country) for row in party.addresses] == [
        ("Kabul, Afghanistan", "af"),
        ("Quetta, Pakistan", "pk"),
    ]
    assert party.identifiers == [Identifier("UN reference", "QDe.004")]


def test_each_flag_is_a_measure_of_its_own(copy: Copy) -> None:
    (listing,) = copy.named("AL-QAIDA").listings
    assert listing.measures == ("au-targeted-financial", "au-arms-embargo")
    assert listing.start == date(2001, 10, 6)
    assert copy.named("Ahmad EXAMPLE").schema == "Person"


def test_the_control_date_is_no_listing_date(copy: Copy) -> None:
    ship = copy.named("ANDAMAN SKIES")
    assert ship.identifiers == [Identifier("IMO", "9288693")]
    assert ship.listings[0].measures == ("au-maritime",)
    assert ship.listings[0].start is None


def test_a_lost_column_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", lambda text: text.replace("Committees", "Committee", 1))
    with pytest.raises(IngestError, match="lacks the column 'Committees'"):
        parsed(source, path, tmp_path)


def test_a_damaged_sheet_is_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx")
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[: len(content) // 2] if name.endswith("sheet1.xml") else content)
    with pytest.raises(IngestError, match="not a readable workbook"):
        parsed(source, path, tmp_path)


def test_a_bomb_in_the_guise_of_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/sharedStrings.xml", b"\0" * (40 << 20))
    with pytest.raises(IngestError, match="it is refused"):
        parsed(source, path, tmp_path)


@pytest.mark.real_lists
def test_the_rows_of_the_real_list_leave_no_column_unread(tmp_path: Path) -> None:
    copy = parsed(source, real("../formats/au_dfat/rebuilt_from_rows.xlsx"), tmp_path)
    assert len(copy.records) == 3
    assert copy.audit.as_log() == []
