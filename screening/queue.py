"""The hits that people work on: the newest of each pair, what each waits for, strongest subject first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from screening.choices import AlertKind, Eyes, Trigger, Verdict, Wait
from screening.models import Alert, Assignment, Decision, Hit, Subject

TODO = "todo"
# What leaves nobody anything to do.
DONE = (Wait.DECIDED, Wait.ENDED)
EVERY = "all"
PAIR = {name: OuterRef(name) for name in ("subject", "entity_id", "company_id")}
# Subjects on one page of the queue.
PAGE = 25


@dataclass(frozen=True)
class Asked:
    """What a person asks the queue for; empty text asks for everything."""

    portfolio: str = ""
    dataset: str = ""
    measure: str = ""
    least: str = ""
    state: str = TODO
    assigned: str = ""
    way: str = ""
    text: str = ""

    @classmethod
    def read(cls, parameters: Any) -> Asked:
        """Read it from an address; what is not understood asks for nothing."""
        told = {row.name: parameters.get(row.name, "").strip() for row in fields(cls)}
        told["state"] = told["state"] if told["state"] in (EVERY, *Wait.values) else TODO
        return cls(**told)

    @property
    def parameters(self) -> dict[str, str]:
        """Return what differs from an empty question, for an address."""
        return {
            row.name: value for row in fields(self) if (value := getattr(self, row.name)) not in ("", TODO)
        }


def standing_hits(user: User | AnonymousUser, today: date | None = None) -> QuerySet[Any]:
    """Return the newest hit of each pair that a person may see, with what it waits for.

    Annotates `standing`, `said` (the same, but for what is no longer found: what the last word leaves to do), `last`
    (the id of the last decision), `last_number` (0 where there is none) and `assigned` with `assigned_name`. What a
    look back found is an answer about the past and no work.
    """
    newer = Hit.objects.filter(**PAIR, pk__gt=OuterRef("pk")).exclude(screening__trigger=Trigger.LOOKBACK)
    ended = Alert.objects.filter(**PAIR, kind=AlertKind.ENDED, screening__gt=OuterRef("screening"))
    said = Decision.objects.filter(**PAIR).order_by("-number")
    turn = Assignment.objects.filter(subject=OuterRef("subject")).order_by("-id")
    rows: QuerySet[Any] = Hit.objects.visible_to(user)
    return (
        rows.exclude(screening__trigger=Trigger.LOOKBACK)
        .filter(~Exists(newer))
        .annotate(
            said=Coalesce(
                Subquery(
                    said.annotate(standing=_standing(today or timezone.localdate())).values("standing")[:1]
                ),
                Value(Wait.OPEN.value),
                output_field=CharField(),
            ),
            standing=Case(
                When(Exists(ended) & ~Q(said=Wait.DECIDED), then=Value(Wait.ENDED.value)),
                default=F("said"),
            ),
            last=Subquery(said.values("pk")[:1]),
            last_number=Coalesce(Subquery(said.values("number")[:1]), Value(0)),
            last_verdict=Subquery(said.values("verdict")[:1]),
            last_by=Subquery(said.values("by")[:1]),
            assigned=Subquery(turn.values("to")[:1]),
            assigned_name=Subquery(turn.values("to__username")[:1]),
        )
    )


def _standing(today: date) -> Case:
    """Say what a decision leaves to do; the outer row is the hit."""
    # A word on an earlier hit of the pair is on other facts where a fingerprint differs, final or not.
    other = ~Q(subject_fingerprint=OuterRef("subject_fingerprint")) | ~Q(
        entity_fingerprint=OuterRef("entity_fingerprint")
    )
    disagreed = Q(eyes=Eyes.SECOND, confirms=None)
    return Case(
        When(Q(pk=OuterRef("reopens")) | ~Q(hit=OuterRef("pk")) & other, then=Value(Wait.REOPENED.value)),
        When(expires_on__lte=Value(today, DateField()), then=Value(Wait.EXPIRED.value)),
        When(Q(verdict=Verdict.POSSIBLE) | disagreed, then=Value(Wait.ESCALATED.value)),
        When(verdict=Verdict.INSUFFICIENT, then=Value(Wait.WAITING.value)),
        When(eyes=Eyes.FIRST, subject__portfolio__four_eyes=True, then=Value(Wait.SECOND.value)),
        default=Value(Wait.DECIDED.value),
        output_field=CharField(),
    )


def asked_hits(user: User | AnonymousUser, asked: Asked, today: date | None = None) -> QuerySet[Any]:
    """Return the hits that a person asks for, of those they may see."""
    rows = standing_hits(user, today)
    if asked.state == TODO:
        rows = rows.exclude(standing__in=DONE)
    elif asked.state != EVERY:
        rows = rows.filter(standing=asked.state)
    if asked.portfolio.isdecimal():
        rows = rows.filter(subject__portfolio=int(asked.portfolio[:9]))
    if asked.dataset:
        rows = rows.filter(dataset=asked.dataset)
    if asked.measure:
        # Written the same in either database's JSON.
        rows = rows.annotate(told=Cast("regimes", TextField())).filter(told__contains=f'"{asked.measure}"')
    if (least := _fraction(asked.least)) is not None:
        rows = rows.filter(score__gte=least)
    if asked.assigned == "me":
        rows = rows.filter(assigned=user.pk)
    elif asked.assigned == "nobody":
        rows = rows.filter(assigned=None)
    if asked.way in ("direct", "ownership"):
        rows = rows.filter(path="") if asked.way == "direct" else rows.exclude(path="")
    if asked.text:
        rows = rows.filter(
            Q(subject__name__icontains=asked.text)
            | Q(subject__reference__iexact=asked.text)
            | Q(caption__icontains=asked.text)
        )
    return rows


def subjects_in(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Group hits by subject: its id, its best score and how many there are, strongest first."""
    return (
        rows.order_by()
        .values("subject")
        .annotate(best=Max("score"), hits=Count("pk"))
        .order_by("-best", "subject")
    )


def grouped(rows: QuerySet[Any], groups: list[dict[str, Any]]) -> list[tuple[Subject, list[Hit]]]:
    """Read the hits of a page of subjects, in the order of the page. One query."""
    found: dict[int, list[Hit]] = {group["subject"]: [] for group in groups}
    hits = rows.filter(subject__in=found).select_related("subject__portfolio", "screening")
    for hit in hits.defer("explanation", "entity_facts").order_by("-score", "pk"):
        found[hit.subject_id].append(hit)
    return [(hits[0].subject, hits) for hits in found.values() if hits]


def neighbours(rows: QuerySet[Any], hit: Hit) -> tuple[int | None, int | None]:
    """Return the hits before and after one in the order of the queue, whether it is still in it or not."""
    ours = list(rows.filter(subject=hit.subject_id).order_by("-score", "pk").values_list("score", "pk"))
    here = (-hit.score, hit.pk)
    before = [pk for score, pk in ours if (-score, pk) < here]
    after = [pk for score, pk in ours if (-score, pk) > here]
    best = max([score for score, _ in ours] or [hit.score])
    groups = subjects_in(rows.exclude(subject=hit.subject_id))
    previous: int | None = before[-1] if before else None
    if previous is None:
        above = groups.filter(Q(best__gt=best) | Q(best=best, subject__lt=hit.subject_id))
        previous = _edge(rows, above.order_by("best", "-subject").first(), first=False)
    following: int | None = after[0] if after else None
    if following is None:
        below = groups.filter(Q(best__lt=best) | Q(best=best, subject__gt=hit.subject_id))
        following = _edge(rows, below.first(), first=True)
    return previous, following


def _edge(rows: QuerySet[Any], group: dict[str, Any] | None, *, first: bool) -> int | None:
    if group is None:
        return None
    order = ("-score", "pk") if first else ("score", "-pk")
    return rows.filter(subject=group["subject"]).order_by(*order).values_list("pk", flat=True).first()


def _fraction(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


def work_of(
    user: User | AnonymousUser, field: str, ids: Iterable[int], *, decided: bool = False
) -> dict[int, int]:
    """Count hits that wait, or that are decided, by a field such as "subject". One query."""
    rows = standing_hits(user).filter(**{f"{field}__in": list(ids)})
    rows = rows.filter(standing=Wait.DECIDED) if decided else rows.exclude(standing__in=DONE)
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))
