"""A customer's suppliers or partners, whose they are, and what matters about them."""

from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from screening.querysets import PortfolioQuerySet, TeamQuerySet


class Team(models.Model):
    """The people who see and work a portfolio."""

    name = models.CharField(max_length=100, unique=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="teams", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Portfolio(models.Model):
    name = models.CharField(max_length=100)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="portfolios")
    regimes = models.JSONField(
        default=list,
        blank=True,
        help_text="Codes of the measures that matter, such as us-ofac-blocking; every one where empty.",
    )
    required_lists = models.JSONField(
        default=list,
        blank=True,
        help_text="Datasets without which nothing is certified; every list where empty.",
    )
    threshold = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0.5), MaxValueValidator(1)],
        help_text="Least score of a hit; the installation's where empty.",
    )
    four_eyes = models.BooleanField(default=True, help_text="Whether a second person must confirm.")
    fresh_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="Days after which a list is too old; each list's own where empty."
    )
    mapping = models.JSONField(
        "remembered columns",
        default=dict,
        blank=True,
        help_text="Which column of the customer's files holds the name, the country and so on.",
    )
    digest_to = models.JSONField(
        "e-mail digest to", default=list, blank=True, help_text="Addresses; none where empty."
    )
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="portfolio_name_in_team")]

    def __str__(self) -> str:
        return self.name

    @property
    def least_score(self) -> float:
        return settings.MATCH_THRESHOLD if self.threshold is None else self.threshold

    def clean(self) -> None:
        for field in ("regimes", "required_lists", "digest_to"):
            value = getattr(self, field)
            if not isinstance(value, list) or not all(isinstance(row, str) for row in value):
                raise ValidationError({field: 'Write a list of words, such as ["us_ofac_sdn"].'})


class Subject(models.Model):
    """A supplier or partner as the customer describes it."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="subjects")
    key = models.CharField(max_length=64, editable=False, help_text="What stays the same between files.")
    name = models.CharField(max_length=500)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166 code in lower case.")
    address = models.TextField(blank=True)
    identifiers = models.JSONField(default=list, blank=True, help_text="Pairs of scheme and value.")
    reference = models.CharField(max_length=200, blank=True, help_text="The customer's own number.")
    tags = models.JSONField(default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="subjects"
    )
    watched = models.BooleanField(
        "under watch", default=False, help_text="Screened again when something changes."
    )
    read_from = models.ForeignKey(
        "Screening", null=True, blank=True, on_delete=models.SET_NULL, related_name="subjects", editable=False
    )
    read_row = models.PositiveIntegerField("row", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)
    changed_at = models.DateTimeField("changed", default=timezone.now, editable=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["portfolio", "key"], name="subject_once")]
        indexes = [models.Index(fields=["portfolio", "watched"])]

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.facts)

    @property
    def facts(self) -> dict[str, object]:
        """Return what a decision about the subject rests on."""
        return {
            "name": self.name,
            "country": self.country,
            "address": self.address,
            "identifiers": sorted([scheme, value] for scheme, value in self.identifiers),
        }


def subject_key(name: str, country: str, reference: str = "") -> str:
    """Name a subject across files: by the customer's own number, else by its name and country."""
    said = ["reference", reference] if reference else ["name", " ".join(name.casefold().split()), country]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def fingerprint(facts: dict[str, object]) -> str:
    """Hash facts, so that any change of them shows."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
