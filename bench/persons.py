"""How well persons' names are matched: spellings of one person on the real lists against look-alikes, peers beside.

    WATCHLINK_LISTS_DIR=… .venv/bin/python -m bench.persons [--write]

The cut of a scorer is the lowest score at which at most 5 % of each family of look-alikes passes; what counts is the
share of true pairs above it. Persons are split in three by the MD5 of their id: two parts to tune on, one to report.
Many aliases are other names altogether (a nom de guerre), which no comparison of names can find.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from bench.person_names import pairs
from bench.quality import PAGE, PASSING, NamePair, Scored, nomenklatura, passing
from matching import VERSION, Index, Query, Record, RecordName
from matching.index import DEFAULT_THRESHOLD
from matching.persons.scoring import score_pairs

MARKERS = ("<!-- persons: begin -->", "<!-- persons: end -->")
OURS = "Watchlink"
MOST = 1000  # pairs of a category
MADE = ("other order", "a part left out", "initials", "title", "one slip")
PEERS: dict[str, Callable[[str, str], float]] = {
    "token_set_ratio": lambda left, right: fuzz.token_set_ratio(left.lower(), right.lower()),
    "Jaro-Winkler": lambda left, right: JaroWinkler.similarity(left.lower(), right.lower()),
}


def sampled(found: Sequence[NamePair]) -> list[NamePair]:
    """Keep at most MOST pairs of each category."""
    categories: dict[str, list[NamePair]] = defaultdict(list)
    for pair in found:
        categories[pair.category].append(pair)
    chosen = random.Random(0)
    return [pair for rows in categories.values() for pair in chosen.sample(rows, min(MOST, len(rows)))]


def cut(found: Sequence[NamePair], scores: Sequence[float]) -> float:
    """Return the score above which at most PASSING of each family of look-alikes lies."""
    families: dict[str, list[float]] = defaultdict(list)
    for pair, score in zip(found, scores, strict=True):
        if not pair.match:
            families[pair.category].append(score)
    return max(sorted(rows, reverse=True)[int(PASSING * len(rows))] for rows in families.values())


def score_all(found: Sequence[NamePair]) -> tuple[dict[str, list[float]], str]:
    """Score the pairs with every scorer at hand; the second value says which is missing and why."""
    names = [(pair.left, pair.right) for pair in found]
    columns = {OURS: score_pairs(names).tolist()}
    columns |= {peer: [scorer(*pair) for pair in names] for peer, scorer in PEERS.items()}
    try:
        return columns | nomenklatura(found, "Person"), ""
    except (OSError, subprocess.CalledProcessError) as error:
        return columns, f"nomenklatura was NOT measured ({error})."


def table(found: Sequence[NamePair], columns: dict[str, list[float]]) -> str:
    """Write the shares above each scorer's cut, and ours at the default threshold, as a Markdown table."""
    shares = {name: passing(found, Scored(scores, cut(found, scores))) for name, scores in columns.items()}
    at_default = passing(found, Scored(columns[OURS], DEFAULT_THRESHOLD - 1e-9))
    lines = [f"| above the cut | n | {' | '.join(columns)} | Watchlink at {DEFAULT_THRESHOLD} |"]
    lines.append("| --- |" + " ---: |" * (len(columns) + 2))
    true = sorted({pair.category for pair in found if pair.match}, key=lambda name: (name in MADE, name))
    for category in (*true, *sorted({pair.category for pair in found if not pair.match})):
        cells = " | ".join(f"{shares[name][category][0]:.3f}" for name in columns)
        count, share = at_default[category][1], at_default[category][0]
        lines.append(f"| {category} | {count:,} | {cells} | {share:.3f} |")
    return "\n".join(lines)


def reliability(found: Sequence[NamePair], scores: Sequence[float]) -> str:
    """Tell how many of the pairs in each tenth of the scale are true."""
    lines = ["| score | pairs | true |", "| --- | ---: | ---: |"]
    for tenth in range(10):
        rows = [
            pair.match for pair, score in zip(found, scores, strict=True) if min(int(score * 10), 9) == tenth
        ]
        share = f"{sum(rows) / len(rows):.2f}" if rows else ""
        lines.append(f"| {tenth / 10:.1f} to {(tenth + 1) / 10:.1f} | {len(rows):,} | {share} |")
    return "\n".join(lines)


def retrieval(found: Sequence[NamePair]) -> str:
    """Tell how many true names that score enough an index of all of them returns, and what a pair and a query cost."""
    # Where a pair crosses scripts, the native name is asked for.
    true = [
        pair._replace(left=pair.right, right=pair.left) if "script" in pair.category else pair
        for pair in found
        if pair.match
    ]
    names = sorted({pair.left for pair in true})
    index = Index.build(Record(name, "Person", (RecordName(name),)) for name in names)
    asked = [(pair.right, pair.left) for pair in true]
    each, scores = least_time(lambda: score_pairs(asked).tolist(), len(true))
    queries = [Query(pair.right, schema="Person") for pair in true]
    query, answers = least_time(lambda: list(index.match_many(queries, limit=50)), len(true))
    wanted = [
        (pair, hits)
        for pair, score, hits in zip(true, scores, answers, strict=True)
        if score >= DEFAULT_THRESHOLD
    ]
    returned = sum(any(hit.id == pair.left for hit in hits) for pair, hits in wanted)
    return (
        f"Of {len(wanted):,} true pairs that reach {DEFAULT_THRESHOLD}, an index of {len(names):,} names returns "
        f"{returned / len(wanted):.4f}. Processor time: {each * 1e6:.0f} µs a pair; "
        f"{query * 1e6:.0f} µs a query."
    )


def least_time(work: Callable[[], list[Any]], count: int) -> tuple[float, list[Any]]:
    """Return the least processor time for each of so many of three runs, since others share the machine; and the result."""
    times = []
    for _ in range(3):
        start = time.process_time()
        found = work()
        times.append((time.process_time() - start) / count)
    return min(times), found


def write(text: str) -> None:
    """Put the text between the markers of docs/benchmarks.md."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(MARKERS[0])
    _, after = rest.split(MARKERS[1])
    PAGE.write_text(f"{before}{MARKERS[0]}\n{text}\n{MARKERS[1]}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    given = parser.parse_args()
    folder = os.environ.get("WATCHLINK_LISTS_DIR", "")
    if not Path(folder, "un_sc").is_dir():
        sys.exit("SKIPPED: set WATCHLINK_LISTS_DIR to the folder of the publishers' files.")
    whole = pairs(Path(folder), reported=True)
    found = sampled(whole)
    columns, missing = score_all(found)
    scores = score_pairs([(pair.left, pair.right) for pair in whole]).tolist()
    text = "\n\n".join([table(found, columns), reliability(whole, scores), retrieval(found)])
    print(text, missing, sep="\n")
    if given.write:
        if missing:
            sys.exit("NOT WRITTEN: docs/benchmarks.md holds whole runs with every peer.")
        write(f"Matcher {VERSION}.\n\n{text}")


if __name__ == "__main__":
    main()
