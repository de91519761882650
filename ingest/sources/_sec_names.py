"""Cells of an Exhibit 21: a subsidiary's name with what is said around it, its jurisdiction, its share."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.records import Name

FOOTNOTE = re.compile(r"\s*(?:\(\d{1,2}\)|\[\d{1,2}\]|[*†‡§¹²³⁴]+)$")
# (49%) at the end of a name; (“BSI”) is what the filing calls it; (f/k/a Snapper, Inc.), “LLC dba Kron Chocolatier”.
SHARE_IN_NAME = re.compile(
    r"\s*\((?:owned\s+)?(\d{1,3}(?:\.\d+)?)\s*%(?:\s*(?:owned|interest))?\)$", re.IGNORECASE
)
CALLED = re.compile(r"\s*\((?:the\s+)?[“\"]([^”\"]{2,40})[”\"][^()]*\)", re.IGNORECASE)
OTHER_NAME = re.compile(
    r"[,;]?\s*\(?\s*\b(?P<how>d/?b/?a|doing business as|a/?k/?a|also known as|f/?k/?a|formerly(?: known as)?)\b[.:,]?\s+"
    r"(?P<name>(?:[^()]|\([^()]*\))+?)\)?$",
    re.IGNORECASE,
)
# "(a statutory trust)", "(inactive)", "(by Trust, BI is Settlor of Trust)", "(BICV is beneficial owner)".
REMARK = re.compile(
    r"\s*\((?:an?\s|by\s|[^()]*\b(?:is|are|owned|owner|inactive|dormant|dissolved|in liquidation)\b)[^()]*\)",
    re.IGNORECASE,
)
# Words of these tables that stand for a country, or for none.
JURISDICTIONS = {
    "england & wales": "gb",
    "england and wales": "gb",
    "republic of georgia": "ge",
    "prc": "cn",
    "p.r.c.": "cn",
    "p.r. china": "cn",
    "u.k.": "gb",
    "u.s.": "us",
    "u.s.a.": "us",
    "holland": "nl",
    "korea": "kr",
    "d.c.": "us",
    "n/a": "",
    "various": "",
    # The state and the country are written alike, and a filing rarely says which.
    "georgia": "",
}


class Named(NamedTuple):
    names: list[Name]
    share: str = ""


def read_name(text: str) -> Named:
    """Split a cell into names; the share that stands in its brackets comes apart."""
    text = " ".join(text.replace("\xa0", " ").split())
    share, called = "", []
    while True:
        before = text
        text = FOOTNOTE.sub("", text).rstrip()
        if found := SHARE_IN_NAME.search(text):
            share, text = found[1], text[: found.start()]
        if text == before:
            break
    for found in CALLED.finditer(text):
        called.append(Name(found[1].strip(" ,"), "weak"))
    text = REMARK.sub("", CALLED.sub("", text)).strip()
    names: list[Name] = []
    if (found := OTHER_NAME.search(text)) and found.start():
        kind = "former" if found["how"].lower().startswith("f") else "alias"
        names = [Name(found["name"].strip(' ,“”"'), kind)]
        text = text[: found.start()].strip(" ,(")
    return Named([Name(text.strip(" ,;")), *names, *called], share)


def read_share(text: str, audit: Audit) -> Decimal | None:
    """Read 100, 99.75 or 51%; an empty cell is no share, never 100."""
    plain = text.strip().strip("%").strip().replace(",", ".")
    if not plain or plain in ("-", "—", "–", "*", "N/A"):
        return None
    try:
        share = Decimal(plain)
    except InvalidOperation:
        audit.doubt("share that is no number", text)
        return None
    if not share.is_finite() or not 0 < share <= 100:
        audit.doubt("share outside 0 to 100 percent", text)
        return None
    return round(share, 4)


def jurisdiction(text: str, audit: Audit) -> str:
    """Return the country of a place of incorporation: Delaware, (USA) Delaware, Ontario, Canada."""
    plain = FOOTNOTE.sub("", " ".join(text.split())).strip(" .()")
    if not plain:
        return ""
    parts = [plain, *(part.strip() for part in re.split(r"[,/()&]|\s-\s|\band\b| State$", plain))]
    for part in parts:
        known = JURISDICTIONS.get(part.lower())
        if known is not None:
            return known
        if part and (code := country_code(part, Audit())):
            return code
    audit.doubt("unknown place of incorporation", text)
    return ""
