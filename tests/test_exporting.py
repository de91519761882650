"""No cell that we export runs in a spreadsheet."""

from __future__ import annotations

import pytest

from entities.exporting import inert


@pytest.mark.parametrize(
    "cell", ["=cmd|' /C calc'!A0", "+1 TRADING", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=", "-0- "]
)
def test_a_cell_that_looks_like_a_formula_becomes_text(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Huawei Technologies Co., Ltd.", "3M", "'=quoted", "A=B", "海康威视"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert inert(cell) == cell
