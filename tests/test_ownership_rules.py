"""The rules as rows: the engine's own, switched by a person only where no source settles them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from entities.models import Entity, OwnershipRule, RuleSwitch
from exposure import RULES
from screening.rules import RuleError, rulebook, switched, synchronised
from screening.vetting import vet
from tests.builders import LIST_OF, a_listed, a_register, an_edge

pytestmark = pytest.mark.django_db

BIS = "us-bis-affiliates-2026"
NOTE = "BIS extended the suspension; read in the Federal Register on the day."
TODAY = date(2026, 11, 21)
PARENT, CHILD = "Yangtze Memory Technologies Co., Ltd.", "Wuhan Xinxin Semiconductor Co., Ltd."


@pytest.fixture
def child() -> Entity:
    companies = a_register(PARENT, CHILD)
    an_edge(companies[PARENT], companies[CHILD], share_min=60, share_max=60)
    a_listed(PARENT, "us-ear-entity-list")
    return companies[CHILD]


def bis() -> OwnershipRule:
    return OwnershipRule.objects.get(code=BIS)


def said(client: Client, company: Entity, **params: str) -> dict[str, dict[str, Any]]:
    answer = client.get(f"/api/v1/entities/{company.pk}/exposure/", {"as_of": "2026-11-21"} | params)
    return {row["rule"]["code"]: row for row in answer.json()["exposures"]}


def test_the_record_holds_the_engines_rules_and_no_others() -> None:
    assert rulebook().rules == RULES


def test_writing_them_again_changes_nothing_but_puts_right_what_was_altered() -> None:
    OwnershipRule.objects.filter(code=BIS).update(threshold=10, measure="Nothing.")
    OwnershipRule.objects.filter(code="us-889").delete()
    synchronised()
    assert rulebook().rules == RULES


def test_every_rule_follows_measures_that_listings_have() -> None:
    from entities.measures import CATALOGUE

    known = {fact.code for fact in CATALOGUE}
    assert {scope.regime_list for rule in RULES for scope in rule.scopes} <= known


def test_a_new_regime_is_a_new_row(client: Client, child: Entity) -> None:
    row = OwnershipRule.objects.get(code="us-ofac-50")
    row.pk, row.code, row.regime = None, "xx-quarter", "A regime that asks for a quarter"
    row.scopes, row.threshold = [["us-ear-entity-list", []]], 25.0
    row.save()
    found = said(client, child)["xx-quarter"]
    assert (found["result"], found["rule"]["asks"]) == ("yes", "25 % or more")


def test_a_person_says_that_a_rule_is_not_in_force(client: Client, child: Entity) -> None:
    assert said(client, child)[BIS]["result"] == "yes"
    switched(bis(), "suspended", by="analyst", note=NOTE)
    found = said(client, child)
    assert (found[BIS]["result"], found[BIS]["rule"]["status"]) == ("no", "suspended")
    assert NOTE in found[BIS]["rule"]["remark"]
    assert "analyst" in found[BIS]["rule"]["remark"]
    # What holds instead: legally distinct entities, with a red flag.
    assert found["us-bis-distinct-2026"]["result"] == "red flag"


def test_a_person_says_that_a_rule_is_in_force_and_takes_it_back(client: Client, child: Entity) -> None:
    switched(bis(), "in force", by="analyst", note="BIS confirmed it.")
    row = said(client, child)[BIS]
    assert (row["result"], row["rule"]["status"]) == ("yes", "in force")
    assert "BIS confirmed it." in row["rule"]["remark"]
    switched(bis(), "unverified", by="second", note="The page was taken down.")
    assert said(client, child)[BIS]["rule"]["status"] == "unverified"
    assert list(RuleSwitch.objects.values_list("by", "status")) == [
        ("analyst", "in force"),
        ("second", "unverified"),
    ]


def test_an_answer_of_earlier_knowledge_does_not_know_the_switch(client: Client, child: Entity) -> None:
    switch = switched(bis(), "suspended", by="analyst", note=NOTE)
    earlier = (switch.at - timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    assert said(client, child, known_at=earlier)[BIS]["rule"]["status"] == "unverified"


def test_a_switch_changes_the_receipt() -> None:
    a_register(CHILD)
    before = vet(CHILD, on=TODAY).receipt
    assert vet(CHILD, on=TODAY).receipt == before
    switched(bis(), "suspended", by="analyst", note=NOTE)
    assert vet(CHILD, on=TODAY).receipt != before


def test_a_switch_is_never_changed_nor_deleted() -> None:
    switch = switched(bis(), "suspended", by="analyst", note=NOTE)
    switch.note = "Another note."
    with pytest.raises(TypeError):
        switch.save()
    with pytest.raises(TypeError):
        switch.delete()
    assert RuleSwitch.objects.get().note == NOTE


@pytest.mark.parametrize(
    ("code", "status", "note", "words"),
    [
        ("us-889", "suspended", NOTE, "Section 889 is in force by its sources"),
        ("us-bis-affiliates-suspended", "in force", NOTE, "is suspended by its sources"),
        (BIS, "off", NOTE, "Say whether"),
        (BIS, "suspended", "  ", "Write a note"),
        (BIS, "suspended", "x" * 2001, "Write a note of 1 to 2,000"),
    ],
)
def test_a_switch_that_cannot_be_is_refused(code: str, status: str, note: str, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        switched(OwnershipRule.objects.get(code=code), status, by="analyst", note=note)
    assert not RuleSwitch.objects.exists()


def post(client: Client, rule: OwnershipRule, **data: str) -> Any:
    address = reverse("admin:entities_ownershiprule_switch", args=[rule.pk])
    return client.post(address, {"status": "suspended", "note": NOTE} | data, follow=True)


def test_an_administrator_switches_a_rule_on_its_page(client: Client, analyst: User) -> None:
    client.force_login(analyst)
    html = post(client, bis()).content.decode()
    assert "held to be suspended from now on" in html
    assert NOTE in html
    (switch,) = RuleSwitch.objects.all()
    assert (switch.by, switch.status, switch.at.date()) == ("analyst", "suspended", timezone.now().date())


def test_a_note_that_could_not_be_used_is_shown_again(client: Client, analyst: User) -> None:
    client.force_login(analyst)
    html = post(client, bis(), status="off", note="Half a note").content.decode()
    assert "Say whether the rule is in force" in html
    assert "Half a note</textarea>" in html


def test_only_a_rule_without_a_settled_status_offers_the_switch(client: Client, analyst: User) -> None:
    client.force_login(analyst)
    for code, offered in ((BIS, True), ("us-889", False)):
        rule = OwnershipRule.objects.get(code=code)
        html = client.get(reverse("admin:entities_ownershiprule_change", args=[rule.pk])).content.decode()
        assert ("It is not in force" in html) is offered


def test_a_switch_takes_the_right_to_change_rules(client: Client) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_ownershiprule"))
    client.force_login(viewer)
    assert post(client, bis()).status_code == 403
    page = client.get(reverse("admin:entities_ownershiprule_change", args=[bis().pk])).content.decode()
    assert "It is not in force" not in page
    assert "No source confirms whether this rule is in force." in page


def test_the_vet_page_shows_a_banner_where_an_unverified_rule_bites(
    client: Client, analyst: User, child: Entity
) -> None:
    client.force_login(analyst)
    html = client.get(reverse("admin:vet"), {"name": CHILD, "as_of": "2026-11-21"}).content.decode()
    assert "Unverified: treated as in force." in html
    assert LIST_OF["us-ear-entity-list"] in html
