"""What the API reads from the record, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Value
from django.utils import timezone

from entities.models import (
    Address,
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
from ingest.source import all_sources, name_of

# Ids per statement: below SQLite's least limit of variables.
CHUNK = 900


def today() -> date:
    return timezone.localdate()


def held_on(on: date) -> Q:
    """Keep rows that a version after `on`, or none, withdrew."""
    return Q(removed_in__isnull=True) | Q(removed_in__published_on__gt=on)


def datasets() -> QuerySet[Dataset]:
    return Dataset.objects.select_related("current_version")


def catalogue() -> list[Dataset]:
    """Name every dataset: those on record, and those that we can read but nobody has loaded."""
    known = {row.name: row for row in datasets()}
    for source in all_sources().values():
        for info in source.DATASETS:
            if info.name not in known:
                known[info.name] = Dataset(
                    name=info.name,
                    title=info.title,
                    kind=info.kind,
                    source=name_of(source),
                    authority=info.authority,
                    legal_basis=info.legal_basis,
                    homepage=info.homepage,
                    url=info.url,
                    cadence=info.cadence,
                    fresh_days=info.fresh_days,
                )
    return sorted(known.values(), key=lambda row: row.name)


def dataset_named(name: str) -> Dataset | None:
    return next((row for row in catalogue() if row.name == name), None)


def versions(name: str) -> QuerySet[DatasetVersion]:
    return DatasetVersion.objects.filter(dataset__name=name)


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


def summaries(on: date) -> QuerySet[Entity]:
    """Load entities for a list, each with `listed`: whether a listing of it is in force on `on`."""
    in_force = Listing.objects.in_force(on).filter(entity=OuterRef("pk"))
    return parties().annotate(listed=Exists(in_force))


def whole(as_of: date | None) -> QuerySet[Entity]:
    """Load whole records; with `as_of`, only the listings and edges that held on that day."""
    edges = dated(Ownership.objects.select_related("owner__dataset", "asset__dataset"))
    if as_of:
        edges = edges.in_force(as_of).filter(held_on(as_of))
    statements = {
        "names": dated(Name.objects.all()),
        "identifiers": dated(Identifier.objects.all()),
        "addresses": dated(Address.objects.all()),
        "listings": _listings_in_force(as_of) if as_of else _all_listings(today()),
        "owners": edges,
        "holdings": edges,
        "evidence": dated(Evidence.objects.all()),
        "partnerships": dated(Partnership.objects.all()),
    }
    return (
        summaries(as_of or today())
        .defer(None)
        .select_related("added_in", "changed_in", "removed_in")
        .prefetch_related(*(Prefetch(name, rows) for name, rows in statements.items()))
    )


def _listings_in_force(on: date) -> Any:
    listings = Listing.objects.in_force(on).annotate(in_force=Value(True))
    return dated(listings).prefetch_related("measures")


def _all_listings(on: date) -> Any:
    """Load every listing, each with `in_force`: whether it is on `on`."""
    in_force = Listing.objects.in_force(on).filter(pk=OuterRef("pk"))
    return dated(Listing.objects.annotate(in_force=Exists(in_force))).prefetch_related("measures")


def matched(ids: Iterable[str], on: date) -> dict[str, Entity]:
    """Load the entities that a matcher found, as far as they were on record on `on`, by id."""
    wanted = sorted(set(ids))
    found: dict[str, Entity] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = (
            parties()
            .filter(held_on(on), pk__in=wanted[start : start + CHUNK])
            .prefetch_related(
                Prefetch("names", Name.objects.filter(held_on(on))),
                Prefetch("identifiers", Identifier.objects.filter(held_on(on))),
                Prefetch("addresses", Address.objects.filter(held_on(on))),
                Prefetch("listings", _listings_in_force(on)),
            )
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
