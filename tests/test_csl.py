"""The Consolidated Screening List: six lists of its own, names taken apart, citations read."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from entities.models import Entity
from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, measure, unpack
from ingest.records import Record, entity_id
from ingest.runs import ingest
from ingest.source import source_named
from ingest.sources import us_csl
from ingest.sources._csl_lists import COLUMNS
from ingest.sources._csl_names import party_key, read_party, repaired, split_aliases
from ingest.sources._federal_register import citations, first_date

ENTITY_LIST = "Entity List (EL) - Bureau of Industry and Security"


def parsed(path: Path, folder: Path | None = None) -> tuple[list[Record], Audit]:
    audit = Audit()
    files = unpack(path, folder, 1 << 30) if folder else [measure(path)]
    records = list(us_csl.parse(us_csl.read(Bundle(tuple(files), str(path))), audit))
    for record in records:
        record.tidy()
    return records, audit


def written(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, COLUMNS, restval="")
        table.writeheader()
        table.writerows({"source": ENTITY_LIST, **row} for row in rows)
    return path


def by_name(records: list[Record]) -> dict[str, Record]:
    return {record.caption: record for record in records}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("84 FR 54002; 85 FR 44159", "84 FR 54002; 85 FR 44159"),
        ("84 FR 54004, 10/9/19.\n85 FR 44161, 7/22/20", "84 FR 54004; 85 FR 44161"),
        ("82 F.R. 46480 10/5/2017", "82 FR 46480"),
        ("82 F.R. 16788, 16789 4/6/2017", "82 FR 16788"),
        (
            "73 FR 54503 (9/22/08), 76 FR 50407 (08/15/2011), 77 FR 58006 (no. 182)",
            "73 FR 54503; 76 FR 50407; 77 FR 58006",
        ),
        ("80FR 69852", "80 FR 69852"),
        ("Vol. 87, No. 14, 01/21/2022", "Vol. 87, No. 14, 01/21/2022"),
        ("", ""),
    ],
)
def test_citations_are_written_one_way(text: str, expected: str) -> None:
    assert citations(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("76 FR 71869, 11/21/11", date(2011, 11, 21)),
        ("46 F.R. 44803 9/8/81", date(1981, 9, 8)),
        ("89 FR 99703, 12/11/24", date(2024, 12, 11)),
        ("84 FR 54002; 85 FR 44159", None),
        ("84 FR 54002; 85 FR 44159, 7/22/20", None),
        ("76 FR 71869, 13/21/11", None),
    ],
)
def test_only_the_first_citation_dates_an_entry(text: str, expected: date | None) -> None:
    assert first_date(text) == expected


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        (
            "Yixin Technology; Yuxin Technology; and Ecguard",
            ["Yixin Technology", "Yuxin Technology", "Ecguard"],
        ),
        (
            "Beijing Shangtang Technology Development Co., Ltd., and Sense Time",
            ["Beijing Shangtang Technology Development Co., Ltd.", "Sense Time"],
        ),
        ("Institute of Physics and Chemistry", ["Institute of Physics and Chemistry"]),
        ("HPSTAR; and", ["HPSTAR"]),
        ("APEX Ltd., 26 General Belov St Office 415, Moscow, Russia 115583", ["APEX Ltd."]),
    ],
)
def test_an_alias_cell_is_split_where_aliases_end(cell: str, names: list[str]) -> None:
    assert [name.text for name in split_aliases(cell)] == names


def test_a_former_name_inside_a_name_keeps_its_kind() -> None:
    party = read_party("LTS Holding Limited (f.k.a. IPP-International Petroleum Products Ltd.)", [])
    assert [(name.text, name.kind) for name in party.names] == [
        ("LTS Holding Limited", "primary"),
        ("IPP-International Petroleum Products Ltd.", "former"),
    ]
    assert split_aliases("f.k.a. Sibirskaya Neftyanaya Kompaniya OAO")[0].kind == "former"
    assert [name.text for name in split_aliases("NDC, a.k.a., the following two aliases:")] == ["NDC"]
    assert [name.text for name in read_party("Majid Kakavand", []).names] == ["Majid Kakavand"]


def test_an_affiliate_is_the_listed_party_and_the_parent_is_named() -> None:
    party = read_party(
        "Huawei Technologies Co., Ltd. (Huawei).  Affiliated Entity:  Hangzhou Huawei Enterprises", []
    )
    assert party.names[0].text == "Hangzhou Huawei Enterprises"
    assert party.parent_key == party_key("Huawei Technologies Co., Ltd.")
    nested = read_party("China Aerospace Second Academy.  Subordinate Institution - 283 Factory", [])
    assert [(name.text, name.kind) for name in nested.names] == [
        ("China Aerospace Second Academy 283 Factory", "primary"),
        ("283 Factory", "weak"),
    ]


def test_words_about_successors_go_to_the_requirement() -> None:
    party = read_party("Kata'ib Hezbollah and any successor, sub-unit, or subsidiary thereof", [])
    assert [name.text for name in party.names] == ["Kata'ib Hezbollah"]
    assert party.scope == "and any successor, sub-unit, or subsidiary thereof"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Xi?an Overland Science and Technology Co., Ltd.",
            "Xi'an Overland Science and Technology Co., Ltd.",
        ),
        ("Donetsk People?s Republic", "Donetsk People's Republic"),
        ("OOO Shipyard ?Zaliv?", "OOO Shipyard 'Zaliv'"),
        ("SMT?K", "SMT-K"),
        ("XAIC Tech (Xi\x92an) Industrial Co., Ltd.", "XAIC Tech (Xi'an) Industrial Co., Ltd."),
        ("Huawei do Brasil Telecomunicac?es Ltda", "Huawei do Brasil Telecomunicac?es Ltda"),
    ],
)
def test_mangled_spelling_is_repaired_where_it_is_certain(text: str, expected: str) -> None:
    assert repaired(text) == expected


def test_the_published_spelling_stays_beside_the_repaired_one() -> None:
    names = [name.text for name in read_party("Xi?an Overland Science and Technology Co., Ltd.", []).names]
    assert names == [
        "Xi?an Overland Science and Technology Co., Ltd.",
        "Xi'an Overland Science and Technology Co., Ltd.",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Xi?an Huawei Technologies Co., Ltd., Xi?an, Shaanxi", "Xi'an Huawei Technologies Co., Ltd."),
        (
            "HiSilicon Technologies Co., Ltd (HiSilicon), Bantian Longgang District",
            "HiSilicon Technologies Co., Ltd",
        ),
        ("Huawei Technologies Co., Ltd. (Huawei)", "Huawei Technologies Co., Ltd."),
        ("Gazprom Promgaz, AO (f.k.a. OAO Gazprom Promgaz)", "Gazprom Promgaz, AO"),
        ("Brian Douglas Woodford (See alternate address under Singapore)", "Brian Douglas Woodford"),
        (
            "CETC 13th Research Institute (CETC 13).  Subordinate Institution - Envoltek ",
            "CETC 13th Research Institute (CETC 13) subordinate institution: Envoltek",
        ),
    ],
)
def test_two_files_that_print_a_party_differently_give_one_key(one: str, other: str) -> None:
    assert party_key(one) == party_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Avin Electronics (Hong Kong)", "Avin Electronics (Singapore)"),
        ("Huawei Technologies Co., Ltd., Material Characterization Lab", "Huawei Technologies Co., Ltd."),
        (
            "Huawei Technologies Co., Ltd., Beijing Research Institute",
            "Huawei Technologies Co., Ltd., Xi'an Research Institute",
        ),
    ],
)
def test_namesakes_keep_keys_of_their_own(one: str, other: str) -> None:
    assert party_key(one) != party_key(other)


def test_an_entry_that_lists_an_address_is_keyed_by_that_address() -> None:
    keys = {
        party_key("Address 01", address=address) for address in ("18 Luard Rd, Hong Kong", "Hasat Sk., Sisli")
    }
    assert len(keys) == 2
    assert read_party("Address 01", []).names[0].kind == "weak"


def test_hikvision_carries_what_its_entry_states(starter: Path) -> None:
    records, _ = parsed(starter / "us_csl" / "consolidated.csv")
    record = by_name(records)["Hangzhou Hikvision Digital Technology Co., Ltd."]
    assert record.dataset == "us_bis_entity_list"
    assert [name.text for name in record.names[1:]] == ["Hikvision"]
    (listing,) = record.listings
    assert listing.measures == ("us-ear-entity-list",)
    assert (listing.citation, listing.start, listing.start_basis) == (
        "84 FR 54002; 85 FR 44159",
        date(2019, 10, 9),
        "the publisher's start date",
    )
    assert listing.requirement.startswith("For all items subject to the EAR.")
    assert "presumption of denial" in listing.policy
    assert record.countries == ["cn"]


def test_a_missing_start_date_is_read_from_the_first_citation(starter: Path) -> None:
    records, _ = parsed(starter / "us_csl" / "consolidated.csv")
    (listing,) = by_name(records)["Zhejiang Uniview Technologies Co., Ltd."].listings
    assert (listing.start, listing.citation) == (date(2024, 12, 11), "89 FR 99703")
    assert listing.start_basis == "date of the first Federal Register citation"


def test_rows_of_one_party_are_joined_into_one_listing(starter: Path) -> None:
    records, _ = parsed(starter / "us_csl" / "consolidated.csv")
    huawei = by_name(records)["Huawei Technologies Co., Ltd."]
    assert len(huawei.addresses) == 2
    (listing,) = huawei.listings
    assert listing.citation.split("; ")[0] == "84 FR 22963"
    assert "87 FR 8180" in listing.citation


def test_an_affiliate_has_an_edge_from_the_parent_its_entry_names(starter: Path) -> None:
    records, _ = parsed(starter / "us_csl" / "consolidated.csv")
    named = by_name(records)
    (edge,) = named["Hangzhou Huawei Communication Technology Co., Ltd."].ownerships
    assert edge.owner_id == named["Huawei Technologies Co., Ltd."].id
    assert (edge.kind, edge.share_min, edge.start) == ("affiliate", None, date(2019, 5, 21))
    assert "Affiliated Entity" in edge.quote
    (edge,) = named["Guangzhou Hongyu Technology Co., Ltd."].ownerships
    assert edge.owner_id == entity_id(
        "us_bis_entity_list",
        party_key("China Electronics Technology Group Corporation, 7th Research Institute (CETC-7)"),
    )


def test_a_parent_without_an_entry_is_a_party_without_a_listing(tmp_path: Path) -> None:
    path = written(
        tmp_path / "consolidated.csv",
        {
            "name": "Baotou Guanghua Chemical Industrial Corporation (Parent Organization: China National Nuclear Group Corporation (CNNC))"
        },
    )
    child, parent = parsed(path)[0]
    assert (parent.caption, parent.listings) == ("China National Nuclear Group Corporation", [])
    assert child.ownerships[0].owner_id == parent.id


def test_treasury_rows_are_counted_and_left_to_ofac(starter: Path) -> None:
    records, audit = parsed(starter / "us_csl" / "consolidated.csv")
    assert audit.skipped == {"copy of an OFAC entry (us_ofac_cons, CMIC)": 1}
    assert "MEGVII TECHNOLOGY LIMITED" not in by_name(records)


@pytest.mark.parametrize(
    ("row", "doubt"),
    [
        (
            {"source": "Chip Equipment List (CEL) - Bureau of Industry and Security", "name": "Acme"},
            "unknown list in the column source",
        ),
        ({"source": "source", "name": "name"}, "header repeated as a row"),
        ({"name": ""}, "row without a name"),
        ({"name": "Oriental Engineers", "start_date": "0017-05-26"}, "date before 1900"),
        ({"name": "Oriental Engineers", "vessel_flag": "Panama"}, "unread field 'vessel_flag' of EL"),
        ({"name": "Oriental Engineers", "type": "Robot"}, "unknown type of party"),
    ],
)
def test_what_is_not_understood_makes_a_noise(tmp_path: Path, row: dict[str, str], doubt: str) -> None:
    _, audit = parsed(written(tmp_path / "consolidated.csv", row))
    assert audit.counts[doubt] == 1


def test_hong_kong_is_told_from_the_address(tmp_path: Path) -> None:
    address = "Unit D, 16/F One Capital Place, 18 Luard Rd, Wan Chai, Hong Kong, CN; Shanghai, CN; AE"
    ((record,), _) = parsed(
        written(tmp_path / "consolidated.csv", {"name": "Giovan Ltd.", "addresses": address})
    )
    assert record.countries == ["cn", "hk", "ae"]
    assert [row.country for row in record.addresses] == ["cn", "cn"]


def json_copy(path: Path, **more: Any) -> Path:
    row = {
        "id": "a1",
        "source": ENTITY_LIST,
        "entity_number": None,
        "type": None,
        "name": "Hangzhou Hikvision Digital Technology Co., Ltd.",
        "addresses": [{"address": "No. 555 Qianmo Road", "city": "Hangzhou", "country": "China"}],
        "alt_names": ["Hikvision"],
        "federal_register_notice": "84 FR 54004, 10/9/19.\n85 FR 34505, 6/5/20",
        "license_requirement": "For all items subject to the EAR.",
        "ids": [{"type": "Registration", "number": "91330000733796106P", "country": "CN"}],
    }
    path.write_text(json.dumps({"total": 1, "results": [row]} | more))
    return path


def test_the_json_gives_the_entity_that_the_csv_gives(tmp_path: Path, starter: Path) -> None:
    path = json_copy(tmp_path / "consolidated.json")
    assert us_csl.recognise([measure(path)])
    ((record,), audit) = parsed(path)
    from_csv = by_name(parsed(starter / "us_csl" / "consolidated.csv")[0])[record.caption]
    assert record.id == from_csv.id
    assert record.names == from_csv.names
    assert record.addresses[0].text == "No. 555 Qianmo Road, Hangzhou"
    assert record.listings[0].start == date(2019, 10, 9)
    assert record.identifiers[0].value == "91330000733796106P"
    assert not audit.counts


def test_a_json_that_states_another_count_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"states 25,660 parties and holds 1\."):
        parsed(json_copy(tmp_path / "consolidated.json", total=25660))


def test_other_columns_are_refused_by_name(tmp_path: Path) -> None:
    path = written(tmp_path / "consolidated.csv", {"name": "Acme"})
    path.write_text(path.read_text().replace("alt_names", "aliases"))
    with pytest.raises(IngestError, match="29 that is known: aliases"):
        parsed(path)


@pytest.mark.django_db
def test_the_starter_fills_six_datasets(starter: Path) -> None:
    ingest(source_named("us_csl"), path=starter / "us_csl", excerpt=True)
    counts = {info.name: Entity.objects.filter(dataset__name=info.name).count() for info in us_csl.DATASETS}
    assert counts == {
        "us_bis_entity_list": 24,
        "us_bis_meu": 3,
        "us_bis_uvl": 2,
        "us_bis_dpl": 2,
        "us_ddtc_debarred": 2,
        "us_state_isn": 2,
    }


@pytest.mark.real_lists
def test_every_row_of_the_file_of_2022_is_read_or_counted(real_lists: Path, tmp_path: Path) -> None:
    records, audit = parsed(real_lists / "us_csl" / "csl_2022_full.csv.gz", tmp_path)
    skipped = {reason.rpartition(", ")[2].rstrip(")"): count for reason, count in audit.skipped.items()}
    assert skipped == {
        "SDN": 10026,
        "SSI": 290,
        "PLC": 78,
        "CMIC": 68,
        "CAP": 53,
        "NS-MBS List": 17,
        "FSE": 3,
    }
    rows: Counter[str] = Counter()
    for record in records:
        rows[record.dataset] += ("source" in record.raw) + len(record.raw.get("further rows", []))
    assert rows == {
        "us_bis_entity_list": 2001,
        "us_ddtc_debarred": 727,
        "us_bis_dpl": 462,
        "us_bis_uvl": 201,
        "us_state_isn": 163,
        "us_bis_meu": 71,
    }
    assert audit.rows == 14160 == sum(rows.values()) + sum(skipped.values())
    assert audit.counts.total() < 20


@pytest.mark.real_lists
def test_keys_hold_from_the_file_of_2022_to_the_lists_of_2026(real_lists: Path, tmp_path: Path) -> None:
    keys = []
    for name in ("csl_2022_full.csv.gz", "bis_lists_2026-07_rebuilt.json.gz"):
        records, _ = parsed(real_lists / "us_csl" / name, tmp_path)
        keys.append({record.id for record in records if record.dataset == "us_bis_entity_list"})
    assert len(keys[0] & keys[1]) >= 1840
    assert 0.94 * len(keys[0]) < len(keys[0] & keys[1])


@pytest.mark.real_lists
def test_no_edge_dangles_in_the_file_of_2022(real_lists: Path, tmp_path: Path) -> None:
    records, _ = parsed(real_lists / "us_csl" / "csl_2022_full.csv.gz", tmp_path)
    ids = {record.id for record in records}
    edges = [edge for record in records for edge in record.ownerships]
    assert len(edges) == 60
    assert all(edge.owner_id in ids and edge.owner_id != edge.asset_id for edge in edges)


@pytest.mark.real_lists
def test_the_cut_file_of_2023_is_refused(real_lists: Path, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="cut off"):
        parsed(real_lists / "us_csl" / "csl_2023-11_partial.csv.gz", tmp_path)
