"""Write the report on one screening to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from screening.management.saving import save
from screening.models import AuditEvent, Screening
from screening.reports import FORMATS, CertificateRefused, certificate, screening_report


class Command(BaseCommand):
    help = "Write the report on one screening, or the certificate that it found nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("screening", type=int, help="its number, as the pages and `screen` show it")
        parser.add_argument(
            "--output",
            type=Path,
            required=True,
            metavar="FILE",
            help=f"where to write it: {', '.join('.' + form for form in FORMATS)}",
        )
        parser.add_argument("--certificate", action="store_true", help="certify that no candidate was found")

    def handle(self, *, screening: int, output: Path, **options: Any) -> None:
        run = Screening.objects.select_related("portfolio", "by").filter(pk=screening).first()
        if run is None:
            raise CommandError(f"There is no screening {screening}.")
        everything = output.suffix.lower() in (".xlsx", ".json")
        try:
            report = (
                certificate(run, None)
                if options["certificate"]
                else screening_report(run, None, **({"explained": None} if everything else {}))
            )
        except CertificateRefused as error:
            raise CommandError(str(error)) from error
        save(report, output)
        AuditEvent.objects.record(
            "exported",
            run,
            by=None,
            portfolio=run.portfolio,
            report=report.kind,
            content=report.content_sha256,
        )
        self.stdout.write(f"Wrote {output}.")
