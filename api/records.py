"""What the API reads from the record, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from entities.choices import ChangeKind
from entities.models import (
    Address,
    Change,
    Dataset,
    DatasetVersion,
    Entity,
    Evidence,
    Identifier,
    Listing,
    Name,
    Ownership,
    Partnership,
)
from entities.querysets import Moment

# Ids per statement: below SQLite's least limit of variables.
CHUNK = 900


def today() -> date:
    return timezone.localdate()


def catalogue() -> list[Dataset]:
    """Name every dataset that can be loaded: migrating the database registers them all."""
    return list(_datasets().order_by("name"))


def dataset_named(name: str) -> Dataset | None:
    return _datasets().filter(name=name).first()


def _datasets() -> QuerySet[Dataset]:
    return Dataset.objects.select_related("current_version")


def versions(name: str) -> QuerySet[DatasetVersion]:
    return DatasetVersion.objects.filter(dataset__name=name)


def changes() -> QuerySet[Change]:
    rows = Change.objects.select_related("entity__dataset", "version__dataset")
    return rows.defer(
        "entity__raw", "entity__properties", "version__log", "version__files", "version__skipped"
    )


def news(dataset: Dataset) -> QuerySet[DatasetVersion]:
    """Load the versions in which the publisher changed something, newest first."""
    rows: QuerySet[DatasetVersion] = DatasetVersion.objects.news().filter(dataset=dataset)
    return rows.exclude(added=0, changed=0, removed=0).order_by("-fetched_at", "-id").defer("log", "files")


def moved_names(versions: Sequence[DatasetVersion], most: int) -> Iterable[tuple[int, str, str]]:
    """Name by version and kind the first of those that came and went, in the order of the alphabet."""
    place = Window(
        RowNumber(), partition_by=[F("version"), F("kind")], order_by=[F("entity__caption"), F("entity")]
    )
    rows = Change.objects.filter(version__in=versions).exclude(kind=ChangeKind.CHANGED)
    rows = rows.annotate(place=place).filter(place__lte=most).order_by("version", "kind", "place")
    return rows.values_list("version_id", "kind", "entity__caption")


def dated(statements: Any) -> Any:
    """Add the dates of the versions: two columns, where joined versions would bring fifty."""
    return statements.annotate(added_on=F("added_in__published_on"), removed_on=F("removed_in__published_on"))


def parties() -> QuerySet[Entity]:
    """Load entities with the moments of the versions that added and last changed them."""
    rows: QuerySet[Entity] = (
        Entity.objects.select_related("dataset")
        .annotate(
            first_seen=F("added_in__fetched_at"),
            last_change=F("changed_in__fetched_at"),
            removed_on=F("removed_in__published_on"),
        )
        .order_by()
        .defer("raw")
    )
    return rows


def on_record(rows: QuerySet[Entity], moment: Moment) -> QuerySet[Entity]:
    """Keep the parties that their dataset named on a day, as far as we knew."""
    on, by = moment
    there = Q(removed_in__isnull=True) | Q(removed_in__published_on__gt=on)
    if by:
        there |= Q(removed_in__fetched_at__gt=by)
    named = Name.objects.told(on, by).filter(entity=OuterRef("pk"))
    return rows.filter(there, Exists(named))


def summaries(moment: Moment) -> QuerySet[Entity]:
    """Load entities for a list, each with `listed`: whether a listing of it is in force at the moment."""
    in_force = Listing.objects.in_force(*moment).filter(entity=OuterRef("pk"))
    return parties().annotate(listed=Exists(in_force))


def whole(moment: Moment | None) -> QuerySet[Entity]:
    """Load whole records; for a moment, only what was said, in force and known then."""
    edges = Ownership.objects.in_force(*moment) if moment else Ownership.objects.all()
    edges = edges.select_related("owner__dataset", "asset__dataset")
    statements = {
        "names": _told(Name.objects, moment),
        "identifiers": _told(Identifier.objects, moment),
        "addresses": _told(Address.objects, moment),
        "listings": _listings_in_force(moment) if moment else _all_listings(Moment(today())),
        "owners": dated(edges),
        "holdings": dated(edges),
        "evidence": dated(Evidence.objects.published(*moment) if moment else Evidence.objects.all()),
        "partnerships": dated(Partnership.objects.begun(*moment) if moment else Partnership.objects.all()),
    }
    return (
        summaries(moment or Moment(today()))
        .defer(None)
        .select_related("added_in", "changed_in", "removed_in")
        .prefetch_related(*(Prefetch(name, rows) for name, rows in statements.items()))
    )


def evidence(rows: Iterable[str], moment: Moment) -> Any:
    """Load what had been published about a party's rows."""
    return _about(Evidence.objects.published(*moment), rows)


def partnerships(rows: Iterable[str], moment: Moment) -> Any:
    """Load with whom a party's rows worked, or had worked."""
    return _about(Partnership.objects.begun(*moment), rows)


def _about(statements: Any, rows: Iterable[str]) -> Any:
    found = dated(statements.filter(entity__in=list(rows))).select_related("entity__dataset")
    return found.defer("entity__raw", "entity__properties")


def _told(statements: Any, moment: Moment | None) -> Any:
    return dated(statements.told(*moment) if moment else statements.all())


def _listings_in_force(moment: Moment) -> Any:
    listings = Listing.objects.in_force(*moment).annotate(in_force=Value(True))
    return dated(listings).prefetch_related("measures")


def _all_listings(moment: Moment) -> Any:
    """Load every listing, each with `in_force`: whether it is at the moment."""
    in_force = Listing.objects.in_force(*moment).filter(pk=OuterRef("pk"))
    return dated(Listing.objects.annotate(in_force=Exists(in_force))).prefetch_related("measures")


def matched(ids: Iterable[str], moment: Moment) -> dict[str, Entity]:
    """Load the entities that a matcher found, as far as they were on record at the moment, by id."""
    wanted = sorted(set(ids))
    found: dict[str, Entity] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = on_record(parties(), moment).filter(pk__in=wanted[start : start + CHUNK])
        rows = rows.prefetch_related(
            Prefetch("names", Name.objects.told(*moment)),
            Prefetch("identifiers", Identifier.objects.told(*moment)),
            Prefetch("addresses", Address.objects.told(*moment)),
            Prefetch("listings", _listings_in_force(moment)),
        )
        found.update((row.pk, row) for row in rows)
    return found


def schemes_of(values: Iterable[str]) -> dict[str, set[tuple[str, str]]]:
    """Tell under which (scheme, country) the record holds each identifier value."""
    found: dict[str, set[tuple[str, str]]] = {}
    wanted = sorted(set(values))
    for start in range(0, len(wanted), CHUNK):
        rows = Identifier.objects.current().filter(value__in=wanted[start : start + CHUNK])
        for value, scheme, country in rows.values_list("value", "scheme", "country").distinct():
            found.setdefault(value, set()).add((scheme, country))
    return found
