"""The same answer for programs and for people: as a dictionary, and as lines of plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

import matching
from entities.models import Entity, Evidence, Ownership, Partnership
from screening.vetting import Candidate, ListedEntry, Tie, Vetting

WIDTH = 110
LABEL = 13
# Ties and other names shown at the terminal before the rest is counted.
SHOWN = 8


def answer_as_dict(answer: Vetting) -> dict[str, Any]:
    """Return the whole answer as JSON-ready values."""
    return {
        "query": {
            "name": answer.query,
            "country": answer.country,
            "as_of": answer.on.isoformat(),
            "known_at": answer.by and answer.by.isoformat(),
            "threshold": answer.threshold,
        },
        "subject": _candidate(answer.subject) if answer.subject else None,
        "same_party": [_candidate(row) for row in answer.party[1:]],
        "listed": [_entry(entry) for entry in answer.listed],
        "formerly_listed": [_entry(entry) for entry in answer.formerly_listed],
        "exposed": [_tie(tie) for tie in answer.exposing],
        "unlisted_ties": [_tie(tie) for tie in answer.unlisted_ties],
        "ended_ties": [_tie(tie) for tie in answer.ended_ties],
        "evidence": [_evidence(row) for row in answer.evidence],
        "partnerships": [_partnership(row) for row in answer.partnerships],
        "not_the_same": answer.namesakes,
        "other_candidates": [_candidate(row) for row in answer.others],
        **answer.searched.as_dict(),
        "matcher": matching.VERSION,
        "receipt": answer.receipt,
    }


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "id": entity.id,
        "caption": entity.caption,
        "schema": entity.schema,
        "dataset": entity.dataset.name,
        "countries": entity.country_codes,
    }


def _candidate(row: Candidate) -> dict[str, Any]:
    data = _entity(row.entity) | {"score": round(row.score, 3), "reason": row.reason}
    if row.hit:
        data |= {"matched_name": row.hit.name.text, "name_kind": row.hit.name.kind}
        data["explanation"] = row.hit.explanation.as_dict()
    return data


def _entry(entry: ListedEntry) -> dict[str, Any]:
    listing = entry.listing
    return {
        "entity": _entity(entry.entity),
        "list": entry.entity.dataset.title,
        "in_force": entry.in_force,
        "programme": listing.programme,
        "start": listing.start and listing.start.isoformat(),
        "start_basis": listing.start_basis,
        "end": entry.ended and entry.ended.isoformat(),
        "end_basis": listing.end_basis,
        "citation": listing.citation,
        "legal_basis": listing.legal_basis,
        "requirement": listing.requirement,
        "policy": listing.policy,
        "reason": listing.reason,
        "source_url": listing.source_url,
        "measures": [
            {
                "code": measure.code,
                "kind": measure.kind,
                "title": measure.title,
                "forbids": measure.forbids,
                "does_not": measure.does_not,
                "reach": measure.reach,
                "legal_basis": measure.legal_basis,
                "citation_url": measure.citation_url,
            }
            for measure in listing.measures.all()
        ],
        "score": round(entry.link.score, 3),
        "link": entry.link.reason,
    }


def _edge(edge: Ownership) -> dict[str, Any]:
    return {
        "owner": edge.owner_id,
        "asset": edge.asset_id,
        "kind": edge.kind,
        "share": edge.share,
        "start": edge.start and edge.start.isoformat(),
        "end": edge.end and edge.end.isoformat(),
        "citation": edge.citation,
        "url": edge.url,
        "quote": edge.quote,
    }


def _tie(tie: Tie) -> dict[str, Any]:
    return {
        "relation": tie.relation,
        "company": _entity(tie.company),
        "edge": _edge(tie.edge),
        "in_force": tie.in_force,
        "listed": [_entry(entry) for entry in tie.entries],
    }


def _evidence(row: Evidence) -> dict[str, Any]:
    return {
        "published": row.published.isoformat(),
        "published_text": row.published_text,
        "publisher": row.publisher,
        "title": row.title,
        "url": row.url,
        "claim": row.claim,
        "nature": row.nature,
        "topic": row.topic,
        "verified": row.verified,
        "note": row.note,
    }


def _partnership(row: Partnership) -> dict[str, Any]:
    return {
        "brand": row.brand,
        "kind": row.kind,
        "description": row.description,
        "start": row.start and row.start.isoformat(),
        "end": row.end and row.end.isoformat(),
        "dates": row.dates,
        "citation": row.citation,
        "url": row.url,
        "verified": row.verified,
    }


def answer_as_text(answer: Vetting) -> str:
    """Write the answer as a person reads it at a terminal."""
    lines: list[str] = list(_head(answer))
    if answer.subject:
        lines += _listed(answer)
        lines += _exposed(answer)
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
    yield ""


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
        lines[0] += f" ({entry.link.score:.2f})"
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
    for tie in answer.exposing[:SHOWN]:
        said += _tie_lines(tie)
    if len(answer.exposing) > SHOWN:
        said.append(
            f"… and {len(answer.exposing) - SHOWN} more listed companies it is tied to (--json shows all)."
        )
    if not said:
        said.append("No owner or subsidiary known here is listed.")
    for tie in answer.unlisted_ties[:SHOWN]:
        said.append(f"Not listed: {_relation(tie)}")
    for tie in answer.ended_ties[:SHOWN]:
        said.append(f"Ended: {_relation(tie)}, until {tie.edge.end} ({tie.edge.citation})")
    said.append("Direct edges only. No ownership rule is applied: the share and the words above decide.")
    return _block("EXPOSED", said)


def _relation(tie: Tie) -> str:
    verb = "owner" if tie.relation == "owner" else "subsidiary"
    return f"{verb} {tie.company.caption} ({tie.edge.get_kind_display()}, {tie.edge.share})"


def _tie_lines(tie: Tie) -> Iterator[str]:
    yield f"Through its {_relation(tie)}{f', since {tie.edge.start}' if tie.edge.start else ''}; {tie.edge.citation}"
    for entry in tie.entries:
        listing = entry.listing
        parts = [
            entry.entity.dataset.title,
            f"since {listing.start}" if listing.start else "",
            listing.citation,
        ]
        yield f"  └─ {' · '.join(part for part in parts if part)}"
        for measure in listing.measures.all():
            yield f"     {measure.title}. {measure.reach}".rstrip()


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
    said.append(f"receipt {answer.receipt[:12]} · matcher {matching.VERSION} · as of {answer.on}")
    return _block("SEARCHED", said)


def _block(label: str, lines: Iterable[str]) -> list[str]:
    """Set a block of lines beside its label, wrapped to the terminal's width."""
    block: list[str] = []
    for line in lines:
        indent = len(line) - len(line.lstrip())
        first = " " * LABEL if block else label.ljust(LABEL)
        block += textwrap.wrap(
            line.strip(),
            WIDTH,
            initial_indent=first + " " * indent,
            subsequent_indent=" " * (LABEL + indent + 2),
            break_on_hyphens=False,
        )
    return block
