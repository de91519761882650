"""Broken copies are refused with one clear sentence, and the last good version stays."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from entities.models import DatasetVersion, Entity
from ingest.errors import IngestError
from ingest.runs import ingest
from ingest.source import source_named

pytestmark = pytest.mark.django_db

ENTITY = """<ENTITY><DATAID>{number}</DATAID><FIRST_NAME>{name}</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>
<REFERENCE_NUMBER>KPe.{number}</REFERENCE_NUMBER><LISTED_ON>2009-04-24</LISTED_ON></ENTITY>"""
LIST = (
    '<CONSOLIDATED_LIST dateGenerated="2026-11-20T00:00:00Z"><ENTITIES>'
    + ENTITY.format(number=1, name="KOREA MINING DEVELOPMENT TRADING CORPORATION")
    + ENTITY.format(number=2, name="TANCHON COMMERCIAL BANK")
    + "</ENTITIES></CONSOLIDATED_LIST>"
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;">]>'
    '<CONSOLIDATED_LIST dateGenerated="2026-11-20"><ENTITIES>&lol2;</ENTITIES></CONSOLIDATED_LIST>'
)


def load(path: Path) -> None:
    ingest(source_named("un_sc"), path=path, excerpt=True)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "consolidated.xml"
    path.write_text(LIST)
    load(path)
    return path


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


BROKEN = {
    "truncated XML": (LIST[:-60].encode(), "cut off or not well-formed XML"),
    "HTML error page": (b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>", "is an HTML page"),
    "empty file": (b"", "is empty"),
    "wrong encoding": (
        LIST.replace("TANCHON", "TANCHÓN").encode("latin-1"),
        "cut off or not well-formed XML",
    ),
    "entity expansion bomb": (BOMB.encode(), "declares a document type"),
    "zip bomb": (zipped("consolidated.xml", b"<CONSOLIDATED_LIST>" + b" " * (80 << 20)), "bomb"),
    "truncated gzip": (gzip.compress(LIST.encode())[:-20], "cut off or damaged"),
    "truncated zip": (zipped("consolidated.xml", LIST.encode())[:-40], "not a file that un_sc can read"),
    "another publisher's file": (b'36,"AEROCARIBBEAN AIRLINES",-0- ,"CUBA"\r\n', "not a file that un_sc can read"),
    "no entity left": (LIST[: LIST.index("<ENTITY>")].encode() + b"</ENTITIES></CONSOLIDATED_LIST>", "holds no entity"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_in_one_sentence_and_the_good_version_stays(
    case: str, good: Path, tmp_path: Path
) -> None:
    content, sentence = BROKEN[case]
    path = tmp_path / f"broken.{'zip' if content.startswith(b'PK') else 'xml'}"
    path.write_bytes(content)
    with pytest.raises(IngestError, match=sentence) as refused:
        load(path)
    assert "\n" not in str(refused.value)
    assert Entity.objects.current().count() == 2
    assert DatasetVersion.objects.accepted().count() == 1


def test_a_refused_copy_is_kept_with_its_reason(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_text(LIST[:-60])
    with pytest.raises(IngestError):
        load(path)
    refused = DatasetVersion.objects.get(status="refused")
    assert "cut off" in refused.error
    assert (tmp_path / "archive" / refused.sha256[:2] / f"{refused.sha256}.gz").exists()


def test_the_command_ends_with_an_error_and_says_what_still_serves(tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_text(LIST[:-60])
    with pytest.raises(CommandError, match="1 of 1 sources refused: un_sc"):
        call_command("ingest", "un_sc", path=path)


def test_an_unknown_source_is_named_with_those_that_exist() -> None:
    with pytest.raises(CommandError, match="no source 'sdn'. Known are: .*un_sc"):
        call_command("ingest", "sdn")


def test_a_copy_with_too_few_entities_is_not_taken_for_the_whole_list(tmp_path: Path) -> None:
    path = tmp_path / "small.xml"
    path.write_text(LIST)
    with pytest.raises(IngestError, match="holds 2 entities, but a whole copy has at least 700"):
        ingest(source_named("un_sc"), path=path)


@pytest.mark.real_lists
def test_the_lossy_copy_of_the_real_list_is_refused(real_lists: Path) -> None:
    with pytest.raises(IngestError, match="not well-formed XML"):
        ingest(source_named("un_sc"), path=real_lists / "_corrupted_negative_tests")
