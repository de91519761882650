"""The pages on which a file of suppliers is uploaded, looked at and sent off."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from ingest.encodings import LATIN, OTHER_SCRIPTS
from screening.models import Portfolio
from screening.starting import start
from screening.suppliers import FIELDS, Refused, SupplierFile, open_suppliers
from screening.tasks import run_screening
from screening.uploading import Upload, received, refuse_size, waiting

# Rows that the preview reads, and those it shows: the first, and the first with a problem.
READ, SHOWN = 1_000, 12
ENCODINGS = ("utf-8", "utf-16", "gb18030", "big5", "cp932", "euc_jp", "cp949", *LATIN, *OTHER_SCRIPTS)
LABELS = {
    "name": "Name",
    "country": "Country",
    "address": "Address",
    "reference": "Your number",
    "lei": "LEI",
    "uscc": "USCC (China)",
    "isin": "ISIN",
    "registration": "Registration number",
}


def upload_page(request: HttpRequest) -> HttpResponse:
    """Take a file for one of the person's portfolios and go on to its preview."""
    user = _may_screen(request)
    portfolios = list(Portfolio.objects.visible_to(user).select_related("team"))
    context = {"title": "Screen a file", "portfolios": portfolios, "most": settings.SCREENING_MAX_MB}
    context |= {"most_rows": settings.SCREENING_MAX_ROWS, "most_bytes": settings.SCREENING_MAX_MB << 20}
    context["asked"] = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        try:
            upload = _received(request, user, portfolios)
            return HttpResponseRedirect(reverse("admin:screening_preview", args=[upload.token]))
        except Refused as error:
            context["error"] = str(error)
    return TemplateResponse(
        request,
        "screening/upload.html",
        {**admin.site.each_context(request), **context},
        status=400 if "error" in context else 200,
    )


def _received(request: HttpRequest, user: User, portfolios: list[Portfolio]) -> Upload:
    refuse_size(request.META.get("CONTENT_LENGTH"))
    portfolio = next((row for row in portfolios if str(row.pk) == request.POST.get("portfolio")), None)
    if portfolio is None:
        raise Refused("Choose the portfolio that the suppliers belong to.")
    file = request.FILES.get("file")
    if file is None:
        raise Refused("Choose a file: CSV, TSV or XLSX.")
    day = request.POST.get("as_of", "")
    try:
        date.fromisoformat(day or "2000-01-01")
    except ValueError:
        raise Refused(f"The day must be a date such as 2026-11-21, not {day[:20]!r}.") from None
    upload = received(
        file,
        user=user.pk,
        portfolio=portfolio.pk,
        reason=request.POST.get("reason", "")[:500],
        as_of=day,
        watch=request.POST.get("watch") == "on",
    )
    try:
        open_suppliers(upload.path)
    except Refused:
        upload.remove()
        raise
    return upload


def preview_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the first rows as they are read with these columns; start the run when that is sent."""
    user = _may_screen(request)
    upload = waiting(token, user.pk)
    if upload is None:
        messages.error(request, "This upload is no longer here; upload the file again.")
        return HttpResponseRedirect(reverse("admin:screening_upload"))
    portfolio = get_object_or_404(Portfolio.objects.visible_to(user), pk=upload.portfolio)
    asked = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {"title": "Check the columns", "upload": upload, "portfolio": portfolio}
    try:
        suppliers = _opened(upload, portfolio, asked)
        if request.method == "POST":
            return _started(user, upload, portfolio, suppliers)
        context |= _previewed(suppliers)
        suppliers.require_name()
        context["ready"] = True
    except Refused as error:
        context["error"] = str(error)
    context |= {"encodings": ENCODINGS, "encoding": asked.get("encoding", "")}
    return TemplateResponse(
        request, "screening/preview.html", {**admin.site.each_context(request), **context}
    )


def _opened(upload: Upload, portfolio: Portfolio, asked: Any) -> SupplierFile:
    """Open the file with the columns that were chosen on the page, or with those remembered for the portfolio."""
    encoding = asked.get("encoding", "")
    encoding = encoding if encoding in ENCODINGS else ""
    chosen = {field: asked[f"column-{field}"] for field in FIELDS if f"column-{field}" in asked}
    if not chosen:
        chosen = open_suppliers(upload.path, encoding=encoding).columns.remembered(portfolio.mapping)
    return open_suppliers(upload.path, columns=chosen, encoding=encoding)


def _previewed(suppliers: SupplierFile) -> dict[str, Any]:
    rows = list(islice(suppliers.distinct(), READ))
    wrong = [row for row in rows if row.problems]
    first = rows[:SHOWN]
    mapping = suppliers.columns.mapping
    titles = [title for title in dict.fromkeys(suppliers.columns.titles) if title]
    return {
        "reading": suppliers.reading,
        "choices": [(field, LABELS[field], mapping.get(field, "")) for field in FIELDS],
        "titles": titles,
        "rows": first,
        "wrong": [row for row in wrong if row not in first][:SHOWN],
        "read": len(rows),
        "problems": len(wrong),
        "whole": len(rows) < READ,
    }


def _started(user: User, upload: Upload, portfolio: Portfolio, suppliers: SupplierFile) -> HttpResponse:
    screening = start(
        portfolio,
        suppliers,
        upload.source,
        by=user,
        reason=upload.reason,
        on=date.fromisoformat(upload.as_of) if upload.as_of else None,
        watch=upload.watch,
        most_rows=settings.SCREENING_MAX_ROWS,
    )
    run_screening.delay(screening.pk)
    upload.remove()
    return HttpResponseRedirect(reverse("admin:screening_run", args=[screening.pk]))


def _may_screen(request: HttpRequest) -> User:
    if not request.user.has_perm("screening.add_screening"):
        raise PermissionDenied
    if not isinstance(request.user, User):
        raise Http404
    return request.user
