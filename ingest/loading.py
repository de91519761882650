"""One copy of a source: archived, parsed, gated, compared and written, all or nothing."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from entities.choices import VersionStatus
from entities.measures import synchronised
from entities.models import Dataset, DatasetVersion
from ingest import diffing, files, gates
from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle
from ingest.records import Record
from ingest.source import DatasetInfo, Source, name_of


@dataclass
class Outcome:
    """What one copy did to one dataset."""

    dataset: Dataset
    version: DatasetVersion | None = None
    unchanged: bool = False
    note: str = ""


@dataclass
class Loading:
    """One run over one copy of a source."""

    source: Source
    bundle: Bundle
    excerpt: bool = False
    stated: date | None = None
    progress: Callable[[int], None] = lambda rows: None
    audit: Audit = field(default_factory=Audit)
    started: float = field(default_factory=time.monotonic)
    left: set[str] = field(default_factory=set)

    def run(self) -> list[Outcome]:
        """Load the copy; a refusal is kept as a refused version and raised as IngestError."""
        datasets = register(self.source)
        self.left = {info.name for info in self.source.DATASETS if self._stays_out(info, datasets[info.name])}
        now = timezone.now()
        kept = files.archive(self.bundle, settings.ARCHIVE_DIR)
        if self._is_held(datasets):
            return touch(self.source)
        facts: dict[str, Any] = {"fetched_at": now, "files": kept, "origin": self.bundle.origin[:500]}
        try:
            records = self._parse()
            stated = self.stated or self.source.published_on(self.bundle)
            facts |= {"published_on": stated or now.date(), "published_on_stated": stated is not None}
            self._gate(datasets, records, facts["published_on"])
        except IngestError as error:
            self._keep_refusal(datasets, facts, str(error))
            raise
        return self._write(datasets, records, facts)

    def _is_held(self, datasets: dict[str, Dataset]) -> bool:
        held = [
            row.current_version
            for row in datasets.values()
            if row.current_version and row.name not in self.left
        ]
        return bool(held) and all(
            version.sha256 == self.bundle.sha256 and version.is_excerpt == self.excerpt for version in held
        )

    def _stays_out(self, info: DatasetInfo, dataset: Dataset) -> bool:
        """Tell whether the dataset is held from the module that reads it first hand, and looked after."""
        held = dataset.current_version
        if not info.second_hand or held is None or held.source in ("", name_of(self.source)):
            return False
        return not dataset.is_stale and (self.excerpt or not held.is_excerpt)

    def _parse(self) -> dict[str, dict[str, Record]]:
        """Parse everything first: nothing is written while the file may still turn out broken."""
        found: dict[str, dict[str, Record]] = defaultdict(dict)
        for record in self.source.parse(self._counted(self.source.read(self.bundle)), self.audit):
            record.tidy()
            if not record.names:
                self.audit.doubt("party without a name", record.key)
                continue
            twin = found[record.dataset].get(record.id)
            if twin is None:
                found[record.dataset][record.id] = record
            else:
                twin.absorb(record)
        if not any(found.values()):
            raise IngestError(f"{self.bundle.origin} holds no entity that {name_of(self.source)} can read.")
        return found

    def _counted(self, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for number, row in enumerate(rows, start=1):
            self.progress(number)
            yield row

    def _gate(
        self, datasets: dict[str, Dataset], records: dict[str, dict[str, Record]], published: date
    ) -> None:
        for info in self.source.DATASETS:
            if info.name not in records or info.name in self.left:
                continue
            gates.check(info, records[info.name].values(), excerpt=self.excerpt)
            held = datasets[info.name].current_version
            if held is None or held.is_excerpt:
                continue
            if self.excerpt:
                raise IngestError(
                    f"{info.name} already holds a full copy of {held.published_on}; the starter excerpt stays out."
                )
            if held.source not in ("", name_of(self.source)):
                # Two publishers date their copies differently: first hand takes its dataset back, an older
                # second-hand copy stays out without costing the other lists of its file.
                if info.second_hand and published < held.published_on:
                    self.left.add(info.name)
                continue
            if published < held.published_on:
                raise IngestError(
                    f"{info.name} already holds the version of {held.published_on}; "
                    f"this copy of {published} is older and is kept in the archive only."
                )

    def _write(
        self, datasets: dict[str, Dataset], records: dict[str, dict[str, Record]], facts: dict[str, Any]
    ) -> list[Outcome]:
        outcomes = []
        with transaction.atomic():
            measures = synchronised()
            for info in self.source.DATASETS:
                dataset = datasets[info.name]
                rows = records.get(info.name)
                if info.name in self.left:
                    outcomes.append(
                        Outcome(dataset, note=f"held first hand from {dataset.source}; this copy stays out")
                    )
                    continue
                if not rows:
                    outcomes.append(Outcome(dataset, note="not in this file; what was held stays"))
                    continue
                version = self._version(dataset, facts, status=VersionStatus.ACCEPTED, entities=len(rows))
                version.oldest = not dataset.versions.accepted().exists()
                version.names = sum(len(row.names) for row in rows.values())
                version.save()
                difference = diffing.compare(version, rows)
                diffing.write(version, difference, measures)
                version.added, version.changed = len(difference.added), len(difference.changed)
                version.removed = len(difference.removed)
                version.seconds = time.monotonic() - self.started
                version.save(update_fields=["added", "changed", "removed", "seconds"])
                dataset.current_version, dataset.checked_at = version, facts["fetched_at"]
                dataset.save(update_fields=["current_version", "checked_at"])
                outcomes.append(Outcome(dataset, version))
        return outcomes

    def _version(self, dataset: Dataset, facts: dict[str, Any], **more: Any) -> DatasetVersion:
        return DatasetVersion(
            dataset=dataset,
            source=name_of(self.source),
            sha256=self.bundle.sha256,
            size=self.bundle.size,
            is_excerpt=self.excerpt,
            rows=self.audit.rows_of.get(dataset.name, self.audit.rows),
            not_understood=sum(self.audit.counts.values()),
            skipped=dict(self.audit.skipped),
            log=self.audit.as_log(),
            **facts,
            **more,
        )

    def _keep_refusal(self, datasets: dict[str, Dataset], facts: dict[str, Any], reason: str) -> None:
        facts.setdefault("published_on", facts["fetched_at"].date())
        facts.setdefault("published_on_stated", False)
        DatasetVersion.objects.bulk_create(
            self._version(dataset, facts, status=VersionStatus.REFUSED, error=reason)
            for dataset in datasets.values()
            if dataset.name not in self.left
        )


def register(source: Source) -> dict[str, Dataset]:
    """Write the source's datasets to the record as its module states them."""
    rows = {}
    for info in source.DATASETS:
        first_hand = Dataset.objects.filter(name=info.name).exclude(source=name_of(source)).first()
        if info.second_hand and first_hand:
            rows[info.name] = first_hand
            continue
        row, _ = Dataset.objects.update_or_create(name=info.name, defaults=_facts(source, info))
        rows[info.name] = row
    return rows


def touch(source: Source) -> list[Outcome]:
    """Note that the source's copy was looked at and is the one we hold."""
    held = [
        row
        for row in register(source).values()
        if row.current_version and row.current_version.source in ("", name_of(source))
    ]
    Dataset.objects.filter(pk__in=[row.pk for row in held]).update(checked_at=timezone.now())
    return [Outcome(row, row.current_version, unchanged=True) for row in held]


def _facts(source: Source, info: DatasetInfo) -> dict[str, Any]:
    return {
        "title": info.title,
        "kind": info.kind,
        "source": name_of(source),
        "authority": info.authority,
        "legal_basis": info.legal_basis,
        "homepage": info.homepage,
        "url": info.url,
        "cadence": info.cadence,
        "fresh_days": info.fresh_days,
    }
