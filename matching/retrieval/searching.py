"""The names that queries could mean: rare terms first, misspelt ones through the letters they share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matching.latin import FEW_LETTERS
from matching.retrieval.building import MAX_LOOSE, Terms, describe
from matching.retrieval.sieve import (
    COUNT,
    MAX_FOUND,
    Asked,
    asked,
    forest,
    forget,
    least,
    look,
    mean,
    reaches,
    read_query,
)
from matching.retrieval.spelling import AS_WRITTEN, JOIN, WORD, Meant, find, meant
from matching.retrieval.terms import (
    FNV_START,
    INITIALS_MARK,
    MAX_INITIALS,
    MIN_INITIALS,
    Words,
    initials,
    spell_on,
)

MAX_READ = 2500  # entries of names read per query, the rarest terms' first
MAX_KEPT = 48  # candidates per query
MAX_ACROSS = 10  # of them in Han, kana or Hangul, or against a query that is
MAX_BY_INITIALS = 16  # or by the whole name
MAX_MARKS = 8
LEAST_SHARE = 0.38  # of both names' weight, in what they share
WITHIN = 0.85  # or of one name's, where that is a rare word's weight or nearly
WITHIN_LEAST = 0.6
READ_ALOUD = 0.5  # of the query's words, where a name in another script may be the query read aloud
NATIVE_LEAST = 0.6  # of a rare word's weight, where one of the names is in Han, kana or Hangul


class Joined(NamedTuple):
    """Neighbouring words as one: token t and the next begin the pair pairs[t], with the one after the triple triples[t]; -1: none."""

    pairs: NDArray[np.int32]
    triples: NDArray[np.int32]
    meant: Meant


class Room(NamedTuple):
    """What a search writes on, made once for an index and a thread: as large as the index, and clean again after each query."""

    agreed: NDArray[np.uint32]
    taken: NDArray[np.bool_]
    touched: NDArray[np.int32]
    kept: NDArray[np.float32]
    chosen: NDArray[np.int32]
    marks: NDArray[np.int64]
    sums: NDArray[np.float32]
    ask: Asked


def room(terms: Terms) -> Room:
    """Make room for searches of an index."""
    names = len(terms.size)
    most = min(names, MAX_READ + MAX_FOUND * 64) + 64
    return Room(
        np.zeros(names, np.uint32),
        np.zeros(names, np.bool_),
        np.empty(most, np.int32),
        np.empty(most, np.float32),
        np.empty(most, np.int32),
        np.empty(MAX_MARKS, np.int64),
        np.zeros((3, 256), np.float32),
        asked(),
    )


def search(
    terms: Terms,
    words: Words,
    native: NDArray[np.uint8],
    needed: NDArray[np.float64],
    space: Room | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return candidates of queries that are cut into words: (query, name) pairs, by query.

    native marks queries in Han, kana or Hangul; needed is the least score (0..1) that matters to each; space is what room()
    made for this index and thread. Deterministic, and the same for a query alone or among others.
    """
    space = space or room(terms)
    unique, where, which = np.unique(words.hash, return_index=True, return_inverse=True)
    number = which.astype(np.int32)
    loose = np.full(len(unique), WORD, np.int8)
    looked_up = meant(terms, words.letters, words.start[where], words.length[where], unique, loose)
    joined = join(terms, words, number, looked_up)
    # Three initials alone never score more than FEW_LETTERS.
    letters = np.where(needed <= FEW_LETTERS, MIN_INITIALS, MIN_INITIALS + 1)
    found: tuple[NDArray[np.int32], NDArray[np.int32]] = _search(
        terms, words, native, number, looked_up, joined, forest(), least(needed), letters, space
    )
    return found


def join(terms: Terms, words: Words, number: NDArray[np.int32], looked_up: Meant) -> Joined:
    """Look up what neighbouring words are as one; number says which of the words looked up each word is."""
    pairs, triples, pair_length, triple_length = _joins(words)
    at = np.concatenate([np.flatnonzero(pair_length), np.flatnonzero(triple_length)])
    of_two = int(np.count_nonzero(pair_length))
    hashes = np.concatenate([pairs[at[:of_two]], triples[at[of_two:]]])
    lengths = np.concatenate([pair_length[at[:of_two]], triple_length[at[of_two:]]])
    unique, where, which = np.unique(hashes, return_index=True, return_inverse=True)
    loose = np.full(len(unique), AS_WRITTEN, np.int8)
    # The words of a name stand side by side in letters, so their join does too.
    bent = which[:of_two][looked_up.rare[number[at[:of_two]]] & (lengths[:of_two] <= MAX_LOOSE)]
    loose[bent] = JOIN
    found = meant(terms, words.letters, words.start[at[where]], lengths[where], unique, loose)
    numbered = np.full((2, len(words.hash)), -1, np.int32)
    numbered[0][at[:of_two]], numbered[1][at[of_two:]] = which[:of_two], which[of_two:]
    return Joined(numbered[0], numbered[1], found)


@njit(cache=True, nogil=True)
def _joins(words):
    tokens = len(words.hash)
    pairs, triples = np.zeros(tokens, np.uint64), np.zeros(tokens, np.uint64)
    pair_length, triple_length = np.zeros(tokens, np.int64), np.zeros(tokens, np.int64)
    for name in range(len(words.first) - 1):
        last = words.first[name + 1]
        for at in range(words.first[name], last - 1):
            pairs[at] = spell_on(words.hash[at], words.letters, words.start[at + 1], words.length[at + 1])
            pair_length[at] = words.length[at] + words.length[at + 1]
            if at + 2 < last:
                triples[at] = spell_on(pairs[at], words.letters, words.start[at + 2], words.length[at + 2])
                triple_length[at] = pair_length[at] + words.length[at + 2]
    return pairs, triples, pair_length, triple_length


@njit(cache=True, nogil=True)
def gather(words, query, number, looked_up, joined, ask):
    """Note the terms that a query's words and joins could be, and what its words weigh; return that of all."""
    first, last = words.first[query], words.first[query + 1]
    size = 0.0
    forget(ask)
    for source in range(3):
        told = looked_up if source == 0 else joined.meant
        for at in range(first, last):
            which = number[at] if source == 0 else joined.pairs[at] if source == 1 else joined.triples[at]
            if source == 0:
                size += looked_up.weight[which]
                ask.weight[at - first] = looked_up.weight[which]
            if which < 0:
                continue
            for entry in range(told.first[which], told.first[which + 1]):
                like = told.like[entry]
                if source != 1 or like == 1.0 or looked_up.rare[number[at]]:
                    mean(ask, told.term[entry], like, at - first, source + 1)
    return size


@njit(cache=True, nogil=True)
def _marked(terms, words, query, least, marks):
    # Names of the same letters, and of the same initials, are asked for by themselves: common words cannot crowd them out.
    first, last = words.first[query], words.first[query + 1]
    marked = 0
    if last - first > 1:
        value = FNV_START
        for at in range(first, last):
            value = spell_on(value, words.letters, words.start[at], words.length[at])
        term = find(terms, value)
        if term >= 0:
            marks[marked] = term
            marked += 1
    for drop_forms in (False, True):
        value = initials(words, query, terms.forms, terms.joining, drop_forms, least)
        term = find(terms, value) if value else -1
        if term >= 0 and marked < MAX_MARKS:
            marks[marked] = term
            marked += 1
    for at in range(first, last):
        if least <= words.length[at] <= MAX_INITIALS:
            term = find(terms, words.hash[at] ^ INITIALS_MARK)
            if term >= 0 and marked < MAX_MARKS:
                marks[marked] = term
                marked += 1
    return marked


@njit(cache=True, nogil=True)
def _read(terms, ask, agreed, touched):
    # Mark which words of the query each name has, the rarest terms first, up to a budget.
    count = ask.many[0]
    spread = np.empty(count, np.int64)
    for at in range(count):
        term = ask.table[ask.used[at]]
        spread[at] = terms.first[term + 1] - terms.first[term]
    order = np.argsort(spread, kind="mergesort")
    read, seen = 0, 0
    for position in range(count):
        slot = ask.used[order[position]]
        term = ask.table[slot]
        read += spread[order[position]]
        if read > MAX_READ and position > 0:
            break
        bits = np.uint32(((1 << ask.span[slot]) - 1) << ask.place[slot])
        for at in range(terms.first[term], min(terms.first[term + 1], terms.first[term] + MAX_READ)):
            name = terms.names[at]
            if agreed[name] == 0:
                touched[seen] = name
                seen += 1
            agreed[name] |= bits
    return seen


@njit(cache=True, nogil=True)
def _sum(weights, words, sums):
    # What each combination of eight words weighs, for the first, second and third eight of a query's words.
    for part in range((words + 7) // 8):
        few = min(words - 8 * part, 8)
        for at in range(few):
            for other in range(1 << at):
                sums[part, (1 << at) | other] = sums[part, other] + weights[8 * part + at]


@njit(cache=True, nogil=True)
def _search(terms, words, native, number, looked_up, joined, sieve, margins, initials_from, space):
    agreed, taken, touched, ask = space.agreed, space.taken, space.touched, space.ask
    kept, chosen, marks, sums = space.kept, space.chosen, space.marks, space.sums
    cls, rare = describe(words, terms.known_hash, terms.known_cls, terms.known_rare)
    row = np.empty(COUNT, np.float32)
    queries = len(words.first) - 1
    query_out, name_out = np.empty(4 * queries + 256, np.int32), np.empty(4 * queries + 256, np.int32)
    total = 0
    for query in range(queries):
        if total + MAX_KEPT + MAX_ACROSS + MAX_BY_INITIALS > len(query_out):
            query_out = np.concatenate((query_out, np.empty(len(query_out), np.int32)))
            name_out = np.concatenate((name_out, np.empty(len(name_out), np.int32)))
        size = gather(words, query, number, looked_up, joined, ask)
        seen = _read(terms, ask, agreed, touched)
        asked_words = words.first[query + 1] - words.first[query]
        _sum(ask.weight, asked_words, sums)
        few = 0
        for at in range(seen):
            name = touched[at]
            bits = agreed[name]
            whole = sums[0, bits & 255] + sums[1, (bits >> 8) & 255] + sums[2, bits >> 16]
            lighter = min(size, terms.size[name])
            shared = min(whole, lighter)
            share = 2 * shared / (size + terms.size[name]) if lighter > 0 else np.float32(0.0)
            if native[query] or terms.native[name]:
                passing, share = whole >= NATIVE_LEAST, whole
            else:
                passing = share >= LEAST_SHARE or (shared >= WITHIN * lighter and shared >= WITHIN_LEAST)
            if passing:
                kept[few], chosen[few] = share, name
                few += 1
        begin = total
        letters = read_query(words, query, cls, rare, ask) if few else 0
        for at in _nearest(kept, chosen, few, native[query], terms.native):
            name = chosen[at]
            look(terms, name, ask, asked_words, letters, row)
            if not native[query] and not terms.native[name]:
                if not reaches(sieve, row, margins[query]):
                    continue
            elif terms.beside[name] and native[query] != terms.native[name] and row[0] < READ_ALOUD:
                # Known by a name in the query's script, it is found by its other one only where that is the query read aloud.
                continue
            query_out[total], name_out[total] = query, name
            taken[name] = True
            total += 1
        marked = _marked(terms, words, query, initials_from[query], marks)
        added = 0
        for mark in range(marked):
            # Letters that many names begin with say nothing.
            for at in range(terms.first[marks[mark]], terms.first[marks[mark] + 1]):
                name = terms.names[at]
                if added < MAX_BY_INITIALS and not taken[name]:
                    query_out[total], name_out[total] = query, name
                    taken[name] = True
                    added += 1
                    total += 1
        for at in range(begin, total):
            taken[name_out[at]] = False
        for at in range(seen):
            agreed[touched[at]] = 0
    return query_out[:total].copy(), name_out[:total].copy()


@njit(cache=True, nogil=True)
def _nearest(kept, chosen, few, asked_native, native):
    # The nearest candidates, of equal ones those that stand first; fewer across scripts, which cost a hundred times as much.
    if few <= MAX_ACROSS:
        return np.arange(few)
    by_name = np.argsort(chosen[:few], kind="mergesort")
    best = by_name[np.argsort(-kept[:few][by_name], kind="mergesort")]
    ranked = np.empty(few, np.int64)
    across, same, left = 0, 0, 0
    for at in best:
        if asked_native or native[chosen[at]]:
            across += 1
            if across > MAX_ACROSS:
                continue
        else:
            same += 1
            if same > MAX_KEPT:
                continue
        ranked[left] = at
        left += 1
    return ranked[:left]
