"""A run taken up, chunk by chunk: each is done as a whole or not at all, by whichever worker comes first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.utils import OperationalError
from django.utils import timezone

import matching
from entities.querysets import Moment
from screening.choices import ChunkState, ScreeningState
from screening.finding import Finder, Found
from screening.models import AuditEvent, Hit, Screening, ScreeningChunk, Subject
from screening.models.portfolios import fingerprint
from screening.receipts import result_of, whole_result
from screening.rules import rulebook
from screening.starting import suppliers_of
from screening.subjects import kept
from screening.suppression import Pair, ruled, standing
from screening.worlds import world_known

logger = logging.getLogger(__name__)
_lock = Lock()
_held: dict[tuple[object, ...], Finder] = {}


class CannotRun(RuntimeError):
    """The run cannot be gone on with as it began; the message says why in one sentence."""


def run(pk: int, progress: Callable[[int], object] = lambda rows: None) -> None:
    """Do what is left of a run. A second worker may do the same at once: each takes chunks that nobody has.

    What fails is written on the run, which can then be resumed.
    """
    begun = Screening.objects.filter(pk=pk, state__in=(ScreeningState.WAITING, ScreeningState.RUNNING))
    begun.filter(started_at=None).update(started_at=timezone.now())
    if not begun.update(state=ScreeningState.RUNNING):
        return
    screening = Screening.objects.select_related("portfolio").get(pk=pk)
    try:
        finder = finder_of(screening)
        while chunk := _claimed(screening):
            if do(chunk, screening, finder):
                progress(chunk.size)
        finish(screening)
    except OperationalError:
        # The database was busy: the task is tried again, and the run goes on where it was.
        raise
    except CannotRun as error:
        _failed(screening, str(error))
    except Exception as error:
        logger.exception("Screening %s failed.", pk)
        _failed(screening, f"{type(error).__name__}: {error}")
        raise


def finder_of(screening: Screening) -> Finder:
    """Return the finder that a run began with: the record as it was known then. Kept for its next chunks."""
    if screening.matcher != matching.VERSION:
        raise CannotRun(f"It began with matcher {screening.matcher}; this program has {matching.VERSION}.")
    if screening.same_party != settings.SAME_PARTY_THRESHOLD:
        raise CannotRun(
            f"It read rows as one party from a score of {screening.same_party}; "
            f"SAME_PARTY_THRESHOLD is {settings.SAME_PARTY_THRESHOLD} now."
        )
    if rulebook(screening.known_at).digest(screening.as_of) != screening.rules_digest:
        raise CannotRun("The rules on ownership of that moment are not those it began with.")
    moment = Moment(screening.as_of, screening.known_at)
    key = (screening.generation, *moment, screening.threshold, *screening.regimes)
    with _lock:
        if key not in _held:
            world = world_known(moment, screening.generation)
            _held.clear()
            _held[key] = Finder(world, screening.threshold, screening.regimes)
        return _held[key]


def _claimed(screening: Screening) -> ScreeningChunk | None:
    """Take the first chunk that is neither done nor in another worker's hands; None where there is none."""
    while Screening.objects.filter(pk=screening.pk, state=ScreeningState.RUNNING).exists():
        free = _free(screening.chunks.all(), timezone.now()).order_by("number").first()
        if free is None:
            return None
        mine = ScreeningChunk.objects.filter(
            pk=free.pk, state=ChunkState.WAITING, claimed_at=free.claimed_at
        ).update(claimed_at=timezone.now())
        if mine:
            return free
    return None


def _free(chunks: QuerySet[ScreeningChunk], now: datetime) -> QuerySet[ScreeningChunk]:
    lost = Q(claimed_at=None) | Q(claimed_at__lt=now - timedelta(seconds=settings.SCREENING_LEASE))
    return chunks.filter(lost, state=ChunkState.WAITING)


def do(chunk: ScreeningChunk, screening: Screening, finder: Finder) -> bool:
    """Screen a chunk and write all that comes of it in one transaction; False where another worker was first, or it was cancelled."""
    suppliers = list(suppliers_of(chunk))
    found = list(finder.find(suppliers))
    explained = {id(row): row.hit.explanation.as_dict() for row in found}
    with transaction.atomic():
        live = Screening.objects.select_for_update().filter(pk=screening.pk, state=ScreeningState.RUNNING)
        if live.values_list("pk", flat=True).first() is None:
            return False
        done = ScreeningChunk.objects.filter(pk=chunk.pk, state=ChunkState.WAITING).update(
            state=ChunkState.DONE, finished_at=timezone.now(), result_sha256=result_of(found)
        )
        if not done:
            return False
        subjects = kept(screening, suppliers)
        hits = _hits(screening, chunk, found, subjects, explained)
        Hit.objects.bulk_create(hits, batch_size=200)
        Screening.objects.filter(pk=screening.pk).update(
            rows_done=F("rows_done") + chunk.size,
            hits_found=F("hits_found") + len(hits),
            suppressed=F("suppressed") + sum(hit.suppressed_by is not None for hit in hits),
        )
    return True


def _hits(
    screening: Screening,
    chunk: ScreeningChunk,
    found: Sequence[Found],
    subjects: dict[int, Subject],
    explained: dict[int, dict[str, object]],
) -> list[Hit]:
    said = standing({subjects[row.supplier.row].pk for row in found})
    hits = []
    for row in found:
        subject = subjects[row.supplier.row]
        facts = row.facts
        ruling = ruled(
            said.get(Pair(subject.pk, row.entity.pk, row.company_id)),
            screening.portfolio,
            screening.as_of,
            subject.facts,
            facts,
        )
        hits.append(
            Hit(
                screening=screening,
                chunk=chunk,
                subject=subject,
                row=row.supplier.row,
                entity_id=row.entity.pk,
                company_id=row.company_id,
                dataset=row.entity.dataset.name,
                caption=row.entity.caption,
                score=row.score,
                matched_name=row.hit.name.text,
                name_kind=row.hit.name.kind,
                explanation=explained[id(row)],
                regimes=list(row.regimes),
                via=row.via,
                path=row.in_words,
                entity_facts=facts,
                entity_fingerprint=fingerprint(facts),
                subject_fingerprint=subject.fingerprint,
                suppressed_by=ruling.suppressed_by,
                reopens=ruling.reopens,
                difference=ruling.difference,
            )
        )
    return hits


def finish(screening: Screening) -> bool:
    """Close a run whose chunks are all done; whichever worker comes first writes the hash of the result."""
    chunks = list(screening.chunks.order_by("number").values_list("state", "result_sha256"))
    if any(state != ChunkState.DONE for state, _ in chunks):
        return False
    closed = Screening.objects.filter(pk=screening.pk, state=ScreeningState.RUNNING).update(
        state=ScreeningState.DONE,
        finished_at=timezone.now(),
        result_sha256=whole_result([digest for _, digest in chunks]),
    )
    return bool(closed)


def _failed(screening: Screening, words: str) -> None:
    Screening.objects.filter(pk=screening.pk, state=ScreeningState.RUNNING).update(
        state=ScreeningState.FAILED, error=words[:2_000]
    )


def cancel(screening: Screening, by: User) -> bool:
    """Stop a run: chunks that are done stay, none is begun. False where it is over already."""
    with transaction.atomic():
        stopped = Screening.objects.filter(
            pk=screening.pk, state__in=(ScreeningState.WAITING, ScreeningState.RUNNING)
        ).update(state=ScreeningState.CANCELLED, cancelled_by=by.get_username())
        if stopped:
            AuditEvent.objects.record("cancelled", screening, by=by, portfolio=screening.portfolio)
    return bool(stopped)


def resume(screening: Screening, by: User) -> bool:
    """Set a cancelled or failed run going again, from where it stopped. False where it is neither."""
    with transaction.atomic():
        going = Screening.objects.filter(
            pk=screening.pk, state__in=(ScreeningState.CANCELLED, ScreeningState.FAILED)
        ).update(state=ScreeningState.WAITING, cancelled_by="", error="")
        if going:
            ScreeningChunk.objects.filter(screening=screening.pk, state=ChunkState.WAITING).update(
                claimed_at=None
            )
            AuditEvent.objects.record("resumed", screening, by=by, portfolio=screening.portfolio)
    return bool(going)


def abandoned() -> list[int]:
    """Find the runs that nobody works at: begun or asked for a lease ago, and no chunk in anybody's hands."""
    now = timezone.now()
    since = now - timedelta(seconds=settings.SCREENING_LEASE)
    busy = ScreeningChunk.objects.filter(
        screening=OuterRef("pk"), state=ChunkState.WAITING, claimed_at__gte=since
    )
    lately = ScreeningChunk.objects.filter(screening=OuterRef("pk"), finished_at__gte=since)
    open_ = Screening.objects.filter(state__in=(ScreeningState.WAITING, ScreeningState.RUNNING))
    begun = Q(started_at=None, created_at__lt=since) | Q(started_at__lt=since)
    rows = open_.filter(begun).exclude(Exists(busy)).exclude(Exists(lately))
    return list(rows.order_by("created_at").values_list("pk", flat=True))
