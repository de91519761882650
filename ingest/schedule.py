"""When each source is downloaded: rows that an operator may edit, one per source with a download."""

from __future__ import annotations

import json

from django.conf import settings
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from ingest.source import Source, all_sources, is_register
from ingest.tasks import ingest_source


def schedule_sources() -> None:
    """Add a row for each source that has none; what an operator edited or switched off stays so."""
    for name, source in all_sources().items():
        hours = every_hours(source)
        title = f"ingest {name}"
        if not hours or PeriodicTask.objects.filter(name=title).exists():
            continue
        PeriodicTask.objects.create(
            name=title,
            task=ingest_source.name,
            args=json.dumps([name]),
            interval=_every(hours),
            # A register is of use only to whom it covers: an operator switches it on.
            enabled=settings.INGEST_SCHEDULE and not is_register(source),
            # What no worker took up in time is due anew: a queue must not fill while none runs.
            expire_seconds=hours * 3600,
            description=", ".join(info.title for info in source.DATASETS),
        )


def every_hours(source: Source) -> int:
    """Return how often a source is asked for, 0 for one that has no download."""
    return min((info.every_hours for info in source.DATASETS if info.url and info.every_hours), default=0)


def _every(hours: int) -> IntervalSchedule:
    held = IntervalSchedule.objects.filter(every=hours, period=IntervalSchedule.HOURS).first()
    return held or IntervalSchedule.objects.create(every=hours, period=IntervalSchedule.HOURS)
