from __future__ import annotations


class Refused(ValueError):
    """A file cannot be screened; the message says why in one sentence."""
