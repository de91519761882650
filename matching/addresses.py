"""How much two parties' addresses have in common: small evidence, since a building houses many."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rigour.territories import get_territories

from matching.names import MAX_LENGTH, clean, fold

# In log-odds, as in matching/evidence.py.
SAME_PLACE = 0.2  # a city, or a street's name
SAME_ADDRESS = 0.6
SAME_SHARE = 0.7  # of the shorter address's words
SAME_WORDS = 3  # words, from which on the share counts
MAX_ADDRESSES = 20  # of one party
_GENERAL = """street st road rd avenue ave boulevard blvd lane ln drive dr building bldg block floor fl flat unit room rm suite ste
no number po p o box district dist city town village province prov state county region republic zone area plaza square sq
tower house north south east west new near the of and de la el al lu jie qu shi sheng ul ulitsa str prospekt d kv
rue calle via strasse"""
GENERAL = frozenset(_GENERAL.split())


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    names = (clean(territory.name) for territory in get_territories())
    return frozenset(word for name in names for word in name.split())


@lru_cache(maxsize=20_000)
def words(address: str) -> frozenset[str]:
    """Return the words and numbers that tell an address: no country, no word that every address has."""
    folded = (fold(word) for word in clean(address[:MAX_LENGTH]).split())
    return frozenset(word for word in folded if word and word not in GENERAL and word not in _countries())


def compare(ours: Iterable[str], theirs: Iterable[str]) -> tuple[float, str] | None:
    """Weigh the two sides' addresses, the pair that has most in common: log-odds and words; None if none has."""
    best: tuple[float, int, str] = (0.0, 0, "")
    for one in list(ours)[:MAX_ADDRESSES]:
        for other in list(theirs)[:MAX_ADDRESSES]:
            left, right = words(one), words(other)
            shared = sorted(left & right)
            if not any(not word.isdigit() for word in shared):
                continue
            whole = len(shared) >= SAME_WORDS and len(shared) >= SAME_SHARE * min(len(left), len(right))
            detail = f"the address {'agrees' if whole else 'has words in common'}: {', '.join(shared)}"
            best = max(best, (SAME_ADDRESS if whole else SAME_PLACE, len(shared), detail))
    return (best[0], best[2]) if best[1] else None
