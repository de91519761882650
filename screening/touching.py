"""What of a register touches a list: companies whose name or identifier may be a listed party's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.conf import settings

from entities.choices import NameKind
from entities.models import Dataset
from ingest.errors import IngestError
from ingest.records import Record
from matching import Query
from screening.index import current_index
from screening.parties import on_a_list


def touches_a_list() -> Callable[[Sequence[Record]], Iterator[str]]:
    """Return a test for a register's records, many at once: the ids of those that score at least MATCH_THRESHOLD.

    Raises IngestError where no list is loaded: nothing would touch it.
    """
    if not Dataset.objects.lists().filter(current_version__isnull=False).exists():
        raise IngestError("No list is loaded, so nothing can touch one. Load the lists first.")
    index, accept = current_index(), on_a_list()

    def touching(records: Sequence[Record]) -> Iterator[str]:
        answers = index.match_many(
            map(_query, records), limit=1, threshold=settings.MATCH_THRESHOLD, accept=accept
        )
        for record, hits in zip(records, answers, strict=True):
            if hits:
                yield record.id

    return touching


def _query(record: Record) -> Query:
    first, *others = [row.text for row in record.names if row.kind != NameKind.WEAK] or [record.caption]
    countries = [code for code in dict.fromkeys(record.countries) if code]
    return Query(
        first,
        country=countries[0] if len(countries) == 1 else None,
        identifiers=tuple((row.scheme, row.value) for row in record.identifiers),
        names=tuple(others),
    )
