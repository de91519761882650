"""Which characters of a native name say which words of an English one: by meaning, or by how they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from matching.encoding import rarity
from matching.lexicon import lexicon
from matching.names import Analysis, Token, analyse, fold
from matching.native.glosses import MAX_CHARACTERS, STEM, brands, meanings, same_stem
from matching.native.readings import japanese, language, letter_names, mandarin, wade_giles
from matching.scripts import HAN, HANGUL, simplify
from matching.sounding import sound

MAX_WORDS = 3
MAX_NAME = 40  # characters that are looked at
CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z]{2})|(?<=&)|(?=&)")
GUMI = "gumi"  # how builders' names end
MIN_GLUED, MIN_ENDING = 7, 5  # letters of two words written as one, and of the second
ENDINGS = ("technology", "industry", "electronic", "electric", "system")  # besides words of one business
READ, MEANT, SPELT = "same reading", "translation", "initials"


class Native(NamedTuple):
    """A native name without its legal form: its characters, the class of each, its form, numbers and how it is read."""

    characters: str
    classes: tuple[str, ...]
    keys: tuple[tuple[int, int, str, str], ...]  # (start, end, class, key) of the lexicon's words
    form: str
    numbers: frozenset[str]
    language: str
    written: str  # the characters before they were simplified: what a Japanese reading needs


class English(NamedTuple):
    """An English name without its legal form: words in lower case, their classes, keys and rarity."""

    words: tuple[str, ...]
    classes: tuple[str, ...]
    keys: tuple[str, ...]
    weights: tuple[float, ...]
    shown: tuple[str, ...]
    form: str
    numbers: frozenset[str]


class Span(NamedTuple):
    """Characters start:end that say the words first:last, how, and how surely (0..1)."""

    start: int
    end: int
    first: int
    last: int
    kind: str
    sure: float


def split(analysis: Analysis) -> tuple[list[Token], str]:
    """Part a name's words from its legal form, which is returned as written."""
    content = [token for token in analysis.tokens if token.cls != "form"]
    return content, "".join(token.shown for token in analysis.tokens if token.cls == "form")


@lru_cache(maxsize=20_000)
def read_native(text: str) -> Native:
    """Take a native name apart."""
    content, form = split(analyse(text))
    characters, classes, keys = "", [], []
    shown = None
    for token in content:
        if token.shown == shown and not token.shown.isascii():
            # A compound of two meanings stands there once; both its keys cover it.
            keys.append((keys[-1][0], len(characters), token.cls, token.key) if keys else (0, 0, "", ""))
            continue
        shown = token.shown
        start = len(characters)
        characters += token.shown
        classes += [token.cls] * len(token.shown)
        if token.cls not in ("name", "number"):
            keys.append((start, len(characters), token.cls, token.key))
    numbers = frozenset(token.key for token in content if token.cls == "number")
    originals = {simplify(char): char for char in text}
    return Native(
        characters[:MAX_NAME],
        tuple(classes[:MAX_NAME]),
        tuple(keys),
        form,
        numbers,
        language(characters, form),
        "".join(originals.get(char, char) for char in characters[:MAX_NAME]),
    )


@lru_cache(maxsize=20_000)
def read_english(text: str) -> English:
    """Take an English name apart."""
    content, form = split(analyse(_unglue(text)))
    return English(
        tuple(token.text for token in content),
        tuple(token.cls for token in content),
        tuple(token.key for token in content),
        tuple(rarity(token.text) for token in content),
        tuple(token.shown for token in content),
        form,
        frozenset(token.key for token in content if token.cls == "number"),
    )


def _unglue(text: str) -> str:
    # Registers drop spaces: "MiyoshiOil&FatCo.,Ltd.", "MOONBAESTEEL Co.,Ltd".
    if " " not in text.strip():
        text = CAPITALS.sub(" ", text)
    return " ".join(_part(word) for word in text.split())


@lru_cache(maxsize=20_000)
def _part(word: str) -> str:
    folded = word.casefold()
    known = lexicon().latin
    if len(folded) < MIN_GLUED or not folded.isalpha() or folded in known:
        return word
    for at in range(2, len(folded) - MIN_ENDING + 1):
        entry = known.get(folded[at:])
        if entry and (entry.cls == "industry" or entry.keys[0] in ENDINGS):
            return f"{word[:at]} {word[at:]}"
    return word


def cover(native: Native, english: English) -> list[Span]:
    """Pair characters with words, the longest and surest spans first; no character and no word is in two of them."""
    candidates = [span for span in _candidates(native, english) if span.sure > 0]
    candidates.sort(
        key=lambda s: (-(s.end - s.start) * s.sure - 0.5 * (s.last - s.first), s.start, s.first, s.kind)
    )
    chars, words = [False] * len(native.characters), [False] * len(english.words)
    chosen = []
    for span in candidates:
        if any(chars[span.start : span.end]) or any(words[span.first : span.last]):
            continue
        chars[span.start : span.end] = [True] * (span.end - span.start)
        words[span.first : span.last] = [True] * (span.last - span.first)
        chosen.append(span)
    return sorted(chosen)


def _candidates(native: Native, english: English) -> Iterator[Span]:
    runs = {
        (first, last): "".join(english.words[first:last])
        for first in range(len(english.words))
        for last in range(first + 1, min(first + MAX_WORDS, len(english.words)) + 1)
    }
    heads = frozenset(word[:STEM] for word in english.words)
    by_text: dict[str, list[tuple[int, int]]] = {}
    by_sound: dict[str, list[tuple[int, int]]] = {}
    for place, text in runs.items():
        by_text.setdefault(text, []).append(place)
        by_sound.setdefault(sound(text), []).append(place)
    for start, end, cls, key in native.keys:
        for at, (other, other_key) in enumerate(zip(english.classes, english.keys, strict=True)):
            if other == cls and other_key == key:
                yield Span(start, min(end, len(native.characters)), at, at + 1, MEANT, 1.0)
    for start in range(len(native.characters)):
        for end in range(start + 1, min(start + MAX_CHARACTERS, len(native.characters)) + 1):
            piece = native.characters[start:end]
            for told in brands(piece):
                for first, last in by_text.get("".join(told), ()):
                    yield Span(start, end, first, last, READ, 1.0)
            if end - start > 1:
                yield from _translated(piece, start, end, english, heads)
            if piece.isascii():
                for first, last in by_text.get(piece, ()):
                    yield Span(start, end, first, last, "same", 1.0)
                continue
            for text, sure in _read(piece, native.language):
                for first, last in (
                    by_text.get(text, ()) if native.language != "ja" else by_sound.get(text, ())
                ):
                    yield Span(start, end, first, last, READ, sure)
            if end - start >= 2 and native.language != "ja" and HAN.fullmatch(piece):
                letters = "".join(syllable[:1] for syllable in mandarin(piece))
                for first, last in by_text.get(letters, ()) if len(letters) >= 3 else ():
                    yield Span(start, end, first, last, SPELT, 0.8)
    if native.language in ("ja", ""):
        yield from _read_japanese(native, by_sound)
    if native.language in ("ja", "ko"):
        yield from _spelt_out(native, by_text)


def _translated(piece: str, start: int, end: int, english: English, heads: frozenset[str]) -> Iterator[Span]:
    for told in meanings(piece):
        # Two forms of a word begin alike.
        if told[0][:STEM] not in heads:
            continue
        size = len(told)
        for first in range(len(english.words) - size + 1):
            asked = english.words[first : first + size]
            if all(same_stem(one, other) for one, other in zip(asked, told, strict=True)):
                yield Span(start, end, first, first + size, MEANT, 0.95)


@lru_cache(maxsize=20_000)
def _read(piece: str, spoken: str) -> tuple[tuple[str, float], ...]:
    if HANGUL.search(piece):
        return ((fold(piece), 1.0),)
    if spoken == "ja" or not HAN.fullmatch(piece):
        return ()
    syllables = mandarin(piece)
    pinyin = "".join(syllables)
    # One syllable is a word of English too often.
    sure = 1.0 if len(syllables) > 1 else 0.5 if len(pinyin) > 3 else 0.3
    found = {pinyin: sure}
    found.setdefault("".join(map(wade_giles, syllables)), 0.9 * sure)
    return tuple(found.items())


def _read_japanese(native: Native, by_sound: dict[str, list[tuple[int, int]]]) -> Iterator[Span]:
    words = japanese(native.written)
    place = 0
    places = []
    for written, reading in words:
        places.append((place, place + len(written), reading))
        place += len(written)
    for at in range(len(places)):
        reading = ""
        for other in range(at, min(at + 4, len(places))):
            reading = sound(reading + places[other][2])
            start, end = places[at][0], places[other][1]
            for first, last in by_sound.get(reading, ()):
                yield Span(start, end, first, last, READ, 1.0 if len(reading) > 2 else 0.4)
            if reading.endswith(GUMI) and len(reading) > len(GUMI):
                # 大林組 is Obayashi.
                for first, last in by_sound.get(reading.removesuffix(GUMI), ()):
                    yield Span(start, end, first, last, READ, 1.0)


def _spelt_out(native: Native, by_text: dict[str, list[tuple[int, int]]]) -> Iterator[Span]:
    for text, places in by_text.items():
        if (names := letter_names(text)) and (found := names.search(native.characters)):
            for first, last in places:
                yield Span(found.start(), found.end(), first, last, READ, 1.0 if len(text) > 2 else 0.9)


def left_over(native: Native, english: English, spans: Sequence[Span]) -> tuple[str, list[int]]:
    """Return the trade-name characters and the distinctive words that no span holds."""
    held = {at for span in spans for at in range(span.start, span.end)}
    told = {at for span in spans for at in range(span.first, span.last)}
    characters = "".join(
        char for at, char in enumerate(native.characters) if at not in held and native.classes[at] == "name"
    )
    return characters, [
        at for at in range(len(english.words)) if at not in told and english.classes[at] == "name"
    ]
