"""Names and addresses as both UK lists write them: six numbered parts, of which the sixth comes last."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.audit import Audit
from ingest.records import Name
from ingest.sources._scripts import beyond_latin

NAME_KINDS = {
    "primary name": "primary",
    "primary name variation": "alias",
    "alias": "alias",
    "aka": "alias",
    "fka": "former",
}


def joined(parts: Iterable[str], separator: str = " ") -> str:
    """Join the parts that say something, with single blanks inside them."""
    return separator.join(text for part in parts if (text := " ".join(part.split()).strip(" ,") or ""))


def latin_name(parts: Iterable[str], kind: str, quality: str, audit: Audit) -> Name:
    """Make a name of its parts, forenames first. A low quality alias of any type is weak."""
    known = " ".join(kind.split()).lower()
    if known not in NAME_KINDS:
        audit.doubt("unknown name type", kind)
    if quality.lower().startswith("low"):
        return Name(joined(parts), "weak")
    if quality and not quality.lower().startswith("good"):
        audit.doubt("unknown alias quality", quality)
    return Name(joined(parts), NAME_KINDS.get(known, "alias"))


def other_script_name(text: str, script: str, language: str) -> Name:
    """Make a name of what stands in the non-Latin column, whose label cannot be trusted."""
    plain = joined([text])
    if not beyond_latin(plain):
        return Name(plain, "alias")
    return Name(plain, "transliteration", (language.strip() or script.strip() or "original script")[:40])
