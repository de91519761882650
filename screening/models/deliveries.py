"""Where alerts are sent, and what became of each letter and call."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone

from screening.choices import Channel, DeliveryState
from screening.models.alerts import Alert
from screening.models.portfolios import Portfolio
from screening.querysets import TeamQuerySet


def drawn_secret() -> str:
    return secrets.token_urlsafe(32)


class Webhook(models.Model):
    """An address of the customer that is told of alerts, each call signed with the secret."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=64, default=drawn_secret)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["portfolio", "id"]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One letter or call with the alerts it tells of; sent again until it is taken or given up."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    webhook = models.ForeignKey(
        Webhook, null=True, blank=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    address = models.CharField(max_length=500, help_text="The URL or the e-mail address.")
    alerts = models.ManyToManyField(Alert, related_name="deliveries")
    payload = models.JSONField(help_text="What is sent, the same at every attempt.")
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)
    attempts = models.JSONField(
        default=list, help_text="Per attempt: when, what came back, how long it took."
    )
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    replays = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replayed"
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "deliveries"
        indexes = [models.Index(fields=["state", "next_attempt_at"])]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} to {self.address}"
