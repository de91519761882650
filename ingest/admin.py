"""The datasets' page with a button: load this list now."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from kombu.exceptions import OperationalError

from entities.admin import DatasetAdmin
from entities.models import Dataset
from ingest.source import all_sources
from ingest.tasks import ingest_source

admin.site.unregister(Dataset)


@admin.register(Dataset)
class LoadingDatasetAdmin(DatasetAdmin):
    actions = ("load_now",)

    def has_load_permission(self, request: HttpRequest) -> bool:
        """Loading changes the record, so it takes the right to change datasets."""
        return request.user.has_perm("entities.change_dataset")

    @admin.action(description="Load now from the publisher", permissions=["load"])
    def load_now(self, request: HttpRequest, queryset: QuerySet[Dataset]) -> None:
        rows = list(queryset)
        downloaded = [row for row in rows if row.url and row.source in all_sources()]
        if others := [row.name for row in rows if row not in downloaded]:
            messages.error(request, f"Not downloaded from a publisher: {', '.join(others)}.")
        known = sorted({row.source for row in downloaded})
        try:
            for name in known:
                ingest_source.delay(name)
        except OperationalError as error:
            messages.error(request, f"The queue could not be reached, so nothing more was queued: {error}.")
            return
        if known:
            said = (
                f"Queued: {', '.join(known)}. It loads as soon as a worker is free. A copy that is refused shows "
                "under Versions; a publisher that cannot be reached, in the worker's log."
            )
            messages.success(request, said)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        may = {"may_load": self.has_load_permission(request)}
        return super().change_view(request, object_id, form_url, {**may, **(extra_context or {})})
