"""The admin's pages: all of them answer, none of them edits the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from entities.measures import synchronised
from entities.models import Change, Dataset, DatasetVersion, Entity, Measure, OwnershipRule
from entities.reading import field_changes, summary, until_stale
from ingest import diffing
from ingest.errors import IngestError
from ingest.loading import register
from ingest.records import Evidence, Identifier, Listing, Name, Ownership, Partnership, Record, entity_id
from ingest.runs import ingest
from ingest.source import source_named
from ingest.tasks import ingest_source

pytestmark = pytest.mark.django_db

LIST = "us_dod_1260h"
TABLE = "watchlink_companies"


def hold(dataset: str, day: date, *records: Record, excerpt: bool = False) -> DatasetVersion:
    """Write a version through the ingest's own writer."""
    row = register(source_named(dataset))[dataset]
    version = DatasetVersion.objects.create(
        dataset=row,
        status="accepted",
        published_on=day,
        fetched_at=timezone.now(),
        origin=f"{dataset}-{day}.csv",
        sha256=f"{row.pk:032x}{day.toordinal():032x}",
        size=1200,
        files=[{"name": f"{dataset}-{day}.csv", "sha256": "5e" * 32, "size": 1200}],
        is_excerpt=excerpt,
        oldest=not row.versions.exists(),
        rows=len(records),
        entities=len(records),
        names=sum(len(record.names) for record in records),
        log=[{"what": "unknown country", "count": 2, "examples": ["Crimea Region of Ukraine"]}],
        not_understood=2,
        skipped={"copy of an OFAC entry": 7},
    )
    difference = diffing.compare(version, {record.id: record for record in records})
    diffing.write(version, difference, synchronised())
    row.current_version, row.checked_at = version, version.fetched_at
    row.save()
    return version


def listed(name: str, *more: Name) -> Record:
    listing = Listing(
        ("us-1260h-procurement",), citation="91 FR 35189", start=date(2026, 6, 8), programme="Section 1260H"
    )
    return Record(
        LIST,
        name,
        "Company",
        [Name(name), *more],
        countries=["cn"],
        identifiers=[Identifier("USCC", "91330100799655058B", "cn", True)],
        listings=[listing],
        raw={"Name": name},
    )


def cloud(**more: Any) -> Record:
    parent, child = (entity_id(TABLE, key) for key in ("alibaba", "alibaba-cloud"))
    topic = "uyghur-recognition"
    return Record(
        TABLE,
        "alibaba-cloud",
        "Company",
        [
            Name("Alibaba Cloud Computing Ltd."),
            Name("阿里云计算有限公司", "alias", "zh"),
            Name("Aliyun", "brand"),
        ],
        countries=["cn"],
        ownerships=[
            Ownership(
                parent, child, "consolidation", "annual report, fiscal year 2025", Decimal(100), Decimal(100)
            )
        ],
        evidence=[
            Evidence(date(2020, 12, 16), "IPVM", "Cloud Shield named the attribute.", "allegation", topic),
            Evidence(date(2020, 12, 17), "Alibaba Group", "A test environment only.", "reply", topic),
        ],
        partnerships=[Partnership("Olympic Games", "cloud_provider", "official cloud partner", "IOC, 2017")],
        properties={"namesakes": [{"name": "Kingsoft Cloud", "note": "a near name, another company"}]},
        **more,
    )


@pytest.fixture
def record(db: None) -> None:
    hold(
        LIST,
        date(2025, 1, 7),
        listed("Alibaba Group"),
        listed("Hangzhou Hikvision Digital Technology Co., Ltd."),
    )
    hold(
        LIST,
        date(2026, 6, 8),
        listed("Alibaba Group Holding Limited"),
        listed("Alibaba Group", Name("BABA", "alias")),
    )
    group = Record(TABLE, "alibaba", "Company", [Name("Alibaba Group Holding Limited")], countries=["cn"])
    hold(TABLE, date(2026, 11, 21), group, cloud(), excerpt=True)


@pytest.fixture
def desk(client: Client, analyst: User) -> Client:
    client.force_login(analyst)
    return client


def page(model: str, pk: object) -> str:
    return reverse(f"admin:entities_{model}_change", args=[quote(str(pk))])


PAGES: dict[str, Callable[[], str]] = {
    "home": lambda: reverse("admin:index"),
    "vet, empty": lambda: reverse("admin:vet"),
    "vet, a company": lambda: reverse("admin:vet") + "?name=Aliyun",
    "vet, nobody": lambda: reverse("admin:vet") + "?name=Zzyqx&country=DE&as_of=2020-12-17",
    "datasets": lambda: reverse("admin:entities_dataset_changelist"),
    "dataset": lambda: page("dataset", Dataset.objects.get(name=LIST).pk),
    "dataset, never loaded": lambda: page("dataset", Dataset.objects.get(name="un_sc").pk),
    "versions": lambda: reverse("admin:entities_datasetversion_changelist") + "?status__exact=accepted",
    "version": lambda: page("datasetversion", DatasetVersion.objects.latest("pk").pk),
    "changes": lambda: reverse("admin:entities_change_changelist") + "?kind__exact=changed",
    "changes, filtered": lambda: (
        reverse("admin:entities_change_changelist")
        + "?kind__exact=removed&version__published_on_from=2026-01-01&version__published_on_to=2026-12-31"
        + "&version__is_history__exact=0"
    ),
    "a change": lambda: page("change", Change.objects.get(kind="changed").pk),
    "an addition": lambda: page("change", Change.objects.filter(kind="added")[0].pk),
    "a removal": lambda: page("change", Change.objects.get(kind="removed").pk),
    "entities": lambda: reverse("admin:entities_entity_changelist"),
    "entities, filtered": lambda: (
        reverse("admin:entities_entity_changelist")
        + "?q=alibaba&standing=listed&country=cn&measure=us-1260h-procurement&schema__exact=Company"
    ),
    "entity": lambda: page("entity", Entity.objects.get(caption="Alibaba Cloud Computing Ltd.").pk),
    "entity, removed": lambda: page("entity", Entity.objects.get(removed_in__isnull=False).pk),
    "measures": lambda: reverse("admin:entities_measure_changelist"),
    "measure": lambda: page("measure", Measure.objects.get(code="us-1260h-procurement").pk),
    "rules": lambda: reverse("admin:entities_ownershiprule_changelist"),
    "rule": lambda: page("ownershiprule", OwnershipRule.objects.get(code="us-bis-affiliates-2026").pk),
    "users": lambda: reverse("admin:auth_user_changelist"),
    "user": lambda: reverse("admin:auth_user_add"),
    "groups": lambda: reverse("admin:auth_group_changelist"),
    "keys": lambda: reverse("admin:api_apikey_changelist"),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_answers_an_analyst(name: str, desk: Client, record: None) -> None:
    assert desk.get(PAGES[name]()).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_every_page_sends_a_stranger_to_the_login(name: str, client: Client, record: None) -> None:
    answer = client.get(PAGES[name]())
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, reverse("admin:login"))


@pytest.mark.parametrize("name", PAGES)
def test_no_page_loads_anything_from_another_host(name: str, desk: Client, record: None) -> None:
    html = desk.get(PAGES[name]()).content.decode()
    for loader in ('src="', "url(", 'rel="stylesheet" href="'):
        assert f"{loader}http" not in html
        assert f"{loader}//" not in html


@pytest.mark.parametrize(
    "model", ["dataset", "datasetversion", "change", "entity", "measure", "ownershiprule"]
)
def test_nobody_edits_the_record(model: str, desk: Client, record: None) -> None:
    kind = apps.get_model("entities", model)
    row = kind._default_manager.values().first()
    change = page(model, row["id"])
    assert desk.get(reverse(f"admin:entities_{model}_add")).status_code == 403
    assert desk.post(change, {"name": "x", "caption": "x", "title": "x", "kind": "x"}).status_code == 403
    assert desk.post(change.removesuffix("change/") + "delete/", {"post": "yes"}).status_code == 403
    assert kind._default_manager.values().get(id=row["id"]) == row


def test_the_record_is_shown_only_to_those_who_may_view_it(client: Client, record: None) -> None:
    outsider = User.objects.create_user("outsider", is_staff=True)
    client.force_login(outsider)
    assert client.get(PAGES["entities"]()).status_code == 403
    assert client.get(PAGES["entity"]()).status_code == 403
    outsider.user_permissions.add(Permission.objects.get(codename="view_entity"))
    assert client.get(PAGES["entity"]()).status_code == 200


def test_the_entity_list_asks_the_same_number_of_queries_whatever_its_length(desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(PAGES["entities"](), {"q": "sensor"}).status_code == 200
        return len(asked)

    hold(LIST, date(2026, 6, 1), listed("Shenzhen Sensor 1 Co., Ltd."))
    few = queries()
    hold(LIST, date(2026, 6, 8), *(listed(f"Shenzhen Sensor {number} Co., Ltd.") for number in range(1, 41)))
    assert queries() == few <= 14


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({}, 7),
        ({"version__published_on_from": "2025-01-08"}, 5),
        ({"version__published_on_to": "2025-01-07"}, 2),
        ({"version__published_on_from": "2025-01-07", "version__published_on_to": "2026-06-08"}, 5),
        ({"version__is_history__exact": "1"}, 2),
        ({"version__is_history__exact": "0", "kind__exact": "added"}, 3),
    ],
)
def test_changes_are_filtered_by_date_and_history(
    asked: dict[str, str], number: int, desk: Client, record: None
) -> None:
    DatasetVersion.objects.filter(published_on="2025-01-07").update(is_history=True)
    found = desk.get(reverse("admin:entities_change_changelist"), asked).context["cl"].queryset
    assert found.count() == number


@pytest.mark.parametrize("asked", ["alibaba baba", "BABA", "91330100799655058b"])
def test_an_entity_is_found_once_by_any_name_or_identifier(asked: str, desk: Client, record: None) -> None:
    found = desk.get(PAGES["entities"](), {"q": asked}).context["cl"].queryset
    captions = [row.caption for row in found]
    assert "Alibaba Group" in captions
    assert len(captions) == len({row.pk for row in found})


def test_the_vet_page_tells_the_parents_listing_and_keeps_evidence_beside_it(
    desk: Client, record: None
) -> None:
    html = desk.get(reverse("admin:vet"), {"name": "Aliyun"}).content.decode()
    assert "Not itself listed; parent Alibaba Group Holding Limited on" in html
    assert "91 FR 35189" in html
    assert "Department of Defense contracts" in html
    assert (
        html.index("Exposed through ownership")
        < html.index("Beside the law")
        < html.index("A test environment only")
    )
    assert "Kingsoft Cloud" in html
    assert "never loaded" in html


def test_the_vet_page_says_when_a_list_is_only_an_excerpt(desk: Client, record: None) -> None:
    banner = "You are looking at a small hand-typed starter excerpt, not the whole lists."
    pages = [reverse("admin:vet"), reverse("admin:entities_dataset_changelist"), reverse("admin:index")]
    assert not any(banner in desk.get(path).content.decode() for path in pages)
    DatasetVersion.objects.filter(dataset__name=LIST).update(is_excerpt=True)
    assert all(banner in desk.get(path).content.decode() for path in pages)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"name": "  "}, "Give the name of a company."),
        ({"name": "Huawei", "country": "China"}, "The country must be an ISO code of two letters"),
        ({"name": "Huawei", "as_of": "last week"}, "The day must be a date such as 2020-12-17"),
        ({"name": "x" * 501}, "A name may have at most 500 characters."),
    ],
)
def test_a_bad_question_gets_one_clear_sentence(asked: dict[str, str], sentence: str, desk: Client) -> None:
    answer = desk.get(reverse("admin:vet"), asked)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_the_vet_page_asks_no_query_per_row(desk: Client) -> None:
    def queries(others: int) -> int:
        hold(
            LIST,
            date(2026, 6, others),
            *(listed(f"Qingdao Harbour Crane {n} Co., Ltd.") for n in range(others)),
        )
        desk.get(reverse("admin:vet"), {"name": "Qingdao Harbour Crane"})
        with CaptureQueriesContext(connection) as asked:
            desk.get(reverse("admin:vet"), {"name": "Qingdao Harbour Crane"})
        return len(asked)

    assert queries(2) == queries(20)


def test_a_script_in_a_published_address_is_not_linked(desk: Client) -> None:
    record = listed("Odd Address Trading")
    record.listings = [record.listings[0]._replace(source_url="javascript:alert(1)")]
    hold(LIST, date(2026, 6, 8), record)
    assert 'href="javascript' not in desk.get(page("entity", record.id)).content.decode()


def test_a_refused_version_shows_its_reason_at_home_and_on_its_page(desk: Client, tmp_path: Path) -> None:
    broken = tmp_path / "consolidated-2026-11-20.xml"
    broken.write_text('<CONSOLIDATED_LIST dateGenerated="2026-11-20T00:00:00Z"><ENTITIES><ENTITY>')
    with pytest.raises(IngestError):
        ingest(source_named("un_sc"), path=broken)
    refused = DatasetVersion.objects.get(status="refused")
    assert "cut off" in desk.get(page("datasetversion", refused.pk)).content.decode()
    assert "cut off" in desk.get(reverse("admin:index")).content.decode()


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Catch what is sent to the broker."""
    names: list[str] = []
    monkeypatch.setattr(ingest_source, "delay", names.append)
    return names


def load(client: Client, *names: str) -> str:
    chosen = Dataset.objects.filter(name__in=names).values_list("pk", flat=True)
    asked = {"action": "load_now", "_selected_action": list(chosen)}
    return client.post(reverse("admin:entities_dataset_changelist"), asked, follow=True).content.decode()


def test_load_now_queues_each_source_once(desk: Client, queued: list[str]) -> None:
    assert "Queued: un_sc, us_bis_ecfr." in load(desk, "un_sc", "us_bis_entity_list", "us_bis_meu")
    assert queued == ["un_sc", "us_bis_ecfr"]


def test_load_now_says_what_has_no_publisher(desk: Client, queued: list[str]) -> None:
    assert f"Not downloaded from a publisher: {TABLE}." in load(desk, TABLE)
    assert queued == []


def test_load_now_takes_the_right_to_change_datasets(client: Client, queued: list[str]) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_dataset"))
    client.force_login(viewer)
    load(client, "un_sc")
    assert queued == []
    assert (
        "Load now" not in client.get(page("dataset", Dataset.objects.get(name="un_sc").pk)).content.decode()
    )


def test_a_change_is_told_column_by_column() -> None:
    before = {"measures": "('us-ear-entity-list',)", "citation": "84 FR 54002", "start": "2019-10-09"}
    fields = {
        "names": {"before": [], "after": [{"text": "Hikvision", "kind": "alias"}]},
        "listings": {"before": [before], "after": [before | {"citation": "84 FR 54004"}]},
    }
    names, listings = field_changes(fields)
    assert (names.before, names.after) == ([], ["Hikvision · kind: alias"])
    assert listings.columns == [("citation", "84 FR 54002", "84 FR 54004")]
    assert listings.before == ["measures: us-ear-entity-list · citation: 84 FR 54002 · start: 2019-10-09"]
    assert summary("changed", fields) == "names, listings"


@pytest.mark.parametrize(
    ("days", "said"), [(0, "3 days"), (2, "1 day"), (3.5, "stale for 1 day"), (5.5, "stale for 3 days")]
)
def test_a_list_says_how_long_it_stays_fresh(days: float, said: str) -> None:
    version = hold(LIST, date(2026, 6, 8), listed("Alibaba Group"))
    version.dataset.fresh_days = 3
    version.dataset.checked_at = timezone.now() - timedelta(days=days)
    assert until_stale(version.dataset) == said
