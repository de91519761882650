"""The score of two persons' names, of one pair or of many, and what each part of it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching import trees
from matching.persons.features import COUNTED, FEATURES, Measured, measure
from matching.persons.pairing import Pair
from matching.persons.reading import PersonName, Word, read
from matching.records import AlignedToken

FAMILY = "persons"
NOTHING = (0.0,) * len(FEATURES)
BARE = 0.70  # at most: one word of a longer name, however rare, is no person
NAMESAKES = 0.88  # at most: two common words are many persons' whole name
ONE_AND_INITIALS = 0.82  # at most: J. Smith
COMMON_AND_INITIALS = 0.72  # M. Ali
RARE_WORD = 0.75
RARE_ENOUGH = 1.4  # weight of the words that agree, from which on namesakes are few
AT = {name: at for at, (name, _) in enumerate(FEATURES)}
AGREED, WEIGHT = AT["agreed share, low"], AT["weight of agreed words"]
LEFT, LEFT_BOTH = AT["left on one side"], AT["left on both sides"]
FULL, INITIALS, RAREST = AT["full words that agree"], AT["initials"], AT["rarest agreed word"]


class Ceiling(NamedTuple):
    """A limit of the score, its name among the features and its sentence."""

    score: float
    name: str
    detail: str


class Told(NamedTuple):
    """One pair explained: its score, its words side by side, points and details by heading, and conflicts."""

    score: float
    tokens: tuple[AlignedToken, ...]
    points: tuple[tuple[str, float, str], ...]
    conflicts: tuple[str, ...]


def score_pairs(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
    """Return the scores (0..1) of pairs of names; the order of two names does not matter."""
    values = [_measure(left, right).values for left, right in pairs]
    if not values:
        return np.zeros(0)
    scores = trees.load(FAMILY).scores(np.array(values, np.float32))
    return np.array([_limited(score, row) for score, row in zip(scores.tolist(), values, strict=True)])


def score(left: str, right: str) -> float:
    """Return the score (0..1) of two names; the order does not matter."""
    return float(score_pairs([(left, right)])[0])


def _measure(left: str, right: str) -> Measured:
    if right < left:
        # Words that agree equally well are paired in the order they stand in: of one name first, always the same.
        swapped = _measure(right, left)
        pairs = [Pair(pair.candidate, pair.query, pair.kind, pair.alike) for pair in swapped.pairs]
        return Measured(pairs, swapped.values)
    ours, theirs = read(left), read(right)
    return measure(ours, theirs) if ours.words and theirs.words else Measured([], NOTHING)


def _limited(score: float, values: Sequence[float]) -> float:
    ceiling = _ceiling(values)
    return min(score, ceiling.score) if ceiling else score


def _ceiling(values: Sequence[float]) -> Ceiling | None:
    if not values[AGREED]:
        return Ceiling(0.0, "evidence", "no word agrees")
    if values[FULL] < 2 and values[LEFT] + values[LEFT_BOTH]:
        return Ceiling(BARE, "evidence", "only one name agrees, and something is left over")
    if values[FULL] < 2 and values[INITIALS]:
        most = ONE_AND_INITIALS if values[RAREST] >= RARE_WORD else COMMON_AND_INITIALS
        return Ceiling(most, "evidence", "one name agrees, the rest are initials")
    if values[WEIGHT] < RARE_ENOUGH:
        return Ceiling(NAMESAKES, "namesakes", "many persons bear the words that agree")
    return None


def explain(query: str, candidate: str) -> Told:
    """Explain the score of two names; the points add up to it."""
    found = _measure(query, candidate)
    ours, theirs = read(query), read(candidate)
    tokens = _tell_words(ours, theirs, found)
    details = _details(found, tokens)
    points = trees.points(trees.load(FAMILY), found.values, FEATURES, details)
    total = sum(gained for _, gained, _ in points)
    ceiling = _ceiling(found.values)
    if ceiling and total > ceiling.score:
        points = (*points, (ceiling.name, ceiling.score - total, ceiling.detail))
        total = ceiling.score
    left = [token.query for token in tokens if not token.candidate]
    right = [token.candidate for token in tokens if not token.query]
    conflicts = (f"different names: {', '.join(left)} against {', '.join(right)}",) if left and right else ()
    return Told(total, tokens, points, conflicts)


def _tell_words(ours: PersonName, theirs: PersonName, found: Measured) -> tuple[AlignedToken, ...]:
    told = []
    for q, c, kind, alike in sorted(found.pairs):
        left, right = [ours.words[at] for at in q], [theirs.words[at] for at in c]
        weight = min(sum(word.weight for word in left), sum(word.weight for word in right))
        told.append(AlignedToken(_shown(left), _shown(right), kind, round(weight, 3), round(alike, 3)))
    paired = (
        {at for pair in found.pairs for at in pair.query},
        {at for pair in found.pairs for at in pair.candidate},
    )
    for side, name in enumerate((ours, theirs)):
        for at, word in enumerate(name.words):
            if at not in paired[side] and word.cls in COUNTED:
                shown = ("", word.text) if side else (word.text, "")
                told.append(AlignedToken(*shown, word.cls, round(word.weight, 3), 0.0))
    return tuple(told)


def _shown(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _details(found: Measured, tokens: Sequence[AlignedToken]) -> dict[str, str]:
    values = dict(zip((name for name, _ in FEATURES), found.values, strict=True))
    low, high = values["agreed share, low"], values["agreed share, high"]
    otherwise = [
        f"{token.query} for {token.candidate}"
        for token in tokens
        if token.query and token.candidate and token.kind not in ("same", "initial")
    ]
    left = [token.query or token.candidate for token in tokens if not (token.query and token.candidate)]
    share = f"{low:.0%}" if round(low, 2) == round(high, 2) else f"{low:.0%} and {high:.0%}"
    return {
        "words that agree": f"{share} of the weight of the names agrees",
        "words left over": f"without a partner: {', '.join(left)}" if left else "no word is left over",
        "length": f"names of {values['words, low']:.0f} and {values['words, high']:.0f} words",
        "spelling": f"written otherwise: {', '.join(otherwise)}"
        if otherwise
        else "the words that agree are written alike",
        "initials": "an initial stands for a name" if values["initials"] else "no initial stands for a name",
        "script": "read from a script without vowels"
        if values["written without vowels"]
        else "both names read as Mandarin, where one letter makes another name"
        if values["read as Mandarin"]
        else "no other script",
        "order": "the first and last words agree"
        if values["first words agree"] and values["last words agree"]
        else "the words stand in another order, or the first or last ones differ",
    }
