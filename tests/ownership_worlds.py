"""Worlds of ownership for the pages: Hikvision and EZVIZ around the listing in Shanghai, and a group of many."""

from __future__ import annotations

from datetime import date

from entities.models import Entity
from tests.builders import a_listed, a_register, an_edge

CETC, HIKVISION, EZVIZ = (
    "China Electronics Technology Group Corporation",
    "Hangzhou Hikvision Digital Technology Co., Ltd.",
    "Hangzhou EZVIZ Network Co., Ltd.",
)
LISTED_IN_SHANGHAI = date(2022, 12, 28)


def hikvision_and_ezviz() -> dict[str, Entity]:
    """Hikvision held 60 percent of EZVIZ before its listing in Shanghai and 48 percent since (Caijing, 28 December 2022)."""
    companies = a_register(CETC, HIKVISION, EZVIZ)
    an_edge(companies[CETC], companies[HIKVISION], kind="control")
    an_edge(companies[HIKVISION], companies[EZVIZ], share_min=60, share_max=60, end=LISTED_IN_SHANGHAI)
    an_edge(companies[HIKVISION], companies[EZVIZ], share_min=48, share_max=48, start=LISTED_IN_SHANGHAI)
    a_listed(HIKVISION, "us-ear-entity-list", start=date(2019, 10, 9))
    return companies


def a_group_of(number: int) -> dict[str, Entity]:
    """A parent with affiliates in numbers, as the Entity List names those of Huawei."""
    parent = "Example Telecom Holding Co., Ltd."
    companies = a_register(parent, *(f"Example Telecom Branch Office {n} Ltd." for n in range(number)))
    for name, company in companies.items():
        if name != parent:
            an_edge(companies[parent], company, kind="affiliate")
    return companies
