"""The keys a name is looked up by, and the spellings a misspelt word may have meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from matching.alignment import MIN_SWAP_LENGTH, MIN_TYPO_LENGTH, typo_similarity
from matching.han import pinyin
from matching.lexicon import lexicon
from matching.names import Analysis, Token
from matching.weighing import always_rare, token_weight

MAX_JOIN = 3  # adjacent words that are looked up as one
MAX_MISSPELT = 24


def name_keys(analysis: Analysis) -> dict[str, float]:
    """Return the keys a name is found by, with the weight each stands for.

    Distinctive words, their Han form, adjacent words joined, the whole name joined, and the bag of all meanings for
    names that are nothing but common words.
    """
    keys: dict[str, float] = {}
    tokens = analysis.tokens
    content = [token for token in tokens if token.cls != "form"]
    weights = {token: token_weight(token, always_rare) for token in tokens}

    def add(key: str, weight: float) -> None:
        if key:
            keys[key] = max(weight, keys.get(key, 0.0))

    for token in content:
        if token.cls == "name":
            add(token.text, weights[token])
            if not token.key.isascii():
                add(token.key, weights[token])
                syllables = pinyin(token.key)
                for length in range(2, len(syllables)):
                    add("".join(syllables[:length]), weights[token])
    for run in (content, [token for token in content if token.cls == "name"]):
        for start in range(len(run)):
            for end in range(start + 2, min(start + MAX_JOIN, len(run)) + 1):
                window = run[start:end]
                if any(token.cls == "name" for token in window):
                    add(
                        "".join(token.text for token in window),
                        max(1.0, sum(weights[token] for token in window)),
                    )
    total = sum(weights.values())
    if len(content) > 1:
        add("=" + "+".join(sorted(token.key for token in content)), total)
        add("".join(token.text for token in content), total)
    if len(tokens) > len(content):
        add("".join(token.text for token in tokens), total)
    return keys


@cache
def _known_halves() -> dict[str, list[str]]:
    halves: dict[str, list[str]] = defaultdict(list)
    for word in lexicon().latin:
        for half in halves_of(word):
            halves[half].append(word)
    return halves


def respell(tokens: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """Read unknown words as the lexicon words they may be slips of; None if there are none.

    A name of common words only ("Nationl Iranian Oil") is found by all of them, so each must be recognised.
    """
    respelt = []
    for token in tokens:
        near: list[tuple[float, str]] = []
        if token.cls == "name" and token.key.isascii() and len(token.text) >= MIN_SWAP_LENGTH:
            known = (word for half in half_guesses(token.text) for word in _known_halves().get(half, ()))
            near = sorted((-typo_similarity(token.text, word), word) for word in known)
        entry = lexicon().latin[near[0][1]] if near and near[0][0] < 0 else None
        if entry is not None and entry.cls not in ("common", "form"):
            token = Token(near[0][1], entry.cls, entry.keys[0], token.shown)
        respelt.append(token)
    return tuple(respelt) if tuple(respelt) != tokens else None


def may_be_misspelt(key: str) -> bool:
    """Tell whether a key is a word long enough, and no more than a name long, for its misspellings to be looked up."""
    return (
        MIN_TYPO_LENGTH <= len(key) <= MAX_MISSPELT and key[0] != "=" and key.isascii() and not key.isdigit()
    )


def halves_of(word: str) -> tuple[str, str]:
    """Return the two halves of a word with its length, as keys: one edit leaves one of them whole."""
    middle = len(word) // 2
    return f"{len(word)}<{word[:middle]}", f"{len(word)}>{word[middle:]}"


def half_guesses(word: str) -> Iterator[str]:
    """Yield the halves that the words one edit away may have; a swap across the middle leaves neither whole."""
    length = len(word)
    for meant in (length - 1, length, length + 1):
        middle = meant // 2
        yield f"{meant}<{word[:middle]}"
        yield f"{meant}>{word[length - meant + middle :]}"
    middle = length // 2
    yield f"{length}<{word[: middle - 1]}{word[middle]}"
