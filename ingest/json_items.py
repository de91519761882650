"""Stream the objects of a JSON file that may be larger than memory: an array, an array in an object, or JSON lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Any

from ingest.errors import IngestError
from ingest.files import CHUNK, RawFile, refuse_html

# Between two items: blanks, commas, line ends.
GAP = re.compile(r"[\s,]*")
# The largest item that can be one; a file without any end would otherwise be read whole.
MOST = 64 * CHUNK
_decoder = json.JSONDecoder()


def items(file: RawFile, *arrays: str) -> Iterator[dict[str, Any]]:
    """Stream the objects of the outermost array, of the array that one of `arrays` names, or of each line.

    Raises IngestError for a file that is empty, cut off, no JSON, or in another encoding than UTF-8.
    """
    refuse_html(file)
    if file.size == 0:
        raise IngestError(f"{file.name} is empty.")
    found = 0
    try:
        with file.path.open(encoding="utf-8-sig") as stream:
            for item in _values(stream, arrays):
                if not isinstance(item, dict):
                    raise IngestError(
                        f"{file.name}: item {found + 1:,} is no object but {type(item).__name__}."
                    )
                found += 1
                yield item
    except UnicodeDecodeError as error:
        raise IngestError(f"{file.name} is not in UTF-8 (after item {found:,}).") from error
    except (json.JSONDecodeError, RecursionError) as error:
        why = error.msg if isinstance(error, json.JSONDecodeError) else "it nests too deeply"
        raise IngestError(f"{file.name} is cut off or not JSON (after item {found:,}): {why}.") from error


def _opened(text: str, arrays: tuple[str, ...]) -> tuple[int, str]:
    """Return the place where the first item begins, and what ends the items: "]" of an array, "}" of an object, or nothing."""
    start = GAP.match(text).end()  # type: ignore[union-attr]
    if text[start : start + 1] == "[":
        return start + 1, "]"
    if arrays:
        named = re.search(rf'"(?:{"|".join(arrays)})"\s*:\s*(\[|(?=\{{))', text)
        if named:
            return named.end(), "]" if named[1] else "}"
    return start, ""


def _values(stream: IO[str], arrays: tuple[str, ...]) -> Iterator[Any]:
    text = stream.read(CHUNK)
    at, end = _opened(text, arrays)
    outermost = end == "]" and not text[: at - 1].strip()
    while True:
        at = GAP.match(text, at).end()  # type: ignore[union-attr]
        if end and text[at : at + 1] == end:
            if outermost and (text[at + 1 :] + stream.read(CHUNK)).strip():
                raise json.JSONDecodeError("something follows the array", text, at)
            return
        try:
            value, after = _decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            more = stream.read(CHUNK)
            if not more and not end and at == len(text):
                return
            if not more or len(text) - at > MOST:
                raise
            text, at = text[at:] + more, 0
            continue
        at = after
        yield value
