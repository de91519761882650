"""The desk's pages: what matters now, and one company's answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from entities.models import DatasetVersion
from screening.answers import AnswerPage
from screening.charts import chart
from screening.figures import figures
from screening.searched import searched_lists
from screening.vetting import Vetting, VettingError, vet

EXAMPLES = ("Aliyun", "海康威视", "Kingsoft Cloud", "EZVIZ")
# Versions shown at home, and for how long a refusal stays there.
LATEST = 10
REFUSALS = timedelta(days=14)


def vet_page(request: HttpRequest) -> HttpResponse:
    """Answer /admin/vet/?name=…&country=…&as_of=…; without a name, ask for one."""
    asked = _asked(request)
    context = {**admin.site.each_context(request), "title": "Ask about a company"}
    context |= {"asked": asked, "examples": EXAMPLES, "searched": searched_lists()}
    if "name" in request.GET:
        try:
            answer = asked_answer(request)
            context |= {"answer": answer, "page": AnswerPage(answer), "searched": answer.searched}
        except VettingError as error:
            context["error"] = str(error)
    context["excerpts"] = context["searched"].excerpts
    return TemplateResponse(request, "screening/vet.html", context)


def asked_answer(request: HttpRequest) -> Vetting:
    """Answer what the page's address asks; raises VettingError for what cannot be asked."""
    asked = _asked(request)
    return vet(asked["name"], country=asked["country"] or None, on=_day(asked["as_of"]))


def _asked(request: HttpRequest) -> dict[str, str]:
    return {key: request.GET.get(key, "").strip() for key in ("name", "country", "as_of")}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise VettingError(f"The day must be a date such as 2020-12-17, not {text!r}.") from error


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Fill the admin's first page: how fresh the lists are, what changed, what was held or refused."""
    searched = searched_lists()
    versions = DatasetVersion.objects.select_related("dataset").order_by("-fetched_at", "-id")
    moved = versions.accepted().filter(is_history=False).exclude(added=0, changed=0, removed=0)
    refused = versions.filter(status="refused", fetched_at__gte=timezone.now() - REFUSALS)
    context |= {
        "title": "What matters now",
        "asked": {},
        "examples": EXAMPLES,
        "searched": searched,
        "datasets": sorted(
            (*searched.lists, *searched.tables, *searched.missing, *searched.unloaded), key=_most_pressing
        ),
        "excerpts": searched.excerpts,
        "latest": moved[:LATEST],
        "held": _one_per_copy(versions.awaiting())[:LATEST],
        "refused": refused[:LATEST],
    }
    if request.user.has_perm("screening.view_hit"):
        context |= _desk(request)
    return context


def _desk(request: HttpRequest) -> dict[str, Any]:
    """Count the desk's work for a person, and draw the weeks."""
    found = figures(request.user)
    weeks = found.weeks
    drawn = (
        ("Hits per 100 names screened", [_per_100(row.hit_share) for row in weeks]),
        ("False positives per 100 decided", [_per_100(row.false_share) for row in weeks]),
        ("Hours to the first word, median", [(row.hours, _hours(row.hours)) for row in weeks]),
    )
    # Every third week is named: twelve dates would not be readable side by side.
    labels = [f"{row.monday:%m-%d}" if at % 3 == 2 else "" for at, row in enumerate(weeks)]
    charts = [
        chart(title, [(label, *told) for label, told in zip(labels, rows, strict=True)])
        for title, rows in drawn
    ]
    table = [
        (row, _per_100(row.hit_share)[1], _per_100(row.false_share)[1], _hours(row.hours)) for row in weeks
    ]
    return {"figures": found, "charts": charts, "weeks": table}


def _per_100(share: float | None) -> tuple[float | None, str]:
    return (None, "–") if share is None else (100 * share, f"{100 * share:.3g}")


def _hours(hours: float | None) -> str:
    return "–" if hours is None else f"{hours:.1f}"


def _one_per_copy(versions: Iterable[DatasetVersion]) -> list[DatasetVersion]:
    """Pick the newest row of each copy: one that is fetched again, or fills several lists, is decided once."""
    newest: dict[tuple[str, str], DatasetVersion] = {}
    for version in versions:
        newest.setdefault((version.source, version.sha256), version)
    return list(newest.values())


def _most_pressing(dataset: Any) -> tuple[bool, bool, str]:
    """Put stale lists first and those never loaded last."""
    return (dataset.current_version is None, not dataset.is_stale, dataset.name)
