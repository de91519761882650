"""The desk's work in the background."""

from __future__ import annotations

from celery import shared_task
from django.db.utils import OperationalError

from ingest.tasks import WatchedTask
from screening import crossing
from screening.clusters import current_clusters
from screening.index import current_index, record_state
from screening.runs import abandoned, run
from screening.telling import deliver, digests_owed, due
from screening.watching import look


@shared_task(
    base=WatchedTask,
    autoretry_for=(OperationalError,),
    max_retries=3,
    retry_backoff=True,
    retry_jitter=True,
)
def cross_reference() -> None:
    """Do the runs that wait, then leave index and clusters ready for whoever asks.

    Also asked for every five minutes: the message of a run may have died with its worker.
    """
    while crossed := crossing.next_free():
        crossing.advance(crossed)
    current_index()
    current_clusters(record_state())


@shared_task(autoretry_for=(OperationalError,), max_retries=5, retry_backoff=True, retry_jitter=True)
def run_screening(pk: int) -> None:
    """Do what is left of a run."""
    run(pk)


@shared_task
def resume_screenings() -> None:
    """Take up again what a worker left when it died: its message died with it."""
    for pk in abandoned():
        run_screening.delay(pk)


@shared_task(autoretry_for=(OperationalError,), max_retries=5, retry_backoff=True, retry_jitter=True)
def watch_portfolios() -> None:
    """Look at what changed, screen again whom it may touch, and tell of it."""
    look()


@shared_task
def send_due() -> None:
    """Send each letter and call whose time has come; one that fails waits for its next turn."""
    for pk in due():
        send.delay(pk)


@shared_task
def send(pk: int) -> None:
    """Try to send one letter or call."""
    deliver(pk)


@shared_task
def write_digests() -> None:
    """Write a day's letters; they are sent when they are due, which is now."""
    digests_owed()
