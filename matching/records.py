from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

# Changes whenever a score can change; an index written by another version is refused.
VERSION = "0.5"

WORTH_TELLING = 0.03  # points from which a feature is in the sentence
ALWAYS_TOLD = frozenset({"birth date", "identifier"})  # however little they move a score that is high already

# FollowTheMoney kinds that name the same sort of party; LegalEntity is one whose kind nobody stated.
ORGANISATIONS = frozenset({"Company", "Organization", "LegalEntity", "PublicBody"})
PERSONS = frozenset({"Person", "LegalEntity"})
CRAFT = frozenset({"Vessel", "Airplane"})


@dataclass(frozen=True, slots=True)
class RecordName:
    """Hold one name of a record; kind is primary, alias, weak, former, brand or transliteration."""

    text: str
    kind: str = "primary"


@dataclass(frozen=True, slots=True)
class Record:
    """Describe one party: FollowTheMoney schema, names, ISO 3166-1 countries in lower case, (scheme, value) identifiers.

    Birth dates are as published (10 Dec 1948, 22/08/1990, circa 1951), addresses in one line each.
    """

    id: str
    schema: str
    names: tuple[RecordName, ...]
    countries: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    birth_dates: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """Ask for one party; names holds further names of the same party. What else is told is as in Record."""

    name: str
    country: str | None = None
    schema: str = "Company"
    identifiers: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    birth_dates: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlignedToken:
    """Pair a word of the query with a word of the candidate; an empty side means it has no partner."""

    query: str
    candidate: str
    kind: str
    weight: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Feature:
    """Name one contribution to a score."""

    name: str
    points: float
    detail: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Say why two names score what they score; the points of the features add up to the score."""

    query: str
    candidate: str
    tokens: tuple[AlignedToken, ...]
    conflicts: tuple[str, ...]
    features: tuple[Feature, ...]

    @property
    def score(self) -> float:
        return round(sum(feature.points for feature in self.features), 4)

    @property
    def is_whole(self) -> bool:
        """Tell whether every word but legal forms has its partner, on both sides."""
        return bool(self.tokens) and all(token.query and token.candidate for token in self.tokens)

    def sentence(self) -> str:
        """Put the explanation into plain English for an analyst's file."""
        paired = [token for token in self.tokens if token.query and token.candidate]
        parts = []
        if paired:
            pairs = (
                f'"{token.query}" ({token.kind})'
                if token.query == token.candidate
                else f'"{token.query}" with "{token.candidate}" ({token.kind})'
                for token in paired
            )
            parts.append("agree on " + ", ".join(pairs))
        else:
            parts.append("share no word")
        for side, words in (
            ("the query", [token.query for token in self.tokens if not token.candidate]),
            ("the candidate", [token.candidate for token in self.tokens if not token.query]),
        ):
            if words:
                parts.append(f"only {side} has " + ", ".join(f'"{word}"' for word in words))
        text = f'"{self.query}" and "{self.candidate}" score {self.score:.2f}: they ' + "; ".join(parts) + "."
        notes = [
            feature.detail
            for feature in self.features[1:]
            if (abs(feature.points) >= WORTH_TELLING or feature.name in ALWAYS_TOLD)
            and feature.detail not in self.conflicts
        ]
        for note in notes:
            text += f" {note[0].upper()}{note[1:]}."
        if self.conflicts:
            text += " Against: " + "; ".join(self.conflicts) + "."
        return text

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as JSON-ready values."""
        return {
            "query": self.query,
            "candidate": self.candidate,
            "score": self.score,
            "tokens": [asdict(token) for token in self.tokens],
            "conflicts": list(self.conflicts),
            "features": [asdict(feature) for feature in self.features],
            "sentence": self.sentence(),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Carry the score (0..1) of two names and its explanation."""

    score: float
    explanation: Explanation


@dataclass(frozen=True)
class Hit:
    """Carry a record that matched: its id, score (0..1), the name that won, and the explanation, made when first asked for."""

    id: str
    score: float
    name: RecordName
    explain: Callable[[], Explanation] = field(repr=False, compare=False)

    @cached_property
    def explanation(self) -> Explanation:
        return self.explain()


def schemas_match(query: str, candidate: str) -> bool:
    """Tell whether a party of one FollowTheMoney schema may be a party of the other."""
    if query == candidate or "Thing" in (query, candidate):
        return True
    pair = {query, candidate}
    return pair <= ORGANISATIONS or pair <= PERSONS
