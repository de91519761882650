"""A path along ownership in words."""

from __future__ import annotations

from collections.abc import Iterable

from entities.choices import OwnershipKind
from screening.exposures import Step


def path_in_words(path: Iterable[Step]) -> str:
    """Write a path as one line, the listed owner first: A ─ 60 %, shareholding ─▶ B. Empty for no path."""
    said: list[str] = []
    for step in path:
        if step.begins:
            said.append(f"; {step.owner.caption}" if said else step.owner.caption)
        said.append(f" ─ {edge_in_words(step)} ─▶ {step.asset.caption}")
    return "".join(said)


def edge_in_words(step: Step) -> str:
    """Say what one edge is: the share, the kind, and its days."""
    edge = step.edge
    words = dict(OwnershipKind.choices)[edge.kind]
    days = (f"since {edge.start}" if edge.start else "", f"until {edge.end}" if edge.end else "")
    return ", ".join(part for part in (edge.share, words, *days) if part)
