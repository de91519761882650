"""How a word of a person's name sounds, whatever the spelling: Sergey, Sergei and Serguei have one key."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache

from matching.lexicon import DATA
from matching.names import fold

# BGN/PCGN romanisation of Russian, and of what Ukrainian, Belarusian, Serbian and Kazakh add to it.
_CYRILLIC = (
    "а a б b в v г g д d е e ё e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh "
    "щ shch ъ _ ы y ь _ э e ю yu я ya і i ї i є e ґ g ў v ђ dj ј j љ lj њ nj ћ c џ dj ә a қ k ң n ө o ұ u ү u һ h ғ g"
)
# The letters of Arabic, Persian and Urdu; short vowels are not written, long ones are w and y.
_ARABIC = (
    "ا a أ a إ a آ a ٱ a ب b ت t ث th ج j ح h خ kh د d ذ dh ر r ز z س s ش sh ص s ض d ط t ظ z ع a غ gh ف f ق q ك k ک k "
    "ل l م m ن n ه h ة _ و w ي y ی y ى a ء _ ئ _ ؤ _ پ p چ ch ژ zh گ g ہ h ے y ں n ٹ t ڈ d ڑ r ھ h"
)
LETTERS = {
    ord(letter): latin.strip("_")
    for table in (_CYRILLIC, _ARABIC)
    for letter, latin in zip(table.split()[::2], table.split()[1::2], strict=True)
}
VOWELLESS = re.compile("[\u0590-\u06ff]")  # Hebrew and Arabic

# Read from the top: spellings of one sound become one letter or two.
RULES = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        (r"^[yj]e(?=[vfglkr])", "e"),  # Yevgeny, Jelena
        (r"^j(?=[uo]r)", "i"),  # Jurij
        (r"oo|ou", "u"),
        (r"ee", "i"),
        (r"shtch|shch|sch", "sh"),
        (r"tsch|tch", "ch"),
        (r"dzh|dj", "j"),
        (r"zh", "j"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"kh", "h"),
        (r"gh", "g"),
        (r"ph", "f"),
        (r"ck|q", "k"),
        (r"gu(?=[ei])", "g"),  # Serguei
        (r"x", "ks"),
        (r"tz", "ts"),
        (r"c(?=[ei])", "s"),
        (r"c(?!h)", "k"),
        (r"of+$|ow$", "ov"),  # Petroff
        (r"ef+$|ew$", "ev"),
        (r"w", "v"),
        (r"j$", "y"),  # Sergej, Jurij
        (r"(?<=[ae])u$", "v"),  # Karaeu
        (r"(.)\1+", r"\1"),
        (r"(?<=[aeiou])y(?=e)", ""),  # Alekseyev, Alekseev
        (r"(?<=[bdfgklmnprstvz])[iyj]e(?=.)", "e"),  # Dmitriyev, Dmitriev
        (r"^y", "i"),
        (r"[yij]+$", "i"),
        (r"y", "i"),
        (r"ae|ei", "ai"),
        (r"i+", "i"),
        (r"(?<=.a)h$", ""),  # Fatimah
        (r"e", "i"),
        (r"o", "u"),
        (r"(.)\1+", r"\1"),
    )
)
WADE_GILES = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        (r"hs", "x"),
        (r"ch|zh|q|j(?=[iu])", "J"),
        (r"j", "r"),
        (r"ts|tz|c", "z"),
        (r"t", "d"),
        (r"p", "b"),
        (r"k", "g"),
        (r"ung", "ong"),
        (r"ien", "ian"),
        (r"uei", "ui"),
        (r"(?<=[ie])h", ""),
        (r"(?<=[zs])u$", "i"),
        (r"(?<=[gh])o$", "e"),
    )
)
# Mykolayovych and Nikolayevich say the same of the father; as they sound by RULES.
PATRONYMIC = re.compile(r"(?<=...)(?:[aiu]?v(?:ich|ik)|[aiu]?(?:vn|un)[aiu])$")
BONES = str.maketrans("g", "k", "aeiouy")


def latin(word: str) -> str:
    """Write a word of a name in lower-case ASCII letters and digits: Cyrillic as BGN/PCGN, Arabic by its letters."""
    return word if word.isascii() else fold(word.translate(LETTERS))


@lru_cache(maxsize=60_000)
def key(word: str) -> str:
    """Return what a Latin word sounds like; words of one key are spellings of one name."""
    found = sound(word)
    if parent := PATRONYMIC.search(found):
        names, stem = _same_names(), found[: parent.start()].rstrip("i")
        return names.get(stem, names.get(stem + "i", stem)).rstrip("i") + (
            "vna" if "n" in parent[0] else "vich"
        )
    return _same_names().get(found, found)


def sound(word: str) -> str:
    """Return what a word sounds like by RULES alone."""
    for pattern, letters in RULES:
        word = pattern.sub(letters, word)
    return word


@lru_cache(maxsize=20_000)
def mandarin(word: str) -> str:
    """Write a word in Wade-Giles or pinyin so that both come out alike, and some others too (Chang, Zhang)."""
    for pattern, letters in WADE_GILES:
        word = pattern.sub(letters, word)
    return word


def bones(key: str) -> str:
    """Return the consonants of a key, which romanisations share where their vowels differ."""
    return key.replace("sh", "s").translate(BONES)


@cache
def _same_names() -> dict[str, str]:
    with (DATA / "given_names.csv").open(encoding="utf-8") as lines:
        groups = [row["spellings"].split() for row in csv.DictReader(filter(_is_row, lines))]
    return {sound(word): sound(group[0]) for group in groups for word in group}


@cache
def known_names() -> frozenset[str]:
    """Return the keys of names whose spellings are known, where others are only alike."""
    return frozenset(_same_names().values())


def _is_row(line: str) -> bool:
    return not line.startswith("#")
