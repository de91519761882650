"""Boosted trees learned offline (bench/training.py), evaluated here: margins, exact contributions, calibrated scores."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numba import njit
from numpy.typing import NDArray

MODELS = Path(__file__).parent / "data" / "models"
LEAF = -1
ROUNDING = 1e-3


@dataclass(frozen=True, slots=True)
class Trees:
    """A forest as arrays over all its nodes: where to look, where to go, and what each node is worth on average."""

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]  # LEAF marks a leaf
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]  # the branch of values at or below the threshold; right is the next one
    value: NDArray[np.float32]
    ahead: NDArray[np.float64]  # the most that the trees from one on can add


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned for one family of name pairs: its features in order, its trees and its calibration.

    knots map a margin (log-odds) to a score in 0..1, linear between them; the same score means the same in every family.
    """

    family: str
    features: tuple[str, ...]
    trees: Trees
    knots: tuple[NDArray[np.float32], NDArray[np.float32]]

    def margins(self, values: NDArray[np.float32], least: float = -np.inf) -> NDArray[np.float64]:
        """Return the log-odds of rows of features, shape (pairs, features); -inf for those that do not reach the least."""
        trees = self.trees
        margins: NDArray[np.float64] = sum_leaves(
            np.ascontiguousarray(values, np.float32),
            trees.roots,
            trees.feature,
            trees.threshold,
            trees.left,
            trees.value,
            trees.ahead,
            least,
        )
        return margins

    def scores(self, values: NDArray[np.float32], threshold: float = 0.0) -> NDArray[np.float64]:
        """Return the calibrated scores (0..1) of rows of features, shape (pairs, features).

        A score below the threshold may come out as any other below it.
        """
        return self.calibrated(self.margins(values, self.least(threshold)))

    def least(self, score: float) -> float:
        """Return the least margin that stands for a score (0..1), -inf for the lowest of all."""
        margins, scores = self.knots
        at = int(np.searchsorted(scores, score))
        if at == 0:
            return -np.inf
        if at == len(scores):
            return float(margins[-1])
        share = (score - scores[at - 1]) / (scores[at] - scores[at - 1])
        return float(margins[at - 1] + share * (margins[at] - margins[at - 1])) - ROUNDING

    def calibrated(self, margins: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the scores (0..1) that stand for margins."""
        return np.interp(margins, *self.knots)

    def contributions(self, values: Sequence[float]) -> list[float]:
        """Return what each feature adds to the margin of one pair, and last the margin of a pair nothing is known of.

        Every step down a tree is put to the account of the feature that decided it (Saabas 2014), so they add up exactly.
        """
        trees = self.trees
        found = [0.0] * (len(self.features) + 1)
        row = np.asarray(values, np.float32)
        for root in trees.roots.tolist():
            node = root
            found[-1] += float(trees.value[node])
            while (feature := int(trees.feature[node])) != LEAF:
                down = int(trees.left[node]) + int(row[feature] > trees.threshold[node])
                found[feature] += float(trees.value[down]) - float(trees.value[node])
                node = down
        return found


def points(
    model: Model,
    values: Sequence[float],
    features: Sequence[tuple[str, str]],
    details: Mapping[str, str],
) -> tuple[tuple[str, float, str], ...]:
    """Return (heading, points, detail) of one pair: what the score grows by as the margin grows heading by heading.

    features gives each value's name and heading, details a sentence for each heading; the points add up to the score.
    """
    found = model.contributions(values)
    by_heading: dict[str, float] = {}
    for (_, heading), contribution in zip(features, found, strict=False):
        by_heading[heading] = by_heading.get(heading, 0.0) + contribution
    margin, before = found[-1], 0.0
    told = []
    for heading, contribution in by_heading.items():
        margin += contribution
        after = float(model.calibrated(np.array([margin]))[0])
        told.append((heading, after - before, details[heading]))
        before = after
    return tuple(told)


@njit(
    "float64[:](float32[:,::1], int32[::1], int16[::1], float32[::1], int32[::1], float32[::1], float64[::1], float64)",
    cache=True,
    nogil=True,
)
def sum_leaves(values, roots, feature, threshold, left, value, ahead, least):
    """Sum the leaves each row falls into, over all trees; -inf as soon as the rest cannot lift a row to the least."""
    margins = np.zeros(values.shape[0], np.float64)
    for row in range(values.shape[0]):
        total = 0.0
        for tree in range(len(roots)):
            if total + ahead[tree] < least:
                total = -np.inf
                break
            node = roots[tree]
            while feature[node] >= 0:
                node = left[node] + (values[row, feature[node]] > threshold[node])
            total += value[node]
        margins[row] = total
    return margins


def _ahead(
    roots: NDArray[np.int32], feature: NDArray[np.int16], value: NDArray[np.float32]
) -> NDArray[np.float64]:
    # A tree's nodes stand between its root and the next one.
    leaves = np.where(feature == LEAF, value, -np.inf).astype(np.float64)
    most = np.maximum.reduceat(leaves, roots)
    return np.ascontiguousarray(np.cumsum(most[::-1])[::-1])


@cache
def load(family: str) -> Model:
    """Read the model of a family of pairs from matching/data/models."""
    told = json.loads((MODELS / f"{family}.json").read_text(encoding="utf-8"))
    nodes = told["nodes"]
    roots, feature = np.array(told["roots"], np.int32), np.array(nodes["feature"], np.int16)
    value = np.array(nodes["value"], np.float32)
    trees = Trees(
        roots,
        feature,
        np.array(nodes["threshold"], np.float32),
        np.array(nodes["left"], np.int32),
        value,
        _ahead(roots, feature, value),
    )
    knots = (np.array(told["knots"][0], np.float32), np.array(told["knots"][1], np.float32))
    return Model(family, tuple(told["features"]), trees, knots)
