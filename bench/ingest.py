"""How long loading takes, and how much memory: each list in a process of its own, on the database that DATABASE_URL names.

    WATCHLINK_LISTS_DIR=… .venv/bin/python bench/ingest.py [--runs 3]

The yardstick beside each figure is the least any loader must do in the same minute on the same machine:
unpack the file, read it with lxml or csv, keep nothing.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
ENTITIES = 18_000

# name, source, what to load (under WATCHLINK_LISTS_DIR), what must be held before, goal in seconds
CASES = (
    ("SDN, legacy tables of 2021-07", "us_ofac_sdn", "ofac_sdn/csv/quartet_2021-07", "", 10.0),
    ("SDN.CSV of 2024-05-02, first load", "us_ofac_sdn", "ofac_sdn/csv/sdn_2024-05-02.csv.gz", "", 10.0),
    (
        "SDN.CSV of 2024-05-02 over 2024-04-26",
        "us_ofac_sdn",
        "ofac_sdn/csv/sdn_2024-05-02.csv.gz",
        "ofac_sdn/csv/sdn_2024-04-26.csv.gz",
        10.0,
    ),
    (
        "SDN.CSV of 2024-05-02, unchanged refresh",
        "us_ofac_sdn",
        "ofac_sdn/csv/sdn_2024-05-02.csv.gz",
        "ofac_sdn/csv/sdn_2024-05-02.csv.gz",
        1.0,
    ),
    (f"SDN_ENHANCED.XML of {ENTITIES:,} entries (multiplied)", "us_ofac_sdn", "enhanced", "", 10.0),
    ("Consolidated Screening List of 2022", "us_csl", "us_csl/csl_2022_full.csv.gz", "", 15.0),
    ("every list of the folder, from nothing", "", ".", "", 90.0),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", nargs=3, metavar=("SOURCE", "PATH", "BEFORE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(*given.one)))
        return
    lists = Path(os.environ.get("WATCHLINK_LISTS_DIR", ""))
    if not os.environ.get("WATCHLINK_LISTS_DIR") or not lists.is_dir():
        sys.exit("WATCHLINK_LISTS_DIR names no folder of the publishers' real files.")
    print(f"| what | goal | median of {given.runs} | least–most | peak memory | bare read |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for name, source, path, before, goal in CASES:
            whole = multiplied(lists, Path(folder)) if path == "enhanced" else lists / path
            results = [one(source, whole, lists / before if before else None) for _ in range(given.runs)]
            seconds = [result["seconds"] for result in results]
            memory = max(result["memory"] for result in results)
            bare = statistics.median(bare_read(whole) for _ in range(given.runs))
            print(
                f"| {name} | {goal:g} s | {statistics.median(seconds):.2f} s | {min(seconds):.2f}–{max(seconds):.2f} s"
                f" | {memory:,.0f} MB | {bare:.2f} s |",
                flush=True,
            )


def one(source: str, path: Path, before: Path | None) -> dict[str, float]:
    """Measure one case in a fresh process with a fresh record."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"WATCHLINK_DATA_DIR": folder, "LOG_LEVEL": "CRITICAL"}
        ran = subprocess.run(
            [sys.executable, __file__, "--one", source, str(path), str(before or "")],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    found: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return found


def measure(source: str, path: str, before: str) -> dict[str, float]:
    """Load inside this process: seconds without Django's start, peak memory in MB with it."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from ingest.errors import IngestError
    from ingest.runs import ingest
    from ingest.source import all_sources, source_named

    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        call_command("flush", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    sources = [source_named(source)] if source else list(all_sources().values())
    if before:
        ingest(sources[0], path=Path(before))
    started = time.perf_counter()
    for module in sources:
        try:
            ingest(module, path=Path(path))
        except IngestError:
            if source:
                raise
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "memory": peak_memory()}


def peak_memory() -> float:
    """Return this process's peak in MB; ru_maxrss would count the parent's from before the exec."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else float("nan")


def multiplied(lists: Path, folder: Path) -> Path:
    """Write an SDN_ENHANCED.XML of full size: a real export's entries over and over, each with ids of its own."""
    target = folder / "SDN_ENHANCED.XML"
    if target.exists():
        return target
    with gzip.open(
        lists / "ofac_sdn/enhanced_xml/SDN_ENHANCED_filtered_IRGC_2024-08-28.xml.gz", "rt"
    ) as packed:
        text = packed.read()
    only = '<filters><sanctionsLists><sanctionsList refId="1550">SDN List</sanctionsList></sanctionsLists></filters>'
    text = re.sub(r"<filters>.*?</filters>", only, text, flags=re.DOTALL)
    head, _, rest = text.partition("<entities>")
    body, _, tail = rest.partition("</entities>")
    count = len(re.findall(r"<entity ", body))
    ids = re.compile(r'(<entity id=|entityId=)"(\d+)"')
    with target.open("w") as sink:
        sink.write(head + "<entities>")
        for copy in range(ENTITIES // count + 1):
            sink.write(ids.sub(partial(shifted, by=copy * 1_000_000), body))
        sink.write("</entities>" + tail)
    return target


def shifted(found: re.Match[str], by: int) -> str:
    return f'{found[1]}"{int(found[2]) + by}"'


def bare_read(path: Path) -> float:
    """Read every file once and keep nothing."""
    from lxml import etree

    started = time.perf_counter()
    files = [child for child in path.rglob("*") if child.is_file()] if path.is_dir() else [path]
    for file in files:
        content = _plain(file)
        if content.lstrip()[:1] == b"<":
            try:
                for _, element in etree.iterparse(_stream(content), events=("end",)):
                    element.clear()
            except etree.XMLSyntaxError:
                pass
        else:
            for _ in csv.reader(content.decode("utf-8", "replace").replace("\0", "").splitlines()):
                pass
    return time.perf_counter() - started


def _plain(file: Path) -> bytes:
    if file.suffix == ".gz":
        return gzip.decompress(file.read_bytes())
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    return file.read_bytes()


def _stream(content: bytes) -> Any:
    import io

    return io.BytesIO(content)


if __name__ == "__main__":
    main()
