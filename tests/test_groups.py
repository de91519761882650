"""A company's group: its other rows, brands, former names and branches, told and not kept."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from entities.querysets import Moment
from screening import crossing
from screening.groups import group_of, rows_of
from screening.models import CrossReference, CrossReferenceRun
from screening.ruling import rule
from screening.terminal import answer_as_text
from screening.vetting import vet
from tests.builders import a_listed, a_name, a_register, an_edge
from tests.desk import a_user

pytestmark = pytest.mark.django_db

TODAY = Moment(date(2026, 11, 28))
BANK, BRANCH = "Rossiya Bank JSC", "Rossiya Bank JSC, Simferopol Branch"


@pytest.fixture
def branch() -> CrossReference:
    companies = a_register(BANK, BRANCH)
    a_name(companies[BANK], "ABR", "brand")
    a_name(companies[BANK], "Rus Bank JSC", "former")
    an_edge(companies[BANK], companies[BRANCH], kind="branch")
    a_listed(BANK, "us-ofac-blocking")
    crossing.advance(CrossReferenceRun.objects.create())
    found: CrossReference = CrossReference.objects.get(company_id=companies[BANK].pk)
    return found


def test_vet_tells_brands_former_names_branches_and_the_lists_row(branch: CrossReference) -> None:
    answer = vet(BANK)
    assert answer.as_dict()["group"] == {
        "brands": ["ABR"],
        "former_names": ["Rus Bank JSC"],
        "branches": [
            {**answer.as_dict()["group"]["branches"][0], "caption": BRANCH, "dataset": "watchlink_companies"}
        ],
        "branch_of": [],
    }
    text = answer_as_text(answer)
    assert f"GROUP        Same party: {BANK} (us_ofac_sdn, " in text
    assert "Brands: ABR." in text
    assert f"Branches: {BRANCH}." in text


def test_a_branch_names_its_head_office(branch: CrossReference) -> None:
    told = vet(BRANCH).as_dict()["group"]
    assert [row["caption"] for row in told["branch_of"]] == [BANK]
    assert told["branches"] == []


def test_a_row_that_a_person_kept_apart_leaves_the_group(branch: CrossReference) -> None:
    from entities.models import Entity

    bank = Entity.objects.get(pk=branch.company_id)
    assert [row.pk for row, _ in rows_of(bank)] == [branch.listed_id]
    rule(branch.pk, "rejected", by=a_user("boris", "reviewer"), note="Another bank.")
    assert rows_of(bank) == []
    assert group_of(bank, [], TODAY).brands == ("ABR",)
    other = next(row for row in vet(BANK).others if row.entity.pk == branch.listed_id)
    assert other.reason.startswith("Kept apart by boris on ")


def test_the_page_of_a_company_shows_its_group(client: Client, analyst: User, branch: CrossReference) -> None:
    client.force_login(analyst)
    rule(branch.pk, "confirmed", by=analyst, note="The same registration number.")
    text = client.get(reverse("admin:entities_entity_change", args=[branch.company_id])).content.decode()
    for said in ("Group", "ABR", "Rus Bank JSC", BRANCH, "confirmed by analyst on"):
        assert said in text, said
