"""The arrays of an index: terms, the names that hold them, and what terms look like with letters left out."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matching.pairing import FORM, MAX_CORE, NAME, NUMBER
from matching.retrieval.terms import (
    FNV_START,
    INITIALS_MARK,
    MAX_JOINED,
    MIN_INITIALS,
    Words,
    contains,
    form_hashes,
    initials,
    joining_hashes,
    known_words,
    spell_on,
    without,
)

# Rarity is measured against a world of names, so that a list of three parties has rare words too.
WORLD = 20_000
FORM_SHARE = 0.1  # of a legal form's weight
MIN_LOOSE, MAX_LOOSE = 4, 30  # letters of a term that may be misspelt
MIN_LOOSER, MAX_LOOSER = 9, 18  # and of one that may be misspelt twice
SHORT_RARE = (0.0, 0.3, 0.6, 0.8)  # rarity of words of so many letters that nothing is known of
JOIN_WEIGHT = 0.9  # of a join that may be misspelt: one of its words must be rare


class Terms(NamedTuple):
    """The index over names as read-only arrays.

    hash is sorted, and place says where each first bits of a hash begin in it; term t stands in the names
    names[first[t]:first[t + 1]], counts weight[t] (0..1 for a word, more for neighbours joined) and is spelt
    letters[start[t]:][:length[t]]. Left-out letters: bucket (by the first bits of a hash)
    gives the range of loose_hash (its last 32 bits) and loose_term. size is the weight of each name's words, native marks
    names in Han, kana or Hangul, beside those whose party has names in Latin letters and in these.

    Names as terms, for the sieve: name n has the words word[word_first[n]:word_first[n + 1]], the joins of each with its next
    one and two in pair and triple, whole as one word (-1 where there is none), and the letters core[core_first[n]:core_first[n + 1]]
    of its words without legal forms. cls (a position in encoding.CLASSES) and rare (0..1, among all companies) say what each
    of its words is; known_hash, known_cls and known_rare say it of words that may be asked for.
    """

    hash: NDArray[np.uint64]
    place: NDArray[np.int32]
    first: NDArray[np.int64]
    names: NDArray[np.int32]
    weight: NDArray[np.float32]
    start: NDArray[np.int32]
    length: NDArray[np.uint8]
    letters: NDArray[np.uint8]
    bucket: NDArray[np.int32]
    loose_hash: NDArray[np.uint32]
    loose_term: NDArray[np.int32]
    size: NDArray[np.float32]
    native: NDArray[np.uint8]
    beside: NDArray[np.uint8]
    forms: NDArray[np.uint64]
    joining: NDArray[np.uint64]
    word_first: NDArray[np.int64]
    word: NDArray[np.int32]
    pair: NDArray[np.int32]
    triple: NDArray[np.int32]
    whole: NDArray[np.int32]
    core_first: NDArray[np.int64]
    core: NDArray[np.uint8]
    cls: NDArray[np.uint8]
    rare: NDArray[np.float32]
    known_hash: NDArray[np.uint64]
    known_cls: NDArray[np.uint8]
    known_rare: NDArray[np.float32]


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array read-only and contiguous: one type for numba, mapped from a file or not."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def build(words: Words, native: NDArray[np.uint8], owner: NDArray[np.int64] | None = None) -> Terms:
    """Index names that are cut into words; native marks those in Han, kana or Hangul, owner numbers their parties."""
    names = len(words.first) - 1
    forms, joining = form_hashes(), joining_hashes()
    hashes, owners, begins, counts = _pieces(words, forms, joining)
    unique, where, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    order = np.lexsort((owners, inverse))
    term, name = inverse[order], owners[order]
    kept = np.ones(len(term), np.bool_)
    kept[1:] = (term[1:] != term[:-1]) | (name[1:] != name[:-1])
    term, name = term[kept], name[kept]
    spread = np.bincount(term, minlength=len(unique))
    world = WORLD + names
    rare = np.log1p(world / np.maximum(spread, 1)) / math.log1p(world)
    start, length, letters, weight = _spell_terms(
        words, begins[where], counts[where], rare, hashes[where], forms, unique
    )
    bits = _bits(len(unique))
    loose_hash, loose_term = _leave_out(letters, start, length, weight, counts[where])
    by_place = np.argsort(loose_hash >> np.uint64(64 - bits), kind="stable")
    size = np.zeros(names, np.float32)
    base = np.searchsorted(unique, words.hash)
    np.add.at(size, np.repeat(np.arange(names), np.diff(words.first)), weight[base])
    arrays = {
        "hash": unique,
        "place": _places(unique, bits),
        "first": np.concatenate(([0], np.cumsum(spread))),
        "names": name.astype(np.int32),
        "weight": weight.astype(np.float32),
        "start": start,
        "length": length,
        "letters": letters,
        "bucket": _places(loose_hash, bits),
        "loose_hash": loose_hash[by_place].astype(np.uint32),
        "loose_term": loose_term[by_place],
        "size": size,
        "native": native,
        "beside": _beside(native, np.arange(names) if owner is None else owner),
        "forms": forms,
        "joining": joining,
    }
    arrays |= _names_as_terms(words, unique, base)
    return Terms(**{field: frozen(array) for field, array in arrays.items()})


def _beside(native: NDArray[np.uint8], owner: NDArray[np.int64]) -> NDArray[np.uint8]:
    parties = int(owner.max(initial=-1)) + 1
    scripts = np.zeros((2, parties), np.uint8)
    scripts[native.astype(np.int64), owner] = 1
    both: NDArray[np.uint8] = (scripts[0] & scripts[1])[owner]
    return both


def _names_as_terms(
    words: Words, unique: NDArray[np.uint64], base: NDArray[np.int64]
) -> dict[str, NDArray[Any]]:
    known_hash, known_cls, known_rare = known_words()
    cls, rare = describe(words, known_hash, known_cls, known_rare)
    pair, triple, whole = (_positions(unique, hashes) for hashes in _join_all(words))
    core_first, core = _cores(words, cls)
    return {
        "word_first": words.first,
        "word": base.astype(np.int32),
        "pair": pair,
        "triple": triple,
        "whole": whole,
        "core_first": core_first,
        "core": core,
        "cls": cls,
        "rare": rare,
        "known_hash": known_hash,
        "known_cls": known_cls,
        "known_rare": known_rare,
    }


def _positions(unique: NDArray[np.uint64], hashes: NDArray[np.uint64]) -> NDArray[np.int32]:
    at = np.searchsorted(unique, hashes)
    at[at == len(unique)] = 0
    missing = (hashes == 0) | (unique[at] != hashes) if len(unique) else np.ones(len(hashes), np.bool_)
    return np.where(missing, -1, at).astype(np.int32)


@njit(cache=True, nogil=True)
def describe(words, known_hash, known_cls, known_rare):
    """Return what each word is: its class and its rarity, as far as it shows without its neighbours."""
    cls, rare = np.empty(len(words.hash), np.uint8), np.empty(len(words.hash), np.float32)
    for word in range(len(words.hash)):
        length = words.length[word]
        cls[word], rare[word] = NAME, 1.0 if length > 3 else SHORT_RARE[length]
        at = np.searchsorted(known_hash, words.hash[word])
        if length > 0 and 48 <= words.letters[words.start[word]] <= 57:
            cls[word], rare[word] = NUMBER, 1.0
        elif at < len(known_hash) and known_hash[at] == words.hash[word]:
            cls[word], rare[word] = known_cls[at], known_rare[at]
    return cls, rare


@njit(cache=True)
def _join_all(words):
    # Hashes of each word joined with the next and with the next two, and of whole names; 0 where there is none.
    tokens, names = len(words.hash), len(words.first) - 1
    pairs, triples, wholes = (
        np.zeros(tokens, np.uint64),
        np.zeros(tokens, np.uint64),
        np.zeros(names, np.uint64),
    )
    for name in range(names):
        last = words.first[name + 1]
        value = FNV_START
        for at in range(words.first[name], last):
            value = spell_on(value, words.letters, words.start[at], words.length[at])
            if at + 1 < last:
                pairs[at] = spell_on(words.hash[at], words.letters, words.start[at + 1], words.length[at + 1])
            if at + 2 < last:
                triples[at] = spell_on(pairs[at], words.letters, words.start[at + 2], words.length[at + 2])
        wholes[name] = value if last - words.first[name] > 1 else np.uint64(0)
    return pairs, triples, wholes


@njit(cache=True)
def _cores(words, cls):
    names = len(words.first) - 1
    first = np.zeros(names + 1, np.int64)
    core = np.empty(len(words.letters), np.uint8)
    size = 0
    for name in range(names):
        begin = size
        for at in range(words.first[name], words.first[name + 1]):
            if cls[at] != FORM:
                for letter in range(words.start[at], words.start[at] + words.length[at]):
                    if size - begin < MAX_CORE:
                        core[size] = words.letters[letter]
                        size += 1
        first[name + 1] = size
    return first, core[:size].copy()


def _places(hashes: NDArray[np.uint64], bits: int) -> NDArray[np.int32]:
    counts = np.bincount((hashes >> np.uint64(64 - bits)).astype(np.int64), minlength=1 << bits)
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int32)


def _bits(terms: int) -> int:
    return min(22, max(8, int(math.log2(max(terms, 1) * 16))))


@njit(cache=True)
def _pieces(words, forms, joining):
    # Words first, so that a term that is a word somewhere is known as one; then joins, whole names and initials.
    names = len(words.first) - 1
    total = len(words.hash)
    most = total * (MAX_JOINED) + 3 * names
    hashes = np.empty(most, np.uint64)
    owners = np.empty(most, np.int32)
    begins = np.empty(most, np.int64)
    counts = np.empty(most, np.int8)
    count = 0
    for name in range(names):
        for at in range(words.first[name], words.first[name + 1]):
            hashes[count], owners[count], begins[count], counts[count] = words.hash[at], name, at, 1
            count += 1
    for name in range(names):
        first, last = words.first[name], words.first[name + 1]
        for at in range(first, last):
            value = words.hash[at]
            for joined in range(2, MAX_JOINED + 1):
                if at + joined > last:
                    break
                other = at + joined - 1
                value = spell_on(value, words.letters, words.start[other], words.length[other])
                hashes[count], owners[count], begins[count], counts[count] = value, name, at, joined
                count += 1
        if last - first > MAX_JOINED:
            value = FNV_START
            for at in range(first, last):
                value = spell_on(value, words.letters, words.start[at], words.length[at])
            hashes[count], owners[count], begins[count], counts[count] = value, name, first, last - first
            count += 1
        for drop_forms in (False, True):
            value = initials(words, name, forms, joining, drop_forms, MIN_INITIALS)
            if value:
                hashes[count], owners[count], begins[count], counts[count] = (
                    value ^ INITIALS_MARK,
                    name,
                    first,
                    0,
                )
                count += 1
    return hashes[:count].copy(), owners[:count].copy(), begins[:count].copy(), counts[:count].copy()


@njit(cache=True)
def _spell_terms(words, begins, counts, rare, hashes, forms, unique):
    terms = len(begins)
    start = np.zeros(terms, np.int32)
    length = np.zeros(terms, np.uint8)
    weight = np.zeros(terms, np.float64)
    size = 0
    for term in range(terms):
        for at in range(begins[term], begins[term] + counts[term]):
            size += words.length[at]
    letters = np.empty(size, np.uint8)
    size = 0
    for term in range(terms):
        start[term] = size
        for at in range(begins[term], begins[term] + counts[term]):
            for letter in range(words.start[at], words.start[at] + words.length[at]):
                letters[size] = words.letters[letter]
                size += 1
        length[term] = min(size - start[term], 255)
        if counts[term] == 1:
            weight[term] = rare[term] * (FORM_SHARE if contains(forms, hashes[term]) else 1.0)
    for term in range(terms):
        if counts[term] > 1:
            for at in range(begins[term], begins[term] + counts[term]):
                weight[term] += weight[np.searchsorted(unique, words.hash[at])]
        elif counts[term] == 0:
            weight[term] = rare[term]
    return start, length, letters, weight


@njit(cache=True)
def _leave_out(letters, start, length, weight, counts):
    # Count first, then fill: the table is the largest part of an index.
    hashes, terms = np.empty(0, np.uint64), np.empty(0, np.int32)
    count = 0
    for filling in (False, True):
        if filling:
            hashes, terms = np.empty(count, np.uint64), np.empty(count, np.int32)
        count = 0
        for term in range(len(start)):
            size = length[term]
            if counts[term] == 0 or size < MIN_LOOSE or size > MAX_LOOSE:
                continue
            if counts[term] > 1 and weight[term] < JOIN_WEIGHT:
                continue
            if filling:
                hashes[count], terms[count] = without(letters, start[term], size, size, size), term
            count += 1
            for one in range(size):
                if filling:
                    hashes[count], terms[count] = without(letters, start[term], size, one, size), term
                count += 1
            if counts[term] == 1 and MIN_LOOSER <= size <= MAX_LOOSER:
                for one in range(size):
                    for two in range(one + 1, size):
                        if filling:
                            hashes[count], terms[count] = without(letters, start[term], size, one, two), term
                        count += 1
    return hashes, terms
