"""What a run of many names rests on: the record as it stood, the index of its names, who owns whom, and the rules."""

from __future__ import annotations

from dataclasses import dataclass

from entities.querysets import Moment
from matching import Index
from screening.index import current_index, generation, index_known
from screening.parties import last_ruling
from screening.rules import Rulebook, rulebook
from screening.structure import Structure, structure_at, structure_known


@dataclass(frozen=True)
class World:
    moment: Moment
    generation: str
    index: Index
    structure: Structure
    book: Rulebook
    # Whether something was loaded since: then statements are read as they were known.
    is_past: bool = False


def present_world(moment: Moment) -> World:
    """Take the record as it stands, for a day; nothing may have been loaded since `moment.by`."""
    # What everybody asks of today is kept; only a word on who is one party, given since, makes it another structure.
    known = moment if moment.by and last_ruling(moment.by) != last_ruling() else Moment(moment.on)
    return World(moment, generation(), current_index(), structure_at(known), rulebook(moment.by))


def world_known(moment: Moment, state: str) -> World:
    """Take the record as it was known at `moment.by`, when its state had the name `state`.

    Where it has changed since, the index and the structure are built again from what was known then.
    """
    if state == generation():
        world = present_world(moment)
        # A list that was loaded while the world was put together would have been mixed in.
        if state == generation():
            return world
    assert moment.by is not None
    index = index_known(moment.by, state)
    return World(moment, state, index, structure_known(moment, index), rulebook(moment.by), is_past=True)
