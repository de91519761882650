"""Raw files: opened, unpacked and measured before anyone believes them."""

from __future__ import annotations

import csv
import gzip
import hashlib
import os
import re
import shutil
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, NoReturn
from uuid import uuid4

from lxml import etree

from ingest.errors import IngestError

CHUNK = 1 << 20
# A real list compresses ten- to thirty-fold; a bomb a thousandfold.
BOMB_RATIO = 200
BOMB_FLOOR = 32 * CHUNK
# Beyond this size the time to pack counts more than the room that packing well saves.
PACKED_FAST = 64 * CHUNK
PART_SECONDS = 24 * 3600


@dataclass(frozen=True)
class RawFile:
    """One plain (already unpacked) file on disk."""

    name: str
    path: Path
    sha256: str
    size: int
    url: str = ""
    etag: str = ""
    last_modified: str = ""
    # The folder or archive that it lay in: some publishers' tables are told apart by nothing else.
    folder: str = ""

    def head(self, size: int = 4096) -> bytes:
        with self.path.open("rb") as stream:
            return stream.read(size)

    def text(self, encoding: str = "utf-8-sig") -> str:
        try:
            return self.path.read_text(encoding=encoding)
        except UnicodeDecodeError as error:
            raise IngestError(
                f"{self.name} is not in {encoding.removesuffix('-sig').upper()}: byte {error.start} cannot be read."
            ) from error

    def dated(self) -> date | None:
        """Read a date such as 2025-11 or 2024-05-02 out of the file's name, or else out of its folder's."""
        for name in (self.name, self.folder):
            if found := re.search(r"(20\d\d)-(\d\d)(?:-(\d\d))?", name):
                try:
                    return date(int(found[1]), int(found[2]), int(found[3] or 1))
                except ValueError:
                    continue
        return None


@dataclass(frozen=True)
class Bundle:
    """The files that make one version: usually one, for OFAC's legacy CSV four."""

    files: tuple[RawFile, ...]
    origin: str

    @property
    def sha256(self) -> str:
        if len(self.files) == 1:
            return self.files[0].sha256
        return hashlib.sha256(" ".join(sorted(file.sha256 for file in self.files)).encode()).hexdigest()

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def only(self) -> RawFile:
        if len(self.files) != 1:
            raise IngestError(f"{self.origin} should be one file, not {len(self.files)}.")
        return self.files[0]


def measure(path: Path, name: str | None = None, **origin: str) -> RawFile:
    """Hash a plain file on disk."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            digest.update(block)
    return RawFile(name or path.name, path, digest.hexdigest(), path.stat().st_size, **origin)


def unpack(path: Path, workdir: Path, limit: int) -> list[RawFile]:
    """Return the plain files inside `path`: itself, or the content of a .gz or .zip. A workbook stays whole.

    `limit` is the largest plain size in bytes. Raises IngestError for an unreadable, oversized or
    suspiciously compressed file.
    """
    try:
        if zipfile.is_zipfile(path):
            if _is_workbook(path, limit):
                return [measure(path, folder=path.parent.name)]
            return _unpack_zip(path, workdir, limit)
        with path.open("rb") as stream:
            if stream.read(2) == b"\x1f\x8b":
                with gzip.open(path) as packed:
                    target = workdir / path.name.removesuffix(".gz")
                    _copy(packed, target, limit, path.stat().st_size, path.name)
                return [measure(target, folder=path.parent.name)]
        if path.stat().st_size > limit:
            raise IngestError(f"{path.name} is larger than {limit >> 20} MiB.")
        return [measure(path, folder=path.parent.name)]
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, RuntimeError) as error:
        raise IngestError(f"{path.name} is cut off or damaged: its compression does not end well.") from error
    except OSError as error:
        raise IngestError(f"{path} cannot be read: {error.strerror or error}.") from error


def _is_workbook(path: Path, limit: int) -> bool:
    """Tell an XLSX, which is an archive of its parts, from an archive of lists; refuse a bomb in its guise."""
    with zipfile.ZipFile(path) as archive:
        if "[Content_Types].xml" not in archive.namelist():
            return False
        # No part can be read beyond its stated size.
        size = sum(member.file_size for member in archive.infolist())
    if size > limit or (size > BOMB_FLOOR and size > path.stat().st_size * BOMB_RATIO):
        raise IngestError(f"{path.name} unpacks to {size >> 20} MiB; it is refused.")
    return True


def _unpack_zip(path: Path, workdir: Path, limit: int) -> list[RawFile]:
    found = []
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            if member.flag_bits & 0x1:
                raise IngestError(f"{path.name} is protected by a password.")
            target = workdir / Path(member.filename).name
            with archive.open(member) as packed:
                _copy(packed, target, limit, max(member.compress_size, 1), path.name)
            found.append(measure(target, folder=path.stem))
    if not found:
        raise IngestError(f"{path.name} is an empty archive.")
    return found


def _copy(source: IO[bytes] | gzip.GzipFile, target: Path, limit: int, packed_size: int, name: str) -> None:
    written = 0
    with target.open("wb") as sink:
        while block := source.read(CHUNK):
            written += len(block)
            if written > limit:
                raise IngestError(f"{name} unpacks to more than {limit >> 20} MiB.")
            if written > BOMB_FLOOR and written > packed_size * BOMB_RATIO:
                raise IngestError(
                    f"{name} unpacks to more than {BOMB_RATIO} times its size; it is refused as a bomb."
                )
            sink.write(block)


def archive(bundle: Bundle, folder: Path) -> list[dict[str, Any]]:
    """Keep each raw file gzipped under its SHA-256; writing twice changes nothing."""
    kept = []
    for file in bundle.files:
        target = folder / file.sha256[:2] / f"{file.sha256}.gz"
        if not target.exists():
            _pack(file.path, target)
        kept.append(
            {"name": file.name, "sha256": file.sha256, "size": file.size, "url": file.url}
            | ({"etag": file.etag} if file.etag else {})
            | ({"last_modified": file.last_modified} if file.last_modified else {})
        )
    return kept


def _pack(path: Path, target: Path) -> None:
    """Gzip a file beside its place; it gets its name only when it is whole and on the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob("*.part-*"):
        # A run that was killed could not clear up; one that is still writing is younger than that.
        if time.time() - left.stat().st_mtime > PART_SECONDS:
            left.unlink(missing_ok=True)
    part = target.with_suffix(f".part-{uuid4().hex}")
    try:
        with path.open("rb") as source, part.open("wb") as sink:
            level = 1 if path.stat().st_size > PACKED_FAST else 6
            with gzip.GzipFile("", "wb", compresslevel=level, fileobj=sink, mtime=0) as packed:
                shutil.copyfileobj(source, packed, CHUNK)
            sink.flush()
            os.fsync(sink.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def from_archive(kept: Iterable[Mapping[str, Any]], folder: Path, workdir: Path, origin: str) -> Bundle:
    """Bring a version's raw files back, each checked against its SHA-256."""
    found = []
    for entry in kept:
        target = workdir / entry["name"]
        try:
            packed = gzip.GzipFile(folder / entry["sha256"][:2] / f"{entry['sha256']}.gz")
            with packed, target.open("wb") as sink:
                shutil.copyfileobj(packed, sink, CHUNK)
        except (OSError, EOFError, zlib.error) as error:
            raise IngestError(f"The archive's copy of {entry['name']} cannot be read: {error}.") from error
        known = {name: entry[name] for name in ("url", "etag", "last_modified") if entry.get(name)}
        file = measure(target, **known)
        if file.sha256 != entry["sha256"]:
            raise IngestError(f"The archive's copy of {entry['name']} is not what was archived.")
        found.append(file)
    return Bundle(tuple(found), origin)


def refuse_html(file: RawFile) -> None:
    """Recognise the error page that a publisher sent with the list's name on it."""
    if re.match(rb"\s*(<!doctype html|<html)", file.head(1024).removeprefix(b"\xef\xbb\xbf"), re.IGNORECASE):
        raise IngestError(f"{file.name} is an HTML page, not the list: the publisher sent an error page.")


def elements(file: RawFile, *tags: str) -> Iterator[etree._Element]:
    """Stream the named elements of an XML file, whatever its namespace, freeing each after use.

    No entity is expanded, no network asked. Raises IngestError for anything not well-formed.
    """
    refuse_html(file)
    if file.size == 0:
        raise IngestError(f"{file.name} is empty.")
    with _xml_errors(file), file.path.open("rb") as stream:
        context = etree.iterparse(
            stream,
            tag=[f"{{*}}{tag}" for tag in tags],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        )
        for _, element in context:
            _refuse_own_dtd(file, element.getroottree())
            yield element
            element.clear()
            parent = element.getparent()
            if parent is not None:
                while element.getprevious() is not None:
                    del parent[0]
        if context.root is not None:
            _refuse_own_dtd(file, context.root.getroottree())


def _refuse_own_dtd(file: RawFile, tree: etree._ElementTree) -> None:
    if tree.docinfo.internalDTD is not None:
        raise IngestError(f"{file.name} declares a document type of its own, as no publisher's file does.")


@contextmanager
def _xml_errors(file: RawFile) -> Iterator[None]:
    try:
        yield
    except etree.XMLSyntaxError as error:
        line = f" (line {error.lineno})" if error.lineno else ""
        raise IngestError(f"{file.name} is cut off or not well-formed XML{line}: {error.msg}.") from error


def width(file: RawFile) -> int:
    """Count the columns that the first line of a CSV file names."""
    with file.path.open("rb") as stream:
        return stream.readline(CHUNK).count(b",") + 1


def table(
    file: RawFile, *, columns: int, encoding: str = "utf-8-sig", preamble: int = 0
) -> Iterator[list[str]]:
    """Stream the rows of a CSV file in which each must have `columns` cells.

    `preamble` rows before the table, such as a date, are passed over. Raises IngestError for a wrong
    encoding, an empty file, or a row that is too short or too long.
    """
    refuse_html(file)
    if file.size == 0:
        raise IngestError(f"{file.name} is empty.")
    number = 0
    try:
        with file.path.open(encoding=encoding, newline="") as stream:
            for number, row in enumerate(_rows(_inert(stream), columns), start=1):
                if number <= preamble or row in ([], ["\x1a"]):
                    continue
                if len(row) != columns:
                    _wrong_row(file, number, len(row), columns)
                yield row
    except UnicodeDecodeError as error:
        raise IngestError(
            f"{file.name} is not in {encoding.removesuffix('-sig').upper()} (after row {number})."
        ) from error
    except csv.Error as error:
        raise IngestError(f"{file.name} is cut off or not a table: row {number + 1}, {error}.") from error


def _rows(lines: Iterator[str], columns: int) -> Iterator[list[str]]:
    """Read a table's rows. A line whose cells are all quoted and hold no quote is cut in one go, which halves the time."""
    for line in lines:
        if line.count('"') == 2 * columns and line[0] == '"':
            cells = line.rstrip("\r\n")[1:-1].split('","')
            if len(cells) == columns:
                yield cells
                continue
        yield from islice(csv.reader(chain((line,), lines), strict=True), 1)


def _inert(stream: IO[str]) -> Iterator[str]:
    """Drop NUL bytes, which no database accepts, before the table is read."""
    for line in stream:
        yield line.replace("\0", "") if "\0" in line else line


def _wrong_row(file: RawFile, number: int, found: int, expected: int) -> NoReturn:
    raise IngestError(
        f"{file.name} is cut off or not the expected table: row {number} has {found} of {expected} columns."
    )
