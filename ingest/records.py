"""What a source module yields: one Record per party, made of plain tuples that can be compared.

A statement's tuple is its identity: when a publisher changes a name, the old tuple left and a new one
came. That is all the diff needs to know.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from entities.choices import NameKind
from ingest.errors import IngestError


class Name(NamedTuple):
    text: str
    kind: str = NameKind.PRIMARY.value
    lang: str = ""


class Identifier(NamedTuple):
    scheme: str
    value: str
    country: str = ""
    valid: bool | None = None


class Address(NamedTuple):
    text: str
    country: str = ""


class Listing(NamedTuple):
    measures: tuple[str, ...]
    programme: str = ""
    legal_basis: str = ""
    citation: str = ""
    requirement: str = ""
    policy: str = ""
    reason: str = ""
    start: date | None = None
    start_basis: str = ""
    end: date | None = None
    end_basis: str = ""
    source_url: str = ""


class Ownership(NamedTuple):
    """An edge owner → asset; both are entity ids, see entity_id()."""

    owner_id: str
    asset_id: str
    kind: str
    citation: str
    share_min: Decimal | None = None
    share_max: Decimal | None = None
    start: date | None = None
    end: date | None = None
    url: str = ""
    quote: str = ""


class Evidence(NamedTuple):
    published: date
    publisher: str
    claim: str
    nature: str
    topic: str = ""
    published_text: str = ""
    title: str = ""
    url: str = ""
    verified: bool = True
    note: str = ""
    retrieved: date | None = None
    archived_sha256: str = ""


class Partnership(NamedTuple):
    brand: str
    kind: str
    description: str
    citation: str
    start: date | None = None
    end: date | None = None
    dates: str = ""
    url: str = ""
    verified: bool = True


def entity_id(dataset: str, key: str) -> str:
    """Hash the publisher's own key into an id that outlives every change of our parsers."""
    return f"{dataset}-{hashlib.sha1(storable(key).encode(), usedforsecurity=False).hexdigest()[:20]}"


# A NUL, which PostgreSQL refuses, and halves of surrogate pairs, which JSON can spell and no encoding can write.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
# The same as repr() shows them.
SIGNS = ("\\x00", "\\ud")


def storable(value: Any) -> Any:
    """Drop the characters that no database takes, at any depth of tuples, lists and dicts."""
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        return {storable(name): storable(item) for name, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(storable, value))
    if isinstance(value, (list, tuple)):
        return type(value)(map(storable, value))
    return value


# The most characters that the record keeps of what a publisher words freely; SQLite would take any number.
LONGEST = {
    "names": {"lang": 40},
    "identifiers": {"scheme": 80, "value": 300, "country": 10},
    "addresses": {"country": 10},
    "listings": {
        "programme": 300,
        "legal_basis": 500,
        "start_basis": 200,
        "end_basis": 200,
        "source_url": 500,
    },
    "ownerships": {"url": 500},
    "evidence": {
        "topic": 60,
        "published_text": 60,
        "publisher": 200,
        "title": 300,
        "url": 500,
        "archived_sha256": 64,
    },
    "partnerships": {"brand": 200, "description": 300, "dates": 120, "url": 500},
}


class Encoded(str):
    """JSON text that goes into a JSON column as it is."""


# A record's statements, and all that makes two versions of it differ.
STATEMENTS = ("names", "identifiers", "addresses", "listings", "ownerships", "evidence", "partnerships")
CONTENT = ("schema", "countries", "properties", "raw", *STATEMENTS)


@dataclass(slots=True)
class Record:
    """One party as the publisher describes it. `key` is the fewest stable raw fields that name the row."""

    dataset: str
    key: str
    schema: str
    names: list[Name]
    countries: list[str] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    ownerships: list[Ownership] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    partnerships: list[Partnership] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)
    _id: str = ""
    _digest: str = ""
    _sealed: str = ""
    _raw_digest: str = ""

    @property
    def id(self) -> str:
        if not self._id:
            self._id = entity_id(self.dataset, self.key)
        return self._id

    @property
    def caption(self) -> str:
        return self.names[0].text if self.names else self.key

    def tidy(self) -> None:
        """Drop what cannot be stored, then empty and repeated statements, keeping the publisher's order.

        Raises IngestError for a statement longer than the record can keep.
        """
        shown = repr([self.key, *(getattr(self, name) for name in CONTENT)])
        # Looking for the signs costs little; taking every record apart would not.
        if any(sign in shown for sign in SIGNS):
            for name in ("key", *CONTENT):
                setattr(self, name, storable(getattr(self, name)))
        self.names = [row for row in self.names if row.text.strip()]
        self.countries = [code for code in dict.fromkeys(self.countries) if code]
        self.identifiers = [row for row in self.identifiers if row.value.strip()]
        self.addresses = [row for row in self.addresses if row.text.strip()]
        for name in STATEMENTS:
            setattr(self, name, list(dict.fromkeys(getattr(self, name))))
        self._refuse_overlong()

    def _refuse_overlong(self) -> None:
        for name, columns in LONGEST.items():
            for row in getattr(self, name):
                for column, most in columns.items():
                    if len(text := getattr(row, column)) > most:
                        raise IngestError(
                            f"{self.dataset}: {column} of “{self.caption[:80]}” has {len(text):,} characters where at "
                            f"most {most:,} can be right: {text[:60]}…."
                        )

    def absorb(self, other: Record) -> None:
        """Take in another row of the same party: one row per address, per alias or per table is common."""
        self.unseal()
        for name in ("countries", *STATEMENTS):
            mine = getattr(self, name)
            mine.extend(row for row in getattr(other, name) if row not in mine)
        self.properties = other.properties | self.properties
        # Parties that one row names share its raw content: what is added here is not added to theirs.
        self.raw = self.raw | {"further rows": [*self.raw.get("further rows", ()), other.raw]}

    def seal(self) -> None:
        """Keep the raw row as text: a list of full size as dicts would take most of the memory of a load."""
        if not self._sealed:
            text = json.dumps(self.raw, default=str, ensure_ascii=False)
            if "\\u0000" in text or UNSTORABLE.search(text):
                self.raw = storable(self.raw)
                text = json.dumps(self.raw, default=str, ensure_ascii=False)
            sorted_text = json.dumps(self.raw, sort_keys=True, default=str, ensure_ascii=False)
            self._raw_digest = hashlib.sha256(sorted_text.encode()).hexdigest()
            self._sealed, self.raw = text, {}

    def unseal(self) -> None:
        if self._sealed:
            self.raw, self._sealed, self._digest = json.loads(self._sealed), "", ""

    @property
    def encoded_raw(self) -> Encoded:
        """Return the raw row as the JSON text that the database keeps."""
        self.seal()
        return Encoded(self._sealed)

    @property
    def digest(self) -> str:
        """Hash the whole content; two versions with the same digest describe the party alike."""
        if not self._digest:
            self.seal()
            content = [getattr(self, name) for name in CONTENT if name != "raw"]
            text = json.dumps([*content, self._raw_digest], sort_keys=True, default=str, ensure_ascii=False)
            self._digest = hashlib.sha256(text.encode()).hexdigest()
        return self._digest
