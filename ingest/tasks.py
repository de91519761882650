"""Loading in the background."""

from __future__ import annotations

import logging
from typing import Any

from celery import Task, shared_task
from django.db.utils import OperationalError

from ingest.alerts import alert
from ingest.errors import IngestError
from ingest.runs import ingest
from ingest.source import source_named

logger = logging.getLogger(__name__)


class WatchedTask(Task):
    def on_failure(self, exc: BaseException, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        """Tell the operators of what nobody foresaw, after the last attempt."""
        alert(" ".join(map(str, args)), exc)


@shared_task(
    base=WatchedTask,
    autoretry_for=(OperationalError,),
    max_retries=3,
    retry_backoff=True,
    retry_jitter=True,
)
def ingest_source(name: str) -> None:
    """Load one source from its publisher. A refused copy is not asked for again: it would be refused again."""
    try:
        ingest(source_named(name))
    except IngestError as error:
        logger.warning("%s: not loaded. %s", name, error)
        alert(name, error)
