"""Subjects under watch: when lists, ownership, rules or subjects change, those that it may touch are screened again.

Nobody else is: the parties that a change touches make a small index, and the subjects are asked through it.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.utils import OperationalError
from django.utils import timezone

from entities.models import Dataset, DatasetVersion, Entity, Listing, Ownership
from entities.querysets import Moment
from exposure import conclude
from matching import Index, Query, Record
from screening.alerting import alerts_of, asked
from screening.choices import ScreeningState, Trigger
from screening.index import records
from screening.models import Alert, Look, Portfolio, Screening, Subject
from screening.rules import rulebook
from screening.runs import run
from screening.starting import Input, start
from screening.structure import Structure, structure_at
from screening.suppliers import Row, Supplier
from screening.telling import calls_owed

logger = logging.getLogger(__name__)

# Ids per statement: below SQLite's least limit of variables.
IDS = 900
# Subjects asked at once.
ASKED = 4_000


@dataclass
class Changes:
    """What changed since a look: in words, and which parties of the record it touches, each with its cause."""

    causes: list[str] = field(default_factory=list)
    because: dict[str, str] = field(default_factory=dict)

    def touch(self, ids: Iterable[str], cause: str) -> None:
        """Note parties with the first cause that touches each."""
        for id_ in ids:
            self.because.setdefault(id_, cause)


def look() -> Look | None:
    """Look at what changed since the last look, screen again whom it may touch, and write the alerts.

    A look that was cut off is finished first, so that nothing is alerted twice and nothing is lost. Returns None
    where no look came before: there is nothing to compare with, and subjects are screened when they arrive.
    """
    for left in Look.objects.filter(finished_at=None).order_by("at", "id"):
        _finish(left)
    last = Look.objects.first()
    now, today = timezone.now(), timezone.localdate()
    book = rulebook()
    current = dict(Dataset.objects.searchable().values_list("name", "current_version_id"))
    digest = book.digest(today)
    fresh = Look(at=now, on=today, versions=current, rules_digest=digest)
    if last is None:
        fresh.finished_at = now
        fresh.save()
        return None
    changes = changes_since(last, current, today, digest)
    owed = _owed(last, changes)
    # Asked before the transaction: nobody else could write meanwhile.
    subjects = affected(changes, last.at, owed)
    fresh.causes, fresh.because = changes.causes, changes.because
    fresh.parties, fresh.subjects = len(changes.because), len(subjects)
    if not (fresh.causes or subjects or last.causes or last.subjects):
        # Of looks that found nothing only the newest is kept.
        fresh.pk = last.pk
    with transaction.atomic():
        fresh.save()
        fresh.screenings.set(_runs(subjects, "; ".join(changes.causes)))
    _finish(fresh)
    return fresh


def _finish(looked: Look) -> list[Alert]:
    """Run what a look began, and alert; may be done again after a death."""
    for screening in looked.screenings.select_related("portfolio").order_by("pk"):
        try:
            run(screening.pk)
        except OperationalError:
            raise  # The database was busy: the look stays open and is finished later.
        except Exception:
            logger.exception("Screening %s under watch failed; the next look begins it anew.", screening.pk)
        alerts_of(screening, looked.because)
    rows = Alert.objects.filter(screening__in=looked.screenings.all()).select_related("subject", "hit")
    made = list(rows.order_by("pk"))
    calls_owed(made)
    looked.finished_at = timezone.now()
    looked.save(update_fields=["finished_at"])
    return made


def _owed(last: Look, changes: Changes) -> set[int]:
    """Return the subjects whose run of the last look failed or was stopped, and carry its causes over."""
    lost = last.screenings.filter(state__in=(ScreeningState.FAILED, ScreeningState.CANCELLED))
    owed = {pk for screening in lost for pk in asked(screening)}
    if owed:
        changes.causes.append(f"a run that was not finished since {last.at:%Y-%m-%d %H:%M}")
        for id_, cause in last.because.items():
            changes.because.setdefault(id_, cause)
    return owed


def changes_since(last: Look, current: dict[str, int], today: date, digest: str) -> Changes:
    """Find the parties that new versions, dates of law and rules touch since a look."""
    changes = Changes()
    structure = structure_at(Moment(today))
    for version in _new_versions(last, current):
        touched = set(_changed(version))
        if touched:
            cause = f"{version.dataset.name} of {version.published_on}"
            changes.causes.append(cause)
            changes.touch(sorted(_reached(touched, structure)), cause)
    if today > last.on and (dated := _dated(last.on, today)):
        cause = f"dates of listings and ownership up to {today}"
        changes.causes.append(cause)
        changes.touch(sorted(_reached(dated, structure)), cause)
    if digest != last.rules_digest:
        for cause, parties in _ruled(last, today, structure):
            changes.causes.append(cause)
            changes.touch(sorted(parties), cause)
    return changes


def _new_versions(last: Look, current: dict[str, int]) -> list[DatasetVersion]:
    """Return the versions that came since, oldest first; a dataset that was never seen counts whole."""
    wanted = Q(pk__in=[])
    for name, version in current.items():
        seen = last.versions.get(name)
        if version != seen:
            wanted |= Q(dataset__name=name, pk__gt=seen or 0)
    rows = DatasetVersion.objects.accepted().filter(wanted, is_history=False)
    return list(rows.select_related("dataset").order_by("published_on", "pk"))


def _changed(version: DatasetVersion) -> Iterator[str]:
    """Name the parties that a version added, changed or removed, and those whose owners it did."""
    touched = Q(added_in=version) | Q(changed_in=version) | Q(removed_in=version)
    yield from Entity.objects.filter(touched).values_list("pk", flat=True)
    moved = Q(added_in=version) | Q(removed_in=version)
    for owner, asset in Ownership.objects.filter(moved).values_list("owner_id", "asset_id"):
        yield from (owner, asset)


def _dated(since: date, today: date) -> set[str]:
    """Name the parties whose listing or owner began or ended by a date between two looks."""
    began = Q(start__gt=since, start__lte=today) | Q(end__gt=since, end__lte=today)
    listed = Listing.objects.current().filter(began).values_list("entity_id", flat=True)
    owned = Ownership.objects.current().filter(began).values_list("asset_id", flat=True)
    return {*listed, *owned}


def _ruled(last: Look, today: date, structure: Structure) -> Iterator[tuple[str, set[str]]]:
    """Compare what the rules of either day conclude of everybody; yield each rule that differs, with whom it touches."""
    before, after = rulebook(last.at).effective(last.on), rulebook().effective(today)
    told = [
        conclude(structure.graph, structure.listings, rules, today) for rules in (tuple(before), tuple(after))
    ]
    known = {rule.code: rule for rule in before}
    for rule in {**known, **{rule.code: rule for rule in after}}.values():
        if known.get(rule.code) == rule and rule in after:
            continue
        sides = [
            {party: row.result for party, rows in said.items() for row in rows if row.rule.code == rule.code}
            for said in told
        ]
        parties = {
            party for party in sides[0].keys() | sides[1].keys() if sides[0].get(party) != sides[1].get(party)
        }
        if parties:
            rows = {row for party in parties for row in structure.clusters.rows(party)}
            yield f"{rule.regime}, {rule.status} on {today}", rows


def _reached(parties: Iterable[str], structure: Structure) -> set[str]:
    """Add to parties the other rows of each, and all that they own however far down."""
    found: set[str] = set()
    frontier = set(parties)
    while frontier:
        rows = {row for party in frontier for row in structure.clusters.rows(party)} | frontier
        found |= rows
        owned = {
            edge.asset
            for party in {structure.clusters.party(row) for row in rows}
            for edge in structure.graph.holdings_of(party)
        }
        frontier = {row for party in owned for row in structure.clusters.rows(party)} - found
    return found


def affected(changes: Changes, since: datetime, owed: Collection[int] = ()) -> list[Subject]:
    """Return the subjects under watch that a change may touch by their name, that changed themselves, or are owed."""
    watched = Subject.objects.filter(watched=True).select_related("portfolio")
    # What a file changed was screened by the run that read it; a row is kept only of what it last said.
    by_hand = watched.filter(changed_at__gt=since, read_row=None)
    moved = set(owed) | set(by_hand.values_list("pk", flat=True))
    index = Index.build(_records(sorted(changes.because)))
    if not (len(index) or moved):
        return []
    found: list[Subject] = []
    rows = watched.order_by("portfolio_id", "pk").iterator(chunk_size=ASKED)
    while chunk := list(islice(rows, ASKED)):
        least = min(subject.portfolio.least_score for subject in chunk)
        queries = [_query(subject) for subject in chunk]
        scores: dict[int, float] = {}
        if len(index):
            near = index.matches(queries, least)
            # Best first within a query.
            for at, score in zip(near.query.tolist(), near.score.tolist(), strict=True):
                scores.setdefault(at, score)
        for at, subject in enumerate(chunk):
            if subject.pk in moved or scores.get(at, 0.0) >= subject.portfolio.least_score:
                found.append(subject)
    return found


def _query(subject: Subject) -> Query:
    pairs = tuple((str(scheme), str(value)) for scheme, value in subject.identifiers)
    return Query(subject.name, subject.country or None, "Company", pairs)


def _records(ids: Sequence[str]) -> Iterator[Record]:
    """Read some parties as the index holds them, those that left a list too: their subjects are told so."""
    for start_ in range(0, len(ids), IDS):
        yield from records(Entity.objects.filter(pk__in=ids[start_ : start_ + IDS]))


def _runs(subjects: Sequence[Subject], cause: str) -> list[Screening]:
    """Begin one run for each portfolio, of its subjects alone."""
    portfolios: dict[Portfolio, list[Subject]] = {}
    for subject in subjects:
        portfolios.setdefault(subject.portfolio, []).append(subject)
    return [screened(portfolio, rows, Trigger.WATCH, cause) for portfolio, rows in portfolios.items()]


def screened(
    portfolio: Portfolio,
    subjects: Sequence[Subject],
    trigger: Trigger,
    reason: str,
    *,
    on: date | None = None,
    by: Any = None,
) -> Screening:
    """Begin a run of subjects as they stand. Raises Refused where no list was loaded."""
    suppliers = [
        Supplier(
            row,
            subject.name,
            subject.country,
            subject.address,
            tuple((str(scheme), str(value)) for scheme, value in subject.identifiers),
            subject.reference,
        )
        for row, subject in enumerate(subjects, start=1)
    ]
    text = json.dumps(suppliers, ensure_ascii=False).encode()
    source = Input(f"{portfolio}: {len(suppliers)} under watch", hashlib.sha256(text).hexdigest(), len(text))
    # The subjects are written already, so no column of a file speaks for any of their fields.
    given: Any = SimpleNamespace(
        require_name=lambda: None,
        distinct=lambda: (Row(supplier.row, supplier) for supplier in suppliers),
        reading={"format": "subjects"},
        columns=SimpleNamespace(mapping={}),
    )
    return start(portfolio, given, source, by=by, trigger=trigger, reason=reason, on=on)


def look_back(portfolio: Portfolio, *, lists_of: date, subjects_of: date, by: Any = None) -> Screening:
    """Ask whether the lists of one day would have hit the portfolio of another, and run it.

    The subjects are those that the portfolio had by then, as they are described now. Raises Refused where there is none
    or where no list was loaded.
    """
    end = timezone.make_aware(datetime.combine(subjects_of, datetime.max.time()))
    subjects = list(portfolio.subjects.filter(created_at__lte=end).order_by("pk"))
    reason = f"Would the lists of {lists_of} have hit the portfolio of {subjects_of}?"
    screening = screened(portfolio, subjects, Trigger.LOOKBACK, reason, on=lists_of, by=by)
    run(screening.pk)
    screening.refresh_from_db()
    return screening
