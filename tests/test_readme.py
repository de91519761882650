"""The README shows real output: this fails when it lags."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command

README = (Path(__file__).parent.parent / "README.md").read_text()

pytestmark = pytest.mark.django_db


def without_receipt(text: str) -> str:
    return re.sub(r"receipt [0-9a-f]{12} · matcher [\d.]+", "receipt", text).strip()


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
