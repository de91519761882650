"""The words of two names put side by side: equal, equal in meaning, joined, misspelt, shortened, or initials."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matching.slips import edits, is_shortened, typo_likeness

MAX_WORDS = 32
MAX_JOINED = 5
MAX_INITIALS = 8
MAX_CORE = 64  # letters of a name without spaces that are compared whole

# How two words agree, in the order it is looked for.
SAME, MEANING, JOINED, MISSPELT, NEARLY_JOINED, INITIALS, SHORTENED, WITHIN, SYLLABLE = range(1, 10)
KINDS = (
    "",
    "same",
    "same meaning",
    "written together",
    "one or two letters differ",
    "nearly the same, written together",
    "initials",
    "shortened",
    "place within place",
    "one syllable differs",
)
# How alike they then are, where that is not computed.
MEANING_ALIKE = 0.95
JOINED_ALIKE = 0.98
INITIALS_ALIKE = 0.9
SHORTENED_ALIKE = 0.8
WITHIN_ALIKE = 0.5

NAME, PLACE, INDUSTRY, GENERIC, STRUCTURE, NUMBER, FORM = range(7)


class Scratch(NamedTuple):
    """What the loops over one pair of names write on, made once for many pairs."""

    groups_l: NDArray[np.int8]
    groups_r: NDArray[np.int8]
    kinds: NDArray[np.int8]
    alike: NDArray[np.float32]
    found: NDArray[np.float32]
    masks: NDArray[np.uint64]  # an entry per letter, all zero between uses
    left_core: NDArray[np.uint8]
    right_core: NDArray[np.uint8]
    sums: NDArray[np.float64]


def scratch() -> Scratch:
    """Make room for the loops; not to be shared between threads."""
    return Scratch(
        np.empty(MAX_WORDS, np.int8),
        np.empty(MAX_WORDS, np.int8),
        np.empty(MAX_WORDS, np.int8),
        np.empty(MAX_WORDS, np.float32),
        np.empty((MAX_WORDS, MAX_WORDS), np.float32),
        np.zeros(256, np.uint64),
        np.empty(MAX_CORE, np.uint8),
        np.empty(MAX_CORE, np.uint8),
        np.empty((8, MAX_WORDS), np.float64),
    )


@njit(cache=True, nogil=True)
def _pair_same(left, l0, n, right, r0, m, room, count):
    for i in range(n):
        for j in range(m):
            if room.groups_r[j] < 0 and left.text[l0 + i] == right.text[r0 + j]:
                if (left.cls[l0 + i] == NUMBER) == (right.cls[r0 + j] == NUMBER):
                    room.groups_l[i] = room.groups_r[j] = count
                    room.kinds[count], room.alike[count] = SAME, 1.0
                    count += 1
                    break
    return count


@njit(cache=True, nogil=True)
def _pair_meaning(left, l0, n, right, r0, m, room, count):
    # Places first: they mean just the same.
    for of_place in (True, False):
        for i in range(n):
            cls = left.cls[l0 + i]
            if room.groups_l[i] >= 0 or (cls == PLACE) != of_place or cls < PLACE or cls > STRUCTURE:
                continue
            for j in range(m):
                if (
                    room.groups_r[j] < 0
                    and right.cls[r0 + j] == cls
                    and left.key[l0 + i] == right.key[r0 + j]
                ):
                    room.groups_l[i] = room.groups_r[j] = count
                    room.kinds[count] = MEANING
                    room.alike[count] = 1.0 if of_place else MEANING_ALIKE
                    count += 1
                    break
    return count


@njit(cache=True, nogil=True)
def _pair_misspelt(left, l0, n, right, r0, m, room, count):
    # One to one, the most alike first, then the earliest.
    any_found = False
    for i in range(n):
        for j in range(m):
            room.found[i, j] = 0.0
            one, two = left.cls[l0 + i], right.cls[r0 + j]
            if room.groups_l[i] >= 0 or room.groups_r[j] >= 0 or (one != NAME and two != NAME):
                continue
            if one == NUMBER or two == NUMBER or one == FORM or two == FORM:
                continue
            likeness = typo_likeness(
                left.letters,
                left.start[l0 + i],
                np.int64(left.length[l0 + i]),
                right.letters,
                right.start[r0 + j],
                np.int64(right.length[r0 + j]),
                left.syllabic[l0 + i] and right.syllabic[r0 + j],
                room.masks,
            )
            if likeness != 0:
                room.found[i, j] = likeness
                any_found = True
    while any_found:
        best, at_i, at_j = 0.0, -1, -1
        for i in range(n):
            if room.groups_l[i] < 0:
                for j in range(m):
                    if room.groups_r[j] < 0 and abs(room.found[i, j]) > best:
                        best, at_i, at_j = abs(room.found[i, j]), i, j
        if at_i < 0:
            break
        room.groups_l[at_i] = room.groups_r[at_j] = count
        room.kinds[count] = SYLLABLE if room.found[at_i, at_j] < 0 else MISSPELT
        room.alike[count] = best
        count += 1
    return count


@njit(cache=True, nogil=True)
def _pair_shortened(left, l0, n, right, r0, m, room, count):
    for i in range(n):
        one = left.cls[l0 + i]
        if room.groups_l[i] >= 0 or one == NUMBER or one == FORM:
            continue
        a0, a = left.start[l0 + i], np.int64(left.length[l0 + i])
        for j in range(m):
            two = right.cls[r0 + j]
            if room.groups_r[j] >= 0 or two == NUMBER or two == FORM:
                continue
            b0, b = right.start[r0 + j], np.int64(right.length[r0 + j])
            if is_shortened(left.letters, a0, a, right.letters, b0, b) or is_shortened(
                right.letters, b0, b, left.letters, a0, a
            ):
                room.groups_l[i] = room.groups_r[j] = count
                room.kinds[count], room.alike[count] = SHORTENED, SHORTENED_ALIKE
                count += 1
                break
    return count


@njit(cache=True, nogil=True)
def _pair_within(left, l0, n, right, r0, m, room, count, contains):
    for i in range(n):
        if room.groups_l[i] >= 0 or left.cls[l0 + i] != PLACE or left.place[l0 + i] < 0:
            continue
        for j in range(m):
            if room.groups_r[j] >= 0 or right.cls[r0 + j] != PLACE or right.place[r0 + j] < 0:
                continue
            if contains[left.place[l0 + i], right.place[r0 + j]]:
                room.groups_l[i] = room.groups_r[j] = count
                room.kinds[count], room.alike[count] = WITHIN, WITHIN_ALIKE
                count += 1
                break
    return count


@njit(cache=True, nogil=True)
def _free_run(groups, total, start, count):
    if start + count > total:
        return False
    for at in range(start, start + count):
        if groups[at] >= 0:
            return False
    return True


@njit(cache=True, nogil=True)
def _forms_only(names, first, count):
    for at in range(first, first + count):
        if names.cls[at] != FORM:
            return False
    return True


@njit(cache=True, nogil=True)
def _span(names, first, count):
    # The letters of neighbouring words stand side by side.
    start = names.start[first]
    return start, np.int64(names.start[first + count - 1]) + names.length[first + count - 1] - start


@njit(cache=True, nogil=True)
def _equal(left, a0, right, b0, size):
    for at in range(size):
        if left[a0 + at] != right[b0 + at]:
            return False
    return True


@njit(cache=True, nogil=True)
def _pair_joined(left, l0, n, right, r0, m, room, count):
    # Adjacent words that make the same letters: Hik Vision, Hikvision; the longest runs first.
    groups_l, groups_r = room.groups_l, room.groups_r
    for total in range(min(2 * MAX_JOINED, n + m), 2, -1):
        for a in range(max(1, total - MAX_JOINED), min(MAX_JOINED, total - 1) + 1):
            b = total - a
            if a > n or b > m:
                continue
            for i in range(n - a + 1):
                if not _free_run(groups_l, n, i, a) or _forms_only(left, l0 + i, a):
                    continue
                start, size = _span(left, l0 + i, a)
                if size < 3:
                    continue
                for j in range(m - b + 1):
                    other, length = _span(right, r0 + j, b)
                    if length != size or not _free_run(groups_r, m, j, b) or _forms_only(right, r0 + j, b):
                        continue
                    if _equal(left.letters, start, right.letters, other, size):
                        groups_l[i : i + a] = count
                        groups_r[j : j + b] = count
                        room.kinds[count], room.alike[count] = JOINED, JOINED_ALIKE
                        count += 1
                        break
    return count


@njit(cache=True, nogil=True)
def _pair_initials(left, l0, n, right, r0, m, groups_l, groups_r, room, count):
    # A word of the left name that is the first letters of a run of words of the right one, legal form included: SMIC.
    for i in range(n):
        size = np.int64(left.length[l0 + i])
        if groups_l[i] >= 0 or left.cls[l0 + i] != NAME or size < 2 or size > MAX_INITIALS:
            continue
        for j in range(m):
            # Legal forms between the words count or not: UIDO, United Industrial Defence (Corporation) Oboronprom.
            at, end = 0, j
            while at < size and end < m and groups_r[end] < 0 and right.length[r0 + end] > 0:
                if right.letters[right.start[r0 + end]] == left.letters[left.start[l0 + i] + at]:
                    at += 1
                elif at == 0 or right.cls[r0 + end] != FORM:
                    break
                end += 1
            if at == size:
                groups_l[i] = count
                groups_r[j:end] = count
                room.kinds[count], room.alike[count] = INITIALS, INITIALS_ALIKE
                count += 1
                break
    return count


@njit(cache=True, nogil=True)
def _pair_nearly_joined(left, l0, n, right, r0, m, room, count):
    # A slip in a name that is also split otherwise: neighbouring words left over, without spaces.
    groups_l, groups_r = room.groups_l, room.groups_r
    for i in range(n):
        if groups_l[i] >= 0:
            continue
        for j in range(m):
            for a in range(1, 4):
                if not _free_run(groups_l, n, i, a) or _forms_only(left, l0 + i, a):
                    break
                for b in range(1, 4):
                    if not _free_run(groups_r, m, j, b) or _forms_only(right, r0 + j, b):
                        break
                    if a + b == 2:
                        continue
                    a0, size = _span(left, l0 + i, a)
                    b0, length = _span(right, r0 + j, b)
                    if min(size, length) < 9:
                        continue
                    if edits(left.letters, a0, size, right.letters, b0, length, 1, room.masks) <= 1:
                        groups_l[i : i + a] = count
                        groups_r[j : j + b] = count
                        room.kinds[count] = NEARLY_JOINED
                        room.alike[count] = (1 - 1.0 / size) * JOINED_ALIKE
                        count += 1
                        break
    return count


@njit(cache=True, nogil=True)
def _pair_whole(left, l0, n, right, r0, m, room):
    # One word that holds all letters of the other name's words, "of" and "the" included.
    words_l, words_r = 0, 0
    for at in range(n):
        words_l += left.cls[l0 + at] != FORM
    for at in range(m):
        words_r += right.cls[r0 + at] != FORM
    if min(words_l, words_r) != 1 or words_l == words_r:
        return False
    for at in range(n):
        if left.cls[l0 + at] != FORM:
            room.groups_l[at] = 0
    for at in range(m):
        if right.cls[r0 + at] != FORM:
            room.groups_r[at] = 0
    room.kinds[0], room.alike[0] = JOINED, JOINED_ALIKE
    return True


@njit(cache=True, nogil=True)
def pair_words(left, l, right, r, room, contains):
    """Pair the words of name l with those of name r and return how many groups there are.

    room.groups_l and groups_r get for each word the number of its group, -1 if it stays alone; room.kinds and alike say how
    the words of a group agree and how closely (0..1).
    """
    l0, r0 = left.first[l], right.first[r]
    n, m = min(left.first[l + 1] - l0, MAX_WORDS), min(right.first[r + 1] - r0, MAX_WORDS)
    room.groups_l[:n] = -1
    room.groups_r[:m] = -1
    if left.solid[l] == right.solid[r] or left.solid[l] == right.whole[r] or left.whole[l] == right.solid[r]:
        if _pair_whole(left, l0, n, right, r0, m, room):
            return 1
    count = _pair_same(left, l0, n, right, r0, m, room, 0)
    count = _pair_meaning(left, l0, n, right, r0, m, room, count)
    if _all_paired(room.groups_l, n) or _all_paired(room.groups_r, m):
        return count
    count = _pair_joined(left, l0, n, right, r0, m, room, count)
    count = _pair_misspelt(left, l0, n, right, r0, m, room, count)
    if _all_paired(room.groups_l, n) or _all_paired(room.groups_r, m):
        return count
    count = _pair_nearly_joined(left, l0, n, right, r0, m, room, count)
    count = _pair_initials(left, l0, n, right, r0, m, room.groups_l, room.groups_r, room, count)
    count = _pair_initials(right, r0, m, left, l0, n, room.groups_r, room.groups_l, room, count)
    count = _pair_shortened(left, l0, n, right, r0, m, room, count)
    return _pair_within(left, l0, n, right, r0, m, room, count, contains)


@njit(cache=True, nogil=True)
def _all_paired(groups, count):
    for at in range(count):
        if groups[at] < 0:
            return False
    return True
