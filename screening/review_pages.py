"""The pages of the review queue: what waits, one hit, one listed party, and what people do there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from entities.models import Entity, Measure, OwnershipRule
from screening.choices import REASONS, Reason, Verdict, Wait
from screening.comparing import beside
from screening.deciding import DecidedMeanwhile, DecisionRefused, Word, decide, decide_all, history, turn
from screening.models import Assignment, AuditEvent, Comment, Decision, Hit, Portfolio, Subject
from screening.queue import (
    DONE,
    PAGE,
    TODO,
    Asked,
    asked_hits,
    grouped,
    neighbours,
    standing_hits,
    subjects_in,
)

# Hits of one listed party shown for a bulk decision.
MOST_TOGETHER = 500
# The longest comment.
MOST_SAID = 4000


@require_safe
def queue_page(request: HttpRequest) -> HttpResponse:
    """Show the hits that a person asks for, grouped by subject, strongest first."""
    user = _reader(request)
    asked = Asked.read(request.GET)
    rows = asked_hits(user, asked)
    pages = Paginator(subjects_in(rows), PAGE)
    page = pages.get_page(request.GET.get("page"))
    seen = Hit.objects.visible_to(user)
    context = {
        "title": "Review queue",
        "asked": asked,
        "page": page,
        "groups": grouped(rows, list(page.object_list)),
        "portfolios": Portfolio.objects.visible_to(user),
        "datasets": seen.order_by("dataset").values_list("dataset", flat=True).distinct(),
        "measures": Measure.objects.order_by("title").values_list("code", "title"),
        "rules": OwnershipRule.objects.order_by("regime").values_list("code", "regime"),
        "states": [(TODO, "to do"), *Wait.choices, ("all", "all")],
        "query": urlencode(asked.parameters),
    }
    return _shown(request, "screening/queue.html", context)


@require_safe
def hit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one hit beside its subject, and note who looked at it."""
    user = _reader(request)
    hit = _hit(user, pk)
    seen = {"screening": hit.screening_id, "receipt": hit.screening.receipt, "party": hit.entity_id}
    AuditEvent.objects.record("viewed", hit, by=user, portfolio=hit.subject.portfolio, **seen)
    return _hit_shown(request, hit, {})


@require_POST
def decide_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision; one that cannot be taken is shown again with what stands now."""
    user = _reader(request)
    hit = _hit(user, pk)
    try:
        # The hit that was shown, not a newer one of the pair: nobody decides on what they have not seen.
        row = decide(pk, user, _word(request), _number(request.POST.get("seen")))
    except DecisionRefused as error:
        status = 409 if isinstance(error, DecidedMeanwhile) else 400
        return _hit_shown(request, _hit(user, pk), {"error": str(error), "said": request.POST}, status)
    messages.success(request, f"{hit}: {row.get_verdict_display()}, {row.get_eyes_display()}.")
    asked = Asked.read(request.GET)
    _, following = neighbours(asked_hits(user, asked), hit)
    if following is None:
        return _to("admin:review_queue", asked=asked)
    return _to("admin:review_hit", following, asked=asked)


def party_page(request: HttpRequest, entity_id: str) -> HttpResponse:
    """Show every hit on one listed party, and take one decision on those that a person chooses."""
    user = _reader(request)
    rows = standing_hits(user).filter(entity_id=entity_id).select_related("subject__portfolio", "screening")
    if request.GET.get("state") != "all":
        rows = rows.exclude(standing__in=DONE)
    seen = dict(_pair(text) for text in request.POST.getlist("hit"))
    context: dict[str, Any] = {"said": request.POST}
    status = 200
    if request.method == "POST":
        try:
            kept = decide_all(seen, user, _word(request))
            said = kept[0].get_verdict_display()
            messages.success(request, f"{len(kept)} decisions on this party: {said}.")
            return HttpResponseRedirect(request.get_full_path())
        except DecisionRefused as error:
            status = 409 if isinstance(error, DecidedMeanwhile) else 400
            context["error"] = str(error)
    hits: list[Any] = list(rows.defer("explanation").order_by("-score", "pk")[:MOST_TOGETHER])
    entity = Entity.objects.with_record().filter(pk=entity_id).first()
    if not hits and not standing_hits(user).filter(entity_id=entity_id).exists():
        raise Http404
    last = Decision.objects.select_related("by").in_bulk([hit.last for hit in hits if hit.last])
    if request.method != "POST":
        _note_view(user, entity_id, hits)
    context |= {
        "title": f"All hits on {hits[0].caption if hits else entity or entity_id}",
        "entity": entity,
        "entity_id": entity_id,
        "all": request.GET.get("state") == "all",
        "rows": [
            (hit, last.get(hit.last), turn(hit, last.get(hit.last), user), hit.pk in seen) for hit in hits
        ],
        "most": MOST_TOGETHER,
        "may": user.has_perm("screening.add_decision"),
        **_choices(),
    }
    return _shown(request, "screening/party.html", context, status)


@require_POST
def comment_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a comment on the subject of a hit."""
    user = _reader(request, "screening.add_comment")
    hit = _hit(user, pk)
    text = request.POST.get("text", "").strip()
    if not text or len(text) > MOST_SAID:
        error = f"A comment has 1 to {MOST_SAID:,} characters."
        return _hit_shown(request, hit, {"error": error, "commented": text}, 400)
    with transaction.atomic():
        row = Comment.objects.create(subject=hit.subject, entity_id=hit.entity_id, text=text, by=user)
        AuditEvent.objects.record("commented", row, by=user, portfolio=hit.subject.portfolio, hit=hit.pk)
    return _to("admin:review_hit", hit.pk, asked=Asked.read(request.GET), anchor="comments")


@require_POST
def assign_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whose turn the subject of a hit is: a member of its team, or nobody."""
    user = _reader(request, "screening.add_assignment")
    hit = _hit(user, pk)
    to = _members(hit.subject).filter(pk=_number(request.POST.get("to"))).first()
    if to is None and request.POST.get("to"):
        return _hit_shown(request, hit, {"error": "Only a member of the team can be given a subject."}, 400)
    with transaction.atomic():
        row = Assignment.objects.create(subject=hit.subject, to=to, by=user)
        detail = {"to": to.get_username() if to else ""}
        AuditEvent.objects.record("assigned", row, by=user, portfolio=hit.subject.portfolio, **detail)
    return _to("admin:review_hit", hit.pk, asked=Asked.read(request.GET))


def urls() -> list[URLPattern]:
    """Return the addresses of the queue; the caller wraps each view in the admin's login."""
    return [
        path("review/", queue_page, name="review_queue"),
        path("review/<int:pk>/", hit_page, name="review_hit"),
        path("review/<int:pk>/decide/", decide_page, name="review_decide"),
        path("review/<int:pk>/comment/", comment_page, name="review_comment"),
        path("review/<int:pk>/assign/", assign_page, name="review_assign"),
        path("review/party/<slug:entity_id>/", party_page, name="review_party"),
    ]


def _hit_shown(request: HttpRequest, hit: Any, more: dict[str, Any], status: int = 200) -> HttpResponse:
    user = _reader(request)
    asked = Asked.read(request.GET)
    said = history(hit)
    last = said[0] if said else None
    previous, following = neighbours(asked_hits(user, asked), hit)
    others = standing_hits(user).filter(subject=hit.subject_id).exclude(pk=hit.pk)
    context = {
        "title": f"{hit.subject} and {hit.caption}",
        "hit": hit,
        "beside": beside(hit),
        "said": {},
        "history": said,
        "turn": turn(hit, last, user),
        "comments": Comment.objects.filter(subject=hit.subject_id).select_related("by"),
        "assignments": Assignment.objects.filter(subject=hit.subject_id).select_related("to", "by"),
        "members": _members(hit.subject),
        "others": others.defer("explanation", "entity_facts").order_by("-score", "pk"),
        "together": standing_hits(user).filter(entity_id=hit.entity_id).exclude(pk=hit.pk).count(),
        "previous": previous,
        "following": following,
        "query": urlencode(asked.parameters),
        "may_comment": user.has_perm("screening.add_comment"),
        "may_assign": user.has_perm("screening.add_assignment"),
        **_choices(),
        **more,
    }
    return _shown(request, "screening/hit.html", context, status)


def _hit(user: User, pk: int) -> Any:
    """Return a hit with what it waits for; one that a newer run found again is shown as that one."""
    found = get_object_or_404(Hit.objects.visible_to(user), pk=pk)
    pair = {name: getattr(found, name) for name in ("subject_id", "entity_id", "company_id")}
    rows = standing_hits(user).select_related(
        "subject__portfolio", "screening", "reopens__by", "suppressed_by__by"
    )
    return get_object_or_404(rows, **pair)


def _members(subject: Subject) -> Any:
    return User.objects.filter(teams__portfolios=subject.portfolio_id, is_active=True).order_by("username")


def _note_view(user: User, entity_id: str, hits: Iterable[Hit]) -> None:
    """Note which hits of a listed party somebody saw together, once for each portfolio."""
    seen: dict[Portfolio, list[int]] = {}
    for hit in hits:
        seen.setdefault(hit.subject.portfolio, []).append(hit.pk)
    told = [(portfolio, portfolio, {"party": entity_id, "hits": ids}) for portfolio, ids in seen.items()]
    AuditEvent.objects.record_all("viewed", told, by=user)


def _choices() -> dict[str, Any]:
    fits = {reason: [verdict for verdict in Verdict if reason in REASONS[verdict]] for reason in Reason}
    return {
        "verdicts": [(number, row.value, row.label) for number, row in enumerate(Verdict, start=1)],
        "reasons": [(row.value, row.label, " ".join(fits[row])) for row in Reason],
    }


def _word(request: HttpRequest) -> Word:
    said = request.POST
    try:
        expires = date.fromisoformat(said["expires_on"]) if said.get("expires_on") else None
    except ValueError as error:
        raise DecisionRefused("The day of expiry must be a date such as 2027-12-31.") from error
    return Word(said.get("verdict", ""), said.get("reason", ""), said.get("note", ""), expires)


def _pair(text: str) -> tuple[int, int]:
    hit, _, seen = text.partition(":")
    return _number(hit), _number(seen)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 16 else 0


def _to(name: str, *args: Any, asked: Asked, anchor: str = "") -> HttpResponse:
    query = urlencode(asked.parameters)
    place = reverse(name, args=args) + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else "")
    return HttpResponseRedirect(place)


def _reader(request: HttpRequest, *permissions: str) -> User:
    assert isinstance(request.user, User)
    if not request.user.has_perms(["screening.view_hit", *permissions]):
        raise PermissionDenied
    return request.user


def _shown(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context}, status=status)
