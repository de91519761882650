"""What a copy must pass before it may replace the last good one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from ingest.errors import IngestError
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
