from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class Table(Protocol):
    """Rows of cells, each with its number, from whatever they are written in; read from the start each time."""

    path: Path

    def reading(self) -> dict[str, str]:
        """Say how it is read: format, encoding, delimiter, sheet."""

    def estimated_rows(self) -> int | None:
        """Say about how many rows there are, None where that takes reading them."""

    def rows(self) -> Iterator[tuple[int, list[str]]]: ...
