"""Announcements of China's Ministry of Commerce: unreliable entities, export control list and watch list, as a curated table."""

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

NAME = "cn_mofcom"

DATASETS: tuple[DatasetInfo, ...] = (
    DatasetInfo(
        name=NAME,
        title="China MOFCOM lists (typed entries only, far from complete)",
        authority="Ministry of Commerce of the People's Republic of China",
        legal_basis="Export Control Law; Regulations on the Export Control of Dual-Use Items; Provisions on the Unreliable Entity List",
        homepage="https://aqygzj.mofcom.gov.cn/",
        url="",
        cadence="irregular, by announcement",
        measures=("cn-unreliable-entity", "cn-export-control", "cn-watch-list"),
        bounds=(1, 2000),
        fresh_days=30,
    ),
)

# An announcement that suspends an entry ends its row; the one that revives it starts another row of the same key.
# A page that vanished ends nothing.
LISTS = {
    "unreliable entity list": ("cn-unreliable-entity", "Provisions on the Unreliable Entity List"),
    "export control list": (
        "cn-export-control",
        "Export Control Law, article 18; Regulations on the Export Control of Dual-Use Items",
    ),
    "watch list": ("cn-watch-list", "Regulations on the Export Control of Dual-Use Items"),
}


def fetch(client: Client) -> Bundle:
    return shipped(NAME)


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return tables_of(NAME, files)


def published_on(bundle: Bundle) -> date | None:
    return last_checked(bundle)


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    yield from parse_rows(rows, audit, NAME, LISTS, DATASETS[0].homepage)
