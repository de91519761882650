"""Country names as publishers write them, to ISO 3166 codes."""

from __future__ import annotations

from functools import lru_cache

from rigour.territories import lookup_territory

from ingest.audit import Audit

# Publishers' own spellings that rigour does not know.
SPELLINGS = {
    "region: kafia kingi": "",
    "region: gaza": "ps",
    "region: crimea": "ua",
    "crimea region of ukraine": "ua",
    "china, people's republic of": "cn",
    "undetermined": "",
    "na": "",
    "none": "",
}


@lru_cache(maxsize=4096)
def _lookup(text: str) -> str | None:
    plain = text.strip().rstrip(".").lower().replace("’", "'")
    if plain in SPELLINGS:
        return SPELLINGS[plain]
    territory = lookup_territory(text.strip().rstrip("."))
    return territory.code.split("-")[0].lower() if territory else None


def country_code(text: str | None, audit: Audit) -> str:
    """Return the ISO code, or an empty string and a doubt where the name is not known."""
    if not text or not text.strip():
        return ""
    code = _lookup(text)
    if code is None:
        audit.doubt("unknown country", text)
        return ""
    return code
