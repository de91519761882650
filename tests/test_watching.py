"""Subjects under watch: what changes is screened again for whom it may touch, and only news alerts."""

from __future__ import annotations

import csv
import gzip
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from entities.models import OwnershipRule
from ingest.runs import ingest
from ingest.source import source_named
from screening import watching
from screening.choices import Trigger
from screening.deciding import Word, decide
from screening.models import Alert, Hit, Look, Portfolio, Screening, Subject
from screening.models.portfolios import subject_key
from screening.queue import Asked, asked_hits, standing_hits
from screening.rules import switched
from screening.runs import run
from screening.watching import look, look_back, screened
from tests.builders import a_dataset, a_listing, a_version, an_edge, an_entity
from tests.desk import a_portfolio, a_subject, a_user
from tests.test_loading import copy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.gates.check", lambda *args, **options: None)


@pytest.fixture
def portfolio() -> Portfolio:
    return a_portfolio(four_eyes=False)


@pytest.fixture
def ana(portfolio: Portfolio) -> User:
    return a_user("ana", "analyst", "Purchasing")


def watched(portfolio: Portfolio, *names: str) -> list[Subject]:
    """Put subjects under watch, screened once as they arrive."""
    subjects = [a_subject(portfolio, name, watched=True) for name in names]
    run(screened(portfolio, subjects, Trigger.API, "first").pk)
    return subjects


def news() -> set[tuple[str, str, str]]:
    rows = Alert.objects.filter(seen_at=None).select_related("subject")
    return {(row.subject.name, row.kind, row.cause) for row in rows}


def test_what_came_and_left_alerts_whom_it_touches_and_nobody_else(
    portfolio: Portfolio, tmp_path: Path
) -> None:
    copy(tmp_path, "2026-09-01", {1: "TANCHON COMMERCIAL BANK", 2: "NAMCHONGANG TRADING"})
    watched(portfolio, "Tanchon Commercial Bank", "Namchongang Trading", "Hesong Trading Corporation", "Bata")
    a_subject(portfolio, "Hesong Trading Corporation", country="kp")  # not under watch
    assert look() is None
    copy(tmp_path, "2026-10-01", {1: "TANCHON COMMERCIAL BANK", 3: "HESONG TRADING CORPORATION"})
    found = look()
    assert found is not None
    assert (found.causes, found.subjects) == (["un_sc of 2026-10-01"], 2)
    assert news() == {
        ("Hesong Trading Corporation", "new", "un_sc of 2026-10-01"),
        ("Namchongang Trading", "ended", "un_sc of 2026-10-01"),
    }
    assert Screening.objects.get(trigger="watch").rows == 2
    # What is no longer found is nobody's work, and still there to be read.
    waits = {hit.subject.name: hit.standing for hit in standing_hits(a_user("vera", "auditor"))}
    assert waits == {
        "Tanchon Commercial Bank": "open",
        "Hesong Trading Corporation": "open",
        "Namchongang Trading": "ended",
    }
    assert "Namchongang Trading" not in {
        hit.subject.name for hit in asked_hits(a_user("adam", "auditor"), Asked())
    }


def test_nothing_new_makes_no_run_and_no_alert(portfolio: Portfolio, tmp_path: Path) -> None:
    copy(tmp_path, "2026-09-01", {1: "TANCHON COMMERCIAL BANK"})
    watched(portfolio, "Tanchon Commercial Bank")
    look()
    again = look()
    assert again is not None
    assert (again.causes, again.subjects, again.finished_at is not None) == ([], 0, True)
    assert not Alert.objects.exists()
    assert not Screening.objects.filter(trigger="watch").exists()
    look()
    assert Look.objects.count() == 1


def test_a_party_that_comes_back_is_news_again(portfolio: Portfolio, tmp_path: Path) -> None:
    both, one = {1: "TANCHON COMMERCIAL BANK", 2: "NAMCHONGANG TRADING"}, {1: "TANCHON COMMERCIAL BANK"}
    copy(tmp_path, "2026-09-01", both)
    watched(portfolio, "Namchongang Trading")
    look()
    for day, parties in (("2026-09-02", one), ("2026-09-03", both), ("2026-09-04", one)):
        copy(tmp_path, day, parties)
        look()
    kinds = [(row.kind, row.cause[-10:]) for row in Alert.objects.order_by("pk")]
    assert kinds == [("ended", "2026-09-02"), ("new", "2026-09-03"), ("ended", "2026-09-04")]


def test_a_decision_stays_silent_until_the_party_changes(
    portfolio: Portfolio, ana: User, tmp_path: Path
) -> None:
    copy(tmp_path, "2026-09-01", {1: "TANCHON COMMERCIAL BANK"})
    watched(portfolio, "Tanchon Commercial Bank")
    decide(Hit.objects.get().pk, ana, Word("false_positive", "other_country"), 0)
    look()
    copy(tmp_path, "2026-10-01", {1: "TANCHON COMMERCIAL BANK", 2: "NAMCHONGANG TRADING"})
    look()
    assert news() == set()
    copy(tmp_path, "2026-11-01", {1: "TANCHON BANK COMMERCIAL", 2: "NAMCHONGANG TRADING"})
    look()
    assert news() == {("Tanchon Commercial Bank", "reopened", "un_sc of 2026-11-01")}
    assert Alert.objects.get().difference["entity"]["names"]
    assert standing_hits(ana).get().standing == "reopened"


def test_a_changed_subject_is_screened_again(portfolio: Portfolio, tmp_path: Path) -> None:
    copy(tmp_path, "2026-09-01", {1: "TANCHON COMMERCIAL BANK"})
    (subject,) = watched(portfolio, "Tanchen")
    look()
    Subject.objects.filter(pk=subject.pk).update(
        name="Tanchon Commercial Bank",
        key=subject_key("Tanchon Commercial Bank", ""),
        changed_at=timezone.now(),
    )
    look()
    assert news() == {("Tanchon Commercial Bank", "new", "the subject itself")}


def test_what_a_file_changed_is_not_screened_twice(portfolio: Portfolio, tmp_path: Path) -> None:
    copy(tmp_path, "2026-09-01", {1: "TANCHON COMMERCIAL BANK"})
    look()
    (subject,) = watched(portfolio, "Tanchon Commercial Bank")
    Subject.objects.filter(pk=subject.pk).update(read_from=Screening.objects.get(), read_row=1)
    found = look()
    assert found is not None
    assert found.subjects == 0
    assert Screening.objects.count() == 1


def test_a_new_edge_alerts_what_is_owned(portfolio: Portfolio) -> None:
    sdn = a_dataset("us_ofac_sdn", kind="list")
    owner = an_entity(sdn, "Zvezda Shipping JSC", countries="ru")
    a_listing(owner)
    register = a_dataset("watchlink_companies", kind="curated")
    asset = an_entity(register, "Romashka Export", countries="ru")
    grandchild = an_entity(register, "Vasilyok Logistics", countries="ru")
    an_edge(asset, grandchild, share_min=60, share_max=60)
    watched(portfolio, "Romashka Export", "Vasilyok Logistics", "Lopukh Works")
    look()
    newer = a_version(register, date(2025, 2, 1))
    an_edge(owner, asset, share_min=75, share_max=75, added_in=newer)
    found = look()
    assert found is not None
    assert found.subjects == 2
    assert news() == {
        ("Romashka Export", "new", "watchlink_companies of 2025-02-01"),
        ("Vasilyok Logistics", "new", "watchlink_companies of 2025-02-01"),
    }
    assert all(alert.hit and alert.hit.via for alert in Alert.objects.all())


def test_a_rule_that_is_switched_alerts_by_itself(portfolio: Portfolio) -> None:
    entity_list = a_dataset("us_bis_entity_list", kind="list")
    owner = an_entity(entity_list, "Zvezda Shipping JSC", countries="cn")
    a_listing(owner, "us-ear-entity-list")
    register = a_dataset("watchlink_companies", kind="curated")
    asset = an_entity(register, "Romashka Export", countries="cn")
    an_edge(owner, asset, share_min=75, share_max=75)
    rule = OwnershipRule.objects.get(code="us-bis-affiliates-2026")
    switched(rule, "suspended", by="adam", note="As the register says.")
    watched(portfolio, "Romashka Export", "Lopukh Works")
    look()
    switched(rule, "in force", by="adam", note="It came back.")
    found = look()
    assert found is not None
    # While it was suspended the share was a red flag; now the rule reaches the company.
    assert [(name, kind) for name, kind, _ in news()] == [("Romashka Export", "changed")]
    assert ["us-bis-affiliates-2026", "yes"] in Alert.objects.get().difference["rules"][1]
    assert any(rule.regime in cause for cause in found.causes)


def test_a_listing_that_begins_on_a_day_alerts_on_that_day(
    portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdn = a_dataset("us_ofac_sdn", kind="list")
    party = an_entity(sdn, "Zvezda Shipping JSC")
    a_listing(party, start=timezone.localdate() + timedelta(days=3))
    watched(portfolio, "Zvezda Shipping", "Lopukh Works")
    look()
    assert not Hit.objects.exists()
    later = timezone.now() + timedelta(days=3)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    found = look()
    assert found is not None
    assert {(name, kind) for name, kind, _ in news()} == {("Zvezda Shipping", "new")}


def test_a_look_that_was_cut_off_is_finished_by_the_next(
    portfolio: Portfolio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy(tmp_path, "2026-09-01", {1: "TANCHON COMMERCIAL BANK"})
    watched(portfolio, "Namchongang Trading")
    look()
    copy(tmp_path, "2026-10-01", {1: "TANCHON COMMERCIAL BANK", 2: "NAMCHONGANG TRADING"})

    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(watching, "alerts_of", killed)
        with pytest.raises(KeyboardInterrupt):
            look()
    assert not Alert.objects.exists()
    assert Look.objects.filter(finished_at=None).count() == 1
    look()
    assert news() == {("Namchongang Trading", "new", "un_sc of 2026-10-01")}
    assert Screening.objects.filter(trigger="watch").count() == 1


def test_a_run_that_failed_is_begun_anew_by_the_next_look(portfolio: Portfolio, tmp_path: Path) -> None:
    copy(tmp_path, "2026-09-01", {1: "TANCHON COMMERCIAL BANK"})
    watched(portfolio, "Namchongang Trading")
    look()
    copy(tmp_path, "2026-10-01", {1: "TANCHON COMMERCIAL BANK", 2: "NAMCHONGANG TRADING"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("screening.runs.do", lambda *args: 1 / 0)
        found = look()
    assert found is not None
    assert found.screenings.get().state == "failed"
    assert not Alert.objects.exists()
    look()
    assert news() == {("Namchongang Trading", "new", "un_sc of 2026-10-01")}


def test_a_look_back_answers_for_lists_of_one_day_and_a_portfolio_of_another(
    portfolio: Portfolio, ana: User
) -> None:
    sdn = a_dataset("us_ofac_sdn", kind="list")
    a_listing(an_entity(sdn, "TANCHON COMMERCIAL BANK"), start=date(2026, 9, 1))
    a_listing(an_entity(sdn, "NAMCHONGANG TRADING"), start=date(2026, 10, 1))
    today = timezone.localdate()
    old, new = a_subject(portfolio, "Namchongang Trading"), a_subject(portfolio, "Tanchon Commercial Bank")
    Subject.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=30))
    then = look_back(portfolio, lists_of=date(2026, 9, 15), subjects_of=today, by=ana)
    assert [hit.subject for hit in then.hits.all()] == [new]
    now = look_back(portfolio, lists_of=date(2026, 10, 15), subjects_of=today - timedelta(days=7), by=ana)
    assert [hit.subject for hit in now.hits.all()] == [old]
    assert not standing_hits(ana).exists()
    assert not Alert.objects.exists()


def organisations(file: Path) -> dict[str, str]:
    """Read the names of a legacy SDN table by number, persons, ships and aircraft left out."""
    with gzip.open(file, "rt", encoding="latin-1", newline="") as stream:
        return {row[0]: row[1] for row in csv.reader(stream) if len(row) > 2 and row[2].strip() == "-0-"}


@pytest.mark.real_lists
def test_a_portfolio_of_2024_alerts_on_the_added_names_and_on_nothing_else(
    real_lists: Path, portfolio: Portfolio
) -> None:
    days = ("2024-04-26", "2024-05-01", "2024-05-02")
    files = [real_lists / "ofac_sdn" / "csv" / f"sdn_{day}.csv.gz" for day in days]
    told = [organisations(file) for file in files]
    added = [
        [name for number, name in now.items() if number not in before]
        for before, now in zip(told, told[1:], strict=False)
    ]
    listed = [name for number, name in told[0].items() if int(number) % 60 == 0]
    others = [f"Example Footwear Works {number}" for number in range(200)]
    ingest(source_named("us_ofac_sdn"), path=files[0])
    watched(portfolio, *dict.fromkeys((*added[0][::4], *added[1], *listed, *others)))
    look()
    for file, day, names in zip(files[1:], days[1:], (added[0][::4], added[1]), strict=True):
        Alert.objects.update(seen_at=timezone.now())
        ingest(source_named("us_ofac_sdn"), path=file)
        found = look()
        assert found is not None
        assert {name for name, _, _ in news()} == set(names)
        assert {(kind, cause) for _, kind, cause in news()} == {("new", f"us_ofac_sdn of {day}")}
        assert len(names) <= found.subjects < len(names) + 20
