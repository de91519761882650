"""The certificate that nothing was found: what was searched and what was not, and when it is refused."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from entities.models import Dataset
from screening.choices import ScreeningState, Verdict
from screening.models import Screening
from screening.reports.parts import decisions_section, searched_sections
from screening.reports.record import Report
from screening.reports.runs import run_facts, standing_decisions

# What people said of a hit that lets a certificate say so beside it.
ANSWERED = (Verdict.FALSE_POSITIVE,)


class CertificateRefused(ValueError):
    """No certificate can be issued; the message says why in one sentence."""


def certificate(screening: Screening, by: User | AnonymousUser | None) -> Report:
    """Certify that a run found no candidate; raises CertificateRefused where that cannot be said.

    It is refused while a run is not done, where a hit is open or stands, and where a list that the portfolio requires
    was missing, stale or an excerpt at the time.
    """
    if screening.state != ScreeningState.DONE:
        raise CertificateRefused(
            f"The run is {screening.get_state_display()}; only one that is done is certified."
        )
    if lacking := _lacking(screening):
        raise CertificateRefused(f"No certificate: {'; '.join(lacking)}.")
    hits = list(screening.hits.select_related("subject"))
    decided = standing_decisions(hits)
    for hit in hits:
        said = decided.get((hit.subject_id, hit.entity_id, hit.company_id))
        last = said[-1] if said else None
        if last is None or last.verdict not in ANSWERED:
            word = last.get_verdict_display() if last else "not decided on"
            raise CertificateRefused(
                f"No certificate: {hit.subject.name} and {hit.caption} ({hit.dataset}) are {word}."
            )
        if screening.portfolio.four_eyes and last.confirms_id is None:
            raise CertificateRefused(
                f"No certificate: the decision on {hit.subject.name} and {hit.caption} awaits a second person."
            )
    told = sorted((row for rows in decided.values() for row in rows), key=lambda row: (row.at, row.pk))
    dismissed = f"; {len(hits):,} candidates were found and dismissed as told below" if hits else ""
    missing = "; ".join(row["title"] for row in _named(screening.not_searched)) or "none"
    return Report(
        kind="certificate",
        title=f"No candidate found: {screening.input_name}",
        standing=(
            f"Among the {screening.rows:,} names of this file, no candidate at or above a score of {screening.threshold:.2f} "
            f"stands in the list versions named below{dismissed}. Lists not searched: {missing}. Ownership was followed as "
            "far as the registers and tables named below state it."
        ),
        facts=run_facts(screening),
        sections=(
            decisions_section(told, {hit.entity_id: hit.caption for hit in hits}),
            *searched_sections(screening.versions, _named(screening.not_searched)),
        ),
        made_at=timezone.now(),
        made_by=by.get_username() if by else "",
        receipt=screening.receipt,
    )


def _lacking(screening: Screening) -> list[str]:
    required = set(screening.portfolio.required_lists)
    stale = {_code(row) for row in screening.stale}
    missing = {_code(row) for row in screening.not_searched}
    searched = {row["dataset"] for row in screening.versions}
    everything = required or (stale | missing)
    titles = dict(Dataset.objects.filter(name__in=everything).values_list("name", "title"))
    said = []
    for code in sorted(everything):
        title = titles.get(code, code)
        if code in missing or code not in searched:
            said.append(f"{title} was not searched")
        elif code in stale:
            said.append(f"{title} was stale or an excerpt")
    return said


def _code(row: str | dict[str, str]) -> str:
    return row if isinstance(row, str) else row["dataset"]


def _named(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return [{"title": row["dataset"], "reason": "never loaded"} | row for row in rows]
