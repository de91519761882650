"""What a source module yields: one Record per party, made of plain tuples that can be compared.

A statement's tuple is its identity: when a publisher changes a name, the old tuple left and a new one
came. That is all the diff needs to know.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from entities.choices import NameKind


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
    return f"{dataset}-{hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()[:20]}"


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
    _digest: str = ""

    @property
    def id(self) -> str:
        return entity_id(self.dataset, self.key)

    @property
    def caption(self) -> str:
        return self.names[0].text if self.names else self.key

    def tidy(self) -> None:
        """Drop empty and repeated statements, keeping the publisher's order."""
        self.names = [row for row in self.names if row.text.strip()]
        self.countries = [code for code in dict.fromkeys(self.countries) if code]
        self.identifiers = [row for row in self.identifiers if row.value.strip()]
        self.addresses = [row for row in self.addresses if row.text.strip()]
        for name in STATEMENTS:
            setattr(self, name, list(dict.fromkeys(getattr(self, name))))

    def absorb(self, other: Record) -> None:
        """Take in another row of the same party: one row per address, per alias or per table is common."""
        for name in ("countries", *STATEMENTS):
            mine = getattr(self, name)
            mine.extend(row for row in getattr(other, name) if row not in mine)
        self.properties = other.properties | self.properties
        self.raw.setdefault("further rows", []).append(other.raw)

    @property
    def digest(self) -> str:
        """Hash the whole content; two versions with the same digest describe the party alike."""
        if not self._digest:
            content = [getattr(self, name) for name in CONTENT]
            text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
            self._digest = hashlib.sha256(text.encode()).hexdigest()
        return self._digest
