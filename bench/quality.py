"""How well names are matched: every pair scored by this matcher and by its peers, at one cut for all of them.

    WATCHLINK_LISTS_DIR=… .venv/bin/python -m bench.quality [--write] [--sample N] [--part tune --misses N]

The cut of a scorer is the lowest score at which at most 5 % of each family of look-alike pairs passes; what counts is
the share of true pairs above it. Companies are split in three by the MD5 of their first name: two parts to tune on,
one to report. A company is all names that true pairs connect.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from matching import VERSION, compare

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
PEER_WORKER = Path(__file__).parent / "nomenklatura_scores.py"
MARKERS = ("<!-- quality: begin -->", "<!-- quality: end -->")
FAMILIES = ("hard_negative_en_official", "hard_negative_native_official", "hard_negative_cross_script")
PASSING = 0.05  # of each family
OURS = "Watchlink"

Scorer = Callable[[str, str], float]


class NamePair(NamedTuple):
    """Two names, whether they are one company's, and what kind of pair they are."""

    match: bool
    category: str
    left: str
    right: str


class Scored(NamedTuple):
    """The scores of one scorer, a row per pair, and its cut: a pair passes with a score above it."""

    scores: list[float]
    cut: float


SCORERS: dict[str, Scorer] = {
    OURS: lambda left, right: compare(left, right).score,
    "token_set_ratio": lambda left, right: fuzz.token_set_ratio(left.lower(), right.lower()),
    "WRatio": lambda left, right: fuzz.WRatio(left.lower(), right.lower()),
    "Jaro-Winkler": lambda left, right: JaroWinkler.similarity(left.lower(), right.lower()),
}


def read_pairs(path: Path) -> list[NamePair]:
    """Read the pairs of a gzipped CSV with the columns match, category, name_a and name_b."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return [
            NamePair(row["match"] == "1", row["category"], row["name_a"], row["name_b"])
            for row in csv.DictReader(lines)
        ]


def companies(pairs: Iterable[NamePair]) -> dict[str, str]:
    """Return the company of each name: the alphabetically first of all names that true pairs connect with it."""
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while (parent := parents.setdefault(name, name)) != name:
            parents[name] = name = parents[parent]
        return name

    for pair in pairs:
        left, right = root(pair.left), root(pair.right)
        if pair.match and left != right:
            parents[max(left, right)] = min(left, right)
    return {name: root(name) for name in list(parents)}


def is_reported(company: str) -> bool:
    """Tell whether a company belongs to the third that nothing is tuned on."""
    return int(hashlib.md5(company.encode()).hexdigest(), 16) % 3 == 0


def part_of(pairs: Sequence[NamePair], reported: bool) -> list[NamePair]:
    """Keep one part. A look-alike pair is for tuning only if both of its companies are."""
    company = companies(pairs)
    return [
        pair
        for pair in pairs
        if reported == any(is_reported(company[name]) for name in (pair.left, pair.right))
    ]


def common_cut(pairs: Sequence[NamePair], scores: Sequence[float]) -> float:
    """Return the score above which at most PASSING of each look-alike family lies."""
    families: dict[str, list[float]] = defaultdict(list)
    for pair, score in zip(pairs, scores, strict=True):
        if pair.category in FAMILIES:
            families[pair.category].append(score)
    return max(sorted(found, reverse=True)[int(PASSING * len(found))] for found in families.values())


def passing(pairs: Sequence[NamePair], scored: Scored) -> dict[str, tuple[float, int]]:
    """Return for each category the share of its pairs above the cut and how many there are."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for pair, score in zip(pairs, scored.scores, strict=True):
        counts[pair.category][0] += score > scored.cut
        counts[pair.category][1] += 1
    return {category: (above / all_, all_) for category, (above, all_) in counts.items()}


def score_all(pairs: Sequence[NamePair], peers: bool) -> tuple[dict[str, Scored], list[str]]:
    """Score the pairs with every scorer at hand; the second value says which are missing and why."""
    columns = {
        name: [scorer(pair.left, pair.right) for pair in pairs]
        for name, scorer in SCORERS.items()
        if peers or name == OURS
    }
    missing = []
    if peers:
        try:
            columns |= nomenklatura(pairs)
        except (OSError, subprocess.CalledProcessError) as error:
            missing.append(
                "nomenklatura was NOT measured. Install requirements-bench.txt into an environment of its own and name its "
                f"Python in WATCHLINK_BENCH_PYTHON ({error})."
            )
    return {name: Scored(scores, common_cut(pairs, scores)) for name, scores in columns.items()}, missing


def nomenklatura(pairs: Sequence[NamePair], schema: str = "Company") -> dict[str, list[float]]:
    """Score pairs of parties' names with nomenklatura, in an environment of its own."""
    python = os.environ.get("WATCHLINK_BENCH_PYTHON", "/tmp/bench-venv/bin/python")
    asked = "".join(json.dumps([pair.left, pair.right]) + "\n" for pair in pairs)
    answer = subprocess.run(
        [python, str(PEER_WORKER), schema],
        input=asked,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd="/",
    )
    columns: dict[str, list[float]] = json.loads(answer.stdout)
    return columns


def table(pairs: Sequence[NamePair], columns: dict[str, Scored]) -> str:
    """Write the shares above each scorer's cut as two Markdown tables: true pairs, then look-alikes."""
    shares = {name: passing(pairs, scored) for name, scored in columns.items()}
    lines = []
    for title, wanted in (("true pairs", True), ("look-alike pairs", False)):
        categories = sorted({pair.category for pair in pairs if pair.match == wanted})
        if wanted:
            categories.sort(key=lambda category: category.startswith("ror"))
        lines += ["", f"| {title} above the cut | n | " + " | ".join(columns) + " |"]
        lines.append("| --- |" + " ---: |" * (len(columns) + 1))
        for category in categories:
            count = shares[OURS][category][1]
            cells = " | ".join(f"{shares[name][category][0]:.3f}" for name in columns)
            lines.append(f"| {category.replace('_', ' ')} | {count:,} | {cells} |")
    cuts = " | ".join(f"{scored.cut:.3f}" for scored in columns.values())
    return "\n".join([*lines, f"| *the cut* | | {cuts} |"]).strip()


def reliability(pairs: Sequence[NamePair], columns: dict[str, Scored]) -> str:
    """Tell, for scores read as probabilities, how many of the pairs in each tenth are true; institutions (ror) left out."""
    readable = [name for name in (OURS, "logic-v1", "logic-v2") if name in columns]
    lines = ["| score | " + " | ".join(f"{name}: pairs | true" for name in readable) + " |"]
    lines.append("| --- |" + " ---: | ---: |" * len(readable))
    for tenth in range(10):
        cells = []
        for name in readable:
            found = [
                pair.match
                for pair, score in zip(pairs, columns[name].scores, strict=True)
                if "ror" not in pair.category and min(int(score * 10), 9) == tenth
            ]
            cells += [f"{len(found):,}", f"{sum(found) / len(found):.2f}" if found else ""]
        lines.append(f"| {tenth / 10:.1f} to {(tenth + 1) / 10:.1f} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def misses(pairs: Sequence[NamePair], scored: Scored, count: int) -> str:
    """List some true pairs below the cut and some look-alikes above it, for each category."""
    lines = []
    chosen = random.Random(0)
    for category in sorted({pair.category for pair in pairs}):
        wrong = [
            (score, pair)
            for pair, score in zip(pairs, scored.scores, strict=True)
            if pair.category == category and (score > scored.cut) != pair.match
        ]
        lines.append(f"{category}: {len(wrong)} wrong")
        for score, pair in chosen.sample(wrong, min(count, len(wrong))):
            lines.append(f"  {score:.3f}  {pair.left} | {pair.right}")
    return "\n".join(lines)


def write(text: str) -> None:
    """Put the text between the markers of docs/benchmarks.md."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(MARKERS[0])
    _, after = rest.split(MARKERS[1])
    PAGE.write_text(f"{before}{MARKERS[0]}\n{text}\n{MARKERS[1]}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    parser.add_argument("--sample", type=int, default=0, help="score only so many pairs")
    parser.add_argument("--part", choices=("report", "tune"), default="report")
    parser.add_argument(
        "--misses", type=int, default=0, help="show so many errors of each category, of ours only"
    )
    given = parser.parse_args()
    if given.misses and given.part == "report":
        parser.error("nobody looks at errors of the reported third: use --part tune")
    folder = os.environ.get("WATCHLINK_LISTS_DIR", "")
    named = os.environ.get("WATCHLINK_PAIRS") or str(
        Path(folder, "..", "matching", "company_pairs_dev.csv.gz")
    )
    if not Path(named).is_file():
        sys.exit(f"SKIPPED: no pairs of names at {named}; set WATCHLINK_PAIRS or WATCHLINK_LISTS_DIR.")
    pairs = part_of(read_pairs(Path(named)), given.part == "report")
    if given.sample:
        pairs = random.Random(0).sample(pairs, min(given.sample, len(pairs)))
    columns, missing = score_all(pairs, peers=not given.misses and given.part == "report")
    text = table(pairs, columns) + "\n\n" + reliability(pairs, columns)
    print(text, *missing, sep="\n")
    if given.misses:
        print(misses(pairs, columns[OURS], given.misses))
    if given.write:
        if missing or given.sample or given.part != "report":
            sys.exit(
                "NOT WRITTEN: docs/benchmarks.md holds whole runs of the reported third with every peer."
            )
        write(f"Matcher {VERSION}.\n\n{text}")


if __name__ == "__main__":
    main()
