"""Reports written to files by commands."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError

from screening.reports import FORMATS, FormatUnavailable, Report, write


def save(report: Report, path: Path) -> None:
    """Write a report in the format its file name says; it appears whole or not at all."""
    form = path.suffix.removeprefix(".").lower()
    if form not in FORMATS:
        raise CommandError(
            f"A report is written as {', '.join('.' + name for name in FORMATS)}, not {path.name!r}."
        )
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_bytes(write(report, form))
        fresh.replace(path)
    except (FormatUnavailable, OSError) as error:
        fresh.unlink(missing_ok=True)
        raise CommandError(str(error)) from error
