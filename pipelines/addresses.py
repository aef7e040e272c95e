"""Addresses as pages write them: split and joined without an error, however broken they are.

`urllib` raises ValueError for some (`http://[bad`); such an address has no parts, and stays as it
was written.
"""

from urllib.parse import SplitResult, urljoin, urlsplit

_NONE = SplitResult("", "", "", "", "")


def parts_of(address: str) -> SplitResult:
    """Return the parts of an address (RFC 3986 §3), all empty when it cannot be split."""
    try:
        parts = urlsplit(address)
        parts.hostname  # noqa: B018  # splitting the host is what some addresses fail at
    except ValueError:
        return _NONE
    return parts


def absolute(base: str, address: str) -> str:
    """Return an address made absolute, as it was written when it cannot be."""
    try:
        return urljoin(base, address)
    except ValueError:
        return address
