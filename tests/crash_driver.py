"""Runs ingests in children of its own and kills them: one JSON order per line on standard input, one answer per line.

Django starts once here; every order is a fork with a database and a data folder of its own. The points at
which a child kills itself are functions that this script patches by name, so that the program under test
knows nothing of them.
"""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402

from entities.models import Change, Dataset, DatasetVersion, Entity, Listing  # noqa: E402
from ingest import diffing, files, spooling  # noqa: E402
from ingest.audit import Audit  # noqa: E402
from ingest.countries import country_code  # noqa: E402
from ingest.errors import IngestError  # noqa: E402
from ingest.records import Record  # noqa: E402
from ingest.runs import ingest  # noqa: E402
from ingest.source import all_sources, source_named  # noqa: E402

# What no two runs share: row numbers, clocks, and the day on which somebody looked.
VOLATILE = {"id", "fetched_at", "checked_at", "seconds", "known_from", "known_to", "origin"}


def main() -> None:
    # What a child would import and build first, once for all of them.
    all_sources()
    country_code("Korea, North", Audit())
    for line in sys.stdin:
        print(json.dumps(obey(json.loads(line))), flush=True)


def obey(order: dict[str, Any]) -> dict[str, Any]:
    """Run an order in a child, kill it after `delay` seconds if told so, and say how it ended."""
    reader, writer = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w") as answer:
            json.dump(_work(order), answer, default=str)
        os._exit(0)
    os.close(writer)
    if (delay := order.get("delay")) is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reader) as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    told = {} if killed else json.loads(said)
    return {"killed": killed, "seconds": time.monotonic() - started} | told


def _work(order: dict[str, Any]) -> dict[str, Any]:
    settings.DATA_DIR = Path(order["data"])
    settings.ARCHIVE_DIR = settings.DATA_DIR / "archive"
    # What a killed run leaves among the temporary files goes with its room.
    tempfile.tempdir = order["data"]
    connection.settings_dict["NAME"] = order["database"]
    if timeout := order.get("timeout"):
        connection.settings_dict["OPTIONS"]["timeout"] = timeout
    try:
        match order["do"]:
            case "migrate":
                call_command("migrate", verbosity=0)
                return {}
            case "dump":
                return {"record": dump()}
        if point := order.get("point"):
            POINTS[point]()
        _load(order["source"], Path(order["path"]))
    except IngestError as error:
        return {"refused": str(error)}
    except Exception as error:
        return {"crashed": f"{type(error).__name__}: {error}"}
    return {}


def _load(name: str, path: Path) -> None:
    source = source_named(name)
    # Generated lists are small; the bounds of the real one are not what is tested here.
    source.DATASETS = tuple(
        dataclasses.replace(info, bounds=(1, 10_000), schemas={}) for info in source.DATASETS
    )
    # A register's rows go through the disk, however few.
    spooling.MOST_HELD = 50
    ingest(source, path=path)


def _die(*args: Any, **options: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_before(owner: Any, name: str, call: int = 1) -> None:
    original, calls = getattr(owner, name), 0

    def counted(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            _die()
        return original(*args, **options)

    setattr(owner, name, counted)


def _die_after(owner: Any, name: str) -> None:
    original = getattr(owner, name)

    def last(*args: Any, **options: Any) -> None:
        original(*args, **options)
        _die()

    setattr(owner, name, last)


def _in_the_archive() -> None:
    def half(source: Any, sink: Any, size: int) -> None:
        sink.write(source.read(2_000))
        sink.flush()
        _die()

    files.shutil.copyfileobj = half  # type: ignore[assignment]


def _without_room(owner: Any, name: str, bytes_left: int) -> None:
    """Let the system refuse to write any file beyond a size, from this call on."""
    original = getattr(owner, name)

    def call(*args: Any, **options: Any) -> Any:
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, bytes_left))
        return original(*args, **options)

    setattr(owner, name, call)


def _lose_the_connection() -> None:
    """Let PostgreSQL end our session in the middle of the transaction."""
    original = diffing._remove

    def remove(*args: Any, **options: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return original(*args, **options)

    diffing._remove = remove


def _once_written(arm: Callable[[], None]) -> None:
    """Arm a point only when the new rows stand in the open transaction."""
    original = diffing.write

    def write(*args: Any, **options: Any) -> None:
        original(*args, **options)
        arm()

    diffing.write = write


POINTS: dict[str, Callable[[], None]] = {
    "within the archive's file": _in_the_archive,
    "after the archive": lambda: _die_after(files, "archive"),
    "in the middle of parsing": lambda: _die_before(Record, "tidy", call=100),
    "before the first row is written": lambda: _die_before(diffing, "write"),
    "in the middle of the transaction": lambda: _die_before(diffing, "_insert", call=4),
    "before the removals are written": lambda: _die_before(diffing, "_remove"),
    "before the commit": lambda: _once_written(lambda: _die_before(BaseDatabaseWrapper, "commit")),
    "after the commit": lambda: _once_written(lambda: _die_after(BaseDatabaseWrapper, "commit")),
    "no room in the archive": lambda: _without_room(files, "archive", bytes_left=1_000),
    "no room in the database": lambda: _without_room(diffing, "write", bytes_left=100_000),
    "lost connection": _lose_the_connection,
}


def dump() -> dict[str, list[Any]]:
    """Write the whole record down, each version under its date instead of its number."""
    with transaction.atomic():
        versions = {row.pk: row for row in DatasetVersion.objects.select_related("dataset")}
        labels = {pk: f"{row} {row.status}" for pk, row in versions.items()}
        clocks = {(row.dataset_id, row.fetched_at): labels[pk] for pk, row in versions.items()}
        datasets = dict(Entity.objects.values_list("id", "dataset_id"))
        told: dict[str, list[Any]] = {
            "datasets": [
                [row.name, labels.get(row.current_version_id or 0)] for row in Dataset.objects.all()
            ],
            "versions": [_fields(row, labels) for row in versions.values()],
            "entities": [_fields(row, labels) | {"id": row.pk} for row in Entity.objects.all()],
            "changes": [_fields(row, labels) for row in Change.objects.all()],
        }
        for table in diffing.TABLES:
            told[table.field] = []
            for row in table.model._default_manager.all():
                line = _fields(row, labels)
                for clock in ("known_from", "known_to"):
                    if moment := getattr(row, clock):
                        line[clock] = clocks[datasets[row.entity_id], moment]  # type: ignore[attr-defined]
                if isinstance(row, Listing):
                    line["measures"] = sorted(row.measures.values_list("code", flat=True))
                told[table.field].append(line)
    return {name: sorted(rows, key=lambda row: json.dumps(row, default=str)) for name, rows in told.items()}


def _fields(row: Any, labels: dict[int, str]) -> dict[str, Any]:
    line = {}
    for column in row._meta.concrete_fields:
        if column.name in VOLATILE:
            continue
        value = getattr(row, column.attname)
        line[column.name] = labels.get(value) if column.related_model is DatasetVersion else value
    return line


if __name__ == "__main__":
    main()
