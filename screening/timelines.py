"""What happened to a company and when: its listings, owners, holdings, evidence and partnerships on one scale of years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from entities.choices import OwnershipKind
from entities.models import Evidence, Partnership
from exposure import Edge
from screening.entries import ListedEntry
from screening.structure import Structure

# Bars of edges before the rest is counted, companies named at one bar, and years named on the scale.
MOST_BARS = 20
MOST_NAMED = 3
MOST_YEARS = 8
# The least of the scale, in percent, that a short period takes: a day among thirty years must still be seen.
LEAST = 0.8


@dataclass(frozen=True)
class Period:
    """One row: what it is, its days in words, and where on the scale it lies, in percent; a moment has no width."""

    group: str
    label: str
    days: str
    start: date | None
    end: date | None
    moment: bool = False
    source: str = ""
    url: str = ""
    left: float = 0
    width: float = 0


@dataclass(frozen=True)
class Timeline:
    groups: tuple[tuple[str, tuple[Period, ...]], ...]
    years: tuple[tuple[int, float], ...]
    first: date
    last: date
    # Where the day lies that is asked about, in percent.
    day: float
    # Edges that state no day, and bars of others that were too many to draw.
    undated: int
    unshown: int


@dataclass(frozen=True)
class Told:
    """What a timeline is drawn from."""

    entries: Sequence[ListedEntry]
    party: str
    structure: Structure
    captions: dict[str, str]
    evidence: Sequence[Evidence]
    partnerships: Sequence[Partnership]


def timeline(told: Told, on: date) -> Timeline:
    """Arrange everything that has a day, in groups and within them by day, on a scale from its first year to today's."""
    edges = edges_around(told.party, told.structure)
    dated = [edge for edge in edges if edge.start or edge.end]
    held = list(_edges(dated, told))
    periods = [
        *_listings(told.entries),
        *held[:MOST_BARS],
        *_evidence(told.evidence),
        *_partnerships(told.partnerships),
    ]
    known = [day for row in periods for day in (row.start, row.end) if day]
    first = date(min([on, *known]).year, 1, 1)
    last = date(max([on, *known]).year, 12, 31)
    placed = [_placed(row, first, last) for row in periods]
    groups = dict.fromkeys(row.group for row in placed)
    return Timeline(
        tuple((group, tuple(row for row in placed if row.group == group)) for group in groups),
        tuple(_years(first, last)),
        first,
        last,
        _percent(on, first, last),
        len(edges) - len(dated),
        max(0, len(held) - MOST_BARS),
    )


def edges_around(party: str, structure: Structure) -> list[Edge]:
    """Return every edge into and out of a party, of whatever day, the earliest first."""
    edges = [*structure.graph.owners_of(party), *structure.graph.holdings_of(party)]
    return sorted(edges, key=lambda edge: (edge.start or date.min, edge.owner, edge.asset))


def _listings(entries: Sequence[ListedEntry]) -> Iterator[Period]:
    for entry in sorted(entries, key=lambda entry: (entry.listing.start or date.min, entry.listing.pk)):
        listing = entry.listing
        yield Period(
            "Lists",
            f"{entry.entity.dataset.title}, as {entry.entity.caption}",
            said(listing.start, entry.ended, unknown="start not published"),
            listing.start,
            entry.ended,
            source=listing.citation,
            url=listing.source_url,
        )


def _edges(edges: Sequence[Edge], told: Told) -> Iterator[Period]:
    """Tell edges of one kind, share and period together: a list names a hundred affiliates on one day."""
    kinds = dict(OwnershipKind.choices)
    alike: dict[tuple[object, ...], list[Edge]] = defaultdict(list)
    for edge in edges:
        alike[edge.asset == told.party, edge.kind, edge.share, edge.start, edge.end].append(edge)
    for (owned, *_), group in alike.items():
        edge = group[0]
        names = [told.captions.get(row.owner if owned else row.asset, "?") for row in group]
        called = "; ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} companies"
        yield Period(
            "Owners" if owned else "What it owns",
            f"{called}: {edge.share}, {kinds[edge.kind]}",
            said(edge.start, edge.end, unknown="start not stated"),
            edge.start,
            edge.end,
            source=edge.citation,
            url=edge.url,
        )


def _evidence(rows: Sequence[Evidence]) -> Iterator[Period]:
    for row in rows:
        day = row.published
        label = f"{row.publisher} ({row.get_nature_display()}): {row.claim}"
        words = row.published_text or day.isoformat()
        yield Period("Evidence", label, words, day, day, moment=True, source=row.title, url=row.url)


def _partnerships(rows: Sequence[Partnership]) -> Iterator[Period]:
    for row in rows:
        yield Period(
            "Partnerships",
            f"{row.brand}: {row.description}",
            row.dates or said(row.start, row.end, unknown="start not stated"),
            row.start,
            row.end,
            source=row.citation,
            url=row.url,
        )


def said(start: date | None, end: date | None, *, unknown: str) -> str:
    """Say a period in words."""
    since = f"since {start}" if start else unknown
    return f"{start} to {end}" if start and end else f"{unknown}, until {end}" if end else since


def _placed(row: Period, first: date, last: date) -> Period:
    left = _percent(row.start or first, first, last)
    if row.moment:
        return replace(row, left=left)
    right = _percent(row.end, first, last) if row.end else 100.0
    width = max(right - left, LEAST)
    return replace(row, left=min(left, 100 - width), width=round(width, 2))


def _percent(day: date, first: date, last: date) -> float:
    share = (min(max(day, first), last) - first) / (last - first + timedelta(days=1))
    return round(100 * share, 2)


def _years(first: date, last: date) -> Iterator[tuple[int, float]]:
    step = -(-(last.year - first.year + 1) // MOST_YEARS)
    for year in range(first.year, last.year + 1, step):
        yield year, _percent(date(year, 1, 1), first, last)
