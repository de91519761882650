"""Exhibit 21. Filers and subsidiaries are invented; the shapes of the tables are those of real filings."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.records import Name, Ownership
from ingest.source import source_named
from ingest.sources._sec_names import jurisdiction, read_name
from tests.copies import FIXTURES, Copy, parsed, real_register
from tests.workbooks import put

source = source_named("us_sec_exhibit21")
FIXTURE = FIXTURES / "us_sec_exhibit21"
FILING = FIXTURE / "html" / "9000004-0009000004-24-000011.html"


@pytest.fixture
def labels(tmp_path: Path) -> Copy:
    return parsed(source, FIXTURE / "labels" / "ex21_labels.csv", tmp_path)


@pytest.fixture
def exhibit(tmp_path: Path) -> Copy:
    return parsed(source, FILING, tmp_path)


def edges(copy: Copy, name: str) -> list[tuple[str, str, Decimal | None]]:
    """Say who holds a company, how, and how much of it."""
    names = {record.id: record.caption for record in copy.records.values()}
    return [(names[row.owner_id], row.kind, row.share_min) for row in copy.named(name).ownerships]


def only_edge(copy: Copy, name: str) -> Ownership:
    (edge,) = copy.named(name).ownerships
    return edge


def test_a_share_that_is_not_stated_is_no_share(labels: Copy) -> None:
    edge = only_edge(labels, "Example Gas Finance Corporation")
    assert (edge.kind, edge.share_min, edge.share_max) == ("consolidation", None, None)
    assert edge.citation == "Exhibit 21, SEC filing 0009000001-16-000002"
    assert edge.url == "https://www.sec.gov/Archives/edgar/data/9000001/000900000116000002/"
    assert edge.quote == "Example Gas Finance Corporation"


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("Example Shell Holdings", Decimal(100)),
        ("Example Gulf LLC", Decimal(49)),
        ("Example Chem Ltd.", Decimal("99.75")),
    ],
)
def test_a_stated_share_is_kept_exactly_wherever_it_stands(labels: Copy, name: str, share: Decimal) -> None:
    edge = only_edge(labels, name)
    assert (edge.kind, edge.share_min, edge.share_max) == ("shareholding", share, share)


def test_a_row_that_names_the_filer_is_no_subsidiary(labels: Copy) -> None:
    assert labels.audit.skipped == {"row that names the filer itself": 1}
    assert labels.audit.as_log() == []


def test_other_names_stand_beside_the_name(labels: Copy) -> None:
    assert labels.named("Example Shell Holdings").names[1] == Name("Sample Snapper", "former")
    assert labels.named("Example Acquisition Sub, LLC").names[1] == Name("Kron Example", "alias")
    assert labels.named("Example Security International, Inc.").names[1] == Name("EXSI", "weak")


@pytest.mark.parametrize(
    ("text", "name", "share"),
    [
        ("Example Chem Ltd.* (1)", "Example Chem Ltd.", ""),
        ("Example Trust III (a statutory trust)", "Example Trust III", ""),
        ("Example Chile, S.A. (EXI is beneficial owner)", "Example Chile, S.A.", ""),
        ("Example Todagco (80%)*", "Example Todagco", "80"),
        ("Example (Thailand) Ltd.", "Example (Thailand) Ltd.", ""),
        ("Example Bank B.S.C. (c)", "Example Bank B.S.C. (c)", ""),
    ],
)
def test_what_is_said_around_a_name_is_not_the_name(text: str, name: str, share: str) -> None:
    named = read_name(text)
    assert (named.names[0].text, named.share) == (name, share)


@pytest.mark.parametrize(
    ("place", "country"),
    [
        ("Delaware", "us"),
        ("(USA) Delaware", "us"),
        ("Georgia, USA", "us"),
        ("Georgia", ""),
        ("Republic of Georgia", "ge"),
        ("Seoul, South Korea", "kr"),
        ("England & Wales", "gb"),
        ("Dubai (UAE)", "ae"),
        ("P.R.C.", "cn"),
    ],
)
def test_a_place_of_incorporation_is_a_country_where_it_is_clear(place: str, country: str) -> None:
    assert jurisdiction(place, Audit()) == country


def test_what_is_set_in_belongs_to_what_it_stands_under(exhibit: Copy) -> None:
    filer = "SEC filer 9000004"
    assert edges(exhibit, "Example Motors Holdings LLC") == [(filer, "shareholding", Decimal(100))]
    assert edges(exhibit, "Example Motors Mexico S.A.") == [
        ("Example Motors Holdings LLC", "shareholding", Decimal(60)),
        (filer, "consolidation", None),
    ]
    assert edges(exhibit, "Example Parts Limitada") == [
        ("Example Motors Mexico S.A.", "shareholding", Decimal("50.5")),
        (filer, "consolidation", None),
    ]
    assert edges(exhibit, "Example Joint Works Ltd.") == [(filer, "shareholding", Decimal(49))]


def test_headings_and_footnotes_are_no_subsidiaries(exhibit: Copy) -> None:
    assert len(exhibit.records) == 6
    assert exhibit.audit.as_log() == []
    assert exhibit.audit.skipped == {"heading or footnote of an exhibit": 2}
    assert edges(exhibit, "Example Motors Deutschland GmbH") == [("SEC filer 9000004", "consolidation", None)]
    assert only_edge(exhibit, "Example Joint Works Ltd.").quote == "Example Joint Works Ltd. | China | 49%"


SPACED = """<DOCUMENT>
<TYPE>EX-21.1
<TEXT>
<HTML><BODY><TABLE>
<TR><TD COLSPAN=3><B>Subsidiary</B></TD><TD></TD><TD COLSPAN=2>State or country of organization</TD></TR>
<TR><TD>Example Alpha, Inc.</TD><TD></TD><TD></TD><TD></TD><TD>Nevada</TD><TD></TD></TR>
<TR><TD>&nbsp;&nbsp;&nbsp;&nbsp;Example Beta, Inc.</TD><TD></TD><TD></TD><TD></TD><TD>Texas</TD><TD></TD></TR>
<TR><TD>Example Gamma B.V.</TD><TD></TD><TD></TD><TD></TD><TD>Netherlands</TD><TD></TD><TD>51</TD><TD>%</TD></TR>
</TABLE></BODY></HTML>
</TEXT>
</DOCUMENT>"""
HEADER = """<SEC-DOCUMENT>0009000005-22-000003.txt
<SEC-HEADER>
ACCESSION NUMBER:\t\t0009000005-22-000003
FILED AS OF DATE:\t\t20220301
\tCOMPANY CONFORMED NAME:\t\t\tEXAMPLE RETAIL CO
\tCENTRAL INDEX KEY:\t\t\t0009000005
</SEC-HEADER>
<DOCUMENT>
<TYPE>10-K
<TEXT>
<TABLE><TR><TD>Revenue Corp</TD><TD>100</TD></TR></TABLE>
</TEXT>
</DOCUMENT>
"""


def test_a_filing_as_filed_says_itself_whose_and_of_when_it_is(tmp_path: Path) -> None:
    copy = parsed(source, put(tmp_path / "0009000005-22-000003.txt", (HEADER + SPACED).encode()), tmp_path)
    assert len(copy.records) == 4
    edge = only_edge(copy, "Example Alpha, Inc.")
    assert edge.citation == "Exhibit 21, SEC filing 0009000005-22-000003 of 2022-03-01"
    assert copy.named("EXAMPLE RETAIL CO").id == edge.owner_id
    assert edges(copy, "Example Beta, Inc.")[0] == ("Example Alpha, Inc.", "consolidation", None)
    assert edges(copy, "Example Gamma B.V.") == [("EXAMPLE RETAIL CO", "shareholding", Decimal(51))]


PLAIN = """<DOCUMENT>
<TYPE>EX-21
<TEXT>
                     SUBSIDIARIES OF EXAMPLE STEEL

   Name                                   State of Incorporation
   ----                                   ----------------------
   Example Steel Tubes, Inc.              Ohio
   Example Wire Company ................. Delaware
</TEXT>
</DOCUMENT>"""


def test_columns_of_plain_text_are_read(tmp_path: Path) -> None:
    copy = parsed(source, put(tmp_path / "9000006-0009000006-97-000001.txt", PLAIN.encode()), tmp_path)
    assert [record.countries for record in copy.records.values() if record.ownerships] == [["us"], ["us"]]
    assert copy.named("Example Wire Company").ownerships[0].quote == "Example Wire Company | Delaware"


def test_a_filing_without_the_exhibit_is_passed_over_and_its_other_tables_are_not_read(
    tmp_path: Path,
) -> None:
    filing = put(tmp_path / "annual.txt", HEADER.encode())
    with pytest.raises(IngestError, match="is not a file that us_sec_exhibit21 can read"):
        parsed(source, filing, tmp_path)
    named = put(tmp_path / "9000005-0009000005-22-000003.htm", HEADER.partition("</SEC-HEADER>")[2].encode())
    with pytest.raises(IngestError, match="holds no Exhibit 21"):
        parsed(source, named, tmp_path)


def test_an_exhibit_that_does_not_say_whose_it_is_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="name it CIK-ACCESSION.htm"):
        parsed(source, put(tmp_path / "ex21.htm", SPACED.encode()), tmp_path)


def test_the_newest_filing_tells_of_a_subsidiary_and_an_older_one_of_what_it_no_longer_names(
    tmp_path: Path,
) -> None:
    copy = parsed(source, FIXTURE / "together", tmp_path)
    assert edges(copy, "Example Pipelines LLC") == [("example gas co", "shareholding", Decimal(100))]
    assert only_edge(copy, "Example Pipelines LLC").citation == "Exhibit 21, SEC filing 0009000001-20-000007"
    # One filing in that year: its day is known.
    assert only_edge(copy, "Example Old Wells LLC").citation.endswith("0009000001-16-000002 of 2016-03-01")


@pytest.mark.real_companies
def test_the_hand_labelled_rows_of_60_real_filings_are_read(tmp_path: Path) -> None:
    copy = parsed(source, real_register("sec"), tmp_path)
    copy.check()
    held = [edge for record in copy.records.values() for edge in record.ownerships]
    assert len({edge.owner_id for edge in held}) == 60
    assert (len(copy.records), len(held)) == (24707, 2418)
    assert len([edge for edge in held if edge.share_min is not None]) == 300
    assert all(edge.share_min is None for edge in held if edge.kind == "consolidation")
