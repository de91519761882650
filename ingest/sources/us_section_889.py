"""Companies named in section 889 of the FY2019 NDAA: a curated table typed from the statute."""

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

NAME = "us_section_889"

DATASETS: tuple[DatasetInfo, ...] = (
    DatasetInfo(
        name=NAME,
        title="US Section 889 prohibited companies",
        authority="US Congress",
        legal_basis="FY2019 NDAA section 889, Pub. L. 115-232; FAR 52.204-24 to 52.204-26",
        homepage="https://www.acquisition.gov/far/52.204-25",
        url="",
        cadence="only by a new law",
        measures=("us-889-part-a", "us-889-part-b"),
        bounds=(5, 5),
        fresh_days=365,
    ),
)

LISTS = {
    "Part A": ("us-889-part-a", "FY2019 NDAA section 889(a)(1)(A), Pub. L. 115-232; FAR 52.204-25"),
    "Part B": ("us-889-part-b", "FY2019 NDAA section 889(a)(1)(B), Pub. L. 115-232; FAR 52.204-25"),
}


def fetch(client: Client) -> Bundle:
    return shipped(NAME)


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return tables_of(NAME, files)


def published_on(bundle: Bundle) -> date | None:
    return last_checked(bundle)


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    yield from parse_rows(rows, audit, NAME, LISTS, DATASETS[0].homepage)
