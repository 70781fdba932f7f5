"""Where webhooks may go: public addresses, and those inside the house that the administrator allowed.

A webhook's address is given by people and the name in it may change what it means, so that it is looked at each time
something is sent, and sent exactly to what was looked at.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit, urlunsplit

LONGEST_URL = 500
_EMBEDDED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 behind a translator (RFC 6052)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Exception):
    """A webhook may not be sent there; the text says why, for the list of what could not be delivered."""


@dataclass(frozen=True)
class Destination:
    """Where one delivery goes: `url` names the checked network address, `host` is what the receiver calls itself."""

    url: str
    host: str  # for the certificate
    authority: str  # for the header Host


def split_address(url: str) -> SplitResult:
    """The parts of a webhook's address.

    Raises:
        AddressRefused: it is no http or https address, too long, or has a user or password in it.
    """
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > LONGEST_URL:
        raise AddressRefused("not an address")
    try:
        parts = urlsplit(url)
        named, _port = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused("not an address") from None
    if parts.scheme not in ("http", "https") or not named or parts.fragment:
        raise AddressRefused("not an http or https address")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("a user or password in the address")
    return parts


def may_go_to(address: str, private: Sequence[str]) -> bool:
    """Whether webhooks may go to this IP address; `private` are networks inside the house that were allowed."""
    try:
        found: Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and found in _EMBEDDED:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        found = inner or found
    if any(found in ipaddress.ip_network(network) for network in private):
        return True
    return found.is_global and not found.is_multicast and not found.is_reserved


def check_address(url: str, private: Sequence[str]) -> None:
    """Look at an address when it is told: what it says by itself. Names are looked up when something is sent.

    Raises:
        AddressRefused: as `split_address`, or it names a private address that was not allowed.
    """
    host = split_address(url).hostname or ""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        if host.rstrip(".").lower() == "localhost" and not may_go_to("127.0.0.1", private):
            raise AddressRefused("a private address") from None
        return
    if not may_go_to(host, private):
        raise AddressRefused("a private address")


async def destination(url: str, private: Sequence[str]) -> Destination:
    """Look the name up and check every address it means.

    Raises:
        AddressRefused: the address is none, or one of its network addresses may not be sent to.
        OSError: the name means nothing now.
    """
    parts = split_address(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses or not all(may_go_to(address, private) for address in addresses):
        raise AddressRefused("a private address")
    chosen = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    sent_to = urlunsplit((parts.scheme, f"{chosen}:{port}", parts.path or "/", parts.query, ""))
    return Destination(sent_to, host, parts.netloc)
