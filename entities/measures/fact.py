"""What is known of a measure."""

from __future__ import annotations

from typing import NamedTuple

from entities.choices import MeasureKind


class MeasureFact(NamedTuple):
    code: str
    kind: MeasureKind
    title: str
    forbids: str
    does_not: str
    reach: str
    legal_basis: str
    citation_url: str
