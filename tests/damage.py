"""What a publisher may change in a file: each edit takes the text of a good copy and names that stand in it."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from lxml import etree, html

STRANGER = "Unheard of"

# Edits of a table of cells; the first row is the header. They return nothing: the rows are changed in place.
Rows = list[list[str]]


def reordered(rows: Rows, column: int) -> None:
    for row in rows:
        row.append(row.pop(0))


def with_a_new_column(rows: Rows, column: int) -> None:
    for number, row in enumerate(rows):
        row.append(STRANGER if number else "New Column")


def without_the_names(rows: Rows, column: int) -> None:
    for row in rows:
        del row[column]


def halved(rows: Rows, column: int) -> None:
    del rows[1 + len(rows[1:]) // 2 :]


def with_a_row_twice(rows: Rows, column: int) -> None:
    rows.append(list(rows[-1]))


EDITS: dict[str, Callable[[Rows, int], None]] = {
    "reordered columns": reordered,
    "a new column": with_a_new_column,
    "no column of names": without_the_names,
    "half of the rows": halved,
    "a row twice": with_a_row_twice,
}


def edited(kind: str, text: str, edit: str, names: Sequence[str]) -> str | None:
    """Apply an edit in the way of the file's format; None where the copy is too small or has no such thing."""
    return {"csv": _csv, "json": _json, "xml": _markup, "html": _markup}[kind](text, edit, names)


def _csv(text: str, edit: str, names: Sequence[str]) -> str | None:
    table = list(csv.reader(io.StringIO(text.rstrip("\x1a"), newline="")))
    width = max(map(len, table))
    top = next(number for number, row in enumerate(table) if len(row) == width)
    # OFAC's tables have no header: what is their first row must not be taken for one.
    bare = table[top][0].isdigit()
    rows = ([["number"] * width] if bare else []) + table[top:]
    column = next((row.index(name) for row in rows for name in names if name in row), None)
    if column is None or (edit == "half of the rows" and len(rows) < 3):
        return None
    EDITS[edit](rows, column)
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table[:top] + rows[bare:])
    return out.getvalue()


def _json(text: str, edit: str, names: Sequence[str]) -> str | None:
    content = json.loads(text)
    rows = _list_with(content, names)
    if rows is None:
        return None
    keys = [key for row in rows for key, value in row.items() if value in names]
    match edit:
        case "reordered columns":
            rows[:] = [dict(reversed(row.items())) for row in rows]
        case "a new column":
            for row in rows:
                row["NEW_COLUMN"] = STRANGER
        case "no column of names":
            for row in rows:
                row.pop(keys[0], None)
        case "half of the rows":
            del rows[len(rows) // 2 :]
        case _:
            rows.append(dict(rows[-1]))
    return json.dumps(content)


def _list_with(content: Any, names: Sequence[str]) -> list[dict[str, Any]] | None:
    if isinstance(content, list) and any(
        value in names for row in content if isinstance(row, dict) for value in row.values()
    ):
        return content
    parts = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return next((found for part in parts if (found := _list_with(part, names)) is not None), None)


def _markup(text: str, edit: str, names: Sequence[str]) -> str | None:
    page = text.lstrip()[:15].lower().startswith(("<!doctype html", "<html"))
    tree = html.document_fromstring(text) if page else etree.fromstring(text.encode())
    leaves = [leaf for name in names if (leaf := _leaf(tree, name)) is not None]
    found = [
        (record, leaf)
        for leaf in leaves
        for other in leaves
        if (record := _below_both(leaf[0], other[0])) is not None
    ]
    if not found:
        return None
    # A name may stand in another record too, as an owner's does: what most pairs agree on is the record.
    tags = Counter(record.tag for record, _ in found)
    record, leaf = next(pair for pair in found if pair[0].tag == tags.most_common(1)[0][0])
    if etree.QName(record).localname.lower() != "tr":
        record = next((above for above in leaf[0].iterancestors("tr")), record)
    rows = [row for row in record.getparent() if row.tag == record.tag]
    if etree.QName(record).localname.lower() == "tr":
        _edit_table(rows, edit, leaf[0])
    elif edit == "reordered columns":
        return None
    else:
        _edit_records(rows, edit, *leaf)
    return html.tostring(tree, encoding="unicode") if page else etree.tostring(tree, encoding="unicode")


Leaf = tuple[Any, str]


def _leaf(tree: Any, name: str) -> Leaf | None:
    """Find the element that holds the name, and the attribute where it is one."""
    for element in tree.iter(etree.Element):
        if " ".join("".join(element.itertext()).split()) == name and not any(
            " ".join("".join(child.itertext()).split()) == name for child in element
        ):
            return element, ""
        for key, value in element.attrib.items():
            if value == name:
                return element, key
    return None


def _below_both(one: Any, other: Any) -> Any:
    """Climb from one leaf to just below what the two have in common: that is a record."""
    if one is other:
        return None
    above = [other, *other.iterancestors()]
    for element in (one, *one.iterancestors()):
        if element in above:
            return None
        if element.getparent() in above:
            return element
    return None


def _edit_records(rows: list[Any], edit: str, leaf: Any, attribute: str) -> None:
    parent = rows[0].getparent()
    match edit:
        case "a new column":
            for row in rows:
                tag = etree.QName(row).namespace
                child = etree.SubElement(row, f"{{{tag}}}NewField" if tag else "NewField")
                child.text = STRANGER
        case "no column of names":
            for row in rows:
                for element in list(row.iter(leaf.tag)):
                    if attribute:
                        element.attrib.pop(attribute, None)
                    else:
                        element.getparent().remove(element)
        case "half of the rows":
            for row in rows[(len(rows) + 1) // 2 :]:
                parent.remove(row)
        case _:
            parent.append(copy.deepcopy(rows[0]))


def _edit_table(rows: list[Any], edit: str, leaf: Any) -> None:
    table = next(
        element for element in rows[0].iterancestors() if etree.QName(element).localname.lower() == "table"
    )
    cell = next(element for element in (leaf, *leaf.iterancestors()) if element.getparent() in rows)
    column = list(cell.getparent()).index(cell)
    every = [row for row in table.iter(etree.Element) if etree.QName(row).localname.lower() == "tr"]
    body = [row for row in rows if etree.QName(row[0]).localname.lower() == "td"]
    match edit:
        case "reordered columns":
            for row in every:
                row.append(row[0])
        case "a new column":
            for row in every:
                etree.SubElement(row, row[-1].tag).text = STRANGER
        case "no column of names":
            for row in every:
                if len(row) > column:
                    row.remove(row[column])
        case "half of the rows":
            for parent in {row.getparent() for row in table.getroottree().iter("{*}tr", "{*}TR")}:
                rows = [row for row in parent if len(row) and etree.QName(row[0]).localname.lower() == "td"]
                for row in rows[len(rows) // 2 :]:
                    parent.remove(row)
        case _:
            body[-1].getparent().append(copy.deepcopy(body[-1]))
