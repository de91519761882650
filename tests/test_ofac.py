"""OFAC's lists: the hand-typed starter excerpts stand in for the enhanced XML, rows typed here for the tables.

What only whole files can show is marked real_lists and reads them from the folder WATCHLINK_LISTS_DIR.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from pytest_django.fixtures import Settings

from entities.models import Dataset, Entity, Ownership
from ingest.audit import Audit
from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.fetching import fetch
from ingest.files import Bundle
from ingest.loading import Loading
from ingest.records import Identifier, Name, Record, entity_id
from ingest.runs import ingest, starter_path
from ingest.source import Source, source_named

us_ofac_sdn = source_named("us_ofac_sdn")
us_ofac_cons = source_named("us_ofac_cons")
MIB_500 = 500 << 20
SDN_ROWS = """\
12927,"MAHAN AIR",-0- ,"SDGT] [NPWMD] [IFSR",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"Additional Sanctions Information - Subject to Secondary Sanctions."\r
15039,"ARNICA","vessel","IRAN",-0- ,"T2ES4","Crude/Oil Products Tanker","99,144","56,068","Iran",-0- ,"Former Vessel Flag Malta; alt. Former Vessel Flag Tuvalu; Vessel Registration Identification IMO 9187643; MMSI 572467210; Linked To: NATIONAL IRANIAN TANKER COMPANY."\r
28263,"TIAN, Yinyin","individual","DPRK3] [CYBER2",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 12 Jul 1986; nationality China; a.k.a. 'tianyinyin0404'; a.k.a. 'snowsjo"\r
\x1a"""
ADD_ROWS = """\
12927,20501,"No. 21, Mahan Air Tower, Azadegan Street","Tehran, Tehran 1481655761","Iran",-0- \r
15039,20600,-0- ,-0- ,-0- ,-0- \r
99999,20601,"1 Nowhere Road","Minsk","Belarus",-0-\r
\x1a"""
ALT_ROWS = '12927,14400,"aka","MAHAN AIR CO.",-0- \r\n15039,14401,"fka","ASTANEH",-0- \r\n\x1a'
COMMENTS_ROWS = '28263,"hn\'; Linked To: LAZARUS GROUP."\r\n'


@pytest.fixture
def quartet(tmp_path: Path) -> Path:
    folder = tmp_path / "ofac_2021-07-15"
    folder.mkdir()
    for name, text in (
        ("sdn.csv", SDN_ROWS),
        ("add.csv", ADD_ROWS),
        ("alt.csv", ALT_ROWS),
        ("sdn_comments.csv", COMMENTS_ROWS),
    ):
        (folder / name).write_text(text, newline="")
    return folder


def bundles(source: Source, path: Path, tmp_path: Path) -> list[Bundle]:
    room = tmp_path / "unpacked"
    room.mkdir(exist_ok=True)
    return collect(source, path, room, MIB_500)


def parsed(source: Source, bundle: Bundle) -> tuple[dict[str, Record], Audit]:
    audit = Audit()
    records = {record.key: record for record in source.parse(source.read(bundle), audit)}
    for record in records.values():
        record.tidy()
    return records, audit


def starter(source: Source, tmp_path: Path) -> dict[str, Record]:
    path = starter_path(source)
    assert path is not None
    (bundle,) = bundles(source, path, tmp_path)
    records, audit = parsed(source, bundle)
    assert audit.as_log() == []
    return records


@pytest.fixture
def lists() -> Path:
    folder = os.environ.get("WATCHLINK_LISTS_DIR")
    if not folder:
        pytest.skip("WATCHLINK_LISTS_DIR is not set: the publishers' real files were NOT tested")
    return Path(folder)


def test_a_name_in_another_script_is_kept_beside_the_latin_one(tmp_path: Path) -> None:
    megvii = starter(us_ofac_cons, tmp_path)["33091"]
    assert megvii.names == [
        Name("MEGVII TECHNOLOGY LIMITED"),
        Name("旷视科技有限公司", "transliteration", "Chinese Simplified"),
    ]
    assert megvii.countries == ["ky", "cn"]


def test_alias_kinds_follow_the_publisher(tmp_path: Path) -> None:
    names = {name.text: name.kind for name in starter(us_ofac_sdn, tmp_path)["17013"].names}
    assert names["VTB BANK PAO"] == "alias"
    assert names["VNESHTORGBANK"] == "former"
    assert names["JSC VTB BANK NEW DELHI BRANCH"] == "weak"


def test_a_cmic_listing_states_its_measure_dates_and_words(tmp_path: Path) -> None:
    (listing,) = starter(us_ofac_cons, tmp_path)["33114"].listings
    assert listing.measures == ("us-ns-cmic-securities",)
    assert (listing.start, listing.start_basis) == (date(2021, 12, 10), "datePublished")
    assert listing.programme == "CMIC-EO13959"
    assert listing.legal_basis == "Executive Order 14032 (CMIC)"
    assert listing.requirement == (
        "Listing date 10 Dec 2021; US persons may not buy or sell its publicly traded securities from "
        "08 Feb 2022; trades to divest were permitted until 10 Dec 2022"
    )
    assert listing.source_url.endswith("Details.aspx?id=33114")


def test_a_party_on_two_lists_has_a_listing_on_each_and_none_on_the_umbrella(tmp_path: Path) -> None:
    listings = starter(us_ofac_sdn, tmp_path)["17018"].listings
    assert [(row.measures, row.start) for row in listings] == [
        (("us-ssi-sectoral",), date(2014, 9, 12)),
        (("us-ofac-blocking",), date(2022, 4, 6)),
    ]
    assert listings[0].requirement == "Executive Order 13662 Directive Determination: Subject to Directive 1"


def test_identifiers_with_check_digits_are_judged(tmp_path: Path) -> None:
    vtb = starter(us_ofac_sdn, tmp_path)["17013"]
    assert Identifier("LEI", "253400V1H6ART1UQ0N98", "ru", True) in vtb.identifiers
    assert Identifier("Tax ID No.", "7702070139", "ru") in vtb.identifiers
    hikvision = starter(us_ofac_cons, tmp_path)["30946"]
    assert Identifier("USCC", "91330000733796106P", "cn", True) in hikvision.identifiers
    assert Identifier("ISIN", "CNE100000PM8", "", True) in hikvision.identifiers
    assert Identifier("Equity Ticker", "002415 CN") in hikvision.identifiers


@pytest.mark.parametrize(
    ("source", "stating", "owner", "asset"),
    [
        (us_ofac_sdn, "26527", "12478", "26527"),
        (us_ofac_sdn, "24475", "13109", "24475"),
        (us_ofac_cons, "32087", "32087", "30947"),
    ],
    ids=["owned or controlled by", "an aircraft", "owns, controls or operates"],
)
def test_ownership_is_an_edge_in_the_stated_direction(
    source: Source, stating: str, owner: str, asset: str, tmp_path: Path
) -> None:
    dataset = source.DATASETS[0].name
    (edge,) = starter(source, tmp_path)[stating].ownerships
    assert (edge.owner_id, edge.asset_id) == (entity_id(dataset, owner), entity_id(dataset, asset))
    assert (edge.kind, edge.share_min, edge.share_max) == ("control", None, None)
    assert edge.citation == f"OFAC list entry {stating}"


@pytest.mark.parametrize(
    ("said", "owner", "asset"),
    [
        ("Acting for or on behalf of", "12478", "26527"),
        ("Providing support to", "12478", "26527"),
        ("Leader or official of", "26527", "12478"),
    ],
)
def test_who_acts_for_supports_or_leads_another_is_its_associate_and_not_owned_by_it(
    said: str, owner: str, asset: str, tmp_path: Path
) -> None:
    text = (settings.STARTER_DIR / "us_ofac_sdn" / "SDN_ENHANCED.XML").read_text()
    copy = tmp_path / "SDN_ENHANCED.XML"
    copy.write_text(text.replace("Owned or Controlled By", said))
    records, audit = parsed(us_ofac_sdn, bundles(us_ofac_sdn, copy, tmp_path)[0])
    (edge,) = records["26527"].ownerships
    assert (edge.owner_id, edge.asset_id) == (
        entity_id("us_ofac_sdn", owner),
        entity_id("us_ofac_sdn", asset),
    )
    assert (edge.kind, edge.share_min, edge.quote) == (
        "associate",
        None,
        f"IRANIAN ATLAS COMPANY: {said} ANSAR BANK",
    )
    assert audit.counts == {}


def test_kinship_is_a_property_and_no_edge(tmp_path: Path) -> None:
    text = (settings.STARTER_DIR / "us_ofac_sdn" / "SDN_ENHANCED.XML").read_text()
    copy = tmp_path / "SDN_ENHANCED.XML"
    copy.write_text(text.replace("Owned or Controlled By", "Family member of"))
    records, _ = parsed(us_ofac_sdn, bundles(us_ofac_sdn, copy, tmp_path)[0])
    assert records["26527"].ownerships == []
    assert records["26527"].properties["relations"][0]["type"] == "Family member of"


def test_an_edge_to_a_party_outside_the_file_is_doubted_and_kept_as_a_property(tmp_path: Path) -> None:
    text = (settings.STARTER_DIR / "us_ofac_sdn" / "SDN_ENHANCED.XML").read_text()
    copy = tmp_path / "SDN_ENHANCED.XML"
    copy.write_text(text.replace('<entity id="12478">', '<entity id="12479">'))
    records, audit = parsed(us_ofac_sdn, bundles(us_ofac_sdn, copy, tmp_path)[0])
    assert records["26527"].ownerships == []
    assert records["26527"].properties["relations"] == [
        {"type": "Owned or Controlled By", "id": "12478", "name": "ANSAR BANK"}
    ]
    assert audit.counts == {"owner or asset that is not in this file": 1}


def test_a_field_that_nobody_reads_makes_a_noise(tmp_path: Path) -> None:
    text = (settings.STARTER_DIR / "us_ofac_cons" / "CONS_ENHANCED.XML").read_text()
    copy = tmp_path / "CONS_ENHANCED.XML"
    copy.write_text(text.replace("<isLowQuality>true", "<novelty>yes</novelty><isLowQuality>true"))
    _, audit = parsed(us_ofac_cons, bundles(us_ofac_cons, copy, tmp_path)[0])
    assert audit.counts == {"unread field 'novelty' of name": 3}


def test_each_source_knows_its_own_export(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="not a file that us_ofac_sdn can read"):
        bundles(us_ofac_sdn, settings.STARTER_DIR / "us_ofac_cons" / "CONS_ENHANCED.XML", tmp_path)


def test_a_filtered_export_is_refused_whatever_its_size(tmp_path: Path) -> None:
    text = (settings.STARTER_DIR / "us_ofac_sdn" / "SDN_ENHANCED.XML").read_text()
    chosen = '<sanctionsPrograms><sanctionsProgram refId="91166">IRGC</sanctionsProgram></sanctionsPrograms>'
    copy = tmp_path / "SDN_ENHANCED.XML"
    copy.write_text(text.replace("</filters>", f"{chosen}</filters>"))
    with pytest.raises(IngestError, match=r"filtered \(IRGC\), not the whole list"):
        parsed(us_ofac_sdn, bundles(us_ofac_sdn, copy, tmp_path)[0])


def test_the_tables_are_joined_and_dated_by_their_folder(quartet: Path, tmp_path: Path) -> None:
    (bundle,) = bundles(us_ofac_sdn, quartet, tmp_path)
    assert us_ofac_sdn.published_on(bundle) == date(2021, 7, 15)
    records, audit = parsed(us_ofac_sdn, bundle)
    assert audit.rows == 9
    assert audit.counts == {"ADD row without an entry": 1}
    mahan = records["12927"]
    assert mahan.names == [Name("MAHAN AIR"), Name("MAHAN AIR CO.", "alias")]
    assert mahan.listings[0].programme == "SDGT; NPWMD; IFSR"
    assert (
        mahan.addresses[0].text == "No. 21, Mahan Air Tower, Azadegan Street, Tehran, Tehran 1481655761, Iran"
    )
    assert mahan.countries == ["ir"]


def test_a_vessel_keeps_its_number_flag_and_former_name(quartet: Path, tmp_path: Path) -> None:
    records, _ = parsed(us_ofac_sdn, bundles(us_ofac_sdn, quartet, tmp_path)[0])
    arnica = records["15039"]
    assert (arnica.schema, arnica.countries, arnica.addresses) == ("Vessel", ["ir"], [])
    assert Identifier("IMO", "9187643", "", True) in arnica.identifiers
    assert Name("ASTANEH", "former") in arnica.names
    assert arnica.properties["relations"] == [
        {"type": "Linked To", "id": "", "name": "NATIONAL IRANIAN TANKER COMPANY"}
    ]


def test_remarks_are_read_only_once_their_continuation_is_joined_on(quartet: Path, tmp_path: Path) -> None:
    records, _ = parsed(us_ofac_sdn, bundles(us_ofac_sdn, quartet, tmp_path)[0])
    assert [name.text for name in records["28263"].names] == ["TIAN, Yinyin", "tianyinyin0404", "snowsjohn"]
    assert records["28263"].properties["birthDate"] == ["12 Jul 1986"]


def test_one_party_has_one_id_in_both_formats(quartet: Path, tmp_path: Path) -> None:
    table, _ = parsed(us_ofac_sdn, bundles(us_ofac_sdn, quartet, tmp_path)[0])
    assert table["12927"].id == starter(us_ofac_sdn, tmp_path)["12927"].id


def test_every_dated_table_of_a_folder_is_a_version_and_parts_alone_are_none(tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    for day in ("2024-05-01", "2024-05-02"):
        (folder / f"sdn_{day}.csv").write_text(SDN_ROWS, newline="")
    (folder / "sdn_address_with_header.csv").write_text(ADD_ROWS, newline="")
    (folder / "alt.csv").write_text(ALT_ROWS, newline="")
    found = bundles(us_ofac_sdn, folder, tmp_path)
    assert [us_ofac_sdn.published_on(bundle) for bundle in found] == [date(2024, 5, 1), date(2024, 5, 2)]


def test_a_header_row_that_a_mirror_added_is_skipped(quartet: Path, tmp_path: Path) -> None:
    (quartet / "add.csv").write_text("ID,Col_B,Address,City,Country,\r\n" + ADD_ROWS + ",,,,,", newline="")
    records, audit = parsed(us_ofac_sdn, bundles(us_ofac_sdn, quartet, tmp_path)[0])
    assert audit.skipped == {"header row": 1}
    assert len(records["12927"].addresses) == 1


def test_a_table_that_breaks_off_is_refused(quartet: Path, tmp_path: Path) -> None:
    (quartet / "sdn.csv").write_text(SDN_ROWS[: len(SDN_ROWS) // 2], newline="")
    with pytest.raises(IngestError, match=r"sdn\.csv is cut off or not"):
        parsed(us_ofac_sdn, bundles(us_ofac_sdn, quartet, tmp_path)[0])


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["us_ofac_sdn", "us_ofac_cons"])
def test_the_starter_excerpt_loads_and_a_second_time_changes_nothing(
    name: str, tmp_path: Path, settings: Settings
) -> None:
    settings.ARCHIVE_DIR = tmp_path / "archive"
    source = source_named(name)
    (outcome,) = ingest(source, path=starter_path(source), excerpt=True)
    assert outcome.version is not None
    assert outcome.version.is_excerpt
    assert Entity.objects.filter(dataset__name=name).count() == outcome.version.entities
    assert Ownership.objects.exists()
    (again,) = ingest(source, path=starter_path(source), excerpt=True)
    assert again.unchanged


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["us_ofac_sdn", "us_ofac_cons"])
def test_the_publishers_archive_is_downloaded_and_unpacked(name: str, tmp_path: Path) -> None:
    source = source_named(name)
    (excerpt,) = (settings.STARTER_DIR / name).iterdir()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(excerpt, excerpt.name)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=packed.getvalue()))
    bundle = fetch(source, tmp_path, {}, transport=transport, resolve=lambda host: ["93.184.216.34"])
    assert bundle.origin == source.DATASETS[0].url
    assert len(parsed(source, bundle)[0]) == len(starter(source, tmp_path))


@pytest.mark.django_db
def test_an_excerpt_is_not_taken_for_the_whole_list(tmp_path: Path, settings: Settings) -> None:
    settings.ARCHIVE_DIR = tmp_path / "archive"
    with pytest.raises(IngestError, match="a whole copy has at least 6,000"):
        ingest(us_ofac_sdn, path=starter_path(us_ofac_sdn))
    assert Dataset.objects.get(name="us_ofac_sdn").current_version is None


@pytest.mark.real_lists
def test_the_real_consolidated_export_holds_443_entries_of_which_68_are_cmic(
    lists: Path, tmp_path: Path
) -> None:
    (bundle,) = bundles(us_ofac_cons, lists / "ofac_consolidated" / "enhanced_xml", tmp_path)
    records, audit = parsed(us_ofac_cons, bundle)
    assert us_ofac_cons.published_on(bundle) == date(2025, 1, 10)
    measures = Counter(
        code for record in records.values() for row in record.listings for code in row.measures
    )
    assert len(records) == 443
    assert measures["us-ns-cmic-securities"] == 68
    assert measures["us-ssi-sectoral"] == 286
    assert sum(len(record.ownerships) for record in records.values()) == 282
    assert audit.as_log() == []


@pytest.mark.real_lists
def test_the_real_quartet_is_read_row_by_row(lists: Path, tmp_path: Path) -> None:
    (bundle,) = bundles(us_ofac_sdn, lists / "ofac_sdn" / "csv" / "quartet_2021-07", tmp_path)
    assert us_ofac_sdn.published_on(bundle) == date(2021, 7, 1)
    rows = Counter(row["TABLE"] for row in us_ofac_sdn.read(bundle) if row["ent_num"].strip() != "\x1a")
    assert rows == {"SDN": 8_976, "ADD": 13_837, "ALT": 11_910, "COMMENTS": 5}
    records, audit = parsed(us_ofac_sdn, bundle)
    assert audit.rows == sum(rows.values())
    assert len(records) == 8_976
    assert set(audit.counts) == {"unknown country"}
    # 2,397 address rows hold no word of an address; 2 alias rows repeat another of their entry.
    kinds = Counter(name.kind for record in records.values() for name in record.names)
    assert kinds["alias"] + kinds["former"] == 11_910 - 2
    assert sum(len(record.addresses) for record in records.values()) == 13_837 - 2_397


@pytest.mark.real_lists
def test_parties_of_the_real_exports_have_the_numbers_of_the_tables(lists: Path, tmp_path: Path) -> None:
    (export,) = bundles(us_ofac_cons, lists / "ofac_consolidated" / "enhanced_xml", tmp_path)
    (table,) = bundles(us_ofac_sdn, lists / "ofac_sdn" / "csv" / "sdn_2024-05-02.csv.gz", tmp_path)
    ours, _ = parsed(us_ofac_cons, export)
    theirs, _ = parsed(us_ofac_sdn, table)
    both = ours.keys() & theirs.keys()
    assert len(both) == 61
    assert all(ours[key].caption == theirs[key].caption for key in both)


@pytest.mark.real_lists
@pytest.mark.django_db
def test_a_real_filtered_export_is_refused_and_what_was_held_stays(
    lists: Path, tmp_path: Path, settings: Settings
) -> None:
    settings.ARCHIVE_DIR = tmp_path / "archive"
    ingest(us_ofac_sdn, path=starter_path(us_ofac_sdn), excerpt=True)
    held = Dataset.objects.get(name="us_ofac_sdn").current_version
    with pytest.raises(IngestError, match="filtered"):
        ingest(us_ofac_sdn, path=lists / "ofac_sdn" / "enhanced_xml")
    dataset = Dataset.objects.get(name="us_ofac_sdn")
    assert dataset.current_version == held
    # Both exports of the folder are looked at, and both are kept with their reason.
    assert dataset.versions.filter(status="refused").count() == 2


@pytest.mark.real_lists
@pytest.mark.django_db
def test_a_quartet_of_parts_from_different_days_is_refused_by_its_bounds(
    lists: Path, tmp_path: Path, settings: Settings
) -> None:
    settings.ARCHIVE_DIR = tmp_path / "archive"
    (bundle,) = bundles(us_ofac_sdn, lists / "ofac_sdn" / "csv" / "_mismatched_set", tmp_path)
    loading = Loading(us_ofac_sdn, bundle)
    with pytest.raises(IngestError, match="holds 2,994 of schema Organization"):
        loading.run()
    assert loading.audit.counts["ADD row without an entry"] == 9_121
