"""Evidence and partnerships that people enter: each entry a version of the desk's own dataset, and on the audit trail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone

from entities.choices import ChangeKind, DatasetKind, VersionStatus
from entities.models import Change, Dataset, DatasetVersion, Evidence, Partnership
from ingest import records as tuples
from ingest.diffing import plain
from screening.index import DESK
from screening.models import AuditEvent

Entry = Evidence | Partnership
Writer = User | AnonymousUser
# What the record calls each kind of entry, and the columns that say something of it.
FIELDS: dict[type[Entry], tuple[str, Any]] = {
    Evidence: ("evidence", tuples.Evidence),
    Partnership: ("partnerships", tuples.Partnership),
}


class RecordingError(ValueError):
    """An entry cannot be changed this way; the message says why in one sentence."""


def entered(
    rows: Sequence[Entry],
    by: Writer | None,
    *,
    origin: str = "",
    files: Sequence[dict[str, Any]] = (),
    **detail: Any,
) -> DatasetVersion:
    """Write what somebody entered by hand, or in a file, as one version; all or nothing."""
    with transaction.atomic():
        version = _version(rows, by, origin, files, added=len(rows))
        _insert(rows, version)
        about = rows[0] if len(rows) == 1 else version
        said = [{"entity": row.entity_id, **_plain(row)} for row in rows[:100]]
        AuditEvent.objects.record("entered", about, by=by, entries=len(rows), said=said, **detail)
    return version


def corrected(old: Entry, fresh: Entry, by: Writer | None, *, files: Sequence[dict[str, Any]] = ()) -> Entry:
    """Put an entry in the place of an earlier one, which stays on record as withdrawn; raises RecordingError."""
    _refuse_others(old)
    with transaction.atomic():
        version = _version([fresh], by, "", files, added=1, removed=1)
        _withdraw(old, version)
        _insert([fresh], version, before=old)
        AuditEvent.objects.record("corrected", fresh, by=by, before=_plain(old), after=_plain(fresh))
    return fresh


def withdrawn(row: Entry, by: Writer | None) -> DatasetVersion:
    """Withdraw an entry from now on; it stays on record. Raises RecordingError for what a table or a list states."""
    _refuse_others(row)
    with transaction.atomic():
        version = _version([row], by, "", (), removed=1)
        _withdraw(row, version)
        _note([(row.entity_id, row, None)], version)
        AuditEvent.objects.record("withdrew", row, by=by, before=_plain(row))
    return version


def is_ours(row: Entry) -> bool:
    """Tell whether an entry was made at the desk, and stands."""
    return row.added_in.dataset.name == DESK and row.removed_in_id is None


def _refuse_others(row: Entry) -> None:
    if row.removed_in_id is not None:
        raise RecordingError("This entry was withdrawn or corrected already.")
    if not is_ours(row):
        raise RecordingError(f"{row.added_in.dataset.title} states this; correct it there and load it again.")


def _version(
    rows: Sequence[Entry], by: Writer | None, origin: str, files: Sequence[dict[str, Any]], **counts: int
) -> DatasetVersion:
    dataset, _ = Dataset.objects.get_or_create(
        name=DESK,
        defaults={
            "title": "Entered at this desk",
            "kind": DatasetKind.PRIVATE,
            "source": DESK,
            "authority": "The people of this installation",
            "cadence": "when somebody enters something",
            "fresh_days": 365,
        },
    )
    now = timezone.now()
    who = by.get_username() if by is not None else "the command line"
    said = json.dumps([[row.entity_id, _plain(row)] for row in rows], sort_keys=True).encode()
    version = DatasetVersion.objects.create(
        dataset=dataset,
        status=VersionStatus.ACCEPTED,
        published_on=timezone.localdate(now),
        fetched_at=now,
        source=DESK,
        origin=(origin or f"entered by {who}")[:500],
        # The moment is part of it: the same words entered twice are two versions.
        sha256=hashlib.sha256(said + now.isoformat().encode()).hexdigest(),
        size=len(said),
        files=list(files),
        rows=len(rows),
        oldest=dataset.current_version_id is None,
        **counts,
    )
    dataset.current_version, dataset.checked_at = version, now
    dataset.save(update_fields=["current_version", "checked_at"])
    return version


def _insert(rows: Sequence[Entry], version: DatasetVersion, before: Entry | None = None) -> None:
    for row in rows:
        row.pk, row.added_in, row.removed_in = None, version, None
        row.known_from, row.known_to = version.fetched_at, None
    type(rows[0])._default_manager.bulk_create(rows)  # type: ignore[arg-type]
    _note([(row.entity_id, before, row) for row in rows], version)


def _withdraw(row: Entry, version: DatasetVersion) -> None:
    row.removed_in, row.known_to = version, version.fetched_at
    row.save(update_fields=["removed_in", "known_to"])


def _note(moved: Sequence[tuple[str, Entry | None, Entry | None]], version: DatasetVersion) -> None:
    """Tell among what changed that something was said of an entity, or taken back."""
    fields: dict[str, dict[str, dict[str, list[Any]]]] = {}
    for entity, before, after in moved:
        name = next(FIELDS[type(row)][0] for row in (before, after) if row is not None)
        told = fields.setdefault(entity, {}).setdefault(name, {"before": [], "after": []})
        told["before"] += [_plain(before)] if before is not None else []
        told["after"] += [_plain(after)] if after is not None else []
    Change.objects.bulk_create(
        Change(version=version, entity_id=entity, kind=ChangeKind.CHANGED, fields=told)
        for entity, told in fields.items()
    )


def _plain(row: Entry) -> dict[str, Any]:
    shape = FIELDS[type(row)][1]
    return plain(shape(*(getattr(row, name) for name in shape._fields)))
