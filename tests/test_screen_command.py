"""`manage.py screen`: a file in, one row per hit out, whatever the format; exit codes for scripts."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from entities.models import Entity
from entities.querysets import Moment
from screening.finding import Finder
from screening.hit_files import COLUMNS, NotWritten, hit_file
from screening.streaming import Tally, screened
from screening.suppliers import Row, Supplier
from screening.vetting import vet
from screening.worlds import present_world
from tests.builders import a_listed, a_name, a_register, an_edge
from tests.supplier_files import a_text, a_workbook

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


@pytest.fixture
def record() -> None:
    parent, cloud, plain, brand = a_register(
        "Example Holding Limited", "Example Cloud Computing Ltd.", "Quiet Orchard Ltd", "Sample Orchid Group"
    ).values()
    a_name(cloud, "Exayun", "brand")
    a_name(brand, "Zvezda Shipping JSC")
    a_listed(
        "Example Holding Limited", "us-1260h-procurement", citation="91 FR 35189", programme="Section 1260H"
    )
    a_listed("Zvezda Shipping JSC", "us-ofac-blocking", citation="E.O. 14024")
    an_edge(parent, cloud, kind="consolidation", start=date(2020, 1, 1))


def screen(path: Path | str, output: Path | None = None, **options: Any) -> int:
    try:
        call_command("screen", str(path), output=str(output) if output else "-", **options)
    except SystemExit as left:
        return int(str(left.code))
    return 0


def hits(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_hit_is_a_row_with_its_list_measure_citation_and_path(record: None, tmp_path: Path) -> None:
    source = a_text(
        tmp_path / "s.csv", "Vendor Name,Country\nQuiet Orchard,GB\nExayun,CN\nZvezda Shipping JSC,RU\n"
    )
    assert screen(source, tmp_path / "hits.csv", on=TODAY) == 1
    cloud, zvezda = hits(tmp_path / "hits.csv")
    assert tuple(cloud) == COLUMNS
    assert (cloud["row"], cloud["query"], cloud["matched_name"], cloud["name_kind"]) == (
        "2",
        "Exayun",
        "Exayun",
        "brand",
    )
    assert (cloud["dataset"], cloud["listing_programme"], cloud["citation"]) == (
        "us_dod_1260h",
        "Section 1260H",
        "91 FR 35189",
    )
    assert cloud["via"].startswith("Example Holding Limited ─ share not stated, consolidated")
    assert cloud["via"].endswith("since 2020-01-01 ─▶ Example Cloud Computing Ltd.")
    assert "Section 1260H with FY24 NDAA 805" in cloud["measure"]
    assert (zvezda["row"], zvezda["via"], zvezda["dataset"]) == ("3", "", "us_ofac_sdn")


def test_the_bulk_answer_is_that_of_one_company(record: None) -> None:
    # One party on two lists, one of which knows another name of it; and a list that names a subsidiary with its parent.
    a_name(a_listed("Zvezda Shipping JSC", "eu-asset-freeze"), "Aurora Maritime Lines")
    a_name(Entity.objects.get(dataset__name="us_dod_1260h"), "Example Cloud")
    finder = Finder(present_world(Moment(TODAY)), 0.8)
    names = (
        *("Exayun", "Zvezda Shipping JSC", "Sample Orchid Group", "Quiet Orchard", "Example Holding"),
        *("Aurora Maritime Lines", "Example Cloud Computing Ltd."),
    )
    bulk = list(finder.find([Supplier(row, name) for row, name in enumerate(names)]))
    for at, name in enumerate(names):
        one = vet(name, on=TODAY)
        mine = [found for found in bulk if found.supplier.row == at]
        # One company is the one that is meant; in bulk whatever a name may mean is told.
        assert {row.entity.pk for row in mine if not row.path} >= {entry.entity.pk for entry in one.listed}, (
            name
        )
        told = {(row.rule.code, row.result) for row in one.exposing}
        assert {(r["code"], r["result"]) for row in mine if row.path for r in row.regimes} == told, name
    aurora = [found.entity.dataset.name for found in bulk if found.supplier.name == "Aurora Maritime Lines"]
    assert sorted(aurora) == ["eu_fsf", "us_ofac_sdn"]
    cloud = [bool(found.path) for found in bulk if found.supplier.name == "Example Cloud Computing Ltd."]
    assert True in cloud


def test_a_registers_row_that_is_the_same_party_leads_to_its_listing(record: None) -> None:
    (found,) = Finder(present_world(Moment(TODAY)), 0.8).find([Supplier(1, "Sample Orchid Group")])
    assert (found.entity.caption, found.hit.name.text, found.path) == (
        "Zvezda Shipping JSC",
        "Sample Orchid Group",
        (),
    )
    assert found.company_id.startswith("watchlink_companies-")


def test_what_is_forgotten_between_chunks_is_learnt_again(
    record: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder = Finder(present_world(Moment(TODAY)), 0.8)
    asked = [Supplier(1, "Exayun"), Supplier(2, "Sample Orchid Group"), Supplier(3, "Zvezda Shipping JSC")]
    first = [found.said for found in finder.find(asked)]
    monkeypatch.setattr("screening.finding.KEPT", 0)
    for _ in range(2):
        assert [found.said for found in finder.find(asked)] == first
    assert [row[-1] != [] for row in first] == [True, False, False]


def test_a_path_is_told_by_a_rule_that_matters(record: None) -> None:
    world = present_world(Moment(TODAY))
    asked = [Supplier(1, "Exayun")]
    assert list(Finder(world, 0.8, ["us-ofac-blocking"]).find(asked)) == []
    (found,) = Finder(world, 0.8, ["us-1260h-procurement"]).find(asked)
    assert found.path


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx"])
def test_every_format_out_holds_the_same_cells(record: None, tmp_path: Path, suffix: str) -> None:
    source = a_workbook(tmp_path / "s.xlsx", ["Lieferant", "Land"], ["Zvezda Shipping JSC", "Russland"])
    assert screen(source, tmp_path / f"hits{suffix}") == 1
    if suffix == ".xlsx":
        rows = list(openpyxl.load_workbook(tmp_path / "hits.xlsx")["Hits"].iter_rows(values_only=True))
        assert rows[0] == COLUMNS
        assert rows[1][:2] == (1, "Zvezda Shipping JSC")
    else:
        text = (tmp_path / f"hits{suffix}").read_text()
        (row,) = csv.DictReader(io.StringIO(text), delimiter="\t" if suffix == ".tsv" else ",")
        assert row["citation"] == "E.O. 14024"
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_without_a_hit_the_code_is_nought_and_absence_is_no_clearance(
    record: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert screen(a_text(tmp_path / "s.csv", "name\nPlain Bakery of Kaluga\n")) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == [",".join(COLUMNS)]
    assert "0 hits in 0 rows." in told.err
    assert "NOT SEARCHED (never loaded): " in told.err
    assert "No hit is an absence from these lists, not a clearance." in told.err


def test_a_row_that_comes_twice_is_told_twice(record: None, tmp_path: Path) -> None:
    source = a_text(tmp_path / "s.csv", "name\nZvezda Shipping JSC\nQuiet\nZvezda Shipping JSC\n")
    screen(source, tmp_path / "hits.csv")
    assert [row["row"] for row in hits(tmp_path / "hits.csv")] == ["1", "3"]


def test_what_a_spreadsheet_would_run_is_made_inert(record: None, tmp_path: Path) -> None:
    source = a_text(tmp_path / "s.csv", "name\n@Zvezda Shipping JSC\n")
    screen(source, tmp_path / "hits.csv")
    assert [row["query"] for row in hits(tmp_path / "hits.csv")] == ["'@Zvezda Shipping JSC"]


def test_the_country_of_rows_without_one_may_be_said(record: None, tmp_path: Path) -> None:
    source = a_text(tmp_path / "s.csv", "name\nZvezda Shipping JSC\n")
    screen(source, tmp_path / "a.csv", country="China")
    screen(source, tmp_path / "b.csv", country="RU")
    assert hits(tmp_path / "a.csv")[0]["score"] >= hits(tmp_path / "b.csv")[0]["score"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"column": ["name"]}, "Write --column as FIELD=TITLE, such as name=\"Supplier Name\", not 'name'."),
        ({"column": ["name=Nothing"]}, "There is no column “Nothing”; the columns are “name”."),
        ({"country": "Atlantis"}, "The country 'Atlantis' is not known; give an ISO code such as CN."),
        ({"threshold": 7.0}, "The threshold is a number above 0 and at most 1, not 7.0."),
        ({"output": "hits.pdf"}, "Hits are written as .csv, .tsv, .xlsx, not 'hits.pdf'."),
        (
            {"output": "/nowhere/hits.csv"},
            "/nowhere/hits.csv cannot be written: there is no folder /nowhere.",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence_with_code_two(
    record: None, tmp_path: Path, options: dict[str, Any], sentence: str
) -> None:
    source = a_text(tmp_path / "s.csv", "name\nZvezda Shipping JSC\n")
    with pytest.raises(CommandError) as refused:
        call_command("screen", str(source), **options)
    assert str(refused.value) == sentence
    assert refused.value.returncode == 2


def test_a_file_without_names_and_a_record_without_lists_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No column of s.csv is known to hold the name"):
        call_command("screen", str(a_text(tmp_path / "s.csv", "Betrag,Datum\n7,8\n")))
    with pytest.raises(CommandError, match="No list has been loaded"):
        call_command("screen", str(a_text(tmp_path / "t.csv", "name\nExample\n")))


def test_standard_input_is_read(record: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    piped = io.TextIOWrapper(io.BytesIO("name;land\nZvezda Shipping JSC;Russland\n".encode("cp1252")))
    monkeypatch.setattr(sys, "stdin", piped)
    assert screen("-", tmp_path / "hits.csv") == 1
    assert len(hits(tmp_path / "hits.csv")) == 1


def test_a_run_that_breaks_off_leaves_no_half_file(record: None, tmp_path: Path) -> None:
    (tmp_path / "hits.csv").write_text("what was there before")

    def breaks_off() -> None:
        with hit_file(tmp_path / "hits.csv") as write:
            write([1] * len(COLUMNS))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        breaks_off()
    assert (tmp_path / "hits.csv").read_text() == "what was there before"
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_rows_are_read_as_they_are_screened(record: None) -> None:
    taken = 0

    def endless() -> Any:
        nonlocal taken
        while True:
            taken += 1
            yield Row(taken, Supplier(taken, "Zvezda Shipping JSC"))

    tally = Tally()
    first = next(screened(endless(), Finder(present_world(Moment(TODAY)), 0.8), tally))
    assert first.supplier.row == 1
    assert taken <= 4_000


def test_a_worksheet_is_not_overfilled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.hit_files.MOST_ROWS", 2)

    def overfills() -> None:
        with hit_file(tmp_path / "hits.xlsx") as write:
            write([1])
            write([2])

    with pytest.raises(NotWritten, match="write the hits to a .csv"):
        overfills()
    assert not (tmp_path / "hits.xlsx").exists()


def test_a_killed_command_leaves_no_hits_that_look_whole(tmp_path: Path) -> None:
    """A real process, killed while it writes."""
    script = (
        "import sys, time; from pathlib import Path; import django; django.setup()\n"
        "from screening.hit_files import hit_file\n"
        f"with hit_file(Path({str(tmp_path / 'hits.csv')!r})) as write:\n"
        "    write(['x'] * 11); print('writing', flush=True); time.sleep(60)\n"
    )
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "WATCHLINK_DATA_DIR": str(tmp_path / "var"),
    }
    process = subprocess.Popen([sys.executable, "-c", script], env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    assert not (tmp_path / "hits.csv").exists()
    assert (tmp_path / ".hits.csv.partial").exists()
