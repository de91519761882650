"""One company, several rows: a register's, and one per list that names it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from entities.choices import NameKind, Schema
from entities.models import Dataset, Entity
from matching import Explanation, Hit, Index, Query

# Names that say who a company is; a weak alias or a name it gave up may be another's.
TELLING = frozenset({NameKind.PRIMARY, NameKind.ALIAS, NameKind.BRAND, NameKind.TRANSLITERATION})
# Rows of one company on all lists together; Huawei's affiliates are companies of their own.
MOST = 50


@dataclass(frozen=True)
class Link:
    """Why a list's row is read as the company asked about."""

    entity_id: str
    score: float
    reason: str


def linked(companies: Sequence[Entity], index: Index, by: datetime | None = None) -> dict[str, list[Link]]:
    """Find, for each company, the lists' rows that are the same party by name, identifier and country, as known by a moment.

    A link needs a score of SAME_PARTY_THRESHOLD, a partner for each word (or an identifier that agrees), and nothing that speaks
    against it. A row that is already a list's own stands for itself.
    """
    accept = on_a_list()
    found: dict[str, dict[str, Link]] = {company.id: {} for company in companies}
    queries: list[Query] = []
    owners: list[str] = []
    for company in companies:
        if accept(company.id):
            found[company.id][company.id] = Link(company.id, 1.0, "this list's own entry")
        for name in company.names.all():
            if name.is_held(by) and name.kind in TELLING:
                queries.append(_query(name.text, company, by))
                owners.append(company.id)
    answers = index.match_many(queries, limit=MOST, threshold=settings.SAME_PARTY_THRESHOLD, accept=accept)
    for company_id, hits in zip(owners, answers, strict=True):
        for hit in hits:
            if _is_same(hit.explanation):
                _keep(found[company_id], hit)
    return {
        company_id: sorted(links.values(), key=lambda link: -link.score)
        for company_id, links in found.items()
    }


def _query(text: str, company: Entity, by: datetime | None) -> Query:
    country = company.country_codes[0] if len(company.country_codes) == 1 else None
    identifiers = tuple((row.scheme, row.value) for row in company.identifiers.all() if row.is_held(by))
    return Query(text, country=country, schema=Schema.COMPANY.value, identifiers=identifiers)


def _is_same(explanation: Explanation) -> bool:
    identified = any(feature.name == "identifier" and feature.points > 0 for feature in explanation.features)
    return not explanation.conflicts and (identified or explanation.is_whole)


def _keep(links: dict[str, Link], hit: Hit) -> None:
    known = links.get(hit.id)
    if known is None or known.score < hit.score:
        links[hit.id] = Link(hit.id, hit.score, hit.explanation.sentence())


def on_a_list() -> Callable[[str], bool]:
    """Return a test whether an entity id belongs to a government list; ids begin with their dataset's name."""
    names = frozenset(Dataset.objects.lists().values_list("name", flat=True))
    return lambda entity_id: entity_id.rpartition("-")[0] in names
