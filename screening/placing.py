"""Which parties of the record a portfolio's subjects are, so that what hits a party can be told to whom it matters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from matching import Query
from screening.index import current_index
from screening.models import Subject
from screening.structure import Structure

# Rows of the record that one name may mean; a name with more is too general to say whom it means.
PLACES = 10


@dataclass(frozen=True)
class Placed:
    """A subject that is read as a party, by the name that matched best."""

    subject: Subject
    score: float
    name: str


def placed(subjects: Iterable[Subject], structure: Structure, threshold: float) -> dict[str, list[Placed]]:
    """Match subjects with the record; return by party those that score at least `threshold`, a score from 0 to 1."""
    rows = list(subjects)
    queries = [
        Query(
            row.name,
            country=row.country or None,
            identifiers=tuple((str(scheme), str(value)) for scheme, value in row.identifiers),
        )
        for row in rows
    ]
    found: dict[str, list[Placed]] = defaultdict(list)
    answers = current_index().match_many(queries, limit=PLACES, threshold=threshold)
    for subject, hits in zip(rows, answers, strict=True):
        best: dict[str, Placed] = {}
        for hit in hits:
            best.setdefault(structure.clusters.party(hit.id), Placed(subject, hit.score, hit.name.text))
        for party, place in best.items():
            found[party].append(place)
    return dict(found)
