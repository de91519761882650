"""One company, several rows: a register's, and one per list that names it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from entities.choices import NameKind, Schema
from entities.models import Dataset, Entity, Identifier, Name
from matching import Explanation, Hit, Index, Query
from screening.choices import Identity
from screening.models import Ruling

# Names that say who a company is; a weak alias or a name it gave up may be another's.
TELLING = frozenset({NameKind.PRIMARY, NameKind.ALIAS, NameKind.BRAND, NameKind.TRANSLITERATION})
# Rows of one company on all lists together; Huawei's affiliates are companies of their own.
MOST = 50

Key = tuple[str, str]
# Two columns of a statement, and the version that withdrew it.
Stated = tuple[str, str, int | None]


@dataclass(frozen=True)
class Link:
    """Why another row is read as the company asked about; `confirmed` names the person and the day."""

    entity_id: str
    score: float
    reason: str
    confirmed: str = ""

    @property
    def said(self) -> str:
        """Say in short on what the link rests."""
        return f"confirmed by {self.confirmed}" if self.confirmed else f"{self.score:.2f}"


@dataclass(frozen=True)
class Pair:
    """A company and a listed party that the matcher found to be near."""

    listed_id: str
    hit: Hit
    # Whether every word or an identifier agrees and nothing speaks against it.
    agrees: bool

    @property
    def weight(self) -> tuple[bool, float]:
        return (self.agrees, self.hit.score)


@dataclass(frozen=True, slots=True)
class Asking:
    """A company as it is asked about: one question for each of its telling names."""

    id: str
    queries: tuple[Query, ...]


def asking(company: Entity, stated_by: datetime | None = None) -> Asking:
    """Ask about a company whose names and identifiers are loaded, by what is stated now or was by a moment."""
    names, identifiers = company.names.all(), company.identifiers.all()
    if stated_by is not None:
        return _asking(
            company.pk,
            company.countries,
            None,
            ((row.text, row.kind, None) for row in names if row.is_held(stated_by)),
            ((row.scheme, row.value, None) for row in identifiers if row.is_held(stated_by)),
        )
    return _asking(
        company.pk,
        company.countries,
        company.removed_in_id,
        ((row.text, row.kind, row.removed_in_id) for row in names),
        ((row.scheme, row.value, row.removed_in_id) for row in identifiers),
    )


def askings(ids: Collection[str], stated_by: datetime | None = None) -> list[Asking]:
    """Ask about companies by their ids. Three queries, and no object for each row: registers hold millions.

    By what is stated now, or was as far as we knew by a moment.
    """
    names: dict[str, list[Stated]] = defaultdict(list)
    identifiers: dict[str, list[Stated]] = defaultdict(list)
    for model, found, columns in (
        (Name, names, ("text", "kind")),
        (Identifier, identifiers, ("scheme", "value")),
    ):
        rows = model._default_manager.filter(entity__in=ids).order_by("id")
        if stated_by is not None:
            rows = rows.known_at(stated_by)
        for entity_id, *said, gone in rows.values_list("entity_id", *columns, "removed_in_id"):
            found[entity_id].append((*said, None if stated_by else gone))
    facts = Entity.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "countries", "removed_in_id")
    return [
        _asking(pk, countries, None if stated_by else left, names[pk], identifiers[pk])
        for pk, countries, left in facts
    ]


def _asking(
    pk: str, countries: str, left: int | None, names: Iterable[Stated], identifiers: Iterable[Stated]
) -> Asking:
    """Ask by what is said today; of a company that left its dataset, by what was said when it did."""
    codes = countries.split()
    country = codes[0] if len(codes) == 1 else None
    known = tuple((scheme, value) for scheme, value, gone in identifiers if gone in (None, left))
    told = (text for text, kind, gone in names if kind in TELLING and gone in (None, left))
    schema = Schema.COMPANY.value
    return Asking(pk, tuple(Query(text, country, schema, identifiers=known) for text in told))


def compared(companies: Sequence[Asking], index: Index, least: float) -> dict[str, dict[str, Pair]]:
    """Compare companies by their telling names with an index's listed parties: the best pair of each two.

    Scores below `least` are left out, and so is a listed company's own row.
    """
    found: dict[str, dict[str, Pair]] = {company.id: {} for company in companies}
    asked = [(company.id, query) for company in companies for query in company.queries]
    answers = index.match_many((query for _, query in asked), limit=MOST, threshold=least, accept=on_a_list())
    for (company_id, _), hits in zip(asked, answers, strict=True):
        for hit in hits:
            if hit.id == company_id:
                continue
            pair = Pair(hit.id, hit, _agrees(hit.explanation))
            known = found[company_id].get(hit.id)
            if known is None or known.weight < pair.weight:
                found[company_id][hit.id] = pair
    return found


def linked(
    companies: Sequence[Entity],
    index: Index,
    by: datetime | None = None,
    *,
    stated_by: datetime | None = None,
) -> dict[str, list[Link]]:
    """Find, for each company, the rows that are the same party, the surest first.

    A link needs a person's word, or a score of SAME_PARTY_THRESHOLD, a partner for each word (or an identifier that
    agrees), and nothing that speaks against it. What a person rejected is no link. Words given after `by` do not count;
    companies are asked about by what is stated now, or by what was as far as we knew by `stated_by`.
    """
    ruled = rulings(by, [company.id for company in companies])
    found: dict[str, dict[str, Link]] = {}
    asked = [asking(company, stated_by) for company in companies]
    for company_id, pairs in compared(asked, index, settings.SAME_PARTY_THRESHOLD).items():
        found[company_id] = {
            pair.listed_id: Link(pair.listed_id, pair.hit.score, pair.hit.explanation.sentence())
            for pair in pairs.values()
            if pair.agrees and unordered(company_id, pair.listed_id) not in ruled
        }
    for ruling in ruled.values():
        if ruling.status == Identity.CONFIRMED:
            one, other = ruling.reference.company_id, ruling.reference.listed_id
            for row, link in ((one, confirmed(other, ruling)), (other, confirmed(one, ruling))):
                if row in found:
                    found[row][link.entity_id] = link
    return {
        company_id: sorted(links.values(), key=lambda link: (not link.confirmed, -link.score))
        for company_id, links in found.items()
    }


def rulings(by: datetime | None = None, ids: Collection[str] | None = None) -> dict[Key, Ruling]:
    """Return the last word on each pair, of all or of some rows, that was not taken back by a moment. One query.

    A word outlives its parties; while the record holds only one of them it has no effect.
    """
    both = (
        Exists(Entity.objects.filter(pk=OuterRef(f"reference__{end}"))) for end in ("company_id", "listed_id")
    )
    rows = Ruling.objects.filter(*both).select_related("reference", "by").order_by("id")
    rows = rows.defer("reference__explanation")
    if by is not None:
        rows = rows.filter(at__lte=by)
    if ids is not None:
        rows = rows.filter(Q(reference__company_id__in=ids) | Q(reference__listed_id__in=ids))
    last = {unordered(row.reference.company_id, row.reference.listed_id): row for row in rows}
    return {key: row for key, row in last.items() if row.status != Identity.SUGGESTED}


def last_ruling(by: datetime | None = None) -> int | None:
    """Return the number of the last word given by a moment: with another one, answers may be others. One query."""
    given = Ruling.objects.filter(at__lte=by) if by else Ruling.objects.all()
    last: int | None = given.order_by("-id").values_list("id", flat=True).first()
    return last


def confirmed(entity_id: str, ruling: Ruling) -> Link:
    """Make a link of a person's word."""
    who = f"{ruling.by.get_username()} on {ruling.at.date()}"
    return Link(
        entity_id, ruling.reference.score, f"Confirmed by {who}: {ruling.note} {ruling.reference.reason}", who
    )


def unordered(one: str, other: str) -> Key:
    return (one, other) if one < other else (other, one)


def on_a_list() -> Callable[[str], bool]:
    """Return a test whether an entity id belongs to a government list; ids begin with their dataset's name."""
    names = frozenset(Dataset.objects.lists().values_list("name", flat=True))
    return lambda entity_id: dataset_of(entity_id) in names


def dataset_of(entity_id: str) -> str:
    """Name the dataset of a row; ids begin with it."""
    return entity_id.rpartition("-")[0]


def _agrees(explanation: Explanation) -> bool:
    identified = any(feature.name == "identifier" and feature.points > 0 for feature in explanation.features)
    return not explanation.conflicts and (identified or explanation.is_whole)
