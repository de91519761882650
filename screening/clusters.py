"""Which rows of the record are one party in the walk along ownership; nothing is merged in the record itself."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, reduce
from itertools import chain
from operator import or_
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from entities.models import Ownership
from matching import Index
from screening.choices import Identity
from screening.counterparts import Step, companies, comparisons, covered, steps, versions
from screening.models import CrossReference, Ruling
from screening.parties import (
    Key,
    Link,
    Pair,
    confirmed,
    dataset_of,
    last_ruling,
    on_a_list,
    rulings,
    unordered,
)


@dataclass(frozen=True)
class Clusters:
    """Hold, for each row that ownership touches, the rows that are the same party and why, and the pairs kept apart."""

    links: Mapping[str, tuple[Link, ...]]
    apart: frozenset[Key] = field(default_factory=frozenset)

    @cached_property
    def leaders(self) -> dict[str, str]:
        """Name the row that stands for each row's party: a register's before a list's, the first by id.

        What a person confirmed is joined first, then the closest pairs; never two rows of one dataset, through
        whatever third row, that nobody confirmed: to their publisher they are two parties. So Huawei and its holding
        company stay two, though a list names both in one entry. Nor two rows that a person kept apart.
        """
        on_list = on_a_list()
        leader = {row: row for row in self.links}
        datasets = {row: {dataset_of(row)} for row in self.links}
        foes: dict[str, set[str]] = defaultdict(set)
        for one, other in self.apart:
            foes[one].add(other)
            foes[other].add(one)

        def led(row: str) -> str:
            if row not in leader:
                leader[row], datasets[row] = row, {dataset_of(row)}
            while leader[row] != row:
                leader[row] = leader[leader[row]]
                row = leader[row]
            return row

        def order(pair: tuple[str, Link]) -> tuple[bool, bool, float, str, str]:
            row, link = pair
            # A row that was kept apart from a company must not take another list's row away from it.
            contested = not foes.keys().isdisjoint({row, link.entity_id}) and on_list(row)
            return (not link.confirmed, contested, -link.score, row, link.entity_id)

        for row, link in sorted(
            ((row, link) for row, links in self.links.items() for link in links), key=order
        ):
            one, other = sorted((led(row), led(link.entity_id)), key=lambda id_: (on_list(id_), id_))
            may = bool(link.confirmed) or datasets[one].isdisjoint(datasets[other])
            if one != other and may and all(led(foe) != other for foe in foes[one]):
                leader[other] = one
                datasets[one] |= datasets[other]
                foes[one] |= foes[other]
        return {row: led(row) for row in list(leader)}

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """Return the rows of each party by the row that stands for it."""
        found: dict[str, list[str]] = defaultdict(list)
        for row, leader in sorted(self.leaders.items()):
            found[leader].append(row)
        return {leader: tuple(rows) for leader, rows in found.items()}

    def party(self, row: str) -> str:
        """Return the row that stands for a row's party; a row that ownership does not touch stands for itself."""
        return self.leaders.get(row, row)

    def rows(self, row: str) -> tuple[str, ...]:
        """Return all rows of a row's party."""
        return self.members.get(self.party(row), (row,))

    def link(self, one: str, other: str) -> Link | None:
        """Say why two rows are one party: their own link, or the weakest of those that lead from one to the other."""
        seen, frontier = {one: Link(one, 1.0, "")}, [one]
        while frontier:
            row = frontier.pop(0)
            for link in self._neighbours.get(row, ()):
                if link.entity_id in seen or self.party(link.entity_id) != self.party(one):
                    continue
                weaker = min(
                    (held for held in (seen[row], link) if held.entity_id != one),
                    key=lambda held: (bool(held.confirmed), held.score),
                )
                seen[link.entity_id] = replace(weaker, entity_id=link.entity_id)
                frontier.append(link.entity_id)
        return seen.get(other) if other != one else None

    @cached_property
    def _neighbours(self) -> dict[str, list[Link]]:
        found: dict[str, list[Link]] = defaultdict(list)
        for row, links in self.links.items():
            for link in links:
                found[row].append(link)
                found[link.entity_id].append(replace(link, entity_id=row))
        return found


def identities(generation: str, by: datetime | None = None) -> str:
    """Name the state of what joins rows: the record's, the threshold, and the last word given by a moment. One query."""
    state = f"{generation} {settings.SAME_PARTY_THRESHOLD} {last_ruling(by)}"
    return hashlib.sha256(state.encode()).hexdigest()[:16]


def current_clusters(generation: str, by: datetime | None = None) -> Clusters:
    """Return the clusters of a state of the record, with the words people gave by a moment, or by now.

    Read from the cross-references; rows that no run has compared yet are compared here. Kept as a file, so that every
    process reads what one has worked out.
    """
    path = settings.INDEX_DIR / f"{identities(generation, by)}.parties"
    if path.exists():
        return _read(path)
    clusters = _drawn(by)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".parties.new")
    rows = {row: [[*vars(link).values()] for link in links] for row, links in clusters.links.items()}
    text = json.dumps({"links": rows, "apart": sorted(clusters.apart)}, ensure_ascii=False)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
    if by is None:
        for old in path.parent.glob("*.parties"):
            if old != path:
                old.unlink(missing_ok=True)
    return clusters


def _read(path: Path) -> Clusters:
    held = json.loads(path.read_text(encoding="utf-8"))
    links = {row: tuple(Link(*values) for values in links) for row, links in held["links"].items()}
    return Clusters(links, frozenset((one, other) for one, other in held["apart"]))


def clusters_known(index: Index, by: datetime) -> Clusters:
    """Compute the clusters of what was known by a moment, by that moment's index and the words given by then."""
    edges = Ownership.objects.filter(known_from__lte=by)
    touched = Q(pk__in=edges.values("owner")) | Q(pk__in=edges.values("asset"))
    step = Step(companies(owning=True).filter(touched))
    return _joined(_renewed({}, [step], index, by), rulings(by))


def _drawn(by: datetime | None) -> Clusters:
    return _joined(_renewed(_compared(), steps(covered(), versions(), owning=True)), rulings(by))


def _joined(alike: dict[Key, Link], ruled: dict[Key, Ruling]) -> Clusters:
    on_list = on_a_list()
    found: dict[str, dict[str, Link]] = defaultdict(dict)
    for (company, listed), link in alike.items():
        if unordered(company, listed) not in ruled:
            found[company][listed] = link
            if on_list(company):
                found[listed][company] = replace(link, entity_id=company)
    for ruling in ruled.values():
        if ruling.status == Identity.CONFIRMED:
            company, listed = ruling.reference.company_id, ruling.reference.listed_id
            found[company][listed] = confirmed(listed, ruling)
            found[listed][company] = confirmed(company, ruling)
    return Clusters(
        {row: tuple(sorted(links.values(), key=lambda link: -link.score)) for row, links in found.items()},
        frozenset(key for key, ruling in ruled.items() if ruling.status == Identity.REJECTED),
    )


def _compared() -> dict[Key, Link]:
    """Read the pairs that runs have found to be alike, of rows that ownership touches."""
    touched = [
        Exists(Ownership.objects.filter(**{end: OuterRef(row)}))
        for row in ("company_id", "listed_id")
        for end in ("owner", "asset")
    ]
    rows = CrossReference.objects.alike().held().filter(reduce(or_, touched)).order_by("id")
    return {
        (company, listed): Link(listed, score, reason)
        for company, listed, score, reason in rows.values_list("company_id", "listed_id", "score", "reason")
    }


def _renewed(
    alike: dict[Key, Link], due: Sequence[Step], known: Index | None = None, by: datetime | None = None
) -> dict[Key, Link]:
    """Compare what no run has compared yet, in memory: whoever asks must not wait for a writer.

    By today's index and statements, or by those known by a moment.
    """
    fresh: dict[Key, Pair] = {}
    for comparison in chain.from_iterable(comparisons(step, known=known, by=by) for step in due):
        for key in [key for key in alike if comparison.covers(*key)]:
            del alike[key]
        for key, pair in comparison.pairs.items():
            alike_now = pair.agrees and pair.hit.score >= settings.SAME_PARTY_THRESHOLD
            if alike_now and (key not in fresh or fresh[key].weight < pair.weight):
                fresh[key] = pair
    return alike | {
        key: Link(key[1], pair.hit.score, pair.hit.explanation.sentence()) for key, pair in fresh.items()
    }
