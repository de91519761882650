"""The record as the ownership engine sees it: which rows are one party, which edges count, what is kept."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entities.models import Ownership
from entities.querysets import Moment
from screening import structure as module
from screening.clusters import Clusters, current_clusters, identities
from screening.index import record_state
from screening.parties import Link
from screening.structure import Structure, structure_at
from screening.terminal import answer_as_text
from screening.vetting import vet
from tests.builders import LIST_OF, REGISTER, a_dataset, a_listed, a_name, a_register, a_version, an_edge

pytestmark = pytest.mark.django_db

TODAY = Moment(date(2026, 11, 21))
HUAWEI, HOLDING, CLOUD = (
    "Huawei Technologies Co., Ltd.",
    "Huawei Investment & Holding Co., Ltd.",
    "Guiyang Baishan Data Services Co., Ltd.",
)


def edges(structure: Structure) -> list[tuple[str, str, float | None, float | None]]:
    return [(edge.owner, edge.asset, edge.share_min, edge.share_max) for edge in structure.graph.edges]


def test_a_lists_row_and_the_companys_own_row_are_one_owner() -> None:
    """An edge that the list states and one that the register states have the same owner."""
    companies = a_register(HUAWEI, CLOUD, "Shenzhen Yunlan Cable Co., Ltd.")
    listed = a_listed(HUAWEI, "us-ear-entity-list")
    an_edge(companies[HUAWEI], companies[CLOUD], share_min=100, share_max=100)
    an_edge(listed, companies["Shenzhen Yunlan Cable Co., Ltd."], kind="affiliate")
    structure = structure_at(TODAY)
    assert {edge.owner for edge in structure.graph.edges} == {companies[HUAWEI].pk}
    assert [row.party for row in structure.listings] == [companies[HUAWEI].pk]
    assert structure.rows(listed) == (listed.pk, companies[HUAWEI].pk)


def test_two_companies_of_one_table_stay_two_though_a_list_names_both_in_one_entry() -> None:
    companies = a_register(HUAWEI, HOLDING)
    an_edge(companies[HOLDING], companies[HUAWEI], kind="control")
    a_name(a_listed(HUAWEI, "us-ear-entity-list"), HOLDING)
    structure = structure_at(TODAY)
    assert edges(structure) == [(companies[HOLDING].pk, companies[HUAWEI].pk, None, None)]


def test_rows_are_joined_by_the_closest_link_first_whatever_their_order() -> None:
    a_dataset("un_sc", kind="list")
    one, other, row = "watchlink_companies-1", "watchlink_companies-2", "un_sc-9"
    links = {one: (Link(row, 0.96, ""),), other: (Link(row, 0.99, ""),)}
    for given in (links, dict(reversed(links.items()))):
        assert Clusters(given).leaders == {one: one, other: other, row: other}


def test_clusters_are_computed_once_and_read_back_by_the_next_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    companies = a_register(HUAWEI, CLOUD)
    an_edge(companies[HUAWEI], companies[CLOUD], share_min=100, share_max=100)
    a_listed(HUAWEI, "us-ear-entity-list")
    first = current_clusters(record_state())
    monkeypatch.setattr("screening.clusters.comparisons", None)
    assert current_clusters(record_state()).links == first.links
    held = [path.name for path in settings.INDEX_DIR.glob("*.parties*")]
    assert held == [f"{identities(record_state())}.parties"]


def test_a_band_and_its_dates_reach_the_engine() -> None:
    companies = a_register(HUAWEI, CLOUD)
    edge = an_edge(
        companies[HUAWEI],
        companies[CLOUD],
        share_min=Decimal("25.5"),
        share_max=50,
        start=date(2020, 1, 1),
        end=date(2021, 1, 1),
        url="https://example.org/register",
    )
    structure = structure_at(TODAY)
    (held,) = structure.graph.edges
    assert (held.share_min, held.share_max, held.kind) == (25.5, 50.0, "shareholding")
    assert (held.start, held.end) == (date(2020, 1, 1), date(2021, 1, 1))
    assert (held.citation, held.url) == ("Annual report", "https://example.org/register")
    assert structure.stated[held] == (edge.pk,)
    assert structure.edges == {edge.pk: held}


def test_an_associate_is_told_and_counts_for_no_rule() -> None:
    """OFAC's "acting for or on behalf of" is not ownership: FAQ 398 knows none without a share."""
    bank = a_listed("Ansar Bank", "us-ofac-blocking")
    companies = a_register("Iranian Atlas Company")
    (company,) = companies.values()
    an_edge(
        bank, company, kind="associate", quote="Iranian Atlas Company: Acting for or on behalf of Ansar Bank"
    )
    assert not structure_at(TODAY).graph.edges
    answer = vet("Iranian Atlas Company")
    assert {row.result for row in answer.conclusions} <= {"no", "not searched"}
    assert [(tie.relation, tie.company.pk) for tie in answer.listed_ties] == [("associate", bank.pk)]
    assert "Associate Ansar Bank, no ownership (Iranian Atlas Company: Acting for" in answer_as_text(answer)


def test_an_edge_that_cannot_be_is_left_out_and_told(caplog: pytest.LogCaptureFixture) -> None:
    companies = a_register(HUAWEI, CLOUD, HOLDING)
    wrong = an_edge(companies[HUAWEI], companies[CLOUD], share_min=80, share_max=20)
    right = an_edge(companies[HOLDING], companies[CLOUD], share_min=20, share_max=20)
    with caplog.at_level(logging.WARNING):
        assert [*structure_at(TODAY).edges] == [right.pk]
    assert f"Edge {wrong.pk} is not counted" in caplog.text


def test_a_second_question_costs_two_queries() -> None:
    companies = a_register(HUAWEI, CLOUD)
    an_edge(companies[HUAWEI], companies[CLOUD], share_min=100, share_max=100)
    first = structure_at(TODAY)
    with CaptureQueriesContext(connection) as asked:
        assert structure_at(Moment(date(2019, 1, 1))) is first
    assert len(asked) == 2


def test_a_list_changes_without_drawing_the_graph_anew_while_no_edge_does() -> None:
    companies = a_register(HUAWEI, CLOUD, HOLDING)
    an_edge(companies[HUAWEI], companies[CLOUD], share_min=100, share_max=100)
    listed = a_listed(HUAWEI, "us-ear-entity-list")
    before = structure_at(TODAY)
    a_version(listed.dataset, date(2026, 11, 1))
    after = structure_at(TODAY)
    assert after is not before
    assert after.graph is before.graph
    # Nor does a new version of the register itself, while its edges stay.
    later = a_version(companies[HUAWEI].dataset, date(2026, 11, 2))
    assert structure_at(TODAY).graph is before.graph
    an_edge(companies[HUAWEI], companies[HOLDING], share_min=1, share_max=1, added_in=later)
    a_version(companies[HUAWEI].dataset, date(2026, 11, 3))
    assert len(structure_at(TODAY).graph.edges) == 2


def test_states_are_forgotten_when_the_record_moves_on() -> None:
    companies = a_register(HUAWEI, CLOUD)
    edge = an_edge(companies[HUAWEI], companies[CLOUD], share_min=100, share_max=100)
    withdrawn = a_version(companies[HUAWEI].dataset, date(2026, 1, 1))
    Ownership.objects.filter(pk=edge.pk).update(removed_in=withdrawn, known_to=withdrawn.fetched_at)
    days: list[Any] = [Moment(date(2025, 12, 31)), TODAY]
    moments = [datetime(2026, 2, day, tzinfo=UTC) for day in range(1, 9)]
    held = [len(structure_at(moment).graph.edges) for moment in days]
    assert held == [1, 0]
    for moment in moments:
        structure_at(Moment(TODAY.on, moment))
    assert len(module._held) == len(module._drawn) == module.KEPT


@pytest.mark.parametrize(
    ("requirement", "reach"),
    [
        ("The entry reads: “and subsidiaries”.", "subsidiaries"),
        ("The entry reads: “and its subordinate and affiliated entities”.", "subsidiaries"),
        ("", ""),
    ],
)
def test_a_uflpa_entry_reaches_as_far_as_its_words(requirement: str, reach: str) -> None:
    a_register(HUAWEI)
    a_listed("Hoshine Silicon Industry Co., Ltd.", "us-uflpa-import", requirement=requirement)
    (row,) = structure_at(TODAY).listings
    assert (row.reach, row.requirement) == (reach, requirement)


def test_only_a_uflpa_entry_reaches_by_its_words() -> None:
    a_listed(HUAWEI, "us-ear-entity-list", requirement="And its subsidiaries.")
    (row,) = structure_at(TODAY).listings
    assert row.reach == ""


def test_a_listing_under_two_measures_is_two_for_the_engine() -> None:
    party = a_listed(HUAWEI, "us-ear-entity-list")
    (listing,) = party.listings.all()
    from entities.measures import synchronised

    listing.measures.add(synchronised()["us-ofac-blocking"])
    rows = list(structure_at(TODAY).listings)
    assert sorted(row.regime_list for row in rows) == ["us-ear-entity-list", "us-ofac-blocking"]
    assert {structure_at(TODAY).listed[row] for row in rows} == {(listing.pk,)}


def test_a_publisher_without_a_start_lists_since_the_version_that_brought_the_entry() -> None:
    party = a_listed(HUAWEI, "us-ear-entity-list", start=None)
    later = a_version(party.dataset, date(2026, 3, 1))
    second = a_listed(CLOUD, "us-ear-entity-list", start=None, added_in=later)
    starts = {row.party: row.start for row in structure_at(TODAY).listings}
    # What the oldest version says counts for every earlier day.
    assert starts == {party.pk: None, second.pk: date(2026, 3, 1)}
    assert (LIST_OF["us-ear-entity-list"], REGISTER) == (party.dataset.name, "watchlink_companies")
