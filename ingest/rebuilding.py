"""Tell a dataset's history again from the archive, version by version, with today's parser.

An older copy that turns up late and a parser that learned to read more both change what was said
when. One mechanism serves both: forget the statements, keep versions and ids, replay in order.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db import transaction

from entities.measures import synchronised
from entities.models import Dataset, DatasetVersion
from ingest import diffing, files
from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.loading import Outcome, count, parse, told_by
from ingest.source import Source, source_named


def rebuild(
    source: Source, datasets: Sequence[Dataset], progress: Callable[[int], None] = lambda rows: None
) -> list[Outcome]:
    """Replay every accepted version of some of a source's datasets, all or nothing.

    Entity ids, version rows and their dates stay. Raises IngestError where the archive's copy of a
    version can no longer be read.
    """
    versions = DatasetVersion.objects.accepted().filter(dataset__in=datasets).select_related("dataset")
    ordered = list(versions.order_by("published_on", "is_excerpt", "fetched_at", "id"))
    # An excerpt was only ever a stand-in: it comes before the full copies, whatever its date.
    ordered.sort(key=lambda version: not version.is_excerpt)
    with transaction.atomic():
        measures = synchronised()
        for dataset in datasets:
            diffing.forget(dataset)
        latest: dict[int, DatasetVersion] = {}
        for _, group in groupby(ordered, key=lambda version: (version.sha256, version.fetched_at)):
            _replay(source, list(group), latest, measures, progress)
        for dataset in datasets:
            diffing.forget_lost(dataset)
            dataset.current_version = latest.get(dataset.pk)
            dataset.save(update_fields=["current_version"])
    return [Outcome(version.dataset, version) for version in latest.values()]


def _replay(
    source: Source,
    versions: list[DatasetVersion],
    latest: dict[int, DatasetVersion],
    measures: dict[str, diffing.Measure],
    progress: Callable[[int], None],
) -> None:
    """Write the versions that came in one file."""
    started, audit = time.monotonic(), Audit()
    with tempfile.TemporaryDirectory(prefix="watchlink-") as folder:
        try:
            bundle = files.from_archive(
                versions[0].files, settings.ARCHIVE_DIR, Path(folder), versions[0].origin
            )
            reader = source_named(versions[0].source) if versions[0].source else source
            records = parse(reader, bundle, audit, progress)
        except IngestError as error:
            raise IngestError(
                f"The version of {versions[0].published_on} cannot be read again: {error}"
            ) from error
    for version in versions:
        before = latest.get(version.dataset_id)
        version.oldest = before is None
        for name, value in told_by(audit, version.dataset.name).items():
            setattr(version, name, value)
        rows = records.get(version.dataset.name, {})
        difference = diffing.compare(version, rows)
        diffing.write(version, difference, measures)
        if before is not None and version.fetched_at < before.fetched_at:
            diffing.know_earlier(version)
        count(version, rows, difference, time.monotonic() - started)
        latest[version.dataset_id] = version
