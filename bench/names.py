"""Company names in any number: real ones first, then made of their words."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path

from bench.examples import company_names as share_names
from bench.examples import list_names
from matching.names import analyse
from matching.scripts import UNSPACED

FORMS = ("Co., Ltd.", "Limited", "Inc.", "LLC", "Corporation", "GmbH", "S.A.", "JSC", "PLC", "Pte. Ltd.")
PLACES = (
    "Shanghai",
    "Shenzhen",
    "Hong Kong",
    "Beijing",
    "Wuhan",
    "India",
    "Vietnam",
    "Europe",
    "Brazil",
    "Singapore",
    "Jiangsu",
)
BUSINESS = (
    *(
        "Technology",
        "Trading",
        "Electronics",
        "Textile",
        "Garment",
        "Shipping",
        "Steel",
        "Chemical",
        "Foods",
        "Logistics",
    ),
    *(
        "Pharmaceutical",
        "Machinery",
        "Plastic",
        "Industrial",
        "Energy",
        "Mining",
        "Insurance",
        "Holdings",
        "Optical",
    ),
)


def listed_names(lists: Path) -> list[str]:
    """Return the real names on lists, organisations' names and aliases, each once, in their own scripts."""
    found = dict.fromkeys(name for _, name in list_names(lists))
    for path in sorted((lists / "us_csl").glob("bis_lists*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            told = json.load(lines)
        for row in told.get("results", told) if isinstance(told, dict) else told:
            found.update(dict.fromkeys([row["name"], *(row.get("alt_names") or [])]))
    return [name for name in found if name]


def company_names(lists: Path) -> list[str]:
    """Return real names of companies on no particular list: exchanges, registers, suppliers."""
    companies = lists.parent / "companies"
    found = dict.fromkeys(share_names(companies))
    with gzip.open(companies / "ror" / "ror_orgs_union.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            found.update(dict.fromkeys(name["v"] for name in json.loads(line)["names"] if len(name["v"]) > 3))
    raw = gzip.decompress(next((companies / "japan").glob("EdinetcodeDlInfo*.gz")).read_bytes())
    for row in csv.reader(io.StringIO(raw.decode("cp932"))):
        if len(row) > 7:
            found.update({row[6]: None, row[7]: None})
    with gzip.open(companies / "sec" / "company_tickers.json.gz", "rt", encoding="utf-8") as lines:
        found.update(dict.fromkeys(row["title"] for row in json.load(lines).values()))
    return [name for name in found if name]


def made_names(names: list[str], seed: int) -> Iterator[str]:
    """Yield names without end: a distinctive word of a real name, a place, a business and a legal form."""
    chosen = random.Random(seed)
    brands = sorted(
        {
            token.shown.title()
            for name in names
            if not UNSPACED.search(name)
            for token in analyse(name).tokens
            if token.cls == "name" and len(token.text) > 3
        }
    )
    while True:
        words = [chosen.choice(brands), chosen.choice(BUSINESS), chosen.choice(FORMS)]
        if chosen.random() < 0.6:
            words.insert(0, chosen.choice(PLACES))
        if chosen.random() < 0.3:
            words.insert(-2, chosen.choice(brands))
        yield " ".join(words)


def take(real: list[str], count: int, seed: int) -> list[str]:
    """Return so many different names: the real ones shuffled, then made ones."""
    chosen = real[:]
    random.Random(seed).shuffle(chosen)
    found = dict.fromkeys(chosen[:count])
    for name in made_names(real, seed):
        if len(found) >= count:
            break
        found[name] = None
    return list(found)
