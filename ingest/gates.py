"""What a copy must pass before it may replace the last good one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from ingest.errors import Held, IngestError
from ingest.records import Record
from ingest.source import DatasetInfo

# A record without a name cannot be found; a file full of them has lost a column.
LEAST_NAMED = 0.95


def check(info: DatasetInfo, records: Collection[Record], *, excerpt: bool) -> None:
    """Raise IngestError unless the records look like a whole copy of the dataset.

    A starter excerpt is small on purpose: only its lower bounds are waived.
    """
    found = len(records)
    least, most = info.bounds
    if found < least and not excerpt:
        raise IngestError(f"{info.name} holds {found:,} entities, but a whole copy has at least {least:,}.")
    if found > most:
        raise IngestError(f"{info.name} holds {found:,} entities, but a whole copy has at most {most:,}.")
    per_schema = Counter(record.schema for record in records)
    for schema, (fewest, highest) in info.schemas.items():
        if not excerpt and per_schema[schema] < fewest or per_schema[schema] > highest:
            raise IngestError(
                f"{info.name} holds {per_schema[schema]:,} of schema {schema}; a whole copy has {fewest:,} to {highest:,}."
            )
    named = sum(1 for record in records if record.names)
    if named < LEAST_NAMED * found:
        raise IngestError(f"{info.name}: only {named:,} of {found:,} entities have a name.")


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
