"""How much a name in Han, kana or Hangul sounds like a name in another script."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache, lru_cache

from normality import ascii_text
from pypinyin import lazy_pinyin

from matching.lexicon import DATA
from matching.scripts import HAN, HANGUL, KANA, simplify

MAX_LETTERS = 4  # of a word that may be spelt letter by letter
MAX_SOUNDS = 40  # letters, and characters, that are compared
# What a letter costs: heard otherwise, or not at all. Loan words add vowels and lose distinctions (ハードリンク, hard link).
OTHER_LETTER = 1.5
NEAR_LETTER = 0.25
OTHER_VOWEL = 0.4
LOST_VOWEL = 0.35
LOST_LETTER = 1.2
BY_RULE = 0.1  # a reading voiced (Yama|zaki) or cut short (Ni|ppon) inside a word
BY_CHOICE = 0.4  # a spelling an exporter chose (matching/data/spellings.csv)
NEAR = ("bvpfh", "lr", "kgcqx", "tdc", "szjcx", "mn", "yij", "uwv")
VOWELS = "aeiouyw"
VOICED = {"k": "g", "s": "z", "t": "d", "h": "b", "f": "b", "c": "j"}
_LETTER_NAMES = """ei bi shi di i efu ji eichi ai jei kei eru emu enu o pi kyu aru esu ti yu bui daburyu ekusu
wai zeto"""
LETTERS = dict(zip("abcdefghijklmnopqrstuvwxyz", _LETTER_NAMES.split(), strict=True))
_FOLDED = (
    (r"[^a-z0-9]", ""),
    (r"o[uh](?![aeiou])|oo", "o"),
    (r"uu", "u"),
    (r"ck", "k"),
    (r"([a-z])\1", r"\1"),
)
FOLDED = tuple((re.compile(pattern), becomes) for pattern, becomes in _FOLDED)


@lru_cache(maxsize=100_000)
def sound(text: str) -> str:
    """Write a text in lower-case letters, long vowels and doubled letters as single ones."""
    text = (text if text.isascii() else ascii_text(text) or "").casefold()
    for pattern, becomes in FOLDED:
        text = pattern.sub(becomes, text)
    return text[:MAX_SOUNDS]


@cache
def _japanese() -> dict[str, tuple[str, ...]]:
    with (DATA / "readings.csv").open(encoding="utf-8") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return {simplify(row["han"]): tuple(row["readings"].split("|")) for row in rows}


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    with (DATA / "spellings.csv").open(encoding="utf-8") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return {row["han"]: tuple(row["spellings"].split("|")) for row in rows}


@lru_cache(maxsize=20_000)
def _readings(char: str, chinese: bool, japanese: bool) -> tuple[tuple[str, float], ...]:
    if char in LETTERS:
        return (char, 0.0), (LETTERS[char], 0.0)
    if not HAN.match(char):
        return ((sound(char), 0.0),)
    found: dict[str, float] = {}
    for reading in _japanese().get(char, ()) if japanese else ():
        found[reading] = 0.0
        if voiced := VOICED.get(reading[0]):
            found.setdefault(voiced + reading[2 if reading[:2] in ("sh", "ch") else 1 :], BY_RULE)
        if reading[0] in "hf":
            found.setdefault("p" + reading[1:], BY_RULE)
        if len(reading) > 2 and reading.endswith(("ku", "ki", "tsu", "chi")):
            found.setdefault(reading[: -3 if reading.endswith(("tsu", "chi")) else -2], BY_RULE)
    if chinese or not found:
        found.update((sound(reading), 0.0) for reading in lazy_pinyin(char, errors="ignore"))
        for spelling in _spellings().get(char, ()):
            found.setdefault(sound(spelling), BY_CHOICE)
    return tuple(found.items())


def _letter_cost(left: str, right: str) -> float:
    if left == right:
        return 0.0
    if left in VOWELS and right in VOWELS:
        return OTHER_VOWEL
    return NEAR_LETTER if any(left in near and right in near for near in NEAR) else OTHER_LETTER


@cache
def _costs() -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    swaps = {left: {right: _letter_cost(left, right) for right in letters} for left in letters}
    lost = {letter: LOST_VOWEL if letter in VOWELS + "h" else LOST_LETTER for letter in letters}
    return swaps, lost


def _read(row: Sequence[float], reading: str, heard: str) -> Sequence[float]:
    # One letter of the reading at a time: the rows of an edit distance.
    swaps, lost = _costs()
    for letter in reading:
        swap, loss = swaps[letter], lost[letter]
        after = [row[0] + loss]
        for at, other in enumerate(heard):
            after.append(min(row[at] + swap[other], row[at + 1] + loss, after[at] + lost[other]))
        row = after
    return row


@lru_cache(maxsize=100_000)
def sounds_like(written: str, heard: str, chinese: bool = True, japanese: bool = True) -> float:
    """Return how alike (0..1) a text sounds to letters, if each of its characters is read as fits best.

    Characters are read in Mandarin, in Japanese or both, Latin letters as letters or by their names.
    """
    written, heard = written[:MAX_SOUNDS], sound(heard)
    if not written or not heard:
        return 0.0
    lost = _costs()[1]
    row: Sequence[float] = [sum(lost[letter] for letter in heard[:at]) for at in range(len(heard) + 1)]
    for reading in _pieces(written):
        options: list[Sequence[float]] = []
        choices = ((sound(reading), 0.0),) if len(reading) > 1 else _readings(reading, chinese, japanese)
        for text, cost in choices:
            read = _read(row, text, heard)
            options.append([value + cost for value in read] if cost else read)
        if options:
            row = [min(column) for column in zip(*options, strict=True)] if len(options) > 1 else options[0]
    return max(0.0, 1 - row[-1] / len(heard))


def _pieces(written: str) -> list[str]:
    # Runs of kana and Hangul are read whole: their small signs belong to the sign before. So are Latin words.
    pieces: list[str] = []
    for word in written.split():
        for piece in re.split(f"({KANA.pattern}|{HANGUL.pattern}|[a-z0-9]+)", word):
            whole = piece.isascii() and len(piece) > MAX_LETTERS or KANA.match(piece) or HANGUL.match(piece)
            pieces += [piece] if whole else list(piece)
    return [piece for piece in pieces if piece]


def starts_alike(written: str, heard: str) -> bool:
    """Tell whether a text in Han begins, in Mandarin, with about the sound that letters begin with."""
    first = sound(heard)[:1]
    return any(
        reading[:1] == first or any(reading[:1] in near and first in near for near in NEAR)
        for reading, _ in _readings(written[:1], True, False)
        if first and reading
    )
