"""Match names of companies and other parties: names in, scored and explained candidates out."""

from __future__ import annotations

from matching.index import Index, IndexFormatError
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
    "Query",
    "Record",
    "RecordName",
    "compare",
]
