"""One row of a customer's file: the supplier it names, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ingest.audit import Audit
from ingest.countries import country_code
from screening.models.portfolios import subject_key
from screening.suppliers.cells import Formula
from screening.suppliers.columns import SCHEMES, Columns

MOST_NAME = 500
MOST_ADDRESS = 2_000
MOST_OTHER = 200
# C0, DEL and C1 controls, and what turns the direction of text round; none has a place in a name.
CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
# Words that say a cell is empty.
NOTHING = frozenset({"", "-", "--", "n/a", "na", "null", "none", "nil", "#n/a", "無", "无", "なし"})
# Countries as customers write them, beyond what rigour knows.
COUNTRIES = {
    "한국": "kr",
    "대한민국": "kr",
    "중국": "cn",
    "일본": "jp",
    "대만": "tw",
    "미국": "us",
    "베트남": "vn",
    "中国大陆": "cn",
    "中國大陸": "cn",
    "中国内地": "cn",
    "mainland china": "cn",
    "prc": "cn",
    "p.r. china": "cn",
    "p.r.china": "cn",
    "pr china": "cn",
    "中国台湾": "tw",
    "中国香港": "hk",
    "taiwan, china": "tw",
    "viet nam": "vn",
}
LETTER = re.compile(r"[^\W_]")


class Supplier(NamedTuple):
    """A supplier as its customer describes it; `row` counts from the first below the headings."""

    row: int
    name: str
    country: str = ""
    address: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    reference: str = ""

    @property
    def key(self) -> str:
        """Name the supplier across files."""
        return subject_key(self.name, self.country, self.reference)


class Row(NamedTuple):
    """A row as read: its supplier, or None where it cannot be asked, and one sentence for each thing wrong."""

    number: int
    supplier: Supplier | None
    problems: tuple[str, ...] = ()


def read_row(number: int, cells: Sequence[str], columns: Columns, default_country: str = "") -> Row | None:
    """Read a row; None where it is blank."""
    if not any(cells):
        return None
    problems: list[str] = []
    places = columns.places
    if len(cells) > len(columns.titles) and any(cells[len(columns.titles) :]):
        problems.append(
            f"It has {len(cells)} cells, the headings {len(columns.titles)}; what is beyond is not read."
        )

    def cell(field: str, most: int) -> str:
        at = places.get(field, -1)
        if at < 0 or at >= len(cells):
            return ""
        raw = cells[at]
        text = " ".join(raw.split())
        if not text.isprintable() or "\ufffd" in text:
            text = _cleaned(text, field, problems)
        if type(raw) is Formula:
            problems.append(f"The {field} is a formula; its stored value is read.")
        if len(text) > most:
            problems.append(f"The {field} has {len(raw):,} characters; at most {most:,} are read.")
            return "" if field == "name" else text[:most]
        return text

    name = cell("name", MOST_NAME)
    if name[:1] == "=":
        problems.append("The name begins like a formula; it is read as text.")
    if not LETTER.search(name) or name.lower() in NOTHING:
        if not problems or not problems[-1].startswith("The name has"):
            problems.append("It has no name, so it is not asked.")
        return Row(number, None, tuple(problems))
    country = default_country
    if (said := cell("country", MOST_OTHER)) and said.lower() not in NOTHING:
        known = country_named(said)
        if known is None:
            problems.append(f"The country “{said[:60]}” is not known; it is asked without one.")
            country = ""
        else:
            country = known
    identifiers = tuple(
        (scheme, value)
        for field, scheme in SCHEMES.items()
        if field in places and (value := cell(field, MOST_OTHER)).lower() not in NOTHING
    )
    reference = cell("reference", MOST_OTHER)
    supplier = Supplier(
        number,
        name,
        country,
        cell("address", MOST_ADDRESS),
        identifiers,
        "" if reference.lower() in NOTHING else reference,
    )
    return Row(number, supplier, tuple(problems))


def _cleaned(text: str, field: str, problems: list[str]) -> str:
    if "\ufffd" in text:
        problems.append(f"The {field} holds bytes that the file's encoding does not have.")
    cleaned = CONTROLS.sub("", text)
    if cleaned != text:
        problems.append(f"The {field} holds control characters; they are dropped.")
        cleaned = " ".join(cleaned.split())
    return cleaned


@lru_cache(maxsize=10_000)
def country_named(text: str) -> str | None:
    """Return the ISO code of a country as publishers and customers write it, empty where none is meant; None if unknown."""
    if known := COUNTRIES.get(text.lower()):
        return known
    audit = Audit()
    code = country_code(text, audit)
    return None if audit.counts else code
