"""One row of a curated table: each cell popped and checked, each fault named with file and line."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.records import Record

# What the record's columns hold; a longer cell would fail in PostgreSQL only, and late.
LONGEST = {
    "topic": 60,
    "scheme": 80,
    "dates": 120,
    "published_text": 60,
    "publisher": 200,
    "brand": 200,
    "value": 300,
    "description": 300,
    "title": 300,
    "key": 500,
    "url": 500,
    "lang": 40,
}


class CitedRow:
    """A row that must say where it is from; what is wrong in it is refused."""

    # What a row's number counts.
    unit = "line"

    def __init__(self, cells: dict[str, Any]) -> None:
        self.file: str = cells.pop("FILE")
        self.line: int = cells.pop("LINE")
        self.cells = cells
        self.raw = dict(cells)
        if not (cells.get("citation") or cells.get("url")):
            self.refuse("neither citation nor url says where this is from")

    def refuse(self, fault: str) -> NoReturn:
        raise IngestError(f"{self.file} {self.unit} {self.line}: {fault}.")

    def take(self, column: str) -> str:
        value: str = self.cells.pop(column, "")
        if len(value) > (longest := LONGEST.get(column, 10_000)):
            self.refuse(f"{column} is longer than {longest:,} characters")
        return value

    def need(self, column: str) -> str:
        return self.take(column) or self.refuse(f"{column} is empty")

    def choice(self, column: str, among: Sequence[str]) -> str:
        value = self.take(column)
        if value not in among:
            self.refuse(f"{column} {value!r} is unknown; known are {', '.join(among)}")
        return value

    def party(self, column: str, known: dict[str, Record]) -> Record:
        key = self.take(column)
        if key not in known:
            self.refuse(f"{column} {key!r} is not a key of companies.csv")
        return known[key]

    def url(self, column: str = "url") -> str:
        value = self.take(column)
        if value and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", value):
            self.refuse(f"{column} {value!r} is not a web address")
        return value

    def sha256(self, column: str) -> str:
        value = self.take(column).lower()
        if value and not re.fullmatch("[0-9a-f]{64}", value):
            self.refuse(f"{column} {value[:70]!r} is not a SHA-256 hash of 64 hexadecimal digits")
        return value

    def retrieved(self, published: date) -> date | None:
        """Read the day on which somebody read a publication; none can be read before it is out."""
        if not self.cells.get("retrieved"):
            return None
        day = self.day("retrieved")
        if day < published:
            self.refuse(f"retrieved {day} is before it was published on {published}")
        return day

    def source(self) -> dict[str, str]:
        """Take what says where the row is from, so far as it is filled in."""
        stated = {"citation": self.take("citation"), "url": self.url()}
        return {name: value for name, value in stated.items() if value}

    def country(self, audit: Audit) -> list[str]:
        codes = self.take("country").split()
        for code in codes:
            if country_code(code, audit) != code:
                self.refuse(f"country {code!r} is not an ISO 3166 code in small letters")
        return codes

    def verified(self) -> bool:
        value = self.take("verified")
        if value not in ("true", "false"):
            self.refuse(f"verified must be true or false, not {value!r}")
        return value == "true"

    def share(self, column: str) -> Decimal | None:
        value = self.take(column)
        if not value:
            return None
        try:
            share = Decimal(value)
        except InvalidOperation:
            self.refuse(f"{column} {value!r} is not a number of percent")
        if not share.is_finite() or not 0 <= share <= 100:
            self.refuse(f"{column} {value} is not between 0 and 100 percent")
        if share != round(share, 4):
            self.refuse(f"{column} {value} has more than four decimals")
        return share

    def day(self, column: str) -> date:
        day, whole = self.vague_day(column)
        return day if day and whole else self.refuse(f"{column} is not a date such as 2020-12-17")

    def vague_day(self, column: str, *, last: bool = False) -> tuple[date | None, bool]:
        """Read a day, month or year; return its first (or `last`) day and whether the day itself is stated."""
        value = self.take(column)
        if not value:
            return None, True
        found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", value)
        try:
            if not found:
                raise ValueError
            year, month = int(found[1]), int(found[2] or (12 if last else 1))
            end_of_month = calendar.monthrange(year, month)[1]
            return date(year, month, int(found[3] or (end_of_month if last else 1))), bool(found[3])
        except ValueError:
            self.refuse(f"{column} {value!r} is not a date such as 2020-12-17, 2020-12 or 2020")

    def period(self) -> tuple[date | None, date | None, list[str]]:
        """Read start and end, and name those of them that are known to the month or year only."""
        stated = {column: self.cells.get(column, "") for column in ("start", "end")}
        (start, whole_start), (end, whole_end) = self.vague_day("start"), self.vague_day("end", last=True)
        if start and end and end < start:
            self.refuse(f"end {stated['end']} is before start {stated['start']}")
        whole = {"start": whole_start, "end": whole_end}
        return start, end, [f"{column} {text}" for column, text in stated.items() if not whole[column]]
