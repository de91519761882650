"""A customer's own structure chart: a table of companies and one of who owns whom, into a private dataset.

It is loaded by the machinery that loads lists. The two tables and what a person said about their columns are one
version; a row that is wrong is told with its number and left out.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from entities.models import Dataset
from ingest.audit import Audit
from ingest.chart_cells import FULL, CellError, is_bare_fraction
from ingest.chart_columns import COMPANY_COLUMNS, OWNERSHIP_COLUMNS
from ingest.chart_companies import Companies
from ingest.errors import IngestError, NoDownload
from ingest.files import Bundle, RawFile, measure, unpack
from ingest.loading import Loading, Outcome, parse, register
from ingest.records import Ownership, Record
from ingest.runs import alone, load
from ingest.source import Client, DatasetInfo
from ingest.spreadsheets import Table, opened

COMPANIES, OWNERSHIP, CHOICES = "companies", "ownership", "choices.json"


class Problem(NamedTuple):
    """What is wrong with one row; `row` is its number in the table, as a spreadsheet program shows it."""

    table: str
    row: int
    fault: str

    def __str__(self) -> str:
        return f"{self.table} row {self.row}: {self.fault}."


class Stated(NamedTuple):
    """An edge with the row that states it."""

    row: int
    edge: Ownership


@dataclass
class Chart:
    """One customer's dataset as a source of the loading machinery."""

    name: str
    title: str = ""
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    DATASETS: tuple[DatasetInfo, ...] = ()
    __name__ = "structure_chart"

    def __post_init__(self) -> None:
        info = DatasetInfo(
            name=self.name,
            title=self.title or f"Structure chart {self.name}",
            authority="handed in by a customer",
            legal_basis="",
            homepage="",
            url="",
            cadence="when somebody hands one in",
            bounds=(1, 10_000_000),
            fresh_days=365,
            kind="private",
        )
        self.DATASETS = (info,)

    def fetch(self, client: Client) -> Bundle:
        raise NoDownload(f"{self.name} is a customer's own: hand its tables in with `manage.py structure`.")

    def recognise(self, files: list[RawFile]) -> list[tuple[RawFile, ...]]:
        return []

    def published_on(self, bundle: Bundle) -> date | None:
        return None

    def read(self, bundle: Bundle) -> Iterator[dict[str, Any]]:
        """Stream the rows of both tables, the companies first."""
        companies, ownership, choices = bundle.files
        chosen = json.loads(choices.text())
        tables = (
            (COMPANIES, companies, COMPANY_COLUMNS, ("name",)),
            (OWNERSHIP, ownership, OWNERSHIP_COLUMNS, ("owner", "asset")),
        )
        for kind, file, columns, needed in tables:
            called = file.name.removeprefix(f"{kind}-")
            table = opened(file, called, columns, chosen["columns"], needed, chosen["encoding"])
            fractions = kind == OWNERSHIP and _fractions(table, chosen["shares"])
            self._note(table)
            for number, cells, whole in table.rows():
                row = {"TABLE": kind, "CALLED": called, "ROW": number, "FRACTIONS": fractions}
                yield row | {"SHARES": "share" in table.columns, "RAW": _raw(table, whole)} | cells

    def _note(self, table: Table) -> None:
        if left := table.unread:
            some = ", ".join(name[:40] for name in left[:5])
            more = f" and {len(left) - 5} more" if len(left) > 5 else ""
            columns = "1 column is" if len(left) == 1 else f"{len(left)} columns are"
            self.notes.append(f"{table.called}: {columns} not read ({some}{more}).")
        if table.encoding and not table.encoding.startswith("utf"):
            self.notes.append(f"{table.called} is read as {table.encoding}; say otherwise with --encoding.")

    def parse(self, rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
        """Build the companies, then hang each edge on the company that is owned."""
        self.problems, self.notes = [], []
        info = self.DATASETS[0]
        companies = Companies(
            info.name, info.title, lambda row, fault: self.wrong(row["CALLED"], row["ROW"], fault, audit)
        )
        stated: dict[str, list[Stated]] = defaultdict(list)
        twins: dict[tuple[str, str, str], list[Stated]] = defaultdict(list)
        called = ""
        for row in rows:
            audit.row()
            called = row["CALLED"]
            try:
                if row["TABLE"] == COMPANIES:
                    companies.add(row)
                    continue
                edge = companies.edge(row)
                held = twins[edge.owner_id, edge.asset_id, edge.kind]
                _refuse_twin(held, edge)
            except CellError as error:
                self.wrong(called, row["ROW"], str(error), audit)
                continue
            held.append(Stated(row["ROW"], edge))
            stated[edge.asset_id].append(held[-1])
        for record in companies.records.values():
            record.ownerships = self._summed(called, record, stated.get(record.id, []), audit)
        self.problems.sort(key=lambda problem: (problem.table == called, problem.row))
        yield from companies.records.values()

    def wrong(self, called: str, row: int, fault: str, audit: Audit) -> None:
        problem = Problem(called, row, fault)
        self.problems.append(problem)
        audit.doubt("row left out or corrected", problem)

    def _summed(self, called: str, record: Record, stated: list[Stated], audit: Audit) -> list[Ownership]:
        """Return a company's edges; where shares add up to more than the whole, without those shares."""
        faulty = _overstated(stated)
        for row in sorted(faulty):
            others = ", ".join(str(other) for other in sorted(faulty) if other != row)
            fault = (
                f"the shares of {record.caption!r} add up to {faulty[row].normalize():f} percent (with row {others}); "
                "the owner is kept, the share is not"
            )
            self.wrong(called, row, fault, audit)
        return [
            edge._replace(share_min=None, share_max=None) if row in faulty else edge for row, edge in stated
        ]


def _overstated(stated: list[Stated]) -> dict[int, Decimal]:
    """Return the rows whose shares add up to more than the whole on some day, each with the largest such sum."""
    moves: dict[date, Decimal] = defaultdict(Decimal)
    for _, edge in stated:
        moves[edge.start or date.min] += edge.share_min or 0
        moves[edge.end or date.max] -= edge.share_min or 0
    faulty: dict[int, Decimal] = {}
    total = Decimal(0)
    for day in sorted(moves):
        total += moves[day]
        if total > FULL:
            for row, edge in stated:
                if edge.share_min and (edge.start or date.min) <= day < (edge.end or date.max):
                    faulty[row] = max(total, faulty.get(row, total))
    return faulty


def _refuse_twin(held: list[Stated], edge: Ownership) -> None:
    for row, other in held:
        if _overlap(other, edge):
            raise CellError(f"row {row} states the same holding at the same time; the first counts")


def _overlap(one: Ownership, other: Ownership) -> bool:
    """Tell whether two edges hold on a common day; the end day itself no longer counts."""
    return max(one.start or date.min, other.start or date.min) < min(
        one.end or date.max, other.end or date.max
    )


def _raw(table: Table, cells: list[str]) -> dict[str, str]:
    """Keep the columns that are read: hundreds of others would be kept for nobody."""
    return {table.header[at]: cells[at] for at in table.columns.values() if at < len(cells) and cells[at]}


def _fractions(table: Table, shares: str) -> bool:
    """Tell whether 0.6 means 60 percent. Raises IngestError where the column leaves it open."""
    if shares or "share" not in table.columns:
        return shares == "fraction"
    small = [is_bare_fraction(cells["share"]) for _, cells, _ in table.rows() if cells["share"]]
    if small and all(small):
        raise IngestError(
            f"{table.called}: every share is a bare number of at most 1. Say --shares fraction where 0.6 means 60 percent, "
            "or --shares percent where it means 0.6."
        )
    return False


@dataclass(frozen=True)
class Choices:
    """What a person said about the tables."""

    columns: Mapping[str, str] = field(default_factory=dict)
    shares: str = ""
    encoding: str = ""


def load_chart(
    chart: Chart,
    companies: Path,
    ownership: Path,
    choices: Choices,
    workdir: Path,
    *,
    strict: bool = False,
    stated: date | None = None,
) -> list[Outcome]:
    """Load a pair of tables into the chart's dataset; with `strict`, only if no row is wrong.

    `workdir` is a folder that is thrown away. Raises IngestError with one sentence where nothing was loaded;
    what is wrong with single rows stands in chart.problems.
    """
    _refuse_name(chart.name)
    kept = workdir / CHOICES
    kept.write_text(
        json.dumps(vars(choices) | {"columns": dict(choices.columns)}, sort_keys=True, ensure_ascii=False)
    )
    files = [_only(COMPANIES, companies, workdir), _only(OWNERSHIP, ownership, workdir), measure(kept)]
    bundle = Bundle(tuple(files), f"{companies.name} and {ownership.name}")
    with alone(chart):
        if strict:
            parse(chart, bundle, Audit())
            if chart.problems:
                raise IngestError(
                    "--strict refuses the whole for what is wrong with single rows: nothing was loaded."
                )
        register(chart)
        # A customer may hand in half a chart: no copy of it is held back for being smaller.
        Dataset.objects.filter(name=chart.name).update(most_churn=1.0)
        return load(Loading(chart, bundle, stated=stated))


def _refuse_name(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,49}", name):
        raise IngestError(f"{name!r} is no name of a dataset: 3 to 50 small letters, digits and _.")
    if Dataset.objects.filter(name=name).exclude(kind="private").exists():
        raise IngestError(f"{name} is a public dataset; a customer's own needs another name.")


def _only(kind: str, path: Path, workdir: Path) -> RawFile:
    if not path.is_file():
        raise IngestError(f"There is no file {path}.")
    room = workdir / kind
    room.mkdir()
    files = unpack(path, room, settings.INGEST_MAX_MB << 20)
    if len(files) != 1:
        raise IngestError(f"{path.name} should hold one table, not {len(files)}.")
    return replace(files[0], name=f"{kind}-{files[0].name}")
