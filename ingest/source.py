"""What a source module must offer, and how one is found."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Protocol

from ingest import sources
from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile
from ingest.records import Record


@dataclass(frozen=True)
class DatasetInfo:
    """A dataset's facts. `bounds` are the least and most entities that a whole copy may hold."""

    name: str
    title: str
    authority: str
    legal_basis: str
    homepage: str
    url: str
    cadence: str
    bounds: tuple[int, int]
    fresh_days: int = 3
    kind: str = "list"
    # How often its download is asked for; 0 where the publisher offers none that a program could fetch.
    every_hours: int = 24
    # The least and most entities per schema, where the publisher states the schema.
    schemas: dict[str, tuple[int, int]] = field(default_factory=dict)
    # The day the publisher closed the list; it is kept for history.
    closed_on: date | None = None
    # Another module reads the same list first hand; this copy fills in only where that one is missing or stale.
    second_hand: bool = False
    # The codes of the measures that its listings may impose (entities/measures).
    measures: tuple[str, ...] = ()


class Client(Protocol):
    """What fetch() gets: it downloads with conditional GET into a folder that is thrown away."""

    def get(self, url: str, name: str, headers: Mapping[str, str] | None = None) -> RawFile: ...

    def bundle(self, *files: RawFile) -> Bundle: ...


class Source(Protocol):
    """The shape of a module in ingest/sources."""

    __name__: str
    DATASETS: tuple[DatasetInfo, ...]

    def fetch(self, client: Client) -> Bundle:
        """Download the publisher's files."""

    def recognise(self, files: list[RawFile]) -> list[tuple[RawFile, ...]]:
        """Pick this source's files out of a folder; each group is one version."""

    def published_on(self, bundle: Bundle) -> date | None:
        """Read the publisher's date of this version; None where it states none."""

    def read(self, bundle: Bundle) -> Iterator[dict[str, Any]]:
        """Stream the raw rows."""

    def parse(self, rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
        """Turn rows into records; pop every field and audit what is left."""


@cache
def all_sources() -> dict[str, Source]:
    """Find every source module by its name."""
    modules = {}
    for found in pkgutil.iter_modules(sources.__path__):
        if not found.name.startswith("_"):
            modules[found.name] = importlib.import_module(f"{sources.__name__}.{found.name}")
    return modules  # type: ignore[return-value]


def source_named(name: str) -> Source:
    """Find a source by its own name or by that of one of its datasets."""
    for source_name, source in all_sources().items():
        if name == source_name or any(info.name == name for info in source.DATASETS):
            return source
    raise IngestError(f"There is no source {name!r}. Known are: {', '.join(sorted(all_sources()))}.")


def name_of(source: Source) -> str:
    return source.__name__.rpartition(".")[2]


def is_register(source: Source) -> bool:
    """Tell whether a source is a company register, which is loaded by streaming."""
    return any(info.kind == "register" for info in source.DATASETS)


# What code raises that met a value it did not foresee.
TRIPS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


@contextmanager
def reading(source: Source, origin: str) -> Iterator[None]:
    """Refuse a file that a module trips over: what it did not foresee it cannot have read right."""
    try:
        yield
    except TRIPS as error:
        raise IngestError(
            f"{origin} is not what {name_of(source)} was written for: {type(error).__name__}, {error}."
        ) from error
