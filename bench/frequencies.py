"""Count how many companies bear each word: the background that tells a distinctive word from a common one.

    WATCHLINK_LISTS_DIR=… .venv/bin/python -m bench.frequencies

Writes matching/data/frequencies.csv. Counted over the names of free sources only: research organisations (ROR, CC0), companies
that file with the SEC and their subsidiaries (public domain), filers with EDINET (PDL 1.0). Not over the lists themselves, where the companies one looks for are common. A word
counts once for each name; what is kept are words and numbers, no name.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from matching.lexicon import DATA
from matching.names import analyse

LEAST = 6  # names that bear a word, for it to be kept
HEADER = """# How many of {names:,} company names hold a word; words of fewer than {least} names are not kept. Counted by
# bench/frequencies.py over ROR (CC0), SEC company tickers and Exhibit 21 (public domain) and EDINET codes (Public Data License 1.0).
"""


def read_names(lists: Path) -> Iterator[str]:
    """Yield the Latin names of the free sources, a company's first name each."""
    companies = lists.parent / "companies"
    with gzip.open(companies / "ror" / "ror_orgs_union.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from (name["v"] for name in json.loads(line)["names"] if "ror_display" in name["t"])
    with gzip.open(companies / "sec" / "company_tickers.json.gz", "rt", encoding="utf-8") as lines:
        yield from (row["title"] for row in json.load(lines).values())
    with gzip.open(companies / "sec" / "ex21_labels.csv.gz", "rt", encoding="utf-8") as lines:
        yield from (row["Subsidiary"] for row in csv.DictReader(lines))
    raw = gzip.decompress(next((companies / "japan").glob("EdinetcodeDlInfo*.gz")).read_bytes())
    rows = csv.reader(io.StringIO(raw.decode("cp932")))
    yield from (row[7] for row in rows if len(row) > 7)


def main() -> None:
    counts: Counter[str] = Counter()
    names = {name for name in read_names(Path(os.environ["WATCHLINK_LISTS_DIR"])) if name.strip()}
    for name in names:
        counts.update({token.text for token in analyse(name).tokens if token.text.isascii()})
    kept = [(word, count) for word, count in counts.most_common() if count >= LEAST and not word.isdigit()]
    with (DATA / "frequencies.csv").open("w", encoding="utf-8", newline="") as lines:
        lines.write(HEADER.format(names=len(names), least=LEAST))
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(("word", "names"))
        writer.writerow(("*", len(names)))
        writer.writerows(kept)
    print(f"{len(kept):,} words of {len(names):,} names")


if __name__ == "__main__":
    main()
