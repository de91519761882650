from __future__ import annotations


class Formula(str):
    """The stored value of a cell that holds a formula; what the formula would say now is not known."""

    __slots__ = ()
