"""A publisher's HTML page as a tree, and the links on it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree, html

from ingest.errors import IngestError
from ingest.files import RawFile


def page_of(file: RawFile) -> etree._Element:
    """Read the page. Raises IngestError where there is none."""
    try:
        return html.document_fromstring(file.text().encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise IngestError(f"{file.name} is empty or no HTML page.") from error


def text_of(element: etree._Element) -> str:
    return " ".join(str(element.xpath("string()")).split())


def links_of(file: RawFile, url: str) -> Iterator[tuple[str, str]]:
    """Stream the page's links: the whole address and the words of each."""
    for link in page_of(file).iter("a"):
        if address := link.get("href"):
            yield urljoin(url, address), text_of(link)
