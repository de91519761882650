"""What tells two native names apart or together: registered, short, or in kana."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Indel, JaroWinkler, Prefix

from matching.lexicon import contains_place
from matching.native.crossing import reading
from matching.native.spans import Native
from matching.scripts import HANGUL, KANA
from matching.sounding import sound, sounds_like

FEATURES = (
    ("common characters", "characters"),
    ("common characters of the shorter", "characters"),
    ("characters in order", "characters"),
    ("common beginning", "characters"),
    ("same trade name", "trade name"),
    ("trade names alike", "trade name"),
    ("trade name within the other", "trade name"),
    ("trade name's beginning", "trade name"),
    ("trade name, shorter", "length"),
    ("trade name, longer", "length"),
    ("same reading", "reading"),
    ("readings alike", "reading"),
    ("heard alike", "reading"),
    ("place", "place"),
    ("place alone", "place"),
    ("number", "number"),
    ("business", "business"),
    ("business alone", "business"),
    ("other words alone", "business"),
    ("legal forms", "legal form"),
    ("legal form missing", "legal form"),
    ("kana", "script"),
    ("Hangul", "script"),
    ("length, shorter", "length"),
    ("length, longer", "length"),
)


class Parts(NamedTuple):
    """A native name by the class of its characters."""

    name: str
    place: tuple[str, ...]
    industry: frozenset[str]
    other: frozenset[str]


@lru_cache(maxsize=20_000)
def parts(native: Native) -> Parts:
    """Sort the characters of a name."""
    name = "".join(char for char, cls in zip(native.characters, native.classes, strict=True) if cls == "name")
    by_class: dict[str, list[str]] = {"place": [], "industry": [], "other": []}
    for _, _, cls, key in native.keys:
        by_class[cls if cls in by_class else "other"].append(key)
    return Parts(
        name, tuple(by_class["place"]), frozenset(by_class["industry"]), frozenset(by_class["other"])
    )


def measure(left: Native, right: Native) -> tuple[float, ...]:
    """Return the features of two native names, in the order of FEATURES; the order of the names does not matter."""
    short, full = sorted((left, right), key=lambda name: (len(name.characters), name.characters))
    a, b = short.characters, full.characters
    ours, theirs = parts(short), parts(full)
    one, other = sorted((ours.name, theirs.name), key=lambda name: (len(name), name))
    common = Indel.similarity(a, b) / 2 if a and b else 0.0
    spoken = "ja" if "ja" in (left.language, right.language) else ""
    read = tuple(
        sound(reading(name.characters, name.written, spoken or name.language)) for name in (short, full)
    )
    kana = [bool(KANA.search(name.characters)) for name in (left, right)]
    heard = 0.0
    if kana[0] != kana[1] or any(HANGUL.search(name) for name in (a, b)):
        written, letters = (left, right) if kana[1] else (right, left)
        heard = sounds_like(written.written, sound(letters.characters), False, True)
    both = bool(ours.place) and bool(theirs.place)
    near = any(contains_place(x, y) or contains_place(y, x) for x in ours.place for y in theirs.place)
    return (
        2 * common / (len(a) + len(b)) if a or b else 0.0,
        common / len(a) if a else 0.0,
        float(_in_order(a, b)),
        Prefix.normalized_similarity(a, b),
        float(bool(one) and one == other),
        JaroWinkler.similarity(one, other) if one and other else 0.0,
        float(bool(one) and one in other),
        Prefix.similarity(one, other) / len(one) if one else 0.0,
        float(len(one)),
        float(len(other)),
        float(read[0] == read[1] and bool(read[0])),
        Indel.normalized_similarity(*read) if all(read) else 0.0,
        heard,
        float(both and not near),
        float(bool(ours.place) != bool(theirs.place)),
        float(left.numbers != right.numbers),
        float(bool(ours.industry) and bool(theirs.industry) and not ours.industry & theirs.industry),
        float(len(ours.industry ^ theirs.industry)),
        float(len(ours.other ^ theirs.other)),
        float(bool(left.form) and bool(right.form) and left.form == right.form),
        float(bool(left.form) != bool(right.form)),
        float(kana[0] != kana[1]),
        float(bool(HANGUL.search(a + b))),
        float(len(a)),
        float(len(b)),
    )


def _in_order(short: str, full: str) -> bool:
    # An exchange's short name takes characters of the registered one, in order.
    at = -1
    for char in short:
        at = full.find(char, at + 1)
        if at < 0:
            return False
    return bool(short)
