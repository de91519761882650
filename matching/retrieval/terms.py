"""Words as 64-bit hashes: names cut into words, their joins and initials, and what a word is with letters left out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matching.encoding import CLASS, measured_words, rarity
from matching.lexicon import JOINING, lexicon

MAX_WORDS = 24  # of a name
MAX_JOINED = 3  # neighbouring words that are also looked up as one
MAX_LETTERS = 40  # of a word
MIN_INITIALS, MAX_INITIALS = 3, 8
FNV_START = np.uint64(14695981039346656037)
FNV_PRIME = np.uint64(1099511628211)
INITIALS_MARK = np.uint64(0x9E3779B97F4A7C15)  # tells initials from words of the same letters

# Letters and digits in lower case, everything else a space, apostrophes nothing (0).
LETTERS = np.full(256, 32, np.uint8)
for _byte in range(256):
    if chr(_byte).isascii() and chr(_byte).isalnum():
        LETTERS[_byte] = ord(chr(_byte).lower())
LETTERS[[ord("'"), ord("`")]] = 0


class Words(NamedTuple):
    """Names cut into words: name n has the words first[n]:first[n + 1]; start and length cut a word from letters."""

    first: NDArray[np.int64]
    start: NDArray[np.int64]
    length: NDArray[np.int64]
    letters: NDArray[np.uint8]
    hash: NDArray[np.uint64]


def cut(texts: Sequence[str]) -> Words:
    """Cut ASCII texts into words; of longer words and names only the beginning counts."""
    sizes = np.fromiter((len(text) for text in texts), np.int64, len(texts))
    blob = np.frombuffer("".join(texts).encode("ascii", "replace"), np.uint8)
    return Words(*_cut(LETTERS[blob], np.cumsum(sizes)))


@njit(cache=True, nogil=True)
def spell(letters, start, length):
    """Hash so many letters (FNV-1a)."""
    value = FNV_START
    for at in range(start, start + length):
        value = (value ^ np.uint64(letters[at])) * FNV_PRIME
    return value


@njit(cache=True, nogil=True)
def spell_on(value, letters, start, length):
    """Go on hashing where another word ended, as if both were one."""
    for at in range(start, start + length):
        value = (value ^ np.uint64(letters[at])) * FNV_PRIME
    return value


@njit(cache=True, nogil=True)
def _cut(blob, ends):
    names = len(ends)
    most = len(blob) // 2 + names + 1
    first = np.zeros(names + 1, np.int64)
    start = np.empty(most, np.int64)
    length = np.empty(most, np.int64)
    hashes = np.empty(most, np.uint64)
    letters = np.empty(len(blob) + 1, np.uint8)
    count, size, begin = 0, 0, 0
    for name in range(names):
        words, at = 0, begin
        while at < ends[name] and words < MAX_WORDS:
            while at < ends[name] and blob[at] == 32:
                at += 1
            word = size
            while at < ends[name] and blob[at] != 32:
                if blob[at] != 0 and size - word < MAX_LETTERS:
                    letters[size] = blob[at]
                    size += 1
                at += 1
            if size > word:
                start[count], length[count] = word, size - word
                hashes[count] = spell(letters, word, size - word)
                count += 1
                words += 1
        begin = ends[name]
        first[name + 1] = count
    return first, start[:count].copy(), length[:count].copy(), letters[:size].copy(), hashes[:count].copy()


@njit(cache=True, nogil=True)
def without(letters, start, length, one, two):
    """Hash a word with the letters at two positions left out (two >= length: only one of them, both: none)."""
    value = FNV_START
    for at in range(length):
        if at != one and at != two:
            value = (value ^ np.uint64(letters[start + at])) * FNV_PRIME
    return value


def hashes_of(words: Sequence[str]) -> NDArray[np.uint64]:
    """Return the sorted hashes of ASCII words."""
    return np.unique(cut([word for word in words if word.isascii()]).hash)


def form_hashes() -> NDArray[Any]:
    """Return the sorted hashes of the words that are only legal forms, or several of them written together."""
    return hashes_of([*_forms()])


def _forms() -> frozenset[str]:
    tables = lexicon()
    forms = {word for word, entry in tables.latin.items() if entry.cls == "form"}
    phrases = [
        phrase for options in tables.phrases.values() for phrase, entry in options if entry.cls == "form"
    ]
    return frozenset(forms | {"".join(phrase) for phrase in phrases})


@cache
def known_words() -> tuple[NDArray[np.uint64], NDArray[np.uint8], NDArray[np.float32]]:
    """Return the hashes, sorted, of the words that something is known of, with class and rarity: all others are rare names."""
    tables = lexicon()
    classes = {word: "name" if entry.cls == "common" else entry.cls for word, entry in tables.latin.items()}
    for options in tables.phrases.values():
        for phrase, entry in options:
            for word in phrase:
                classes.setdefault(word, entry.cls)
    for form in _forms():
        classes.setdefault(form, "form")
    words = sorted({*classes, *measured_words()})
    words = [word for word in words if word.isascii() and word.isalnum()]
    hashes = cut(words).hash
    order = np.argsort(hashes)
    cls = np.array([CLASS[classes.get(word, "name")] for word in words], np.uint8)
    rare = np.array([rarity(word) for word in words], np.float32)
    return hashes[order], cls[order], rare[order]


def joining_hashes() -> NDArray[Any]:
    """Return the sorted hashes of the words that join others and have no initial of their own."""
    return hashes_of(sorted(JOINING))


@njit(cache=True, nogil=True)
def contains(table, value):
    """Tell whether a sorted array holds a value."""
    low, high = 0, len(table)
    while low < high:
        middle = (low + high) // 2
        if table[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low < len(table) and table[low] == value


@njit(cache=True, nogil=True)
def initials(words, name, forms, joining, drop_forms, least):
    """Hash the first letters of a name's words, 0 if there are too few or too many of them."""
    value, count = FNV_START, 0
    for at in range(words.first[name], words.first[name + 1]):
        if contains(joining, words.hash[at]) or (drop_forms and contains(forms, words.hash[at])):
            continue
        value = (value ^ np.uint64(words.letters[words.start[at]])) * FNV_PRIME
        count += 1
    return value if least <= count <= MAX_INITIALS else np.uint64(0)
