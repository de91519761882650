"""The names that must match and those that must not, at the threshold people get, for a pair alone and through an index."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Index, Query, Record, RecordName, compare, trees
from matching.features import FEATURES
from matching.index import DEFAULT_THRESHOLD
from matching.lexicon import DATA
from matching.native import crossing, same

HIKVISION = "Hangzhou Hikvision Digital Technology Co., Ltd."
MUST_MATCH = [
    ("SIS DOO", "SIS d.o.o."),
    ("JSCARGUMENT", "JSC ARGUMENT"),
    ("TALIBAN ORGANIZATION", "Taliban"),
    ("HAIGE GUANGZHOU", "Guangzhou Haige"),
    ("SMIC", "Semiconductor Manufacturing International Corporation"),
    ("DJI", "SZ DJI Technology Co., Ltd."),
    ("Hikvision", HIKVISION),
    ("Hikvison Digital", HIKVISION),
    ("Hik Vision Digital", HIKVISION),
    ("华为技术有限公司", "Huawei Technologies Co., Ltd."),
    ("海康威视", "杭州海康威视数字技术股份有限公司"),
    ("杭州海康威視數字技術股份有限公司", "杭州海康威视数字技术股份有限公司"),
    ("トヨタ自動車株式会社", "トヨタジドウシャカブシキガイシャ"),
    ("株式会社日立製作所", "Hitachi, Ltd."),
    ("台積電", "TSMC"),
]
MUST_NOT_MATCH = [
    ("Bank of China (Hong Kong) Limited", "Bank of China (Singapore) Limited"),
    ("Harbour Fund VII LP", "Harbour Fund VIII LP"),
    ("Acme Trust 2007-1", "Acme Trust 2007-2"),
    ("Global Trading LLC", "Global Trade Ltd"),
    ("Apple Inc", "Apple Daily Limited"),
    ("Xinjiang Junggar Cotton and Linen Co., Ltd.", "Xinjiang Jinghe Cotton and Linen Co., Ltd."),
    ("新疆准噶尔棉麻有限公司", "Xinjiang Jinghe Cotton and Linen Co., Ltd."),
    ("四川长虹科技有限公司", "四川天虹科技有限公司"),
    ("大华", "达华"),
    ("阿里云计算有限公司", "阿里巴巴"),
    ("Kingsoft Cloud Holdings Limited", "Kingsoft Office Software"),
    ("Shenzhen Dajiang Technology Co Ltd", "Shenzhen Dahua Technology Co Ltd"),
    ("TTG Co., Ltd.", "TAEJIN TRADING GENERAL COMPANY"),
]


@pytest.mark.parametrize(("asked", "listed"), MUST_MATCH)
def test_spellings_of_one_company_reach_the_threshold(asked: str, listed: str) -> None:
    assert compare(asked, listed).score >= DEFAULT_THRESHOLD
    index = Index.build([Record("it", "Company", (RecordName(listed),)), OTHER])
    assert [hit.id for hit in index.match(asked)] == ["it"]


@pytest.mark.parametrize(
    ("native", "english"), [("埃斯顿", "Estun Automation Co., Ltd."), ("大疆", "SZ DJI Technology Co., Ltd.")]
)
def test_a_brand_made_for_export_is_heard_in_the_native_name(native: str, english: str) -> None:
    assert compare(native, english).score >= DEFAULT_THRESHOLD


OTHER = Record("other", "Company", (RecordName("Norsk Hydro ASA"), RecordName("北京字节跳动科技有限公司")))


@pytest.mark.parametrize(("asked", "listed"), MUST_NOT_MATCH)
def test_names_of_two_companies_stay_below_it(asked: str, listed: str) -> None:
    assert compare(asked, listed).score < DEFAULT_THRESHOLD
    index = Index.build([Record("it", "Company", (RecordName(listed),)), OTHER])
    assert index.match(asked) == []


@pytest.mark.parametrize(
    "word", ["Corp", "Co", "International", "Trading", "Co., Ltd.", "the", "股份有限公司"]
)
def test_common_words_alone_find_nobody(word: str) -> None:
    names = [HIKVISION, "International Trading Corp", "China Trading Co", "杭州海康威视数字技术股份有限公司"]
    index = Index.build([Record(name, "Company", (RecordName(name),)) for name in names])
    assert index.match(word) == []


@pytest.mark.parametrize(
    ("family", "features"),
    [("latin", FEATURES), ("crossing", crossing.FEATURES), ("native", same.FEATURES)],
)
def test_a_model_weighs_the_features_that_are_measured(
    family: str, features: tuple[tuple[str, str], ...]
) -> None:
    model = trees.load(family)
    assert model.features == tuple(name for name, _ in features)
    assert list(model.knots[1]) == sorted(model.knots[1])
    assert 0 <= model.knots[1][0] <= model.knots[1][-1] < 0.98


@pytest.mark.parametrize(
    ("table", "column"), [("brands.csv", "native"), ("spellings.csv", "han"), ("frequencies.csv", "word")]
)
def test_a_table_names_its_source_and_holds_each_word_once(table: str, column: str) -> None:
    lines = (DATA / table).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("#")
    words = [row[column] for row in csv.DictReader(line for line in lines if not line.startswith("#"))]
    assert len(words) == len(set(words))


WORDS = st.sampled_from(
    [
        "Hikvision",
        "Dahua",
        "Qorvano",
        "Technology",
        "Bank",
        "Shenzhen",
        "Ltd",
        "海康",
        "科技",
        "VII",
        "hikvison",
    ]
)
NAMES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


@given(st.lists(NAMES, min_size=1, max_size=6), NAMES)
@settings(max_examples=60, deadline=None)
def test_an_index_scores_as_a_pair_alone_whatever_else_it_holds(listed: list[str], asked: str) -> None:
    index = Index.build([Record(str(at), "Company", (RecordName(name),)) for at, name in enumerate(listed)])
    for hit in index.match(asked, threshold=0.05):
        assert hit.score == pytest.approx(compare(asked, hit.name.text).score, abs=2e-4)
        assert hit.explanation.score == hit.score


@given(NAMES, NAMES, st.sampled_from(["CN", "HK", "DE"]))
@settings(max_examples=60, deadline=None)
def test_evidence_that_agrees_never_lowers_and_evidence_that_differs_never_raises(
    asked: str, listed: str, country: str
) -> None:
    record = Record("it", "Company", (RecordName(listed),), ("cn",), (("LEI", "529900T8BM49AURSDO55"),))
    index = Index.build([record])

    def score(**options: object) -> float:
        hits = index.match(asked, threshold=0.0, **options)  # type: ignore[arg-type]
        return hits[0].score if hits else 0.0

    bare = score()
    assert score(country="CN") >= bare
    assert score(country="DE") <= bare
    assert score(identifiers=[("LEI", "529900T8BM49AURSDO55")]) >= max(bare, 0.95)
    assert score(identifiers=[("LEI", "5493001KJTIIGC8Y1R12")]) <= bare


def test_a_batch_in_pieces_is_answered_like_one(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [HIKVISION, "Zhejiang Dahua Technology Co., Ltd.", "SZ DJI Technology Co., Ltd."]
    index = Index.build([Record(name, "Company", (RecordName(name),)) for name in names])
    queries = [Query(name) for name in ("Hikvision", "DJI", "Dahua Technology", "nobody", "Hikvison")] * 3
    whole = list(index.match_many(queries))
    monkeypatch.setattr("matching.index.CHUNK", 2)
    assert list(index.match_many(queries)) == whole
