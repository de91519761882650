"""Institutions of the section 1286 list of the US Department of Defense: a PDF, read from a table that the operator types or converts."""

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

NAME = "us_dod_1286"

DATASETS: tuple[DatasetInfo, ...] = (
    DatasetInfo(
        name=NAME,
        title="US Section 1286 list of foreign institutions",
        authority="US Department of Defense",
        legal_basis="FY2019 NDAA section 1286, Pub. L. 115-232, as amended",
        homepage="https://basicresearch.defense.gov/",
        url="",
        cadence="yearly",
        measures=("us-1286-research",),
        bounds=(50, 600),
        fresh_days=400,
    ),
)

# The list prints institutions with the characteristics of the law, and programmes that recruit talent.
LISTS = {
    "Table 1": ("us-1286-research", "FY2019 NDAA section 1286(c)(8)(A), Pub. L. 115-232"),
    "Table 2": ("us-1286-research", "FY2019 NDAA section 1286(c)(8)(B), Pub. L. 115-232"),
}


def fetch(client: Client) -> Bundle:
    return shipped(NAME)


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return tables_of(NAME, files)


def published_on(bundle: Bundle) -> date | None:
    return last_checked(bundle)


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    yield from parse_rows(rows, audit, NAME, LISTS, DATASETS[0].homepage)
