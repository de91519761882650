"""One company, one day, one answer: listings, owners, evidence, and what was not searched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

import matching
from entities.choices import DatasetKind
from entities.models import Entity, Evidence, Partnership
from entities.querysets import Moment
from matching import Hit
from screening.entries import ListedEntry, entries, order
from screening.exposures import STRONGEST_FIRST, Conclusion, conclusions
from screening.groups import Group, group_of
from screening.index import current_index
from screening.models import Ruling
from screening.parties import Link, last_ruling, linked, rulings, unordered
from screening.rules import Rulebook, rulebook
from screening.searched import Searched, searched_lists
from screening.structure import structure_at
from screening.ties import Tie, ties

# Hits whose score is this close to the best may all be the company that was meant.
CLOSE = 0.03
# Candidates read for one question; a name with more is too general to be asked alone.
CANDIDATES = 60


class VettingError(ValueError):
    """The question cannot be asked this way; the message says why in one sentence."""


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


@dataclass
class Vetting:
    """The answer to one question. Nothing in it is a finding of law."""

    query: str
    country: str | None
    on: date
    by: datetime | None
    threshold: float
    searched: Searched
    subject: Candidate | None = None
    party: list[Candidate] = field(default_factory=list)
    group: Group | None = None
    others: list[Candidate] = field(default_factory=list)
    entries: list[ListedEntry] = field(default_factory=list)
    book: Rulebook = field(default_factory=lambda: Rulebook((), {}))
    # The last word that people gave on who is one party.
    rulings: int | None = None
    conclusions: list[Conclusion] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    partnerships: list[Partnership] = field(default_factory=list)
    namesakes: list[dict[str, str]] = field(default_factory=list)

    @property
    def moment(self) -> Moment:
        return Moment(self.on, self.by)

    @property
    def listed(self) -> list[ListedEntry]:
        return [entry for entry in self.entries if entry.in_force]

    @property
    def formerly_listed(self) -> list[ListedEntry]:
        return [entry for entry in self.entries if not entry.in_force]

    @property
    def exposing(self) -> list[Conclusion]:
        """Rules that reach the company through who owns it, or may, the strongest word first."""
        found = [row for row in self.conclusions if row.exposing]
        return sorted(found, key=lambda row: STRONGEST_FIRST.index(row.result))

    @property
    def listed_ties(self) -> list[Tie]:
        """Ties that hold on the day to companies that are listed on it."""
        return [tie for tie in self.ties if tie.in_force and tie.entries]

    @property
    def unlisted_ties(self) -> list[Tie]:
        return [tie for tie in self.ties if tie.in_force and not tie.entries]

    @property
    def ended_ties(self) -> list[Tie]:
        return [tie for tie in self.ties if not tie.in_force]

    @cached_property
    def receipt(self) -> str:
        """Hash the question, the versions searched and the engine: the same receipt, the same answer."""
        content = {
            "query": self.query,
            "country": self.country,
            "on": self.on.isoformat(),
            "by": self.by and self.by.isoformat(),
            "threshold": self.threshold,
            "same_party": settings.SAME_PARTY_THRESHOLD,
            "matcher": matching.VERSION,
            "rules": self.book.digest(self.on),
            "rulings": self.rulings,
            "versions": {row["dataset"]: row["sha256"] for row in self.searched.as_dict()["searched"]},
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        from screening.rendering import answer_as_dict

        return answer_as_dict(self)


def vet(
    name: str,
    *,
    country: str | None = None,
    on: date | None = None,
    by: datetime | None = None,
    threshold: float | None = None,
) -> Vetting:
    """Answer what a company's name touches on a day (today by default), as far as we knew by a moment.

    `country` is an ISO 3166 code, `threshold` a score from 0 to 1. Raises VettingError for a question
    that cannot be asked. What each rule on ownership concludes has its own citation.
    """
    name = " ".join(name.split())
    if not name:
        raise VettingError("Give the name of a company.")
    if len(name) > 500:
        raise VettingError("A name may have at most 500 characters.")
    if country is not None and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise VettingError(f"The country must be an ISO code of two letters, such as CN, not {country!r}.")
    answer = Vetting(
        query=name,
        country=country.lower() if country else None,
        on=on or timezone.localdate(),
        by=by,
        threshold=settings.MATCH_THRESHOLD if threshold is None else threshold,
        searched=searched_lists(by),
        book=rulebook(by),
        rulings=last_ruling(by),
    )
    hits = current_index().match(
        name, country=answer.country, schema="Company", limit=CANDIDATES, threshold=answer.threshold
    )
    if hits:
        _fill(answer, hits)
    return answer


def _fill(answer: Vetting, hits: Sequence[Hit]) -> None:
    entities = Entity.objects.with_record().in_bulk([hit.id for hit in hits])
    candidates = [
        Candidate(entities[hit.id], hit.score, hit, hit.explanation.sentence())
        for hit in hits
        if hit.id in entities and _known(entities[hit.id], hit, answer.by)
    ]
    if not candidates:
        return
    answer.subject = _subject(candidates)
    found = {row.entity.id: row for row in candidates}
    answer.party = _party(answer.subject, found, answer.by)
    others = ((row.entity, row.link) for row in answer.party[1:])
    answer.group = group_of(answer.subject.entity, others, answer.moment)
    together = {row.entity.id for row in answer.party}
    apart = rulings(answer.by, [answer.subject.entity.id])
    answer.others = [
        _told_apart(row, apart.get(unordered(row.entity.id, answer.subject.entity.id)))
        for row in candidates
        if row.entity.id not in together and row.entity.removed_in_id is None
    ]
    answer.entries = [entry for row in answer.party for entry in entries(row.entity, row.link, answer.moment)]
    answer.entries.sort(key=order)
    ids = sorted(together)
    structure = structure_at(answer.moment)
    answer.conclusions = conclusions(ids, answer.moment, structure, answer.book)
    answer.ties = ties(ids, answer.moment, structure)
    answer.evidence = list(
        Evidence.objects.stated(*answer.moment).filter(entity__in=ids, published__lte=answer.on)
    )
    partnerships = Partnership.objects.stated(*answer.moment).filter(entity__in=ids)
    answer.partnerships = list(partnerships.filter(Q(start__isnull=True) | Q(start__lte=answer.on)))
    answer.namesakes = [
        row for member in answer.party for row in member.entity.properties.get("namesakes", [])
    ]


def _told_apart(row: Candidate, word: Ruling | None) -> Candidate:
    """Say of a like name who kept it apart from the company meant."""
    if word is None:
        return row
    return replace(
        row, reason=f"Kept apart by {word.by.get_username()} on {word.at.date()}: {word.note} {row.reason}"
    )


def _known(entity: Entity, hit: Hit, by: datetime | None) -> bool:
    """Tell whether we held the name that matched by a moment."""
    return by is None or any(
        name.text == hit.name.text and name.known_from <= by for name in entity.names.all()
    )


def _subject(candidates: Sequence[Candidate]) -> Candidate:
    """Choose the row that says most of the company meant: a register's before a list's, the best score first."""
    best = candidates[0].score
    close = [row for row in candidates if row.score >= best - CLOSE]
    return min(
        close, key=lambda row: (row.entity.dataset.kind == DatasetKind.LIST, -row.score, row.entity.id)
    )


def _party(subject: Candidate, found: dict[str, Candidate], by: datetime | None) -> list[Candidate]:
    """Add to the subject the rows of the lists that name the same company."""
    links = linked([subject.entity], current_index(), by)[subject.entity.id]
    missing = [link.entity_id for link in links if link.entity_id not in found]
    entities = Entity.objects.with_record().in_bulk(missing)
    party = [subject]
    for link in links:
        if link.entity_id == subject.entity.id:
            continue
        hit = found[link.entity_id].hit if link.entity_id in found else None
        entity = found[link.entity_id].entity if link.entity_id in found else entities[link.entity_id]
        party.append(Candidate(entity, link.score, hit, link.reason, link.confirmed))
    return party
