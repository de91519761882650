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
from django.db.models import Case, Q, QuerySet, When

import matching
from entities.choices import DatasetKind
from entities.models import Address, Dataset, Entity, Identifier, Name
from entities.querysets import DatasetQuerySet, StatementQuerySet
from matching import Index, IndexFormatError, Record, RecordName

# What a record keeps of a party's addresses: the index's file is mapped by every process.
MOST_ADDRESSES = 5
ADDRESS_LENGTH = 200

logger = logging.getLogger(__name__)
# Indexes of earlier states that are kept for runs that began in them, and for proofs.
PAST_KEPT = 3
# The dataset of what people enter at the desk: evidence and partnerships, no party and no name.
DESK = "desk"
_lock = Lock()
_held: dict[str, Index] = {}


def generation() -> str:
    """Name the state of what is matched: it changes whenever the version of a dataset with parties does."""
    return _state_of(Dataset.objects.searchable().exclude(name=DESK))


def record_state() -> str:
    """Name the state of the whole record: a register's new version changes who owns whom, and no name that is matched."""
    return _state_of(Dataset.objects.held().exclude(name=DESK))


def _state_of(datasets: DatasetQuerySet) -> str:
    versions = datasets.order_by("name").values_list("name", "current_version__sha256", "current_version_id")
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
        Index.build(records(by=by)).save(path)
        index = Index.open(path)
    past = sorted(path.parent.glob("*.past"), key=lambda file: file.stat().st_mtime)
    for old in past[:-PAST_KEPT]:
        if old != path:
            old.unlink(missing_ok=True)
    return index


def _matched() -> list[int]:
    """Return the datasets whose parties are matched, those that held a version only once too."""
    return list(Dataset.objects.exclude(kind=DatasetKind.REGISTER).values_list("pk", flat=True))


def records(among: QuerySet[Entity] | None = None, by: datetime | None = None) -> Iterator[Record]:
    """Stream every party the record has ever held but the registers' companies, or some parties; as known by a moment.

    They come in the order of their ids.

    Withdrawn names stay findable as former ones, withdrawn parties as themselves: what was listed on an
    earlier day must still be found for that day.
    """
    parties: QuerySet[Entity] = Entity.objects.filter(dataset__in=_matched()) if among is None else among
    chosen = {"entity__in": parties.values("pk")}
    told, gone = Name.objects.filter(**chosen), Q(removed_in__isnull=False)
    left = Q(removed_in__isnull=False)
    if by is not None:
        told, gone, left = (
            told.filter(known_from__lte=by),
            Q(known_to__lte=by),
            Q(removed_in__fetched_at__lte=by),
        )
    names = _grouped(
        told.annotate(withdrawn=Case(When(gone, then=True), default=False))
        .order_by("entity_id", "id")
        .values_list("entity_id", "text", "kind", "withdrawn")
    )
    identifiers = dict(
        _grouped(
            _held_by(Identifier, by)
            .filter(**chosen)
            .order_by("entity_id", "id")
            .values_list("entity_id", "scheme", "value")
        )
    )
    addresses = dict(
        _grouped(
            _held_by(Address, by)
            .filter(**chosen)
            .order_by("entity_id", "id")
            .values_list("entity_id", "text")
        )
    )
    entities = {
        pk: (schema, countries, removed, births)
        for pk, schema, countries, removed, births in parties.annotate(
            left=Case(When(left, then=True), default=False)
        ).values_list("id", "schema", "countries", "left", "properties__birthDate")
    }
    for entity_id, rows in names:
        schema, countries, removed, births = entities[entity_id]
        kinds: dict[str, str] = {}
        for _, text, kind, withdrawn in rows:
            kinds.setdefault(text, "former" if withdrawn and not removed else kind)
        yield Record(
            id=entity_id,
            schema=schema,
            names=tuple(RecordName(text, kind) for text, kind in kinds.items()),
            countries=tuple(countries.split()),
            identifiers=tuple((scheme, value) for _, scheme, value in identifiers.get(entity_id, [])),
            birth_dates=tuple(births or ()),
            addresses=tuple(
                text[:ADDRESS_LENGTH] for _, text in addresses.get(entity_id, [])[:MOST_ADDRESSES]
            ),
        )


def _held_by(model: type[Identifier] | type[Address], by: datetime | None) -> StatementQuerySet:
    return model.objects.current() if by is None else model.objects.known_at(by)


def _grouped(rows: object) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    for entity_id, group in groupby(rows.iterator(chunk_size=10_000), key=itemgetter(0)):  # type: ignore[attr-defined]
        yield entity_id, list(group)
