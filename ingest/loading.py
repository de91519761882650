"""One copy of a source: archived, parsed, gated, compared and written, all or nothing."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from entities.choices import VersionStatus
from entities.measures import synchronised
from entities.models import Dataset, DatasetVersion, Entity
from ingest import diffing, files, gates
from ingest.audit import Audit
from ingest.errors import Held, IngestError
from ingest.files import Bundle
from ingest.records import Record
from ingest.source import DatasetInfo, Source, name_of, reading

logger = logging.getLogger(__name__)

Parsed = dict[str, dict[str, Record]]


@dataclass
class Outcome:
    """What one copy did to one dataset."""

    dataset: Dataset
    version: DatasetVersion | None = None
    unchanged: bool = False
    note: str = ""


@dataclass(frozen=True)
class Review:
    """A person's word that a held copy is right."""

    versions: dict[str, DatasetVersion]
    by: str
    note: str


@dataclass
class Loading:
    """One run over one copy of a source."""

    source: Source
    bundle: Bundle
    excerpt: bool = False
    stated: date | None = None
    review: Review | None = None
    progress: Callable[[int], None] = lambda rows: None
    audit: Audit = field(default_factory=Audit)
    started: float = field(default_factory=time.monotonic)
    left: set[str] = field(default_factory=set)
    second_hand: Parsed = field(default_factory=dict)

    def run(self) -> list[Outcome]:
        """Archive the copy and load it; a refused or held one is kept with its reason and raised as IngestError."""
        datasets = register(self.source)
        self.left = {info.name for info in self.source.DATASETS if self._stays_out(info, datasets[info.name])}
        now = timezone.now()
        kept = files.archive(self.bundle, settings.ARCHIVE_DIR)
        if not self.review and (held := self._already_held(datasets)):
            return held
        facts: dict[str, Any] = {"fetched_at": now, "files": kept, "origin": self.bundle.origin[:500]}
        try:
            return self._load(datasets, facts)
        except IngestError as error:
            if not self.review:
                self._keep_back(datasets, facts, error)
            raise

    def _load(self, datasets: dict[str, Dataset], facts: dict[str, Any]) -> list[Outcome]:
        """Parse, gate, compare and write the copy; what becomes known of it is added to `facts`."""
        records = parse(self.source, self.bundle, self.audit, self.progress)
        self._date(facts)
        records = self._without_older(datasets, records, facts["published_on"])
        self._gate(datasets, records)
        if self._is_history(datasets, records, facts["published_on"]):
            return self._write_history(datasets, records, facts)
        return self._write(datasets, records, facts)

    def _date(self, facts: dict[str, Any]) -> None:
        """Add the version's date to its facts: as told, as published, or else the day of loading."""
        with reading(self.source, self.bundle.origin):
            stated = self.stated or self.source.published_on(self.bundle)
        facts["published_on"] = stated or facts["fetched_at"].date()
        facts["published_on_stated"] = stated is not None

    def _already_held(self, datasets: dict[str, Dataset]) -> list[Outcome]:
        """Tell whether the newest versions, or any older ones, are this very copy."""
        if any(not self._is_mine(row) and row.name not in self.left for row in datasets.values()):
            return []  # another publisher's copy stands in for ours: write ours again
        ours = DatasetVersion.objects.accepted().filter(
            dataset__in=datasets.values(),
            sha256=self.bundle.sha256,
            is_excerpt=self.excerpt,
        )
        versions = list(ours.select_related("dataset"))
        if self.is_download:
            current = [row.pk for row in datasets.values() if row.current_version in versions]
            Dataset.objects.filter(pk__in=current).update(checked_at=timezone.now(), failure="")
        return [Outcome(version.dataset, version, unchanged=True) for version in versions]

    @property
    def is_download(self) -> bool:
        return any(file.url for file in self.bundle.files)

    def _seen(self, version: DatasetVersion) -> datetime:
        """Tell when the publisher was last looked at: a file that somebody hands in shows the day of its date."""
        if self.is_download or not version.published_on_stated:
            return version.fetched_at
        return min(version.fetched_at, datetime.combine(version.published_on, datetime.max.time(), UTC))

    def _is_mine(self, dataset: Dataset) -> bool:
        held = dataset.current_version
        return held is None or held.source in ("", name_of(self.source))

    def _stays_out(self, info: DatasetInfo, dataset: Dataset) -> bool:
        """Tell whether the dataset is held from the module that reads it first hand, and looked after."""
        held = dataset.current_version
        if not info.second_hand or held is None or self._is_mine(dataset):
            return False
        return not dataset.is_overdue and (self.excerpt or not held.is_excerpt)

    def _without_older(self, datasets: dict[str, Dataset], records: Parsed, published: date) -> Parsed:
        """Leave out what is held first hand; an older second-hand copy has nothing to fill in either."""
        for info in self.source.DATASETS:
            held = datasets[info.name].current_version
            if info.second_hand and held and not self._is_mine(datasets[info.name]) and not held.is_excerpt:
                self.left |= {info.name} if published < held.published_on else set()
        self.second_hand = {name: rows for name, rows in records.items() if name in self.left}
        return {name: rows for name, rows in records.items() if name not in self.left}

    def _gate(self, datasets: dict[str, Dataset], records: Parsed) -> None:
        for info in self.source.DATASETS:
            if info.name not in records:
                continue
            gates.check(info, gates.tally(records[info.name].values()), excerpt=self.excerpt)
            held = datasets[info.name].current_version
            if self.excerpt and held is not None and not held.is_excerpt:
                raise IngestError(
                    f"{info.name} already holds a full copy of {held.published_on}; the starter excerpt stays out."
                )

    def _is_history(self, datasets: dict[str, Dataset], records: Parsed, published: date) -> bool:
        versions = [datasets[name].current_version for name in records]
        return any(
            version is not None and not version.is_excerpt and published < version.published_on
            for version in versions
        )

    def _write(self, datasets: dict[str, Dataset], records: Parsed, facts: dict[str, Any]) -> list[Outcome]:
        outcomes = []
        with transaction.atomic():
            locked = self._locked(datasets)
            measures = synchronised()
            for info in self.source.DATASETS:
                dataset = locked[info.name]
                rows = records.get(info.name)
                if info.name in self.left:
                    note = corroborate(dataset, name_of(self.source), facts["published_on"], self.second_hand)
                    outcomes.append(Outcome(dataset, note=note))
                    continue
                if not rows:
                    outcomes.append(Outcome(dataset, note="not in this file; what was held stays"))
                    continue
                version = self._accepted(dataset, facts)
                difference = diffing.compare(version, rows)
                self._check_churn(info, dataset, gates.tally(rows.values()), len(difference.removed))
                diffing.write(version, difference, measures)
                count(version, rows, difference, time.monotonic() - self.started)
                outcomes.append(self._serve(dataset, version))
        return outcomes

    def _locked(self, datasets: dict[str, Dataset]) -> dict[str, Dataset]:
        """Lock the datasets for the write; raise IngestError where another run came first."""
        locked = {row.name: row for row in Dataset.objects.select_for_update().filter(name__in=datasets)}
        for name, row in datasets.items():
            if locked[name].current_version_id != row.current_version_id:
                raise IngestError(f"Another run has just loaded {name}; this one stands back.")
        return locked

    def _accepted(self, dataset: Dataset, facts: dict[str, Any]) -> DatasetVersion:
        version = self._version(dataset, facts, status=VersionStatus.ACCEPTED)
        version.oldest = not dataset.versions.accepted().exists()
        version.save()
        return version

    def _serve(self, dataset: Dataset, version: DatasetVersion) -> Outcome:
        """Let answers rest on a version that has been written."""
        dataset.current_version, dataset.checked_at = version, self._seen(version)
        dataset.failure = "" if self.is_download else dataset.failure
        dataset.save(update_fields=["current_version", "checked_at", "failure"])
        return Outcome(dataset, version)

    def _check_churn(self, info: DatasetInfo, dataset: Dataset, tally: gates.Tally, removed: int) -> None:
        held = dataset.current_version
        if self.review or held is None or held.is_excerpt or self.excerpt:
            return
        before, after = {"entities": held.entities}, {"entities": tally.entities}
        if self._is_mine(dataset):
            # Another publisher's copy of the list words its statements in its own way.
            before |= diffing.held_counts(dataset)
            after |= tally.statements
        gates.check_churn(info, most=dataset.most_churn, before=before, after=after, removed=removed)

    def _write_history(
        self, datasets: dict[str, Dataset], records: Parsed, facts: dict[str, Any]
    ) -> list[Outcome]:
        """Put an older copy in its place in time: what is current stays, what was is told again in order."""
        from ingest.rebuilding import rebuild

        with transaction.atomic():
            versions = [
                self._version(datasets[name], facts, status=VersionStatus.ACCEPTED, is_history=True)
                for name in records
            ]
            DatasetVersion.objects.bulk_create(versions)
            rebuild(self.source, [datasets[name] for name in records])
        fresh = DatasetVersion.objects.in_bulk([version.pk for version in versions])
        return [Outcome(version.dataset, fresh[version.pk]) for version in versions]

    def _version(self, dataset: Dataset, facts: dict[str, Any], **more: Any) -> DatasetVersion:
        content = facts | more | self.counted(dataset.name)
        if self.review and dataset.name in self.review.versions:
            version = self.review.versions[dataset.name]
            told = {
                "reviewed_by": self.review.by,
                "review_note": self.review.note,
                "reviewed_at": timezone.now(),
            }
            for name, value in (content | told | {"error": ""}).items():
                setattr(version, name, value)
            return version
        return DatasetVersion(
            dataset=dataset,
            source=name_of(self.source),
            sha256=self.bundle.sha256,
            size=self.bundle.size,
            is_excerpt=self.excerpt,
            **content,
        )

    def counted(self, dataset: str) -> dict[str, Any]:
        return told_by(self.audit, dataset)

    def _keep_back(self, datasets: dict[str, Dataset], facts: dict[str, Any], error: IngestError) -> None:
        """Keep a refused or held copy with its reason; what was held before goes on serving."""
        facts.setdefault("published_on", facts["fetched_at"].date())
        facts.setdefault("published_on_stated", False)
        status = VersionStatus.HELD if isinstance(error, Held) else VersionStatus.REFUSED
        logger.warning("%s %s: %s", name_of(self.source), status, error)
        DatasetVersion.objects.bulk_create(
            self._version(dataset, facts, status=status, error=str(error))
            for dataset in datasets.values()
            if dataset.name not in self.left
        )


def parse(
    source: Source, bundle: Bundle, audit: Audit, progress: Callable[[int], None] = lambda rows: None
) -> Parsed:
    """Parse everything first: nothing is written while the file may still turn out broken."""
    found: Parsed = defaultdict(dict)
    with reading(source, bundle.origin):
        for record in source.parse(counted_rows(source.read(bundle), progress), audit):
            record.tidy()
            if not record.names:
                audit.doubt("party without a name", record.key)
                continue
            twin = found[record.dataset].get(record.id)
            if twin is None:
                twin = found[record.dataset][record.id] = record
            else:
                twin.absorb(record)
            twin.seal()
    if not any(found.values()):
        raise IngestError(f"{bundle.origin} holds no entity that {name_of(source)} can read.")
    return dict(found)


def counted_rows(rows: Iterator[dict[str, Any]], progress: Callable[[int], None]) -> Iterator[dict[str, Any]]:
    """Pass raw rows on and tell how many have been read."""
    for number, row in enumerate(rows, start=1):
        progress(number)
        yield row


def told_by(audit: Audit, dataset: str) -> dict[str, Any]:
    """Return what a run noted, as a version's fields."""
    return {
        "rows": audit.rows_of.get(dataset, audit.rows),
        "not_understood": sum(audit.counts.values()),
        "skipped": dict(audit.skipped),
        "log": audit.as_log(),
    }


def corroborate(dataset: Dataset, source: str, published: date, second_hand: Parsed) -> str:
    """Note on each entity that another source prints it too; say what only one of the two has."""
    rows = second_hand.get(dataset.name, {})
    if not rows:
        return f"held first hand from {dataset.source}; not in this file"
    entities = list(dataset.entities.current().only("id", "also_in"))
    for entity in entities:
        entity.also_in = {name: day for name, day in entity.also_in.items() if name != source} | (
            {source: published.isoformat()} if entity.id in rows else {}
        )
    Entity.objects.bulk_update(entities, ["also_in"], batch_size=500)
    both = sum(1 for entity in entities if entity.id in rows)
    return (
        f"held first hand from {dataset.source}; this copy prints {both:,} of its {len(entities):,} entities"
        f" and {len(rows) - both:,} others, and stays out"
    )


def count(
    version: DatasetVersion, rows: dict[str, Record], difference: diffing.Difference, seconds: float
) -> None:
    """Write a version's counts."""
    version.entities = len(rows)
    version.names = sum(len(row.names) for row in rows.values())
    version.added, version.changed = len(difference.added), len(difference.changed)
    version.removed, version.seconds = len(difference.removed), seconds
    version.save()


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
    Dataset.objects.filter(pk__in=[row.pk for row in held]).update(checked_at=timezone.now(), failure="")
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
        "closed_on": info.closed_on,
    }
