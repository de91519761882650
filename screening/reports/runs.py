"""The report on one screening: what went in, what it rested on, what it found, and what people decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.utils import timezone

from screening.models import Decision, Hit, Screening
from screening.reports.parts import decisions_section, searched_sections
from screening.reports.record import Cell, Column, Fact, Report, Section

HITS = (
    Column("row", "Row", fit=True),
    Column("name", "Name as entered", wide=True),
    Column("reference", "Number"),
    Column("score", "Score", fit=True),
    Column("list", "List"),
    Column("party", "Listed party", wide=True),
    Column("matched_name", "By the name", wide=True),
    Column("name_kind", "Kind"),
    Column("measures", "Measures and rules", wide=True),
    Column("via", "Through", wide=True),
    Column("decision", "Decision", wide=True),
)
WHY = (
    Column("row", "Row", fit=True),
    Column("name", "Name as entered"),
    Column("party", "Listed party"),
    Column("sentence", "Why", wide=True),
    Column("forbids", "What follows", wide=True),
    Column("path", "Ownership path, edge by edge", wide=True),
)
PROBLEMS = (Column("row", "Row", fit=True), Column("problem", "Problem", wide=True))
# Hits whose reasons are written out on paper; a spreadsheet and JSON hold all.
EXPLAINED = 500


def screening_report(
    screening: Screening, by: User | AnonymousUser | None, *, explained: int | None = EXPLAINED
) -> Report:
    """Assemble the report on a run: the reasons of the first `explained` hits, of all where it is None.

    Four queries, whatever the number of rows and hits.
    """
    hits = list(_hits(screening))
    standing = standing_decisions(hits)
    open_, gone = (
        [hit for hit in hits if not hit.suppressed_by_id],
        [hit for hit in hits if hit.suppressed_by_id],
    )
    captions = {hit.entity_id: hit.caption for hit in hits}
    told = sorted(
        {row.pk: row for rows in standing.values() for row in rows}.values(), key=lambda row: (row.at, row.pk)
    )
    whys = open_ if explained is None else open_[:explained]
    return Report(
        kind="screening report",
        title=f"Screening of {screening.input_name}",
        standing=_standing(screening, open_, gone),
        facts=run_facts(screening),
        sections=(
            Section(
                "hits",
                "Hits",
                HITS,
                [_hit(hit, standing) for hit in open_],
                empty="No hit at or above the least score. That is an absence from the lists named below, not a clearance.",
            ),
            Section(
                "suppressed",
                "Hits that an earlier decision answers",
                HITS,
                [_hit(hit, standing) for hit in gone],
                said=("Found again, and not asked again while neither side has changed.",) if gone else (),
                empty="None.",
            ),
            decisions_section(told, captions),
            Section(
                "reasons",
                "Annex: why each is a hit",
                WHY,
                [_why(hit) for hit in whys],
                said=(
                    f"The first {len(whys):,} of {len(open_):,} hits; the spreadsheet and the JSON hold all.",
                )
                if len(whys) < len(open_)
                else (),
                empty="No hit.",
                as_cards=True,
            ),
            Section(
                "problems",
                "Annex: rows that could not be read as they stand",
                PROBLEMS,
                [_problem(row) for row in screening.problem_examples],
                said=(f"{screening.problems:,} rows; the first are shown.",) if screening.problems else (),
                empty="None.",
            ),
            *searched_sections(screening.versions, _missing(screening)),
        ),
        made_at=timezone.now(),
        made_by=by.get_username() if by else "",
        receipt=screening.receipt,
    )


def standing_decisions(hits: Iterable[Hit]) -> dict[tuple[int, str, str], list[Decision]]:
    """Return every decision on the pairs of some hits, in order; the last one of a pair stands. One query."""
    pairs = {(hit.subject_id, hit.entity_id, hit.company_id) for hit in hits}
    found: dict[tuple[int, str, str], list[Decision]] = {}
    rows = Decision.objects.filter(subject__hits__screening__in={hit.screening_id for hit in hits})
    for row in rows.select_related("by", "subject").order_by("number").distinct():
        if (pair := (row.subject_id, row.entity_id, row.company_id)) in pairs:
            found.setdefault(pair, []).append(row)
    return found


def run_facts(screening: Screening) -> tuple[Fact, ...]:
    """Return the receipt of a run as facts."""
    by = screening.by.get_username() if screening.by else "Watchlink"
    reading = ", ".join(f"{key} {value}" for key, value in screening.reading.items() if value)
    mapping = ", ".join(f"{key} from “{value}”" for key, value in screening.mapping.items() if value)
    return (
        Fact("portfolio", "Portfolio", str(screening.portfolio)),
        Fact("file", "File", screening.input_name),
        Fact("file_sha256", "SHA-256 of the file", screening.input_sha256),
        Fact("read_as", "Read as", reading),
        Fact("columns", "Columns", mapping),
        Fact("rows", "Rows", screening.rows),
        Fact("run_at", "Run (UTC)", screening.created_at.strftime("%Y-%m-%d %H:%M")),
        Fact("run_by", "By", by),
        Fact("why", "Why", screening.reason or screening.get_trigger_display()),
        Fact("state", "State", screening.get_state_display()),
        Fact("as_of", "As of", screening.as_of),
        Fact("known_at", "As far as we knew by (UTC)", screening.known_at.strftime("%Y-%m-%d %H:%M")),
        Fact("threshold", "Least score", screening.threshold),
        Fact("regimes", "Measures that matter", ", ".join(screening.regimes) or "all"),
        Fact("matcher", "Matcher", screening.matcher),
        Fact("rules", "Rules of", screening.rules_date),
        Fact("rules_digest", "Hash of the rules", screening.rules_digest),
        Fact("stale", "Stale lists and excerpts", "; ".join(map(_list_name, screening.stale)) or "none"),
        Fact("receipt", "Receipt", screening.receipt),
        Fact("result_sha256", "SHA-256 of the result", screening.result_sha256),
    )


def _list_name(row: Any) -> str:
    return (
        row if isinstance(row, str) else f"{row.get('title', row['dataset'])} ({row.get('reason', 'stale')})"
    )


def _missing(screening: Screening) -> list[dict[str, Any]]:
    return [{"title": row["dataset"], "reason": "never loaded"} | row for row in screening.not_searched]


def _hits(screening: Screening) -> QuerySet[Hit]:
    return screening.hits.select_related("subject", "suppressed_by__by").order_by("row", "-score", "id")


def _standing(screening: Screening, open_: list[Hit], gone: list[Hit]) -> str:
    subjects = len({hit.subject_id for hit in open_})
    said = f"{screening.rows:,} rows were asked; {subjects:,} of them have {len(open_):,} hits to decide on or decided."
    if gone:
        said += f" {len(gone):,} further hits are answered by earlier decisions."
    if not screening.is_over:
        said += f" The run is not over: {screening.percent} % is done."
    return f"{said} A hit is a question, not a finding; no hit is an absence from the lists named below, not a clearance."


def _hit(hit: Hit, standing: dict[tuple[int, str, str], list[Decision]]) -> dict[str, Cell]:
    said = standing.get((hit.subject_id, hit.entity_id, hit.company_id))
    last = said[-1] if said else None
    return {
        "row": hit.row,
        "name": hit.subject.name,
        "reference": hit.subject.reference,
        "score": round(hit.score, 3),
        "list": hit.dataset,
        "party": hit.caption,
        "matched_name": hit.matched_name,
        "name_kind": hit.name_kind,
        "measures": "\n".join(_regime(row) for row in hit.regimes),
        "via": hit.path,
        "decision": f"{last.get_verdict_display()}, {last.by.get_username()}, {last.at:%Y-%m-%d}"
        if last
        else "open",
    }


def _regime(row: dict[str, Any]) -> str:
    parts = (
        row.get("title") or row.get("code"),
        row.get("programme"),
        row.get("result"),
        row.get("citation"),
    )
    return ", ".join(str(part) for part in parts if part)


def _why(hit: Hit) -> dict[str, Cell]:
    return {
        "row": hit.row,
        "name": hit.subject.name,
        "party": hit.caption,
        "sentence": str(hit.explanation.get("sentence", "")),
        "forbids": "\n".join(
            f"{_regime(row)}: {row['forbids']}" for row in hit.regimes if row.get("forbids")
        ),
        "path": "\n".join(_edge(edge) for edge in hit.via) or hit.path,
    }


def _edge(edge: Any) -> str:
    if not isinstance(edge, dict):
        return str(edge)
    ends = [edge.get(side) for side in ("owner", "asset")]
    names = [end.get("caption", "") if isinstance(end, dict) else str(end) for end in ends]
    return f"{names[0]} → {names[1]} ({edge.get('share') or 'share not stated'}): {edge.get('citation', '')}"


def _problem(row: Any) -> dict[str, Cell]:
    return {"row": row.get("row"), "problem": str(row.get("problem", ""))}
