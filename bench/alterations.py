"""How often a listed party is found by its name altered as people alter names, and how often another company then is.

    WATCHLINK_LISTS_DIR=… .venv/bin/python -m bench.alterations [--write] [--misses N] [--only CATEGORY]

Names are those of organisations on the Consolidated Screening List, altered once and twice, and asked through an index of them all.
Found: the party, or one listed under the same name, is at or above the default threshold. False: the same alterations of companies'
names that draw no alert as they stand. A name is altered by a category only where it has what the category alters.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.altering import ALTERATIONS, HAN, KNOWN_OTHERWISE, altered, initials
from bench.examples import company_names, list_names
from bench.variants import Name, read
from matching import VERSION, Index, Query, Record, RecordName, compare
from matching.index import DEFAULT_THRESHOLD
from matching.names import analyse

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
MARKERS = ("<!-- alterations: begin -->", "<!-- alterations: end -->")
EACH = 400  # names of a category
STRANGERS = 8_000
GOALS = (0.98, 0.90)  # found after one alteration, after two
STRANGER = "Qorvano {} {}"  # the name of today of a party that is asked for by its former one

Bears = Callable[[Name], frozenset[str]]


class Asked(NamedTuple):
    """An altered name, the name it comes from and the parties that bear that one (none: a company that is not listed)."""

    text: str
    name: str
    parties: frozenset[str]


class Trial(NamedTuple):
    """One row of the table: the index asked, the altered names with who is meant, and the same of companies on no list."""

    category: str
    searched: Index
    asked: list[Asked]
    clean: list[str]


def parties(listed: Sequence[tuple[str, str]]) -> tuple[list[Record], dict[str, frozenset[str]]]:
    """Return the records of (party, name) pairs, and the parties that bear each name."""
    names: dict[str, list[str]] = {}
    bearers: dict[str, set[str]] = {}
    for party, name in listed:
        names.setdefault(party, []).append(name)
        bearers.setdefault(analyse(name).normal, set()).add(party)
    records = [
        Record(
            party,
            "Company",
            tuple(RecordName(name, "alias" if at else "primary") for at, name in enumerate(found)),
        )
        for party, found in names.items()
    ]
    return records, {name: frozenset(found) for name, found in bearers.items()}


def han_names(folder: Path) -> list[str]:
    """Return the registered names of Taiwan's listed companies, in traditional characters."""
    raw = gzip.decompress((folder / "taiwan" / "t187ap03_L.csv.gz").read_bytes()).decode("utf-8-sig")
    return sorted({row["公司名稱"] for row in csv.DictReader(raw.splitlines())})


def _known_otherwise(category: str, name: Name) -> tuple[RecordName, ...]:
    if category == "the name for its initials":
        return (RecordName(initials(name)),)
    today = STRANGER.format(analyse(name.text).tokens[0].text[::-1], len(name.text))
    return RecordName(today), RecordName(name.text, "former")


def trials(lists: Path) -> Iterator[tuple[Trial, Trial]]:
    """Yield each category's trial with one alteration and with two."""
    listed = list_names(lists)
    records, bearers = parties(listed)
    index = Index.build(records)
    seeds = sorted({name for _, name in listed})
    random.Random(2).shuffle(seeds)
    names = [name for text in seeds if (name := read(text))]
    companies = company_names(lists.parent / "companies")[:STRANGERS]
    hits = index.match_many(companies, 1, DEFAULT_THRESHOLD)
    clean = [name for text, found in zip(companies, hits, strict=True) if not found and (name := read(text))]

    def made(category: str, index: Index, seeds: Sequence[Name], bears: Bears) -> tuple[Trial, Trial]:
        once, twice = (
            Trial(
                category,
                index,
                [
                    Asked(text, name.text, bears(name))
                    for text, name in altered(seeds, category, again, f"{category} {again}", EACH)
                ],
                [text for text, _ in altered(clean, category, again, f"clean {category} {again}", EACH)],
            )
            for again in (False, True)
        )
        return once, twice

    def listed_as(name: Name) -> frozenset[str]:
        return bearers[analyse(name.text).normal]

    def alone(name: Name) -> frozenset[str]:
        return frozenset((name.text,))

    for category in ALTERATIONS:
        yield made(category, index, names, listed_as)
    for category in KNOWN_OTHERWISE:
        chosen = [name for name in names if category != "the name for its initials" or initials(name)][:EACH]
        known = [Record(name.text, "Company", _known_otherwise(category, name)) for name in chosen]
        gone = frozenset(party for name in chosen for party in listed_as(name))
        other = Index.build([*known, *(record for record in records if record.id not in gone)])
        yield made(category, other, chosen, alone)
    native = [name for text in han_names(lists.parent / "companies") if (name := read(text))]
    han = Index.build([Record(name.text, "Company", (RecordName(name.text),)) for name in native])
    for category in HAN:
        yield made(category, han, native, alone)


def found(trial: Trial) -> tuple[list[Asked], int]:
    """Return which altered names did not lead to their party, and how many of the clean companies' led to anybody."""
    answers = trial.searched.match_many([Query(asked.text) for asked in trial.asked], 20)
    missed = [
        asked
        for asked, hits in zip(trial.asked, answers, strict=True)
        if not any(hit.id in asked.parties for hit in hits)
    ]
    return missed, sum(bool(hits) for hits in trial.searched.match_many(trial.clean, 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument(
        "--misses", type=int, default=0, help="show so many names of each category that were not found"
    )
    parser.add_argument("--only", help="one category")
    given = parser.parse_args()
    if not os.environ.get("WATCHLINK_LISTS_DIR"):
        sys.exit("SKIPPED: set WATCHLINK_LISTS_DIR to the folder of the publishers' files.")
    lines = [
        "| alteration | names | found | not proposed | false | twice: names | found | not proposed | false |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    totals = [[0] * 5, [0] * 5]  # asked, found, not proposed, clean, false
    for both in trials(Path(os.environ["WATCHLINK_LISTS_DIR"])):
        if given.only and both[0].category != given.only:
            continue
        cells = []
        for total, goal, trial in zip(totals, GOALS, both, strict=True):
            missed, false = found(trial)
            asked, clean = len(trial.asked), len(trial.clean)
            share = 1 - len(missed) / max(asked, 1)
            lost = sum(compare(one.text, one.name).score >= DEFAULT_THRESHOLD for one in missed)
            for at, value in enumerate((asked, asked - len(missed), lost, clean, false)):
                total[at] += value
            shown = f"{share:.3f}" if share >= goal else f"**{share:.3f}**"
            cells += [
                f"{asked:,}",
                shown,
                f"{lost / max(asked, 1):.3f}",
                f"{false / clean:.3f}" if clean else "",
            ]
            for one in missed[: given.misses]:
                print(f"  {trial.category}: {one.text} | {one.name}")
        lines.append(f"| {both[0].category} | " + " | ".join(cells) + " |")
        print(lines[-1], flush=True)
    cells = [
        cell
        for asked, right, lost, clean, false in totals
        for cell in (
            f"{asked:,}",
            f"{right / max(asked, 1):.3f}",
            f"{lost / max(asked, 1):.3f}",
            f"{false / max(clean, 1):.3f}",
        )
    ]
    lines.append("| *all* | " + " | ".join(cells) + " |")
    text = f"Matcher {VERSION}, threshold {DEFAULT_THRESHOLD}; below the goal in bold.\n\n" + "\n".join(lines)
    print("\n" + text)
    if given.write and not given.only:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(MARKERS[0])
        PAGE.write_text(
            f"{before}{MARKERS[0]}\n{text}\n{MARKERS[1]}{rest.split(MARKERS[1])[1]}", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
