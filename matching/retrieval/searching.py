"""The names that queries could mean: rare terms first, misspelt ones through the letters they share."""

from __future__ import annotations

import numpy as np
from numba import njit

from matching.pairing import edits
from matching.retrieval.building import MAX_LOOSE, MAX_LOOSER, MIN_LOOSE, MIN_LOOSER
from matching.retrieval.terms import (
    FNV_START,
    INITIALS_MARK,
    MAX_INITIALS,
    MAX_JOINED,
    contains,
    initials,
    spell_on,
    without,
)

MAX_FOUND = 256  # terms of one query
MAX_READ = 2500  # entries of names read per query, the rarest terms' first
MAX_KEPT = 48  # candidates per query
MAX_ACROSS = 10  # of them in Han, kana or Hangul, or against a query that is
MAX_BY_INITIALS = 16  # or by the whole name
LEAST_SHARE = 0.45  # of both names' weight, in what they share
UNKNOWN = 0.7  # what a word counts that no listed name holds
WITHIN = 0.85  # or of one name's, where that is a rare word's weight or nearly
WITHIN_LEAST = 0.6
NATIVE_LEAST = 0.6  # of a rare word's weight, where one of the names is in Han, kana or Hangul
SLIP = 0.85  # what a misspelt term counts of its weight
TWO_SLIPS = 0.72
KNOWN_WELL = 25  # names that hold a word, from which on it is taken as it is written


@njit(cache=True, nogil=True)
def _find(terms, shift, value):
    # Position of a hash among the terms, -1 if it is none.
    place = np.int64(value >> shift)
    for at in range(terms.place[place], terms.place[place + 1]):
        if terms.hash[at] == value:
            return at
    return -1


@njit(cache=True, nogil=True)
def _add(found, likes, count, term, like):
    for at in range(count):
        if found[at] == term:
            likes[at] = max(likes[at], like)
            return count
    if count < MAX_FOUND:
        found[count], likes[count] = term, like
        count += 1
    return count


@njit(cache=True, nogil=True)
def _verify(terms, term, word, most, found, likes, count):
    start = terms.start[term]
    distance = edits(word, terms.letters[start : start + terms.length[term]], most)
    if distance == 0 or distance > most:
        return count
    return _add(found, likes, count, term, SLIP if distance == 1 else TWO_SLIPS)


@njit(cache=True, nogil=True)
def _look_up(terms, shift, value, word, most, found, likes, count):
    place = np.int64(value >> shift)
    low = np.uint32(value & np.uint64(0xFFFFFFFF))
    for at in range(terms.bucket[place], terms.bucket[place + 1]):
        if terms.loose_hash[at] == low:
            count = _verify(terms, terms.loose_term[at], word, most, found, likes, count)
    return count


@njit(cache=True, nogil=True)
def _spellings(terms, shift, word, value, twice, found, likes, count):
    # Terms one edit away (two from ten letters on): what both are with letters left out is the same.
    size = len(word)
    if size < MIN_LOOSE or size > MAX_LOOSE:
        return count
    most = 2 if twice and MIN_LOOSER <= size <= MAX_LOOSER else 1
    count = _look_up(terms, shift, value, word, most, found, likes, count)
    for one in range(size):
        left = without(word, 0, size, one, size)
        count = _look_up(terms, shift, left, word, most, found, likes, count)
        term = _find(terms, shift, left)
        if term >= 0:
            count = _verify(terms, term, word, most, found, likes, count)
        if most == 2:
            for two in range(one + 1, size):
                left = without(word, 0, size, one, two)
                count = _look_up(terms, shift, left, word, most, found, likes, count)
                term = _find(terms, shift, left)
                if term >= 0:
                    count = _verify(terms, term, word, most, found, likes, count)
    return count


@njit(cache=True, nogil=True)
def _gather(terms, shift, words, query, found, likes, marks):
    # The terms a query's words, joins and initials could be; the weight of its words; how many terms come by initials.
    first, last = words.first[query], words.first[query + 1]
    count, size = 0, 0.0
    marked = 0
    # Names of the same letters are asked for by themselves, so that common words cannot crowd them out.
    if last - first > 1:
        value = FNV_START
        for at in range(first, last):
            value = spell_on(value, words.letters, words.start[at], words.length[at])
        term = _find(terms, shift, value)
        if term >= 0:
            count = _add(found, likes, count, term, 1.0)
            marks[marked] = term
            marked += 1
    for at in range(first, last):
        word = words.letters[words.start[at] : words.start[at] + words.length[at]]
        value = words.hash[at]
        term = _find(terms, shift, value)
        known = 0
        before = count
        if term >= 0:
            count = _add(found, likes, count, term, 1.0)
            known = terms.first[term + 1] - terms.first[term]
        form = contains(terms.forms, value)
        if known < KNOWN_WELL and not form:
            count = _spellings(terms, shift, word, value, True, found, likes, count)
        weight = 0.1 if form else (UNKNOWN if count == before else 0.0)
        for position in range(before, count):
            weight = max(weight, min(1.0, terms.weight[found[position]]) * likes[position])
        size += weight if not form else min(weight, 0.1)
        joined = value
        length = words.length[at]
        rare = known < KNOWN_WELL and not form
        for other in range(at + 1, min(at + MAX_JOINED, last)):
            joined = spell_on(joined, words.letters, words.start[other], words.length[other])
            length += words.length[other]
            term = _find(terms, shift, joined)
            if term >= 0:
                count = _add(found, likes, count, term, 1.0)
            elif length <= MAX_LOOSE and other == at + 1 and rare:
                # The words of a name stand side by side in letters, so their join does too.
                whole = words.letters[words.start[at] : words.start[at] + length]
                count = _spellings(terms, shift, whole, joined, False, found, likes, count)
    for drop_forms in (False, True):
        value = initials(words, query, terms.forms, terms.joining, drop_forms)
        term = _find(terms, shift, value) if value else -1
        if term >= 0 and marked < len(marks):
            marks[marked] = term
            marked += 1
    for at in range(first, last):
        if 3 <= words.length[at] <= MAX_INITIALS:
            term = _find(terms, shift, words.hash[at] ^ INITIALS_MARK)
            if term >= 0 and marked < len(marks):
                marks[marked] = term
                marked += 1
    return count, size, marked


@njit(cache=True, nogil=True)
def search(terms, words, native):
    """Return candidates of queries that are cut into words: (query, name) pairs as int32 arrays, by query.

    native marks queries in Han, kana or Hangul. Deterministic, and the same for a query alone or among others.
    """
    names = len(terms.size)
    shift = np.uint64(64 - int(np.round(np.log2(len(terms.bucket) - 1))))
    shares = np.zeros(names, np.float32)
    by_initials = np.zeros(names, np.bool_)
    touched = np.empty(min(names, MAX_READ + MAX_FOUND * 64) + 64, np.int32)
    found, likes = np.empty(MAX_FOUND, np.int64), np.empty(MAX_FOUND, np.float32)
    marks = np.empty(8, np.int64)
    most = (len(words.first) - 1) * (MAX_KEPT + MAX_BY_INITIALS)
    queries_out, names_out = np.empty(most, np.int32), np.empty(most, np.int32)
    total = 0
    kept, chosen = np.empty(len(touched), np.float32), np.empty(len(touched), np.int32)
    more = np.empty(MAX_BY_INITIALS, np.int32)
    spread = np.empty(MAX_FOUND, np.int64)
    for query in range(len(words.first) - 1):
        count, size, marked = _gather(terms, shift, words, query, found, likes, marks)
        for at in range(count):
            spread[at] = terms.first[found[at] + 1] - terms.first[found[at]]
        order = np.argsort(spread[:count], kind="mergesort")
        read, seen = 0, 0
        for position in range(count):
            term = found[order[position]]
            read += spread[order[position]]
            if read > MAX_READ and position > 0:
                break
            gain = terms.weight[term] * likes[order[position]]
            for at in range(terms.first[term], min(terms.first[term + 1], terms.first[term] + MAX_READ)):
                name = terms.names[at]
                if shares[name] == 0.0:
                    touched[seen] = name
                    seen += 1
                shares[name] += gain
        few, across = 0, 0
        for at in range(seen):
            name = touched[at]
            shared = min(shares[name], size, terms.size[name])
            if native[query] or terms.native[name]:
                passes = shares[name] >= NATIVE_LEAST
                share = shares[name]
            else:
                share = (
                    2 * shared / (size + terms.size[name]) if size + terms.size[name] > 0 else np.float32(0.0)
                )
                least = min(size, terms.size[name])
                passes = share >= LEAST_SHARE or (shared >= WITHIN * least and shared >= WITHIN_LEAST)
            if passes:
                kept[few], chosen[few] = share, name
                few += 1
        # Names in another script cost a hundred times as much to compare: only the nearest of them.
        for at in range(few):
            across += native[query] or terms.native[chosen[at]]
        if across > MAX_ACROSS:
            nearest = np.empty(across, np.float32)
            across = 0
            for at in range(few):
                if native[query] or terms.native[chosen[at]]:
                    nearest[across] = kept[at]
                    across += 1
            least = np.sort(nearest)[across - MAX_ACROSS]
            left = 0
            for at in range(few):
                if not (native[query] or terms.native[chosen[at]]) or kept[at] >= least:
                    kept[left], chosen[left] = kept[at], chosen[at]
                    left += 1
            few = left
        if few > MAX_KEPT:
            # The best ones; of equal ones those that stand first.
            names_in_order = np.argsort(chosen[:few], kind="mergesort")
            best = np.argsort(-kept[:few][names_in_order], kind="mergesort")[:MAX_KEPT]
            ranked = chosen[:few][names_in_order][best]
        else:
            ranked = chosen[:few].copy()
        ranked.sort()
        for at in range(seen):
            shares[touched[at]] = 0.0
        for name in ranked:
            by_initials[name] = True
            queries_out[total], names_out[total] = query, name
            total += 1
        added = 0
        for mark in range(marked):
            term = marks[mark]
            # Letters that many names begin with say nothing.
            for at in range(terms.first[term], terms.first[term + 1]):
                name = terms.names[at]
                if added < MAX_BY_INITIALS and not by_initials[name]:
                    by_initials[name] = True
                    more[added] = name
                    added += 1
        for at in range(added):
            queries_out[total], names_out[total] = query, more[at]
            total += 1
            by_initials[more[at]] = False
        for name in ranked:
            by_initials[name] = False
    return queries_out[:total].copy(), names_out[:total].copy()
