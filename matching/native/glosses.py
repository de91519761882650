"""What Chinese words mean in English: the lexicon's words and those of CC-CEDICT."""

from __future__ import annotations

import csv
import gzip
from bisect import bisect_left
from functools import cache, lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matching.lexicon import DATA, lexicon
from matching.scripts import simplify

MAX_CHARACTERS = 6
STEM = 4  # letters that make two English words one (environment, environmental)


@cache
def _dictionary() -> tuple[bytes, NDArray[np.int64]]:
    # Sorted lines and where they end: a quarter of a million words as Python strings would be ten times as large.
    lines = gzip.decompress((DATA / "glosses.tsv.gz").read_bytes()) + b"\n"
    return lines, np.flatnonzero(np.frombuffer(lines, np.uint8) == ord("\n"))


@cache
def _sums() -> frozenset[int]:
    # Most runs of characters are no word: a checksum tells that twenty times as fast as the lines do.
    lines, _ = _dictionary()
    return frozenset(crc32(line[: line.index(b"\t") + 1]) for line in lines.splitlines() if b"\t" in line)


def _look_up(word: str) -> str:
    asked = f"{word}\t".encode()
    if crc32(asked) not in _sums():
        return ""
    lines, ends = _dictionary()

    def line(at: int) -> bytes:
        return lines[int(ends[at - 1]) + 1 if at else 0 : int(ends[at])]

    at = bisect_left(range(len(ends)), asked, key=line)
    found = line(at) if at < len(ends) else b""
    return found[len(asked) :].decode() if found.startswith(asked) else ""


@cache
def _brands() -> dict[str, tuple[tuple[str, ...], ...]]:
    with (DATA / "brands.csv").open(encoding="utf-8") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return {
            simplify(row["native"]): tuple(tuple(name.split()) for name in row["english"].split("|"))
            for row in rows
        }


def brands(characters: str) -> tuple[tuple[str, ...], ...]:
    """Return the English names, word by word, that a trade name goes by; empty if none is known."""
    return _brands().get(characters, ())


@cache
def _renderings() -> dict[str, frozenset[str]]:
    # All Latin ways to write what a lexicon key means.
    found: dict[str, set[str]] = {}
    for word, entry in lexicon().latin.items():
        for key in entry.keys:
            found.setdefault(key, set()).add(word)
    return {key: frozenset(words) for key, words in found.items()}


@lru_cache(maxsize=20_000)
def meanings(characters: str) -> tuple[tuple[str, ...], ...]:
    """Return the meanings of a word, each as the English words that say it in any order; empty if it is none."""
    found: dict[tuple[str, ...], None] = {}
    if entry := lexicon().han.get(characters):
        keys = [key.split() for key in entry.keys]
        found[tuple(word for words in keys for word in words)] = None
        if len(entry.keys) == 1:
            found.update(dict.fromkeys((word,) for word in sorted(_renderings().get(entry.keys[0], ()))))
    for told in _look_up(characters).split("|"):
        if told:
            found[tuple(told.split())] = None
    return tuple(found)


def same_stem(left: str, right: str) -> bool:
    """Tell whether two English words are forms of one: equal, or equal in all but the ending."""
    if left == right:
        return True
    shorter = min(len(left), len(right))
    if shorter < STEM or abs(len(left) - len(right)) > 4:
        return False
    stem = max(STEM, shorter - 3)
    return left[:stem] == right[:stem]
