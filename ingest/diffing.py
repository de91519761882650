"""Compare the record with a new copy of a dataset and write the difference.

Statements (names, listings, edges …) are plain tuples: what left is the old set without the new one,
what came is the new set without the old one. Nothing is updated in place, so that every row says which
version brought it and which took it away.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from django.db.models import F, Model, QuerySet

from entities.choices import ChangeKind
from entities.models import (
    Address,
    Change,
    Dataset,
    DatasetVersion,
    Entity,
    Evidence,
    Identifier,
    Listing,
    Measure,
    Name,
    Ownership,
    Partnership,
)
from ingest import records as tuples
from ingest import writing
from ingest.records import Record

BATCH = 2_000
T = TypeVar("T")
# An entity's id, what happened to it, and per field what left and what came.
Moved = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class StatementTable:
    """How one kind of tuple is kept: the record's field, the model, the columns in the tuple's order."""

    field: str
    model: type[Model]
    shape: type[NamedTuple]
    # Whether people write rows of it too, about entities of any dataset: those are not the publisher's to withdraw.
    shared: bool = False

    def rows_of(self, dataset: Dataset) -> QuerySet[Any]:
        """Return what a dataset's own versions state of its entities."""
        rows = self.model._default_manager.filter(entity__dataset=dataset)
        return rows.filter(added_in__dataset=dataset) if self.shared else rows

    def standing(self, dataset: Dataset, entity_ids: Sequence[str]) -> QuerySet[Any]:
        """Return what a dataset's versions state of some of its entities and have not withdrawn."""
        rows = self.model._default_manager.filter(entity__in=entity_ids, removed_in=None)
        return rows.filter(added_in__dataset=dataset) if self.shared else rows

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in self.shape._fields if name != "measures")


TABLES = (
    StatementTable("names", Name, tuples.Name),
    StatementTable("identifiers", Identifier, tuples.Identifier),
    StatementTable("addresses", Address, tuples.Address),
    StatementTable("listings", Listing, tuples.Listing),
    StatementTable("ownerships", Ownership, tuples.Ownership),
    StatementTable("evidence", Evidence, tuples.Evidence, shared=True),
    StatementTable("partnerships", Partnership, tuples.Partnership, shared=True),
)


# An entity's columns, in the order in which they are written.
ENTITY = tuple(field.attname for field in Entity._meta.concrete_fields)


@dataclass
class Difference:
    added: list[Record]
    changed: list[Record]
    removed: list[str]


def compare(version: DatasetVersion, records: Mapping[str, Record]) -> Difference:
    """Sort the new records into added, changed and removed by the digest of each."""
    current = Entity.objects.filter(dataset=version.dataset, removed_in=None)
    held = dict(current.values_list("id", "digest"))
    return Difference(
        added=[record for key, record in records.items() if key not in held],
        changed=[record for key, record in records.items() if key in held and held[key] != record.digest],
        removed=[key for key in held if key not in records],
    )


def write(
    version: DatasetVersion,
    difference: Difference,
    measures: Mapping[str, Measure],
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Write a difference inside the caller's transaction."""
    returning = _write_entities(version, difference)
    came: dict[str, list[tuple[str, NamedTuple]]] = {table.field: [] for table in TABLES}
    changes: list[Moved] = []
    for record in difference.added:
        for table in TABLES:
            came[table.field] += [(record.id, row) for row in getattr(record, table.field)]
        fields = {"returned": True} if record.id in returning else {}
        changes.append((record.id, ChangeKind.ADDED, fields))
    changes += _compare_statements(version, difference.changed, came)
    changes += _remove(version, difference.removed)
    for table in TABLES:
        _insert(version, table, came[table.field], measures)
        progress(len(came[table.field]))
    rows = ((version.pk, *change) for change in changes)
    writing.insert(Change, ("version_id", "entity_id", "kind", "fields"), rows)


def _write_entities(version: DatasetVersion, difference: Difference) -> set[str]:
    """Insert or overwrite the rows of added and changed entities; return those that came back.

    A row without a digest waits for a rebuild to say again which version brought it.
    """
    digests: dict[str, str] = {}
    for batch in chunks(difference.added, BATCH):
        digests.update(
            Entity.objects.filter(id__in=[record.id for record in batch]).values_list("id", "digest")
        )
    fresh = [record for record in difference.added if record.id not in digests]
    again = [record for record in difference.added if digests.get(record.id) == ""]
    later = [record for record in difference.added if digests.get(record.id)] + difference.changed
    writing.insert(Entity, ENTITY, map(attrgetter(*ENTITY), (_entity(version, record) for record in fresh)))
    content = ["schema", "caption", "countries", "properties", "raw", "digest", "changed_in", "removed_in"]
    for records, columns in ((again, [*content, "added_in"]), (later, content)):
        for batch in chunks(records, BATCH):
            Entity.objects.bulk_create(
                [_decoded(_entity(version, record)) for record in batch],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=columns,
            )
    return {entity_id for entity_id, digest in digests.items() if digest}


def _entity(version: DatasetVersion, record: Record) -> Entity:
    return Entity(
        id=record.id,
        dataset_id=version.dataset_id,
        publisher_key=record.key[:500],
        schema=record.schema,
        caption=record.caption[:500],
        countries=" ".join(record.countries)[:200],
        properties=record.properties,
        raw=record.encoded_raw,
        digest=record.digest,
        added_in=version,
        changed_in=version,
        removed_in=None,
    )


def _decoded(entity: Entity) -> Entity:
    """Give the ORM the raw row as values: it would quote the text once more."""
    entity.raw = json.loads(entity.raw)
    return entity


def _compare_statements(
    version: DatasetVersion, changed: Sequence[Record], came: Mapping[str, list[tuple[str, NamedTuple]]]
) -> list[Moved]:
    fields: dict[str, dict[str, Any]] = defaultdict(dict)
    for batch in chunks(changed, 500):
        for table in TABLES:
            held = _held(table, version.dataset, [record.id for record in batch])
            gone: list[int] = []
            for record in batch:
                new = dict.fromkeys(getattr(record, table.field))
                old = held[record.id]
                left = [pk for row, pk in old.items() if row not in new]
                entered = [row for row in new if row not in old]
                if left or entered:
                    fields[record.id][table.field] = {
                        "before": [plain(row) for row in old if row not in new],
                        "after": [plain(row) for row in entered],
                    }
                gone += left
                came[table.field].extend((record.id, row) for row in entered)
            for keys in chunks(gone, BATCH):
                rows = table.model._default_manager.filter(pk__in=keys)
                rows.update(removed_in=version, known_to=version.fetched_at)
    return [(record.id, ChangeKind.CHANGED, fields.get(record.id, {"details": True})) for record in changed]


def _held(table: StatementTable, dataset: Dataset, entity_ids: list[str]) -> dict[str, dict[NamedTuple, int]]:
    """Read the current statements of some entities as tuples, each with its primary key."""
    held: dict[str, dict[NamedTuple, int]] = defaultdict(dict)
    rows = table.standing(dataset, entity_ids)
    measures: dict[int, list[str]] = defaultdict(list)
    if table.model is Listing:
        links = Listing.measures.through.objects.filter(listing__in=rows).order_by("id")
        for listing_id, code in links.values_list("listing_id", "measure__code"):
            measures[listing_id].append(code)
    for pk, entity_id, *values in rows.values_list("pk", "entity_id", *table.columns):
        if table.model is Listing:
            values.insert(0, tuple(measures[pk]))
        held[entity_id][table.shape(*values)] = pk
    return held


def _remove(version: DatasetVersion, removed: Sequence[str]) -> list[Moved]:
    for ids in chunks(removed, 500):
        Entity.objects.filter(id__in=ids).update(removed_in=version)
        for table in TABLES:
            rows = table.standing(version.dataset, ids)
            rows.update(removed_in=version, known_to=version.fetched_at)
    return [(entity_id, ChangeKind.REMOVED, {}) for entity_id in removed]


def _insert(
    version: DatasetVersion,
    table: StatementTable,
    rows: Sequence[tuple[str, NamedTuple]],
    measures: Mapping[str, Measure],
) -> None:
    stamp = (version.pk, version.fetched_at)
    columns = ("entity_id", "added_in_id", "known_from", *table.columns)
    skip = len(table.shape._fields) - len(table.columns)  # a listing's measures are no column
    values = ((entity_id, *stamp, *row[skip:]) for entity_id, row in rows)
    if table.model is Listing:
        _insert_listings(version, rows, values, columns, measures)
    else:
        writing.insert(table.model, columns, values)


def _insert_listings(
    version: DatasetVersion,
    rows: Sequence[tuple[str, NamedTuple]],
    values: Iterable[Sequence[Any]],
    columns: Sequence[str],
    measures: Mapping[str, Measure],
) -> None:
    """Insert listings, then their measures: the new keys, in order, are those of the rows in order."""
    writing.insert(Listing, columns, values)
    keys = Listing.objects.filter(added_in=version).order_by("pk").values_list("pk", flat=True)
    links = (
        (key, measures[code].pk)
        for key, (_, row) in zip(keys, rows, strict=True)
        for code in row.measures  # type: ignore[attr-defined]
    )
    writing.insert(Listing.measures.through, ("listing_id", "measure_id"), links)


def held_counts(dataset: Dataset) -> dict[str, int]:
    """Count the current statements of each kind."""
    return {table.field: table.rows_of(dataset).filter(removed_in=None).count() for table in TABLES}


def know_earlier(version: DatasetVersion) -> None:
    """Date what is current back to a version that was loaded before an older one was."""
    for table in TABLES:
        rows = table.rows_of(version.dataset).filter(removed_in=None)
        rows.filter(known_from__gt=version.fetched_at).update(known_from=version.fetched_at)


def forget(dataset: Dataset) -> None:
    """Drop what a rebuild will say anew; entities stay, without a digest, because others point at them."""
    Change.objects.filter(version__dataset=dataset).delete()
    for table in TABLES:
        rows = table.rows_of(dataset)
        if table.model is Listing:
            Listing.measures.through.objects.filter(listing__in=rows)._raw_delete(using=rows.db)
        rows._raw_delete(using=rows.db)
    Entity.objects.filter(dataset=dataset).update(digest="", removed_in=F("added_in"))


def forget_lost(dataset: Dataset) -> int:
    """Delete the entities that no version brings any more, now that the parser reads them otherwise.

    One that people wrote something about stays, as removed: what they said is not a publisher's to drop.
    """
    lost = Entity.objects.filter(dataset=dataset, digest="")
    return lost.filter(evidence=None, partnerships=None).delete()[0]


def plain(row: NamedTuple) -> dict[str, Any]:
    """Show a statement in a change: only the fields that say something."""
    return {name: str(value) for name, value in row._asdict().items() if value not in (None, "", ())}


def chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch
