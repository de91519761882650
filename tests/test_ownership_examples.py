"""The authorities' worked examples and the companies at the centre, from the record through the engine to the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from entities.models import Entity, Ownership
from tests.builders import REGISTER, a_listed, a_register, an_edge

pytestmark = pytest.mark.django_db

TODAY = "2026-11-21"
X, Y = "Tatneft Holding PJSC", "Novatek Ventures JSC"
A, B, C = "Kalmar Shipping Ltd", "Ferrum Metals Ltd", "Zvezda Logistics Ltd"
OFAC, EU, UK = "us-ofac-blocking", "eu-asset-freeze", "gb-asset-freeze"
FOLLOWED = {"us-ofac-50": OFAC, "eu-ownership": EU, "gb-ownership": UK}


def holding(owner: Entity, asset: Entity, share: float | None, **fields: Any) -> Ownership:
    band = None if share is None else Decimal(str(share))
    return an_edge(owner, asset, share_min=band, share_max=band, **fields)


def exposures(client: Client, company: Entity, on: str = TODAY) -> dict[str, dict[str, Any]]:
    answer = client.get(f"/api/v1/entities/{company.pk}/exposure/", {"as_of": on})
    assert answer.status_code == 200
    return {row["rule"]["code"]: row for row in answer.json()["exposures"]}


def result(client: Client, company: Entity, code: str, on: str = TODAY) -> str:
    said: str = exposures(client, company, on)[code]["result"]
    return said


def path(row: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(step["owner"]["caption"], step["share"], step["asset"]["caption"]) for step in row["path"]]


# OFAC, Revised Guidance of 2014-08-13 and FAQ 401.
FAQ_401 = {
    "example 1": ([(X, 50, A), (A, 50, B)], {A: "yes", B: "yes"}),
    "example 2": ([(X, 50, A), (X, 50, B), (A, 25, C), (B, 25, C)], {C: "yes"}),
    "example 3": ([(X, 50, A), (X, 10, B), (A, 40, B)], {B: "yes"}),
    "example 4": ([(X, 50, A), (X, 25, B), (A, 25, C), (B, 25, C)], {A: "yes", B: "red flag", C: "red flag"}),
    "example 5": ([(X, 25, A), (X, 25, B), (A, 50, C), (B, 50, C)], {C: "no"}),
    "in the aggregate": ([(X, 25, A), (Y, 25, A)], {A: "yes"}),
}


@pytest.mark.parametrize("name", FAQ_401)
def test_ofac_worked_examples_of_faq_401(name: str, client: Client) -> None:
    shares, expected = FAQ_401[name]
    companies = a_register(X, Y, A, B, C)
    for owner, share, asset in shares:
        holding(companies[owner], companies[asset], share)
    a_listed(X, OFAC)
    # FAQ 399: owners blocked under different programmes are added up.
    a_listed(Y, OFAC, programme="DPRK3")
    assert {asset: result(client, companies[asset], "us-ofac-50") for asset in expected} == expected


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        # OFSI guidance: more than 50 percent. EU Best Practices of 2024-07-03 and OFAC: 50 percent or more.
        ([(X, 50, A)], {"us-ofac-50": "yes", "eu-ownership": "yes", "gb-ownership": "no"}),
        # OFSI guidance, paragraph 4.14 (March 2022): not simply added up. Commission FAQ and OFAC FAQ 401: added up.
        ([(X, 30, A), (Y, 30, A)], {"us-ofac-50": "yes", "eu-ownership": "yes", "gb-ownership": "no"}),
        # The Commission's example of 30 and 25 percent.
        ([(X, 30, A), (Y, 25, A)], {"us-ofac-50": "yes", "eu-ownership": "yes", "gb-ownership": "no"}),
        ([(X, 51, A)], {"us-ofac-50": "yes", "eu-ownership": "yes", "gb-ownership": "yes"}),
        ([(X, 49, A)], {"us-ofac-50": "red flag", "eu-ownership": "no", "gb-ownership": "no"}),
    ],
    ids=["exactly half", "thirty and thirty", "thirty and twenty-five", "a majority", "a minority"],
)
def test_each_regime_adds_up_by_its_own_threshold(
    shares: list[tuple[str, float, str]], expected: dict[str, str], client: Client
) -> None:
    companies = a_register(X, Y, A)
    for owner, share, asset in shares:
        holding(companies[owner], companies[asset], share)
    for measure in (OFAC, EU, UK):
        for party in (X, Y):
            a_listed(party, measure)
    said = exposures(client, companies[A])
    assert {code: said[code]["result"] for code in expected} == expected


@pytest.mark.parametrize(
    ("on", "code", "expected"),
    [("2024-07-02", "eu-ownership-2024", "no"), ("2024-07-03", "eu-ownership", "yes")],
)
def test_the_european_union_counts_exactly_half_since_july_2024(
    on: str, code: str, expected: str, client: Client
) -> None:
    """EU Best Practices, update of 2024-07-03."""
    companies = a_register(X, A)
    holding(companies[X], companies[A], 50)
    a_listed(X, EU)
    assert result(client, companies[A], code, on) == expected


def test_a_wholly_owned_subsidiary_of_an_ns_cmic_company_is_not_prohibited(client: Client) -> None:
    """OFAC FAQ 857."""
    companies = a_register("SenseTime Group Limited", "SenseTime Japan Ltd")
    parent, child = companies.values()
    holding(parent, child, 100)
    a_listed("SenseTime Group Limited", "us-ns-cmic-securities")
    row = exposures(client, child)["us-ns-cmic"]
    assert row["result"] == "no"
    assert "no prohibition by ownership" in row["forbids"]
    assert path(row) == [("SenseTime Group Limited", "100 %", "SenseTime Japan Ltd")]


@pytest.mark.parametrize(
    ("on", "code", "expected", "status"),
    [
        ("2025-09-28", "us-bis-distinct-2025", "red flag", "in force"),
        ("2025-10-15", "us-bis-affiliates-2025", "yes", "in force"),
        ("2026-03-01", "us-bis-affiliates-suspended", "no", "suspended"),
        ("2026-11-21", "us-bis-affiliates-2026", "yes", "unverified"),
    ],
)
def test_the_bis_affiliates_rule_holds_by_its_dates(
    on: str, code: str, expected: str, status: str, client: Client
) -> None:
    """90 FR 47201; its suspension of 2025-11-12; in force again from 2026-11-10 by its own terms, unverified."""
    companies = a_register("Yangtze Memory Technologies Co., Ltd.", "Wuhan Xinxin Semiconductor Co., Ltd.")
    owner, asset = companies.values()
    holding(owner, asset, 60)
    a_listed("Yangtze Memory Technologies Co., Ltd.", "us-ear-entity-list", start=date(2022, 12, 19))
    row = exposures(client, asset, on)[code]
    assert (row["result"], row["rule"]["status"]) == (expected, status)
    assert ("Unverified" in row["rule"]["remark"]) == (status == "unverified")


def test_the_most_restrictive_owner_governs_under_the_bis_rule(client: Client) -> None:
    """90 FR 47201: the strictest licence requirement of several listed owners."""
    companies = a_register(X, Y, A)
    holding(companies[X], companies[A], 30)
    holding(companies[Y], companies[A], 30)
    a_listed(X, "us-ear-entity-list", policy="Case-by-case review.")
    a_listed(Y, "us-ear-meu", policy="Presumption of denial.")
    row = exposures(client, companies[A])["us-bis-affiliates-2026"]
    assert [owner["requirement"] for owner in row["owners"]] == [
        "Presumption of denial.",
        "Case-by-case review.",
    ]
    assert any(
        "most restrictive requirement governs: Presumption of denial." in text for text in row["reasons"]
    )


@pytest.mark.parametrize(("scope", "expected"), [("and subsidiaries", "yes"), ("", "no")])
def test_the_uflpa_list_reaches_what_the_entry_says(scope: str, expected: str, client: Client) -> None:
    """UFLPA, Pub. L. 117-78: the text of the entry decides."""
    companies = a_register(
        "Hoshine Silicon Industry Co., Ltd.", "Hoshine Silicon (Jia Xing) Chemical Co., Ltd."
    )
    parent, child = companies.values()
    holding(parent, child, 100)
    a_listed(
        "Hoshine Silicon Industry Co., Ltd.",
        "us-uflpa-import",
        requirement=f"The entry reads: “{scope}”." if scope else "",
    )
    assert result(client, child, "us-uflpa-entry") == expected


@pytest.fixture
def starter_record(starter: Path) -> None:
    call_command("ingest", starter=True, verbosity=0)


def company(key: str) -> Entity:
    found: Entity = Entity.objects.get(dataset__name=REGISTER, publisher_key=key)
    return found


@pytest.mark.usefixtures("starter_record")
class TestTheCompaniesAtTheCentre:
    """The starter's own rows: Caijing of 2022-12-28, SCMP of 2020-11-17, EIN Presswire, 91 FR 35189."""

    def test_ezviz_at_sixty_percent_before_there_was_a_rule(self, client: Client) -> None:
        said = exposures(client, company("ezviz"), "2022-12-01")
        assert said["us-bis-distinct-2025"]["result"] == "red flag"
        assert said["us-889"]["result"] == "yes"
        assert path(said["us-889"])[0][1] == "60 %"
        assert "Caijing" in said["us-889"]["path"][0]["citation"]
        answer = client.post(
            "/api/v1/what-if/?as_of=2022-12-01",
            {"rules": {"us-bis-affiliates-2025": "in force"}},
            content_type="application/json",
        )
        changes = {row["party"]["caption"]: row["after"]["result"] for row in answer.json()["changes"]}
        assert changes["Hangzhou EZVIZ Network Co., Ltd."] == "yes"

    def test_ezviz_at_forty_eight_percent_under_the_rule(self, client: Client) -> None:
        said = exposures(client, company("ezviz"))
        assert {
            code: row["result"] for code, row in said.items() if row["result"] in ("yes", "red flag")
        } == {
            "us-bis-affiliates-2026": "red flag",
            "us-1260h-805-direct": "red flag",
            "us-889": "yes",
        }
        assert path(said["us-bis-affiliates-2026"])[0][1] == "48 %"

    @pytest.mark.parametrize(
        ("key", "on", "expected"),
        [("lorex", "2022-11-23", "yes"), ("lorex", "2023-05-01", "red flag"), ("lorex", TODAY, "no")]
        + [("honor", "2020-11-16", "yes"), ("honor", "2021-06-01", "red flag"), ("honor", TODAY, "no")],
    )
    def test_a_company_that_was_sold_is_no_subsidiary_any_more(
        self, key: str, on: str, expected: str, client: Client
    ) -> None:
        assert result(client, company(key), "us-889", on) == expected

    def test_alibaba_cloud_is_under_the_control_of_a_listed_company(self, client: Client) -> None:
        row = exposures(client, company("alibaba_cloud"))["us-1260h-805-direct"]
        assert row["result"] == "yes"
        assert [step["kind"] for step in row["path"]] == ["consolidation"]
        assert [(owner["since"], owner["citation"]) for owner in row["owners"]] == [
            ("2026-06-08", "91 FR 35189")
        ]
        before = exposures(client, company("alibaba_cloud"), "2026-06-07")
        assert not any(row["path"] for row in before.values())

    def test_kingsoft_cloud_is_reached_by_no_rule(self, client: Client) -> None:
        said = exposures(client, company("kingsoft_cloud"))
        assert {row["result"] for row in said.values()} == {"no", "not searched"}

    @pytest.mark.parametrize(("on", "listed"), [("2024-06-01", True), ("2025-06-01", False)])
    def test_megvii_was_taken_off_the_1260h_list(self, on: str, listed: bool, client: Client) -> None:
        """Editions of 2024-01-31 and 2025-01-07."""
        answer = client.get("/api/v1/vet/", {"name": "北京旷视科技有限公司", "as_of": on}).json()
        lists = {row["list"] for row in answer["listed"]}
        assert ("Section 1260H List of Chinese Military Companies" in lists) is listed

    @pytest.mark.parametrize(
        ("on", "listed"), [("2025-06-01", True), ("2026-03-01", False), ("2026-07-01", True)]
    )
    def test_ymtc_left_the_1260h_list_and_came_back(self, on: str, listed: bool, client: Client) -> None:
        """Editions of 2025-01-07 and 2026-06-08, and the removal of 2026-02-17."""
        answer = client.get(f"/api/v1/entities/{company('ymtc').pk}/ownership/", {"as_of": on})
        node = answer.json()["nodes"][0]
        assert node["distance"] == 0
        assert ("us-1260h-procurement" in node["measures"]) is listed
