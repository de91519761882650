"""Learn how much each feature of a pair of names counts, on the two thirds of companies that nothing is reported on.

    WATCHLINK_LISTS_DIR=… .venv/bin/python -m bench.training

Writes matching/data/models/<family>.json. Needs lightgbm and scikit-learn (requirements-bench.txt); the product does not.

Each family of pairs (Latin, Han against Latin, …) has features and trees of its own. What a family's margin means is
measured out of fold, companies kept together: first the share of its look-alikes that reach it, so that one cut lets the
same share of look-alikes pass in every family; then, over all families, the share of pairs that far out that are true.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from bench.quality import PASSING
from matching.trees import LEAF, MODELS

FOLDS = 5
TOP_SCORE = 0.97  # of a bare name, however alike
KNOTS = 48
# What a pair scores that a twentieth of the look-alikes reaches: less than names that differ in business (latin.BUSINESS_DIFFERS),
# which stay below the threshold of 0.8, and a little less than the labels say, which hold more true pairs than an analyst meets.
AT_CUT = 0.74
# How far out a margin lies among its family's look-alikes, as -log10 of the share that reaches it.
STEPS = (0.0, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.1, 1.3, 1.6, 2.0, 2.5, 3.0, 4.0)
TAIL = 1 / np.log(10)  # beyond the last look-alike each unit of log-odds makes one e times rarer
PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.08,
    "num_leaves": 15,
    "min_data_in_leaf": 20,
    "lambda_l2": 5.0,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": 1,
    "verbosity": -1,
}
ROUNDS = 200


@dataclass(frozen=True)
class Examples:
    """Pairs of one family to learn from, a row each.

    groups holds each pair's company (folds keep it together); is_lookalike marks the false pairs by which the family is
    calibrated (others only teach); counted marks what the share of true pairs is measured on; held marks pairs that
    a rule keeps below the cut whatever the trees say.
    """

    family: str
    features: tuple[str, ...]
    values: NDArray[np.float32]
    match: NDArray[np.bool_]
    groups: NDArray[np.int64]
    is_lookalike: NDArray[np.bool_]
    counted: NDArray[np.bool_]
    weights: NDArray[np.float32]
    monotone: tuple[int, ...] = ()
    rounds: int = ROUNDS
    parameters: dict[str, Any] | None = None
    held: NDArray[np.bool_] | None = None


def fit(examples: Examples, rows: NDArray[np.bool_]) -> lightgbm.Booster:
    """Learn trees from some of the rows."""
    parameters = PARAMETERS | (examples.parameters or {})
    if examples.monotone:
        parameters = parameters | {"monotone_constraints": list(examples.monotone)}
    data = lightgbm.Dataset(
        examples.values[rows], examples.match[rows].astype(np.float32), weight=examples.weights[rows]
    )
    return lightgbm.train(parameters, data, examples.rounds)


def unseen_margins(examples: Examples) -> NDArray[np.float64]:
    """Return each pair's log-odds by trees that saw no pair of its company."""
    margins = np.zeros(len(examples.match))
    folds = examples.groups % FOLDS
    for fold in range(FOLDS):
        asked = folds == fold
        if asked.any():
            margins[asked] = fit(examples, ~asked).predict(examples.values[asked], raw_score=True)
    return margins


def rareness(lookalikes: NDArray[np.float64], margins: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return -log10 of the share of look-alikes that reach each margin, smoothed, and past the last one by TAIL."""
    ordered = np.sort(lookalikes)
    grid = np.unique(np.quantile(ordered, np.linspace(0, 1, 200)))
    beyond = len(ordered) - np.searchsorted(ordered, grid)
    shares = -np.log10((beyond + 0.5) / (len(ordered) + 1))
    found = np.interp(margins, grid, np.maximum.accumulate(shares))
    # The last few look-alikes are luck: from the 1 % point on the tail is a straight line.
    start = float(np.quantile(ordered, 0.99))
    level = float(np.interp(start, grid, shares))
    return np.where(margins > start, level + TAIL * (margins - start), found)


def _held(examples: Examples) -> NDArray[np.bool_]:
    return np.zeros(len(examples.match), np.bool_) if examples.held is None else examples.held


def _lookalikes(examples: Examples, margins: NDArray[np.float64]) -> NDArray[np.float64]:
    # Those that a rule holds back do not reach any cut, so that the others may.
    found = np.where(_held(examples), margins.min(), margins)
    return found[examples.is_lookalike]


def calibrate(families: Sequence[tuple[Examples, NDArray[np.float64]]]) -> dict[str, list[list[float]]]:
    """Return each family's knots from margin to score, one scale for all of them."""
    far, true, weights = [], [], []
    for examples, margins in families:
        rare = rareness(_lookalikes(examples, margins), margins)
        measured = examples.counted & ~_held(examples)
        far.append(rare[measured])
        true.append(examples.match[measured])
        # Each family counts alike: of one there are four times as many labelled pairs as of another.
        weights.append(np.full(measured.sum(), 1 / measured.sum()))
    isotonic = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(
        np.concatenate(far), np.concatenate(true), sample_weight=np.concatenate(weights)
    )
    steps = np.array(STEPS)
    share = isotonic.predict(steps)
    share **= np.log(AT_CUT) / np.log(np.interp(-np.log10(PASSING), steps, share))
    # Strictly rising, so that no two margins that differ are made equal before the last step.
    scale = np.clip(share, 0.0, TOP_SCORE) * (1 - 0.02) + 0.02 * steps / steps[-1] * TOP_SCORE
    found = {}
    for examples, margins in families:
        at = np.unique(np.round(np.quantile(margins[examples.counted], np.linspace(0, 1, KNOTS)), 3))
        at = np.append(at, at[-1] + np.array([1.0, 2.0, 4.0]))
        score = np.interp(rareness(_lookalikes(examples, margins), at), steps, scale)
        found[examples.family] = [
            at.tolist(),
            [round(float(value), 4) for value in np.maximum.accumulate(score)],
        ]
    return found


def flatten(trees: Sequence[dict[str, Any]]) -> tuple[list[int], dict[str, list[float]]]:
    """Turn LightGBM's nested trees into the arrays of matching.trees.Trees: a node's two branches stand side by side."""
    nodes: dict[str, list[float]] = {"feature": [], "threshold": [], "left": [], "value": []}
    roots = []

    def reserve(count: int) -> int:
        start = len(nodes["feature"])
        for column, empty in (("feature", LEAF), ("threshold", 0.0), ("left", 0), ("value", 0.0)):
            nodes[column] += [empty] * count
        return start

    def place(node: dict[str, Any], at: int) -> None:
        if "leaf_value" in node:
            nodes["value"][at] = round(node["leaf_value"], 5)
            return
        nodes["feature"][at] = node["split_feature"]
        # Rounded up to the next float32, so that a value at the threshold still goes left.
        nodes["threshold"][at] = float(np.nextafter(np.float32(node["threshold"]), np.float32(np.inf)))
        nodes["value"][at] = round(node["internal_value"], 5)
        children = reserve(2)
        nodes["left"][at] = children
        place(node["left_child"], children)
        place(node["right_child"], children + 1)

    for tree in trees:
        roots.append(reserve(1))
        place(tree["tree_structure"], roots[-1])
    return roots, nodes


def learn(families: Sequence[Examples]) -> None:
    """Learn every family, calibrate them together and write their model files."""
    unseen = [(examples, unseen_margins(examples)) for examples in families]
    knots = calibrate(unseen)
    for examples in families:
        booster = fit(examples, np.ones(len(examples.match), np.bool_))
        roots, nodes = flatten(booster.dump_model()["tree_info"])
        told = {
            "family": examples.family,
            "features": list(examples.features),
            "examples": {"true": int(examples.match.sum()), "false": int((~examples.match).sum())},
            "knots": knots[examples.family],
            "roots": roots,
            "nodes": nodes,
        }
        path = MODELS / f"{examples.family}.json"
        path.write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf-8")


def main() -> None:
    from bench import examples, native_examples

    lists = Path(os.environ["WATCHLINK_LISTS_DIR"])
    learn([examples.examples(lists), *native_examples.examples(lists)])


if __name__ == "__main__":
    main()
