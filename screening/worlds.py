"""What a run of many names rests on: the record as it stood, the index of its names, who owns whom, and the rules."""

from __future__ import annotations

from dataclasses import dataclass

from entities.querysets import Moment
from matching import Index
from screening.index import current_index, generation
from screening.rules import Rulebook, rulebook
from screening.structure import Structure, structure_at


@dataclass(frozen=True)
class World:
    moment: Moment
    generation: str
    index: Index
    structure: Structure
    book: Rulebook


def present_world(moment: Moment) -> World:
    """Take the record as it stands, for a day; `moment.by` must not be earlier than the newest version."""
    return World(moment, generation(), current_index(), structure_at(moment), rulebook(moment.by))
