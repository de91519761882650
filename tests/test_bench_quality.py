from __future__ import annotations

import pytest

from bench.quality import FAMILIES, NamePair, Scored, common_cut, is_reported, part_of, passing

SAME = [
    NamePair(True, "legal_native~legal_en", "海康威视", "Hikvision"),
    NamePair(True, "legal_en~vendor_en", "Hikvision", "Hik Vision"),
    NamePair(True, "legal~short", "大华股份", "大华"),
]
LOOK_ALIKE = [NamePair(False, FAMILIES[0], "Hik Vision", other) for other in ("大华", "Kingsoft", "Aliyun")]


def test_every_pair_is_in_one_part_and_tuning_never_sees_a_reported_company() -> None:
    parts = [part_of(SAME + LOOK_ALIKE, reported) for reported in (False, True)]
    assert sorted(parts[0] + parts[1]) == sorted(SAME + LOOK_ALIKE)
    tuned, reported = ({name for pair in part if pair.match for name in pair[2:]} for part in parts)
    assert not tuned & reported


def test_a_third_of_the_companies_is_reported() -> None:
    assert 300 < sum(is_reported(f"Company {number}") for number in range(1000)) < 370


@pytest.mark.parametrize("strictest", FAMILIES)
def test_no_family_of_look_alikes_passes_with_more_than_a_twentieth(strictest: str) -> None:
    pairs = [NamePair(False, family, str(number), "x") for family in FAMILIES for number in range(40)]
    scores = [int(pair.left) / (100 if pair.category == strictest else 1000) for pair in pairs]
    shares = passing(pairs, Scored(scores, common_cut(pairs, scores)))
    assert shares[strictest] == (2 / 40, 40)
    assert all(share <= 1 / 20 for share, _ in shares.values())


def test_pairs_that_tie_with_the_cut_do_not_pass() -> None:
    pairs = [NamePair(False, family, "a", "b") for family in FAMILIES for _ in range(40)]
    assert common_cut(pairs, [0.5] * len(pairs)) == 0.5
    assert passing(pairs, Scored([0.5] * len(pairs), 0.5))[FAMILIES[0]] == (0.0, 40)
