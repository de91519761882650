"""What tells two Latin names apart or together, in numbers: the features that matching/data/models/latin.json weighs."""

from __future__ import annotations

import numpy as np
from numba import njit

from matching.likeness import FEATURES as LETTERS
from matching.likeness import measure_letters
from matching.pairing import (
    FORM,
    INDUSTRY,
    INITIALS,
    JOINED,
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
)

MAX_CORE = 64  # letters of a name without spaces that are compared whole
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
    *LETTERS,
)
COUNT = len(FEATURES)


@njit(cache=True)
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


@njit(cache=True)
def _common_letters(left, a, right, b):
    # Length of the longest common subsequence, bit-parallel (Hyyro 2004); a <= 64.
    masks = np.zeros(256, np.uint64)
    for at in range(a):
        masks[left[at]] |= np.uint64(1) << np.uint64(at)
    free = ~np.uint64(0)
    for at in range(b):
        hit = free & masks[right[at]]
        free = (free + hit) | (free - hit)
    count = 0
    for at in range(a):
        if not (free >> np.uint64(at)) & np.uint64(1):
            count += 1
    return count


@njit(cache=True)
def _jaro_winkler(left, a, right, b):
    if a == 0 or b == 0:
        return 0.0
    window = max(max(a, b) // 2 - 1, 0)
    taken = np.zeros(MAX_CORE, np.bool_)
    order = np.zeros(MAX_CORE, np.uint8)
    matches = 0
    for i in range(a):
        for j in range(max(0, i - window), min(b, i + window + 1)):
            if not taken[j] and right[j] == left[i]:
                taken[j] = True
                order[matches] = left[i]
                matches += 1
                break
    if matches == 0:
        return 0.0
    swapped, at = 0, 0
    for j in range(b):
        if taken[j]:
            if right[j] != order[at]:
                swapped += 1
            at += 1
    jaro = (matches / a + matches / b + (matches - swapped / 2) / matches) / 3
    prefix = 0
    while prefix < min(4, a, b) and left[prefix] == right[prefix]:
        prefix += 1
    return jaro + 0.1 * prefix * (1 - jaro)


@njit(cache=True)
def _tell_sides(names, name, groups, alike, out):
    # What one name's words say: weights that agree and in all, what is left over, per class.
    total, agreed, named, named_agreed, rarest_alone = 0.0, 0.0, 0.0, 0.0, 0.0
    alone = np.zeros(7, np.int64)
    counts = np.zeros(7, np.int64)
    for at in range(len(groups)):
        token = names.first[name] + at
        cls, weight = names.cls[token], names.weight[token]
        counts[cls] += 1
        if cls == FORM:
            continue
        total += weight
        if cls == NAME:
            named += weight
        if groups[at] >= 0:
            agreed += weight * alike[groups[at]]
            if cls == NAME:
                named_agreed += weight * alike[groups[at]]
        else:
            alone[cls] += 1
            if cls == NAME:
                rarest_alone = max(rarest_alone, weight)
    out[0] = agreed / total if total > 0 else 0.0
    out[1] = named_agreed / named if named > 0 else out[0]
    out[2] = rarest_alone
    out[3] = alone[NAME]
    out[4] = alone[INDUSTRY] + alone[INDUSTRY + 1]
    out[5] = alone[PLACE]
    out[6] = alone[NUMBER]
    out[7] = alone[INDUSTRY]
    out[8] = alone[STRUCTURE]
    out[9] = counts[NAME]
    out[10] = len(groups) - counts[FORM]


@njit(cache=True)
def _tell_groups(left, l, right, r, groups_l, groups_r, kinds, alike, count, out):
    # What the groups of words that agree say together.
    weight_l, weight_r = np.zeros(MAX_WORDS), np.zeros(MAX_WORDS)
    named_l, named_r = np.zeros(MAX_WORDS, np.bool_), np.zeros(MAX_WORDS, np.bool_)
    letters_l, letters_r = np.zeros(MAX_WORDS), np.zeros(MAX_WORDS)
    first_r = np.full(MAX_WORDS, -1)
    for at in range(len(groups_l)):
        if groups_l[at] >= 0:
            token = left.first[l] + at
            weight_l[groups_l[at]] += left.weight[token]
            named_l[groups_l[at]] |= left.cls[token] == NAME
            letters_l[groups_l[at]] += left.length[token]
    for at in range(len(groups_r)):
        if groups_r[at] >= 0:
            token = right.first[r] + at
            weight_r[groups_r[at]] += right.weight[token]
            named_r[groups_r[at]] |= right.cls[token] == NAME
            letters_r[groups_r[at]] += right.length[token]
            if first_r[groups_r[at]] < 0:
                first_r[groups_r[at]] = at
    weight, rarest, size, least = 0.0, 0.0, 0.0, 1.0
    slips, syllabic, shortened, initials, joined, within = 0, 0, 0, 0.0, 0, 0
    for group in range(count):
        kind = kinds[group]
        # A misspelt word is as rare as the word that was meant, which is the commoner of the two.
        whole = kind == JOINED or kind == NEARLY_JOINED or kind == INITIALS
        both = max(weight_l[group], weight_r[group]) if whole else min(weight_l[group], weight_r[group])
        if kind == MISSPELT or kind == NEARLY_JOINED:
            slips += 1
        syllabic += kind == SYLLABLE
        shortened += kind == SHORTENED
        joined += kind == JOINED or kind == NEARLY_JOINED
        within += kind == WITHIN
        if kind == INITIALS:
            initials = max(initials, min(letters_l[group], letters_r[group]))
        if (named_l[group] and named_r[group]) or ((named_l[group] or named_r[group]) and whole):
            weight += both * alike[group]
            rarest = max(rarest, both * alike[group])
            size += min(letters_l[group], letters_r[group])
            least = min(least, alike[group])
    ordered, last = 0, -1
    for at in range(len(groups_l)):
        group = groups_l[at]
        if (
            group >= 0
            and left.cls[left.first[l] + at] != FORM
            and right.cls[right.first[r] + first_r[group]] != FORM
        ):
            if first_r[group] < last:
                ordered += 1
            last = first_r[group]
    out[0], out[1], out[2], out[3] = weight, rarest, size, least
    out[4], out[5], out[6], out[7], out[8], out[9] = slips, shortened, initials, joined, ordered, within
    out[10] = syllabic


@njit(cache=True)
def measure(left, l, right, r, contains, out):
    """Fill out (float32, an entry per feature) for name l of the left names and name r of the right ones.

    The same for both orders of the names.
    """
    if left.order[l] > right.order[r]:
        left, right, l, r = right, left, r, l
    n = min(left.first[l + 1] - left.first[l], MAX_WORDS)
    m = min(right.first[r + 1] - right.first[r], MAX_WORDS)
    groups_l, groups_r = np.empty(n, np.int8), np.empty(m, np.int8)
    kinds, alike = np.zeros(MAX_WORDS, np.int8), np.zeros(MAX_WORDS, np.float32)
    count = pair_words(left, l, right, r, groups_l, groups_r, kinds, alike, contains)
    ours, theirs, both = np.zeros(11), np.zeros(11), np.zeros(11)
    _tell_sides(left, l, groups_l, alike, ours)
    _tell_sides(right, r, groups_r, alike, theirs)
    _tell_groups(left, l, right, r, groups_l, groups_r, kinds, alike, count, both)
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
    out[27] = n > 0 and m > 0 and groups_l[0] >= 0 and groups_l[0] == groups_r[0]
    out[28] = both[8]
    out[29], out[30] = min(ours[9], theirs[9]), max(ours[9], theirs[9])
    out[31], out[32] = min(ours[10], theirs[10]), max(ours[10], theirs[10])
    core_l, core_r = np.empty(MAX_CORE, np.uint8), np.empty(MAX_CORE, np.uint8)
    a, b = _core(left, l, core_l), _core(right, r, core_r)
    out[33] = min(a, b)
    out[34] = 2.0 * _common_letters(core_l, a, core_r, b) / (a + b) if a + b else 0.0
    out[35] = _jaro_winkler(core_l, a, core_r, b)
    prefix = 0
    while prefix < min(a, b) and core_l[prefix] == core_r[prefix]:
        prefix += 1
    out[36] = prefix / min(a, b) if a and b else 0.0
    out[37] = prefix if a != b and prefix == min(a, b) else 0
    ours_forms, theirs_forms = left.forms[l], right.forms[r]
    out[38] = ours_forms != 0 and (ours_forms & theirs_forms) != 0
    out[39] = ours_forms != 0 and theirs_forms != 0 and (ours_forms & theirs_forms) == 0
    out[40] = (ours_forms == 0) != (theirs_forms == 0)
    measure_letters(left, l, right, r, groups_l, groups_r, core_l, a, core_r, b, out[41:])


@njit(cache=True)
def measure_all(left, lefts, right, rights, contains):
    """Return the features of pairs (left[lefts[n]], right[rights[n]]) as float32 of shape (pairs, features)."""
    found = np.zeros((len(lefts), COUNT), np.float32)
    for at in range(len(lefts)):
        measure(left, lefts[at], right, rights[at], contains, found[at])
    return found
