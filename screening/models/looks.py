"""Each look at what changed since the one before, and the runs it began."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from screening.models.screenings import Screening


class Look(models.Model):
    """What a look found changed; the next one begins where it ended."""

    at = models.DateTimeField(default=timezone.now)
    on = models.DateField(help_text="The day it looked at: dates of law that came since are changes.")
    versions = models.JSONField(default=dict, help_text="The current version of each dataset, by its number.")
    rules_digest = models.CharField(max_length=64)
    causes = models.JSONField(default=list, help_text="What had changed, in words.")
    because = models.JSONField(default=dict, help_text="Which change touched each party.")
    parties = models.PositiveIntegerField(default=0, help_text="Parties that the changes touch.")
    subjects = models.PositiveIntegerField(default=0, help_text="Subjects screened again.")
    screenings = models.ManyToManyField(Screening, related_name="looks")
    finished_at = models.DateTimeField("finished", null=True, help_text="When its alerts were written.")

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"look of {self.at:%Y-%m-%d %H:%M}"
