"""The score of two ships' or aircraft's names, and why; what decides between namesakes is the IMO number (matching/evidence.py)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from matching.lexicon import ROMAN, number
from matching.names import MAX_LENGTH, clean, fold
from matching.records import AlignedToken

# Ships' names are not unique and are given again; a registration mark is one aircraft's at a time.
SAME_NAME = 0.90
SAME_MARK = 0.95
ONE_SLIP = 0.80
REORDERED = 0.85
WITHIN = 0.60  # Ocean Star, Ocean Star Queen
NUMBERS_DIFFER = 0.40  # Ocean Star 7, Ocean Star 8
NUMBER_ALONE = 0.60
OTHER_MARK = 0.20
ALIKE = 0.55  # at most, where words differ
MIN_SLIP = 6  # letters of a name from which a slip is one
PREFIXES = re.compile(
    r"^(?:m ?v|m ?t|m ?s|m ?y|s ?s|f ?v|r ?v|t ?s|l ?p ?g ?c?|l ?n ?g ?c?|motor (?:vessel|tanker|ship|yacht)|steam ship)\s+(?=\w{2})"
)
# Nationality mark and registration (ICAO Annex 7): EP-GOM, YV2030, N123AB, RA-86572.
MARK = re.compile(r"[a-z0-9]{1,2} ?[a-z0-9]{2,6}")


class CraftName(NamedTuple):
    """A craft's name taken apart: its words, its numbers, and its registration mark if it is one."""

    words: tuple[str, ...]
    numbers: tuple[str, ...]
    mark: str


class Told(NamedTuple):
    """One pair explained: its score, its words side by side, why, and what speaks against it."""

    score: float
    tokens: tuple[AlignedToken, ...]
    detail: str
    conflicts: tuple[str, ...]


@lru_cache(maxsize=20_000)
def read(text: str) -> CraftName:
    """Take a craft's name apart; a text that holds none, or of more than MAX_LENGTH characters, gives no words."""
    written = clean(text) if len(text) <= MAX_LENGTH else ""
    folded = " ".join(filter(None, map(fold, written.split())))
    stripped = PREFIXES.sub("", folded)
    words, numbers = [], []
    for at, word in enumerate(stripped.split()):
        value = number(word) or (str(ROMAN[word]) if at and word in ROMAN else None)
        if value:
            numbers.append(value)
        else:
            words.append(word)
    is_mark = bool(MARK.fullmatch(folded)) and (
        any(char.isdigit() for char in folded) or "-" in text and text.isupper()
    )
    return CraftName(tuple(words), tuple(numbers), folded.replace(" ", "") if is_mark else "")


def score(left: str, right: str) -> float:
    """Return the score (0..1) of two names; the order does not matter."""
    return _judge(read(left), read(right))[0]


def explain(query: str, candidate: str) -> Told:
    """Explain the score of two names."""
    ours, theirs = read(query), read(candidate)
    found, detail, conflict = _judge(ours, theirs)
    return Told(found, _tell_words(ours, theirs), detail, (detail,) if conflict else ())


def _judge(ours: CraftName, theirs: CraftName) -> tuple[float, str, bool]:
    if not (ours.words or ours.numbers) or not (theirs.words or theirs.numbers):
        return 0.0, "one of the two texts holds no name", False
    if ours.mark and ours.mark == theirs.mark:
        return SAME_MARK, f"the same registration mark: {ours.mark.upper()}", False
    if ours.mark and theirs.mark:
        return OTHER_MARK, f"different marks: {ours.mark.upper()} against {theirs.mark.upper()}", True
    found, detail = _judge_words(ours.words, theirs.words)
    if ours.numbers != theirs.numbers:
        told = " against ".join(", ".join(side) or "none" for side in (ours.numbers, theirs.numbers))
        ceiling = NUMBERS_DIFFER if ours.numbers and theirs.numbers else NUMBER_ALONE
        return min(found, ceiling), f"different numbers: {told}", True
    return found, detail, False


def _judge_words(ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[float, str]:
    left, right = "".join(ours), "".join(theirs)
    if left == right:
        return SAME_NAME, "the same name, as other ships may bear it"
    if sorted(ours) == sorted(theirs):
        return REORDERED, "the same words in another order"
    longest = max(len(left), len(right))
    if min(len(left), len(right)) >= MIN_SLIP and OSA.distance(left, right, score_cutoff=1) == 1:
        return ONE_SLIP, "one letter differs"
    shared = set(ours) & set(theirs)
    if shared and (shared == set(ours) or shared == set(theirs)):
        return WITHIN * (
            0.5 + 0.5 * sum(map(len, shared)) / longest
        ), "one name has words that the other lacks"
    return ALIKE * max(0.0, 1 - OSA.distance(left, right) / longest) ** 2, "the names differ"


def _tell_words(ours: CraftName, theirs: CraftName) -> tuple[AlignedToken, ...]:
    same_mark = ours.mark and ours.mark == theirs.mark
    if same_mark or (ours.numbers == theirs.numbers and "".join(ours.words) == "".join(theirs.words)):
        one, other = (" ".join((*name.words, *name.numbers)) for name in (ours, theirs))
        return (AlignedToken(one, other, "same" if one == other else "written together", 1.0, 1.0),)
    left, right = [*ours.words, *ours.numbers], [*theirs.words, *theirs.numbers]
    told = []
    for word in left:
        if word in right:
            right.remove(word)
            told.append(AlignedToken(word, word, "same", 1.0, 1.0))
        else:
            told.append(AlignedToken(word, "", "number" if word in ours.numbers else "name", 1.0, 0.0))
    rest = [
        AlignedToken("", word, "number" if word in theirs.numbers else "name", 1.0, 0.0) for word in right
    ]
    return (*told, *rest)
