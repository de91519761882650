"""What belongs to a company without being owned by it: its other rows, brands, former names and branches.

Nothing of it is kept: it is read from names, edges and cross-references, and changes with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from entities.choices import NameKind, OwnershipKind
from entities.models import Entity, Name, Ownership
from entities.querysets import Moment
from screening.models import CrossReference
from screening.parties import Link, confirmed, rulings


@dataclass(frozen=True)
class Group:
    """A company's rows with the reason for each, its brands and former names, its branches and head offices."""

    rows: tuple[tuple[Entity, Link], ...]
    brands: tuple[str, ...]
    former: tuple[str, ...]
    branches: tuple[Ownership, ...]
    head_offices: tuple[Ownership, ...]

    @property
    def is_alone(self) -> bool:
        return not (self.rows or self.brands or self.former or self.branches or self.head_offices)


def group_of(row: Entity, rows: Iterable[tuple[Entity, Link]], moment: Moment) -> Group:
    """Gather a company's group on a day, given the other rows that are read as the same party. Two queries."""
    others = tuple(rows)
    ids = {row.pk, *(other.pk for other, _ in others)}
    kinds = (NameKind.BRAND, NameKind.FORMER)
    names = Name.objects.stated(*moment).filter(entity__in=ids, kind__in=kinds).order_by("id")
    found = dict.fromkeys((name.kind, name.text) for name in names)
    edges = (
        Ownership.objects.in_force(*moment)
        .filter(Q(owner__in=ids) | Q(asset__in=ids), kind=OwnershipKind.BRANCH)
        .select_related("owner__dataset", "asset__dataset")
        .order_by("id")
    )
    stated = list(edges)
    return Group(
        others,
        tuple(text for kind, text in found if kind == NameKind.BRAND),
        tuple(text for kind, text in found if kind == NameKind.FORMER),
        tuple(edge for edge in stated if edge.owner_id in ids and edge.asset_id not in ids),
        tuple(edge for edge in stated if edge.asset_id in ids and edge.owner_id not in ids),
    )


def rows_of(entity: Entity) -> list[tuple[Entity, Link]]:
    """Return the rows that answers read as the same party as one, as the cross-references tell it. Three queries."""
    ruled = rulings(ids=[entity.pk])
    near = Q(company_id=entity.pk) | Q(listed_id=entity.pk)
    found: dict[str, Link] = {}
    for row in CrossReference.objects.filter(near).defer("explanation"):
        other = row.listed_id if row.company_id == entity.pk else row.company_id
        word = next((word for word in ruled.values() if word.reference_id == row.pk), None)
        if row.joins:
            found[other] = confirmed(other, word) if word else Link(other, row.score, row.reason)
    rows = Entity.objects.select_related("dataset").defer("raw", "properties")
    entities = rows.in_bulk(list(found))
    return [(entities[id_], link) for id_, link in found.items() if id_ in entities]
