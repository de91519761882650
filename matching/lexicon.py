from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rigour.territories import get_territories

from matching.scripts import simplify

DATA = Path(__file__).parent / "data"

# Words that join others and say nothing. "al" and "el" are the Arabic article: "Al-Aqsa" is "Aqsa".
_JOINING = """a an and the of for in on at by to with und der die das fur et de la le les du des del los las y e da dos
di della i al el ul ve za na thereof its"""
JOINING = frozenset(_JOINING.split())
_NUMERALS = """i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi xxii xxiii xxiv xxv xxvi
xxvii xxviii xxix xxx"""
ROMAN = {numeral: value for value, numeral in enumerate(_NUMERALS.split(), start=1)}
_ORDINALS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"""
ORDINALS = {word: value for value, word in enumerate(_ORDINALS.split(), start=1)}
# Legal forms of two letters that are believed where rigour finds them; "yu", "eg" or "do" are words far more often.
_SHORT_FORMS = "ab ad ag ao as bv co cv kg kk lp nv oo ou oy pt sa se sl"
SHORT_FORMS = frozenset(_SHORT_FORMS.split())
_CARDINALS = "one two three four five six seven eight nine ten eleven twelve"
CARDINALS = {word: value for value, word in enumerate(_CARDINALS.split(), start=1)}
COUNTING = frozenset({"no", "nr"})  # before a number
HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}


class Entry(NamedTuple):
    """A written form's meaning: its class (form, place, industry, generic, structure, common) and its key (several for a Han compound)."""

    cls: str
    keys: tuple[str, ...]


class Lexicon(NamedTuple):
    """Tables by written form: single Latin words, Latin phrases by first word, unspaced ones (Han, kana, Hangul); and each place's parent."""

    latin: dict[str, Entry]
    phrases: dict[str, list[tuple[tuple[str, ...], Entry]]]
    han: dict[str, Entry]
    parents: dict[str, str]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(line for line in lines if not line.startswith("#"))


def _is_han(text: str) -> bool:
    return any(ord(char) > 0x2E7F for char in text)


@cache
def lexicon() -> Lexicon:
    """Load the word tables once: matching/data and, for countries and provinces, rigour's territories."""
    tables = Lexicon({}, {}, {}, {})

    def add(written: str, entry: Entry) -> None:
        words = tuple(written.split())
        if not words:
            return
        if _is_han(written):
            tables.han.setdefault(simplify(written), entry)
        elif len(words) == 1:
            tables.latin.setdefault(written, entry)
        else:
            tables.phrases.setdefault(words[0], []).append((words, entry))

    for row in _rows("forms.csv"):
        for written in row["written"].split("|"):
            add(written, Entry("form", (row["key"],)))
    for row in _rows("places.csv"):
        tables.parents[row["key"]] = row["parent"]
        for written in (row["latin"] + "|" + row["han"]).split("|"):
            add(written, Entry("place", (row["key"],)))
    for row in _rows("words.csv"):
        keys = tuple(row["key"].split())
        for written in (row["latin"] + "|" + row["han"]).split("|"):
            add(written, Entry(row["class"], keys))
    for territory in get_territories():
        tables.parents.setdefault(territory.code, territory.parent.code if territory.parent else "")
        name = "".join(char if char.isalnum() else " " for char in territory.name.casefold())
        if name.isascii():
            add(" ".join(name.split()), Entry("place", (territory.code,)))
    for options in tables.phrases.values():
        options.sort(key=lambda option: -len(option[0]))
    return tables


def contains_place(outer: str, inner: str) -> bool:
    """Tell whether the place `inner` lies in `outer`, by their keys."""
    parents = lexicon().parents
    while inner:
        if inner == outer:
            return True
        inner = parents.get(inner, "")
    return False


def number(word: str) -> str | None:
    """Return the value of a number, ordinal or Han numeral as digits, or None if the word is none."""
    digits = word.strip("第号")
    if digits.isascii() and digits.isdigit():
        return digits.lstrip("0") or "0"
    if word.isascii() and word[:-2].isdigit() and word[-2:] in {"st", "nd", "rd", "th"}:
        return word[:-2].lstrip("0") or "0"
    if word in ORDINALS:
        return str(ORDINALS[word])
    if word in CARDINALS:
        return str(CARDINALS[word])
    if digits and all(char in HAN_DIGITS or char == "十" for char in digits):
        return _han_number(digits)
    return None


def _han_number(digits: str) -> str:
    if "十" not in digits:
        return "".join(str(HAN_DIGITS[char]) for char in digits)
    tens, _, ones = digits.partition("十")
    return str((HAN_DIGITS.get(tens, 1) if tens else 1) * 10 + (HAN_DIGITS.get(ones, 0) if ones else 0))
