"""The way to a server, a step at a time: name, address, connection, TLS, with the step that failed.

For the tools that a person starts: a doctor has to say which step it was, where a crawl only needs
to know that nobody answered. It sends no request.
"""

import contextlib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from cryptography import x509
from cryptography.x509.oid import NameOID

from crawler.errors import CrawlerError

CONNECT_TIMEOUT_S = 10.0
_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT: old government servers renegotiate unsafely."""

Step = Literal["address", "dns", "tcp", "tls", "robots", "http", "time"]


class NoAnswer(CrawlerError):
    """There is no answer to read; `step` says how far the way was open, `str()` why it ended."""

    def __init__(self, step: Step, why: str) -> None:
        super().__init__(why)
        self.step = step


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server's certificate says of itself, trusted or not; names: the hosts it is for."""

    names: tuple[str, ...]
    issuer: str
    not_after: datetime


def resolve(host: str) -> tuple[str, ...]:
    """Return the IP addresses of a host, as the resolver orders them; NoAnswer("dns") if none."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:  # a name with a NUL, or one too long for IDNA
        raise NoAnswer("dns", f"{host}：{_said(error)}") from error
    return tuple(dict.fromkeys(str(address[4][0]) for address in found))


def connect(
    addresses: Sequence[str], port: int, *, timeout_s: float = CONNECT_TIMEOUT_S
) -> socket.socket:
    """Return a connection to the first address that takes one; NoAnswer("tcp") if none does."""
    tried = []
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout_s)
        except OSError as error:
            tried.append(f"{address} 端口 {port}：{_said(error)}")
    raise NoAnswer("tcp", "；".join(tried))


def secure(connection: socket.socket, host: str, *, strict: bool = True) -> ssl.SSLSocket:
    """Return the connection in TLS; NoAnswer("tls") when the handshake or the certificate fails.

    strict: the certificate is verified and old ciphers are refused; without it neither, as a
    source's insecure_tls_reason asks.
    """
    try:
        return tls_context(strict=strict).wrap_socket(connection, server_hostname=host)
    except (OSError, ValueError) as error:
        connection.close()
        raise NoAnswer("tls", _said(error)) from error


def tls_context(*, strict: bool) -> ssl.SSLContext:
    """Return a client's TLS settings: the platform's trust and defaults, or neither."""
    context = ssl.create_default_context()
    if not strict:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("DEFAULT:@SECLEVEL=1")
        context.options |= _LEGACY_SERVER_CONNECT
    return context


def certificate_of(connection: ssl.SSLSocket) -> Certificate | None:
    """Return what the server's certificate says, None where it showed none that can be read."""
    with contextlib.suppress(ValueError, TypeError):
        shown = x509.load_der_x509_certificate(connection.getpeercert(binary_form=True) or b"")
        return Certificate(
            names=_names(shown),
            issuer=_common_name(shown.issuer),
            not_after=shown.not_valid_after_utc.astimezone(UTC),
        )
    return None


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return (_common_name(certificate.subject),)
    hosts = names.get_values_for_type(x509.DNSName)
    return (*hosts, *(str(ip) for ip in names.get_values_for_type(x509.IPAddress)))


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _said(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"证书：{error.verify_message}"
    if isinstance(error, TimeoutError):
        return "没有及时回应"
    said = getattr(error, "strerror", None) or str(error)
    return " ".join(str(said).split())[:200]
