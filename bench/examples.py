"""Pairs of Latin names to learn from: the labelled ones that are for tuning, and look-alikes found among real names.

Look-alikes are the nearest names, by letters, of labelled companies that are known to be others, and what an index of listed
names proposes for companies that are on no list.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import random
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.quality import FAMILIES, companies, part_of, read_pairs
from bench.training import Examples
from bench.variants import Example, same_initials, variants
from matching.encoding import containment, encode
from matching.features import FEATURES, measure_all
from matching.names import analyse
from matching.retrieval.building import build
from matching.retrieval.searching import search
from matching.retrieval.terms import cut
from matching.retrieval.texts import lookup_text
from matching.scripts import UNSPACED

# In which direction a feature may move the score, all else equal.
MONOTONE = {
    "agreed share, low": 1,
    "agreed share of distinctive words, low": 1,
    "weight of agreed distinctive words": 1,
    "rarest agreed word": 1,
    "least likeness of agreed distinctive words": 1,
    "other syllables": -1,
    "rarest word alone, low": -1,
    "rarest word alone, high": -1,
    "distinctive words alone, low": -1,
    "place": -1,
    "number": -1,
    "number alone": -1,
    "industry": -1,
    "words out of order": -1,
    "likeness of the letters": 1,
    "likeness from the beginning": 1,
    "common beginning": 1,
    "cut off": 1,
}
COUNTED = ("legal_en~vendor_en", "vendor_en~truncated30")
VARIED = 2500  # names of each kind that are altered
SUPPLIERS = 6000
CUTTABLE, CUT_AT = "legal_en~vendor_en", 30  # names that a narrow field cuts
LEARNT = (*COUNTED, "short_native~vendor_en", "legal~short")


def labelled(path: Path) -> list[Example]:
    """Take the labelled Latin pairs of the two thirds for tuning."""
    pairs = part_of(read_pairs(path), False)
    company = companies(pairs)
    found = []
    for pair in pairs:
        if UNSPACED.search(pair.left + pair.right):
            continue
        if pair.category == CUTTABLE and len(pair.right) > CUT_AT:
            found.append(Example(pair.left, pair.right[:CUT_AT], True, company[pair.left], weight=0.3))
        given = pair.category in FAMILIES
        if pair.match and pair.category in LEARNT or given or pair.category == "hard_negative_ror_asia":
            counted = pair.category in COUNTED or given
            found.append(Example(pair.left, pair.right, pair.match, company[pair.left], given, counted))
    return found


def nearest(left: Sequence[str], right: Sequence[str], count: int) -> Iterator[tuple[int, int]]:
    """Yield for each name of the left its nearest ones of the right by letters (TF-IDF over runs of two to four)."""
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    table = vectors.fit_transform(right).astype(np.float32)
    asked = vectors.transform(left).astype(np.float32)
    for start in range(0, len(left), 500):
        likeness = (asked[start : start + 500] @ table.T).tocsr()
        for row in range(likeness.shape[0]):
            values = likeness.data[likeness.indptr[row] : likeness.indptr[row + 1]]
            columns = likeness.indices[likeness.indptr[row] : likeness.indptr[row + 1]]
            for at in np.argsort(-values)[:count]:
                yield start + row, int(columns[at])


def neighbours(path: Path, examples: Sequence[Example], count: int = 3) -> Iterator[Example]:
    """Yield look-alikes among the labelled companies: a name with the nearest ones of other companies."""
    company = companies(read_pairs(path))
    true = [example for example in examples if example.match and example.right in company]
    left, right = [example.left for example in true], sorted({example.right for example in true})
    for one, other in nearest(left, right, count + 2):
        if company[left[one]] != company[right[other]] and core(left[one]) != core(right[other]):
            yield Example(left[one], right[other], False, company[left[one]], weight=0.1)


def core(name: str) -> str:
    """Return a name's letters without legal form and spaces."""
    return "".join(token.text for token in analyse(name).tokens if token.cls != "form")


def list_names(lists: Path) -> list[tuple[str, str]]:
    """Return (entity, name) of the organisations of the Consolidated Screening List, other names included."""
    found = []
    with gzip.open(lists / "us_csl" / "csl_2022_full.csv.gz", "rt", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            if row["type"] in ("Individual", "Vessel", "Aircraft") or "Denied Persons" in row["source"]:
                continue
            for name in [row["name"], *row["alt_names"].split(";")]:
                if name.strip() and not UNSPACED.search(name):
                    found.append((row["_id"], name.strip()))
    return found


def company_names(folder: Path) -> list[str]:
    """Return names that somebody might ask about, shares and facilities, in an order that says nothing.

    Not the brands' factory lists: bench/alerts.py counts false alerts on those.
    """
    names: set[str] = set()
    with gzip.open(folder / "portfolio" / "financedatabase_equities.csv.gz", "rt", encoding="utf-8") as lines:
        names.update(row["name"].strip() for row in csv.DictReader(lines))
    for path in sorted((folder / "suppliers" / "oar_facility_lists").glob("*.csv")):
        names.update(row["name"].strip() for row in csv.DictReader(path.open(encoding="utf-8-sig")))
    kept = [name for name in names if name and not UNSPACED.search(name)]
    return sorted(kept, key=lambda name: hashlib.md5(name.encode()).hexdigest())


def candidates(asked: Sequence[str], listed: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield what an index of the listed names would look at for each name asked: the look-alikes an analyst meets."""
    looked_up = [lookup_text(name) for name in listed]
    native = np.array([is_native for _, is_native in looked_up], np.uint8)
    terms = build(cut([text for text, _ in looked_up]), native)
    queries = [lookup_text(name) for name in asked]
    found = search(
        terms,
        cut([text for text, _ in queries]),
        np.array([is_native for _, is_native in queries], np.uint8),
        np.zeros(len(queries)),
    )
    yield from zip(found[0].tolist(), found[1].tolist(), strict=True)


def strangers(lists: Path, count: int) -> Iterator[Example]:
    """Yield companies' names with listed names that an index proposes; where the letters agree nobody knows who it is."""
    right = sorted({name for _, name in list_names(lists)})
    names = company_names(lists.parent / "companies")[:count]
    cores = [core(name) for name in right]
    chosen = random.Random(8)
    for one, other in candidates(names, right):
        ours, theirs = core(names[one]), cores[other]
        if ours not in theirs and theirs not in ours and chosen.random() < 0.5:
            yield Example(names[one], right[other], False, names[one], weight=0.1)


def latin(examples: Sequence[Example]) -> Examples:
    """Measure the examples."""
    left = encode([analyse(example.left) for example in examples])
    right = encode([analyse(example.right) for example in examples])
    rows = np.arange(len(examples), dtype=np.int32)
    return Examples(
        "latin",
        tuple(name for name, _ in FEATURES),
        measure_all(left, rows, right, rows, containment()),
        np.array([example.match for example in examples]),
        np.array([zlib.crc32(example.group.encode()) for example in examples], np.int64),
        np.array([example.lookalike for example in examples]),
        np.array([example.counted for example in examples]),
        np.array([example.weight for example in examples], np.float32),
        tuple(MONOTONE.get(name, 0) for name, _ in FEATURES),
    )


def examples(lists: Path) -> Examples:
    """Gather and measure everything the Latin trees learn from."""
    path = lists.parent / "matching" / "company_pairs_dev.csv.gz"
    given = labelled(path)
    names = sorted({name for _, name in list_names(lists)})
    random.Random(1).shuffle(names)
    suppliers = company_names(lists.parent / "companies")
    altered = variants([*names[:VARIED], *suppliers[:VARIED]], 3)
    initialled = same_initials([*names, *suppliers[:SUPPLIERS]])
    return latin([*given, *neighbours(path, given), *strangers(lists, SUPPLIERS), *altered, *initialled])
