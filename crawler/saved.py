"""Pages that a person saved from a browser: HTML, MHT, folders of them. Pure but for reading files.

Browsers say where a page came from: MHT in `Content-Location` (RFC 2557) or Chrome's
`Snapshot-Content-Location`, HTML in a `saved from url=(0042)…` comment. Bytes come out as the
file holds them, undone only of the transfer coding that MHT puts around them.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote, urljoin

from crawler.addresses import canonical_url
from crawler.errors import CrawlerError

HTML = (".html", ".htm", ".shtml", ".xhtml")
MHT = (".mht", ".mhtml")
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)\s*(https?://[^\s>]+)", re.I)
_LOOKED_AT = 4096
"""Bytes at the start of a file in which browsers write where it came from."""

_RESOURCES = re.compile(r"(?:_files|\.files|_文件)$", re.I)
"""The folder a browser puts beside a page for its pictures and scripts."""


class SavedPageError(CrawlerError):
    """A saved file cannot be taken in; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One page: its address, bytes, their type as stated, and when it was saved, where known."""

    path: Path
    url: str
    body: bytes
    content_type: str
    saved_at: datetime | None = None


def saved_files(path: Path) -> list[Path]:
    """Return the pages at a path in order: the file itself, or those of a folder and below it.

    What lies in a page's resource folder is not a page. Raises SavedPageError where there is none.
    """
    if path.is_file():
        return [path]
    pages = [
        file
        for file in sorted(path.rglob("*"))
        if file.is_file()
        and file.suffix.lower() in HTML + MHT
        and not any(_RESOURCES.search(part) for part in file.relative_to(path).parts[:-1])
    ]
    if not pages:
        raise SavedPageError(f"{path}: no saved page ({', '.join(HTML + MHT)}) here; name another")
    return pages


def read_saved(file: Path, url: str | None = None) -> SavedPage:
    """Return a saved page; url: its address, None for the one the file names itself.

    Raises SavedPageError for a file that cannot be read or that nobody knows the address of.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SavedPageError(f"{file}: {error.strerror}; name a readable file") from error
    if file.suffix.lower() in MHT or content[:200].lstrip().lower().startswith(b"from: <saved"):
        return _read_mht(file, content, url)
    found = _SAVED_FROM.search(content[:_LOOKED_AT])
    stated = found[1].decode("latin-1") if found else None
    return SavedPage(file, _address(file, url, stated), content, "text/html")


def addresses(files: list[Path], path: Path, url: str | None) -> Iterator[tuple[Path, str | None]]:
    """Yield each file with the address that `--url` gives it, None where it must name its own.

    One page: the address is the page's. Several: an address ending in `/` is the folder's, and
    each page lies below it as it lies in the folder.
    """
    if len(files) == 1:
        yield files[0], url
        return
    for file in files:
        below = quote(file.relative_to(path).as_posix())
        yield file, urljoin(url, below) if url and url.endswith("/") else None


def _read_mht(file: Path, content: bytes, url: str | None) -> SavedPage:
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    payload = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(payload, bytes):
        raise SavedPageError(f"{file}: no HTML part in it; save the page again as MHT or HTML")
    stated = message["Snapshot-Content-Location"] or page["Content-Location"]
    own = "".join(str(stated).split()) if stated else None
    charset = page.get_content_charset()
    content_type = f"text/html; charset={charset}" if charset else "text/html"
    return SavedPage(file, _address(file, url, own), payload, content_type, _date(message["Date"]))


def _address(file: Path, given: str | None, stated: str | None) -> str:
    url = given or stated
    if url is None or not _is_address(url):
        raise SavedPageError(f"{file}: where the page came from is not in it; give --url")
    return url


def _is_address(url: str) -> bool:
    try:
        return bool(canonical_url(url))
    except ValueError:
        return False


def _date(header: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
