"""The companies of a structure chart and the edges between them, read row by row."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from stdnum import isin, lei
from stdnum.cn import uscc

from entities.choices import OwnershipKind, Schema
from ingest.audit import Audit
from ingest.chart_cells import CellError, read_day, read_kind, read_share
from ingest.countries import country_code
from ingest.records import Address, Identifier, Name, Ownership, Record, entity_id

CHECKS = {"lei": ("LEI", lei.is_valid), "isin": ("ISIN", isin.is_valid), "uscc": ("USCC", uscc.is_valid)}
LONGEST_ID = 300
# Told a row of a table and what is wrong with it.
Tell = Callable[[dict[str, Any], str], None]


class Companies:
    """The companies of a chart, found by the customer's own ids or by name."""

    def __init__(self, dataset: str, title: str, tell: Tell) -> None:
        self.dataset, self.title, self.tell = dataset, title, tell
        self.records: dict[str, Record] = {}
        self.named: dict[str, list[Record]] = defaultdict(list)
        self.called = "the table of companies"

    def add(self, row: dict[str, Any]) -> None:
        """Add a company. Raises CellError where its row cannot be read."""
        self.called = row["CALLED"]
        record = self._record(row)
        self.records[record.key] = record
        for text in {_folded(name.text) for name in record.names}:
            self.named[text].append(record)

    def _record(self, row: dict[str, Any]) -> Record:
        name, key = row["name"], row.get("id") or row["name"]
        if not name:
            raise CellError("the name is empty")
        if key in self.records:
            raise CellError(f"{key!r} is there already; the first counts")
        if len(key) > LONGEST_ID:
            raise CellError(f"the id or name has more than {LONGEST_ID} characters")
        schema = row.get("type", "")
        known = {value.lower(): value for value in Schema.values}
        if schema and schema.lower() not in known:
            self.tell(row, f"the type {schema!r} is unknown, so it is read as a company")
        country = self._country(row)
        identifiers = [
            *self._identifiers(row),
            Identifier("Registration number", row.get("registration", "")[:300], country),
        ]
        record = Record(
            dataset=self.dataset,
            key=key,
            schema=known.get(schema.lower(), "Company"),
            names=[
                Name(name),
                *(Name(text.strip(), "alias") for text in row.get("aliases", "").split(";")),
                *(Name(text.strip(), "former") for text in row.get("former", "").split(";")),
            ],
            countries=[country],
            identifiers=identifiers,
            addresses=[Address(row.get("address", ""), country)],
            raw=row["RAW"],
        )
        if record.schema == "Person":
            # Of a person the name is kept, because an edge needs it, and nothing else.
            record.countries, record.identifiers, record.addresses, record.raw = [], [], [], {"name": name}
        return record

    def _country(self, row: dict[str, Any]) -> str:
        text = row.get("country", "")
        code = country_code(text, Audit())
        if text and not code:
            self.tell(row, f"the country {text!r} is unknown and left empty")
        return code

    def _identifiers(self, row: dict[str, Any]) -> Iterator[Identifier]:
        for column, (scheme, check) in CHECKS.items():
            if text := row.get(column, "")[:300]:
                if not check(text):
                    self.tell(row, f"the check digits of {scheme} {text} do not hold")
                yield Identifier(scheme, text, valid=check(text))

    def party(self, column: str, text: str) -> Record:
        if not text:
            raise CellError(f"the {column} is empty")
        if text in self.records:
            return self.records[text]
        found = self.named.get(_folded(text), [])
        if len(found) > 1:
            raise CellError(f"the {column} {text!r} is the name of {len(found)} companies: use their ids")
        if not found:
            raise CellError(f"the {column} {text!r} is not in {self.called}")
        return found[0]

    def edge(self, row: dict[str, Any]) -> Ownership:
        owner, asset = self.party("owner", row["owner"]), self.party("asset", row["asset"])
        if owner is asset:
            raise CellError(f"{owner.caption!r} cannot own itself")
        low, high = read_share(row.get("share", ""), fractions=row["FRACTIONS"])
        start, end = (read_day(row.get(column, ""), column) for column in ("start", "end"))
        if start and end and end < start:
            raise CellError(f"end {end} is before start {start}")
        # A chart without a column of shares says who stands above whom, not how much of it is held.
        usual = OwnershipKind.SHAREHOLDING if row["SHARES"] else OwnershipKind.CONTROL
        url = row.get("url", "")
        if url and not re.fullmatch(r"https?://\S{1,480}", url):
            raise CellError(f"{url!r} is not a web address")
        return Ownership(
            owner_id=entity_id(self.dataset, owner.key),
            asset_id=entity_id(self.dataset, asset.key),
            kind=read_kind(row.get("kind", "")) or usual.value,
            citation=row.get("source", "") or self.title,
            share_min=low,
            share_max=high,
            start=start,
            end=end,
            url=url,
            quote=" | ".join(text for text in row["RAW"].values() if text)[:1_000],
        )


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
