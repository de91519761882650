"""A person's word on a copy that was held: load it after all, or refuse it for good."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from entities.choices import VersionStatus
from entities.models import DatasetVersion
from ingest import files
from ingest.errors import IngestError
from ingest.loading import Outcome, Review
from ingest.runs import alone, load, loading_of
from ingest.source import is_register, source_named


def accept(version: DatasetVersion, *, by: str, note: str) -> list[Outcome]:
    """Load a held copy from the archive on a person's word; every dataset that came in it goes along.

    It counts as known from now on. Raises IngestError where it is not held any more, where a copy that
    was loaded since would be set back by it, or where the archive's copy cannot be read.
    """
    rows = _waiting(version)
    if newer := _loaded_since(rows):
        raise IngestError(
            f"The version of {newer} was loaded after this copy of {version.published_on} had been held, and this "
            "one would set it back; refuse it, or load its file as history with `ingest --from`."
        )
    review = Review(versions={row.dataset.name: row for row in rows}, by=by, note=note)
    # A list may have another module of its own by now; this copy is the one's that read it.
    source = source_named(version.source or version.dataset.source)
    with tempfile.TemporaryDirectory(prefix="watchlink-") as folder, alone(source):
        bundle = files.from_archive(version.files, settings.ARCHIVE_DIR, Path(folder), version.origin)
        stated = version.published_on if version.published_on_stated else None
        given = {"scope": version.scope} if is_register(source) else {}
        outcomes = load(
            loading_of(source, bundle, excerpt=version.is_excerpt, stated=stated, review=review, **given)
        )
    # One file may leave out one of its lists; what was held of that one stays.
    left = [
        row for row in rows if row.pk not in {outcome.version.pk for outcome in outcomes if outcome.version}
    ]
    _note(
        left, by=by, note=note, error="This list is not in the copy that was accepted; what was held stays."
    )
    return outcomes


def refuse(version: DatasetVersion, *, by: str, note: str) -> None:
    """Refuse a held copy for good; what was held before goes on serving. Raises IngestError if it is not held."""
    _note(_waiting(version), by=by, note=note)


def _waiting(version: DatasetVersion) -> list[DatasetVersion]:
    """Find the held rows of the same copy, one per dataset of its source."""
    version.refresh_from_db()
    if version.status != VersionStatus.HELD:
        by = f" by {version.reviewed_by}" if version.reviewed_by else ""
        raise IngestError(f"{version} is not held any more: it was {version.status}{by}.")
    same = DatasetVersion.objects.held().filter(
        sha256=version.sha256, fetched_at=version.fetched_at, source=version.source
    )
    return list(same.select_related("dataset"))


def _loaded_since(rows: list[DatasetVersion]) -> DatasetVersion | None:
    """Find the copy that replaced what a held one was compared with; its date alone would not tell.

    A publisher may issue another copy under the same date, and a copy without a date of its own would get
    today's.
    """
    later = DatasetVersion.objects.accepted().filter(
        dataset__in=[row.dataset_id for row in rows], fetched_at__gt=rows[0].fetched_at, is_history=False
    )
    return later.select_related("dataset").first()


def _note(rows: list[DatasetVersion], *, by: str, note: str, error: str = "") -> None:
    for row in rows:
        row.status, row.error = VersionStatus.REFUSED, error or row.error
        row.reviewed_by, row.review_note, row.reviewed_at = by, note, timezone.now()
        row.save(update_fields=["status", "error", "reviewed_by", "review_note", "reviewed_at"])
