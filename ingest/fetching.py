"""Download publishers' files: conditional, bounded, and honest about what went wrong."""

from __future__ import annotations

import ipaddress
import random
import socket
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings

from entities.models import Dataset, DatasetVersion
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, measure, unpack
from ingest.source import Source, most_bytes, name_of

TIMEOUT = httpx.Timeout(30.0, read=180.0)
# From the first byte of a file to its last; the EU's list alone takes a minute to begin.
MOST_SECONDS = 900
ATTEMPTS = 4
# Seconds before the second attempt; each further one waits twice as long, plus chance.
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
AT_ONCE = 6
# Some publishers turn unknown agents away; this one says who we are in a form they accept.
USER_AGENT = "Mozilla/5.0 (compatible; Watchlink)"
# Where publishers keep files that their own address redirects to.
STORES = (".s3.us-gov-west-1.amazonaws.com", ".s3.amazonaws.com")

Resolve = Callable[[str], Iterable[str]]


class Unchanged(Exception):
    """The publisher says that nothing changed since the copy we hold."""


def addresses_of(host: str) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, 443, proto=socket.IPPROTO_TCP)]


class Downloads:
    """The client that a source's fetch() gets. It is told the files of the version we hold."""

    def __init__(
        self,
        workdir: Path,
        held: Mapping[str, Mapping[str, Any]],
        *,
        transport: httpx.BaseTransport | None = None,
        limit: int | None = None,
        resolve: Resolve = addresses_of,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.workdir = workdir
        self.held = held
        # The largest plain file, in bytes.
        self.limit = limit or settings.INGEST_MAX_MB << 20
        self.resolve = resolve
        self.wait = wait
        self.asked = ""
        self.http = httpx.Client(
            timeout=TIMEOUT,
            follow_redirects=True,
            max_redirects=5,
            headers={"User-Agent": USER_AGENT},
            transport=transport,
            event_hooks={"request": [self._check]},
        )

    def get(self, url: str, name: str, headers: Mapping[str, str] | None = None) -> RawFile:
        """Download one file, with the headers that its publisher asks for.

        Raises Unchanged on 304 and IngestError on anything that is not the file.
        """
        sent = dict(headers or {})
        if held := self.held.get(url):
            if etag := held.get("etag"):
                sent["If-None-Match"] = etag
            if modified := held.get("last_modified"):
                sent["If-Modified-Since"] = modified
        self.asked = httpx.URL(url).host
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._download(url, name, sent)
            except (httpx.TransportError, Busy) as error:
                # Where there is no network at all, patience helps nobody.
                if attempt == (2 if isinstance(error, httpx.ConnectError) else ATTEMPTS):
                    raise IngestError(f"{url} could not be downloaded: {_why(error)}.") from error
                self.wait(_pause(attempt, error))
            except httpx.TooManyRedirects as error:
                raise IngestError(f"{url} redirects in a circle.") from error
        raise AssertionError("unreachable")

    def bundle(self, *files: RawFile) -> Bundle:
        return Bundle(files, files[0].url)

    def _check(self, request: httpx.Request) -> None:
        """Refuse an address that a publisher has no reason to send us to. Called for every redirect too."""
        host = request.url.host
        if request.url.scheme != "https":
            raise IngestError(f"{request.url} is not https, so nothing is fetched from it.")
        if not _belongs(host, self.asked):
            raise IngestError(f"{self.asked} sends us to {host}, which is not the publisher's.")
        try:
            found = [ipaddress.ip_address(address.partition("%")[0]) for address in self.resolve(host)]
        except OSError as error:
            raise httpx.ConnectError(str(error), request=request) from error
        if not found or not all(address.is_global for address in found):
            raise IngestError(f"{host} is an address of a private network, so nothing is fetched from it.")

    def _download(self, url: str, name: str, headers: dict[str, str]) -> RawFile:
        limit, started = self.limit, time.monotonic()
        room = Path(tempfile.mkdtemp(dir=self.workdir))
        target = room / name
        with self.http.stream("GET", url, headers=headers) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED:
                raise Unchanged(url)
            if response.status_code in (429, 500, 502, 503, 504):
                raise Busy(
                    f"the publisher answered {response.status_code}", response.headers.get("retry-after")
                )
            if response.status_code != httpx.codes.OK:
                raise IngestError(
                    f"{url} could not be downloaded: the publisher answered {response.status_code}."
                )
            size = 0
            with target.open("wb") as sink:
                for block in response.iter_bytes():
                    size += len(block)
                    if size > limit:
                        raise IngestError(f"{url} sends more than {limit >> 20} MiB.")
                    if time.monotonic() - started > MOST_SECONDS:
                        raise IngestError(f"{url} was not through after {MOST_SECONDS // 60} minutes.")
                    sink.write(block)
            stated = response.headers.get("content-length")
            if stated and not response.headers.get("content-encoding") and size != int(stated):
                raise Busy(f"{size:,} of {int(stated):,} bytes arrived")
            etag, modified = response.headers.get("etag", ""), response.headers.get("last-modified", "")
        plain = unpack(target, Path(tempfile.mkdtemp(dir=self.workdir)), limit)
        if len(plain) != 1:
            raise IngestError(f"{url} should hold one file, not {len(plain)}.")
        return measure(plain[0].path, plain[0].name, url=url, etag=etag, last_modified=modified)


class Busy(Exception):
    """The publisher may answer better in a moment."""

    def __init__(self, message: str, retry_after: str | None = None) -> None:
        super().__init__(message)
        self.retry_after = float(retry_after) if retry_after and retry_after.isdigit() else None


def _pause(attempt: int, error: Exception) -> float:
    """Return the seconds to wait: what the publisher asks for, else twice as long each time, with jitter."""
    asked = error.retry_after if isinstance(error, Busy) else None
    backoff = FIRST_WAIT * 2 ** (attempt - 1) * (1 + random.random())  # noqa: S311
    return min(asked if asked is not None else backoff, LONGEST_WAIT)


def _belongs(host: str, asked: str) -> bool:
    """Tell whether a host is the one asked, its neighbour under the same domain, or a publisher's file store."""
    labels = asked.split(".")
    domain = ".".join(labels[1:] if len(labels) > 2 else labels)
    return host in (asked, domain) or host.endswith(f".{domain}") or host.endswith(STORES)


def _why(error: Exception) -> str:
    if isinstance(error, httpx.ConnectError):
        return "there is no connection to it; load downloaded files with --from"
    if isinstance(error, httpx.TimeoutException):
        return "it did not answer in time"
    return str(error) or type(error).__name__


def held_files(source: Source) -> dict[str, dict[str, Any]]:
    """Return the files of the versions we hold, by the address each came from."""
    current = Dataset.objects.filter(name__in=[info.name for info in source.DATASETS]).values(
        "current_version"
    )
    versions = DatasetVersion.objects.filter(
        pk__in=current, is_excerpt=False, source__in=("", name_of(source))
    )
    return {file["url"]: file for version in versions for file in version.files if file.get("url")}


def fetch(source: Source, workdir: Path, held: Mapping[str, Mapping[str, Any]], **client: Any) -> Bundle:
    """Run the source's fetch step. Raises Unchanged or IngestError."""
    downloads = Downloads(workdir, held, limit=most_bytes(source), **client)
    try:
        return source.fetch(downloads)
    finally:
        downloads.http.close()


@contextmanager
def fetched(
    sources: Sequence[Source], **client: Any
) -> Iterator[Iterator[tuple[Source, Bundle | Exception]]]:
    """Download several sources side by side; give each as it arrives, so that no publisher delays another.

    The files live as long as the context.
    """
    with tempfile.TemporaryDirectory(prefix="watchlink-", ignore_cleanup_errors=True) as folder:
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="fetch")
        futures = {}
        for source in sources:
            room = Path(folder) / name_of(source)
            room.mkdir()
            futures[pool.submit(fetch, source, room, held_files(source), **client)] = source
        try:
            yield (
                (futures[future], future.exception() or future.result())  # type: ignore[misc]
                for future in as_completed(futures)
            )
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
