"""A process that dies loses nothing: the last good version serves, and the next run ends where it should.

The dying processes are children of tests/crash_driver.py. Every trial starts from a copy of a record that
holds one version, is killed while it loads another, and is then run again.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.generated_lists import register_tables, sdn_tables, un_list

DRIVER = Path(__file__).parent / "crash_driver.py"
POSTGRES = not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
FORMATS = {"un_sc": un_list, "us_ofac_sdn": sdn_tables, "gleif": register_tables}
# Of a register no older copy is loaded.
DAYS = {"gleif": ("2026-11-20",)}
HELD, NEWER, OLDER = "2026-11-10", "2026-11-20", "2026-11-01"
POINTS = (
    "within the archive's file",
    "after the archive",
    "in the middle of parsing",
    "before the first row is written",
    "in the middle of the transaction",
    "before the removals are written",
    "before the commit",
    "after the commit",
)


@dataclass
class Room:
    """A database and a data folder that one trial may ruin."""

    database: str
    data: Path

    @property
    def archive(self) -> Path:
        return self.data / "archive"


@dataclass
class Range:
    """The driver, the lists it loads, and for each the states before and after an undisturbed run."""

    folder: Path
    driver: subprocess.Popen[str]
    held: dict[str, Room] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[tuple[str, str], Any] = field(default_factory=dict)
    seconds: dict[tuple[str, str], float] = field(default_factory=dict)
    rooms: int = 0

    def order(self, room: Room, do: str, **more: Any) -> dict[str, Any]:
        assert self.driver.stdin is not None
        assert self.driver.stdout is not None
        order = {"do": do, "database": room.database, "data": str(room.data)} | more
        print(json.dumps(order), file=self.driver.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self.driver.stdout.readline())
        return answer

    def load(self, room: Room, source: str, day: str, **more: Any) -> dict[str, Any]:
        return self.order(room, "load", source=source, path=str(self.folder / source / day), **more)

    def dump(self, room: Room) -> Any:
        return self.order(room, "dump")["record"]

    def room(self, like: Room | None = None) -> Room:
        """Make a room, empty or a copy of another."""
        self.rooms += 1
        data = self.folder / f"room-{self.rooms}"
        if not POSTGRES:
            if like:
                shutil.copytree(like.data, data)
            data.mkdir(exist_ok=True)
            return Room(str(data / "watchlink.sqlite3"), data)
        data.mkdir()
        if like and like.archive.exists():
            shutil.copytree(like.archive, data / "archive")
        name = f"watchlink_crash_{os.getpid()}_{self.rooms}"
        postgres(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{like.database}"' if like else ""))
        return Room(name, data)

    def leave(self, room: Room) -> None:
        if POSTGRES:
            postgres(f'DROP DATABASE "{room.database}" WITH (FORCE)')
        shutil.rmtree(room.data)


def postgres(statement: str) -> None:
    import psycopg

    known = settings.DATABASES["default"]
    server = {
        "host": known["HOST"],
        "port": known["PORT"],
        "user": known["USER"],
        "password": known["PASSWORD"],
    }
    given = {name: value for name, value in server.items() if value}
    with psycopg.connect(dbname="postgres", autocommit=True, **given) as link:
        link.execute(statement)


@pytest.fixture(scope="module")
def shooting_range(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Range]:
    folder = tmp_path_factory.mktemp("crashes")
    environment = os.environ | {"WATCHLINK_DATA_DIR": str(folder / "driver")}
    driver = subprocess.Popen(
        [sys.executable, str(DRIVER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    place = Range(folder, driver)
    empty = place.room()
    assert place.order(empty, "migrate") | {"seconds": 0} == {"killed": False, "seconds": 0}
    for source, write in FORMATS.items():
        write(folder / source / OLDER, OLDER, range(20, 260))
        write(folder / source / HELD, HELD, range(240))
        write(folder / source / NEWER, NEWER, range(15, 260), renamed=range(60, 90))
        held = place.held[source] = place.room(like=empty)
        assert "refused" not in place.load(held, source, HELD)
        place.before[source] = place.dump(held)
        for day in DAYS.get(source, (NEWER, OLDER)):
            room = place.room(like=held)
            place.seconds[source, day] = place.load(room, source, day)["seconds"]
            place.after[source, day] = place.dump(room)
            place.leave(room)
            assert place.after[source, day] != place.before[source]
    yield place
    for room in (empty, *place.held.values()):
        place.leave(room)
    driver.stdin.close()  # type: ignore[union-attr]
    driver.wait()


def survive(place: Range, source: str, day: str, **death: Any) -> bool:
    """Kill a load, look at what is left, load again; tell whether the killed one had committed."""
    room = place.room(like=place.held[source])
    killed = place.load(room, source, day, **death)
    assert killed["killed"] or "delay" in death, f"{death} was never reached: {killed}"
    left = place.dump(room)
    committed = bool(left == place.after[source, day])
    if not committed:
        assert left == place.before[source]
    assert place.load(room, source, day).keys() == {"killed", "seconds"}
    again = place.dump(room)
    assert again == place.after[source, day]
    kept = {path.name for path in room.archive.rglob("*.gz")}
    named = {f"{file['sha256']}.gz" for version in again["versions"] for file in version["files"]}
    assert kept == named
    place.leave(room)
    return committed


@pytest.mark.parametrize(
    ("point", "source", "day"),
    [(point, ("un_sc", "us_ofac_sdn")[number % 2], NEWER) for number, point in enumerate(POINTS)]
    + [(point, "gleif", NEWER) for point in POINTS]
    + [("in the middle of the transaction", "us_ofac_sdn", OLDER), ("before the commit", "un_sc", OLDER)],
)
def test_a_load_that_is_killed_leaves_the_last_good_version_and_can_be_repeated(
    shooting_range: Range, point: str, source: str, day: str
) -> None:
    committed = survive(shooting_range, source, day, point=point)
    assert committed == (point == "after the commit")


@pytest.mark.parametrize("source", FORMATS)
def test_a_load_that_is_killed_at_any_moment_can_be_repeated(shooting_range: Range, source: str) -> None:
    survive(shooting_range, source, NEWER, delay=random.uniform(0, shooting_range.seconds[source, NEWER]))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8))
def test_hundreds_of_kills_at_random_moments_lose_nothing(shooting_range: Range, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(40):
        source = dice.choice(sorted(FORMATS))
        day = dice.choice(DAYS.get(source, (NEWER, OLDER)))
        survive(shooting_range, source, day, delay=dice.uniform(0, 1.1 * shooting_range.seconds[source, day]))


@pytest.mark.long
@pytest.mark.parametrize(
    ("source", "day"), [(source, day) for source in FORMATS for day in DAYS.get(source, (NEWER, OLDER))]
)
@pytest.mark.parametrize("point", POINTS)
def test_every_point_survives_with_every_format(
    shooting_range: Range, source: str, day: str, point: str
) -> None:
    survive(shooting_range, source, day, point=point)


@pytest.fixture
def room(shooting_range: Range) -> Iterator[Room]:
    """A room that holds the UN list, of which the same is asked in the end: a later load makes up for all."""
    room = shooting_range.room(like=shooting_range.held["un_sc"])
    yield room
    assert shooting_range.dump(room) == shooting_range.before["un_sc"]
    assert shooting_range.load(room, "un_sc", NEWER).keys() == {"killed", "seconds"}
    assert shooting_range.dump(room) == shooting_range.after["un_sc", NEWER]
    shooting_range.leave(room)


def refusal(answer: dict[str, Any]) -> str:
    assert answer.keys() == {"killed", "seconds", "refused"}, answer
    sentence = str(answer["refused"])
    assert "\n" not in sentence
    return sentence


def test_an_archive_without_room_is_one_clear_error_and_leaves_nothing_behind(
    shooting_range: Range, room: Room
) -> None:
    before = sorted(path for path in room.archive.rglob("*") if path.is_file())
    answer = shooting_range.load(room, "un_sc", NEWER, point="no room in the archive")
    assert refusal(answer) == "un_sc could not be kept: File too large."
    assert sorted(path for path in room.archive.rglob("*") if path.is_file()) == before


@pytest.mark.skipif(POSTGRES, reason="PostgreSQL's disk is the server's; its test is the lost connection")
def test_a_database_without_room_is_one_clear_error(shooting_range: Range, room: Room) -> None:
    answer = shooting_range.load(room, "un_sc", NEWER, point="no room in the database")
    assert refusal(answer).startswith("The database could not take un_sc: ")


@pytest.mark.skipif(POSTGRES, reason="PostgreSQL waits for a lock as long as its lock_timeout says")
def test_a_database_that_another_program_locks_is_one_clear_error(shooting_range: Range, room: Room) -> None:
    with closing(sqlite3.connect(room.database)) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = shooting_range.load(room, "un_sc", NEWER, timeout=0.2)
    assert refusal(answer) == "The database could not take un_sc: database is locked."


@pytest.mark.skipif(not POSTGRES, reason="SQLite has no connection to lose")
def test_a_database_server_that_goes_away_is_one_clear_error(shooting_range: Range, room: Room) -> None:
    answer = shooting_range.load(room, "un_sc", NEWER, point="lost connection")
    assert refusal(answer).startswith("The database could not take un_sc: ")
