"""Load a customer's own structure chart into a private dataset."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from entities.days import day
from ingest.chart_columns import FIELDS
from ingest.errors import IngestError
from ingest.management.commands.ingest import report
from ingest.structure_charts import Chart, Choices, load_chart

# More lines than anybody reads; the rest is counted.
MOST_LINES = 1_000


class Command(BaseCommand):
    help = (
        "Load a customer's own structure chart, a table of companies and one of who owns whom (CSV or workbook), into a "
        "private dataset. What is wrong is told row by row; the rest is loaded, or nothing with --strict."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "companies", type=Path, help="the table of companies: a name, perhaps an id, a country …"
        )
        parser.add_argument(
            "ownership", type=Path, help="the table of holdings: owner, asset, perhaps a share, dates …"
        )
        parser.add_argument(
            "--dataset", required=True, metavar="NAME", help="the private dataset, such as acme_group"
        )
        parser.add_argument("--title", default="", help="what answers call it; its edges cite it")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="FIELD=HEADING",
            help=f"which column is which, where its heading does not say so; fields are {', '.join(dict.fromkeys(FIELDS))}",
        )
        parser.add_argument(
            "--shares",
            choices=("percent", "fraction"),
            default="",
            help="whether 0.6 means 0.6 or 60 percent",
        )
        parser.add_argument("--encoding", default="", help="of CSV files, where the guess is wrong")
        parser.add_argument("--date", type=day, metavar="YYYY-MM-DD", help="the day that the chart tells of")
        parser.add_argument("--strict", action="store_true", help="load nothing if any row is wrong")

    def handle(
        self,
        *,
        companies: Path,
        ownership: Path,
        dataset: str,
        date: date | None,
        strict: bool,
        **options: Any,
    ) -> None:
        chart = Chart(dataset, options["title"])
        choices = Choices(_columns(options["column"]), options["shares"], _known(options["encoding"]))
        try:
            with tempfile.TemporaryDirectory(prefix="watchlink-") as folder:
                outcomes = load_chart(
                    chart, companies, ownership, choices, Path(folder), strict=strict, stated=date
                )
        except IngestError as error:
            self._tell(chart, loaded=False)
            raise CommandError(str(error)) from error
        for line in report(outcomes):
            # What the version's log gives examples of is told in full below.
            if not line.startswith(" "):
                self.stdout.write(line)
        self._tell(chart, loaded=True)

    def _tell(self, chart: Chart, *, loaded: bool) -> None:
        for note in chart.notes:
            self.stdout.write(note)
        if chart.problems:
            self.stdout.write(
                f"{len(chart.problems)} faults, row by row; the rest is loaded:"
                if loaded
                else f"{len(chart.problems)} faults, row by row:"
            )
        for problem in chart.problems[:MOST_LINES]:
            self.stdout.write(f"  {problem}")
        if len(chart.problems) > MOST_LINES:
            self.stdout.write(f"  and {len(chart.problems) - MOST_LINES:,} more.")


def _columns(stated: list[str]) -> dict[str, str]:
    columns = {}
    for text in stated:
        name, _, heading = text.partition("=")
        if name not in FIELDS or not heading:
            known = ", ".join(dict.fromkeys(FIELDS))
            raise CommandError(f"--column {text!r} is not FIELD=HEADING; fields are {known}.")
        columns[name] = heading
    return columns


def _known(encoding: str) -> str:
    try:
        "".encode(encoding or "utf-8")
    except LookupError as error:
        raise CommandError(f"There is no encoding {encoding!r}.") from error
    return encoding
