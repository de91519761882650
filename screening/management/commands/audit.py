"""Verify the audit trail: say that it holds, or where it breaks."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from screening.models import AuditEvent


class Command(BaseCommand):
    help = "Verify the audit trail's chain of hashes, and print its last link to keep elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--witness",
            metavar="NUMBER:DIGEST",
            help="a last link that was printed earlier: events cut off the end show only against it",
        )

    def handle(self, *, witness: str | None, **options: Any) -> None:
        broken = AuditEvent.objects.broken_at()
        if broken is not None:
            raise CommandError(
                f"The chain breaks at event {broken}: it, or one before it, was changed, removed or slipped in."
            )
        if witness:
            self._check(witness)
        last = AuditEvent.objects.order_by("-number").first()
        if last is None:
            self.stdout.write("The audit trail is empty.")
            return
        self.stdout.write(f"The chain of {last.number:,} events holds, up to {last.at:%Y-%m-%d %H:%M} UTC.")
        self.stdout.write(f"Keep this elsewhere: {last.number}:{last.digest}")

    def _check(self, witness: str) -> None:
        number, _, digest = witness.partition(":")
        if not (number.isdecimal() and digest):
            raise CommandError("Give the witness as it was printed: NUMBER:DIGEST.")
        event = AuditEvent.objects.filter(number=number).first()
        if event is None:
            raise CommandError(f"Event {number} is gone: the end of the chain was cut off.")
        if event.digest != digest:
            raise CommandError(
                f"Event {number} is not the one that was witnessed: the chain was written anew."
            )
