"""The matching index of the record as it stands: built once per state, kept as a file, opened by every process."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.db.models import Case, Q, When

import matching
from entities.models import Dataset, Entity, Identifier, Name
from matching import Index, IndexFormatError, Record, RecordName

logger = logging.getLogger(__name__)
# Indexes of earlier states that are kept for runs that began in them, and for proofs.
PAST_KEPT = 3
_lock = Lock()
_held: dict[str, Index] = {}


def generation() -> str:
    """Name the state of the record: it changes whenever a dataset's version does."""
    versions = (
        Dataset.objects.searchable()
        .order_by("name")
        .values_list("name", "current_version__sha256", "current_version_id")
    )
    state = f"{matching.VERSION} {list(versions)}"
    return hashlib.sha256(state.encode()).hexdigest()[:16]


def current_index() -> Index:
    """Return the index of the record's present state, building it where no process has yet."""
    name = generation()
    with _lock:
        if name not in _held:
            path = settings.INDEX_DIR / f"{name}.index"
            index = _open(path) or _build(path)
            _held.clear()
            _held[name] = index
        return _held[name]


def _open(path: Path) -> Index | None:
    # A file that is cut short or another program's is as good as none.
    try:
        return Index.open(path)
    except (FileNotFoundError, IndexFormatError) as error:
        if path.exists():
            logger.warning("%s It is built again.", error)
        return None


def _build(path: Path) -> Index:
    index = Index.build(records())
    path.parent.mkdir(parents=True, exist_ok=True)
    index.save(path)
    for old in path.parent.glob("*.index"):
        if old != path:
            old.unlink(missing_ok=True)
    # Mapped from the file, its pages are shared with every other process.
    return Index.open(path)


def index_known(by: datetime, state: str) -> Index:
    """Return the index of what was known by a moment, when the record's state had a name; the newest few are kept."""
    path = settings.INDEX_DIR / f"{state}.past"
    index = _open(path)
    if index is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        Index.build(records(by)).save(path)
        index = Index.open(path)
    past = sorted(path.parent.glob("*.past"), key=lambda file: file.stat().st_mtime)
    for old in past[:-PAST_KEPT]:
        if old != path:
            old.unlink(missing_ok=True)
    return index


def records(by: datetime | None = None) -> Iterator[Record]:
    """Stream every party the record has ever held, or held by a moment, in the order of their ids.

    Withdrawn names stay findable as former ones, withdrawn parties as themselves: what was listed on an
    earlier day must still be found for that day.
    """
    told, held, gone = Name.objects.all(), Identifier.objects.current(), Q(removed_in__isnull=False)
    if by is not None:
        told, held = told.filter(known_from__lte=by), Identifier.objects.known_at(by)
        gone = Q(known_to__lte=by)
    names = _grouped(
        told.annotate(withdrawn=Case(When(gone, then=True), default=False))
        .order_by("entity_id", "id")
        .values_list("entity_id", "text", "kind", "withdrawn")
    )
    identifiers = dict(_grouped(held.order_by("entity_id", "id").values_list("entity_id", "scheme", "value")))
    left = Q(removed_in__isnull=False) if by is None else Q(removed_in__fetched_at__lte=by)
    entities = {
        pk: (schema, countries, removed)
        for pk, schema, countries, removed in Entity.objects.annotate(
            left=Case(When(left, then=True), default=False)
        ).values_list("id", "schema", "countries", "left")
    }
    for entity_id, rows in names:
        schema, countries, removed = entities[entity_id]
        kinds: dict[str, str] = {}
        for _, text, kind, withdrawn in rows:
            kinds.setdefault(text, "former" if withdrawn and not removed else kind)
        yield Record(
            id=entity_id,
            schema=schema,
            names=tuple(RecordName(text, kind) for text, kind in kinds.items()),
            countries=tuple(countries.split()),
            identifiers=tuple((scheme, value) for _, scheme, value in identifiers.get(entity_id, [])),
        )


def _grouped(rows: object) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    for entity_id, group in groupby(rows.iterator(chunk_size=10_000), key=itemgetter(0)):  # type: ignore[attr-defined]
        yield entity_id, list(group)
