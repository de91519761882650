"""World Bank listing. The person of the fixture is invented, the firms are not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, measure
from ingest.records import Identifier, Name
from ingest.source import source_named
from tests.copies import FIXTURES, Copy, parsed, real

source = source_named("worldbank_debarred")
FIXTURE = FIXTURES / "worldbank_debarred" / "sanctioned_firm.json"


class BankOfTheDay:
    """Answers as the Bank's page and its service do."""

    def __init__(self, folder: Path, page: str) -> None:
        self.folder = folder
        self.page = page
        self.asked: list[tuple[str, dict[str, str]]] = []

    def get(self, url: str, name: str, headers: Mapping[str, str] | None = None) -> RawFile:
        self.asked.append((name, dict(headers or {})))
        path = self.folder / name
        path.write_text(self.page if name.endswith(".html") else FIXTURE.read_text())
        return measure(path, url=url)

    def bundle(self, *files: RawFile) -> Bundle:
        return Bundle(files, files[0].url)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURE, tmp_path)


def test_every_field_is_understood(copy: Copy, tmp_path: Path) -> None:
    (bundle,) = collect(source, FIXTURE, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2019, 5, 20)
    assert copy.audit.as_log() == []
    assert [record.schema for record in copy.records.values()] == ["Organization", "Organization", "Person"]


def test_names_lose_their_footnotes_and_give_up_the_names_in_brackets(copy: Copy) -> None:
    assert copy.named("IDEMIA PAKISTAN (PTE) LTD").names == [
        Name("IDEMIA PAKISTAN (PTE) LTD", "primary"),
        Name("OBERTHUR TECHNOLOGIES PAKISTAN (PVT) LTD", "former"),
    ]
    assert copy.named("MR. PETER EXAMPLE").names[1] == Name("MR. LI EXAMPLE", "alias")
    assert copy.named("IDEMIA PAKISTAN (PTE) LTD").identifiers == [
        Identifier("Registration number", "0064095", "pk")
    ]


def test_the_year_2999_means_no_end(copy: Copy) -> None:
    (listing,) = copy.named('CLOSED JOINT STOCK CO "SHARORA"').listings
    assert (listing.start, listing.end, listing.end_basis) == (date(2011, 11, 21), None, "")
    assert listing.measures == ("wb-debarment",)
    (crossed,) = copy.named("IDEMIA PAKISTAN (PTE) LTD").listings
    assert (crossed.end, crossed.programme) == (date(2020, 5, 29), "Cross-debarment")


def test_the_service_is_asked_with_the_key_of_the_public_page(tmp_path: Path) -> None:
    bank = BankOfTheDay(tmp_path, '<script>var propApiKey = "for-everybody";</script>')
    assert source.fetch(bank).only.name == "sanctioned_firm.json"
    assert bank.asked == [("page.html", {}), ("sanctioned_firm.json", {"apikey": "for-everybody"})]
    with pytest.raises(IngestError, match="no longer holds the key"):
        source.fetch(BankOfTheDay(tmp_path, "<html>"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"response": {"ZPROCSUPP": [{"SUPP_ID": 1', "cut off or not JSON"),
        ('{"response": {"ZPROCSUPP": {"SUPP_ID": 1}}}', "does not hold response.ZPROCSUPP"),
        ('{"ZPROCSUPP": []}', "does not hold response.ZPROCSUPP"),
        ('{"response": {"ZPROCSUPP": [{"SUPP_NAME": "A"}]}}', "has no SUPP_ID"),
    ],
)
def test_a_broken_answer_is_refused(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(content)
    with pytest.raises(IngestError, match=reason):
        parsed(source, path, tmp_path)


@pytest.mark.real_lists
def test_the_real_listing_of_2019_is_read_whole(tmp_path: Path) -> None:
    copy = parsed(source, real("../formats/world_bank/sanctioned_firm_2019-05-20.json"), tmp_path)
    copy.check()
    assert len(copy.records) == 1317
    # One country is written "Jersey, C.I.".
    assert copy.audit.counts == {"unknown country": 1}
    assert not any("*" in name.text for record in copy.records.values() for name in record.names)
