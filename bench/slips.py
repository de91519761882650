"""Listed names altered where it hurts most, in their rarest word: what a screener types, and who is meant by it."""

from __future__ import annotations

import random
from collections import defaultdict

from bench.variants import FORMS, Name, misspell, read
from matching.names import analyse

KINDS = (
    *("one slip", "two slips", "split", "joined", "joined, and a slip", "reordered", "another legal form"),
    *("a word less", "slip, form and order", "initials"),
)
MIN_SLIP, MIN_TWO_SLIPS = 5, 9  # letters


def altered(names: list[str], kind: str, count: int) -> list[tuple[str, frozenset[str]]]:
    """Return so many names altered in one way, each with the listed names that say the same as the one it was made of."""
    chosen = random.Random(f"slips {kind}")
    same: dict[frozenset[str], set[str]] = defaultdict(set)
    for text in names:
        same[_said(text)].add(text)
    found = []
    for text in chosen.sample(names, len(names)):
        name = read(text)
        if name and name.rarest >= 0 and (other := _alter(chosen, name, kind)) and other != text:
            found.append((other, frozenset(same[_said(text)])))
        if len(found) == count:
            break
    return found


def _said(text: str) -> frozenset[str]:
    # Names equal up to order and legal form are one answer.
    return frozenset(token.text for token in analyse(text).tokens if token.cls != "form")


def _alter(chosen: random.Random, name: Name, kind: str) -> str:
    words = [token.shown for token in name.tokens]
    brand, at = name.brand(), name.rarest
    if kind == "one slip":
        return name.with_word(at, misspell(chosen, brand)) if len(brand) >= MIN_SLIP else ""
    if kind == "two slips":
        twice = misspell(chosen, misspell(chosen, brand)) if len(brand) >= MIN_TWO_SLIPS else ""
        return name.with_word(at, twice) if twice else ""
    if kind == "split":
        cut = chosen.randrange(2, len(brand) - 1) if len(brand) > 5 else 0
        return name.with_word(at, f"{brand[:cut]} {brand[cut:]}") if cut else ""
    if kind in ("joined", "joined, and a slip"):
        if at + 1 >= len(words):
            return ""
        joined = words[at] + words[at + 1]
        if kind != "joined":
            joined = misspell(chosen, joined) if len(joined) >= MIN_SLIP else ""
        return " ".join([*words[:at], joined, *words[at + 2 :]]) if joined else ""
    if kind == "reordered":
        turn = chosen.randrange(1, len(words)) if len(words) > 1 else 0
        return " ".join(words[turn:] + words[:turn]) if turn else ""
    if kind == "another legal form":
        return f"{name.without('form')} {chosen.choice(FORMS)}"
    if kind == "a word less":
        others = [other for other in range(len(words)) if other != at]
        dropped = chosen.choice(others) if len(words) > 2 else -1
        return " ".join(word for other, word in enumerate(words) if other != dropped) if dropped >= 0 else ""
    if kind == "slip, form and order":
        if len(brand) < MIN_SLIP:
            return ""
        kept = [token.shown for token in name.tokens if token.cls != "form"]
        if brand not in kept or len(kept) < 2:
            return ""
        kept[kept.index(brand)] = misspell(chosen, brand)
        return " ".join([*kept[1:], kept[0], chosen.choice(FORMS)])
    return "".join(word[0] for word in words).upper() if 4 <= len(words) <= 7 else ""
