"""Exhibit 21 of a filing as it was filed: HTML tables, or columns of plain text before 2001.

No two filers draw the table alike: with and without a column of shares, spacer columns, the percent sign in a cell
of its own, subsidiaries of subsidiaries set in by blanks or by style, headings and footnotes among the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lxml import etree, html

from ingest.errors import IngestError
from ingest.files import RawFile

NAMED = re.compile(r"(?:^|\D)(\d{1,10})-(\d{10}-\d{2}-\d{6})(?:\D|$)")
TYPED = re.compile(rb"<TYPE>\s*EX-21", re.IGNORECASE)
EXHIBIT = re.compile(
    r"<DOCUMENT>\s*<TYPE>\s*EX-21[^\n]*\n.*?<TEXT>(?P<text>.*?)(?:</TEXT>|\Z)", re.DOTALL | re.IGNORECASE
)
FORMS = re.compile(
    r"\b(?:inc|incorporated|llc|l\.l\.c|corp|corporation|co|company|ltd|limited|l\.?p|llp|gmbh|b\.?v|n\.?v|s\.?a|s\.?r\.?l"
    r"|plc|pty|pte|ag|a\.?s|ab|oy|trust|bank|partnership|kk|k\.k|holdings?|ltda|s\.?a\.?s|sarl|s\.?p\.?a|bhd|aps)\b\.?",
    re.IGNORECASE,
)
# A header may speak of a company's state; a row may be of a company called State Bank Inc.
FORMS_ONLY = re.compile(r"\b(?:inc|llc|l\.l\.c|corp|ltd|limited|gmbh|b\.?v|s\.?a|plc|bank)\b", re.IGNORECASE)
LONGEST = 200
NAME_HEAD = re.compile(
    r"\bnames?\b|subsidiar|^(?:legal )?entit(?:y|ies)$|^compan(?:y|ies)$|^corporations?$", re.IGNORECASE
)
PLACE_HEAD = re.compile(
    r"jurisdiction|incorporat|organiz|organis|state|country|domicile|formation|place", re.IGNORECASE
)
SHARE_HEAD = re.compile(r"%|percent|ownership|interest|owned|voting", re.IGNORECASE)
SHARE = re.compile(r"^\d{1,3}(?:\.\d+)?\s*%$")
NUMBER = re.compile(r"^\d{1,3}(?:\.\d+)?$")
NOISE = re.compile(
    r"^(?:exhibit\s+21|subsidiaries of|list of|significant subsidiaries|page\b|as of\b|the following|\(?\d+\)?$|[-_=\s]+$"
    r"|[*†‡]|\(\d\)\s|note\b|<)",
    re.IGNORECASE,
)
INDENT = re.compile(
    r"(?:padding-left|margin-left|text-indent)\s*:\s*(-?\d+(?:\.\d+)?)\s*(pt|px|em|in|%)?", re.IGNORECASE
)
POINTS = {"pt": 1.0, "px": 0.75, "em": 12.0, "in": 72.0, "%": 6.0, None: 1.0}


class Row(NamedTuple):
    """One subsidiary; `above` is the row that it is set in under."""

    name: str
    place: str
    share: str
    above: str
    further: str


@dataclass
class Exhibit:
    cik: str
    accession: str
    filer: str = ""
    filed: str = ""
    rows: list[Row] = field(default_factory=list)
    passed_over: int = 0


class _Line(NamedTuple):
    """A line of a table: its cells, and how far in each of them begins, in points, roughly."""

    cells: list[str]
    indents: list[float]


def is_exhibit(file: RawFile) -> bool:
    """Recognise a filing that holds an Exhibit 21, or a file that is named as one."""
    head = file.head(1 << 16)
    if head.lstrip().startswith((b"<SEC-DOCUMENT", b"<SEC-HEADER", b"-----BEGIN PRIVACY-ENHANCED")):
        return bool(TYPED.search(file.path.read_bytes()))
    named = NAMED.search(file.name) and file.name.lower().endswith((".htm", ".html", ".txt"))
    return bool(named or TYPED.search(head))


def read_exhibit(file: RawFile) -> Exhibit:
    """Read a filing with its header, or its exhibit alone in a file that is named CIK-ACCESSION."""
    text = _text(file)
    exhibit = _identified(file, text)
    found = EXHIBIT.search(text)
    if not found and "<DOCUMENT>" in text:
        raise IngestError(f"{file.name} holds no Exhibit 21.")
    body = found["text"] if found else text
    lines = list(_table_lines(body) if re.search(r"<table", body, re.IGNORECASE) else _plain_lines(body))
    _fill(exhibit, lines)
    if not exhibit.rows:
        raise IngestError(f"{file.name} holds no table of subsidiaries that can be read.")
    return exhibit


def _text(file: RawFile) -> str:
    content = file.path.read_bytes()
    try:
        return content.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").replace("\0", "")


def _identified(file: RawFile, text: str) -> Exhibit:
    head = text[: 1 << 16]
    cik = re.search(r"CENTRAL INDEX KEY:\s*(\d{1,10})", head)
    accession = re.search(r"ACCESSION NUMBER:\s*(\d{10}-\d{2}-\d{6})", head)
    named = NAMED.search(file.name) or NAMED.search(file.folder)
    if not ((cik and accession) or named):
        raise IngestError(
            f"{file.name} does not say whose filing it is: name it CIK-ACCESSION.htm, "
            "such as 38079-0001558370-16-004332.htm."
        )
    filer = re.search(r"COMPANY CONFORMED NAME:\s*([^\n]+)", head)
    filed = re.search(r"FILED AS OF DATE:\s*(\d{4})(\d\d)(\d\d)", head)
    return Exhibit(
        str(int(cik[1] if cik else named[1])),  # type: ignore[index]
        accession[1] if accession else named[2],  # type: ignore[index]
        filer[1].strip() if filer else "",
        "-".join(filed.groups()) if filed else "",
    )


def _table_lines(body: str) -> Iterator[_Line]:
    try:
        tree = html.document_fromstring(body)
    except (etree.LxmlError, ValueError, AssertionError):
        return
    for table in tree.iter("table"):
        for row in table.iter("tr"):
            if next(row.iterancestors("table")) is not table:
                continue
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            texts = [_words(cell) for cell in cells]
            if any(texts):
                yield _Line(texts, [_indent(at, cell) for at, cell in enumerate(cells)])


def _words(cell: Any) -> str:
    return " ".join(str(cell.xpath("string()")).split())


def _indent(at: int, cell: Any) -> float:
    raw = str(cell.xpath("string()")).lstrip("\r\n\t ")
    blanks = len(raw) - len(raw.lstrip("\xa0 \u2003"))
    style = sum(
        float(found[1]) * POINTS[found[2].lower() if found[2] else None]
        for element in cell.iter(etree.Element)
        for found in INDENT.finditer(element.get("style") or "")
    )
    return at * 12.0 + max(style, 0.0) + blanks * 3.0


def _plain_lines(body: str) -> Iterator[_Line]:
    text = re.sub(
        r"<[^>\n]{1,80}>", "", str(html.document_fromstring(f"<pre>{body}</pre>").xpath("string()"))
    )
    for line in text.splitlines():
        cells = [
            cell.strip() for cell in re.split(r"\s{2,}|\t|\.{3,}|(?:\s\.){3,}", line.strip()) if cell.strip()
        ]
        if cells:
            yield _Line(cells, [(len(line) - len(line.lstrip())) * 6.0] * len(cells))


@dataclass
class _Columns:
    """What the header of a table says of its columns; nothing, before one is met."""

    width: int = 0
    name: int = -1
    place: int = -1
    share: int = -1
    other: tuple[int, ...] = ()


def _fill(exhibit: Exhibit, lines: list[_Line]) -> None:
    columns = _Columns()
    above: list[tuple[float, str]] = []
    for cells, indents in lines:
        texts = [text for text in _joined(cells) if text]
        if header := _header(cells):
            if header.name < 0:
                raise IngestError(f"The exhibit of filing {exhibit.accession} has no column of names.")
            columns, above = header, []
            continue
        name, place, share, further = _split(cells, texts, columns)
        alone = not place and not share
        if _is_no_row(name, alone):
            exhibit.passed_over += 1
            continue
        drawn = len(cells) == columns.width and cells[columns.name]
        indent = indents[columns.name if drawn else next(at for at, text in enumerate(cells) if text)]
        while above and above[-1][0] >= indent:
            above.pop()
        exhibit.rows.append(Row(name, place, share, above[-1][1] if above else "", further))
        above.append((indent, name))


def _is_no_row(name: str, alone: bool) -> bool:
    """Tell headings, footnotes and page marks from subsidiaries: what stands alone must have a legal form."""
    if not name or NOISE.match(name):
        return True
    return alone and (len(name) > LONGEST or name.endswith(":") or not FORMS.search(name))


def _split(cells: list[str], texts: list[str], columns: _Columns) -> tuple[str, str, str, str]:
    """Take a row apart: by the header's columns where it is drawn like the header, else by what its cells are."""
    if len(cells) == columns.width and cells[columns.name]:
        place, share = (cells[at] if at >= 0 else "" for at in (columns.place, columns.share))
        return cells[columns.name], place, share, " ".join(cells[at] for at in columns.other if cells[at])
    numbers = columns.share >= 0
    share = next((text for text in texts[1:] if SHARE.match(text) or (numbers and NUMBER.match(text))), "")
    rest = [text for text in texts if text != share] if share else texts
    return rest[0], rest[1] if len(rest) > 1 else "", share, " ".join(rest[2:])


def _joined(cells: list[str]) -> list[str]:
    """Put a percent sign, and what a bracket leaves over, back to the cell before."""
    joined: list[str] = []
    for text in cells:
        if text in ("%", ")", "%)") and joined:
            while len(joined) > 1 and not joined[-1]:
                joined.pop()
            joined[-1] += text
        else:
            joined.append(text)
    return joined


def _header(cells: list[str]) -> _Columns | None:
    """Read a row as the table's header; None where it is none."""
    texts = [(at, text) for at, text in enumerate(cells) if text]
    if len(texts) < 2 or any(len(text) > 120 for _, text in texts):
        return None
    place = next((at for at, text in texts if PLACE_HEAD.search(text) and not FORMS_ONLY.search(text)), -1)
    share = next((at for at, text in texts if at != place and SHARE_HEAD.search(text)), -1)
    name = next(
        (
            at
            for at, text in texts
            if at not in (place, share) and NAME_HEAD.search(text) and not FORMS_ONLY.search(text)
        ),
        -1,
    )
    known = {place, share, name}
    if (name >= 0 and (place >= 0 or share >= 0)) or {at for at, _ in texts} <= known:
        return _Columns(len(cells), name, place, share, tuple(at for at, _ in texts if at not in known))
    return None
