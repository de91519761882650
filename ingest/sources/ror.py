"""Research Organization Registry: universities, institutes and companies that do research (JSON of schema 2, or JSON lines).

Names stand in many scripts, each with its language; acronyms count as weak. A parent and its child are affiliates:
the registry states no share, and no ownership. A withdrawn record, most often a duplicate, states no edge. The
releases are ZIP archives with several files, so they are handed in with --from. JSON lines of a shorter form (names
as v, lang, t; a country) are read too. Where both records state a relationship, the child's does here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from entities.choices import OwnershipKind
from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError, NoDownload
from ingest.files import Bundle, RawFile
from ingest.json_items import items
from ingest.records import Identifier, Name, Ownership, Record, entity_id
from ingest.source import Client, DatasetInfo

NAME = "ror"
PAGE = "https://ror.org/"

DATASETS = (
    DatasetInfo(
        name=NAME,
        title="Research Organization Registry",
        authority="ROR, operated by the California Digital Library, Crossref and DataCite",
        legal_basis="",
        homepage=PAGE,
        url="",
        cadence="monthly",
        # About 120,000 in a whole release, 51,370 in the records changed since version 1.
        bounds=(25_000, 360_000),
        fresh_days=60,
        kind="register",
    ),
)

ID = re.compile(r"https://ror\.org/(0[a-z0-9]{8})")
NAME_KINDS = {"ror_display": "primary", "label": "alias", "alias": "alias", "acronym": "weak"}
STATUSES = ("active", "inactive", "withdrawn")
SCHEMES = {"grid": "GRID", "isni": "ISNI", "wikidata": "Wikidata", "fundref": "Funder ID"}
RELATED = ("related", "successor", "predecessor")
# What the registry says further of a record; the raw record keeps it.
PASSED_OVER = ("established", "domains", "links", "locations")


def fetch(client: Client) -> Bundle:
    raise NoDownload(
        "ROR publishes its releases as archives of several files: load the newest one with --from, as it is."
    )


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if _is_ours(file)]


def _is_ours(file: RawFile) -> bool:
    head = file.head(1 << 16).removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith((b"[", b"{")) and b'"https://ror.org/0' in head and b'"names"' in head


def published_on(bundle: Bundle) -> date | None:
    """Read the date of the release out of the file's name, v1.73-2025-10-28-ror-data.json."""
    return bundle.only.dated()


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    """Yield each record with the children that it alone states, then the organisations that are only named."""
    held: set[str] = set()
    parents: set[tuple[str, str]] = set()
    named: dict[str, str] = {}
    for entry in items(bundle.only):
        key = str(entry.get("id", ""))
        held.add(key)
        if entry.get("status") == "withdrawn":
            continue
        for item in _relationships(entry):
            if item["type"] in ("parent", "child"):
                named[item["id"]] = str(item.get("label", ""))
            if item["type"] == "parent":
                parents.add((key, item["id"]))
    for entry in items(bundle.only):
        key = str(entry.get("id", ""))
        yield entry | {
            "CHILDREN": [
                item["id"]
                for item in _relationships(entry)
                if item["type"] == "child" and (item["id"], key) not in parents
            ]
        }
    for key, label in named.items():
        if key not in held:
            yield {"id": key, "label": label}


def _relationships(entry: dict[str, Any]) -> list[dict[str, Any]]:
    found = entry.get("relationships") or []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise IngestError(f"The relationships of {entry.get('id')} are no list.")
    return [item | {"type": str(item["type"]).lower(), "id": str(item["id"])} for item in found]


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        if "label" in row:
            audit.skip("named as a parent or child, without a record of its own in this file: kept by name")
            yield Record(NAME, _key(row["id"]), "Organization", names=[Name(row["label"])], raw=dict(row))
            continue
        audit.row()
        yield parse_organisation(row, audit)


def _key(address: str) -> str:
    if found := ID.fullmatch(address):
        return found[1]
    raise IngestError(f"{address[:100]!r} is no ROR id such as https://ror.org/0006s4z66.")


def parse_organisation(row: dict[str, Any], audit: Audit) -> Record:
    children = row.pop("CHILDREN")
    raw = dict(row)
    key, types, status = _key(str(row.pop("id", ""))), row.pop("types", []), row.pop("status", "")
    if status not in STATUSES:
        audit.doubt("unknown status", status)
    countries = [country_code(text, audit) for text in _countries(row)]
    identifiers = [Identifier("ROR", key)]
    for item in row.pop("external_ids", None) or []:
        scheme = SCHEMES.get(str(item.get("type", "")).lower(), "")
        if not scheme:
            audit.doubt("unknown kind of external id", item.get("type"))
        preferred = item.get("preferred") or next(iter(item.get("all") or []), "")
        identifiers.append(Identifier(scheme or "other", str(preferred)[:300]))
    admin = row.pop("admin", None) or {}
    changed = (admin.get("last_modified") or {}).get("date", "")
    release = row.pop("release", "")
    stated = f"release {release}" if release else f"record of {changed}" if changed else "undated"
    properties: dict[str, Any] = {"status": [status], "types": types} | {
        item["type"]: [] for item in _relationships(row) if item["type"] in RELATED
    }
    record = Record(
        dataset=NAME,
        key=key,
        schema="Company" if "company" in types else "PublicBody" if "government" in types else "Organization",
        names=_names(row.pop("names", None) or [], audit),
        countries=countries,
        identifiers=identifiers,
        raw=raw,
    )
    for item in _relationships(row):
        label = str(item.get("label", ""))
        if item["type"] in RELATED:
            properties[item["type"]].append(f"{label} ({_key(item['id'])})")
        elif item["type"] not in ("parent", "child"):
            audit.doubt("unknown kind of relationship", item["type"])
        elif status == "withdrawn":
            audit.skip("relationship of a withdrawn record")
        elif _key(item["id"]) == key:
            audit.doubt("parent of itself", key)
        elif item["type"] == "parent":
            quote = f"{record.caption}: parent {label}"
            record.ownerships.append(_edge(_key(item["id"]), key, stated, quote))
        elif item["id"] in children:
            quote = f"{record.caption}: child {label}"
            record.ownerships.append(_edge(key, _key(item["id"]), stated, quote))
    row.pop("relationships", None)
    for field in PASSED_OVER:
        row.pop(field, None)
    record.properties = properties
    audit.leftovers(row, NAME)
    return record


def _countries(row: dict[str, Any]) -> list[str]:
    places = [item.get("geonames_details") or {} for item in row.get("locations") or []]
    return [str(row.pop("country", "")), *(str(place.get("country_code", "")) for place in places)]


def _names(items: list[dict[str, Any]], audit: Audit) -> list[Name]:
    """Put the registry's own choice of name first."""
    names = []
    for item in items:
        kinds = item.get("types") or item.get("t") or []
        kind = next((NAME_KINDS[known] for known in NAME_KINDS if known in kinds), "")
        if not kind:
            audit.doubt("unknown kind of name", kinds)
        text = " ".join(str(item.get("value") or item.get("v") or "").split())
        if not text:
            raise IngestError("A name of the registry has no text.")
        names.append(Name(text, kind or "alias", str(item.get("lang") or "")))
        if left := set(item) - {"value", "types", "lang", "v", "t"}:
            audit.doubt("unread field of a name", sorted(left))
    return sorted(names, key=lambda name: name.kind != "primary")


def _edge(owner: str, asset: str, stated: str, quote: str) -> Ownership:
    return Ownership(
        owner_id=entity_id(NAME, owner),
        asset_id=entity_id(NAME, asset),
        kind=OwnershipKind.AFFILIATE.value,
        citation=f"Research Organization Registry, {stated}",
        url=f"https://ror.org/{asset}",
        quote=quote,
    )
