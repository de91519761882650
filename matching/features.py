"""What tells two Latin names apart or together, in numbers: the features that matching/data/models/latin.json weighs."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matching.encoding import Encoded
from matching.pairing import (
    FORM,
    INDUSTRY,
    INITIALS,
    JOINED,
    MAX_CORE,
    MAX_WORDS,
    MISSPELT,
    NAME,
    NEARLY_JOINED,
    NUMBER,
    PLACE,
    SHORTENED,
    STRUCTURE,
    SYLLABLE,
    WITHIN,
    pair_words,
    scratch,
)

COMMON = 0.5  # rarity below which a word carries little

# Name of each feature and the heading under which an explanation counts it. "low" and "high" are the lesser and the greater
# of the two names' values, so that it does not matter which of them is the query.
FEATURES = (
    ("agreed share, low", "words that agree"),
    ("agreed share, high", "words that agree"),
    ("agreed share of distinctive words, low", "words that agree"),
    ("agreed share of distinctive words, high", "words that agree"),
    ("weight of agreed distinctive words", "words that agree"),
    ("rarest agreed word", "words that agree"),
    ("letters in agreed distinctive words", "words that agree"),
    ("least likeness of agreed distinctive words", "spelling"),
    ("slips", "spelling"),
    ("other syllables", "spelling"),
    ("shortened words", "spelling"),
    ("initials", "spelling"),
    ("joined words", "spelling"),
    ("rarest word alone, low", "words left over"),
    ("rarest word alone, high", "words left over"),
    ("distinctive words alone, low", "words left over"),
    ("distinctive words alone, high", "words left over"),
    ("other words alone, low", "words left over"),
    ("other words alone, high", "words left over"),
    ("place", "place"),
    ("place alone", "place"),
    ("number", "number"),
    ("number alone", "number"),
    ("industry", "business"),
    ("industry alone", "business"),
    ("structure alone, low", "structure"),
    ("structure alone, high", "structure"),
    ("first words agree", "order"),
    ("words out of order", "order"),
    ("distinctive words, low", "length"),
    ("distinctive words, high", "length"),
    ("words, low", "length"),
    ("words, high", "length"),
    ("letters, low", "length"),
    ("likeness of the letters", "letters"),
    ("likeness from the beginning", "letters"),
    ("common beginning", "letters"),
    ("cut off", "letters"),
    ("legal forms agree", "legal form"),
    ("legal forms differ", "legal form"),
    ("legal form missing", "legal form"),
)
COUNT = len(FEATURES)


@njit(cache=True, nogil=True)
def _core(names, name, out):
    # The letters of a name without spaces and legal forms.
    size = 0
    for at in range(names.first[name], names.first[name + 1]):
        if names.cls[at] != FORM:
            for position in range(names.start[at], names.start[at] + names.length[at]):
                if size < MAX_CORE:
                    out[size] = names.letters[position]
                    size += 1
    return size


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
def _jaro_winkler(left, a, right, b, masks):
    if a == 0 or b == 0:
        return 0.0
    window = max(max(a, b) // 2 - 1, 0)
    # Where each letter of the right core stands, and which places are taken, as bits; b <= 64.
    for at in range(b):
        masks[right[at]] |= np.uint64(1) << np.uint64(at)
    taken, paired = np.uint64(0), np.uint64(0)
    matches = 0
    for i in range(a):
        low, high = max(0, i - window), min(b, i + window + 1)
        if low >= high:
            continue
        free = masks[left[i]] & ~taken & (~np.uint64(0) << np.uint64(low))
        if high < 64:
            free &= (np.uint64(1) << np.uint64(high)) - np.uint64(1)
        if free:
            taken |= free & (~free + np.uint64(1))
            paired |= np.uint64(1) << np.uint64(i)
            matches += 1
    for at in range(b):
        masks[right[at]] = np.uint64(0)
    if matches == 0:
        return 0.0
    swapped, i = 0, 0
    for j in range(b):
        if (taken >> np.uint64(j)) & np.uint64(1):
            while not (paired >> np.uint64(i)) & np.uint64(1):
                i += 1
            if right[j] != left[i]:
                swapped += 1
            i += 1
    jaro = (matches / a + matches / b + (matches - swapped / 2) / matches) / 3
    prefix = 0
    while prefix < min(4, a, b) and left[prefix] == right[prefix]:
        prefix += 1
    return jaro + 0.1 * prefix * (1 - jaro)


@njit(cache=True, nogil=True)
def _tell_side(names, name, count, groups, alike, out):
    # What one name's words say: weights that agree and in all, what is left over, per class.
    total, agreed, named, named_agreed, rarest_alone = 0.0, 0.0, 0.0, 0.0, 0.0
    forms, named_alone, other_alone, place_alone, number_alone, industry_alone, structure_alone, names_in = (
        0, 0, 0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    for at in range(count):
        token = names.first[name] + at
        cls, weight = names.cls[token], names.weight[token]
        if cls == FORM:
            forms += 1
            continue
        total += weight
        if cls == NAME:
            names_in += 1
            named += weight
        if groups[at] >= 0:
            agreed += weight * alike[groups[at]]
            if cls == NAME:
                named_agreed += weight * alike[groups[at]]
            continue
        if cls == NAME:
            named_alone += 1
            rarest_alone = max(rarest_alone, weight)
        elif cls == PLACE:
            place_alone += 1
        elif cls == NUMBER:
            number_alone += 1
        elif cls == STRUCTURE:
            structure_alone += 1
        else:
            other_alone += 1
            industry_alone += cls == INDUSTRY
    out[0] = agreed / total if total > 0 else 0.0
    out[1] = named_agreed / named if named > 0 else out[0]
    out[2] = rarest_alone
    out[3] = named_alone
    out[4] = other_alone
    out[5] = place_alone
    out[6] = number_alone
    out[7] = industry_alone
    out[8] = structure_alone
    out[9] = names_in
    out[10] = count - forms


@njit(cache=True, nogil=True)
def _tell_groups(left, l, n, right, r, m, room, count, out):
    # What the groups of words that agree say together.
    weight_l, weight_r, named_l = room.sums[0], room.sums[1], room.sums[2]
    named_r, letters_l, letters_r, first_r = room.sums[3], room.sums[4], room.sums[5], room.sums[6]
    for group in range(count):
        weight_l[group] = weight_r[group] = named_l[group] = named_r[group] = 0.0
        letters_l[group] = letters_r[group] = 0.0
        first_r[group] = -1.0
    for at in range(n):
        group = room.groups_l[at]
        if group >= 0:
            token = left.first[l] + at
            weight_l[group] += left.weight[token]
            named_l[group] += left.cls[token] == NAME
            letters_l[group] += left.length[token]
    for at in range(m):
        group = room.groups_r[at]
        if group >= 0:
            token = right.first[r] + at
            weight_r[group] += right.weight[token]
            named_r[group] += right.cls[token] == NAME
            letters_r[group] += right.length[token]
            if first_r[group] < 0:
                first_r[group] = at
    weight, rarest, size, least = 0.0, 0.0, 0.0, 1.0
    slips, syllabic, shortened, initials, joined, within = 0, 0, 0, 0.0, 0, 0
    for group in range(count):
        kind, alike = room.kinds[group], room.alike[group]
        # A misspelt word is as rare as the word that was meant, which is the commoner of the two.
        whole = kind == JOINED or kind == NEARLY_JOINED or kind == INITIALS
        both = max(weight_l[group], weight_r[group]) if whole else min(weight_l[group], weight_r[group])
        slips += kind == MISSPELT or kind == NEARLY_JOINED
        syllabic += kind == SYLLABLE
        shortened += kind == SHORTENED
        joined += kind == JOINED or kind == NEARLY_JOINED
        within += kind == WITHIN
        if kind == INITIALS:
            initials = max(initials, min(letters_l[group], letters_r[group]))
        named = (named_l[group] > 0) + (named_r[group] > 0)
        if named == 2 or (named == 1 and whole):
            weight += both * alike
            rarest = max(rarest, both * alike)
            size += min(letters_l[group], letters_r[group])
            least = min(least, alike)
    ordered, last = 0, -1.0
    for at in range(n):
        group = room.groups_l[at]
        if (
            group >= 0
            and left.cls[left.first[l] + at] != FORM
            and right.cls[right.first[r] + np.int64(first_r[group])] != FORM
        ):
            if first_r[group] < last:
                ordered += 1
            last = first_r[group]
    out[0], out[1], out[2], out[3] = weight, rarest, size, least
    out[4], out[5], out[6], out[7], out[8], out[9] = slips, shortened, initials, joined, ordered, within
    out[10] = syllabic


@njit(cache=True, nogil=True)
def measure(left, l, right, r, contains, room, told, out):
    """Fill out (float32, an entry per feature) for name l of the left names and name r of the right ones.

    The same for both orders of the names. told has room for three rows of what is said of each name and of both.
    """
    if left.order[l] > right.order[r]:
        _measure(right, r, left, l, contains, room, told, out)
    else:
        _measure(left, l, right, r, contains, room, told, out)


@njit(cache=True, nogil=True)
def _measure(left, l, right, r, contains, room, told, out):
    n = min(left.first[l + 1] - left.first[l], MAX_WORDS)
    m = min(right.first[r + 1] - right.first[r], MAX_WORDS)
    count = pair_words(left, l, right, r, room, contains)
    ours, theirs, both = told[0], told[1], told[2]
    _tell_side(left, l, n, room.groups_l, room.alike, ours)
    _tell_side(right, r, m, room.groups_r, room.alike, theirs)
    _tell_groups(left, l, n, right, r, m, room, count, both)
    out[0], out[1] = min(ours[0], theirs[0]), max(ours[0], theirs[0])
    out[2], out[3] = min(ours[1], theirs[1]), max(ours[1], theirs[1])
    out[4], out[5], out[6], out[7] = both[0], both[1], both[2], both[3]
    out[8], out[9] = both[4], both[10]
    out[10], out[11], out[12] = both[5], both[6], both[7]
    out[13], out[14] = min(ours[2], theirs[2]), max(ours[2], theirs[2])
    out[15], out[16] = min(ours[3], theirs[3]), max(ours[3], theirs[3])
    out[17], out[18] = min(ours[4], theirs[4]), max(ours[4], theirs[4])
    out[19] = min(ours[5], theirs[5]) + 0.5 * both[9]
    out[20] = max(ours[5], theirs[5])
    out[21], out[22] = min(ours[6], theirs[6]), max(ours[6], theirs[6])
    out[23], out[24] = min(ours[7], theirs[7]), max(ours[7], theirs[7])
    out[25], out[26] = min(ours[8], theirs[8]), max(ours[8], theirs[8])
    out[27] = n > 0 and m > 0 and room.groups_l[0] >= 0 and room.groups_l[0] == room.groups_r[0]
    out[28] = both[8]
    out[29], out[30] = min(ours[9], theirs[9]), max(ours[9], theirs[9])
    out[31], out[32] = min(ours[10], theirs[10]), max(ours[10], theirs[10])
    core_l, core_r = room.left_core, room.right_core
    a, b = _core(left, l, core_l), _core(right, r, core_r)
    out[33] = min(a, b)
    out[34] = 2.0 * common_letters(core_l, a, core_r, b, room.masks) / (a + b) if a + b else 0.0
    out[35] = _jaro_winkler(core_l, a, core_r, b, room.masks)
    prefix = 0
    while prefix < min(a, b) and core_l[prefix] == core_r[prefix]:
        prefix += 1
    out[36] = prefix / min(a, b) if a and b else 0.0
    out[37] = prefix if a != b and prefix == min(a, b) else 0
    ours_forms, theirs_forms = left.forms[l], right.forms[r]
    out[38] = ours_forms != 0 and (ours_forms & theirs_forms) != 0
    out[39] = ours_forms != 0 and theirs_forms != 0 and (ours_forms & theirs_forms) == 0
    out[40] = (ours_forms == 0) != (theirs_forms == 0)


def measure_all(
    left: Encoded,
    lefts: NDArray[np.int32],
    right: Encoded,
    rights: NDArray[np.int32],
    contains: NDArray[np.uint8],
) -> NDArray[np.float32]:
    """Return the features of pairs (left[lefts[n]], right[rights[n]]) as float32 of shape (pairs, features)."""
    found = np.zeros((len(lefts), COUNT), np.float32)
    _measure_all(left, lefts, right, rights, contains, scratch(), found)
    return found


@njit(cache=True, nogil=True)
def _measure_all(left, lefts, right, rights, contains, room, found):
    told = np.zeros((3, 11))
    for at in range(len(lefts)):
        measure(left, lefts[at], right, rights[at], contains, room, told, found[at])
