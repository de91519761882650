"""A register's records on their way to the database: dealt to parts by their ids, on disk once they are many.

Ids are hashes, so that each part holds an even share of the companies; a part is small enough to be held in
memory, and all that a copy says of one company, in whichever of its files, meets in one part.
"""

from __future__ import annotations

import gc
import pickle
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

from ingest.diffing import Difference, EdgeRows
from ingest.records import STATEMENTS, Record

# Parts that a large register is dealt to: one for each value of the first two hex digits of an id.
PARTS = 256
DIGITS = 2
# Records held in memory before they go to disk; a register of no more than these is one part.
MOST_HELD = 20_000

FIELDS = ("key", "schema", "names", "countries", *STATEMENTS[1:], "properties", "raw")
_fields = attrgetter(*FIELDS)
_digested = attrgetter(*FIELDS, "_digest")


@dataclass(frozen=True)
class Part:
    """What a copy says of the companies whose ids begin alike: by id, one record or several."""

    number: int
    # Lookups that find the same companies in the database.
    within: dict[str, Any]
    rows: dict[str, list[Record]]


class Spool:
    """The records of one dataset. Its folder is thrown away with the run; nothing else writes there."""

    def __init__(self, dataset: str, folder: Path) -> None:
        self.dataset, self.folder = dataset, folder / dataset
        self.folder.mkdir()
        self.held: list[list[tuple[Any, ...]]] = [[] for _ in range(PARTS)]
        self.count, self.waiting = 0, 0

    def add(self, record: Record) -> None:
        self.held[int(record.id[-20 : DIGITS - 20], 16)].append(_fields(record))
        self.count += 1
        self.waiting += 1
        if self.waiting >= MOST_HELD:
            self._to_disk()

    def parts(self) -> Iterator[Part]:
        """Yield what was added, part by part in the order of ids, each freed before the next is read."""
        if self.count == self.waiting:
            yield self._part(0, self._within(0, PARTS), [row for rows in self.held for row in rows])
            return
        self._to_disk()
        for number in range(PARTS):
            yield self._part(
                number,
                self._within(number, number + 1),
                list(chain.from_iterable(_pickles(self._rows(number)))),
            )

    def keep(self, part: Part, difference: Difference) -> None:
        """Put away what a part changes until the write."""
        content = (
            [_digested(record) for record in difference.added],
            [_digested(record) for record in difference.changed],
            difference.removed,
        )
        with self._difference(part.number).open("wb") as sink:
            pickle.dump(content, sink, protocol=5)
        self._rows(part.number).unlink(missing_ok=True)

    def differences(self) -> Iterator[Difference]:
        """Yield what was kept, part by part."""
        for number in range(PARTS):
            if (path := self._difference(number)).exists():
                with path.open("rb") as source:
                    added, changed, removed = pickle.load(source)
                yield Difference(self._records(added), self._records(changed), removed)

    def put_off(self, edges: EdgeRows) -> None:
        """Put away edges until every company is written."""
        if edges:
            with (self.folder / "edges").open("ab") as sink:
                pickle.dump(edges, sink, protocol=5)

    def edges(self) -> Iterator[EdgeRows]:
        """Yield the edges that were put off."""
        yield from _pickles(self.folder / "edges")

    def _records(self, rows: list[tuple[Any, ...]]) -> list[Record]:
        return [self._record(row) for row in rows]

    def _record(self, row: tuple[Any, ...]) -> Record:
        record = Record(self.dataset, row[0], row[1], row[2], row[3], *row[4 : len(FIELDS)])
        record._digest = row[len(FIELDS)] if len(row) > len(FIELDS) else ""
        return record

    def _part(self, number: int, within: dict[str, Any], rows: list[tuple[Any, ...]]) -> Part:
        found: dict[str, list[Record]] = defaultdict(list)
        ids: dict[str, str] = {}
        for row in rows:
            record = self._record(row)
            # A company's id is hashed once, however many rows speak of it.
            record._id = ids.get(record.key, "")
            ids[record.key] = record.id
            found[record.id].append(record)
        return Part(number, within, found)

    def _within(self, first: int, end: int) -> dict[str, Any]:
        """Name the ids of some parts as a range, which every database finds by its index."""
        # No hex digit comes after f.
        last = f"{end:0{DIGITS}x}" if end < PARTS else "g"
        return {"id__gte": f"{self.dataset}-{first:0{DIGITS}x}", "id__lt": f"{self.dataset}-{last}"}

    def _to_disk(self) -> None:
        for number, rows in enumerate(self.held):
            if rows:
                with self._rows(number).open("ab") as sink:
                    pickle.dump(rows, sink, protocol=5)
                rows.clear()
        self.waiting = 0

    def _rows(self, number: int) -> Path:
        return self.folder / f"{number:03}.rows"

    def _difference(self, number: int) -> Path:
        return self.folder / f"{number:03}.difference"


def _pickles(path: Path) -> Iterator[list[Any]]:
    if path.exists():
        with path.open("rb") as source:
            end = path.stat().st_size
            while source.tell() < end:
                yield pickle.load(source)


@contextmanager
def resting_collector() -> Iterator[None]:
    """Look for circles of dead objects seldom: plain records form none, and looking takes half of a load's time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 100, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
