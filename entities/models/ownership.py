"""Who owns whom, with dates and the sentence that says so."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from entities.choices import OwnershipKind
from entities.models.entities import Entity, Statement
from entities.querysets import OwnershipQuerySet


class Ownership(Statement):
    """An edge owner → asset. The share is a band in percent; empty where the source states none."""

    entity = models.ForeignKey(
        Entity,
        on_delete=models.CASCADE,
        related_name="stated_ownerships",
        help_text="The record that states the edge.",
    )
    owner = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="holdings")
    asset = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="owners")
    kind = models.CharField(max_length=20, choices=OwnershipKind.choices)
    share_min = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    share_max = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    citation = models.TextField()
    url = models.URLField(max_length=500, blank=True)
    quote = models.TextField(blank=True, help_text="The sentence the edge was read from.")

    objects = OwnershipQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["-start", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(owner=models.F("asset")), name="ownership_not_of_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} → {self.asset}"

    @property
    def share(self) -> str:
        """Say the share as a reader would: 60 %, 25–50 %, or that the source states none."""
        if self.share_min is None and self.share_max is None:
            return "share not stated"
        low, high = (
            f"{value.normalize():f}" if value is not None else "?"
            for value in (self.share_min, self.share_max)
        )
        return f"{low} %" if low == high else f"{low}–{high} %"

    def clean(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise ValidationError(f"The edge ends on {self.end}, before it begins on {self.start}.")
