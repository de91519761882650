from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import lazy_pinyin

from matching.lexicon import Entry, lexicon

# "第十三" and "38" inside a Han run; a bare 一 or 三 is more often part of a trade name (三一重工).
NUMBER = re.compile(r"第[零一二三四五六七八九十]+")
DIVISION_ENDS = ("自治区", "自治州", "地区", "省", "市", "县", "区", "州")
MAX_WORD = 10

# Near enough to the 400-odd syllables of mainland pinyin.
PINYIN = re.compile(
    r"((zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(iang|iong|uang|uai|uan|ian|iao|ang|eng|ing|ong|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|[aeiouv]))+"
)


@lru_cache(maxsize=20_000)
def pinyin(text: str) -> tuple[str, ...]:
    """Return the mainland reading of each character, without tones; ü is written v."""
    return tuple(lazy_pinyin(text, errors="ignore"))


# Hepburn syllables as company names write them, long vowels not marked.
ROMAJI = re.compile(
    r"((ky|gy|sh|ch|ny|hy|by|py|my|ry|ts|[kgsztdnhbpmyrwjf])?[aiueo]|n|m(?=[bp])|(k(?=k)|s(?=s)|t(?=[tc])|p(?=p)))+"
)


@lru_cache(maxsize=20_000)
def reads_as_syllables(word: str) -> bool:
    """Tell whether a Latin word reads as Mandarin or Japanese syllables, where one letter makes another name."""
    return reads_as_pinyin(word) or ROMAJI.fullmatch(word) is not None


@lru_cache(maxsize=20_000)
def reads_as_pinyin(word: str) -> bool:
    """Tell whether a Latin word can be read as pinyin syllables, where one letter makes another name."""
    return PINYIN.fullmatch(word) is not None


def segment(run: str) -> list[tuple[str, Entry | None]]:
    """Cut a run of simplified Han characters, kana or Hangul into words with their lexicon entry; None marks a trade name.

    A registered Chinese name is division + trade name + industry + form (Provisions on Enterprise Name Registration,
    State Council Decree 734 of 2020, article 6), so divisions are taken from the front, industry words from the back, forms from anywhere.
    """
    words: list[tuple[str, Entry | None]] = []
    start = 0
    position = 0
    while position < len(run):
        found = _form_at(run, position)
        if found is None and (match := NUMBER.match(run, position)):
            found = match.group(), Entry("number", ())
        if found is None:
            position += 1
            continue
        words += _segment_piece(run[start:position])
        words.append(found)
        position += len(found[0])
        start = position
    return words + _segment_piece(run[start:])


def _form_at(run: str, position: int) -> tuple[str, Entry] | None:
    table = lexicon().han
    for length in range(MAX_WORD, 1, -1):
        word = run[position : position + length]
        if len(word) == length and (entry := table.get(word)) and entry.cls == "form":
            return word, entry
    return None


def _segment_piece(piece: str) -> list[tuple[str, Entry | None]]:
    head: list[tuple[str, Entry | None]] = []
    while piece:
        found = _place_at_start(piece)
        if found is None or len(piece) - len(found[0]) == 1:
            break
        head.append(found)
        piece = piece[len(found[0]) :]
        for ending in DIVISION_ENDS:
            # 深圳市|美亚: the division's own ending goes with it, unless one lone character would remain.
            if piece.startswith(ending) and len(piece) - len(ending) != 1:
                piece = piece[len(ending) :]
                break
    tail: list[tuple[str, Entry | None]] = []
    while piece:
        last = _word_at_end(piece)
        if last is None:
            break
        tail.insert(0, last)
        piece = piece[: -len(last[0])]
    return head + ([(piece, None)] if piece else []) + tail


def _place_at_start(piece: str) -> tuple[str, Entry] | None:
    table = lexicon().han
    for length in range(min(5, len(piece)), 1, -1):
        entry = table.get(piece[:length])
        if entry and entry.cls == "place":
            return piece[:length], entry
    return None


def _word_at_end(piece: str) -> tuple[str, Entry] | None:
    table = lexicon().han
    for length in range(min(MAX_WORD, len(piece)), 0, -1):
        entry = table.get(piece[-length:])
        # One character left over is no trade name: 天能|源 must not become 天 + 能源.
        if entry and entry.cls in ("industry", "generic", "structure") and len(piece) - length != 1:
            return piece[-length:], entry
    return None
