"""A decision holds until either side changes or it expires, and only if it is final."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User

from screening.models import Decision, Hit, Portfolio, Screening
from screening.models.portfolios import fingerprint
from screening.runs import run
from screening.starting import Input, start
from screening.suppliers import given_suppliers
from screening.suppression import differing, ruled
from tests.builders import a_dataset, a_listed, a_listing, a_name, a_register, an_edge
from tests.desk import a_portfolio, a_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


@pytest.fixture
def portfolio() -> Portfolio:
    a_listed("Zvezda Shipping JSC", "us-ofac-blocking")
    return a_portfolio(four_eyes=False)


@pytest.fixture
def ana(portfolio: Portfolio) -> User:
    return a_user("ana", "analyst", "Purchasing")


def screened(portfolio: Portfolio, on: date = TODAY, **fields: str) -> tuple[Screening, list[Hit]]:
    rows = [{"name": "Zvezda Shipping", "country": "ru", **fields}]
    begun = start(portfolio, given_suppliers(rows), Input("rows", "ab" * 32, 1), by=None, on=on)
    run(begun.pk)
    begun.refresh_from_db()
    assert begun.state == "done", begun.error
    return begun, list(begun.hits.all())


def decided(hit: Hit, by: User, verdict: str = "false_positive", **fields: Any) -> Decision:
    number = Decision.objects.filter(subject=hit.subject, entity_id=hit.entity_id).count() + 1
    return Decision.objects.create(
        subject=hit.subject,
        entity_id=hit.entity_id,
        company_id=hit.company_id,
        number=number,
        hit=hit,
        verdict=verdict,
        reason="other_country",
        by=by,
        subject_facts=hit.subject.facts,
        entity_facts=hit.entity_facts,
        subject_fingerprint=hit.subject_fingerprint,
        entity_fingerprint=hit.entity_fingerprint,
        **fields,
    )


def test_what_was_decided_is_found_again_and_not_asked_again(portfolio: Portfolio, ana: User) -> None:
    _, (first,) = screened(portfolio)
    word = decided(first, ana)
    again, (second,) = screened(portfolio)
    assert (second.suppressed_by, second.reopens, second.subject) == (word, None, first.subject)
    assert (again.hits_found, again.suppressed) == (1, 1)


@pytest.mark.parametrize("verdict", ["possible", "insufficient"])
def test_a_word_that_answers_nothing_leaves_it_open(portfolio: Portfolio, ana: User, verdict: str) -> None:
    _, (first,) = screened(portfolio)
    decided(first, ana, verdict)
    _, (second,) = screened(portfolio)
    assert (second.suppressed_by, second.reopens) == (None, None)


def test_the_last_word_counts(portfolio: Portfolio, ana: User) -> None:
    _, (first,) = screened(portfolio)
    decided(first, ana)
    decided(first, ana, "possible")
    assert screened(portfolio)[1][0].suppressed_by is None


def test_where_four_eyes_are_asked_one_pair_holds_nothing(portfolio: Portfolio, ana: User) -> None:
    Portfolio.objects.update(four_eyes=True)
    portfolio.refresh_from_db()
    _, (first,) = screened(portfolio)
    word = decided(first, ana)
    assert screened(portfolio)[1][0].suppressed_by is None
    second = decided(first, a_user("boris", "reviewer", "Purchasing"), eyes=2, confirms=word)
    assert screened(portfolio)[1][0].suppressed_by == second


def test_a_changed_listing_reopens_it_and_shows_how(portfolio: Portfolio, ana: User) -> None:
    _, (first,) = screened(portfolio)
    word = decided(first, ana)
    listed = a_dataset("us_ofac_sdn").entities.get()
    a_listing(listed, "us-ofac-blocking", programme="RUSSIA-EO14024", start=date(2022, 3, 1))
    again, (second,) = screened(portfolio)
    assert (second.suppressed_by, second.reopens, again.suppressed) == (None, word, 0)
    assert second.difference == {
        "entity": {"listings": [[], [["RUSSIA-EO14024", "2022-03-01", "", ["us-ofac-blocking"]]]]}
    }


def test_a_new_name_of_the_listed_party_reopens_it(portfolio: Portfolio, ana: User) -> None:
    _, (first,) = screened(portfolio)
    decided(first, ana)
    a_name(a_dataset("us_ofac_sdn").entities.get(), "Star Shipping")
    assert screened(portfolio)[1][0].difference == {"entity": {"names": [[], [["Star Shipping", "alias"]]]}}


def test_a_changed_supplier_reopens_it(portfolio: Portfolio, ana: User) -> None:
    _, (first,) = screened(portfolio)
    decided(first, ana)
    _, (second,) = screened(portfolio, address="Murmansk")
    assert second.difference == {"subject": {"address": ["", "Murmansk"]}}
    # A file without addresses says nothing of them: what was known stays.
    assert screened(portfolio)[1][0].subject.address == "Murmansk"


def test_an_expired_decision_is_asked_again_from_its_day_on(portfolio: Portfolio, ana: User) -> None:
    _, (first,) = screened(portfolio)
    word = decided(first, ana, expires_on=date(2026, 12, 1))
    assert screened(portfolio, date(2026, 11, 30))[1][0].suppressed_by == word
    (late,) = screened(portfolio, date(2026, 12, 1))[1]
    assert (late.reopens, late.difference) == (word, {"expired": "2026-12-01"})


def test_a_decision_on_a_path_holds_while_the_path_does(ana: User) -> None:
    portfolio = Portfolio.objects.get()
    owner, asset = a_register("Example Holding", "Example Shoes").values()
    a_listed("Example Holding", "us-ofac-blocking")
    edge = an_edge(owner, asset, share_min=60, share_max=60, start=date(2020, 1, 1))

    def through_owner() -> Hit:
        begun = start(
            portfolio,
            given_suppliers([{"name": "Example Shoes"}]),
            Input("rows", "cd" * 32, 1),
            by=None,
            on=TODAY,
        )
        run(begun.pk)
        return begun.hits.exclude(path="").get()

    word = decided(through_owner(), ana, "no_prohibition")
    assert through_owner().suppressed_by == word
    edge.share_min = edge.share_max = 75
    edge.save()
    # What an edge says changes with a version of its dataset.
    version = asset.dataset.current_version
    assert version is not None
    version.sha256 = "ef" * 32
    version.save()
    reopened = through_owner()
    assert reopened.reopens == word
    assert set(reopened.difference["entity"]) == {"path"}


def test_a_word_on_one_list_does_not_answer_for_another(portfolio: Portfolio, ana: User) -> None:
    _, (first,) = screened(portfolio)
    decided(first, ana)
    a_listed("Zvezda Shipping JSC", "eu-asset-freeze")
    found = {hit.dataset: hit.suppressed_by_id for hit in screened(portfolio)[1]}
    assert found["us_ofac_sdn"]
    assert found["eu_fsf"] is None


def test_a_difference_tells_what_left_and_what_came() -> None:
    assert differing({"a": [1, 2], "b": "x"}, {"a": [2, 3], "b": "x"}) == {"a": [[1], [3]]}
    assert differing({"a": [1, 2]}, {"a": [2, 1]}) == {"a": [[1, 2], [2, 1]]}
    assert differing({}, {"a": 1}) == {"a": [None, 1]}


def test_nothing_said_is_nothing_ruled(portfolio: Portfolio) -> None:
    assert ruled(None, portfolio, TODAY, {}, {}).suppressed_by is None
    assert fingerprint({"a": [1]}) != fingerprint({"a": [2]})
