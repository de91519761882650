"""CBP's withhold release orders: goods of named producers. Rows are typed from CBP's table."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.sources import us_cbp_wro as source
from tests.copies import FIXTURES, Copy, parsed, real

FIXTURE = FIXTURES / "us_cbp_wro" / "withhold-release-orders-findings-2026-08-01.csv"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURE, tmp_path)


def test_an_order_and_the_later_finding_are_two_listings_of_one_party(copy: Copy) -> None:
    record = copy.named("Yunnan 1st Prison")
    assert [row.text for row in record.names] == [
        "Yunnan Machinery",
        "Golden Horse (JinMa) Diesel Factory",
        "Yunnan 1st Prison",
    ]
    assert [(row.programme, row.start, row.citation) for row in record.listings] == [
        ("WRO", date(1991, 11, 14), ""),
        ("Finding", date(1992, 3, 18), "57 FR 9469"),
    ]


def test_the_goods_limit_the_requirement_and_the_status_is_shown(copy: Copy) -> None:
    (listing,) = copy.named("Tangshan Sanyou Group").listings
    assert listing.requirement == (
        "Merchandise: Soda Ash. The entry reads: “Tangshan Sanyou Group and its Subsidiaries”."
    )
    assert listing.policy == "Status: Partially Modified"
    assert listing.reason == "Viscose removed from the order. 10/12/2016"


def test_an_order_on_a_countrys_product_is_no_party(copy: Copy) -> None:
    assert dict(copy.audit.skipped) == {"order on a product or a region that names no party": 1}
    assert not any("Turkmenistan" in record.caption for record in copy.records.values())


def test_vessels_are_vessels_and_their_owner_a_company(copy: Copy) -> None:
    assert copy.named("Da Wang").schema == "Vessel"
    owner = copy.named("Dalian Ocean Fishing Co. Ltd.")
    assert owner.schema == "LegalEntity"
    assert "Fishing Vessels owned by" in owner.listings[0].requirement
    assert copy.audit.as_log() == []


def test_two_companies_of_one_cell_are_two_parties(copy: Copy) -> None:
    assert (
        copy.named("Yili Zhuowan Garment Manufacturing Co., Ltd.").id
        != copy.named("Baoding LYSZD Trade and Business Co., Ltd.").id
    )


def test_the_date_of_the_copy_is_in_the_files_name(tmp_path: Path) -> None:
    (bundle,) = collect(source, FIXTURE, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2026, 8, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("Remarks", "Notes"), "has other columns"),
        ((",57 FR 9469", ""), "row 3 has 10 of 11 columns"),
        (("Baoding", "Ba\udcff"), "not in UTF-8"),
    ],
)
def test_a_table_of_another_shape_is_refused(change: tuple[str, str], message: str, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(FIXTURE.read_text().replace(*change).encode("utf-8", "surrogateescape"))
    with pytest.raises(IngestError, match=message):
        parsed(source, path, tmp_path)


@pytest.mark.real_lists
def test_the_orders_of_june_2026_are_understood(tmp_path: Path) -> None:
    entries = json.loads(real("cbp_wro/cbp_wro_2026-07-09.json").read_text())["entities"]
    path = tmp_path / "withhold-release-orders-findings-2026-06-23.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(source.COLUMNS)
        for entry in entries:
            goods = re.search(r"Merchandise: (.*?)(?:; Remarks|$)", entry["notes"])
            aliases = f" (aka {'; '.join(entry['aliases'])})" if entry["aliases"] else ""
            kind = entry["notes"].split(";")[0]
            cells = [entry["effective_date"], "", "", entry["country"], goods[1] if goods else "", kind, ""]
            writer.writerow([*cells, entry["status"], "", entry["name"] + aliases, ""])
    copy = parsed(source, path, tmp_path / "work")
    copy.check()
    assert set(copy.audit.counts) <= {"several parties in one cell, kept as one"}
    assert len([row for record in copy.records.values() for row in record.listings]) >= len(entries) - 6
    assert copy.named("Giant Manufacturing Co., Ltd.").listings[0].start == date(2025, 9, 24)
