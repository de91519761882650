"""What a row of the record is listed on, on a day, as far as we knew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from entities.models import Entity, Listing
from entities.querysets import Moment
from screening.parties import Link


@dataclass(frozen=True)
class ListedEntry:
    """A listing of the company, or of a company tied to it, with the row it stands on."""

    entity: Entity
    listing: Listing
    link: Link
    ended: date | None
    on: date

    @property
    def in_force(self) -> bool:
        return self.ended is None or self.ended > self.on


def entries(entity: Entity, link: Link, moment: Moment) -> list[ListedEntry]:
    """Read an entity's listings up to a day, as far as we knew; what began later is not told.

    A publisher that rewords an entry leaves two rows of one period: the one that counted on the day stands.
    """
    periods: dict[tuple[date | None, str], ListedEntry] = {}
    for listing in entity.listings.all():
        begins = listing.start or (None if listing.added_in.oldest else listing.added_in.published_on)
        if begins and begins > moment.on or moment.by and listing.known_from > moment.by:
            continue
        entry = ListedEntry(entity, listing, link, _ended(listing, moment), moment.on)
        period = (listing.start, listing.programme)
        known = periods.get(period)
        if known is None or _standing(known) < _standing(entry):
            periods[period] = entry
    return list(periods.values())


def order(entry: ListedEntry) -> tuple[str, date, int]:
    """Sort entries by their list and the day they began."""
    return (entry.entity.dataset.name, entry.listing.start or date.min, entry.listing.pk)


def _ended(listing: Listing, moment: Moment) -> date | None:
    known = listing.removed_in and not (moment.by and listing.known_to and listing.known_to > moment.by)
    days = (listing.end, listing.removed_in.published_on if listing.removed_in and known else None)
    return min((day for day in days if day), default=None)


def _standing(entry: ListedEntry) -> tuple[bool, bool, date]:
    added = entry.listing.added_in
    told = added.oldest or added.published_on <= entry.on
    return (entry.in_force, told, added.published_on)
