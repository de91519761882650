"""What a person says of a hit, once or for many at a time: checked, counted, kept, and never written over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from screening.choices import REASONS, Eyes, Reason, Verdict, Wait
from screening.models import AuditEvent, Decision, Hit
from screening.queue import standing_hits

# The longest note.
MOST_NOTED = 4000


class DecisionRefused(ValueError):
    """A decision cannot be taken this way; the message says why in one sentence."""


class DecidedMeanwhile(DecisionRefused):
    """Somebody else decided first; `last` is what they said."""

    def __init__(self, last: Decision, name: str):
        self.last = last
        super().__init__(
            f"{last.by.get_username()} decided on {name} at {last.at:%H:%M} UTC: {last.get_verdict_display()}, "
            f"{last.get_reason_display()}. Nothing was written over: read it and decide again if you must."
        )


@dataclass(frozen=True)
class Word:
    """A verdict with its reason, as a person gives it."""

    verdict: str
    reason: str
    note: str = ""
    expires_on: date | None = None

    def check(self, today: date) -> None:
        """Refuse a word that says nothing, or contradicts itself."""
        if self.verdict not in Verdict.values:
            raise DecisionRefused("Choose a verdict.")
        if self.reason not in Reason.values:
            raise DecisionRefused("Choose a reason.")
        if self.reason not in REASONS[self.verdict]:
            raise DecisionRefused(
                f"“{Reason(self.reason).label}” is no reason for “{Verdict(self.verdict).label}”."
            )
        if self.reason == Reason.OTHER and not self.note.strip():
            raise DecisionRefused("Write a note: the reason is another than those on the list.")
        if len(self.note) > MOST_NOTED:
            raise DecisionRefused(f"A note may have at most {MOST_NOTED:,} characters.")
        if self.expires_on is not None and self.expires_on <= today:
            raise DecisionRefused("A decision can only expire on a day to come.")


def decide(hit: int, by: User, word: Word, seen: int) -> Decision:
    """Keep one person's word on a hit. See decide_all."""
    return decide_all({hit: seen}, by, word)[0]


def decide_all(seen: Mapping[int, int], by: User, word: Word) -> list[Decision]:
    """Keep one person's word on several hits, all or none; each in the audit trail.

    `seen` maps a hit's id to the number of the last decision that the person saw on it, 0 for none. Raises
    DecidedMeanwhile where another is there by now, DecisionRefused for anything else. Seven queries, whatever the
    number of hits.
    """
    today = timezone.localdate()
    word.check(today)
    if not seen:
        raise DecisionRefused("Choose at least one hit.")
    try:
        with transaction.atomic():
            rows = standing_hits(by, today).filter(pk__in=seen).select_related("subject__portfolio")
            hits = {hit.pk: hit for hit in rows}
            last = _last_words(hits.values())
            if len(hits) < len(seen):
                raise DecisionRefused(
                    "A newer screening found the same pair again: open the queue and look at its hit."
                )
            decisions = [
                _decision(hits[pk], last.get(hits[pk].last), by, word, number)
                for pk, number in sorted(seen.items())
            ]
            kept = Decision.objects.bulk_create(decisions)
            AuditEvent.objects.record_all("decided", [_told(hits[row.hit_id], row) for row in kept], by=by)
    except IntegrityError:
        # Two at the same moment: the other's word is there now.
        raise _overtaken(seen, by) from None
    return kept


@dataclass(frozen=True)
class Turn:
    """Whether a person's word on a hit would be taken, as which pair of eyes, and what it would do."""

    may: bool
    eyes: Eyes
    said: str


def turn(hit: Any, last: Decision | None, by: User) -> Turn:
    """Say what a person's word on a hit (with the annotations of standing_hits) would do, or why it is refused."""
    if not by.has_perm("screening.add_decision"):
        return Turn(False, Eyes.FIRST, "Your role reads and does not decide.")
    confirms = by.has_perm("screening.confirm_decision")
    if hit.said == Wait.ESCALATED:
        said = (
            "It was escalated: your word counts as a new first look."
            if confirms
            else "It was escalated, so it takes a reviewer."
        )
        return Turn(confirms, Eyes.FIRST, said)
    if hit.said == Wait.SECOND and last is not None:
        if last.by_id == by.pk:
            said = (
                "You gave the first word. Another person must give the second; you may still correct yours."
            )
            return Turn(True, Eyes.FIRST, said)
        said = (
            "Yours is the second look: the same verdict settles it, another one escalates it."
            if confirms
            else "The first word was given. The second look takes a reviewer."
        )
        return Turn(confirms, Eyes.SECOND, said)
    four = hit.subject.portfolio.four_eyes
    said = "Yours is the first look: a second person must confirm it." if four else "Your word settles it."
    return Turn(True, Eyes.FIRST, said)


def _decision(hit: Any, last: Decision | None, by: User, word: Word, seen: int) -> Decision:
    if (last.number if last else 0) != seen:
        raise (
            DecidedMeanwhile(last, str(hit)) if last else DecisionRefused(f"{hit}: nobody decided on it yet.")
        )
    taken = turn(hit, last, by)
    if not taken.may:
        raise DecisionRefused(f"{hit}: {taken.said}")
    return Decision(
        subject=hit.subject,
        entity_id=hit.entity_id,
        company_id=hit.company_id,
        number=(last.number if last else 0) + 1,
        hit=hit,
        verdict=word.verdict,
        reason=word.reason,
        note=word.note.strip(),
        by=by,
        expires_on=word.expires_on,
        eyes=taken.eyes,
        # A second word that says something else confirms nothing: it escalates.
        confirms=last if last and taken.eyes == Eyes.SECOND and last.verdict == word.verdict else None,
        subject_facts=hit.subject.facts,
        entity_facts=hit.entity_facts,
        subject_fingerprint=hit.subject.fingerprint,
        entity_fingerprint=hit.entity_fingerprint,
    )


def _last_words(hits: Any) -> dict[int, Decision]:
    ids = [hit.last for hit in hits if hit.last]
    return Decision.objects.select_related("by").in_bulk(ids)


def _overtaken(seen: Mapping[int, int], by: User) -> DecisionRefused:
    hits = list(standing_hits(by).filter(pk__in=seen).select_related("subject"))
    last = _last_words(hits)
    for hit in hits:
        if hit.last and last[hit.last].number != seen[hit.pk]:
            return DecidedMeanwhile(last[hit.last], str(hit))
    return DecisionRefused("Somebody else decided at the same moment: read it and decide again if you must.")


def _told(hit: Hit, row: Decision) -> tuple[Decision, Any, dict[str, Any]]:
    detail = {
        "hit": hit.pk,
        "screening": hit.screening_id,
        "number": row.number,
        "verdict": row.verdict,
        "reason": row.reason,
        "eyes": row.eyes,
        "subject": hit.subject_id,
        "entity": hit.entity_id,
    }
    return (row, hit.subject.portfolio, detail)


def history(hit: Hit) -> Sequence[Decision]:
    """Return every word on the pair of a hit, newest first."""
    said = Decision.objects.filter(subject=hit.subject_id, entity_id=hit.entity_id, company_id=hit.company_id)
    return list(said.select_related("by").order_by("-number"))
