"""Learn how much each feature of two persons' names counts, on the two thirds of persons that nothing is reported on.

    WATCHLINK_LISTS_DIR=… .venv/bin/python -m bench.person_training [--count]

Writes matching/data/models/persons.json; with --count first matching/data/person_words.csv. See bench/training.py.
"""

from __future__ import annotations

import csv
import os
import sys
import zlib
from collections import Counter
from pathlib import Path

import numpy as np

from bench.person_names import pairs, sdn_names
from bench.training import Examples, learn
from matching.lexicon import DATA
from matching.persons.features import FEATURES, measure
from matching.persons.reading import read

ROUNDS = 80  # a pair must cost no more than a company's
MADE = frozenset({"other order", "one slip", "initials", "title", "a part left out"})
MADE_WEIGHT = 0.4
LEAST = 6  # persons who bear a word, for it to be kept
# In which direction a feature may move the score, all else equal.
MONOTONE = {
    "agreed share, low": 1,
    "agreed share, high": 1,
    "weight of agreed words": 1,
    "rarest agreed word": 1,
    "full words that agree": 1,
    "left on both sides": -1,
    "left on one side": -1,
    "rarest word left, lower": -1,
    "doubt": -1,
    "least likeness": 1,
    "likeness of the letters": 1,
    "initials": -1,
    "last words agree": 1,
    "first words agree": 1,
}
HEADER = """# How many of {names:,} individuals in the SDN table of May 2024, a work of the United States, bear a word, by what it sounds
# like (matching/persons/spelling.py); words of fewer than {least} are not kept. Counted by bench/person_training.py.
"""


def examples(lists: Path) -> Examples:
    """Gather and measure the pairs for tuning."""
    rows = []
    for pair in pairs(lists, reported=False):
        left, right = read(pair.left), read(pair.right)
        if left.words and right.words and (values := measure(left, right).values)[0]:
            rows.append((pair, values))
    match = np.array([pair.match for pair, _ in rows])
    return Examples(
        "persons",
        tuple(name for name, _ in FEATURES),
        np.array([values for _, values in rows], np.float32),
        match,
        np.array([zlib.crc32(pair.left.encode()) for pair, _ in rows], np.int64),
        ~match & np.array([pair.category != "stranger" for pair, _ in rows]),
        np.ones(len(rows), np.bool_),
        np.array([MADE_WEIGHT if pair.category in MADE else 1.0 for pair, _ in rows], np.float32),
        tuple(MONOTONE.get(name, 0) for name, _ in FEATURES),
        rounds=ROUNDS,
        parameters={"monotone_constraints_method": "intermediate"},
    )


def count_words(lists: Path) -> None:
    """Count how many individuals bear each word, and keep it as data of the matcher."""
    counts: Counter[str] = Counter()
    names = set(sdn_names(lists))
    for name in names:
        counts.update({word.key for word in read(name).words if word.cls == "name"})
    with (DATA / "person_words.csv").open("w", encoding="utf-8", newline="") as lines:
        lines.write(HEADER.format(names=len(names), least=LEAST))
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(("key", "persons"))
        writer.writerow(("*", len(names)))
        writer.writerows((word, count) for word, count in counts.most_common() if count >= LEAST)


def main() -> None:
    lists = Path(os.environ["WATCHLINK_LISTS_DIR"])
    if "--count" in sys.argv:
        count_words(lists)
        return
    learn([examples(lists)])


if __name__ == "__main__":
    main()
