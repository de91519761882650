"""Published sources and the copies of them that we loaded."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

from entities.choices import DatasetKind, VersionStatus
from entities.querysets import DatasetQuerySet, VersionQuerySet
from entities.scopes import in_words


class Dataset(models.Model):
    """A published source: a government list, a company register, a curated or a private table."""

    name = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=DatasetKind.choices, default=DatasetKind.LIST)
    source = models.CharField(max_length=60, help_text="The ingest module that reads it.")
    authority = models.CharField(max_length=200)
    legal_basis = models.CharField(max_length=300, blank=True)
    homepage = models.URLField(max_length=500, blank=True)
    url = models.URLField("download", max_length=500, blank=True)
    cadence = models.CharField(max_length=100, blank=True, help_text="How often the publisher changes it.")
    fresh_days = models.PositiveIntegerField("days until stale", default=3)
    most_churn = models.FloatField(
        default=0.25, help_text="The share of entities that one version may remove before a person must look."
    )
    closed_on = models.DateField(
        null=True, blank=True, help_text="The day its publisher closed it: kept for history, never stale."
    )
    checked_at = models.DateTimeField("last checked", null=True, blank=True)
    failed_at = models.DateTimeField("last download failed", null=True, blank=True)
    failure = models.TextField(blank=True, help_text="Why the last download failed; empty once one succeeds.")
    current_version = models.ForeignKey(
        "DatasetVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = DatasetQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_overdue(self) -> bool:
        """Tell whether nobody has looked at the publisher's copy within the freshness limit."""
        if self.current_version is None or self.closed_on:
            return False
        seen = self.checked_at or self.current_version.fetched_at
        return timezone.now() - seen > timedelta(days=self.fresh_days)

    @property
    def is_stale(self) -> bool:
        """Tell whether a whole copy is overdue; an excerpt is no whole copy on any day."""
        return self.is_overdue and self.current_version is not None and not self.current_version.is_excerpt

    @property
    def freshness(self) -> str:
        if self.current_version is None:
            return "never loaded"
        if self.current_version.is_excerpt:
            return "starter excerpt"
        if self.closed_on:
            return "closed"
        return "stale" if self.is_stale else "fresh"


class DatasetVersion(models.Model):
    """One accepted or refused copy of a dataset."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="versions")
    status = models.CharField(max_length=10, choices=VersionStatus.choices)
    published_on = models.DateField(
        "version date", help_text="The publisher's date; the day of loading where it states none."
    )
    published_on_stated = models.BooleanField(
        default=True, help_text="Whether the publisher states that date."
    )
    fetched_at = models.DateTimeField()
    source = models.CharField(max_length=60, blank=True, help_text="The ingest module that read it.")
    origin = models.CharField(max_length=500, help_text="The URL or the file it came from.")
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("bytes")
    files = models.JSONField(default=list, help_text="Name, SHA-256 and size of each raw file, as archived.")
    is_excerpt = models.BooleanField("starter excerpt", default=False)
    is_history = models.BooleanField(
        "loaded as history", default=False, help_text="Older than what was held when it was loaded: no news."
    )
    scope = models.CharField(
        max_length=500, blank=True, help_text="What of its register it holds; empty for the whole of it."
    )
    is_delta = models.BooleanField(
        "delta", default=False, help_text="It changed what was held before and left the rest alone."
    )
    oldest = models.BooleanField(default=False, help_text="Whether no older version of this dataset is held.")
    rows = models.PositiveIntegerField(default=0)
    entities = models.PositiveIntegerField(default=0)
    names = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    not_understood = models.PositiveIntegerField(default=0)
    skipped = models.JSONField(default=dict, help_text="Rows left to another dataset, counted by reason.")
    log = models.JSONField(default=list, help_text="Examples of what was not understood.")
    error = models.TextField(blank=True, help_text="Why it was refused or held.")
    reviewed_by = models.CharField(max_length=150, blank=True, help_text="Who accepted a held version.")
    review_note = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(default=0)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-fetched_at", "-id"]
        indexes = [models.Index(fields=["dataset", "status", "-published_on"])]

    def __str__(self) -> str:
        return f"{self.dataset.name} of {self.published_on}"

    @property
    def scope_in_words(self) -> str:
        return in_words(self.scope)
