"""Serve the pages and the API, with one worker for background work and the schedule."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Serve the pages and the API, and run one background worker beside them. Ctrl+C stops both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="address and port (127.0.0.1:8000)")
        parser.add_argument("--workers", type=int, default=2, help="web processes (2)")

    def handle(self, *, bind: str, workers: int, **options: Any) -> None:
        # Killed without a word to it, this process would leave a worker behind, and a second schedule.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        python = [sys.executable, "-m"]
        worker = subprocess.Popen(
            [*python, "celery", "-A", "config", "worker", "--beat", "--pool", "solo", "--loglevel", "WARNING"]
        )
        self.stdout.write(f"Watchlink {settings.VERSION} on http://{bind}/ (Ctrl+C stops it)")
        self.stdout.flush()
        web = subprocess.Popen(
            [
                *python,
                "gunicorn",
                "config.wsgi",
                "--bind",
                bind,
                "--workers",
                str(workers),
                "--threads",
                "4",
                "--timeout",
                "120",
            ]
        )
        try:
            code = web.wait()
        except KeyboardInterrupt:
            code = 0
        finally:
            for process in (web, worker):
                process.terminate()
            for process in (web, worker):
                process.wait(timeout=30)
        if code:
            sys.exit(code)
