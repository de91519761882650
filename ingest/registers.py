"""A register's copy, loaded by streaming: millions of companies in flat memory, all or nothing.

Its records are dealt to parts on disk; each part is compared with what is held as a whole list would be. Nothing
is written before the whole copy has been read, compared and passed its gates, and then in one transaction.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from entities.choices import ChangeKind
from entities.measures import synchronised
from entities.models import Dataset, DatasetVersion, Entity, Name, Ownership
from entities.scopes import ASKED
from ingest import diffing, edges, gates
from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle
from ingest.loading import Loading, Outcome, counted_rows
from ingest.records import Ownership as Edge
from ingest.records import Record
from ingest.scopes import Selection, scope_of
from ingest.source import Extent, Source, name_of, reading
from ingest.spooling import Part, Spool, resting_collector

Keep = Callable[[str], bool]


@dataclass
class Plan:
    """What a copy changes in one dataset: counted here, kept in the spool until the write."""

    spool: Spool
    tally: gates.Tally = field(default_factory=gates.Tally)
    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass
class RegisterLoading(Loading):
    """One run over one copy of a register: the whole of it, or a delta, which leaves alone what it does not name."""

    scope: str = ""
    strict: bool = False

    @property
    def extent(self) -> Extent:
        told: Callable[[Bundle], Extent] = getattr(self.source, "extent", lambda bundle: Extent.WHOLE)
        return told(self.bundle)

    def _already_held(self, datasets: dict[str, Dataset]) -> list[Outcome]:
        """Tell whether this very copy is held in this very scope."""
        found = super()._already_held(datasets)
        same = [
            row
            for row in found
            if row.version
            and row.dataset.current_version
            and (row.version.is_delta or row.version.scope == self.scope == row.dataset.current_version.scope)
        ]
        return same if len(same) == len(found) else []

    def _load(self, datasets: dict[str, Dataset], facts: dict[str, Any]) -> list[Outcome]:
        with reading(self.source, self.bundle.origin):
            self._fit(datasets, facts)
        with tempfile.TemporaryDirectory(prefix="watchlink-") as folder, resting_collector():
            spools, keeps = self._spooled(datasets, Path(folder))
            self._date(facts)
            self._refuse_older(datasets, facts)
            plans = {
                name: self._plan(datasets[name], spool, keeps.get(name)) for name, spool in spools.items()
            }
            self._check(datasets, plans)
            return self._write_plans(datasets, plans, facts)

    def _fit(self, datasets: dict[str, Dataset], facts: dict[str, Any]) -> None:
        """Settle what the copy is laid over: nothing, or for a delta what is held, in the scope of that."""
        self.is_delta = self.extent is not Extent.WHOLE
        held = [row.current_version for row in datasets.values() if row.current_version]
        if self.is_delta:
            if self.extent is Extent.DELTA and (not held or held[0].scope == ASKED):
                raise IngestError(f"{self.bundle.origin} changes a whole copy, and none is held yet.")
            self.scope = held[0].scope if held else ASKED
        facts |= {"scope": self.scope, "is_delta": self.is_delta}

    def _spooled(
        self, datasets: dict[str, Dataset], folder: Path
    ) -> tuple[dict[str, Spool], dict[str, Keep]]:
        """Parse the whole copy onto the disk, and learn what its scope keeps."""
        scope = scope_of(self.scope) if self.scope != ASKED else None
        spools: dict[str, Spool] = {}
        selections: dict[str, Selection] = {}
        ends: set[str] = set()
        with reading(self.source, self.bundle.origin):
            for record in self.source.parse(
                counted_rows(self.source.read(self.bundle), self.progress), self.audit
            ):
                if record.dataset not in spools:
                    spools[record.dataset] = Spool(record.dataset, folder)
                    if scope:
                        selections[record.dataset] = Selection(scope)
                if scope:
                    selections[record.dataset].see(record)
                    if self.is_delta:
                        ends.update(
                            end for edge in record.ownerships for end in (edge.owner_id, edge.asset_id)
                        )
                spools[record.dataset].add(record)
            if not spools:
                raise IngestError(
                    f"{self.bundle.origin} holds no entity that {name_of(self.source)} can read."
                )
            for name, selection in selections.items():
                # A delta changes what is held, whatever the scope would pick today.
                selection.pick(diffing.held_among(datasets[name], ends))
            return spools, {name: selection.kept() for name, selection in selections.items()}

    def _refuse_older(self, datasets: dict[str, Dataset], facts: dict[str, Any]) -> None:
        for row in datasets.values():
            held = row.current_version
            if held and facts["published_on"] < held.published_on:
                raise IngestError(
                    f"{row.name} holds a copy of {held.published_on}; this one of {facts['published_on']} is older, "
                    "and of a register no older copy is kept."
                )

    def _plan(self, dataset: Dataset, spool: Spool, keep: Keep | None) -> Plan:
        """Make each company's record of all that the copy says of it, and compare it with what is held."""
        plan = Plan(spool)
        with reading(self.source, self.bundle.origin):
            for part in spool.parts():
                held = (
                    diffing.held_among(dataset, part.rows)
                    if self.is_delta
                    else diffing.held_within(dataset, **part.within)
                )
                records = self._records(dataset, part, held, keep)
                difference = diffing.compared(held, records)
                for record in records.values():
                    plan.tally.add(record)
                plan.added += len(difference.added)
                plan.changed += len(difference.changed)
                plan.removed += len(difference.removed)
                spool.keep(part, difference)
        return plan

    def _records(
        self, dataset: Dataset, part: Part, held: Collection[str], keep: Keep | None
    ) -> dict[str, Record]:
        before = diffing.held_records(dataset, held) if self.is_delta else {}
        records = {}
        for entity_id, rows in part.rows.items():
            if keep:
                self._count_ends(rows, keep)
                if not keep(entity_id) and not (self.is_delta and entity_id in held):
                    self.audit.skip("company outside the scope")
                    continue
            stood = set(before[entity_id].ownerships) if entity_id in before else set()
            record = combined(self.source, rows, before.get(entity_id), self.audit)
            if record is None:
                continue
            if keep:
                record.ownerships = [
                    edge for edge in record.ownerships if edge in stood or _within(edge, keep)
                ]
            records[entity_id] = record
        return records

    def _count_ends(self, rows: list[Record], keep: Keep) -> None:
        """Count the edges that lead from the scope to a company outside it."""
        for record in rows:
            for edge in record.ownerships:
                if keep(edge.owner_id) != keep(edge.asset_id):
                    self.audit.skip("ownership that leads out of the scope")

    def _check(self, datasets: dict[str, Dataset], plans: dict[str, Plan]) -> None:
        if self.strict and self.audit.counts:
            ((worst, count),) = self.audit.counts.most_common(1)
            raise IngestError(
                f"{self.bundle.origin} has {sum(self.audit.counts.values()):,} rows that were not understood, and "
                f"--strict refuses it whole. Most often: {worst} ({count:,} times)."
            )
        for info in self.source.DATASETS:
            if (plan := plans.get(info.name)) is None:
                continue
            gates.check(info, plan.tally, excerpt=self.excerpt or self.is_delta or bool(self.scope))
            held = datasets[info.name].current_version
            if not self.is_delta and held and held.scope == self.scope:
                self._check_churn(info, datasets[info.name], plan.tally, plan.removed)

    def _write_plans(
        self, datasets: dict[str, Dataset], plans: dict[str, Plan], facts: dict[str, Any]
    ) -> list[Outcome]:
        outcomes = []
        with transaction.atomic():
            locked = self._locked(datasets)
            measures = synchronised()
            for info in self.source.DATASETS:
                dataset = locked[info.name]
                if (plan := plans.get(info.name)) is None:
                    outcomes.append(Outcome(dataset, note="not in this file; what was held stays"))
                    continue
                version = self._accepted(dataset, facts)
                told = _told(dataset.current_version, version)
                for difference in plan.spool.differences():
                    diffing.write(version, difference, measures, told=told, put_off=plan.spool.put_off)
                # An edge to a company not yet written would have the database look for it with each one that comes.
                for edge_rows in plan.spool.edges():
                    diffing.write_edges(version, edge_rows)
                _refuse_loose_ends(version)
                self._count(version, dataset.current_version, plan)
                outcomes.append(self._serve(dataset, version))
        return outcomes

    def _count(self, version: DatasetVersion, held: DatasetVersion | None, plan: Plan) -> None:
        version.added, version.changed, version.removed = plan.added, plan.changed, plan.removed
        version.entities, version.names = plan.tally.entities, plan.tally.statements["names"]
        if self.is_delta and held:
            version.entities = held.entities + plan.added - plan.removed
            version.names = Name.objects.current().filter(entity__dataset=version.dataset).count()
        version.seconds = time.monotonic() - self.started
        version.save()


def combined(source: Source, rows: list[Record], held: Record | None, audit: Audit) -> Record | None:
    """Make one company's record of all rows that speak of it, fit for the database; None for one that is none."""
    combine: Callable[[list[Record], Record | None], Record | None] = getattr(source, "combine", absorbed)
    record = combine(rows, held)
    if record is None:
        return None
    record.raw = {}
    record.tidy()
    if not record.names:
        audit.doubt("party without a name", record.key)
        return None
    edges.check(record, audit)
    return record


def absorbed(rows: list[Record], held: Record | None) -> Record:
    """Make one record of the rows that speak of one company; what is held of it is said anew."""
    first, *others = rows
    for other in others:
        first.absorb(other)
    return first


def _told(held: DatasetVersion | None, version: DatasetVersion) -> Collection[ChangeKind]:
    """Choose what is kept as a Change: that a company is in a register is no news, that it changed is."""
    if held is None or held.scope != version.scope:
        return ()
    return (ChangeKind.CHANGED, ChangeKind.REMOVED)


def _within(edge: Edge, keep: Keep) -> bool:
    return keep(edge.owner_id) and keep(edge.asset_id)


def _refuse_loose_ends(version: DatasetVersion) -> None:
    """Refuse a copy with an edge to a company that it does not hold: the database would, in other words."""
    added = Ownership.objects.filter(added_in=version)
    for end in ("owner_id", "asset_id"):
        loose = added.filter(~Exists(Entity.objects.filter(pk=OuterRef(end))))
        if first := loose.values_list("citation", flat=True).first():
            raise IngestError(
                f"{version.dataset.name}: {loose.count():,} edges lead to a company that the copy does not hold: {first}."
            )
