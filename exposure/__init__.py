"""Engine two: dated ownership edges and dated rules in, conclusions with the path that proves them out."""

from __future__ import annotations

from exposure.concluding import Conclusions, Listings, conclude
from exposure.graph import Graph
from exposure.reaching import Reach, reached
from exposure.records import Edge, Exposure, Listed, Rule, Scope
from exposure.rules import RULES, assume
from exposure.supposing import Change, affected, what_if

__all__ = [
    "RULES",
    "Change",
    "Conclusions",
    "Edge",
    "Exposure",
    "Graph",
    "Listed",
    "Listings",
    "Reach",
    "Rule",
    "Scope",
    "affected",
    "assume",
    "conclude",
    "reached",
    "what_if",
]
