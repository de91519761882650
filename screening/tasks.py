"""The desk's work in the background."""

from __future__ import annotations

from celery import shared_task
from django.db.utils import OperationalError

from ingest.tasks import WatchedTask
from screening import crossing


@shared_task(
    base=WatchedTask,
    autoretry_for=(OperationalError,),
    max_retries=3,
    retry_backoff=True,
    retry_jitter=True,
)
def cross_reference() -> None:
    """Do the runs that wait, one after the other; those of a worker that died are gone on with."""
    while run := crossing.next_free():
        crossing.advance(run)
