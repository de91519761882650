"""An answer for programs, as a dictionary; screening/terminal.py writes the same for people."""

from __future__ import annotations

from datetime import date
from typing import Any

import matching
from entities.models import Entity, Evidence, Ownership, Partnership
from screening.entries import ListedEntry
from screening.exposures import Conclusion, Head, Join, Step
from screening.groups import Group
from screening.ties import Tie
from screening.verdicts import verdict
from screening.vetting import Candidate, Vetting


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
        "verdict": verdict(answer),
        "subject": _candidate(answer.subject) if answer.subject else None,
        "same_party": [_candidate(row) for row in answer.party[1:]],
        "group": _group(answer.group) if answer.group else None,
        "listed": [_entry(entry) for entry in answer.listed],
        "formerly_listed": [_entry(entry) for entry in answer.formerly_listed],
        "exposures": [conclusion_as_dict(row) for row in answer.conclusions if not row.shadow],
        "listed_ties": [_tie(tie) for tie in answer.listed_ties],
        "unlisted_ties": [_tie(tie) for tie in answer.unlisted_ties],
        "ended_ties": [_tie(tie) for tie in answer.ended_ties],
        "evidence": [_evidence(row) for row in answer.evidence],
        "partnerships": [_partnership(row) for row in answer.partnerships],
        "not_the_same": answer.namesakes,
        "other_candidates": [_candidate(row) for row in answer.others],
        **answer.searched.as_dict(),
        "matcher": matching.VERSION,
        "rules": _iso(answer.book.newest(answer.on)),
        "receipt": answer.receipt,
    }


def conclusion_as_dict(row: Conclusion) -> dict[str, Any]:
    """Return what one rule concludes, with the path that proves it, as JSON-ready values."""
    rule = row.rule
    return {
        "rule": {
            "code": rule.code,
            "regime": rule.regime,
            "asks": rule.asks,
            "status": rule.status,
            "remark": row.remark,
            "effective_from": _iso(rule.effective_from),
            "effective_to": _iso(rule.effective_to),
            "citation": rule.citation,
            "url": rule.url,
        },
        "result": row.result,
        "direct": row.direct,
        "forbids": rule.measure,
        "does_not": rule.does_not,
        "path": [step_as_dict(step) for step in row.path],
        "owners": [_head(head) for head in row.heads],
        "joins": [_join(join) for join in row.joins],
        "reasons": list(row.reasons),
    }


def step_as_dict(step: Step) -> dict[str, Any]:
    """Return one edge of a path as JSON-ready values; `ids` are the rows that state it."""
    edge = step.edge
    return {
        "ids": [row.pk for row in step.rows],
        "owner": entity_as_dict(step.owner),
        "asset": entity_as_dict(step.asset),
        "kind": edge.kind,
        "share": edge.share,
        "share_min": edge.share_min,
        "share_max": edge.share_max,
        "start": _iso(edge.start),
        "end": _iso(edge.end),
        "citation": edge.citation,
        "url": edge.url,
        "quote": next((row.quote for row in step.rows if row.quote), ""),
    }


def _head(head: Head) -> dict[str, Any]:
    listed, listing = head.listed, head.listing
    return {
        "party": entity_as_dict(head.party),
        "entity": entity_as_dict(listing.entity) if listing else entity_as_dict(head.party),
        "list": listing.entity.dataset.title if listing else "",
        "measure": listed.regime_list,
        "programme": listed.programme,
        "since": _iso(head.since),
        "until": _iso(listed.end),
        "citation": listed.citation,
        "requirement": listed.requirement,
        "source_url": listing.source_url if listing else "",
    }


def _join(join: Join) -> dict[str, Any]:
    return {
        "party": entity_as_dict(join.party),
        "entity": entity_as_dict(join.entity),
        "score": round(join.link.score, 3),
        "confirmed": join.link.confirmed,
        "reason": join.link.reason,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def entity_as_dict(entity: Entity) -> dict[str, Any]:
    """Return what tells one party from another."""
    return {
        "id": entity.id,
        "caption": entity.caption,
        "schema": entity.schema,
        "dataset": entity.dataset.name,
        "countries": entity.country_codes,
    }


def _candidate(row: Candidate) -> dict[str, Any]:
    data = entity_as_dict(row.entity) | {"score": round(row.score, 3), "reason": row.reason}
    data["confirmed"] = row.confirmed
    if row.hit:
        data |= {"matched_name": row.hit.name.text, "name_kind": row.hit.name.kind}
        data["explanation"] = row.hit.explanation.as_dict()
    return data


def _group(group: Group) -> dict[str, Any]:
    """Return what belongs to the company beside its other rows, which `same_party` holds."""
    return {
        "brands": list(group.brands),
        "former_names": list(group.former),
        "branches": [entity_as_dict(edge.asset) for edge in group.branches],
        "branch_of": [entity_as_dict(edge.owner) for edge in group.head_offices],
    }


def _entry(entry: ListedEntry) -> dict[str, Any]:
    listing = entry.listing
    return {
        "entity": entity_as_dict(entry.entity),
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
        "confirmed": entry.link.confirmed,
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
        "company": entity_as_dict(tie.company),
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
