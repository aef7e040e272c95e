"""Whom a fetch may talk to: addresses of the public internet, however they are written.

A name is resolved once, judged, and its judged address is the one that is connected to: a name
server that answers differently the second time (DNS rebinding) is not asked a second time. What
nobody judged is not connected to at all. It sends nothing.
"""

import ipaddress
import math
import socket
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from twisted.internet import defer
from twisted.internet.base import ThreadedResolver
from twisted.internet.error import DNSLookupError

_METADATA = (
    ipaddress.IPv4Network("168.63.129.16/32"),  # Azure's agents, an address like any other
    ipaddress.IPv4Network("192.0.0.0/24"),  # Oracle's (RFC 6890: IETF protocol assignments)
)
"""Where clouds tell their machines secrets, beyond the blocks that `ipaddress` calls private."""

_EMBEDDING = (
    (ipaddress.IPv6Network("::/96"), 0),  # IPv4-compatible (RFC 4291 §2.5.5.1, deprecated)
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # NAT64 (RFC 6052 §2.1)
    (ipaddress.IPv6Network("64:ff9b:1::/48"), 0),  # NAT64 inside a network (RFC 8215)
    (ipaddress.IPv6Network("2002::/16"), 80),  # 6to4 (RFC 3056 §2)
)
"""IPv6 blocks whose addresses carry an IPv4 one: the block, how many bits follow the address."""


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public internet (RFC 6890).

    An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4) is as public as that one.
    Metadata services of clouds are not public, whatever block they lie in.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        carried = ip.ipv4_mapped or _carried(ip)
        if ip.is_site_local:
            return False
        ip = carried or ip
    told = any(ip in block for block in _METADATA)
    return ip.is_global and not ip.is_multicast and not told


def may_be_reached(address: str, *, allow_loopback: bool) -> bool:
    """Return whether a fetch may connect to this IP address.

    allow_loopback: the source is a practice site: this machine too, but never its neighbours.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    return is_public(address) or (allow_loopback and ip.is_loopback)


def literal_address(host: str) -> str | None:
    """Return the IP address that a host part is by itself, None for a name.

    In every form that resolvers take: `127.1`, `0x7f000001`, `2130706433`, `0177.0.0.1`
    (POSIX inet_addr), and `localhost`, which RFC 6761 §6.3 binds to this machine.
    """
    bare = host.rstrip(".").lower()
    if bare == "localhost" or bare.endswith(".localhost"):
        return "127.0.0.1"
    with suppress(ValueError):  # not in the usual form: the older ones follow
        return str(ipaddress.ip_address(bare.partition("%")[0]))
    try:
        return socket.inet_ntoa(socket.inet_aton(bare)) if bare[:1].isdigit() else None
    except (OSError, UnicodeError):
        return None


class Peers:
    """The names this process has judged, and the address under which each is reached."""

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}
        self._trusted: set[str] = set()

    def admit(self, host: str, addresses: Iterable[str]) -> None:
        """Let a name be reached under the first of these judged addresses, IPv4 before IPv6."""
        ordered = sorted(addresses, key=lambda address: ":" in address)
        self._addresses[_key(host)] = ordered[0]

    def trust(self, host: str) -> None:
        """Let a name be reached wherever the system's resolver says: the operator's own proxy."""
        self._trusted.add(_key(host))

    def address_of(self, host: str) -> str | None:
        """Return the judged address of a name, None where there is none."""
        return self._addresses.get(_key(host))

    def is_trusted(self, host: str) -> bool:
        """Return whether the operator named this host as a proxy."""
        return _key(host) in self._trusted


PEERS = Peers()
"""Of this process, like the reactor's resolver that reads it."""


class JudgedResolver(ThreadedResolver):
    """TWISTED_DNS_RESOLVER: gives out judged addresses and no others."""

    def __init__(self, reactor: Any, timeout_s: float, peers: Peers = PEERS) -> None:
        super().__init__(reactor)
        self._timeout_s, self._peers = timeout_s, peers

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> "JudgedResolver":
        """Build it as Scrapy does."""
        return cls(reactor, crawler.settings.getfloat("DNS_TIMEOUT"))

    def install_on_reactor(self) -> None:
        """Make every connection of this reactor ask here."""
        self.reactor.installResolver(self)  # type: ignore[arg-type]  # zope's, unseen by mypy

    def getHostByName(self, name: str, timeout: Any = ()) -> "defer.Deferred[str]":
        """Return the address to connect to; fails for a name that was not judged (Twisted)."""
        if (address := self._peers.address_of(name)) is not None:
            return defer.succeed(address)
        if self._peers.is_trusted(name):
            return super().getHostByName(name, [math.ceil(self._timeout_s)])
        return defer.fail(DNSLookupError(f"{name}: 没有核对过的地址，不连接"))


def _carried(ip: IPv6Address) -> IPv4Address | None:
    for block, bits_after in _EMBEDDING:
        if ip in block:
            return IPv4Address(int(ip) >> bits_after & 0xFFFFFFFF)
    return None


def _key(host: str) -> str:
    return host.rstrip(".").lower()
