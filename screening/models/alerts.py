"""What changed for a subject under watch."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from screening.choices import AlertKind
from screening.models.hits import Hit
from screening.models.portfolios import Portfolio, Subject
from screening.models.screenings import Screening
from screening.querysets import TeamQuerySet


class Alert(models.Model):
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="alerts")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="alerts")
    entity_id = models.CharField("listed party", max_length=90)
    company_id = models.CharField("party matched", max_length=90)
    kind = models.CharField(max_length=10, choices=AlertKind.choices)
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="alerts")
    hit = models.ForeignKey(Hit, null=True, blank=True, on_delete=models.PROTECT, related_name="alerts")
    cause = models.CharField(
        max_length=200, help_text="The list version, edge, rule or subject that changed."
    )
    difference = models.JSONField(default=dict, blank=True, help_text="Before and after.")
    at = models.DateTimeField(default=timezone.now)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "entity_id", "company_id", "kind", "cause"], name="alert_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.get_kind_display()} by {self.cause}"
