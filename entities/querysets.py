"""What was true on a day, and what we knew by a moment."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    pass


class Moment(NamedTuple):
    """A day to answer for, and the moment of our knowledge: what we had loaded by then, or by now."""

    on: date
    by: datetime | None = None


class StatementQuerySet(models.QuerySet[Any]):
    """Rows that a version added and a later one may have removed."""

    def current(self) -> StatementQuerySet:
        return self.filter(removed_in__isnull=True)

    def known_at(self, moment: datetime) -> StatementQuerySet:
        """Keep what we believed at a moment: held by then, and not yet known to be withdrawn."""
        return self.filter(known_from__lte=moment).filter(Q(known_to__isnull=True) | Q(known_to__gt=moment))

    def stated(self, on: date, by: datetime | None = None) -> StatementQuerySet:
        """Keep what its source had not withdrawn by a day, as far as we knew by a moment."""
        return self.filter(_not_withdrawn(on, by)).filter(_held_by(by))

    def told(self, on: date, by: datetime | None = None) -> StatementQuerySet:
        """Keep what the publisher said on a day, as far as we knew by a moment (by now, if none is given).

        The oldest version we hold cannot tell since when, so what it says counts for every earlier day. A
        withdrawal counts from the day of the version that no longer had the row.
        """
        since = Q(added_in__published_on__lte=on) | Q(added_in__oldest=True)
        return self.stated(on, by).filter(since)


class ListingQuerySet(StatementQuerySet):
    def in_force(self, on: date, by: datetime | None = None) -> StatementQuerySet:
        """Keep the listings in force on a day, as far as we knew by a moment.

        The publisher's own dates decide. Where it gives no start, the first version that carried the
        entry does.
        """
        started = (
            Q(start__lte=on)
            | Q(start__isnull=True, added_in__published_on__lte=on)
            | Q(start__isnull=True, added_in__oldest=True)
        )
        ended = Q(end__isnull=True) | Q(end__gt=on)
        return self.stated(on, by).filter(started).filter(ended)


class OwnershipQuerySet(StatementQuerySet):
    def in_force(self, on: date, by: datetime | None = None) -> StatementQuerySet:
        """Keep the edges that held on a day; an edge without a start date held since before we know."""
        return self.begun(on, by).filter(Q(end__isnull=True) | Q(end__gt=on))

    def begun(self, on: date, by: datetime | None = None) -> StatementQuerySet:
        """Keep the edges that held on a day or had ended by then."""
        return self.stated(on, by).filter(Q(start__isnull=True) | Q(start__lte=on))


class EvidenceQuerySet(StatementQuerySet):
    def published(self, on: date, by: datetime | None = None) -> StatementQuerySet:
        """Keep what had been published by a day, as we know it, or knew it by a moment.

        The day is the publication's, not that of our table: what we correct is corrected for every day.
        """
        return _believed(self, by).filter(published__lte=on)


class PartnershipQuerySet(StatementQuerySet):
    def begun(self, on: date, by: datetime | None = None) -> StatementQuerySet:
        """Keep what had begun by a day, ended or not, as we know it, or knew it by a moment."""
        return _believed(self, by).filter(Q(start__isnull=True) | Q(start__lte=on))


def _believed(rows: StatementQuerySet, by: datetime | None) -> StatementQuerySet:
    return rows.known_at(by) if by else rows.current()


def _not_withdrawn(on: date, by: datetime | None) -> Q:
    kept = Q(removed_in__isnull=True) | Q(removed_in__published_on__gt=on)
    return kept | Q(known_to__gt=by) if by else kept


def _held_by(by: datetime | None) -> Q:
    return Q(known_from__lte=by) if by else Q()


class DatasetQuerySet(models.QuerySet[Any]):
    def searchable(self) -> DatasetQuerySet:
        """Keep the datasets that hold an accepted version."""
        return self.filter(current_version__isnull=False)

    def lists(self) -> DatasetQuerySet:
        return self.filter(kind="list")


class VersionQuerySet(models.QuerySet[Any]):
    def accepted(self) -> VersionQuerySet:
        return self.filter(status="accepted")

    def held(self) -> VersionQuerySet:
        return self.filter(status="held")

    def awaiting(self) -> VersionQuerySet:
        """Keep the held copies that a person can still accept: none was loaded since."""
        since = self.model._default_manager.filter(
            status="accepted",
            is_history=False,
            dataset=OuterRef("dataset"),
            fetched_at__gt=OuterRef("fetched_at"),
        )
        return self.held().exclude(Exists(since))

    def news(self) -> VersionQuerySet:
        """Keep the versions that tell what a publisher changed.

        A first copy is no news: nothing was there to compare it with. Nor is the first full copy after
        starter excerpts, which hand-typed rows preceded, or an older copy that turned up late.
        """
        earlier = Q(published_on__lt=OuterRef("published_on")) | Q(
            published_on=OuterRef("published_on"), fetched_at__lt=OuterRef("fetched_at")
        )
        before = self.model._default_manager.filter(
            earlier, status="accepted", dataset=OuterRef("dataset"), is_excerpt=OuterRef("is_excerpt")
        )
        return self.accepted().filter(Exists(before), is_history=False)


class EntityQuerySet(models.QuerySet[Any]):
    def current(self) -> EntityQuerySet:
        return self.filter(removed_in__isnull=True)

    def with_record(self) -> EntityQuerySet:
        """Load an entity's whole record in a fixed number of queries."""
        return self.select_related("dataset", "added_in", "changed_in", "removed_in").prefetch_related(
            "names",
            "identifiers",
            "addresses",
            "listings__measures",
            "listings__added_in",
            "listings__removed_in",
        )
