"""Pages that neither skip nor repeat a row while the record changes underneath."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from api.parameters import read_integer
from entities.models import Change

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _address(cursor: str) -> dict[str, Any]:
    example = f"http://127.0.0.1:8000/api/v1/entities/?cursor={cursor}"
    return {"type": "string", "format": "uri", "nullable": True, "example": example}


class CursorPages(CursorPagination):
    parameters: ClassVar[tuple[str, ...]] = ("page_size", "cursor")
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "id"
    position = re.compile(r"[^\x00\ud800-\udfff]{1,200}")

    def get_page_size(self, request: Request) -> int:
        return read_integer(request, "page_size", self.page_size, low=1, high=self.max_page_size)

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            cursor = super().decode_cursor(request)
        except (NotFound, UnicodeDecodeError):
            cursor = None
            if request.query_params.get(self.cursor_query_param):
                raise ValidationError(
                    {"cursor": ["Take it from the `next` or `previous` of a page."]}
                ) from None
        if cursor and cursor.position and not self.position.fullmatch(str(cursor.position)):
            raise ValidationError({"cursor": ["Take it from the `next` or `previous` of a page."]})
        return cursor

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": _address("cD11bl9zYy0wZjM%3D"),
                "previous": _address("cj0xJnA9dW5fc2M%3D"),
                "results": schema,
            },
        }


class VersionPages(CursorPages):
    """Newest first: the id cannot be told apart from the order of loading."""

    ordering = "-id"
    position = re.compile(r"[0-9]{1,18}")


class NumberedPages(CursorPages):
    """In the order in which they were first written."""

    position = re.compile(r"[0-9]{1,18}")


class ChangePages(CursorPages):
    """Newest first by the moment of loading, then by id.

    Ids alone tell no order: a rebuild writes old changes anew. The moment alone is shared by all that one
    version changed, which is more than a cursor's offset may skip. So a position holds both.
    """

    position = re.compile(r"[0-9]{1,17}-[0-9]{1,18}")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request, self.base_url = request, request.build_absolute_uri()
        self.page_size = self.get_page_size(request)
        self.cursor = self.decode_cursor(request)
        backwards = bool(self.cursor and self.cursor.reverse)
        order = ("version__fetched_at", "id") if backwards else ("-version__fetched_at", "-id")
        ordered = self._beyond(queryset, backwards).order_by(*order)
        # Ids are sorted first: whole rows are wide, and a big list changes by the ten thousand.
        ids = list(ordered.values_list("pk", flat=True)[: self.page_size + 1])
        more, came_from = len(ids) > self.page_size, bool(self.cursor and self.cursor.position)
        shown = ids[: self.page_size][:: -1 if backwards else 1]
        rows = {row.pk: row for row in queryset.filter(pk__in=shown)}
        self.page = [rows[pk] for pk in shown if pk in rows]
        self.has_next, self.has_previous = (came_from, more) if backwards else (more, came_from)
        return self.page

    def _beyond(self, queryset: QuerySet[Change], backwards: bool) -> QuerySet[Change]:
        if not (self.cursor and self.cursor.position):
            return queryset
        since, _, row = str(self.cursor.position).partition("-")
        moment, side = EPOCH + timedelta(microseconds=int(since)), "gt" if backwards else "lt"
        strictly = Q((f"version__fetched_at__{side}", moment)) | Q((f"id__{side}", int(row)))
        # Said twice, so that a database may start at the moment instead of reading all that came after.
        return queryset.filter(Q((f"version__fetched_at__{side}e", moment)), strictly)

    def get_next_link(self) -> str | None:
        return self._link(self.page[-1], reverse=False) if self.has_next and self.page else None

    def get_previous_link(self) -> str | None:
        return self._link(self.page[0], reverse=True) if self.has_previous and self.page else None

    def _link(self, row: Change, *, reverse: bool) -> str:
        moment = (row.version.fetched_at - EPOCH) // timedelta(microseconds=1)
        position: Any = f"{moment}-{row.pk}"
        return str(self.encode_cursor(Cursor(offset=0, reverse=reverse, position=position)))
