"""Beneficial ownership statements: the last one of a record speaks, shares are bands, people are names."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.records import entity_id
from ingest.sources import bods
from tests.copies import FIXTURES, Copy, parsed

COMPANY, PERSON = entity_id("bods", "example-company"), entity_id("bods", "example-person")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(bods, FIXTURES / "bods", tmp_path)


def test_everything_in_the_copy_is_understood(copy: Copy) -> None:
    assert copy.audit.as_log() == []


def test_an_updated_statement_replaces_the_one_before(copy: Copy) -> None:
    held = [
        row
        for row in copy.records[COMPANY].ownerships
        if row.owner_id == entity_id("bods", "example-holding")
    ]
    assert [(row.kind, row.share_min, row.share_max) for row in held] == [
        ("shareholding", Decimal("60.0000"), Decimal("60.0000")),
        ("control", None, None),
    ]


def test_an_indirect_interest_with_its_steps_is_not_summed_with_them(copy: Copy) -> None:
    (edge,) = [row for row in copy.records[COMPANY].ownerships if row.owner_id == PERSON]
    assert (edge.kind, edge.share_min, edge.quote) == ("control", None, "60.0000 to 60.0000 %")


def test_a_closed_interest_ends_on_the_day_of_its_statement(copy: Copy) -> None:
    (edge,) = [row for row in copy.records[COMPANY].ownerships if row.end]
    assert edge.end == date(2026, 2, 1)


def test_of_a_person_only_the_name_is_kept(copy: Copy) -> None:
    record = copy.named("Pat Example")
    assert (record.schema, record.countries, record.addresses, record.properties, record.raw) == (
        *("Person", [], [], {}),
        {},
    )


def test_an_owner_who_is_not_named_is_kept_as_the_reason(copy: Copy) -> None:
    holding = copy.named("Example Sea Holding PLC")
    assert holding.properties["owners not named"] == [
        "unknown owner: interestedPartyHasNotProvidedInformation; asked twice"
    ]
    assert copy.named("unknown person: informationUnknownToPublisher; not yet found out")


def test_json_lines_say_what_the_array_says(copy: Copy, tmp_path: Path) -> None:
    import json

    statements = json.loads((FIXTURES / "bods" / "statements.json").read_text())
    path = tmp_path / "statements.jsonl"
    path.write_text("\n".join(map(json.dumps, statements)))
    lines = parsed(bods, path, tmp_path)
    assert {key: row.digest for key, row in lines.records.items()} == {
        key: row.digest for key, row in copy.records.items()
    }


@pytest.mark.real_lists
@pytest.mark.skipif(not os.environ.get("WATCHLINK_LISTS_DIR"), reason="WATCHLINK_LISTS_DIR is not set")
def test_the_standards_own_examples_are_understood(tmp_path: Path) -> None:
    folder = Path(os.environ["WATCHLINK_LISTS_DIR"]).parent / "companies" / "bods"
    copy = parsed(bods, folder, tmp_path)
    assert len(copy.records) > 40
    assert copy.audit.as_log() == []
