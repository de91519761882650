"""What OFAC's two formats have in common: its lists, the labels in its entries, links to an entry."""

from __future__ import annotations

import re
from typing import NamedTuple

from rigour.ids import get_identifier_format

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.records import Identifier, Listing

EXPORTS = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports"
# A mark of everything that is not on the SDN List; each entry names its own list as well.
CONSOLIDATED = "Consolidated List"
SDN = "SDN List"
CMIC = "Non-SDN CMIC List"
SSI = "Sectoral Sanctions Identifications List"
MENU = "Non-SDN Menu-Based Sanctions List"
CAPTA = "CAPTA List"
FSE = "FSE List"
PLC = "Non-SDN Palestinian Legislative Council List"

MEASURES = {
    SDN: "us-ofac-blocking",
    CMIC: "us-ns-cmic-securities",
    SSI: "us-ssi-sectoral",
    MENU: "us-ns-mbs-menu",
    CAPTA: "us-capta-accounts",
    FSE: "us-fse-dealings",
    PLC: "us-ns-plc-reject",
}
# The labels that say what an entry on this list requires.
REQUIREMENTS = {
    SSI: ("Executive Order 13662",),
    MENU: (
        "Executive Order 140",
        "CAATSA Section 235",
        "Listing Date (EO 140",
        "Effective Date (EO 140",
    ),
}
KEYS = {
    "Birthdate": "birthDate",
    "DOB": "birthDate",
    "Website": "website",
    "Email Address": "email",
    "Phone Number": "phone",
    "Organization Established Date": "incorporationDate",
}
# Of no use for matching, and about private persons: these stay in the raw record.
RAW_ONLY = ("Gender", "Place of Birth", "POB")
COUNTRIES = ("Nationality Country", "Citizenship Country", "Nationality of Registration", "Vessel Flag")
# Labels whose value is a number or code of the party, besides those that say so (… Number, … No., … ID).
CODES = (
    "ISIN",
    "Equity Ticker",
    "SWIFT/BIC",
    "BIK (RU)",
    "MMSI",
    "Vessel Call Sign",
    "Aircraft Mode S Transponder Code",
    "Digital Currency Address",
)
# Where check digits exist; these schemes go by the name under which other sources state them.
CHECKED = {
    "Legal Entity Number": ("LEI", "lei"),
    "Unified Social Credit Code (USCC)": ("USCC", "uscc"),
    "ISIN": ("ISIN", "isin"),
    "Vessel Registration Identification": ("IMO", "imo"),
    "SWIFT/BIC": ("SWIFT/BIC", "bic"),
}
NUMBERED = re.compile(r"(?:Number|No\.?|ID|#)(?: \(.*\))?$")
# Months are named, so that nobody reads a day for a month; our own words take the publisher's.
DATES = {
    "Listing Date (CMIC)": "listing date {}",
    "Effective Date (CMIC)": "US persons may not buy or sell its publicly traded securities from {}",
    "Purchase/Sales For Divestment Date (CMIC)": "trades to divest were permitted until {}",
}


class Relation(NamedTuple):
    """OFAC's word on how the entry relates to another party; `key` is empty where only a name is given."""

    type: str
    key: str
    name: str

    def as_property(self) -> dict[str, str]:
        return {"type": self.type, "id": self.key, "name": self.name}


def page(key: str) -> str:
    """Link to the entry in OFAC's own search."""
    return f"https://sanctionssearch.ofac.treas.gov/Details.aspx?id={key}"


def citation(key: str) -> str:
    return f"OFAC list entry {key}"


def label(text: str) -> str:
    """Strip the punctuation that leads over to the value."""
    return text.strip().removesuffix(":").removesuffix("-").strip()


def is_code(name: str) -> bool:
    """Tell whether the label announces a number or code of the party."""
    return name.startswith(CODES) or bool(NUMBERED.search(name)) and name not in KEYS


def identifier(name: str, value: str, country: str, audit: Audit) -> Identifier:
    """Make an identifier of a labelled value; only schemes with check digits are judged."""
    scheme, kind = CHECKED.get(name, (name, ""))
    if scheme == "IMO":
        value = value.upper().removeprefix("IMO").strip()
    checked = get_identifier_format(kind) if kind else None
    valid = checked.is_valid(value) if checked else None
    return Identifier(scheme[:80], value[:300], country_code(country, audit), valid)


def requirement(title: str, stated: dict[str, list[str]]) -> str:
    """Say in words what the entry's labelled facts require on this list."""
    if title == CMIC:
        phrases = [text.format(stated[name][0]) for name, text in DATES.items() if stated.get(name)]
    else:
        phrases = [
            f"{name}: {value}"
            for name, values in stated.items()
            if name.startswith(REQUIREMENTS.get(title, ()))
            for value in values
        ]
    text = "; ".join(dict.fromkeys(phrases))
    return text[:1].upper() + text[1:]


def listing(title: str, key: str, programmes: list[str], stated: dict[str, list[str]]) -> Listing:
    """Describe an entry's place on one of OFAC's lists, without the dates that only one format states."""
    return Listing(
        measures=(MEASURES[title],),
        programme="; ".join(programmes)[:300],
        citation=f"{title}, {citation(key)}",
        requirement=requirement(title, stated),
        source_url=page(key),
    )
