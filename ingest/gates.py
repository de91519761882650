"""What a copy must pass before it may replace the last good one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.errors import Held, IngestError
from ingest.records import STATEMENTS, Record
from ingest.source import DatasetInfo

# A record without a name cannot be found; a file full of them has lost a column.
LEAST_NAMED = 0.95


@dataclass
class Tally:
    """What a copy holds, counted: its records, and what they state."""

    entities: int = 0
    named: int = 0
    schemas: Counter[str] = field(default_factory=Counter)
    statements: Counter[str] = field(default_factory=Counter)

    def add(self, record: Record) -> None:
        self.entities += 1
        self.named += bool(record.names)
        self.schemas[record.schema] += 1
        for kind in STATEMENTS:
            self.statements[kind] += len(getattr(record, kind))


def tally(records: Iterable[Record]) -> Tally:
    """Count a copy's records."""
    counted = Tally()
    for record in records:
        counted.add(record)
    return counted


def check(info: DatasetInfo, tally: Tally, *, excerpt: bool) -> None:
    """Raise IngestError unless the records look like a whole copy of the dataset.

    A part of a copy, such as a starter excerpt, is small on purpose: only its lower bounds are waived.
    """
    found = tally.entities
    least, most = info.bounds
    if found < least and not excerpt:
        raise IngestError(f"{info.name} holds {found:,} entities, but a whole copy has at least {least:,}.")
    if found > most:
        raise IngestError(f"{info.name} holds {found:,} entities, but a whole copy has at most {most:,}.")
    for schema, (fewest, highest) in info.schemas.items():
        if not excerpt and tally.schemas[schema] < fewest or tally.schemas[schema] > highest:
            raise IngestError(
                f"{info.name} holds {tally.schemas[schema]:,} of schema {schema}; a whole copy has {fewest:,} to {highest:,}."
            )
    if tally.named < LEAST_NAMED * found:
        raise IngestError(f"{info.name}: only {tally.named:,} of {found:,} entities have a name.")


# Below this many rows a share says nothing.
LEAST_COUNTED = 20


def check_churn(
    info: DatasetInfo, *, most: float, before: Mapping[str, int], after: Mapping[str, int], removed: int
) -> None:
    """Raise Held where a copy removes or empties more of a list than publishers do in one day.

    `before` and `after` count the entities and the statements of each kind; `most` is a share (0..1).
    """
    entities = before["entities"]
    if entities >= LEAST_COUNTED and removed > most * entities:
        raise Held(
            f"{info.name}: this copy removes {removed:,} of {entities:,} entities, more than {most:.0%}; "
            "a person must accept it."
        )
    for kind, count in before.items():
        if count >= LEAST_COUNTED and after[kind] < (1 - most) * count:
            raise Held(
                f"{info.name}: this copy states {after[kind]:,} {kind} where the one before stated {count:,}; "
                "a person must accept it."
            )
