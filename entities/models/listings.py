"""An entity's time on a list, and what that forbids."""

from __future__ import annotations

from django.db import models

from entities.choices import MeasureKind
from entities.models.entities import Statement
from entities.querysets import ListingQuerySet


class Measure(models.Model):
    """What a listing does, in plain words. A list entry is not one prohibition."""

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=MeasureKind.choices)
    title = models.CharField(max_length=200)
    forbids = models.TextField()
    does_not = models.TextField("does not", blank=True)
    reach = models.TextField(
        blank=True, help_text="What the law says of the listed party's subsidiaries and affiliates."
    )
    legal_basis = models.CharField(max_length=300)
    citation_url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class Listing(Statement):
    """A period on a list. An entity may be removed and come back: periods repeat."""

    programme = models.CharField(max_length=300, blank=True)
    legal_basis = models.CharField(max_length=500, blank=True)
    citation = models.TextField(blank=True, help_text="Federal Register or other official citation.")
    requirement = models.TextField(blank=True, help_text="What the entry requires, as published.")
    policy = models.TextField("review policy", blank=True)
    reason = models.TextField(blank=True)
    start = models.DateField(null=True, blank=True)
    start_basis = models.CharField(max_length=200, blank=True, help_text="Where the start date is read from.")
    end = models.DateField(null=True, blank=True)
    end_basis = models.CharField(max_length=200, blank=True, help_text="Where the end date is read from.")
    source_url = models.URLField(max_length=500, blank=True)
    measures = models.ManyToManyField(Measure, related_name="listings")

    objects = ListingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["start", "id"]

    def __str__(self) -> str:
        return f"{self.entity} on {self.entity.dataset} since {self.start or 'an unstated day'}"
