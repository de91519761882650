"""Workbooks (XLSX), streamed: the first visible sheet that holds anything."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from lxml import etree

from screening.suppliers.cells import Formula
from screening.suppliers.refusing import Refused

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# A real workbook unpacks ten- to fortyfold; a bomb a thousandfold.
BOMB_RATIO = 200
BOMB_FLOOR = 64 << 20
LETTERS = re.compile(r"([A-Z]{1,3})[0-9]*$")
# Excel's own last column.
LAST_COLUMN = 16_384


class Workbook:
    """One sheet of a workbook: its rows as lists of strings, with the number of each."""

    def __init__(self, path: Path, most_unpacked: int) -> None:
        self.path = path
        with _readable(path), zipfile.ZipFile(path) as archive:
            _refuse_bomb(path, archive, most_unpacked)
            if any(member.flag_bits & 1 for member in archive.infolist()):
                raise Refused(f"{path.name} is protected by a password; save it without one.")
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                raise Refused(_other_archive(path, names))
            sheets = [sheet for sheet in _sheets(archive) if sheet[1] in names]
            if not sheets:
                raise Refused(f"{path.name} has no sheet that is shown.")
            self.others = len(sheets) - 1
            self._shared: list[str] = []
            if "xl/sharedStrings.xml" in names:
                with archive.open("xl/sharedStrings.xml") as part:
                    self._shared = [_text(item) for item in _elements(part, "si")]
            for self.sheet, self._part in sheets:
                with archive.open(self._part) as part:
                    if next((row for _, row in self._rows(part) if any(row)), None):
                        break
            else:
                raise Refused(f"{path.name} is empty.")

    def reading(self) -> dict[str, str]:
        said = {"format": "xlsx", "sheet": self.sheet}
        return said | ({"other sheets": str(self.others)} if self.others else {})

    def estimated_rows(self) -> int | None:
        return None

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Stream the rows of the sheet; a cell with a formula comes as a Formula."""
        with _readable(self.path), zipfile.ZipFile(self.path) as archive, archive.open(self._part) as part:
            yield from self._rows(part)

    def _rows(self, part: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
        number = 0
        for row in _elements(part, "row"):
            stated = row.get("r", "")
            number = int(stated) if stated.isdigit() and int(stated) > number else number + 1
            cells: list[str] = []
            for cell in row:
                at = _column(cell.get("r", ""), len(cells))
                if at < len(cells):
                    continue
                cells += [""] * (at - len(cells))
                cells.append(self._value(cell))
            yield number, cells

    def _value(self, cell: Any) -> str:
        kind, value, formula, inline = cell.get("t"), "", False, None
        for child in cell:
            name = etree.QName(child).localname
            if name == "v":
                value = child.text or ""
            elif name == "f":
                formula = True
            elif name == "is":
                inline = child
        if kind == "s":
            at = int(value) if value.isdigit() else len(self._shared)
            value = self._shared[at] if at < len(self._shared) else ""
        elif inline is not None:
            value = _text(inline)
        elif kind == "e":
            # #REF! and its like are no value, whatever computed them.
            value, formula = "", True
        elif kind in (None, "n") and value.endswith(".0"):
            value = value[:-2]
        return Formula(value) if formula else value


def looks_like_workbook(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", COMPOUND))


def refuse_compound(path: Path) -> None:
    """Refuse what Microsoft's older container holds: an encrypted workbook, or one of before 2007."""
    with path.open("rb") as stream:
        if stream.read(8) != COMPOUND:
            return
        encrypted = any(ENCRYPTED in block for block in _overlapping(stream))
    if encrypted:
        raise Refused(f"{path.name} is protected by a password; save it without one.")
    raise Refused(f"{path.name} is a workbook of Excel 97-2003 (XLS); save it as XLSX or CSV.")


def _overlapping(stream: IO[bytes]) -> Iterator[bytes]:
    tail = b""
    while block := stream.read(1 << 20):
        yield tail + block
        tail = block[-64:]


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except etree.XMLSyntaxError as error:
        raise Refused(f"{path.name} is damaged: its sheet is not well-formed XML.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError) as error:
        raise Refused(f"{path.name} is cut off or damaged: it does not unpack.") from error


def _refuse_bomb(path: Path, archive: zipfile.ZipFile, most: int) -> None:
    # No part can be read beyond its stated size.
    size = sum(member.file_size for member in archive.infolist())
    if size > most or (size > BOMB_FLOOR and size > path.stat().st_size * BOMB_RATIO):
        raise Refused(f"{path.name} would unpack to {size >> 20:,} MiB; it is refused.")


def _other_archive(path: Path, names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return f"{path.name} is a binary workbook (XLSB); save it as XLSX or CSV."
    if "content.xml" in names:
        return f"{path.name} is an OpenDocument file; save it as XLSX or CSV."
    return f"{path.name} is an archive, not a spreadsheet; unpack it first."


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name the sheets that are shown and the parts that hold them."""
    targets: dict[str, str] = {}
    if "xl/_rels/workbook.xml.rels" in archive.namelist():
        with archive.open("xl/_rels/workbook.xml.rels") as part:
            for relation in _elements(part, "Relationship"):
                target = relation.get("Target", "")
                whole = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
                targets[relation.get("Id", "")] = posixpath.normpath(whole)
    with archive.open("xl/workbook.xml") as part:
        for sheet in _elements(part, "sheet"):
            if sheet.get("state", "visible") != "visible":
                continue
            link = next((value for key, value in sheet.items() if key.endswith("}id")), "")
            yield sheet.get("name", ""), targets.get(link, "")


def _elements(part: IO[bytes], name: str) -> Iterator[Any]:
    """Stream the elements of a name and drop each; nothing is fetched and no entity is resolved."""
    context = etree.iterparse(
        part, tag=f"{{*}}{name}", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    for _, element in context:
        yield element
        element.clear()
        parent = element.getparent()
        if parent is not None:
            while element.getprevious() is not None:
                del parent[0]


def _text(item: Any) -> str:
    """Join the runs of a string; how it is read aloud (rPh) is not part of it."""
    return "".join(
        node.text or ""
        for node in item.iter("{*}t")
        if not any(etree.QName(above).localname == "rPh" for above in node.iterancestors())
    )


def _column(reference: str, following: int) -> int:
    """Return the place of a cell such as AB12, or the one after the last where it does not say."""
    found = LETTERS.match(reference)
    if found is None:
        return following
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - 64
    return min(place, LAST_COLUMN) - 1
