from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from entities.models import Address, Evidence, Partnership
from tests.builders import a_dataset, a_listing, a_name, a_version, an_edge, an_entity, an_identifier

pytestmark = pytest.mark.django_db

HIKVISION = "Hangzhou Hikvision Digital Technology Co., Ltd."
DAHUA = "Zhejiang Dahua Technology Co., Ltd."
PARTY_KEYS = {"id", "caption", "schema", "dataset", "countries"}


@pytest.fixture
def record() -> dict[str, Any]:
    """Hikvision under an export licence, Dahua delisted, a UN vessel, and a company that left its list."""
    bis, un = a_dataset("us_bis_entity_list"), a_dataset("un_sc")
    hikvision = an_entity(bis, HIKVISION, "Hikvision", "海康威视", countries="cn hk")
    a_listing(hikvision, "us-ear-entity-list", programme="Entity List", start=date(2019, 10, 9))
    an_identifier(hikvision, "LEI", "3003005F0J4H7G0L1234")
    dahua = an_entity(bis, DAHUA, countries="cn")
    a_listing(dahua, "us-ear-entity-list", programme="Entity List", end=date(2021, 5, 1))
    vessel = an_entity(un, "PETREL 8", schema="Vessel", countries="kp")
    a_listing(vessel, "un-sanctions", programme="DPRK")
    later = a_version(bis, date(2025, 11, 20))
    gone = an_entity(bis, "Luokung Technology Corp.", removed_in=later)
    return {"hikvision": hikvision, "dahua": dahua, "vessel": vessel, "gone": gone}


def captions(client: Client, **params: Any) -> list[str]:
    answer = client.get("/api/v1/entities/", params)
    assert answer.status_code == 200, answer.json()
    return sorted(row["caption"] for row in answer.json()["results"])


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, [HIKVISION, "PETREL 8", DAHUA]),
        ({"dataset": "un_sc"}, ["PETREL 8"]),
        ({"schema": "Vessel"}, ["PETREL 8"]),
        ({"country": "cn"}, [HIKVISION, DAHUA]),
        ({"country": "Hong Kong"}, [HIKVISION]),
        ({"country": "k"}, None),
        ({"listed": "true"}, [HIKVISION, "PETREL 8"]),
        ({"listed": "false"}, [DAHUA]),
        ({"programme": "entity"}, [HIKVISION, DAHUA]),
        ({"programme": "entity", "listed": "true"}, [HIKVISION]),
        ({"programme": "DPRK", "measure": "us-ear-entity-list"}, []),
        ({"measure": "us-ear-entity-list", "listed": "false"}, [DAHUA]),
        ({"identifier": "3003005F0J4H7G0L1234"}, [HIKVISION]),
        ({"identifier": "3003005F0J4H7G0L"}, []),
        ({"q": "hikvis"}, [HIKVISION]),
        ({"q": "海康"}, [HIKVISION]),
        ({"q": "100%"}, []),
        ({"changed_since": "2025-01-02"}, [HIKVISION, "PETREL 8", DAHUA]),
        ({"changed_since": "2025-01-03"}, []),
        ({"changed_since": "2025-01-03", "removed": "true"}, ["Luokung Technology Corp."]),
        ({"removed": "true", "country": "cn"}, [HIKVISION, DAHUA]),
        ({"removed": "true"}, [HIKVISION, "Luokung Technology Corp.", "PETREL 8", DAHUA]),
    ],
)
def test_filters_keep_what_they_name(client: Client, params: dict[str, str], found: list[str] | None) -> None:
    if found is None:
        assert client.get("/api/v1/entities/", params).status_code == 400
    else:
        assert captions(client, **params) == found


def test_a_withdrawn_name_is_not_searched(client: Client, record: dict[str, Any]) -> None:
    a_name(record["dahua"], "Dahua Vision", removed_in=record["gone"].removed_in)
    assert captions(client, q="Dahua Vision") == []


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("params", "field", "words"),
    [
        ({"listed": "ture"}, "listed", "true or false"),
        ({"changed_since": "2025-02-30"}, "changed_since", "YYYY-MM-DD"),
        ({"changed_since": "01/02/2025"}, "changed_since", "YYYY-MM-DD"),
        ({"dataset": "us_nothing"}, "dataset", "no dataset"),
        ({"measure": "nothing"}, "measure", "no measure"),
        ({"schema": "Firm"}, "schema", "Company"),
        ({"country": "Atlantis"}, "country", "cn or China"),
        ({"page_size": "201"}, "page_size", "from 1 to 200"),
        ({"page_size": "x"}, "page_size", "from 1 to 200"),
        ({"cursor": "zzz"}, "cursor", "`next`"),
        ({"q": "a\x00b"}, "q", "character"),
    ],
)
def test_a_bad_filter_is_one_sentence(client: Client, params: dict[str, str], field: str, words: str) -> None:
    answer = client.get("/api/v1/entities/", params)
    assert answer.status_code == 400
    assert set(answer.json()) == {"detail", "code", "fields"}
    assert list(answer.json()["fields"]) == [field]
    assert words in answer.json()["detail"]


def test_an_unknown_parameter_is_refused_by_name(client: Client) -> None:
    answer = client.get("/api/v1/entities/?listd=true")
    assert answer.status_code == 400
    assert answer.json()["code"] == "unknown_parameter"
    assert "listd" in answer.json()["detail"]
    assert "changed_since" in answer.json()["detail"]


def test_a_parameter_given_twice_is_refused(client: Client) -> None:
    assert client.get("/api/v1/entities/?schema=Company&schema=Vessel").json()["code"] == "repeated_parameter"


def test_pages_hold_every_entity_once(client: Client) -> None:
    un = a_dataset("un_sc")
    for number in range(7):
        an_entity(un, f"PETREL {number}", schema="Vessel")
    seen, address = [], "/api/v1/entities/?page_size=3"
    while address:
        page = client.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == 7
    assert seen == sorted(set(seen))


def test_a_row_of_the_list_has_these_keys(client: Client, record: dict[str, Any]) -> None:
    row = client.get("/api/v1/entities/", {"schema": "Vessel"}).json()["results"][0]
    assert set(row) == PARTY_KEYS | {"listed", "first_seen", "last_change", "removed_on", "url"}
    assert client.get(row["url"]).json()["id"] == record["vessel"].id


def test_an_entity_is_shown_whole(client: Client, record: dict[str, Any]) -> None:
    hikvision, version = record["hikvision"], record["hikvision"].added_in
    cetc = an_entity(hikvision.dataset, "China Electronics Technology HIK Group Co., Ltd.")
    ezviz = an_entity(hikvision.dataset, "EZVIZ Inc.")
    an_edge(cetc, hikvision, share_min=36, share_max=36, url="https://example.org/ar", quote="holds 36%")
    an_edge(hikvision, ezviz, share_min=50, share_max=75)
    Address.objects.create(entity=hikvision, text="555 Qianmo Road, Hangzhou", added_in=version)
    Evidence.objects.create(
        entity=hikvision,
        published=date(2019, 10, 9),
        publisher="Federal Register",
        claim="Implicated in human rights violations",
        nature="official",
        added_in=version,
    )
    Partnership.objects.create(
        entity=hikvision, brand="A club", kind="sponsor", description="Shirts", citation="c", added_in=version
    )
    found = client.get(f"/api/v1/entities/{hikvision.id}/").json()
    assert set(found) == {
        "id",
        "caption",
        "schema",
        "as_of",
        "dataset",
        "countries",
        "listed",
        "names",
        "identifiers",
        "addresses",
        "listings",
        "owners",
        "assets",
        "evidence",
        "partnerships",
        "properties",
        "raw",
        "also_in",
        "versions",
    }
    assert [name["text"] for name in found["names"]] == [HIKVISION, "Hikvision", "海康威视"]
    assert found["listings"][0]["measures"][0]["title"] == "Export licence required"
    assert found["listings"][0]["in_force"] is True
    owner, asset = found["owners"][0], found["assets"][0]
    assert (owner["owner"]["caption"], owner["share"], owner["quote"]) == (cetc.caption, "36 %", "holds 36%")
    assert (asset["asset"]["caption"], asset["share"]) == ("EZVIZ Inc.", "50–75 %")
    assert set(asset["asset"]) == PARTY_KEYS
    assert found["evidence"][0]["nature"] == "official"
    assert found["partnerships"][0]["brand"] == "A club"
    assert found["versions"]["added"]["sha256"] == version.sha256
    assert found["versions"]["removed"] is None


def test_as_of_shows_only_what_was_in_force_that_day(client: Client, record: dict[str, Any]) -> None:
    dahua, hikvision = record["dahua"], record["hikvision"]
    an_edge(hikvision, dahua, start=date(2019, 1, 1), end=date(2020, 6, 1))
    shown = {
        day: client.get(f"/api/v1/entities/{dahua.id}/", {"as_of": day}).json()
        for day in ("2019-12-31", "2020-01-01", "2020-06-01", "2021-05-01")
    }
    assert [len(found["listings"]) for found in shown.values()] == [0, 1, 1, 0]
    assert [len(found["owners"]) for found in shown.values()] == [1, 1, 0, 0]
    assert [found["listed"] for found in shown.values()] == [False, True, True, False]
    assert shown["2020-06-01"]["as_of"] == "2020-06-01"


def test_without_as_of_the_past_stays_visible(client: Client, record: dict[str, Any]) -> None:
    found = client.get(f"/api/v1/entities/{record['dahua'].id}/").json()
    assert found["listed"] is False
    assert [(row["end"], row["in_force"]) for row in found["listings"]] == [("2021-05-01", False)]


def test_an_edge_that_its_source_withdrew_does_not_hold(client: Client, record: dict[str, Any]) -> None:
    later = record["gone"].removed_in
    an_edge(record["hikvision"], record["dahua"], removed_in=later)
    path = f"/api/v1/entities/{record['dahua'].id}/"
    assert len(client.get(path, {"as_of": "2025-11-19"}).json()["owners"]) == 1
    assert client.get(path, {"as_of": "2025-11-20"}).json()["owners"] == []


def test_an_unknown_entity_is_not_found(client: Client) -> None:
    answer = client.get("/api/v1/entities/un_sc-0000/")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "There is no entity 'un_sc-0000'.", "code": "not_found"}
