"""Runs: each chunk is done once and whole, by whichever worker; the receipt is written first and can be proved."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

import matching
from config.celery import app
from entities.models import DatasetVersion
from screening import runs
from screening.models import AuditEvent, Hit, Portfolio, Screening, ScreeningChunk, Subject
from screening.runs import abandoned, cancel, do, finder_of, resume, run
from screening.starting import Input, start
from screening.suppliers import Refused, given_suppliers, open_suppliers
from screening.verifying import verify
from tests.builders import a_dataset, a_listed, a_name, a_register, a_version, an_edge
from tests.desk import a_portfolio, a_user
from tests.supplier_files import a_csv

pytestmark = pytest.mark.django_db
SOURCE = Input("suppliers.csv", "ab" * 32, 10)


@pytest.fixture
def portfolio() -> Portfolio:
    owner, asset = a_register("Example Holding", "Example Shoes").values()
    a_listed("Example Holding", "us-ofac-blocking")
    a_listed("Zvezda Shipping JSC", "us-ofac-blocking")
    an_edge(owner, asset, share_min=60, share_max=60, start=date(2020, 1, 1))
    return a_portfolio(four_eyes=False)


def suppliers(number: int = 250) -> list[dict[str, str]]:
    rows = [{"name": f"Plain Supplier {at} Ltd", "country": "gb"} for at in range(number)]
    rows[7] = {"name": "Zvezda Shipping", "country": "ru", "reference": "S-7"}
    rows[number - 1] = {"name": "Example Shoes", "country": "cn"}
    return rows


def begun(portfolio: Portfolio, number: int = 250, **options: Any) -> Screening:
    return start(portfolio, given_suppliers(suppliers(number)), SOURCE, by=None, **options)


def found(screening: Screening) -> list[tuple[int, str, bool]]:
    return [(hit.row, hit.caption, hit.is_direct) for hit in screening.hits.order_by("row")]


EXPECTED = [(8, "Zvezda Shipping JSC", True), (250, "Example Holding", False)]


def test_a_run_finds_listed_parties_and_those_behind_an_owner(portfolio: Portfolio) -> None:
    screening = begun(portfolio, watch=True)
    run(screening.pk)
    screening.refresh_from_db()
    assert (screening.state, screening.rows_done, screening.hits_found) == ("done", 250, 2)
    assert found(screening) == EXPECTED
    through = screening.hits.get(row=250)
    assert through.path == "Example Holding ─ 60 %, shareholding, since 2020-01-01 ─▶ Example Shoes"
    assert {row["code"]: row["result"] for row in through.regimes}["us-ofac-50"] == "yes"
    assert Subject.objects.filter(portfolio=portfolio, watched=True).count() == 250
    assert Subject.objects.get(reference="S-7").country == "ru"


def test_the_next_file_knows_the_same_suppliers(portfolio: Portfolio) -> None:
    run(begun(portfolio).pk)
    rows = [
        {"name": "Zvezda  SHIPPING Company", "reference": "S-7", "address": "Murmansk"},
        {"name": "PLAIN supplier 0 LTD", "country": "gb"},
    ]
    run(start(portfolio, given_suppliers(rows), SOURCE, by=None).pk)
    assert Subject.objects.filter(portfolio=portfolio).count() == 250
    known = Subject.objects.get(reference="S-7")
    # What the file has no column for stays; a spelling in other letters is no change.
    assert (known.name, known.address, known.country) == ("Zvezda SHIPPING Company", "Murmansk", "")
    assert Subject.objects.filter(name="Plain Supplier 0 Ltd").exists()


def test_a_chunk_is_done_once_whoever_does_it(portfolio: Portfolio) -> None:
    screening = begun(portfolio)
    Screening.objects.update(state="running")
    chunk = screening.chunks.first()
    assert chunk is not None
    finder = finder_of(screening)
    assert do(chunk, screening, finder)
    assert not do(chunk, screening, finder)
    run(screening.pk)
    assert found(screening) == EXPECTED
    assert Screening.objects.get().rows_done == 250


def test_a_worker_that_dies_in_a_chunk_leaves_nothing_of_it(
    portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    screening = begun(portfolio)

    class Died(BaseException):
        pass

    def dies(*args: Any) -> Any:
        raise Died

    # After the subjects and before the counters: the middle of the transaction.
    monkeypatch.setattr(runs, "_hits", dies)
    with pytest.raises(Died):
        run(screening.pk)
    screening.refresh_from_db()
    assert (screening.state, screening.rows_done) == ("running", 0)
    assert not Hit.objects.exists()
    assert not Subject.objects.exists()


def test_rows_that_a_dead_worker_took_are_given_to_another_after_the_lease(
    portfolio: Portfolio, settings: Settings
) -> None:
    screening = begun(portfolio)
    now = timezone.now()
    ScreeningChunk.objects.filter(number=0).update(claimed_at=now)
    Screening.objects.update(state="running", started_at=now - timedelta(hours=1))
    run(screening.pk)
    assert abandoned() == []
    screening.refresh_from_db()
    assert (screening.state, screening.rows_done) == ("running", 150)
    past = now - timedelta(seconds=settings.SCREENING_LEASE + 1)
    ScreeningChunk.objects.filter(number=0).update(claimed_at=past)
    ScreeningChunk.objects.exclude(finished_at=None).update(finished_at=past)
    assert abandoned() == [screening.pk]
    run(screening.pk)
    assert Screening.objects.get().state == "done"
    assert abandoned() == []


def test_a_run_that_no_message_reached_is_taken_up(portfolio: Portfolio, settings: Settings) -> None:
    screening = begun(portfolio)
    assert abandoned() == []
    Screening.objects.update(created_at=timezone.now() - timedelta(seconds=settings.SCREENING_LEASE + 1))
    assert abandoned() == [screening.pk]


def test_the_scheduler_looks_for_abandoned_runs(settings: Settings) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["resume screenings"]
    app.loader.import_default_modules()
    assert entry["task"] in app.tasks


def test_a_cancelled_run_stops_and_goes_on_when_resumed(portfolio: Portfolio) -> None:
    ana = a_user("ana", "analyst", "Purchasing")
    screening = begun(portfolio)
    Screening.objects.update(state="running")
    chunk = screening.chunks.first()
    assert chunk is not None
    do(chunk, screening, finder_of(screening))
    assert cancel(screening, ana)
    assert not cancel(screening, ana)
    later = screening.chunks.last()
    assert later is not None
    assert not do(later, screening, finder_of(screening))
    run(screening.pk)
    screening.refresh_from_db()
    assert (screening.state, screening.cancelled_by, screening.rows_done) == ("cancelled", "ana", 100)
    assert resume(screening, ana)
    run(screening.pk)
    assert found(screening) == EXPECTED
    assert [row.action for row in AuditEvent.objects.order_by("number")] == [
        "screened",
        "cancelled",
        "resumed",
    ]
    assert AuditEvent.objects.broken_at() is None


def test_a_run_that_fails_says_why_and_can_be_resumed(
    portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    screening = begun(portfolio)
    Screening.objects.update(matcher="0.1")
    run(screening.pk)
    screening.refresh_from_db()
    assert (screening.state, screening.error) == (
        "failed",
        f"It began with matcher 0.1; this program has {matching.VERSION}.",
    )
    Screening.objects.update(matcher=matching.VERSION)
    assert resume(screening, a_user("ana", "analyst", "Purchasing"))
    run(screening.pk)
    assert found(screening) == EXPECTED


def test_a_list_that_is_loaded_in_the_middle_of_a_run_is_not_mixed_in(portfolio: Portfolio) -> None:
    whole = begun(portfolio)
    run(whole.pk)
    screening = begun(portfolio)
    Screening.objects.filter(pk=screening.pk).update(state="running")
    chunk = screening.chunks.first()
    assert chunk is not None
    do(chunk, screening, finder_of(screening))
    later_version()
    run(screening.pk)
    screening.refresh_from_db()
    whole.refresh_from_db()
    assert screening.state == "done", screening.error
    assert screening.result_sha256 == whole.result_sha256


def later_version() -> DatasetVersion:
    """Load a version that names one of the plain suppliers."""
    listed = a_dataset("us_ofac_sdn")
    version = a_version(listed, timezone.localdate(), fetched_at=timezone.now())
    party = a_listed("Plain Supplier 200 Ltd", "us-ofac-blocking", added_in=version)
    party.names.update(known_from=version.fetched_at, added_in=version)
    old = listed.entities.get(caption="Zvezda Shipping JSC")
    a_name(old, "Star Shipping", added_in=version)
    old.names.filter(text="Zvezda Shipping JSC").update(removed_in=version, known_to=version.fetched_at)
    return version


def test_a_receipt_gives_the_same_result_while_the_record_stands(portfolio: Portfolio) -> None:
    screening = begun(portfolio)
    run(screening.pk)
    screening.refresh_from_db()
    told = verify(screening, None)
    assert (told.outcome, told.rows, told.hits) == ("same", 250, 2)
    assert told.sentence == "The same: 250 rows run again on the same versions gave the same 2 hits."
    assert AuditEvent.objects.latest("number").detail["outcome"] == "same"


def test_a_receipt_gives_the_same_result_after_the_list_has_changed(portfolio: Portfolio) -> None:
    screening = begun(portfolio)
    run(screening.pk)
    later_version()
    fresh = begun(portfolio)
    run(fresh.pk)
    assert found(fresh) != EXPECTED
    screening.refresh_from_db()
    assert verify(screening, None).outcome == "same"
    assert fresh.receipt != screening.receipt


@pytest.mark.parametrize(
    ("spoil", "outcome", "said"),
    [
        (lambda run: Screening.objects.update(matcher="0.1"), "tampered", "not those of the receipt"),
        (lambda run: Screening.objects.update(threshold=0.7), "tampered", "not those of the receipt"),
        (
            lambda run: raw("DELETE FROM screening_hit WHERE row = 8"),
            "tampered",
            "not those that were found",
        ),
        (
            lambda run: raw("UPDATE screening_hit SET score = 0.5 WHERE row = 8"),
            "tampered",
            "not those that were found",
        ),
        (
            lambda run: DatasetVersion.objects.filter(dataset__name="us_ofac_sdn").update(sha256="00" * 32),
            "impossible",
            "is no longer held",
        ),
        (lambda run: Screening.objects.update(state="cancelled"), "impossible", "The run is cancelled"),
    ],
)
def test_what_cannot_be_proved_is_said_plainly(
    portfolio: Portfolio, spoil: Any, outcome: str, said: str
) -> None:
    screening = begun(portfolio)
    run(screening.pk)
    spoil(screening)
    screening = Screening.objects.get()
    told = verify(screening, None)
    assert told.outcome == outcome
    assert said in told.sentence


def raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_another_matcher_makes_it_impossible_and_says_so(
    portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    screening = begun(portfolio)
    run(screening.pk)
    screening.refresh_from_db()
    monkeypatch.setattr(matching, "VERSION", "9.9")
    told = verify(screening, None)
    assert told.outcome == "impossible"
    assert f"It began with matcher {screening.matcher}; this program has 9.9." in told.sentence


def test_the_receipt_tells_what_was_not_searched_or_stale(portfolio: Portfolio) -> None:
    screening = begun(portfolio)
    assert {row["dataset"] for row in screening.versions} == {"us_ofac_sdn", "watchlink_companies"}
    assert "un_sc" in {row["dataset"] for row in screening.not_searched}
    assert [row["dataset"] for row in screening.stale] == ["us_ofac_sdn"]
    Portfolio.objects.update(fresh_days=100_000)
    assert begun(Portfolio.objects.get()).stale == []


def test_a_receipt_is_the_same_for_the_same_question_alone(portfolio: Portfolio) -> None:
    assert begun(portfolio).receipt == begun(portfolio).receipt
    assert begun(portfolio).receipt != begun(portfolio, threshold=0.9).receipt
    assert begun(portfolio).receipt != begun(portfolio, on=date(2026, 1, 1)).receipt


def test_only_the_measures_that_matter_to_a_portfolio_are_hits(portfolio: Portfolio) -> None:
    Portfolio.objects.update(regimes=["eu-asset-freeze"])
    screening = begun(Portfolio.objects.get())
    run(screening.pk)
    assert found(screening) == []


def test_a_listing_counts_on_the_days_it_holds(portfolio: Portfolio) -> None:
    screening = begun(portfolio, on=date(2019, 12, 31))
    run(screening.pk)
    assert found(screening) == []


def test_a_file_without_suppliers_or_with_too_many_rows_is_refused_and_leaves_nothing(
    portfolio: Portfolio,
) -> None:
    with pytest.raises(Refused, match="names no supplier"):
        start(portfolio, given_suppliers([{"name": " "}]), SOURCE, by=None)
    with pytest.raises(Refused, match="more than 100 rows"):
        begun(portfolio, most_rows=100)
    assert not Screening.objects.exists()
    assert not AuditEvent.objects.exists()


def test_nothing_is_screened_against_nothing() -> None:
    with pytest.raises(Refused, match="No list has been loaded"):
        begun(a_portfolio())


def test_columns_are_remembered_for_the_next_file(portfolio: Portfolio, tmp_path: Path) -> None:
    path = a_csv(tmp_path / "a.csv", [["Bez", "Country", "Address"], ["Zvezda Shipping", "RU", "Murmansk"]])
    file = open_suppliers(path, columns={"name": "Bez", "address": ""})
    start(portfolio, file, SOURCE, by=None)
    portfolio.refresh_from_db()
    assert portfolio.mapping == {"name": "Bez", "country": "Country", "address": ""}
    other = open_suppliers(
        a_csv(tmp_path / "b.csv", [["Country", "Bez", "Address"], ["RU", "Zvezda", "Murmansk"]])
    )
    assert other.columns.remembered(portfolio.mapping) == portfolio.mapping


def test_more_rows_in_a_chunk_take_no_more_queries(portfolio: Portfolio) -> None:
    def queries(number: int) -> int:
        screening = begun(portfolio, number)
        Screening.objects.filter(pk=screening.pk).update(state="running")
        finder = finder_of(screening)
        list(finder.find([]))
        chunk = screening.chunks.first()
        assert chunk is not None
        chunk.refresh_from_db()
        for learnt in (finder._listed, finder._rows, finder._exposed):
            learnt.clear()
        with CaptureQueriesContext(connection) as captured:
            assert do(chunk, screening, finder)
        return len(captured)

    queries(20)  # opens the index and draws the graph
    # SQLite takes about seventy new subjects in one statement.
    assert queries(21) == queries(60)


def test_the_command_keeps_a_portfolios_screening_and_writes_its_hits(
    portfolio: Portfolio, tmp_path: Path
) -> None:
    path = a_csv(tmp_path / "a.csv", [["Supplier"], ["Zvezda Shipping"], ["Nobody Ltd"]])
    with pytest.raises(SystemExit) as left:
        call_command(
            "screen", str(path), portfolio=portfolio.name, output=str(tmp_path / "hits.csv"), reason="Audit"
        )
    assert left.value.code == 1
    (hit,) = csv.DictReader((tmp_path / "hits.csv").open())
    assert (hit["row"], hit["matched_name"]) == ("1", "Zvezda Shipping JSC")
    screening = Screening.objects.get()
    assert (screening.reason, screening.input_name, screening.state) == ("Audit", "a.csv", "done")
    call_command("verify", screening.pk)
    with pytest.raises(
        CommandError, match="There is no portfolio 'x'; the portfolios are: Footwear suppliers"
    ):
        call_command("screen", str(path), portfolio="x")
    with pytest.raises(CommandError, match="There is no screening 999"):
        call_command("verify", 999)
