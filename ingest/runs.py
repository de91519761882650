"""Run one source from the network, from files or from the starter excerpts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.utils import OperationalError

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.fetching import Unchanged, fetch
from ingest.loading import Loading, Outcome, touch
from ingest.source import Source, name_of


def ingest(
    source: Source,
    *,
    path: Path | None = None,
    stated: date | None = None,
    excerpt: bool = False,
    progress: Callable[[int], None] = lambda rows: None,
    warn: Callable[[str], None] = lambda line: None,
) -> list[Outcome]:
    """Load every copy of a source that is found. Raises IngestError at the first that is refused."""
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="watchlink-") as folder:
        workdir = Path(folder)
        if path is None:
            try:
                bundles = [fetch(source, workdir)]
            except Unchanged:
                return touch(source)
        else:
            bundles = collect(source, path, workdir, settings.INGEST_MAX_MB << 20, warn)
        for bundle in bundles:
            try:
                outcomes += Loading(source, bundle, excerpt=excerpt, stated=stated, progress=progress).run()
            except OperationalError as error:
                raise IngestError(f"The database could not take {name_of(source)}: {error}.") from error
            except OSError as error:
                raise IngestError(
                    f"{name_of(source)} could not be kept: {error.strerror or error}."
                ) from error
    return outcomes


def starter_path(source: Source) -> Path | None:
    """Find the hand-typed excerpt of a source, where the project ships one."""
    folder = settings.STARTER_DIR / name_of(source)
    return folder if folder.is_dir() else None
