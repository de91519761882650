"""Which encoding a text file is in, when nobody says so."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from pathlib import Path

from charset_normalizer import from_bytes

from ingest.errors import IngestError

BLOCK = 1 << 20
# Bytes of lines beyond ASCII that are weighed; more would not change the answer.
SAMPLE = 64 * 1024
LINE = SAMPLE
CONTROLS = bytes({*range(9), *range(14, 27), *range(28, 32)})
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# For each East Asian encoding: which decoder, and the pattern of a character that common words are written with. The
# first planes of these tables hold the few thousand characters of daily use, sorted by frequency of use.
EAST_ASIAN = (
    ("cp949", re.compile(rb"[\xb0-\xc8][\xa1-\xfe]")),
    ("big5", re.compile(rb"[\xa4-\xc6\xa1][\x40-\x7e\xa1-\xfe]")),
    ("cp932", re.compile(rb"[\x82\x83][\x40-\xf1]|[\x88-\x97\x81][\x40-\x7e\x80-\xfc]")),
    ("euc_jp", re.compile(rb"[\xa4\xa5][\xa1-\xf6]|[\xb0-\xcf][\xa1-\xfe]")),
    ("gb18030", re.compile(rb"[\xb0-\xd7\xa3][\xa1-\xfe]")),
)
# The share of pairs that must be common characters.
COMMON = 0.85
# Pages of Latin letters, the likeliest first; of those that read a text equally well the first is taken.
LATIN = ("cp1252", "cp1254", "cp1250", "cp1257")
OTHER_SCRIPTS = ("cp1251", "cp1253", "cp1255", "cp1256", "koi8_r")
# What stands within words only where the page is wrong: Icelandic letters are rarer than Turkish or Polish ones.
STRANGE = frozenset("ðþÐÞ")
WORDS = re.compile(r"\S*[^\x00-\x7f]\S*")


def encoding_of(path: Path, called: str) -> str:
    """Name the encoding of a text file: by its mark, else UTF-8 if all of it is, else by what its words look like.

    Reads the file once where it is UTF-8. Raises IngestError, with what the file is called, for what is no text.
    """
    with path.open("rb") as stream:
        head = stream.read(BLOCK)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if wide := _without_mark(head):
        return wide
    controls = len(head) - len(head.translate(None, CONTROLS))
    # A stray one is dropped with its row told; a file full of them is a picture or a program.
    if controls > 16 + len(head) // 50:
        raise IngestError(f"{called} is not a spreadsheet: it holds bytes that no text has.")
    lines = _not_utf8(path)
    return _by_words(lines) if lines else "utf-8"


def _without_mark(head: bytes) -> str:
    """Recognise UTF-16 of mostly Latin text, whose every second byte is nothing."""
    pairs = len(head) // 2
    if pairs < 4:
        return ""
    for name, nothing in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if nothing.count(0) > 0.4 * pairs and head.count(0) < 0.6 * len(head):
            return name
    return ""


def _not_utf8(path: Path) -> bytes:
    """Return lines that hold more than ASCII from the first byte on that is no UTF-8; nothing where all of it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        try:
            while block := stream.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            stream.seek(0)
            return _beyond_ascii(iter(lambda: stream.readline(LINE), b""))
    return b""


def _beyond_ascii(lines: Iterable[bytes]) -> bytes:
    kept: list[bytes] = []
    size = 0
    for line in lines:
        if not line.isascii():
            kept.append(line)
            size += len(kept[-1])
            if size > SAMPLE:
                break
    return b"".join(kept)


def _by_words(sample: bytes) -> str:
    scores = {name: _commonness(sample, name, common) for name, common in EAST_ASIAN}
    # Of equal ones the first: its characters fill less of the table, so they are less likely to be there by chance.
    best = max(scores, key=lambda name: scores[name])
    if scores[best] >= COMMON:
        return best
    strange = {name: _strangeness(sample.decode(name, "replace")) for name in LATIN}
    latin = min(strange, key=lambda name: strange[name])
    if strange[latin] < 0.3:
        return latin
    guess = from_bytes(sample, cp_isolation=list(OTHER_SCRIPTS)).best()
    return guess.encoding if guess is not None and guess.encoding in OTHER_SCRIPTS else "cp1251"


def _strangeness(text: str) -> float:
    """Return how often what is beyond ASCII is no letter beside one, a rare letter, or most of its word."""
    found = strange = 0
    for word in WORDS.findall(text):
        wide = [at for at, char in enumerate(word) if ord(char) > 0x7F]
        letters = [char for char in word if char.isalpha()]
        found += len(wide)
        if len(letters) > 2 and sum(ord(char) > 0x7F for char in letters) > 0.9 * len(letters):
            strange += len(wide)
            continue
        for at in wide:
            beside = word[at - 1 : at] + word[at + 1 : at + 2]
            strange += word[at] in STRANGE or (not word[at].isalpha() and any(map(str.isalpha, beside)))
    return strange / found if found else 0.0


def _commonness(sample: bytes, encoding: str, common: re.Pattern[bytes]) -> float:
    """Return the share of a sample's double-byte characters that common words are written with, 0 if it cannot be read."""
    # What was cut in the middle of a character ends at a line's end.
    whole = sample[: sample.rfind(b"\n") + 1] or sample
    try:
        text = whole.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    wide = [char for char in text if ord(char) > 0x7F]
    pairs = sum(len(char.encode(encoding, "replace")) > 1 for char in wide)
    # In a Western file the bytes beyond ASCII stand alone among letters; in these they come in rows.
    neighbours = len(re.findall(r"[^\x00-\x7f]{2,}", text))
    if not pairs or not neighbours:
        return 0.0
    known = sum(common.fullmatch(char.encode(encoding, "replace")) is not None for char in wide)
    return known / len(wide)
