"""A person's word on whether two rows of the record are one party."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction

from screening.choices import Identity
from screening.models import AuditEvent, CrossReference, Ruling

# The longest note that is kept with a ruling.
MOST_NOTED = 2000
MAY_RULE = "screening.add_ruling"


class RulingError(ValueError):
    """A cross-reference cannot be ruled on this way; the message says why in one sentence."""


class RuledMeanwhile(RulingError):
    """Somebody else ruled on it since it was read."""


def rule(pk: int, status: str, *, by: User | AnonymousUser, note: str, seen: int | None = None) -> Ruling:
    """Confirm or reject a cross-reference, or take the last word back; undoing it leaves nothing behind but the words.

    `seen` is the number of rulings that the person had before them: with another since, RuledMeanwhile is raised. Raises
    RulingError for a person who may not, a status that says nothing new, or a note that is empty or too long.
    """
    if not isinstance(by, User) or not by.has_perm(MAY_RULE):
        raise RulingError("This takes the right to rule on cross-references: reviewers have it.")
    if status not in Identity.values:
        raise RulingError("Say whether it is confirmed, rejected or suggested again.")
    note = note.replace("\0", "").strip()
    if not 0 < len(note) <= MOST_NOTED:
        raise RulingError(f"Write a note of 1 to {MOST_NOTED:,} characters: how you know.")
    with transaction.atomic():
        row = CrossReference.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            raise RulingError("There is no such cross-reference any more: the two are no longer alike.")
        if seen is not None and seen != row.rulings:
            raise RuledMeanwhile(_meanwhile(row))
        if status == row.status:
            raise RulingError(f"It is {row.status} already.")
        said = Ruling.objects.create(
            reference=row,
            number=row.rulings + 1,
            status=status,
            note=note,
            by=by,
            score=row.score,
            matcher=row.matcher,
            company_digest=row.company_digest,
            listed_digest=row.listed_digest,
        )
        row.status, row.rulings = status, said.number
        row.save(update_fields=["status", "rulings"])
        AuditEvent.objects.record(
            "ruled", row, by=by, status=status, note=note, company=row.company_id, listed=row.listed_id
        )
    return said


def _meanwhile(row: CrossReference) -> str:
    last = row.said.select_related("by").last()
    who = f"{last.by.get_username()} at {last.at:%Y-%m-%d %H:%M}" if last else "nobody"
    verb = "taken back" if row.status == Identity.SUGGESTED else row.status
    return f"It was {verb} by {who} UTC, after you opened it. Read it again before you decide."
