"""A person's name taken apart: its words in Latin letters with their sound, in whatever script it is written."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from matching.han import pinyin, reads_as_pinyin
from matching.lexicon import DATA
from matching.names import MAX_LENGTH, clean
from matching.persons import spelling
from matching.persons.spelling import VOWELLESS, bones, latin, sound
from matching.scripts import HAN, HANGUL, UNSPACED, simplify

MAX_WORDS = 12
SIDELINE = 0.05  # what a title or particle weighs
INITIAL = 0.3
VOWELLESS_WEIGHT = 0.75  # how common a word is cannot be told without its vowels
KNOWN = 0.7
COMMONEST = 0.4  # what the commonest words of names weigh; a rare one weighs 1

CONSONANTS = "0"  # tells a word's consonants from a word
LEAST_CONSONANTS = 2

_TITLES = """mr mrs ms miss dr prof professor gen general col colonel maj major lt capt captain adm admiral brig brigadier
cmdr commander sgt sir lady hon eng engineer jr sr phd md esq"""
TITLES = frozenset(_TITLES.split())
# Honorifics that are as often a part of the name.
_HONORIFICS = """sheikh sheik shaykh shaikh cheikh mullah mulla mawlawi maulavi molvi maulana mawlana haji hajji hajj haj alhaj
alhaji hadji hadj ayatollah hojatoleslam hojjatoleslam imam amir emir qari ustad ustaz sayyid sayyed sayed seyed seyyed
syed sayid agha aqa khan bey akhund"""
HONORIFICS = frozenset(_HONORIFICS.split())
_PARTICLES = """al el ul bin ibn ben bint binti von van den der zu de di da del della dei du dos das des y bar oglu ogly kyzy"""
PARTICLES = frozenset(_PARTICLES.split())
# The Arabic article before a sun letter: an-Nur, as-Sabah. Elsewhere these are names of their own.
_SUN = "at ath ad adh ar az as ash an en es et er ez ed ut ud ur us un"
SUN = frozenset(_SUN.split())
# Abdurrahman is abd and rahman, Nuruddin nur and din, Fazlullah fazl and allah, however they are joined.
SERVANT = re.compile(r"(?:abd|abed)(?:[aeiou]{1,2}(?:l|([a-z]{1,2})(?=\1)))?(?=[a-z]{3})")
_SERVANTS = "abd abdul abdel abdal abdol abdur abdus abdu abed abdoul abdool"
SERVANTS = frozenset(_SERVANTS.split())
OF_FAITH = re.compile(r"(?<=[a-z]{3})[aeou]{1,2}[ld]?d(?:i+n+e?|eene?|yn)$")
_FAITH = "din deen dine eddine eddin addin uddin aldin eldin aldeen eldeen"
FAITH = frozenset(_FAITH.split())
OF_GOD = re.compile(r"(?<=[a-z]{3})(?:[aeou]l+ah|[aeou]lla|llh)$")
_GOD = "allah ullah ollah ellah alla ulla alah ulah allh llah lah"
GOD = frozenset(_GOD.split())
ABD = "عبد"
CONNECTED = 0.25  # what such a part weighs
PATRONYMIC_MOST = 0.5
_COMPOUND = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 司空 夏侯 独孤 南宫"
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
# Surnames that are read otherwise than the character alone (Xiandai Hanyu Cidian).
_READINGS = "zeng shan qiu xie ren zha ge ou piao yue zhai miao xian qin chong yun yu"
SURNAMES = dict(zip("曾单仇解任查盖区朴乐翟缪冼覃种员尉", _READINGS.split(), strict=True))


class Word(NamedTuple):
    """One word of a name: as shown, what it sounds like, its consonants, its weight (0..1) and what it is."""

    text: str
    key: str
    bones: str
    weight: float
    cls: str  # name, initial, title, particle
    vowelless: bool
    syllabic: bool
    known: bool  # borne by so many that a name spelt otherwise is another


class PersonName(NamedTuple):
    """A person's name taken apart: its words, their keys in order of the alphabet, and whether all read as Mandarin."""

    words: tuple[Word, ...]
    joined: str
    syllabic: bool


@cache
def _bearers() -> dict[str, int]:
    with (DATA / "person_words.csv").open(encoding="utf-8") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return {row["key"]: int(row["persons"]) for row in rows}


def rarity(key: str) -> float:
    """Weigh a word (COMMONEST..1) by how many persons bear it: matching/data/person_words.csv."""
    known = _bearers()
    count = known.get(key, 0)
    return 1 - (1 - COMMONEST) * math.log1p(count) / math.log1p(known["*"])


@lru_cache(maxsize=60_000)
def word(text: str, vowelless: bool = False) -> Word:
    """Describe one word in Latin letters."""
    if len(text) == 1:
        return Word(text, sound(text) or text, text, INITIAL, "initial", False, False, False)
    if text in TITLES or text in PARTICLES:
        return Word(
            text, text, text, SIDELINE, "title" if text in TITLES else "particle", False, False, False
        )
    if vowelless:
        spelt = sound(text) or text
        return Word(text, spelt, bones(spelt), VOWELLESS_WEIGHT, "name", True, False, False)
    spelt = spelling.key(text) or text
    weight = CONNECTED if text in HONORIFICS else rarity(spelt)
    known = weight < KNOWN or spelt in spelling.known_names()
    if spelt.endswith(("vich", "vna")):
        weight = min(weight, PATRONYMIC_MOST)
    return Word(text, spelt, bones(spelt), weight, "name", False, reads_as_pinyin(text), known)


@lru_cache(maxsize=20_000)
def read(text: str) -> PersonName:
    """Take a person's name apart; a text that holds none, or of more than MAX_LENGTH characters, gives no words."""
    cleaned = clean(text) if len(text) <= MAX_LENGTH else ""
    words: list[Word] = []
    for written in cleaned.split():
        if UNSPACED.search(written):
            words += map(word, filter(None, _unspaced(written)))
        elif VOWELLESS.search(written):
            if written.startswith(ABD):
                words.append(_connected("abd", True))
                written = written[len(ABD) :]
            if spelt := latin(written):
                words += _parts(_bare_article(spelt), True)
        elif spelt := latin(written):
            words += _parts(spelt, False)
    words = _settled(words[:MAX_WORDS])
    if not any(found.cls == "name" for found in words):
        # "Haji", or "de la": what else is a title is then the name.
        words = [found._replace(cls="name", weight=0.5) if len(found.text) > 1 else found for found in words]
    if not any(found.cls == "name" for found in words):
        words = []
    told = [found for found in words if found.cls == "name"]
    joined = " ".join(sorted(found.key for found in told))
    return PersonName(tuple(words), joined, all(found.syllabic for found in told))


def lookup_text(text: str) -> str:
    """Return the words a person's name is looked up by: what each sounds like, and its consonants, marked as such."""
    told = [found for found in read(text).words if found.cls == "name"]
    sounds = [found.key for found in told if not found.vowelless]
    consonants = [CONSONANTS + found.bones for found in told if len(found.bones) >= LEAST_CONSONANTS]
    return " ".join((*sounds, *consonants))


def _bare_article(spelt: str) -> str:
    return spelt[2:] if spelt.startswith("al") and len(spelt) > 3 and spelt not in GOD else spelt


def _parts(spelt: str, vowelless: bool) -> Iterator[Word]:
    # The parts of a word that others write apart.
    if spelt in SERVANTS:
        yield _connected("abd", vowelless)
    elif spelt in FAITH:
        yield _connected("din", vowelless)
    elif spelt in GOD:
        yield _connected("allah", vowelless)
    elif (found := SERVANT.match(spelt)) and found.end() > 2:
        yield _connected("abd", vowelless)
        yield from _parts(spelt[found.end() :], vowelless)
    elif found := OF_FAITH.search(spelt):
        yield word(spelt[: found.start()], vowelless)
        yield _connected("din", vowelless)
    elif found := OF_GOD.search(spelt):
        yield word(spelt[: found.start()], vowelless)
        yield _connected("allah", vowelless)
    else:
        yield word(spelt, vowelless)


def _connected(part: str, vowelless: bool) -> Word:
    return word(part, vowelless)._replace(weight=CONNECTED)


def _settled(words: list[Word]) -> list[Word]:
    # "an" before Nur is the article, before Lee it is a name.
    return [
        found._replace(cls="particle", weight=SIDELINE)
        if found.text in SUN and at + 1 < len(words) and words[at + 1].text.startswith(found.text[1:])
        else found
        for at, found in enumerate(words)
    ]


def _unspaced(written: str) -> Iterator[str]:
    # 习近平 is xi jinping: the family name first, the given name in one word.
    for run in UNSPACED.findall(written):
        if HAN.fullmatch(run):
            run = simplify(run)
            family = run[:2] if run[:2] in COMPOUND_SURNAMES and len(run) > 2 else run[:1]
            yield SURNAMES.get(family, "".join(pinyin(family)))
            if given := "".join(pinyin(run[len(family) :])):
                yield given
        elif HANGUL.fullmatch(run):
            yield from map(latin, run)
        else:
            yield latin(run)
