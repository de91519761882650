"""What a person may do to the record: load a list now, decide on a held copy, say when to load."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    PeriodicTasks,
    SolarSchedule,
)
from kombu.exceptions import OperationalError
from unfold.admin import ModelAdmin

from entities.admin import DatasetAdmin, DatasetVersionAdmin
from entities.models import Dataset, DatasetVersion
from ingest import reviewing
from ingest.errors import IngestError
from ingest.source import all_sources
from ingest.tasks import ingest_source

# The longest note that is kept with a verdict.
MOST_NOTED = 2000

for _model in (Dataset, DatasetVersion, PeriodicTask, IntervalSchedule, CrontabSchedule):
    admin.site.unregister(_model)
# Lists know neither sunrise nor a single run.
admin.site.unregister((ClockedSchedule, SolarSchedule))


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


@admin.register(DatasetVersion)
class ReviewingVersionAdmin(DatasetVersionAdmin):
    def has_review_permission(self, request: HttpRequest) -> bool:
        """A verdict changes what is searched, so it takes the right to change datasets."""
        return request.user.has_perm("entities.change_dataset")

    def get_urls(self) -> list[URLPattern]:
        view = require_POST(self.admin_site.admin_view(self.review))
        return [path("<int:pk>/review/", view, name="entities_datasetversion_review"), *super().get_urls()]

    def review(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a verdict on a held copy; a note that could not be used is shown again."""
        if not self.has_review_permission(request):
            raise PermissionDenied
        version = get_object_or_404(DatasetVersion, pk=pk)
        note = request.POST.get("note", "").strip()
        try:
            said = self._decide(version, request.POST.get("verdict"), request.user.get_username(), note)
            messages.success(request, said)
        except IngestError as error:
            messages.error(request, str(error))
            request.session["review_note"] = note[:MOST_NOTED]
        return HttpResponseRedirect(reverse("admin:entities_datasetversion_change", args=[pk]))

    def _decide(self, version: DatasetVersion, verdict: str | None, by: str, note: str) -> str:
        if not 0 < len(note) <= MOST_NOTED:
            raise IngestError(f"Write a note of 1 to {MOST_NOTED:,} characters: how you know.")
        if verdict == "accept":
            outcomes = reviewing.accept(version, by=by, note=note)
            loaded = ", ".join(str(outcome.version) for outcome in outcomes if outcome.version)
            return f"Accepted and loaded: {loaded}."
        if verdict == "refuse":
            reviewing.refuse(version, by=by, note=note)
            return "Refused. What was held before still serves."
        raise IngestError("Say whether the copy is accepted or refused.")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        more = {
            "may_review": self.has_review_permission(request),
            "note": request.session.pop("review_note", ""),
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})


class ScheduleForm(forms.ModelForm):
    def clean(self) -> None:
        # Without the model's own check, which speaks of kinds of schedule that are not offered here.
        if bool(self.cleaned_data.get("interval")) == bool(self.cleaned_data.get("crontab")):
            raise forms.ValidationError("Choose either an interval or a crontab line.")


@admin.register(PeriodicTask)
class ScheduleAdmin(ModelAdmin):
    """The rows come from the sources; an operator says when and whether."""

    form = ScheduleForm
    change_list_template = "screening/change_list.html"
    list_display = ("name", "enabled", "when", "last_run_at", "total_run_count")
    list_filter = ("enabled",)
    list_select_related = ("interval", "crontab")
    ordering = ("name",)
    search_fields = ("name", "description")
    fields = ("name", "description", "enabled", "interval", "crontab", "last_run_at", "total_run_count")
    readonly_fields = ("name", "description", "last_run_at", "total_run_count")
    actions = ("switch_on", "switch_off")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The next migration would bring the row back; it is switched off instead."""
        return False

    @admin.display(description="when")
    def when(self, row: PeriodicTask) -> str:
        return str(row.scheduler)

    @admin.action(description="Switch on", permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        self._switch(request, queryset, "on", enabled=True)

    @admin.action(description="Switch off", permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        self._switch(request, queryset, "off", enabled=False, last_run_at=None)

    def _switch(
        self, request: HttpRequest, queryset: QuerySet[PeriodicTask], word: str, **values: Any
    ) -> None:
        names = ", ".join(queryset.values_list("name", flat=True))
        queryset.update(**values)
        PeriodicTasks.update_changed()
        messages.success(request, f"Switched {word}: {names}.")


@admin.register(IntervalSchedule)
class IntervalAdmin(ModelAdmin):
    list_display = ("__str__", "every", "period")


@admin.register(CrontabSchedule)
class CrontabAdmin(ModelAdmin):
    list_display = ("__str__", "human_readable")
    fields = ("minute", "hour", "day_of_week", "day_of_month", "month_of_year", "timezone")
