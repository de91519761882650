from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import compare

HIKVISION = "Hangzhou Hikvision Digital Technology Co., Ltd."
HIKVISION_HAN = "杭州海康威视数字技术股份有限公司"

SAME = [
    ("SIS DOO", "SIS d.o.o.", 0.95),
    ("JSCARGUMENT", "JSC ARGUMENT", 0.80),
    ("TALIBAN ORGANIZATION", "Taliban", 0.80),
    ("HAIGE GUANGZHOU", "Guangzhou Haige", 0.80),
    ("Hik Vision", "Hikvision", 0.80),
    ("Hikvison", "Hikvision", 0.80),
    ("Hikivsion", "Hikvision", 0.80),
    ("Hik Vision Digital", HIKVISION, 0.80),
    ("Technology Digital Hikvision Hangzhou", HIKVISION, 0.80),
    ("Hangzhou Hikvision Digital Tec", HIKVISION, 0.80),
    ("Hangzhou Hikvision Digtal Technology", HIKVISION, 0.80),
    ("海康威视", HIKVISION_HAN, 0.80),
    ("海康威視", HIKVISION_HAN, 0.80),
    ("Hai Kang Wei Shi", "海康威视", 0.85),
    ("Haikang Weishi", "海康威视", 0.85),
    ("Haikangweishi", "海康威视", 0.85),
    ("华为技术有限公司", "Huawei Technologies Co., Ltd.", 0.85),
    ("浙江大华技术股份有限公司", "Zhejiang Dahua Technology Co., Ltd.", 0.85),
    ("中国银行", "Bank of China", 0.85),
    ("鑫磊压缩机股份有限公司", "Xinlei Compressor Co., Ltd.", 0.85),
    ("华为技术有限公司", "華為技術有限公司", 0.95),
    ("ООО Газпром", "Gazprom LLC", 0.90),
    ("Megvii Technology Limited", "Megvii Technology Ltd", 0.95),
    ("thefoundationoftheexampled", "The Foundation of the Exampled", 0.80),
    ("exampleshippingcompanylimited", "EXAMPLE SHIPPING COMPANY LIMITED", 0.80),
    ("7 Exampler Institute", "Seven Exampler Institute", 0.80),
    ("エヌ・エフ・シー株式会社", "NFC Corporation", 0.80),
    ("와이엠씨", "YMC Co., Ltd.", 0.80),
    ("ミヨシ油脂株式会社", "MiyoshiOil&FatCo.,Ltd.", 0.80),
    ("株式会社大林組", "OBAYASHI CORPORATION", 0.80),
    (
        "China Electronics Technology Group Corporation 13th Research Institute",
        "中国电子科技集团公司第十三研究所",
        0.80,
    ),
]


@pytest.mark.parametrize(("left", "right", "least"), SAME)
def test_spellings_of_one_name_match(left: str, right: str, least: float) -> None:
    assert compare(left, right).score >= least


DIFFERENT = [
    ("Bank of China (Hong Kong)", "Bank of China (Singapore)"),
    ("Fund VII", "Fund VIII"),
    ("Carlyle Fund VII", "Carlyle Fund VIII"),
    ("Trust 2007-1", "Trust 2007-2"),
    ("Carlyle Asia Growth Partners 1", "Carlyle Asia Growth Partners 12"),
    ("Global Trading LLC", "Global Trade Ltd"),
    ("Apple Inc", "Apple Daily Limited"),
    ("Xinjiang Junggar Cotton and Linen", "Xinjiang Jinghe Cotton and Linen"),
    ("Kingsoft Cloud", "Alibaba Cloud"),
    ("Kingsoft", "Kingston Technology"),
    ("金山云", "阿里云"),
    ("金山云", "金山石化"),
    ("大华", "达华"),
    ("Hangzhou Digital Technology Co., Ltd.", HIKVISION),
    ("Shanghai Dahua Chemical", "Zhejiang Dahua Technology"),
    ("A Co., Ltd.", "B Co., Ltd."),
    ("SIS", "SIS Marine Logistics"),
    ("ABC Chemical", "ABC Shipping"),
    ("Prime Asia (Vietnam)", "Prime International"),
    ("Padda", "Nanjing Panda"),
    ("Iran Air", "Iraq Air"),
    ("Jak Group Pvt Ltd.", "JAK-A"),
    ("Nan Yang", "Nanyang Red Cotton Logistics Co., Ltd."),
    ("ABC Trading", "ABD Trading"),
    ("Capital One", "Capital Two"),
]


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_names_of_others_do_not_match(left: str, right: str) -> None:
    assert compare(left, right).score < 0.80


@pytest.mark.parametrize("word", ["Corp", "Co", "International", "Trading", "Technology", "Group", "China"])
@pytest.mark.parametrize(
    "name", [HIKVISION, "China International Trading Group Corp", "Trading Technology Co"]
)
def test_a_common_word_alone_never_carries_a_match(word: str, name: str) -> None:
    assert compare(word, name).score < 0.70


def test_a_bare_brand_is_less_than_the_whole_name() -> None:
    assert 0.80 <= compare("Hikvision", HIKVISION).score < compare(HIKVISION, HIKVISION).score


def test_three_letters_asked_for_alone_match_a_name_that_adds_nothing_of_its_own() -> None:
    assert 0.80 <= compare("DJI", "SZ DJI Technology Co., Ltd.").score < 0.90
    assert compare("DJI Ltd", "DJI Trading Ltd").score < 0.80
    assert compare("TTG", "Taejin Trading General Company").score < 0.80


def test_an_exact_name_is_nearly_but_not_quite_certain() -> None:
    assert 0.95 <= compare("Aliyun", "Aliyun").score < 0.99


@pytest.mark.parametrize(
    ("left", "right"),
    [("Beijing Dahua Technology", "Zhejiang Dahua Technology"), ("Huawei Shenzhen", "Huawei Shanghai")],
)
def test_the_same_trade_name_elsewhere_is_no_match_and_names_the_conflict(left: str, right: str) -> None:
    comparison = compare(left, right)
    assert comparison.score <= 0.65
    assert any(conflict.startswith("different places") for conflict in comparison.explanation.conflicts)


def test_a_place_within_the_other_is_no_conflict() -> None:
    assert (
        compare("Hangzhou Hikvision Technology", "Zhejiang Hikvision Technology").explanation.conflicts == ()
    )


def test_a_family_name_with_another_business_is_possible_and_explained() -> None:
    comparison = compare("Alibaba Group", "Alibaba Hotel Supplies")
    assert comparison.score < 0.80
    assert "hotel" in comparison.explanation.sentence()


def test_the_points_add_up_to_the_score_and_the_explanation_is_json() -> None:
    for left, right, _ in SAME:
        comparison = compare(left, right)
        explanation = comparison.explanation
        assert sum(feature.points for feature in explanation.features) == pytest.approx(comparison.score)
        told = json.loads(json.dumps(explanation.as_dict()))
        assert set(told) == {"query", "candidate", "score", "tokens", "conflicts", "features", "sentence"}


def test_the_sentence_tells_an_analyst_what_agrees_and_what_does_not() -> None:
    comparison = compare("Hik Vision Shenzhen", "Hangzhou Hikvision")
    assert comparison.explanation.sentence().startswith(
        f'"Hik Vision Shenzhen" and "Hangzhou Hikvision" score {comparison.score:.2f}: they agree on "hik vision" with '
        '"hikvision" (written together); only the query has "shenzhen"; only the candidate has "hangzhou".'
    )
    assert comparison.explanation.sentence().endswith("Against: different places: shenzhen against hangzhou.")


@pytest.mark.parametrize(("left", "right"), [(a, b) for a, b, _ in SAME] + DIFFERENT)
def test_the_order_of_two_names_does_not_matter(left: str, right: str) -> None:
    assert compare(left, right).score == compare(right, left).score


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_two_texts_have_a_score_between_0_and_1(left: str, right: str) -> None:
    for schema in ("Company", "Person", "Thing"):
        comparison = compare(left, right, schema)
        assert 0 <= comparison.score <= 1
        assert comparison.explanation.sentence()


WORDS = [
    "Hikvision",
    "Zhejiang",
    "Shenzhen",
    "Dahua",
    "Technology",
    "Bank",
    "Cloud",
    "VII",
    "Hik",
    "Vision",
    "海康",
    "云",
    "Ltd",
]


MIX = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)


@given(MIX, MIX)
@settings(max_examples=300, deadline=None)
def test_scores_are_symmetric_for_any_mix_of_words(left: list[str], right: list[str]) -> None:
    one, two = " ".join(left), " ".join(right)
    assert compare(one, two).score == compare(two, one).score


@given(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=6, max_size=12),
    st.sampled_from(["", " Ltd", " Bank", " 云"]),
)
@settings(max_examples=200, deadline=None)
def test_a_name_with_a_distinctive_word_matches_itself(word: str, rest: str) -> None:
    name = f"Qx{word}{rest}"
    assert compare(name, name).score >= 0.95


@pytest.mark.parametrize(
    ("brand", "name"),
    [
        ("Hoshine", "Hoshine Silicon Industry (Shanshan) Co., Ltd"),
        ("Esquel", "Changji Esquel Textile Co., Ltd."),
    ],
)
def test_a_brand_asked_for_alone_finds_the_longer_name_that_holds_it(brand: str, name: str) -> None:
    assert 0.75 <= compare(brand, name).score < 0.90


def test_common_words_alone_are_a_name_only_whole() -> None:
    assert compare("Ministry of Defence of Iran", "Defence Ministry of Iran").score >= 0.70
    assert compare("Korea Mining Development", "KOREA MINING DEVELOPMENT TRADING CORPORATION").score < 0.80
