"""What each rule on ownership concludes about a company on a day, with the rows of the record that prove it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from entities.models import Entity, Listing, Ownership
from entities.querysets import Moment
from exposure import Conclusions, Edge, Exposure, Listed, Rule, conclude
from screening.parties import Link
from screening.rules import Rulebook
from screening.structure import Structure

# How a rule concludes, strongest first.
STRONGEST_FIRST = ("yes", "possible", "red flag", "no")
# Said in place of no where no list that a rule follows has been loaded: that is not a no.
NOT_SEARCHED = "not searched"


@dataclass(frozen=True)
class Step:
    """One edge of a path between two parties, with the rows that state it; a supposed edge has none."""

    owner: Entity
    asset: Entity
    edge: Edge
    rows: tuple[Ownership, ...]
    # Whether its owner is not where the step before it ended: a path of several owners has several beginnings.
    begins: bool


@dataclass(frozen=True)
class Head:
    """A listing at the head of a path and the party it is of; a supposed listing has no row."""

    party: Entity
    listed: Listed
    listing: Listing | None

    @property
    def since(self) -> date | None:
        """Return the day the listing began; an entry that was reworded began before its present row."""
        return self.listing.start if self.listing else self.listed.start


@dataclass(frozen=True)
class Join:
    """A row that a listing or an edge stands on, which is read as another row's party, and why."""

    party: Entity
    entity: Entity
    link: Link


@dataclass(frozen=True)
class Conclusion:
    """One rule's word on a company: the result, the path that proves it, the listings it begins at, and why."""

    exposure: Exposure
    on: date
    path: tuple[Step, ...]
    heads: tuple[Head, ...]
    # What is read as one party for it.
    joins: tuple[Join, ...]
    reasons: tuple[str, ...]
    remark: str
    # Whether a list that the rule follows is in the record.
    searched: bool
    # The suspended alternative of a rule that is applied: on record, not worth a line.
    shadow: bool

    @property
    def rule(self) -> Rule:
        return self.exposure.rule

    @property
    def result(self) -> str:
        return self.exposure.result if self.searched else NOT_SEARCHED

    @property
    def direct(self) -> bool:
        """Tell whether it rests on the company's own listing and not on ownership."""
        return bool(self.heads) and not self.path

    @property
    def exposing(self) -> bool:
        return self.searched and self.result != "no" and not self.direct

    @property
    def affiliated(self) -> bool:
        """Tell whether a listed owner is known though the rule forbids nothing by ownership."""
        return self.result == "no" and bool(self.path) and self.rule.status != "suspended"

    @property
    def untouched(self) -> bool:
        """Tell whether the rule says no and nothing more."""
        return self.result == "no" and not (self.affiliated or self.shadow or self.direct)


def conclusions(
    rows: Collection[str], moment: Moment, structure: Structure, book: Rulebook
) -> list[Conclusion]:
    """Conclude what every rule of a day says of the company that these rows of the record describe.

    Where its rows are several parties in the walk, each rule's strongest word stands. Four queries, whatever the
    length of the paths.
    """
    parties = sorted({structure.clusters.party(row) for row in rows})
    said = conclude(structure.graph, structure.listings, book.rules, moment.on, parties)
    return explained(strongest(said, parties), moment.on, structure, book)


def strongest(said: Conclusions, parties: Sequence[str]) -> list[Exposure]:
    """Pick each rule's strongest word on some parties that are one company."""
    found: dict[str, Exposure] = {}
    for party in parties:
        for exposure in said[party]:
            held = found.get(exposure.rule.code)
            if held is None or _weight(exposure) < _weight(held):
                found[exposure.rule.code] = exposure
    return list(found.values())


def explained(
    exposures: Sequence[Exposure],
    on: date,
    structure: Structure,
    book: Rulebook,
    *,
    supposed: bool = False,
) -> list[Conclusion]:
    """Set beside the engine's exposures the rows of the record that they rest on, and names in place of ids.

    In a supposed world a rule is never unsearched: the lists it follows are supposed.
    """
    edges = {edge for exposure in exposures for edge in exposure.path}
    heads = {row for exposure in exposures for row in exposure.owners}
    stated = Ownership.objects.in_bulk([row for edge in edges for row in structure.stated.get(edge, ())])
    listings = (
        Listing.objects.select_related("entity__dataset")
        .defer("entity__raw", "entity__properties")
        .in_bulk([number for row in heads for number in structure.listed.get(row, ())])
    )
    ids = {party for edge in edges for party in (edge.owner, edge.asset)}
    ids |= {row.party for row in heads} | {exposure.party for exposure in exposures}
    ids |= {end for row in stated.values() for end in (row.owner_id, row.asset_id)}
    ids |= {row.entity_id for row in listings.values()}
    parties = Entity.objects.select_related("dataset").defer("raw", "properties").in_bulk(ids)

    def steps(path: Sequence[Edge]) -> Iterator[Step]:
        at = ""
        for edge in path:
            rows = tuple(stated[number] for number in structure.stated.get(edge, ()))
            yield Step(parties[edge.owner], parties[edge.asset], edge, rows, edge.owner != at)
            at = edge.asset

    def head(row: Listed) -> Head:
        numbers = structure.listed.get(row)
        return Head(parties[row.party], row, listings[numbers[0]] if numbers else None)

    def joins(path: Sequence[Step], said: Sequence[Head]) -> Iterator[Join]:
        stood = [(head.party.pk, head.listing.entity_id) for head in said if head.listing]
        for step in path:
            for row in step.rows:
                stood += [(step.edge.owner, row.owner_id), (step.edge.asset, row.asset_id)]
        for party, row_id in dict.fromkeys(stood):
            if party != row_id and (link := structure.clusters.link(party, row_id)):
                yield Join(parties[party], parties[row_id], link)

    def told(exposure: Exposure) -> tuple[tuple[Step, ...], tuple[Head, ...], tuple[Join, ...]]:
        path, said = tuple(steps(exposure.path)), tuple(map(head, exposure.owners))
        return path, said, tuple(joins(path, said))

    return [
        Conclusion(
            exposure,
            on,
            *told(exposure),
            tuple(_named(text, parties) for text in exposure.reasons),
            book.remark(exposure.rule),
            supposed or any(scope.regime_list in structure.searched for scope in exposure.rule.scopes),
            book.shadows(exposure.rule),
        )
        for exposure in exposures
    ]


def _weight(exposure: Exposure) -> tuple[int, bool, int]:
    return (STRONGEST_FIRST.index(exposure.result), not exposure.path, len(exposure.path))


def _named(text: str, parties: dict[str, Entity]) -> str:
    """Write a sentence of the engine with names for ids."""
    for id_ in sorted(parties, key=len, reverse=True):
        text = text.replace(id_, parties[id_].caption)
    return text
