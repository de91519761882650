"""Customers' files of suppliers: whatever program wrote them, their rows are read, or one sentence says why not."""

from __future__ import annotations

import gzip
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.suppliers import Refused, Row, SupplierFile, open_suppliers
from tests.supplier_files import a_csv, a_raw_workbook, a_text, a_workbook

CHINESE = "供应商名称,国家\n杭州海康威视数字技术股份有限公司,中国\n深圳市示例科技有限公司,中国\n浙江示范贸易有限公司,中国大陆\n"
ENCODED = {
    "gb18030": CHINESE,
    "big5": "公司名稱,國家\n台灣範例積體電路股份有限公司,台灣\n範例精密工業股份有限公司,台灣\n",
    "cp932": "会社名,国\nサンプルグループ株式会社,日本\n株式会社見本製作所,日本\n",
    "euc_jp": "会社名,国\nサンプルグループ株式会社,日本\n株式会社見本製作所,日本\n",
    "cp949": "회사명,국가\n예시전자 주식회사,한국\n보기자동차 주식회사,한국\n",
    "cp1252": "Lieferant;Land\nMüller Maschinenbau GmbH;Österreich\nSociété Exemple;France\n",
    "cp1251": "Поставщик;Страна\nООО Ромашка;Россия\nАО Образец;Россия\n",
    "cp1250": "Dostawca;Kraj\nŁódź Żelazo Przykład Spółka;Polska\nPrzykładowa Fabryka Śrub;Polska\n",
    "cp1254": "Tedarikçi;Ülke\nŞişe Çağdaş İnşaat Örnek;Türkiye\nIğdır Gıda;Türkiye\n",
    "utf-16": "name\tcountry\nExample Trading\tChina\n",
    "utf-16-le": "name\tcountry\nExample Trading\tChina\n",
    "utf-8-sig": "Raison sociale;Pays\nSociété Exemple;Côte d'Ivoire\n",
    "utf-8": CHINESE,
}


def rows(path: Path, **options: Any) -> list[Row]:
    return list(open_suppliers(path, **options).rows())


def names(path: Path, **options: Any) -> list[str | None]:
    return [row.supplier and row.supplier.name for row in rows(path, **options)]


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(Refused) as refused:
        list(open_suppliers(path, **options).rows())
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def read_or_refused(path: Path) -> list[Row]:
    """Read a file, or nothing where it is refused in a sentence; any other error is one of ours."""
    try:
        return list(open_suppliers(path).distinct())
    except Refused as refused:
        if not str(refused).endswith("."):
            raise
        return []


@pytest.mark.parametrize("encoding", ENCODED)
def test_the_encoding_the_delimiter_and_the_columns_are_found_out(tmp_path: Path, encoding: str) -> None:
    file = open_suppliers(a_text(tmp_path / "suppliers.csv", ENCODED[encoding], encoding))
    expected = [
        line.replace("\t", ";").replace(",", ";").split(";")[0] for line in ENCODED[encoding].splitlines()[1:]
    ]
    read = list(file.rows())
    assert [row.supplier and row.supplier.name for row in read] == expected
    assert all(row.supplier and len(row.supplier.country) == 2 and not row.problems for row in read)
    assert set(file.columns.places) == {"name", "country"}


def test_an_encoding_that_is_said_is_not_guessed(tmp_path: Path) -> None:
    path = a_text(tmp_path / "x.csv", "name\nPøerovské závody\n".replace("ø", "ř"), "cp1250")
    assert names(path, encoding="cp1250") == ["Přerovské závody"]
    for name in ("klingon", "base64", "undefined"):
        assert f"There is no encoding '{name}'." in refusal(path, encoding=name)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_commas_within_names_do_not_mislead(tmp_path: Path, delimiter: str) -> None:
    table = [
        ["ID", "Vendor Name", "Country"],
        ["1", "Example Shoes Co., Ltd.", "VN"],
        ["2", "Sample, Inc.", "US"],
    ]
    read = rows(a_csv(tmp_path / "x.csv", table, delimiter))
    assert [row.supplier and (row.supplier.name, row.supplier.reference) for row in read] == [
        ("Example Shoes Co., Ltd.", "1"),
        ("Sample, Inc.", "2"),
    ]


def test_a_column_of_names_alone_is_a_table_too(tmp_path: Path) -> None:
    assert names(a_text(tmp_path / "x.txt", 'Supplier\nExample Shoes Co., Ltd.\n"Sample, Inc."\n')) == [
        "Example Shoes Co., Ltd.",
        "Sample, Inc.",
    ]


def test_headings_are_found_below_a_title(tmp_path: Path) -> None:
    text = "Supplier list of Example AG\nas of 2026-11-01,,\n,,\nNo,Company name,Country\n1,Example Ltd,GB\n"
    file = open_suppliers(a_text(tmp_path / "x.csv", text))
    assert file.heading == 4
    (row,) = file.rows()
    assert (row.number, row.supplier and row.supplier.name) == (1, "Example Ltd")


def test_columns_are_mapped_as_the_customer_says(tmp_path: Path) -> None:
    path = a_text(tmp_path / "x.csv", "Bez.,Herkunft,Name\nExample GmbH,Deutschland,Herr Muster\n")
    (row,) = rows(path, columns={"name": "bez", "country": "Herkunft"})
    assert row.supplier
    assert (row.supplier.name, row.supplier.country) == ("Example GmbH", "de")
    assert "There is no column “Firma”; the columns are “Bez.”" in refusal(path, columns={"name": "Firma"})
    assert "A column holds one of name, country" in refusal(path, columns={"colour": "Bez."})


def test_identifiers_addresses_and_own_numbers_are_read(tmp_path: Path) -> None:
    text = "公司名称,统一社会信用代码,LEI,注册地址,供应商编号\n示例公司,91330000000000000X,5299009N55YRQC69CN08,杭州市,S-7\n"
    (row,) = rows(a_text(tmp_path / "x.csv", text))
    assert row.supplier
    assert row.supplier[3:] == (
        "杭州市",
        (("LEI", "5299009N55YRQC69CN08"), ("USCC", "91330000000000000X")),
        "S-7",
    )


@pytest.mark.parametrize(
    ("line", "asked", "said"),
    [
        (",China", False, "It has no name, so it is not asked."),
        ("n/a,China", False, "It has no name"),
        ("***,China", False, "It has no name"),
        ("Example,Atlantis", True, "The country “Atlantis” is not known; it is asked without one."),
        (f"{'x' * 10_000},China", False, "The name has 10,000 characters; at most 500 are read."),
        ('"=HYPERLINK(""http://x"")",China', True, "The name begins like a formula; it is read as text."),
        ("Exam\x07ple\x00,China", True, "The name holds control characters; they are dropped."),
        ("Example,China,left,over", True, "It has 4 cells, the headings 2; what is beyond is not read."),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_it(tmp_path: Path, line: str, asked: bool, said: str) -> None:
    (row,) = rows(a_text(tmp_path / "x.csv", f"name,country\n{line}\n"))
    assert (row.supplier is not None) is asked
    assert said in " ".join(row.problems)


def test_a_supplier_that_comes_twice_is_asked_once_and_said(tmp_path: Path) -> None:
    path = a_text(
        tmp_path / "x.csv",
        "name,country\nExample Ltd,GB\nOther,GB\nEXAMPLE  Ltd,United Kingdom\nExample Ltd,FR\n",
    )
    read = list(open_suppliers(path).distinct())
    assert [row.supplier is not None for row in read] == [True, True, False, True]
    assert read[2].problems == ("It is the same as row 1, so it is asked once.",)


def test_a_number_that_two_names_share_tells_neither_apart(tmp_path: Path) -> None:
    path = a_text(tmp_path / "x.csv", "id,name\n7,Example Ltd\n7,Another Ltd\n7,Example Ltd\n")
    read = list(open_suppliers(path).distinct())
    assert [row.supplier and row.supplier.reference for row in read] == ["7", "", None]
    assert "Its number 7 is that of row 1 too" in read[1].problems[0]


def test_a_workbook_is_read_from_its_first_shown_sheet(tmp_path: Path) -> None:
    path = a_workbook(
        tmp_path / "x.xlsx",
        ["Vendor No", "Vendor Name", "Country"],
        [1001, "Example Shoes 株式会社", "Japan"],
        [],
        [1002.0, "Sample Co", None],
        hidden=[["name"], ["not this"]],
    )
    file = open_suppliers(path)
    assert file.reading == {"format": "xlsx", "sheet": "Suppliers", "headings in row": "1"}
    assert [
        (row.number, row.supplier and (row.supplier.name, row.supplier.reference)) for row in file.rows()
    ] == [
        (1, ("Example Shoes 株式会社", "1001")),
        (3, ("Sample Co", "1002")),
    ]


def test_a_formula_counts_by_its_stored_value_and_that_is_said(tmp_path: Path) -> None:
    sheet = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>CONCATENATE("Exam","ple")</f><v>Example</v></c></row>'
        '<row r="3"><c r="A3"><f>WEBSERVICE("http://x.example/")</f></c></row>'
        '<row r="4"><c r="A4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    read = rows(a_raw_workbook(tmp_path / "x.xlsx", sheet))
    assert [row.supplier and row.supplier.name for row in read] == ["Example"]
    assert read[0].problems == ("The name is a formula; its stored value is read.",)


def test_a_cell_at_the_far_end_of_a_sheet_is_refused(tmp_path: Path) -> None:
    sheet = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="XFD1"><v>1</v></c></row>'
    assert "has 16,384 columns; a file of suppliers may have 200." in refusal(
        a_raw_workbook(tmp_path / "x.xlsx", sheet)
    )


def test_an_entity_bomb_within_a_workbook_is_not_resolved(tmp_path: Path) -> None:
    path = a_raw_workbook(tmp_path / "x.xlsx", "")
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>'
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (parts | {"xl/worksheets/sheet1.xml": bomb.encode()}).items():
            archive.writestr(name, content)
    assert "is empty" in refusal(path)


@pytest.fixture
def spoilt(tmp_path: Path) -> dict[str, Path]:
    """Files that are no table of suppliers."""
    wide = [[f"column {number}" for number in range(300)], ["x"] * 300]
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b" " * (80 << 20))
    encrypted = tmp_path / "locked.xlsx"
    encrypted.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000) + "EncryptedPackage".encode("utf-16-le")
    )
    old = tmp_path / "old.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000) + "Workbook".encode("utf-16-le"))
    cut = tmp_path / "cut.xlsx"
    whole = a_workbook(tmp_path / "whole.xlsx", ["name"], ["Example"]).read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    other = tmp_path / "archive.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("suppliers.csv", "name\nExample\n")
    packed = tmp_path / "suppliers.csv.gz"
    packed.write_bytes(gzip.compress(b"name\nExample\n"))
    binary = tmp_path / "picture.csv"
    binary.write_bytes(bytes(range(256)) * 40)
    pdf = tmp_path / "list.pdf"
    pdf.write_bytes(b"%PDF-1.7\n")
    line = tmp_path / "line.csv"
    line.write_bytes(b"name,country " * 400_000)
    return {
        "line": line,
        "wide": a_csv(tmp_path / "wide.csv", wide),
        "html": a_text(tmp_path / "export.xls", "<html><table><tr><td>name</td></tr></table></html>"),
        "empty": a_text(tmp_path / "empty.csv", ""),
        "blank": a_text(tmp_path / "blank.csv", "\n \n"),
        "quote": a_text(tmp_path / "quote.csv", 'name,country\nA,GB\n"Example,GB\n' + "B,GB\n" * 300_000),
        "bomb": bomb,
        "encrypted": encrypted,
        "old": old,
        "cut": cut,
        "archive": other,
        "gzip": packed,
        "binary": binary,
        "pdf": pdf,
        "missing": tmp_path / "nowhere.csv",
    }


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("wide", "wide.csv has 300 columns; a file of suppliers may have 200."),
        ("html", "export.xls is a web page or XML, not a spreadsheet; open it and save it as XLSX or CSV."),
        ("empty", "empty.csv is empty."),
        ("blank", "blank.csv is empty."),
        (
            "quote",
            "quote.csv cannot be followed after row 2: a quotation mark is opened there and not closed",
        ),
        ("bomb", "bomb.xlsx would unpack to 80 MiB; it is refused."),
        ("encrypted", "locked.xlsx is protected by a password; save it without one."),
        ("old", "old.xls is a workbook of Excel 97-2003 (XLS); save it as XLSX or CSV."),
        ("cut", "cut.xlsx is cut off or damaged: it does not unpack."),
        ("archive", "archive.zip is an archive, not a spreadsheet; unpack it first."),
        ("gzip", "suppliers.csv.gz is compressed; unpack it first."),
        ("binary", "picture.csv is not a spreadsheet: it holds bytes that no text has."),
        ("pdf", "list.pdf is a PDF, not a spreadsheet; export it as XLSX or CSV."),
        ("line", "line.csv has a line of more than 4,194,304 characters; that is no table."),
        ("missing", "cannot be read: No such file or directory."),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_sentence(
    spoilt: dict[str, Path], what: str, sentence: str
) -> None:
    assert sentence in refusal(spoilt[what])


def test_a_file_without_a_name_column_is_refused_with_its_columns(tmp_path: Path) -> None:
    file = open_suppliers(a_text(tmp_path / "x.csv", "Betrag,Datum\n7,2026-11-01\n"))
    with pytest.raises(
        Refused, match="No column of x.csv is known to hold the name; its columns are “Betrag”, “Datum”"
    ):
        file.require_name()


# What a customer's cell may hold: anything but what makes a row blank or is cleaned away.
CELL = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Co", "Cn"], exclude_characters="\ufffd"),
    max_size=40,
)
NAME = CELL.map(lambda text: " ".join(f"Ex{text}".split()))


@settings(max_examples=150, deadline=None)
@given(
    table=st.lists(st.tuples(NAME, CELL), min_size=1, max_size=30),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_every_name_that_was_written_is_read(
    table: list[tuple[str, str]], delimiter: str, encoding: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = a_csv(Path(folder) / "x.csv", [("Supplier name", "Notes"), *table], delimiter, encoding)
        assert names(path) == [name for name, _ in table]


@settings(max_examples=300, deadline=None)
@given(content=st.binary(max_size=400))
def test_no_bytes_bring_the_reader_down(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(content)
        read = read_or_refused(path)
        assert all(row.supplier is not None or row.problems for row in read)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 10_000), value=st.integers(0, 255))
def test_a_workbook_with_a_flipped_byte_is_read_or_refused(at: int, value: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = a_workbook(Path(folder) / "x.xlsx", ["name", "country"], ["Example", "GB"])
        content = bytearray(path.read_bytes())
        content[at % len(content)] = value
        path.write_bytes(content)
        read_or_refused(path)


@pytest.fixture
def real_suppliers() -> Path:
    folder = Path(os.environ.get("WATCHLINK_LISTS_DIR", "")) / ".." / "companies" / "suppliers"
    if not os.environ.get("WATCHLINK_LISTS_DIR") or not folder.is_dir():
        pytest.skip(
            "WATCHLINK_LISTS_DIR has no companies/suppliers beside it: no real supplier file was read"
        )
    return folder


@pytest.mark.real_lists
@pytest.mark.parametrize(
    ("name", "count", "columns"),
    [
        ("adidas_nike_merged_2023.csv.gz", 1_017, {"name", "country", "address", "reference"}),
        ("nike_2021.csv.gz", 618, {"name", "country", "address"}),
        ("sport_brand_factories_names.csv.gz", 2_817, {"name"}),
        ("oar_facility_lists/2.csv", 83, {"name", "country", "address"}),
    ],
)
def test_brands_own_lists_are_read_without_a_word(
    real_suppliers: Path, tmp_path: Path, name: str, count: int, columns: set[str]
) -> None:
    content = (real_suppliers / name).read_bytes()
    path = tmp_path / "suppliers.csv"
    path.write_bytes(gzip.decompress(content) if name.endswith(".gz") else content)
    file: SupplierFile = open_suppliers(path)
    read = list(file.rows())
    assert set(file.columns.places) == columns
    assert (len(read), sum(row.supplier is not None for row in read)) == (count, count)
    assert sum(bool(row.problems) for row in read) <= 1
