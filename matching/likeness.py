"""What two Latin names have in common beyond the words that agree: their letters whole, and those of the words left over."""

from __future__ import annotations

import numpy as np
from numba import njit

from matching.pairing import FORM, MAX_WORDS
from matching.slips import edits

MOST_SLIPS = 2  # in all letters of a name; more are no slips
FEW = 4  # letters left over on both sides, of which one or two make another word
MAX_REST = 32  # letters of the words left over that are compared

FEATURES = (
    ("slips in all letters", "letters"),
    ("likeness of what is left", "words left over"),
)


@njit(cache=True, nogil=True)
def common_letters(left, a, right, b, masks):
    """Return the length of the longest common subsequence, bit-parallel (Hyyro 2004); a <= 64."""
    for at in range(a):
        masks[left[at]] |= np.uint64(1) << np.uint64(at)
    free = ~np.uint64(0)
    for at in range(b):
        hit = free & masks[right[at]]
        free = (free + hit) | (free - hit)
    for at in range(a):
        masks[left[at]] = np.uint64(0)
    count = 0
    for at in range(a):
        if not (free >> np.uint64(at)) & np.uint64(1):
            count += 1
    return count


@njit(cache=True, nogil=True)
def _rest(names, name, groups, out):
    # The letters of the words that no other word agrees with, legal forms left out.
    size = 0
    for at in range(min(names.first[name + 1] - names.first[name], MAX_WORDS)):
        token = names.first[name] + at
        if groups[at] < 0 and names.cls[token] != FORM:
            for position in range(names.start[token], names.start[token] + names.length[token]):
                if size < MAX_REST:
                    out[size] = names.letters[position]
                    size += 1
    return size


@njit(cache=True, nogil=True)
def measure_letters(left, one, right, other, room, a, b, out):
    """Fill out with the FEATURES of this module.

    room says which words agree (pairing.pair_words) and holds the letters of both names, left_core[:a] and right_core[:b],
    which are overwritten.
    """
    slips = MOST_SLIPS + 1
    if abs(a - b) <= MOST_SLIPS:
        slips = edits(room.left_core, 0, a, room.right_core, 0, b, MOST_SLIPS, room.masks)
    out[0] = slips
    rest_l, rest_r = room.left_core, room.right_core
    c, d = _rest(left, one, room.groups_l, rest_l), _rest(right, other, room.groups_r, rest_r)
    if max(c, d) > FEW and c and d:
        out[1] = 2.0 * common_letters(rest_l, c, rest_r, d, room.masks) / (c + d)
    else:
        out[1] = 0.0 if c or d else 1.0
