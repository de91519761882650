"""Run sources from the network, from files or from what the project ships."""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.utils import DatabaseError
from django.utils import timezone

from entities.models import Dataset
from ingest.collecting import collect
from ingest.errors import IngestError, NoDownload
from ingest.fetching import Unchanged, fetch, fetched, held_files
from ingest.files import Bundle
from ingest.loading import Loading, Outcome, register, touch
from ingest.rebuilding import rebuild
from ingest.registers import RegisterLoading
from ingest.source import Source, is_register, most_bytes, name_of

Progress = Callable[[int], None]


class PartlyRefused(IngestError):
    """Some of a folder's copies were loaded, others refused."""

    def __init__(self, message: str, outcomes: list[Outcome]) -> None:
        super().__init__(message)
        self.outcomes = outcomes


def ingest(
    source: Source,
    *,
    path: Path | None = None,
    stated: date | None = None,
    excerpt: bool = False,
    scope: str = "",
    strict: bool = False,
    progress: Progress = lambda rows: None,
    warn: Callable[[str], None] = lambda line: None,
) -> list[Outcome]:
    """Load a source from its publisher, or every copy of it that is found under a path.

    Of a register, `scope` (entities.scopes) names what is loaded, and `strict` refuses a copy with any row that is
    not understood. Raises IngestError where nothing could be loaded, PartlyRefused where one of several copies could not.
    """
    given = {"scope": scope, "strict": strict} if is_register(source) else {}
    if (scope or strict) and not given:
        raise IngestError(
            f"{name_of(source)} is no register: it is loaded whole, and what is odd in it is told."
        )
    with alone(source), tempfile.TemporaryDirectory(prefix="watchlink-") as folder:
        if path is None:
            return settle(source, _fetched(source, Path(folder)), progress, **given)
        bundles = collect(source, path, Path(folder), most_bytes(source), warn)
        outcomes: list[Outcome] = []
        refusals: list[str] = []
        for bundle in bundles:
            try:
                loading = loading_of(
                    source, bundle, excerpt=excerpt, stated=stated, progress=progress, **given
                )
                outcomes += load(loading)
            except IngestError as error:
                if len(bundles) == 1:
                    raise
                refusals.append(f"{bundle.origin}: {error}")
        if refusals:
            raise PartlyRefused(
                f"{len(refusals)} of {len(bundles)} copies were refused. {' '.join(refusals)}", outcomes
            )
        return outcomes


def _fetched(source: Source, workdir: Path) -> Bundle | Exception:
    try:
        return fetch(source, workdir, held_files(source))
    except (IngestError, Unchanged) as error:
        return error


def download(
    sources: Sequence[Source], progress: Progress = lambda rows: None
) -> Iterator[tuple[Source, list[Outcome] | IngestError]]:
    """Load several sources from their publishers, each as it arrives."""
    with fetched(sources) as arriving:
        for source, result in arriving:
            try:
                with alone(source):
                    yield source, settle(source, result, progress)
            except IngestError as error:
                yield source, error


def settle(
    source: Source, result: Bundle | Exception, progress: Progress = lambda rows: None, **given: Any
) -> list[Outcome]:
    """Load what a download brought; note on the datasets when it brought nothing."""
    if isinstance(result, Unchanged):
        return touch(source)
    if isinstance(result, NoDownload):
        raise result
    if isinstance(result, IngestError):
        names = list(register(source))
        failure = {"failed_at": timezone.now(), "failure": str(result)}
        Dataset.objects.filter(name__in=names, source=name_of(source)).update(**failure)
        raise result
    if isinstance(result, Exception):
        raise result
    return load(loading_of(source, result, progress=progress, **given))


def loading_of(source: Source, bundle: Bundle, **given: Any) -> Loading:
    """Choose how a copy is loaded: a list whole in memory, a register by streaming."""
    return (RegisterLoading if is_register(source) else Loading)(source, bundle, **given)


def load(loading: Loading) -> list[Outcome]:
    """Run a loading; a full disk or a locked database is one clear sentence too."""
    name = name_of(loading.source)
    try:
        return loading.run()
    except DatabaseError as error:
        raise IngestError(f"The database could not take {name}: {' '.join(str(error).split())}.") from error
    except OSError as error:
        raise IngestError(f"{name} could not be kept: {error.strerror or error}.") from error


def reparse(source: Source, progress: Progress = lambda rows: None) -> list[Outcome]:
    """Rebuild a source's datasets from the archive with today's parser; ids stay."""
    if is_register(source):
        raise IngestError(
            f"{name_of(source)} is a register, which is too large to be told again version by version; its next copy is "
            "read with today's parser."
        )
    datasets = [row for row in register(source).values() if row.current_version]
    if not datasets:
        raise IngestError(f"Nothing of {name_of(source)} has been loaded, so there is nothing to read again.")
    with alone(source):
        return rebuild(source, datasets, progress)


@contextmanager
def alone(source: Source) -> Iterator[None]:
    """Let no two runs of one source overlap on this machine; across machines the write compares versions."""
    path = settings.DATA_DIR / "locks" / name_of(source)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IngestError(
                f"Another run of {name_of(source)} is under way; this one stands back."
            ) from None
        yield


def starter_path(source: Source) -> Path | None:
    """Find the hand-typed excerpt of a source, where the project ships one."""
    folder = settings.STARTER_DIR / name_of(source)
    return folder if folder.is_dir() else None


def ships_whole(source: Source) -> bool:
    """Tell whether the project ships the source's whole table, typed and cited."""
    return (settings.CURATED_DIR / name_of(source)).is_dir()
