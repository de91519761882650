"""What has to be compared: companies with listed parties, all of them or those that changed since the last time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

import matching
from entities.choices import DatasetKind
from entities.models import Dataset, Entity, Ownership
from matching import Index
from matching.records import ORGANISATIONS
from screening.choices import ScreeningState
from screening.index import current_index, records
from screening.models import CrossReferenceRun
from screening.parties import Key, Pair, askings, compared, dataset_of, on_a_list, unordered

# Companies compared at once: below SQLite's least limit of variables.
CHUNK = 900


@dataclass(frozen=True)
class Step:
    """Some companies, to be compared with some listed parties or, where none are named, with all."""

    companies: QuerySet[Entity]
    listed: QuerySet[Entity] | None = None

    def index(self) -> Index:
        """Return the whole index, or a small one of the listed parties named."""
        if self.listed is None:
            return current_index()
        return Index.build(records(self.listed))

    def targets(self) -> frozenset[str] | None:
        """Return the ids of the listed parties; None stands for all."""
        return None if self.listed is None else frozenset(self.listed.values_list("pk", flat=True))


@dataclass(frozen=True)
class Comparison:
    """The pairs that some companies make; any other pair of theirs with a target is none."""

    companies: frozenset[str]
    targets: frozenset[str] | None
    pairs: dict[Key, Pair]

    def covers(self, company: str, listed: str) -> bool:
        """Tell whether two rows were compared."""
        return any(
            one in self.companies and (self.targets is None or other in self.targets)
            for one, other in ((company, listed), (listed, company))
        )


def least_kept() -> float:
    """Return the score from which a pair is worth a row."""
    return min(settings.MATCH_THRESHOLD, settings.SAME_PARTY_THRESHOLD)


def versions() -> dict[str, int]:
    """Return the version of each dataset that is searched."""
    return dict(Dataset.objects.searchable().values_list("name", "current_version_id"))


def covered() -> dict[str, int]:
    """Return the versions that the last whole run compared; none where this matcher has compared nothing yet."""
    done = CrossReferenceRun.objects.filter(
        state=ScreeningState.DONE, dataset="", matcher=matching.VERSION, threshold__lte=least_kept()
    )
    return dict(done.order_by("-id").values_list("versions", flat=True).first() or {})


def companies(*, owning: bool = False) -> QuerySet[Entity]:
    """Return the organisations that are compared with the lists.

    Those are the rows of registers, curated and private tables, and of a list those that ownership touches;
    with `owning` of every dataset only those. Persons are left out: namesakes are too many.
    """
    touched = Exists(Ownership.objects.filter(owner=OuterRef("pk"))) | Exists(
        Ownership.objects.filter(asset=OuterRef("pk"))
    )
    rows = Entity.objects.filter(schema__in=ORGANISATIONS)
    return rows.filter(touched if owning else ~Q(dataset__kind=DatasetKind.LIST) | touched)


def steps(since: Mapping[str, int], now: Mapping[str, int], *, owning: bool = False) -> list[Step]:
    """Return what is to be compared, since some versions were, so that all pairs of now are known."""
    everyone = companies(owning=owning)
    if not since:
        return [Step(everyone)]
    moved = {name: since.get(name) for name, version in now.items() if since.get(name) != version}
    if not moved:
        return []
    changed = Entity.objects.filter(_changed(moved))
    listed = changed.filter(dataset__kind=DatasetKind.LIST)
    fresh = Ownership.objects.filter(_added(moved))
    touched = Q(pk__in=fresh.values("owner")) | Q(pk__in=fresh.values("asset"))
    found = [Step(everyone.filter(Q(pk__in=changed.values("pk")) | touched))]
    return [Step(everyone, listed), *found] if listed.exists() else found


def steps_of(dataset: Dataset) -> list[Step]:
    """Return what is to be compared so that all pairs of one dataset are known."""
    rows = Entity.objects.filter(dataset=dataset)
    own = Step(companies().filter(dataset=dataset))
    return [Step(companies(), rows), own] if dataset.kind == DatasetKind.LIST else [own]


def _changed(moved: Mapping[str, int | None]) -> Q:
    found = Q(pk__in=[])
    for name, version in moved.items():
        if version is None:
            found |= Q(dataset__name=name)
        else:
            later = Q(changed_in__gt=version) | Q(removed_in__gt=version)
            found |= Q(dataset__name=name) & later
    return found


def _added(moved: Mapping[str, int | None]) -> Q:
    found = Q(pk__in=[])
    for name, version in moved.items():
        found |= Q(added_in__dataset__name=name, added_in__gt=version or 0)
    return found


def comparisons(
    step: Step, after: str = "", *, known: Index | None = None, by: datetime | None = None
) -> Iterator[Comparison]:
    """Compare a step's companies in the order of their ids, some at a time, from behind an id on.

    By today's index and statements; or, with the index of a moment, by those known by then.
    """
    index = known
    targets, on_list = step.targets(), on_a_list()
    while True:
        ids = list(step.companies.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not ids:
            return
        if index is None:
            index = step.index()
        pairs: dict[Key, Pair] = {}
        for company, found in compared(askings(ids, by), index, least_kept()).items():
            for listed, pair in found.items():
                # To its publisher two rows of one list are two parties.
                if dataset_of(company) == dataset_of(listed):
                    continue
                # Two listed parties find each other: one row says it.
                key = unordered(company, listed) if on_list(company) else (company, listed)
                if key not in pairs or pairs[key].weight < pair.weight:
                    pairs[key] = pair
        yield Comparison(frozenset(ids), targets, pairs)
        after = ids[-1]
