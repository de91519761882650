"""Who owned whom and what was listed, as the record tells it at a moment: the engine's graph and listings."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from threading import Lock

from django.db.models import Count, F, Max

from entities.choices import OwnershipKind
from entities.models import Entity, Listing, Ownership
from entities.querysets import Moment
from exposure import Edge, Graph, Listed, Listings
from matching import Index
from screening.clusters import Clusters, clusters_known, current_clusters, identities
from screening.index import current_index, generation
from screening.parties import Link, linked

logger = logging.getLogger(__name__)

# States kept in memory: today's, and the days that somebody compares it with.
KEPT = 3
# Words by which an entry of the UFLPA list covers companies that it does not name (its own text decides).
GROUP_WORDS = ("subsidiar", "affiliated", "subordinate")
# The measure whose entries say for themselves whether they reach further.
BY_ENTRY = "us-uflpa-import"


@dataclass(frozen=True)
class Structure:
    """Hold the engine's view of the record, and the rows that each edge and each listing stands on."""

    graph: Graph
    listings: Listings
    clusters: Clusters
    stated: dict[Edge, tuple[int, ...]]
    listed: dict[Listed, tuple[int, ...]]
    # The party of each row that an edge is stated of.
    parties: dict[str, str]
    # Measures of which the record holds any listing, of whomever: no answer can rest on the others.
    searched: frozenset[str]
    # People's words on who is one party count if given by then; all count where it is None.
    by: datetime | None

    @cached_property
    def edges(self) -> dict[int, Edge]:
        """Return the engine's edge of each row that states one."""
        return {number: edge for edge, numbers in self.stated.items() for number in numbers}

    def rows(self, entity: Entity) -> tuple[str, ...]:
        """Return the rows of the record that describe the same party as one of them, itself first."""
        links: Sequence[Link] = self.clusters.links.get(entity.pk, ())
        if entity.pk not in self.parties:
            # Ownership does not touch it, so nothing was worked out beforehand.
            links = linked([entity], current_index(), self.by)[entity.pk]
        same = (*self.clusters.rows(entity.pk), *(link.entity_id for link in links))
        return tuple(dict.fromkeys((entity.pk, *same)))


@dataclass(frozen=True)
class _Drawn:
    """A graph with what it was drawn from: a list can change without it, where its edges do not."""

    rows: Sequence[tuple[str | None | int, ...]]
    parties: dict[str, str]
    epoch: int
    by: datetime | None
    graph: Graph
    stated: dict[Edge, tuple[int, ...]]


_lock = Lock()
_drawn: deque[_Drawn] = deque(maxlen=KEPT)
_held: OrderedDict[tuple[str, int, datetime | None], Structure] = OrderedDict()
_withdrawals: dict[str, list[date]] = {}


def structure_at(moment: Moment) -> Structure:
    """Return the structure for a day, as far as we knew by a moment.

    It differs between days only where a publisher withdrew a statement between them: the dates of edges and of
    listings are the engine's to read. Kept for each state of the record and of the words people gave on who is one
    party; two queries where it is.
    """
    state = generation()
    identity = identities(state, moment.by)
    with _lock:
        if state not in _withdrawals:
            _withdrawals.clear()
            _held.clear()
            days = Ownership.objects.filter(removed_in__isnull=False).values_list(
                "removed_in__published_on", flat=True
            )
            _withdrawals[state] = sorted(set(days.order_by()))
        key = (identity, bisect_right(_withdrawals[state], moment.on), moment.by)
        if key not in _held:
            _held[key] = _built(state, *key[1:], moment)
            while len(_held) > KEPT:
                _held.popitem(last=False)
        _held.move_to_end(key)
        return _held[key]


def structure_known(moment: Moment, index: Index) -> Structure:
    """Return the structure for a day as it was known by a moment, when the record had another state: built, not kept."""
    assert moment.by is not None
    clusters = clusters_known(index, moment.by)
    with _lock:
        # No day of the present record has such a number, so no graph of it is taken for this one.
        return _structure(-moment.on.toordinal(), moment.by, moment, clusters)


def _built(state: str, epoch: int, by: datetime | None, moment: Moment) -> Structure:
    return _structure(epoch, by, moment, current_clusters(state, by))


def _structure(epoch: int, by: datetime | None, moment: Moment, clusters: Clusters) -> Structure:
    drawn = _graph(epoch, by, moment, clusters)
    measures = _measures()
    listed: dict[Listed, list[int]] = defaultdict(list)
    for number, row in _listings(by, clusters, measures):
        listed[row].append(number)
    return Structure(
        graph=drawn.graph,
        listings=Listings(listed),
        clusters=clusters,
        stated=drawn.stated,
        listed={row: tuple(numbers) for row, numbers in listed.items()},
        parties=drawn.parties,
        searched=frozenset(code for codes in measures.values() for code in codes),
        by=by,
    )


def _graph(epoch: int, by: datetime | None, moment: Moment, clusters: Clusters) -> _Drawn:
    """Draw the graph, or take the one of the last state where nothing that it rests on has changed."""
    # An edge is a row that one version adds and another may mark as withdrawn: it is never changed.
    brought = Ownership.objects.order_by().values_list("added_in__sha256", "removed_in__sha256")
    held = sorted(brought.annotate(rows=Count("id"), newest=Max("id")), key=repr)
    for drawn in _drawn:
        same = (drawn.rows, drawn.epoch, drawn.by) == (held, epoch, by)
        if same and all(clusters.party(row) == party for row, party in drawn.parties.items()):
            return drawn
    stated: dict[Edge, list[int]] = defaultdict(list)
    parties: dict[str, str] = {}
    for number, edge in _edges(moment, clusters, parties):
        stated[edge].append(number)
    drawn = _Drawn(
        held,
        parties,
        epoch,
        by,
        Graph.from_edges(stated),
        {edge: tuple(numbers) for edge, numbers in stated.items()},
    )
    _drawn.append(drawn)
    return drawn


def _edges(moment: Moment, clusters: Clusters, parties: dict[str, str]) -> Iterator[tuple[int, Edge]]:
    """Read the edges between parties, and note of which party each row is that they are stated of."""
    rows = (
        Ownership.objects.stated(*moment)
        .exclude(kind=OwnershipKind.ASSOCIATE)
        .order_by()
        .values_list(
            *("id", "owner_id", "asset_id", "share_min", "share_max"),
            *("kind", "start", "end", "citation", "url"),
        )
    )
    for number, owner, asset, low, high, *rest in rows.iterator(chunk_size=10_000):
        one = parties[owner] = clusters.party(owner)
        other = parties[asset] = clusters.party(asset)
        if one == other:
            # Two rows of one party: it does not own itself.
            continue
        try:
            edge = Edge(one, other, None if low is None else float(low), _float(high), *rest)
        except ValueError as error:
            logger.warning("Edge %s is not counted: %s", number, error)
            continue
        yield number, edge


def _float(share: object) -> float | None:
    return None if share is None else float(str(share))


def _measures() -> dict[int, list[str]]:
    """Return the codes of each listing's measures."""
    measures: dict[int, list[str]] = defaultdict(list)
    through = Listing.measures.through.objects.values_list("listing_id", "measure__code")
    for listing, code in through.iterator(chunk_size=10_000):
        measures[listing].append(code)
    return measures


def _listings(
    by: datetime | None, clusters: Clusters, measures: dict[int, list[str]]
) -> Iterator[tuple[int, Listed]]:
    """Read the listings of every party that ownership touches, each once for each of its measures."""
    rows = (
        Listing.objects.annotate(
            oldest=F("added_in__oldest"),
            told=F("added_in__published_on"),
            withdrawn=F("removed_in__published_on"),
        )
        .order_by("entity_id", "added_in__published_on", "id")
        .values_list(
            *("id", "entity_id", "programme", "citation", "requirement", "policy", "start", "end"),
            *("oldest", "told", "withdrawn", "known_from", "known_to"),
        )
    )
    periods: dict[tuple[str, date | None, str], date] = {}
    for (
        number,
        entity,
        programme,
        citation,
        requirement,
        policy,
        start,
        end,
        oldest,
        told,
        withdrawn,
        known_from,
        known_to,
    ) in rows.iterator(chunk_size=10_000):
        if by and known_from > by:
            continue
        begins = start or (None if oldest else told)
        if by and (known_to is None or known_to > by):
            withdrawn = None
        # An entry that was reworded stands in two rows of one period: the later one counts from its version on.
        if (earlier := periods.get((entity, start, programme))) and not oldest:
            begins = max(begins or date.min, min(earlier, told))
        if withdrawn:
            periods[entity, start, programme] = withdrawn
        ends = min((day for day in (end, withdrawn) if day), default=None)
        if ends and begins and ends <= begins:
            continue
        for code in measures[number]:
            reach = BY_ENTRY in code and any(word in requirement.lower() for word in GROUP_WORDS)
            yield (
                number,
                Listed(
                    party=clusters.party(entity),
                    regime_list=code,
                    programme=programme,
                    start=begins,
                    end=ends,
                    citation=citation,
                    reach="subsidiaries" if reach else "",
                    requirement=" ".join(part for part in (requirement, policy) if part),
                ),
            )
