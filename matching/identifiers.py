"""Identifiers of parties: one spelling for each scheme and value, what has check digits, and how much each scheme says."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rigour.ids import get_identifier_format

# Other names under which lists and clients state a scheme.
SCHEMES = {
    "vessel registration identification": "imo",
    "imo number": "imo",
    "legal entity number": "lei",
    "leicode": "lei",
    "unified social credit code": "uscc",
    "unified social credit code (uscc)": "uscc",
    "swift/bic": "bic",
    "swift": "bic",
    "vessel call sign": "call sign",
    "callsign": "call sign",
    "aircraft tail number": "tail number",
    "previous aircraft tail number": "former tail number",
    "aircraft manufacturer's serial number (msn)": "msn",
    "serial number": "msn",
    "taxpayer identification number (inn)": "inn",
    "primary state registration number (ogrn)": "ogrn",
}
# rigour's formats for schemes with check digits, or a form that can be checked.
CHECKED = {
    "imo": "imo",
    "lei": "lei",
    "uscc": "uscc",
    "isin": "isin",
    "inn": "inn",
    "ogrn": "ogrn",
    "bic": "bic",
}
# A party has one of these for life: a different one is a different party.
LASTING = frozenset({"imo", "lei", "uscc", "inn", "ogrn", "msn"})
# A party may have several, or the number changes with the flag, the passport or the list: a different one says little.
CHANGING = frozenset(
    {
        *(
            "isin",
            "bic",
            "mmsi",
            "call sign",
            "tail number",
            "former tail number",
            "passport",
            "diplomatic passport",
        ),
        *("ofac uid", "un reference", "uk sanctions list id", "travel document number", "license"),
    }
)

# Given again to another ship or aircraft: one that agrees supports a name and decides nothing.
GIVEN_AGAIN = frozenset({"call sign", "tail number", "former tail number"})


def folded(scheme: str, value: str) -> tuple[str, str]:
    """Write an identifier so that case, spaces, punctuation and other names of the scheme do not tell equal ones apart."""
    scheme = scheme.casefold().strip()
    scheme = SCHEMES.get(scheme, scheme)
    kept = "".join(filter(str.isalnum, value)).upper()
    return scheme, kept.removeprefix("IMO") if scheme == "imo" else kept


def unique_identifiers(identifiers: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Fold identifiers; those without a letter or digit, or of one repeated (0000000), are none."""
    found = (folded(*pair) for pair in identifiers)
    return frozenset((scheme, value) for scheme, value in found if len(set(value)) > 1)


@lru_cache(maxsize=20_000)
def is_sound(scheme: str, value: str) -> bool:
    """Tell whether a folded identifier passes the check digits of its scheme; without a check all do."""
    checked = get_identifier_format(CHECKED[scheme]) if scheme in CHECKED else None
    return checked is None or checked.is_valid(value)
