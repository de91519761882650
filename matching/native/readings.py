"""How native names are read: Mandarin by pypinyin, Japanese by Sudachi, Korean as it is written."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from pypinyin import lazy_pinyin
from sudachipy import Dictionary, SplitMode

from matching.names import fold
from matching.scripts import HAN, HANGUL, KANA
from matching.sounding import sound

# Spellings of Taiwan and Hong Kong by their Mandarin syllable, where Wade-Giles (1892, as Taiwan uses it, without marks) differs.
_INITIALS = (("zh", "ch"), ("j", "ch"), ("q", "ch"), ("x", "hs"), ("r", "j"), ("z", "ts"), ("c", "ts"))
_STOPS = (("b", "p"), ("d", "t"), ("g", "k"))
_FINALS = (("ong", "ung"), ("ian", "ien"), ("ue", "ueh"), ("ie", "ieh"))


@cache
def _tokenizer() -> Any:
    return Dictionary(dict="core").tokenizer()


@lru_cache(maxsize=20_000)
def mandarin(text: str) -> tuple[str, ...]:
    """Return the pinyin of each character that has one, without tones."""
    return tuple(reading.replace("v", "u") for reading in lazy_pinyin(text, errors="ignore"))


@lru_cache(maxsize=20_000)
def wade_giles(syllable: str) -> str:
    """Write a pinyin syllable as Taiwan spells it (ts'ai and tsai are one)."""
    for pinyin, spelt in (*_INITIALS, *_STOPS):
        if syllable.startswith(pinyin) and not (pinyin == "c" and syllable.startswith("ch")):
            syllable = spelt + syllable[len(pinyin) :]
            break
    for pinyin, spelt in _FINALS:
        if syllable.endswith(pinyin):
            return syllable[: -len(pinyin)] + spelt
    return syllable


@lru_cache(maxsize=20_000)
def japanese(text: str) -> tuple[tuple[str, str], ...]:
    """Return the words of a text as (as written, its reading in lower-case letters), by Sudachi's shortest split."""
    words = []
    for word in _tokenizer().tokenize(text, SplitMode.A):
        reading = word.reading_form()
        words.append(
            (word.surface(), sound(fold(reading)) if KANA.search(reading) else sound(word.surface()))
        )
    return tuple(words)


def language(native: str, forms: str) -> str:
    """Tell how a native name is read: "ja", "zh", "ko", or "" where it may be Japanese or Chinese; forms is its legal form."""
    if HANGUL.search(native) or "주식회사" in forms:
        return "ko"
    if KANA.search(native) or any(mark in forms for mark in ("会社", "會社", "会社")):
        return "ja"
    return "zh" if "公司" in forms or "股份" in forms or not HAN.search(native) else ""
