"""A first look at each candidate: what its words and letters have in common with the query's, cheaply; most end here.

The margin of a small forest (bench/sieve.py learns it from what the full comparison says of the same pairs) tells whether
the full comparison could find the score that is asked for.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matching.encoding import CLASSES
from matching.likeness import common_letters
from matching.pairing import FORM, INDUSTRY, MAX_CORE, NAME, NUMBER, PLACE, STRUCTURE
from matching.retrieval.terms import MAX_WORDS
from matching.trees import load

FEATURES = (
    "share of the query's words",
    "share of the name's words",
    "lesser share",
    "greater share",
    "share of the query's distinctive words",
    "share of the name's distinctive words",
    "weight of distinctive words",
    "rarest word",
    "rarest word alone, low",
    "rarest word alone, high",
    "distinctive words alone, low",
    "distinctive words alone, high",
    "places alone, low",
    "places alone, high",
    "numbers alone, low",
    "numbers alone, high",
    "industries alone, low",
    "industries alone, high",
    "structures alone, high",
    "words, low",
    "words, high",
    "slips",
    "likeness of the letters",
    "share of the shorter one's letters",
    "common beginning",
    "letters, low",
)
COUNT = len(FEATURES)
MAX_FOUND = 256  # terms of one query
SLOTS = 1024  # of a table for them, a power of two
EMPTY = -1


class Forest(NamedTuple):
    """The sieve's trees as arrays (matching.trees.Trees)."""

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    value: NDArray[np.float32]
    ahead: NDArray[np.float64]


class Asked(NamedTuple):
    """A query as the sieve sees it: its words' classes, rarities and weights, its letters, and what each term it may mean is.

    A term stands in table (open addressing by its lowest bits, EMPTY else) at a slot; like, place (of its first word in the
    query) and span (in words) say what of that slot. used lists the slots in use, many how many they are.
    """

    cls: NDArray[np.uint8]
    rare: NDArray[np.float32]
    weight: NDArray[np.float32]
    core: NDArray[np.uint8]
    masks: NDArray[np.uint64]
    alone: NDArray[np.float64]
    table: NDArray[np.int32]
    like: NDArray[np.float32]
    place: NDArray[np.int64]
    span: NDArray[np.int64]
    used: NDArray[np.int64]
    many: NDArray[np.int64]


@cache
def forest() -> Forest:
    """Return the sieve's trees."""
    trees = load("sieve").trees
    return Forest(trees.roots, trees.feature, trees.threshold, trees.left, trees.value, trees.ahead)


def least(needed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the margins without which the full comparison finds no such score (0..1); below what was learnt all pass."""
    margins, scores = load("sieve").knots
    return np.where(needed < scores[0], -np.inf, np.interp(needed, scores, margins))


def asked() -> Asked:
    """Make room for a query."""
    return Asked(
        np.empty(MAX_WORDS, np.uint8),
        np.empty(MAX_WORDS, np.float32),
        np.empty(MAX_WORDS, np.float32),
        np.empty(MAX_CORE, np.uint8),
        np.zeros(256, np.uint64),
        np.zeros((2, len(CLASSES))),
        np.full(SLOTS, EMPTY, np.int32),
        np.empty(SLOTS, np.float32),
        np.empty(SLOTS, np.int64),
        np.empty(SLOTS, np.int64),
        np.empty(MAX_FOUND, np.int64),
        np.zeros(1, np.int64),
    )


@njit(cache=True, nogil=True)
def forget(ask):
    """Empty the table of terms."""
    for at in range(ask.many[0]):
        ask.table[ask.used[at]] = EMPTY
    ask.many[0] = 0


@njit(cache=True, nogil=True)
def mean(ask, term, like, place, span):
    """Note a term that some words of the query may mean; the likeliest words count. Past MAX_FOUND terms the rest is left out."""
    slot = term & (SLOTS - 1)
    while ask.table[slot] != EMPTY and ask.table[slot] != term:
        slot = (slot + 1) & (SLOTS - 1)
    if ask.table[slot] == term:
        if like <= ask.like[slot]:
            return
    elif ask.many[0] == MAX_FOUND:
        return
    else:
        ask.table[slot] = term
        ask.used[ask.many[0]] = slot
        ask.many[0] += 1
    ask.like[slot], ask.place[slot], ask.span[slot] = like, place, span


@njit(cache=True, nogil=True)
def read_query(words, query, cls, rare, ask):
    """Note the classes, rarities and letters of a query's words (cls and rare: of all queries' words); return how many letters."""
    first = words.first[query]
    size = 0
    for at in range(first, words.first[query + 1]):
        ask.cls[at - first], ask.rare[at - first] = cls[at], rare[at]
        if cls[at] != FORM:
            for letter in range(words.start[at], words.start[at] + words.length[at]):
                if size < MAX_CORE:
                    ask.core[size] = words.letters[letter]
                    size += 1
    return size


@njit(cache=True, nogil=True)
def look(terms, name, ask, words, letters, out):
    """Fill out (float32, an entry per feature) for a query of so many words and letters, read by read_query, and a name."""
    begin = terms.word_first[name]
    size = terms.word_first[name + 1] - begin
    name_cls, name_rare, table = terms.cls[begin : begin + size], terms.rare[begin : begin + size], ask.table
    cls, rare, likes, places, spans = ask.cls, ask.rare, ask.like, ask.place, ask.span
    # What agrees on both sides, as bits: words first, then joins, then the whole name as one word.
    every = (np.uint64(1) << np.uint64(size)) - np.uint64(1)
    ours, theirs = np.uint64(0), np.uint64(0)
    shared_q, shared_l, named_q, named_l, rarest, slips = 0.0, 0.0, 0.0, 0.0, 0.0, 0
    for source in range(4):
        if theirs == every:
            break
        for at in range(size if source < 3 else 1):
            if source == 0:
                term = terms.word[begin + at]
            elif source == 1:
                term = terms.pair[begin + at]
            elif source == 2:
                term = terms.triple[begin + at]
            else:
                term = terms.whole[name]
            if term < 0:
                continue
            slot = term & (SLOTS - 1)
            while table[slot] != EMPTY and table[slot] != term:
                slot = (slot + 1) & (SLOTS - 1)
            if table[slot] == EMPTY:
                continue
            span = source + 1 if source < 3 else size
            place, wide, like = places[slot], spans[slot], likes[slot]
            bits_l = ((np.uint64(1) << np.uint64(span)) - np.uint64(1)) << np.uint64(at)
            bits_q = ((np.uint64(1) << np.uint64(wide)) - np.uint64(1)) << np.uint64(place)
            if theirs & bits_l == bits_l or ours & bits_q == bits_q:
                continue
            for word in range(at, at + span):
                if not (theirs >> np.uint64(word)) & np.uint64(1) and name_cls[word] != FORM:
                    gain = name_rare[word] * like
                    shared_l += gain
                    if name_cls[word] == NAME:
                        named_l += gain
                        rarest = max(rarest, gain)
            for word in range(place, place + wide):
                if not (ours >> np.uint64(word)) & np.uint64(1) and cls[word] != FORM:
                    gain = rare[word] * like
                    shared_q += gain
                    if cls[word] == NAME:
                        named_q += gain
            slips += like < 1.0
            theirs |= bits_l
            ours |= bits_q
    out[6], out[7], out[21] = named_l, rarest, slips
    alone = ask.alone
    alone[:] = 0.0
    total_q, total_l, names_q, names_l, rare_q, rare_l = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for at in range(words):
        if cls[at] == FORM:
            continue
        total_q += rare[at]
        if cls[at] == NAME:
            names_q += rare[at]
        if not (ours >> np.uint64(at)) & np.uint64(1):
            alone[0, cls[at]] += 1
            if cls[at] == NAME:
                rare_q = max(rare_q, rare[at])
    for at in range(size):
        if name_cls[at] == FORM:
            continue
        total_l += name_rare[at]
        if name_cls[at] == NAME:
            names_l += name_rare[at]
        if not (theirs >> np.uint64(at)) & np.uint64(1):
            alone[1, name_cls[at]] += 1
            if name_cls[at] == NAME:
                rare_l = max(rare_l, name_rare[at])
    out[0] = shared_q / total_q if total_q > 0 else 0.0
    out[1] = shared_l / total_l if total_l > 0 else 0.0
    out[2], out[3] = min(out[0], out[1]), max(out[0], out[1])
    out[4] = named_q / names_q if names_q > 0 else 1.0
    out[5] = named_l / names_l if names_l > 0 else 1.0
    out[8], out[9] = min(rare_q, rare_l), max(rare_q, rare_l)
    out[10], out[11] = min(alone[0, NAME], alone[1, NAME]), max(alone[0, NAME], alone[1, NAME])
    out[12], out[13] = min(alone[0, PLACE], alone[1, PLACE]), max(alone[0, PLACE], alone[1, PLACE])
    out[14], out[15] = min(alone[0, NUMBER], alone[1, NUMBER]), max(alone[0, NUMBER], alone[1, NUMBER])
    out[16], out[17] = (
        min(alone[0, INDUSTRY], alone[1, INDUSTRY]),
        max(alone[0, INDUSTRY], alone[1, INDUSTRY]),
    )
    out[18] = max(alone[0, STRUCTURE], alone[1, STRUCTURE])
    out[19], out[20] = min(words, size), max(words, size)
    core = terms.core[terms.core_first[name] : terms.core_first[name + 1]]
    length = len(core)
    common = common_letters(ask.core, letters, core, length, ask.masks)
    out[22] = 2.0 * common / (letters + length) if letters + length else 0.0
    out[23] = common / min(letters, length) if min(letters, length) else 0.0
    prefix = 0
    while prefix < min(letters, length) and ask.core[prefix] == core[prefix]:
        prefix += 1
    out[24], out[25] = prefix, min(letters, length)


@njit(cache=True, nogil=True)
def reaches(forest, row, least):
    """Tell whether the margin of a row of features reaches the least one."""
    total = 0.0
    for tree in range(len(forest.roots)):
        if total + forest.ahead[tree] < least:
            return False
        node = forest.roots[tree]
        while forest.feature[node] >= 0:
            node = forest.left[node] + (row[forest.feature[node]] > forest.threshold[node])
        total += forest.value[node]
    return total >= least
