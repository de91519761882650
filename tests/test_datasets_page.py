"""The page of datasets is what the modules say, and the modules' measures are what their files say."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.core.management import call_command

from entities.measures import CATALOGUE
from entities.models import Dataset
from ingest.audit import Audit
from ingest.catalogue import PAGE, described, page
from ingest.collecting import collect
from ingest.source import all_sources, source_named
from tests.good_copies import GoodCopy, good_copies

COPIES = {copy.name: copy for copy in good_copies()}


def test_the_page_is_up_to_date() -> None:
    told = (settings.BASE_DIR / PAGE).read_text()
    assert told == page(), "run `python manage.py datasets --write` and commit the page"


def test_every_dataset_is_described_once() -> None:
    names = [info.name for info, _, _ in described()]
    assert len(names) == len(set(names))
    assert set(names) == {info.name for source in all_sources().values() for info in source.DATASETS}


def test_every_measure_belongs_to_a_list() -> None:
    stated = {code for info, _, _ in described() for code in info.measures}
    assert stated == {fact.code for fact in CATALOGUE}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_list_imposes_only_the_measures_that_its_module_states(copy: GoodCopy, tmp_path: Path) -> None:
    source = source_named(copy.source)
    for name, content in copy.files.items():
        (tmp_path / name).write_bytes(content)
    with TemporaryDirectory() as folder:
        (bundle,) = collect(source, tmp_path, Path(folder), 1 << 20)
        records = list(source.parse(source.read(bundle), Audit()))
    stated = {info.name: set(info.measures) for info in source.DATASETS}
    assert all(
        set(listing.measures) <= stated[record.dataset] for record in records for listing in record.listings
    )


@pytest.mark.django_db
def test_the_terminal_shows_what_is_loaded_how_fresh_it_is_and_what_failed() -> None:
    call_command("ingest", "un_sc", starter=True, stdout=io.StringIO())
    Dataset.objects.filter(name="eu_fsf").update(failure="The publisher answered 503.")
    said = io.StringIO()
    call_command("datasets", stdout=said)
    lines = said.getvalue().splitlines()
    (loaded,) = (line.split() for line in lines if line.startswith("un_sc "))
    assert loaded[1:6] == ["starter", "excerpt", "2025-11-20", "9", "1"]
    (missing,) = (line for line in lines if line.startswith("us_ofac_sdn "))
    assert missing.split() == ["us_ofac_sdn", "never", "loaded"]
    assert "eu_fsf: the last download failed. The publisher answered 503." in lines
    assert (
        len(
            [line for line in lines if line.startswith(tuple(Dataset.objects.values_list("name", flat=True)))]
        )
        >= 26
    )
