"""Look at what changed for the portfolios under watch, or back at another day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from screening.models import Alert, Portfolio
from screening.suppliers import Refused
from screening.watching import look, look_back


class Command(BaseCommand):
    help = "Screen again the subjects that a change may touch, and alert; or look back: would it have hit?"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--back", type=int, metavar="PORTFOLIO", help="look back for this portfolio")
        parser.add_argument(
            "--lists-of", type=date.fromisoformat, metavar="DAY", help="the lists of this day"
        )
        parser.add_argument(
            "--subjects-of",
            type=date.fromisoformat,
            metavar="DAY",
            help="the subjects that were there by this day",
        )

    def handle(self, **options: Any) -> None:
        if options["back"]:
            self._back(options["back"], options["lists_of"], options["subjects_of"])
            return
        found = look()
        if found is None:
            self.stdout.write("The first look: the next one tells what changed since.")
            return
        changed = "; ".join(found.causes) or "nothing"
        self.stdout.write(f"Changed: {changed}. {found.subjects:,} subjects were screened again.")
        for alert in Alert.objects.filter(screening__looks=found).select_related("subject", "hit"):
            party = alert.hit.caption if alert.hit else alert.entity_id
            self.stdout.write(f"{alert.get_kind_display()}: {alert.subject} – {party} ({alert.cause})")

    def _back(self, pk: int, lists_of: date | None, subjects_of: date | None) -> None:
        portfolio = Portfolio.objects.filter(pk=pk).first()
        if portfolio is None:
            raise CommandError(f"There is no portfolio {pk}.")
        if lists_of is None or subjects_of is None:
            raise CommandError("Say both days: --lists-of and --subjects-of.")
        try:
            screening = look_back(portfolio, lists_of=lists_of, subjects_of=subjects_of)
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Screening {screening.pk}: {screening.reason} {screening.hits_found:,} hits.")
        for hit in screening.hits.select_related("subject"):
            self.stdout.write(f"{hit.score:.2f} {hit.subject} – {hit.caption}, {hit.dataset}")
