"""A run of many names against the record: what went in, what it rested on, how far it is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from screening.choices import ChunkState, ScreeningState, Trigger
from screening.models.portfolios import Portfolio
from screening.querysets import ChunkQuerySet, TeamQuerySet

# What a run writes of itself as it goes; the rest is the receipt.
PROGRESS = frozenset(
    {
        *("state", "rows_done", "hits_found", "suppressed", "started_at", "finished_at"),
        *("cancelled_by", "error", "result_sha256"),
    }
)


class Screening(models.Model):
    """A receipt: what it says of its input, versions, rules and threshold never changes; only its progress does."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="screenings")
    trigger = models.CharField(max_length=10, choices=Trigger.choices, default=Trigger.UPLOAD)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="screenings"
    )
    reason = models.CharField(max_length=500, blank=True, help_text="Why it was run.")
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)
    request_key = models.CharField(
        max_length=200,
        blank=True,
        help_text="The Idempotency-Key of the request that began it: sent again, it begins nothing.",
    )
    watch = models.BooleanField(
        "keep under watch", default=False, help_text="Whether its suppliers stay under watch."
    )
    # What went in.
    input_name = models.CharField("file", max_length=255)
    input_sha256 = models.CharField("SHA-256 of the file", max_length=64)
    input_size = models.PositiveBigIntegerField("bytes")
    reading = models.JSONField(default=dict, help_text="Format, encoding, delimiter and sheet.")
    mapping = models.JSONField(default=dict, help_text="Which column holds what.")
    rows = models.PositiveIntegerField(default=0)
    problems = models.PositiveIntegerField(default=0, help_text="Rows that could not be read as they stand.")
    problem_examples = models.JSONField(default=list)
    # What it rests on.
    as_of = models.DateField()
    known_at = models.DateTimeField(help_text="What had been loaded by then is what was searched.")
    threshold = models.FloatField()
    same_party = models.FloatField(help_text="The score from which two rows are read as one party.")
    regimes = models.JSONField(default=list, help_text="The portfolio's at the time.")
    matcher = models.CharField(max_length=20)
    rules_date = models.DateField(null=True)
    rules_digest = models.CharField(max_length=64)
    generation = models.CharField(max_length=16, help_text="The state of the record.")
    versions = models.JSONField(default=list, help_text="Every dataset searched, its version and its hash.")
    not_searched = models.JSONField(default=list, help_text="Lists that were never loaded.")
    stale = models.JSONField(default=list, help_text="Lists that were too old, or starter excerpts.")
    receipt = models.CharField(max_length=64, db_index=True)
    # How far it is.
    state = models.CharField(max_length=10, choices=ScreeningState.choices, default=ScreeningState.WAITING)
    rows_done = models.PositiveIntegerField(default=0)
    hits_found = models.PositiveIntegerField("hits", default=0)
    suppressed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField("started", null=True)
    finished_at = models.DateTimeField("finished", null=True)
    cancelled_by = models.CharField(max_length=150, blank=True)
    error = models.TextField(blank=True)
    result_sha256 = models.CharField("SHA-256 of the result", max_length=64, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["portfolio", "-created_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "request_key"],
                condition=~models.Q(request_key=""),
                name="screening_asked_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.input_name} of {self.created_at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and not set(kwargs.get("update_fields") or ["all"]) <= PROGRESS:
            raise TypeError("A screening is a receipt: only its progress is written after it began.")
        super().save(*args, **kwargs)

    @property
    def is_over(self) -> bool:
        return self.state in (ScreeningState.DONE, ScreeningState.CANCELLED, ScreeningState.FAILED)

    @property
    def percent(self) -> int:
        return 100 * self.rows_done // self.rows if self.rows else 0


class ScreeningChunk(models.Model):
    """Some rows of a run, done as a whole or not at all: a worker that dies leaves the others to be done."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="chunks")
    number = models.PositiveIntegerField()
    first_row = models.PositiveIntegerField()
    size = models.PositiveIntegerField("rows")
    rows = models.BinaryField(help_text="The rows as read, JSON lines, gzipped.")
    state = models.CharField(max_length=10, choices=ChunkState.choices, default=ChunkState.WAITING)
    claimed_at = models.DateTimeField(null=True, help_text="When a worker last took it.")
    finished_at = models.DateTimeField(null=True)
    result_sha256 = models.CharField(max_length=64, blank=True)

    objects = ChunkQuerySet.as_manager()

    class Meta:
        ordering = ["screening", "number"]
        constraints = [models.UniqueConstraint(fields=["screening", "number"], name="chunk_once")]

    def __str__(self) -> str:
        return f"rows {self.first_row}–{self.first_row + self.size - 1} of {self.screening}"
