"""Loading in the background."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db.utils import OperationalError

from ingest.errors import IngestError
from ingest.runs import ingest
from ingest.source import source_named

logger = logging.getLogger(__name__)


@shared_task(autoretry_for=(OperationalError,), max_retries=3, retry_backoff=True, retry_jitter=True)
def ingest_source(name: str) -> None:
    """Load one source from its publisher. A refused copy is not asked for again: it would be refused again."""
    try:
        ingest(source_named(name))
    except IngestError as error:
        logger.warning("%s: refused. %s", name, error)
