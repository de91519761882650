"""Load lists: from their publishers, from files, or the starter excerpts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ingest.errors import IngestError, NoDownload
from ingest.loading import Outcome
from ingest.runs import ingest, starter_path
from ingest.source import Source, all_sources, name_of, source_named


class Command(BaseCommand):
    help = "Load lists: from their publishers, from downloaded files (--from), or the starter excerpts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help="sources or datasets; all of them if none is named"
        )
        parser.add_argument(
            "--from", dest="path", type=Path, metavar="PATH", help="a file or folder, plain, .gz or .zip"
        )
        parser.add_argument(
            "--date",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the version's date, if the file states none",
        )
        parser.add_argument(
            "--starter", action="store_true", help="load the small excerpts that ship with the project"
        )

    def handle(self, *, names: list[str], path: Path | None, starter: bool, **options: Any) -> None:
        try:
            chosen = [source_named(name) for name in names] or list(all_sources().values())
        except IngestError as error:
            raise CommandError(str(error)) from error
        if starter:
            chosen = [source for source in chosen if starter_path(source)]
        failed = []
        for source in dict.fromkeys(chosen):
            try:
                outcomes = self._run(
                    source, starter_path(source) if starter else path, starter, options["date"]
                )
            except NoDownload as error:
                # Asked for all lists, a table that is handed in by hand is no failure.
                self.stdout.write(f"{name_of(source)}: not loaded. {error}")
                if names:
                    failed.append(name_of(source))
                continue
            except IngestError as error:
                # A folder of mixed downloads need not hold every list.
                if path is not None and not names and str(error).startswith("No file under"):
                    continue
                failed.append(name_of(source))
                self.stderr.write(self.style.ERROR(f"{name_of(source)}: refused. {error}"))
                continue
            for line in report(outcomes):
                self.stdout.write(line)
        if failed:
            raise CommandError(
                f"{len(failed)} of {len(chosen)} sources refused: {', '.join(failed)}. What was held before still serves."
            )

    def _run(self, source: Source, path: Path | None, starter: bool, stated: date | None) -> list[Outcome]:
        console = Console(stderr=True)
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.completed:,} rows"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task(name_of(source), total=None)
            return ingest(
                source,
                path=path,
                stated=stated,
                excerpt=starter,
                progress=lambda rows: None if rows % 500 else bar.update(task, completed=rows),
                warn=self.stderr.write,
            )


def report(outcomes: list[Outcome]) -> Iterator[str]:
    """Say what a copy did to each of its datasets, then what nobody understood in it."""
    told = set()
    for outcome in outcomes:
        version = outcome.version
        if version is None:
            yield f"{outcome.dataset.name}: {outcome.note}"
        elif outcome.unchanged:
            yield f"{outcome.dataset.name}: unchanged since the version of {version.published_on}"
        else:
            yield (
                f"{outcome.dataset.name}: version of {version.published_on}"
                f"{'' if version.published_on_stated else ' (day of loading; the file states none)'}"
                f"{', starter excerpt' if version.is_excerpt else ''} · {version.rows:,} rows"
                f" · {version.entities:,} entities · {version.names:,} names · +{version.added:,} added,"
                f" {version.changed:,} changed, −{version.removed:,} removed · {version.seconds:.1f} s"
            )
            told.add((version.sha256, version))
    for version in dict(told).values():
        for reason, count in version.skipped.items():
            yield f"    skipped {count:,}: {reason}"
        if version.not_understood:
            yield f"    {version.not_understood:,} not understood:"
        for entry in version.log:
            examples = "; ".join(entry["examples"][:3])
            yield f"      {entry['count']:,} × {entry['what']}{': ' + examples if examples else ''}"
