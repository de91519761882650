"""Prove a screening: run its receipt again and compare."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from screening.models import Screening
from screening.verifying import SAME, verify


class Command(BaseCommand):
    help = (
        "Check that what a screening kept is what it found, and run its receipt again as of the moment it knew. "
        "Exits with 0 where the result is the same, 1 where it is not or cannot be had again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("screening", type=int, help="its number")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *, screening: int, **options: Any) -> None:
        row = Screening.objects.select_related("portfolio").filter(pk=screening).first()
        if row is None:
            raise CommandError(f"There is no screening {screening}.", returncode=2)
        told = verify(row, by=None)
        if options["json"]:
            self.stdout.write(json.dumps(told.as_dict(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(f"{row} · receipt {row.receipt[:12]}")
            self.stdout.write(told.sentence)
            for line in told.differences:
                self.stdout.write(f"  {line}")
        if told.outcome != SAME:
            sys.exit(1)
