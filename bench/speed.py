"""How fast names are matched: building, opening, one question, and many at once, with peers on the same names.

    WATCHLINK_LISTS_DIR=… .venv/bin/python -m bench.speed [--write] [--listed 20000 200000] [--asked 10000 100000 1000000]

Listed are the real names of the lists first, then real companies, then names made of their words (bench/names.py), all in
Latin letters as in the lists' own files; one party in PAIRED also has its name in Han, kana or Hangul. Asked are names of
companies that are on no list, real ones first, a tenth of them listed names with a slip in the rarest word. Many at once run
in a process per core (matching.bulk); memory is what all of them hold together, shared pages once.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from bench.names import company_names, listed_names, take
from bench.quality import read_pairs
from bench.slips import KINDS, altered
from bench.variants import misspell, read
from matching import VERSION, Index, Record, RecordName, matches_of
from matching.scripts import UNSPACED

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
MARKERS = ("<!-- speed: begin -->", "<!-- speed: end -->")
PAIRED = 50
QUESTIONS = 2_000
SAMPLE = 10  # names a peer is asked
RETURNED = 0.5  # least score of an answer in the table of recall
FIRST = "import sys, time; t = time.perf_counter(); from matching import Index; u = time.perf_counter(); i = Index.open(sys.argv[1]); v = time.perf_counter(); i.match('Hangzhou Hikvison'); print(u - t, v - u, time.perf_counter() - v)"


def gathered(lists: Path, listed: int, asked: int) -> tuple[list[Record], list[str], int]:
    """Return so many listed names as records, so many names to ask, and how many of the listed ones are the lists' own."""
    companies = [name for name in company_names(lists) if not UNSPACED.search(name)]
    random.Random(1).shuffle(companies)
    half = len(companies) // 2
    real = listed_names(lists)[:listed]
    pairs = [
        (pair.right, pair.left)
        for pair in read_pairs(lists.parent / "matching" / "company_pairs_dev.csv.gz")
        if pair.match and pair.category == "legal_native~legal_en"
    ][: listed // PAIRED]
    names = list(dict.fromkeys([*real, *take(companies[:half], listed, 2)]))[: listed - 2 * len(pairs)]
    records = [Record(name, "Company", (RecordName(name),)) for name in names]
    records += [
        Record(native, "Company", (RecordName(english), RecordName(native))) for english, native in pairs
    ]
    questions = take(companies[half:], asked, 3)
    chosen = random.Random(21)
    slips = []
    for text in chosen.choices(real, k=asked // 5):
        if (name := read(text)) and len(name.brand()) >= 5:
            slips.append(name.with_word(name.rarest, misspell(chosen, name.brand())))
    questions[: asked // 10] = slips[: asked // 10]
    random.Random(4).shuffle(questions)
    return records, questions, len(real)


class Memory(threading.Thread):
    """Watch how much memory this process's children hold together, in MB, shared pages once."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0.0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.5):
            held = 0
            for path in Path("/proc").glob("[0-9]*/smaps_rollup"):
                try:
                    if f"PPid:\t{os.getpid()}\n" in (path.parent / "status").read_text():
                        held += int(path.read_text().split("\nPss:")[1].split()[0])
                except (OSError, IndexError):
                    continue
            self.most = max(self.most, held / 1e3)


def many(path: Path, names: Sequence[str]) -> tuple[float, int, float]:
    """Ask all names in a process per core; return seconds, hits and the workers' memory in MB."""
    memory = Memory()
    memory.start()
    # The workers' start is not what is measured: each must have opened the index and answered once.
    started, hits = 0.0, 0
    warm = ["warm"] * (os.cpu_count() or 1)
    for at, found in matches_of(path, [*warm, *names], chunk=min(20_000, max(1, len(names) // 4))):
        if at == 0:
            started = time.perf_counter()
        hits += len(found.score)
    memory.over.set()
    return time.perf_counter() - started, hits, memory.most


def alone(index: Index, names: Sequence[str]) -> list[float]:
    """Return the milliseconds of single questions, explanations of all hits included."""
    spent = []
    for name in names:
        started = time.perf_counter()
        for hit in index.match(name):
            _ = hit.explanation
        spent.append(1e3 * (time.perf_counter() - started))
    return spent


def recall(index: Index, real: list[str], count: int) -> list[str]:
    """Return a table: how often the name meant is among the answers, for each kind of alteration of its rarest word."""
    lines = ["| altered | asked | returned | best hit |", "| --- | ---: | ---: | ---: |"]
    total = found = 0
    for kind in KINDS:
        asked = altered(real, kind, count)
        answers = list(index.match_many([text for text, _ in asked], limit=50, threshold=RETURNED))
        returned = sum(
            any(hit.id in meant for hit in hits) for (_, meant), hits in zip(asked, answers, strict=True)
        )
        best = sum(
            bool(hits) and hits[0].id in meant for (_, meant), hits in zip(asked, answers, strict=True)
        )
        lines.append(f"| {kind} | {len(asked):,} | {returned / len(asked):.4f} | {best / len(asked):.3f} |")
        if kind != "initials":
            total, found = total + len(asked), found + returned
    lines.append(f"| *all but initials* | {total:,} | {found / total:.4f} | |")
    return lines


def first_answer(path: Path) -> tuple[float, float]:
    """Return the seconds in which a new process opens the index and answers once."""
    told = subprocess.run(
        [sys.executable, "-c", FIRST, str(path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    _, opened, first = map(float, told.stdout.split())
    return opened, first


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    parser.add_argument("--listed", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--asked", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--altered", type=int, default=600, help="names of each kind of alteration")
    given = parser.parse_args()
    lists = Path(os.environ["WATCHLINK_LISTS_DIR"])
    lines = [
        "| listed | build | file | open | first answer | one question p50 / p95 / p99 |",
        "| ---: " * 6 + "|",
    ]
    bulk = ["", "| listed | asked | wall | names/s | hits | memory |", "| ---: " * 6 + "|"]
    tables: list[str] = []
    peers = []
    for size in given.listed:
        records, asked, real = gathered(lists, size, max(given.asked))
        started = time.perf_counter()
        index = Index.build(records)
        built = time.perf_counter() - started
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "names.index")
            index.save(path)
            opened, first = first_answer(path)
            index = Index.open(path)
            p50, p95, p99 = np.quantile(alone(index, asked[:QUESTIONS]), [0.5, 0.95, 0.99])
            lines.append(
                f"| {size:,} | {built:.1f} s | {path.stat().st_size / 1e6:.0f} MB | {opened:.3f} s | {first:.2f} s "
                f"| {p50:.1f} / {p95:.1f} / {p99:.1f} ms |"
            )
            for amount in given.asked:
                wall, hits, held = many(path, asked[:amount])
                bulk.append(
                    f"| {size:,} | {amount:,} | {wall:.1f} s | {amount / wall:,.0f} | {hits:,} | {held:.0f} MB |"
                )
                print(bulk[-1], flush=True)
            names = [record.names[0].text for record in records]
            tables = ["", f"Among {size:,} listed names:", "", *recall(index, names[:real], given.altered)]
            each = timed(
                lambda names=names, asked=asked: [  # type: ignore[misc]
                    process.extract(name, names, scorer=fuzz.token_set_ratio, limit=20)
                    for name in asked[:SAMPLE]
                ]
            )
            peers.append(f"over {size:,} names {1e3 * each / SAMPLE:.0f} ms a name")
    peer = f"rapidfuzz `process.extract` (token_set_ratio), on one core: {'; '.join(peers)}."
    text = f"Matcher {VERSION}, {os.cpu_count()} cores.\n\n" + "\n".join([*lines, *bulk, *tables, "", peer])
    print(text)
    if given.write:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(MARKERS[0])
        PAGE.write_text(
            f"{before}{MARKERS[0]}\n{text}\n{MARKERS[1]}{rest.split(MARKERS[1])[1]}", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
