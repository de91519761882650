"""Names altered as people alter them, and names of others that differ in one telling word: examples to learn from.

bench/alterations.py judges with alterations of its own; these only teach.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from matching.encoding import rarity
from matching.han import reads_as_pinyin
from matching.names import Token, analyse, clean, fold

LETTERS = "abcdefghijklmnopqrstuvwxyz"
FORMS = (
    "Co., Ltd.",
    "Ltd",
    "Limited",
    "Inc.",
    "LLC",
    "Corporation",
    "Corp",
    "Company",
    "JSC",
    "Co",
    "GmbH",
    "S.A.",
    "PLC",
)
PLACES = (
    "Shanghai",
    "Beijing",
    "Guangdong",
    "Hong Kong",
    "Singapore",
    "Wuhan",
    "Zhejiang",
    "Moscow",
    "Tehran",
    "Dubai",
    "India",
)
INDUSTRIES = (
    "Steel",
    "Bank",
    "Shipping",
    "Textile",
    "Pharmaceutical",
    "Electronics",
    "Chemical",
    "Foods",
    "Insurance",
    "Mining",
)
SYLLABLES = (
    "hai",
    "kang",
    "wei",
    "xin",
    "da",
    "hua",
    "tian",
    "long",
    "jin",
    "feng",
    "yuan",
    "ming",
    "sheng",
    "tai",
    "guo",
)
DIGITS = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
}
WIDTHS = (30, 35, 40)


class Example(NamedTuple):
    """Two names, whether they are one company's, the company that keeps examples together, and what the example is for."""

    left: str
    right: str
    match: bool
    group: str
    lookalike: bool = False  # false pairs that the family is calibrated by
    counted: bool = False
    weight: float = 1.0


class Name(NamedTuple):
    """A name as it is written, its words in order and which of them is the rarest distinctive one (-1: none)."""

    text: str
    tokens: tuple[Token, ...]
    rarest: int

    def brand(self) -> str:
        return self.tokens[self.rarest].shown if self.rarest >= 0 else ""

    def without(self, *classes: str) -> str:
        return " ".join(token.shown for token in self.tokens if token.cls not in classes)

    def with_word(self, at: int, word: str) -> str:
        return " ".join(word if position == at else token.shown for position, token in enumerate(self.tokens))


def read(text: str) -> Name | None:
    """Take a name apart; None if no distinctive word of three letters or more is in it, and fewer than three common ones."""
    tokens = analyse(text).tokens
    rare = [
        (rarity(token.text), -at)
        for at, token in enumerate(tokens)
        if token.cls == "name" and len(token.text) > 2
    ]
    if not rare and sum(token.cls != "form" for token in tokens) < 3:
        return None
    return Name(text, tokens, -max(rare)[1] if rare else -1)


def misspell(chosen: random.Random, word: str) -> str:
    """Make one slip in a word, its first letter kept."""
    at = chosen.randrange(1, len(word))
    letter = chosen.choice(LETTERS)
    return chosen.choice(
        (
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
            if at > 1
            else word[:at] + word[at] + word[at:],
        )
    )


def _slip(chosen: random.Random, name: Name) -> str:
    word = name.brand()
    return name.with_word(name.rarest, misspell(chosen, word)) if len(word) >= 5 else ""


def _slip_anywhere(chosen: random.Random, name: Name) -> str:
    long = [at for at, token in enumerate(name.tokens) if token.cls != "form" and len(token.shown) >= 5]
    at = chosen.choice(long) if long else -1
    return name.with_word(at, misspell(chosen, name.tokens[at].shown)) if long else ""


def _two_slips(chosen: random.Random, name: Name) -> str:
    word = name.brand()
    return name.with_word(name.rarest, misspell(chosen, misspell(chosen, word))) if len(word) >= 9 else ""


def _other_form(chosen: random.Random, name: Name) -> str:
    return f"{name.without('form')} {chosen.choice(FORMS)}"


def _no_form(chosen: random.Random, name: Name) -> str:
    return name.without("form")


def _no_place(chosen: random.Random, name: Name) -> str:
    return name.without("place") if any(token.cls == "place" for token in name.tokens) else ""


def _brand(chosen: random.Random, name: Name) -> str:
    if name.rarest < 0:
        return ""
    word = name.tokens[name.rarest]
    first = next(token for token in name.tokens if token.cls == "name")
    return word.shown if len(word.text) >= 5 and rarity(word.text) > 0.95 and word is first else ""


def _less_said(chosen: random.Random, name: Name) -> str:
    said = [
        at
        for at, token in enumerate(name.tokens)
        if token.cls in ("generic", "structure") and len(name.tokens) > 2
    ]
    dropped = chosen.choice(said) if said else -1
    return " ".join(token.shown for at, token in enumerate(name.tokens) if at != dropped) if said else ""


def _brand_and_business(chosen: random.Random, name: Name) -> str:
    kept = [token.shown for token in name.tokens if token.cls in ("name", "industry")]
    return " ".join(kept) if 2 <= len(kept) < len(name.tokens) else ""


def _reordered(chosen: random.Random, name: Name) -> str:
    words = [token.shown for token in name.tokens]
    at = chosen.randrange(1, len(words)) if len(words) > 1 else 0
    return " ".join(words[at:] + words[:at]) if at else ""


def _joined(chosen: random.Random, name: Name) -> str:
    words = [token.shown for token in name.tokens]
    at = max(0, min(name.rarest, len(words) - 2))
    return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]]) if len(words) > 1 else ""


def _all_joined(chosen: random.Random, name: Name) -> str:
    return (
        clean(name.text).replace(" ", "") if chosen.random() < 0.5 else name.without("form").replace(" ", "")
    )


def _split(chosen: random.Random, name: Name) -> str:
    word = name.brand()
    at = chosen.randrange(2, len(word) - 1) if len(word) > 5 else 0
    return name.with_word(name.rarest, f"{word[:at]} {word[at:]}") if at else ""


def _cut(chosen: random.Random, name: Name) -> str:
    width = chosen.choice(WIDTHS)
    return name.text[:width] if len(name.text) > width else ""


def _initials(chosen: random.Random, name: Name) -> str:
    words = [token.shown for token in name.tokens if token.cls != "form"]
    words += [
        token.shown
        for token in name.tokens
        if token.cls == "form" and len(words) < 4 and " " not in token.shown
    ]
    return "".join(word[0] for word in words).upper() if 4 <= len(words) <= 7 else ""


def _shortened(chosen: random.Random, name: Name) -> str:
    long = [
        at
        for at, token in enumerate(name.tokens)
        if token.cls in ("industry", "generic", "structure") and len(token.text) > 6
    ]
    if not long:
        return ""
    at = chosen.choice(long)
    return name.with_word(at, name.tokens[at].shown[: chosen.randrange(3, 6)])


def _wrapped(chosen: random.Random, name: Name) -> str:
    return chosen.choice(
        ("M/s {}", "{} (Group)", "The {} Company", "{} - Factory", "1A {}", "{}'s", "{} Unit 2 branch")
    ).format(name.text)


POSITIVE: tuple[Callable[[random.Random, Name], str], ...] = (
    *(
        _slip,
        _slip_anywhere,
        _two_slips,
        _other_form,
        _no_form,
        _no_place,
        _brand,
        _brand_and_business,
        _reordered,
        _joined,
        _all_joined,
    ),
    *(_split, _cut, _cut, _initials, _shortened, _wrapped),
)


def _swap(chosen: random.Random, name: Name, cls: str, words: Sequence[str]) -> str:
    at = next((at for at, token in enumerate(name.tokens) if token.cls == cls), None)
    other = chosen.choice(words)
    if at is None or other.lower() == name.tokens[at].text:
        return ""
    return name.with_word(at, other)


def _other_place(chosen: random.Random, name: Name, brands: Sequence[str]) -> str:
    return _swap(chosen, name, "place", PLACES)


def _other_business(chosen: random.Random, name: Name, brands: Sequence[str]) -> str:
    return _swap(chosen, name, "industry", INDUSTRIES)


def _other_number(chosen: random.Random, name: Name, brands: Sequence[str]) -> str:
    return _swap(chosen, name, "number", [str(value) for value in range(1, 30)])


def _other_brand(chosen: random.Random, name: Name, brands: Sequence[str]) -> str:
    return name.with_word(name.rarest, chosen.choice(brands)) if name.rarest >= 0 else ""


def _further_brand(chosen: random.Random, name: Name, brands: Sequence[str]) -> str:
    return f"{name.brand() or chosen.choice(brands)} {chosen.choice(brands)} {chosen.choice(FORMS)}"


def _other_syllable(chosen: random.Random, name: Name, brands: Sequence[str]) -> str:
    word = fold(name.brand())
    if not reads_as_pinyin(word) or len(word) < 5:
        return ""
    start = next((syllable for syllable in SYLLABLES if word.endswith(syllable)), "")
    return name.with_word(name.rarest, word.removesuffix(start) + chosen.choice(SYLLABLES)) if start else ""


def _common_rest(chosen: random.Random, name: Name, brands: Sequence[str]) -> str:
    rest = [token.shown for at, token in enumerate(name.tokens) if at != name.rarest]
    return " ".join(rest) if rest and name.rarest >= 0 else ""


def _lone_word(chosen: random.Random, name: Name, brands: Sequence[str]) -> str:
    words = [token.shown for token in name.tokens if token.cls != "form" and 0.3 < rarity(token.text) <= 0.9]
    return chosen.choice(words) if words and len(name.tokens) > 2 else ""


NEGATIVE: tuple[Callable[[random.Random, Name, Sequence[str]], str], ...] = (
    *(
        _other_place,
        _other_business,
        _other_number,
        _other_brand,
        _other_brand,
        _further_brand,
        _other_syllable,
        _common_rest,
        _lone_word,
    ),
)


def same_initials(texts: Sequence[str], weight: float = 0.05) -> Iterator[Example]:
    """Yield the initials of names with other names that begin with the same letters: of a few letters there are many."""
    by_letters: dict[str, list[Name]] = {}
    for text in texts:
        if (name := read(text)) and (letters := _initials(random.Random(0), name)):
            by_letters.setdefault(letters, []).append(name)
    for letters, names in by_letters.items():
        for one, other in zip(names, names[1:], strict=False):
            if one.tokens[0].text != other.tokens[0].text:
                yield Example(letters, other.text, False, one.text, weight=weight)


def variants(texts: Sequence[str], each: int, weight: float = 0.1) -> Iterator[Example]:
    """Yield for each name so many true variants, some altered twice, and as many false ones."""
    chosen = random.Random(11)
    names = [name for text in texts if (name := read(text))]
    brands = [name.brand() for name in names if name.rarest >= 0]
    for name in names:
        found = 0
        for alter in chosen.sample(POSITIVE, len(POSITIVE)):
            text = alter(chosen, name)
            if text and chosen.random() < 0.25 and (again := read(text)):
                text = chosen.choice(POSITIVE)(chosen, again) or text
            if text and text != name.text and found < each:
                found += 1
                yield Example(text, name.text, True, name.text, weight=weight)
        found = 0
        for swap in chosen.sample(NEGATIVE, len(NEGATIVE)):
            text = swap(chosen, name, brands)
            if text and text.lower() != name.text.lower() and found < each:
                found += 1
                yield Example(text, name.text, False, name.text, weight=weight)
