"""Stream the entries of a large JSON file: one array of them, or one entry per line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Any

from ingest.errors import IngestError
from ingest.files import CHUNK, RawFile, refuse_html

# What may stand before, between and after the entries.
BETWEEN = re.compile(r"[\s,]*")
# An entry longer than this is none: the file has lost its form.
LONGEST = 16 << 20


def entries(file: RawFile) -> Iterator[dict[str, Any]]:
    """Yield the entries without holding more than one chunk. Raises IngestError for what is no such file."""
    refuse_html(file)
    if file.size == 0:
        raise IngestError(f"{file.name} is empty.")
    number = 0
    try:
        with file.path.open(encoding="utf-8-sig") as stream:
            for number, entry in enumerate(_values(stream), start=1):
                if not isinstance(entry, dict):
                    raise IngestError(f"{file.name} is not a list of entries (after entry {number - 1:,}).")
                yield entry
    except UnicodeDecodeError as error:
        raise IngestError(f"{file.name} is not in UTF-8 (after entry {number:,}).") from error
    except (json.JSONDecodeError, RecursionError) as error:
        why = error.msg if isinstance(error, json.JSONDecodeError) else "it nests too deeply"
        raise IngestError(f"{file.name} is cut off or not JSON (after entry {number:,}): {why}.") from error


def _values(stream: IO[str]) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    text = stream.read(CHUNK).lstrip()
    whole = text.startswith("[")
    at = 1 if whole else 0
    while True:
        at = BETWEEN.match(text, at).end()  # type: ignore[union-attr]
        if whole and text[at : at + 1] == "]":
            if (text[at + 1 :] + stream.read(CHUNK)).strip():
                raise json.JSONDecodeError("something follows the array", text, at)
            return
        try:
            value, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            more = stream.read(CHUNK)
            if not more and not whole and at == len(text):
                return
            if not more or len(text) - at > LONGEST:
                raise
            text, at = text[at:] + more, 0
            continue
        at = end
        yield value
