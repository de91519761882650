"""The dossier: everything that is known of one company on one day, and what people decided about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

import matching
from entities.reading import country_name, threads
from screening.answers import AnswerPage
from screening.entries import ListedEntry
from screening.exposures import Conclusion
from screening.models import Subject
from screening.reports.parts import comments_section, decisions_section, rules_section, searched_sections
from screening.reports.record import Cell, Column, Fact, Report, Section
from screening.vetting import Candidate, Vetting, vet

LISTED = (
    Column("list", "List"),
    Column("entry", "Listed as"),
    Column("programme", "Programme"),
    Column("since", "Since", fit=True),
    Column("until", "Until"),
    Column("citation", "Citation"),
    Column("forbids", "Forbids", wide=True),
    Column("does_not", "Does not", wide=True),
    Column("requirement", "The entry says", wide=True),
    Column("reason", "The authority's reason", wide=True),
    Column("source", "Source"),
    Column("score", "Score of the link", fit=True),
    Column("confirmed", "Confirmed to be it by"),
)
EXPOSED = (
    Column("rule", "Rule"),
    Column("status", "Status of the rule"),
    Column("result", "Result"),
    Column("owners", "Listed owners", wide=True),
    Column("path", "Ownership path", wide=True),
    Column("joins", "Read as the same party", wide=True),
    Column("forbids", "Forbids", wide=True),
    Column("does_not", "Does not", wide=True),
    Column("reasons", "Because", wide=True),
    Column("citation", "Citation"),
)
EDGES = (
    Column("owner", "Owner", wide=True),
    Column("asset", "Owned", wide=True),
    Column("kind", "Kind"),
    Column("share", "Share"),
    Column("start", "From", fit=True),
    Column("end", "Until", fit=True),
    Column("citation", "Citation", wide=True),
    Column("quote", "The source says", wide=True),
)
EVIDENCE = (
    Column("published", "Published", fit=True),
    Column("publisher", "Publisher"),
    Column("nature", "Nature"),
    Column("claim", "What it says", wide=True),
    Column("title", "Title", wide=True),
    Column("url", "Address"),
    Column("verified", "Checked at the source"),
)
PARTNERSHIPS = (
    Column("brand", "With"),
    Column("kind", "As"),
    Column("description", "What", wide=True),
    Column("dates", "When"),
    Column("citation", "Citation", wide=True),
)
TOKENS = (
    Column("asked", "Asked"),
    Column("found", "Found"),
    Column("agreement", "How they agree"),
    Column("weight", "Weight", fit=True),
)
POINTS = (
    Column("part", "Part of the score"),
    Column("points", "Points", fit=True),
    Column("because", "Because", wide=True),
)
LIKE = (
    Column("name", "Name", wide=True),
    Column("dataset", "In"),
    Column("countries", "Countries"),
    Column("score", "Score", fit=True),
    Column("reason", "Why it is like, and why not", wide=True),
)
NAMESAKES = (Column("name", "Name"), Column("note", "Why it is another company", wide=True))


def dossier(answer: Vetting, by: User | AnonymousUser | None) -> Report:
    """Assemble the report on one answer."""
    page = AnswerPage(answer)
    subject = answer.subject
    found = answer.searched.as_dict()
    sections: list[Section] = []
    if subject:
        sections += [
            Section(
                "listed",
                "Listed",
                LISTED,
                [_listed(entry) for entry in answer.listed],
                empty="On none of the lists searched.",
                as_cards=True,
            ),
            Section(
                "formerly_listed",
                "Formerly listed",
                LISTED,
                [_listed(entry) for entry in answer.formerly_listed],
                empty="No ended listing is known here.",
                as_cards=True,
            ),
            *_exposure_sections(answer, page),
            *_beside_the_law(answer),
            Section(
                "not_the_same",
                "Not the same",
                NAMESAKES,
                [{"name": row["name"], "note": row["note"]} for row in answer.namesakes],
                empty="No near namesake is recorded.",
            ),
            *_match_sections(subject),
        ]
    sections.append(
        Section(
            "like_names",
            "Like names",
            LIKE,
            [_like(row) for row in answer.others],
            said=("Other rows of the record that the name may mean. Nothing above is about them.",),
            empty="No other name at or above the threshold.",
        )
    )
    sections += searched_sections(found["searched"], found["not_searched"])
    sections.append(rules_section(answer.book, answer.on))
    return Report(
        kind="dossier",
        title=subject.entity.caption + (f" · {page.native}" if page.native else "")
        if subject
        else answer.query,
        standing=f"{page.verdict} {page.caution}",
        facts=_facts(answer, page),
        sections=tuple(sections),
        made_at=timezone.now(),
        made_by=by.get_username() if by else "",
        receipt=answer.receipt,
    )


def subject_dossier(subject: Subject, by: User | AnonymousUser | None, on: date | None = None) -> Report:
    """Assemble the report on a subject of a portfolio: the answer to its name, and what people said of it."""
    answer = vet(
        subject.name, country=subject.country or None, on=on, threshold=subject.portfolio.least_score
    )
    report = dossier(answer, by)
    decisions = list(subject.decisions.select_related("by", "subject", "hit").order_by("at", "id"))
    comments = list(subject.comments.select_related("by"))
    said = (
        decisions_section(decisions, {row.entity_id: row.hit.caption for row in decisions}),
        comments_section(comments),
    )
    entered = (
        Fact("portfolio", "Portfolio", str(subject.portfolio)),
        Fact("reference", "The customer's number", subject.reference),
        Fact("address", "Address as entered", subject.address),
        Fact(
            "identifiers",
            "Identifiers as entered",
            "; ".join(f"{scheme} {value}" for scheme, value in subject.identifiers),
        ),
    )
    at = next(place for place, section in enumerate(report.sections) if section.key == "like_names")
    return Report(
        kind="subject dossier",
        title=report.title,
        standing=report.standing,
        facts=(report.facts[0], *(fact for fact in entered if fact.value), *report.facts[1:]),
        sections=(*report.sections[:at], *said, *report.sections[at:]),
        made_at=report.made_at,
        made_by=report.made_by,
        receipt=report.receipt,
    )


def _facts(answer: Vetting, page: AnswerPage) -> tuple[Fact, ...]:
    subject = answer.subject
    return (
        Fact("query", "Asked", answer.query + (f" ({answer.country.upper()})" if answer.country else "")),
        Fact(
            "read_as",
            "Read as",
            f"{subject.entity.caption}, {subject.entity.id}, by {page.matched_by} with a score of {subject.score:.3f}"
            if subject
            else "no company of the record",
        ),
        Fact("as_of", "As of", answer.on),
        Fact(
            "known_at", "As far as we knew by", answer.by.strftime("%Y-%m-%d %H:%M") if answer.by else "now"
        ),
        Fact("threshold", "Least score", answer.threshold),
        Fact("matcher", "Matcher", matching.VERSION),
        Fact("rules", "Rules of", page.rules),
        Fact("lists", "Lists", page.span if answer.searched.lists else "none"),
        Fact("receipt", "Receipt", answer.receipt),
    )


def _match_sections(subject: Candidate) -> Iterator[Section]:
    if subject.hit is None:
        return
    explanation = subject.hit.explanation
    yield Section(
        "match",
        "Why this company",
        TOKENS,
        [
            {
                "asked": token.query or "–",
                "found": token.candidate or "–",
                "agreement": token.kind,
                "weight": round(token.weight, 2),
            }
            for token in explanation.tokens
        ],
        said=(subject.reason,),
    )
    yield Section(
        "points",
        "What the score is made of",
        POINTS,
        [
            {"part": part.name, "points": round(part.points, 3), "because": part.detail}
            for part in explanation.features
        ],
    )


def _listed(entry: ListedEntry) -> dict[str, Cell]:
    listing = entry.listing
    measures = list(listing.measures.all())
    return {
        "list": entry.entity.dataset.title,
        "entry": entry.entity.caption,
        "programme": listing.programme,
        "since": listing.start or "start not published",
        "until": entry.ended,
        "citation": listing.citation or listing.legal_basis,
        "forbids": "\n".join(f"{row.title}. {row.forbids}" for row in measures),
        "does_not": "\n".join(f"{row.title}: does not {row.does_not}." for row in measures if row.does_not),
        "requirement": listing.requirement,
        "reason": listing.reason,
        "source": listing.source_url,
        "score": round(entry.link.score, 3),
        "confirmed": entry.link.confirmed,
    }


def _exposure_sections(answer: Vetting, page: AnswerPage) -> Iterator[Section]:
    told = [*answer.exposing, *page.affiliated]
    said = []
    if page.by_own_listing:
        names = ", ".join(row.rule.regime for row in page.by_own_listing)
        said.append(f"By its own listing, not by ownership: {names}.")
    if page.untouched:
        said.append(f"No: {'; '.join(row.rule.regime for row in page.untouched)}.")
    if page.not_searched:
        names = "; ".join(row.rule.regime for row in page.not_searched)
        said.append(f"Not searched, because no list that they follow has been loaded: {names}.")
    yield Section(
        "exposed",
        "Exposed through ownership",
        EXPOSED,
        [_exposed(row) for row in told],
        said=tuple(said),
        empty="No rule reaches it through an owner known here.",
        as_cards=True,
    )
    steps = {step.edge: step for row in told for step in row.path}
    edges = [(step.owner.caption, step.asset.caption, edge, step.rows) for edge, step in steps.items()]
    rows: list[dict[str, Cell]] = [
        {
            "owner": owner,
            "asset": asset,
            "kind": edge.kind,
            "share": edge.share or "not stated",
            "start": edge.start,
            "end": edge.end,
            "citation": edge.citation,
            "quote": next((row.quote for row in stated if row.quote), ""),
        }
        for owner, asset, edge, stated in edges
    ]
    for tie in answer.ties:
        owned = tie.relation != "owner"
        ours = answer.subject.entity.caption if answer.subject else ""
        row: dict[str, Cell] = {
            "owner": ours if owned else tie.company.caption,
            "asset": tie.company.caption if owned else ours,
            "kind": tie.edge.kind,
            "share": tie.edge.share or "not stated",
            "start": tie.edge.start,
            "end": tie.edge.end,
            "citation": tie.edge.citation,
            "quote": tie.edge.quote,
        }
        if row not in rows:
            rows.append(row)
    yield Section(
        "ownership",
        "Ownership, edge by edge",
        EDGES,
        rows,
        said=("The paths above, and one step in each direction.",) if rows else (),
        empty="No owner and no subsidiary is known here.",
    )


def _exposed(row: Conclusion) -> dict[str, Cell]:
    forbids = row.result in ("yes", "possible")
    return {
        "rule": row.rule.regime,
        "status": row.remark or row.rule.status,
        "result": row.result,
        "owners": "\n".join(
            ", ".join(
                part
                for part in (
                    head.party.caption,
                    head.listing.entity.dataset.title if head.listing else head.listed.regime_list,
                    f"listed {head.since}" if head.since else "start not published",
                    head.listed.citation,
                )
                if part
            )
            for head in row.heads
        ),
        "path": "\n".join(
            f"{step.owner.caption} → {step.asset.caption} ({step.edge.share or 'share not stated'}, {step.edge.kind})"
            for step in row.path
        ),
        "joins": "\n".join(
            f"{join.entity.caption} ({join.entity.dataset.name}, {join.link.said})" for join in row.joins
        ),
        "forbids": row.rule.measure if forbids else "",
        "does_not": row.rule.does_not if forbids else "",
        "reasons": "\n".join(row.reasons),
        "citation": row.rule.citation,
    }


def _beside_the_law(answer: Vetting) -> Iterator[Section]:
    ordered = [row for thread in threads(answer.evidence) for row in (*thread.claims, *thread.replies)]
    yield Section(
        "evidence",
        "Evidence",
        EVIDENCE,
        [
            {
                "published": row.published_text or row.published,
                "publisher": row.publisher,
                "nature": row.get_nature_display(),
                "claim": row.claim,
                "title": row.title,
                "url": row.url,
                "verified": "yes" if row.verified else "no",
            }
            for row in ordered
        ],
        said=("Beside the law: what was published. The company's own reply follows the claim it answers.",),
        empty="No publication is recorded up to that day.",
        as_cards=True,
    )
    yield Section(
        "partnerships",
        "Partnerships",
        PARTNERSHIPS,
        [
            {
                "brand": row.brand,
                "kind": row.get_kind_display(),
                "description": row.description,
                "dates": row.dates,
                "citation": row.citation,
            }
            for row in answer.partnerships
        ],
        empty="No partnership is recorded up to that day.",
    )


def _like(row: Candidate) -> dict[str, Cell]:
    return {
        "name": row.entity.caption,
        "dataset": row.entity.dataset.title,
        "countries": ", ".join(country_name(code) for code in row.entity.country_codes),
        "score": round(row.score, 3),
        "reason": row.reason,
    }
