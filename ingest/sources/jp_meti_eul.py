"""Foreign End User List of Japan's Ministry of Economy, Trade and Industry: a ruled table in a PDF."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pdfplumber
from pdfplumber.pdf import PDF

from ingest.audit import Audit
from ingest.countries import country_code
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile
from ingest.records import Listing, Name, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._html_page import links_of

PAGE = "https://www.meti.go.jp/english/policy/external_economy/trade_control/index.html"

DATASETS: tuple[DatasetInfo, ...] = (
    DatasetInfo(
        name="jp_meti_eul",
        title="Japan METI Foreign End User List",
        authority="Ministry of Economy, Trade and Industry of Japan",
        legal_basis="Foreign Exchange and Foreign Trade Act; catch-all controls",
        homepage=PAGE,
        url=PAGE,
        cadence="yearly or oftener",
        measures=("jp-meti-eul",),
        bounds=(500, 2000),
        fresh_days=30,
    ),
)

COLUMNS = ("No.", "country", "name", "aliases", "WMD", "conventional")
CONCERNS = {"B": "biological weapons", "C": "chemical weapons", "M": "missiles", "N": "nuclear weapons"}
BRACKET = re.compile(r"\s*\(([^()]+)\)\s*$")

# pdfminer warns of every glyph that it cannot draw; only the text matters here.
logging.getLogger("pdfminer").setLevel(logging.ERROR)


def fetch(client: Client) -> Bundle:
    """Follow the English page's link to the list; its address changes with every edition."""
    page = client.get(PAGE, "meti_trade_control.html")
    for url, words in links_of(page, PAGE):
        if url.lower().endswith(".pdf") and re.search(r"end\s*user\s*list", words, re.IGNORECASE):
            return client.bundle(client.get(url, url.rpartition("/")[2]))
    raise IngestError(f"{PAGE} links no End User List any more: download the PDF and load it with --from.")


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [(file,) for file in files if file.head(5) == b"%PDF-" and _is_list(file)]


def _is_list(file: RawFile) -> bool:
    try:
        with _opened(file) as pdf:
            head = unicodedata.normalize("NFKC", pdf.pages[0].extract_text() or "") if pdf.pages else ""
    except IngestError:
        return False
    return "Also Known As" in head and "WMD" in head


def published_on(bundle: Bundle) -> date | None:
    """METI names its files by the day of the press release: 20250929006-1.pdf."""
    found = re.search(r"(20\d\d)(\d\d)(\d\d)", bundle.only.name)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else bundle.only.dated()
    except ValueError:
        return None


@contextmanager
def _opened(file: RawFile) -> Iterator[PDF]:
    try:
        with pdfplumber.open(file.path) as pdf:
            yield pdf
    except IngestError:
        raise
    except Exception as error:  # a damaged PDF raises whatever its broken part happens to break
        raise IngestError(f"{file.name} is cut off or no readable PDF: {type(error).__name__}.") from error


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    """Stream the rows; a row that a page break cut in two is joined again."""
    held: dict[str, Any] | None = None
    with _opened(bundle.only) as pdf:
        for page in pdf.pages:
            for cells in (row for found in page.extract_tables() for row in found):
                if len(cells) != len(COLUMNS):
                    raise IngestError(
                        f"{bundle.only.name} page {page.page_number}: a row has {len(cells)} of {len(COLUMNS)} columns."
                    )
                texts = [unicodedata.normalize("NFKC", cell or "").strip() for cell in cells]
                if texts[0].isdigit():
                    if held:
                        yield held
                    held = dict(zip(COLUMNS, texts, strict=True)) | {"page": page.page_number}
                elif held and not texts[0] and "Also Known As" not in texts[3]:
                    for name, text in zip(COLUMNS, texts, strict=True):
                        held[name] = f"{held[name]}\n{text}".strip()
            page.close()
    if held:
        yield held


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    expected = 0
    for row in rows:
        audit.rows += 1
        number = int(row["No."])
        if number != expected + 1:
            audit.doubt("row numbers are not consecutive", f"{number} after {expected}")
        expected = number
        yield parse_party(dict(row), audit)


def parse_party(row: dict[str, Any], audit: Audit) -> Record:
    raw = dict(row)
    number, page = row.pop("No."), row.pop("page")
    country = country_code(_latin(row.pop("country")), audit)
    names = _names(" ".join(row.pop("name").split()), "primary")
    for alias in _bullets(row.pop("aliases")):
        names += _names(alias, "alias")
    wmd, conventional = row.pop("WMD"), row.pop("conventional")
    letters = re.findall(r"(?<![A-Za-z])[BCMN](?![A-Za-z])", wmd)
    concerns = [CONCERNS[letter] for letter in dict.fromkeys(letters)]
    if "CW" in conventional:
        concerns.append("conventional weapons")
    if not concerns:
        audit.doubt("no concern stated", f"{number}: {wmd} {conventional}")
    audit.leftovers(row, "jp_meti_eul")
    if not names:
        raise IngestError(f"Row {number} of the End User List (page {page}) has no name.")
    words = re.findall(r"[^\W_]+", names[0].text.casefold())
    return Record(
        dataset="jp_meti_eul",
        key=f"{' '.join(words)} / {country}",
        schema="LegalEntity",
        names=names,
        countries=[country],
        listings=[
            Listing(
                measures=("jp-meti-eul",),
                citation="End User List (METI)",
                requirement=f"Concern: {', '.join(concerns)}." if concerns else "",
                source_url=PAGE,
            )
        ],
        # The number changes with every edition, so it is shown and no part of the key.
        raw=raw,
    )


def _latin(text: str) -> str:
    """Keep the English lines of a cell that is printed in Japanese and English."""
    lines = [line.strip() for line in text.split("\n")]
    return " ".join(line for line in lines if line.isascii() and line)


def _bullets(text: str) -> list[str]:
    """Split aliases at their bullets; a line without one continues the alias above it."""
    flat = " ".join(text.split())
    return [part.strip() for part in re.split(r"[・•･]", flat) if part.strip()]


def _names(text: str, kind: str) -> list[Name]:
    """Split off a bracket at the end: the name in Han, or its short form."""
    found = BRACKET.search(text)
    main = text[: found.start()].strip() if found else text
    if not found or not main:
        return [Name(text.strip("() "), kind)] if text.strip("() ") else []
    inner = found[1].strip()
    if not inner.isascii():
        return [Name(main, kind), Name(inner, "transliteration", "original script")]
    short = inner.isupper() and len(inner) <= 6
    return (
        [Name(main, kind), Name(inner, "weak" if short and len(inner) <= 4 else "alias")]
        if short
        else [Name(text, kind)]
    )
