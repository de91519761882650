"""Download a publisher's files: conditional, bounded, and honest about what went wrong."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings

from entities.models import Dataset, DatasetVersion
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, measure, unpack
from ingest.source import Source

TIMEOUT = httpx.Timeout(30.0, read=180.0)
ATTEMPTS = 3
# Some publishers turn unknown agents away; this one says who we are in a form they accept.
USER_AGENT = "Mozilla/5.0 (compatible; Watchlink)"


class Unchanged(Exception):
    """The publisher says that nothing changed since the copy we hold."""


class Downloads:
    """The client that a source's fetch() gets. It is told the files of the version we hold."""

    def __init__(
        self, workdir: Path, held: dict[str, dict[str, Any]], transport: httpx.BaseTransport | None = None
    ) -> None:
        self.workdir = workdir
        self.held = held
        self.http = httpx.Client(
            timeout=TIMEOUT,
            follow_redirects=True,
            max_redirects=5,
            headers={"User-Agent": USER_AGENT},
            transport=transport,
        )

    def get(self, url: str, name: str, headers: Mapping[str, str] | None = None) -> RawFile:
        """Download one file, with the headers that its publisher asks for.

        Raises Unchanged on 304 and IngestError on anything that is not the file.
        """
        headers = dict(headers or {})
        if held := self.held.get(url):
            if etag := held.get("etag"):
                headers["If-None-Match"] = etag
            if modified := held.get("last_modified"):
                headers["If-Modified-Since"] = modified
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._download(url, name, headers)
            except (httpx.TransportError, _Busy) as error:
                if attempt == ATTEMPTS:
                    raise IngestError(f"{url} could not be downloaded: {_why(error)}.") from error
                time.sleep(2**attempt * 0.1)
        raise AssertionError("unreachable")

    def _download(self, url: str, name: str, headers: dict[str, str]) -> RawFile:
        limit = settings.INGEST_MAX_MB << 20
        target = self.workdir / name
        with self.http.stream("GET", url, headers=headers) as response:
            if response.url.scheme != "https":
                raise IngestError(f"{url} leads to {response.url}, which is not https.")
            if response.status_code == httpx.codes.NOT_MODIFIED:
                raise Unchanged(url)
            if response.status_code in (429, 500, 502, 503, 504):
                raise _Busy(f"the publisher answered {response.status_code}")
            if response.status_code != httpx.codes.OK:
                raise IngestError(
                    f"{url} could not be downloaded: the publisher answered {response.status_code}."
                )
            size = 0
            with target.open("wb") as sink:
                for block in response.iter_bytes():
                    size += len(block)
                    if size > limit:
                        raise IngestError(f"{url} sends more than {settings.INGEST_MAX_MB} MiB.")
                    sink.write(block)
            stated = response.headers.get("content-length")
            if stated and not response.headers.get("content-encoding") and size != int(stated):
                raise _Busy(f"{size:,} of {int(stated):,} bytes arrived")
            etag, modified = response.headers.get("etag", ""), response.headers.get("last-modified", "")
        plain = unpack(target, self.workdir, limit)
        if len(plain) != 1:
            raise IngestError(f"{url} should hold one file, not {len(plain)}.")
        return measure(plain[0].path, name, url=url, etag=etag, last_modified=modified)

    def bundle(self, *files: RawFile) -> Bundle:
        return Bundle(files, files[0].url)


class _Busy(Exception):
    """The publisher may answer better in a moment."""


def _why(error: Exception) -> str:
    text = str(error)
    if isinstance(error, httpx.ConnectError):
        return "there is no connection to it; load downloaded files with --from"
    if isinstance(error, httpx.TimeoutException):
        return "it did not answer in time"
    return text or type(error).__name__


def fetch(source: Source, workdir: Path, transport: httpx.BaseTransport | None = None) -> Bundle:
    """Run the source's fetch step. Raises Unchanged or IngestError."""
    versions = DatasetVersion.objects.filter(
        pk__in=Dataset.objects.filter(name__in=[info.name for info in source.DATASETS]).values(
            "current_version"
        ),
        is_excerpt=False,
    )
    held = {file["url"]: file for version in versions for file in version.files if file.get("url")}
    downloads = Downloads(workdir, held, transport)
    try:
        return source.fetch(downloads)
    finally:
        downloads.http.close()
