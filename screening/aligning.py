"""Two names with the words that a comparison paired, marked by number and not by colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

QUERY, CANDIDATE = "query", "candidate"


@dataclass(frozen=True)
class Word:
    """A stretch of a name; `number` names its pair, `alone` tells that the other name has nothing like it."""

    text: str
    number: int | None = None
    alone: bool = False
    same: bool = False


@dataclass(frozen=True)
class Aligned:
    """Both names cut into words, the pairs, and what speaks against them."""

    query: tuple[Word, ...]
    candidate: tuple[Word, ...]
    pairs: tuple[Mapping[str, Any], ...]
    conflicts: tuple[str, ...]


def aligned(explanation: Mapping[str, Any], query: str, candidate: str) -> Aligned:
    """Cut both names at the words of a kept explanation (matching.Explanation.as_dict).

    A word that is written otherwise in the name than in the comparison, such as a transliterated one, stays
    unmarked in the name and is told in the pairs.
    """
    pairs = [dict(row) for row in explanation.get("tokens", ())]
    number = 0
    for row in pairs:
        row["number"] = None
        if row.get(QUERY) and row.get(CANDIDATE):
            number += 1
            row["number"] = number
    return Aligned(
        _cut(explanation.get(QUERY) or query, pairs, QUERY),
        _cut(explanation.get(CANDIDATE) or candidate, pairs, CANDIDATE),
        tuple(pairs),
        tuple(explanation.get("conflicts", ())),
    )


def _cut(name: str, pairs: Sequence[Mapping[str, Any]], side: str) -> tuple[Word, ...]:
    folded = name.casefold()
    # Only where folding keeps each character in its place can a word be found by position.
    if len(folded) != len(name):
        folded = name.lower() if len(name.lower()) == len(name) else name
    found: list[tuple[int, int, Mapping[str, Any]]] = []
    # Longest first, so that a short word is not found inside a long one.
    for row in sorted(pairs, key=lambda row: -len(row.get(side) or "")):
        word = (row.get(side) or "").casefold()
        start = folded.find(word) if word else -1
        while start >= 0 and any(start < end and begin < start + len(word) for begin, end, _ in found):
            start = folded.find(word, start + 1)
        if start >= 0:
            found.append((start, start + len(word), row))
    words, at = [], 0
    for begin, end, row in sorted(found, key=lambda place: place[0]):
        if begin > at:
            words.append(Word(name[at:begin]))
        other = CANDIDATE if side == QUERY else QUERY
        words.append(
            Word(name[begin:end], row["number"], not row.get(other), row.get(QUERY) == row.get(CANDIDATE))
        )
        at = end
    if at < len(name):
        words.append(Word(name[at:]))
    return tuple(words)
