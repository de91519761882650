"""Whatever bytes come, a source either reads them or says in one sentence why not."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, measure
from ingest.source import Source, all_sources
from tests.copies import FIXTURES
from tests.test_au_dfat import workbook

SOURCES = sorted(all_sources())
# A few examples for each of many sources: the whole file stays under half a minute.
FEW = settings(
    max_examples=12,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
PRESENTABLE = 400


def drain(source: Source, files: tuple[RawFile, ...]) -> None:
    """Read the files to the end; only IngestError may come, with one clear sentence."""
    bundle = Bundle(files, files[0].name)
    try:
        for record in source.parse(source.read(bundle), Audit()):
            record.tidy()
            assert len(record.digest) == 64
        source.published_on(bundle)
    except IngestError as error:
        sentence = str(error)
        assert sentence.endswith(".")
        assert "Traceback" not in sentence
        assert 10 < len(sentence) < PRESENTABLE


def written(folder: Path, name: str, content: bytes) -> RawFile:
    path = folder / name
    path.write_bytes(content)
    return measure(path)


@pytest.mark.parametrize("name", SOURCES)
@FEW
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_parse_or_are_refused(name: str, content: bytes) -> None:
    source = all_sources()[name]
    with tempfile.TemporaryDirectory() as folder:
        file = written(Path(folder), "list", content)
        source.recognise([file])
        drain(source, (file,))


def whole_copies(name: str, folder: Path) -> list[bytes]:
    if name == "au_dfat":
        return [workbook(folder / "whole.xlsx").read_bytes()]
    return [path.read_bytes() for path in sorted((FIXTURES / name).rglob("*")) if path.is_file()]


@pytest.mark.parametrize("name", [name for name in SOURCES if (FIXTURES / name).is_dir()])
@FEW
@given(seed=st.integers(0, 2**32))
def test_a_copy_that_was_damaged_on_the_way_parses_or_is_refused(
    name: str, seed: int, tmp_path: Path
) -> None:
    source = all_sources()[name]
    dice = random.Random(seed)
    for content in whole_copies(name, tmp_path):
        damaged = bytearray(content)
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(damaged))
            stretch = slice(place, place + dice.choice((1, 4, 40, 4000)))
            # Cut a stretch out, repeat it elsewhere, overwrite it with noise, or empty its values.
            match dice.randrange(4):
                case 0:
                    del damaged[stretch]
                case 1:
                    damaged[dice.randrange(len(damaged)) :] += damaged[stretch]
                case 2:
                    damaged[stretch] = dice.randbytes(4)
                case _:
                    damaged[stretch] = damaged[stretch].translate(None, delete=b"0123456789")
            if not damaged:
                break
        with tempfile.TemporaryDirectory() as folder:
            file = written(Path(folder), "list", bytes(damaged) or b" ")
            for group in source.recognise([file]) or [(file,)]:
                drain(source, group)
