"""What is known of two parties besides their names, weighed in log-odds on top of the names' score."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

# In log-odds: 0.7 doubles the odds, -0.7 halves them.
KIND = {"weak": -0.8, "former": -0.3, "transliteration": -0.1}
COUNTRY_AGREES = 0.3
COUNTRY_DIFFERS = -0.9
IDENTIFIER_AGREES = 1.0
IDENTIFIER_DIFFERS = -2.5
IDENTIFIED = 0.95  # at least, where an identifier agrees, whatever the names
UNLIKE = 0.5
TOP = 0.995  # no comparison of records is certain
# Countries whose companies carry each other's code in practice.
RELATED_COUNTRIES = (frozenset({"cn", "hk", "mo"}),)

Identifiers = Collection[tuple[str, str]]


class Step(NamedTuple):
    """One thing that moves a score, from what it was before, and whether it speaks against the match."""

    name: str
    score: float
    detail: str
    conflict: bool = False


def moved(score: float, log_odds: float) -> float:
    """Return a score (0..1) moved by so much log-odds; 0 stays 0."""
    if score <= 0.0:
        return 0.0
    score = min(score, TOP)
    return 1 / (1 + math.exp(-(math.log(score / (1 - score)) + log_odds)))


def needed(threshold: float, country: bool, identifiers: bool) -> float:
    """Return the least score (0..1) of two names that whatever else is asked with could lift to a threshold."""
    return moved(threshold, -(COUNTRY_AGREES * country + IDENTIFIER_AGREES * identifiers))


def steps(
    score: float,
    kind: str,
    country: str | None,
    countries: Sequence[str],
    ours: Identifiers,
    theirs: Identifiers,
) -> list[Step]:
    """List what moves the score of two names: the kind of the listed name, countries, identifiers; none may apply."""
    found: list[Step] = []

    def step(name: str, after: float, detail: str, conflict: bool = False) -> None:
        nonlocal score
        score = min(after, TOP)
        found.append(Step(name, score, detail, conflict))

    if kind in KIND:
        step("kind of name", moved(score, KIND[kind]), f"the name that matched is a {kind} name")
    if country and countries:
        country = country.lower()
        if country in countries:
            step("country", moved(score, COUNTRY_AGREES), f"the country agrees: {country.upper()}")
        elif not any(country in group and group & set(countries) for group in RELATED_COUNTRIES):
            theirs_ = ", ".join(sorted(countries)).upper()
            detail = f"different country: {country.upper()} against {theirs_}"
            step("country", moved(score, COUNTRY_DIFFERS), detail, True)
    if ours and theirs:
        shared = sorted(set(ours) & set(theirs))
        both = sorted({scheme for scheme, _ in ours} & {scheme for scheme, _ in theirs})
        if shared:
            scheme, value = shared[0]
            if score < UNLIKE:
                step("names", score, "the identifier agrees, the names do not", True)
            after = max(IDENTIFIED, moved(score, IDENTIFIER_AGREES))
            step("identifier", after, f"the {scheme} identifier agrees: {value}")
        elif both:
            step(
                "identifier",
                moved(score, IDENTIFIER_DIFFERS),
                f"different {', '.join(both)} identifiers",
                True,
            )
    return found
