"""How fast `manage.py screen` is, how much of that is the matching engine, and whether memory grows with the file.

    WATCHLINK_LISTS_DIR=… WATCHLINK_DATA_DIR=… .venv/bin/python -m bench.screening [--rows 25000 100000] [--format csv]

Suppliers are real ones: the brands' factory lists and the shares of the world, each again under a number of its own until
there are enough. Lists are those of the database in WATCHLINK_DATA_DIR. Each size runs in a process of its own. Seconds are
processor time, so that what else runs on the machine does not count.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import django

FILES = (
    "suppliers/adidas_nike_merged_2023.csv.gz",
    "suppliers/nike_2021.csv.gz",
    "suppliers/sport_brand_factories_names.csv.gz",
    "portfolio/financedatabase_equities.csv.gz",
)
NAMES = ("Factory_Name", "Factory Name", "factory_name", "name")
COUNTRIES = ("Country", "country")
GOAL = 100  # microseconds a row beside the engine


class Clocked:
    """An index that keeps the processor time that its engine takes."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self.seconds = 0.0

    def match_many(self, *args: Any, **options: Any) -> Iterator[Any]:
        answers = iter(self._index.match_many(*args, **options))
        while True:
            began = time.process_time()
            try:
                answer = next(answers)
            except StopIteration:
                return
            finally:
                self.seconds += time.process_time() - began
            yield answer


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[25_000, 100_000])
    parser.add_argument("--format", choices=["csv", "xlsx"], default="csv")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measured(given.one)))
        return
    print(
        f"| rows ({given.format}) | hits | processor time | of it the engine | beside it, a row | largest memory |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for rows in given.rows:
        with tempfile.TemporaryDirectory(prefix="watchlink-bench-") as folder:
            path = Path(folder) / f"suppliers.{given.format}"
            write(path, islice(suppliers(), rows))
            done = subprocess.run(
                [sys.executable, "-m", "bench.screening", "--one", str(path)],
                capture_output=True,
                text=True,
                check=True,
            )
        told = json.loads(done.stdout.splitlines()[-1])
        print(
            f"| {told['rows']:,} | {told['hits']:,} | {told['seconds']:.1f} s | {told['engine']:.1f} s | "
            f"{told['beside']:.0f} µs | {told['megabytes']:,.0f} MB |",
            flush=True,
        )


def measured(path: Path) -> dict[str, Any]:
    """Screen a file as the command does, into a file of hits, and take the time."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from dataclasses import replace
    from datetime import date

    from django.conf import settings

    from entities.querysets import Moment
    from screening.finding import Finder
    from screening.hit_files import hit_cells, hit_file
    from screening.streaming import Tally, screened
    from screening.suppliers import Supplier, open_suppliers
    from screening.worlds import present_world

    world = present_world(Moment(date.today()))  # noqa: DTZ011
    clocked = Clocked(world.index)
    finder = Finder(replace(world, index=clocked), settings.MATCH_THRESHOLD)  # type: ignore[arg-type]
    # What is opened and compiled once for any number of rows.
    list(finder.find([Supplier(0, "Example Trading Co., Ltd."), Supplier(0, "示例贸易有限公司")]))
    clocked.seconds = 0.0
    tally = Tally()
    began = time.process_time()
    with hit_file(path.with_name("hits.csv")) as put:
        for found in screened(open_suppliers(path).rows(), finder, tally):
            put(hit_cells(found))
    seconds = time.process_time() - began
    return {
        "rows": tally.rows,
        "hits": tally.hits,
        "seconds": seconds,
        "engine": clocked.seconds,
        "beside": (seconds - clocked.seconds) / tally.rows * 1e6,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def suppliers() -> Iterator[list[str]]:
    """Yield name, country and number without end."""
    folder = Path(os.environ["WATCHLINK_LISTS_DIR"]) / ".." / "companies"
    known: list[tuple[str, str]] = []
    for name in FILES:
        text = gzip.decompress((folder / name).read_bytes()).decode("utf-8-sig")
        for row in csv.DictReader(io.StringIO(text)):
            title = next((row[key] for key in NAMES if row.get(key)), "")
            if title:
                known.append((title, next((row[key] for key in COUNTRIES if row.get(key)), "")))
    for number, (title, country) in enumerate(cycle(known)):
        yield [title, country, f"S-{number}"]


def write(path: Path, rows: Iterable[list[str]]) -> None:
    head = ["Supplier name", "Country", "Supplier number"]
    if path.suffix == ".csv":
        with path.open("w", newline="") as sink:
            csv.writer(sink).writerows([head, *rows])
        return
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Suppliers")
    for row in ([head], rows):
        for cells in row:
            sheet.append(cells)
    book.save(path)


if __name__ == "__main__":
    main()
