"""Tables of an HTML page that is itself the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree, html

from ingest.errors import IngestError
from ingest.files import RawFile


class Cell(NamedTuple):
    text: str
    links: tuple[str, ...] = ()


def page(file: RawFile) -> html.HtmlElement:
    """Parse a page. Raises IngestError for one that is empty or no HTML."""
    try:
        return html.document_fromstring(file.text().encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise IngestError(f"{file.name} is not an HTML page that can be read: {error}.") from error


def table_rows(file: RawFile, *columns: str, value_class: str = "") -> Iterator[dict[str, Cell]]:
    """Yield the rows of the table whose header cells begin with `columns`, keyed by header cell.

    In a cell only what has the class `value_class` counts, where anything has it. Raises IngestError where no
    table has these columns, or a row has more or fewer cells than the header.
    """
    for table in page(file).iter("table"):
        rows = [row for row in table.iter("tr") if len(row)]
        header = [_cell(cell, "").text for cell in rows[0]] if rows else []
        if not all(any(name.lower().startswith(column) for name in header) for column in columns):
            continue
        for number, row in enumerate(rows[1:], start=2):
            cells = [_cell(cell, value_class) for cell in row if cell.tag in ("td", "th")]
            if len(cells) != len(header):
                raise IngestError(
                    f"{file.name} is not the expected table: row {number} has {len(cells)} of {len(header)} cells."
                )
            yield {
                name or f"column {place}": cell
                for place, (name, cell) in enumerate(zip(header, cells, strict=True))
            }
        return
    raise IngestError(
        f"{file.name} holds no table with the columns {', '.join(columns)}: the page was rebuilt."
    )


def _cell(element: html.HtmlElement, value_class: str) -> Cell:
    if value_class:
        element = next(iter(element.find_class(value_class)), element)
    links = tuple(str(link.get("href")) for link in element.iter("a") if link.get("href"))
    return Cell(" ".join(element.text_content().replace("\0", "").split()), links)


def popped(row: dict[str, Cell], column: str) -> Cell:
    """Take the cell whose header begins with `column`; an empty one where there is none."""
    for name in list(row):
        if name.lower().startswith(column):
            return row.pop(name)
    return Cell("")
