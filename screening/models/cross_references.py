"""Which rows of the record may be one party: what the matcher found, and what people said of it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from screening.choices import Identity, ScreeningState, Standing
from screening.models.written_once import WrittenOnce
from screening.querysets import AppendOnlyQuerySet, CrossReferenceQuerySet

# A run whose worker has not been heard of for so long is another's to go on with.
SILENCE = timedelta(minutes=10)


class CrossReference(models.Model):
    """A scored, explained link between a company and a listed party. Neither row is changed by it.

    The ids of entities are kept as text: a person's word outlives what it is about. `status` repeats the last
    ruling, so that a list of thousands needs no second look.
    """

    company_id = models.CharField("company", max_length=90)
    listed_id = models.CharField("listed party", max_length=90, db_index=True)
    company_dataset = models.CharField(max_length=60, db_index=True)
    listed_dataset = models.CharField("list", max_length=60, db_index=True)
    company_name = models.TextField(help_text="The company's name that was compared.")
    listed_name = models.TextField(help_text="The listed party's name that came nearest.")
    score = models.FloatField()
    agrees = models.BooleanField(
        help_text="Whether every word or an identifier agrees and nothing speaks against it."
    )
    reason = models.TextField(help_text="The matcher's sentence.")
    explanation = models.JSONField(default=dict)
    matcher = models.CharField("matcher version", max_length=20)
    company_digest = models.CharField(max_length=64, help_text="The company as it was compared.")
    listed_digest = models.CharField(max_length=64, help_text="The listed party as it was compared.")
    found_at = models.DateTimeField("found", default=timezone.now, editable=False)
    compared_at = models.DateTimeField("last compared", default=timezone.now)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.CURRENT)
    status = models.CharField(max_length=10, choices=Identity.choices, default=Identity.SUGGESTED)
    rulings = models.PositiveIntegerField(default=0, help_text="How often people have ruled on it.")

    objects = CrossReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "cross-reference"
        ordering = ["-score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["company_id", "listed_id"], name="cross_reference_once")
        ]
        indexes = [models.Index(fields=["status", "-score"])]

    def __str__(self) -> str:
        return f"{self.company_name} – {self.listed_name}"

    @property
    def joins(self) -> bool:
        """Tell whether answers read the two rows as one party."""
        if self.status == Identity.SUGGESTED:
            alike = self.agrees and self.score >= settings.SAME_PARTY_THRESHOLD
            return alike and self.standing != Standing.LAPSED
        return self.status == Identity.CONFIRMED

    @property
    def effect(self) -> str:
        """Say what answers make of it."""
        if self.status == Identity.CONFIRMED:
            return "read as one party"
        if self.status == Identity.REJECTED:
            return "kept apart"
        return "read as one party until a person says otherwise" if self.joins else "waits for a person"


class Ruling(WrittenOnce):
    """A person's word on a cross-reference. The last one stands.

    `number` counts the words on one, so that of two people who rule at once the second is refused.
    """

    reference = models.ForeignKey(CrossReference, on_delete=models.PROTECT, related_name="said")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Identity.choices)
    note = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rulings")
    at = models.DateTimeField(default=timezone.now)
    score = models.FloatField(help_text="The score that the person saw.")
    matcher = models.CharField("matcher version", max_length=20)
    company_digest = models.CharField(max_length=64, help_text="The company as it was.")
    listed_digest = models.CharField(max_length=64, help_text="The listed party as it was.")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "ruling on a cross-reference"
        verbose_name_plural = "rulings on cross-references"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["reference", "number"], name="ruling_in_turn")]

    def __str__(self) -> str:
        return f"{self.said} by {self.by} on {self.at:%Y-%m-%d}"

    @property
    def said(self) -> str:
        return "taken back" if self.status == Identity.SUGGESTED else self.status


class CrossReferenceRun(models.Model):
    """One comparison of companies with the lists: what it covers, how far it is.

    It goes on where it stopped: `step` and `after` say which rows are done.
    """

    created_at = models.DateTimeField("created", default=timezone.now, editable=False)
    reason = models.CharField(max_length=300, blank=True)
    dataset = models.CharField(
        max_length=60, blank=True, help_text="Only rows of this dataset were compared; all where empty."
    )
    whole = models.BooleanField(default=False, help_text="Whether all was compared, changed or not.")
    matcher = models.CharField("matcher version", max_length=20, blank=True)
    threshold = models.FloatField(default=0, help_text="Scores below it were not kept.")
    since = models.JSONField(default=dict, help_text="What had been compared before: version by dataset.")
    versions = models.JSONField(default=dict, help_text="What this run compared: version by dataset.")
    step = models.PositiveSmallIntegerField(default=0)
    after = models.CharField(
        max_length=90, blank=True, help_text="The last company of this step that is done."
    )
    state = models.CharField(max_length=10, choices=ScreeningState.choices, default=ScreeningState.WAITING)
    rows = models.PositiveIntegerField("companies", default=0)
    rows_done = models.PositiveIntegerField("companies done", default=0)
    found = models.PositiveIntegerField("pairs found", default=0)
    started_at = models.DateTimeField("started", null=True)
    beat_at = models.DateTimeField("last heard of", null=True)
    finished_at = models.DateTimeField("finished", null=True)
    cancelled_by = models.CharField(max_length=150, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = "cross-reference run"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_over(self) -> bool:
        return self.state in (ScreeningState.DONE, ScreeningState.CANCELLED, ScreeningState.FAILED)

    @property
    def is_free(self) -> bool:
        """Tell whether a worker may take it: nobody has, or the one that had it fell silent."""
        if self.is_over:
            return False
        return self.beat_at is None or timezone.now() - self.beat_at > SILENCE

    @property
    def percent(self) -> int:
        return min(100, 100 * self.rows_done // self.rows) if self.rows else 0
