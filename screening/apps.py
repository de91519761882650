from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.apps import AppConfig, apps
from django.db import connection, transaction
from django.db.models.signals import post_migrate, post_save


class ScreeningConfig(AppConfig):
    name = "screening"
    verbose_name = "Screening"

    def ready(self) -> None:
        post_migrate.connect(write_rules, sender=apps.get_app_config("entities"))
        post_migrate.connect(write_roles)
        post_save.connect(compare_anew, sender="entities.Dataset")


def write_rules(**kwargs: Any) -> None:
    """Write the engine's rules to the record, so that the rows and the engine never differ."""
    from entities.models import OwnershipRule
    from screening.rules import synchronised

    # A migration back to nothing is told of as well.
    if OwnershipRule._meta.db_table in connection.introspection.table_names():
        synchronised()


def write_roles(app_config: AppConfig, **kwargs: Any) -> None:
    """Write the roles once the last app has its permissions; Django makes them app by app."""
    from django.contrib.auth.models import Permission

    from screening.roles import synchronised

    last = [config.label for config in apps.get_app_configs() if config.models_module][-1]
    if app_config.label == last and Permission._meta.db_table in connection.introspection.table_names():
        synchronised()


def compare_anew(instance: Any, update_fields: Collection[str] | None, **kwargs: Any) -> None:
    """Ask for new cross-references once a load has written another current version and is safe on disk."""
    from screening.crossing import after_load

    if update_fields and "current_version" in update_fields:
        transaction.on_commit(lambda: after_load(instance.name))
