"""Names taken apart, as arrays: what the kernels of matching.pairing read."""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.han import reads_as_pinyin, reads_as_syllables
from matching.lexicon import DATA, lexicon
from matching.names import Analysis
from matching.scripts import UNSPACED

CLASSES = ("name", "place", "industry", "generic", "structure", "number", "form")
CLASS = {cls: at for at, cls in enumerate(CLASSES)}
MAX_LETTERS = 255  # of a word
NO_PLACE = -1
# The legal forms that matter to tell companies apart, by what their written forms contain.
FORM_BITS = {
    "ltd": 1,
    "inc": 2,
    "corp": 4,
    "llc": 8,
    "jsc": 16,
    "plc": 32,
    "gmbh": 64,
    "co": 128,
    "lp": 256,
    "": 512,  # any other
}
FORM_WORDS = (
    ("limitedliability", "llc"),
    ("llc", "llc"),
    ("ooo", "llc"),
    ("limited", "ltd"),
    ("ltd", "ltd"),
    ("incorporated", "inc"),
    ("inc", "inc"),
    ("corp", "corp"),
    ("stock", "jsc"),
    ("jsc", "jsc"),
    ("pao", "jsc"),
    ("oao", "jsc"),
    ("zao", "jsc"),
    ("plc", "plc"),
    ("gmbh", "gmbh"),
    ("company", "co"),
    ("co", "co"),
    ("lp", "lp"),
)
# Short words are borne by many companies for different reasons.
EVERYDAY = 0.7
HOMOPHONE = 0.9
FEW_SYLLABLES = 8  # letters
SHORT = {1: 0.3, 2: 0.6, 3: 0.8}


class Encoded(NamedTuple):
    """Names as read-only arrays; name n has the words first[n]:first[n + 1].

    cls is a position in CLASSES; text and key hash a word and its meaning; start and length cut it from letters (ASCII);
    weight is its rarity in 0..1 (matching/data/frequencies.csv); place numbers the places of the lexicon;
    syllabic marks words that read as Mandarin or Japanese syllables. forms is a mask
    of FORM_BITS and unspaced marks names in Han, kana or Hangul, an entry per name; order is a hash of the whole name.
    """

    first: NDArray[np.int32]
    cls: NDArray[np.uint8]
    text: NDArray[np.uint64]
    key: NDArray[np.uint64]
    start: NDArray[np.int32]
    length: NDArray[np.uint8]
    letters: NDArray[np.uint8]
    weight: NDArray[np.float32]
    place: NDArray[np.int16]
    syllabic: NDArray[np.uint8]
    forms: NDArray[np.uint16]
    unspaced: NDArray[np.uint8]
    order: NDArray[np.uint64]

    def __len__(self) -> int:
        # Not the number of fields, which a tuple's own would be.
        return len(self.forms)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by name, as they are saved."""
        return self._asdict()

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Encoded:
        """Make names of saved arrays, without a copy where they are read-only and contiguous already."""
        return cls(**{field: _frozen(arrays[field]) for field in cls._fields})


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    # Read-only arrays are a type of their own to numba: one for all, mapped from a file or not.
    if array.flags.writeable or not array.flags.c_contiguous:
        array = np.ascontiguousarray(array).view()
        array.flags.writeable = False
    return np.asarray(array)


# What a word is, packed, so that the words of many names are one run of bytes.
FACTS = np.dtype(
    [
        ("text", np.uint64),
        ("key", np.uint64),
        ("weight", np.float32),
        ("place", np.int16),
        ("forms", np.uint16),
        ("cls", np.uint8),
        ("length", np.uint8),
        ("syllabic", np.uint8),
        ("unspaced", np.uint8),
    ]
)


def encode(analyses: Sequence[Analysis]) -> Encoded:
    """Turn analysed names into arrays."""
    told = [
        _facts(text, cls, key, shown) for analysis in analyses for text, cls, key, shown in analysis.tokens
    ]
    facts = np.frombuffer(b"".join([packed for packed, _ in told]), FACTS)
    first = np.zeros(len(analyses) + 1, np.int32)
    np.cumsum([len(analysis.tokens) for analysis in analyses], out=first[1:])
    lengths = facts["length"]
    arrays: dict[str, NDArray[Any]] = {
        "first": first,
        **{
            name: facts[name].copy()
            for name in ("cls", "text", "key", "length", "weight", "place", "syllabic")
        },
        "start": (np.cumsum(lengths, dtype=np.int64) - lengths).astype(np.int32),
        "letters": np.frombuffer(b"".join([letters for _, letters in told]), np.uint8),
        "forms": _merged(facts["forms"], first),
        "unspaced": _merged(facts["unspaced"], first),
        "order": np.array([hash_text(analysis.normal) for analysis in analyses], np.uint64),
    }
    return Encoded.of(arrays)


def _merged(masks: NDArray[Any], first: NDArray[np.int32]) -> NDArray[Any]:
    # The masks of each name's words as one.
    merged = np.zeros(len(first) - 1, masks.dtype)
    np.bitwise_or.at(merged, np.repeat(np.arange(len(merged)), np.diff(first)), masks)
    return merged


def join(parts: Sequence[Encoded]) -> Encoded:
    """Put encoded names one after the other."""
    arrays = {field: np.concatenate([getattr(part, field) for part in parts]) for field in Encoded._fields}
    words = np.cumsum([0] + [len(part.cls) for part in parts])
    letters = np.cumsum([0] + [len(part.letters) for part in parts])
    first = [part.first[:-1] + words[at] for at, part in enumerate(parts)]
    arrays["first"] = np.concatenate([*first, words[-1:]]).astype(np.int32)
    starts = [part.start + letters[at] for at, part in enumerate(parts)]
    arrays["start"] = np.concatenate(starts).astype(np.int32)
    return Encoded.of(arrays)


@lru_cache(maxsize=50_000)
def hash_text(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


@lru_cache(maxsize=100_000)
def _facts(text: str, cls: str, key: str, shown: str) -> tuple[bytes, bytes]:
    letters = text.encode("ascii", "ignore")[:MAX_LETTERS]
    facts = np.zeros(1, FACTS)
    facts[0] = (
        hash_text(text),
        hash_text(key),
        rarity(text),
        _places().get(key, NO_PLACE) if cls == "place" else NO_PLACE,
        _forms(text) if cls == "form" else 0,
        CLASS[cls],
        len(letters),
        cls == "name" and reads_as_syllables(text),
        cls != "form" and not shown.isascii() and UNSPACED.search(shown) is not None,
    )
    return facts.tobytes(), letters


def _forms(text: str) -> int:
    found = [bit for written, bit in FORM_WORDS if written in text]
    mask = FORM_BITS[found[0] if found else ""]
    return mask | FORM_BITS["co"] if "co" in found or text.startswith("co") else mask


@cache
def _frequencies() -> tuple[dict[str, int], int]:
    with (DATA / "frequencies.csv").open(encoding="utf-8") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        counts = {row["word"]: int(row["names"]) for row in rows}
    return counts, counts.pop("*")


@cache
def _vocabulary() -> frozenset[str]:
    lines = (DATA / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def measured_words() -> frozenset[str]:
    """Return the words whose rarity is known: the frequent ones of company names and those of everyday English."""
    return _vocabulary() | _frequencies()[0].keys()


@lru_cache(maxsize=50_000)
def rarity(word: str) -> float:
    """Return how rare a word is among company names: 1 for one that nobody else bears.

    Less for words of everyday English, for short words, and for pinyin of a few letters, which stands for many Chinese names.
    """
    counts, names = _frequencies()
    rare = 1 - math.log(1 + counts.get(word, 0)) / math.log(1 + names)
    if word in _vocabulary():
        rare = min(rare, EVERYDAY)
    elif len(word) <= FEW_SYLLABLES and reads_as_pinyin(word):
        rare *= HOMOPHONE
    return rare * SHORT.get(len(word), 1.0)


@cache
def _places() -> dict[str, int]:
    return {key: at for at, key in enumerate(sorted(lexicon().parents))}


@cache
def containment() -> NDArray[np.uint8]:
    """Return for each two places of the lexicon whether one lies in the other, or is it."""
    keys = sorted(lexicon().parents)
    table = np.zeros((len(keys), len(keys)), np.uint8)
    places = _places()
    for inner in keys:
        outer, seen = inner, 0
        while outer in places and seen < 10:
            table[places[inner], places[outer]] = table[places[outer], places[inner]] = 1
            outer, seen = lexicon().parents.get(outer, ""), seen + 1
    table.flags.writeable = False
    return table
