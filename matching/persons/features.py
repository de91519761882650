"""What is measured of two persons' names side by side: numbers that bench/person_training.py learns the worth of."""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.distance import JaroWinkler

from matching.persons.pairing import Pair, align
from matching.persons.reading import INITIAL, PersonName, Word

# Each feature with the heading under which an explanation tells it. All are the same either way round.
FEATURES = (
    ("agreed share, low", "words that agree"),
    ("agreed share, high", "words that agree"),
    ("weight of agreed words", "words that agree"),
    ("rarest agreed word", "words that agree"),
    ("full words that agree", "words that agree"),
    ("left on both sides", "words left over"),
    ("left on one side", "words left over"),
    ("rarest word left, lower", "words left over"),
    ("words, low", "length"),
    ("words, high", "length"),
    ("weight of the lighter name", "length"),
    ("doubt", "spelling"),
    ("least likeness", "spelling"),
    ("likeness of the letters", "spelling"),
    ("initials", "initials"),
    ("read as Mandarin", "script"),
    ("written without vowels", "script"),
    ("last words agree", "order"),
    ("first words agree", "order"),
)
COUNTED = frozenset({"name", "initial"})


class Measured(NamedTuple):
    """Two names side by side: their pairs of words and the values of FEATURES."""

    pairs: list[Pair]
    values: tuple[float, ...]


def measure(query: PersonName, candidate: PersonName) -> Measured:
    """Put two names that hold words side by side and measure them."""
    pairs = align(query, candidate)
    ours, theirs = query.words, candidate.words
    open_q = [word.weight if word.cls in COUNTED else 0.0 for word in ours]
    open_c = [word.weight if word.cls in COUNTED else 0.0 for word in theirs]
    total_q, total_c = sum(open_q), sum(open_c)
    agreed_q = agreed_c = weight = doubt = initials = rarest = 0.0
    full, least, bare = 0, 1.0, False
    for q, c, kind, alike in pairs:
        of_q, of_c = open_q[q[0]], open_c[c[0]]
        if len(q) > 1:
            of_q += open_q[q[1]]
            open_q[q[1]] = 0.0
        elif len(c) > 1:
            of_c += open_c[c[1]]
            open_c[c[1]] = 0.0
        open_q[q[0]] = open_c[c[0]] = 0.0
        if kind == "initial" and of_q != of_c:
            # The word that an initial stands for may be another.
            initials += max(of_q, of_c) - INITIAL
            of_q, of_c = min(of_q, INITIAL), min(of_c, INITIAL)
        agreed_q += of_q * alike
        agreed_c += of_c * alike
        lower = of_q if of_q < of_c else of_c
        if lower:
            weight += lower * alike
            doubt += lower * (1 - alike)
            least = min(least, alike)
            if kind != "initial":
                full += 1
                rarest = max(rarest, lower * alike)
            bare = bare or ours[q[0]].vowelless or theirs[c[0]].vowelless
    left_q, left_c = sum(open_q), sum(open_c)
    share_q, share_c = agreed_q / total_q, agreed_c / total_c
    both, one = (left_q, left_c) if left_q < left_c else (left_c, left_q)
    count_q, count_c = _count(ours), _count(theirs)
    return Measured(
        pairs,
        (
            min(share_q, share_c),
            max(share_q, share_c),
            weight,
            rarest,
            full,
            both,
            one - both,
            min(max(open_q), max(open_c)),
            min(count_q, count_c),
            max(count_q, count_c),
            min(total_q, total_c),
            doubt,
            least,
            JaroWinkler.similarity(query.joined, candidate.joined),
            initials,
            query.syllabic and candidate.syllabic,
            bare,
            _paired(pairs, len(ours) - 1, len(theirs) - 1),
            _paired(pairs, 0, 0),
        ),
    )


def _count(words: tuple[Word, ...]) -> int:
    return sum(word.cls in COUNTED for word in words)


def _paired(pairs: list[Pair], at: int, other: int) -> bool:
    return any(pair.query[-1] == at and pair.candidate[-1] == other for pair in pairs)
