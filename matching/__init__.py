"""Match names of companies and other parties: names in, scored and explained candidates out."""

from __future__ import annotations

from matching.bulk import matches_of
from matching.index import Index, IndexFormatError, Matches
from matching.records import (
    VERSION,
    AlignedToken,
    Comparison,
    Explanation,
    Feature,
    Hit,
    Query,
    Record,
    RecordName,
)
from matching.scoring import compare

__all__ = [
    "VERSION",
    "AlignedToken",
    "Comparison",
    "Explanation",
    "Feature",
    "Hit",
    "Index",
    "IndexFormatError",
    "Matches",
    "Query",
    "Record",
    "RecordName",
    "compare",
    "matches_of",
]
