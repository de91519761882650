"""How the lists without a fixed address are found. Only the network edge is played by a table of answers."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from ingest.errors import IngestError
from ingest.fetching import fetch
from ingest.files import Bundle
from ingest.source import Source
from ingest.sources import jp_meti_eul, us_bis_ecfr, us_cbp_wro
from tests.copies import FIXTURES

pytestmark = pytest.mark.django_db

TITLES = '{"titles": [{"number": 14, "up_to_date_as_of": "2026-11-01"}, {"number": 15, "up_to_date_as_of": "2026-11-19"}]}'
ECFR = "https://www.ecfr.gov/api/versioner/v1/full/2026-11-19/title-15.xml?part=744"
CBP_PAGE = """<html><body><a href="/sites/default/files/2026-06/withhold-release-orders-findings-2026-06-23.csv">June</a>
<a href="/sites/default/files/2026-08/withhold-release-orders-findings-2026-08-01.csv">August</a>
<a href="/about">About</a></body></html>"""
METI_PAGE = """<html><body><a href="pdf/matrix.pdf">Matrix</a>
<a href="pdf/20250929006-1.pdf">Foreign End <b>User List</b></a></body></html>"""


def fetched(source: Source, answers: dict[str, bytes], folder: Path) -> tuple[Bundle, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        body = answers.get(str(request.url))
        return httpx.Response(404) if body is None else httpx.Response(200, content=body)

    transport = httpx.MockTransport(answer)
    return fetch(source, folder, {}, transport=transport, resolve=lambda host: ["93.184.216.34"]), asked


def test_the_legal_text_is_asked_for_by_the_newest_day_of_title_15(tmp_path: Path) -> None:
    text = (FIXTURES / "us_bis_ecfr" / "title-15-part-744_2026-09-01.xml").read_bytes()
    bundle, asked = fetched(us_bis_ecfr, {us_bis_ecfr.DATES_URL: TITLES.encode(), ECFR: text}, tmp_path)
    assert bundle.only.name == "title-15-part-744_2026-11-19.xml"
    assert str(us_bis_ecfr.published_on(bundle)) == "2026-11-19"
    # Without it the publisher answers 406, "requires response compression".
    assert all("gzip" in request.headers["accept-encoding"] for request in asked)


@pytest.mark.parametrize("titles", ["[]", '{"titles": []}', "<html>", '{"titles": [{"number": 15}]}'])
def test_a_table_of_titles_without_a_date_is_refused(titles: str, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="does not state the date of title 15"):
        fetched(us_bis_ecfr, {us_bis_ecfr.DATES_URL: titles.encode()}, tmp_path)


def test_the_newest_of_cbps_dated_files_is_taken(tmp_path: Path) -> None:
    url = "https://www.cbp.gov/sites/default/files/2026-08/withhold-release-orders-findings-2026-08-01.csv"
    table = (FIXTURES / "us_cbp_wro" / "withhold-release-orders-findings-2026-08-01.csv").read_bytes()
    bundle, _ = fetched(us_cbp_wro, {us_cbp_wro.PAGE: CBP_PAGE.encode(), url: table}, tmp_path)
    assert bundle.only.url == url
    assert str(us_cbp_wro.published_on(bundle)) == "2026-08-01"


def test_metis_list_is_found_by_the_words_of_its_link(tmp_path: Path) -> None:
    url = "https://www.meti.go.jp/english/policy/external_economy/trade_control/pdf/20250929006-1.pdf"
    bundle, _ = fetched(jp_meti_eul, {jp_meti_eul.PAGE: METI_PAGE.encode(), url: b"%PDF-1.4"}, tmp_path)
    assert bundle.only.url == url


@pytest.mark.parametrize("source", [us_cbp_wro, jp_meti_eul])
def test_an_empty_page_is_told(source: Source, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="is empty or no HTML page"):
        fetched(source, {source.PAGE: b""}, tmp_path)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("source", "message"),
    [(us_cbp_wro, "links no CSV file any more"), (jp_meti_eul, "links no End User List any more")],
)
def test_a_page_that_links_the_list_no_more_is_told(source: Source, message: str, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=message):
        fetched(source, {source.PAGE: b"<html><body>Moved.</body></html>"}, tmp_path)  # type: ignore[attr-defined]
