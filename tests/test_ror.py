"""The Research Organization Registry. Example and 示例 are invented, the MIT is not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.files import measure
from ingest.json_items import items
from ingest.records import Identifier, Name
from ingest.source import source_named
from tests.copies import FIXTURES, Copy, parsed, real_register
from tests.workbooks import put

source = source_named("ror")
FIXTURE = FIXTURES / "ror" / "v1.73-2025-10-28-ror-data_schema_v2.json"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURE, tmp_path)


def test_names_come_with_language_and_acronyms_are_weak(copy: Copy, tmp_path: Path) -> None:
    assert copy.audit.as_log() == []
    university = copy.named("MIT")
    assert university.names == [
        Name("Massachusetts Institute of Technology", "primary", "en"),
        Name("MIT", "weak", "en"),
    ]
    assert university.identifiers == [
        Identifier("ROR", "042nb2s44"),
        Identifier("ISNI", "0000 0001 2341 2786"),
        Identifier("GRID", "grid.116068.8"),
    ]
    assert copy.named("示例实验室").names[1] == Name("示例实验室", "alias", "zh")
    (bundle,) = collect(source, FIXTURE, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2025, 10, 28)


def test_parents_are_affiliates_without_a_share_each_stated_once(copy: Copy) -> None:
    university, laboratory = copy.named("MIT"), copy.named("Example Laboratory")
    # The laboratory's record says it too; the institute's does not.
    assert [edge.asset_id for edge in university.ownerships] == [copy.named("Example Institute").id]
    assert [edge.owner_id for edge in laboratory.ownerships] == [
        university.id,
        copy.named("Example Ministry").id,
    ]
    for edge in (*university.ownerships, *laboratory.ownerships):
        assert (edge.kind, edge.share_min, edge.share_max) == ("affiliate", None, None)
    assert laboratory.ownerships[0].citation == "Research Organization Registry, record of 2025-01-02"
    assert (
        laboratory.ownerships[0].quote == "Example Laboratory: parent Massachusetts Institute of Technology"
    )


def test_what_has_ended_says_so_and_what_was_withdrawn_states_no_edge(copy: Copy) -> None:
    assert copy.named("Example Laboratory").properties == {
        "status": ["inactive"],
        "types": ["facility"],
        "successor": ["Example Institute (0exampl02)"],
    }
    double = copy.named("Example Institute of Doubles")
    assert (double.properties["status"], double.ownerships) == (["withdrawn"], [])


def test_a_parent_that_the_file_only_names_is_kept_by_name(copy: Copy) -> None:
    assert (len(copy.records), copy.audit.rows) == (5, 4)
    assert copy.named("Example Ministry").key == "0exampl09"


def test_lines_of_the_shorter_form_are_read(tmp_path: Path) -> None:
    line = {
        "id": "https://ror.org/0exampl01",
        "status": "active",
        "types": ["government"],
        "country": "TJ",
        "names": [
            {"v": "Example Academy", "lang": "en", "t": ["ror_display"]},
            {"v": "EA", "lang": None, "t": ["acronym"]},
        ],
        "relationships": [{"type": "parent", "id": "https://ror.org/0exampl02", "label": "Example State"}],
        "release": "v2.3",
    }
    copy = parsed(source, put(tmp_path / "orgs.jsonl", json.dumps(line).encode()), tmp_path)
    academy = copy.named("Example Academy")
    assert (academy.countries, academy.schema) == (["tj"], "PublicBody")
    assert academy.ownerships[0].citation == "Research Organization Registry, release v2.3"
    assert copy.audit.as_log() == []


def test_a_field_that_nobody_knows_makes_a_noise(tmp_path: Path) -> None:
    changed = (
        FIXTURE.read_text().replace('"established"', '"founded"').replace('"lang": "zh"', '"script": "Hans"')
    )
    copy = parsed(source, put(tmp_path / "ror.json", changed.encode()), tmp_path)
    assert [entry["what"] for entry in copy.audit.as_log()] == [
        "unread field 'founded' of ror",
        "unread field of a name",
    ]


def test_a_name_without_its_text_is_refused(tmp_path: Path) -> None:
    changed = FIXTURE.read_text().replace('"value": "Example Institute"', '"text": "Example Institute"')
    with pytest.raises(IngestError, match="has no text"):
        parsed(source, put(tmp_path / "ror.json", changed.encode()), tmp_path)


@pytest.mark.parametrize("text", ["[]", "", '[{"a": 1}', '[{"a": 1}] x', "[1]", '{"a": 1}\n{"a":'])
def test_a_file_of_entries_is_whole_or_refused(text: str, tmp_path: Path) -> None:
    file = measure(put(tmp_path / "rows.json", text.encode()))
    if text == "[]":
        assert list(items(file)) == []
        return
    with pytest.raises(IngestError):
        list(items(file))


def test_entries_are_streamed_across_chunks_in_both_forms(tmp_path: Path) -> None:
    rows = [{"n": number, "text": "é" * 500} for number in range(5_000)]
    array = put(tmp_path / "array.json", json.dumps(rows, indent=1).encode())
    lines = put(tmp_path / "lines.json", "\n".join(map(json.dumps, rows)).encode())
    assert list(items(measure(array))) == list(items(measure(lines))) == rows


@pytest.mark.real_companies
def test_the_real_records_give_51370_organisations_and_their_parents(tmp_path: Path) -> None:
    copy = parsed(source, real_register("ror/ror_orgs_union.jsonl.gz"), tmp_path)
    copy.check()
    assert (copy.audit.rows, len(copy.records)) == (51370, 56513)
    assert sum(len(record.ownerships) for record in copy.records.values()) == 23069
    assert copy.audit.as_log() == [{"what": "parent of itself", "count": 1, "examples": ["02ek9wp67"]}]
