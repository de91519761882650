"""One company's page: the ownership around it on a day, what the rules conclude, and what happened to it when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from entities.choices import MeasureKind
from entities.measures import CATALOGUE
from entities.models import Entity, Evidence, Partnership
from entities.querysets import Moment
from entities.reading import Thread, threads
from screening.entries import entries, order
from screening.exposures import Conclusion, Grouped, conclusions
from screening.parties import Link
from screening.rules import rulebook
from screening.structure import Structure, structure_at
from screening.timelines import Timeline, Told, edges_around, timeline
from screening.walks import BOTH, DIRECTIONS, Walk, walk

# Steps walked at first and at most, and parties shown at once: more would be neither drawn nor read.
DEPTH, DEEPEST = 2, 6
MOST = 150
# The letter that marks each kind of measure in the graph, so that nothing is told by colour alone. The gravest first.
LETTERS: dict[str, str] = {
    MeasureKind.ASSET_FREEZE: "F",
    MeasureKind.EXPORT_DENIAL: "D",
    MeasureKind.EXPORT_LICENCE: "X",
    MeasureKind.SECURITIES_BAN: "S",
    MeasureKind.IMPORT_BAN: "I",
    MeasureKind.PROCUREMENT_BAN: "P",
    MeasureKind.SECTORAL: "T",
    MeasureKind.BANKING: "B",
    MeasureKind.DEBARMENT: "R",
    MeasureKind.INVESTOR_EXCLUSION: "V",
    MeasureKind.OTHER: "O",
    MeasureKind.RED_FLAG: "?",
}


class CompanyError(ValueError):
    """What was asked of the page cannot be; the message says why in one sentence."""


@dataclass(frozen=True)
class Asked:
    """What the page's address asks for."""

    moment: Moment
    depth: int = DEPTH
    direction: str = BOTH
    expand: tuple[str, ...] = ()


@dataclass(frozen=True)
class Around(Grouped):
    """The ownership around a company on a day, and what each rule concludes of it."""

    entity: Entity
    asked: Asked
    rows: tuple[str, ...]
    walk: Walk
    conclusions: Sequence[Conclusion]

    @property
    def on(self) -> date:
        return self.asked.moment.on


@dataclass(frozen=True)
class Company:
    around: Around
    timeline: Timeline
    threads: list[Thread]
    partnerships: list[Partnership]
    same: list[Entity]


def today() -> date:
    return timezone.localdate()


def read_asked(given: Any) -> Asked:
    """Read the page's address; raises CompanyError for a day, a depth or a direction that cannot be."""
    text = given.get("as_of", "").strip()
    try:
        on = date.fromisoformat(text) if text else today()
    except ValueError as error:
        raise CompanyError(f"The day must be a date such as 2020-12-17, not {text[:40]!r}.") from error
    depth, direction = given.get("depth", str(DEPTH)), given.get("direction", BOTH)
    if not (depth.isascii() and depth.isdigit() and 1 <= int(depth[:3]) <= DEEPEST):
        raise CompanyError(f"The steps must be a number from 1 to {DEEPEST}, not {depth[:40]!r}.")
    if direction not in DIRECTIONS:
        raise CompanyError(f"The direction must be {', '.join(DIRECTIONS)}, not {direction[:40]!r}.")
    return Asked(Moment(on), int(depth), direction, tuple(given.getlist("expand")[:MOST]))


def around(entity: Entity, asked: Asked) -> Around:
    """Walk the ownership around a company and conclude; eight queries, whatever its size."""
    moment = asked.moment
    structure, book = structure_at(moment), rulebook()
    rows = structure.rows(entity)
    drawn = walk(
        rows,
        moment,
        structure,
        depth=asked.depth,
        direction=asked.direction,
        most=MOST,
        expand=asked.expand,
    )
    return Around(entity, asked, rows, drawn, conclusions(rows, moment, structure, book))


def company(entity: Entity, asked: Asked) -> Company:
    """Gather what the page shows; a fixed number of queries."""
    shown = around(entity, asked)
    newest = Moment(max(today(), asked.moment.on))
    structure = structure_at(newest)
    same = Entity.objects.with_record().in_bulk(shown.rows)
    evidence = list(Evidence.objects.published(*newest).filter(entity__in=shown.rows))
    partnerships = list(Partnership.objects.begun(*newest).filter(entity__in=shown.rows))
    return Company(
        shown,
        timeline(_told(shown, same, structure, newest, evidence, partnerships), shown.on),
        threads(evidence),
        partnerships,
        [row for pk, row in same.items() if pk != entity.pk],
    )


def _told(
    shown: Around,
    same: dict[str, Entity],
    structure: Structure,
    newest: Moment,
    evidence: list[Evidence],
    partnerships: list[Partnership],
) -> Told:
    party = structure.clusters.party(shown.entity.pk)
    edges = edges_around(party, structure)
    ids = {row for edge in edges if edge.start or edge.end for row in (edge.owner, edge.asset)}
    captions = Entity.objects.only("caption").in_bulk(sorted(ids))
    names = {pk: row.caption for pk, row in captions.items()}
    listed = [entry for row in same.values() for entry in entries(row, Link(row.pk, 1.0, ""), newest)]
    return Told(sorted(listed, key=order), party, structure, names, evidence, partnerships)


def legend() -> list[dict[str, Any]]:
    """Return the kinds of measures, the gravest first, each with its letter and the codes of its measures."""
    return [
        {
            "kind": str(kind),
            "letter": letter,
            "label": str(MeasureKind(kind).label),
            "measures": [fact.code for fact in CATALOGUE if fact.kind == kind],
        }
        for kind, letter in LETTERS.items()
    ]
