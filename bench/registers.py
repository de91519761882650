"""How fast a register of millions is loaded, and in how much memory: a copy in the shape of GLEIF's, generated here.

    .venv/bin/python -m bench.registers [--companies 1000000] [--write]
    DATABASE_URL=postgres://… .venv/bin/python -m bench.registers

Invented companies in tables with the golden copy's columns (338, most of them empty): Level 1, Level 2 for a fifth of
them, and 1.3 reporting exceptions each. Three loads in processes of their own: the first copy, the same again, and
one a week later in which one company in a hundred has changed. Speed is processor time of one core; memory is
read twice a second.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
MARKERS = ("<!-- registers: begin -->", "<!-- registers: end -->")
GOAL = 20_000
COLUMNS = 338
COUNTRIES = ("US", "CN", "DE", "GB", "IN", "FR", "NL", "IT", "HK", "JP")
WORDS = (
    "Example",
    "Harbour",
    "Northern",
    "Silk",
    "Pacific",
    "Iron",
    "Cedar",
    "Golden",
    "Delta",
    "Summit",
    "Orchid",
)
TRADES = (
    "Trading",
    "Electronics",
    "Shipping",
    "Textiles",
    "Mining",
    "Capital",
    "Foods",
    "Chemicals",
    "Logistics",
)
FORMS = {"US": "LLC", "CN": "Co., Ltd.", "DE": "GmbH", "GB": "Limited", "NL": "B.V.", "JP": "K.K."}
# One company in this many is renamed in the later copy.
RENAMED = 100
LABELS = {"first": "first copy", "again": "the same copy again", "later": "a week later, 1 % renamed"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--companies", type=int, default=1_000_000)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument("--one", metavar="FOLDER", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(Path(given.one))))
        return
    with tempfile.TemporaryDirectory() as folder:
        results = {}
        for label in LABELS:
            copy = Path(folder) / ("later" if label == "later" else "first")
            if not copy.exists():
                generate(copy, given.companies, later=label == "later")
            results[label] = one(copy, Path(folder) / "data")
            print(label, results[label], flush=True)
    table = told(given.companies, results)
    print(table)
    if given.write:
        page = PAGE.read_text(encoding="utf-8")
        head, _, rest = page.partition(MARKERS[0])
        tail = rest.partition(MARKERS[1])[2]
        PAGE.write_text(f"{head}{MARKERS[0]}\n{table}\n{MARKERS[1]}{tail}", encoding="utf-8")


def told(companies: int, results: dict[str, dict[str, float]]) -> str:
    database = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    lines = [
        f"{database}, {companies:,} companies, {results['first']['rows']:,.0f} rows in three tables of {results['first']['megabytes']:,.0f} MB:",
        "",
        f"| what | rows/s (goal {GOAL:,}) | companies/s | processor time | wall | memory at a tenth, at half, peak |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for label, name in LABELS.items():
        row = results[label]
        lines.append(
            f"| {name} | {row['rows'] / row['seconds']:,.0f} | {companies / row['seconds']:,.0f} | {row['seconds']:.1f} s"
            f" | {row['wall']:.1f} s | {row['tenth']:.0f}, {row['half']:.0f}, {row['peak']:.0f} MB |"
        )
    return "\n".join(lines)


def one(copy: Path, data: Path) -> dict[str, float]:
    """Load a copy in a process of its own, into the record that the one before left."""
    environment = os.environ | {"WATCHLINK_DATA_DIR": str(data), "LOG_LEVEL": "CRITICAL"}
    ran = subprocess.run(
        [sys.executable, "-m", "bench.registers", "--one", str(copy)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return found


def measure(copy: Path) -> dict[str, float]:
    """Load inside this process: processor seconds, wall seconds, and the memory as it went on, in MB."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from ingest.runs import ingest
    from ingest.sources import gleif

    call_command("migrate", verbosity=0)
    # Any number of companies is a whole copy here.
    gleif.DATASETS = tuple(dataclasses.replace(info, bounds=(1, 10_000_000)) for info in gleif.DATASETS)
    memory: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            memory.append(resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    started, wall = time.process_time(), time.perf_counter()
    (outcome,) = ingest(gleif, path=copy)
    seconds, wall = time.process_time() - started, time.perf_counter() - wall
    done.set()
    watcher.join()
    memory = memory or [resident()]
    assert outcome.version is not None
    return {
        "rows": outcome.version.rows,
        "seconds": seconds,
        "wall": wall,
        "megabytes": outcome.version.size / 1e6,
        "tenth": memory[len(memory) // 10],
        "half": memory[len(memory) // 2],
        "peak": max(memory),
    }


def resident() -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else float("nan")


def generate(folder: Path, companies: int, *, later: bool) -> None:
    """Write the three tables of a copy."""
    folder.mkdir()
    stamp = "20261128" if later else "20261121"
    for name, header, rows in (
        ("lei2", level_1_header(), level_1(companies, later)),
        ("rr", level_2_header(), level_2(companies)),
        ("repex", ["LEI", "Exception.Category", "Exception.Reason.1"], exceptions(companies)),
    ):
        path = folder / f"{stamp}-0800-gleif-goldencopy-{name}-golden-copy.csv"
        with path.open("w", encoding="utf-8", newline="") as sink:
            writer = csv.writer(sink, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)


def lei_of(number: int) -> str:
    stem = f"5493{number:014d}"
    return f"{stem}{98 - int(stem + '00') % 97:02d}"


def level_1_header() -> list[str]:
    address = (
        "xmllang",
        "FirstAddressLine",
        "AdditionalAddressLine.1",
        "City",
        "Region",
        "Country",
        "PostalCode",
    )
    names = [
        "LEI",
        *("Entity.LegalName", "Entity.LegalName.xmllang"),
        *(
            f"Entity.OtherEntityNames.OtherEntityName.{number}{part}"
            for number in range(1, 6)
            for part in ("", ".xmllang", ".type")
        ),
        *(f"Entity.{kind}Address.{part}" for kind in ("Legal", "Headquarters") for part in address),
        "Entity.RegistrationAuthority.RegistrationAuthorityID",
        "Entity.RegistrationAuthority.RegistrationAuthorityEntityID",
        *("Entity.LegalJurisdiction", "Entity.EntityCategory", "Entity.LegalForm.EntityLegalFormCode"),
        *("Entity.EntityStatus", "Entity.EntityCreationDate"),
        *(
            "Registration.InitialRegistrationDate",
            "Registration.LastUpdateDate",
            "Registration.RegistrationStatus",
        ),
        *("Registration.NextRenewalDate", "Registration.ManagingLOU", "Registration.ValidationSources"),
        *("Registration.ValidationAuthority.ValidationAuthorityID", "ConformityFlag"),
    ]
    return names + [f"Entity.OtherAddresses.OtherAddress.{n}.City" for n in range(COLUMNS - len(names))]


def level_1(companies: int, later: bool) -> Iterator[list[str]]:
    dice = random.Random(1)
    filler = [""] * (COLUMNS - len([name for name in level_1_header() if "OtherAddresses" not in name]))
    for number in range(companies):
        country = dice.choice(COUNTRIES)
        name = f"{dice.choice(WORDS)} {dice.choice(WORDS)} {number} {dice.choice(TRADES)} {FORMS.get(country, 'S.A.')}"
        if later and number % RENAMED == 0:
            name = f"New {name}"
        other = [f"{name} (former)", "en", "PREVIOUS_LEGAL_NAME"] if number % 4 == 0 else ["", "", ""]
        place = [
            *("en", f"{number} Example Street", "Floor 3", "Exampletown"),
            *(f"{country}-EX", country, f"{number % 99999:05d}"),
        ]
        seat = [*place[:1], f"{number} Headquarters Road", *place[2:]] if number % 3 == 0 else place
        yield [
            *(lei_of(number), name, "en", *other, *[""] * 12, *place, *seat),
            *("RA000602", f"{number:08d}", country, "GENERAL", "XTIQ", "ACTIVE", "2012-06-06T00:00:00+02:00"),
            *("2014-01-01T00:00:00Z", "2026-06-01T08:00:00Z", "LAPSED" if number % 5 == 0 else "ISSUED"),
            *("2027-06-01T08:00:00Z", "5493001KJTIIGC8Y1R12", "FULLY_CORROBORATED", "RA000602", "CONFORMING"),
            *filler,
        ]


def level_2_header() -> list[str]:
    return [
        *("Relationship.StartNode.NodeID", "Relationship.StartNode.NodeIDType"),
        *("Relationship.EndNode.NodeID", "Relationship.EndNode.NodeIDType"),
        *("Relationship.RelationshipType", "Relationship.RelationshipStatus"),
        *(
            "Relationship.Period.1.startDate",
            "Relationship.Period.1.endDate",
            "Relationship.Period.1.periodType",
        ),
        *("Registration.LastUpdateDate", "Registration.RegistrationStatus"),
    ]


def level_2(companies: int) -> Iterator[list[str]]:
    for number in range(0, companies, 5):
        yield [
            *(lei_of(number), "LEI", lei_of(number // 7 + 1 if number // 7 + 1 != number else 0), "LEI"),
            *("IS_DIRECTLY_CONSOLIDATED_BY", "ACTIVE", "2019-01-01T00:00:00Z", "", "RELATIONSHIP_PERIOD"),
            *("2026-06-01T08:00:00Z", "PUBLISHED"),
        ]


def exceptions(companies: int) -> Iterator[list[str]]:
    for number in range(companies):
        yield [lei_of(number), "ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT", "NATURAL_PERSONS"]
        if number % 10 < 3:
            yield [lei_of(number), "DIRECT_ACCOUNTING_CONSOLIDATION_PARENT", "NO_LEI"]


if __name__ == "__main__":
    main()
