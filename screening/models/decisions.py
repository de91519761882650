"""What people said of a hit: decisions, comments, and whose turn it is. Each is written once."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from screening.choices import Eyes, Reason, Verdict
from screening.models.hits import Hit
from screening.models.portfolios import Subject
from screening.models.written_once import WrittenOnce
from screening.querysets import SaidQuerySet


class Decision(WrittenOnce):
    """One person's word on (subject, listed party, party matched). The last one stands.

    `number` counts the words on one such pair, so that of two people who decide at once the second is refused.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="decisions")
    entity_id = models.CharField("listed party", max_length=90)
    company_id = models.CharField("party matched", max_length=90)
    number = models.PositiveIntegerField()
    hit = models.ForeignKey(
        Hit, on_delete=models.PROTECT, related_name="decisions", help_text="What the person saw."
    )
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    reason = models.CharField(max_length=30, choices=Reason.choices)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField(null=True, blank=True)
    eyes = models.PositiveSmallIntegerField(choices=Eyes.choices, default=Eyes.FIRST)
    confirms = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="confirmations",
        help_text="The first person's word that this second one agrees with.",
    )
    subject_facts = models.JSONField(help_text="The subject as it was.")
    entity_facts = models.JSONField(help_text="The listed party as it was.")
    subject_fingerprint = models.CharField(max_length=64)
    entity_fingerprint = models.CharField(max_length=64)

    objects = SaidQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        permissions = [("confirm_decision", "Can give the second pair of eyes")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "entity_id", "company_id", "number"], name="decision_in_turn"
            ),
        ]
        indexes = [models.Index(fields=["entity_id"])]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} by {self.by}"

    def has_expired(self, on: date) -> bool:
        return self.expires_on is not None and self.expires_on <= on


class Comment(WrittenOnce):
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="comments")
    entity_id = models.CharField("listed party", max_length=90, blank=True)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    at = models.DateTimeField(default=timezone.now)

    objects = SaidQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.by} on {self.subject}"


class Assignment(WrittenOnce):
    """Whose turn a subject is; the last one stands, and one to nobody frees it."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="assignments")
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="assignments"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=500, blank=True)

    objects = SaidQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to or 'nobody'}"
