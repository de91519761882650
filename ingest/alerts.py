"""Letters to the operators about loading that nobody watched."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import mail_admins

from ingest.errors import Held

logger = logging.getLogger(__name__)


def alert(name: str, error: BaseException) -> None:
    """Write to ALERT_EMAILS why a background run loaded nothing; a mail server that fails stops no run."""
    if not settings.ADMINS:
        return
    waits = isinstance(error, Held)
    subject = f"{name} {'is held for a person' if waits else 'could not be loaded'}"
    todo = "Accept or refuse it on its page under Versions." if waits else "Its log stands under Versions."
    reason = str(error) or type(error).__name__
    try:
        mail_admins(subject, f"{reason}\n\nWhat was held before still serves. {todo}")
    except OSError:
        logger.exception("The letter about %s could not be sent", name)
