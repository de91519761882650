"""Cross-references: what a run finds, what it does again, what people say of it, and what answers make of that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from entities.models import Change, Dataset, DatasetVersion, Entity
from entities.querysets import Moment
from screening import counterparts, crossing
from screening.clusters import current_clusters
from screening.index import record_state
from screening.models import CrossReference, CrossReferenceRun
from screening.ruling import rule
from screening.structure import structure_at
from screening.tasks import cross_reference
from tests.builders import a_dataset, a_listed, a_name, a_register, a_version, an_edge, an_entity
from tests.desk import a_user

pytestmark = pytest.mark.django_db

TODAY = Moment(date(2026, 11, 28))
HIKVISION, EZVIZ = "Hangzhou Hikvision Digital Technology Co., Ltd.", "Hangzhou EZVIZ Network Co., Ltd."
DAHUA = "Zhejiang Dahua Technology Co., Ltd."
# What the matcher finds near and does not join: a word without a partner.
NEAR = "Shanghai HiSilicon Technologies Co., Ltd."
HISILICON = "HiSilicon Technologies Co., Ltd."


@pytest.fixture
def boris() -> User:
    return a_user("boris", "reviewer")


def compared(**fields: Any) -> CrossReferenceRun:
    run = CrossReferenceRun.objects.create(**fields)
    crossing.advance(run)
    return run


def pairs() -> set[tuple[str, str, bool]]:
    return {(row.company_name, row.listed_name, row.joins) for row in CrossReference.objects.all()}


def changed(entity: Entity) -> DatasetVersion:
    """Load another version of an entity's dataset, which changes that entity alone."""
    newest = entity.dataset.versions.latest("published_on")
    version = a_version(entity.dataset, newest.published_on + timedelta(days=1))
    Change.objects.create(version=version, entity=entity, kind="changed")
    Entity.objects.filter(pk=entity.pk).update(changed_in=version, digest=f"of version {version.pk}")
    return version


def test_a_run_finds_the_lists_rows_of_a_company_with_score_and_reason() -> None:
    a_register(HIKVISION, HISILICON)
    a_listed(HIKVISION, "us-889-part-a")
    a_listed(NEAR, "us-ear-entity-list")
    run = compared()
    assert (run.state, run.rows, run.rows_done, run.found) == ("done", 2, 2, 2)
    assert pairs() == {(HIKVISION, HIKVISION, True), (HISILICON, NEAR, False)}
    row = CrossReference.objects.get(company_name=HIKVISION)
    assert (row.company_dataset, row.listed_dataset, row.status) == (
        "watchlink_companies",
        "us_section_889",
        "suggested",
    )
    assert row.score >= 0.95
    assert row.reason == row.explanation["sentence"]
    assert {token["query"] for token in row.explanation["tokens"]} >= {"hikvision"}
    assert CrossReference.objects.get(company_name=HISILICON).effect == "waits for a person"


def test_a_second_run_has_nothing_to_compare() -> None:
    a_register(HIKVISION)
    a_listed(HIKVISION, "us-889-part-a")
    compared()
    held = CrossReference.objects.get()
    run = compared()
    assert (run.state, run.rows_done) == ("done", 0)
    assert CrossReference.objects.get().compared_at == held.compared_at


def test_two_rows_of_lists_are_one_cross_reference_and_two_of_one_list_are_none() -> None:
    one, other = a_listed(HIKVISION, "us-889-part-a"), a_listed(HIKVISION, "us-fcc-covered")
    child = a_listed(EZVIZ, "us-fcc-covered")
    an_edge(one, child)
    an_edge(other, child)
    a_name(a_listed(f"{HIKVISION} ", "us-fcc-covered"), HIKVISION)
    compared()
    found = CrossReference.objects.filter(company_name=HIKVISION)
    assert all(row.company_dataset != row.listed_dataset for row in found)
    assert found.filter(company_id__in=[one.pk, other.pk], listed_id__in=[one.pk, other.pk]).count() == 1


def test_persons_are_left_out() -> None:
    register = a_dataset("watchlink_companies", kind="curated")
    an_entity(register, "Gennady Timchenko", schema="Person")
    sdn = a_dataset("us_ofac_sdn", kind="list")
    an_entity(sdn, "Gennady Timchenko", schema="LegalEntity")
    assert compared().rows == 0


def test_a_changed_listed_party_is_compared_with_everyone_and_nobody_else_is() -> None:
    companies = a_register(HIKVISION, DAHUA)
    a_listed(HIKVISION, "us-889-part-a")
    listed = a_listed("Example Cameras Ltd", "us-889-part-a")
    compared()
    before = CrossReference.objects.get().compared_at
    a_name(listed, DAHUA, "alias")
    changed(listed)
    steps = counterparts.steps(counterparts.covered(), counterparts.versions())
    assert [(step.companies.count(), step.targets()) for step in steps] == [
        (2, frozenset({listed.pk})),
        (0, None),
    ]
    run = compared()
    assert (run.state, run.rows_done, run.found) == ("done", 2, 1)
    assert {row.company_id for row in CrossReference.objects.all()} == {row.pk for row in companies.values()}
    assert CrossReference.objects.get(company_name=HIKVISION).compared_at == before


def test_a_changed_company_is_compared_alone_with_every_list() -> None:
    companies = a_register(HIKVISION, DAHUA)
    a_listed(HIKVISION, "us-889-part-a")
    compared()
    a_name(companies[DAHUA], HIKVISION, "alias")
    changed(companies[DAHUA])
    run = compared()
    assert (run.rows, run.rows_done, run.found) == (1, 1, 1)
    assert CrossReference.objects.filter(company_id=companies[DAHUA].pk).count() == 1


def test_a_list_that_is_loaded_for_the_first_time_is_compared_whole() -> None:
    a_register(HIKVISION)
    compared()
    a_listed(HIKVISION, "us-889-part-a")
    assert compared().found == 1


def test_a_lists_row_is_compared_once_an_edge_touches_it() -> None:
    one, other = a_listed(HIKVISION, "us-889-part-a"), a_listed(HIKVISION, "us-fcc-covered")
    companies = a_register(EZVIZ)
    compared()
    assert not CrossReference.objects.filter(company_name=HIKVISION).exists()
    later = a_version(companies[EZVIZ].dataset, date(2026, 11, 2))
    an_edge(one, companies[EZVIZ], added_in=later)
    compared()
    row = CrossReference.objects.get()
    assert {row.company_id, row.listed_id} == {one.pk, other.pk}


def test_a_suggestion_that_no_longer_holds_goes_and_a_ruled_one_is_marked(boris: User) -> None:
    companies = a_register(HIKVISION, DAHUA)
    rows = [a_listed(name, "us-889-part-a") for name in (HIKVISION, DAHUA)]
    compared()
    rule(CrossReference.objects.get(company_name=DAHUA).pk, "confirmed", by=boris, note="Same credit code.")
    for row, text in zip(rows, ("Ningbo Deye Household Oven Ltd", "Yantai Port Crane Factory"), strict=True):
        row.names.update(text=text)
        changed(row)
    compared()
    held = CrossReference.objects.get()
    assert (held.company_id, held.standing, held.status, held.joins) == (
        companies[DAHUA].pk,
        "lapsed",
        "confirmed",
        True,
    )


def test_a_party_that_left_its_list_is_marked_and_still_joined_for_earlier_days() -> None:
    a_register(HIKVISION)
    listed = a_listed(HIKVISION, "us-889-part-a")
    compared()
    version = changed(listed)
    Entity.objects.filter(pk=listed.pk).update(removed_in=version)
    listed.names.update(removed_in=version, known_to=version.fetched_at)
    compared()
    row = CrossReference.objects.get()
    assert (row.standing, row.joins) == ("left", True)
    assert not CrossReference.objects.waiting().exists()


def test_a_party_that_a_rebuild_dropped_is_in_no_answer_and_its_suggestions_go() -> None:
    companies = a_register(HIKVISION, EZVIZ)
    an_edge(companies[HIKVISION], companies[EZVIZ], share_min=100, share_max=100)
    listed = a_listed(HIKVISION, "us-889-part-a")
    compared()
    Entity.objects.filter(pk=listed.pk).delete()
    assert structure_at(TODAY).rows(companies[HIKVISION]) == (companies[HIKVISION].pk,)
    compared()
    assert not CrossReference.objects.exists()


class TestARunThatIsCutShort:
    """A worker dies, somebody cancels, two workers meet: what is done is done once."""

    @pytest.fixture(autouse=True)
    def small_chunks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(counterparts, "CHUNK", 2)
        names = [f"{word} Camera Co., Ltd." for word in ("Anqing", "Baotou", "Changji", "Datong", "Ermin")]
        a_register(*names)
        for name in names:
            a_listed(name, "us-889-part-a")

    def test_it_goes_on_where_it_stopped(self) -> None:
        run = CrossReferenceRun.objects.create()

        def die(row: CrossReferenceRun) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            crossing.advance(run, die)
        held = CrossReferenceRun.objects.get()
        assert (held.state, held.rows_done) == ("running", 2)
        # Its worker may still be alive: nobody takes it yet.
        assert crossing.next_free() is None
        CrossReferenceRun.objects.update(beat_at=timezone.now() - timedelta(hours=1))
        cross_reference()
        held.refresh_from_db()
        assert (held.state, held.rows_done, held.found) == ("done", 5, 5)
        assert CrossReference.objects.count() == 5

    def test_a_cancelled_one_stops_and_keeps_what_it_found(self) -> None:
        run = CrossReferenceRun.objects.create()

        def cancel(row: CrossReferenceRun) -> None:
            call_command("crossref", cancel=row.pk, verbosity=0)

        crossing.advance(run, cancel)
        held = CrossReferenceRun.objects.get()
        assert (held.state, held.rows_done, CrossReference.objects.count()) == ("cancelled", 2, 2)
        assert held.cancelled_by.endswith("(command line)")
        # Nothing counts as compared: the next run does all of it.
        assert compared().rows_done == 5

    def test_another_one_waits_for_it(self) -> None:
        first, second = CrossReferenceRun.objects.create(), CrossReferenceRun.objects.create()
        seen: list[Any] = []
        crossing.advance(first, lambda row: seen.append(crossing.next_free()))
        assert set(seen) == {None}
        assert crossing.next_free() == second

    def test_a_fault_is_told_on_the_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        run = CrossReferenceRun.objects.create()

        def fail(*args: Any) -> int:
            raise ArithmeticError("no such score")

        monkeypatch.setattr(crossing, "write", fail)
        with pytest.raises(ArithmeticError):
            crossing.advance(run)
        held = CrossReferenceRun.objects.get()
        assert (held.state, held.error) == ("failed", "ArithmeticError: no such score")


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="Nothing has been loaded yet"):
        call_command("crossref")
    a_register(HIKVISION, HISILICON)
    a_listed(HIKVISION, "us-889-part-a")
    a_listed(NEAR, "us-ear-entity-list")
    call_command("crossref")
    assert "2 companies compared, 2 pairs kept." in capsys.readouterr().out
    call_command("crossref", dataset="us_section_889")
    told = capsys.readouterr().out
    assert "2 companies compared, 1 pairs kept." in told
    assert "1 read as one party by the matcher, 1 wait for a person, 0 ruled on." in told
    with pytest.raises(CommandError, match="no dataset 'nobody'"):
        call_command("crossref", dataset="nobody")


def test_a_load_asks_for_one_comparison(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(cross_reference, "delay", lambda: sent.append("asked"))
    a_register(HIKVISION)
    dataset = Dataset.objects.get(name="watchlink_companies")
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            dataset.save(update_fields=["current_version", "checked_at"])
        dataset.save(update_fields=["checked_at"])
    assert sent == ["asked"]
    run = CrossReferenceRun.objects.get()
    assert (run.state, run.reason) == ("waiting", "watchlink_companies was loaded")
    # Lost on its way to the workers, it is asked for again.
    CrossReferenceRun.objects.update(created_at=timezone.now() - timedelta(hours=1))
    crossing.after_load("us_ofac_sdn")
    assert (len(sent), CrossReferenceRun.objects.count()) == (2, 1)


def test_a_queue_that_cannot_be_reached_stops_no_load(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise OSError("no broker")

    monkeypatch.setattr(cross_reference, "delay", fail)
    crossing.after_load("us_ofac_sdn")
    assert "the queue could not be reached" in caplog.text


def test_rows_that_no_run_compared_are_compared_when_somebody_asks() -> None:
    """A load of this minute counts in the next answer, whether or not a worker runs; nothing is written for it."""
    companies = a_register(HIKVISION, EZVIZ)
    an_edge(companies[HIKVISION], companies[EZVIZ], share_min=100, share_max=100)
    compared()
    listed = a_listed(HIKVISION, "us-889-part-a")
    assert structure_at(TODAY).rows(companies[HIKVISION]) == (companies[HIKVISION].pk, listed.pk)
    assert not CrossReference.objects.exists()
    before = current_clusters(record_state())
    compared()
    for path in (counterparts.settings.INDEX_DIR).glob("*.parties"):
        path.unlink()
    assert current_clusters(record_state()).leaders == before.leaders
