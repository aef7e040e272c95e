"""What a page says about its own encoding: HTTP header, `<meta>`, XML declaration.

This module reads labels and maps them to codecs; it does not believe them. Whether a label is
true is decided by `cascade` on the bytes.
"""

import codecs
import re

META_WINDOW_BYTES = 65_536
"""How far into the body a declaration is looked for; some portals put scripts before it."""

_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([^\s;"',]+)""", re.IGNORECASE)
_META = re.compile(rb"""<meta[^>]{0,512}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,256}?encoding\s*=\s*["']([A-Za-z0-9_.:-]+)""")

_FAMILIES = (
    (re.compile(r"^(x-?)*(unicode-1-1-)?utf-?8"), "utf-8"),
    (re.compile(r"^(x-?)*(gb-?k|gb-?18030|gb-?2312|gb$|cp-?936|ms-?936|windows-936|euc-?(cn|gb)|"
                r"csgb2312|csiso58gb231280|chinese|iso-ir-58|hz-gb|utf-?gb)"), "gb18030"),
    (re.compile(r"^(x-?)*(cn-?)?(csbig5|big-?5|cp-?950|ms-?950|windows-950)"), "big5hkscs"),
    (re.compile(r"^(utf-?16-?be|unicodefffe|ucs-?2-?be)"), "utf-16-be"),
    (re.compile(r"^(utf-?16|unicode|ucs-?2|iso-10646-ucs-2|csunicode)"), "utf-16-le"),
    (re.compile(r"^(iso-?8859-?1|latin-?1|l1|us-?ascii|ascii|windows-1252|cp-?1252)$"), "cp1252"),
)  # fmt: skip
"""Label families, typos included; WHATWG Encoding Standard, "Names and labels", widened by the
misspellings real pages carry (`utf8`, `utf_8`, `x-x-big5`, `big5hk`, `gb-18030`)."""


def header_label(content_type: str | None) -> str | None:
    """The charset parameter of a Content-Type value, lower case as written, or None."""
    found = _HEADER.search(content_type or "")
    return found.group(1).lower() if found else None


def meta_label(body: bytes) -> str | None:
    """The label of an XML declaration or the first `<meta>` in 64 kB, lower case, or None."""
    window = body[:META_WINDOW_BYTES]
    found = _XML.match(window) or _META.search(window)
    return found.group(1).decode("ascii").lower() if found else None


def codec_of(label: str | None) -> str | None:
    """The Python codec that reads pages so labelled, supersets preferred; None when unknown.

    gb2312 and gbk are read as gb18030 and big5 as big5hkscs, because pages use characters beyond
    the standard they name (WHATWG Encoding Standard maps gb2312 to GBK for the same reason).
    """
    if not label:
        return None
    plain = label.replace("_", "-")
    for pattern, codec in _FAMILIES:
        if pattern.match(plain):
            return codec
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    return info.name if getattr(info, "_is_text_encoding", True) else None
