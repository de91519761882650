"""The closed vocabularies of the desk."""

from __future__ import annotations

from django.db import models


class Trigger(models.TextChoices):
    """What made a screening run."""

    UPLOAD = "upload", "an uploaded file"
    API = "api", "the API"
    WATCH = "watch", "a change under watch"
    LOOKBACK = "lookback", "a look back"


class ScreeningState(models.TextChoices):
    WAITING = "waiting", "waiting"
    RUNNING = "running", "running"
    DONE = "done", "done"
    CANCELLED = "cancelled", "cancelled"
    FAILED = "failed", "failed"


class ChunkState(models.TextChoices):
    WAITING = "waiting", "waiting"
    DONE = "done", "done"


class Verdict(models.TextChoices):
    TRUE_MATCH = "true_match", "true match"
    FALSE_POSITIVE = "false_positive", "false positive"
    POSSIBLE = "possible", "possible: escalate"
    NO_PROHIBITION = "no_prohibition", "match, but no prohibition"
    INSUFFICIENT = "insufficient", "insufficient information"


class Reason(models.TextChoices):
    """Why a person decided so; the note says the rest."""

    OTHER_COUNTRY = "other_country", "another country"
    OTHER_NAME = "other_name", "another name"
    OTHER_BUSINESS = "other_business", "another line of business"
    OTHER_IDENTIFIER = "other_identifier", "another identifier"
    OTHER_ADDRESS = "other_address", "another address"
    SAME_IDENTIFIER = "same_identifier", "the same identifier"
    SAME_NAME_AND_PLACE = "same_name_and_place", "the same name and place"
    CONFIRMED_BY_PARTY = "confirmed_by_party", "the party says so"
    OWNERSHIP_SHOWN = "ownership_shown", "ownership is documented"
    OWNERSHIP_REFUTED = "ownership_refuted", "ownership is refuted"
    LICENSED = "licensed", "covered by a licence or exemption"
    OUT_OF_SCOPE = "out_of_scope", "the measure does not reach our dealing"
    AWAITING_DOCUMENTS = "awaiting_documents", "documents were asked for"
    OTHER = "other", "other: see the note"


class Eyes(models.IntegerChoices):
    FIRST = 1, "first pair of eyes"
    SECOND = 2, "second pair of eyes"


class AlertKind(models.TextChoices):
    NEW = "new", "new"
    CHANGED = "changed", "changed"
    ENDED = "ended", "ended"
    REOPENED = "reopened", "reopened"


class Channel(models.TextChoices):
    WEBHOOK = "webhook", "webhook"
    EMAIL = "email", "e-mail"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "waiting"
    DELIVERED = "delivered", "delivered"
    FAILED = "failed", "failed"


class Wait(models.TextChoices):
    """What a hit waits for, by the last word on its pair."""

    OPEN = "open", "open"
    REOPENED = "reopened", "reopened"
    EXPIRED = "expired", "decision expired"
    ESCALATED = "escalated", "escalated"
    SECOND = "second", "second look"
    WAITING = "waiting", "waiting for information"
    DECIDED = "decided", "decided"
    ENDED = "ended", "no longer found"


_AGAINST = (
    Reason.OTHER_COUNTRY,
    Reason.OTHER_NAME,
    Reason.OTHER_BUSINESS,
    Reason.OTHER_IDENTIFIER,
    Reason.OTHER_ADDRESS,
    Reason.CONFIRMED_BY_PARTY,
    Reason.OWNERSHIP_REFUTED,
)
_FOR = (
    Reason.SAME_IDENTIFIER,
    Reason.SAME_NAME_AND_PLACE,
    Reason.CONFIRMED_BY_PARTY,
    Reason.OWNERSHIP_SHOWN,
)
# Which reasons speak for which verdict; "other" speaks for each, with a note.
REASONS: dict[str, tuple[Reason, ...]] = {
    Verdict.TRUE_MATCH: (*_FOR, Reason.OTHER),
    Verdict.FALSE_POSITIVE: (*_AGAINST, Reason.OTHER),
    Verdict.POSSIBLE: (*_FOR, Reason.AWAITING_DOCUMENTS, Reason.OTHER),
    Verdict.NO_PROHIBITION: (Reason.LICENSED, Reason.OUT_OF_SCOPE, Reason.OTHER),
    Verdict.INSUFFICIENT: (Reason.AWAITING_DOCUMENTS, Reason.OTHER),
}


class Identity(models.TextChoices):
    """Whether two rows of the record are one party: what the matcher suggests, or a person's word."""

    SUGGESTED = "suggested", "suggested"
    CONFIRMED = "confirmed", "confirmed"
    REJECTED = "rejected", "rejected"


class Standing(models.TextChoices):
    """What became of the two rows since they were compared."""

    CURRENT = "current", "both are in their datasets"
    LEFT = "left", "one has left its dataset"
    LAPSED = "lapsed", "no longer alike"
