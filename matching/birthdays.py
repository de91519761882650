"""Birth dates as lists print them (10 Dec 1948, 22/08/1990, circa 1951, 1955 to 1958), and what two of them say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
MONTHS = {name: at for at, name in enumerate(_MONTHS.split(), 1)}
# In log-odds, as in matching/evidence.py.
SAME_DAY = 1.5
SWAPPED = 0.7  # day and month in the other's order
SAME_MONTH = 0.8
SAME_YEAR = 0.5
WITHIN = 0.3  # the year lies in the other's range
NEXT_YEAR = -0.3
OTHER_DAY = -0.9
OTHER_YEAR = -3.0
EARLIEST, LATEST = 1850, 2100

ISO = re.compile(r"(?P<year>[12]\d{3})-(?P<month>\d\d)(?:-(?P<day>\d\d))?(?!\d)")
SLASHED = re.compile(r"(?:(?P<day>\d{1,2})/)?(?P<month>\d{1,2})/(?P<year>[12]\d{3})")
WORDED = re.compile(
    rf"(?:(?P<day>\d{{1,2}})\.? )?(?P<month>{_MONTHS.replace(' ', '|')})[a-z]*\.?,? (?P<year>[12]\d{{3}})",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?<!\d)([12]\d{3})(s?)(?!\d)")
RANGE = re.compile(r"\bto\b|–|(?<=\d{4})\s*-\s*(?=[12]\d{3}\b)|\bbetween\b.*\band\b")


class Birth(NamedTuple):
    """A birth date as far as it is stated: years from first to last; month and day are 0 where they are not told."""

    first: int
    last: int
    month: int = 0
    day: int = 0
    vague: bool = False

    def __str__(self) -> str:
        if self.first != self.last:
            return f"{self.first} to {self.last}"
        parts = [f"{self.first:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part]
        return "-".join(parts)


class Verdict(NamedTuple):
    """What two birth dates are worth in log-odds, in words, and whether they conflict."""

    worth: float
    detail: str
    conflict: bool


@lru_cache(maxsize=20_000)
def read(text: str) -> tuple[Birth, ...]:
    """Read the birth dates in a text; what states no year states nothing."""
    found = [birth for pattern in (ISO, SLASHED, WORDED) for birth in _dates(pattern, text)]
    vague = re.search(r"circa|approx|about|\bca?\.", text, re.IGNORECASE) is not None
    years = [(int(year), int(year) + 9 * bool(decade)) for year, decade in YEAR.findall(text)]
    years = [(first, last) for first, last in years if EARLIEST <= first <= LATEST]
    if len(years) > 1 and RANGE.search(text):
        return (Birth(min(years)[0], max(last for _, last in years), vague=vague),)
    if not found:
        found = [Birth(first, last) for first, last in years]
    return tuple(birth._replace(vague=vague) for birth in found)


def _dates(pattern: re.Pattern[str], text: str) -> Iterator[Birth]:
    for match in pattern.finditer(text):
        year, month, day = match["year"], match["month"], match["day"] or "0"
        at = int(month) if month.isdigit() else MONTHS[month.casefold()]
        if EARLIEST <= int(year) <= LATEST:
            at, on = (at, int(day)) if at <= 12 and int(day) <= 31 else (0, 0)
            # The first of January is what systems write for a day that nobody knows.
            yield Birth(int(year), int(year), *((0, 0) if (at, on) == (1, 1) or not at else (at, on)))


def compare(ours: Iterable[str], theirs: Iterable[str]) -> Verdict | None:
    """Weigh the two sides' birth dates, the pair that agrees best; None where a side states none."""
    verdicts = [
        _compare(left, right)
        for one in ours
        for left in read(one)
        for other in theirs
        for right in read(other)
    ]
    return max(verdicts, default=None)


def _compare(ours: Birth, theirs: Birth) -> Verdict:
    apart = max(ours.first - theirs.last, theirs.first - ours.last, 0)
    if apart:
        if apart == 1 or (apart <= 3 and (ours.vague or theirs.vague)):
            return Verdict(NEXT_YEAR, f"birth dates a little apart: {ours} against {theirs}", False)
        return Verdict(OTHER_YEAR, f"different birth dates: {ours} against {theirs}", True)
    if ours.first != ours.last or theirs.first != theirs.last:
        return Verdict(WITHIN, f"the birth year agrees: {ours} and {theirs}", False)
    if not ours.month or not theirs.month:
        return Verdict(SAME_YEAR, f"the birth year agrees: {ours.first}", False)
    if ours.month != theirs.month or (ours.day and theirs.day and ours.day != theirs.day):
        if (ours.month, ours.day) == (theirs.day, theirs.month):
            return Verdict(SWAPPED, f"day and month of birth are exchanged: {ours} and {theirs}", False)
        return Verdict(OTHER_DAY, f"different birthdays in one year: {ours} against {theirs}", True)
    if ours.day and theirs.day:
        return Verdict(SAME_DAY, f"the birth date agrees: {ours}", False)
    return Verdict(SAME_MONTH, f"month and year of birth agree: {ours}", False)
