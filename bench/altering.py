"""Names altered as people alter them, one function per kind of alteration: what bench/alterations.py judges by.

Nothing is learnt from these; bench/variants.py has its own.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

from pypinyin import lazy_pinyin

from bench.variants import Name, read
from matching.names import clean
from matching.scripts import simplify

LETTERS = "abcdefghijklmnopqrstuvwxyz"
CUT_AT = 30
FORMS = ("Co., Ltd.", "Limited", "Inc.", "LLC", "Corporation", "JSC", "GmbH", "S.A.", "PLC", "d.o.o.")
RESPELT = {
    "limited": "Ltd.",
    "ltd": "Limited",
    "coltd": "Company Limited",
    "company": "Co.",
    "companylimited": "Co. Ltd",
    "corporation": "Corp.",
    "corp": "Corporation",
    "inc": "Incorporated",
    "llc": "Limited Liability Company",
    "limitedliabilitycompany": "LLC",
    "jointstockcompany": "JSC",
    "jsc": "Joint Stock Company",
    "gmbh": "G.m.b.H.",
    "sa": "S.A.",
    "doo": "d.o.o.",
    "ooo": "O.O.O.",
    "plc": "P.L.C.",
}
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
)
CONFUSED = (
    ("rn", "m"),
    ("m", "rn"),
    ("o", "0"),
    ("l", "1"),
    ("i", "l"),
    ("s", "5"),
    ("b", "8"),
    ("cl", "d"),
    ("g", "q"),
)
MARKED = str.maketrans("aeiouncsz", "áéíóúñčšž")
CYRILLIC = (
    *(
        ("shch", "щ"),
        ("zh", "ж"),
        ("kh", "х"),
        ("ts", "ц"),
        ("ch", "ч"),
        ("sh", "ш"),
        ("yu", "ю"),
        ("ya", "я"),
    ),
    *zip("abvgdeziyklmnoprstufhcjqwx", "абвгдезийклмнопрстуфхкйквкс"[:26], strict=True),
)
RUSSIAN = re.compile(r"\b(?:OOO|OAO|PAO|ZAO|AO|PJSC|OJSC|JSC|OBSHCHESTVO|AKTSIONERNOE)\b", re.IGNORECASE)
NOT_RUSSIAN = re.compile("c(?!h)|[wxqj]|ph|th|oo|ee")
NOISE = ("M/s {}", "The {}", "{} (Group)", "{}'s", "1A {}", "{} - head office", "Messrs. {}")

Alter = Callable[[random.Random, Name], str]


def _word(chosen: random.Random, name: Name, least: int = 5) -> int:
    # Any word that is no legal form; one letter of four makes another word more often than not.
    long = [at for at, token in enumerate(name.tokens) if token.cls != "form" and len(token.shown) >= least]
    return chosen.choice(long) if long else -1


def _slip(change: Callable[[random.Random, str, int], str]) -> Alter:
    def alter(chosen: random.Random, name: Name) -> str:
        at = _word(chosen, name)
        if at < 0:
            return ""
        word = name.tokens[at].shown
        return name.with_word(at, change(chosen, word, chosen.randrange(1, len(word) - 1)))

    return alter


def _replaced(chosen: random.Random, word: str, at: int) -> str:
    return word[:at] + chosen.choice(LETTERS) + word[at + 1 :]


def _missing(chosen: random.Random, word: str, at: int) -> str:
    return word[:at] + word[at + 1 :]


def _added(chosen: random.Random, word: str, at: int) -> str:
    return word[:at] + chosen.choice(LETTERS) + word[at:]


def _swapped(chosen: random.Random, word: str, at: int) -> str:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _doubled(chosen: random.Random, word: str, at: int) -> str:
    return word[:at] + word[at] + word[at:]


def _misread(chosen: random.Random, word: str, at: int) -> str:
    known = [pair for pair in CONFUSED if pair[0] in word]
    return word.replace(*chosen.choice(known), 1) if known else word


def _misread_any(chosen: random.Random, name: Name) -> str:
    at = _word(chosen, name)
    return name.with_word(at, _misread(chosen, name.tokens[at].shown, 0)) if at >= 0 else ""


def _reordered(chosen: random.Random, name: Name) -> str:
    words = [token.shown for token in name.tokens]
    content = [at for at, token in enumerate(name.tokens) if token.cls != "form"]
    if len(content) < 2:
        return ""
    moved = words.pop(chosen.choice(content))
    words.insert(chosen.randrange(len(words) + 1), moved)
    return " ".join(words)


def _joined(chosen: random.Random, name: Name) -> str:
    words = [token.shown for token in name.tokens]
    if len(words) < 2:
        return ""
    at = chosen.randrange(len(words) - 1)
    return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])


def _all_joined(chosen: random.Random, name: Name) -> str:
    forms = " ".join(token.shown for token in name.tokens if token.cls == "form")
    text = clean(name.text)
    return text.removesuffix(forms).replace(" ", "") if len(name.tokens) > 1 else ""


def _split(chosen: random.Random, name: Name) -> str:
    at = _word(chosen, name, 6)
    if at < 0:
        return ""
    word = name.tokens[at].shown
    where = chosen.randrange(2, len(word) - 1)
    return name.with_word(at, f"{word[:where]} {word[where:]}")


def _no_form(chosen: random.Random, name: Name) -> str:
    return name.without("form")


def _other_form(chosen: random.Random, name: Name) -> str:
    return f"{name.without('form')} {chosen.choice(FORMS)}"


def _form_in_front(chosen: random.Random, name: Name) -> str:
    return f"{chosen.choice(('OOO', 'JSC', 'PT', 'LLC', 'Joint Stock Company'))} {name.without('form')}"


def _form_respelt(chosen: random.Random, name: Name) -> str:
    return next(
        (
            name.with_word(at, RESPELT[token.text])
            for at, token in enumerate(name.tokens)
            if token.cls == "form" and token.text in RESPELT
        ),
        "",
    )


def initials(name: Name) -> str:
    """Return the first letters of a name of four to eight words, legal forms left out; empty for other names."""
    words = name.without("form").split()
    return "".join(word[0] for word in words).upper() if 4 <= len(words) <= 8 else ""


def _initials(chosen: random.Random, name: Name) -> str:
    return initials(name)


def _ampersand(chosen: random.Random, name: Name) -> str:
    if " & " in name.text:
        return name.text.replace(" & ", " and ")
    lowered = name.text.lower()
    at = lowered.find(" and ")
    return f"{name.text[:at]} & {name.text[at + 5 :]}" if at >= 0 else ""


def _number_words(chosen: random.Random, name: Name) -> str:
    for at, token in enumerate(name.tokens):
        if token.shown.isdigit() and int(token.shown) < len(NUMBERS):
            return name.with_word(at, NUMBERS[int(token.shown)])
        if token.shown in NUMBERS:
            return name.with_word(at, str(NUMBERS.index(token.shown)))
    return ""


def _ordinal(chosen: random.Random, name: Name) -> str:
    for at, token in enumerate(name.tokens):
        if token.shown in ORDINALS:
            return name.with_word(at, f"{ORDINALS.index(token.shown) + 1}th")
        if token.shown[:-2].isdigit() and token.shown[-2:] in ("st", "nd", "rd", "th"):
            value = int(token.shown[:-2])
            return name.with_word(at, ORDINALS[value - 1]) if 0 < value <= len(ORDINALS) else ""
    return ""


def _cut(chosen: random.Random, name: Name) -> str:
    # What is left of "Otkrytoe Aktsionernoe Obshchestvo X" names nobody.
    cut = name.text[:CUT_AT]
    return cut if len(name.text) > CUT_AT and name.rarest >= 0 and name.brand() in clean(cut) else ""


def _diacritics(chosen: random.Random, name: Name) -> str:
    at = _word(chosen, name)
    return name.with_word(at, name.tokens[at].shown.translate(MARKED)) if at >= 0 else ""


def _punctuated(chosen: random.Random, name: Name) -> str:
    return chosen.choice("-_/.,*").join(token.shown for token in name.tokens) if len(name.tokens) > 1 else ""


def _noise(chosen: random.Random, name: Name) -> str:
    return chosen.choice(NOISE).format(name.text)


def _shortened(chosen: random.Random, name: Name) -> str:
    long = [
        at
        for at, t in enumerate(name.tokens)
        if t.cls in ("industry", "generic", "structure") and len(t.shown) > 6
    ]
    if not long:
        return ""
    at = chosen.choice(long)
    return name.with_word(at, name.tokens[at].shown[: chosen.randrange(3, 6)] + ".")


def _cyrillic(chosen: random.Random, name: Name) -> str:
    # Names under a Russian legal form, in letters that Russian has.
    text = name.without("form")
    if not RUSSIAN.search(name.text) or NOT_RUSSIAN.search(text):
        return ""
    for latin, cyrillic in CYRILLIC:
        text = text.replace(latin, cyrillic)
    return text


def in_pinyin(name: Name) -> str:
    """Write a Han name in pinyin, a word for each of its words."""
    return " ".join("".join(lazy_pinyin(token.shown)) for token in name.tokens if token.cls != "form")


ALTERATIONS: dict[str, Alter] = {
    "letter replaced": _slip(_replaced),
    "letter missing": _slip(_missing),
    "letter added": _slip(_added),
    "letters swapped": _slip(_swapped),
    "letter doubled": _slip(_doubled),
    "misread by a scanner": _misread_any,
    "words in another order": _reordered,
    "two words joined": _joined,
    "all words joined": _all_joined,
    "a word split": _split,
    "legal form missing": _no_form,
    "another legal form": _other_form,
    "legal form in front": _form_in_front,
    "legal form spelt otherwise": _form_respelt,
    "initials for the name": _initials,
    "& and and": _ampersand,
    "digits and words": _number_words,
    "ordinals": _ordinal,
    "cut at 30 characters": _cut,
    "diacritics": _diacritics,
    "signs for spaces": _punctuated,
    "a word shortened": _shortened,
    "noise around it": _noise,
    "in Cyrillic": _cyrillic,
}

# Another name of the party is what the list holds; asked for by its name, unaltered or altered once.
KNOWN_OTHERWISE: dict[str, Alter] = {
    "the name for its initials": lambda chosen, name: name.text,
    "former name": lambda chosen, name: name.text,
}
HAN: dict[str, Alter] = {
    "pinyin for Han": lambda chosen, name: in_pinyin(name),
    "simplified for traditional": lambda chosen, name: simplify(name.text),
}


def altered(
    names: Sequence[Name], category: str, twice: bool, seed: str, most: int = 400
) -> Iterator[tuple[str, Name]]:
    """Yield at most so many names altered by a category, and with twice by another one after it."""
    alter, chosen = {**ALTERATIONS, **KNOWN_OTHERWISE, **HAN}[category], random.Random(seed)
    others = [other for name, other in ALTERATIONS.items() if name != category]
    found = 0
    for name in names:
        text = alter(chosen, name)
        if text and twice:
            again = read(text)
            tried = chosen.sample(others, 6) if again else []
            text = next(
                (made for other in tried if again and (made := other(chosen, again)) not in ("", again.text)),
                "",
            )
        if text and (text.casefold() != name.text.casefold() or category in KNOWN_OTHERWISE):
            yield text, name
            found += 1
            if found == most:
                return
