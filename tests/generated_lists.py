"""Lists in two publishers' formats, of any size, in versions that add, change and remove parties."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

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
