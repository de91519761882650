"""Companies House: the register of UK companies (CSV) and their persons with significant control (JSON lines).

Shares and votes are told in bands: more than 25 and up to 50 %, more than 50 and less than 75 %, 75 % or more. Shares
are edges with that band; votes, the right to appoint directors and significant influence are control. A notice that
ceased is kept with its end. Of a person only the name is kept, and that it is a person. A company that is a UK
company's owner and states its own number is that company's row; another is a row of its own, by name, country
and number.

Super-secure persons and the statements of companies that know no such person, or have not found out, are told in the
company's own words beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from entities.choices import OwnershipKind
from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError, NoDownload
from ingest.files import Bundle, RawFile, table, width
from ingest.json_items import items
from ingest.records import Address, Identifier, Name, Ownership, Record, entity_id
from ingest.source import Client, DatasetInfo

DATASET = "gb_companies_house"
PAGE = "https://find-and-update.company-information.service.gov.uk/company/"

DATASETS: tuple[DatasetInfo, ...] = (
    DatasetInfo(
        name=DATASET,
        title="UK companies and persons with significant control",
        authority="Companies House",
        legal_basis="Companies Act 2006, part 21A",
        homepage="https://download.companieshouse.gov.uk/",
        url="",
        cadence="companies monthly, persons with significant control daily",
        kind="register",
        bounds=(3_000_000, 40_000_000),
        fresh_days=40,
        every_hours=0,
    ),
)

HEAD = 1 << 15
COMPANY_COLUMNS = {"CompanyName", "CompanyNumber", "CompanyStatus"}
CONTROL_MARKS = (b'"company_number"', b'"data"')
NOT_KEPT = re.compile(
    r"(?:Accounts|Returns|Mortgages|LimitedPartnerships|ConfStmt|SICCode)|URI|CountryOfOrigin$"
)
# The words of a band, as they stand at the end of a nature of control, and its bounds.
BANDS = {
    "25-to-50-percent": (Decimal(25), Decimal(50)),
    "50-to-75-percent": (Decimal(50), Decimal(75)),
    "75-to-100-percent": (Decimal(75), Decimal(100)),
    "more-than-25-percent": (Decimal(25), Decimal(100)),
}
NATURE = re.compile(
    r"(?P<what>ownership-of-shares|voting-rights|right-to-share-surplus-assets|right-to-appoint-and-remove-[a-z]+"
    r"|significant-influence-or-control|part-right-to-share-surplus-assets|registered-owner-as-nominee[a-z-]*)"
    r"(?:-(?P<band>\d+-to-\d+-percent|more-than-25-percent))?(?P<rest>(?:-[a-z-]+)?)"
)
PERSONS = ("individual-person-with-significant-control", "individual-beneficial-owner")
COMPANIES = ("corporate-entity-person-with-significant-control", "corporate-entity-beneficial-owner")
BODIES = ("legal-person-person-with-significant-control", "legal-person-beneficial-owner")
STATEMENTS = ("persons-with-significant-control-statement", "exemptions")
SECRET = ("super-secure-person-with-significant-control", "super-secure-beneficial-owner")
# What is known of a person or an owner and not kept.
OWNER_UNREAD = (
    *("address", "etag", "links", "name_elements", "date_of_birth", "nationality", "country_of_residence"),
    *("principal_office_address", "ceased", "description", "is_sanctioned", "identity_verification_details"),
)
# A number that Companies House gave: eight digits, or letters and fewer.
NUMBER = re.compile(r"(?:[A-Z]{2}\d{6}|R\d{7}|\d{8}|[A-Z]{2}\d{5}[A-Z])")
HOME = re.compile(
    r"england|wales|scotland|northern ireland|united kingdom|great britain|companies house|\buk\b", re.I
)


def fetch(client: Client) -> Bundle:
    raise NoDownload(
        "Download the two snapshots from download.companieshouse.gov.uk and hand them in with --from."
    )


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    """Take the parts of the two snapshots that lie together for one version."""
    found = [file for file in files if _is_companies(file) or _is_control(file)]
    return [tuple(sorted(found, key=lambda file: (not _is_companies(file), file.name)))] if found else []


def _is_companies(file: RawFile) -> bool:
    first = file.head(HEAD).decode("utf-8-sig", "replace").partition("\n")[0]
    return {name.strip(' "\r') for name in first.split(",")} >= COMPANY_COLUMNS


def _is_control(file: RawFile) -> bool:
    head = file.head(HEAD)
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"[")) and all(
        mark in head for mark in CONTROL_MARKS
    )


def published_on(bundle: Bundle) -> date | None:
    return max((day for file in bundle.files if (day := file.dated())), default=None)


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    if not any(map(_is_companies, bundle.files)):
        raise IngestError(
            f"{bundle.origin} holds no BasicCompanyData: without it nobody knows the companies' names."
        )
    for file in bundle.files:
        if not _is_companies(file):
            yield from items(file)
            continue
        columns = width(file)
        lines = table(file, columns=columns)
        header = [name.strip() for name in next(lines, [])]
        if len(set(header)) != columns:
            raise IngestError(f"{file.name} names a column twice.")
        for cells in lines:
            yield {name: cell for name, cell in zip(header, cells, strict=True) if cell}


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.rows += 1
        if "CompanyNumber" in row or "CompanyName" in row:
            yield company(row, audit)
        elif "company_number" in row and isinstance(row.get("data"), dict):
            yield from control(str(row["company_number"]), dict(row["data"]), audit)
        elif str((row.get("data") or {}).get("kind", "")).startswith("totals"):
            audit.skip("the snapshot's own count")
        else:
            audit.doubt("row that is no company and no notice of control", row)


def company(row: dict[str, Any], audit: Audit) -> Record:
    number, text = row.pop("CompanyNumber", "").strip(), row.pop("CompanyName", "").strip()
    if not NUMBER.fullmatch(number):
        audit.doubt("company number that is none", f"{number} {text}")
    if not text:
        audit.doubt("company without a name", number)
    names = [Name(text)] if text else []
    for position in range(1, 11):
        row.pop(f"PreviousName_{position}.CONDATE", "")
        if former := row.pop(f"PreviousName_{position}.CompanyName", ""):
            names.append(Name(former, "former"))
    place = [
        row.pop(f"RegAddress.{part}", "")
        for part in ("AddressLine1", "AddressLine2", "PostTown", "County", "PostCode")
    ]
    for part in ("CareOf", "POBox", "Country"):
        row.pop(f"RegAddress.{part}", "")
    said = {
        "kind": row.pop("CompanyCategory", ""),
        "status": "" if (status := row.pop("CompanyStatus", "")) == "Active" else status,
        "created": _iso(row.pop("IncorporationDate", ""), audit),
        "dissolved": _iso(row.pop("DissolutionDate", ""), audit),
    }
    audit.leftovers({name: value for name, value in row.items() if not NOT_KEPT.match(name)}, "a company")
    return Record(
        DATASET,
        number,
        "Company",
        names,
        ["gb"],
        [Identifier("GB-COH", number, "gb")],
        [Address(", ".join(filter(None, place)), "gb")],
        properties={name: value for name, value in said.items() if value},
        raw={"company": True},
    )


def control(number: str, data: dict[str, Any], audit: Audit) -> Iterator[Record]:
    """Read one notice: who has significant control of a company, or what it says instead."""
    kind = data.pop("kind", "")
    start, end = (_day(data.pop(name, None), audit) for name in ("notified_on", "ceased_on"))
    if kind in STATEMENTS or kind in SECRET:
        words = str(data.pop("statement", "") or data.get("description", "") or kind)
        for part in ("linked_psc_name", "restrictions_notice_withdrawal_reason", "exemptions"):
            data.pop(part, None)
        audit.leftovers(_unread(data), "a statement")
        said = words.replace("-", " ")
        yield _part(
            number, [], {"said": f"{said}{f', since {start}' if start else ''}"} if end is None else {}
        )
        return
    if kind not in PERSONS + COMPANIES + BODIES:
        audit.doubt("kind of notice that is not known", kind)
        return
    self = str((data.get("links") or {}).get("self", "")) if isinstance(data.get("links"), dict) else ""
    owner = _owner(kind, number, self, data, audit)
    natures = data.pop("natures_of_control", None) or []
    audit.leftovers(_unread(data), "a notice")
    if owner is None:
        audit.doubt("notice without a name", f"{number} {self}")
        return
    edges = [
        edge
        for nature in natures
        if (edge := _edge(number, owner, str(nature), start, end, self, audit)) is not None
    ]
    if not natures:
        audit.doubt("notice without a nature of control", f"{number} {owner.caption}")
    yield owner
    yield _part(number, edges, {})


def _owner(kind: str, number: str, self: str, data: dict[str, Any], audit: Audit) -> Record | None:
    """Make the owner's row: a UK company is its own, anyone else the one of this notice."""
    text = str(data.pop("name", None) or "").strip()
    identification = data.pop("identification", None) or {}
    if not text:
        return None
    if kind in PERSONS:
        return Record(
            DATASET, f"person {self or f'{number} {text}'}", "Person", [Name(text)], raw={"owner": True}
        )
    stated = str(identification.get("registration_number") or "").strip().upper()
    place = str(identification.get("country_registered") or "").strip()
    where = f"{place} {identification.get('place_registered') or ''}"
    if stated.isdigit() and len(stated) < 8:
        stated = stated.zfill(8)
    if NUMBER.fullmatch(stated) and HOME.search(where):
        return Record(
            DATASET,
            stated,
            "Company",
            [Name(text)],
            ["gb"],
            [Identifier("GB-COH", stated, "gb")],
            raw={"owner": True},
        )
    country = country_code(place, audit) if place else ""
    schema = "PublicBody" if kind in BODIES else "Company"
    identifiers = [Identifier("Registration number", stated, country)] if stated else []
    key = f"owner {text.casefold()} {country} {stated}".strip()
    return Record(DATASET, key, schema, [Name(text)], [country], identifiers, raw={"owner": True})


def _edge(
    number: str, owner: Record, nature: str, start: date | None, end: date | None, self: str, audit: Audit
) -> Ownership | None:
    found = NATURE.fullmatch(nature)
    if found is None:
        audit.doubt("nature of control that is not known", nature)
        return None
    # As one of the trustees or members of a firm, nobody holds the shares alone.
    alone = not found["rest"] or found["rest"] in (
        "-registered-overseas-entity",
        "-limited-liability-partnership",
    )
    holds = found["what"] == "ownership-of-shares" and alone and found["band"] is not None
    low, high = BANDS.get(found["band"] or "", (None, None)) if holds else (None, None)
    if found["band"] and found["band"] not in BANDS:
        audit.doubt("band of shares that is not known", nature)
    return Ownership(
        owner_id=owner.id,
        asset_id=entity_id(DATASET, number),
        kind=(OwnershipKind.SHAREHOLDING if holds else OwnershipKind.CONTROL).value,
        citation=f"Companies House, person with significant control of {number}: {nature.replace('-', ' ')}",
        share_min=low,
        share_max=high,
        start=start,
        end=end,
        url=f"{PAGE}{number}/persons-with-significant-control",
    )


def _unread(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in OWNER_UNREAD}


def _part(number: str, edges: list[Ownership], raw: dict[str, Any]) -> Record:
    return Record(DATASET, number, "Company", [], ["gb"], ownerships=edges, raw=raw)


def combine(rows: list[Record], held: Record | None) -> Record | None:
    """Make one record of a company's own row, the notices of its owners and its own statements."""
    own = next((row for row in rows if row.raw.get("company")), None) or next(
        (row for row in rows if row.names), None
    )
    if own is None:
        own = rows[0]
        own.names = [Name(f"company number {own.key}", "weak")]
        own.identifiers = [Identifier("GB-COH", own.key, "gb")]
        own.properties = {"is": "known only by a notice of control: the copy does not hold its own row"}
    own.ownerships = [edge for row in rows for edge in row.ownerships]
    if said := [row.raw["said"] for row in rows if "said" in row.raw]:
        own.properties = own.properties | {"on persons with significant control": said}
    return own


def _iso(text: str, audit: Audit) -> str:
    """Turn a British date into an ISO one."""
    found = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text)
    if text and not found:
        audit.doubt("date that is none", text)
    return f"{found[3]}-{found[2]}-{found[1]}" if found else ""


def _day(value: Any, audit: Audit) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        audit.doubt("date that is none", value)
        return None
