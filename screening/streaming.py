"""A file of any length screened as it is read: nothing of it is kept but the chunk at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from screening.finding import Finder, Found
from screening.suppliers import Row, Supplier

# Suppliers that are matched at once.
CHUNK = 4_000
# Problems that are shown; all are counted.
SHOWN = 20


@dataclass
class Tally:
    """Count what became of the rows."""

    rows: int = 0
    asked: int = 0
    repeated: int = 0
    hits: int = 0
    rows_hit: int = 0
    rows_with_problems: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)
    by_dataset: Counter[str] = field(default_factory=Counter)

    def note(self, row: Row) -> None:
        self.rows += 1
        self.asked += row.supplier is not None
        if row.problems:
            self.rows_with_problems += 1
            if len(self.problems) < SHOWN:
                self.problems.append((row.number, " ".join(row.problems)))


def screened(
    rows: Iterable[Row], finder: Finder, tally: Tally, progress: Callable[[int], object] = lambda rows: None
) -> Iterator[Found]:
    """Stream the hits of rows in their order. Within a chunk, a supplier that comes twice is asked once and told twice."""
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        for row in chunk:
            tally.note(row)
        suppliers = [row.supplier for row in chunk if row.supplier is not None]
        first: dict[tuple[object, ...], Supplier] = {}
        for supplier in suppliers:
            first.setdefault(supplier[1:], supplier)
        tally.repeated += len(suppliers) - len(first)
        hits: dict[tuple[object, ...], list[Found]] = {}
        for found in finder.find(list(first.values())):
            hits.setdefault(found.supplier[1:], []).append(found)
        if hits:
            yield from _told(suppliers, hits, tally)
        progress(len(chunk))


def _told(
    suppliers: Iterable[Supplier], hits: dict[tuple[object, ...], list[Found]], tally: Tally
) -> Iterator[Found]:
    for supplier in suppliers:
        found = hits.get(supplier[1:], ())
        tally.rows_hit += bool(found)
        for hit in found:
            tally.hits += 1
            tally.by_dataset[hit.entity.dataset.name] += 1
            yield hit if hit.supplier.row == supplier.row else replace(hit, supplier=supplier)
