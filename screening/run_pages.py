"""The pages of runs: all of them, one with its progress, and what a person may do to it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from screening.choices import ScreeningState
from screening.models import AuditEvent, Screening
from screening.numbers import numbered
from screening.reports.runs import run_facts
from screening.runs import cancel, resume
from screening.tasks import run_screening
from screening.upload_pages import preview_page, upload_page
from screening.verifying import SAME, verify

PAGE = 50
# Hits shown on a run's page, the strongest; the report holds all.
STRONGEST = 50
# After this many seconds without a worker the page says so.
PATIENCE = 15
COLOURS = {"done": "good", "running": "info", "waiting": "info", "cancelled": "warn", "failed": "bad"}


def runs_page(request: HttpRequest) -> HttpResponse:
    """List the runs that a person's teams see, the newest first."""
    user = _may(request, "view_screening")
    rows = Screening.objects.visible_to(user).select_related("portfolio", "by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"title": "Screenings", "page": page}
    context["may_screen"] = user.has_perm("screening.add_screening")
    return TemplateResponse(request, "screening/runs.html", {**admin.site.each_context(request), **context})


def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a run is, what it found and what it rests on."""
    user = _may(request, "view_screening")
    screening = _run(user, pk)
    hits = screening.hits.select_related("subject")
    counted = Count("id", filter=Q(suppressed_by=None))
    AuditEvent.objects.record("viewed", screening, by=user, portfolio=screening.portfolio)
    context = {
        "title": screening.input_name,
        "screening": screening,
        "progress": progress_of(screening),
        "colour": COLOURS[screening.state],
        "facts": run_facts(screening),
        "hits": hits.filter(suppressed_by=None).order_by("-score", "row", "id")[:STRONGEST],
        "answered": hits.exclude(suppressed_by=None)
        .select_related("suppressed_by__by")
        .order_by("-score", "row", "id")[:STRONGEST],
        "lists": screening.hits.order_by()
        .values("dataset")
        .annotate(open=counted, all=Count("id"))
        .order_by("-all"),
        "may_change": user.has_perm("screening.change_screening"),
    }
    return TemplateResponse(request, "screening/run.html", {**admin.site.each_context(request), **context})


def progress_json(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the page that asks how far a run is. Two or three queries."""
    return JsonResponse(progress_of(_run(_may(request, "view_screening"), pk)))


def progress_of(screening: Screening) -> dict[str, Any]:
    """Say how far a run is, for its page and the script that follows it."""
    asked = screening.started_at or screening.created_at
    still = screening.state == ScreeningState.WAITING and (timezone.now() - asked).total_seconds() > PATIENCE
    said = (
        f"{screening.rows_done:,} of {numbered(screening.rows, 'row')}, {numbered(screening.hits_found, 'hit')}, "
        f"{screening.suppressed:,} of them answered by earlier decisions"
    )
    if still:
        said = "No worker has taken it up yet; `manage.py serve` runs one."
    return {
        "state": screening.state,
        "over": screening.is_over,
        "percent": screening.percent,
        "rows_done": screening.rows_done,
        "hits": screening.hits_found,
        "suppressed": screening.suppressed,
        "said": said,
    }


@require_POST
def cancel_run(request: HttpRequest, pk: int) -> HttpResponse:
    user = _may(request, "change_screening")
    screening = _run(user, pk)
    if cancel(screening, user):
        messages.success(request, "Cancelled: what is done stays, nothing more is begun.")
    else:
        messages.error(request, f"It is {screening.get_state_display()} already.")
    return _back(pk)


@require_POST
def resume_run(request: HttpRequest, pk: int) -> HttpResponse:
    user = _may(request, "change_screening")
    screening = _run(user, pk)
    if resume(screening, user):
        run_screening.delay(pk)
        messages.success(request, "It goes on where it stopped, on the versions that it began with.")
    else:
        messages.error(
            request, f"It is {screening.get_state_display()}; only what was cancelled or failed is resumed."
        )
    return _back(pk)


@require_POST
def verify_run(request: HttpRequest, pk: int) -> HttpResponse:
    user = _may(request, "view_screening")
    told = verify(_run(user, pk), user)
    tell = messages.success if told.outcome == SAME else messages.error
    tell(request, " ".join((told.sentence, *(f"{line}." for line in told.differences))))
    return _back(pk)


def urls() -> list[URLPattern]:
    """Return the addresses of these pages; the caller wraps each view in the admin's login."""
    return [
        path("screening/upload/", upload_page, name="screening_upload"),
        path("screening/upload/<slug:token>/", preview_page, name="screening_preview"),
        path("screening/runs/", runs_page, name="screening_runs"),
        path("screening/run/<int:pk>/", run_page, name="screening_run"),
        path("screening/run/<int:pk>/progress.json", progress_json, name="screening_progress"),
        path("screening/run/<int:pk>/cancel/", cancel_run, name="screening_cancel"),
        path("screening/run/<int:pk>/resume/", resume_run, name="screening_resume"),
        path("screening/run/<int:pk>/verify/", verify_run, name="screening_verify"),
    ]


def _may(request: HttpRequest, permission: str) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(f"screening.{permission}"):
        raise PermissionDenied
    return request.user


def _run(user: User, pk: int) -> Screening:
    rows = Screening.objects.visible_to(user).select_related("portfolio__team", "by")
    found: Screening = get_object_or_404(rows, pk=pk)
    return found


def _back(pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:screening_run", args=[pk]))
