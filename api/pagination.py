"""Pages that neither skip nor repeat a row while the record changes underneath."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from api.parameters import read_integer


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
