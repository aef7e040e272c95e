"""Addresses of subscribers: checked before they are stored, masked wherever they are shown.

Pure. A mail address is ASCII (no SMTPUTF8 server may be assumed) with a domain as DNS writes it;
an apprise URL (`ntfy://…`) names a channel for immediate alerts.
"""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address

import apprise

from feeds.errors import AddressRefused

_LOCAL_CHARS, _ADDRESS_CHARS = 64, 254
"""RFC 5321 §4.5.3.1.1 and §4.5.3.1.3 (a path has 256 octets, two of them angle brackets)."""
_DOMAIN = re.compile(r"(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)*(?!-)[A-Za-z0-9-]{1,63}(?<!-)")


def is_channel(address: str) -> bool:
    """Tell whether the address is an apprise URL, not a mailbox."""
    return "://" in address


def checked(address: str) -> str:
    """Return the address as it is stored: trimmed, its domain in lower case.

    Raises AddressRefused, which does not repeat the address, if no mail can be sent to it.
    """
    address = address.strip()
    if is_channel(address):
        if apprise.Apprise.instantiate(address, suppress_exceptions=True) is None:
            raise AddressRefused("address: not an apprise URL; see the apprise documentation")
        return address
    try:
        parsed = Address(addr_spec=address)
        address.encode("ascii")
    except (ValueError, IndexError, HeaderParseError) as error:
        raise _refused() from error
    if not _is_sendable(parsed) or parsed.addr_spec != address:
        raise _refused()
    return f"{parsed.username}@{parsed.domain.lower()}"


def masked(address: str) -> str:
    """Return `t***@example.cn`, `ntfy://***`, or `（已删除）` for one that was erased."""
    if not address:
        return "（已删除）"
    if is_channel(address):
        return f"{address.split('://')[0]}://***"
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"


def _is_sendable(parsed: Address) -> bool:
    return (
        0 < len(parsed.username) <= _LOCAL_CHARS
        and len(parsed.addr_spec) <= _ADDRESS_CHARS
        and not re.search(r"[\x00-\x20\x7f\"]", parsed.addr_spec)
        and _DOMAIN.fullmatch(parsed.domain) is not None
        and not parsed.domain.rpartition(".")[2].isdigit()
    )


def _refused() -> AddressRefused:
    return AddressRefused(
        "address: not of the form name@host in ASCII; correct it, e.g. team@example.cn"
    )
