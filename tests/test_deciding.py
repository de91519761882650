"""Decisions: by the right person, in turn, never written over, each in the trail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from screening.deciding import DecidedMeanwhile, DecisionRefused, Word, decide, decide_all
from screening.models import AuditEvent, Decision, Hit, Portfolio
from screening.queue import EVERY, Asked, asked_hits, neighbours, standing_hits, subjects_in
from screening.suppression import answers
from tests.desk import a_hit, a_portfolio, a_run, a_subject, a_user

pytestmark = pytest.mark.django_db

NOT_THEM = Word("false_positive", "other_country", "A bakery in Kaluga.")
THEM = Word("true_match", "same_identifier")


@pytest.fixture
def ana() -> User:
    return a_user("ana", "analyst", "Purchasing")


@pytest.fixture
def boris() -> User:
    return a_user("boris", "reviewer", "Purchasing")


@pytest.fixture
def carla() -> User:
    return a_user("carla", "reviewer", "Purchasing")


@pytest.fixture
def portfolio(ana: User, boris: User) -> Portfolio:
    return a_portfolio()


@pytest.fixture
def hit(portfolio: Portfolio) -> Hit:
    return a_hit(a_run(portfolio), a_subject(portfolio, "Zvezda Shipping", country="ru"))


def standing(hit: Hit, user: User) -> str:
    return standing_hits(user).get(pk=hit.pk).standing


def test_one_word_settles_a_hit_where_nobody_must_confirm(hit: Hit, ana: User) -> None:
    Portfolio.objects.filter(pk=hit.subject.portfolio_id).update(four_eyes=False)
    assert standing(hit, ana) == "open"
    row = decide(hit.pk, ana, NOT_THEM, 0)
    assert (row.number, row.eyes, row.confirms) == (1, 1, None)
    assert standing(hit, ana) == "decided"
    assert not asked_hits(ana, Asked()).exists()
    assert asked_hits(ana, Asked(state=EVERY)).get() == hit


def test_a_decision_keeps_both_sides_as_they_were(hit: Hit, ana: User) -> None:
    row = decide(hit.pk, ana, NOT_THEM, 0)
    assert row.subject_facts == hit.subject.facts
    assert (row.subject_fingerprint, row.entity_fingerprint) == (
        hit.subject_fingerprint,
        hit.entity_fingerprint,
    )


def test_the_second_person_settles_what_the_first_said(hit: Hit, ana: User, boris: User) -> None:
    first = decide(hit.pk, ana, NOT_THEM, 0)
    assert standing(hit, ana) == "second"
    second = decide(hit.pk, boris, NOT_THEM, 1)
    assert (second.eyes, second.confirms, second.number) == (2, first, 2)
    assert standing(hit, ana) == "decided"


def test_the_first_person_cannot_be_the_second(hit: Hit, boris: User) -> None:
    decide(hit.pk, boris, NOT_THEM, 0)
    again = decide(hit.pk, boris, NOT_THEM, 1)
    assert (again.eyes, again.confirms) == (1, None)
    assert standing(hit, boris) == "second"


def test_the_second_look_takes_a_reviewer(hit: Hit, ana: User) -> None:
    decide(hit.pk, ana, NOT_THEM, 0)
    other = a_user("anton", "analyst", "Purchasing")
    with pytest.raises(DecisionRefused, match="The second look takes a reviewer"):
        decide(hit.pk, other, NOT_THEM, 1)
    assert Decision.objects.count() == 1


def test_disagreement_escalates_until_two_persons_agree(
    hit: Hit, ana: User, boris: User, carla: User
) -> None:
    decide(hit.pk, ana, NOT_THEM, 0)
    other = decide(hit.pk, boris, THEM, 1)
    assert (other.eyes, other.confirms) == (2, None)
    assert not answers(other, hit.subject.portfolio)
    assert standing(hit, ana) == "escalated"
    with pytest.raises(DecisionRefused, match="it takes a reviewer"):
        decide(hit.pk, ana, NOT_THEM, 2)
    third = decide(hit.pk, carla, THEM, 2)
    assert third.eyes == 1
    assert standing(hit, ana) == "second"
    decide(hit.pk, boris, THEM, 3)
    assert standing(hit, ana) == "decided"
    assert [row.verdict for row in Decision.objects.order_by("number")] == [
        "false_positive",
        "true_match",
        "true_match",
        "true_match",
    ]


def test_possible_goes_to_a_reviewer_at_once(hit: Hit, ana: User, boris: User) -> None:
    decide(hit.pk, ana, Word("possible", "awaiting_documents"), 0)
    assert standing(hit, boris) == "escalated"


def test_missing_information_keeps_a_hit_in_the_queue(hit: Hit, ana: User) -> None:
    decide(hit.pk, ana, Word("insufficient", "awaiting_documents"), 0)
    assert standing(hit, ana) == "waiting"
    assert asked_hits(ana, Asked()).exists()


def test_the_slower_of_two_is_told_what_the_other_said(hit: Hit, ana: User, boris: User) -> None:
    decide(hit.pk, ana, NOT_THEM, 0)
    with pytest.raises(DecidedMeanwhile, match="ana decided .* false positive, another country") as told:
        decide(hit.pk, boris, THEM, 0)
    assert told.value.last.by == ana
    assert Decision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time anyway")
def test_of_two_at_the_same_moment_one_is_told(hit: Hit, boris: User, carla: User) -> None:
    starts = Barrier(2)

    def said(by: User) -> str:
        starts.wait()
        try:
            return decide(hit.pk, by, THEM, 0).verdict
        except DecidedMeanwhile as error:
            return f"after {error.last.by}"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        told = set(people.map(said, (boris, carla)))
    assert told in ({"true_match", "after boris"}, {"true_match", "after carla"})
    assert Decision.objects.count() == AuditEvent.objects.filter(action="decided").count() == 1


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        (replace(NOT_THEM, verdict="cleared"), "Choose a verdict"),
        (replace(NOT_THEM, reason=""), "Choose a reason"),
        (replace(NOT_THEM, reason="same_identifier"), "is no reason for “false positive”"),
        (replace(NOT_THEM, reason="other", note=" "), "Write a note"),
        (replace(NOT_THEM, note="x" * 5000), "at most 4,000 characters"),
        (replace(NOT_THEM, expires_on=timezone.localdate()), "a day to come"),
    ],
)
def test_a_word_that_says_nothing_is_refused(hit: Hit, ana: User, word: Word, sentence: str) -> None:
    with pytest.raises(DecisionRefused, match=sentence):
        decide(hit.pk, ana, word, 0)
    assert not Decision.objects.exists()


def test_a_decision_that_expired_opens_the_hit_again(hit: Hit, ana: User) -> None:
    Portfolio.objects.filter(pk=hit.subject.portfolio_id).update(four_eyes=False)
    tomorrow = timezone.localdate() + timedelta(days=1)
    decide(hit.pk, ana, replace(NOT_THEM, expires_on=tomorrow), 0)
    assert standing(hit, ana) == "decided"
    assert standing_hits(ana, today=tomorrow).get().standing == "expired"


def test_a_hit_that_reopens_a_decision_waits_again(hit: Hit, ana: User) -> None:
    Portfolio.objects.filter(pk=hit.subject.portfolio_id).update(four_eyes=False)
    first = decide(hit.pk, ana, NOT_THEM, 0)
    newer = a_hit(a_run(hit.subject.portfolio), hit.subject, reopens=first)
    assert list(standing_hits(ana)) == [newer]
    assert standing(newer, ana) == "reopened"
    with pytest.raises(DecisionRefused, match="A newer screening found the same pair again"):
        decide(hit.pk, ana, NOT_THEM, 1)
    decide(newer.pk, ana, NOT_THEM, 1)
    assert standing(newer, ana) == "decided"


def test_a_first_word_on_other_facts_is_not_there_to_be_confirmed(hit: Hit, ana: User, boris: User) -> None:
    decide(hit.pk, ana, NOT_THEM, 0)
    newer = a_hit(a_run(hit.subject.portfolio), hit.subject, entity_fingerprint="2" * 64)
    assert standing(newer, ana) == "reopened"
    assert decide(newer.pk, boris, NOT_THEM, 1).eyes == 1
    assert standing(newer, ana) == "second"


def test_what_a_look_back_found_is_no_work(hit: Hit, ana: User) -> None:
    past = a_hit(a_run(hit.subject.portfolio, trigger="lookback"), hit.subject)
    assert list(standing_hits(ana)) == [hit]
    assert past.pk > hit.pk


@pytest.mark.parametrize("role", ["auditor", "administrator", "service account"])
def test_who_reads_does_not_confirm(hit: Hit, ana: User, role: str) -> None:
    decide(hit.pk, ana, NOT_THEM, 0)
    with pytest.raises(DecisionRefused):
        decide(hit.pk, a_user("vera", role, "Purchasing"), NOT_THEM, 1)


def test_an_outsider_decides_nothing(hit: Hit) -> None:
    with pytest.raises(DecisionRefused):
        decide(hit.pk, a_user("olga", "reviewer", "Brand"), NOT_THEM, 0)
    assert not Decision.objects.exists()


def test_many_hits_on_one_party_take_one_note_and_a_decision_each(portfolio: Portfolio, ana: User) -> None:
    run = a_run(portfolio)
    hits = [a_hit(run, a_subject(portfolio, f"Zvezda {n} OOO"), row=n) for n in range(12)]
    # Rights and roles are asked once for each request.
    assert ana.has_perm("screening.add_decision")
    assert standing_hits(ana).count() == 12
    with CaptureQueriesContext(connection) as few:
        decide_all({hits[0].pk: 0}, ana, NOT_THEM)
    with CaptureQueriesContext(connection) as many:
        decide_all({hit.pk: 0 for hit in hits[1:]}, ana, NOT_THEM)
    assert len(many) == len(few)
    assert Decision.objects.filter(note=NOT_THEM.note, by=ana).count() == 12
    assert AuditEvent.objects.filter(action="decided", portfolio=portfolio).count() == 12
    assert AuditEvent.objects.broken_at() is None


def test_of_many_all_or_none_are_decided(portfolio: Portfolio, ana: User, boris: User) -> None:
    run = a_run(portfolio)
    hits = [a_hit(run, a_subject(portfolio, f"Zvezda {n} OOO"), row=n) for n in range(3)]
    decide(hits[1].pk, boris, NOT_THEM, 0)
    with pytest.raises(DecidedMeanwhile, match="Zvezda 1 OOO"):
        decide_all({hit.pk: 0 for hit in hits}, ana, NOT_THEM)
    assert Decision.objects.count() == 1


def test_the_queue_puts_the_strongest_subject_first_and_walks_it(portfolio: Portfolio, ana: User) -> None:
    run = a_run(portfolio)
    weak, strong = a_subject(portfolio, "Weak Example"), a_subject(portfolio, "Strong Example")
    hits = [
        a_hit(run, weak, row=1, score=0.91),
        a_hit(run, strong, row=2, score=0.85, entity_id="us_ofac_sdn-2"),
        a_hit(run, strong, row=2, score=0.97),
    ]
    rows = asked_hits(ana, Asked())
    assert [row["subject"] for row in subjects_in(rows)] == [strong.pk, weak.pk]
    assert neighbours(rows, hits[2]) == (None, hits[1].pk)
    assert neighbours(rows, hits[1]) == (hits[2].pk, hits[0].pk)
    assert neighbours(rows, hits[0]) == (hits[1].pk, None)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(dataset="us_ofac_sdn"), {"direct"}),
        (Asked(measure="us-1260h-procurement"), {"owned"}),
        (Asked(measure="us-1260h"), set()),
        (Asked(least="0.95"), {"owned"}),
        (Asked(least="a lot"), {"direct", "owned"}),
        (Asked(way="direct"), {"direct"}),
        (Asked(way="ownership"), {"owned"}),
        (Asked(text="romashka"), {"owned"}),
        (Asked(text="zvezda"), {"direct"}),
        (Asked(assigned="me"), set()),
        (Asked(assigned="nobody"), {"direct", "owned"}),
        (Asked(portfolio="99999"), set()),
        (Asked(state="second"), set()),
    ],
)
def test_the_queue_is_filtered(portfolio: Portfolio, ana: User, asked: Asked, found: set[str]) -> None:
    run = a_run(portfolio)
    made = {
        "direct": a_hit(run, a_subject(portfolio, "Zvezda")),
        "owned": a_hit(
            run,
            a_subject(portfolio, "Romashka"),
            row=2,
            caption="Alibaba Group Holding Limited",
            score=0.96,
            dataset="us_dod_1260h",
            regimes=[{"code": "us-1260h-procurement"}],
            via=[{"owner": "Alibaba", "asset": "Romashka"}],
            path="Alibaba → Romashka",
        ),
    }
    assert {name for name, hit in made.items() if hit in asked_hits(ana, asked)} == found


def test_another_team_sees_no_hit(hit: Hit) -> None:
    assert not standing_hits(a_user("olga", "reviewer", "Brand")).exists()
