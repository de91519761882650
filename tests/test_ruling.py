"""A person's word on whether two rows are one party: what answers make of it, and how it is undone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from entities.models import Entity
from entities.querysets import Moment
from screening import crossing
from screening.clusters import current_clusters
from screening.index import record_state
from screening.models import AuditEvent, CrossReference, CrossReferenceRun, Ruling
from screening.reports import dossier
from screening.ruling import RuledMeanwhile, RulingError, rule
from screening.structure import structure_at
from screening.terminal import answer_as_text
from screening.vetting import vet
from tests.builders import a_listed, a_register, an_edge
from tests.desk import a_user

pytestmark = pytest.mark.django_db

TODAY = Moment(date(2026, 11, 28))
HIKVISION, EZVIZ = "Hangzhou Hikvision Digital Technology Co., Ltd.", "Hangzhou EZVIZ Network Co., Ltd."
# What the matcher finds near and does not join: a word without a partner.
HISILICON, NEAR = "HiSilicon Technologies Co., Ltd.", "Shanghai HiSilicon Technologies Co., Ltd."


@pytest.fixture
def boris() -> User:
    return a_user("boris", "reviewer")


def compared() -> None:
    crossing.advance(CrossReferenceRun.objects.create())


@pytest.fixture
def near() -> CrossReference:
    """A chip maker whose child is held wholly, and a listed party of nearly its name."""
    companies = a_register(HISILICON, EZVIZ)
    an_edge(companies[HISILICON], companies[EZVIZ], share_min=100, share_max=100)
    a_listed(NEAR, "us-ofac-blocking")
    compared()
    found: CrossReference = CrossReference.objects.get()
    return found


def exposed(moment: Moment = TODAY) -> bool:
    listings = structure_at(moment).listings
    child = Entity.objects.get(caption=HISILICON)
    return bool(list(listings.of([child.pk])))


def test_a_confirmed_one_joins_whatever_its_score(near: CrossReference, boris: User) -> None:
    assert not exposed()
    rule(near.pk, "confirmed", by=boris, note="One of its two English names.")
    assert exposed()
    link = current_clusters(record_state()).link(near.company_id, near.listed_id)
    assert link is not None
    assert link.said == f"confirmed by boris on {timezone.now().date()}"


def test_taken_back_the_cluster_falls_apart_and_the_words_stay(near: CrossReference, boris: User) -> None:
    rule(near.pk, "confirmed", by=boris, note="One of its two English names.")
    rule(near.pk, "suggested", by=boris, note="It is the research centre in Shanghai.")
    assert not exposed()
    assert [word.said for word in near.said.all()] == ["confirmed", "taken back"]
    near.refresh_from_db()
    assert (near.status, near.rulings) == ("suggested", 2)
    assert AuditEvent.objects.filter(action="ruled").count() == 2
    assert AuditEvent.objects.broken_at() is None


def test_an_answer_of_an_earlier_knowledge_stays_what_it_was(near: CrossReference, boris: User) -> None:
    before = timezone.now()
    rule(near.pk, "confirmed", by=boris, note="One of its two English names.")
    assert exposed(Moment(TODAY.on, datetime(2099, 1, 1, tzinfo=UTC)))
    assert not exposed(Moment(TODAY.on, before))


def test_a_rejected_one_never_joins_not_even_through_a_third_row(boris: User) -> None:
    companies = a_register(HIKVISION, EZVIZ)
    an_edge(companies[HIKVISION], companies[EZVIZ], share_min=100, share_max=100)
    first, second = a_listed(HIKVISION, "us-889-part-a"), a_listed(HIKVISION, "us-fcc-covered")
    an_edge(first, companies[EZVIZ], kind="affiliate")
    compared()
    assert structure_at(TODAY).rows(companies[HIKVISION]) == (
        companies[HIKVISION].pk,
        *sorted([first.pk, second.pk]),
    )
    pair = CrossReference.objects.get(company_id=companies[HIKVISION].pk, listed_id=second.pk)
    rule(pair.pk, "rejected", by=boris, note="Another company of the same name.")
    clusters = current_clusters(record_state())
    assert clusters.party(first.pk) == companies[HIKVISION].pk
    assert clusters.party(second.pk) != companies[HIKVISION].pk
    assert second.pk not in structure_at(TODAY).rows(companies[HIKVISION])
    assert {entry.entity.pk for entry in vet(HIKVISION).listed} == {first.pk}


def test_an_answer_names_who_confirmed_a_listing(near: CrossReference, boris: User) -> None:
    rule(near.pk, "confirmed", by=boris, note="One of its two English names.")
    answer = vet(HISILICON)
    (entry,) = answer.listed
    assert entry.link.said == f"confirmed by boris on {timezone.now().date()}"
    assert "One of its two English names." in entry.link.reason
    told = answer.as_dict()
    assert told["listed"][0]["confirmed"] == f"boris on {timezone.now().date()}"
    report = {section.key: section for section in dossier(answer, by=None).sections}
    assert [row["confirmed"] for row in report["listed"].rows] == [entry.link.confirmed]
    assert f"(confirmed by {entry.link.confirmed})" in answer_as_text(answer)
    (exposure,) = [row for row in vet(EZVIZ).as_dict()["exposures"] if row["rule"]["code"] == "us-ofac-50"]
    assert exposure["result"] == "yes"
    (join,) = exposure["joins"]
    assert (join["party"]["caption"], join["entity"]["caption"]) == (HISILICON, NEAR)
    assert join["confirmed"].startswith("boris on")


def test_another_receipt_after_a_word(near: CrossReference, boris: User) -> None:
    before = vet(HISILICON).receipt
    rule(near.pk, "confirmed", by=boris, note="One of its two English names.")
    assert vet(HISILICON).receipt != before


def test_of_two_who_rule_at_once_the_second_is_told(near: CrossReference, boris: User) -> None:
    clara = a_user("clara", "reviewer")
    rule(near.pk, "confirmed", by=boris, note="One of its two English names.", seen=0)
    with pytest.raises(RuledMeanwhile, match="It was confirmed by boris at .* after you opened it"):
        rule(near.pk, "rejected", by=clara, note="Another company.", seen=0)
    assert Ruling.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "note", "said"),
    [
        ("confirmed", "  ", "Write a note of 1 to 2,000 characters"),
        ("confirmed", "x" * 2001, "Write a note of 1 to 2,000 characters"),
        ("maybe", "Seen.", "Say whether it is confirmed, rejected or suggested again"),
        ("suggested", "Seen.", "It is suggested already"),
    ],
)
def test_a_word_that_says_nothing_is_refused(
    status: str, note: str, said: str, near: CrossReference, boris: User
) -> None:
    with pytest.raises(RulingError, match=said):
        rule(near.pk, status, by=boris, note=note)


@pytest.mark.parametrize("role", ["analyst", "auditor", "service account"])
def test_only_reviewers_and_administrators_rule(role: str, near: CrossReference) -> None:
    with pytest.raises(RulingError, match="takes the right to rule"):
        rule(near.pk, "confirmed", by=a_user("ana", role), note="Seen.")


def test_a_word_is_written_once(near: CrossReference, boris: User) -> None:
    word = rule(near.pk, "confirmed", by=boris, note="One of its two English names.")
    word.note = "Something else."
    with pytest.raises(TypeError):
        word.save()
    with pytest.raises(TypeError):
        Ruling.objects.all().delete()


def test_a_word_outlives_the_parties(near: CrossReference, boris: User) -> None:
    rule(near.pk, "confirmed", by=boris, note="One of its two English names.")
    Entity.objects.filter(pk=near.listed_id).delete()
    assert Ruling.objects.count() == 1
    assert structure_at(TODAY).graph.edges
    assert vet(HISILICON).listed == []
    assert vet(EZVIZ).subject is not None
