"""The desk in numbers: what is open, how much of what is found is true, which list brings it, how long it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, Q, Sum
from django.utils import timezone

from screening.choices import Eyes, Trigger, Verdict, Wait
from screening.models import Alert, Decision, Screening
from screening.queue import DONE, standing_hits

# Weeks shown.
WEEKS = 12
# Lists shown, those with most hits first.
LISTS = 12
FALSE = (Verdict.FALSE_POSITIVE,)
ANSWERED = (Verdict.TRUE_MATCH, Verdict.FALSE_POSITIVE, Verdict.NO_PROHIBITION)


@dataclass(frozen=True)
class Week:
    """One week's screening and deciding; a share is None where there was nothing to take it of."""

    monday: date
    rows: int
    hits: int
    decided: int
    false: int
    hours: float | None

    @property
    def hit_share(self) -> float | None:
        return self.hits / self.rows if self.rows else None

    @property
    def false_share(self) -> float | None:
        return self.false / self.decided if self.decided else None


@dataclass(frozen=True)
class Contribution:
    """What one list brought: hits, and what became of them."""

    dataset: str
    hits: int
    true: int
    false: int

    @property
    def open(self) -> int:
        return self.hits - self.true - self.false


@dataclass(frozen=True)
class Figures:
    """Everything that the first page counts for one person."""

    work: list[tuple[str, str, int]]
    mine: int
    confirm: int
    alerts: int
    weeks: list[Week]
    lists: list[Contribution]


def figures(user: User | AnonymousUser, today: date | None = None) -> Figures:
    """Count what a person may see, in nine queries whatever the portfolios hold."""
    today = today or timezone.localdate()
    rows = standing_hits(user, today).order_by()
    counted = dict(rows.values_list("standing").annotate(Count("pk")))
    waiting = rows.exclude(standing__in=DONE)
    second = waiting.filter(standing=Wait.SECOND).exclude(last_by=user.pk)
    return Figures(
        work=[(value, label, counted.get(value, 0)) for value, label in Wait.choices if value not in DONE],
        mine=waiting.filter(assigned=user.pk).count(),
        confirm=second.count() if user.has_perm("screening.confirm_decision") else 0,
        alerts=Alert.objects.visible_to(user).filter(seen_at=None).count(),
        weeks=list(_weeks(user, today)),
        lists=_lists(user),
    )


def _weeks(user: User | AnonymousUser, today: date) -> Iterator[Week]:
    first = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    since = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    runs = Screening.objects.visible_to(user).filter(created_at__gte=since).exclude(trigger=Trigger.LOOKBACK)
    screened: dict[date, list[int]] = {}
    # Days are put into weeks here: the two databases count weeks in ways of their own.
    per_day = (
        runs.order_by().values("created_at__date").annotate(rows=Sum("rows_done"), hits=Sum("hits_found"))
    )
    for row in per_day:
        held = screened.setdefault(_monday(row["created_at__date"]), [0, 0])
        held[0] += row["rows"]
        held[1] += row["hits"]
    said = Decision.objects.visible_to(user).filter(at__gte=since, verdict__in=ANSWERED)
    settled = said.filter(Q(eyes=Eyes.FIRST, subject__portfolio__four_eyes=False) | Q(confirms__isnull=False))
    answers: dict[date, list[int]] = {}
    for row in settled.order_by().values("at__date", "verdict").annotate(number=Count("pk")):
        held = answers.setdefault(_monday(row["at__date"]), [0, 0])
        held[0] += row["number"]
        held[1] += row["number"] if row["verdict"] in FALSE else 0
    taken = _hours(user, since)
    for week in range(WEEKS):
        monday = first + timedelta(days=7 * week)
        asked, found = screened.get(monday, (0, 0))
        decided, false = answers.get(monday, (0, 0))
        yield Week(monday, asked, found, decided, false, median(taken[monday]) if monday in taken else None)


def _hours(user: User | AnonymousUser, since: datetime) -> dict[date, list[float]]:
    """Return the hours from each hit to the first word on it, by the week of that word."""
    first = Decision.objects.visible_to(user).filter(at__gte=since, number=1).order_by()
    found: dict[date, list[float]] = {}
    for at, begun in first.values_list("at", "hit__screening__created_at"):
        found.setdefault(_monday(at.date()), []).append(max(0.0, (at - begun).total_seconds() / 3600))
    return found


def _lists(user: User | AnonymousUser) -> list[Contribution]:
    rows = standing_hits(user).exclude(standing=Wait.ENDED).order_by()
    hits = dict(rows.values_list("dataset").annotate(Count("pk")))
    decided = rows.filter(standing=Wait.DECIDED)
    true: dict[str, int] = {}
    false: dict[str, int] = {}
    for dataset, verdict, number in decided.values_list("dataset", "last_verdict").annotate(Count("pk")):
        side = false if verdict in FALSE else true
        side[dataset] = side.get(dataset, 0) + number
    most = sorted(hits.items(), key=lambda row: (-row[1], row[0]))[:LISTS]
    return [Contribution(name, number, true.get(name, 0), false.get(name, 0)) for name, number in most]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
