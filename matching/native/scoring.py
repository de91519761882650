"""The score of two names of which one or both are in Han, kana or Hangul, and what each part of it comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from matching import trees
from matching.names import clean
from matching.native import crossing, same
from matching.native.spans import English, Native, Span, read_english, read_native
from matching.records import AlignedToken
from matching.scripts import KANA, UNSPACED, simplify

NOT_EXACT = 0.96  # at most, where the characters are not the same
NUMBERS_DIFFER = 0.50  # 16호, Fifteenth
BUSINESS_DIFFERS = 0.745  # 金山云, 金山石化: at most a sister, as in Latin letters
NOT_CARRIED = 0.60  # the place agrees, and nothing of the trade name, in meaning or sound
OTHER_CHARACTERS = 0.60  # 大华, 达华: one sound, two companies
NEARLY = 0.72
SHARED = 0.7  # of the shorter name's characters: 阿里云, 阿里巴巴
READ = 0.7  # of the words, where one name is the other read aloud
SOUNDS = 0.50  # from which on a trade name is heard in the other


class Told(NamedTuple):
    """One pair explained: its score, its words side by side, points and details by heading, and conflicts."""

    score: float
    tokens: tuple[AlignedToken, ...]
    points: tuple[tuple[str, float, str], ...]
    conflicts: tuple[str, ...]


class _Pair(NamedTuple):
    family: str
    features: tuple[tuple[str, str], ...]
    values: tuple[float, ...]
    spans: tuple[Span, ...]
    ceiling: tuple[float, str, str]


@lru_cache(maxsize=20_000)
def _measure(left: str, right: str) -> _Pair:
    if UNSPACED.search(left) and UNSPACED.search(right):
        ours, theirs = read_native(left), read_native(right)
        values = same.measure(ours, theirs)
        # Marks of an exchange (ST, KY, A) are no part of the name that the rest is compared with.
        marked = re.search("[A-Za-z]", left + right) is not None
        return _Pair("native", same.FEATURES, values, (), _other_characters(values, ours, theirs, marked))
    native, english = _sides(left, right)
    values, spans = crossing.measure(native, english)
    told = dict(zip((name for name, _ in crossing.FEATURES), values, strict=True))
    ceiling = _ceiling(told, native.numbers, english.numbers)
    return _Pair("crossing", crossing.FEATURES, values, tuple(spans), ceiling)


def _other_characters(
    values: tuple[float, ...], ours: Native, theirs: Native, marked: bool
) -> tuple[float, str, str]:
    told = dict(zip((name for name, _ in same.FEATURES), values, strict=True))
    alike = told["same trade name"] or told["characters in order"]
    within = told["trade name within the other"]
    sounded = KANA.search(ours.characters + theirs.characters) or told["Hangul"]
    same_length = told["trade name, shorter"] == told["trade name, longer"]
    other = not within and same_length and told["trade names alike"] < NEARLY
    parted = not marked and told["common characters of the shorter"] < SHARED
    if not alike and not sounded and (other or parted):
        return OTHER_CHARACTERS, "trade name", "the trade names are written with other characters"
    if told["business"]:
        return BUSINESS_DIFFERS, "business", "names that differ in business are at most a possible match"
    return _ceiling({}, ours.numbers, theirs.numbers)


def _ceiling(
    values: dict[str, float], ours: frozenset[str], theirs: frozenset[str]
) -> tuple[float, str, str]:
    if ours and theirs and not ours & theirs:
        return NUMBERS_DIFFER, "number", "names that differ in a number are different parties"
    carried = not values or any(
        values[name] for name in ("trade name told", "distinctive words told", "initials of the words")
    )
    left = values.get("distinctive words untold", 0) + values.get("characters untold", 0) > 0
    heard = ("sound of what is left", "sound of the whole", "consonants of what is left")
    if not carried and left and values["place agrees"] and max(values[name] for name in heard) < SOUNDS:
        return NOT_CARRIED, "evidence", "the place agrees, and nothing of the trade name, in meaning or sound"
    return 1.0, "", ""


def _sides(left: str, right: str) -> tuple[Native, English]:
    native, english = (left, right) if UNSPACED.search(left) else (right, left)
    return read_native(native), read_english(english)


def score(left: str, right: str) -> float:
    """Return the score (0..1) of two names; the order does not matter."""
    pair = _measure(*sorted((left, right)))
    found = float(trees.load(pair.family).scores(np.array([pair.values], np.float32))[0])
    return min(found, pair.ceiling[0], _top(left, right))


def _top(left: str, right: str) -> float:
    return 1.0 if simplify(clean(left)) == simplify(clean(right)) else NOT_EXACT


def is_read(left: str, right: str) -> bool:
    """Tell whether a name in one script is one in another, read aloud: its whole trade name, and little else."""
    pair = _measure(*sorted((left, right)))
    told = dict(zip((name for name, _ in pair.features), pair.values, strict=True))
    return told.get("trade name told", 0.0) >= 1 and told.get("words told", 0.0) >= READ


def explain(query: str, candidate: str) -> Told:
    """Explain the score of two names; the points add up to it."""
    pair = _measure(*sorted((query, candidate)))
    model = trees.load(pair.family)
    tokens, rest = _tell_words(query, candidate, pair)
    details = _details(pair, tokens, rest)
    points = trees.points(model, pair.values, pair.features, details)
    total = sum(gained for _, gained, _ in points)
    conflicts = []
    values = dict(zip((name for name, _ in pair.features), pair.values, strict=True))
    if values["place"]:
        conflicts.append("different places")
    ceiling, name, detail = min(pair.ceiling, (_top(query, candidate), "", "the characters are not the same"))
    if name:
        conflicts.append(detail)
    if total > ceiling:
        points = (*points, (name or "exactness", ceiling - total, detail))
    if values["business"]:
        conflicts.append("different business")
    return Told(score(query, candidate), tokens, points, tuple(conflicts))


def _tell_words(query: str, candidate: str, pair: _Pair) -> tuple[tuple[AlignedToken, ...], list[str]]:
    if pair.family == "native":
        return _tell_characters(read_native(query), read_native(candidate)), []
    native, english = _sides(query, candidate)
    swapped = not UNSPACED.search(query)
    told = []
    for span in pair.spans:
        ours = native.written[span.start : span.end]
        theirs = " ".join(english.shown[span.first : span.last])
        weight = round(sum(english.weights[span.first : span.last]), 3)
        told.append(
            AlignedToken(
                *((theirs, ours) if swapped else (ours, theirs)), span.kind, weight, round(span.sure, 3)
            )
        )
    held = {at for span in pair.spans for at in range(span.start, span.end)}
    said = {at for span in pair.spans for at in range(span.first, span.last)}
    rest = _runs(native, held) + [
        (english.shown[at], cls, english.weights[at])
        for at, cls in enumerate(english.classes)
        if at not in said
    ]
    for number, (shown, cls, weight) in enumerate(rest):
        is_native = number < len(rest) - (len(english.words) - len(said))
        pair_shown = (shown, "") if is_native != swapped else ("", shown)
        told.append(AlignedToken(*pair_shown, cls, round(weight, 3), 0.0))
    return tuple(told), [shown for shown, _, _ in rest]


def _runs(native: Native, held: set[int]) -> list[tuple[str, str, float]]:
    # The characters without a partner, neighbours of one class together.
    runs: list[tuple[str, str, float]] = []
    last = -2
    for at, (char, cls) in enumerate(zip(native.written, native.classes, strict=True)):
        if at in held:
            continue
        if runs and last == at - 1 and runs[-1][1] == cls:
            runs[-1] = (runs[-1][0] + char, cls, 1.0)
        else:
            runs.append((char, cls, 1.0))
        last = at
    return runs


def _tell_characters(ours: Native, theirs: Native) -> tuple[AlignedToken, ...]:
    # The longest common run, again and again, is what an analyst would underline.
    told = []
    left, right = ours.characters, theirs.characters
    while (common := _longest_common(left, right)) and len(common) > 1:
        told.append(AlignedToken(common, common, "same characters", 1.0, 1.0))
        left, right = left.replace(common, " ", 1), right.replace(common, " ", 1)
    for side, rest in enumerate((left, right)):
        for piece in rest.split():
            told.append(AlignedToken("" if side else piece, piece if side else "", "name", 1.0, 0.0))
    return tuple(told)


def _longest_common(left: str, right: str) -> str:
    best = ""
    for start in range(len(left)):
        for end in range(start + len(best) + 1, len(left) + 1):
            piece = left[start:end]
            if " " in piece or piece not in right:
                break
            best = piece
    return best


def _details(pair: _Pair, tokens: Sequence[AlignedToken], rest: Sequence[str]) -> dict[str, str]:
    values = dict(zip((name for name, _ in pair.features), pair.values, strict=True))
    agreed = ", ".join(
        f"{token.query} = {token.candidate}" for token in tokens if token.query and token.candidate
    )
    told = {
        "words that agree": f"agreed: {agreed}" if agreed else "no word agrees",
        "words left over": f"without a partner: {', '.join(rest)}" if rest else "no word is left over",
        "place": "the places differ" if values["place"] else "the places do not differ",
        "number": "the numbers differ" if values["number"] else "no number differs",
        "business": "the business differs" if values["business"] else "the business does not differ",
        "script": "the scripts, and how the name is read",
        "length": "the lengths of the names",
        "legal form": "the legal forms",
    }
    if pair.family == "native":
        share = values["common characters"]
        return told | {
            "characters": f"{share:.0%} of the characters are common",
            "trade name": "the trade name is the same"
            if values["same trade name"]
            else f"the trade names are {values['trade names alike']:.0%} alike",
            "reading": f"the readings are {values['readings alike']:.0%} alike",
        }
    return told | {"sound": f"what is left sounds {values['sound of what is left']:.0%} alike"}
