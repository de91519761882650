"""A company's page in the admin: the walk, the conclusions, the timeline, and what is supposed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.admin.utils import quote
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entities.models import Entity, Evidence, Ownership, Partnership
from screening.companies import LETTERS, legend
from tests.builders import a_listing, a_register, an_edge
from tests.desk import a_portfolio, a_subject, a_user
from tests.ownership_worlds import CETC, EZVIZ, HIKVISION, a_group_of, hikvision_and_ezviz

pytestmark = pytest.mark.django_db


@pytest.fixture
def companies() -> dict[str, Entity]:
    return hikvision_and_ezviz()


@pytest.fixture
def desk(client: Client, analyst: User) -> Client:
    client.force_login(analyst)
    return client


def address(company: Entity, page: str = "change") -> str:
    return reverse(f"admin:entities_entity_{page}", args=[quote(company.pk)])


def read(client: Client, company: Entity, page: str = "change", **asked: Any) -> str:
    answer = client.get(address(company, page), {"as_of": "2026-11-21"} | asked)
    assert answer.status_code == 200
    return answer.content.decode()


def told(client: Client, company: Entity, **asked: Any) -> dict[str, str]:
    """Return what each rule concludes of a company on its page."""
    answer = client.get(address(company), {"as_of": "2026-11-21"} | asked)
    return {row.rule.code: row.result for row in answer.context["around"].conclusions}


def test_the_page_tells_owners_holdings_and_what_the_rules_conclude_on_the_day(
    desk: Client, companies: dict[str, Entity]
) -> None:
    html = read(desk, companies[EZVIZ])
    assert "48 %" in html
    assert "What the rules conclude, on 2026-11-21" in html
    assert "Unverified: treated as in force" in html
    assert told(desk, companies[EZVIZ])["us-bis-affiliates-2026"] == "red flag"
    assert "us-bis-affiliates-2026" not in told(desk, companies[EZVIZ], as_of="2022-12-01")


def test_the_drawing_is_given_its_data_as_json_and_no_script_stands_in_the_page(
    desk: Client, companies: dict[str, Entity]
) -> None:
    html = read(desk, companies[HIKVISION])
    start = html.index('<div class="wl-page">')
    page = html[start : html.index("</main>", start) if "</main>" in html else len(html)]
    ours = page[: page.index('id="names"')]
    assert ours.count("<script") == 1
    assert '<script id="wl-graph-data" type="application/json">' in ours
    assert "onclick" not in ours
    assert "style=" not in ours


def test_every_kind_of_measure_has_a_letter_of_its_own() -> None:
    from entities.choices import MeasureKind

    assert set(LETTERS) == set(MeasureKind.values)
    assert len(set(LETTERS.values())) == len(LETTERS)
    assert [kind["letter"] for kind in legend()][:1] == ["F"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"as_of": "last week"}, "The day must be a date such as 2020-12-17"),
        ({"depth": "99"}, "The steps must be a number from 1 to 6"),
        ({"direction": "up"}, "The direction must be both, owners, assets"),
    ],
)
def test_a_bad_address_gets_one_clear_sentence(
    asked: dict[str, str], sentence: str, desk: Client, companies: dict[str, Entity]
) -> None:
    assert sentence in read(desk, companies[EZVIZ], **asked)
    part = desk.get(address(companies[EZVIZ], "around"), asked)
    assert (part.status_code, sentence in part.content.decode()) == (400, True)


def test_the_part_that_changes_with_the_day_is_the_page_s_own(
    desk: Client, companies: dict[str, Entity]
) -> None:
    part = read(desk, companies[EZVIZ], "around", as_of="2022-12-01")
    assert "60 %" in part
    assert "48 %" not in part
    assert "<html" not in part


def test_the_timeline_has_listings_edges_evidence_and_partnerships_in_groups(
    desk: Client, companies: dict[str, Entity]
) -> None:
    company = companies[HIKVISION]
    facts = {"entity": company, "added_in": company.added_in}
    Evidence.objects.create(
        **facts, published=date(2019, 11, 11), publisher="IPVM", claim="A camera.", nature="finding"
    )
    Partnership.objects.create(**facts, brand="Example FC", kind="sponsor", description="Shirts")
    shown = desk.get(address(company), {"as_of": "2026-11-21"}).context["company"].timeline
    groups = {group: [row.days for row in rows] for group, rows in shown.groups}
    assert groups == {
        "Lists": ["since 2019-10-09"],
        "What it owns": ["start not stated, until 2022-12-28", "since 2022-12-28"],
        "Evidence": ["2019-11-11"],
        "Partnerships": ["start not stated"],
    }
    assert shown.years[0] == (2019, 0.0)
    assert shown.undated == 1  # CETC's control states no day
    (listed,) = dict(shown.groups)["Lists"]
    assert 9 < listed.left < 11  # October 2019 on a scale of eight years
    assert listed.left + listed.width == pytest.approx(100)


def test_the_same_party_in_another_dataset_is_named_with_its_listings_and_its_evidence(
    desk: Client, companies: dict[str, Entity]
) -> None:
    listed = Entity.objects.get(dataset__name="us_bis_entity_list")
    company = companies[HIKVISION]
    Evidence.objects.create(
        entity=company,
        added_in=company.added_in,
        published=date(2019, 11, 11),
        publisher="IPVM",
        claim="A camera that classifies.",
        nature="finding",
    )
    html = read(desk, listed)
    assert "read as the same party" in html
    assert "A camera that classifies." in html


def test_a_company_of_many_takes_no_more_queries_than_one_of_few(desk: Client) -> None:
    parent, branch, *_ = a_group_of(60).values()

    def queries(company: Entity) -> int:
        with CaptureQueriesContext(connection) as asked:
            read(desk, company)
        return len(asked)

    queries(parent)
    assert queries(parent) == queries(branch) <= 44


def test_nobody_without_the_right_sees_a_page_or_its_parts(
    client: Client, companies: dict[str, Entity]
) -> None:
    client.force_login(User.objects.create_user("outsider", is_staff=True))
    for page in ("change", "around", "what_if", "reach"):
        assert client.get(address(companies[EZVIZ], page)).status_code == 403


def test_a_listing_is_supposed_and_nothing_is_saved(desk: Client, companies: dict[str, Entity]) -> None:
    before = Ownership.objects.count()
    html = read(desk, companies[CETC], "what_if", suppose="1", listed="us-889-part-a")
    assert "What would change (" in html
    assert HIKVISION in html
    assert "not searched" not in html
    assert (Ownership.objects.count(), companies[CETC].listings.count()) == (before, 0)


def test_a_larger_share_is_supposed_of_a_company_found_by_its_name(
    desk: Client, companies: dict[str, Entity]
) -> None:
    asked = {"suppose": "1", "other": "Hangzhou EZVIZ Network", "relation": "is owned by it", "share": "60"}
    changes = desk.get(address(companies[HIKVISION], "what_if"), {"as_of": "2026-11-21"} | asked).context[
        "supposed"
    ]
    (change,) = [row for row in changes.outcome.changes if row.after.rule.code == "us-bis-affiliates-2026"]
    assert (change.party.caption, change.before.result, change.after.result) == (EZVIZ, "red flag", "yes")


def test_an_edge_and_a_rule_are_supposed_away(desk: Client, companies: dict[str, Entity]) -> None:
    form = desk.get(address(companies[EZVIZ], "what_if"), {"as_of": "2026-11-21"}).context["form"]
    (_, (edge, said)) = form.fields["ended"].choices
    assert said.startswith(f"{HIKVISION} → {EZVIZ}, 48 %")
    html = read(desk, companies[EZVIZ], "what_if", suppose="1", ended=edge)
    # What ended before the day within two years would still be a red flag; this one ended in 2022.
    assert "red flag → " in html
    html = read(
        desk, companies[EZVIZ], "what_if", suppose="1", rule="us-bis-affiliates-2026", holds="not in force"
    )
    assert "red flag → " in html


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Suppose something"),
        ({"other": "Zzyqx Nowhere"}, "No company of the record is called"),
        ({"listed": "no-such-measure"}, "Select a valid choice"),
        ({"other": EZVIZ, "share": "120"}, "less than or equal to 100"),
        ({"as_of": "soon", "listed": "us-889-part-a"}, "The day must be a date"),
    ],
)
def test_what_cannot_be_supposed_is_told_in_one_sentence(
    asked: dict[str, str], sentence: str, desk: Client, companies: dict[str, Entity]
) -> None:
    assert sentence in read(desk, companies[HIKVISION], "what_if", suppose="1", **asked)


def test_a_listing_of_an_owner_is_told_for_the_reader_s_own_portfolio(
    client: Client, companies: dict[str, Entity]
) -> None:
    ours, theirs = a_portfolio(), a_portfolio("Sponsors", team="Brand")
    a_subject(ours, "EZVIZ Network Hangzhou", country="cn", reference="S-17")
    a_subject(ours, "Qingdao Harbour Crane Co., Ltd.")
    a_subject(theirs, HIKVISION)
    client.force_login(a_user("ana", "analyst", "Purchasing"))
    form = client.get(address(companies[HIKVISION], "reach"), {"as_of": "2026-11-21"})
    assert list(form.context["portfolios"]) == [ours]
    html = read(client, companies[CETC], "reach", portfolio=ours.pk)
    assert "1 party of Footwear suppliers" in html
    assert "EZVIZ Network Hangzhou" in html
    assert "S-17" in html
    # Another team's portfolio is as if it were not there.
    assert "2 parties</strong>" in read(client, companies[CETC], "reach", portfolio=theirs.pk)
    asked = {"suppose": "1", "listed": "us-889-part-a", "portfolio": str(ours.pk)}
    changed = client.get(address(companies[CETC], "what_if"), {"as_of": "2026-11-21"} | asked)
    assert {row.party.caption for row in changed.context["supposed"].outcome.changes} == {EZVIZ}


def test_a_portfolio_that_the_listing_does_not_touch_is_told_so(
    desk: Client, companies: dict[str, Entity]
) -> None:
    portfolio = a_portfolio()
    a_subject(portfolio, "Qingdao Harbour Crane Co., Ltd.")
    assert "0 parties of Footwear suppliers" in read(desk, companies[CETC], "reach", portfolio=portfolio.pk)


def test_a_company_that_was_relisted_shows_both_periods(desk: Client) -> None:
    (company,) = a_register("Example Memory Co., Ltd.").values()
    (fund,) = a_register("Example Fund Ltd.").values()
    an_edge(fund, company)
    a_listing(company, "us-1260h-procurement", start=date(2024, 1, 31), end=date(2026, 2, 17))
    a_listing(company, "us-1260h-procurement", start=date(2026, 6, 8))
    shown = desk.get(address(company), {"as_of": "2026-11-21"}).context["company"].timeline
    assert [row.days for row in dict(shown.groups)["Lists"]] == [
        "2024-01-31 to 2026-02-17",
        "since 2026-06-08",
    ]
