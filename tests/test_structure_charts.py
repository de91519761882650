"""A customer's own structure chart, as the person at the terminal meets it. All companies are invented."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from entities.models import Dataset, DatasetVersion, Entity, Ownership
from ingest.chart_cells import CellError, is_bare_fraction, read_day, read_kind, read_share
from screening.searched import searched_lists
from tests.builders import a_dataset
from tests.workbooks import put, xls

pytestmark = pytest.mark.django_db

COMPANIES = """Company ID,Company Name,Country,Fax
A1,Example Holding AG,Germany,1
A2,Example Works GmbH,de,2
A3,Example Trading Ltd,United Kingdom,3
"""
OWNERSHIP = """Parent,Subsidiary,Share,From,To
A1,A2,60 %,2020-01-01,
Example Works GmbH,Example Trading Ltd,25-50,,2024-12-31
"""
Load = Callable[..., str]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write a pair of tables and load it the way a person would; return what the terminal says."""

    def run(
        companies: str | bytes = COMPANIES, ownership: str | bytes = OWNERSHIP, *more: str, **named: Any
    ) -> str:
        paths = []
        for name, content in (("companies", companies), ("ownership", ownership)):
            suffix = named.get("suffix", "csv")
            raw = content.encode() if isinstance(content, str) else content
            paths.append(str(put(tmp_path / f"{name}.{suffix}", raw)))
        said = io.StringIO()
        try:
            call_command("structure", *paths, "--dataset", "acme_group", *more, stdout=said)
        except CommandError as error:
            raise CommandError(f"{said.getvalue()}{error}") from error
        return said.getvalue()

    return run


def edges() -> dict[str, Ownership]:
    rows = Ownership.objects.current().select_related("owner", "asset")
    return {f"{row.owner} → {row.asset}": row for row in rows}


def refused(load: Load, *arguments: Any, **named: Any) -> str:
    with pytest.raises(CommandError) as caught:
        load(*arguments, **named)
    return str(caught.value)


def test_a_pair_becomes_a_private_dataset_of_companies_and_edges(load: Load) -> None:
    said = load()
    dataset = Dataset.objects.get(name="acme_group")
    assert (dataset.kind, dataset.title) == ("private", "Structure chart acme_group")
    assert "3 entities" in said
    assert "companies.csv: 1 column is not read (Fax)." in said
    edge = edges()["Example Holding AG → Example Works GmbH"]
    assert (edge.share_min, edge.share_max, edge.start, edge.kind) == (
        Decimal(60),
        Decimal(60),
        date(2020, 1, 1),
        "shareholding",
    )
    assert (edge.citation, edge.quote) == ("Structure chart acme_group", "A1 | A2 | 60 % | 2020-01-01")
    band = edges()["Example Works GmbH → Example Trading Ltd"]
    assert (band.share_min, band.share_max, band.end) == (Decimal(25), Decimal(50), date(2024, 12, 31))
    assert list(Entity.objects.order_by("publisher_key").values_list("countries", flat=True)) == [
        "de",
        "de",
        "gb",
    ]


def test_the_same_pair_again_is_unchanged_and_a_new_one_says_what_changed(load: Load) -> None:
    load()
    assert "acme_group: unchanged since the version of" in load()
    said = load(
        COMPANIES + "A4,Example Four SA,France,4\n", OWNERSHIP.replace("60 %", "48 %") + "A1,A4,100,,\n"
    )
    assert "+1 added, 1 changed, −0 removed" in said
    assert DatasetVersion.objects.accepted().count() == 2
    assert edges()["Example Holding AG → Example Works GmbH"].share_min == Decimal(48)
    assert Ownership.objects.filter(removed_in__isnull=False).get().share_min == Decimal(60)


def test_half_a_chart_replaces_a_whole_one_without_anybodys_leave(load: Load) -> None:
    many = "name,country\n" + "".join(f"Example {number} Ltd,gb\n" for number in range(60))
    load(many, "owner,asset\nExample 1 Ltd,Example 2 Ltd\n")
    assert "−50 removed" in load(
        "".join(many.splitlines(keepends=True)[:11]), "owner,asset\nExample 1 Ltd,Example 2 Ltd\n"
    )


def test_what_is_wrong_is_told_with_its_row_and_the_rest_is_loaded(load: Load) -> None:
    companies = COMPANIES + "A4,,France,\nA2,Example Double,de,\nA5,Example Five,Atlantis,\n"
    ownership = OWNERSHIP + (
        "A9,A3,10,,\nA1,A1,100,,\nA1,A5,10,2020-01-01,2019-01-01\nA2,A5,half,,\nA2,A5,120,,\nA1,A2,60,2021-01-01,\n"
    )
    said = load(companies, ownership)
    assert [line.strip() for line in said.splitlines() if line.startswith("  ")] == [
        "companies.csv row 5: the name is empty.",
        "companies.csv row 6: 'A2' is there already; the first counts.",
        "companies.csv row 7: the country 'Atlantis' is unknown and left empty.",
        "ownership.csv row 4: the owner 'A9' is not in companies.csv.",
        "ownership.csv row 5: 'Example Holding AG' cannot own itself.",
        "ownership.csv row 6: end 2019-01-01 is before start 2020-01-01.",
        "ownership.csv row 7: the share 'half' is not a percentage such as 60, 33,3, 25-50 or >50.",
        "ownership.csv row 8: the share '120' is more than 100 percent.",
        "ownership.csv row 9: row 2 states the same holding at the same time; the first counts.",
    ]
    assert "9 faults, row by row; the rest is loaded:" in said
    assert (Entity.objects.count(), len(edges())) == (4, 2)
    version = DatasetVersion.objects.get()
    assert (version.status, version.not_understood) == ("accepted", 9)


def test_strict_refuses_the_whole_and_writes_nothing(load: Load) -> None:
    said = refused(load, COMPANIES, OWNERSHIP + "A9,A3,10,,\n", "--strict")
    assert "ownership.csv row 4: the owner 'A9' is not in companies.csv." in said
    assert "nothing was loaded" in said
    assert not Entity.objects.exists()
    assert not Dataset.objects.filter(name="acme_group").exists()
    load(COMPANIES, OWNERSHIP, "--strict")
    assert Entity.objects.count() == 3


def test_shares_that_add_up_to_more_than_the_whole_keep_the_owners_only(load: Load) -> None:
    said = load(COMPANIES, "Parent,Subsidiary,Share,From,To\nA1,A3,80,,\nA2,A3,30,,\n")
    assert (
        "ownership.csv row 2: the shares of 'Example Trading Ltd' add up to 110 percent (with row 3)" in said
    )
    assert (
        "ownership.csv row 3: the shares of 'Example Trading Ltd' add up to 110 percent (with row 2)" in said
    )
    assert [(edge.share_min, edge.kind) for edge in edges().values()] == [(None, "shareholding")] * 2


def test_shares_of_different_times_are_not_added_up(load: Load) -> None:
    said = load(
        COMPANIES, "Parent,Subsidiary,Share,From,To\nA1,A3,80,2010-01-01,2015-01-01\nA2,A3,80,2015-01-01,\n"
    )
    assert "faults" not in said
    assert {edge.share_min for edge in edges().values()} == {Decimal(80)}


def test_a_chart_without_shares_says_who_controls_whom(load: Load) -> None:
    load("name\nExample One\nExample Two\n", "parent,child\nExample One,example  two\n")
    (edge,) = edges().values()
    assert (edge.kind, edge.share_min) == ("control", None)


def test_columns_are_named_by_hand_where_their_headings_do_not_say(load: Load) -> None:
    companies = COMPANIES.replace("Company Name", "Bezeichnung")
    assert (
        "companies.csv has no column that is known as name: its columns are Company ID, Bezeichnung"
        in refused(load, companies)
    )
    load(companies, OWNERSHIP, "--column", "name=Bezeichnung")
    assert Entity.objects.count() == 3
    assert "has no column 'Nope'" in refused(load, companies, OWNERSHIP, "--column", "name=Nope")
    assert "is not FIELD=HEADING" in refused(load, companies, OWNERSHIP, "--column", "colour=Red")


def test_a_title_above_the_header_and_another_delimiter_are_no_obstacle(load: Load) -> None:
    companies = "Group structure;as of 2026\n\n" + COMPANIES.replace(",", ";")
    said = load(companies, OWNERSHIP.replace(",", "\t").replace("60 %", "33,3"))
    assert "faults" not in said
    assert edges()["Example Holding AG → Example Works GmbH"].share_min == Decimal("33.3")


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Exämple Größe GmbH", "cp1252"),
        ("示例科技股份有限公司与北京示例贸易有限公司", "gb18030"),
        ("株式会社エグザンプル東京ホールディングス", "cp932"),
        ("Example Ünïversal", "utf-16"),
        ("Example Ünïversal", "utf-8-sig"),
    ],
)
def test_encodings_are_found_out(load: Load, name: str, encoding: str) -> None:
    said = load(f"name\n{name}\nExample Two\n".encode(encoding), "owner,asset\nExample Two,Example Two\n")
    assert Entity.objects.filter(caption=name).exists(), said


def test_two_companies_of_one_name_are_told_apart_by_their_ids(load: Load) -> None:
    said = load("id,name\n1,Example Ltd\n2,Example Ltd\n3,Example Top\n", "owner,asset\n3,Example Ltd\n3,2\n")
    assert "ownership.csv row 2: the asset 'Example Ltd' is the name of 2 companies: use their ids." in said
    assert list(edges()) == ["Example Top → Example Ltd"]


def test_shares_that_may_be_fractions_are_asked_about(load: Load) -> None:
    fractions = "owner,asset,share\nA1,A2,0.6\nA2,A3,1\n"
    assert "Say --shares fraction where 0.6 means 60 percent" in refused(load, COMPANIES, fractions)
    load(COMPANIES, fractions, "--shares", "fraction")
    assert {edge.share_min for edge in edges().values()} == {Decimal(60), Decimal(100)}
    # Said otherwise, it is another chart.
    load(COMPANIES, fractions, "--shares", "percent")
    assert {edge.share_min for edge in edges().values()} == {Decimal("0.6"), Decimal(1)}


def test_of_a_person_in_a_chart_the_name_is_kept_and_nothing_else(load: Load) -> None:
    load(
        "name,type,country,address\nErika Example,Person,de,Example Street 1\nExample AG,Company,de,\n",
        "owner,asset,share\nErika Example,Example AG,51\n",
    )
    person = Entity.objects.get(schema="Person")
    assert (person.caption, person.countries, person.raw) == ("Erika Example", "", {"name": "Erika Example"})
    assert not person.addresses.exists()


def book(rows: Sequence[Sequence[object]], formats: dict[str, str] | None = None) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cell, shown in (formats or {}).items():
        sheet[cell].number_format = shown
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_a_workbook_is_read_as_its_cells_are_shown(load: Load) -> None:
    companies = book([["Name", "Country"], ["Example Top", "France"], ["Example Sub", "France"]])
    ownership = book(
        [["Owner", "Asset", "Share", "Start"], ["Example Top", "Example Sub", 0.07, date(2024, 7, 31)]],
        {"C2": "0%"},
    )
    load(companies, ownership, suffix="xlsx")
    (edge,) = edges().values()
    assert (edge.share_min, edge.start) == (Decimal(7), date(2024, 7, 31))


def test_a_workbook_of_before_2007_is_read_too(load: Load) -> None:
    load(xls(COMPANIES), xls(OWNERSHIP), suffix="xls")
    assert len(edges()) == 2


def test_a_formula_that_nobody_calculated_is_refused(load: Load) -> None:
    companies = book([["Name", "Country"], ["Example Top", "France"], ['="Example "&"Sub"', "France"]])
    said = refused(load, companies, book([["Owner", "Asset"]]), suffix="xlsx")
    assert "companies.xlsx row 3: cell A3 is a formula without a stored value" in said


def test_three_hundred_columns_are_one_sentence(load: Load) -> None:
    wide = [["Name", *(f"Column {number}" for number in range(300))], ["Example Top"], ["Example Sub"]]
    said = load(book(wide), book([["Owner", "Asset"], ["Example Top", "Example Sub"]]), suffix="xlsx")
    assert (
        "companies.xlsx: 300 columns are not read (Column 0, Column 1, Column 2, Column 3, Column 4 and 295 more)."
        in said
    )


LOCKED = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
)


@pytest.mark.parametrize(
    ("content", "suffix", "sentence"),
    [
        (LOCKED, "xlsx", "companies.xlsx is protected by a password."),
        (
            b"<html><table><tr><td>Name</td></tr></table></html>",
            "xls",
            "companies.xls is an HTML page under a spreadsheet's name",
        ),
        (b"", "csv", "companies.csv is empty."),
        (b"\n\n\n", "csv", "companies.csv is empty."),
        (b"PK\x03\x04 cut off", "xlsx", "companies.xlsx is not a readable workbook"),
        (b'name,country\n"Example', "csv", "companies.csv is cut off or not a table"),
    ],
    ids=["password", "HTML", "nothing", "blank lines", "damaged", "cut off"],
)
def test_what_is_no_table_is_refused_in_one_sentence(
    load: Load, content: bytes, suffix: str, sentence: str
) -> None:
    said = refused(
        load, content, book([["Owner", "Asset"]]) if suffix == "xlsx" else "owner,asset\n", suffix=suffix
    )
    assert sentence in said
    assert not Entity.objects.exists()


@pytest.mark.parametrize("name", ["us_ofac_sdn", "Acme Group", "a"])
def test_a_chart_takes_no_public_datasets_name(name: str, tmp_path: Path) -> None:
    a_dataset("us_ofac_sdn", loaded=False)
    paths = [
        str(put(tmp_path / "c.csv", COMPANIES.encode())),
        str(put(tmp_path / "o.csv", OWNERSHIP.encode())),
    ]
    with pytest.raises(CommandError, match="is a public dataset|is no name of a dataset"):
        call_command("structure", *paths, "--dataset", name)


def test_a_chart_or_a_register_that_was_never_loaded_leaves_no_list_unsearched(load: Load) -> None:
    a_dataset("jp_edinet", loaded=False, kind="register")
    refused(load, "colour\nred\n")
    assert Dataset.objects.filter(name="acme_group", current_version=None).exists()
    missing = {row.name for row in searched_lists().missing}
    assert not missing & {"acme_group", "jp_edinet"}
    assert "un_sc" in missing


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", None, None),
        ("unknown", None, None),
        ("60", "60", "60"),
        ("60%", "60", "60"),
        ("60,5 %", "60.5", "60.5"),
        ("25-50", "25", "50"),
        ("25 % – 50 %", "25", "50"),
        ("75 to 100", "75", "100"),
        (">50", "50.0001", "100"),
        ("≥ 50%", "50", "100"),
        ("<25", "0", "24.9999"),
        ("50+", "50", "100"),
        ("wholly owned", "100", "100"),
    ],
)
def test_a_share_is_read_as_people_write_it(text: str, low: str | None, high: str | None) -> None:
    assert read_share(text) == tuple(Decimal(bound) if bound else None for bound in (low, high))


@pytest.mark.parametrize("text", ["half", "120", "-5", "50-25", "1.000,5", "60 60", "∞", "NaN", "1e3"])
def test_what_is_no_share_is_an_error_and_never_a_number(text: str) -> None:
    with pytest.raises(CellError):
        read_share(text)


def test_a_percent_sign_outweighs_the_word_fraction() -> None:
    assert read_share("0.6", fractions=True)[0] == Decimal(60)
    assert read_share("60%", fractions=True)[0] == Decimal(60)
    assert (is_bare_fraction("0.6"), is_bare_fraction("60"), is_bare_fraction("60%")) == (True, False, None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-07-31", date(2024, 7, 31)),
        ("31.07.2024", date(2024, 7, 31)),
        ("45504", date(2024, 7, 31)),
        ("2024", date(2024, 1, 1)),
        ("2024-07-31 00:00", date(2024, 7, 31)),
        ("", None),
    ],
)
def test_a_day_is_read_where_it_can_mean_one_day_only(text: str, day: date | None) -> None:
    assert read_day(text, "start") == day


def test_a_holding_that_ends_in_a_month_or_year_ends_with_its_last_day() -> None:
    assert read_day("2024", "end") == date(2024, 12, 31)
    assert read_day("2024-02", "end") == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["03/04/2024", "2024-13-01", "soon"])
def test_a_day_that_may_be_two_is_none(text: str) -> None:
    with pytest.raises(CellError, match="is not a date such as 2024-07-31"):
        read_day(text, "start")


def test_kinds_are_the_records_own_or_a_charts_words() -> None:
    assert (read_kind("Joint Venture"), read_kind("branch"), read_kind("")) == ("shareholding", "branch", "")
    with pytest.raises(CellError, match="known are shareholding, consolidation"):
        read_kind("friendship")
