"""Charts drawn by the server: bars with their numbers, placed for an inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 150
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 22, 22


@dataclass(frozen=True)
class Bar:
    """One bar: its place and size, what stands above and below it; without a value there is no bar."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    text: str


@dataclass(frozen=True)
class Chart:
    title: str
    bars: tuple[Bar, ...]
    described: str

    width, height, base = WIDTH, HEIGHT, HEIGHT - BOTTOM


def chart(title: str, rows: Sequence[tuple[str, float | None, str]]) -> Chart:
    """Place rows of label, value and its text as bars side by side; a row without a value leaves a gap."""
    most = max((value for _, value, _ in rows if value), default=1.0)
    step = (WIDTH - LEFT - RIGHT) / max(len(rows), 1)
    room = HEIGHT - TOP - BOTTOM
    bars = []
    for at, (label, value, text) in enumerate(rows):
        height = round(room * (value or 0) / most, 1)
        bars.append(
            Bar(
                round(LEFT + step * (at + 0.15), 1),
                round(HEIGHT - BOTTOM - height, 1),
                round(step * 0.7, 1),
                height,
                round(LEFT + step * (at + 0.5), 1),
                label,
                text if value is not None else "",
            )
        )
    told = [text for _, value, text in rows if value is not None]
    return Chart(title, tuple(bars), ", ".join(told) or "nothing yet")
