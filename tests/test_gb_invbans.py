"""UK investment restrictions. The page is reconstructed: structure and identifiers are not from a live copy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from entities.measures import CATALOGUE
from ingest.collecting import collect
from ingest.errors import IngestError
from ingest.records import Identifier
from ingest.source import source_named
from tests.copies import FIXTURES, parsed

source = source_named("gb_invbans")
FIXTURE = FIXTURES / "gb_invbans" / "investment-restrictions.html"


def test_each_row_is_an_organisation_under_the_investment_ban(tmp_path: Path) -> None:
    (bundle,) = collect(source, FIXTURE, tmp_path, 1 << 20)
    assert source.published_on(bundle) == date(2026, 1, 28)
    copy = parsed(source, FIXTURE, tmp_path)
    assert copy.audit.as_log() == []
    assert [record.key for record in copy.records.values()] == ["13072", "13078", "13075"]
    assert copy.named("OPK OBORONPROM").listings[0].measures == ("gb-investment-ban",)
    assert copy.named("SBERBANK").identifiers == [
        Identifier("OFSI group ID", "13072"),
        Identifier("UK Sanctions List ID", "RUS1116"),
    ]
    assert copy.named("ROSNEFT").identifiers == [Identifier("OFSI group ID", "13078")]


def test_the_ban_is_no_asset_freeze() -> None:
    (fact,) = (fact for fact in CATALOGUE if fact.code == "gb-investment-ban")
    assert fact.kind == "securities_ban"
    assert fact.does_not.startswith("freeze assets")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Organisation</th>", "Name</th>", "the page was rebuilt"),
        ("<td>13078</td>", "", "row 3 has 3 of 4 cells"),
    ],
)
def test_a_rebuilt_page_is_refused(old: str, new: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(FIXTURE.read_text().replace(old, new))
    with pytest.raises(IngestError, match=reason):
        parsed(source, path, tmp_path)
