"""A party as one dataset describes it, and the statements that describe it."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models

from entities.choices import NameKind, Schema
from entities.models.datasets import Dataset, DatasetVersion
from entities.querysets import EntityQuerySet, StatementQuerySet


class Entity(models.Model):
    """One party as one dataset describes it. Its id never changes when the publisher's row does."""

    id = models.CharField(primary_key=True, max_length=90)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="entities")
    publisher_key = models.CharField(max_length=500, help_text="What the id is a hash of.")
    schema = models.CharField(max_length=20, choices=Schema.choices)
    caption = models.CharField("name", max_length=500)
    countries = models.CharField(max_length=200, blank=True, help_text="ISO 3166 codes, separated by blanks.")
    properties = models.JSONField(default=dict, blank=True)
    raw = models.JSONField("as published", default=dict)
    also_in = models.JSONField(
        default=dict,
        blank=True,
        help_text="Other sources that print the same entry, each with its copy's date.",
    )
    digest = models.CharField(max_length=64, editable=False)
    added_in = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="+")
    changed_in = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="+")
    removed_in = models.ForeignKey(
        DatasetVersion, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = EntityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entities"
        ordering = ["caption", "id"]
        indexes = [models.Index(fields=["dataset", "caption"]), models.Index(fields=["caption"])]

    def __str__(self) -> str:
        return self.caption

    @cached_property
    def country_codes(self) -> list[str]:
        return self.countries.split()


class Statement(models.Model):
    """A row that says one thing of an entity: a version added it, a later one may have removed it."""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="%(class)ss")
    added_in = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="+")
    removed_in = models.ForeignKey(
        DatasetVersion, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    known_from = models.DateTimeField(help_text="When we first held a version that says so.")
    known_to = models.DateTimeField(
        null=True, blank=True, help_text="When we learned that it no longer holds."
    )

    objects = StatementQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Date a row that somebody writes by hand as known since its version was loaded."""
        self.known_from = self.known_from or self.added_in.fetched_at
        super().save(*args, **kwargs)

    def is_held(self, by: datetime | None = None) -> bool:
        """Tell whether it is stated now, or was as far as we knew by a moment."""
        if by is None:
            return self.removed_in_id is None
        return self.known_from <= by and (self.known_to is None or self.known_to > by)


class Name(Statement):
    text = models.TextField()
    kind = models.CharField(max_length=16, choices=NameKind.choices, default=NameKind.PRIMARY)
    lang = models.CharField("language or script", max_length=40, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text


class Identifier(Statement):
    scheme = models.CharField(max_length=80)
    value = models.CharField(max_length=300, db_index=True)
    country = models.CharField(max_length=10, blank=True)
    valid = models.BooleanField(
        null=True, help_text="Whether its check digits hold; empty where the scheme has none."
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class Address(Statement):
    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="addresses")
    text = models.TextField()
    country = models.CharField(max_length=10, blank=True)

    class Meta:
        verbose_name_plural = "addresses"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
