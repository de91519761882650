"""The project's own table of companies: the starter is right, and a wrong row never gets in."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.management import call_command

from entities.models import DatasetVersion, Entity, Evidence, Listing, Ownership
from ingest.audit import Audit
from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.files import Bundle
from ingest.loading import Outcome
from ingest.records import Record, entity_id
from ingest.runs import ingest
from ingest.source import source_named
from ingest.sources import watchlink_companies

NAME = "watchlink_companies"
STARTER = configured.STARTER_DIR / NAME
SOURCE = source_named(NAME)
ADDRESS = "https://example.org/register"


@pytest.fixture(autouse=True)
def archive(settings: Any, tmp_path: Path) -> None:
    settings.ARCHIVE_DIR = tmp_path / "archive"


@pytest.fixture
def starter(db: None) -> list[Outcome]:
    return ingest(SOURCE, path=STARTER, excerpt=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small table of the same layout: a maker of cameras, its brand, and an unrelated builder."""
    target = tmp_path / "table"
    target.mkdir()
    for name, columns in watchlink_companies.COLUMNS.items():
        (target / name).write_text(",".join(columns) + "\n", encoding="utf-8")
    add(target, "dataset.csv", NAME, "2026-11-21", "a test")
    add(
        target,
        "companies.csv",
        "dahua",
        "Zhejiang Dahua Technology Co., Ltd.",
        "Company",
        "cn",
        "",
        "SZSE",
        "",
        "",
    )
    add(target, "companies.csv", "lorex", "Lorex", "Company", "ca", "", "", ADDRESS, "")
    add(target, "companies.csv", "delpha", "大華建設股份有限公司", "Company", "tw", "", "TWSE", "", "")
    return target


def add(folder: Path, name: str, *cells: str) -> None:
    with (folder / name).open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerow(cells)


def records(folder: Path) -> dict[str, Record]:
    bundle = bundle_of(folder)
    return {
        record.key: record for record in watchlink_companies.parse(watchlink_companies.read(bundle), Audit())
    }


def bundle_of(folder: Path) -> Bundle:
    room = folder.parent / "room"
    room.mkdir(exist_ok=True)
    (bundle,) = collect(SOURCE, folder, room, 1 << 20)
    return bundle


def company(key: str) -> Entity:
    return Entity.objects.get(id=entity_id(NAME, key))


def owners_on(key: str, on: date) -> list[tuple[str, Decimal | None]]:
    edges = Ownership.objects.in_force(on).current().filter(asset=company(key))
    return sorted((edge.owner.publisher_key, edge.share_min) for edge in edges)


def test_the_starter_loads_whole_and_leaves_nothing_unread(starter: list[Outcome]) -> None:
    version = starter[0].version
    assert version is not None
    assert (version.published_on, version.published_on_stated) == (date(2026, 11, 21), True)
    assert version.is_excerpt
    assert (version.not_understood, version.log) == (0, [])
    assert version.entities == len(table("companies.csv"))
    assert version.names == version.entities + len(table("names.csv"))
    assert Ownership.objects.count() == len(table("ownership.csv"))
    assert Evidence.objects.count() == len(table("evidence.csv"))


def test_loading_the_starter_again_changes_nothing(starter: list[Outcome]) -> None:
    assert [outcome.unchanged for outcome in ingest(SOURCE, path=STARTER, excerpt=True)] == [True]


@pytest.mark.django_db
def test_the_command_loads_it_among_the_starters(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ingest", NAME, "--starter")
    assert f"{NAME}: version of 2026-11-21, starter excerpt" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asset", "on", "owners"),
    [
        ("ezviz", date(2022, 12, 1), [("hikvision", Decimal(60)), ("qinghe", Decimal(40))]),
        ("ezviz", date(2022, 12, 28), [("hikvision", Decimal(48))]),
        ("ezviz", date(2023, 1, 1), [("hikvision", Decimal(48))]),
        ("lorex", date(2017, 12, 31), []),
        ("lorex", date(2020, 12, 17), [("dahua", None)]),
        ("lorex", date(2022, 11, 24), [("skywatch", None)]),
        ("honor", date(2020, 11, 16), [("huawei", None)]),
        ("honor", date(2020, 12, 17), [("zhixin", None)]),
        ("dahua_usa", date(2024, 2, 1), [("central_motion_picture_usa", None)]),
        ("alibaba_cloud", date(2020, 12, 17), [("alibaba_group", None)]),
        ("hikvision", date(2020, 12, 17), [("cetc", None)]),
    ],
)
def test_the_starter_says_who_owned_whom_on_a_day(
    starter: list[Outcome], asset: str, on: date, owners: list[tuple[str, Decimal | None]]
) -> None:
    assert owners_on(asset, on) == owners


def test_kingsoft_cloud_has_no_listing_but_a_finding_and_its_reply(starter: list[Outcome]) -> None:
    kingsoft = company("kingsoft_cloud")
    assert not Listing.objects.filter(entity=kingsoft).exists()
    natures = [row.nature for row in kingsoft.evidence.filter(topic="kingsoft-race-2020").order_by("id")]
    assert natures == ["finding", "reply", "finding"]
    assert [row["key"] for row in kingsoft.properties["namesakes"]] == ["alibaba_cloud"]
    assert "kingsoft_cloud" in [row["key"] for row in company("alibaba_cloud").properties["namesakes"]]


def test_every_reply_stands_beside_an_earlier_or_equally_old_claim(starter: list[Outcome]) -> None:
    replies = Evidence.objects.filter(nature="reply")
    assert replies.count() >= 8
    for reply in replies:
        claims = Evidence.objects.filter(entity=reply.entity, topic=reply.topic).exclude(nature="reply")
        assert claims.filter(published__lte=reply.published).exists(), reply


def test_a_partner_who_left_and_one_who_stayed_are_told_apart(starter: list[Outcome]) -> None:
    (griezmann,) = company("huawei").partnerships.all()
    assert (griezmann.kind, griezmann.end) == ("ambassador", date(2020, 12, 10))
    (olympics,) = company("alibaba_cloud").partnerships.all()
    assert (olympics.kind, olympics.end) == ("cloud_provider", None)


def table(name: str) -> list[dict[str, str]]:
    with (STARTER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("name", sorted(watchlink_companies.COLUMNS))
def test_every_row_of_the_starter_says_where_it_is_from(name: str) -> None:
    rows = table(name)
    assert rows
    uncited = [line for line, row in enumerate(rows, start=2) if not (row.get("citation") or row.get("url"))]
    assert uncited == []


def test_general_knowledge_is_never_called_verified() -> None:
    for name in ("partnerships.csv", "evidence.csv"):
        for line, row in enumerate(table(name), start=2):
            known_only = "general knowledge" in " ".join(row.values())
            assert not (known_only and row["verified"] == "true"), f"{name} line {line}"


OWNED = ("dahua", "lorex", "shareholding", "60", "60", "2018-01-01", "2022-11-24", "Report", "", "")
CLAIM = (
    "lorex",
    "supply",
    "2026-02-19",
    "",
    "Attorney General",
    "",
    ADDRESS,
    "Dahua supplies it.",
    "allegation",
)
PARTNER = ("lorex", "Nike", "seller", "Sells there", "2020-01-01", "2020-12-31", "", "Report", "", "true")


def but(row: tuple[str, ...], **changes: str) -> tuple[str, ...]:
    """Change some cells of an otherwise right row; c3="x" sets the fourth."""
    cells = list(row)
    for place, value in changes.items():
        cells[int(place[1:])] = value
    return tuple(cells)


@pytest.mark.parametrize(
    ("name", "cells", "fault"),
    [
        ("ownership.csv", but(OWNED, c0="dahwa"), "owner_key 'dahwa' is not a key of companies.csv"),
        ("ownership.csv", but(OWNED, c1="dahua"), "dahua cannot own itself"),
        (
            "ownership.csv",
            but(OWNED, c2="friendship"),
            "kind 'friendship' is unknown; known are shareholding,",
        ),
        ("ownership.csv", but(OWNED, c4="101"), "share_max 101 is not between 0 and 100 percent"),
        ("ownership.csv", but(OWNED, c3="-1"), "share_min -1 is not between 0 and 100 percent"),
        ("ownership.csv", but(OWNED, c3="NaN"), "share_min NaN is not between 0 and 100 percent"),
        ("ownership.csv", but(OWNED, c3="60 %"), "share_min '60 %' is not a number of percent"),
        ("ownership.csv", but(OWNED, c3="33.33333"), "share_min 33.33333 has more than four decimals"),
        ("ownership.csv", but(OWNED, c3="70"), "share_min 70 is more than share_max 60"),
        ("ownership.csv", but(OWNED, c6="2017"), "end 2017 is before start 2018-01-01"),
        ("ownership.csv", but(OWNED, c5="2018-13-01"), "start '2018-13-01' is not a date such as"),
        ("ownership.csv", but(OWNED, c5="24/11/2018"), "start '24/11/2018' is not a date such as"),
        ("ownership.csv", but(OWNED, c7=""), "neither citation nor url says where this is from"),
        ("ownership.csv", but(OWNED, c8="www.example.org"), "url 'www.example.org' is not a web address"),
        ("names.csv", ("kingsoft", "Kingsoft", "brand", "en", "x", ""), "key 'kingsoft' is not a key of"),
        ("names.csv", ("lorex", "Lorex Inc", "nickname", "en", "x", ""), "kind 'nickname' is unknown;"),
        ("names.csv", ("lorex", "", "brand", "en", "x", ""), "name is empty"),
        ("names.csv", ("lorex", "Lorex", "brand", "en", "x", ""), "lorex has the name 'Lorex' already"),
        ("companies.csv", ("lorex", "Lorex", "Company", "ca", "", "x", "", ""), "the key 'lorex' is there"),
        ("companies.csv", ("megvii", "Megvii", "Firm", "cn", "", "x", "", ""), "schema 'Firm' is unknown;"),
        (
            "companies.csv",
            ("megvii", "Megvii", "Company", "China", "", "x", "", ""),
            "country 'China' is not an",
        ),
        ("identifiers.csv", ("dahua", "ISIN", "CNE100000BJ5", "cn", "x", ""), "the check digits of ISIN"),
        ("partnerships.csv", but(PARTNER, c2="friend"), "kind 'friend' is unknown;"),
        ("partnerships.csv", but(PARTNER, c5="2019"), "end 2019 is before start 2020-01-01"),
        ("partnerships.csv", but(PARTNER, c5="2020-12"), "end 2020-12 is not a day, so dates must say"),
        ("partnerships.csv", but(PARTNER, c9="yes"), "verified must be true or false, not 'yes'"),
        ("evidence.csv", (*but(CLAIM, c8="rumour"), "true", "", ""), "nature 'rumour' is unknown;"),
        ("evidence.csv", (*but(CLAIM, c2="2026-02"), "true", "", ""), "published 2026-02 is not a day, so"),
        (
            "evidence.csv",
            (*but(CLAIM, c2="2026-12-01"), "true", "", ""),
            "published 2026-12-01 is after the table's",
        ),
        ("evidence.csv", (*but(CLAIM, c2=""), "true", "", ""), "published is empty"),
        (
            "namesakes.csv",
            ("dahua", "Delpha", "delfa", "A builder.", "x", ""),
            "other_key 'delfa' is not a key",
        ),
        (
            "namesakes.csv",
            ("dahua", "Dahua", "dahua", "Itself.", "x", ""),
            "dahua cannot be its own namesake",
        ),
        ("dataset.csv", (NAME, "2026-11-21", "again"), "the table states its date once, not twice"),
        ("names.csv", ("lorex", "Lorex Inc", "brand"), "3 of 6 columns"),
    ],
)
def test_a_wrong_row_is_refused_with_its_file_and_line(
    folder: Path, name: str, cells: tuple[str, ...], fault: str
) -> None:
    line = len((folder / name).read_text(encoding="utf-8").splitlines()) + 1
    add(folder, name, *cells)
    with pytest.raises(IngestError) as refused:
        records(folder)
    assert str(refused.value).startswith(f"{name} line {line}: {fault}")
    assert str(refused.value).count("\n") == 0


@pytest.mark.parametrize(
    ("name", "cells"),
    [("ownership.csv", OWNED), ("partnerships.csv", PARTNER), ("evidence.csv", (*CLAIM, "true", "", ""))],
)
def test_the_same_row_unspoilt_is_taken(folder: Path, name: str, cells: tuple[str, ...]) -> None:
    add(folder, name, *cells)
    lorex = records(folder)["lorex"]
    assert len(lorex.ownerships) + len(lorex.partnerships) + len(lorex.evidence) == 1
    assert lorex.raw[name] == [dict(zip(watchlink_companies.COLUMNS[name], cells, strict=True))]


@pytest.mark.django_db
def test_a_refused_table_leaves_what_was_held_and_is_kept_as_refused(folder: Path) -> None:
    ingest(SOURCE, path=folder)
    add(folder, "ownership.csv", *but(OWNED, c4="600"))
    with pytest.raises(IngestError, match="ownership.csv line 2: share_max 600"):
        ingest(SOURCE, path=folder)
    assert Entity.objects.current().count() == 3
    assert DatasetVersion.objects.get(status="refused").error.startswith("ownership.csv line 2")


def test_one_owner_cannot_hold_two_shares_on_one_day(folder: Path) -> None:
    add(folder, "ownership.csv", *OWNED)
    add(folder, "ownership.csv", *but(OWNED, c3="48", c4="48", c5="2022-11-23", c6=""))
    with pytest.raises(
        IngestError, match="ownership.csv line 3: dahua would own lorex twice on the same day"
    ):
        records(folder)


def test_a_date_known_to_the_year_covers_all_of_it_and_says_so(folder: Path) -> None:
    add(folder, "ownership.csv", *but(OWNED, c5="2018", c6="2022-11"))
    (edge,) = records(folder)["lorex"].ownerships
    assert (edge.start, edge.end) == (date(2018, 1, 1), date(2022, 11, 30))
    assert edge.citation == "Report (start 2018, end 2022-11: no day stated)"


def test_a_line_is_counted_where_its_row_begins(folder: Path) -> None:
    add(folder, "names.csv", "lorex", "Lorex\nTechnology", "alias", "en", "x", "")
    add(folder, "names.csv", "nobody", "Nobody", "alias", "en", "x", "")
    with pytest.raises(IngestError, match="names.csv line 4: key 'nobody'"):
        records(folder)


def test_a_new_column_makes_a_noise(folder: Path) -> None:
    path = folder / "names.csv"
    path.write_text(
        "key,name,kind,lang,citation,url,strength\nlorex,Lorex Inc,alias,en,x,,weak\n", encoding="utf-8"
    )
    audit = Audit()
    list(watchlink_companies.parse(watchlink_companies.read(bundle_of(folder)), audit))
    assert list(audit.counts) == ["unread field 'strength' of names.csv"]


def spoil(name: str, text: bytes | None) -> Callable[[Path], None]:
    def spoilt(folder: Path) -> None:
        (folder / name).unlink() if text is None else (folder / name).write_bytes(text)

    return spoilt


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (spoil("ownership.csv", None), "ownership.csv is missing or empty"),
        (spoil("evidence.csv", b""), "evidence.csv is missing or empty"),
        (
            spoil("names.csv", b"key,name,kind,citation,url\n"),
            "names.csv line 1: the column lang is missing.",
        ),
        (
            spoil("names.csv", "key,name,kind,lang,citation,url\nlorex,羅力士,alias,zh,x,\n".encode("big5")),
            "not in UTF-8",
        ),
        (spoil("names.csv", b'key,name,kind,lang,citation,url\nlorex,"Lor'), "names.csv line 2: cut off"),
        (spoil("names.csv", b"<!DOCTYPE html><html></html>"), "names.csv is an HTML page"),
    ],
)
def test_a_folder_that_lacks_or_spoils_a_file_is_refused(
    folder: Path, change: Callable[[Path], None], fault: str
) -> None:
    change(folder)
    with pytest.raises(IngestError, match=fault):
        records(folder)


@pytest.mark.parametrize("stated", ["", "21.11.2026", "2026-11", "2026-02-30"])
def test_the_table_must_state_its_own_day(folder: Path, stated: str) -> None:
    (folder / "dataset.csv").write_text(
        f"name,published_on,citation\n{NAME},{stated},a test\n", encoding="utf-8"
    )
    with pytest.raises(
        IngestError, match="dataset.csv line 2: published_on .*is not a date such as 2020-12-17"
    ):
        records(folder)


def test_the_version_date_is_the_one_the_table_states(folder: Path) -> None:
    assert watchlink_companies.published_on(bundle_of(folder)) == date(2026, 11, 21)


@pytest.mark.django_db
def test_it_is_not_downloaded() -> None:
    with pytest.raises(IngestError, match=r"ships with the project.*ingest --starter"):
        ingest(SOURCE)


def test_another_sources_csv_is_not_taken_for_this_table(folder: Path) -> None:
    (folder / "companies.csv").write_text("id,name,ticker\n1,Lorex,\n", encoding="utf-8")
    with pytest.raises(IngestError, match="No file under"):
        records(folder)
