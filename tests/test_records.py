"""What every source's records have in common before they are written."""

from __future__ import annotations

import pytest

from ingest.audit import Audit
from ingest.diffing import TABLES
from ingest.errors import IngestError
from ingest.records import LONGEST, Address, Identifier, Name, Record, entity_id


def a_record(**fields: object) -> Record:
    names = [Name("TANCHON COMMERCIAL BANK")]
    return Record("un_sc", "110403", "LegalEntity", **{"names": names} | fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.field)
def test_the_longest_texts_are_those_of_the_record(table: object) -> None:
    columns = {name: table.model._meta.get_field(name) for name in table.columns}  # type: ignore[attr-defined]
    free = {
        name: field.max_length for name, field in columns.items() if field.max_length and not field.choices
    }
    assert LONGEST[table.field] == free  # type: ignore[attr-defined]


def test_a_text_that_is_too_long_is_refused_on_every_database_alike() -> None:
    record = a_record(identifiers=[Identifier("Passport", "7" * 10_000)])
    with pytest.raises(IngestError, match="value of “TANCHON COMMERCIAL BANK” has 10,000 characters"):
        record.tidy()


def test_characters_that_no_database_takes_are_dropped_at_any_depth() -> None:
    record = a_record(
        names=[Name("TAN\0CHON COMMERCIAL\ud800 BANK"), Name("\0")],
        addresses=[Address("Saemul 1-Dong\0")],
        raw={"NA\0ME": ["TANCHON\udfff", {"deep": ("\0",)}], "kept": r"C:\x00 \ud800"},
    )
    record.tidy()
    assert record.names == [Name("TANCHON COMMERCIAL BANK")]
    assert record.addresses == [Address("Saemul 1-Dong")]
    assert record.raw == {"NAME": ["TANCHON", {"deep": ("",)}], "kept": r"C:\x00 \ud800"}
    assert len(record.digest) == 64


def test_such_characters_change_no_id() -> None:
    assert entity_id("un_sc", "110\x00403") == entity_id("un_sc", "110403")


def test_a_doubt_shows_an_example_that_can_be_stored() -> None:
    audit = Audit()
    audit.doubt("unknown \0kind", "Société\ud800\nGénérale")
    assert audit.as_log() == [{"what": "unknown kind", "count": 1, "examples": ["Société Générale"]}]


def test_parties_of_one_row_do_not_share_what_a_further_row_adds() -> None:
    raw = {"sentence": "Pacific Networks Corp and its subsidiary ComNet (USA) LLC"}
    one, other, twin = a_record(raw=raw), a_record(raw=raw), a_record(raw=raw)
    one.absorb(twin)
    assert one.raw["further rows"] == [raw]
    assert "further rows" not in other.raw


def test_a_refusal_is_one_printable_line_whatever_it_quotes() -> None:
    assert (
        str(IngestError("line 3:\n\tChar \x00 out\u202e of range."))
        == "line 3: Char \ufffd out\ufffd of range."
    )
    assert len(str(IngestError("a" * 10_000))) == 600
