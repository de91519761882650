"""The scripts that write names without spaces between words: Han, kana and Hangul."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import icu

_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々"
_KANA = r"\u3041-\u3096\u30a1-\u30fa\u30fc"
_HANGUL = r"\uac00-\ud7a3"
HAN = re.compile(f"[{_HAN}]+")
KANA = re.compile(f"[{_KANA}]+")
HANGUL = re.compile(f"[{_HANGUL}]+")
UNSPACED = re.compile(f"[{_HAN}{_KANA}{_HANGUL}]+")


@cache
def _to_simplified() -> icu.Transliterator:
    return icu.Transliterator.createInstance("Traditional-Simplified")


@lru_cache(maxsize=20_000)
def simplify(text: str) -> str:
    """Write traditional characters as simplified ones (ICU's Traditional-Simplified)."""
    return str(_to_simplified().transliterate(text))
