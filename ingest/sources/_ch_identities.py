"""Names, addresses and birth dates of an identity on the Swiss list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.records import Address, Name
from ingest.sources._scripts import beyond_latin

Tree = dict[str, Any]

NAME_KINDS = {"primary-name": "primary", "alias": "alias", "formerly-known-as": "former"}
# The file counts the family name first; a name is spoken in this order.
SPOKEN = (
    *("title", "given-name", "further-given-name", "father-name", "grand-father-name", "tribal-name"),
    *("family-name", "maiden-name", "whole-name", "suffix", "other"),
)


def only_text(tree: Tree) -> str:
    return str(tree.get("#", ""))


def names(items: list[Tree], schema: str, audit: Audit) -> Iterator[Name]:
    """Yield each name with its parts joined, and then its spellings in other languages and scripts."""
    for item in map(dict, items):
        kind = NAME_KINDS.get(item.pop("@name-type", ""), "")
        if not kind:
            audit.doubt("unknown name type", item)
            kind = "alias"
        if item.pop("@quality", "") == "low":
            kind = "weak"
        parts = [dict(part) for part in item.pop("name-part", [])]
        for part in parts:
            if part.get("@name-part-type") not in SPOKEN:
                audit.doubt("unknown part of a name", part.get("@name-part-type"))
        parts = [part for part in sorted(parts, key=_place) if part.get("@name-part-type") != "title"]
        lang = item.pop("@lang", "")
        for field in ("@ssid", "#"):
            item.pop(field, None)
        audit.leftovers(item, "name")
        main = _joined(_value(part) for part in parts)
        yield Name(main, kind, "" if lang == "eng" else lang)
        for spelling, spoken in _spellings(parts):
            if spelling and spelling != main:
                if kind == "primary":
                    yield Name(spelling, "transliteration" if beyond_latin(spelling) else "alias", spoken)
                else:
                    yield Name(spelling, kind, spoken)


def _place(part: Tree) -> tuple[int, str]:
    kind = part.get("@name-part-type", "")
    return (SPOKEN.index(kind) if kind in SPOKEN else len(SPOKEN), part.get("@order", ""))


def _value(part: Tree) -> str:
    return next((only_text(value) for value in part.get("value", [])), "")


def _joined(texts: Iterator[str]) -> str:
    return " ".join(" ".join(texts).split())


def _spellings(parts: list[Tree]) -> Iterator[tuple[str, str]]:
    """Join the variants of one language and script: the first of each part, the second of each, and so on.

    A part that is not varied keeps its spelling in a Latin variant and is left out of any other, which
    would mix scripts.
    """
    varied: list[dict[tuple[str, str], list[str]]] = []
    for part in parts:
        by_script: dict[tuple[str, str], list[str]] = {}
        for variant in part.get("spelling-variant", []):
            script = (variant.get("@lang", ""), variant.get("@script", ""))
            by_script.setdefault(script, []).append(only_text(variant))
        varied.append(by_script)
    for script in dict.fromkeys(key for by_script in varied for key in by_script):
        rounds = max(len(by_script.get(script, ())) for by_script in varied)
        latin = script[1] in ("", "LATN")
        for number in range(rounds):
            texts = []
            for part, by_script in zip(parts, varied, strict=True):
                variants = by_script.get(script, [])
                if number < len(variants):
                    texts.append(variants[number])
                elif variants or latin:
                    texts.append(variants[0] if variants else _value(part))
            yield _joined(iter(texts)), script[0][:40]


def address(item: Tree, places: dict[str, Tree], audit: Audit) -> Address:
    """Put an address together with the place that it names."""
    row = dict(item)
    place = dict(places.get(row.pop("@place-id", ""), {}))
    country: Tree = next(iter(place.get("country", [])), {})
    fields = ("c-o", "address-detail", "address-details", "p-o-box", "zip-code")
    texts = [only_text(part) for field in fields for part in row.pop(field, [])]
    texts += [only_text(part) for field in ("location", "area") for part in place.get(field, [])]
    texts.append(only_text(country))
    for field in ("@ssid", "@quality", "@main", "remark"):
        row.pop(field, None)
    audit.leftovers(row, "address")
    text = ", ".join(text for text in texts if text)
    return Address(text, country_code(country.get("@iso-code") or only_text(country), audit))


def birth_date(item: Tree) -> str:
    """Return 1980-03-23, 1980-03, 1980 or a range of years."""
    year, month, day = (item.get(f"@{part}", "") for part in ("year", "month", "day"))
    if not year:
        return "–".join(filter(None, [item.get("@from-year", ""), item.get("@to-year", "")]))
    return "-".join(part.zfill(2) for part in (year, month, day if month else "") if part)
