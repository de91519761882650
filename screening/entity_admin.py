"""An entity in the admin, with the desk's view of it: ownership, conclusions, a timeline."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from entities.admin import EntityAdmin
from entities.models import Entity
from entities.querysets import Moment
from screening.companies import (
    DEEPEST,
    MOST,
    Asked,
    CompanyError,
    around,
    company,
    legend,
    read_asked,
    today,
)
from screening.supposing import SuppositionError
from screening.walks import DIRECTIONS
from screening.what_if import MOST as MOST_HIT
from screening.what_if import SupposingForm, portfolios, supposed, would_be_hit


class DeskEntityAdmin(EntityAdmin):
    def get_urls(self) -> list[URLPattern]:
        views = {"around": self.around_view, "what-if": self.what_if_view, "reach": self.reach_view}
        return [
            *(
                path(
                    f"<path:object_id>/{name}/",
                    self.admin_site.admin_view(view),
                    name=f"entities_entity_{name.replace('-', '_')}",
                )
                for name, view in views.items()
            ),
            *super().get_urls(),
        ]

    def around_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Answer with the part of the page that changes with the day: the tables and the conclusions."""
        entity = self._viewed(request, object_id)
        try:
            shown = around(entity, read_asked(request.GET))
        except CompanyError as error:
            return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
        return render(request, "screening/_around.html", {"around": shown})

    def what_if_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what would change in a supposed world; asked with GET, for nothing is saved."""
        entity = self._viewed(request, object_id)
        moment, error = _moment(request)
        given = request.GET if "suppose" in request.GET else None
        form = SupposingForm(given, entity=entity, reader=request.user, moment=moment)
        context: dict[str, Any] = {"form": form, "error": error}
        if given and not error and form.is_valid():
            try:
                context["supposed"] = supposed(form, moment)
            except SuppositionError as problem:
                context["error"] = str(problem)
        return self._page(request, "screening/what_if.html", "What if", entity, moment, context)

    def reach_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say whom a listing of the company would hit, in the whole record or in a portfolio."""
        entity = self._viewed(request, object_id)
        moment, error = _moment(request)
        mine = portfolios(request.user)
        portfolio = mine.filter(pk=_number(request, "portfolio")).first()
        offset = _number(request, "offset")
        hits, placed = would_be_hit(entity, portfolio, moment, offset)
        more = offset + MOST_HIT if offset + MOST_HIT < hits.total else None
        context = {
            "error": error,
            "hits": hits,
            "placed": placed,
            "portfolios": mine,
            "portfolio": portfolio,
            "more": more,
        }
        return self._page(
            request, "screening/reach.html", "What a listing would hit", entity, moment, context
        )

    def _page(
        self,
        request: HttpRequest,
        template: str,
        title: str,
        entity: Entity,
        moment: Moment,
        context: dict[str, Any],
    ) -> HttpResponse:
        facts = {"title": title, "entity": entity, "moment": moment, "opts": self.opts}
        return render(request, template, {**self.admin_site.each_context(request), **facts, **context})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method != "GET":
            return super().change_view(request, object_id, form_url, extra_context)
        entity = self._viewed(request, object_id)
        error = ""
        try:
            asked = read_asked(request.GET)
        except CompanyError as problem:
            asked, error = Asked(Moment(today())), str(problem)
        shown = company(entity, asked)
        context = {
            "company": shown,
            "around": shown.around,
            "error": error,
            "graph": _graph(entity, asked),
            "depths": range(1, DEEPEST + 1),
            "directions": DIRECTIONS,
            "form": SupposingForm(None, entity=entity, reader=request.user, moment=asked.moment),
        }
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def _viewed(self, request: HttpRequest, object_id: str) -> Entity:
        pk = unquote(object_id)
        entity = Entity.objects.with_record().filter(pk=pk).first()
        if entity is None:
            raise Http404(f"There is no entity {pk!r}.")
        if not self.has_view_permission(request, entity):
            raise PermissionDenied
        return entity


def _moment(request: HttpRequest) -> tuple[Moment, str]:
    """Read the day that a page asks about; today and a sentence where it cannot be read."""
    try:
        return read_asked(request.GET).moment, ""
    except CompanyError as problem:
        return Moment(today()), str(problem)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _graph(entity: Entity, asked: Asked) -> dict[str, Any]:
    """Return what the page's script needs to draw: addresses, the day, limits and the legend."""
    return {
        "entity": entity.pk,
        "api": reverse("entity-ownership", args=[entity.pk]),
        "around": reverse("admin:entities_entity_around", args=[quote(entity.pk)]),
        "page": reverse("admin:entities_entity_change", args=["ID"]),
        "on": asked.moment.on.isoformat(),
        "today": today().isoformat(),
        "depth": asked.depth,
        "direction": asked.direction,
        "limit": MOST,
        "kinds": legend(),
    }
