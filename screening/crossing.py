"""Runs that compare companies with the lists and keep what they find as cross-references."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

import matching
from entities.models import Dataset, Entity
from screening import counterparts
from screening.choices import ScreeningState, Standing
from screening.counterparts import Comparison, Step
from screening.models import CrossReference, CrossReferenceRun
from screening.parties import Key, Pair, dataset_of

logger = logging.getLogger(__name__)

# A run that nobody has taken up for so long may have been lost on its way to the workers.
LOST = timedelta(minutes=5)
REFRESHED = (
    *("company_name", "listed_name", "score", "agrees", "reason", "explanation", "matcher"),
    *("company_digest", "listed_digest", "compared_at", "standing"),
)
UNDER_WAY = (ScreeningState.WAITING, ScreeningState.RUNNING)
Progress = Callable[[CrossReferenceRun], None]


def after_load(dataset: str) -> None:
    """Ask the workers to compare what a load changed. A queue that cannot be reached stops no load."""
    from screening.tasks import cross_reference

    waiting = CrossReferenceRun.objects.filter(state=ScreeningState.WAITING, dataset="")
    if waiting.filter(created_at__gt=timezone.now() - LOST).exists():
        return
    if not waiting.exists():
        CrossReferenceRun.objects.create(reason=f"{dataset} was loaded")
    try:
        cross_reference.delay()
    except Exception:
        logger.exception(
            "Cross-references wait: the queue could not be reached. `manage.py crossref` makes them."
        )


def next_free() -> CrossReferenceRun | None:
    """Return the oldest run that waits for a worker, unless another one is at work."""
    held = list(CrossReferenceRun.objects.filter(state__in=UNDER_WAY).order_by("id"))
    if any(run.state == ScreeningState.RUNNING and not run.is_free for run in held):
        return None
    return next((run for run in held if run.is_free), None)


def cancel(run: CrossReferenceRun, by: str) -> bool:
    """Stop a run after the companies it has in hand; what it found stays. Tell whether it was not over yet."""
    told = {"state": ScreeningState.CANCELLED, "cancelled_by": by, "finished_at": timezone.now()}
    return bool(CrossReferenceRun.objects.filter(pk=run.pk, state__in=UNDER_WAY).update(**told))


def advance(run: CrossReferenceRun, progress: Progress = lambda run: None) -> None:
    """Do what is left of a run. Killed at any point it goes on where it stopped; done twice it changes nothing."""
    if not _claimed(run):
        return
    try:
        for number, step in enumerate(_steps(run)):
            if number < run.step:
                continue
            for comparison in counterparts.comparisons(step, run.after):
                with transaction.atomic():
                    if not _beat(run):
                        return
                    run.found += write(comparison, run.started_at or timezone.now())
                    run.rows_done += len(comparison.companies)
                    run.after = max(comparison.companies)
                    run.save(update_fields=["found", "rows_done", "after"])
                progress(run)
            run.step, run.after = number + 1, ""
            run.save(update_fields=["step", "after"])
        forget_lost()
        _finish(run, ScreeningState.DONE)
    except OperationalError:
        # A locked database: the task asks again.
        CrossReferenceRun.objects.filter(pk=run.pk).update(beat_at=None)
        raise
    except Exception as error:
        _finish(run, ScreeningState.FAILED, f"{type(error).__name__}: {error}")
        raise


def forget_lost() -> None:
    """Drop the suggestions of which a rebuild has dropped a party; what somebody ruled on stays."""
    held = CrossReference.objects.held().values("pk")
    CrossReference.objects.filter(rulings=0).exclude(pk__in=held).delete()


def write(comparison: Comparison, begun: datetime) -> int:
    """Keep the pairs of a comparison in a run that began then, and mark those that are no more; count what was kept.

    A pair that nobody ruled on goes; one that somebody did stays, marked as lapsed.
    """
    ids = comparison.companies
    near = CrossReference.objects.filter(Q(company_id__in=ids) | Q(listed_id__in=ids))
    # Locked, so that nobody rules on a pair while it goes.
    held = list(near.defer("explanation", "reason").select_for_update())
    gone = [
        row
        for row in held
        if (row.company_id, row.listed_id) not in comparison.pairs
        and comparison.covers(row.company_id, row.listed_id)
        # The other of two listed parties may have found this one in the same run.
        and row.compared_at < begun
    ]
    CrossReference.objects.filter(pk__in=[row.pk for row in gone if not row.rulings]).delete()
    lapsed = CrossReference.objects.filter(pk__in=[row.pk for row in gone if row.rulings])
    lapsed.update(standing=Standing.LAPSED, compared_at=timezone.now())
    known = {
        (row.company_id, row.listed_id): (row.agrees, row.score) for row in held if row.compared_at >= begun
    }
    better = {
        key: pair for key, pair in comparison.pairs.items() if known.get(key, (False, 0.0)) <= pair.weight
    }
    rows = list(_rows(better))
    CrossReference.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["company_id", "listed_id"],
        update_fields=REFRESHED,
        batch_size=200,
    )
    return len(rows)


def _rows(pairs: Mapping[Key, Pair]) -> Iterator[CrossReference]:
    wanted = {id_ for key in pairs for id_ in key}
    facts = {
        pk: (digest, removed)
        for pk, digest, removed in Entity.objects.filter(pk__in=wanted).values_list(
            "pk", "digest", "removed_in"
        )
    }
    for (company, listed), pair in pairs.items():
        # The index may know a party that a rebuild has just dropped.
        if not {company, listed} <= facts.keys():
            continue
        explanation = pair.hit.explanation
        texts = (explanation.query, explanation.candidate)
        # A pair of two lists is kept under the first id, whichever of the two was asked about.
        names = texts if pair.listed_id == listed else texts[::-1]
        left = facts[company][1] or facts[listed][1]
        yield CrossReference(
            company_id=company,
            listed_id=listed,
            company_dataset=dataset_of(company),
            listed_dataset=dataset_of(listed),
            company_name=names[0],
            listed_name=names[1],
            score=pair.hit.score,
            agrees=pair.agrees,
            reason=explanation.sentence(),
            explanation=explanation.as_dict(),
            matcher=matching.VERSION,
            company_digest=facts[company][0],
            listed_digest=facts[listed][0],
            compared_at=timezone.now(),
            standing=Standing.LEFT if left else Standing.CURRENT,
        )


def _claimed(run: CrossReferenceRun) -> bool:
    """Take a run, so that no other worker does it at the same time, and settle what it covers."""
    with transaction.atomic():
        row = CrossReferenceRun.objects.select_for_update().get(pk=run.pk)
        if not row.is_free:
            return False
        if row.started_at is None:
            row.started_at = timezone.now()
            row.matcher, row.threshold = matching.VERSION, counterparts.least_kept()
            row.since = {} if row.dataset or row.whole else counterparts.covered()
            row.versions = counterparts.versions()
            row.rows = sum(step.companies.count() for step in _steps(row))
        row.state, row.beat_at = ScreeningState.RUNNING, timezone.now()
        row.save()
    run.refresh_from_db()
    return True


def _steps(run: CrossReferenceRun) -> list[Step]:
    if run.dataset:
        return counterparts.steps_of(Dataset.objects.get(name=run.dataset))
    return counterparts.steps(run.since, run.versions)


def _beat(run: CrossReferenceRun) -> bool:
    """Say that the run is alive; false where somebody cancelled it."""
    alive = CrossReferenceRun.objects.filter(pk=run.pk, state=ScreeningState.RUNNING)
    return bool(alive.update(beat_at=timezone.now()))


def _finish(run: CrossReferenceRun, state: str, error: str = "") -> None:
    told = {"state": state, "error": error, "finished_at": timezone.now()}
    CrossReferenceRun.objects.filter(pk=run.pk, state=ScreeningState.RUNNING).update(**told)
    run.refresh_from_db()
