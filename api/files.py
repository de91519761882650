"""Answers that are files: reports in their formats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from screening.reports import FORMATS, CertificateRefused, FormatUnavailable


class Refused(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "refused"


class Unavailable(APIException):
    status_code = status.HTTP_501_NOT_IMPLEMENTED
    default_code = "format_unavailable"


class FileAnswer:
    """Let the address and not the Accept header choose the format; only a problem is told in JSON."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return JSONRenderer(), JSONRenderer.media_type


def file_answer(form: str, written: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer with a report, or say why there is none."""
    if form not in FORMATS:
        raise NotFound(f"A report is written as {', '.join(FORMATS)}, not {form[:20]!r}.")
    try:
        return written()
    except CertificateRefused as error:
        raise Refused(str(error)) from error
    except FormatUnavailable as error:
        raise Unavailable(str(error)) from error
