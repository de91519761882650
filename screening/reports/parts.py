"""The parts that reports have in common: lists searched and not searched, rules, and what people said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from screening.models import Comment, Decision
from screening.reports.record import Cell, Column, Section
from screening.rules import Rulebook

SEARCHED = (
    Column("title", "List", wide=True),
    Column("dataset", "Code"),
    Column("published_on", "Publisher's date", fit=True),
    Column("fetched_at", "Retrieved (UTC)", fit=True),
    Column("entities", "Parties", fit=True),
    Column("freshness", "State"),
    Column("sha256", "SHA-256", wide=True),
)
NOT_SEARCHED = (Column("title", "List", wide=True), Column("dataset", "Code"), Column("reason", "Why"))
RULES = (
    Column("regime", "Rule", wide=True),
    Column("status", "Status"),
    Column("effective_from", "In force from", fit=True),
    Column("effective_to", "to", fit=True),
    Column("citation", "Citation", wide=True),
)
DECISIONS = (
    Column("at", "When (UTC)", fit=True),
    Column("subject", "Company asked about"),
    Column("party", "Listed party"),
    Column("verdict", "Decision"),
    Column("reason", "Reason"),
    Column("note", "Note", wide=True),
    Column("by", "By"),
    Column("eyes", "Eyes"),
    Column("expires_on", "Until", fit=True),
)
COMMENTS = (Column("at", "When (UTC)", fit=True), Column("by", "By"), Column("text", "Comment", wide=True))


def searched_sections(
    searched: Iterable[Mapping[str, Any]], missing: Iterable[Mapping[str, Any]]
) -> tuple[Section, Section]:
    """Tell which versions an answer rests on, and which lists it does not."""
    rows: list[dict[str, Cell]] = [
        {
            "title": row["title"],
            "dataset": row["dataset"],
            "published_on": row["published_on"],
            "fetched_at": str(row["fetched_at"])[:16].replace("T", " "),
            "entities": row["entities"],
            "freshness": row["freshness"],
            "sha256": row["sha256"],
        }
        for row in searched
    ]
    others: list[dict[str, Cell]] = [
        {column.key: row[column.key] for column in NOT_SEARCHED} for row in missing
    ]
    return (
        Section("searched", "Searched", SEARCHED, rows, empty="No list: none had been loaded."),
        Section(
            "not_searched",
            "Not searched",
            NOT_SEARCHED,
            others,
            empty="Every list known here was searched. Lists that Watchlink does not carry were not.",
        ),
    )


def rules_section(book: Rulebook, on: date) -> Section:
    """Name the rules on ownership that were applied, with their status."""
    rows: list[dict[str, Cell]] = [
        {
            "regime": rule.regime,
            "status": rule.status,
            "effective_from": rule.effective_from,
            "effective_to": rule.effective_to,
            "citation": rule.citation,
        }
        for rule in book.effective(on)
    ]
    return Section(
        "rules",
        "Rules on ownership applied",
        RULES,
        rows,
        said=tuple(remark for rule in book.effective(on) if (remark := book.remark(rule))),
    )


def decisions_section(decisions: Iterable[Decision], captions: Mapping[str, str]) -> Section:
    """Tell every decision in the order they were taken; nothing that was said is left out."""
    rows: list[dict[str, Cell]] = [
        {
            "at": row.at.strftime("%Y-%m-%d %H:%M"),
            "subject": row.subject.name,
            "party": captions.get(row.entity_id, row.entity_id),
            "verdict": row.get_verdict_display(),
            "reason": row.get_reason_display(),
            "note": row.note,
            "by": row.by.get_username(),
            "eyes": row.get_eyes_display(),
            "expires_on": row.expires_on,
        }
        for row in decisions
    ]
    return Section("decisions", "Decisions", DECISIONS, rows, empty="Nobody has decided on a hit.")


def comments_section(comments: Sequence[Comment]) -> Section:
    rows: list[dict[str, Cell]] = [
        {"at": row.at.strftime("%Y-%m-%d %H:%M"), "by": row.by.get_username(), "text": row.text}
        for row in comments
    ]
    return Section("comments", "Comments", COMMENTS, rows, empty="None.")
