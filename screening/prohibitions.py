"""What is forbidden, kind by kind: by a listing of the company itself, through who owns it, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from entities.choices import DatasetKind, MeasureKind
from entities.measures import CATALOGUE
from ingest.source import all_sources
from screening.entries import ListedEntry
from screening.exposures import Conclusion

if TYPE_CHECKING:
    from screening.vetting import Vetting

KIND_OF: dict[str, str] = {fact.code: str(fact.kind) for fact in CATALOGUE}
# A red flag asks for care and forbids nothing.
KINDS = tuple(kind for kind in MeasureKind if kind != MeasureKind.RED_FLAG)
LISTED, NONE, NOT_SEARCHED = "listed", "none", "not searched"


@dataclass(frozen=True)
class Prohibition:
    """One kind of measure: whether it applies on the day and by what, and the lists that say so or were not searched."""

    kind: MeasureKind
    result: str
    entries: tuple[ListedEntry, ...]
    conclusions: tuple[Conclusion, ...]
    searched: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def applies(self) -> bool:
        """Tell whether something of this kind is forbidden, or may be."""
        return self.result in (LISTED, "yes", "possible")

    @property
    def reasons(self) -> list[str]:
        """Say by what it applies: the company's own entries, then the rules that reach or warn, and through whom."""
        said = [
            f"{entry.entity.dataset.title}{_since(entry.listing.start)}, its own listing"
            for entry in self.entries
        ]
        for row in self.conclusions:
            owners = list(dict.fromkeys(head.party.caption.rstrip(".") for head in row.heads))
            status = "" if row.rule.status == "in force" else f" ({row.rule.status})"
            said.append(f"{row.rule.regime}{status}: {row.result}, through {', '.join(owners)}")
        return list(dict.fromkeys(said))


def prohibitions(answer: Vetting) -> list[Prohibition]:
    """Tell for each kind of measure that any known list imposes what the answer says of it. No query."""
    held = {row.name for row in answer.searched.lists}
    missing = {row.name for row in answer.searched.missing if row.kind == DatasetKind.LIST}
    found = []
    for kind in KINDS:
        lists = _imposing()[kind]
        entries = tuple(
            entry
            for entry in answer.listed
            if any(measure.kind == kind for measure in entry.listing.measures.all())
        )
        rules = tuple(row for row in answer.exposing if _reaches(row, kind))
        searched = tuple(name for name in lists if name in held)
        found.append(
            Prohibition(
                kind,
                _result(entries, rules, searched),
                entries,
                rules,
                searched,
                tuple(name for name in lists if name in missing),
            )
        )
    return [row for row in found if row.searched or row.missing or row.entries]


def _reaches(row: Conclusion, kind: str) -> bool:
    """Tell whether a rule extends this kind of measure: that of the list it is about, whatever others it counts too."""
    return KIND_OF.get(row.rule.scopes[0].regime_list) == kind


def _result(entries: Sequence[ListedEntry], rules: Sequence[Conclusion], searched: Sequence[str]) -> str:
    if entries:
        return LISTED
    if rules:
        return rules[0].result
    return NONE if searched else NOT_SEARCHED


def _since(start: date | None) -> str:
    return f" since {start}" if start else ""


@cache
def _imposing() -> dict[str, tuple[str, ...]]:
    """Name the lists that may impose each kind of measure, as their modules state it."""
    stated = {
        (KIND_OF[code], info.name)
        for source in all_sources().values()
        for info in source.DATASETS
        for code in info.measures
    }
    return {kind: tuple(sorted(name for held, name in stated if held == kind)) for kind in KINDS}
