"""A decision holds until either side changes or it expires: then what changed is shown and it is asked again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from screening.choices import Verdict
from screening.models import Decision, Portfolio

# Verdicts that answer a question; an escalated one, or one for want of information, stays open.
ANSWERS = frozenset({Verdict.TRUE_MATCH, Verdict.FALSE_POSITIVE, Verdict.NO_PROHIBITION})
# Subjects per statement: below SQLite's least limit of variables.
IDS = 900


class Pair(NamedTuple):
    """What a decision is about."""

    subject_id: int
    entity_id: str
    company_id: str


@dataclass(frozen=True)
class Ruling:
    """What earlier words mean for a hit: it is suppressed by one, it reopens one, or neither."""

    suppressed_by: Decision | None = None
    reopens: Decision | None = None
    difference: dict[str, Any] = field(default_factory=dict)


def standing(subjects: Collection[int]) -> dict[Pair, Decision]:
    """Return the last word on each pair of some subjects. One query for each 900 subjects."""
    ids = sorted(subjects)
    found: dict[Pair, Decision] = {}
    for start in range(0, len(ids), IDS):
        rows = Decision.objects.filter(subject__in=ids[start : start + IDS]).order_by("number")
        found |= {Pair(row.subject_id, row.entity_id, row.company_id): row for row in rows}
    return found


def answers(decision: Decision, portfolio: Portfolio) -> bool:
    """Tell whether a decision is final: it answers the question, and a second person confirmed it where one must."""
    confirmed = decision.confirms_id is not None or not portfolio.four_eyes
    return decision.verdict in ANSWERS and confirmed


def ruled(
    decision: Decision | None,
    portfolio: Portfolio,
    on: date,
    subject_facts: dict[str, Any],
    entity_facts: dict[str, Any],
) -> Ruling:
    """Decide whether the last word on a pair still holds for a hit with these facts, found on a day.

    It reopens, with the difference, where the subject or the listed party is not what it was, or where the word
    has expired. A word that answers nothing neither suppresses nor reopens.
    """
    if decision is None or not answers(decision, portfolio):
        return Ruling()
    difference: dict[str, Any] = {}
    if changed := differing(decision.subject_facts, subject_facts):
        difference["subject"] = changed
    if changed := differing(decision.entity_facts, entity_facts):
        difference["entity"] = changed
    if decision.has_expired(on):
        difference["expired"] = str(decision.expires_on)
    return Ruling(reopens=decision, difference=difference) if difference else Ruling(suppressed_by=decision)


def differing(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Return each fact that is not the same, as what it was and what it is; of lists only what left and what came."""
    return {
        key: list(_parted(before.get(key), after.get(key)))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    }


def _parted(before: Any, after: Any) -> Iterable[Any]:
    if isinstance(before, list) and isinstance(after, list):
        left = [row for row in before if row not in after]
        came = [row for row in after if row not in before]
        # Lists that differ in their order alone are told whole.
        return (left, came) if left or came else (before, after)
    return before, after
