"""Who saw and changed what: a chain of hashes, so that tampering shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, models, transaction
from django.utils import timezone

from screening.models.portfolios import Portfolio
from screening.models.written_once import WrittenOnce
from screening.querysets import AppendOnlyQuerySet

if TYPE_CHECKING:
    from datetime import datetime

# What PostgreSQL locks so that the chain grows one link at a time; SQLite has one writer anyway.
CHAIN_LOCK = 0x5741_5443


class AuditQuerySet(AppendOnlyQuerySet):
    def record(
        self,
        action: str,
        about: models.Model,
        *,
        by: User | AnonymousUser | None,
        portfolio: Portfolio | None = None,
        **detail: Any,
    ) -> AuditEvent:
        """Append what somebody saw or did. Three queries, in the transaction of what it tells."""
        return self.record_all(action, [(about, portfolio, detail)], by=by)[0]

    def record_all(
        self,
        action: str,
        told: Iterable[tuple[models.Model, Portfolio | None, dict[str, Any]]],
        *,
        by: User | AnonymousUser | None,
    ) -> list[AuditEvent]:
        """Append the same action on several rows, a link each. Three queries, whatever their number."""
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
            last = self.model.objects.order_by("-number").values_list("number", "digest").first()
            number, previous = last or (0, "")
            events = []
            for about, portfolio, detail in told:
                number += 1
                event = self.model(
                    number=number,
                    previous=previous,
                    user=by if isinstance(by, User) else None,
                    username=by.get_username() if by is not None else "watchlink",
                    action=action,
                    kind=about._meta.model_name,
                    object_id=str(about.pk),
                    version=settings.VERSION,
                    portfolio=portfolio,
                    detail=json.loads(json.dumps(detail, default=str)),
                )
                event.digest = previous = event.computed()
                events.append(event)
            self.bulk_create(events)
        return events

    def broken_at(self) -> int | None:
        """Return the number of the first link that does not hold, None where all do. Streams the whole chain."""
        previous, expected = "", 1
        for event in self.model.objects.order_by("number").iterator(chunk_size=2_000):
            if event.number != expected or event.previous != previous or event.digest != event.computed():
                return expected
            previous, expected = event.digest, expected + 1
        return None


class AuditEvent(WrittenOnce):
    """One thing that somebody saw or did. Its digest covers it and the one before."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="audit_events"
    )
    username = models.CharField(max_length=150)
    action = models.CharField(max_length=40, help_text="Such as viewed, screened, decided, exported.")
    kind = models.CharField(max_length=40, help_text="The model of the object.")
    object_id = models.CharField(max_length=90)
    version = models.CharField("program version", max_length=20)
    portfolio = models.ForeignKey(Portfolio, null=True, on_delete=models.PROTECT, related_name="audit_events")
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        indexes = [models.Index(fields=["kind", "object_id"]), models.Index(fields=["portfolio", "-number"])]

    def __str__(self) -> str:
        return f"{self.number}: {self.username} {self.action} {self.kind} {self.object_id}"

    def computed(self) -> str:
        """Hash what the event says together with the digest before it."""
        said = {
            "number": self.number,
            "at": _moment(self.at),
            "username": self.username,
            "user": self.user_id,
            "action": self.action,
            "kind": self.kind,
            "object": self.object_id,
            "version": self.version,
            "portfolio": self.portfolio_id,
            "detail": self.detail,
            "previous": self.previous,
        }
        text = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
