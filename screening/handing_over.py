"""Reports over the web: who may have which, in which format, and the trace it leaves."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify

from screening.models import AuditEvent, Portfolio, Screening, Subject
from screening.pages import asked_answer
from screening.reports import (
    FORMATS,
    MEDIA_TYPES,
    CertificateRefused,
    FormatUnavailable,
    Report,
    certificate,
    dossier,
    screening_report,
    subject_dossier,
    write,
)
from screening.vetting import VettingError

Reader = User | AnonymousUser
# Formats that hold every hit's reasons.
WHOLE = ("xlsx", "json")


def handed_over(report: Report, form: str) -> HttpResponse:
    """Answer with a report as a file; HTML is shown, the others are saved. Raises FormatUnavailable."""
    answer = HttpResponse(write(report, form), content_type=MEDIA_TYPES[form])
    name = slugify(f"watchlink {report.kind} {report.title}"[:80]) or "watchlink-report"
    placing = "inline" if form in ("html", "json") else "attachment"
    answer["Content-Disposition"] = (
        f"{placing}; filename=\"{name}.{form}\"; filename*=UTF-8''{quote(name)}.{form}"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    # A report is a document: nothing in it runs and nothing is asked for.
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


def screening_file(run: Screening, kind: str, form: str, by: Reader) -> HttpResponse:
    """Hand over the report or the certificate of a run; raises CertificateRefused and FormatUnavailable."""
    if kind == "certificate":
        report = certificate(run, by)
    else:
        report = screening_report(run, by, **({"explained": None} if form in WHOLE else {}))
    return _recorded(report, form, run, run.portfolio, by)


def subject_file(subject: Subject, form: str, by: Reader) -> HttpResponse:
    """Hand over the dossier of a subject; raises FormatUnavailable."""
    return _recorded(subject_dossier(subject, by), form, subject, subject.portfolio, by)


def _recorded(
    report: Report, form: str, about: Screening | Subject, portfolio: Portfolio, by: Reader
) -> HttpResponse:
    answer = handed_over(report, form)
    AuditEvent.objects.record(
        "exported",
        about,
        by=by,
        portfolio=portfolio,
        report=report.kind,
        format=form,
        content=report.content_sha256,
    )
    return answer


def vet_dossier_page(request: HttpRequest, form: str) -> HttpResponse:
    """Hand over the answer that the page for one company shows."""
    _known(form)
    try:
        return handed_over(dossier(asked_answer(request), _reader(request)), form)
    except (VettingError, FormatUnavailable) as error:
        return _told(request, str(error), f"{reverse('admin:vet')}?{request.GET.urlencode()}")


def screening_report_page(request: HttpRequest, pk: int, kind: str, form: str) -> HttpResponse:
    """Hand over the report or the certificate of a run to whom its portfolio is visible."""
    _known(form)
    by = _reader(request)
    if kind not in ("report", "certificate"):
        raise Http404
    if not request.user.has_perm("screening.view_screening"):
        raise PermissionDenied
    run = get_object_or_404(Screening.objects.visible_to(by).select_related("portfolio", "by"), pk=pk)
    try:
        return screening_file(run, kind, form, by)
    except (CertificateRefused, FormatUnavailable) as error:
        return _told(request, str(error), reverse("admin:index"))


def subject_dossier_page(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Hand over the dossier of a subject to whom its portfolio is visible."""
    _known(form)
    by = _reader(request)
    if not request.user.has_perm("screening.view_subject"):
        raise PermissionDenied
    subject = get_object_or_404(Subject.objects.visible_to(by).select_related("portfolio"), pk=pk)
    try:
        return subject_file(subject, form, by)
    except FormatUnavailable as error:
        return _told(request, str(error), reverse("admin:index"))


def urls() -> list[URLPattern]:
    """Return the addresses of the reports; the caller wraps each view in the admin's login."""
    return [
        path("vet/dossier.<slug:form>", vet_dossier_page, name="vet_dossier"),
        path(
            "screening/run/<int:pk>/<slug:kind>.<slug:form>", screening_report_page, name="screening_report"
        ),
        path("screening/dossier/<int:pk>/dossier.<slug:form>", subject_dossier_page, name="subject_dossier"),
    ]


def _known(form: str) -> None:
    if form not in FORMATS:
        raise Http404


def _reader(request: HttpRequest) -> Reader:
    assert isinstance(request.user, User)
    return request.user


def _told(request: HttpRequest, sentence: str, place: str) -> HttpResponse:
    messages.error(request, sentence)
    return HttpResponseRedirect(place)
