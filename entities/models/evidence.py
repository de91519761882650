"""What was published about a company, and with whom it works. Never mixed into the legal result."""

from __future__ import annotations

from django.db import models

from entities.choices import EvidenceNature, PartnershipKind
from entities.models.entities import Statement


class Evidence(Statement):
    """A dated publication about an entity: the claim in one sentence, and what kind of claim it is."""

    entity = models.ForeignKey("entities.Entity", on_delete=models.CASCADE, related_name="evidence")
    topic = models.CharField(
        max_length=60, blank=True, help_text="Joins a claim with the company's reply to it."
    )
    published = models.DateField()
    published_text = models.CharField(max_length=60, blank=True, help_text="The date as far as it is known.")
    publisher = models.CharField(max_length=200)
    title = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=500, blank=True)
    claim = models.TextField()
    nature = models.CharField(max_length=12, choices=EvidenceNature.choices)
    verified = models.BooleanField(default=True, help_text="Off where a detail rests on general knowledge.")
    note = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["published", "id"]

    def __str__(self) -> str:
        return f"{self.published}: {self.publisher}"


class Partnership(Statement):
    """A brand's tie to the entity: sponsor, ambassador, cloud provider, seller on its platforms."""

    brand = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=PartnershipKind.choices)
    description = models.CharField(max_length=300)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    dates = models.CharField(
        max_length=120, blank=True, help_text="The dates in words, where days are not known."
    )
    citation = models.TextField()
    url = models.URLField(max_length=500, blank=True)
    verified = models.BooleanField(default=True, help_text="Off where a detail rests on general knowledge.")

    class Meta:
        ordering = ["start", "brand"]

    def __str__(self) -> str:
        return f"{self.brand} – {self.entity}"
