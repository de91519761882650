"""The one error that reading a publisher's file may raise."""

from __future__ import annotations

LONGEST = 600


class IngestError(Exception):
    """A file cannot be read or must not be loaded. The message is one clear sentence for a person.

    Libraries and publishers put line ends and control characters into what it quotes: they are taken out here.
    """

    def __init__(self, message: str) -> None:
        line = " ".join(message.split())
        line = "".join(char if char.isprintable() else "\ufffd" for char in line)
        super().__init__(line if len(line) <= LONGEST else f"{line[: LONGEST - 2]}….")


class Held(IngestError):
    """A copy is well-formed and within its bounds, but so unlike the one before that a person must look."""


class NoDownload(IngestError):
    """The publisher offers no file that a program could fetch; somebody must hand one in."""
