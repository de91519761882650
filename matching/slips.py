"""How near two words are: a slip of the pen, another syllable, or one written short."""

from __future__ import annotations

import numpy as np
from numba import njit

MAX_TYPED = 40  # letters of a word that are compared for slips
MIN_TYPO = 5
MIN_SWAP = 4
SHORT_WORD = 6  # up to here another letter is often another word (Panda, Padda); swapped letters are not
SHORT_EDIT = 1.4
OTHER_SYLLABLE = 0.12  # Changtai, Chengtai: both are Mandarin
LONG_WORD = 10  # from here two edits are one typo


@njit(cache=True, nogil=True, inline="always")
def _signs(letters, start, size):
    # One bit for each letter or digit that a word has.
    signs = np.uint64(0)
    for at in range(start, start + size):
        signs |= np.uint64(1) << np.uint64(letters[at] & 63)
    return signs


@njit(cache=True, nogil=True, inline="always")
def _bits(value):
    value = value - ((value >> np.uint64(1)) & np.uint64(0x5555555555555555))
    value = (value & np.uint64(0x3333333333333333)) + (
        (value >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    value = (value + (value >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((value * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True, nogil=True)
def edits(left, a0, a, right, b0, b, most, masks):
    """Count insertions, deletions, substitutions and swaps of neighbours between two words, most + 1 if more.

    The words are a letters from a0 on and b letters from b0 on; bit-parallel (Hyyro 2003). masks is Scratch.masks.
    """
    a, b = min(a, MAX_TYPED), min(b, MAX_TYPED)
    if abs(a - b) > most:
        return most + 1
    # A slip changes two letters at most.
    if _bits(_signs(left, a0, a) ^ _signs(right, b0, b)) > 2 * most:
        return most + 1
    if a == 0:
        return min(b, most + 1)
    for at in range(a):
        masks[left[a0 + at]] |= np.uint64(1) << np.uint64(at)
    last = np.uint64(1) << np.uint64(a - 1)
    more, fewer, same, before = ~np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    distance = a
    for at in range(b):
        mask = masks[right[b0 + at]]
        swapped = ((~same & mask) << np.uint64(1)) & before
        same = (((mask & more) + more) ^ more) | mask | fewer | swapped
        up = fewer | ~(same | more)
        down = same & more
        if up & last:
            distance += 1
        if down & last:
            distance -= 1
        up = (up << np.uint64(1)) | np.uint64(1)
        more = (down << np.uint64(1)) | ~(same | up)
        fewer = up & same
        before = mask
    for at in range(a):
        masks[left[a0 + at]] = np.uint64(0)
    return min(distance, most + 1)


@njit(cache=True, nogil=True)
def _same_letters(left, a0, right, b0, size, masks):
    if _signs(left, a0, size) != _signs(right, b0, size):
        return False
    same = True
    for at in range(size):
        masks[left[a0 + at]] += np.uint64(1)
    for at in range(size):
        if masks[right[b0 + at]] == 0:
            same = False
            break
        masks[right[b0 + at]] -= np.uint64(1)
    for at in range(size):
        masks[left[a0 + at]] = np.uint64(0)
    return same


@njit(cache=True, nogil=True)
def typo_likeness(left, a0, a, right, b0, b, syllabic, masks):
    """Return how alike two words are if one is a likely misspelling of the other, else 0; negative for another syllable.

    One edit (a swap of neighbours is one) from 5 letters, two from 10; a different first letter counts as a second
    edit, and a change inside words that both read as Mandarin or Japanese syllables as more than a slip.
    """
    longest, shortest = max(a, b), min(a, b)
    allowed = 2 if longest >= LONG_WORD else 1
    if shortest < MIN_SWAP or longest - shortest > allowed:
        return 0.0
    swapped = longest == shortest and _same_letters(left, a0, right, b0, a, masks)
    if shortest < MIN_TYPO and not swapped:
        return 0.0
    distance = float(edits(left, a0, a, right, b0, b, allowed, masks))
    if distance > allowed:
        return 0.0
    if longest <= SHORT_WORD and not swapped:
        distance *= SHORT_EDIT
    if left[a0] != right[b0] and left[a0 + 1] != right[b0]:
        distance += 1
        if distance > 2:
            return 0.0
    likeness = 1 - distance / longest
    return OTHER_SYLLABLE - likeness if syllabic and not swapped else likeness


@njit(cache=True, nogil=True)
def is_shortened(short, s0, s, full, f0, f):
    """Tell whether a word is written short: its beginning, or its first letter and others in order (mfg, intl)."""
    if s < 2 or f - s < 2 or short[s0] != full[f0]:
        return False
    at = 0
    for letter in range(f0, f0 + f):
        if at < s and full[letter] == short[s0 + at]:
            at += 1
    if at < s:
        return False
    beginning = True
    for at in range(s):
        if short[s0 + at] != full[f0 + at]:
            beginning = False
    # Letters in order are a weak sign: only for words much longer, and only consonants.
    if beginning:
        return s >= 3 or f >= 6
    if s < 3 or s > 5 or f < 6:
        return False
    for at in range(1, s):
        letter = short[s0 + at]
        if (
            letter == 97 or letter == 101 or letter == 105 or letter == 111 or letter == 117
        ) and letter != full[f0 + at]:
            return False
    return True
