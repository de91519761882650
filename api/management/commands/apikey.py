"""Make a key for a program that reads the API."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from api.models import ApiKey


class Command(BaseCommand):
    help = "Make an API key and print it once; it is not kept in plain text."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", help="what uses the key")
        parser.add_argument("--owner", help="username; the key stops working when that user is deactivated")
        parser.add_argument("--days", type=int, help="days until the key expires; without it, never")

    def handle(self, *args: Any, name: str, owner: str | None, days: int | None, **options: Any) -> None:
        name = name.strip()
        if not 1 <= len(name) <= 100:
            raise CommandError("A key's name has 1 to 100 characters.")
        if days is not None and not 1 <= days <= 36_500:
            raise CommandError("--days must be from 1 to 36500.")
        user = get_user_model().objects.filter(username=owner).first() if owner else None
        if owner and user is None:
            raise CommandError(f"There is no user {owner!r}.")
        expires = timezone.now() + timedelta(days=days) if days else None
        _, plain = ApiKey.objects.create_key(name, owner=user, expires_at=expires)
        self.stdout.write(plain)
        self.stderr.write("Copy it now: it is not shown again. Send it as `Authorization: ApiKey <key>`.")
