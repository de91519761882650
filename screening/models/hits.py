"""What a run found."""

from __future__ import annotations

from django.db import models

from screening.models.portfolios import Subject
from screening.models.screenings import Screening, ScreeningChunk
from screening.models.written_once import WrittenOnce
from screening.querysets import HitQuerySet


class Hit(WrittenOnce):
    """A listed party that a subject may be, or that reaches it through ownership, as it stood at the time.

    The ids of entities are kept as text and beside their facts: a receipt outlives what it is about.
    """

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="hits")
    chunk = models.ForeignKey(ScreeningChunk, on_delete=models.PROTECT, related_name="hits")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="hits")
    row = models.PositiveIntegerField(help_text="The row of the file, the first below the headings being 1.")
    entity_id = models.CharField("listed party", max_length=90, db_index=True)
    company_id = models.CharField(
        "party matched", max_length=90, help_text="Whom the name means; the listed party itself if direct."
    )
    dataset = models.CharField(max_length=60)
    caption = models.CharField(max_length=500)
    score = models.FloatField()
    matched_name = models.TextField()
    name_kind = models.CharField(max_length=16)
    explanation = models.JSONField(default=dict)
    regimes = models.JSONField(
        default=list, help_text="Per listing or rule: code, programme, result, citation, what it forbids."
    )
    via = models.JSONField(default=list, help_text="The ownership path, edge by edge; empty if direct.")
    path = models.TextField("via", blank=True, help_text="The same path as one line.")
    entity_facts = models.JSONField(
        default=dict, help_text="What a decision rests on: names, countries, listings, path."
    )
    entity_fingerprint = models.CharField(max_length=64)
    subject_fingerprint = models.CharField(max_length=64)
    suppressed_by = models.ForeignKey(
        "Decision",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="suppressed",
        help_text="The standing decision that keeps it from being asked again.",
    )
    reopens = models.ForeignKey(
        "Decision",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reopened",
        help_text="The decision that no longer holds.",
    )
    difference = models.JSONField(default=dict, blank=True, help_text="What changed since that decision.")

    objects = HitQuerySet.as_manager()

    class Meta:
        ordering = ["screening", "row", "-score", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["screening", "row", "entity_id", "company_id"], name="hit_once_per_row"
            )
        ]
        indexes = [
            models.Index(fields=["subject", "entity_id", "company_id"]),
            models.Index(fields=["screening", "-score"]),
        ]

    def __str__(self) -> str:
        return f"{self.subject} – {self.caption}"

    @property
    def is_direct(self) -> bool:
        return not self.via
