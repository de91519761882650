"""What a name is looked up by: words in lower-case ASCII, whatever its script."""

from __future__ import annotations

from collections.abc import Iterator

from matching.han import pinyin
from matching.names import MAX_LENGTH, Analysis, analyse, clean, fold
from matching.native.glosses import MAX_CHARACTERS, brands
from matching.native.readings import japanese
from matching.native.spans import read_native
from matching.scripts import HAN, KANA, UNSPACED

MAX_SYLLABLES = 8


def lookup_text(text: str) -> tuple[str, bool]:
    """Return the words a name is looked up by, and whether it is written in Han, kana or Hangul.

    A Latin name is its own words. The others give their readings, the beginnings of these, the meanings the lexicon
    knows, and each two neighbouring characters as a word of its own; names of more than MAX_LENGTH characters give none.
    """
    if len(text) > MAX_LENGTH:
        return "", False
    if text.isascii():
        return text, False
    cleaned = clean(text)
    if not UNSPACED.search(cleaned):
        return " ".join(fold(word) for word in cleaned.split()), False
    words = (*_unspaced_words(analyse(text)), *_known_names(text))
    return " ".join(dict.fromkeys(words)), True


def _known_names(text: str) -> Iterator[str]:
    # What the trade name goes by in English, and how Japanese would read it: whole, and word by word.
    native = read_native(text)
    for start in range(len(native.characters)):
        for end in range(start + 1, min(start + MAX_CHARACTERS, len(native.characters)) + 1):
            for told in brands(native.characters[start:end]):
                yield from told
    if native.language in ("ja", ""):
        read = [word for _, word in japanese(native.written)]
        yield from read
        yield from ("".join(read[at : at + 2]) for at in range(len(read) - 1))


def _unspaced_words(analysis: Analysis) -> Iterator[str]:
    content = [token for token in analysis.tokens if token.cls != "form"]
    joined = ""
    for token in content:
        shown = token.shown
        if HAN.fullmatch(shown):
            syllables = pinyin(shown)[:MAX_SYLLABLES]
            if token.cls == "name":
                yield from ("".join(syllables[:length]) for length in range(2, len(syllables) + 1))
                joined += "".join(syllables)
            else:
                yield token.key.replace(" ", "")
        elif KANA.fullmatch(shown) or UNSPACED.search(shown):
            yield fold(shown)
            yield token.key if token.key.isascii() else fold(token.key)
        else:
            yield token.text
    if joined:
        yield joined
    characters = "".join(dict.fromkeys(token.shown for token in content))
    for at in range(len(characters) - 1):
        pair = characters[at : at + 2]
        if not pair.isascii():
            yield "".join(f"u{ord(char):x}" for char in pair)
