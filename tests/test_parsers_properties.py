"""Whatever bytes come, a source either reads them or says in one sentence why not."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, measure
from ingest.source import Source, all_sources
from tests.copies import FIXTURES
from tests.test_au_dfat import workbook

STARTER = Path(__file__).parent.parent / "ingest" / "starter"
SOURCES = sorted(all_sources())
# A few examples for each of many sources: the whole file stays under 20 seconds.
FEW = settings(
    max_examples=12,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
PRESENTABLE = 400


class Delivery:
    """Brings one file for whatever a source asks to download."""

    def __init__(self, file: RawFile) -> None:
        self.file = file

    def get(self, url: str, name: str, headers: Mapping[str, str] | None = None) -> RawFile:
        return self.file

    def bundle(self, *files: RawFile) -> Bundle:
        return Bundle(files, files[0].name)


def drain(source: Source, bundle: Bundle) -> None:
    """Read a bundle to the end, as a run does."""
    for record in source.parse(source.read(bundle), Audit()):
        record.tidy()
        assert len(record.digest) == 64
    source.published_on(bundle)


def check(sentence: str) -> None:
    """A refusal is one sentence that a person can read."""
    assert sentence.endswith(".")
    assert "Traceback" not in sentence
    assert 10 < len(sentence) < PRESENTABLE


def written(folder: str, name: str, content: bytes) -> RawFile:
    path = Path(folder) / name
    path.write_bytes(content)
    return measure(path)


@pytest.mark.parametrize("name", SOURCES)
@FEW
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_a_publisher_sends_is_read_or_refused(name: str, content: bytes) -> None:
    source = all_sources()[name]
    with TemporaryDirectory() as folder:
        file = written(folder, "list", content)
        source.recognise([file])
        try:
            drain(source, source.fetch(Delivery(file)))
        except IngestError as error:
            check(str(error))


def whole_copy(name: str, folder: Path) -> list[tuple[str, bytes]]:
    """Return the files of a good copy: the one beside the tests, or the starter excerpt."""
    if name == "au_dfat":
        return [("list.xlsx", workbook(folder / "whole.xlsx").read_bytes())]
    home = FIXTURES / name if (FIXTURES / name).is_dir() else STARTER / name
    files = (path for path in sorted(home.rglob("*")) if path.is_file() and path.suffix != ".md")
    return [(path.name, path.read_bytes()) for path in files]


def damaged(content: bytes, dice: random.Random) -> bytes:
    """Cut stretches out, repeat them elsewhere, overwrite them with noise, or take their digits."""
    result = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(result) or 1)
        stretch = slice(place, place + dice.choice((1, 4, 40, 4000)))
        match dice.randrange(4):
            case 0:
                del result[stretch]
            case 1:
                result[dice.randrange(len(result) or 1) :] += result[stretch]
            case 2:
                result[stretch] = dice.randbytes(4)
            case _:
                result[stretch] = result[stretch].translate(None, delete=b"0123456789")
    return bytes(result)


@pytest.mark.parametrize("name", SOURCES)
@FEW
@given(seed=st.integers(0, 2**32))
def test_a_copy_that_was_damaged_on_the_way_is_read_or_refused(name: str, seed: int, tmp_path: Path) -> None:
    source = all_sources()[name]
    dice = random.Random(seed)
    copy = whole_copy(name, tmp_path)
    if not copy:
        pytest.skip(f"{name} has no copy to damage")
    victim = dice.randrange(len(copy))
    with TemporaryDirectory() as folder:
        files = [
            written(folder, file, damaged(content, dice) if number == victim else content)
            for number, (file, content) in enumerate(copy)
        ]
        for group in source.recognise([file for file in files if file.size]):
            try:
                drain(source, Bundle(group, group[0].name))
            except IngestError as error:
                check(str(error))
