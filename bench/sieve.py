"""Learn the first look at candidates (matching/retrieval/sieve.py) from what the full comparison says of them.

    WATCHLINK_LISTS_DIR=… .venv/bin/python -m bench.sieve

Writes matching/data/models/sieve.json: a small forest, and for each score the margin that all but LOST of the pairs with that
score or more reach. Asked are listed names altered in every way of bench/variants.py and companies that are on no list; a
third of the questions is kept apart to set the margins. To be run again whenever the Latin trees change.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

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


def main() -> None:
    lists = Path(os.environ["WATCHLINK_LISTS_DIR"])
    companies = company_names(lists)
    random.Random(2).shuffle(companies)
    half = len(companies) // 2
    real = listed_names(lists)
    listed = [
        name
        for name in dict.fromkeys([*real, *take(companies[:half], LISTED, 5)])
        if not UNSPACED.search(name) and analyse(name).tokens
    ][:LISTED]
    asked = [*altered(listed[: len(real)], ALTERED), *take(companies[half:], 2 * COMPANIES, 6)]
    asked = [name for name in asked if not UNSPACED.search(name) and analyse(name).tokens]
    random.Random(3).shuffle(asked)
    asked = asked[: ALTERED + COMPANIES]
    terms = build(cut([lookup_text(name)[0] for name in listed]), np.zeros(len(listed), np.uint8))
    words = cut([lookup_text(name)[0] for name in asked])
    queries, names = searching.search(
        terms, words, np.zeros(len(asked), np.uint8), np.zeros(len(asked))
    )
    scores = latin.score_pairs(
        encode([analyse(name) for name in asked]), encode([analyse(name) for name in listed]), queries, names
    )
    rows = looks(terms, words, queries, names)
    learnt = queries % 3 > 0
    parameters = PARAMETERS | {"objective": "cross_entropy", "num_leaves": LEAVES, "learning_rate": 0.2}
    data = lightgbm.Dataset(rows[learnt], scores[learnt])
    booster = lightgbm.train(parameters, data, ROUNDS)
    margins = booster.predict(rows, raw_score=True)
    limits = [float(np.quantile(margins[~learnt & (scores >= score)], LOST)) for score in SCORES]
    for score, limit in zip(SCORES, limits, strict=True):
        kept = np.count_nonzero(margins[~learnt] >= limit) / len(np.unique(queries[~learnt]))
        print(f"from {score}: margin {limit:.3f}, {kept:.1f} of {len(queries) / len(asked):.1f} candidates kept")
    roots, nodes = flatten(booster.dump_model()["tree_info"])
    told = {
        "family": "sieve",
        "features": list(sieve.FEATURES),
        "examples": {"questions": len(asked), "pairs": len(queries)},
        "knots": [np.maximum.accumulate(limits).round(3).tolist(), list(SCORES)],
        "roots": roots,
        "nodes": nodes,
    }
    path = MODELS / "sieve.json"
    path.write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
