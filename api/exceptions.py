"""Every error reads the same: {"detail": one sentence, "code": a word}, and "fields" for bad input."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.views import defaults
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class NothingLoaded(APIException):
    """Say that there is nothing to search: an empty answer would look like "no match"."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "not_loaded"


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn any expected error into its JSON form; the unexpected ones stay errors of the server."""
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        fields = _fields(error.detail)
        response.data = {"detail": _sentence(fields), "code": _code(error.get_codes())}
        if set(fields) != {""}:
            response.data["fields"] = fields
    elif isinstance(error, APIException):
        response.data = {"detail": str(error.detail), "code": str(error.get_codes())}
    else:
        missing = isinstance(error, Http404)
        response.data = {
            "detail": "There is nothing here." if missing else "You may not do this.",
            "code": "not_found" if missing else "permission_denied",
        }
    return response


def _fields(detail: Any) -> dict[str, list[str]]:
    if isinstance(detail, dict):
        return {str(name): _texts(value) for name, value in detail.items()}
    return {"": _texts(detail)}


def _texts(detail: Any) -> list[str]:
    """Write what is wrong within a field; inner fields keep their names, rows of a list their places."""
    if not isinstance(detail, dict):
        return [str(text) for text in (detail if isinstance(detail, list) else [detail])]
    places = {name: f"row {name + 1}, " if isinstance(name, int) else f"{name}: " for name in detail}
    return [f"{places[name]}{text}" for name, inner in detail.items() for text in _texts(inner)]


def _sentence(fields: dict[str, list[str]]) -> str:
    return " ".join(f"{name}: {text}" if name else text for name, texts in fields.items() for text in texts)


def _code(codes: Any) -> str:
    """Pick the code where all errors share one."""
    while isinstance(codes, dict | list):
        flat = list(codes.values() if isinstance(codes, dict) else codes)
        if any(code != flat[0] for code in flat):
            return "invalid"
        codes = flat[0]
    return str(codes)


def unknown_path(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer a path of the API that does not exist; a forgotten last slash is put right for readers."""
    if not request.path.endswith("/") and request.method in {"GET", "HEAD"}:
        try:
            found = resolve(f"{request.path}/").func is not unknown_path
        except Resolver404:
            found = False
        if found:
            moved = JsonResponse({"detail": f"This moved to {request.path}/.", "code": "moved"}, status=308)
            moved["Location"] = request.get_full_path(force_append_slash=True)
            return moved
    return JsonResponse({"detail": f"There is nothing at {request.path}.", "code": "not_found"}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Keep to JSON for the API when something of ours breaks."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    return JsonResponse(
        {"detail": "Something failed on our side; it has been logged.", "code": "server_error"}, status=500
    )
