"""Screen a file of suppliers."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

import matching
from entities.days import day
from entities.querysets import Moment
from ingest.files import measure
from screening.choices import ScreeningState
from screening.finding import Finder
from screening.hit_files import FORMATS, NotWritten, hit_cells, hit_file, kept_cells, refuse_target
from screening.models import Portfolio
from screening.numbers import numbered
from screening.runs import run
from screening.searched import Searched, searched_lists
from screening.starting import Input, start
from screening.streaming import Tally, screened
from screening.suppliers import FIELDS, Refused, SupplierFile, open_suppliers
from screening.suppliers.rows import country_named
from screening.worlds import present_world

# What the command's exit code says.
NO_HIT, HITS, ERROR = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Screen a file of suppliers (CSV, TSV or XLSX): one row per hit, streamed. "
        "Exits with 0 where there is no hit, 1 where there are hits, 2 where it could not be done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the file; - reads standard input")
        parser.add_argument(
            "--output",
            metavar="FILE",
            default="-",
            help=f"where the hits go, by its name one of {', '.join(FORMATS)}; - or nothing: CSV on standard output",
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="FIELD=TITLE",
            help=f'which column holds what, such as name="Supplier Name"; fields: {", ".join(FIELDS)}',
        )
        parser.add_argument("--country", metavar="CN", help="the country of rows that name none")
        parser.add_argument("--encoding", default="", help="the file's encoding; found out if not given")
        parser.add_argument("--threshold", type=float, metavar="0.8", help="the least score of a hit")
        parser.add_argument(
            "--as-of",
            dest="on",
            type=day,
            metavar="YYYY-MM-DD",
            help="the day to answer for; today if not given",
        )
        parser.add_argument(
            "--portfolio", metavar="NAME", help="keep it as a screening of this portfolio, for review"
        )
        parser.add_argument("--reason", default="", help="why it is run; kept with the screening")

    def handle(self, *, file: str, output: str, **options: Any) -> None:
        target = None if output == "-" else Path(output)
        try:
            if target is not None:
                refuse_target(target)
            with _on_disk(file) as path:
                suppliers = open_suppliers(
                    path,
                    columns=_columns(options["column"]),
                    encoding=options["encoding"],
                    country=_country(options["country"]),
                )
                suppliers.require_name()
                _threshold(options["threshold"])
                if options["portfolio"]:
                    hits = self._keep(suppliers, file, target, options)
                else:
                    hits = self._stream(suppliers, target, options["on"], options["threshold"]).hits
        except (Refused, NotWritten) as error:
            raise CommandError(str(error), returncode=ERROR) from error
        if hits:
            sys.exit(HITS)

    def _keep(self, suppliers: SupplierFile, file: str, target: Path | None, options: dict[str, Any]) -> int:
        """Run it as a screening of a portfolio, here and now, and write the hits that it keeps."""
        portfolio = _portfolio(options["portfolio"])
        path = suppliers.table.path
        measured = measure(path)
        source = Input("standard input" if file == "-" else path.name, measured.sha256, measured.size)
        screening = start(
            portfolio,
            suppliers,
            source,
            by=None,
            reason=options["reason"],
            on=options["on"],
            threshold=options["threshold"],
        )
        with _progress(screening.rows) as advance:
            run(screening.pk, advance)
        screening.refresh_from_db()
        if screening.state != ScreeningState.DONE:
            raise CommandError(
                f"Screening {screening.pk} is {screening.get_state_display()}: {screening.error}",
                returncode=ERROR,
            )
        kept = screening.hits.select_related("subject").order_by("row", "-score", "id")
        with hit_file(target) as write:
            for hit in kept.iterator(chunk_size=1_000):
                write(kept_cells(hit))
        self.stderr.style_func = None
        self.stderr.write(
            f"Screening {screening.pk} of {portfolio}: {numbered(screening.rows, 'row')}, "
            f"{numbered(screening.hits_found, 'hit')}, {screening.suppressed:,} of them answered by earlier decisions; "
            f"{numbered(screening.problems, 'row')} with a problem. "
            f"Receipt {screening.receipt[:12]}."
        )
        return screening.hits_found

    def _stream(
        self, suppliers: SupplierFile, target: Path | None, on: date | None, threshold: float | None
    ) -> Tally:
        moment = Moment(on or timezone.localdate(), timezone.now())
        searched = searched_lists()
        if not searched.lists:
            raise CommandError(
                "No list has been loaded, so nothing can be said; `python manage.py ingest` loads them.",
                returncode=ERROR,
            )
        world = present_world(moment)
        finder = Finder(world, settings.MATCH_THRESHOLD if threshold is None else threshold)
        tally = Tally()
        with hit_file(target) as write, _progress(suppliers.table.estimated_rows()) as advance:
            for found in screened(suppliers.rows(), finder, tally, advance):
                write(hit_cells(found))
        self._tell(suppliers, tally, target, searched)
        self.stderr.write(
            f"Matcher {matching.VERSION} · rules {world.book.newest(moment.on)} · as of {moment.on}"
            f" · least score {finder.threshold}"
        )
        return tally

    def _tell(self, suppliers: SupplierFile, tally: Tally, target: Path | None, searched: Searched) -> None:
        say = self.stderr.write
        self.stderr.style_func = None
        read = ", ".join(f"{field} from “{title}”" for field, title in suppliers.columns.mapping.items())
        say(
            f"{numbered(tally.rows, 'row')} read ({read}); {tally.asked:,} asked, {tally.repeated:,} of them repeated."
        )
        where = "" if target is None else f" Written to {target}."
        say(f"{numbered(tally.hits, 'hit')} in {numbered(tally.rows_hit, 'row')}.{where}")
        if tally.by_dataset:
            say(
                "By list: "
                + ", ".join(f"{name} {count:,}" for name, count in tally.by_dataset.most_common())
                + "."
            )
        if tally.rows_with_problems:
            say(
                f"Rows with a problem: {tally.rows_with_problems:,}, of which {tally.rows - tally.asked:,} were not asked:"
            )
            for number, problem in tally.problems:
                say(f"  row {number:,}: {problem}")
            if (more := tally.rows_with_problems - len(tally.problems)) > 0:
                say(f"  … and {more:,} more")
        say(f"Searched {len(searched.lists)} lists, newest {searched.newest}, oldest {searched.oldest}.")
        for label, rows in (
            ("STARTER EXCERPTS", searched.excerpts),
            ("STALE", searched.stale),
            ("NOT SEARCHED (never loaded)", searched.missing),
        ):
            if rows:
                say(f"{label}: {', '.join(row.name for row in rows)}.")
        if not tally.hits:
            say("No hit is an absence from these lists, not a clearance.")


@contextmanager
def _on_disk(file: str) -> Iterator[Path]:
    """Give the path of a file; standard input is put on the disk first, where its format can be looked at."""
    if file != "-":
        yield Path(file)
        return
    with tempfile.TemporaryDirectory(prefix="watchlink-") as folder:
        path = Path(folder) / "standard input"
        with path.open("wb") as sink:
            shutil.copyfileobj(sys.stdin.buffer, sink, 1 << 20)
        yield path


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[int], object]]:
    """Show how far it is, where somebody sits at the terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn("Screening"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda rows: bar.advance(task, rows)


def _columns(given: list[str]) -> dict[str, str]:
    columns = {}
    for text in given:
        field, equals, title = text.partition("=")
        if not equals or not field.strip() or not title.strip():
            raise CommandError(
                f'Write --column as FIELD=TITLE, such as name="Supplier Name", not {text!r}.',
                returncode=ERROR,
            )
        columns[field.strip()] = title.strip()
    return columns


def _country(text: str | None) -> str:
    if not text:
        return ""
    code = country_named(text)
    if not code:
        raise CommandError(
            f"The country {text!r} is not known; give an ISO code such as CN.", returncode=ERROR
        )
    return code


def _portfolio(name: str) -> Portfolio:
    found = list(Portfolio.objects.filter(name=name).select_related("team"))
    if len(found) != 1:
        known = ", ".join(sorted(Portfolio.objects.values_list("name", flat=True))[:20]) or "none"
        what = "Several teams have a portfolio" if found else "There is no portfolio"
        raise CommandError(f"{what} {name!r}; the portfolios are: {known}.", returncode=ERROR)
    return found[0]


def _threshold(value: float | None) -> None:
    if value is not None and not 0 < value <= 1:
        raise CommandError(f"The threshold is a number above 0 and at most 1, not {value}.", returncode=ERROR)
