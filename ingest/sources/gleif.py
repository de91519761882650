"""GLEIF's register of legal entities and their parents (CSV, XML, JSON, and answers of its API): who is who, who consolidates whom.

Three tables make one version: Level 1 (companies), Level 2 (relationships) and the exceptions, by which a company
says why it names no parent. A delta changes what it names and leaves the rest; so do the API's answers.

A relationship is consolidation in the accounts: control, without a percentage, so that no percentage is kept. Fund
managers and feeders are affiliates, sub-funds and international branches parts of the company that they belong to. An
ended relationship is kept with its end. A parent that the copy does not hold is kept as a bare LEI.

Dates of renewal, events and addresses other than the legal one and the headquarters are not kept: the archived file
has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from ingest.audit import Audit
from ingest.files import Bundle, RawFile
from ingest.records import Address, Identifier, Name, Ownership, Record, entity_id
from ingest.source import Client, DatasetInfo, Extent
from ingest.sources import _gleif_files as files
from ingest.sources import _gleif_words as words

DATASET = "gleif"
API = "https://goldencopy.gleif.org/api/v2/golden-copies/publishes"

DATASETS: tuple[DatasetInfo, ...] = (
    DatasetInfo(
        name=DATASET,
        title="Global LEI Index: companies and their parents",
        authority="Global Legal Entity Identifier Foundation",
        legal_basis="published under CC0",
        homepage="https://www.gleif.org/en/lei-data/gleif-golden-copy",
        url=f"{API}/lei2/latest.csv",
        cadence="three times a day",
        kind="register",
        bounds=(2_000_000, 9_000_000),
        fresh_days=35,
        # Nobody's machine is to fetch a gigabyte unasked.
        every_hours=0,
    ),
)

# Columns that are known and not kept.
UNREAD = re.compile(
    r"Registration\.|ConformityFlag|Extension\.|Entity\.(?:OtherAddresses|TransliteratedOtherAddresses"
    r"|LegalEntityEvents|AssociatedEntity|EntitySubCategory|LegalEntityEvent)\b"
    r"|Entity\.(?:Legal|Headquarters)Address\.|Entity\.EntityExpirationReason"
    r"|Entity\.RegistrationAuthority\.OtherRegistrationAuthorityID"
    r"|Entity\.SuccessorEntity\.\d+\.SuccessorEntityName\.|entity\.successorEntities\.\d+\.lang|Entity\.LegalForm\.|Relationship\.(?:Qualifiers|Quantifiers)\."
    r"|Relationship\.Period\.|ContentDate|NextVersion|mic|ocid|qcc|spglobal|conformityFlag|validFrom|validTo"
    r"|entity\.(?:eventGroups|otherAddresses|associatedEntity|successorEntity|expiration)\b|registration\."
)
DELETED = "Extension.Deletion.DeletedAt"
USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
LEI = re.compile(r"[0-9A-Z]{18}\d\d")
# Letters as the numbers 10 to 35, for the check digits of an LEI.
AS_NUMBERS = {
    ord(letter): str(number) for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=10)
}


def fetch(client: Client) -> Bundle:
    """Download the three tables of the latest golden copy."""
    tables = [
        client.get(f"{API}/{name}/latest.csv", f"gleif-{name}.csv")
        for name in (files.LEI, files.RELATIONSHIPS, files.EXCEPTIONS)
    ]
    return client.bundle(*tables)


def recognise(found: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return files.versions(found)


def extent(bundle: Bundle) -> Extent:
    """A copy is what its least whole file is."""
    extents = {files.extent_of(file) for file in bundle.files}
    return next(kind for kind in (Extent.ANSWERS, Extent.DELTA, Extent.WHOLE) if kind in extents)


def published_on(bundle: Bundle) -> date | None:
    return max((day for file in bundle.files if (day := files.day_of(file))), default=None)


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    return files.rows(bundle)


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.rows += 1
        if "Relationship.RelationshipType" in row or "Relationship.StartNode.NodeID" in row:
            yield from relationship(row, audit)
        elif "Exception.Category" in row:
            yield from exception(row, audit)
        else:
            yield company(row, audit)


def company(row: dict[str, Any], audit: Audit) -> Record:
    """Read a row of Level 1."""
    take = row.pop
    lei = take("LEI", "").strip()
    if not LEI.fullmatch(lei):
        audit.doubt("company without an LEI that is one", lei or row)
    names = [Name(take("Entity.LegalName", ""), "primary", take("Entity.LegalName.xmllang", ""))]
    if not names[0].text.strip():
        audit.doubt("company without a legal name", lei)
    for stem in (
        "OtherEntityNames.OtherEntityName",
        "TransliteratedOtherEntityNames.TransliteratedOtherEntityName",
    ):
        number = 1
        while text := take(f"Entity.{stem}.{number}", ""):
            said = take(f"Entity.{stem}.{number}.type", "")
            kind = words.NAME_KINDS.get(said)
            if kind is None:
                audit.doubt("kind of name that is not known", said or text)
            lang = take(f"Entity.{stem}.{number}.xmllang", "")
            if text != names[0].text:
                names.append(Name(text, kind or "alias", lang))
            number += 1
    countries: list[str] = []
    addresses: list[Address] = []
    for stem in ("Entity.LegalAddress.", "Entity.HeadquartersAddress."):
        country = _country(take(f"{stem}Country", ""), audit)
        lines = [take(f"{stem}FirstAddressLine", ""), *_numbered(row, f"{stem}AdditionalAddressLine")]
        lines += (take(f"{stem}PostalCode", ""), take(f"{stem}City", ""))
        addresses.append(Address(", ".join(filter(None, lines)), country))
        countries.append(country)
    if addresses[0] == addresses[1]:
        del addresses[1]
    countries.insert(0, _country(take("Entity.LegalJurisdiction", "")[:2], audit))
    category = take("Entity.EntityCategory", "GENERAL")
    properties = _standing(row, category, audit)
    identifiers = [Identifier("LEI", lei, "", _is_valid(lei)), *_registered(row, countries[0])]
    _leftovers(row, audit, "a company")
    schema = words.SCHEMAS.get(category, "Company")
    return Record(
        DATASET,
        lei,
        schema,
        names,
        countries,
        identifiers,
        addresses,
        properties=properties,
        raw={"company": True},
    )


def _standing(row: dict[str, Any], category: str, audit: Audit) -> dict[str, Any]:
    """Say what a company is and what became of it; nothing where it is active and its LEI in order."""
    said: dict[str, Any] = {}
    if category != "GENERAL":
        said["is"] = _word(words.CATEGORIES, category, "category", audit)
    if form := row.pop("Entity.LegalForm.EntityLegalFormCode", ""):
        said["legal form"] = form
    if created := row.pop("Entity.EntityCreationDate", ""):
        said["created"] = created[:10]
    if (status := row.pop("Entity.EntityStatus", "ACTIVE")) not in ("ACTIVE", "NULL"):
        said["status"] = status.lower()
    if ended := row.pop("Entity.EntityExpirationDate", ""):
        said["ceased"] = ended[:10]
    if (status := row.pop("Registration.RegistrationStatus", "ISSUED")) != "ISSUED":
        said["registration"] = _word(words.REGISTRATIONS, status, "status of registration", audit)
    if (
        "Entity.SuccessorEntity.1.SuccessorLEI" in row
        or "Entity.SuccessorEntity.1.SuccessorEntityName" in row
    ):
        said["succeeded by"] = [*_successors(row)]
    return said


def _successors(row: dict[str, Any]) -> Iterator[str]:
    for number in range(1, 10):
        lei = row.pop(f"Entity.SuccessorEntity.{number}.SuccessorLEI", "")
        name = row.pop(f"Entity.SuccessorEntity.{number}.SuccessorEntityName", "")
        if lei or name:
            yield " ".join(filter(None, (lei, name)))


def _registered(row: dict[str, Any], country: str) -> Iterator[Identifier]:
    """Read the company's number in its own register, and a bank's code."""
    register = row.pop("Entity.RegistrationAuthority.RegistrationAuthorityID", "")
    if number := row.pop("Entity.RegistrationAuthority.RegistrationAuthorityEntityID", ""):
        is_uscc = country == "cn" and USCC.fullmatch(number)
        yield Identifier("USCC" if is_uscc else register or "Registration number", number, country)
    for code in _numbered(row, "bic"):
        yield Identifier("BIC", code)


def relationship(row: dict[str, Any], audit: Audit) -> Iterator[Record]:
    """Read a row of Level 2: the edge, stated on the child, and both ends, so that neither is lost."""
    child, parent = row.pop("Relationship.StartNode.NodeID", ""), row.pop("Relationship.EndNode.NodeID", "")
    types = {row.pop(f"Relationship.{end}Node.NodeIDType", "") for end in ("Start", "End")}
    said = row.pop("Relationship.RelationshipType", "")
    status = row.pop("Relationship.RelationshipStatus", "ACTIVE")
    record_status = row.pop("Registration.RegistrationStatus", "PUBLISHED")
    gone = bool(row.pop(DELETED, "")) or record_status in words.NEVER_SO
    start, end = _period(row, audit)
    ended = status != "ACTIVE" or record_status == "RETIRED"
    updated = row.pop("Registration.LastUpdateDate", "")
    amount = row.pop("Relationship.Quantifiers.1.QuantifierAmount", "")
    _leftovers(row, audit, "a relationship")
    if types != {"LEI"}:
        audit.skip("relationship with a party that has no LEI")
        return
    if not (LEI.fullmatch(child) and LEI.fullmatch(parent)):
        audit.doubt("relationship without two LEIs", f"{child} {parent}")
        return
    if said not in words.RELATIONSHIPS:
        audit.doubt("type of relationship that is not known", said)
        return
    kind, called = words.RELATIONSHIPS[said]
    edge = Ownership(
        owner_id=entity_id(DATASET, parent),
        asset_id=entity_id(DATASET, child),
        kind=kind,
        citation=f"GLEIF Level 2: {called}",
        start=start,
        # A relationship that ended on a day that nobody states had ended when its record was last updated.
        end=end or (_day(updated, audit) if ended else None),
        url=f"https://search.gleif.org/#/record/{child}",
        quote=f"percentage stated: {amount}" if amount else "",
    )
    if gone:
        yield _bare(child, [], {"gone": (edge.citation, edge.owner_id)})
        return
    yield _bare(child, [edge], {})
    yield _bare(parent, [], {})


def _period(row: dict[str, Any], audit: Audit) -> tuple[date | None, date | None]:
    """Return when the relationship began and ended; periods of accounts and filings say nothing of that."""
    number = 1
    found: tuple[date | None, date | None] = (None, None)
    while kind := row.pop(f"Relationship.Period.{number}.periodType", ""):
        start, end = (row.pop(f"Relationship.Period.{number}.{name}Date", "") for name in ("start", "end"))
        if kind == "RELATIONSHIP_PERIOD":
            found = (_day(start, audit), _day(end, audit))
        number += 1
    return found


def exception(row: dict[str, Any], audit: Audit) -> Iterator[Record]:
    """Read why a company names no parent of a kind."""
    lei = row.pop("LEI", "")
    category = row.pop("Exception.Category", "")
    gone = bool(row.pop(DELETED, ""))
    reasons, references = (list(_numbered(row, f"Exception.{what}")) for what in ("Reason", "Reference"))
    _leftovers(row, audit, "an exception")
    if not LEI.fullmatch(lei) or category not in words.PARENTS:
        audit.doubt("exception that is not understood", f"{lei} {category}")
        return
    told = "; ".join(_word(words.REASONS, reason, "reason of an exception", audit) for reason in reasons)
    said = f"not stated because {told}{''.join(f' ({text})' for text in references)}"
    yield _bare(lei, [], {"parent": words.PARENTS[category], "said": "" if gone else said})


def _numbered(row: dict[str, Any], stem: str) -> Iterator[str]:
    number = 1
    while text := row.pop(f"{stem}.{number}", ""):
        yield text
        number += 1


def _bare(lei: str, edges: list[Ownership], raw: dict[str, Any]) -> Record:
    return Record(DATASET, lei, "Company", [], ownerships=edges, raw=raw)


def combine(rows: list[Record], held: Record | None) -> Record | None:
    """Make one record of a company's own row, its relationships and its exceptions, over what is held in a delta.

    The last row of a kind counts. A stated parent overtakes the exception that says why there is none.
    """
    own = held
    edges = {(edge.citation, edge.owner_id): edge for edge in held.ownerships} if held else {}
    parents: dict[str, str] = dict(held.properties.get("parents", {})) if held else {}
    for row in rows:
        if row.names:
            own = row
        for edge in row.ownerships:
            edges[edge.citation, edge.owner_id] = edge
        if gone := row.raw.get("gone"):
            edges.pop(gone, None)
        if parent := row.raw.get("parent"):
            parents[parent] = row.raw["said"]
    if own is None:
        if all("gone" in row.raw for row in rows):
            return None
        # Others point to it, and the copy does not hold it.
        own = rows[0]
        own.names = [Name(f"LEI {own.key}", "weak")]
        own.identifiers = [Identifier("LEI", own.key, "", _is_valid(own.key))]
        own.properties = {"is": "known only as the end of a relationship: the copy does not hold its own row"}
    own.ownerships = list(edges.values())
    for edge in own.ownerships:
        if edge.end is None:
            parents.pop(words.OVERTAKES.get(edge.citation.partition(": ")[2], ""), None)
    parents = {parent: said for parent, said in parents.items() if said}
    if parents or "parents" in own.properties:
        own.properties = {**own.properties, "parents": parents}
        if not parents:
            del own.properties["parents"]
    return own


def _word(known: dict[str, str], code: str, what: str, audit: Audit) -> str:
    if code not in known:
        audit.doubt(f"{what} that is not known", code)
    return known.get(code, code)


def _country(code: str, audit: Audit) -> str:
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
        audit.doubt("unknown country", code)
        return ""
    return code.lower()


def _day(text: str, audit: Audit) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        audit.doubt("date that is none", text)
        return None


@lru_cache(maxsize=1)
def _known() -> set[str]:
    """Collect the columns that UNREAD names, so that each is looked at once."""
    return set()


def _leftovers(row: dict[str, Any], audit: Audit, where: str) -> None:
    known = _known()
    for name in row.keys() - known:
        if UNREAD.match(name):
            known.add(name)
        else:
            audit.leftovers({name: row[name]}, where)


def _is_valid(lei: str) -> bool:
    """Check an LEI's last two digits (ISO 17442, by ISO 7064 MOD 97-10)."""
    return int(lei.translate(AS_NUMBERS)) % 97 == 1 if LEI.fullmatch(lei) else False
