"""The UFLPA page: prose entries taken apart, an entity in two tables, a page that is not the list."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, measure
from ingest.records import Record
from ingest.runs import ingest
from ingest.source import source_named
from ingest.sources import us_dhs_uflpa
from ingest.sources.us_dhs_uflpa import read_entry

HEADING = "A list of entities working with the government of Xinjiang Section 2(d)(2)(B)(ii)"


def bundle(path: Path) -> Bundle:
    return Bundle((measure(path),), str(path))


def parsed(path: Path) -> tuple[dict[str, Record], Audit]:
    """Read a page and join the rows of one entity, as loading does."""
    audit = Audit()
    found: dict[str, Record] = {}
    for record in us_dhs_uflpa.parse(us_dhs_uflpa.read(bundle(path)), audit):
        if record.id in found:
            found[record.id].absorb(record)
        else:
            found[record.id] = record
    return {record.caption: record for record in found.values()}, audit


@pytest.mark.parametrize(
    ("entry", "names", "scope"),
    [
        ("Camel Group Co., Ltd.", [("Camel Group Co., Ltd.", "primary")], ""),
        (
            "Hoshine Silicon Industry (Shanshan) Co., Ltd (including one alias: Hesheng Silicon Industry (Shanshan) Co.) and subsidiaries",
            [
                ("Hoshine Silicon Industry (Shanshan) Co., Ltd", "primary"),
                ("Hesheng Silicon Industry (Shanshan) Co.", "alias"),
            ],
            "and subsidiaries",
        ),
        (
            "Jiangsu Meike Solar Technology Co., Ltd. (also known as Meike Co. and formerly known as Jiangsu Gaozhao New Energy Development Co., Ltd.)",
            [
                ("Jiangsu Meike Solar Technology Co., Ltd.", "primary"),
                ("Meike Co.", "alias"),
                ("Jiangsu Gaozhao New Energy Development Co., Ltd.", "former"),
            ],
            "",
        ),
        (
            "Inner Mongolia Xuanda Food Co., Ltd. (also known as Xuanda Food; and formerly known as Wuyuan County Xuanda Cereals, Oils and Foods Co., Ltd.)",
            [
                ("Inner Mongolia Xuanda Food Co., Ltd.", "primary"),
                ("Xuanda Food", "alias"),
                ("Wuyuan County Xuanda Cereals, Oils and Foods Co., Ltd.", "former"),
            ],
            "",
        ),
        (
            "Jiangyin Lianyun Co. Ltd. (also known as Jiangyin Intermodal Transport Co. and Jiangyin United Transport Co.)",
            [
                ("Jiangyin Lianyun Co. Ltd.", "primary"),
                ("Jiangyin Intermodal Transport Co.", "alias"),
                ("Jiangyin United Transport Co.", "alias"),
            ],
            "",
        ),
        (
            "Xinjiang Production and Construction Corps (XPCC) and its subordinate and affiliated entities",
            [("Xinjiang Production and Construction Corps", "primary"), ("XPCC", "alias")],
            "and its subordinate and affiliated entities",
        ),
        (
            "Kashgar Construction Engineering (Group) Co., Ltd.",
            [("Kashgar Construction Engineering (Group) Co., Ltd.", "primary")],
            "",
        ),
    ],
)
def test_the_prose_of_an_entry_is_taken_apart(entry: str, names: list[tuple[str, str]], scope: str) -> None:
    found, said, subsidiaries = read_entry(entry)
    assert [(name.text, name.kind) for name in found] == names
    assert said == scope
    assert subsidiaries == []


def test_named_subsidiaries_are_parties_with_an_edge() -> None:
    entry = (
        "Ninestar Corporation and its eight Zhuhai-based subsidiaries, which include Zhuhai Ninestar Information "
        "Technology Co. Ltd.; Zhuhai Pantum Electronics Co. Ltd.; and Zhuhai Apex Microelectronics Co., Ltd."
    )
    parent, *children = us_dhs_uflpa.parse_row(
        {"heading": HEADING, "cells": [entry, "June 12, 2023"]}, Audit()
    )
    assert parent.caption == "Ninestar Corporation"
    assert [child.caption for child in children] == [
        "Zhuhai Ninestar Information Technology Co. Ltd.",
        "Zhuhai Pantum Electronics Co. Ltd.",
        "Zhuhai Apex Microelectronics Co., Ltd.",
    ]
    for child in children:
        (edge,) = child.ownerships
        assert (edge.owner_id, edge.asset_id, edge.kind, edge.quote) == (
            parent.id,
            child.id,
            "affiliate",
            entry,
        )
        assert child.listings == parent.listings


def test_an_entity_in_two_tables_has_two_listings(starter: Path) -> None:
    records, audit = parsed(starter / "us_dhs_uflpa" / "uflpa-entity-list.html")
    assert not audit.counts
    taida = records["Hetian Taida Apparel Co., Ltd"]
    assert [listing.programme.split(":")[0] for listing in taida.listings] == [
        "Section 2(d)(2)(B)(i)",
        "Section 2(d)(2)(B)(v)",
    ]
    assert {listing.start for listing in taida.listings} == {date(2022, 6, 21)}
    assert len(records["Xinjiang Production and Construction Corps"].listings) == 3
    assert records["Huafu Fashion Co., Ltd."].countries == ["cn"]


def test_words_about_a_group_stay_in_the_requirement(starter: Path) -> None:
    records, _ = parsed(starter / "us_dhs_uflpa" / "uflpa-entity-list.html")
    listing = records["Hoshine Silicon Industry (Shanshan) Co., Ltd"].listings[0]
    assert listing.requirement == "The entry reads: “and subsidiaries”."
    assert listing.measures == ("us-uflpa-import",)
    assert listing.reason.startswith("A list of entities in Xinjiang that mine")


def test_the_page_says_when_it_was_updated(starter: Path) -> None:
    assert us_dhs_uflpa.published_on(bundle(starter / "us_dhs_uflpa" / "uflpa-entity-list.html")) == date(
        2025, 1, 14
    )


def test_a_page_without_tables_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "uflpa-entity-list.html"
    path.write_text(
        "<!DOCTYPE html><html><body><h1>UFLPA Entity List</h1><p>Checking your browser</p></body></html>"
    )
    with pytest.raises(IngestError, match="no table of entities"):
        list(us_dhs_uflpa.read(bundle(path)))


@pytest.mark.parametrize(
    ("heading", "cells", "doubt"),
    [
        (
            "A list of something else",
            ["Camel Group Co., Ltd.", "August 2, 2023"],
            "table under an unknown heading",
        ),
        (HEADING, ["Camel Group Co., Ltd.", "soon"], "date not understood"),
        (HEADING, ["Camel Group Co., Ltd."], "row that has not two cells"),
    ],
)
def test_what_the_page_says_otherwise_makes_a_noise(heading: str, cells: list[str], doubt: str) -> None:
    audit = Audit()
    list(us_dhs_uflpa.parse_row({"heading": heading, "cells": cells}, audit))
    assert audit.counts[doubt] == 1


def test_another_page_is_not_taken_for_the_list(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<!DOCTYPE html><html><body>Access denied</body></html>")
    files: list[RawFile] = [measure(path)]
    assert us_dhs_uflpa.recognise(files) == []


@pytest.mark.django_db
def test_the_starter_loads(starter: Path) -> None:
    (outcome,) = ingest(source_named("us_dhs_uflpa"), path=starter / "us_dhs_uflpa", excerpt=True)
    assert outcome.version is not None
    assert (outcome.version.entities, outcome.version.published_on) == (15, date(2025, 1, 14))


@pytest.mark.real_lists
def test_the_rows_of_the_page_make_the_144_entities_that_dhs_counts(real_lists: Path) -> None:
    records, audit = parsed(real_lists / "dhs_uflpa" / "uflpa_dhs_page_2026-07-09.html")
    assert (audit.rows, len(records)) == (160, 144)
    assert not audit.counts
    assert all(
        listing.start and listing.programme for record in records.values() for listing in record.listings
    )
