"""The cast of the desk for tests: Ana and Boris of the purchasing team, Olga of another, an auditor."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import Group, User

from screening.models import Decision, Hit, Portfolio, Screening, ScreeningChunk, Subject, Team
from screening.models.portfolios import subject_key


def a_user(name: str, role: str, *teams: str, **fields: Any) -> User:
    """Make a user with one role in some teams."""
    user = User.objects.create_user(name, password="correct horse battery staple", is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=role))
    for team in teams:
        Team.objects.get_or_create(name=team)[0].members.add(user)
    return user


def a_portfolio(name: str = "Footwear suppliers", team: str = "Purchasing", **fields: Any) -> Portfolio:
    return Portfolio.objects.create(name=name, team=Team.objects.get_or_create(name=team)[0], **fields)


def a_subject(portfolio: Portfolio, name: str, **fields: Any) -> Subject:
    key = subject_key(name, fields.get("country", ""), fields.get("reference", ""))
    return Subject.objects.create(portfolio=portfolio, name=name, key=key, **fields)


LISTS: list[dict[str, Any]] = [
    {
        "dataset": "us_ofac_sdn",
        "title": "OFAC SDN List",
        "kind": "list",
        "version": 1,
        "published_on": "2026-11-20",
        "fetched_at": "2026-11-21T06:00:00+00:00",
        "sha256": "ab" * 32,
        "entities": 17_000,
        "freshness": "fresh",
    }
]


def a_run(portfolio: Portfolio, **fields: Any) -> Screening:
    facts: dict[str, Any] = {
        "input_name": "suppliers.csv",
        "input_sha256": "cd" * 32,
        "input_size": 512,
        "mapping": {"name": "Supplier"},
        "rows": 3,
        "as_of": date(2026, 11, 21),
        "known_at": datetime(2026, 11, 21, 9, tzinfo=UTC),
        "threshold": 0.8,
        "same_party": 0.95,
        "matcher": "0.4",
        "rules_date": date(2026, 11, 10),
        "rules_digest": "ef" * 32,
        "generation": "0123456789abcdef",
        "versions": LISTS,
        "receipt": "12" * 32,
        "state": "done",
        "rows_done": 3,
    }
    return Screening.objects.create(portfolio=portfolio, **facts | fields)


def a_hit(run: Screening, subject: Subject, **fields: Any) -> Hit:
    chunk, _ = ScreeningChunk.objects.get_or_create(
        screening=run, number=0, defaults={"first_row": 1, "size": 3, "rows": b""}
    )
    facts: dict[str, Any] = {
        "row": 1,
        "entity_id": "us_ofac_sdn-1",
        "company_id": "us_ofac_sdn-1",
        "dataset": "us_ofac_sdn",
        "caption": "Zvezda Shipping JSC",
        "score": 0.93,
        "matched_name": "Zvezda Shipping JSC",
        "name_kind": "primary",
        "explanation": {"sentence": "They agree on zvezda and shipping."},
        "regimes": [
            {"code": "us-ofac-blocking", "title": "Blocked", "forbids": "Every dealing of US persons."}
        ],
        "entity_fingerprint": "1" * 64,
        "subject_fingerprint": subject.fingerprint,
    }
    return Hit.objects.create(screening=run, chunk=chunk, subject=subject, **facts | fields)


def a_decision(hit: Hit, verdict: str, by: Any, **fields: Any) -> Decision:
    number = Decision.objects.filter(subject=hit.subject, entity_id=hit.entity_id).count() + 1
    return Decision.objects.create(
        subject=hit.subject,
        entity_id=hit.entity_id,
        company_id=hit.company_id,
        hit=hit,
        number=number,
        verdict=verdict,
        reason="other_country",
        note="A bakery in Kaluga.",
        by=by,
        subject_facts=hit.subject.facts,
        entity_facts={},
        subject_fingerprint=hit.subject_fingerprint,
        entity_fingerprint=hit.entity_fingerprint,
        **fields,
    )
