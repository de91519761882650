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

from matching.features import common_letters
from matching.pairing import FORM, INDUSTRY, MAX_CORE, NAME, NUMBER, PLACE, STRUCTURE
from matching.retrieval.building import describe
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


class Forest(NamedTuple):
    """The sieve's trees as arrays (matching.trees.Trees)."""

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    value: NDArray[np.float32]


class Asked(NamedTuple):
    """A query as the sieve sees it: its words' numbers, classes and rarities, what each term it may mean is, and its letters.

    slots says where a term stands among likes, places (of its first word in the query) and spans (words), if stamps holds
    the query's mark.
    """

    cls: NDArray[np.uint8]
    rare: NDArray[np.float32]
    stamps: NDArray[np.int64]
    slots: NDArray[np.int16]
    likes: NDArray[np.float32]
    places: NDArray[np.int16]
    spans: NDArray[np.int8]
    core: NDArray[np.uint8]
    masks: NDArray[np.uint64]
    alone: NDArray[np.float64]
    mark: NDArray[np.int64]


@cache
def forest() -> Forest:
    """Return the sieve's trees."""
    trees = load("sieve").trees
    return Forest(trees.roots, trees.feature, trees.threshold, trees.left, trees.value)


def least(needed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the margins without which the full comparison finds no such score (0..1); below what was learnt all pass."""
    margins, scores = load("sieve").knots
    return np.where(needed < scores[0], -np.inf, np.interp(needed, scores, margins))


def asked(terms: int, found: int) -> Asked:
    """Make room for a query against so many terms, of which it may mean so many at once."""
    return Asked(
        np.empty(MAX_WORDS, np.uint8),
        np.empty(MAX_WORDS, np.float32),
        np.zeros(terms, np.int64),
        np.zeros(terms, np.int16),
        np.empty(found, np.float32),
        np.empty(found, np.int16),
        np.empty(found, np.int8),
        np.empty(MAX_CORE, np.uint8),
        np.zeros(256, np.uint64),
        np.zeros((2, 8)),
        np.zeros(1, np.int64),
    )


@njit(cache=True, nogil=True)
def read_query(terms, words, query, ask):
    """Note the classes, rarities and letters of a query's words; return how many letters."""
    first = words.first[query]
    size = 0
    for at in range(first, words.first[query + 1]):
        cls, rare = describe(
            words.hash[at],
            words.letters,
            words.start[at],
            words.length[at],
            terms.known_hash,
            terms.known_cls,
            terms.known_rare,
        )
        ask.cls[at - first], ask.rare[at - first] = cls, rare
        if cls != FORM:
            for letter in range(words.start[at], words.start[at] + words.length[at]):
                if size < MAX_CORE:
                    ask.core[size] = words.letters[letter]
                    size += 1
    return size


@njit(cache=True, nogil=True)
def _cover(terms, name, ask, out):
    # Mark what agrees on both sides, words first, then joins; return the marks and sum up what they weigh.
    begin, end = terms.word_first[name], terms.word_first[name + 1]
    mark = ask.mark[0]
    ours, theirs = np.uint64(0), np.uint64(0)
    shared_q, shared_l, named_q, named_l, rarest, slips = 0.0, 0.0, 0.0, 0.0, 0.0, 0
    for source in range(4):
        for at in range(begin, end if source < 3 else begin + 1):
            if source == 0:
                term = terms.word[at]
            elif source == 1:
                term = terms.pair[at]
            elif source == 2:
                term = terms.triple[at]
            else:
                term = terms.whole[name]
            if term < 0 or ask.stamps[term] != mark:
                continue
            span = source + 1 if source < 3 else end - begin
            slot = ask.slots[term]
            place, wide, like = ask.places[slot], ask.spans[slot], ask.likes[slot]
            bits_l = ((np.uint64(1) << np.uint64(span)) - np.uint64(1)) << np.uint64(at - begin)
            bits_q = ((np.uint64(1) << np.uint64(wide)) - np.uint64(1)) << np.uint64(place)
            if theirs & bits_l == bits_l or ours & bits_q == bits_q:
                continue
            for word in range(at, at + span):
                if not (theirs >> np.uint64(word - begin)) & np.uint64(1):
                    cls, gain = terms.cls[terms.word[word]], terms.rare[terms.word[word]] * like
                    if cls != FORM:
                        shared_l += gain
                    if cls == NAME:
                        named_l += gain
                        rarest = max(rarest, gain)
            for word in range(place, place + wide):
                if not (ours >> np.uint64(word)) & np.uint64(1):
                    gain = ask.rare[word] * like
                    if ask.cls[word] != FORM:
                        shared_q += gain
                    if ask.cls[word] == NAME:
                        named_q += gain
            slips += like < 1.0
            theirs |= bits_l
            ours |= bits_q
    out[0], out[1], out[4], out[5], out[6], out[7], out[21] = (
        shared_q,
        shared_l,
        named_q,
        named_l,
        named_l,
        rarest,
        slips,
    )
    return ours, theirs


@njit(cache=True, nogil=True)
def look(terms, name, ask, words, letters, out):
    """Fill out (float32, an entry per feature) for a query of so many words and letters, read by read_query, and a name."""
    begin, end = terms.word_first[name], terms.word_first[name + 1]
    ours, theirs = _cover(terms, name, ask, out)
    alone_q, alone_l = ask.alone[0], ask.alone[1]
    alone_q[:] = 0.0
    alone_l[:] = 0.0
    total_q, total_l, named_q, named_l, rare_q, rare_l = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for at in range(words):
        cls, rare = ask.cls[at], ask.rare[at]
        if cls == FORM:
            continue
        total_q += rare
        if cls == NAME:
            named_q += rare
        if not (ours >> np.uint64(at)) & np.uint64(1):
            alone_q[cls] += 1
            if cls == NAME:
                rare_q = max(rare_q, rare)
    for at in range(end - begin):
        term = terms.word[begin + at]
        cls, rare = terms.cls[term], terms.rare[term]
        if cls == FORM:
            continue
        total_l += rare
        if cls == NAME:
            named_l += rare
        if not (theirs >> np.uint64(at)) & np.uint64(1):
            alone_l[cls] += 1
            if cls == NAME:
                rare_l = max(rare_l, rare)
    out[0] = out[0] / total_q if total_q > 0 else 0.0
    out[1] = out[1] / total_l if total_l > 0 else 0.0
    out[2], out[3] = min(out[0], out[1]), max(out[0], out[1])
    out[4] = out[4] / named_q if named_q > 0 else 1.0
    out[5] = out[5] / named_l if named_l > 0 else 1.0
    out[8], out[9] = min(rare_q, rare_l), max(rare_q, rare_l)
    out[10], out[11] = min(alone_q[NAME], alone_l[NAME]), max(alone_q[NAME], alone_l[NAME])
    out[12], out[13] = min(alone_q[PLACE], alone_l[PLACE]), max(alone_q[PLACE], alone_l[PLACE])
    out[14], out[15] = min(alone_q[NUMBER], alone_l[NUMBER]), max(alone_q[NUMBER], alone_l[NUMBER])
    out[16], out[17] = min(alone_q[INDUSTRY], alone_l[INDUSTRY]), max(alone_q[INDUSTRY], alone_l[INDUSTRY])
    out[18] = max(alone_q[STRUCTURE], alone_l[STRUCTURE])
    out[19], out[20] = min(words, end - begin), max(words, end - begin)
    core = terms.core[terms.core_first[name] : terms.core_first[name + 1]]
    size = len(core)
    common = common_letters(ask.core, letters, core, size, ask.masks)
    out[22] = 2.0 * common / (letters + size) if letters + size else 0.0
    out[23] = common / min(letters, size) if min(letters, size) else 0.0
    prefix = 0
    while prefix < min(letters, size) and ask.core[prefix] == core[prefix]:
        prefix += 1
    out[24], out[25] = prefix, min(letters, size)


@njit(cache=True, nogil=True)
def margin(forest, row):
    """Return the margin of a row of features."""
    total = 0.0
    for root in forest.roots:
        node = root
        while forest.feature[node] >= 0:
            node = forest.left[node] + (row[forest.feature[node]] > forest.threshold[node])
        total += forest.value[node]
    return total
