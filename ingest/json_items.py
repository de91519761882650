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

    Raises IngestError for a file that is cut off, no JSON, or in another encoding than UTF-8.
    """
    refuse_html(file)
    try:
        with file.path.open(encoding="utf-8-sig") as stream:
            text, at = _opened(stream, arrays)
            yield from _objects(file, stream, text, at)
    except UnicodeDecodeError as error:
        raise IngestError(f"{file.name} is not in UTF-8: byte {error.start} cannot be read.") from error


def _opened(stream: IO[str], arrays: tuple[str, ...]) -> tuple[str, int]:
    """Read the file's begin; return it with the place where the first item begins."""
    text = stream.read(CHUNK)
    start = GAP.match(text).end()  # type: ignore[union-attr]
    if text[start : start + 1] == "[":
        return text, start + 1
    if arrays:
        named = re.search(rf'"(?:{"|".join(arrays)})"\s*:\s*(?:\[|(?=\{{))', text)
        if named:
            return text, named.end()
    return text, start


def _objects(file: RawFile, stream: IO[str], text: str, at: int) -> Iterator[dict[str, Any]]:
    found, ended = 0, False
    while True:
        at = GAP.match(text, at).end()  # type: ignore[union-attr]
        try:
            if text[at : at + 1] in ("]", "}") and found:
                return
            item, at = _decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            if not ended and len(text) - at < MOST:
                more = stream.read(CHUNK)
                text, at, ended = text[at:] + more, 0, not more
                continue
            if found and at == len(text):
                return
            raise IngestError(
                f"{file.name} is cut off or not JSON after item {found:,}: {error.msg}."
            ) from error
        if not isinstance(item, dict):
            raise IngestError(f"{file.name}: item {found + 1:,} is no object but {type(item).__name__}.")
        found += 1
        yield item
