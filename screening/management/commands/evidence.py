"""Enter a file of evidence or of partnerships, CSV or JSON."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.errors import IngestError
from screening.entry_files import COLUMNS, PARTY, archived, read_entries
from screening.recording import entered

# Faults told before the rest is counted.
TOLD = 50


class Command(BaseCommand):
    help = (
        "Enter a file of evidence or of partnerships, CSV or JSON. Its columns: "
        f"{' or '.join(PARTY)}, and {', '.join(COLUMNS['evidence'])}; or {', '.join(COLUMNS['partnerships'])}. "
        "A file with a fault is refused whole, unless --skip-faulty leaves those rows out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--skip-faulty", action="store_true", help="enter the rows without a fault, and tell the others"
        )
        parser.add_argument("--check", action="store_true", help="read and tell, and enter nothing")

    def handle(self, *, file: Path, skip_faulty: bool, check: bool, **options: Any) -> None:
        try:
            found = read_entries(file)
        except IngestError as error:
            raise CommandError(str(error)) from error
        for problem in found.problems[:TOLD]:
            self.stderr.write(problem)
        if (more := len(found.problems) - TOLD) > 0:
            self.stderr.write(f"… and {more:,} more faults.")
        rows = f"{len(found.entries):,} of {found.kind} to enter, {found.known:,} on record already"
        if found.problems and not (skip_faulty or check):
            raise CommandError(
                f"{len(found.problems):,} faulty rows: nothing was entered ({rows}). Mend them, or enter the rest "
                "with --skip-faulty."
            )
        if check or not found.entries:
            self.stdout.write(f"{rows}, {len(found.problems):,} faulty; nothing was entered.")
            return
        by = f"{getpass.getuser()} (command line)"
        version = entered(
            found.entries, None, origin=f"{file.name}, entered by {by}", files=archived(file), person=by
        )
        left = f", {len(found.problems):,} faulty rows left out" if found.problems else ""
        self.stdout.write(
            f"Entered {len(found.entries):,} of {found.kind} as {version}; {found.known:,} were on record already{left}."
        )
