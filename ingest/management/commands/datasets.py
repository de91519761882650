"""Show every dataset and how fresh it is, or write the page that describes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count, Q
from django.utils import timezone

from entities.models import Dataset
from ingest.catalogue import PAGE, page

HEADER = ("DATASET", "STATE", "VERSION OF", "ENTITIES", "VERSIONS", "HELD", "REFUSED", "LAST CHECKED")
# Columns of numbers, set to the right.
NUMBERS = {3, 4, 5, 6}


class Command(BaseCommand):
    help = (
        "Show every dataset with its freshness, versions and entities; or write docs/datasets.md (--write)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help=f"write {PAGE} from the source modules")

    def handle(self, *, write: bool, **options: Any) -> None:
        if write:
            (settings.BASE_DIR / PAGE).write_text(page())
            self.stdout.write(f"{PAGE} is up to date.")
            return
        rows = [HEADER, *map(_row, _datasets())]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
        for row in rows:
            cells = (
                cell.rjust(width) if column in NUMBERS else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            self.stdout.write("  ".join(cells).rstrip())
        for line in _failures():
            self.stdout.write(line)


def _datasets() -> Iterator[Dataset]:
    counted = {
        status: Count("versions", filter=Q(versions__status=status))
        for status in ("accepted", "held", "refused")
    }
    return Dataset.objects.select_related("current_version").annotate(**counted).order_by("name").iterator()


def _row(dataset: Dataset) -> tuple[str, ...]:
    version = dataset.current_version
    seen = dataset.checked_at or (version and version.fetched_at)
    return (
        dataset.name,
        dataset.freshness,
        str(version.published_on) if version else "",
        f"{version.entities:,}" if version else "",
        *(f"{getattr(dataset, status) or ''}" for status in ("accepted", "held", "refused")),
        f"{timezone.localtime(seen):%Y-%m-%d %H:%M}" if seen else "",
    )


def _failures() -> Iterator[str]:
    for dataset in Dataset.objects.exclude(failure=""):
        yield f"{dataset.name}: the last download failed. {dataset.failure}"
