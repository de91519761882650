"""What a parser did not understand. Counted and shown, never silently dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ingest.records import storable

EXAMPLES = 5


class Audit:
    """Collects one run's doubts: per kind a count and a few examples."""

    def __init__(self) -> None:
        self.rows = 0
        self.rows_of: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}
        self.skipped: Counter[str] = Counter()

    def row(self, dataset: str = "") -> None:
        """Count a row, and for which dataset where a file holds several."""
        self.rows += 1
        self.rows_of[dataset] += 1

    def doubt(self, kind: str, example: object = "") -> None:
        """Note something in the file that the parser does not understand."""
        kind = storable(kind)
        self.counts[kind] += 1
        shown = self.examples.setdefault(kind, [])
        text = " ".join(storable(str(example)).split())[:300]
        if text and len(shown) < EXAMPLES and text not in shown:
            shown.append(text)

    def skip(self, reason: str) -> None:
        """Count a row that belongs to another dataset."""
        self.skipped[storable(reason)] += 1

    def leftovers(self, row: Mapping[str, Any], where: str) -> None:
        """Make a noise for every field the publisher sent and the parser did not pop."""
        for key, value in row.items():
            if value not in (None, "", [], {}):
                self.doubt(f"unread field {key!r} of {where}", value)

    def as_log(self) -> list[dict[str, Any]]:
        return [
            {"what": kind, "count": count, "examples": self.examples[kind]}
            for kind, count in self.counts.most_common()
        ]
