"""World Bank listing of ineligible firms and individuals (JSON).

A debarment from procurement, not a sanction of a state. The service wants the key that the Bank's public page
holds for every visitor.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, refuse_html
from ingest.records import Address, Identifier, Listing, Name, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._dates import read_day, year_first

PAGE = "https://projects.worldbank.org/en/projects-operations/procurement/debarred-firms"
URL = "https://apigwext.worldbank.org/dvsvc/v1.0/json/APPLICATION/ADOBE_EXPRNCE_MGR/FIRM/SANCTIONED_FIRM"

DATASETS = (
    DatasetInfo(
        name="worldbank_debarred",
        title="World Bank Listing of Ineligible Firms and Individuals",
        authority="World Bank Group",
        legal_basis="World Bank procurement and consultant guidelines; Sanctions Procedures",
        homepage=PAGE,
        url=URL,
        cadence="as decisions are taken; the listing is refreshed every few hours",
        measures=("wb-debarment",),
        bounds=(900, 3000),
        fresh_days=7,
    ),
)

SCHEMAS = {"F": "Organization", "I": "Person", "U": "LegalEntity"}
# "*54" points to a footnote of the Bank's page.
FOOTNOTE = re.compile(r"\s*\*\s*\d+(?=\W|$)")
# "(FORMERLY X (PVT) LTD)", "AKA X", ", d/b/a X": a name may hold brackets of its own.
OTHER_NAME = re.compile(
    r"[(,]?\s*\b(?P<how>formerly(?: known as)?|f\.?k\.?a\.?|(?:now |currently |also )?known as|a\.?k\.?a\.?"
    r"|(?:currently |also )?d/?\.?b/?\.?a\.?)(?![A-Za-z])[:\s]+(?P<name>(?:[^()*;]|\([^()]*\))+)\)?",
    re.IGNORECASE,
)
# What follows a name in a remark and is none of it.
AFTER_NAME = re.compile(r"\s*(?:\((?:Reg|N°|No\b|ID\b|Tax)[^()]*\).*|\bas of .*|\bReg\. .*)$", re.IGNORECASE)
NUMBER = re.compile(
    r"(?:\bReg\. ?No\.?|\bTax ID(?: No\.)?|\bNATIONAL ID|\bID No\.|\bCNPJ|N°)\s*:?\s*"
    r"(?P<value>[A-Z]{0,4}[ -]?\d[\dA-Z ./-]*\d[A-Z]?)"
)
FOREVER = date(2999, 12, 31)
# Codes of the Bank's own database; the raw record keeps them.
PASSED_OVER = (
    *("MANDT", "SUPP_STATE_CODE", "LEGACY_FLG", "UN_SUPP_FLG", "INELIG_FLG", "DEBAR_TYPE", "AML_ENTR_IND"),
    *("DNB_ID", "DNB_PAR_ID", "DNB_ULTM_ID", "CRIS_SUPP_ID", "SUPP_ELIG_STAT", "CRPD_MATCH", "CRPD_STAT"),
    *(
        "CREATE_USER",
        "CREATE_DATE",
        "CREATE_TIME",
        "UPD_USER",
        "UPD_DATE",
        "UPD_TIME",
        "REGISTER",
        "REGISTER_ID",
    ),
    *("PARENT", "CREATE_USER_NAME", "UPD_USER_NAME", "RECHK_IND", "LAST_REFRESH_DATE", "LAND1"),
)


def fetch(client: Client) -> Bundle:
    page = client.get(PAGE, "page.html")
    found = re.search(r"propApiKey\s*=\s*[\"']([^\"']+)", page.text())
    if not found:
        raise IngestError("The World Bank's page no longer holds the key of its listing.")
    return client.bundle(client.get(URL, "sanctioned_firm.json", headers={"apikey": found[1]}))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if b'"ZPROCSUPP"' in file.head()]


def published_on(bundle: Bundle) -> date | None:
    found = re.search(rb'"LAST_REFRESH_DATE"\s*:\s*"([\d-]{10})', bundle.only.path.read_bytes())
    return year_first(found[1].decode()) if found else None


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    file = bundle.only
    refuse_html(file)
    try:
        content = json.loads(file.text())
        rows = content["response"]["ZPROCSUPP"]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise TypeError("response.ZPROCSUPP is not a list of entries")
    except (ValueError, RecursionError) as error:
        raise IngestError(f"{file.name} is cut off or not JSON: {error}.") from error
    except (KeyError, TypeError, IndexError) as error:
        raise IngestError(
            f"{file.name} does not hold response.ZPROCSUPP, the World Bank's listing."
        ) from error
    for row in rows:
        # NUL, which no database accepts, goes.
        yield {
            str(key): " ".join(str(value).replace("\0", "").split())
            for key, value in row.items()
            if value is not None
        }


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.row()
        yield parse_supplier(row, audit)


def parse_supplier(row: dict[str, str], audit: Audit) -> Record:
    raw = dict(row)
    key = row.pop("SUPP_ID", "")
    if not key:
        raise IngestError("An entry of the World Bank's listing has no SUPP_ID.")
    kind = row.pop("SUPP_TYPE_CODE", "")
    if kind not in SCHEMAS:
        audit.doubt("unknown type of supplier", kind)
    country_name = row.pop("COUNTRY_NAME", "")
    country = country_code(country_name, audit)
    parts = [row.pop(f"SUPP_{part}", "") for part in ("ADDR", "CITY", "PROV_NAME", "ZIP_CODE", "POST_CODE")]
    before, after = row.pop("SUPP_PRE_ACRN", ""), row.pop("SUPP_POST_ACRN", "")
    remark = FOOTNOTE.sub("", row.pop("ADD_SUPP_INFO", ""))
    record = Record(
        dataset="worldbank_debarred",
        key=key,
        schema=SCHEMAS.get(kind, "LegalEntity"),
        names=list(_names(row.pop("SUPP_NAME", ""), before, after, remark)),
        countries=[country],
        identifiers=[
            Identifier("Registration number", match["value"].strip()[:300], country)
            for match in NUMBER.finditer(remark)
        ],
        addresses=[Address(", ".join(filter(None, [*parts, country_name])), country)],
        listings=[_listing(key, row, audit)],
        raw=raw,
    )
    for field in PASSED_OVER:
        row.pop(field, None)
    audit.leftovers(row, "entry")
    return record


def _names(text: str, before: str, after: str, remark: str) -> Iterator[Name]:
    """Yield the name without its footnote, with its acronyms, and the names told in brackets and the remark."""
    text = FOOTNOTE.sub("", text)
    main = OTHER_NAME.sub(" ", text)
    main = " ".join(main.split()).strip(" ,") or text
    yield Name(main)
    before = "" if before in ("M/S", "MR") or main.startswith(before) else before
    after = "" if main.upper().endswith((after.upper(), "LIMITED")) else after
    if before or after:
        yield Name(" ".join(filter(None, [before, main, after])), "alias")
    for match in [*OTHER_NAME.finditer(text), *OTHER_NAME.finditer(remark)]:
        former = match["how"].lower().startswith("f")
        name = AFTER_NAME.sub("", match["name"]).strip(" ,")
        yield Name(name, "former" if former else "alias")


def _listing(key: str, row: dict[str, str], audit: Audit) -> Listing:
    start = read_day(row.pop("DEBAR_FROM_DATE", ""), audit, "DEBAR_FROM_DATE")
    end = read_day(row.pop("DEBAR_TO_DATE", ""), audit, "DEBAR_TO_DATE")
    if end and end >= FOREVER:
        end = None
    states = (row.pop("ELIG_STAT", ""), row.pop("INELIGIBLY_STATUS", ""))
    reason = row.pop("DEBAR_REASON", "")
    return Listing(
        measures=("wb-debarment",),
        programme="Cross-debarment" if reason.lower().startswith("cross") else "Debarment",
        citation=f"SUPP_ID {key}",
        requirement="; ".join(filter(None, states)),
        reason=reason,
        start=start,
        start_basis="DEBAR_FROM_DATE" if start else "",
        end=end,
        end_basis="DEBAR_TO_DATE" if end else "",
        source_url=PAGE,
    )
