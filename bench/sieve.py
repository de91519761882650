"""Learn the first look at candidates (matching/retrieval/sieve.py) from what the full comparison says of them.

    WATCHLINK_LISTS_DIR=… .venv/bin/python -m bench.sieve

Writes matching/data/models/sieve.json: a small forest, and for each score the margin that all but LOST of the pairs with that
score or more reach. Asked are listed names altered in every way of bench/variants.py and companies that are on no list; a third
of the questions is kept apart to set the margins. To be run again whenever the Latin trees change.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import lightgbm
import numpy as np
from numba import njit
from numpy.typing import NDArray

from bench.names import company_names, listed_names, take
from bench.training import PARAMETERS, flatten
from bench.variants import POSITIVE, read
from matching import latin
from matching.encoding import encode
from matching.names import analyse
from matching.retrieval import searching, sieve
from matching.retrieval.building import Terms, build, describe
from matching.retrieval.spelling import WORD, meant
from matching.retrieval.terms import Words, cut
from matching.retrieval.texts import lookup_text
from matching.scripts import UNSPACED
from matching.trees import MODELS

LISTED = 60_000
ALTERED, COMPANIES = 9_000, 9_000
SCORES = (0.5, 0.6, 0.7, 0.8, 0.9)
LOST = 0.003  # of the pairs of a score or more
ROUNDS = 40
LEAVES = 8


class Pairs(NamedTuple):
    """Pairs of a query (its number) and a candidate: the sieve's features, and what the full comparison says (0..1)."""

    query: NDArray[np.int32]
    rows: NDArray[np.float32]
    scores: NDArray[np.float64]


@njit
def _looks(terms, words, number, looked_up, joined, queries, names, ask):
    cls, rare = describe(words, terms.known_hash, terms.known_cls, terms.known_rare)
    rows = np.zeros((len(queries), sieve.COUNT), np.float32)
    last, letters = -1, 0
    for at in range(len(queries)):
        query = queries[at]
        if query != last:
            searching.gather(words, query, number, looked_up, joined, ask)
            letters = sieve.read_query(words, query, cls, rare, ask)
            last = query
        size = words.first[query + 1] - words.first[query]
        sieve.look(terms, names[at], ask, size, letters, rows[at])
    return rows


def looks(
    terms: Terms, words: Words, queries: NDArray[np.int32], names: NDArray[np.int32]
) -> NDArray[np.float32]:
    """Return the sieve's features of (query, name) pairs that stand by query."""
    unique, where, number = np.unique(words.hash, return_index=True, return_inverse=True)
    loose = np.full(len(unique), WORD, np.int8)
    looked_up = meant(terms, words.letters, words.start[where], words.length[where], unique, loose)
    joined = searching.join(terms, words, number.astype(np.int32), looked_up)
    return _looks(terms, words, number.astype(np.int32), looked_up, joined, queries, names, sieve.asked())


def altered(names: list[str], count: int) -> list[str]:
    """Return listed names altered once each."""
    chosen = random.Random(7)
    found: list[str] = []
    while len(found) < count:
        text = chosen.choice(names)
        if (name := read(text)) and (other := chosen.choice(POSITIVE)(chosen, name)) and other != text:
            found.append(other)
    return found


def gathered(lists: Path) -> Pairs:
    """Ask for altered listed names and for companies on no list, in Latin letters."""
    companies = company_names(lists)
    random.Random(2).shuffle(companies)
    half = len(companies) // 2
    real = listed_names(lists)
    listed = latin_names([*real, *take(companies[:half], LISTED, 5)])[:LISTED]
    asked = latin_names([*altered(listed[: len(real)], ALTERED), *take(companies[half:], 2 * COMPANIES, 6)])
    random.Random(3).shuffle(asked)
    return candidates(asked[: ALTERED + COMPANIES], listed)


def latin_names(names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if not UNSPACED.search(name) and analyse(name).tokens]


def candidates(asked: list[str], listed: list[str]) -> Pairs:
    """Return what an index of the listed names proposes for those asked, looked at and scored."""
    words, names = (cut([lookup_text(name)[0] for name in side]) for side in (asked, listed))
    terms = build(names, np.zeros(len(listed), np.uint8))
    queries, found = searching.search(terms, words, np.zeros(len(asked), np.uint8), np.zeros(len(asked)))
    left, right = encode([analyse(name) for name in asked]), encode([analyse(name) for name in listed])
    scores = latin.score_pairs(left, right, queries, found)
    return Pairs(queries, looks(terms, words, queries, found), scores)


def learn(pairs: Pairs) -> None:
    """Learn a sieve and write its model; say how many candidates it keeps for each score."""
    learnt = pairs.query % 3 > 0
    parameters = PARAMETERS | {"objective": "cross_entropy", "num_leaves": LEAVES, "learning_rate": 0.2}
    data = lightgbm.Dataset(pairs.rows[learnt], pairs.scores[learnt])
    booster = lightgbm.train(parameters, data, ROUNDS)
    margins = booster.predict(pairs.rows, raw_score=True)
    limits = [float(np.quantile(margins[~learnt & (pairs.scores >= score)], LOST)) for score in SCORES]
    asked = len(np.unique(pairs.query[~learnt]))
    for score, limit in zip(SCORES, limits, strict=True):
        kept, all_ = (np.count_nonzero(margins[~learnt] >= least) / asked for least in (limit, -np.inf))
        print(f"from {score}: margin {limit:.3f}, {kept:.2f} of {all_:.2f} candidates kept")
    roots, nodes = flatten(booster.dump_model()["tree_info"])
    told = {
        "family": "sieve",
        "features": list(sieve.FEATURES),
        "examples": {"questions": len(np.unique(pairs.query)), "pairs": len(pairs.query)},
        "knots": [np.maximum.accumulate(limits).round(3).tolist(), list(SCORES)],
        "roots": roots,
        "nodes": nodes,
    }
    path = MODELS / "sieve.json"
    path.write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf-8")


def main() -> None:
    learn(gathered(Path(os.environ["WATCHLINK_LISTS_DIR"])))


if __name__ == "__main__":
    main()
