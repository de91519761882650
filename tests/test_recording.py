"""What people enter at the desk: versions of its own, an audit trail, and no publisher's copy withdraws it."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from entities.models import Change, Dataset, DatasetVersion, Entity, Evidence
from ingest.records import Record
from screening.index import generation
from screening.models import AuditEvent
from screening.recording import RecordingError, corrected, entered, withdrawn
from screening.vetting import vet
from tests.builders import a_dataset, a_listed, a_register
from tests.desk import a_user
from tests.test_admin_pages import LIST, hold, listed

pytestmark = pytest.mark.django_db

KINGSOFT = "Kingsoft Cloud Holdings Limited"


@pytest.fixture
def kingsoft() -> Entity:
    a_dataset(LIST, kind="list")
    return a_register(KINGSOFT)[KINGSOFT]


@pytest.fixture
def vera() -> User:
    return a_user("vera", "reviewer")


def a_claim(entity: Entity, **fields: Any) -> Evidence:
    facts: dict[str, Any] = {
        "published": date(2020, 12, 16),
        "publisher": "The New York Times with IPVM",
        "url": "https://www.nytimes.com/2020/12/16/technology/alibaba-china-facial-recognition-uighurs.html",
        "claim": "A page of its website offered to predict race from a face.",
        "nature": "finding",
        "topic": "kingsoft-race-2020",
    }
    return Evidence(entity=entity, **facts | fields)


def test_an_entry_is_a_version_of_the_desk_that_says_who_entered_it(kingsoft: Entity, vera: User) -> None:
    version = entered([a_claim(kingsoft)], vera)
    row = Evidence.objects.get()
    assert (row.added_in, version.dataset.name, version.dataset.kind) == (version, "desk", "private")
    assert (version.origin, version.rows, version.added) == ("entered by vera", 1, 1)
    assert version.dataset.current_version == version
    event = AuditEvent.objects.get()
    assert (event.action, event.kind, event.object_id, event.username) == (
        "entered",
        "evidence",
        str(row.pk),
        "vera",
    )
    assert event.detail["said"][0]["claim"] == row.claim
    assert AuditEvent.objects.broken_at() is None
    change = Change.objects.get(version=version)
    assert (change.entity, change.fields["evidence"]["after"][0]["publisher"]) == (kingsoft, row.publisher)


def test_an_entry_is_in_the_answer_at_once_without_a_new_index(kingsoft: Entity, vera: User) -> None:
    before, state = vet(KINGSOFT, on=date(2026, 11, 21)), generation()
    entered([a_claim(kingsoft)], vera)
    after = vet(KINGSOFT, on=date(2026, 11, 21))
    assert generation() == state
    assert ([row.claim for row in before.evidence], len(after.evidence)) == ([], 1)
    # Another answer, another receipt.
    assert before.receipt != after.receipt
    earlier = timezone.now() - timedelta(days=1)
    assert vet(KINGSOFT, on=date(2026, 11, 21), by=earlier).evidence == []
    # What was published later than the day asked about is not told for it.
    assert vet(KINGSOFT, on=date(2019, 1, 1)).evidence == []


def test_a_correction_counts_for_every_day_and_the_old_words_stay_on_record(
    kingsoft: Entity, vera: User
) -> None:
    entered([a_claim(kingsoft, claim="Wrong words.")], vera)
    old = Evidence.objects.get()
    known = timezone.now()
    corrected(old, a_claim(kingsoft, claim="Right words."), vera)
    assert [row.claim for row in vet(KINGSOFT, on=date(2021, 1, 1)).evidence] == ["Right words."]
    assert [row.claim for row in vet(KINGSOFT, on=date(2021, 1, 1), by=known).evidence] == ["Wrong words."]
    event = AuditEvent.objects.get(action="corrected")
    assert (event.detail["before"]["claim"], event.detail["after"]["claim"]) == (
        "Wrong words.",
        "Right words.",
    )
    old.refresh_from_db()
    with pytest.raises(RecordingError, match="withdrawn or corrected already"):
        corrected(old, a_claim(kingsoft), vera)


def test_what_a_table_states_is_not_corrected_at_the_desk(kingsoft: Entity, vera: User) -> None:
    row = a_claim(kingsoft, added_in=kingsoft.added_in)
    row.save()
    with pytest.raises(RecordingError, match="correct it there and load it again"):
        withdrawn(row, vera)


def test_a_publisher_s_new_copy_withdraws_nothing_that_people_entered(vera: User) -> None:
    def copy(*more: Record) -> None:
        hold(LIST, date(2026, 6, 8 + len(more)), *more)

    copy(listed("Example Sensor Co., Ltd."))
    entity = Entity.objects.get(caption="Example Sensor Co., Ltd.")
    entered([a_claim(entity)], vera)
    reworded = listed("Example Sensor Co., Ltd.")
    reworded.countries = ["hk"]
    copy(reworded, listed("Another Example Ltd."))
    assert Evidence.objects.get().removed_in is None
    # Nor does its leaving the list.
    hold(LIST, date(2026, 7, 1), listed("Another Example Ltd."))
    entity.refresh_from_db()
    assert (entity.removed_in is not None, Evidence.objects.get().removed_in) == (True, None)


@pytest.fixture
def form(kingsoft: Entity) -> dict[str, Any]:
    row = a_claim(kingsoft)
    facts = ("publisher", "url", "claim", "nature", "topic")
    return {name: getattr(row, name) for name in facts} | {
        "entity": kingsoft.pk,
        "published": "2020-12-16",
        "retrieved": "2026-11-28",
        "verified": "on",
    }


ADD = "admin:entities_evidence_add"


def test_evidence_is_entered_in_the_admin_with_the_hash_of_the_copy_kept(
    client: Client, form: dict[str, Any], data_folder: Any
) -> None:
    page = b"<html>A page of an example website.</html>"
    client.force_login(a_user("ana", "analyst"))
    answer = client.post(reverse(ADD), form | {"copy": SimpleUploadedFile("page.html", page)})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = Evidence.objects.get()
    digest = hashlib.sha256(page).hexdigest()
    assert (row.archived_sha256, row.retrieved) == (digest, date(2026, 11, 28))
    assert (data_folder / "archive" / digest[:2] / f"{digest}.gz").exists()
    assert row.added_in.files[0]["name"] == "page.html"
    assert AuditEvent.objects.get().username == "ana"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"published": "2026-13-01"}, "Enter a valid date"),
        ({"retrieved": "2020-01-01"}, "before it was published"),
        ({"archived_sha256": "abc"}, "64 hexadecimal digits"),
        ({"url": "", "note": ""}, "Say where this is from"),
        ({"nature": "rumour"}, "Select a valid choice"),
    ],
)
def test_an_entry_with_a_fault_is_refused_in_one_sentence(
    more: dict[str, str], sentence: str, client: Client, form: dict[str, Any]
) -> None:
    client.force_login(a_user("ana", "analyst"))
    answer = client.post(reverse(ADD), form | more)
    assert sentence in answer.content.decode()
    assert not Evidence.objects.exists()
    assert not Dataset.objects.filter(name="desk").exists()


def test_an_analyst_enters_a_reviewer_corrects_and_an_auditor_reads(
    client: Client, form: dict[str, Any], vera: User
) -> None:
    client.force_login(a_user("ana", "analyst"))
    client.post(reverse(ADD), form)
    first = Evidence.objects.get()
    change = reverse("admin:entities_evidence_change", args=[first.pk])
    assert client.post(change, form | {"claim": "Mine."}).status_code == 403
    client.force_login(a_user("otto", "auditor"))
    assert client.get(change).status_code == 200
    assert client.get(reverse(ADD)).status_code == 403
    client.force_login(vera)
    assert client.post(change, form | {"claim": "Corrected words."}).status_code == 302
    first.refresh_from_db()
    assert first.removed_in is not None
    assert [row.claim for row in Evidence.objects.filter(removed_in=None)] == ["Corrected words."]
    listed_rows = reverse("admin:entities_evidence_changelist")
    fresh = Evidence.objects.get(removed_in=None)
    client.post(listed_rows, {"action": "withdraw", "_selected_action": [fresh.pk]})
    assert not Evidence.objects.filter(removed_in=None).exists()
    assert DatasetVersion.objects.filter(dataset__name="desk").count() == 3
    assert client.post(f"{change.removesuffix('change/')}delete/", {"post": "yes"}).status_code == 403


def test_a_row_of_a_table_is_read_and_not_edited(client: Client, kingsoft: Entity, vera: User) -> None:
    row = a_claim(kingsoft, added_in=kingsoft.added_in)
    row.save()
    client.force_login(vera)
    change = reverse("admin:entities_evidence_change", args=[row.pk])
    assert "_save" not in client.get(change).content.decode()
    assert client.post(change, {"claim": "x"}).status_code == 403


def test_evidence_never_changes_the_legal_result(vera: User) -> None:
    company = a_register(KINGSOFT)[KINGSOFT]
    a_listed("Example Party Ltd.", "us-ear-entity-list")
    before = vet(KINGSOFT, on=date(2026, 11, 21)).as_dict()
    entered([a_claim(company)], vera)
    after = vet(KINGSOFT, on=date(2026, 11, 21)).as_dict()
    for part in ("subject", "listed", "exposures", "prohibitions", "other_candidates"):
        assert before[part] == after[part]
