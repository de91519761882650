"""What would change if somebody bought, sold, was listed or delisted, or a rule were in force; nothing is saved."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from entities.models import Entity
from entities.querysets import Moment
from exposure import Change, Edge, Exposure, Listed, what_if
from screening.exposures import STRONGEST_FIRST, Conclusion, explained
from screening.rules import Rulebook, supposed
from screening.structure import Structure

# What a supposed edge or listing says of its source.
SUPPOSED = "supposed"


class SuppositionError(ValueError):
    """What was supposed cannot be; the message says why in one sentence."""


@dataclass(frozen=True)
class SupposedEdge:
    """An edge between two rows of the record; shares in percent, None where unstated."""

    owner: str
    asset: str
    kind: str
    share_min: float | None = None
    share_max: float | None = None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class SupposedListing:
    """A listing of a row of the record under a measure."""

    entity: str
    measure: str
    programme: str = ""
    start: date | None = None
    end: date | None = None
    requirement: str = ""
    joint: str = ""
    reach: str = ""


@dataclass(frozen=True)
class Suppositions:
    """What is supposed: edges and listings that come and go, rules in force or not, by their codes."""

    add_edges: tuple[SupposedEdge, ...] = ()
    remove_edges: tuple[int, ...] = ()
    add_listings: tuple[SupposedListing, ...] = ()
    remove_listings: tuple[tuple[str, str], ...] = ()
    rules: dict[str, bool] = field(default_factory=dict)

    @property
    def listed(self) -> set[str]:
        """Name the rows whose listings come or go."""
        added = {listing.entity for listing in self.add_listings}
        return added | {entity for entity, _measure in self.remove_listings}

    @property
    def entities(self) -> set[str]:
        return self.listed | {row for edge in self.add_edges for row in (edge.owner, edge.asset)}


@dataclass(frozen=True)
class Changed:
    """A party and how one rule's word on it changes; None where the rule is not in effect on that side."""

    party: Entity
    before: Conclusion | None
    after: Conclusion | None


@dataclass(frozen=True)
class Outcome:
    """Every change there would be, and the first of them in full, the hardest hit first."""

    total: int
    changes: tuple[Changed, ...]


def suppose(
    terms: Suppositions,
    moment: Moment,
    structure: Structure,
    book: Rulebook,
    *,
    most: int,
    only: Collection[str] | None = None,
) -> Outcome:
    """Conclude what would change for whom, and tell the first `most` changes with their paths; `only` keeps some parties.

    Six queries. Raises SuppositionError where a row, an edge or a listing is not there, and RuleError where a rule is not.
    """
    known = set(Entity.objects.filter(pk__in=terms.entities).values_list("pk", flat=True))
    for missing in sorted(terms.entities - known):
        raise SuppositionError(f"There is no entity {missing[:90]!r}.")
    rules = supposed(book.rules, terms.rules, moment.on)
    try:
        changes = what_if(
            structure.graph,
            structure.listings,
            book.rules,
            moment.on,
            add_edges=[_edge(row, structure) for row in terms.add_edges],
            remove_edges=[_stated(number, structure) for number in terms.remove_edges],
            add_listed=[_listed(row, structure) for row in terms.add_listings],
            remove_listed=_delisted(terms.remove_listings, moment.on, structure),
            other_rules=rules,
        )
    except ValueError as error:
        raise SuppositionError(str(error)) from error
    # A rule that is switched changes nothing for whoever is on its lists.
    listed = {structure.clusters.party(row) for row in terms.listed}
    changes = [row for row in changes if row.party in listed or not _own_listing(row)]
    if only is not None:
        changes = [row for row in changes if row.party in only]
    changes.sort(key=lambda change: (min(_strength(change)), change.party))
    told = changes[:most]
    before = _told((row.before for row in told), moment.on, structure, book)
    after = _told((row.after for row in told), moment.on, structure, Rulebook(rules, book.switches))
    parties = Entity.objects.select_related("dataset").defer("raw", "properties")
    found = parties.in_bulk({row.party for row in told})
    return Outcome(
        len(changes),
        tuple(Changed(found[row.party], was, now) for row, was, now in zip(told, before, after, strict=True)),
    )


def _told(
    exposures: Iterable[Exposure | None], on: date, structure: Structure, book: Rulebook
) -> list[Conclusion | None]:
    rows = list(exposures)
    there = explained([row for row in rows if row is not None], on, structure, book, supposed=True)
    told = iter(there)
    return [next(told) if row is not None else None for row in rows]


def _own_listing(change: Change) -> bool:
    return any(side is not None and side.owners and not side.path for side in (change.before, change.after))


def _strength(change: Change) -> tuple[int, ...]:
    sides = (side for side in (change.before, change.after) if side)
    return tuple(STRONGEST_FIRST.index(side.result) for side in sides)


def _edge(row: SupposedEdge, structure: Structure) -> Edge:
    owner, asset = structure.clusters.party(row.owner), structure.clusters.party(row.asset)
    shares = (row.share_min, row.share_max)
    return Edge(owner, asset, *shares, row.kind, row.start, row.end, SUPPOSED)


def _stated(number: int, structure: Structure) -> Edge:
    edge = structure.edges.get(number)
    if edge is None:
        raise SuppositionError(f"There is no edge {number} on that day.")
    return edge


def _listed(row: SupposedListing, structure: Structure) -> Listed:
    return Listed(
        party=structure.clusters.party(row.entity),
        regime_list=row.measure,
        programme=row.programme,
        start=row.start,
        end=row.end,
        citation=SUPPOSED,
        joint=row.joint,
        reach=row.reach,
        requirement=row.requirement,
    )


def _delisted(pairs: Iterable[tuple[str, str]], on: date, structure: Structure) -> list[Listed]:
    found = []
    for entity, measure in pairs:
        party = structure.clusters.party(entity)
        rows = [row for row in structure.listings.of([party]) if row.regime_list == measure and row.live(on)]
        if not rows:
            raise SuppositionError(f"{entity} is not listed under {measure[:60]} on that day.")
        found += rows
    return found
