"""Files of evidence and of partnerships: each fault with its row, the rest entered or the whole refused, as asked."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from entities.models import DatasetVersion, Entity, Evidence, Partnership
from screening.models import AuditEvent
from tests.builders import a_listed, a_name, a_register

pytestmark = pytest.mark.django_db

KINGSOFT = "Kingsoft Cloud Holdings Limited"
HEAD = "company,publisher,published,retrieved,url,claim,nature,topic\n"
GOOD = "Kingsoft Cloud,Example Daily,2020-12-16,2026-11-28,https://example.org/1,It offered a tool.,finding,tool\n"


@pytest.fixture
def kingsoft() -> Entity:
    company = a_register(KINGSOFT)[KINGSOFT]
    a_name(company, "Kingsoft Cloud", "brand")
    return company


def enter(path: Path, *options: str) -> tuple[str, str]:
    said, faults = io.StringIO(), io.StringIO()
    call_command("evidence", str(path), *options, stdout=said, stderr=faults)
    return said.getvalue(), faults.getvalue()


def a_file(folder: Path, text: str, name: str = "evidence.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_csv_of_evidence_is_one_version_with_its_raw_file_kept(
    tmp_path: Path, kingsoft: Entity, data_folder: Path
) -> None:
    said, _ = enter(a_file(tmp_path, HEAD + GOOD + GOOD.replace("tool.", "second tool.")))
    assert said.startswith("Entered 2 of evidence as desk of ")
    version = DatasetVersion.objects.get(dataset__name="desk")
    assert (version.rows, version.files[0]["name"]) == (2, "evidence.csv")
    digest = version.files[0]["sha256"]
    assert (data_folder / "archive" / digest[:2] / f"{digest}.gz").exists()
    row = Evidence.objects.first()
    assert row is not None
    assert (row.entity, row.published, row.retrieved) == (kingsoft, date(2020, 12, 16), date(2026, 11, 28))
    event = AuditEvent.objects.get()
    assert (event.kind, event.detail["entries"]) == ("datasetversion", 2)
    assert event.detail["person"].endswith("(command line)")


def test_a_json_of_partnerships_is_entered_too(tmp_path: Path, kingsoft: Entity) -> None:
    rows = [
        {
            "entity": kingsoft.pk,
            "brand": "Example FC",
            "kind": "sponsor",
            "description": "Shirt sponsor",
            "start": "2019",
            "end": None,
            "citation": "Example FC, 2019",
        }
    ]
    enter(a_file(tmp_path, json.dumps(rows), "partnerships.json"))
    row = Partnership.objects.get()
    assert (row.brand, row.start, row.end, row.dates) == ("Example FC", date(2019, 1, 1), None, "start 2019")


FAULTS = [
    ("2020-12-16,2026-11-28", "2020-13-16,2026-11-28", "row 2: published '2020-13-16' is not a date"),
    (
        "2020-12-16,2026-11-28",
        "2020-12-16,2019-01-01",
        "row 2: retrieved 2019-01-01 is before it was published",
    ),
    (",finding,", ",rumour,", "row 2: nature 'rumour' is unknown"),
    ("https://example.org/1", "javascript:alert(1)", "row 2: url 'javascript:alert(1)' is not a web address"),
    ("It offered a tool.", "", "row 2: claim is empty"),
    ("Kingsoft Cloud,", "Nobody Ltd,", "row 2: no company of the record is called 'Nobody Ltd'"),
    ("Kingsoft Cloud,", ",", "row 2: entity and company are both empty"),
    ("https://example.org/1", "", "row 2: neither citation nor url says where this is from"),
    ("Example Daily", "x" * 300, "row 2: publisher is longer than 200 characters"),
]


@pytest.mark.parametrize(("old", "new", "fault"), FAULTS)
def test_a_faulty_row_is_told_with_its_number_and_nothing_is_entered(
    old: str, new: str, fault: str, tmp_path: Path, kingsoft: Entity
) -> None:
    faults = io.StringIO()
    path = a_file(tmp_path, HEAD + GOOD + GOOD.replace(old, new))
    with pytest.raises(CommandError, match="1 faulty rows: nothing was entered"):
        call_command("evidence", str(path), stderr=faults, stdout=io.StringIO())
    assert fault in faults.getvalue()
    assert not Evidence.objects.exists()


def test_the_rest_is_entered_where_the_user_chose_so_and_once_only(tmp_path: Path, kingsoft: Entity) -> None:
    path = a_file(tmp_path, HEAD + GOOD + GOOD.replace("finding", "rumour"))
    said, faults = enter(path, "--skip-faulty")
    assert "1 faulty rows left out" in said
    assert "row 2" in faults
    path = a_file(tmp_path, HEAD + GOOD + GOOD.replace("a tool", "another tool"))
    assert "Entered 1 of evidence" in enter(path)[0]
    assert "0 of evidence to enter, 2 on record already" in enter(path)[0]
    assert Evidence.objects.count() == 2


def test_a_check_enters_nothing(tmp_path: Path, kingsoft: Entity) -> None:
    assert "1 of evidence to enter" in enter(a_file(tmp_path, HEAD + GOOD), "--check")[0]
    assert not Evidence.objects.exists()


def test_a_name_of_several_parties_asks_for_the_id_and_a_register_s_row_comes_before_a_list_s(
    tmp_path: Path, kingsoft: Entity
) -> None:
    a_name(a_listed("Kingsoft Listed Ltd.", "us-ear-entity-list"), "Kingsoft Cloud")
    enter(a_file(tmp_path, HEAD + GOOD))
    assert Evidence.objects.get().entity == kingsoft
    for name in ("Example One Ltd.", "Example Two Ltd."):
        a_name(a_listed(name, "us-ear-entity-list"), "Example Brand")
    with pytest.raises(CommandError):
        enter(a_file(tmp_path, HEAD + GOOD.replace("Kingsoft Cloud", "Example Brand")))


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.csv", "", "has no row with the columns"),
        ("a.csv", "name,country\nx,cn\n", "has no row with the columns"),
        ("a.csv", HEAD.replace("company,", "") + GOOD.partition(",")[2], "must name the company"),
        ("a.csv", HEAD.replace("topic", "subject") + GOOD, "the column 'subject' is unknown"),
        ("a.csv", HEAD + GOOD.rstrip() + ",more\n", "row 1: more or fewer cells"),
        ("a.csv", HEAD + '"Kingsoft Cloud,cut', "cut off or not a table"),
        ("a.csv", "<!doctype html><html>", "is an HTML page"),
        ("a.json", '[{"entity": ', "is cut off or not JSON"),
        ("a.json", '{"entity": "x"}', "must be a list of objects"),
        ("a.json", "[" * 100_000, "is cut off or not JSON"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(
    name: str, text: str, sentence: str, tmp_path: Path, kingsoft: Entity
) -> None:
    with pytest.raises(CommandError, match=sentence.replace("(", r"\(")):
        enter(a_file(tmp_path, text, name))


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    tmp_path: Path, settings: Any, kingsoft: Entity
) -> None:
    settings.INGEST_MAX_MB = 1
    path = tmp_path / "huge.csv"
    with path.open("wb") as sink:
        sink.truncate(2 << 30)
    with pytest.raises(CommandError, match="larger than 1 MiB"):
        enter(path)
