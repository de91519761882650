"""An answer as a person reads it at a terminal: the same content as the dictionary, in plain lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import matching
from screening.entries import ListedEntry
from screening.exposures import NOT_SEARCHED, Conclusion, Head, Step
from screening.paths import edge_in_words
from screening.ties import Tie
from screening.verdicts import verdict
from screening.vetting import Vetting

WIDTH = 110
LABEL = 13
# Ties and other names shown before the rest is counted.
SHOWN = 8


def answer_as_text(answer: Vetting) -> str:
    """Write the answer as a person reads it at a terminal."""
    lines: list[str] = list(_head(answer))
    if answer.subject:
        lines += _block("GROUP", _group_lines(answer))
        lines += _listed(answer)
        lines += _exposed(answer)
        lines += _block("OWNERSHIP", _owned(answer))
        lines += _block("EVIDENCE", _evidence_lines(answer))
        lines += _block("PARTNERSHIPS", _partnership_lines(answer))
        lines += _block("NOT THE SAME", (f"{row['name']}: {row['note']}" for row in answer.namesakes))
        lines += _block("LIKE NAMES", _other_lines(answer))
    lines += _searched(answer)
    return "\n".join(lines)


def _head(answer: Vetting) -> Iterator[str]:
    if answer.subject is None:
        yield f"No company of the name “{answer.query}” at or above a score of {answer.threshold:.2f}, as of {answer.on}."
        yield "That is an absence from the lists named below, not a clearance."
        yield ""
        return
    subject = answer.subject
    native = next(
        (
            name.text
            for name in subject.entity.names.all()
            if not name.text.isascii() and name.removed_in_id is None
        ),
        "",
    )
    country = " ".join(code.upper() for code in subject.entity.country_codes)
    yield " · ".join(
        part
        for part in (subject.entity.caption, native if native != subject.entity.caption else "", country)
        if part
    )
    if subject.hit:
        kind = {"primary": "name", "weak": "weak alias", "former": "former name"}.get(
            subject.hit.name.kind, subject.hit.name.kind
        )
        yield f"matched by {kind} “{subject.hit.name.text}” ({subject.score:.2f}) · as of {answer.on}"
    yield from textwrap.wrap(verdict(answer), WIDTH)
    yield ""


def _group_lines(answer: Vetting) -> Iterator[str]:
    """Name the rows that are read as the company, and what belongs to it without being owned."""
    group = answer.group
    if group is None:
        return
    rows = [f"{row.caption} ({row.dataset.name}, {link.said})" for row, link in group.rows]
    offices = [edge.owner.caption for edge in group.head_offices]
    branches = [edge.asset.caption for edge in group.branches]
    for label, told in (
        ("Same party", rows),
        ("Brands", group.brands),
        ("Former names", group.former),
        ("Branch of", offices),
        ("Branches", branches),
    ):
        if told:
            more = f" and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
            yield f"{label}: {'; '.join(told[:SHOWN])}{more}."


def _listed(answer: Vetting) -> list[str]:
    count = len({entry.entity.dataset.name for entry in answer.listed})
    total = len(answer.searched.lists)
    lists = f"{total} list{'' if total == 1 else 's'} searched"
    said = [f"Yes. On {count} of the {lists}." if count else f"No. On none of the {lists}."]
    for entry in answer.listed:
        said += _entry_lines(entry)
    for entry in answer.formerly_listed:
        said.append(
            f"Formerly: {entry.entity.dataset.title}, {entry.listing.start or '?'} to {entry.ended}{_because(entry)}"
        )
    return _block("LISTED", said)


def _because(entry: ListedEntry) -> str:
    return f" ({entry.listing.end_basis})" if entry.listing.end_basis else ""


def _entry_lines(entry: ListedEntry) -> list[str]:
    listing = entry.listing
    since = f"since {listing.start}" if listing.start else "start not published"
    parts = [entry.entity.caption, entry.entity.dataset.title, since, listing.citation, listing.programme]
    lines = [" · ".join(part for part in parts if part)]
    if entry.link.score < 1:
        lines[0] += f" ({entry.link.said})"
    lines += _measure_lines(listing.measures.all())
    if listing.requirement:
        lines.append(f"  Entry: {textwrap.shorten(listing.requirement, 300, placeholder=' …')}")
    if listing.policy:
        lines.append(f"  Review policy: {textwrap.shorten(listing.policy, 300, placeholder=' …')}")
    return lines


def _measure_lines(measures: Iterable[Any]) -> Iterator[str]:
    for measure in measures:
        yield f"  {measure.title}. Forbids: {measure.forbids}"
        if measure.does_not:
            yield f"  Does not: {measure.does_not}."


def _exposed(answer: Vetting) -> list[str]:
    said: list[str] = []
    told: tuple[Step, ...] = ()
    for row in answer.exposing:
        said += _conclusion_lines(row, told)
        told = row.path
    for row in answer.conclusions:
        if row.affiliated:
            said += _affiliate_lines(row)
    own = [row for row in answer.conclusions if row.direct and row.result != "no"]
    if own:
        said.append(f"By its own listing, not by ownership: {', '.join(_regime(row) for row in own)}.")
    clear = [row for row in answer.conclusions if row.untouched]
    if clear:
        said.append(_dotted("; ".join(_regime(row) for row in clear), "no"))
    missing = [row for row in answer.conclusions if row.result == NOT_SEARCHED and not row.shadow]
    if missing:
        said.append(_dotted("; ".join(_regime(row) for row in missing), NOT_SEARCHED))
    return _block("EXPOSED", said)


def _regime(row: Conclusion) -> str:
    """Name a rule, with its status where that is not plainly in force."""
    rule = row.rule
    if rule.status == "in force" and not row.remark:
        return rule.regime
    since = f" since {rule.effective_from}" if rule.effective_from and rule.status != "in force" else ""
    return f"{rule.regime} ({rule.status}{since})"


def _dotted(text: str, result: str) -> str:
    """Lead the eye from a rule to its result."""
    lines = _wrapped(text)
    dots = WIDTH - len(lines[-1]) - len(result) - 2
    # A last line without room for the result leaves it a line of its own.
    return f"{text} {'.' * (dots if dots >= 2 else WIDTH - LABEL - 2 - len(result) - 1)} {result}"


def _conclusion_lines(row: Conclusion, told: tuple[Step, ...]) -> Iterator[str]:
    yield _dotted(_regime(row), row.result)
    yield from _head_lines(row.heads)
    if row.path and row.path == told:
        yield "  └─ by the same path"
    else:
        yield from _path_lines(row)
    yield from _join_lines(row)
    if row.result in ("yes", "possible"):
        yield f"  Forbids: {row.rule.measure}"
        if row.rule.does_not:
            yield f"  Does not: {row.rule.does_not}."
    for reason in row.reasons:
        yield f"  {reason}"
    if row.remark and row.rule.status != "unverified":
        yield f"  {row.remark}"
    if not any(row.rule.citation in reason for reason in row.reasons):
        yield f"  Rule: {row.rule.citation}."


def _affiliate_lines(row: Conclusion) -> Iterator[str]:
    yield _dotted(_regime(row), row.result)
    yield from _head_lines(row.heads)
    yield from _join_lines(row)
    yield f"  {row.rule.measure}"


def _join_lines(row: Conclusion) -> Iterator[str]:
    """Say on what it rests that rows of several datasets are one party."""
    if row.joins:
        said = (f"{join.entity.caption} ({join.entity.dataset.name}, {join.link.said})" for join in row.joins)
        yield f"  Read as the same party: {'; '.join(said)}."


def _head_lines(heads: Iterable[Head]) -> Iterator[str]:
    """Name each listed owner once for each of its entries, with the days on which they began."""
    days: dict[tuple[str, str, str], list[date]] = {}
    for head in heads:
        title = head.listing.entity.dataset.title if head.listing else head.listed.regime_list
        known = days.setdefault((head.party.caption, title, head.listed.citation), [])
        if head.since and head.since not in known:
            known.append(head.since)
    for (caption, title, citation), known in days.items():
        since = f"listed {' and '.join(map(str, sorted(known)))}" if known else "start not published"
        yield f"  {', '.join(part for part in (caption, title, since, citation) if part)}"


def _path_lines(row: Conclusion) -> Iterator[str]:
    heads = {head.party.pk for head in row.heads}
    for step in row.path:
        # Where one listed owner is named above, the path begins at it without a word.
        if step.begins and (len(heads) > 1 or step.owner.pk not in heads):
            yield f"  {step.owner.caption}"
        yield f"  └─ {edge_in_words(step)} ─▶ {step.asset.caption}"
        yield f"     {step.edge.citation}"


def _owned(answer: Vetting) -> Iterator[str]:
    for tie in answer.listed_ties[:SHOWN]:
        lists = dict.fromkeys(
            f"{entry.entity.dataset.title} since {entry.listing.start or 'an unstated day'}"
            for entry in tie.entries
        )
        yield f"{_relation(tie)}: on {'; '.join(lists)}"
    for tie in answer.unlisted_ties[:SHOWN]:
        yield f"{_relation(tie)}: on no list searched"
    for tie in answer.ended_ties[:SHOWN]:
        yield f"{_relation(tie)}: ended {tie.edge.end} ({tie.edge.citation})"
    groups = (answer.listed_ties, answer.unlisted_ties, answer.ended_ties)
    if more := sum(max(0, len(group) - SHOWN) for group in groups):
        yield f"… and {more} more (--json shows them)."


def _relation(tie: Tie) -> str:
    if tie.relation == "associate":
        return f"Associate {tie.company.caption}, no ownership ({tie.edge.quote or tie.edge.citation})"
    since = f", since {tie.edge.start}" if tie.edge.start else ""
    return f"{tie.relation.capitalize()} {tie.company.caption} ({tie.edge.get_kind_display()}, {tie.edge.share}{since})"


def _evidence_lines(answer: Vetting) -> Iterator[str]:
    for row in answer.evidence:
        doubt = "" if row.verified else ", a detail unverified"
        yield f"{row.published_text or row.published}  {row.publisher}: {row.claim} ({row.get_nature_display()}{doubt})"


def _partnership_lines(answer: Vetting) -> Iterator[str]:
    for row in answer.partnerships:
        dates = row.dates or " to ".join(str(day) for day in (row.start, row.end) if day)
        ended = " Ended." if row.end and row.end <= answer.on else ""
        yield f"{row.brand}: {row.description}{', ' + dates if dates else ''}.{ended}{'' if row.verified else ' (a detail unverified)'}"


def _other_lines(answer: Vetting) -> Iterator[str]:
    for row in answer.others[:SHOWN]:
        name = row.hit.name.text if row.hit else row.entity.caption
        aka = f" (as “{name}”)" if name != row.entity.caption else ""
        country = " ".join(code.upper() for code in row.entity.country_codes)
        yield f"{row.score:.2f}  {row.entity.caption}{aka} · {row.entity.dataset.name}{' · ' + country if country else ''}"
    if len(answer.others) > SHOWN:
        yield f"… and {len(answer.others) - SHOWN} more below them."


def _searched(answer: Vetting) -> list[str]:
    searched = answer.searched
    said = []
    if searched.lists:
        said.append(f"{len(searched.lists)} lists, newest {searched.newest}, oldest {searched.oldest}")
    else:
        said.append("No list: none has been loaded.")
    if searched.excerpts:
        said.append(
            f"STARTER EXCERPT: {len(searched.excerpts)} of them are small hand-typed excerpts. "
            "`python manage.py ingest` loads the full lists."
        )
    if searched.stale:
        said.append(
            "STALE: "
            + ", ".join(
                f"{row.name} ({row.current_version.published_on})"
                for row in searched.stale
                if row.current_version
            )
        )
    if searched.missing:
        said.append("NOT SEARCHED (never loaded): " + ", ".join(row.name for row in searched.missing))
    rules = answer.book.newest(answer.on)
    said.append(
        f"receipt {answer.receipt[:12]} · matcher {matching.VERSION} · rules {rules} · as of {answer.on}"
    )
    return _block("SEARCHED", said)


def _block(label: str, lines: Iterable[str]) -> list[str]:
    """Set a block of lines beside its label, wrapped to the terminal's width."""
    block: list[str] = []
    for line in lines:
        wrapped = _wrapped(line)
        if not block and wrapped:
            wrapped[0] = label.ljust(LABEL) + wrapped[0][LABEL:]
        block += wrapped
    return block


def _wrapped(line: str) -> list[str]:
    indent = len(line) - len(line.lstrip())
    return textwrap.wrap(
        line.strip(),
        WIDTH,
        initial_indent=" " * (LABEL + indent),
        subsequent_indent=" " * (LABEL + indent + 2),
        break_on_hyphens=False,
    )
