"""Downloads: conditional, patient, bounded, and from nobody but the publisher. Only the network edge is mocked."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from entities.models import Dataset
from ingest.errors import IngestError
from ingest.fetching import Downloads, Unchanged, fetched
from ingest.files import Bundle
from ingest.runs import alone, download, ingest, settle
from ingest.source import source_named

URL = "https://lists.example.org/exports/list.xml"
PUBLIC = ["93.184.216.34"]

Answer = Callable[[httpx.Request], httpx.Response]


def client(folder: Path, answer: Answer, **more: Any) -> Downloads:
    options: dict[str, Any] = {"resolve": lambda host: PUBLIC, "wait": lambda seconds: None}
    return Downloads(folder, more.pop("held", {}), transport=httpx.MockTransport(answer), **(options | more))


def test_a_file_is_kept_with_what_the_next_request_needs(tmp_path: Path) -> None:
    headers = {"etag": '"abc"', "last-modified": "Fri, 20 Nov 2026 10:00:00 GMT"}
    got = client(tmp_path, lambda request: httpx.Response(200, content=b"<list/>", headers=headers)).get(
        URL, "list.xml"
    )
    assert (got.path.read_bytes(), got.url, got.etag) == (b"<list/>", URL, '"abc"')
    assert got.last_modified == headers["last-modified"]


def test_a_copy_that_we_hold_is_asked_for_conditionally(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["if-none-match"] == '"abc"'
        return httpx.Response(304)

    with pytest.raises(Unchanged):
        client(tmp_path, answer, held={URL: {"etag": '"abc"'}}).get(URL, "list.xml")


def test_a_busy_publisher_is_asked_again_with_growing_patience(tmp_path: Path) -> None:
    waits: list[float] = []
    answers = iter([503, 500, 200])

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(next(answers), content=b"<list/>")

    client(tmp_path, answer, wait=waits.append).get(URL, "list.xml")
    assert len(waits) == 2
    assert 1 <= waits[0] <= 2 <= waits[1] <= 4


def test_a_publisher_that_names_its_hour_is_given_it(tmp_path: Path) -> None:
    waits: list[float] = []
    answers = iter([(429, {"retry-after": "7"}), (200, {})])

    def answer(request: httpx.Request) -> httpx.Response:
        status, headers = next(answers)
        return httpx.Response(status, headers=headers, content=b"<list/>")

    client(tmp_path, answer, wait=waits.append).get(URL, "list.xml")
    assert waits == [7.0]


def test_patience_ends_with_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="could not be downloaded: the publisher answered 503"):
        client(tmp_path, lambda request: httpx.Response(503)).get(URL, "list.xml")


def test_no_network_is_one_sentence_that_names_the_way_out(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno -2] Name or service not known")

    with pytest.raises(IngestError, match="no connection to it; load downloaded files with --from"):
        client(tmp_path, answer).get(URL, "list.xml")


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("http://lists.example.org/list.xml", "is not https"),
        ("https://elsewhere.test/list.xml", "is not the publisher's"),
        ("https://example.org.evil.test/list.xml", "is not the publisher's"),
    ],
)
def test_a_redirect_leads_only_to_the_publisher_and_only_over_https(
    tmp_path: Path, target: str, sentence: str
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": target})

    with pytest.raises(IngestError, match=sentence):
        client(tmp_path, answer).get(URL, "list.xml")


@pytest.mark.parametrize(
    "target", ["https://files.example.org/x", "https://bucket.s3.us-gov-west-1.amazonaws.com/x"]
)
def test_a_redirect_to_the_publishers_own_store_is_followed(tmp_path: Path, target: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if str(request.url) == URL:
            return httpx.Response(302, headers={"location": target})
        return httpx.Response(200, content=b"<list/>")

    assert client(tmp_path, answer).get(URL, "list.xml").size == 7


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "::1", "fe80::1%eth0"]
)
def test_an_address_of_a_private_network_is_never_asked(tmp_path: Path, address: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError("must not be asked")

    with pytest.raises(IngestError, match="private network"):
        client(tmp_path, answer, resolve=lambda host: [address]).get(URL, "list.xml")


def test_a_cut_transfer_is_noticed_by_its_length(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=httpx.ByteStream(b"<list>"), headers={"content-length": "600"})

    with pytest.raises(IngestError, match="6 of 600 bytes arrived"):
        client(tmp_path, answer).get(URL, "list.xml")


def test_a_file_larger_than_the_limit_is_left(tmp_path: Path, settings: Any) -> None:
    settings.INGEST_MAX_MB = 1
    with pytest.raises(IngestError, match="sends more than 1 MiB"):
        client(tmp_path, lambda request: httpx.Response(200, content=b"x" * (2 << 20))).get(URL, "list.xml")


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(b"<list/>")
    got = client(tmp_path, lambda request: httpx.Response(200, content=packed)).get(URL, "list.xml.gz")
    assert got.path.read_bytes() == b"<list/>"


@pytest.mark.django_db(transaction=True)
def test_one_silent_publisher_does_not_delay_the_others() -> None:
    released = threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        if "un.org" in request.url.host:
            released.wait(20)
        return httpx.Response(200, content=b"<html>no list</html>")

    names = [source_named("un_sc"), source_named("us_dhs_uflpa")]
    options = {
        "transport": httpx.MockTransport(answer),
        "resolve": lambda host: PUBLIC,
        "wait": lambda seconds: None,
    }
    with fetched(names, **options) as arriving:
        first, result = next(arriving)
        assert first.__name__.endswith("us_dhs_uflpa")
        assert isinstance(result, Bundle)
        released.set()


@pytest.mark.django_db
def test_a_failed_download_is_noted_on_the_dataset_and_what_was_held_serves(starter: Path) -> None:
    source = source_named("un_sc")
    ingest(source, path=starter / "un_sc", excerpt=True)
    with pytest.raises(IngestError, match="no connection"):
        settle(source, IngestError("It could not be downloaded: there is no connection to it."))
    dataset = Dataset.objects.get(name="un_sc")
    assert "no connection" in dataset.failure
    assert dataset.failed_at is not None
    assert dataset.current_version is not None
    settle(source, Unchanged())
    assert Dataset.objects.get(name="un_sc").failure == ""


@pytest.mark.django_db
def test_two_runs_of_one_source_never_overlap(starter: Path) -> None:
    source = source_named("un_sc")
    with alone(source), pytest.raises(IngestError, match="Another run of un_sc is under way"):
        ingest(source, path=starter / "un_sc", excerpt=True)
    assert ingest(source, path=starter / "un_sc", excerpt=True)


@pytest.mark.django_db
def test_a_table_that_ships_with_the_project_needs_no_network() -> None:
    ((_, outcomes),) = download([source_named("us_section_889")])
    assert isinstance(outcomes, list)
    assert outcomes[0].version is not None
    assert not outcomes[0].version.is_excerpt
