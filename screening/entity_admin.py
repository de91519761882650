"""An entity in the admin, with the desk's view of it: ownership, conclusions, a timeline."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
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
from screening.walks import DIRECTIONS


class DeskEntityAdmin(EntityAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.around_view)
        return [path("<path:object_id>/around/", view, name="entities_entity_around"), *super().get_urls()]

    def around_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Answer with the part of the page that changes with the day: the tables and the conclusions."""
        entity = self._viewed(request, object_id)
        try:
            shown = around(entity, read_asked(request.GET))
        except CompanyError as error:
            return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
        return render(request, "screening/_around.html", {"around": shown})

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


def _graph(entity: Entity, asked: Asked) -> dict[str, Any]:
    """Return what the page's script needs to draw: addresses, the day, limits and the legend."""
    quoted = reverse("admin:entities_entity_change", args=["ID"])
    return {
        "entity": entity.pk,
        "api": reverse("entity-ownership", args=[entity.pk]),
        "around": quoted.replace("ID/change/", "ID/around/"),
        "page": quoted,
        "on": asked.moment.on.isoformat(),
        "today": today().isoformat(),
        "depth": asked.depth,
        "direction": asked.direction,
        "limit": MOST,
        "kinds": legend(),
    }
