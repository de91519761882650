"""How fast names are matched: building, opening, one question, and many at once beside a peer on the same names.

    WATCHLINK_LISTS_DIR=… .venv/bin/python -m bench.speed [--write] [--listed 20000 200000] [--asked 10000 100000]

Names are real ones first (the lists', then shares, registers and filers), then made of their words (bench/names.py). A tenth of
those asked are listed names with a slip in the rarest word. Many at once run in as many processes as there are cores; each maps
the same file. The peer, rapidfuzz over every name, is timed on a sample.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from bench.names import company_names, listed_names, take
from bench.variants import misspell, read
from matching import VERSION, Index, Query, Record, RecordName

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
MARKERS = ("<!-- speed: begin -->", "<!-- speed: end -->")
CHUNK = 2_000
FIRST = "import sys, time; t = time.perf_counter(); from matching import Index; u = time.perf_counter(); i = Index.open(sys.argv[1]); v = time.perf_counter(); i.match('Hangzhou Hikvison'); print(u - t, v - u, time.perf_counter() - v)"

_index: Index | None = None


def _open(path: str) -> None:
    global _index
    _index = Index.open(path)


def _answer(names: Sequence[str]) -> tuple[int, float]:
    assert _index is not None
    return len(_index.matches([Query(name) for name in names]).score), resource.getrusage(
        resource.RUSAGE_SELF
    ).ru_maxrss / 1e3


def slips(names: Sequence[str], count: int) -> list[str]:
    """Return listed names with one slip in the rarest word."""
    chosen = random.Random(21)
    found = []
    for text in chosen.sample(list(names), min(len(names), 3 * count)):
        name = read(text)
        if name and len(name.brand()) >= 5:
            found.append(name.with_word(name.rarest, misspell(chosen, name.brand())))
    return found[:count]


def many(path: Path, names: Sequence[str]) -> tuple[float, int, float]:
    """Ask all names in a process per core; return seconds, hits and the largest process in MB."""
    chunks = [names[start : start + CHUNK] for start in range(0, len(names), CHUNK)]
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores, get_context("spawn"), _open, (str(path),)) as pool:
        list(pool.map(_answer, [["warm"]] * cores))
        started = time.perf_counter()
        answers = list(pool.map(_answer, chunks))
        spent = time.perf_counter() - started
    return spent, sum(hits for hits, _ in answers), max(size for _, size in answers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    parser.add_argument("--listed", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--asked", type=int, nargs="+", default=[10_000, 100_000])
    given = parser.parse_args()
    lists = Path(os.environ["WATCHLINK_LISTS_DIR"])
    companies = company_names(lists)
    random.Random(1).shuffle(companies)
    half = len(companies) // 2
    lines = [
        "| listed | build | file | open | first answer | one question p50 / p95 / p99 | slip found | best hit |"
    ]
    lines.append("| ---: " * 8 + "|")
    bulk = ["", "| listed | asked | wall | names/s | hits | largest process |", "| ---: " * 6 + "|"]
    peer = ""
    for size in given.listed:
        real = listed_names(lists)
        listed = list(dict.fromkeys([*real, *take(companies[:half], size, 2)]))[:size]
        asked = take(companies[half:], max(given.asked), 3)
        altered = slips(real[:size], len(asked) // 10)
        asked[: len(altered)] = altered
        random.Random(4).shuffle(asked)
        started = time.perf_counter()
        index = Index.build(Record(name, "Company", (RecordName(name),)) for name in listed)
        built = time.perf_counter() - started
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "names.index")
            index.save(path)
            _, opened, first = map(
                float,
                subprocess.run(
                    [sys.executable, "-c", FIRST, str(path)],
                    capture_output=True,
                    text=True,
                    check=True,
                    cwd=ROOT,
                ).stdout.split(),
            )
            index = Index.open(path)
            spent = []
            for name in asked[:2_000]:
                started = time.perf_counter()
                for hit in index.match(name):
                    _ = hit.explanation
                spent.append(1e3 * (time.perf_counter() - started))
            p50, p95, p99 = np.quantile(spent, [0.5, 0.95, 0.99])
            found = best = counted = 0
            chosen = random.Random(5)
            for text in chosen.sample(real[: size // 2], 1_000):
                if (taken := read(text)) and len(taken.brand()) >= 5:
                    slip = taken.with_word(taken.rarest, misspell(chosen, taken.brand()))
                    hits = [hit.id for hit in index.match(slip, limit=50, threshold=0.5)]
                    counted += 1
                    found += text in hits
                    best += hits[:1] == [text]
            lines.append(
                f"| {len(listed):,} | {built:.1f} s | {path.stat().st_size / 1e6:.0f} MB | {opened:.3f} s | {first:.2f} s "
                f"| {p50:.1f} / {p95:.1f} / {p99:.1f} ms | {found / counted:.3f} | {best / counted:.3f} |"
            )
            for amount in given.asked:
                wall, total, largest = many(path, asked[:amount])
                bulk.append(
                    f"| {len(listed):,} | {amount:,} | {wall:.1f} s | {amount / wall:,.0f} | {total:,} | {largest:.0f} MB |"
                )
            sample = asked[:10]
            started = time.perf_counter()
            for name in sample:
                process.extract(name, listed, scorer=fuzz.token_set_ratio, limit=20)
            each = (time.perf_counter() - started) / len(sample)
            peer += f" rapidfuzz `process.extract` (token_set_ratio) over {len(listed):,} names: {1e3 * each:.0f} ms a name on one core."
    text = (
        f"Matcher {VERSION}, {os.cpu_count()} cores.\n\n" + "\n".join([*lines, *bulk]) + f"\n\n{peer.strip()}"
    )
    print(text)
    if given.write:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(MARKERS[0])
        PAGE.write_text(
            f"{before}{MARKERS[0]}\n{text}\n{MARKERS[1]}{rest.split(MARKERS[1])[1]}", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
