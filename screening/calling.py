"""Signed calls to a customer's address, and never to one within our own network."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from django.conf import settings

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
# What is kept of an answer.
MOST_ANSWERED = 500
# Networks that carry addresses of the inside in addresses of the outside: NAT64 and 6to4.
CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))

Resolve = Callable[[str, int], Iterable[str]]


class CallRefused(ValueError):
    """The address may not be called; the message says why in one sentence."""


@dataclass(frozen=True)
class Answer:
    """What came back of a call: a status, or an error where nothing did."""

    status: int | None
    text: str
    seconds: float

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def addresses_of(host: str, port: int) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)]


def signature(secret: str, at: int, body: bytes) -> str:
    """Sign a moment and a body: `t=<Unix time>,v1=<HMAC-SHA256 of "<t>.<body>" in hexadecimal>`."""
    told = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={told}"


def check_address(url: str) -> httpx.URL:
    """Refuse an address that is not https, or that hides a name and a password. Raises CallRefused."""
    try:
        read = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise CallRefused(f"{url[:200]!r} is no address of the web.") from error
    inside = read.host in settings.WEBHOOK_PRIVATE_HOSTS
    if read.scheme != "https" and not (inside and read.scheme == "http"):
        raise CallRefused("A webhook must begin with https://.")
    if not read.host or read.userinfo:
        raise CallRefused("A webhook must name a host, and no user or password.")
    return read


def call(
    url: str,
    payload: Mapping[str, Any],
    secret: str,
    delivery: int,
    *,
    resolve: Resolve = addresses_of,
    transport: httpx.BaseTransport | None = None,
) -> Answer:
    """Send a payload, signed, to an address. Redirects are not followed.

    The name is looked up once, and the address that was checked is the one that is called: a name that answers
    otherwise the second time leads nowhere else. Raises CallRefused.
    """
    read = check_address(url)
    address = _public_address(read, resolve)
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "Host": read.netloc.decode(),
        "User-Agent": f"Watchlink/{settings.VERSION}",
        "Watchlink-Delivery": str(delivery),
        "Watchlink-Signature": signature(secret, int(time.time()), body),
    }
    started = time.monotonic()
    try:
        # Not through a proxy of the environment: it would look the name up again.
        with httpx.Client(timeout=TIMEOUT, trust_env=False, transport=transport) as client:
            place, host = read.copy_with(host=address), {"sni_hostname": read.host}
            with client.stream("POST", place, content=body, headers=headers, extensions=host) as answer:
                text = next(answer.iter_bytes(MOST_ANSWERED), b"").decode(errors="replace")
                return Answer(answer.status_code, text, time.monotonic() - started)
    except httpx.HTTPError as error:
        return Answer(None, str(error) or type(error).__name__, time.monotonic() - started)


def _public_address(url: httpx.URL, resolve: Resolve) -> str:
    """Look a host up; refuse it where any of its addresses is within a private network."""
    try:
        found = [address.partition("%")[0] for address in resolve(url.host, url.port or 443)]
    except OSError as error:
        raise CallRefused(f"{url.host} is not known: {error}.") from error
    if not found:
        raise CallRefused(f"{url.host} has no address.")
    if url.host not in settings.WEBHOOK_PRIVATE_HOSTS:
        for address in map(ipaddress.ip_address, found):
            carried = any(address in network for network in CARRIERS if network.version == address.version)
            if not address.is_global or address.is_multicast or carried:
                raise CallRefused(f"{url.host} is an address of a private network, so it is not called.")
    return found[0]
