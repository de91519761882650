"""Find a source's copies in a file or a folder that somebody downloaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, refuse_html, unpack
from ingest.source import Source, name_of

# No list is published as one of these; a folder of downloads may well hold them.
IGNORED = {".md", ".xsd", ".part", ".tmp"}


def collect(
    source: Source, path: Path, workdir: Path, limit: int, warn: Callable[[str], None] = lambda line: None
) -> list[Bundle]:
    """Return every copy of the source under `path`, oldest first.

    A file that is named must be readable; in a folder what another source would read is passed over, and
    what nobody can open is told to `warn`. Raises IngestError where nothing is found.
    """
    if not path.exists():
        raise IngestError(f"There is no file or folder {path}.")
    if path.is_file():
        files = unpack(path, workdir, limit)
        groups = _recognised(source, files)
        if not groups:
            for file in files:
                if file.size == 0:
                    raise IngestError(f"{path.name} is empty.")
                refuse_html(file)
            raise IngestError(f"{path.name} is not a file that {name_of(source)} can read.")
    else:
        groups = []
        for folder in sorted({path, *(child for child in path.rglob("*") if child.is_dir())}):
            groups += _recognised(source, _unpacked(folder, workdir, limit, warn))
        if not groups:
            raise IngestError(f"No file under {path} is one that {name_of(source)} can read.")
    bundles = [
        Bundle(group, str(path if len(group) > 1 else path / group[0].name if path.is_dir() else path))
        for group in groups
    ]
    if len(bundles) > 1:
        bundles.sort(key=lambda bundle: str(source.published_on(bundle) or ""))
    return bundles


def _recognised(source: Source, files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return source.recognise([file for file in files if file.size])


def _unpacked(folder: Path, workdir: Path, limit: int, warn: Callable[[str], None]) -> list[RawFile]:
    found: list[RawFile] = []
    for number, child in enumerate(sorted(folder.iterdir())):
        if not child.is_file() or child.suffix.lower() in IGNORED or child.name.startswith("."):
            continue
        room = workdir / f"{abs(hash(str(folder))):x}-{number}"
        room.mkdir(parents=True, exist_ok=True)
        try:
            found += unpack(child, room, limit)
        except IngestError as error:
            warn(f"passed over: {error}")
    return found
