"""Norges Bank's exclusions. The page is reconstructed; Example Mining is invented, the other two are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from entities.measures import CATALOGUE
from ingest.errors import IngestError
from ingest.source import source_named
from tests.copies import FIXTURES, Copy, parsed

source = source_named("no_nbim_exclusions")
FIXTURE = FIXTURES / "no_nbim_exclusions" / "exclusion-of-companies.html"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURE, tmp_path)


def test_each_row_is_a_company_with_its_decision(copy: Copy) -> None:
    assert copy.audit.as_log() == []
    (listing,) = copy.named("ZTE Corp").listings
    assert (listing.programme, listing.reason) == ("Conduct-based", "Gross corruption")
    assert (listing.start, listing.start_basis) == (date(2016, 1, 7), "Publishing date")
    assert listing.source_url == "https://www.nbim.no/en/news/2016/decision-to-exclude-zte-corp/"
    assert copy.named("Li Ning Co Ltd").properties == {"notes": ["Hong Kong line only"]}


@pytest.mark.parametrize(
    ("company", "measure", "kind"),
    [
        ("ZTE Corp", "nbim-exclusion", "investor_exclusion"),
        ("Example Mining Ltd", "nbim-observation", "red_flag"),
    ],
)
def test_a_decision_is_an_investors_own_and_no_prohibition(
    copy: Copy, company: str, measure: str, kind: str
) -> None:
    assert copy.named(company).listings[0].measures == (measure,)
    (fact,) = (fact for fact in CATALOGUE if fact.code == measure)
    assert fact.kind == kind
    assert fact.does_not.startswith("forbid anything to anybody")


def test_an_unknown_decision_is_shown_and_called_neither(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(FIXTURE.read_text().replace(">Observation<", ">Revocation<"))
    copy = parsed(source, path, tmp_path)
    assert copy.audit.counts == {"unknown decision": 1}
    assert copy.named("Example Mining Ltd").listings[0].measures == ("nbim-other",)


def test_a_page_without_the_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(FIXTURE.read_text().replace("<th>Criterion</th>", "<th>Basis</th>"))
    with pytest.raises(IngestError, match="the page was rebuilt"):
        parsed(source, path, tmp_path)
