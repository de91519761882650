"""What an answer says is forbidden, kind by kind; and what a brand reads of its partners, with the starter data."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.management import call_command

from entities.choices import MeasureKind
from screening.prohibitions import KIND_OF, KINDS, Prohibition
from screening.vetting import Vetting, vet
from tests.builders import a_dataset, a_listed, a_register, an_edge
from tests.ownership_worlds import EZVIZ, HIKVISION, hikvision_and_ezviz

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


def by_kind(answer: Vetting) -> dict[str, Prohibition]:
    return {str(row.kind): row for row in answer.prohibitions}


def text(name: str, day: str = "2026-11-21") -> str:
    said = io.StringIO()
    call_command("vet", name, "--as-of", day, stdout=said)
    return said.getvalue()


def lines(name: str) -> str:
    return " ".join(text(name).split())


def test_a_company_on_a_list_has_the_kinds_of_its_measures_and_none_of_the_others() -> None:
    hikvision_and_ezviz()
    a_dataset("us_ofac_sdn", kind="list")
    found = by_kind(vet(HIKVISION, on=TODAY))
    assert (found["export_licence"].result, found["export_licence"].applies) == ("listed", True)
    assert found["export_licence"].reasons == ["US_BIS_ENTITY_LIST since 2019-10-09, its own listing"]
    assert (found["asset_freeze"].result, found["asset_freeze"].searched) == ("none", ("us_ofac_sdn",))
    assert "eu_fsf" in found["asset_freeze"].missing
    # A kind whose lists were never loaded is not a none.
    assert found["procurement_ban"].result == "not searched"


def test_a_red_flag_is_no_prohibition_and_is_told_beside_them() -> None:
    hikvision_and_ezviz()
    found = by_kind(vet(EZVIZ, on=TODAY))
    assert (found["export_licence"].result, found["export_licence"].applies) == ("red flag", False)
    (reason,) = found["export_licence"].reasons
    assert reason.startswith("BIS Affiliates Rule (unverified): red flag, through Hangzhou Hikvision")
    assert "Export licence: nothing, but a red flag." in lines(EZVIZ)


def test_what_reaches_through_an_owner_is_of_the_kind_of_the_rule_s_own_list() -> None:
    companies = a_register("Example Holding Ltd.", "Example Works Ltd.")
    an_edge(companies["Example Holding Ltd."], companies["Example Works Ltd."], share_min=75, share_max=75)
    a_listed("Example Holding Ltd.", "us-ofac-blocking", programme="SDGT")
    found = by_kind(vet("Example Works Ltd.", on=TODAY))
    assert found["asset_freeze"].result == "yes"
    # The BIS rule counts SDN of some programmes too; what it asks for is a licence.
    assert all("BIS" not in reason for reason in found["asset_freeze"].reasons)


def test_every_measure_has_a_kind_and_every_kind_but_the_red_flag_is_told() -> None:
    assert set(KIND_OF.values()) <= set(MeasureKind.values)
    assert set(MeasureKind) - set(KINDS) == {MeasureKind.RED_FLAG}


@pytest.fixture
def starter() -> None:
    call_command("ingest", starter=True, stdout=io.StringIO())


def test_a_brand_reads_of_kingsoft_cloud_and_alibaba_cloud_what_is_on_record(starter: None) -> None:
    said = lines("Kingsoft Cloud")
    assert "On no list searched; one documented report (December 2020) and the company's reply." in said
    assert "HISTORY On no list searched, on any day" in said
    assert "FORBIDDEN None on the lists searched: asset freeze, export licence," in said
    claim, reply = said.index("offered to predict race"), said.index("Reply, 2020-12-16 Kingsoft Cloud")
    assert claim < reply < said.index("NOT THE SAME")
    assert "NOT THE SAME Alibaba Cloud Computing Ltd." in said
    assert "NOT SEARCHED (never loaded):" in said
    said = lines("Alibaba Cloud")
    assert (
        "Not itself listed; parent Alibaba Group Holding Limited on Section 1260H List of Chinese Military "
        "Companies since 2026-06-08; yes under" in said
    )
    assert (
        "FORBIDDEN Procurement ban: Section 1260H with FY24 NDAA 805, direct contracts: yes, through Alibaba"
        in said
    )
    assert "PARTNERSHIPS Olympic Games" in said
    assert "announced 19 January 2017" in said
    assert "NOT THE SAME Kingsoft Cloud Holdings Limited" in said
    before = " ".join(text("Alibaba Cloud", "2020-12-17").split())
    assert "On no list searched; one documented report (December 2020) and the company's reply." in before


def test_a_claim_without_a_reply_says_so_and_an_official_document_asks_for_none(starter: None) -> None:
    said = lines("海康威视")
    assert said.count("No reply of the company is recorded.") == 2  # the cameras, and the retailers
    assert "2021-01-01" not in said


def test_list_history_names_every_period(starter: None) -> None:
    said = lines("YMTC")
    assert "2024-01-31 to 2026-02-17: Section 1260H" in said
    assert "since 2026-06-08: Section 1260H" in said
    answer = vet("YMTC", on=date(2026, 3, 1))
    assert [
        str(entry.listing.start) for entry in answer.history if entry.entity.dataset.name == "us_dod_1260h"
    ] == ["2024-01-31"]
