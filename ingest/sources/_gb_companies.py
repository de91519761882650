"""What both UK lists say of companies in free text: registration numbers, subsidiaries, parents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ingest.audit import Audit
from ingest.records import Identifier, Name, Ownership, Record
from ingest.sources._gb_names import joined

LABELLED_NUMBER = re.compile(
    r"\b(?P<scheme>OGRN(?:IP)?|INN|KPP|OKPO|TIN|UNP|BIN|BIC|BR|CR|LEI|SWIFT(?:/BIC)?|USCC"
    r"|Unified Social Credit Code|[A-Z][A-Za-z ]{2,60}(?:Number|No\.?|Code|ID))"
    r"(?:\s*[:–—-]\s*(?P<value>[A-Z0-9][A-Z0-9/.-]{3,}[A-Z0-9])|\s+(?P<bare>\d{6,}))"
)
ENUMERATION = re.compile(r"[\n;]|\(\d{1,2}\)")
# Long enumerations are sentences: "Feodosia Trade Port. Kerch Fish Port." A full stop of "Co." or "No." is none.
SENTENCE = re.compile(r"\.\. |(?<!\bCo)(?<!\bNo)(?<!\bSt)(?<!\b[A-Z])\. (?=[A-Z0-9])")
# Prose in a column of names.
NO_NAME = re.compile(r"(?:subsidiary|parent|branch|part)\b.*\b(?:of|and)\b|.*\bbranches$", re.IGNORECASE)
# "Example Concern JSC (49%)": how much of it is held.
SHARE = re.compile(r"\s*\((?P<share>\d{1,2}(?:[.,]\d+)?|100)\s?%\)$")
ALSO_LISTED = re.compile(r"\s*\([^()]*sanction[^()]*\)$", re.IGNORECASE)


class Relative(NamedTuple):
    """A company that a listed party's entry names: role is subsidiary or parent."""

    party: Record
    role: str
    name: str
    quote: str


def registration_numbers(text: str) -> Iterator[Identifier]:
    """Read one or several numbers, most with a label: "OGRN: 1247700291200", "(2) INN - 5045023416"."""
    for part in ENUMERATION.split(text):
        found = list(LABELLED_NUMBER.finditer(part))
        for match in found:
            scheme = joined([match["scheme"]])
            value = match["value"] or match["bare"]
            yield Identifier(scheme, value, "ru" if scheme in ("OGRN", "OGRNIP", "KPP") else "")
        if not found and (plain := joined([part]).rstrip(".")):
            yield Identifier("Registration number", plain[:300])


def relatives(party: Record, role: str, text: str, audit: Audit) -> Iterator[Relative]:
    """Read the companies out of a Subsidiaries or Parent company field."""
    label = "Subsidiaries" if role == "subsidiary" else "Parent company"
    parts = (sentence for part in ENUMERATION.split(text) for sentence in SENTENCE.split(part))
    for part in parts:
        name = ALSO_LISTED.sub("", joined([part]))
        if NO_NAME.match(name):
            audit.doubt(f"prose among {label.lower()}", name)
        elif LABELLED_NUMBER.match(name) or name.isdigit():
            audit.doubt(f"number among {label.lower()}", name)
        elif name:
            yield Relative(party, role, name, f"{label}: {joined([text])}")


def affiliates(
    parties: Iterable[Record],
    related: Iterable[Relative],
    audit: Audit,
    *,
    publication: str,
    url: str,
    end: date | None = None,
) -> Iterator[Record]:
    """Write each stated relation on its party; yield a record for every company not listed itself."""
    holders: dict[str, set[str]] = defaultdict(set)
    for party in parties:
        if party.schema == "Organization":
            for held in party.names:
                if held.kind != "weak":
                    holders[held.text.casefold()].add(party.id)
    seen: set[tuple[str, str, str]] = set()
    for party, role, name, quote in related:
        if (party.id, role, name) in seen:
            continue
        seen.add((party.id, role, name))
        held_share = SHARE.search(name)
        called = SHARE.sub("", name)
        listed = holders.get(called.casefold(), set())
        if party.id in listed:
            audit.doubt("party named as its own relative", name)
            continue
        if len(listed) > 1:
            audit.doubt("relative named like several listed parties", name)
        if len(listed) == 1:
            other = next(iter(listed))
        else:
            # Keyed by the naming party too: two parties may mean different companies by one name.
            company = Record(
                dataset=party.dataset,
                key=f"{party.key} {role} {name}",
                schema="Organization",
                # "Brest branch" names a company only beside its owner's name.
                names=[Name(called, "weak" if called.lower().endswith(" branch") else "primary")],
                properties={"namedBy": [party.key]},
                raw={"named by": party.key, "role": role, "name": name},
            )
            other = company.id
            yield company
        owner, asset = (party.id, other) if role == "subsidiary" else (other, party.id)
        share = Decimal(held_share["share"].replace(",", ".")) if held_share else None
        party.ownerships.append(
            Ownership(
                owner,
                asset,
                "shareholding" if held_share else "affiliate",
                citation=f"{publication}, {party.key}",
                share_min=share,
                share_max=share,
                end=end,
                url=url,
                quote=quote,
            )
        )
