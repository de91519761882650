"""What of a register is loaded: all of it, the companies of some countries, or what touches a list.

A scope picks companies by what the register says of each, and then takes in those that ownership ties to them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string

from entities.scopes import COUNTRIES, TOUCHING_LISTS
from ingest.errors import IngestError
from ingest.records import Record

# Records given to a scope's test at once: a matcher takes many names in one pass.
BATCH = 5_000

# Takes records, returns the ids of those that the scope is about.
Picks = Callable[[Sequence[Record]], Iterable[str]]


@dataclass(frozen=True)
class Scope:
    """Which companies a load is about, and whether ownership is followed to its end or for one step."""

    spec: str
    picks: Picks
    to_the_end: bool


def scope_of(spec: str) -> Scope | None:
    """Read a scope as a version states it; None for the whole register. Raises IngestError for another word."""
    if not spec:
        return None
    if spec == TOUCHING_LISTS:
        # Matching is not ingest's to know: the desk says what touches a list.
        return Scope(spec, import_string(settings.TOUCHES_A_LIST)(), to_the_end=True)
    kind, _, codes = spec.partition(" ")
    if kind != COUNTRIES:
        raise IngestError(f"There is no scope {spec!r}.")
    return Scope(spec, _of_countries(frozenset(codes.split())), to_the_end=False)


def _of_countries(codes: frozenset[str]) -> Picks:
    return lambda records: (record.id for record in records if not codes.isdisjoint(record.countries))


class Selection:
    """Learns from each record of a copy which companies a scope keeps. Ids are held as eight bytes each."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.picked, self.owners, self.assets = array("Q"), array("Q"), array("Q")
        self.waiting: list[Record] = []

    def see(self, record: Record) -> None:
        for edge in record.ownerships:
            self.owners.append(_number(edge.owner_id))
            self.assets.append(_number(edge.asset_id))
        if record.names:
            self.waiting.append(record)
            if len(self.waiting) >= BATCH:
                self._pick()

    def pick(self, ids: Iterable[str]) -> None:
        self.picked.extend(map(_number, ids))

    def _pick(self) -> None:
        self.pick(self.scope.picks(self.waiting))
        self.waiting.clear()

    def kept(self) -> Callable[[str], bool]:
        """Return a test whether a company is kept, once every record was seen."""
        self._pick()
        owners, assets = np.array(self.owners, np.uint64), np.array(self.assets, np.uint64)
        start = np.unique(np.array(self.picked, np.uint64))
        up = _followed(start, assets, owners, self.scope.to_the_end)
        down = _followed(start, owners, assets, self.scope.to_the_end)
        numbers = frozenset(np.union1d(up, down).tolist())
        return lambda entity_id: _number(entity_id) in numbers


def _followed(start: np.ndarray, here: np.ndarray, there: np.ndarray, to_the_end: bool) -> np.ndarray:
    """Go along edges in one direction from some companies, one step or until nothing is new."""
    kept = start
    while True:
        reached = np.union1d(kept, there[np.isin(here, kept)])
        if not to_the_end or len(reached) == len(kept):
            return reached
        kept = reached


def _number(entity_id: str) -> int:
    return int(entity_id[-20:-4], 16)
