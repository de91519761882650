from __future__ import annotations

import csv

import pytest

from matching.han import segment
from matching.lexicon import DATA, lexicon
from matching.names import analyse


def classes(text: str) -> list[tuple[str, str]]:
    return [(token.key, token.cls) for token in analyse(text).tokens if token.cls != "form"]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("SIS d.o.o.", "SIS DOO"),
        ("Johnson & Johnson", "johnson and johnson"),
        ("H&M", "HM"),
        ("Ｈｕａｗｅｉ", "HUAWEI"),
        ("Łódź Größe", "Lodz Grosse"),
        ("Constructora H.L.P.", "CONSTRUCTORA HLP"),
        ("華為技術有限公司", "华为技术有限公司"),
        ("People's Bank", "Peoples Bank"),
        ("Huawei\x00\u200b Cloud", "Huawei Cloud"),
    ],
)
def test_spelling_that_means_nothing_is_folded_away(text: str, same: str) -> None:
    assert analyse(text).normal == analyse(same).normal


@pytest.mark.parametrize(
    "text",
    [
        "Gazprom OOO",
        "ООО Gazprom",
        "Gazprom S.A. de C.V.",
        "Gazprom, spol. s r.o.",
        "Gazprom Corporation",
        "Gazprom Co., Ltd.",
        "Gazprom 有限公司",
        "株式会社Gazprom",
        "주식회사 Gazprom",
        "Gazprom Joint Stock Company",
        "Gazprom Comapny Limted",
        "Gazprom Ltd H",
        "Gazprom PJSC Sponsored ADR",
    ],
)
def test_legal_forms_are_found_in_any_place_and_script(text: str) -> None:
    assert classes(text) == [("gazprom", "name")]


@pytest.mark.parametrize("text", ["SAN FANG", "Fang Yu", "K.A.S. Group"])
def test_two_letters_that_are_words_elsewhere_are_no_legal_form(text: str) -> None:
    assert all(token.cls != "form" for token in analyse(text).tokens)


def test_words_of_a_latin_name_have_classes() -> None:
    assert classes("Hangzhou Hikvision Digital Technology Co., Ltd.") == [
        ("cn-hangzhou", "place"),
        ("hikvision", "name"),
        ("digital", "generic"),
        ("technology", "generic"),
    ]


def test_words_of_a_han_name_have_the_same_keys_as_its_english_ones() -> None:
    assert classes("杭州海康威视数字技术股份有限公司") == [
        ("cn-hangzhou", "place"),
        ("海康威视", "name"),
        ("digital", "generic"),
        ("technology", "generic"),
    ]


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("厦门市美亚柏科信息股份有限公司", ["厦门", "美亚柏科", "信息", "股份有限公司"]),
        ("阿里云计算有限公司", ["阿里", "云计算", "有限公司"]),
        ("金山云", ["金山", "云"]),
        ("天能源", ["天能源"]),
        ("中国电子科技集团公司第十三研究所", ["中国", "电子", "科技", "集团", "公司", "第十三", "研究所"]),
        ("北京京", ["北京京"]),
    ],
)
def test_han_names_are_cut_into_division_trade_name_industry_and_form(run: str, words: list[str]) -> None:
    assert [word for word, _ in segment(run)] == words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Fund VII", "7"),
        ("13th Institute", "13"),
        ("第十三研究所", "13"),
        ("Seventh Plant", "7"),
        ("Trust 007", "7"),
    ],
)
def test_numbers_are_read_in_every_spelling(text: str, value: str) -> None:
    assert (value, "number") in classes(text)


def test_a_roman_numeral_in_front_is_a_name() -> None:
    assert classes("VI Logistics")[0] == ("vi", "name")


@pytest.mark.parametrize(
    "text", ["", " ", "a", "Co., Ltd.", "股份有限公司", "😀😀", "\x00\x1f", "…!?", "x" * 10_000]
)
def test_what_is_no_name_has_no_words(text: str) -> None:
    assert analyse(text).tokens == ()


def test_every_han_compound_is_rendered_by_words_that_exist() -> None:
    with (DATA / "words.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    keys = {entry.keys[0] for entry in lexicon().latin.values()}
    keys |= {entry.keys[0] for options in lexicon().phrases.values() for _, entry in options}
    assert {key for row in rows for key in row["key"].split()} - keys == set()


def test_every_place_lies_in_a_place_that_exists() -> None:
    parents = lexicon().parents
    assert {parent for parent in parents.values() if parent} - set(parents) == set()
