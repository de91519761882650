"""The README shows real output: this fails when it lags."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

README = (Path(__file__).parent.parent / "README.md").read_text()

pytestmark = pytest.mark.django_db


def without_receipt(text: str) -> str:
    return re.sub(r"receipt [0-9a-f]{12} · matcher [\d.]+", "receipt", text).strip()


@time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC))
def test_the_answer_shown_is_the_answer_given(starter: Path) -> None:
    shown = re.search(r"\$ python manage\.py vet 海康威视 --as-of 2020-12-17\n(.*?)\n```", README, re.DOTALL)
    assert shown
    call_command("ingest", starter=True, stdout=io.StringIO())
    said = io.StringIO()
    call_command("vet", "海康威视", "--as-of", "2020-12-17", stdout=said)
    assert without_receipt(said.getvalue()) == without_receipt(shown[1])


def test_every_file_it_names_is_there() -> None:
    root = Path(__file__).parent.parent
    for link in re.findall(r"\]\(([^)]+)\)", README):
        assert (root / link).exists(), link


def test_it_names_both_commands() -> None:
    assert "make run" in README
    assert "make test" in README
