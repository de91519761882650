"""The remarks of OFAC's tables: which phrases are numbers and which are prose."""

from __future__ import annotations

import pytest

from ingest.audit import Audit
from ingest.records import Identifier
from ingest.sources import _ofac_remarks


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("Passport D9004309 (Iran)", Identifier("Passport", "D9004309", "ir")),
        ("Tax ID No. 7707083893 (Russia)", Identifier("Tax ID No.", "7707083893", "ru")),
        ("alt. Registration ID 827 (Afghanistan)", Identifier("Registration ID", "827", "af")),
        (
            "Folio Mercantil No. 343997 (Mexico) issued 14 Dec 2005",
            Identifier("Folio Mercantil No.", "343997", "mx"),
        ),
        (
            "Passport A00000604 (Nicaragua) issued 19 Jun 2013 expires 19 Jun 2023",
            Identifier("Passport", "A00000604", "ni"),
        ),
        ("Vessel Registration Identification IMO 9187629", Identifier("IMO", "9187629", "", True)),
        (
            "Legal Entity Number 253400V1H6ART1UQ0N98 (Russia)",
            Identifier("LEI", "253400V1H6ART1UQ0N98", "ru", True),
        ),
        (
            "Aircraft Construction Number (also called L/N or S/N or F/N) 838",
            Identifier("Aircraft Construction Number (also called L/N or S/N or F/N)", "838"),
        ),
        (
            "Digital Currency Address - XBT 12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h",
            Identifier("Digital Currency Address - XBT", "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h"),
        ),
    ],
)
def test_numbers_in_remarks_become_identifiers(phrase: str, expected: Identifier) -> None:
    assert _ofac_remarks.parse(f"{phrase}.", Audit()).identifiers == [expected]


@pytest.mark.parametrize("phrase", ["Member of the State Duma", "all offices worldwide", "License pending"])
def test_free_text_in_remarks_is_kept_but_not_taken_for_a_number(phrase: str) -> None:
    said = _ofac_remarks.parse(f"{phrase}.", Audit())
    assert (said.identifiers, said.stated) == ([], {"remarks": [phrase]})
