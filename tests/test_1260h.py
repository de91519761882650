"""Section 1260H: editions become listing periods, parents become edges."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, measure
from ingest.records import Record
from ingest.runs import ingest
from ingest.source import source_named
from ingest.sources import us_dod_1260h

HEADER = "edition_date,name,alias,former_name,parent,end_date,citation\n"


def bundle(path: Path) -> Bundle:
    return Bundle((measure(path),), str(path))


def parsed(path: Path) -> tuple[dict[str, Record], Audit]:
    audit = Audit()
    records = list(us_dod_1260h.parse(us_dod_1260h.read(bundle(path)), audit))
    for record in records:
        record.tidy()
    assert len({record.id for record in records}) == len(records)
    return {record.caption: record for record in records}, audit


def written(path: Path, *rows: str) -> Path:
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return path


@pytest.fixture
def listed(starter: Path) -> dict[str, Record]:
    records, audit = parsed(starter / "us_dod_1260h" / "names_by_edition.csv")
    assert not audit.counts
    return records


def spans(record: Record) -> list[tuple[str, str]]:
    return [(str(listing.start), str(listing.end or "")) for listing in record.listings]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Hangzhou Hikvision Digital Technology Co., Ltd.", [("2021-06-03", "")]),
        ("Zhejiang Dahua Technology Co., Ltd.", [("2022-10-05", "")]),
        ("Beijing Megvii Technology Co., Ltd.", [("2024-01-31", "2025-01-07")]),
        ("Yangtze Memory Technologies Co., Ltd.", [("2024-01-31", "2026-02-17"), ("2026-06-08", "")]),
        ("ChangXin Memory Technologies, Inc.", [("2025-01-07", "2026-02-17"), ("2026-06-08", "")]),
        ("Alibaba Group Holding Limited", [("2026-06-08", "")]),
        ("CloudWalk Technology Co., Ltd.", [("2022-10-05", "")]),
    ],
)
def test_editions_become_periods(
    listed: dict[str, Record], name: str, expected: list[tuple[str, str]]
) -> None:
    assert spans(listed[name]) == expected


def test_a_period_says_what_its_dates_rest_on(listed: dict[str, Record]) -> None:
    (alibaba,) = listed["Alibaba Group Holding Limited"].listings
    assert (alibaba.citation, alibaba.start_basis) == ("91 FR 35189", "edition of 2026-06-08")
    assert listed["Beijing Megvii Technology Co., Ltd."].listings[0].end_basis == "published end date"
    (innovation,) = listed["Shenzhen DJI Innovation Technology Co., Ltd."].listings
    assert innovation.end == date(2026, 6, 8)
    assert innovation.end_basis == "not in the edition of 2026-06-08; no removal notice held"


def test_an_edition_that_only_adds_ends_nothing(listed: dict[str, Record]) -> None:
    assert spans(listed["Inspur Group Co., Ltd."]) == [("2021-06-03", "")]


def test_a_renamed_entry_is_one_company_where_the_table_says_so(listed: dict[str, Record]) -> None:
    phenix = listed["Phenix Optical Company Limited"]
    assert spans(phenix) == [("2025-01-07", "")]
    assert ("Phoenix Optics Company Limited", "former") in [(name.text, name.kind) for name in phenix.names]
    assert spans(listed["Hesai Group"]) == [("2024-01-31", "2025-01-07"), ("2026-06-08", "")]


def test_two_names_with_one_short_alias_are_not_joined_on_a_guess(listed: dict[str, Record]) -> None:
    assert (
        listed["Shenzhen DJI Technology Co., Ltd."].id
        != listed["Shenzhen DJI Innovation Technology Co., Ltd."].id
    )


def test_two_names_in_one_edition_are_two_companies(tmp_path: Path) -> None:
    records, _ = parsed(
        written(
            tmp_path / "names.csv",
            "2025-01-07,AVIC Xi'an Aircraft Industry Group Company Ltd.,,,,,",
            '2025-01-07,"Xi\'an Aircraft Industry Group Co., Ltd.",,,,,',
            '2026-06-08,AVIC Xi’an Aircraft Industry Group Company Ltd.,,"Xi’an Aircraft Industry Group Co., Ltd.",,,',
        )
    )
    assert [spans(record) for record in records.values()] == [
        [("2025-01-07", "")],
        [("2025-01-07", "2026-06-08")],
    ]


def test_a_parent_is_the_owner_until_an_edition_leaves_it_out(listed: dict[str, Record]) -> None:
    hikvision = listed["Hangzhou Hikvision Digital Technology Co., Ltd."]
    (edge,) = hikvision.ownerships
    assert edge.owner_id == listed["China Electronics Technology Group Corporation"].id
    assert edge.asset_id == hikvision.id
    assert (edge.kind, edge.start, edge.end) == ("affiliate", date(2021, 6, 3), date(2026, 6, 8))
    assert "listed with parent China Electronics Technology Group Corporation" in edge.quote
    first, second = listed["Huawei Technologies Co., Ltd."].ownerships
    assert (first.start, first.end) == (date(2021, 6, 3), date(2025, 1, 7))
    assert (second.start, second.end, second.citation) == (date(2026, 6, 8), None, "91 FR 35189")


def test_a_parent_is_found_whatever_its_punctuation(listed: dict[str, Record]) -> None:
    (edge,) = listed["Chengdu Dahua Wisdom Information Technology Co., Ltd."].ownerships
    assert edge.owner_id == listed["Zhejiang Dahua Technology Co., Ltd."].id
    assert (edge.start, edge.end) == (date(2025, 1, 7), None)


def test_a_parent_that_is_not_listed_is_a_party_without_a_listing(tmp_path: Path) -> None:
    records, _ = parsed(
        written(tmp_path / "names.csv", "2026-06-08,Complete Genomics,,,BGI Group,,91 FR 35189")
    )
    assert records["BGI Group"].listings == []
    assert records["Complete Genomics"].ownerships[0].owner_id == records["BGI Group"].id


def test_a_company_is_not_its_own_parent(tmp_path: Path) -> None:
    records, audit = parsed(written(tmp_path / "names.csv", "2026-06-08,BGI Group,,,BGI Group,,"))
    assert records["BGI Group"].ownerships == []
    assert audit.counts["company named as its own parent"] == 1


def test_native_names_are_names(listed: dict[str, Record]) -> None:
    names = {(name.text, name.lang) for name in listed["Alibaba Group Holding Limited"].names}
    assert ("阿里巴巴集团控股有限公司", "zh") in names


def test_a_short_form_in_brackets_is_an_alias(tmp_path: Path) -> None:
    records, _ = parsed(
        written(
            tmp_path / "names.csv",
            '2025-01-07,"MGI Tech Co., Ltd. (MGI)",,,,,',
            '2026-06-08,"MGI Tech Co., Ltd.",MGI,,,,',
        )
    )
    (record,) = records.values()
    assert [(name.text, name.kind) for name in record.names] == [
        ("MGI Tech Co., Ltd.", "primary"),
        ("MGI", "alias"),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("June 2026,BGI Group,,,,,", "row 2: 'June 2026' in edition_date is not a date"),
        ("2026-06-08,,,,,,", "row 2 has no edition_date or no name"),
        ("2026-06-08,BGI Group", "row 2 has 2 of 7 columns"),
    ],
)
def test_a_broken_row_is_named(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(IngestError, match=message):
        parsed(written(tmp_path / "names.csv", row))


def test_there_is_nothing_to_download() -> None:
    with pytest.raises(IngestError, match="no machine-readable publication"):
        us_dod_1260h.fetch(None)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_the_starter_loads_as_of_its_newest_edition(starter: Path) -> None:
    (outcome,) = ingest(source_named("us_dod_1260h"), path=starter / "us_dod_1260h", excerpt=True)
    assert outcome.version is not None
    assert (outcome.version.entities, outcome.version.published_on) == (40, date(2026, 6, 8))


@pytest.mark.real_lists
def test_the_whole_table_gives_188_companies_listed_today(real_lists: Path) -> None:
    path = real_lists / "dod_1260h" / "names_by_edition.csv"
    records, audit = parsed(path)
    assert (audit.rows, len(records)) == (397, 218)
    current = [
        record for record in records.values() if any(listing.end is None for listing in record.listings)
    ]
    assert len(current) == 188
    ids = {record.id for record in records.values()}
    edges = [edge for record in records.values() for edge in record.ownerships]
    assert len(edges) == 150
    assert all(edge.owner_id in ids and edge.owner_id != edge.asset_id for edge in edges)


@pytest.mark.real_lists
def test_the_table_itself_tells_which_editions_restate_the_list(real_lists: Path) -> None:
    path = real_lists / "dod_1260h" / "names_by_edition.csv"
    rows = [us_dod_1260h._row(row, Audit()) for row in us_dod_1260h.read(bundle(path))]
    editions = sorted({row.edition for row in rows})
    whole = us_dod_1260h.whole_editions(us_dod_1260h.group(rows), editions)
    assert whole == {date(2021, 6, 3), date(2025, 1, 7), date(2026, 6, 8)}
