from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db import connection
from django.db.models.signals import post_migrate


class IngestConfig(AppConfig):
    name = "ingest"
    verbose_name = "Ingest"

    def ready(self) -> None:
        # Django tells of a migration only to apps with models.
        post_migrate.connect(name_every_source, sender=apps.get_app_config("entities"))
        post_migrate.connect(schedule_every_source, sender=apps.get_app_config("django_celery_beat"))


def name_every_source(**kwargs: Any) -> None:
    """Write every known dataset to the record, so that a list never loaded is named as not searched."""
    from ingest.loading import register
    from ingest.source import all_sources

    for source in all_sources().values():
        register(source)


def schedule_every_source(**kwargs: Any) -> None:
    """Give every source with a download its row in the schedule."""
    from django_celery_beat.models import PeriodicTask

    from ingest.schedule import schedule_sources

    # A migration back to nothing is told of as well.
    if PeriodicTask._meta.db_table in connection.introspection.table_names():
        schedule_sources()
