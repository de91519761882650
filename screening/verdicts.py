"""An answer in one sentence: listed or not, through whom, under which rules, and what was reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from entities.choices import EvidenceNature
from entities.reading import Thread, threads
from exposure import Edge
from screening.exposures import Conclusion, Head

if TYPE_CHECKING:
    from screening.vetting import Vetting

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
# An owner with more than half, or with control, is called a parent.
HALF = 50


def verdict(answer: Vetting) -> str:
    """Say what an answer comes to in one plain sentence; nothing in it is a finding of law."""
    if not answer.searched.lists:
        return "No list has been loaded, so nothing can be said."
    if answer.subject is None:
        return f"No company of this name was found at a score of {answer.threshold:.2f} or above, as of {answer.on}."
    owners = _owners(answer)
    parts = [_listed(answer, bool(owners or answer.exposing)), *owners, *_results(answer), *_reports(answer)]
    sentence = "; ".join(part for part in parts if part)
    return f"{sentence[0].upper()}{sentence[1:]}."


def counted(number: int, noun: str) -> str:
    """Write a small number as a word."""
    return f"{_word(number)} {noun}{'' if number == 1 else 's'}"


def _word(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


def _listed(answer: Vetting, tied: bool) -> str:
    searched = len(answer.searched.lists)
    if answer.listed:
        on = len({entry.entity.dataset_id for entry in answer.listed})
        return f"listed itself on {on} of the {searched} lists searched"
    return "not itself listed" if tied else "on no list searched"


def _owners(answer: Vetting) -> list[str]:
    """Name each listed owner with its lists, the nearest first."""
    found: dict[str, tuple[int, str, list[Head]]] = {}
    for row in answer.conclusions:
        if not row.path or not (row.exposing or row.affiliated):
            continue
        for head in row.heads:
            steps = len(row.path)
            held = found.setdefault(head.party.pk, (steps, _called(row, head), []))
            held[2].append(head)
    return [
        f"{called} {heads[0].party.caption} {_lists(heads)}"
        for _steps, called, heads in sorted(found.values(), key=lambda value: value[0])
    ]


def _called(row: Conclusion, head: Head) -> str:
    edges = [step.edge for step in row.path if step.edge.owner == head.listed.party]
    own = [edge for edge in edges if edge.asset == row.exposure.party]
    if not own:
        return "indirect owner"
    if all(edge.end and edge.end <= row.on for edge in own):
        return "former owner"
    return "parent" if any(_is_parents(edge) for edge in own) else "owner"


def _is_parents(edge: Edge) -> bool:
    return edge.kind in ("control", "consolidation", "branch") or (edge.share_min or 0) > HALF


def _lists(heads: Sequence[Head]) -> str:
    titles: dict[str, Head] = {}
    for head in heads:
        title = head.listing.entity.dataset.title if head.listing else head.listed.regime_list
        if title not in titles or (head.since and (first := titles[title].since) and head.since < first):
            titles[title] = head
    if len(titles) > 1:
        return f"on {counted(len(titles), 'list')}"
    ((title, head),) = titles.items()
    return f"on {title}{f' since {head.since}' if head.since else ''}"


def _results(answer: Vetting) -> list[str]:
    """Name the rules that reach it, by result; the rest is left to the answer."""
    said = []
    for result in ("yes", "possible", "red flag"):
        rules = [row for row in answer.exposing if row.result == result]
        names = [
            row.rule.regime + (f" ({row.rule.status})" if row.rule.status != "in force" else "")
            for row in rules
        ]
        if names:
            said.append(f"{result} under {_joined(names)}")
    return said


def _reports(answer: Vetting) -> list[str]:
    """Count what was reported by topic, and say whether the company replied; official documents apart."""
    topics = [thread for thread in threads(answer.evidence) if thread.claims]
    official = [t for t in topics if all(row.nature == EvidenceNature.OFFICIAL for row in t.claims)]
    reported = [thread for thread in topics if thread not in official]
    said = []
    if reported:
        said.append(_counted_topics(reported, "documented report"))
    if official:
        said.append(_counted_topics(official, "official document"))
    return said


def _counted_topics(topics: Sequence[Thread], noun: str) -> str:
    said = f"{counted(len(topics), noun)} ({_when(topics)})"
    replies = sum(1 for thread in topics if thread.replies)
    if replies == len(topics):
        return f"{said} and the company's {'reply' if replies == 1 else 'replies'}"
    return f"{said}, {_word(replies)} of them with the company's reply" if replies else said


def _when(topics: Sequence[Thread]) -> str:
    """Name the month of a single topic, as far as it is known, or the years of several."""
    claims = sorted((row for thread in topics for row in thread.claims), key=lambda row: row.published)
    first, last = claims[0], claims[-1]
    if len(topics) == 1:
        return first.published_text or f"{first.published:%B %Y}"
    years = (first.published.year, last.published.year)
    return str(years[0]) if years[0] == years[1] else f"{years[0]} to {years[1]}"


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
