"""The receipt of a run: what went in and what it rests on, hashed; the same receipt, the same result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

import matching
from entities.models import Dataset
from entities.querysets import Moment
from screening.finding import Found
from screening.index import generation
from screening.models import Hit, Portfolio, Screening
from screening.parties import last_ruling
from screening.rules import rulebook
from screening.searched import Searched, searched_lists


def standing_now(portfolio: Portfolio, on: date | None, threshold: float | None) -> dict[str, Any]:
    """Return the fields of a screening that say what it rests on, as the record stands now."""
    moment = Moment(on or timezone.localdate(), timezone.now())
    searched, book = searched_lists(), rulebook(moment.by)
    told = searched.as_dict()
    return {
        "as_of": moment.on,
        "known_at": moment.by,
        "threshold": portfolio.least_score if threshold is None else threshold,
        "same_party": settings.SAME_PARTY_THRESHOLD,
        "regimes": sorted(portfolio.regimes),
        "matcher": matching.VERSION,
        "rules_date": book.newest(moment.on),
        "rules_digest": book.digest(moment.on),
        "generation": generation(),
        "versions": told["searched"],
        "not_searched": told["not_searched"],
        "stale": _stale(searched, portfolio.fresh_days),
    }


def _stale(searched: Searched, days: int | None) -> list[dict[str, str]]:
    """Name lists that are excerpts, or that nobody has checked for as long as the portfolio, or the list itself, allows."""
    found = []
    for row in searched.lists:
        if row in searched.excerpts:
            reason = "starter excerpt"
        elif _overdue(row, days):
            reason = f"stale, last checked {row.checked_at:%Y-%m-%d}" if row.checked_at else "stale"
        else:
            continue
        found.append({"dataset": row.name, "title": row.title, "reason": reason})
    return found


def _overdue(row: Dataset, days: int | None) -> bool:
    if days is None or row.closed_on or row.current_version is None:
        return row.is_stale
    return timezone.now() - (row.checked_at or row.current_version.fetched_at) > timedelta(days=days)


def receipt_of(screening: Screening, rows_sha256: str) -> str:
    """Hash what a result follows from: the rows as read, the versions searched, the engine, the rules and the question."""
    return _hash(
        {
            "input": screening.input_sha256,
            "mapping": screening.mapping,
            "reading": screening.reading,
            "rows": rows_sha256,
            "as_of": screening.as_of.isoformat(),
            "threshold": screening.threshold,
            "same_party": screening.same_party,
            "regimes": screening.regimes,
            "matcher": screening.matcher,
            "rules": screening.rules_digest,
            "rulings": last_ruling(screening.known_at),
            "versions": {row["dataset"]: row["sha256"] for row in screening.versions},
        }
    )


def result_of(found: Iterable[Found]) -> str:
    """Hash the hits of a chunk as they were found."""
    return _hash(sorted(row.said for row in found))


def kept_result_of(hits: Iterable[Hit]) -> str:
    """Hash the hits of a chunk as they are kept: the same as result_of unless somebody changed them."""
    return _hash(sorted(said_of(hit) for hit in hits))


def said_of(hit: Hit) -> list[Any]:
    """Return of a kept hit what Found.said returns of a found one."""
    return [
        hit.row,
        hit.entity_id,
        hit.company_id,
        hit.score,
        hit.matched_name,
        [[row["code"], row["programme"], row["result"], row["citation"]] for row in hit.regimes],
        [[edge["owner"]["id"], edge["asset"]["id"], edge["kind"], edge["share"]] for edge in hit.via],
    ]


def whole_result(chunks: Sequence[str]) -> str:
    """Hash the hashes of a run's chunks, in their order."""
    return _hash(list(chunks))


def _hash(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
