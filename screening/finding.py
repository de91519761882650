"""Many suppliers at once: the listed parties that each may be, or that reach it through ownership.

One company at a time this is screening/vetting.py; both read listings with `entries` and exposures with the engine.
Here the engine concludes once for a whole run, and only companies that a rule touches are asked for their proof.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from entities.models import Entity
from exposure import conclude
from matching import Hit, Query
from screening.entries import ListedEntry, entries, order
from screening.exposures import STRONGEST_FIRST, Conclusion, Head, Step, explained, strongest
from screening.parties import Link, linked, on_a_list
from screening.paths import path_in_words
from screening.rendering import step_as_dict
from screening.suppliers import Supplier
from screening.worlds import World

logger = logging.getLogger(__name__)

# Candidates read for one supplier; a name with more is too general to be asked in bulk.
CANDIDATES = 60
# Ids per statement: below SQLite's least limit of variables.
IDS = 900
# Entities whose facts are kept between chunks.
KEPT = 20_000


@dataclass(frozen=True)
class Found:
    """A listed party that a supplier may be (no path), or that reaches the company it may be (a path of edges)."""

    supplier: Supplier
    entity: Entity
    company_id: str
    hit: Hit
    regimes: tuple[dict[str, Any], ...]
    path: tuple[Step, ...]
    listings: tuple[ListedEntry, ...]

    @property
    def score(self) -> float:
        return round(self.hit.score, 4)

    @cached_property
    def via(self) -> list[dict[str, Any]]:
        """Return the path edge by edge as JSON-ready values."""
        return [
            {key: value for key, value in step_as_dict(step).items() if key != "ids"} for step in self.path
        ]

    @property
    def in_words(self) -> str:
        return path_in_words(self.path)

    @property
    def facts(self) -> dict[str, Any]:
        """Return what a decision on the listed party rests on: when it changes, the decision is asked again."""
        names = sorted([row.text, row.kind] for row in self.entity.names.all() if row.removed_in_id is None)
        return {
            "names": names,
            "countries": sorted(self.entity.country_codes),
            "listings": sorted(
                [
                    entry.listing.programme,
                    str(entry.listing.start or ""),
                    str(entry.ended or ""),
                    sorted(measure.code for measure in entry.listing.measures.all()),
                ]
                for entry in self.listings
            ),
            "rules": sorted([row["code"], row["result"]] for row in self.regimes) if self.path else [],
            "path": [
                [edge["owner"]["id"], edge["asset"]["id"], edge["kind"], edge["share"]] for edge in self.via
            ],
        }

    @property
    def said(self) -> list[Any]:
        """Return what a result is told by, for its hash: no word that may be spelt otherwise another day."""
        return [
            self.supplier.row,
            self.entity.pk,
            self.company_id,
            self.score,
            self.hit.name.text,
            [[row["code"], row["programme"], row["result"], row["citation"]] for row in self.regimes],
            [[edge["owner"]["id"], edge["asset"]["id"], edge["kind"], edge["share"]] for edge in self.via],
        ]


class Finder:
    """Find what suppliers touch on one day; holds what it learnt of the record between chunks."""

    def __init__(self, world: World, threshold: float, regimes: Collection[str] = ()) -> None:
        self.world, self.threshold = world, threshold
        self.regimes = frozenset(regimes)
        self._on_list = on_a_list()
        self._listed: dict[str, tuple[Entity, tuple[ListedEntry, ...]] | None] = {}
        self._rows: dict[str, tuple[str, ...]] = {}
        self._exposed: dict[tuple[str, ...], list[Conclusion]] = {}

    @cached_property
    def _said(self) -> Any:
        structure, book = self.world.structure, self.world.book
        return conclude(structure.graph, structure.listings, book.rules, self.world.moment.on)

    @cached_property
    def _touched(self) -> frozenset[str]:
        """Name the parties of whom some rule says more than no; all others cost no further look."""
        return frozenset(self._said)

    def find(self, suppliers: Sequence[Supplier]) -> Iterator[Found]:
        """Find the hits of some suppliers, in their order, the best first.

        As many queries for each 900 parties that match as for one, and none for what is known from earlier chunks.
        """
        if len(self._listed) + len(self._rows) > KEPT:
            # All or none: what is learnt of a company is looked up with what is learnt of its owners.
            for learnt in (self._listed, self._rows, self._exposed):
                learnt.clear()
        queries = [Query(row.name, row.country or None, "Company", row.identifiers) for row in suppliers]
        answers = list(self.world.index.match_many(queries, limit=CANDIDATES, threshold=self.threshold))
        self._learn({hit.id for hits in answers for hit in hits})
        for supplier, hits in zip(suppliers, answers, strict=True):
            if hits:
                yield from self._of(supplier, hits)

    def _learn(self, ids: set[str]) -> None:
        """Read once what is not yet known of entities that matched: their rows, listings and exposures."""
        clusters = self.world.structure.clusters
        fresh = sorted(ids - self._rows.keys())
        self._rows |= {row: clusters.rows(row) for row in fresh}
        # A row that no edge touches was compared with the lists by nobody.
        alone = [row for row in fresh if row not in clusters.leaders]
        companies = list(_entities(alone, "names", "identifiers"))
        self._rows |= {company.pk: () for company in companies if self._has_left(company)}
        standing = [company for company in companies if self._rows[company.pk]]
        for company_id, links in self._linked(standing).items():
            self._rows[company_id] = (
                company_id,
                *(link.entity_id for link in links if link.entity_id != company_id),
            )
        wanted = {row for id_ in fresh for row in self._rows[id_] if self._on_list(row)}
        self._learn_listings(sorted(wanted - self._listed.keys()))
        self._learn_exposures({self._parties(row) for row in ids})

    def _linked(self, companies: Sequence[Entity]) -> dict[str, list[Link]]:
        by = self.world.moment.by
        stated_by = by if self.world.is_past else None
        return linked(companies, self.world.index, by, stated_by=stated_by)

    def _learn_listings(self, ids: Sequence[str]) -> None:
        self._listed |= dict.fromkeys(ids)
        related = ("names", "listings__measures", "listings__added_in", "listings__removed_in")
        for entity in _entities(ids, *related):
            found = entries(entity, Link(entity.pk, 1.0, ""), self.world.moment)
            live = tuple(sorted((row for row in found if row.in_force), key=order))
            if live:
                self._listed[entity.pk] = (entity, live)

    def _learn_exposures(self, parties: Iterable[tuple[str, ...]]) -> None:
        fresh = [
            group for group in parties if group not in self._exposed and not self._touched.isdisjoint(group)
        ]
        picked = [(group, strongest(self._said, group)) for group in fresh]
        flat = [
            exposure
            for _, exposures in picked
            for exposure in exposures
            if exposure.result != "no" and exposure.path
        ]
        world = self.world
        told = iter(explained(flat, world.moment.on, world.structure, world.book) if flat else ())
        for group, exposures in picked:
            count = sum(exposure.result != "no" and bool(exposure.path) for exposure in exposures)
            self._exposed[group] = [row for row in (next(told) for _ in range(count)) if row.exposing]
        heads = {
            head.listing.entity_id
            for group in fresh
            for row in self._exposed[group]
            for head in row.heads
            if head.listing
        }
        self._learn_listings(sorted(heads - self._listed.keys()))

    def _parties(self, row: str) -> tuple[str, ...]:
        return tuple(sorted({self.world.structure.clusters.party(one) for one in self._rows[row]}))

    def _has_left(self, company: Entity) -> bool:
        left, moment = company.removed_in, self.world.moment
        if left is None or (moment.by and left.fetched_at > moment.by):
            return False
        return left.published_on <= moment.on

    def _of(self, supplier: Supplier, hits: Sequence[Hit]) -> list[Found]:
        """Arrange a supplier's hits: each listed party once for each company that the name may mean."""
        found: dict[tuple[str, str], Found] = {}
        direct = {hit.id: hit.score for hit in hits if self._listed.get(hit.id)}
        best: dict[tuple[str, ...], Hit] = {}
        for hit in hits:
            if hit.id in direct:
                self._add_direct(found, supplier, hit, hit.id, hit.id)
            if parties := self._parties(hit.id):
                best.setdefault(parties, hit)
        for parties, hit in best.items():
            company = self.world.structure.clusters.party(hit.id)
            for row in self._rows[hit.id]:
                if row not in direct and self._listed.get(row):
                    self._add_direct(found, supplier, hit, row, hit.id if row == company else company)
            for entity_id, told in _by_listed(self._exposed.get(parties, ())).items():
                # Where the name means the owner at least as well, the owner's own hit says it all.
                if direct.get(entity_id, 0.0) < hit.score:
                    self._add_exposed(found, supplier, hit, entity_id, company, told)
        return sorted(
            found.values(), key=lambda row: (-row.score, bool(row.path), row.entity.pk, row.company_id)
        )

    def _add_direct(
        self, found: dict[tuple[str, str], Found], supplier: Supplier, hit: Hit, row: str, company: str
    ) -> None:
        held = self._listed[row]
        assert held is not None
        regimes = tuple(_listed_regimes(held[1], self.regimes))
        if regimes:
            found.setdefault((row, company), Found(supplier, held[0], company, hit, regimes, (), held[1]))

    def _add_exposed(
        self,
        found: dict[tuple[str, str], Found],
        supplier: Supplier,
        hit: Hit,
        row: str,
        company: str,
        told: Sequence[Conclusion],
    ) -> None:
        told = [one for one in told if _heads(one, row, self.regimes)]
        if not told:
            return
        first = min(told, key=lambda one: (STRONGEST_FIRST.index(one.result), len(one.path), one.rule.code))
        held = self._listed.get(row)
        if held is None:
            # The engine and the desk read the day differently: the hit is told all the same.
            logger.warning("%s heads a path on %s, but no listing of it reads as in force.", row, first.on)
            (entity,) = _entities([row], "names")
            held = (entity, ())
        regimes = tuple(_exposed_regimes(told, row, self.regimes))
        found.setdefault((row, company), Found(supplier, held[0], company, hit, regimes, first.path, held[1]))


def _by_listed(told: Iterable[Conclusion]) -> dict[str, list[Conclusion]]:
    """Arrange conclusions by the list's row that each begins at."""
    found: dict[str, list[Conclusion]] = defaultdict(list)
    for row in told:
        for entity_id in dict.fromkeys(head.listing.entity_id for head in row.heads if head.listing):
            found[entity_id].append(row)
    return found


def _listed_regimes(live: Iterable[ListedEntry], wanted: frozenset[str]) -> Iterator[dict[str, Any]]:
    for entry in live:
        listing = entry.listing
        told = {
            "programme": listing.programme,
            "result": "listed",
            "citation": listing.citation,
            "since": str(listing.start or ""),
            "requirement": listing.requirement,
        }
        measures = sorted(listing.measures.all(), key=lambda measure: measure.code)
        if not measures and not wanted:
            yield {"code": "", "title": entry.entity.dataset.title, "forbids": "", "does_not": "", **told}
        for measure in measures:
            if not wanted or measure.code in wanted:
                yield {
                    "code": measure.code,
                    "title": measure.title,
                    "forbids": measure.forbids,
                    "does_not": measure.does_not,
                    **told,
                }


def _exposed_regimes(
    told: Iterable[Conclusion], entity_id: str, wanted: frozenset[str]
) -> Iterator[dict[str, Any]]:
    for row in told:
        if heads := _heads(row, entity_id, wanted):
            yield {
                "code": row.rule.code,
                "title": row.rule.regime,
                "programme": "; ".join(dict.fromkeys(head.listed.programme for head in heads)),
                "result": row.result,
                "citation": "; ".join(
                    dict.fromkeys(head.listed.citation for head in heads if head.listed.citation)
                ),
                "rule_citation": row.rule.citation,
                "since": str(min((head.since for head in heads if head.since), default="")),
                "forbids": row.rule.measure,
                "does_not": row.rule.does_not,
                "remark": row.remark,
                "reasons": list(row.reasons),
            }


def _heads(row: Conclusion, entity_id: str, wanted: frozenset[str]) -> list[Head]:
    """Return the listings at the head of a conclusion that are a row's, under a measure that matters."""
    return [
        head
        for head in row.heads
        if head.listing
        and head.listing.entity_id == entity_id
        and (not wanted or head.listed.regime_list in wanted)
    ]


def _entities(ids: Sequence[str], *related: str) -> Iterator[Entity]:
    for start in range(0, len(ids), IDS):
        yield from (
            Entity.objects.filter(pk__in=ids[start : start + IDS])
            .select_related("dataset", "removed_in")
            .defer("raw", "properties")
            .prefetch_related(*related)
            .order_by("pk")
        )
