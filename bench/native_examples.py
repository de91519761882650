"""Pairs of native names to learn from: the labelled ones that are for tuning, and look-alikes of other companies.

The given look-alikes hold registered names only; for short names, kana and vendors' English the nearest names of other companies
of the same country stand in, or a model would learn that whatever is short is a match.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from bench.examples import candidates, nearest
from bench.quality import FAMILIES, NamePair, companies, part_of, read_pairs
from bench.training import Examples
from matching.native import crossing, same
from matching.native.spans import read_english, read_native
from matching.scripts import UNSPACED

# What a given look-alike and a made one count beside a true pair. Against English names most made ones are far easier than
# the given ones and would set the scale.
WEIGHTS = {"crossing": (2.0, 0.2), "native": (1.25, 0.4)}
EACH = 2  # look-alikes per true pair


def is_native(name: str) -> bool:
    return UNSPACED.search(name) is not None


def crossing_values(left: str, right: str) -> tuple[float, ...]:
    """Measure a pair of which one name is native."""
    native, english = (left, right) if is_native(left) else (right, left)
    return crossing.measure(read_native(native), read_english(english))[0]


def same_values(left: str, right: str) -> tuple[float, ...]:
    """Measure a pair of native names."""
    return same.measure(read_native(left), read_native(right))


def lookalikes(pairs: Sequence[NamePair], company: dict[str, str]) -> Iterator[NamePair]:
    """Yield each true pair's first name with the nearest other names of its kind that are not its company's."""
    chosen = random.Random(5)
    for category in sorted({pair.category for pair in pairs if pair.match}):
        true = [pair for pair in pairs if pair.category == category]
        others = sorted({pair.right for pair in true})
        found: dict[int, int] = {}
        for one, other in nearest([pair.right for pair in true], others, 8):
            taken = found.get(one, 0)
            if company[true[one].left] != company[others[other]] and taken < EACH and chosen.random() < 0.6:
                found[one] = taken + 1
                yield NamePair(False, category, true[one].left, others[other])
        firsts = sorted({pair.left for pair in true})
        for one, other in nearest([pair.left for pair in true], firsts, 3):
            if company[true[one].left] != company[firsts[other]] and chosen.random() < 0.5:
                yield NamePair(False, category, firsts[other], true[one].right)


def proposed(pairs: Sequence[NamePair], company: dict[str, str]) -> Iterator[NamePair]:
    """Yield what an index of the native names would propose for the English ones, where it is another company's."""
    chosen = random.Random(9)
    native = sorted({pair.left for pair in pairs if pair.match and is_native(pair.left)})
    english = sorted({pair.right for pair in pairs if pair.match and not is_native(pair.right)})
    for one, other in candidates(english, native) if english else ():
        if company[english[one]] != company[native[other]] and chosen.random() < 0.35:
            yield NamePair(False, "proposed", native[other], english[one])


def swapped(pairs: Sequence[NamePair]) -> Iterator[NamePair]:
    """Yield native names with their own English one in which another company's trade name stands."""
    chosen = random.Random(6)
    english = [(pair, read_english(pair.right)) for pair in pairs if pair.match and not is_native(pair.right)]
    brands = [
        " ".join(w for w, cls in zip(e.words, e.classes, strict=True) if cls == "name") for _, e in english
    ]
    brands = [brand for brand in brands if brand]
    for pair, name in english:
        words = list(zip(name.words, name.classes, strict=True))
        if not any(cls == "name" for _, cls in words) or not any(cls == "industry" for _, cls in words):
            continue
        rest = " ".join(word for word, cls in words if cls != "name")
        yield NamePair(False, "swapped", pair.left, f"{chosen.choice(brands)} {rest}")


def family(
    name: str,
    features: Sequence[tuple[str, str]],
    pairs: Sequence[NamePair],
    company: dict[str, str],
    measure: Callable[[str, str], tuple[float, ...]],
) -> Examples:
    """Gather and measure one family's examples."""
    given = [pair for pair in pairs if pair.match or pair.category in FAMILIES]
    added = [*lookalikes(given, company), *swapped(given), *proposed(given, company)]
    whole = [*given, *added]
    is_given = np.arange(len(whole)) < len(given)
    match = np.array([pair.match for pair in whole])
    given_weight, added_weight = WEIGHTS[name]
    return Examples(
        name,
        tuple(feature for feature, _ in features),
        np.array([measure(pair.left, pair.right) for pair in whole], np.float32),
        match,
        np.array([zlib.crc32(company[pair.left].encode()) for pair in whole], np.int64),
        is_given & ~match,
        is_given,
        np.where(is_given, np.where(match, 1.0, given_weight), added_weight).astype(np.float32),
    )


def examples(lists: Path) -> tuple[Examples, Examples]:
    """Return what the trees for native against English names and for native names among themselves learn from."""
    pairs = read_pairs(lists.parent / "matching" / "company_pairs_dev.csv.gz")
    company = companies(pairs)
    tune = [
        pair for pair in part_of(pairs, False) if not pair.category.startswith(("ror", "hard_negative_ror"))
    ]
    across = [pair for pair in tune if is_native(pair.left) != is_native(pair.right)]
    among = [pair for pair in tune if is_native(pair.left) and is_native(pair.right)]
    return (
        family("crossing", crossing.FEATURES, across, company, crossing_values),
        family("native", same.FEATURES, among, company, same_values),
    )
