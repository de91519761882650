"""The remarks of OFAC's legacy tables: phrases joined by semicolons, each with a label of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.records import Identifier, Name
from ingest.sources import _ofac_entries as entries
from ingest.sources._ofac_entries import Relation

QUOTED = re.compile(r"[afn]\.k\.a\. '(.*)'?$")
# A label that ends in Number, No., ID or #, then a value that has a digit or is a code.
NUMBER = re.compile(
    r"(?P<label>[A-Z](?:[^;:]{0,70}?[ .])?(?:Number|No\.?|ID|#)(?! (?:Number|No\.|#))(?: \([A-Za-z/ .,]+\))?)"
    r" (?P<value>\S.*)$"
)
LABELLED = (
    "Vessel Registration Identification",
    "Unified Social Credit Code (USCC)",
    "Unified Social Credit Code",
    "Diplomatic Passport",
    "Passport",
    "License",
    "C.U.R.P.",
    "C.U.I.T.",
    "R.F.C.",
    "D.N.I.",
    "SWIFT/BIC",
    "BIK (RU)",
    "MMSI",
    "ISIN",
    "Equity Ticker",
    "Aircraft Mode S Transponder Code",
)
WALLET = re.compile(r"(Digital Currency Address - \w+) (\S+)$")
# What follows a number: the country that gave it, then its dates.
TAIL = re.compile(r"(?: \((?P<country>[^()]+)\))?(?: issued [^()]*?)?(?: expires [^()]*?)?$")
FACTS = (
    "DOB",
    "Website",
    "Email Address",
    "Organization Established Date",
    "Organization Type:",
    "Target Type",
    "Issuer Name",
    "Secondary sanctions risk:",
    "Additional Sanctions Information -",
    "IFCA Determination -",
    "CAATSA Section 235 Information:",
    "Aircraft Model",
    "Aircraft Operator",
    "Aircraft Manufacture Date",
    "Former Vessel Flag",
    "Other Vessel Type",
    "Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions:",
)
ORDER = re.compile(r"(Executive Order \d+ (?:Directive )?(?:Determination|[Ii]nformation))(?: -|:)? (.*)$")
DATED = re.compile(r"((?:Listing|Effective|Purchase/Sales For Divestment) Date \([^)]*\)):? (.*)$")
TELEPHONES = ("Telephone", "Fax", "Phone")
NATIONS = ("nationality ", "citizen ", "Nationality of Registration ")


@dataclass
class Remarks:
    """What the phrases say; those without a known label are kept as `stated["remarks"]`."""

    names: list[Name] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    stated: dict[str, list[str]] = field(default_factory=dict)

    def state(self, name: str, value: str) -> None:
        values = self.stated.setdefault(name, [])
        if value not in values:
            values.append(value)


def parse(text: str, audit: Audit) -> Remarks:
    """Read whole remarks, the continuation already joined on."""
    said = Remarks()
    for phrase in re.split(r";\s+", text.strip().removesuffix(".")):
        if phrase := phrase.strip().removeprefix("alt. "):
            _read(phrase, said, audit)
    return said


def _read(phrase: str, said: Remarks, audit: Audit) -> None:
    if found := QUOTED.match(phrase):
        # Quotation marks are how the tables mark a weak alias.
        said.names.append(Name(found[1].removesuffix("'"), "weak"))
    elif phrase.startswith("Linked To: "):
        said.relations.append(Relation("Linked To", "", phrase.removeprefix("Linked To: ")))
    elif phrase.startswith(entries.RAW_ONLY):
        return
    elif nation := next((word for word in NATIONS if phrase.startswith(word)), ""):
        said.countries.append(country_code(phrase.removeprefix(nation), audit))
    elif found := DATED.match(phrase) or ORDER.match(phrase):
        said.state(found[1], found[2])
    elif phrase.startswith(TELEPHONES):
        said.state("Phone Number", phrase.removeprefix("Phone Number").strip())
    elif fact := next((word for word in FACTS if phrase.startswith(f"{word} ")), ""):
        name = entries.label(fact)
        said.state("Birthdate" if name == "DOB" else name, phrase.removeprefix(fact).strip())
    elif number := _number(phrase, audit):
        said.identifiers.append(number)
    else:
        said.state("remarks", phrase)


def _number(phrase: str, audit: Audit) -> Identifier | None:
    if found := WALLET.match(phrase):
        return Identifier(found[1], found[2])
    if name := next((word for word in LABELLED if phrase.startswith(f"{word} ")), ""):
        value = phrase.removeprefix(name).strip()
    elif found := NUMBER.match(phrase):
        name, value = found["label"], found["value"]
    else:
        return None
    tail = TAIL.search(value)
    country = (tail["country"] or "") if tail else ""
    value = value[: tail.start()] if tail else value
    if not value or (name not in ("Equity Ticker", "SWIFT/BIC") and not any(map(str.isdigit, value))):
        return None
    return entries.identifier(name, value, country, audit)
