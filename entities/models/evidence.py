"""What was published about a company, and with whom it works. Never mixed into the legal result."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from entities.choices import EvidenceNature, PartnershipKind
from entities.models.entities import Statement
from entities.querysets import EvidenceQuerySet, PartnershipQuerySet

SHA256 = RegexValidator("^[0-9a-f]{64}$", "A SHA-256 hash is 64 hexadecimal digits.")


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
    retrieved = models.DateField(null=True, blank=True, help_text="The day on which somebody read it there.")
    archived_sha256 = models.CharField(
        "SHA-256 of the copy kept",
        max_length=64,
        blank=True,
        validators=[SHA256],
        help_text="Of the page or file as it was archived, so that a copy can be told to be that one.",
    )
    claim = models.TextField(help_text="In one sentence, in our own words.")
    nature = models.CharField(max_length=12, choices=EvidenceNature.choices)
    verified = models.BooleanField(default=True, help_text="Off where a detail rests on general knowledge.")
    note = models.TextField(blank=True)

    objects = EvidenceQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["published", "id"]

    def __str__(self) -> str:
        return f"{self.published}: {self.publisher}"

    def clean(self) -> None:
        if self.published and self.retrieved and self.retrieved < self.published:
            raise ValidationError(
                f"It was retrieved on {self.retrieved}, before it was published on {self.published}."
            )


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

    objects = PartnershipQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["start", "brand"]

    def __str__(self) -> str:
        return f"{self.brand} – {self.entity}"

    def clean(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise ValidationError(f"It ends on {self.end}, before it begins on {self.start}.")
