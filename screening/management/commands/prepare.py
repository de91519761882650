"""Set up everything a first run needs; a second run changes nothing."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from entities.models import Dataset
from entities.querysets import Moment
from screening import counterparts, crossing
from screening.index import current_index
from screening.models import CrossReferenceRun
from screening.structure import structure_at

# Companies that are compared before the pages are served.
SOON_DONE = 20_000


class Command(BaseCommand):
    help = "Create or update the database, the admin user, the starter data and the index. Safe to repeat."

    def handle(self, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        self._admin()
        if not Dataset.objects.searchable().exists():
            self.stdout.write("Loading the starter excerpts …")
            call_command("ingest", starter=True, stdout=self.stdout)
        index = current_index()
        self._compare()
        graph = structure_at(Moment(timezone.localdate())).graph
        self.stdout.write(f"The index holds {len(index):,} parties; {len(graph):,} of them own or are owned.")

    def _compare(self) -> None:
        """Compare companies with the lists here and now where that is soon done; otherwise a worker does it."""
        due = counterparts.steps(counterparts.covered(), counterparts.versions())
        if sum(step.companies.count() for step in due) > SOON_DONE:
            crossing.after_load("A large register")
            return
        if due and crossing.next_free() is None:
            CrossReferenceRun.objects.create(reason="manage.py prepare")
        while run := crossing.next_free():
            crossing.advance(run)

    def _admin(self) -> None:
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(12)
        users.create_superuser("admin", password=password)
        self.stdout.write(
            self.style.SUCCESS(f"Sign in as admin with the password {password} (shown this once).")
        )
