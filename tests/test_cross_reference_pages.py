"""Cross-references in the admin: two parties side by side, a word on one or on many, and who may give it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from screening import crossing
from screening.models import CrossReference, CrossReferenceRun
from screening.ruling import rule
from tests.builders import a_listed, a_register, an_identifier
from tests.desk import a_user

pytestmark = pytest.mark.django_db

HIKVISION = "Hangzhou Hikvision Digital Technology Co., Ltd."
HISILICON, NEAR = "HiSilicon Technologies Co., Ltd.", "Shanghai HiSilicon Technologies Co., Ltd."
LIST = reverse("admin:screening_crossreference_changelist")


@pytest.fixture
def boris() -> User:
    return a_user("boris", "reviewer")


@pytest.fixture
def desk(client: Client, boris: User) -> Client:
    client.force_login(boris)
    return client


@pytest.fixture
def near() -> CrossReference:
    companies = a_register(HIKVISION, HISILICON)
    an_identifier(companies[HISILICON], "USCC", "91440300MA5EXAMPLE")
    a_listed(HIKVISION, "us-889-part-a")
    a_listed(NEAR, "us-ear-entity-list")
    crossing.advance(CrossReferenceRun.objects.create())
    found: CrossReference = CrossReference.objects.get(company_name=HISILICON)
    return found


def page(row: CrossReference) -> str:
    return reverse("admin:screening_crossreference_change", args=[row.pk])


def rule_at(row: CrossReference) -> str:
    return reverse("admin:screening_crossreference_rule", args=[row.pk])


def test_what_waits_for_a_person_comes_strongest_first(desk: Client, near: CrossReference) -> None:
    waiting = desk.get(LIST, {"effect": "waiting"}).content.decode()
    assert NEAR in waiting
    assert "waits for a person" in waiting
    assert HIKVISION not in waiting
    everything = desk.get(LIST).content.decode()
    assert everything.index(HIKVISION) < everything.index(NEAR)
    assert "Last comparison" in everything


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"effect": "alike"}, {HIKVISION}),
        ({"effect": "confirmed"}, set()),
        ({"listed_dataset": "us_bis_entity_list"}, {NEAR}),
        ({"company_dataset": "watchlink_companies"}, {HIKVISION, NEAR}),
        ({"status__exact": "suggested"}, {HIKVISION, NEAR}),
        ({"score_from": "0.97"}, {HIKVISION}),
        ({"q": "Shanghai"}, {NEAR}),
    ],
)
def test_the_list_is_filtered(
    query: dict[str, str], found: set[str], desk: Client, near: CrossReference
) -> None:
    results = desk.get(LIST, query).context["cl"].result_list
    assert {row.listed_name for row in results} == found


def test_a_longer_list_takes_no_more_queries(desk: Client, near: CrossReference) -> None:
    def queries(**query: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(LIST, query).status_code == 200
        return len(asked)

    queries()
    assert queries(effect="waiting") == queries(effect="alike")
    assert queries() <= queries(effect="waiting")


def test_both_parties_stand_side_by_side_with_the_words_compared(desk: Client, near: CrossReference) -> None:
    text = desk.get(page(near)).content.decode()
    for said in (
        *(HISILICON, NEAR, "91440300MA5EXAMPLE", "China", "since 2020-01-01"),
        *("Word by word", "hisilicon", "shanghai", "Confirm: one party", "Nobody has ruled on it"),
        '<label for="id_note">',
    ):
        assert said in text, said


def test_a_reviewer_confirms_rejects_and_takes_back(desk: Client, near: CrossReference) -> None:
    for seen, (status, told) in enumerate(
        [("confirmed", "read as one party"), ("rejected", "kept apart"), ("suggested", "waits for a person")]
    ):
        answer = desk.post(
            rule_at(near), {"status": status, "note": f"Reason {seen}.", "seen": seen}, follow=True
        )
        near.refresh_from_db()
        assert (near.status, near.effect) == (status, told)
        assert f"Reason {seen}." in answer.content.decode()
    assert "taken back" in answer.content.decode()


def test_a_word_without_a_note_is_refused_and_a_long_note_is_shown_again(
    desk: Client, near: CrossReference
) -> None:
    answer = desk.post(rule_at(near), {"status": "confirmed", "note": " ", "seen": 0}, follow=True)
    assert "Write a note of 1 to 2,000 characters" in answer.content.decode()
    answer = desk.post(
        rule_at(near), {"status": "maybe", "note": "Seen in the register.", "seen": 0}, follow=True
    )
    assert "Seen in the register.</textarea>" in answer.content.decode()
    near.refresh_from_db()
    assert near.status == "suggested"


def test_the_second_of_two_reviewers_is_told_and_keeps_the_note(desk: Client, near: CrossReference) -> None:
    rule(near.pk, "confirmed", by=a_user("clara", "reviewer"), note="Same credit code.")
    answer = desk.post(
        rule_at(near), {"status": "rejected", "note": "Another company.", "seen": 0}, follow=True
    )
    text = answer.content.decode()
    assert "It was confirmed by clara" in text
    assert "Another company.</textarea>" in text
    near.refresh_from_db()
    assert near.status == "confirmed"


def test_many_are_ruled_on_with_one_note_each_by_itself(desk: Client, near: CrossReference) -> None:
    rows = list(CrossReference.objects.all())
    chosen = {"action": "reject_many", "_selected_action": [row.pk for row in rows]}
    asked = desk.post(LIST, chosen).content.decode()
    assert "Reject: not the same party" in asked
    assert all(f'value="{row.pk}:0"' in asked for row in rows)
    # Meanwhile another reviewer rules on one of them.
    rule(near.pk, "confirmed", by=a_user("clara", "reviewer"), note="Same credit code.")
    told = {"status": "rejected", "note": "Other addresses.", "row": [f"{row.pk}:0" for row in rows]}
    answer = desk.post(reverse("admin:screening_crossreference_rule_many"), told, follow=True)
    text = answer.content.decode()
    assert "1 rejected." in text
    assert f"{HISILICON} – {NEAR}: It was confirmed by clara" in text
    assert set(CrossReference.objects.values_list("company_name", "status")) == {
        (HIKVISION, "rejected"),
        (HISILICON, "confirmed"),
    }


def test_many_are_not_ruled_on_without_a_note(desk: Client, near: CrossReference) -> None:
    told = {"status": "rejected", "note": "", "row": [f"{near.pk}:0", "x", "9:y"]}
    answer = desk.post(reverse("admin:screening_crossreference_rule_many"), told)
    assert "Write a note" in answer.content.decode()
    assert f'value="{near.pk}:0"' in answer.content.decode()
    assert not CrossReference.objects.ruled().exists()


@pytest.mark.parametrize(("role", "may"), [("reviewer", True), ("analyst", False), ("auditor", False)])
def test_who_reads_and_who_rules(role: str, may: bool, client: Client, near: CrossReference) -> None:
    client.force_login(a_user("someone", role))
    text = client.get(page(near)).content.decode()
    assert HISILICON in text
    assert ("Confirm: one party" in text) is may
    answer = client.post(rule_at(near), {"status": "confirmed", "note": "Seen.", "seen": 0})
    assert answer.status_code == (302 if may else 403)
    several = client.post(reverse("admin:screening_crossreference_rule_many"), {"row": f"{near.pk}:1"})
    assert several.status_code == (200 if may else 403)


def test_a_run_is_followed_and_cancelled(client: Client, near: CrossReference) -> None:
    client.force_login(a_user("ada", "administrator"))
    run = CrossReferenceRun.objects.create(reason="us_ofac_sdn was loaded")
    place = reverse("admin:screening_crossreferencerun_changelist")
    assert "2 of 2 (100 %)" in client.get(place).content.decode()
    answer = client.post(place, {"action": "cancel", "_selected_action": [run.pk]}, follow=True)
    assert "is cancelled." in answer.content.decode()
    run.refresh_from_db()
    assert (run.state, run.cancelled_by) == ("cancelled", "ada")
    text = client.get(reverse("admin:screening_crossreferencerun_change", args=[run.pk])).content.decode()
    assert "cancelled by ada" in text
