"""How many alerts an analyst gets for companies that are clean: suppliers and holdings against every list loaded.

    WATCHLINK_LISTS_DIR=… WATCHLINK_DATA_DIR=… .venv/bin/python -m bench.alerts [--report alerts.csv] [--write] [--threshold 0.7]

Asks with what the file says: the name, and the country where there is one. Lists are those of the database in WATCHLINK_DATA_DIR
(load them with `manage.py ingest --from`). An alert is a company with at least one listed party at or above the threshold.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import django

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
MARKERS = ("<!-- alerts: begin -->", "<!-- alerts: end -->")
FILES = {
    "brand factory lists": (
        "suppliers/adidas_nike_merged_2023.csv.gz",
        "suppliers/nike_2021.csv.gz",
        "suppliers/sport_brand_factories_names.csv.gz",
    ),
    "facility lists": ("suppliers/oar_facility_lists",),
    "fund holdings": ("portfolio/IEMG_holdings_2019.csv.gz",),
    "shares of the world": ("portfolio/financedatabase_equities.csv.gz",),
}
NAMES = ("name", "Name", "Factory_Name", "Factory Name", "factory_name")
COUNTRIES = ("country", "Country", "Location")
GOAL = 2.0  # alerts per 1,000 companies of the brand factory lists


class Asked(NamedTuple):
    """A company and the country its file states, as an ISO code or None."""

    name: str
    country: str | None


class Alert(NamedTuple):
    """An alert: who was asked about, and the listed party that came back first."""

    asked: Asked
    entity_id: str
    name: str
    score: float


def read(folder: Path, places: tuple[str, ...]) -> Iterator[Asked]:
    """Yield the companies of files, each name and country once."""
    from ingest.audit import Audit
    from ingest.countries import country_code

    audit = Audit()

    seen: set[Asked] = set()
    for place in places:
        path = folder / place
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
            lines = raw.decode("utf-8-sig", "replace").splitlines()
            for row in csv.DictReader(lines):
                name = next((row[column] for column in NAMES if row.get(column)), "").strip()
                stated = next((row[column] for column in COUNTRIES if row.get(column)), "")
                asked = Asked(name, country_code(stated, audit) or None)
                if name and asked not in seen:
                    seen.add(asked)
                    yield asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--report", type=Path, help="write every alert of the brand factory lists here")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument("--threshold", type=float, help="another threshold than the default")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    from matching import VERSION, Index, Query
    from screening.index import records
    from screening.parties import on_a_list

    threshold = given.threshold or settings.MATCH_THRESHOLD
    listed = on_a_list()
    index = Index.build(record for record in records() if listed(record.id))
    if not len(index):
        sys.exit(
            "SKIPPED: no list is loaded; run `manage.py ingest --from FOLDER` with this WATCHLINK_DATA_DIR first."
        )
    folder = Path(os.environ["WATCHLINK_LISTS_DIR"]).parent / "companies"
    lines = ["| companies | asked | alerts | per 1,000 | µs each |", "| --- | ---: | ---: | ---: | ---: |"]
    for title, places in FILES.items():
        asked = list(read(folder, places))
        started = time.process_time()
        answers = list(index.match_many([Query(a.name, a.country) for a in asked], 1, threshold))
        spent = (time.process_time() - started) / max(len(asked), 1) * 1e6
        alerts = [
            Alert(one, hits[0].id, hits[0].name.text, hits[0].score)
            for one, hits in zip(asked, answers, strict=True)
            if hits
        ]
        share = 1000 * len(alerts) / max(len(asked), 1)
        lines.append(f"| {title} | {len(asked):,} | {len(alerts):,} | {share:.1f} | {spent:,.0f} |")
        if given.report and title == "brand factory lists":
            with given.report.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(("asked", "country", "score", "matched_name", "entity_id"))
                for alert in sorted(alerts, key=lambda alert: -alert.score):
                    writer.writerow((*alert.asked, alert.score, alert.name, alert.entity_id))
    text = f"Matcher {VERSION}, threshold {threshold}, {len(index):,} listed parties.\n\n" + "\n".join(lines)
    print(text)
    if given.write:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(MARKERS[0])
        PAGE.write_text(
            f"{before}{MARKERS[0]}\n{text}\n{MARKERS[1]}{rest.split(MARKERS[1])[1]}", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
