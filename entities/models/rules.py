"""The legal rules on ownership, each for its span of days, and who switched one that nobody could verify."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from entities.choices import RuleBasis, RuleStatus, UnknownShare


class OwnershipRule(models.Model):
    """One regime's rule from one day to another, both within it. Only its status is ever switched by a person."""

    code = models.SlugField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Where it stands in an answer.")
    regime = models.CharField(max_length=200)
    scopes = models.JSONField(help_text="The measures it follows, each with the programmes it is limited to.")
    basis = models.CharField(max_length=10, choices=RuleBasis.choices)
    threshold = models.FloatField(default=50.0, help_text="In percent.")
    inclusive = models.BooleanField(default=True, help_text="Whether exactly the threshold is enough.")
    aggregated = models.BooleanField(default=True, help_text="Whether all listed owners count together.")
    cascade = models.BooleanField(default=True, help_text="Whether a captured company passes it on.")
    unknown_share = models.CharField(
        max_length=10, choices=UnknownShare.choices, default=UnknownShare.POSSIBLE
    )
    flag_share = models.FloatField(
        default=0.0, help_text="Holdings below this many percent raise no red flag."
    )
    most_restrictive = models.BooleanField(
        default=False, help_text="Whether the most restrictive owner's requirement governs."
    )
    measure = models.TextField(help_text="What it forbids, in plain words.")
    does_not = models.TextField("does not", blank=True)
    red_flag = models.TextField(blank=True, help_text="What is said of a holding below the threshold.")
    citation = models.TextField()
    url = models.URLField(max_length=500)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    stated_status = models.CharField(
        "status by its sources", max_length=10, choices=RuleStatus.choices, default=RuleStatus.IN_FORCE
    )
    alternative = models.SlugField(
        max_length=60, blank=True, help_text="The rule that holds where this one is not in force."
    )

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class RuleSwitch(models.Model):
    """A person's word on a rule whose status no source confirms. Written once, never changed."""

    rule = models.ForeignKey(OwnershipRule, on_delete=models.PROTECT, related_name="switches")
    status = models.CharField(max_length=10, choices=RuleStatus.choices)
    note = models.TextField(help_text="How the person knows.")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        verbose_name_plural = "rule switches"

    def __str__(self) -> str:
        return f"{self.rule.code} {self.status} by {self.by}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A switch of a rule is never changed; write another.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A switch of a rule is never deleted; write another.")
