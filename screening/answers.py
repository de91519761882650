"""An answer arranged for a page: the same content as in the terminal, in the order a reader asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import matching
from entities.reading import Thread, threads
from screening.entries import ListedEntry
from screening.ties import Tie
from screening.verdicts import verdict
from screening.vetting import Candidate, Vetting

# How a name is called that matched.
KINDS = {"primary": "the name", "alias": "the alias", "weak": "the weak alias", "former": "the former name"}
# Ties and like names shown at once; the rest is folded, not dropped.
SHOWN = 10


@dataclass(frozen=True)
class AnswerPage:
    """What the page says of an answer, beyond the answer itself."""

    answer: Vetting
    matcher: str = matching.VERSION

    @property
    def native(self) -> str:
        """Find the company's name in its own script, where the headline is not that already."""
        subject = self.answer.subject
        if subject is None or not subject.entity.caption.isascii():
            return ""
        names = subject.entity.names.all()
        return next((row.text for row in names if not row.text.isascii() and row.removed_in_id is None), "")

    @property
    def matched_by(self) -> str:
        hit = self.answer.subject.hit if self.answer.subject else None
        return f"{KINDS.get(hit.name.kind, 'the ' + hit.name.kind)} “{hit.name.text}”" if hit else ""

    @property
    def standing(self) -> str:
        """Name the answer's colour: listed, exposed, clear or unknown."""
        if self.answer.subject is None:
            return "unknown"
        if self.answer.listed:
            return "listed"
        return "exposed" if self.answer.exposing else "clear"

    @property
    def verdict(self) -> str:
        return verdict(self.answer)

    @property
    def caution(self) -> str:
        if self.standing == "unknown":
            return "That is an absence from the lists named below, not a clearance."
        if self.standing == "clear":
            return (
                "That is an absence from these lists, not a clearance: what was not searched is named below."
            )
        if self.standing == "exposed":
            return "What follows depends on the rule: each says what it forbids and what it does not, and on what it rests."
        return "What follows from it depends on the measure: each listing says what it forbids and what it does not."

    @property
    def formerly(self) -> list[tuple[ListedEntry, date | None]]:
        return [(entry, ended(entry)) for entry in self.answer.formerly_listed]

    @property
    def rules(self) -> date | None:
        return self.answer.book.newest(self.answer.on)

    @property
    def other_ties(self) -> list[tuple[str, list[Tie]]]:
        """Return the ties that expose to nothing, under their headings."""
        groups = [
            ("Owners and subsidiaries that are listed", self.answer.listed_ties),
            ("Owners and subsidiaries that are not listed", self.answer.unlisted_ties),
            ("Ties that had ended by that day", self.answer.ended_ties),
        ]
        return [(heading, ties) for heading, ties in groups if ties]

    @property
    def threads(self) -> list[Thread]:
        return threads(self.answer.evidence)

    @property
    def likely(self) -> list[Candidate]:
        return self.answer.others[:SHOWN]

    @property
    def less_likely(self) -> list[Candidate]:
        return self.answer.others[SHOWN:]

    @property
    def span(self) -> str:
        searched = self.answer.searched
        return f"{count(len(searched.lists), 'list')}, newest {searched.newest}, oldest {searched.oldest}"


def ended(entry: ListedEntry) -> date | None:
    """Return the day on which a listing ended: as stated, or as the version that no longer had it."""
    removed = entry.listing.removed_in
    return entry.listing.end or (removed.published_on if removed else None)


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
