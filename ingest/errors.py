"""The one error that reading a publisher's file may raise."""

from __future__ import annotations


class IngestError(Exception):
    """A file cannot be read or must not be loaded. The message is one clear sentence for a person."""


class Held(IngestError):
    """A copy is well-formed and within its bounds, but so unlike the one before that a person must look."""


class NoDownload(IngestError):
    """The publisher offers no file that a program could fetch; somebody must hand one in."""
