"""Ask about one company."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from entities.days import day
from screening.management.saving import save
from screening.reports import FORMATS, dossier
from screening.terminal import answer_as_text
from screening.vetting import VettingError, vet


class Command(BaseCommand):
    help = (
        "Ask about one company: listings, owners and subsidiaries, evidence, and which lists were searched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the company's name, in any script")
        parser.add_argument("--country", metavar="CN", help="its country, as an ISO code")
        parser.add_argument(
            "--as-of",
            dest="on",
            type=day,
            metavar="YYYY-MM-DD",
            help="the day to answer for; today if not given",
        )
        parser.add_argument(
            "--known-at",
            dest="by",
            type=_moment,
            metavar="YYYY-MM-DD",
            help="answer from what had been loaded by the end of that day; by now if not given",
        )
        parser.add_argument("--json", action="store_true", help="print the whole answer as JSON")
        parser.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help=f"write the answer as a report: {', '.join('.' + form for form in FORMATS)}",
        )

    def handle(
        self, *, name: str, country: str | None, on: date | None, by: datetime | None, **options: Any
    ) -> None:
        try:
            answer = vet(name, country=country, on=on, by=by)
        except VettingError as error:
            raise CommandError(str(error)) from error
        if options["output"]:
            save(dossier(answer, by=None), options["output"])
            self.stdout.write(f"Wrote {options['output']}.")
        elif options["json"]:
            self.stdout.write(json.dumps(answer.as_dict(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(answer_as_text(answer))


def _moment(text: str) -> datetime:
    return datetime.combine(day(text), time.max, tzinfo=UTC)
