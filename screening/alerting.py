"""What a run under watch found that was not so before: new, changed, reopened, ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from screening.choices import AlertKind, ScreeningState, Trigger
from screening.models import Alert, AuditEvent, Hit, Screening
from screening.starting import suppliers_of
from screening.suppression import Pair, differing

# Subjects per statement: below SQLite's least limit of variables.
IDS = 900


def alerts_of(screening: Screening, because: Mapping[str, str]) -> list[Alert]:
    """Write the alerts of a run that is done, and return those that are new. Done again, it writes nothing twice.

    What stands is compared with the last hit of each pair before the run. A hit that an earlier decision answers is
    no news. `because` names the change that touched each party.
    """
    screening.refresh_from_db()
    if screening.state != ScreeningState.DONE:
        return []
    now = {_pair(hit): hit for hit in screening.hits.select_related("subject")}
    before = _before(screening, asked(screening))
    rows = [
        _alert(
            screening, AlertKind.REOPENED if hit.reopens_id else AlertKind.NEW, hit, because, hit.difference
        )
        for pair, hit in now.items()
        if not hit.suppressed_by_id and (pair not in before or hit.reopens_id)
    ]
    for pair, hit in now.items():
        old = before.get(pair)
        if old and not hit.reopens_id and not hit.suppressed_by_id and _facts(old) != _facts(hit):
            rows.append(
                _alert(screening, AlertKind.CHANGED, hit, because, differing(_facts(old), _facts(hit)))
            )
    rows += [
        _alert(screening, AlertKind.ENDED, old, because, {})
        for pair, old in before.items()
        if pair not in now
    ]
    known = set(
        Alert.objects.filter(screening=screening).values_list("subject", "entity_id", "company_id", "kind")
    )
    fresh = [row for row in rows if (row.subject_id, row.entity_id, row.company_id, row.kind) not in known]
    return Alert.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=200)


def _pair(hit: Hit) -> Pair:
    return Pair(hit.subject_id, hit.entity_id, hit.company_id)


def _facts(hit: Hit) -> dict[str, Any]:
    """Return what a change of a hit is measured by; a score that moved by itself is none."""
    return hit.entity_facts


def asked(screening: Screening) -> list[int]:
    """Return the ids of the subjects that a run asked about, with or without hits."""
    keys = [row.key for chunk in screening.chunks.order_by("number") for row in suppliers_of(chunk)]
    found: list[int] = []
    for start in range(0, len(keys), IDS):
        rows = screening.portfolio.subjects.filter(key__in=keys[start : start + IDS])
        found += rows.values_list("pk", flat=True)
    return found


def _before(screening: Screening, subjects: list[int]) -> dict[Pair, Hit]:
    """Return the last hit of each pair before a run, but for those that had ended."""
    found: dict[Pair, Hit] = {}
    for start in range(0, len(subjects), IDS):
        ids = subjects[start : start + IDS]
        hits = Hit.objects.filter(subject__in=ids, screening__lt=screening.pk)
        hits = hits.exclude(screening__trigger=Trigger.LOOKBACK)
        for hit in hits.defer("explanation").order_by("pk"):
            found[_pair(hit)] = hit
        ended = Alert.objects.filter(subject__in=ids, kind=AlertKind.ENDED, screening__lt=screening.pk)
        for alert in ended.values_list("subject", "entity_id", "company_id", "screening"):
            pair = Pair(*alert[:3])
            if pair in found and found[pair].screening_id < alert[3]:
                del found[pair]
    return found


def _alert(
    screening: Screening, kind: AlertKind, hit: Hit, because: Mapping[str, str], difference: dict[str, Any]
) -> Alert:
    cause = because.get(hit.entity_id) or because.get(hit.company_id) or "the subject itself"
    return Alert(
        portfolio=screening.portfolio,
        subject_id=hit.subject_id,
        entity_id=hit.entity_id,
        company_id=hit.company_id,
        kind=kind,
        screening=screening,
        hit=hit,
        cause=cause[:200],
        difference=difference,
    )


def seen(alerts: QuerySet[Alert], by: User) -> int:
    """Note that a person saw alerts nobody had seen, each in the trail; return how many."""
    with transaction.atomic():
        rows = list(alerts.filter(seen_at=None).select_related("portfolio"))
        Alert.objects.filter(pk__in=[row.pk for row in rows]).update(seen_by=by, seen_at=timezone.now())
        told = [(row, row.portfolio, {"subject": row.subject_id, "kind": row.kind}) for row in rows]
        AuditEvent.objects.record_all("seen", told, by=by)
    return len(rows)
