"""The feed of a dataset: valid Atom, one entry per version that is news, nothing new, nothing sent."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree, html
from pytest_django import Settings

from api.models import ApiKey
from entities.models import Change, Dataset, DatasetVersion
from tests.builders import a_dataset, a_version, an_entity

pytestmark = pytest.mark.django_db
PATH = "/api/v1/datasets/us_ofac_sdn/changes.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


def moved(version: DatasetVersion, kind: str, *names: str) -> None:
    """Record that a version added or removed entities of these names, and count them."""
    for name in names:
        Change.objects.create(version=version, entity=an_entity(version.dataset, name), kind=kind)
    setattr(version, kind, getattr(version, kind) + len(names))
    version.save()


@pytest.fixture
def sdn(db: None) -> Dataset:
    dataset = a_dataset("us_ofac_sdn", title="Specially Designated Nationals", authority="OFAC")
    first = dataset.current_version
    assert first is not None
    moved(first, "added", "Tanchon Commercial Bank")
    moved(a_version(dataset, date(2025, 4, 30)), "added", "Namchongang Trading", "Bönkers & <Sons>")
    newest = a_version(dataset, date(2025, 5, 1), changed=1204)
    moved(newest, "removed", "Hesong Trading")
    moved(newest, "added", *(f"Party {number:03}\x1f" for number in range(298)))
    return dataset


def read(client: Client) -> etree._Element:
    answer = client.get(PATH, headers={"Accept": "application/atom+xml"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return etree.fromstring(answer.content)


def text(element: etree._Element, name: str) -> str:
    (found,) = element.findall(ATOM + name)
    return found.text or ""


def test_each_version_that_is_news_is_an_entry_newest_first(client: Client, sdn: Dataset) -> None:
    titles = [text(entry, "title") for entry in read(client).findall(f"{ATOM}entry")]
    assert titles == [
        "us_ofac_sdn of 2025-05-01: +298 added, ~1,204 changed, −1 removed",
        "us_ofac_sdn of 2025-04-30: +2 added, ~0 changed, −0 removed",
    ]


def test_a_version_that_changed_nothing_is_no_entry(client: Client, sdn: Dataset) -> None:
    a_version(sdn, date(2025, 5, 2))
    assert len(read(client).findall(f"{ATOM}entry")) == 2


def test_the_feed_is_valid_atom(client: Client, sdn: Dataset) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: what a feed and an entry must have, once, and how dates and ids look."""
    feed = read(client)
    assert feed.tag == f"{ATOM}feed"
    assert text(feed.find(f"{ATOM}author"), "name") == "Watchlink"  # type: ignore[arg-type]
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        assert text(element, "title")
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", text(element, "id"))
        assert datetime.fromisoformat(text(element, "updated")).tzinfo
        links = [(link.get("rel"), link.get("href") or "") for link in element.findall(f"{ATOM}link")]
        assert [rel for rel, _ in links].count("alternate") == 1
        assert all(href.startswith("http://testserver/") for _, href in links)
    assert ("self", f"http://testserver{PATH}") in [
        (link.get("rel"), link.get("href")) for link in feed.findall(f"{ATOM}link")
    ]
    ids = [text(element, "id") for element in (feed, *feed.findall(f"{ATOM}entry"))]
    assert len(ids) == len(set(ids))
    assert text(feed, "updated") == "2025-05-01T12:00:00+00:00"


def test_an_entry_names_the_first_two_hundred_that_came_and_left(client: Client, sdn: Dataset) -> None:
    newest, older = read(client).findall(f"{ATOM}entry")
    page = html.fromstring(text(newest, "content"))
    added, removed = page.findall(".//ul")
    assert [item.text for item in added.findall("li")] == [f"Party {number:03}" for number in range(200)]
    assert [item.text for item in removed.findall("li")] == ["Hesong Trading"]
    assert "And 98 more added." in html.tostring(page, encoding="unicode")
    names = html.fromstring(text(older, "content")).findall(".//li")
    assert [item.text for item in names] == ["Bönkers & <Sons>", "Namchongang Trading"]


def test_an_entry_leads_to_the_page_and_to_the_api(client: Client, analyst: User, sdn: Dataset) -> None:
    entry = read(client).find(f"{ATOM}entry")
    assert entry is not None
    links = {link.get("rel"): link.get("href") or "" for link in entry.findall(f"{ATOM}link")}
    answer = client.get(links["related"]).json()
    assert {row["version"]["published_on"] for row in answer["results"]} == {"2025-05-01"}
    client.force_login(analyst)
    assert "version of 2025-05-01" in client.get(links["alternate"]).content.decode()


def test_ids_stay_when_another_version_comes(client: Client, sdn: Dataset) -> None:
    def ids() -> list[str]:
        return [text(entry, "id") for entry in read(client).findall(f"{ATOM}entry")]

    before = ids()
    moved(a_version(sdn, date(2025, 5, 2)), "added", "Korea Ryonbong General Corporation")
    assert ids()[1:] == before


def test_only_the_newest_fifty_are_told_in_the_same_number_of_queries(client: Client, sdn: Dataset) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            client.get(PATH)
        return len(taken)

    few = queries()
    for number in range(60):
        version = a_version(sdn, date(2025, 6, 1 + number % 28), changed=1)
        moved(version, "added", f"Chain Store {number}")
    assert len(read(client).findall(f"{ATOM}entry")) == 50
    assert queries() == few == 3


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_nothing_is_sent_again_until_there_is_news(client: Client, sdn: Dataset, header: str) -> None:
    asks = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
    held = client.get(PATH).headers[header]
    again = client.get(PATH, headers={asks[header]: held})
    assert (again.status_code, again.content) == (304, b"")
    moved(a_version(sdn, date(2025, 5, 2)), "added", "Korea Ryonbong General Corporation")
    assert client.get(PATH, headers={asks[header]: held}).status_code == 200


def test_counts_told_anew_by_a_rebuild_are_sent(client: Client, sdn: Dataset) -> None:
    held = client.get(PATH).headers["ETag"]
    DatasetVersion.objects.filter(published_on="2025-05-01").update(changed=1205)
    assert client.get(PATH, headers={"If-None-Match": held}).status_code == 200


def test_a_list_without_news_has_an_empty_feed_whose_date_stays(client: Client) -> None:
    a_dataset("us_ofac_sdn")
    feed = read(client)
    assert feed.findall(f"{ATOM}entry") == []
    assert text(feed, "updated") == "2025-01-02T12:00:00+00:00"
    assert client.get("/api/v1/datasets/un_sc/changes.atom").status_code == 200


def test_the_feed_is_closed_without_a_key_where_the_api_is(
    client: Client, settings: Settings, sdn: Dataset
) -> None:
    settings.API_ANONYMOUS = False
    answer = client.get(PATH, headers={"Accept": "application/atom+xml"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    _, plain = ApiKey.objects.create_key("feed reader")
    opened = client.get(PATH, headers={"Authorization": f"ApiKey {plain}"})
    assert opened.status_code == 200
    assert "private" in opened.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/datasets/us_nothing/changes.atom", 404, "not_found"),
        (f"{PATH}?since=2025-01-01", 400, "unknown_parameter"),
    ],
)
def test_a_feed_that_is_not_there_says_so(client: Client, path: str, status: int, code: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_dataset_tells_where_its_feed_is(client: Client, analyst: User, sdn: Dataset) -> None:
    found: dict[str, Any] = client.get("/api/v1/datasets/us_ofac_sdn/").json()
    assert found["feed"] == f"http://testserver{PATH}"
    rows = client.get("/api/v1/datasets/").json()["results"]
    assert f"http://testserver{PATH}" in [row["feed"] for row in rows]
    client.force_login(analyst)
    assert PATH in client.get(f"/admin/entities/dataset/{sdn.pk}/change/").content.decode()
