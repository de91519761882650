"""Lists in two publishers' formats, of any size, in versions that add, change and remove parties."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from bench.registers import lei_of

TRADES = ("MINING DEVELOPMENT TRADING", "COMMERCIAL BANK", "MARITIME MANAGEMENT", "MACHINERY EXPORT")
SEATS = ("Pyongyang", "Hamhung", "Nampo", "Wonsan")


def name_of_party(number: int, renamed: bool) -> str:
    trade = TRADES[number % len(TRADES)]
    return f"KOREA {SEATS[number % 3].upper()} {trade} {'GROUP' if renamed else 'CORPORATION'} {number}"


def un_list(folder: Path, day: str, numbers: Iterable[int], renamed: range = range(0)) -> Path:
    """Write a version of the UN list in a folder of its own; the parties of `renamed` go by another name."""
    entries = "".join(
        f"<ENTITY><DATAID>{number}</DATAID><FIRST_NAME>{name_of_party(number, number in renamed)}</FIRST_NAME>"
        f"<UN_LIST_TYPE>DPRK</UN_LIST_TYPE><REFERENCE_NUMBER>KPe.{number}</REFERENCE_NUMBER>"
        f"<LISTED_ON>2009-04-{number % 28 + 1:02}</LISTED_ON><COMMENTS1>Listed for its trade.</COMMENTS1>"
        f"<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>KPT {number}</ALIAS_NAME></ENTITY_ALIAS>"
        f"<ENTITY_ADDRESS><CITY>{SEATS[number % 4]}</CITY>"
        "<COUNTRY>Democratic People's Republic of Korea</COUNTRY></ENTITY_ADDRESS></ENTITY>\n"
        for number in numbers
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "consolidated.xml").write_text(
        f'<CONSOLIDATED_LIST dateGenerated="{day}T00:00:00Z"><ENTITIES>\n{entries}</ENTITIES></CONSOLIDATED_LIST>'
    )
    return folder


def sdn_tables(folder: Path, day: str, numbers: Iterable[int], renamed: range = range(0)) -> Path:
    """Write a version of OFAC's four legacy tables, with its nulls and the control character at the end."""
    null = "-0- "
    names, addresses, aliases, comments = [], [], [], []
    for number in numbers:
        remarks = f"Registration Number {70_000 + number} (Korea, North); Linked To: OFFICE 39."
        party = name_of_party(number, number in renamed)
        names.append([number, party, null, "DPRK2] [NPWMD", *[null] * 7, remarks])
        addresses.append([number, number * 2, null, SEATS[number % 4], "Korea, North", null])
        aliases.append([number, number * 3, "aka", f"KPT {number}", null])
        if number % 5 == 0:
            comments.append([number, f" Email Address office{number}@example.org."])
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"sdn": names, "add": addresses, "alt": aliases, "sdn_comments": comments}
    for name, rows in tables.items():
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        (folder / f"{name}_{day}.csv").write_text(text.getvalue() + "\x1a", newline="")
    return folder


def register_tables(folder: Path, day: str, numbers: range, renamed: range = range(0)) -> Path:
    """Write GLEIF's tables of invented companies, each of the first hundred consolidated by the next."""
    folder.mkdir(parents=True)
    columns = ("LEI", "Entity.LegalName", "Entity.LegalJurisdiction", "Registration.RegistrationStatus")
    companies = [
        (
            lei_of(number),
            f"Example {'Renamed' if number in renamed else 'Company'} {number} Limited",
            "GB",
            "ISSUED",
        )
        for number in numbers
    ]
    ends = ("StartNode.NodeID", "StartNode.NodeIDType", "EndNode.NodeID", "EndNode.NodeIDType")
    edges = [
        (lei_of(number), "LEI", lei_of(number + 1), "LEI", "IS_DIRECTLY_CONSOLIDATED_BY", "ACTIVE")
        for number in numbers[:100]
    ]
    relation = tuple(f"Relationship.{part}" for part in (*ends, "RelationshipType", "RelationshipStatus"))
    stamp = day.replace("-", "")
    for name, header, rows in (("lei2", columns, companies), ("rr", relation, edges)):
        with (folder / f"{stamp}-0800-gleif-goldencopy-{name}-golden-copy.csv").open("w", newline="") as sink:
            writer = csv.writer(sink, quoting=csv.QUOTE_ALL)
            writer.writerow(header)
            writer.writerows(rows)
    return folder
