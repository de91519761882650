"""Pairs of persons' names: spellings of one person on a real list, and look-alikes who are others on the same list."""

from __future__ import annotations

import csv
import gzip
import hashlib
import os
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import django
import numpy as np
from rapidfuzz import fuzz, process

from bench.quality import NamePair
from matching.scripts import UNSPACED

MOST = 3000  # pairs of one category
NEAREST = 2  # look-alikes of one name, by each measure
SCRIPTS = (("Arabic", "\u0600", "\u06ff"), ("Cyrillic", "\u0400", "\u04ff"))


class Person(NamedTuple):
    """One person on one list: the primary name, strong aliases, and names in the original script."""

    id: str
    name: str
    aliases: tuple[str, ...]
    native: tuple[str, ...]


def persons(lists: Path) -> dict[str, list[Person]]:
    """Read the persons of the SDN list of 2021, the UN list of 2025 and the UK list of 2026."""
    return {
        "SDN": list(_parsed("us_ofac_sdn", lists / "ofac_sdn" / "csv" / "quartet_2021-07")),
        "UN": list(_parsed("un_sc", lists / "un_sc" / "consolidated_2025-11.xml.gz")),
        "UK": list(_british(lists / "uk_fcdo" / "derived_2026-04-29")),
        "OFSI": list(_parsed("gb_ofsi_conlist", lists / "uk_ofsi" / "ConList_2025-04-10.converted.csv.gz")),
    }


def _parsed(name: str, path: Path) -> Iterator[Person]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from ingest.audit import Audit
    from ingest.collecting import collect

    source = import_module(f"ingest.sources.{name}")
    with tempfile.TemporaryDirectory() as workdir:
        for bundle in collect(source, path, Path(workdir), 1 << 30):
            for record in source.parse(source.read(bundle), Audit()):
                if record.schema == "Person":
                    record.tidy()
                    names = [(row.text, row.kind) for row in record.names if row.text]
                    yield from _person(record.id, names)


def _british(folder: Path) -> Iterator[Person]:
    with (folder / "subjects.csv").open(encoding="utf-8") as lines:
        wanted = {row["unique_id"] for row in csv.DictReader(lines) if row["subject_type"] == "individual"}
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with (folder / "subject_names.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["unique_id"] in wanted:
                kind = "weak" if row["alias_strength"] == "weak" else row["name_type"]
                names[row["unique_id"]].append((row["full_name"], kind))
    for key, found in names.items():
        yield from _person(key, found)


def _person(key: str, names: Sequence[tuple[str, str]]) -> Iterator[Person]:
    told = [text for text, kind in names if kind not in ("weak", "transliteration")]
    written = [text for text in told if text.isascii() or _script(text) == ""]
    native = [text for text, _ in names if _script(text)]
    if written:
        yield Person(key, written[0], tuple(dict.fromkeys(written[1:])), tuple(dict.fromkeys(native)))


def _script(text: str) -> str:
    for name, first, last in SCRIPTS:
        if any(first <= char <= last for char in text):
            return name
    return "Han and Hangul" if UNSPACED.search(text) else ""


def is_reported(key: str) -> bool:
    """Tell whether a person belongs to the third that nothing is tuned on."""
    return int(hashlib.md5(key.encode()).hexdigest(), 16) % 3 == 0


def pairs(lists: Path, reported: bool) -> list[NamePair]:
    """Return the pairs of one part, true ones and look-alikes."""
    found: dict[str, list[NamePair]] = defaultdict(list)
    for list_, everyone in persons(lists).items():
        for person in everyone:
            if is_reported(person.id) != reported:
                continue
            for alias in person.aliases if list_ != "OFSI" else ():
                if alias.casefold() != person.name.casefold():
                    found["alias"].append(NamePair(True, f"alias, {list_}", person.name, alias))
            for native in person.native:
                found["native"].append(NamePair(True, f"{_script(native)} script", native, person.name))
            chosen = random.Random(person.id)
            if list_ == "OFSI":
                continue
            for kind, text in altered(person.name, chosen):
                found[kind].append(NamePair(True, kind, person.name, text))
        found |= {f"stranger {list_}": list(strangers(everyone, reported))}
        found |= _look_alikes(list_, [row for row in everyone if is_reported(row.id) == reported])
    chosen = random.Random(0)
    kept = []
    for rows in found.values():
        by_category: dict[str, list[NamePair]] = defaultdict(list)
        for row in rows:
            by_category[row.category].append(row)
        for same in by_category.values():
            kept += chosen.sample(same, min(MOST, len(same)))
    return kept


def strangers(everyone: Sequence[Person], reported: bool) -> Iterator[NamePair]:
    """Yield names beside names of others taken at random, aliases and other scripts too."""
    part = [row for row in everyone if is_reported(row.id) == reported]
    chosen = random.Random(len(part))
    for person in part:
        for other in chosen.sample(part, 2):
            if other.id != person.id:
                others = (other.name, *other.aliases, *other.native)
                yield NamePair(False, "stranger", person.name, chosen.choice(others))


def altered(name: str, chosen: random.Random) -> Iterator[tuple[str, str]]:
    """Yield a name in other order, with a part left out, with initials, a title or a slip of the pen."""
    words = [word for word in name.replace(",", " ").split() if word]
    if len(words) < 2 or not name.isascii():
        return
    shuffled = words[:]
    while shuffled == words and len(set(words)) > 1:
        chosen.shuffle(shuffled)
    yield "other order", " ".join(shuffled)
    long = [at for at, word in enumerate(words) if len(word) > 4]
    if long:
        at = chosen.choice(long)
        yield "one slip", " ".join([*words[:at], slipped(words[at], chosen), *words[at + 1 :]])
    family = words[0] if "," in name else words[-1]
    given = [word for word in words if word != family]
    if given and len(family) > 3:
        yield "initials", " ".join([*(f"{word[0]}." for word in given), family])
        yield (
            "title",
            f"{chosen.choice(('Dr.', 'Mr', 'General', 'Sheikh', 'Haji'))} {' '.join([*given, family])}",
        )
    if len(given) > 1:
        left = chosen.choice(given)
        yield "a part left out", " ".join(word for word in words if word != left)


def slipped(word: str, chosen: random.Random) -> str:
    """Misspell a word: a letter twice, none, another, or two in each other's place."""
    at = chosen.choice([at for at in range(1, len(word) - 1) if word[at : at + 2].isalpha()] or [1])
    letter = chosen.choice("abcdefghijklmnopqrstuvwxyz")
    return chosen.choice(
        (
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def _look_alikes(list_: str, everyone: Sequence[Person]) -> dict[str, list[NamePair]]:
    names = [person.name.replace(",", "").casefold() for person in everyone]
    found: dict[str, list[NamePair]] = {f"near {list_}": [], f"across {list_}": []}
    known = [
        {
            " ".join(sorted(text.casefold().replace(",", "").split()))
            for text in (row.name, *row.aliases, *row.native)
        }
        for row in everyone
    ]
    ordered = [" ".join(sorted(name.split())) for name in names]
    for category, texts, scorer in (
        ("look-alike by letters", ordered, fuzz.ratio),
        ("look-alike by words", names, fuzz.token_set_ratio),
    ):
        scores = process.cdist(texts, texts, scorer=scorer, dtype=np.uint8)
        np.fill_diagonal(scores, 0)
        nearest = np.argsort(-scores.astype(np.int16), axis=1, kind="stable")[:, :NEAREST]
        for at, others in enumerate(nearest):
            for other in others:
                left, right = everyone[at], everyone[int(other)]
                # One person listed twice, under two regimes, is no look-alike.
                if not known[at] & known[int(other)]:
                    found[f"near {list_}"].append(NamePair(False, category, left.name, right.name))
                    for native in left.native[:1]:
                        found[f"across {list_}"].append(
                            NamePair(False, "look-alike across scripts", native, right.name)
                        )
    return found


def sdn_names(lists: Path) -> Iterator[str]:
    """Yield the names of individuals in the SDN table of May 2024, a work of the United States."""
    path = lists / "ofac_sdn" / "csv" / "sdn_2024-05-02.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as lines:
        yield from (row[1] for row in csv.reader(lines) if len(row) > 2 and row[2] == "individual")
