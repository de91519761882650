"""Entity List and Military End-User List from the legal text. The fixture's rows are typed from the supplements."""

from __future__ import annotations

import gzip
import json
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import pytest

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.records import Name, entity_id
from ingest.source import source_named
from ingest.sources import us_bis_ecfr as source
from ingest.sources._entity_cell import read_cell
from tests.copies import FIXTURES, Copy, parsed, real

FIXTURE = FIXTURES / "us_bis_ecfr" / "title-15-part-744_2026-09-01.xml"
LIST = "us_bis_entity_list"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURE, tmp_path)


def test_every_row_is_understood_and_reserved_rows_are_counted(copy: Copy) -> None:
    assert copy.audit.as_log() == []
    assert copy.audit.rows == 12
    assert dict(copy.audit.skipped) == {"reserved row": 1}


def test_the_date_is_that_of_the_day_asked_for(tmp_path: Path) -> None:
    (bundle,) = collect(source, FIXTURE, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2026, 9, 1)


def test_name_alias_addresses_and_citations_of_one_cell_are_told_apart(copy: Copy) -> None:
    record = copy.named("Hikvision")
    assert record.names == [
        Name("Hangzhou Hikvision Digital Technology Co., Ltd."),
        Name("Hikvision", "alias"),
    ]
    assert record.countries == ["cn"]
    assert [row.text for row in record.addresses] == [
        "No. 555 Qianmo Road, Binjiang District, Hangzhou 310052, China",
        "700 Dongliu Road, Binjiang District, Hangzhou, China",
    ]
    (listing,) = record.listings
    assert listing.measures == ("us-ear-entity-list",)
    assert listing.citation == "84 FR 54004; 85 FR 34505; 85 FR 44161"
    assert listing.start == date(2019, 10, 9)
    assert listing.policy.startswith("Case-by-case review")


def test_footnotes_stay_marked_because_they_decide_on_foreign_made_items(copy: Copy) -> None:
    record = copy.named("Huawei Cloud Argentina")
    assert record.properties["footnotes"] == ["1", "2"]
    assert "734.9(e), [1] and 744.11" in record.listings[0].requirement


def test_a_party_listed_under_two_countries_is_one_entity(copy: Copy) -> None:
    record = copy.named("Southeast Trading Oy")
    assert record.countries == ["fi", "ro"]
    assert Name("Southeast Trading LTD", "alias") in record.names
    assert [row.text for row in record.addresses] == [
        "Espoo, Finland",
        "Kannelkatu 8, Lappeenranta 53100, Finland",
        "Bucharest, Romania",
    ]
    assert len(record.listings) == 1


def test_affiliates_in_huaweis_cell_are_entities_with_a_quoted_edge(copy: Copy) -> None:
    huawei = copy.named("Shenzhen Huawei Technologies")
    child = copy.named("Beijing Huawei Longshine")
    assert huawei.names[0].text == "Huawei Technologies Co., Ltd."
    assert huawei.countries == ["cn", "hk"]
    (edge,) = child.ownerships
    assert (edge.owner_id, edge.asset_id, edge.kind) == (huawei.id, child.id, "affiliate")
    assert "Affiliated entities" in child.raw["ENTITY"]
    assert child.names[0].text in edge.quote
    assert child.addresses[0].text.startswith("Q80-3-25R, 3rd Floor")
    assert copy.named("Hangzhou Huawei Enterprises").ownerships[0].owner_id == huawei.id


def test_subordinate_institutions_share_the_addresses_that_the_cell_gives_to_all(copy: Copy) -> None:
    parent = copy.named("NRIET")
    for name in ("Nanjing SunSea Industry Corporation", "Nanjing Institute of Radio Technology"):
        child = copy.named(name)
        assert child.ownerships[0].owner_id == parent.id
        assert [row.text for row in child.addresses] == [
            "No 1 Dinghuaimen, Nanjing, China",
            "No 8 Guorui Road, Yuhua District, Nanjing, China",
        ]


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        ("MT Microsystems", "Hebei Semiconductor Research Institute"),
        ("Guangzhou Hongyu Technology Co., Ltd.", "CETC-7"),
    ],
)
def test_a_parent_in_the_name_becomes_an_edge(copy: Copy, child: str, parent: str) -> None:
    assert [row.owner_id for row in copy.named(child).ownerships] == [copy.named(parent).id]


def test_the_military_end_user_list_stands_in_the_same_file(copy: Copy) -> None:
    record = copy.named("Academy of Aerospace Solid Propulsion Technology")
    assert record.dataset == "us_bis_meu"
    assert record.listings[0].measures == ("us-ear-meu",)
    assert record.listings[0].start == date(2020, 12, 23)


@pytest.mark.parametrize(
    ("cell", "name", "aliases", "addresses"),
    [
        ("Sawa Air Aviation FZCO.", "Sawa Air Aviation FZCO", [], []),
        (
            "Hamid Sepehrian, Jaber Ibn Hayan Research Institute, AEOI, P.O. Box 11365, Tehran, Iran",
            "Hamid Sepehrian",
            [],
            ["Jaber Ibn Hayan Research Institute, AEOI, P.O. Box 11365, Tehran, Iran"],
        ),
        (
            "Academy of Military Medical Sciences, Institute of Basic Medicine, 27 Taiping Road, Beijing, China.",
            "Academy of Military Medical Sciences, Institute of Basic Medicine",
            [],
            ["27 Taiping Road, Beijing, China"],
        ),
        (
            "China State Shipbuilding Corporation, Limited (CSSC) 701st Research Institute, No. 268 Ziyang Road, Wuhan.",
            "China State Shipbuilding Corporation, Limited (CSSC) 701st Research Institute",
            [],
            ["No. 268 Ziyang Road, Wuhan"],
        ),
        (
            "Magtech, a.k.a., the following one alias:\n—M.A.G. Tech, 5762 Royalmount Ave, Montreal, QC, Canada.",
            "Magtech",
            ["M.A.G. Tech"],
            ["5762 Royalmount Ave, Montreal, QC, Canada"],
        ),
        (
            "Khalil Zadran, a.k.a., the following two aliases: —Samar Gul Khalil; and —Haji Khalil.\nShahreno, Kabul.",
            "Khalil Zadran",
            ["Samar Gul Khalil", "Haji Khalil"],
            ["Shahreno, Kabul"],
        ),
        (
            "Dolgoprudny Enterprise, OAO, Address: 1 Pl. Sobina, Dolgoprudny, Russia Alt Address: Sobina 1, Russia",
            "Dolgoprudny Enterprise, OAO",
            [],
            ["1 Pl. Sobina, Dolgoprudny, Russia", "Sobina 1, Russia"],
        ),
    ],
)  # fmt: skip
def test_irregular_cells_are_taken_apart(
    cell: str, name: str, aliases: list[str], addresses: list[str]
) -> None:
    (party,) = read_cell(cell)
    assert (party.name, party.aliases, party.addresses) == (name, aliases, addresses)


def test_a_group_that_is_not_taken_apart_as_announced_is_a_doubt(tmp_path: Path) -> None:
    path = tmp_path / "title-15-part-744_2026-09-02.xml"
    path.write_text(TEXT.replace("the following 2 affiliated", "the following 22 affiliated"))
    copy = parsed(source, path, tmp_path / "work")
    assert list(copy.audit.counts) == ["group of another size than announced"]


TEXT = FIXTURE.read_text()
BROKEN = {
    "cut off": (TEXT[:-400], "cut off or not well-formed XML"),
    "supplements gone": (
        TEXT.replace("Supplement No. 4 to Part", "Supplement No. 8 to Part").replace(
            "No. 7 to Part", "No. 9 to Part"
        ),
        "holds neither Supplement No. 4 nor No. 7",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_copy_is_refused_in_one_sentence(case: str, tmp_path: Path) -> None:
    text, message = BROKEN[case]
    path = tmp_path / "title-15-part-744_2026-09-02.xml"
    path.write_text(text)
    with pytest.raises(IngestError, match=message):
        parsed(source, path, tmp_path / "work")


def test_a_row_of_another_shape_is_a_doubt_and_costs_no_neighbour(tmp_path: Path) -> None:
    path = tmp_path / "title-15-part-744_2026-09-02.xml"
    path.write_text(
        TEXT.replace(
            "<TR><TD>FINLAND",
            '<TR><TD colspan="5">1 For this entity, see §734.9(e).</TD></TR><TR><TD>FINLAND',
        )
    )
    copy = parsed(source, path, tmp_path / "work")
    assert [entry["what"] for entry in copy.audit.as_log()] == ["row of another shape"]
    assert copy.named("Southeast Trading Oy").countries == ["fi", "ro"]


COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _cell(entry: dict[str, Any]) -> str:
    """Print an entry of the parsed copy the way that the supplement prints it."""
    name, aliases, address = entry["name"], entry["aliases"], entry["address"] or ""
    if not aliases:
        return escape(f"{name}, {address}" if address else f"{name}.")
    count = COUNTS[len(aliases)] if len(aliases) < len(COUNTS) else str(len(aliases))
    ends = [";"] * len(aliases)
    ends[-2:] = ['; <E T="03">and</E>', "."] if len(aliases) > 1 else ["."]
    lines = "".join(f"\n<br/>—{escape(alias)}{end}" for alias, end in zip(aliases, ends, strict=True))
    return f"{escape(name)}, a.k.a., the following {count} alias(es):{lines}\n<br/>\n<br/> {escape(address)}".replace(
        "alias(es)", "alias" if len(aliases) == 1 else "aliases"
    )


@pytest.fixture
def whole(tmp_path: Path) -> tuple[Copy, list[dict[str, Any]]]:
    """Print the 3,409 parsed entries of 2026-07-09 as the supplement would, and read that."""
    entries = json.loads(
        gzip.decompress(real("bis_entity_list/bis_entity_list_2026-07-09.json.gz").read_bytes())
    )
    rows = "".join(
        f"<TR><TD>{escape(entry['country'].upper())}</TD><TD>{_cell(entry)}</TD><TD>{escape(entry['notes'] or '')}</TD>"
        f"<TD>Presumption of denial</TD><TD>{escape(entry['federal_register'] or '')}.</TD></TR>"
        for entry in entries["entities"]
    )
    path = tmp_path / "title-15-part-744_2026-07-09.xml"
    path.write_text(
        '<DIV5 N="744" TYPE="PART"><DIV9 N="Supplement No. 4 to Part 744" TYPE="APPENDIX">'
        f"<DIV><TABLE><TBODY>{rows}</TBODY></TABLE></DIV></DIV9></DIV5>"
    )
    return parsed(source, path, tmp_path / "work"), entries["entities"]


@pytest.mark.real_lists
def test_a_whole_list_passes_the_gates_and_its_names_agree_with_another_reading(
    whole: tuple[Copy, list[dict[str, Any]]],
) -> None:
    copy, entries = whole
    assert copy.audit.counts["entry without a name"] == 0
    found = {row.text.rstrip(".") for record in copy.records.values() for row in record.names}
    wanted = [name.rstrip(". ") for entry in entries for name in (entry["name"], *entry["aliases"])]
    missing = [name for name in wanted if name not in found]
    # The other reading leaves addresses in aliases and cuts some names at a bracket.
    assert len(missing) < 0.05 * len(wanted), missing[:50]
    assert 3200 < len(copy.records) < 3409


@pytest.mark.real_lists
def test_the_legal_text_and_the_screening_list_give_an_entry_the_same_id(
    whole: tuple[Copy, list[dict[str, Any]]], tmp_path: Path
) -> None:
    other = parsed(source_named("us_csl"), real("us_csl/bis_lists_2026-07_rebuilt.json.gz"), tmp_path)
    theirs = {key for key, record in other.records.items() if record.dataset == LIST}
    ours = set(whole[0].records)
    assert len(theirs & ours) > 0.995 * len(theirs | ours)


@pytest.mark.real_lists
def test_the_reconstructed_fragment_is_understood(tmp_path: Path) -> None:
    copy = parsed(
        source, real("../formats/ecfr_entity_list/RECONSTRUCTED_supplement4_fragment.xml"), tmp_path
    )
    assert copy.audit.as_log() == []
    assert copy.named("Zhipu AI").names[0].text == "Beijing Zhipu Huazhang Technology Co., Ltd."
    assert copy.named("Shijuang Bowei").names[0].text == "Bowei Integrated Circuits"
    assert entity_id(LIST, "huawei device co ltd") in copy.records
