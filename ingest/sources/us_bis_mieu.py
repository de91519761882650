"""Military-intelligence end users that 15 CFR 744.22(f)(2) names: a curated table, for no list in machine-readable form has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.files import Bundle, RawFile
from ingest.records import Record
from ingest.source import Client, DatasetInfo
from ingest.sources._cited_listings import last_checked, parse_rows, shipped, tables_of
from ingest.sources._cited_listings import read_rows as read

__all__ = ["DATASETS", "fetch", "parse", "published_on", "read", "recognise"]

NAME = "us_bis_mieu"

DATASETS: tuple[DatasetInfo, ...] = (
    DatasetInfo(
        name=NAME,
        title="US military-intelligence end users",
        authority="US Department of Commerce, Bureau of Industry and Security",
        legal_basis="15 CFR 744.22(f)(2)",
        homepage="https://www.ecfr.gov/current/title-15/section-744.22",
        url="",
        cadence="irregular, by a rule",
        measures=("us-ear-mieu",),
        bounds=(10, 60),
        fresh_days=180,
    ),
)

LISTS = {"MIEU": ("us-ear-mieu", "Export Administration Regulations, 15 CFR 744.22")}


def fetch(client: Client) -> Bundle:
    return shipped(NAME)


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return tables_of(NAME, files)


def published_on(bundle: Bundle) -> date | None:
    return last_checked(bundle)


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    yield from parse_rows(rows, audit, NAME, LISTS, DATASETS[0].homepage)
