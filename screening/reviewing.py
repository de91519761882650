"""Cross-references in the admin: what waits for a person, two parties side by side, a word on one or on many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import RangeNumericFilter
from unfold.decorators import display

from entities.admin import RecordAdmin
from entities.models import Entity
from screening import crossing
from screening.choices import Identity, ScreeningState, Standing
from screening.models import CrossReference, CrossReferenceRun, Ruling
from screening.ruling import MAY_RULE, MOST_NOTED, RulingError, rule

EFFECTS = {
    "read as one party": "success",
    "kept apart": "danger",
    "read as one party until a person says otherwise": "info",
    "waits for a person": "warning",
}
STATES = {
    ScreeningState.DONE.value: "success",
    ScreeningState.RUNNING.value: "info",
    ScreeningState.WAITING.value: "info",
    ScreeningState.CANCELLED.value: "warning",
    ScreeningState.FAILED.value: "danger",
}


class EffectFilter(admin.SimpleListFilter):
    title = "what answers make of it"
    parameter_name = "effect"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("waiting", "waits for a person"),
            ("alike", "read as one party by the matcher"),
            ("confirmed", "confirmed"),
            ("rejected", "rejected"),
            ("changed", "ruled on, and changed since"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CrossReference]) -> QuerySet[CrossReference]:
        rows = CrossReference.objects
        chosen: dict[str, QuerySet[CrossReference]] = {
            "waiting": rows.waiting(),
            "alike": rows.alike().filter(status=Identity.SUGGESTED),
            "confirmed": rows.filter(status=Identity.CONFIRMED),
            "rejected": rows.filter(status=Identity.REJECTED),
            "changed": rows.changed(),
        }
        value = self.value()
        return queryset.filter(pk__in=chosen[value].values("pk")) if value in chosen else queryset


@admin.register(CrossReference)
class CrossReferenceAdmin(RecordAdmin):
    list_display = (
        "company_name",
        "listed_name",
        "score_in_short",
        "company_dataset",
        "listed_dataset",
        "effect_in_words",
        "word",
    )
    list_filter = (
        EffectFilter,
        "status",
        "standing",
        ("company_dataset", admin.AllValuesFieldListFilter),
        ("listed_dataset", admin.AllValuesFieldListFilter),
        ("score", RangeNumericFilter),
    )
    list_filter_submit = True
    ordering = ("-score", "id")
    search_fields = ("company_name", "listed_name", "company_id", "listed_id")
    search_help_text = "A name as it was compared, or an entity's id"
    list_before_template = "screening/_last_run.html"
    fields = ("score",)
    actions = ("confirm_many", "reject_many")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        last = CrossReferenceRun.objects.first()
        return super().changelist_view(request, {"last_run": last, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[CrossReference]:
        last = Ruling.objects.filter(reference=OuterRef("pk")).order_by("-id")
        return (
            super()
            .get_queryset(request)
            .defer("explanation")
            .annotate(
                ruled_by=Subquery(last.values("by__username")[:1]), ruled_at=Subquery(last.values("at")[:1])
            )
        )

    def has_rule_permission(self, request: HttpRequest) -> bool:
        """A ruling changes every answer, so it takes the right to rule."""
        return request.user.has_perm(MAY_RULE)

    def get_urls(self) -> list[URLPattern]:
        def posted(view: Any, place: str, name: str) -> URLPattern:
            return path(place, require_POST(self.admin_site.admin_view(view)), name=name)

        return [
            posted(self.rule_one, "<int:pk>/rule/", "screening_crossreference_rule"),
            posted(self.rule_many, "rule/", "screening_crossreference_rule_many"),
            *super().get_urls(),
        ]

    def page(self, row: CrossReference) -> dict[str, Any]:
        sides = Entity.objects.with_record().in_bulk([row.company_id, row.listed_id])
        return {
            "sides": [sides.get(row.company_id), sides.get(row.listed_id)],
            "explanation": row.explanation,
            "said": [(word, _changed(word, row)) for word in row.said.select_related("by")],
            "following": CrossReference.objects.waiting().exclude(pk=row.pk).first(),
            "kin": _kin(row),
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        more = {
            "may_rule": self.has_rule_permission(request),
            "note": request.session.pop("ruling_note", ""),
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def rule_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a person's word; a note that could not be used is shown again."""
        if not self.has_rule_permission(request):
            raise PermissionDenied
        note = request.POST.get("note", "")
        try:
            said = rule(
                pk, request.POST.get("status", ""), by=request.user, note=note, seen=_number(request, "seen")
            )
            messages.success(request, f"{said.reference}: {said.said}.")
        except RulingError as error:
            messages.error(request, str(error))
            request.session["ruling_note"] = note[:MOST_NOTED]
        return HttpResponseRedirect(reverse("admin:screening_crossreference_change", args=[pk]))

    @admin.action(description="Confirm as one party", permissions=["rule"])
    def confirm_many(self, request: HttpRequest, queryset: QuerySet[CrossReference]) -> HttpResponse:
        return self._ask(request, queryset, Identity.CONFIRMED)

    @admin.action(description="Reject: not the same party", permissions=["rule"])
    def reject_many(self, request: HttpRequest, queryset: QuerySet[CrossReference]) -> HttpResponse:
        return self._ask(request, queryset, Identity.REJECTED)

    def _ask(
        self, request: HttpRequest, queryset: QuerySet[CrossReference], status: str, note: str = ""
    ) -> HttpResponse:
        """Show what was chosen once more, and ask for a note."""
        context = {
            **self.admin_site.each_context(request),
            "title": "Confirm as one party" if status == Identity.CONFIRMED else "Reject: not the same party",
            "opts": self.opts,
            "rows": queryset,
            "status": status,
            "note": note,
            "most": MOST_NOTED,
        }
        return TemplateResponse(request, "screening/rule_many.html", context)

    def rule_many(self, request: HttpRequest) -> HttpResponse:
        """Take a person's word on several, each by itself: what another ruled on meanwhile is told and left."""
        if not self.has_rule_permission(request):
            raise PermissionDenied
        status, note = request.POST.get("status", ""), request.POST.get("note", "")
        chosen = [text.partition(":") for text in request.POST.getlist("row")]
        pairs = [(int(pk), int(seen)) for pk, _, seen in chosen if pk.isdecimal() and seen.isdecimal()]
        if not 0 < len(note.strip()) <= MOST_NOTED:
            messages.error(request, f"Write a note of 1 to {MOST_NOTED:,} characters: how you know.")
            return self._ask(
                request, self.get_queryset(request).filter(pk__in=[pk for pk, _ in pairs]), status, note
            )
        done, left = _ruled(pairs, status, request.user, note)
        if done:
            messages.success(request, f"{done:,} {status}.")
        for sentence, names in left.items():
            messages.error(request, f"{', '.join(names)}: {sentence}")
        return HttpResponseRedirect(reverse("admin:screening_crossreference_changelist") + "?effect=waiting")

    @display(description="score", ordering="score")
    def score_in_short(self, row: CrossReference) -> str:
        return f"{row.score:.2f}"

    @display(description="answers", label=EFFECTS)
    def effect_in_words(self, row: CrossReference) -> str:
        return row.effect

    @display(description="last word")
    def word(self, row: Any) -> str:
        said = f"{row.ruled_by}, {row.ruled_at:%Y-%m-%d}" if row.ruled_by else ""
        lapsed = "" if row.standing == Standing.CURRENT else row.get_standing_display()
        return " · ".join(part for part in (said, lapsed) if part)


@admin.register(CrossReferenceRun)
class CrossReferenceRunAdmin(RecordAdmin):
    list_display = ("created_at", "reason", "dataset", "state_in_words", "progress", "found", "finished_at")
    list_filter = ("state",)
    fields = ("reason",)
    actions = ("cancel",)

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("screening.change_crossreferencerun")

    @admin.action(description="Cancel: what was found stays", permissions=["cancel"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[CrossReferenceRun]) -> None:
        for run in queryset:
            if crossing.cancel(run, request.user.get_username()):
                messages.success(request, f"{run} is cancelled.")
            else:
                messages.error(request, f"{run} is over: {run.state}.")

    @display(description="state", label=STATES, ordering="state")
    def state_in_words(self, row: CrossReferenceRun) -> str:
        return row.state

    @display(description="companies")
    def progress(self, row: CrossReferenceRun) -> str:
        return f"{row.rows_done:,} of {row.rows:,} ({row.percent} %)" if row.rows else f"{row.rows_done:,}"


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _ruled(
    pairs: Sequence[tuple[int, int]], status: str, by: Any, note: str
) -> tuple[int, dict[str, list[str]]]:
    """Rule on each; return how many were, and per reason the names of those that were not."""
    names = {row.pk: str(row) for row in CrossReference.objects.filter(pk__in=[pk for pk, _ in pairs])}
    done, left = 0, defaultdict(list)
    for pk, seen in pairs:
        try:
            rule(pk, status, by=by, note=note, seen=seen)
            done += 1
        except RulingError as error:
            left[str(error)].append(names.get(pk, f"number {pk}"))
    return done, left


def _changed(word: Ruling, row: CrossReference) -> bool:
    """Tell whether the record of one of the two has changed since a person's word."""
    return (word.company_digest, word.listed_digest) != (row.company_digest, row.listed_digest)


def _kin(row: CrossReference) -> QuerySet[CrossReference]:
    """Return what else the two may be one party with: confirmed by halves, a party would be split."""
    ids = (row.company_id, row.listed_id)
    near = CrossReference.objects.filter(company_id__in=ids) | CrossReference.objects.filter(
        listed_id__in=ids
    )
    return near.exclude(pk=row.pk).defer("explanation")[:20]
