"""What is known of two parties besides their names, weighed in log-odds on top of the names' score."""

from __future__ import annotations

import math
from typing import NamedTuple

from matching import addresses, birthdays
from matching.identifiers import CHANGING, GIVEN_AGAIN, LASTING, is_sound, unique_identifiers
from matching.records import CRAFT, Query, Record

# In log-odds: 0.7 doubles the odds, -0.7 halves them.
KIND = {"weak": -0.8, "former": -0.3, "transliteration": -0.1}
COUNTRY_AGREES = 0.3
COUNTRY_DIFFERS = -0.9
FLAG_DIFFERS = -0.2  # ships under sanctions change theirs
IDENTIFIER_AGREES = 1.0
LASTING_DIFFERS = -4.0
IDENTIFIER_DIFFERS = -1.5
CHANGING_DIFFERS = -0.2
IDENTIFIED = 0.95  # at least, where an identifier agrees, whatever the names
UNLIKE = 0.5
TOP = 0.995  # no comparison of records is certain
# Countries whose companies carry each other's code in practice.
RELATED_COUNTRIES = (frozenset({"cn", "hk", "mo"}),)


class Step(NamedTuple):
    """One thing that moves a score, from what it was before, and whether it speaks against the match."""

    name: str
    score: float
    detail: str
    conflict: bool = False


class Finding(NamedTuple):
    """What one kind of evidence is worth in log-odds, in words, and whether it speaks against the match."""

    name: str
    worth: float
    detail: str
    conflict: bool = False


def moved(score: float, log_odds: float) -> float:
    """Return a score (0..1) moved by so much log-odds; 0 stays 0."""
    if score <= 0.0:
        return 0.0
    score = min(score, TOP)
    return 1 / (1 + math.exp(-(math.log(score / (1 - score)) + log_odds)))


def is_told(query: Query) -> bool:
    """Tell whether a query states more than names."""
    return bool(query.country or query.identifiers or query.birth_dates or query.addresses)


def needed(threshold: float, query: Query) -> float:
    """Return the least score (0..1) of two names that whatever else the query states could lift to a threshold."""
    most = (
        COUNTRY_AGREES * bool(query.country)
        + birthdays.SAME_DAY * bool(query.birth_dates)
        + addresses.SAME_ADDRESS * bool(query.addresses)
        + IDENTIFIER_AGREES * bool(query.identifiers)
    )
    return moved(threshold, -most)


def steps(score: float, kind: str, query: Query, record: Record) -> list[Step]:
    """List what moves the score of two names: kind of the listed name, country, birth date, address, identifiers; none may apply."""
    found: list[Step] = []

    def step(name: str, after: float, detail: str, conflict: bool = False) -> None:
        nonlocal score
        score = min(after, TOP)
        found.append(Step(name, score, detail, conflict))

    if kind in KIND:
        step("kind of name", moved(score, KIND[kind]), f"the name that matched is a {kind} name")
    for finding in (_country(query, record), _birth(query, record), _address(query, record)):
        if finding:
            step(finding.name, moved(score, finding.worth), finding.detail, finding.conflict)
    ours, theirs = unique_identifiers(query.identifiers), unique_identifiers(record.identifiers)
    if ours and theirs:
        shared = sorted(ours & theirs, key=lambda pair: (pair[0] in GIVEN_AGAIN, pair))
        for scheme, value in shared[:1]:
            after = moved(score, IDENTIFIER_AGREES)
            if scheme not in GIVEN_AGAIN:
                if score < UNLIKE:
                    step("names", score, "the identifier agrees, the names do not", True)
                after = max(IDENTIFIED, after)
            step("identifier", after, f"the {scheme.upper()} identifier agrees: {value}")
        for finding in _differing(ours, theirs):
            # Once one identifier agrees, another that differs is told but no longer decides.
            after = score if shared else moved(score, finding.worth)
            step(finding.name, after, finding.detail, finding.conflict)
    return found


def _country(query: Query, record: Record) -> Finding | None:
    if not query.country or not record.countries:
        return None
    country = query.country.lower()
    if country in record.countries:
        return Finding("country", COUNTRY_AGREES, f"the country agrees: {country.upper()}")
    if any(country in group and group & set(record.countries) for group in RELATED_COUNTRIES):
        return None
    theirs = ", ".join(sorted(record.countries)).upper()
    if record.schema in CRAFT:
        return Finding("country", FLAG_DIFFERS, f"another flag: {country.upper()} against {theirs}")
    return Finding("country", COUNTRY_DIFFERS, f"different country: {country.upper()} against {theirs}", True)


def _birth(query: Query, record: Record) -> Finding | None:
    if not query.birth_dates or not record.birth_dates:
        return None
    verdict = birthdays.compare(query.birth_dates, record.birth_dates)
    return Finding("birth date", *verdict) if verdict else None


def _address(query: Query, record: Record) -> Finding | None:
    if not query.addresses or not record.addresses:
        return None
    verdict = addresses.compare(query.addresses, record.addresses)
    return Finding("address", *verdict) if verdict else None


def _differing(ours: frozenset[tuple[str, str]], theirs: frozenset[tuple[str, str]]) -> list[Finding]:
    """List the schemes in which both sides have sound numbers and none in common."""
    found = []
    for scheme in sorted({scheme for scheme, _ in ours} & {scheme for scheme, _ in theirs}):
        left, right = (
            sorted(value for other, value in side if other == scheme and is_sound(scheme, value))
            for side in (ours, theirs)
        )
        if not left or not right or set(left) & set(right):
            continue
        worth = LASTING_DIFFERS if scheme in LASTING else IDENTIFIER_DIFFERS
        detail = f"different {scheme.upper()} identifiers: {', '.join(left)} against {', '.join(right)}"
        if scheme in CHANGING:
            found.append(Finding("identifier", CHANGING_DIFFERS, detail))
        else:
            found.append(Finding("identifier", worth, detail, True))
    return found
