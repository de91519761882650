"""How much a name in Han, kana or Hangul sounds like a name in another script."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from normality import ascii_text
from numba import njit
from numpy.typing import NDArray
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
CODED = "abcdefghijklmnopqrstuvwxyz0123456789"
CODES = {letter: code for code, letter in enumerate(CODED)}
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


@lru_cache(maxsize=20_000)
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
def _costs() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    swaps = [[_letter_cost(left, right) for right in CODED] for left in CODED]
    lost = [LOST_VOWEL if letter in VOWELS + "h" else LOST_LETTER for letter in CODED]
    return np.array(swaps, np.float32), np.array(lost, np.float32)


class _Sounds(NamedTuple):
    """Ways to read a text: piece p has the options first[p]:first[p + 1]; option o is letters[start[o]:start[o + 1]]."""

    first: NDArray[np.int32]
    start: NDArray[np.int32]
    cost: NDArray[np.float32]
    letters: NDArray[np.uint8]


def _code(text: str) -> NDArray[np.uint8]:
    return np.array([CODES[letter] for letter in text if letter in CODES], np.uint8)


@lru_cache(maxsize=20_000)
def _sounds(written: str, chinese: bool, japanese: bool) -> _Sounds:
    first, start, costs = [0], [0], []
    letters: list[NDArray[np.uint8]] = []
    for piece in _pieces(written):
        options = ((sound(piece), 0.0),) if len(piece) > 1 else _readings(piece, chinese, japanese)
        for text, cost in options:
            letters.append(_code(text))
            start.append(start[-1] + len(letters[-1]))
            costs.append(cost)
        if options:
            first.append(first[-1] + len(options))
    joined = np.concatenate(letters) if letters else np.empty(0, np.uint8)
    return _Sounds(np.array(first, np.int32), np.array(start, np.int32), np.array(costs, np.float32), joined)


@njit(cache=True)
def _hear(sounds, heard, swaps, lost):
    # Rows of an edit distance, one letter of a reading at a time; of several readings of a character the best at each place.
    size = len(heard)
    row = np.zeros(size + 1, np.float32)
    for at in range(size):
        row[at + 1] = row[at] + lost[heard[at]]
    for piece in range(len(sounds.first) - 1):
        best = np.full(size + 1, np.float32(1e9))
        for option in range(sounds.first[piece], sounds.first[piece + 1]):
            read = row.copy()
            after = np.empty(size + 1, np.float32)
            for letter in range(sounds.start[option], sounds.start[option + 1]):
                code = sounds.letters[letter]
                after[0] = read[0] + lost[code]
                for at in range(size):
                    after[at + 1] = min(
                        read[at] + swaps[code, heard[at]],
                        read[at + 1] + lost[code],
                        after[at] + lost[heard[at]],
                    )
                read, after = after, read
            for at in range(size + 1):
                best[at] = min(best[at], read[at] + sounds.cost[option])
        row = best
    return row[size]


@lru_cache(maxsize=20_000)
def sounds_like(written: str, heard: str, chinese: bool = True, japanese: bool = True) -> float:
    """Return how alike (0..1) a text sounds to letters, if each of its characters is read as fits best.

    Characters are read in Mandarin, in Japanese or both, Latin letters as letters or by their names.
    """
    letters = _code(sound(heard))
    sounds = _sounds(written[:MAX_SOUNDS], chinese, japanese)
    if not len(letters) or not len(sounds.letters):
        return 0.0
    return max(0.0, 1 - float(_hear(sounds, letters, *_costs())) / len(letters))


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
