"""How native names are read: Mandarin by pypinyin, Japanese by Sudachi, Korean as it is written."""

from __future__ import annotations

import re
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

# How the letters of the alphabet are named in Japanese and Korean: エヌ・テイ・ティ is NTT, 엘지 is LG.
_NAMES = {
    "a": "エー|エイ|ェイ|에이",
    "b": "ビー|ビイ|ビ|비",
    "c": "シー|シイ|씨|시",
    "d": "ディー|デイー|デー|ディ|디",
    "e": "イー|イ|이",
    "f": "エフ|에프",
    "g": "ジー|ジイ|지",
    "h": "エイチ|エッチ|에이치|에치",
    "i": "アイ|아이",
    "j": "ジェイ|ジェー|ジエイ|제이",
    "k": "ケイ|ケー|ケ|케이",
    "l": "エル|엘",
    "m": "エム|엠",
    "n": "エヌ|엔|앤",
    "o": "オー|オ|오",
    "p": "ピー|ピイ|ピ|피",
    "q": "キュー|큐",
    "r": "アール|알|아르",
    "s": "エス|에스",
    "t": "ティー|ティ|テイ|テー|티",
    "u": "ユー|ユ|유",
    "v": "ブイ|ヴイ|ヴィー|브이",
    "w": "ダブリュー|ダブリュ|ダブル|더블유|더블류",
    "x": "エックス|エクス|엑스",
    "y": "ワイ|와이",
    "z": "ゼット|ズィー|ジー|제트|지",
    "2": "ツー|투",
    "4": "フォー|포",
}
MAX_SPELT = 6  # letters that are spelt one by one


@lru_cache(maxsize=20_000)
def letter_names(word: str) -> re.Pattern[str] | None:
    """Return what finds a word of a few letters spelt out by the names of its letters, None for other words."""
    if not 2 <= len(word) <= MAX_SPELT or not all(char in _NAMES for char in word):
        return None
    return re.compile("".join(f"(?:{_NAMES[char]})" for char in word))


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
