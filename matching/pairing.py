"""The words of two names put side by side: equal, equal in meaning, joined, misspelt, shortened, or initials."""

from __future__ import annotations

import numpy as np
from numba import njit

MAX_WORDS = 32
MAX_JOINED = 5
MAX_INITIALS = 8
MAX_TYPED = 40  # letters of a word that are compared for slips

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

MIN_TYPO = 5
MIN_SWAP = 4
SHORT_WORD = 6  # up to here another letter is often another word (Panda, Padda); swapped letters are not
SHORT_EDIT = 1.4
OTHER_SYLLABLE = 0.12  # Changtai, Chengtai: both are Mandarin
LONG_WORD = 10  # from here two edits are one typo

NAME, PLACE, INDUSTRY, GENERIC, STRUCTURE, NUMBER, FORM = range(7)


@njit(cache=True)
def edits(left, right, most):
    """Count insertions, deletions, substitutions and swaps of neighbours between two byte strings, most + 1 if more."""
    a, b = min(len(left), MAX_TYPED), min(len(right), MAX_TYPED)
    if abs(a - b) > most:
        return most + 1
    before = np.zeros(b + 1, np.int64)
    last = np.arange(b + 1)
    row = np.zeros(b + 1, np.int64)
    for i in range(1, a + 1):
        row[0] = i
        least = i
        for j in range(1, b + 1):
            cost = 0 if left[i - 1] == right[j - 1] else 1
            found = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                found = min(found, before[j - 2] + 1)
            row[j] = found
            least = min(least, found)
        if least > most:
            return most + 1
        before, last, row = last, row, before
    return min(last[b], most + 1)


@njit(cache=True)
def _same_letters(left, right):
    counts = np.zeros(256, np.int64)
    for letter in left:
        counts[letter] += 1
    for letter in right:
        counts[letter] -= 1
        if counts[letter] < 0:
            return False
    return len(left) == len(right)


@njit(cache=True)
def typo_likeness(left, right, syllabic):
    """Return how alike two words are if one is a likely misspelling of the other, else 0; negative for another syllable.

    One edit (a swap of neighbours is one) from 5 letters, two from 10; a different first letter counts as a second
    edit, and a change inside words that both read as Mandarin or Japanese syllables as more than a slip.
    """
    longest, shortest = max(len(left), len(right)), min(len(left), len(right))
    allowed = 2 if longest >= LONG_WORD else 1
    if shortest < MIN_SWAP or longest - shortest > allowed:
        return 0.0
    swapped = longest == shortest and _same_letters(left, right)
    if shortest < MIN_TYPO and not swapped:
        return 0.0
    distance = float(edits(left, right, allowed))
    if distance > allowed:
        return 0.0
    if longest <= SHORT_WORD and not swapped:
        distance *= SHORT_EDIT
    if left[0] != right[0] and left[1] != right[0]:
        distance += 1
        if distance > 2:
            return 0.0
    likeness = 1 - distance / longest
    return OTHER_SYLLABLE - likeness if syllabic and not swapped else likeness


@njit(cache=True)
def is_shortened(short, full):
    """Tell whether a word is written short: its beginning, or its first letter and others in order (mfg, intl)."""
    if len(short) < 2 or len(full) - len(short) < 2 or short[0] != full[0]:
        return False
    at = 0
    for letter in full:
        if at < len(short) and letter == short[at]:
            at += 1
    if at < len(short):
        return False
    beginning = True
    for at in range(len(short)):
        if short[at] != full[at]:
            beginning = False
    # Letters in order are a weak sign: only for words much longer, and only consonants.
    if beginning:
        return len(short) >= 3 or len(full) >= 6
    if len(short) < 3 or len(short) > 5 or len(full) < 6:
        return False
    for at in range(1, len(short)):
        letter = short[at]
        if (
            letter == 97 or letter == 101 or letter == 105 or letter == 111 or letter == 117
        ) and letter != full[at]:
            return False
    return True


@njit(cache=True)
def _word(names, at):
    return names.letters[names.start[at] : names.start[at] + names.length[at]]


@njit(cache=True)
def _joined(names, first, count):
    size = 0
    for at in range(first, first + count):
        size += names.length[at]
    text = np.empty(size, np.uint8)
    size = 0
    for at in range(first, first + count):
        word = _word(names, at)
        text[size : size + len(word)] = word
        size += len(word)
    return text


@njit(cache=True)
def _likeness(rule, left, i, right, j, contains):
    # How alike word i of the left names and word j of the right ones are by one rule; 0 if the rule does not hold.
    one, two = left.cls[i], right.cls[j]
    if rule == SAME:
        if left.text[i] == right.text[j] and (one == NUMBER) == (two == NUMBER):
            return 1.0
        return 0.0
    if rule == MEANING:
        if one == two and one >= PLACE and one <= STRUCTURE and left.key[i] == right.key[j]:
            return 1.0 if one == PLACE else MEANING_ALIKE
        return 0.0
    if one == NUMBER or two == NUMBER or one == FORM or two == FORM:
        return 0.0
    if rule == WITHIN:
        if one == PLACE and two == PLACE and left.place[i] >= 0 and right.place[j] >= 0:
            if contains[left.place[i], right.place[j]]:
                return WITHIN_ALIKE
        return 0.0
    if rule == MISSPELT:
        if one != NAME and two != NAME:
            return 0.0
        return typo_likeness(_word(left, i), _word(right, j), left.syllabic[i] and right.syllabic[j])
    if rule == SHORTENED:
        if is_shortened(_word(left, i), _word(right, j)) or is_shortened(_word(right, j), _word(left, i)):
            return SHORTENED_ALIKE
    return 0.0


@njit(cache=True)
def _pair_by(rule, left, l0, right, r0, partners, kinds, alike, count, contains):
    # Pair words one to one by a rule, the most alike first, then the earliest.
    groups_l, groups_r = partners
    n, m = len(groups_l), len(groups_r)
    found = np.zeros((n, m), np.float32)
    any_found = False
    for i in range(n):
        if groups_l[i] < 0:
            for j in range(m):
                if groups_r[j] < 0:
                    likeness = _likeness(rule, left, l0 + i, right, r0 + j, contains)
                    if likeness != 0:
                        found[i, j] = likeness
                        any_found = True
    while any_found:
        best, at_i, at_j = 0.0, -1, -1
        for i in range(n):
            if groups_l[i] < 0:
                for j in range(m):
                    if groups_r[j] < 0 and abs(found[i, j]) > best:
                        best, at_i, at_j = abs(found[i, j]), i, j
        if at_i < 0:
            break
        groups_l[at_i] = groups_r[at_j] = count
        kinds[count], alike[count] = SYLLABLE if found[at_i, at_j] < 0 else rule, best
        count += 1
    return count


@njit(cache=True)
def _free_run(groups, start, count):
    if start + count > len(groups):
        return False
    for at in range(start, start + count):
        if groups[at] >= 0:
            return False
    return True


@njit(cache=True)
def _forms_only(names, first, count):
    for at in range(first, first + count):
        if names.cls[at] != FORM:
            return False
    return True


@njit(cache=True)
def _pair_joined(left, l0, right, r0, partners, kinds, alike, count):
    # Adjacent words that make the same letters: Hik Vision, Hikvision; the longest runs first.
    groups_l, groups_r = partners
    n, m = len(groups_l), len(groups_r)
    for total in range(2 * MAX_JOINED, 2, -1):
        for a in range(max(1, total - MAX_JOINED), min(MAX_JOINED, total - 1) + 1):
            b = total - a
            if a > n or b > m:
                continue
            for i in range(n - a + 1):
                if not _free_run(groups_l, i, a) or _forms_only(left, l0 + i, a):
                    continue
                size = 0
                for at in range(l0 + i, l0 + i + a):
                    size += left.length[at]
                if size < 3:
                    continue
                for j in range(m - b + 1):
                    other = 0
                    for at in range(r0 + j, r0 + j + b):
                        other += right.length[at]
                    if other != size or not _free_run(groups_r, j, b) or _forms_only(right, r0 + j, b):
                        continue
                    if np.array_equal(_joined(left, l0 + i, a), _joined(right, r0 + j, b)):
                        groups_l[i : i + a] = count
                        groups_r[j : j + b] = count
                        kinds[count], alike[count] = JOINED, JOINED_ALIKE
                        count += 1
                        break
    return count


@njit(cache=True)
def _pair_initials(left, l0, right, r0, groups_l, groups_r, kinds, alike, count):
    # A word of the left name that is the first letters of a run of words of the right one, legal form included: SMIC.
    n, m = len(groups_l), len(groups_r)
    for i in range(n):
        word = _word(left, l0 + i)
        size = len(word)
        if groups_l[i] >= 0 or left.cls[l0 + i] != NAME or size < 2 or size > MAX_INITIALS:
            continue
        for j in range(m):
            # Legal forms between the words count or not: UIDO, United Industrial Defence (Corporation) Oboronprom.
            at, end = 0, j
            while at < size and end < m and groups_r[end] < 0 and right.length[r0 + end] > 0:
                if right.letters[right.start[r0 + end]] == word[at]:
                    at += 1
                elif at == 0 or right.cls[r0 + end] != FORM:
                    break
                end += 1
            if at == size:
                groups_l[i] = count
                groups_r[j:end] = count
                kinds[count], alike[count] = INITIALS, INITIALS_ALIKE
                count += 1
                break
    return count


@njit(cache=True)
def _pair_nearly_joined(left, l0, right, r0, partners, kinds, alike, count):
    # A slip in a name that is also split otherwise: neighbouring words left over, without spaces.
    groups_l, groups_r = partners
    n, m = len(groups_l), len(groups_r)
    for i in range(n):
        for j in range(m):
            for a in range(1, 4):
                if not _free_run(groups_l, i, a) or _forms_only(left, l0 + i, a):
                    break
                for b in range(1, 4):
                    if not _free_run(groups_r, j, b) or _forms_only(right, r0 + j, b):
                        break
                    if a + b == 2:
                        continue
                    one, two = _joined(left, l0 + i, a), _joined(right, r0 + j, b)
                    if min(len(one), len(two)) >= 9 and edits(one, two, 1) <= 1:
                        groups_l[i : i + a] = count
                        groups_r[j : j + b] = count
                        kinds[count], alike[count] = NEARLY_JOINED, (1 - 1.0 / len(one)) * JOINED_ALIKE
                        count += 1
                        break
    return count


@njit(cache=True)
def _pair_whole(left, l0, right, r0, groups_l, groups_r):
    # One word that holds all letters of the other name's words, "of" and "the" included.
    words_l, words_r = 0, 0
    for at in range(len(groups_l)):
        words_l += left.cls[l0 + at] != FORM
    for at in range(len(groups_r)):
        words_r += right.cls[r0 + at] != FORM
    if min(words_l, words_r) != 1 or words_l == words_r:
        return False
    for at in range(len(groups_l)):
        if left.cls[l0 + at] != FORM:
            groups_l[at] = 0
    for at in range(len(groups_r)):
        if right.cls[r0 + at] != FORM:
            groups_r[at] = 0
    return True


@njit(cache=True)
def pair_words(left, l, right, r, groups_l, groups_r, kinds, alike, contains):
    """Pair the words of name l with those of name r and return how many groups there are.

    groups_l and groups_r (int8, an entry per word) get the number of each word's group, -1 if it stays alone; kinds and
    alike (at least MAX_WORDS entries) say how the words of a group agree and how closely (0..1).
    """
    l0, r0 = left.first[l], right.first[r]
    groups_l[:] = -1
    groups_r[:] = -1
    partners = (groups_l, groups_r)
    same_letters = (
        left.solid[l] == right.solid[r] or left.solid[l] == right.whole[r] or left.whole[l] == right.solid[r]
    )
    if same_letters and _pair_whole(left, l0, right, r0, groups_l, groups_r):
        kinds[0], alike[0] = JOINED, JOINED_ALIKE
        return 1
    count = _pair_by(SAME, left, l0, right, r0, partners, kinds, alike, 0, contains)
    count = _pair_by(MEANING, left, l0, right, r0, partners, kinds, alike, count, contains)
    if _all_paired(groups_l) or _all_paired(groups_r):
        return count
    count = _pair_joined(left, l0, right, r0, partners, kinds, alike, count)
    count = _pair_by(MISSPELT, left, l0, right, r0, partners, kinds, alike, count, contains)
    if _all_paired(groups_l) or _all_paired(groups_r):
        return count
    count = _pair_nearly_joined(left, l0, right, r0, partners, kinds, alike, count)
    count = _pair_initials(left, l0, right, r0, groups_l, groups_r, kinds, alike, count)
    count = _pair_initials(right, r0, left, l0, groups_r, groups_l, kinds, alike, count)
    count = _pair_by(SHORTENED, left, l0, right, r0, partners, kinds, alike, count, contains)
    return _pair_by(WITHIN, left, l0, right, r0, partners, kinds, alike, count, contains)


@njit(cache=True)
def _all_paired(groups):
    for group in groups:
        if group < 0:
            return False
    return True
