"""Held copies: the old one serves until a person, by name and with a note, says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from entities.models import Dataset, DatasetVersion, Entity
from ingest import reviewing
from ingest.errors import Held, IngestError
from ingest.runs import alone, ingest
from ingest.source import source_named
from tests.test_bad_files import ENTITY

pytestmark = pytest.mark.django_db
Copy = Callable[..., DatasetVersion]
NOTE = "The committee's press release of the day names the 18 removals."
WHOLE = range(1, 31)
# 60 % of the list is gone.
REST = range(1, 13)


@pytest.fixture(autouse=True)
def _small_lists_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.gates.check", lambda *args, **options: None)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Load a copy of the UN's list as a whole one; return its version even where it was held."""

    def load(day: str, numbers: range, prefix: str = "TRADING") -> DatasetVersion:
        rows = "".join(ENTITY.format(number=number, name=f"{prefix} {number:03}") for number in numbers)
        path = tmp_path / "list.xml"
        path.write_text(
            f'<CONSOLIDATED_LIST dateGenerated="{day}T00:00:00Z"><ENTITIES>{rows}</ENTITIES></CONSOLIDATED_LIST>'
        )
        with suppress(Held):
            ingest(source_named("un_sc"), path=path)
        return DatasetVersion.objects.latest("pk")

    return load


@pytest.fixture
def held(copy: Copy) -> DatasetVersion:
    copy("2025-11-01", WHOLE)
    return copy("2025-11-10", REST)


@pytest.fixture
def desk(client: Client, analyst: User) -> Client:
    client.force_login(analyst)
    return client


def page(version: DatasetVersion) -> str:
    return reverse("admin:entities_datasetversion_change", args=[version.pk])


def decide(client: Client, version: DatasetVersion, verdict: str = "accept", note: str = NOTE) -> Any:
    address = reverse("admin:entities_datasetversion_review", args=[version.pk])
    return client.post(address, {"verdict": verdict, "note": note}, follow=True)


def serving() -> DatasetVersion:
    current = Dataset.objects.get(name="un_sc").current_version
    assert current is not None
    return current


def test_a_copy_without_most_of_the_list_waits_and_serves_once_a_person_accepts_it(
    held: DatasetVersion, desk: Client
) -> None:
    assert held.status == "held"
    assert serving().published_on == date(2025, 11, 1)
    answer = desk.get("/api/v1/datasets/un_sc/").json()
    assert (answer["current_version"]["published_on"], answer["current_version"]["entities"]) == (
        "2025-11-01",
        30,
    )
    newest, *_ = desk.get("/api/v1/datasets/un_sc/versions/").json()["results"]
    assert newest["status"] == "held"
    assert "removes 18 of 30 entities, more than 25%" in newest["error"]
    assert "removes 18 of 30 entities" in desk.get(reverse("admin:index")).content.decode()
    html = desk.get(page(held)).content.decode()
    assert html.index("Held for a person.") < html.index("Accept and load")

    said = decide(desk, held).content.decode()
    assert "Accepted and loaded: un_sc of 2025-11-10." in said
    held.refresh_from_db()
    assert serving() == held
    assert (held.status, held.error, held.removed, held.entities) == ("accepted", "", 18, 12)
    assert (held.reviewed_by, held.review_note) == ("analyst", NOTE)
    assert held.reviewed_at is not None
    assert Entity.objects.current().count() == 12
    assert NOTE.replace("'", "&#x27;") in desk.get(page(held)).content.decode()
    assert "Accept and load" not in desk.get(page(held)).content.decode()
    assert "Waiting for a person" not in desk.get(reverse("admin:index")).content.decode()
    changed = desk.get("/api/v1/changes/", {"version": str(held.pk), "kind": "removed"}).json()["results"]
    assert len(changed) == 18


def test_a_refused_copy_is_kept_with_the_verdict_and_never_served(held: DatasetVersion, desk: Client) -> None:
    before = serving()
    assert "Refused." in decide(desk, held, "refuse").content.decode()
    held.refresh_from_db()
    assert (held.status, held.reviewed_by, held.review_note) == ("refused", "analyst", NOTE)
    assert "removes 18 of 30" in held.error
    assert serving() == before


@pytest.mark.parametrize(
    ("verdict", "note", "sentence"),
    [
        ("accept", "  ", "Write a note of 1 to 2,000 characters"),
        ("refuse", "", "Write a note of 1 to 2,000 characters"),
        ("accept", "x" * 2001, "Write a note of 1 to 2,000 characters"),
        ("perhaps", "seen", "Say whether the copy is accepted or refused."),
    ],
)
def test_a_verdict_without_a_word_changes_nothing(
    held: DatasetVersion, desk: Client, verdict: str, note: str, sentence: str
) -> None:
    answer = decide(desk, held, verdict, note).content.decode()
    assert sentence in answer
    assert f">{note[:2000].strip()}</textarea>" in answer
    held.refresh_from_db()
    assert (held.status, held.reviewed_by) == ("held", "")


def test_a_verdict_takes_the_right_to_change_datasets(held: DatasetVersion, client: Client) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_datasetversion"))
    client.force_login(viewer)
    assert "Accept and load" not in client.get(page(held)).content.decode()
    assert decide(client, held).status_code == 403
    held.refresh_from_db()
    assert held.status == "held"
    viewer.user_permissions.add(Permission.objects.get(codename="change_dataset"))
    decide(client, held)
    held.refresh_from_db()
    assert (held.status, held.reviewed_by) == ("accepted", "viewer")


def test_a_verdict_is_sent_by_the_form_alone(held: DatasetVersion, desk: Client) -> None:
    address = reverse("admin:entities_datasetversion_review", args=[held.pk])
    assert desk.get(address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="analyst"))
    assert strict.post(address, {"verdict": "accept", "note": NOTE}).status_code == 403


@pytest.mark.parametrize("verdict", [reviewing.accept, reviewing.refuse])
def test_a_copy_is_decided_once(held: DatasetVersion, verdict: Callable[..., object]) -> None:
    stale = DatasetVersion.objects.get(pk=held.pk)
    reviewing.accept(held, by="analyst", note=NOTE)
    with pytest.raises(IngestError, match="is not held any more: it was accepted by analyst"):
        verdict(stale, by="second", note="also me")
    held.refresh_from_db()
    assert held.reviewed_by == "analyst"


@pytest.mark.parametrize("day", ["2025-11-10", "2025-11-20"])
def test_a_copy_overtaken_by_another_is_not_accepted_any_more(
    held: DatasetVersion, copy: Copy, desk: Client, day: str
) -> None:
    """The publisher put the list right, under a later date or under the same."""
    newer = copy(day, WHOLE, "CORRECTED TRADING")
    assert "Waiting for a person" not in desk.get(reverse("admin:index")).content.decode()
    with pytest.raises(IngestError, match=f"The version of un_sc of {day} was loaded after this copy"):
        reviewing.accept(held, by="analyst", note=NOTE)
    assert serving() == newer
    assert Entity.objects.current().count() == 30
    reviewing.refuse(held, by="analyst", note="The publisher corrected it.")
    assert DatasetVersion.objects.get(pk=held.pk).status == "refused"


def test_history_loaded_meanwhile_does_not_stand_in_the_way(held: DatasetVersion, copy: Copy) -> None:
    assert copy("2025-10-01", range(1, 29)).is_history
    reviewing.accept(held, by="analyst", note=NOTE)
    assert serving() == held


def test_a_copy_that_cannot_be_read_again_stays_held(held: DatasetVersion, data_folder: Path) -> None:
    (entry,) = held.files
    (data_folder / "archive" / entry["sha256"][:2] / f"{entry['sha256']}.gz").unlink()
    with pytest.raises(IngestError, match="The archive's copy of list.xml cannot be read"):
        reviewing.accept(held, by="analyst", note=NOTE)
    held.refresh_from_db()
    assert (held.status, held.reviewed_by) == ("held", "")


def test_an_accepted_copy_keeps_what_the_next_download_asks_with(held: DatasetVersion) -> None:
    held.files = [held.files[0] | {"url": "https://example.org/list.xml", "etag": '"7f3a"'}]
    held.save()
    reviewing.accept(held, by="analyst", note=NOTE)
    (entry,) = serving().files
    assert (entry["url"], entry["etag"]) == ("https://example.org/list.xml", '"7f3a"')


def test_the_lists_of_one_file_are_decided_together(held: DatasetVersion) -> None:
    """The Consolidated Screening List fills six datasets; one that its copy leaves out keeps what it held."""
    other = Dataset.objects.create(name="un_other", title="Other", source="un_sc", authority="UN")
    row = DatasetVersion.objects.get(pk=held.pk)
    row.pk, row.dataset = None, other
    row.save()
    reviewing.accept(held, by="analyst", note=NOTE)
    row.refresh_from_db()
    assert (row.status, row.reviewed_by) == ("refused", "analyst")
    assert row.error == "This list is not in the copy that was accepted; what was held stays."


def test_a_held_copy_is_accepted_at_the_terminal_with_a_note(
    held: DatasetVersion, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="Say why with --note"):
        call_command("ingest", accept=held.pk)
    call_command("ingest", accept=held.pk, note=NOTE)
    assert "un_sc: version of 2025-11-10" in capsys.readouterr().out
    assert serving().pk == held.pk
    assert serving().review_note == NOTE
    assert serving().reviewed_by.endswith("(command line)")
    with pytest.raises(CommandError, match="is not held any more"):
        call_command("ingest", refuse=held.pk, note=NOTE)


def test_a_copy_is_read_by_the_module_that_brought_it(held: DatasetVersion) -> None:
    """A list of the Consolidated Screening List may meanwhile be read from its own agency's page."""
    Dataset.objects.filter(name="un_sc").update(source="us_csl")
    reviewing.accept(held, by="analyst", note=NOTE)
    assert serving() == held


def test_a_copy_waits_while_another_run_of_its_source_is_under_way(held: DatasetVersion) -> None:
    with alone(source_named("un_sc")), pytest.raises(IngestError, match="Another run of un_sc is under way"):
        reviewing.accept(held, by="analyst", note=NOTE)
    held.refresh_from_db()
    assert held.status == "held"
