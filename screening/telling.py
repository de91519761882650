"""Alerts on their way: letters and calls that are kept, sent, sent again, and given up at last."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from screening.calling import Answer, CallRefused, call
from screening.choices import AlertKind, Channel, DeliveryState
from screening.models import Alert, AuditEvent, Delivery, Portfolio, Webhook

# Alerts in one call or letter.
MOST = 100
# Attempts before a delivery is given up, about two days after the first, and the longest pause between two.
ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=12)
# How long an attempt keeps other workers away.
LEASE = timedelta(minutes=5)
# Older alerts are in no digest: who is added today is not sent last year's.
DIGEST = timedelta(days=7)


def calls_owed(alerts: Sequence[Alert]) -> list[Delivery]:
    """Write the calls that tell of alerts, one for each webhook of their portfolios; none twice."""
    hooks = Webhook.objects.filter(active=True, portfolio__in={row.portfolio_id for row in alerts})
    made = []
    for hook in hooks.select_related("portfolio"):
        known = set(Delivery.objects.filter(webhook=hook).values_list("alerts", flat=True))
        mine = [row for row in alerts if row.portfolio_id == hook.portfolio_id and row.pk not in known]
        made += [
            _delivery(hook.portfolio, Channel.WEBHOOK, hook.url, rows, _payload(hook.portfolio, rows), hook)
            for rows in _cut(mine)
        ]
    return made


def digests_owed() -> list[Delivery]:
    """Write a letter for each portfolio and address with alerts that it was not told of."""
    made = []
    for portfolio in Portfolio.objects.exclude(digest_to=[]):
        recent = portfolio.alerts.filter(at__gte=timezone.now() - DIGEST).select_related("subject", "hit")
        for address in portfolio.digest_to:
            told = Delivery.objects.filter(portfolio=portfolio, channel=Channel.EMAIL, address=address)
            known = set(told.values_list("alerts", flat=True))
            mine = [row for row in recent.order_by("pk") if row.pk not in known]
            made += [
                _delivery(portfolio, Channel.EMAIL, address, rows, _letter(portfolio, rows))
                for rows in _cut(mine)
            ]
    return made


def _cut(alerts: Sequence[Alert]) -> list[list[Alert]]:
    return [list(alerts[at : at + MOST]) for at in range(0, len(alerts), MOST)]


def _delivery(
    portfolio: Portfolio,
    channel: Channel,
    address: str,
    alerts: Sequence[Alert],
    payload: dict[str, Any],
    hook: Webhook | None = None,
) -> Delivery:
    with transaction.atomic():
        row = Delivery.objects.create(
            portfolio=portfolio,
            channel=channel,
            address=address,
            webhook=hook,
            payload=payload,
            next_attempt_at=timezone.now(),
        )
        row.alerts.set(alerts)
    return row


def _payload(portfolio: Portfolio, alerts: Sequence[Alert]) -> dict[str, Any]:
    return {
        "event": "alerts",
        "portfolio": {"id": portfolio.pk, "name": portfolio.name},
        "alerts": [
            {
                "id": row.pk,
                "kind": row.kind,
                "subject": {
                    "id": row.subject_id,
                    "name": row.subject.name,
                    "reference": row.subject.reference,
                },
                "entity_id": row.entity_id,
                "company_id": row.company_id,
                "party": row.hit.caption if row.hit else "",
                "cause": row.cause,
                "hit": row.hit_id,
                "at": row.at.isoformat(),
            }
            for row in alerts
        ],
    }


def _letter(portfolio: Portfolio, alerts: Sequence[Alert]) -> dict[str, Any]:
    lines = [f"{len(alerts)} changes for the portfolio {portfolio}.", ""]
    for row in alerts:
        party = row.hit.caption if row.hit else row.entity_id
        lines.append(f"{AlertKind(row.kind).label}: {row.subject.name} – {party}. Because of {row.cause}.")
    lines += ["", "A hit is a question, not a finding. Read and decide at the desk, under Alerts."]
    # A name may hold a line break; a subject line may not.
    subject = " ".join(f"{settings.EMAIL_SUBJECT_PREFIX}{portfolio}: {len(alerts)} changes".split())
    return {"subject": subject, "text": "\n".join(lines)}


def due() -> list[int]:
    """Return the ids of the deliveries whose next attempt has come."""
    rows = Delivery.objects.filter(state=DeliveryState.WAITING, next_attempt_at__lte=timezone.now())
    return list(rows.order_by("next_attempt_at").values_list("pk", flat=True))


def deliver(pk: int, **network: Any) -> Delivery:
    """Try to send a delivery once, and keep what came of it; another worker's attempt is left alone."""
    row = Delivery.objects.select_related("webhook", "portfolio").get(pk=pk)
    now = timezone.now()
    free = Delivery.objects.filter(pk=pk, state=DeliveryState.WAITING, next_attempt_at=row.next_attempt_at)
    if row.state != DeliveryState.WAITING or not free.update(next_attempt_at=now + LEASE):
        return row
    refused = False
    try:
        answer = _sent(row, network)
    except CallRefused as error:
        answer, refused = Answer(None, str(error), 0.0), True
    row.attempts.append(
        {
            "at": now.isoformat(timespec="seconds"),
            "status": answer.status,
            "answer": answer.text,
            "seconds": round(answer.seconds, 3),
        }
    )
    if answer.is_taken:
        row.state, row.delivered_at, row.next_attempt_at = DeliveryState.DELIVERED, timezone.now(), None
    elif refused or len(row.attempts) >= ATTEMPTS:
        row.state, row.next_attempt_at = DeliveryState.FAILED, None
    else:
        row.next_attempt_at = now + pause(len(row.attempts))
    row.save(update_fields=["attempts", "state", "delivered_at", "next_attempt_at"])
    return row


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: twice as long each time, and up to a fifth more by chance."""
    return min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE) * random.uniform(1.0, 1.2)


def _sent(row: Delivery, network: dict[str, Any]) -> Answer:
    if row.channel == Channel.WEBHOOK:
        if row.webhook is None or not row.webhook.active:
            raise CallRefused("The webhook was removed or switched off.")
        return call(row.webhook.url, row.payload, row.webhook.secret, row.pk, **network)
    try:
        send_mail(row.payload["subject"], row.payload["text"], settings.SERVER_EMAIL, [row.address])
    except OSError as error:
        return Answer(None, str(error), 0.0)
    return Answer(200, "taken by the mail server", 0.0)


def replay(row: Delivery, by: User) -> Delivery:
    """Send a delivery again as it was, as a delivery of its own."""
    with transaction.atomic():
        again = _delivery(
            row.portfolio, Channel(row.channel), row.address, list(row.alerts.all()), row.payload, row.webhook
        )
        again.replays = row
        again.save(update_fields=["replays"])
        AuditEvent.objects.record("replayed", row, by=by, portfolio=row.portfolio, again=again.pk)
    return again
