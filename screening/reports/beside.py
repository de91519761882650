"""What a dossier says beside the law: publications with the company's replies, and with whom it works."""

from __future__ import annotations

from collections.abc import Iterator

from entities.reading import threads
from screening.reports.record import Column, Section
from screening.vetting import Vetting

EVIDENCE = (
    Column("published", "Published", fit=True),
    Column("publisher", "Publisher"),
    Column("nature", "Nature"),
    Column("claim", "What it says", wide=True),
    Column("title", "Title", wide=True),
    Column("url", "Address"),
    Column("retrieved", "Read there on", fit=True),
    Column("archived_sha256", "SHA-256 of the copy kept"),
    Column("verified", "Checked at the source"),
)
PARTNERSHIPS = (
    Column("brand", "With"),
    Column("kind", "As"),
    Column("description", "What", wide=True),
    Column("dates", "When"),
    Column("citation", "Citation", wide=True),
)


def beside_the_law(answer: Vetting) -> Iterator[Section]:
    """Assemble what was published and the partnerships; nothing in it is a finding of law."""
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
                "retrieved": row.retrieved,
                "archived_sha256": row.archived_sha256,
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
