"""Days as people type them at the terminal."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date


def day(text: str) -> date:
    """Read a command's argument; anything else is one clear sentence."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"give a day that exists, as YYYY-MM-DD, not {text[:40]!r}") from None
