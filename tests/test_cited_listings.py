"""Curated tables of listings: what ships is cited and whole, and a wrong row never gets in."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from entities.measures import CATALOGUE
from entities.models import Entity, Listing
from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.gates import check, tally
from ingest.records import Name, Record
from ingest.source import Source
from ingest.sources import cn_mofcom, us_bis_mieu, us_dod_1286, us_section_889
from ingest.sources._cited_listings import COLUMNS, SHIPPED
from tests.copies import FIXTURES, parsed, real

SHIPPING: tuple[Source, ...] = (us_section_889, us_bis_mieu, cn_mofcom)


def shipped(source: Source, tmp_path: Path) -> dict[str, Record]:
    copy = parsed(source, SHIPPED / source.DATASETS[0].name, tmp_path)
    assert copy.audit.as_log() == []
    return copy.records


@pytest.mark.parametrize("source", SHIPPING, ids=lambda source: source.DATASETS[0].name)
def test_a_shipped_table_passes_the_gates_and_cites_every_row(source: Source, tmp_path: Path) -> None:
    records = shipped(source, tmp_path)
    check(source.DATASETS[0], tally(records.values()), excerpt=False)
    known = {fact.code for fact in CATALOGUE}
    for record in records.values():
        for listing in record.listings:
            assert set(listing.measures) <= known
            assert listing.citation
            assert listing.source_url.startswith("https://")
            assert listing.start_basis


@pytest.mark.django_db
def test_shipped_tables_load_without_a_network_and_twice_change_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("ingest", "us_section_889")
    assert set(Entity.objects.values_list("caption", flat=True)) == {
        "Huawei Technologies Company",
        "ZTE Corporation",
        "Hytera Communications Corporation",
        "Hangzhou Hikvision Digital Technology Company",
        "Dahua Technology Company",
    }
    assert Listing.objects.count() == 10
    call_command("ingest", "us_section_889")
    assert "unchanged since the version of 2026-11-21" in capsys.readouterr().out


def test_part_a_and_part_b_are_listings_of_their_own(tmp_path: Path) -> None:
    (record,) = (row for row in shipped(us_section_889, tmp_path).values() if row.key == "dahua")
    assert [(row.measures, row.start) for row in record.listings] == [
        (("us-889-part-a",), date(2019, 8, 13)),
        (("us-889-part-b",), date(2020, 8, 13)),
    ]
    assert "not verified" in record.listings[0].start_basis


def test_short_acronyms_are_weak_names(tmp_path: Path) -> None:
    (record,) = (row for row in shipped(us_bis_mieu, tmp_path).values() if row.key == "ru-gru")
    assert record.names == [Name("Main Intelligence Directorate"), Name("GRU", "weak")]


def test_a_suspended_and_revived_entry_keeps_both_periods(tmp_path: Path) -> None:
    copy = parsed(cn_mofcom, FIXTURES / "cn_mofcom" / "suspended.csv", tmp_path)
    (record,) = copy.records.values()
    assert [(row.start, row.end) for row in record.listings] == [
        (date(2025, 4, 4), date(2025, 5, 14)),
        (date(2025, 8, 12), None),
    ]


def test_the_1286_list_is_read_from_a_table_of_the_operator(tmp_path: Path) -> None:
    copy = parsed(us_dod_1286, FIXTURES / "us_dod_1286" / "list_1286.csv", tmp_path)
    record = copy.named("Disease Control and Prevention Institute")
    (listing,) = record.listings
    assert listing.measures == ("us-1286-research",)
    assert (listing.start, listing.start_basis) == (date(2024, 1, 1), "year of the list (known as 2024 only)")
    assert copy.named("TTP").names[-1].kind == "weak"


def test_no_table_of_the_1286_list_ships_and_fetch_says_which_columns_to_bring() -> None:
    with pytest.raises(IngestError, match="No table of us_dod_1286 ships .* dataset, key, name, aliases"):
        us_dod_1286.fetch(None)  # type: ignore[arg-type]


GOOD = dict.fromkeys(COLUMNS, "") | {
    "dataset": "cn_mofcom",
    "key": "illumina",
    "name": "Illumina, Inc.",
    "schema": "Company",
    "country": "us",
    "list": "unreliable entity list",
    "start": "2025-02-04",
    "citation": "MOFCOM announcement of 2025-02-04",
    "url": "https://aqygzj.mofcom.gov.cn/",
    "checked": "2026-07-19",
}


def table(*rows: dict[str, str]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"citation": "", "url": ""}, "line 2: neither citation nor url says where this is from"),
        ({"list": "white list"}, "line 2: list 'white list' is unknown"),
        ({"country": "USA"}, "line 2: country 'USA' is not an ISO 3166 code"),
        ({"start": "4 February"}, "line 2: start '4 February' is not a date"),
        ({"start": "2025-02-04", "end": "2024-01-01"}, "line 2: end 2024-01-01 is before start"),
        ({"checked": ""}, "line 2: checked is not a date"),
        ({"name": ""}, "line 2: name is empty"),
        ({"schema": "Firm"}, "line 2: schema 'Firm' is unknown"),
        ({"url": "mofcom"}, "line 2: url 'mofcom' is not a web address"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_line(change: dict[str, str], message: str, tmp_path: Path) -> None:
    path = tmp_path / "mofcom.csv"
    path.write_text(table(GOOD | change))
    with pytest.raises(IngestError, match=message):
        parsed(cn_mofcom, path, tmp_path)


def test_a_cut_off_row_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mofcom.csv"
    path.write_text(table(GOOD, GOOD)[:-60])
    with pytest.raises(IngestError, match="line 3: .* the row is cut off"):
        parsed(cn_mofcom, path, tmp_path)


def test_a_table_of_another_dataset_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "mofcom.csv"
    path.write_text(table(GOOD))
    with pytest.raises(IngestError, match="not a file that us_section_889 can read"):
        parsed(us_section_889, path, tmp_path)


@pytest.mark.real_lists
def test_the_whole_1286_list_fits_the_table(tmp_path: Path) -> None:
    entries = json.loads(real("dod_1286/dow_1286_2026-07-09.json").read_text())["entities"]
    rows = [
        GOOD
        | {
            "dataset": "us_dod_1286",
            "key": entry["name"],
            "name": entry["name"],
            "aliases": "; ".join(entry["aliases"]),
            "schema": "Organization",
            "country": "",
            "list": "Table 2" if "Table 2" in entry["notes"] else "Table 1",
            "start": "2024",
        }
        for entry in entries
    ]
    path = tmp_path / "list_1286.csv"
    path.write_text(table(*rows))
    copy = parsed(us_dod_1286, path, tmp_path)
    copy.check()
    assert copy.audit.as_log() == []
    assert len(copy.records) == len({entry["name"] for entry in entries})


def test_rows_are_audited(tmp_path: Path) -> None:
    audit = Audit()
    rows = iter([{"FILE": "x.csv", "LINE": 2} | GOOD | {"surprise": "a new column"}])
    assert len(list(cn_mofcom.parse(rows, audit))) == 1
    assert audit.counts["unread field 'surprise' of cn_mofcom"] == 1
