from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from matching.alignment import READ_IN_PART, Pair, align
from matching.lexicon import lexicon
from matching.names import Analysis, Token
from matching.records import AlignedToken

# What a word weighs by class; a distinctive word weighs 1 when rare, and never less than COMMON.
WEIGHTS = {
    "name": 1.0,
    "industry": 0.3,
    "place": 0.15,
    "generic": 0.1,
    "structure": 0.08,
    "number": 0.35,
    "form": 0.0,
}
COMMON = 0.5
SHORT_LATIN = {1: 0.3, 2: 0.6, 3: 0.8}

Rarity = Callable[[str], float]


def always_rare(key: str) -> float:
    """Call every word rare: what is known without an index."""
    return 1.0


def token_weight(token: Token, rarity: Rarity) -> float:
    """Weigh one word (0..1) by its class, length and rarity."""
    weight = WEIGHTS[token.cls]
    if token.cls == "name":
        if token.key.isascii():
            weight = SHORT_LATIN.get(len(token.text), 1.0)
        weight *= COMMON if is_common(token) else max(COMMON, rarity(token.text))
    return weight


def is_common(token: Token) -> bool:
    """Tell whether very many unrelated companies bear this distinctive word (matching/data/words.csv)."""
    entry = lexicon().latin.get(token.text)
    return entry is not None and entry.cls == "common"


class Weighing(NamedTuple):
    """Two names side by side: their pairs of words, the weight of each pair and of each word, and what is left alone."""

    query: Analysis
    candidate: Analysis
    pairs: list[Pair]
    pair_weights: list[float]
    weights: tuple[list[float], list[float]]
    alone: tuple[list[int], list[int]]

    @property
    def share(self) -> float:
        """Return the share (0..1) of the weight of all words that agrees, both names counted."""
        total = 2 * sum(self.pair_weights)
        total += sum(self.weights[side][at] for side in (0, 1) for at in self.alone[side])
        agreed = sum(
            weight * pair.similarity for pair, weight in zip(self.pairs, self.pair_weights, strict=True)
        )
        return 2 * agreed / total if total else 0.0

    def told(self) -> tuple[AlignedToken, ...]:
        """List the pairs, then the words without a partner, legal forms left out of these."""
        ours, theirs = self.query.tokens, self.candidate.tokens
        told = [
            AlignedToken(
                _shown(ours, pair.query),
                _shown(theirs, pair.candidate),
                pair.kind,
                round(weight, 3),
                round(pair.similarity, 3),
            )
            for pair, weight in zip(self.pairs, self.pair_weights, strict=True)
        ]
        for side, tokens in enumerate((ours, theirs)):
            for at in self.alone[side]:
                word, cls, weight = tokens[at].shown, tokens[at].cls, round(self.weights[side][at], 3)
                if cls != "form":
                    told.append(AlignedToken("" if side else word, word if side else "", cls, weight, 0.0))
        return tuple(told)


def weigh(query: Analysis, candidate: Analysis, rarity: Rarity) -> Weighing:
    """Align two names and weigh their words."""
    ours, theirs = query.tokens, candidate.tokens
    pairs = align(ours, theirs)
    paired = ({at for pair in pairs for at in pair.query}, {at for pair in pairs for at in pair.candidate})
    weights = (
        [token_weight(token, rarity) for token in ours],
        [token_weight(token, rarity) for token in theirs],
    )
    alone = (
        [at for at in range(len(ours)) if at not in paired[0]],
        [at for at in range(len(theirs)) if at not in paired[1]],
    )
    if any(pair.kind == READ_IN_PART for pair in pairs):
        # The rest of that Han name is an industry word no lexicon holds; its English rendering finds no partner.
        for side in (0, 1):
            for at in alone[side]:
                weights[side][at] = min(weights[side][at], WEIGHTS["industry"])
    pair_weights = [_pair_weight(pair, weights) for pair in pairs]
    return Weighing(query, candidate, pairs, pair_weights, weights, alone)


def _pair_weight(pair: Pair, weights: tuple[list[float], list[float]]) -> float:
    left = sum(weights[0][at] for at in pair.query)
    right = sum(weights[1][at] for at in pair.candidate)
    if len(pair.query) > 1 or len(pair.candidate) > 1:
        return max(left, right)
    # A misspelt word is as rare as the word that was meant, which is the commoner of the two.
    return min(left, right)


def _shown(tokens: Sequence[Token], positions: Iterable[int]) -> str:
    return " ".join(tokens[at].shown for at in positions)
