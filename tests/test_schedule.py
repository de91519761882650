"""The schedule's rows, and the letters about runs that nobody watched."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask, PeriodicTasks
from django_celery_beat.schedulers import DatabaseScheduler
from pytest_django import Settings

from config.celery import app
from entities.models import DatasetVersion
from ingest.errors import IngestError
from ingest.files import Bundle, measure
from ingest.schedule import every_hours, schedule_sources
from ingest.source import Source, all_sources, is_register, source_named
from ingest.tasks import ingest_source
from tests.test_bad_files import ENTITY

pytestmark = pytest.mark.django_db
ROWS = "admin:django_celery_beat_periodictask_changelist"


@pytest.fixture
def desk(client: Client, analyst: User) -> Client:
    client.force_login(analyst)
    return client


def row(source: str = "us_ofac_sdn") -> PeriodicTask:
    return PeriodicTask.objects.get(name=f"ingest {source}")


def migrated() -> None:
    """Say what Django says after a migration."""
    beat = apps.get_app_config("django_celery_beat")
    post_migrate.send(sender=beat, app_config=beat, verbosity=0, interactive=False, using="default")


def test_a_migrated_database_has_a_row_for_every_source_with_a_download() -> None:
    named = {
        name
        for name, source in all_sources().items()
        if any(info.url and info.every_hours for info in source.DATASETS)
    }
    # Its publisher offers no file that a program could fetch.
    named -= {"us_dod_1260h"}
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == {f"ingest {name}" for name in named}
    sdn = row()
    assert (sdn.task, json.loads(sdn.args)) == (ingest_source.name, ["us_ofac_sdn"])
    assert str(sdn.interval) == "every 24 hours"
    assert sdn.expire_seconds == 24 * 3600


def test_a_source_is_asked_for_as_often_as_its_most_frequent_list() -> None:
    assert every_hours(source_named("us_csl")) == 24
    assert every_hours(source_named("us_dod_1260h")) == every_hours(source_named("watchlink_companies")) == 0


@pytest.mark.parametrize("on", [True, False])
def test_new_rows_are_switched_on_as_the_setting_says(settings: Settings, on: bool) -> None:
    PeriodicTask.objects.all().delete()
    settings.INGEST_SCHEDULE = on
    schedule_sources()
    registers = [f"ingest {name}" for name, source in all_sources().items() if is_register(source)]
    assert set(PeriodicTask.objects.exclude(name__in=registers).values_list("enabled", flat=True)) == {on}
    # A register is of use only to whom it covers.
    assert not PeriodicTask.objects.filter(name__in=registers, enabled=True).exists()


def test_what_an_operator_edited_survives_a_migration(settings: Settings) -> None:
    settings.INGEST_SCHEDULE = True
    sdn = row()
    sdn.interval, sdn.crontab = None, CrontabSchedule.objects.create(minute="30", hour="6")
    sdn.enabled, sdn.description = False, "At half past six, but not yet"
    sdn.save()
    row("un_sc").delete()
    migrated()
    sdn.refresh_from_db()
    assert (sdn.interval, sdn.crontab.hour, sdn.enabled) == (None, "6", False)
    assert sdn.description == "At half past six, but not yet"
    assert row("un_sc").enabled
    # Lists are asked for daily, registers weekly: one row of each, however often Django migrates.
    frequencies = {every_hours(source) for source in all_sources().values()} - {0}
    assert IntervalSchedule.objects.count() == len(frequencies)


def test_a_migration_back_to_nothing_is_no_error() -> None:
    post_migrate_rows = PeriodicTask._meta.db_table
    PeriodicTask._meta.db_table = "not_there"
    try:
        migrated()
    finally:
        PeriodicTask._meta.db_table = post_migrate_rows


def test_the_scheduler_sends_what_is_switched_on_and_nothing_else() -> None:
    PeriodicTask.objects.filter(name="ingest un_sc").update(enabled=True)
    (entry,) = DatabaseScheduler(app=app, lazy=True).all_as_schedule().values()
    assert (entry.name, entry.task, entry.args) == ("ingest un_sc", "ingest.tasks.ingest_source", ["un_sc"])
    assert entry.task in app.tasks
    assert entry.options["expires"] == 24 * 3600


def test_rows_are_switched_on_and_off_from_their_list(desk: Client) -> None:
    chosen = {"_selected_action": [row().pk, row("un_sc").pk]}
    before = PeriodicTasks.last_change()
    said = desk.post(reverse(ROWS), chosen | {"action": "switch_on"}, follow=True).content.decode()
    assert "Switched on: ingest un_sc, ingest us_ofac_sdn." in said
    assert [row().enabled, row("un_sc").enabled, row("us_csl").enabled] == [True, True, False]
    assert PeriodicTasks.last_change() != before
    desk.post(reverse(ROWS), chosen | {"action": "switch_off"})
    assert not PeriodicTask.objects.filter(enabled=True).exists()


@pytest.mark.parametrize("both", [True, False])
def test_a_row_has_an_interval_or_a_crontab_line(desk: Client, both: bool) -> None:
    line = CrontabSchedule.objects.create(minute="30", hour="6")
    page = reverse("admin:django_celery_beat_periodictask_change", args=[row().pk])
    every = row().interval.pk
    wrong = {"interval": every, "crontab": line.pk} if both else {"interval": "", "crontab": ""}
    html = desk.post(page, wrong | {"enabled": "on"}).content.decode()
    assert html.count("Choose either an interval or a crontab line.") == 1
    assert row().crontab is None
    assert desk.post(page, {"interval": "", "crontab": line.pk, "enabled": "on"}).status_code == 302
    assert (row().interval, row().crontab, row().enabled) == (None, line, True)
    assert (row().task, row().args) == (ingest_source.name, '["us_ofac_sdn"]')


def test_rows_are_neither_added_nor_deleted_nor_shown_to_those_who_may_not_see_them(client: Client) -> None:
    operator = User.objects.create_user("operator", is_staff=True)
    client.force_login(operator)
    assert client.get(reverse(ROWS)).status_code == 403
    operator.user_permissions.set(Permission.objects.filter(content_type__app_label="django_celery_beat"))
    assert client.get(reverse(ROWS)).status_code == 200
    page = reverse("admin:django_celery_beat_periodictask_change", args=[row().pk])
    assert client.get(reverse("admin:django_celery_beat_periodictask_add")).status_code == 403
    assert client.post(page.replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403
    interval = reverse("admin:django_celery_beat_intervalschedule_delete", args=[row().interval.pk])
    client.post(interval, {"post": "yes"})
    assert row().interval is not None


@pytest.mark.parametrize(
    "page", ["intervalschedule_changelist", "intervalschedule_add", "crontabschedule_changelist"]
)
def test_the_schedules_parts_have_pages(desk: Client, page: str) -> None:
    assert desk.get(reverse(f"admin:django_celery_beat_{page}")).status_code == 200


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Stand in for the UN's server: what it sends, or what goes wrong."""

    def sends(content: str | Exception) -> None:
        def fetch(*args: Any) -> Bundle:
            if isinstance(content, Exception):
                raise content
            path = tmp_path / "consolidated.xml"
            path.write_text(content)
            return Bundle((measure(path),), "https://scsanctions.un.org/consolidated.xml")

        monkeypatch.setattr(source_named("un_sc"), "fetch", fetch)

    return sends


def listed(day: str, number: int) -> str:
    rows = "".join(ENTITY.format(number=at, name=f"TRADING {at:03}") for at in range(number))
    return (
        f'<CONSOLIDATED_LIST dateGenerated="{day}T00:00:00Z"><ENTITIES>{rows}</ENTITIES></CONSOLIDATED_LIST>'
    )


@pytest.fixture
def operators(settings: Settings) -> None:
    settings.ADMINS = [("Watchlink", "lists@example.org")]


def run() -> None:
    ingest_source.apply(args=["un_sc"])


def test_a_refused_run_is_told_to_the_operators(
    operators: None, publisher: Any, mailoutbox: list[EmailMessage]
) -> None:
    publisher(listed("2025-11-20", 2))
    run()
    (letter,) = mailoutbox
    assert letter.to == ["lists@example.org"]
    assert letter.subject == "[Watchlink] un_sc could not be loaded"
    assert "un_sc holds 2 entities, but a whole copy has at least 700." in letter.body
    assert "What was held before still serves." in letter.body


def test_a_held_run_asks_the_operators_to_decide(
    operators: None, publisher: Any, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.gates.check", lambda *args, **options: None)
    publisher(listed("2025-11-20", 30))
    run()
    assert mailoutbox == []
    publisher(listed("2025-11-21", 12))
    run()
    (letter,) = mailoutbox
    assert letter.subject == "[Watchlink] un_sc is held for a person"
    assert "removes 18 of 30 entities" in letter.body
    assert "Accept or refuse it" in letter.body
    assert DatasetVersion.objects.latest("pk").status == "held"


def test_a_run_that_breaks_is_told_once(
    operators: None, publisher: Any, mailoutbox: list[EmailMessage]
) -> None:
    publisher(ZeroDivisionError("division by zero"))
    run()
    assert [letter.subject for letter in mailoutbox] == ["[Watchlink] un_sc could not be loaded"]
    assert "division by zero" in mailoutbox[0].body


def test_without_an_address_no_letter_is_written(publisher: Any, mailoutbox: list[EmailMessage]) -> None:
    publisher(IngestError("The publisher answered 404."))
    run()
    assert mailoutbox == []


def test_a_mail_server_that_fails_stops_no_run(
    operators: None, publisher: Any, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    publisher(IngestError("The publisher answered 404."))
    with caplog.at_level(logging.ERROR):
        assert ingest_source.apply(args=["un_sc"]).successful()
    assert "The letter about un_sc could not be sent" in caplog.text


def test_a_register_is_downloaded_only_when_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Source] = []

    def download(sources: list[Source], progress: object) -> Iterator[object]:
        asked.extend(sources)
        return iter(())

    monkeypatch.setattr("ingest.management.commands.ingest.download", download)
    call_command("ingest")
    assert source_named("un_sc") in asked
    assert not any(map(is_register, asked))
    asked.clear()
    call_command("ingest", "jp_edinet")
    assert asked == [source_named("jp_edinet")]
