from __future__ import annotations

import random

import pytest

from bench.altering import ALTERATIONS, altered, in_pinyin, initials
from bench.variants import Name, read
from matching.names import analyse

NAMES = [
    "Joint Stock Company Qorvanov Scientific Institute",
    "Example & Sons Shipping Company Limited",
    "Seventh Example Repair Plant 3",
    "Exemplar Maritime Freight Forwarding Ltd",
    "OAO Petrovmash",
]


def names() -> list[Name]:
    return [name for text in NAMES if (name := read(text))]


@pytest.mark.parametrize("category", ALTERATIONS)
@pytest.mark.parametrize("twice", [False, True])
def test_each_kind_of_alteration_alters_and_does_so_alike_every_time(category: str, twice: bool) -> None:
    first = list(altered(names(), category, twice, "seed"))
    assert first == list(altered(names(), category, twice, "seed"))
    assert first
    assert all(text.casefold() != name.text.casefold() for text, name in first)


def test_a_slip_falls_into_a_long_word_only() -> None:
    name = read("Abc Exampler Ltd")
    assert name
    for seed in range(20):
        text = ALTERATIONS["letter missing"](random.Random(seed), name)
        assert text.startswith("abc ")
        assert len(text) == len(name.text) - 1


def test_a_cut_leaves_the_most_telling_word() -> None:
    cut = ALTERATIONS["cut at 30 characters"]
    kept = read("Exemplar Maritime Freight Forwarding Ltd")
    lost = read("National Development Fund of India Exemplarov")
    assert kept
    assert lost
    assert cut(random.Random(0), kept) == "Exemplar Maritime Freight Forw"
    assert cut(random.Random(0), lost) == ""


def test_initials_leave_the_legal_form_out() -> None:
    name = read("Exemplar Maritime Freight Forwarding Co., Ltd.")
    assert name
    assert initials(name) == "EMFF"


def test_pinyin_is_written_word_by_word() -> None:
    name = Name("海康威视数字技术有限公司", analyse("海康威视数字技术有限公司").tokens, 0)
    assert in_pinyin(name).split()[0] == "haikangweishi"
