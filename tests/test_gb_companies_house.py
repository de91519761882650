"""Companies House: companies, and who has significant control of them, in bands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.records import Identifier, Name, entity_id
from ingest.sources import gb_companies_house as source
from tests.copies import FIXTURES, Copy, parsed


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURES / "gb_companies_house", tmp_path)


def test_everything_in_the_copy_is_understood(copy: Copy) -> None:
    assert copy.audit.as_log() == []
    assert copy.audit.skipped == {"the snapshot's own count": 1}


def test_a_company_has_its_former_names_and_its_number(copy: Copy) -> None:
    record = copy.named("EXAMPLE FISHERIES LIMITED")
    assert record.names == [Name("EXAMPLE FISHERIES LIMITED"), Name("EXAMPLE TRAWLERS LIMITED", "former")]
    assert record.identifiers == [Identifier("GB-COH", "01234567", "gb")]


def test_a_band_of_shares_is_a_least_and_a_most(copy: Copy) -> None:
    shares, votes, right, former = copy.named("EXAMPLE FISHERIES LIMITED").ownerships
    assert (shares.kind, shares.share_min, shares.share_max) == ("shareholding", Decimal(50), Decimal(75))
    assert {(row.kind, row.share_min) for row in (votes, right)} == {("control", None)}
    assert (former.share_min, former.share_max, former.end) == (Decimal(25), Decimal(50), date(2020, 2, 29))


def test_an_owner_with_a_uk_number_is_that_companys_own_row(copy: Copy) -> None:
    edge = copy.named("EXAMPLE FISHERIES LIMITED").ownerships[0]
    assert edge.owner_id == entity_id("gb_companies_house", "07654321")
    assert copy.records[edge.owner_id].caption == "EXAMPLE SEA HOLDING PLC"


def test_a_foreign_owner_is_a_row_of_its_own(copy: Copy) -> None:
    record = copy.named("Example Ocean AG")
    assert (record.schema, record.countries, record.identifiers[0].value) == (
        "Company",
        ["ch"],
        "CHE-000.000.001",
    )


def test_of_a_person_only_the_name_is_kept(copy: Copy) -> None:
    record = copy.named("Ms Pat Example")
    assert (record.schema, record.countries, record.addresses, record.properties) == ("Person", [], [], {})


def test_what_a_company_says_instead_is_kept_beside_it(copy: Copy) -> None:
    assert copy.named("EXAMPLE HARBOUR LLP").properties["on persons with significant control"] == [
        "super secure persons with significant control",
        "steps to find psc not yet completed, since 2020-01-01",
    ]
