"""What two Latin names have in common beyond the words that agree: their letters whole, and those of the words left over."""

from __future__ import annotations

import numpy as np
from numba import njit

from matching.pairing import FORM, edits

MOST_SLIPS = 2  # in all letters of a name; more are no slips
FEW = 4  # letters left over on both sides, of which one or two make another word
MAX_REST = 32  # letters of the words left over that are compared

FEATURES = (
    ("slips in all letters", "letters"),
    ("likeness of what is left", "words left over"),
)


@njit(cache=True)
def _rest(names, name, groups, out):
    # The letters of the words that no other word agrees with, legal forms left out.
    size = 0
    for at in range(len(groups)):
        token = names.first[name] + at
        if groups[at] < 0 and names.cls[token] != FORM:
            for position in range(names.start[token], names.start[token] + names.length[token]):
                if size < MAX_REST:
                    out[size] = names.letters[position]
                    size += 1
    return size


@njit(cache=True)
def _in_order(left, a, right, b):
    # Length of the longest common subsequence.
    row = np.zeros(b + 1, np.int64)
    for i in range(a):
        before = 0
        for j in range(b):
            kept = row[j + 1]
            if left[i] == right[j]:
                row[j + 1] = before + 1
            elif row[j] > kept:
                row[j + 1] = row[j]
            before = kept
    return row[b]


@njit(cache=True)
def measure_letters(left, one, right, other, groups_l, groups_r, core_l, a, core_r, b, out):
    """Fill out with the FEATURES of this module.

    The groups say which words agree (pairing.pair_words); core_l[:a] and core_r[:b] are the letters of both names.
    """
    slips = MOST_SLIPS + 1
    if abs(a - b) <= MOST_SLIPS:
        slips = edits(core_l[:a], core_r[:b], MOST_SLIPS)
    out[0] = slips
    rest_l, rest_r = np.empty(MAX_REST, np.uint8), np.empty(MAX_REST, np.uint8)
    c, d = _rest(left, one, groups_l, rest_l), _rest(right, other, groups_r, rest_r)
    if max(c, d) > FEW and c and d:
        out[1] = 2.0 * _in_order(rest_l, c, rest_r, d) / (c + d)
    else:
        out[1] = 0.0 if c or d else 1.0
