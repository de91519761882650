"""A receipt put to the proof: is what was kept what was found, and does the same receipt give the same result again?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser, User

from entities.models import DatasetVersion
from screening.choices import ScreeningState
from screening.models import AuditEvent, Hit, Screening, ScreeningChunk
from screening.numbers import numbered
from screening.receipts import kept_result_of, receipt_of, result_of, said_of, whole_result
from screening.runs import CannotRun, finder_of
from screening.searched import searched_lists
from screening.starting import rows_sha256, suppliers_of

# Differences that are told one by one.
SHOWN = 20

SAME, DIFFERENT, IMPOSSIBLE, TAMPERED = "same", "different", "impossible", "tampered"


@dataclass
class Verification:
    """What a proof came to; `tampered` and `impossible` say why, and each difference names its row."""

    screening: int
    receipt: str
    tampered: list[str] = field(default_factory=list)
    impossible: list[str] = field(default_factory=list)
    rows: int = 0
    hits: int = 0
    different: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        if self.tampered:
            return TAMPERED
        if self.impossible:
            return IMPOSSIBLE
        return DIFFERENT if self.different else SAME

    @property
    def sentence(self) -> str:
        """Say the outcome in one plain sentence."""
        if self.tampered:
            return f"What is kept is not what was found: {' '.join(self.tampered)}"
        if self.impossible:
            return f"It cannot be run again: {' '.join(self.impossible)} What is kept is what was found then."
        if self.different:
            return f"Run again, {numbered(self.different, 'hit')} differ from what was found."
        return f"The same: {numbered(self.rows, 'row')} run again on the same versions gave the same {numbered(self.hits, 'hit')}."

    def as_dict(self) -> dict[str, Any]:
        return {
            "screening": self.screening,
            "receipt": self.receipt,
            "outcome": self.outcome,
            "sentence": self.sentence,
            "rows": self.rows,
            "hits": self.hits,
            "different": self.different,
            "differences": self.differences,
        }


def verify(
    screening: Screening,
    by: User | AnonymousUser | None,
    progress: Callable[[int], object] = lambda rows: None,
) -> Verification:
    """Check a run's receipt and what is kept of its result, then run it again as of the moment it knew.

    Takes as long as the run did; longer where the record has changed since, for its index is built again.
    """
    told = Verification(screening.pk, screening.receipt)
    if screening.state != ScreeningState.DONE:
        told.impossible.append(f"The run is {screening.get_state_display()}, so there is no result to prove.")
    else:
        told.tampered += _tampered(screening)
        if not told.tampered:
            told.impossible += _forgotten(screening)
        if not told.tampered and not told.impossible:
            _run_again(screening, told, progress)
    AuditEvent.objects.record(
        "verified",
        screening,
        by=by,
        portfolio=screening.portfolio,
        outcome=told.outcome,
        sentence=told.sentence,
    )
    return told


def _chunks(screening: Screening) -> Iterator[ScreeningChunk]:
    return screening.chunks.order_by("number").iterator(chunk_size=20)


def _tampered(screening: Screening) -> Iterator[str]:
    """Compare the rows, the hits and the hashes that are kept with one another."""
    if receipt_of(screening, rows_sha256(_chunks(screening))) != screening.receipt:
        yield "The rows, the versions or the question are not those of the receipt."
    digests = []
    for chunk in _chunks(screening):
        digests.append(chunk.result_sha256)
        if kept_result_of(chunk.hits.all()) != chunk.result_sha256:
            yield f"The hits of {chunk.size:,} rows from row {chunk.first_row:,} are not those that were found."
    if whole_result(digests) != screening.result_sha256:
        yield "The hash of the whole result is another."


def _forgotten(screening: Screening) -> Iterator[str]:
    """Name what the run rested on and the record no longer holds."""
    ids = [row["version"] for row in screening.versions]
    held = dict(DatasetVersion.objects.accepted().filter(pk__in=ids).values_list("pk", "sha256"))
    for row in screening.versions:
        if held.get(row["version"]) != row["sha256"]:
            yield f"The version of {row['title']} of {row['published_on']} is no longer held."
    known = {
        row["dataset"]: row["sha256"] for row in searched_lists(screening.known_at).as_dict()["searched"]
    }
    was = {row["dataset"]: row["sha256"] for row in screening.versions}
    for name in sorted(known.keys() - was.keys()):
        yield f"A version of {name} of before that moment was loaded since."


def _run_again(screening: Screening, told: Verification, progress: Callable[[int], object]) -> None:
    try:
        finder = finder_of(screening)
    except CannotRun as error:
        told.impossible.append(str(error))
        return
    for chunk in _chunks(screening):
        found = list(finder.find(list(suppliers_of(chunk))))
        told.rows += chunk.size
        told.hits += len(found)
        if result_of(found) != chunk.result_sha256:
            _differ(told, {_key(row.said): row.said for row in found}, list(chunk.hits.all()))
        progress(chunk.size)


def _differ(told: Verification, found: dict[tuple[Any, ...], list[Any]], hits: list[Hit]) -> None:
    kept = {_key(said_of(hit)): said_of(hit) for hit in hits}
    for key in sorted(found.keys() | kept.keys()):
        if found.get(key) == kept.get(key):
            continue
        told.different += 1
        if len(told.differences) < SHOWN:
            what = "is new" if key not in kept else "is gone" if key not in found else "is told otherwise"
            told.differences.append(f"row {key[0]:,}: {key[1]} {what}")


def _key(said: list[Any]) -> tuple[Any, ...]:
    return tuple(said[:3])
