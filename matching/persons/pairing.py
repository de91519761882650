"""The words of two persons' names side by side: which ones are one name, how that is known, and what is left over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from matching.persons.reading import PersonName, Word
from matching.persons.spelling import known_names, mandarin

# How alike two words count as, by how they agree.
SAME = 1.0
SPELT = 0.96  # Sergey, Sergei
JOINED = 0.96  # Jin Ping, Jinping
INITIAL = 0.8
WITHOUT_VOWELS = 0.93  # qasm, Qasem
ROMANISED = 0.72  # Qadhafi, Gaddafi: at least, and up to SPELT as their vowels agree
WADE = 0.85  # Tse-tung, Zedong
LONG = 8  # letters from which two slips are allowed
SLIP = 0.92
LEAST_ROMANISED = 5  # letters from which two names of the same consonants are romanisations of one
OTHER_START = 0.7
MIN_SLIP = 4

# و is w in some words and u in others; ض and ذ are d in Arabic and z in Persian.
UNWRITTEN = str.maketrans("z", "d", "v")
NEARLY = 0.75  # of joined words

Found = tuple[float, str]
NOTHING: Found = (0.0, "")


class Pair(NamedTuple):
    """Positions of words that agree, how, and how closely (0..1)."""

    query: tuple[int, ...]
    candidate: tuple[int, ...]
    kind: str
    alike: float


def alike(left: Word, right: Word, syllabic: bool) -> Found:
    """Tell how alike two words are (0 if they are not) and why; syllabic says that both names read as Mandarin."""
    if left.cls != "name" or right.cls != "name":
        same_start = left.text[0] == right.text[0] or left.key[0] == right.key[0]
        if (left.cls == "initial" or right.cls == "initial") and same_start:
            return (SAME, "same") if left.cls == right.cls else (INITIAL, "initial")
        return NOTHING
    ours, theirs = left.key, right.key
    if syllabic:
        return _alike_syllables(left, right)
    if ours == theirs:
        return SPELT, "spelt otherwise"
    if left.vowelless or right.vowelless:
        return _alike_without_vowels(_unwritten(left), _unwritten(right))
    if ours[0] != theirs[0] and left.text[0] != right.text[0] and left.bones[:1] != right.bones[:1]:
        # A slip at the very beginning, or the article written with the name.
        if ours[1:] == theirs[1:] and len(ours) > MIN_SLIP + 1:
            return OTHER_START, "one letter differs"
        if ours[:2] == "al" and ours[2:] == theirs or theirs[:2] == "al" and theirs[2:] == ours:
            return SPELT, "written with the article"
        return NOTHING
    longest = max(len(ours), len(theirs))
    edits = OSA.distance(ours, theirs, score_cutoff=3)
    if left.bones == right.bones and longest >= LEAST_ROMANISED and 4 * edits <= longest + 1:
        if left.known and right.known:
            return NOTHING  # Hasan, Husain: both are known for themselves
        return ROMANISED + (SPELT - ROMANISED) * (1 - edits / longest), "another romanisation"
    if len(left.text) < MIN_SLIP or len(right.text) < MIN_SLIP or (left.known and right.known):
        return NOTHING
    if edits > 1:
        edits = min(edits, OSA.distance(left.text, right.text, score_cutoff=2))
        longest = max(len(left.text), len(right.text))
    if edits <= 1 + (longest >= LONG):
        return SLIP * (1 - edits / longest), "one or two letters differ"
    return NOTHING


def _alike_syllables(left: Word, right: Word) -> Found:
    # Mandarin has few syllables: another letter is another name, not a slip.
    if left.key == right.key and left.key in known_names():
        return SPELT, "spelt otherwise"
    return (WADE, "Wade-Giles and pinyin") if mandarin(left.text) == mandarin(right.text) else NOTHING


def _alike_without_vowels(left: str, right: str) -> Found:
    if left == right:
        return (WITHOUT_VOWELS if len(left) > 2 else WITHOUT_VOWELS - 0.1), "written without vowels"
    longest = max(len(left), len(right))
    if longest >= MIN_SLIP and OSA.distance(left, right, score_cutoff=1) == 1:
        return 0.75, "written without vowels, nearly"
    return NOTHING


def _unwritten(word: Word) -> str:
    consonants = word.bones.translate(UNWRITTEN)
    return "v" + consonants if word.text[0] in "vw" else consonants


def align(query: PersonName, candidate: PersonName) -> list[Pair]:
    """Pair the words of two names, in any order: equal ones first, then joined ones, then the likeliest."""
    ours, theirs = query.words, candidate.words
    pairs: list[Pair] = []
    left: list[int] = []
    right = list(range(len(theirs)))
    for q, word in enumerate(ours):
        for c in right:
            if theirs[c].text == word.text:
                pairs.append(Pair((q,), (c,), "same", SAME))
                right.remove(c)
                break
        else:
            left.append(q)
    if not left or not right:
        return pairs
    syllabic = query.syllabic and candidate.syllabic
    if len(left) > 1 or len(right) > 1:
        _join(ours, theirs, left, right, pairs, False)
        _join(theirs, ours, right, left, pairs, True)
    found = [
        (value, kind, q, c)
        for q in left
        for c in right
        for value, kind in (alike(ours[q], theirs[c], syllabic),)
        if value
    ]
    if len(found) > 1:
        found.sort(key=lambda row: (-row[0], row[2], row[3]))
    for value, kind, q, c in found:
        if q in left and c in right:
            pairs.append(Pair((q,), (c,), kind, value))
            left.remove(q)
            right.remove(c)
    return pairs


def _join(
    ours: Sequence[Word],
    theirs: Sequence[Word],
    left: list[int],
    right: list[int],
    pairs: list[Pair],
    swapped: bool,
) -> None:
    # Two neighbours on one side are one word on the other.
    for q in left[:-1]:
        if q not in left or q + 1 not in left or "initial" in (ours[q].cls, ours[q + 1].cls):
            continue
        for c in right:
            if likeness := _joined(ours[q], ours[q + 1], theirs[c]):
                one, two = (q, q + 1), (c,)
                pairs.append(
                    Pair(two, one, "written together", likeness)
                    if swapped
                    else Pair(one, two, "written together", likeness)
                )
                left.remove(q)
                left.remove(q + 1)
                right.remove(c)
                break


def _joined(first: Word, second: Word, whole: Word) -> float:
    if whole.text.startswith(first.text) and whole.text[len(first.text) :] == second.text:
        return JOINED
    if whole.syllabic and mandarin(first.text + second.text) == mandarin(whole.text):
        return WADE
    joined = first.key + second.key
    if whole.vowelless or first.vowelless:
        bare = _unwritten(first) + _unwritten(second)
        return WITHOUT_VOWELS if len(bare) > 2 and bare == _unwritten(whole) else 0.0
    if min(len(joined), len(whole.key)) < LONG - 1:
        return 0.0
    if joined[0] != whole.key[0]:
        return 0.0
    likeness: float = OSA.normalized_similarity(joined, whole.key, score_cutoff=NEARLY)
    return JOINED * likeness
