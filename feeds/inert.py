"""Makes text and HTML from foreign pages harmless before they reach a reader.

Every string that came from a page passes here on its way into XML, HTML, JSON or mail. This
module changes what is dangerous or illegal and nothing else; it never judges content.
"""

import re
from contextlib import suppress
from functools import lru_cache
from html import unescape
from urllib.parse import quote, urljoin, urlsplit

import nh3
from w3lib.url import safe_url_string

_ILLEGAL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_DROPPED = re.compile(f"[{_ILLEGAL}{_BIDI}]")
_TAGS = {
    *("p", "br", "hr", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd"),
    *("h2", "h3", "h4", "h5", "h6", "strong", "em", "b", "i", "u", "s", "del", "ins", "sub", "sup"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "a", "span", "div"),
}
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_DROPPED_WHOLE = {"script", "style", "template", "noscript", "title", "textarea", "select"}
_SCHEMES = {"http", "https", "mailto"}
_NO_URI = re.compile(r"[^0-9A-Za-z;/?:@&=+$.\-_!~*'()%,#]")
"""What RFC 3986 allows nowhere, and brackets, which it allows around an IPv6 host alone."""


def inert_text(text: str) -> str:
    """Return the text without characters that XML 1.0 §2.2 forbids and without bidi controls.

    Bidi controls (Unicode UAX #9) can make a title read as another one; Chinese text needs none.
    C1 controls are legal XML, but validators warn of them and no page means them.
    """
    return _DROPPED.sub("", text)


def inert_line(text: str) -> str:
    """Return the text as one line: `inert_text`, and every run of white space as one space."""
    return " ".join(inert_text(text).split())


def plain_line(text: str) -> str:
    """Return one line that is the same whether a client reads it as text or as HTML.

    Feed readers disagree about RSS titles and descriptions, so angle brackets become the
    full-width ones, and `&` where it would begin a character reference (`&nbsp;`, but not `R&D`);
    Chinese titles lose nothing by it.
    """
    line = inert_line(text).replace("<", "＜").replace(">", "＞")
    return line if unescape(line) == line else line.replace("&", "＆")


def inert_html(html: str, base_url: str) -> str:
    """Return the HTML with a short list of harmless tags and attributes; links made absolute.

    Nothing that runs, loads, tracks or styles is left: no image either, since a reader's client
    must not tell a third party that it was opened. Headings keep their order below the page's h1.
    """
    if safe_link(base_url):
        with suppress(ValueError):  # nh3 knows hosts that urllib takes and nobody can reach
            return _clean(html, ("rewrite_with_base", base_url))
    return _clean(html, "deny")


def _clean(html: str, relative: object) -> str:
    return nh3.clean(
        inert_text(html).replace("<h1", "<h2").replace("</h1", "</h2"),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        clean_content_tags=_DROPPED_WHOLE,
        url_schemes=_SCHEMES,
        url_relative=relative,  # type: ignore[arg-type]
        link_rel="noopener noreferrer nofollow",
    )


@lru_cache(maxsize=8192)
def safe_link(url: str | None, base_url: str | None = None) -> str | None:
    """Return the URL as ASCII if it is an absolute http(s) address fit for a link, else None.

    base_url: the page it was written on, against which a relative address is resolved.
    """
    if not url or url != inert_line(url):
        return None
    try:
        ascii_url = safe_url_string(urljoin(base_url or "", url))
        parts = urlsplit(ascii_url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host_ends = len(parts.scheme) + len("://") + len(parts.netloc)
    rest = _NO_URI.sub(lambda found: quote(found[0], safe=""), ascii_url[host_ends:])
    return ascii_url[:host_ends] + rest
