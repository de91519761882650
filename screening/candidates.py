"""A row of the record that a question may mean."""

from __future__ import annotations

from dataclasses import dataclass

from entities.models import Entity
from matching import Hit
from screening.parties import Link


@dataclass(frozen=True)
class Candidate:
    """A row of the record that the name may mean."""

    entity: Entity
    score: float
    hit: Hit | None
    reason: str
    # Who confirmed that it is the company meant, and when; empty where only its score says so.
    confirmed: str = ""

    @property
    def link(self) -> Link:
        return Link(self.entity.id, self.score, self.reason, self.confirmed)
