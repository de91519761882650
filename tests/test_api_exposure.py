from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entities.models import DatasetVersion, Entity
from tests.builders import LIST_OF, a_dataset, a_listed, a_register, a_version, an_edge

pytestmark = pytest.mark.django_db

HIKVISION, EZVIZ = "Hangzhou Hikvision Digital Technology Co., Ltd.", "Hangzhou EZVIZ Network Co., Ltd."
CONCLUSION = {"rule", "result", "direct", "forbids", "does_not", "path", "owners", "joins", "reasons"}
RULE = {
    *("code", "regime", "asks", "status", "remark"),
    *("effective_from", "effective_to", "citation", "url"),
}
STEP = {
    *("ids", "owner", "asset", "kind", "share", "share_min", "share_max"),
    *("start", "end", "citation", "url", "quote"),
}
OWNER = {
    *("party", "entity", "list", "measure", "programme", "since", "until"),
    *("citation", "requirement", "source_url"),
}


@pytest.fixture
def ezviz() -> Entity:
    companies = a_register(HIKVISION, EZVIZ)
    an_edge(
        companies[HIKVISION],
        companies[EZVIZ],
        share_min=48,
        share_max=48,
        citation="Caijing, 28 December 2022",
        quote="48 percent after it.",
    )
    a_listed(HIKVISION, "us-889-part-a", start=date(2019, 8, 13))
    return companies[EZVIZ]


def exposure(client: Client, pk: str, **params: str) -> dict[str, object]:
    answer = client.get(f"/api/v1/entities/{pk}/exposure/", params)
    assert answer.status_code == 200, answer.json()
    found: dict[str, object] = answer.json()
    return found


def test_an_answer_has_the_rule_the_path_the_listing_and_the_lists_behind_it(
    client: Client, ezviz: Entity
) -> None:
    answer = exposure(client, ezviz.pk, as_of="2026-11-21")
    assert set(answer) == {
        *("entity", "as_of", "known_at", "same_party", "exposures"),
        *("rules", "searched", "not_searched"),
    }
    row = next(row for row in answer["exposures"] if row["rule"]["code"] == "us-889")  # type: ignore[attr-defined]
    (step,), (owner,) = row["path"], row["owners"]
    assert (set(row), set(row["rule"]), set(step), set(owner)) == (CONCLUSION, RULE, STEP, OWNER)
    assert (row["result"], row["direct"]) == ("yes", False)
    assert (step["owner"]["caption"], step["share"], step["quote"]) == (
        HIKVISION,
        "48 %",
        "48 percent after it.",
    )
    # The company's own row, and the list's row that is read as the same party.
    assert owner["party"]["dataset"] == "watchlink_companies"
    assert owner["entity"]["dataset"] == "us_section_889"
    assert owner["since"] == "2019-08-13"
    assert row["reasons"][0].startswith(f"{HIKVISION} holds 48 %.")


def test_a_rule_whose_lists_were_never_loaded_is_not_searched(client: Client, ezviz: Entity) -> None:
    rows = exposure(client, ezviz.pk, as_of="2026-11-21")["exposures"]
    said = {row["rule"]["code"]: row["result"] for row in rows}  # type: ignore[attr-defined]
    assert said["us-889"] == "yes"
    assert said["eu-ownership"] == said["us-ofac-50"] == "not searched"


def test_a_listed_company_says_that_it_is_listed_itself(client: Client, ezviz: Entity) -> None:
    hikvision = Entity.objects.get(caption=HIKVISION, dataset__name="watchlink_companies")
    rows = exposure(client, hikvision.pk, as_of="2026-11-21")["exposures"]
    row = next(row for row in rows if row["rule"]["code"] == "us-889")  # type: ignore[attr-defined]
    assert (row["result"], row["direct"], row["path"]) == ("yes", True, [])


def test_a_company_without_owners_is_asked_as_the_lists_row_too(client: Client) -> None:
    """The register's row has no edge; the list's row of the same name has one."""
    companies = a_register("Chengdu Dahua Wisdom Information Technology Co., Ltd.")
    child = a_listed("Chengdu Dahua Wisdom Information Technology Co., Ltd.", "us-1260h-procurement")
    parent = a_listed("Zhejiang Dahua Technology Co., Ltd.", "us-889-part-a")
    an_edge(parent, child, kind="control")
    (company,) = companies.values()
    answer = exposure(client, company.pk, as_of="2026-11-21")
    assert answer["same_party"] == [child.pk]
    said = {row["rule"]["code"]: row["result"] for row in answer["exposures"]}  # type: ignore[attr-defined]
    assert said["us-889"] == "yes"


def test_what_was_not_known_by_then_is_not_told(client: Client, ezviz: Entity) -> None:
    loaded = DatasetVersion.objects.latest("fetched_at").fetched_at
    rows = exposure(client, ezviz.pk, as_of="2026-11-21", known_at="2020-01-01")["exposures"]
    assert not any(row["path"] for row in rows)  # type: ignore[attr-defined]
    rows = exposure(client, ezviz.pk, as_of="2026-11-21", known_at=loaded.date().isoformat())["exposures"]
    assert any(row["path"] for row in rows)  # type: ignore[attr-defined]


def test_an_edge_that_its_source_withdrew_counts_until_then_only(client: Client, ezviz: Entity) -> None:
    register = ezviz.dataset
    later = a_version(register, date(2026, 5, 1))
    edge = ezviz.owners.get()
    edge.removed_in, edge.known_to = later, datetime(2026, 5, 1, 12, tzinfo=UTC)
    edge.save()
    for on, held in (("2026-04-30", True), ("2026-05-01", False), ("2026-11-21", False)):
        rows = exposure(client, ezviz.pk, as_of=on)["exposures"]
        assert any(row["path"] for row in rows) is held, on  # type: ignore[attr-defined]


def test_a_reworded_entry_is_one_listing_on_every_day(client: Client, ezviz: Entity) -> None:
    """Two rows of one period: the old wording until the version that reworded it, the new one from then on."""
    a_dataset(LIST_OF["us-889-part-a"])
    (old,) = Entity.objects.get(dataset__name="us_section_889").listings.all()
    later = a_version(old.entity.dataset, date(2026, 3, 1))
    old.removed_in, old.known_to = later, later.fetched_at
    old.save()
    measures = list(old.measures.all())
    old.pk, old.removed_in, old.known_to, old.added_in, old.citation = None, None, None, later, "reworded"
    old.known_from = later.fetched_at
    old.save()
    old.measures.set(measures)
    for on, citation in (("2026-02-28", f"us-889-part-a of {HIKVISION}"), ("2026-03-01", "reworded")):
        rows = exposure(client, ezviz.pk, as_of=on)["exposures"]
        row = next(row for row in rows if row["rule"]["code"] == "us-889")  # type: ignore[attr-defined]
        assert [(owner["since"], owner["citation"]) for owner in row["owners"]] == [("2019-08-13", citation)]


@pytest.mark.parametrize("kind", ["exposure", "ownership", "reach"])
def test_bad_questions_are_refused_in_one_sentence(kind: str, client: Client, ezviz: Entity) -> None:
    path = f"/api/v1/entities/{ezviz.pk}/{kind}/"
    assert client.get(path, {"asof": "2020-01-01"}).json()["code"] == "unknown_parameter"
    assert client.get(path, {"as_of": "2020-02-30"}).json()["code"] == "bad_date"
    missing = client.get(f"/api/v1/entities/nobody/{kind}/")
    assert (missing.status_code, missing.json()["detail"]) == (404, "There is no entity 'nobody'.")


def test_a_longer_chain_takes_no_more_queries(client: Client) -> None:
    names = [f"{word} Holding Co., Ltd." for word in ("Aksu", "Bole", "Changji", "Datong", "Ermin", "Fukang")]
    companies = a_register(*names)
    rows = list(companies.values())
    for owner, asset in zip(rows, rows[1:], strict=False):
        an_edge(owner, asset, share_min=100, share_max=100)
    a_listed(names[0], "us-ofac-blocking")

    def queries(company: Entity) -> int:
        with CaptureQueriesContext(connection) as asked:
            answer = exposure(client, company.pk, as_of="2026-11-21")
        paths = [row["path"] for row in answer["exposures"]]  # type: ignore[attr-defined]
        assert max(map(len, paths)) == rows.index(company)
        return len(asked)

    queries(rows[1])  # builds what every process keeps
    assert queries(rows[1]) == queries(rows[5]) <= 14
