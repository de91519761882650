"""What Chinese words mean in English: the lexicon's words and those of CC-CEDICT."""

from __future__ import annotations

import gzip
from functools import cache, lru_cache

from matching.lexicon import DATA, lexicon

MAX_CHARACTERS = 6
STEM = 4  # letters that make two English words one (environment, environmental)


@cache
def _dictionary() -> dict[str, str]:
    with gzip.open(DATA / "glosses.tsv.gz", "rt", encoding="utf-8") as lines:
        return dict(line.rstrip("\n").split("\t") for line in lines)


@cache
def _renderings() -> dict[str, frozenset[str]]:
    # All Latin ways to write what a lexicon key means.
    found: dict[str, set[str]] = {}
    for word, entry in lexicon().latin.items():
        for key in entry.keys:
            found.setdefault(key, set()).add(word)
    return {key: frozenset(words) for key, words in found.items()}


@lru_cache(maxsize=50_000)
def meanings(characters: str) -> tuple[tuple[str, ...], ...]:
    """Return the meanings of a word, each as the English words that say it in any order; empty if it is none."""
    found: dict[tuple[str, ...], None] = {}
    if entry := lexicon().han.get(characters):
        keys = [key.split() for key in entry.keys]
        found[tuple(word for words in keys for word in words)] = None
        if len(entry.keys) == 1:
            found.update(dict.fromkeys((word,) for word in sorted(_renderings().get(entry.keys[0], ()))))
    for told in _dictionary().get(characters, "").split("|"):
        if told:
            found[tuple(told.split())] = None
    return tuple(found)


def same_stem(left: str, right: str) -> bool:
    """Tell whether two English words are forms of one: equal, or equal in all but the ending."""
    if left == right:
        return True
    shorter = min(len(left), len(right))
    if shorter < STEM or abs(len(left) - len(right)) > 4:
        return False
    stem = max(STEM, shorter - 3)
    return left[:stem] == right[:stem]
