"""Compare companies with the lists and keep what is found as cross-references."""

from __future__ import annotations

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from entities.models import Dataset
from screening import crossing
from screening.models import CrossReference, CrossReferenceRun


class Command(BaseCommand):
    help = "Compare companies with the lists: what changed since the last time, or all of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dataset", default="", metavar="NAME", help="only what one dataset holds")
        parser.add_argument("--all", action="store_true", help="everything, changed or not")
        parser.add_argument("--cancel", type=int, metavar="RUN", help="stop a run; what it found stays")

    def handle(self, *, dataset: str, cancel: int | None, **options: Any) -> None:
        if cancel is not None:
            self._cancel(cancel)
            return
        if dataset and not Dataset.objects.searchable().filter(name=dataset).exists():
            raise CommandError(f"There is no dataset {dataset!r} that holds anything.")
        if not Dataset.objects.searchable().exists():
            raise CommandError("Nothing has been loaded yet: `manage.py ingest` comes first.")
        reason = f"{getpass.getuser()} (command line)"
        CrossReferenceRun.objects.create(reason=reason, dataset=dataset, whole=options["all"])
        ran = 0
        # One that a worker left behind is older than ours: it comes first.
        while run := crossing.next_free():
            self._do(run)
            ran += 1
        if not ran:
            raise CommandError("Another run is at work; this one is done after it.")
        self._tell()

    def _do(self, run: CrossReferenceRun) -> None:
        columns = (TextColumn("comparing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("comparing", total=None)
            crossing.advance(
                run, lambda row: bar.update(task, total=max(row.rows, row.rows_done), completed=row.rows_done)
            )
        self.stdout.write(
            f"Run {run.pk} {run.state}: {run.rows_done:,} companies compared, {run.found:,} pairs kept."
        )

    def _tell(self) -> None:
        joined = CrossReference.objects.alike().filter(status="suggested").count()
        waiting = CrossReference.objects.waiting().count()
        ruled = CrossReference.objects.ruled().count()
        self.stdout.write(
            f"{joined:,} read as one party by the matcher, {waiting:,} wait for a person, {ruled:,} ruled on."
        )

    def _cancel(self, pk: int) -> None:
        run = CrossReferenceRun.objects.filter(pk=pk).first()
        if run is None:
            raise CommandError(f"There is no run {pk}.")
        if not crossing.cancel(run, f"{getpass.getuser()} (command line)"):
            raise CommandError(f"Run {pk} is over: {run.state}.")
        self.stdout.write(f"Run {pk} is cancelled; what it found stays.")
