"""Load lists: from their publishers, from files, or what ships with the project."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from entities.days import day
from entities.models import Dataset, DatasetVersion
from ingest.errors import IngestError, NoDownload
from ingest.loading import Outcome
from ingest.reviewing import accept, refuse
from ingest.runs import PartlyRefused, download, ingest, reparse, ships_whole, starter_path
from ingest.source import Source, all_sources, is_register, name_of, source_named

Run = Callable[[Source, Callable[[int], None]], list[Outcome]]


class Command(BaseCommand):
    help = (
        "Load lists: from their publishers, from downloaded files (--from), or what ships with the project."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help="sources or datasets; all of them if none is named"
        )
        parser.add_argument(
            "--from", dest="path", type=Path, metavar="PATH", help="a file or folder, plain, .gz or .zip"
        )
        parser.add_argument(
            "--date",
            type=day,
            metavar="YYYY-MM-DD",
            help="the version's date, if the file states none",
        )
        parser.add_argument(
            "--starter", action="store_true", help="load the small excerpts that ship with the project"
        )
        parser.add_argument(
            "--reparse",
            action="store_true",
            help="rebuild from the archive with today's parser; nothing is fetched",
        )

        parser.add_argument(
            "--accept", type=int, metavar="VERSION", help="load a held copy after all; needs --note"
        )
        parser.add_argument(
            "--refuse", type=int, metavar="VERSION", help="refuse a held copy for good; needs --note"
        )
        parser.add_argument("--note", default="", help="why a held copy is accepted or refused")

    def handle(self, *, names: list[str], path: Path | None, **options: Any) -> None:
        self.failed: list[str] = []
        if options["accept"] or options["refuse"]:
            self._review(options["accept"], options["refuse"], options["note"].strip())
            return
        try:
            chosen = list(dict.fromkeys(map(source_named, names))) or [
                # A register is large: it is downloaded for whoever names it, and read where somebody hands it in.
                source
                for source in all_sources().values()
                if path is not None or not is_register(source)
            ]
        except IngestError as error:
            raise CommandError(str(error)) from error
        if options["starter"]:
            chosen = [source for source in chosen if starter_path(source) or ships_whole(source)]
            self._each(chosen, names, _starter)
        elif options["reparse"]:
            held = chosen if names else [source for source in chosen if _is_held(source)]
            self._each(held, names, reparse)
        elif path is not None:
            self._each(chosen, names, self._from(path, options["date"]))
        else:
            self._download(chosen, names)
        if self.failed:
            raise CommandError(
                f"{len(self.failed)} of {len(chosen)} sources refused: {', '.join(self.failed)}. "
                "What was held before still serves."
            )

    def _review(self, accepted: int | None, refused: int | None, note: str) -> None:
        """Take the word of whoever sits at this terminal on a held copy."""
        version = DatasetVersion.objects.filter(pk=accepted or refused or 0).first()
        if version is None:
            raise CommandError(f"There is no version {accepted or refused}.")
        if not note:
            raise CommandError("Say why with --note: it is kept with the version.")
        by = f"{getpass.getuser()} (command line)"
        try:
            if refused:
                refuse(version, by=by, note=note)
                self.stdout.write(f"{version}: refused. What was held before goes on serving.")
            for line in report(accept(version, by=by, note=note)) if accepted else ():
                self.stdout.write(line)
        except IngestError as error:
            raise CommandError(str(error)) from error

    def _from(self, path: Path, stated: date | None) -> Run:
        return lambda source, progress: ingest(
            source, path=path, stated=stated, progress=progress, warn=self.stderr.write
        )

    def _each(self, sources: list[Source], names: list[str], run: Run) -> None:
        for source in sources:
            with _bar(name_of(source)) as progress:
                try:
                    result: list[Outcome] | IngestError = run(source, progress)
                except IngestError as error:
                    result = error
            self._tell(source, result, bool(names))

    def _download(self, sources: list[Source], names: list[str]) -> None:
        with _bar("downloading") as progress:
            for source, result in download(sources, progress):
                self._tell(source, result, bool(names))

    def _tell(self, source: Source, result: list[Outcome] | IngestError, named: bool) -> None:
        outcomes = result.outcomes if isinstance(result, PartlyRefused) else result
        if isinstance(outcomes, list):
            for line in report(outcomes):
                self.stdout.write(line)
        if isinstance(result, NoDownload) and not named:
            # Asked for all lists, a table that is handed in by hand is no failure.
            self.stdout.write(f"{name_of(source)}: not loaded. {result}")
        elif isinstance(result, IngestError) and (named or not str(result).startswith("No file under")):
            # A folder of mixed downloads need not hold every list.
            self.failed.append(name_of(source))
            self.stderr.write(self.style.ERROR(f"{name_of(source)}: refused. {result}"))


def _starter(source: Source, progress: Callable[[int], None]) -> list[Outcome]:
    path = starter_path(source)
    return ingest(source, path=path, excerpt=path is not None, progress=progress)


def _is_held(source: Source) -> bool:
    return Dataset.objects.searchable().filter(source=name_of(source)).exists()


class _bar:
    """A progress bar on a terminal, and silence elsewhere."""

    def __init__(self, name: str) -> None:
        console = Console(stderr=True)
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.completed:,} rows"),
            TimeElapsedColumn(),
        )
        self.progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.task = self.progress.add_task(name, total=None)

    def __enter__(self) -> Callable[[int], None]:
        self.progress.__enter__()
        return lambda rows: None if rows % 500 else self.progress.update(self.task, completed=rows)

    def __exit__(self, *error: Any) -> None:
        self.progress.__exit__(*error)


def report(outcomes: list[Outcome]) -> Iterator[str]:
    """Say what a copy did to each of its datasets, then what nobody understood in it."""
    told = {}
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
                f"{', starter excerpt' if version.is_excerpt else ''}"
                f"{', history' if version.is_history else ''} · {version.rows:,} rows"
                f" · {version.entities:,} entities · {version.names:,} names · +{version.added:,} added,"
                f" {version.changed:,} changed, −{version.removed:,} removed · {version.seconds:.1f} s"
            )
            told[version.sha256] = version
    for version in told.values():
        for reason, count in version.skipped.items():
            yield f"    skipped {count:,}: {reason}"
        if version.not_understood:
            yield f"    {version.not_understood:,} not understood:"
        for entry in version.log:
            examples = "; ".join(entry["examples"][:3])
            yield f"      {entry['count']:,} × {entry['what']}{': ' + examples if examples else ''}"
