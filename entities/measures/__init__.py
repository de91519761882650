"""The measures that listings impose, in plain words, each with the law it rests on.

A list entry is not one prohibition: sources name the measures of each entry by these codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from entities.measures import other_authorities, united_states
from entities.measures.fact import MeasureFact

if TYPE_CHECKING:
    from entities.models import Measure

__all__ = ["CATALOGUE", "MeasureFact", "synchronised"]

CATALOGUE: tuple[MeasureFact, ...] = united_states.MEASURES + other_authorities.MEASURES


def synchronised() -> dict[str, Measure]:
    """Write the catalogue to the record and return its rows by code."""
    from entities.models import Measure

    known = {measure.code: measure for measure in Measure.objects.all()}
    for fact in CATALOGUE:
        measure = known.get(fact.code) or Measure(code=fact.code)
        if (
            any(getattr(measure, name) != value for name, value in fact._asdict().items())
            or measure.pk is None
        ):
            for name, value in fact._asdict().items():
                setattr(measure, name, value)
            measure.save()
        known[fact.code] = measure
    return known
