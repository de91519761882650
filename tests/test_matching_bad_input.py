"""Texts that are no names: an answer in bounded time, never an exception, never very many hits."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Index, Query, Record, RecordName, compare

SCHEMAS = ("Company", "Person", "Vessel", "Airplane", "LegalEntity", "Thing")
ODD = {
    "empty": "",
    "blank": " \t\n",
    "one letter": "a",
    "one Han character": "海",
    "10,000 letters": "a" * 10_000,
    "10,000 words": "Trading Company Limited " * 2_500,
    "10,000 Han characters": "有限公司" * 2_500,
    "control characters": "\x00\x01\x1b[31m\x7f",
    "directions": "\u202eevil\u202c \u200b\u200d\ufeff",
    "emoji": "😀👩‍👩‍👧‍👦🇨🇳",
    "half a surrogate pair": "\ud800 abc",
    "combining marks": "a" + "\u0301" * 400,
    "mixed scripts": "Ж海aقא김カ Ltd",
    "legal form": "Co., Ltd.",
    "legal forms": "Company Limited LLC GmbH",
    "native legal form": "股份有限公司",
    "stop words": "the of and",
    "particles": "al bin de la",
    "titles": "Dr. Sheikh Mr",
    "initials": "A. B. C.",
    "prefix": "M/V",
    "common words": "International Trading",
    "common names": "Mohammed Ali",
    "punctuation": "'-.,;:()/&\"",
    "many quotes": "'" * 500,
    "digits": "0123456789",
}
WORDS = ("Trading", "Ali", "Mohammed", "Ocean", "Star", "China", "International", "Hassan")


@pytest.fixture(scope="module")
def index() -> Index:
    records = []
    for at in range(2_000):
        first, second = WORDS[at % 8], WORDS[at // 8 % 8]
        name = f"{first} {second} Qx{at:04d}" if at % 3 else f"{first} {second}"
        schema = ("Company", "Person", "Vessel")[at % 3]
        records.append(Record(f"r{at}", schema, (RecordName(name), RecordName("海洋贸易有限公司", "alias"))))
    return Index.build(records)


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("text", ODD.values(), ids=list(ODD))
def test_an_index_answers_any_text_soon_and_with_few_hits(index: Index, text: str, schema: str) -> None:
    start = time.process_time()
    found = index.matches([Query(text, schema=schema)])
    assert time.process_time() - start < 2
    assert len(found.score) <= 64
    assert ((found.score >= 0) & (found.score < 1)).all()
    assert len(index.match(text, schema=schema)) <= 10


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("text", ODD.values(), ids=list(ODD))
def test_any_pair_of_texts_is_scored_and_explained(text: str, schema: str) -> None:
    for other in ("Qorvano", text, ""):
        comparison = compare(text, other, schema)
        assert 0 <= comparison.score < 1
        assert comparison.score == compare(text, other, schema).score
        assert comparison.explanation.sentence()


@pytest.mark.parametrize("text", ["", " ", "Co., Ltd.", "the of and", "Dr.", "\x00", "😀"])
def test_what_holds_no_name_finds_nobody(index: Index, text: str) -> None:
    for schema in SCHEMAS:
        assert index.match(text, schema=schema) == []


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(SCHEMAS))
@settings(max_examples=300, deadline=None)
def test_any_two_texts_have_a_score_whichever_comes_first(left: str, right: str, schema: str) -> None:
    one, two = compare(left, right, schema), compare(right, left, schema)
    assert 0 <= one.score < 1
    assert one.score == pytest.approx(two.score, abs=2e-4)
    assert sum(feature.points for feature in one.explanation.features) == pytest.approx(one.score)


@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from(SCHEMAS)), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_many_texts_get_the_answers_of_each_alone(asked: list[tuple[str, str]]) -> None:
    names = [text for text, _ in asked] + ["Qorvano Trading", "Mohammed Ali"]
    index = Index.build(
        [
            Record(f"{at}", schema, (RecordName(name),))
            for at, name in enumerate(names)
            for schema in SCHEMAS[:3]
        ]
    )
    queries = [Query(text, schema=schema) for text, schema in asked]
    together = list(index.match_many(queries, threshold=0.2))
    assert together == [index.match(text, schema=schema, threshold=0.2) for text, schema in asked]
