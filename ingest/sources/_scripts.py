"""Which script a name is written in, whatever its label says."""

from __future__ import annotations

import re

# Letters outside Latin and its extensions: Cyrillic, Greek, Arabic, Han ….
LETTER_BEYOND_LATIN = re.compile(r"[^\W\d_\u0000-\u02ff\u1e00-\u1eff]")


def beyond_latin(text: str) -> bool:
    return bool(LETTER_BEYOND_LATIN.search(text))
