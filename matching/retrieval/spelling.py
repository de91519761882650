"""The terms of an index that a word may stand for: itself, and those one or two slips away."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matching.retrieval.building import MAX_LOOSE, MAX_LOOSER, MIN_LOOSE, MIN_LOOSER, Terms
from matching.retrieval.terms import FNV_START, contains, spell_on
from matching.slips import edits

MAX_SPELT = 64  # terms of one word
SLIP = 0.85  # what a misspelt term counts of its weight
TWO_SLIPS = 0.72
KNOWN_WELL = 25  # names that hold a word, from which on it is taken as it is written
UNKNOWN = 0.7  # what a word counts that no listed name holds
FORM = 0.1  # and a legal form
AS_WRITTEN, JOIN, WORD = range(3)


class Meant(NamedTuple):
    """What words stand for: word w the terms term[first[w]:first[w + 1]], each as likely as like (0..1) says.

    weight is what the word counts itself; rare marks words that few listed names hold and that are no legal form.
    """

    first: NDArray[np.int64]
    term: NDArray[np.int32]
    like: NDArray[np.float32]
    weight: NDArray[np.float32]
    rare: NDArray[np.bool_]


def meant(
    terms: Terms,
    letters: NDArray[np.uint8],
    start: NDArray[np.int64],
    length: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    loose: NDArray[np.int8],
) -> Meant:
    """Look up different words by their hashes and by what they may be slips of.

    loose says how: AS_WRITTEN, JOIN (where no term is written so, one slip) or WORD (where few names hold it, two slips).
    """
    return Meant(*_look_up_all(terms, letters, start, length, hashes, loose))


@njit(cache=True, nogil=True)
def find(terms, value):
    """Return the position of a hash among the terms, -1 if it is none."""
    shift = np.uint64(64 - int(np.round(np.log2(len(terms.place) - 1))))
    place = np.int64(value >> shift)
    for at in range(terms.place[place], terms.place[place + 1]):
        if terms.hash[at] == value:
            return at
    return -1


@njit(cache=True, nogil=True)
def _look_up(terms, shift, value, word, most, masks, found, likes, count):
    # Terms that look like this with letters left out; a term itself is in the table with none left out.
    place = np.int64(value >> shift)
    low = np.uint32(value & np.uint64(0xFFFFFFFF))
    for at in range(terms.bucket[place], terms.bucket[place + 1]):
        if terms.loose_hash[at] != low or count == MAX_SPELT:
            continue
        term = terms.loose_term[at]
        known = False
        for other in range(count):
            known |= found[other] == term
        if known:
            continue
        size = np.int64(terms.length[term])
        distance = edits(word, 0, len(word), terms.letters, np.int64(terms.start[term]), size, most, masks)
        if 0 < distance <= most:
            found[count], likes[count] = term, SLIP if distance == 1 else TWO_SLIPS
            count += 1
    return count


@njit(cache=True, nogil=True)
def _spellings(terms, word, value, twice, masks, found, likes, count):
    # Terms one edit away (two from MIN_LOOSER letters on): what both are with letters left out is the same.
    size = len(word)
    if size < MIN_LOOSE or size > MAX_LOOSE:
        return count
    shift = np.uint64(64 - int(np.round(np.log2(len(terms.bucket) - 1))))
    most = 2 if twice and MIN_LOOSER <= size <= MAX_LOOSER else 1
    count = _look_up(terms, shift, value, word, most, masks, found, likes, count)
    head = FNV_START
    for one in range(size):
        left = spell_on(head, word, one + 1, size - one - 1)
        count = _look_up(terms, shift, left, word, most, masks, found, likes, count)
        middle = head
        for two in range(one + 1, size if most == 2 else one + 1):
            left = spell_on(middle, word, two + 1, size - two - 1)
            count = _look_up(terms, shift, left, word, most, masks, found, likes, count)
            middle = spell_on(middle, word, two, 1)
        head = spell_on(head, word, one, 1)
    return count


@njit(cache=True, nogil=True)
def _look_up_all(terms, letters, start, length, hashes, loose):
    words = len(hashes)
    first = np.zeros(words + 1, np.int64)
    term_out, like_out = (
        np.empty(4 * words + MAX_SPELT, np.int32),
        np.empty(4 * words + MAX_SPELT, np.float32),
    )
    weight, rare = np.zeros(words, np.float32), np.zeros(words, np.bool_)
    found, likes = np.empty(MAX_SPELT, np.int64), np.empty(MAX_SPELT, np.float32)
    masks = np.zeros(256, np.uint64)
    total = 0
    for word in range(words):
        count, known = 0, 0
        term = find(terms, hashes[word])
        if term >= 0:
            found[0], likes[0] = term, 1.0
            count, known = 1, terms.first[term + 1] - terms.first[term]
        form = contains(terms.forms, hashes[word])
        rare[word] = known < KNOWN_WELL and not form
        if loose[word] == WORD and rare[word] or loose[word] == JOIN and term < 0:
            spelt = letters[start[word] : start[word] + length[word]]
            count = _spellings(terms, spelt, hashes[word], loose[word] == WORD, masks, found, likes, count)
        own = FORM if form else (UNKNOWN if count == 0 else 0.0)
        for at in range(count):
            own = max(own, min(1.0, terms.weight[found[at]]) * likes[at])
        weight[word] = min(own, FORM) if form else own
        if total + count > len(term_out):
            term_out = np.concatenate((term_out, np.empty(len(term_out), np.int32)))
            like_out = np.concatenate((like_out, np.empty(len(like_out), np.float32)))
        for at in range(count):
            term_out[total], like_out[total] = found[at], likes[at]
            total += 1
        first[word + 1] = total
    return first, term_out[:total].copy(), like_out[:total].copy(), weight, rare
