"""A real worker on the broker of files, as `serve` runs it, killed in the middle of a run: nothing twice, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROWS = 2_000


@pytest.fixture
def world(tmp_path: Path) -> dict[str, str]:
    """The environment of an installation of its own, on SQLite and without Redis, whatever the suite runs on."""
    named = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    return named | {
        "WATCHLINK_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(HERE.parent),
        "SCREENING_LEASE": "2",
    }


def driven(world: dict[str, str], *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(HERE / "run_driver.py"), *words],
        env=world,
        cwd=HERE.parent,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.fixture
def workers(world: dict[str, str]) -> Iterator[Any]:
    started: list[subprocess.Popen[bytes]] = []

    def worker() -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "--pool",
            "solo",
            "--loglevel",
            "WARNING",
        ]
        process = subprocess.Popen(command, env=world, cwd=HERE.parent)
        started.append(process)
        return process

    yield worker
    for process in started:
        process.kill()
        process.wait(timeout=30)


def rows_done(world: dict[str, str]) -> tuple[str, int]:
    path = Path(world["WATCHLINK_DATA_DIR"]) / "watchlink.sqlite3"
    with sqlite3.connect(path, timeout=30) as database:
        found: tuple[str, int] = database.execute(
            "SELECT state, rows_done FROM screening_screening"
        ).fetchone()
    return found


def until(world: dict[str, str], wanted: Any, seconds: float = 240) -> tuple[str, int]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if wanted(found := rows_done(world)):
            return found
        time.sleep(0.02)
    raise AssertionError(f"The run stands at {rows_done(world)}.")


def test_a_worker_killed_in_the_middle_of_a_run_loses_and_doubles_nothing(
    world: dict[str, str], workers: Any
) -> None:
    driven(world, "prepared", str(ROWS))
    first = workers()
    until(world, lambda found: found[1] > 0)
    first.send_signal(signal.SIGKILL)
    first.wait(timeout=30)
    state, done = rows_done(world)
    assert state == "running"
    assert 0 < done < ROWS
    # Nobody knows of it but the record: its message died with the worker.
    time.sleep(3)
    left = driven(world, "resumed")
    assert left["abandoned"]
    assert left["twice"] == 0
    assert left["hits"] == left["hits_found"]
    assert left["subjects"] == left["rows_done"] == done
    workers()
    until(world, lambda found: found[0] == "done")
    whole = driven(world, "told")
    assert (whole["rows_done"], whole["subjects"], whole["rows_hit"], whole["twice"]) == (ROWS, ROWS, ROWS, 0)
    assert whole["hits"] == whole["hits_found"]
    assert (whole["proof"], whole["abandoned"]) == ("same", [])


@pytest.mark.long
def test_two_workers_share_a_run(world: dict[str, str], workers: Any) -> None:
    driven(world, "prepared", str(ROWS))
    driven(world, "sent")
    workers()
    workers()
    until(world, lambda found: found[0] == "done")
    whole = driven(world, "told")
    assert (whole["rows_done"], whole["rows_hit"], whole["twice"], whole["proof"]) == (ROWS, ROWS, 0, "same")
