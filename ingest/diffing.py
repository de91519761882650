"""Compare the record with a new copy of a dataset and write the difference.

Statements (names, listings, edges …) are plain tuples: what left is the old set without the new one,
what came is the new set without the old one. Nothing is updated in place, so that every row says which
version brought it and which took it away.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
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

    def told(self, dataset: Dataset, entity_ids: Sequence[str]) -> QuerySet[Any]:
        """Return what a dataset's versions state of some of its entities, withdrawn or not."""
        rows = self.model._default_manager.filter(entity__in=entity_ids)
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


EDGES = TABLES[4]
EdgeRows = list[tuple[str, NamedTuple]]

# An entity's columns, in the order in which _row() gives their values.
ENTITY = (
    *("id", "dataset_id", "publisher_key", "schema", "caption", "countries", "properties", "raw", "also_in"),
    *("digest", "added_in_id", "changed_in_id", "removed_in_id"),
)


@dataclass
class Difference:
    added: list[Record]
    changed: list[Record]
    removed: list[str]


def compare(version: DatasetVersion, records: Mapping[str, Record]) -> Difference:
    """Sort the new records into added, changed and removed by the digest of each."""
    current = Entity.objects.filter(dataset=version.dataset, removed_in=None)
    return compared(dict(current.values_list("id", "digest")), records)


def held_within(dataset: Dataset, **ids: Any) -> dict[str, str]:
    """Return the digests of a dataset's current entities whose ids some lookups name.

    The database is asked for ids alone: a planner that took another column's index would read a register once for
    each part of it, and one that sorts by a language may find a neighbour's ids among them.
    """
    rows = Entity.objects.filter(**ids).order_by().values_list("id", "digest", "dataset", "removed_in")
    return {
        entity_id: digest
        for entity_id, digest, owner, removed in rows.iterator(chunk_size=BATCH)
        if removed is None and owner == dataset.pk
    }


def held_among(dataset: Dataset, ids: Collection[str]) -> dict[str, str]:
    """Return the digests of those of some of a dataset's entities that are current."""
    held: dict[str, str] = {}
    for batch in chunks(ids, BATCH):
        held |= held_within(dataset, id__in=batch)
    return held


def held_records(dataset: Dataset, ids: Collection[str]) -> dict[str, Record]:
    """Read current entities back as the records that they were written from."""
    records: dict[str, Record] = {}
    for batch in chunks(ids, BATCH):
        for entity in Entity.objects.filter(id__in=batch):
            records[entity.id] = Record(
                dataset=dataset.name,
                key=entity.publisher_key,
                schema=entity.schema,
                names=[],
                countries=entity.country_codes,
                properties=entity.properties,
                raw=entity.raw,
            )
        for table in TABLES:
            for entity_id, rows in _held(table, dataset, batch).items():
                setattr(records[entity_id], table.field, list(rows))
    return records


def compared(held: Mapping[str, str], records: Mapping[str, Record]) -> Difference:
    """Sort records into added, changed and removed by the digests that are held."""
    return Difference(
        added=[record for key, record in records.items() if key not in held],
        changed=[record for key, record in records.items() if key in held and held[key] != record.digest],
        removed=[key for key in held if key not in records],
    )


def write(
    version: DatasetVersion,
    difference: Difference,
    measures: Mapping[str, Measure],
    *,
    told: Collection[ChangeKind] = tuple(ChangeKind),
    put_off: Callable[[EdgeRows], None] | None = None,
) -> None:
    """Write a difference inside the caller's transaction, with a Change for each kind of news that is told.

    Edges are given to `put_off` where the other end may come with a later difference: write_edges() takes them then.
    """
    returning = _write_entities(version, difference)
    came: dict[str, list[tuple[str, NamedTuple]]] = {table.field: [] for table in TABLES}
    changes: list[Moved] = []
    for record in difference.added:
        entity_id = record.id
        for field, rows in came.items():
            if stated := getattr(record, field):
                rows += [(entity_id, row) for row in stated]
        if ChangeKind.ADDED in told:
            fields = {"returned": True} if entity_id in returning else {}
            changes.append((entity_id, ChangeKind.ADDED, fields))
    changes += _compare_statements(version, difference.changed, came)
    changes += _remove(version, difference.removed)
    if put_off:
        put_off(came.pop(EDGES.field))
    for table in TABLES:
        if table.field in came:
            _insert(version, table, came[table.field], measures)
    news = ((version.pk, *change) for change in changes if change[1] in told)
    writing.insert(Change, ("version_id", "entity_id", "kind", "fields"), news)


def write_edges(version: DatasetVersion, rows: EdgeRows) -> None:
    """Insert edges that were put off, now that both ends of each are there."""
    _insert(version, EDGES, rows, {})


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
    writing.insert(Entity, ENTITY, (_row(version, record) for record in fresh))
    content = ["schema", "caption", "countries", "properties", "raw", "digest", "changed_in", "removed_in"]
    for records, columns in ((again, [*content, "added_in"]), (later, content)):
        for batch in chunks(records, BATCH):
            Entity.objects.bulk_create(
                [_entity(version, record) for record in batch],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=columns,
            )
    return {entity_id for entity_id, digest in digests.items() if digest}


def _row(version: DatasetVersion, record: Record) -> tuple[Any, ...]:
    """Return an entity's values in the order of ENTITY."""
    return (
        record.id,
        version.dataset_id,
        record.key[:500],
        record.schema,
        record.caption[:500],
        " ".join(record.countries)[:200],
        record.properties,
        record.encoded_raw,
        {},
        record.digest,
        version.pk,
        version.pk,
        None,
    )


def _entity(version: DatasetVersion, record: Record) -> Entity:
    entity = Entity(**dict(zip(ENTITY, _row(version, record), strict=True)))
    # The ORM would quote the text once more.
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
    rows = table.told(dataset, entity_ids)
    measures: dict[int, list[str]] = defaultdict(list)
    if table.model is Listing:
        links = Listing.measures.through.objects.filter(listing__in=rows).order_by("id")
        for listing_id, code in links.values_list("listing_id", "measure__code"):
            measures[listing_id].append(code)
    # Asked for what was not removed, SQLite would read every row of the table that was not, by that index.
    for pk, entity_id, removed, *values in rows.values_list("pk", "entity_id", "removed_in", *table.columns):
        if removed is not None:
            continue
        if table.model is Listing:
            values.insert(0, tuple(measures[pk]))
        held[entity_id][table.shape(*values)] = pk
    return held


def _remove(version: DatasetVersion, removed: Sequence[str]) -> list[Moved]:
    for ids in chunks(removed, 500):
        Entity.objects.filter(id__in=ids).update(removed_in=version)
        for table in TABLES:
            rows = table.told(version.dataset, ids).values_list("pk", "removed_in")
            current = (pk for pk, removed_in in rows.order_by() if removed_in is None)
            for keys in chunks(list(current), BATCH):
                table.model._default_manager.filter(pk__in=keys).update(
                    removed_in=version, known_to=version.fetched_at
                )
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
