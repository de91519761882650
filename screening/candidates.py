"""A row of the record that a question may mean."""

from __future__ import annotations

from dataclasses import dataclass

from entities.models import Entity
from matching import Hit


@dataclass(frozen=True)
class Candidate:
    """A row of the record that the name may mean."""

    entity: Entity
    score: float
    hit: Hit | None
    reason: str
