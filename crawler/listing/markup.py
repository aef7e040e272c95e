"""The page as a tree, and its links. What a link is, is decided here; what a row is, is not."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

_SILENT = ("style", "noscript", "template", "select", "textarea", "iframe", "svg", "map")
_RECORDS = re.compile(r"<(datastore|recordset)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_SCRIPT_BEFORE = re.compile(r"<(script|xml)\b[^<>]*>\s*(?:<\?xml[^<>]*>\s*)?$", re.IGNORECASE)
_CDATA = re.compile(
    r"<(record|nextgroup)>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</\1>", re.DOTALL | re.IGNORECASE
)
_EARLY_END = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_ADDRESS_IN_SCRIPT = re.compile(r"""['"]((?:https?://|/|\.{1,2}/)[^'"\s]+)['"]""")
_INDEX = re.compile(
    r"^(?:(?:index|default|main|home|more|column|channel|node)[\w-]*?|\w*list[\w-]*?)(?:\.\w+)?$",
    re.I,
)
_ARTICLE_FILE = re.compile(
    r"^(?:content|c|detail|details|article|show|view|info|page|p)\.\w+$", re.I
)
_IDENTITY = re.compile(r"\d{3,}|[0-9a-f]{12,}", re.I)
_LONG_IDENTITY = re.compile(r"^\d{8,}$|^[0-9a-f]{16,}$|^c\d{5,}$|\d{4}[-/]?\d{4}", re.I)
_ID_QUERY = re.compile(
    r"(?:^|[&_;])(?!\w*(?:cat|category|class|type|channel|column|col|node|menu|site|web|org|dept|tag"
    r"|user|author|group|parent|sort)_?id=)\w*id=[\w-]*\d",
    re.I,
)


def parse(text: str) -> HtmlElement | None:
    """Return the tree of `text`, None when there is no element in it.

    Hanweb record islands (`<recordset><record><![CDATA[…]]>`, in a script, an `<xml>` element or
    a dataproxy answer) become ordinary elements in their place. Comments are left out: a row in a
    comment is not on the page. Inline scripts stay; nothing in them is taken for text. A stray
    early `</html>` or `</body>` ends nothing: lxml would drop all that comes after it.
    """
    markup = _EARLY_END.sub("", _RECORDS.sub(_opened, text)).replace("\0", "")
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = lxml.html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None
    for element in list(root.iter(*_SILENT)):
        _drop(element)
    return root


def base_of(root: HtmlElement, url: str) -> str:
    """Return the address relative links are resolved against: `<base href>` if it is one."""
    bases = root.xpath("//base/@href")
    try:
        return urljoin(url, bases[0].strip()) if bases else url
    except ValueError:  # urllib's word for `http://[`
        return url


def address(anchor: HtmlElement, base: str) -> str | None:
    """Return the absolute http address an anchor leads to, also where only its onclick holds it."""
    href = re.sub(r"[\r\n\t]", "", anchor.get("href") or "").strip()
    if not href or href.lower().startswith(("javascript", "#", "mailto", "tel")):
        script = _ADDRESS_IN_SCRIPT.search(href + " " + (anchor.get("onclick") or ""))
        href = script[1] if script else ""
    return resolve(href, base)


def resolve(href: str, base: str) -> str | None:
    """Return `href` as an absolute http(s) address, None if it is none."""
    if not href or href in ("/", "./"):
        return None
    try:
        url = urljoin(base, href)
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def leads_to_article(url: str) -> bool:
    """Return whether an address has the shape of one article's, not of a column or a site.

    An article's file has a number or a hash in its name or, where the file is an index or a
    constant name (`/<id>/index.shtml`, `/<hash>/c.html`), in its folder; or the query has an id.
    """
    parts = urlsplit(url)
    folders = [part for part in parts.path.split("/") if part]
    if _ID_QUERY.search(parts.query):
        return True
    if not folders:
        return False
    name, folder = folders[-1], folders[-2] if len(folders) > 1 else ""
    if parts.path.endswith("/"):
        return bool(_LONG_IDENTITY.search(name)) and not name.startswith("c")
    stem = name.rsplit(".", 1)[0]
    if _INDEX.match(name):
        return bool(re.fullmatch(r"\d{8,}|[0-9a-f]{16,}", folder, re.I))
    if _IDENTITY.search(stem):
        return True
    return bool(_ARTICLE_FILE.match(name)) and bool(_LONG_IDENTITY.search(folder))


def same_site(url: str, other: str) -> bool:
    """Return whether two addresses belong to one organisation, by the end of their hosts."""
    return _site(url) == _site(other)


def _site(url: str) -> str:
    labels = (urlsplit(url).hostname or "").split(".")
    keep = 3 if len(labels) > 2 and labels[-2] in ("gov", "com", "org", "net", "edu") else 2
    return ".".join(labels[-keep:])


def _drop(element: HtmlElement) -> None:
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _opened(island: re.Match[str]) -> str:
    parts = [f"<div class='{tag.lower()}'>{html}</div>" for tag, html in _CDATA.findall(island[0])]
    if not parts:
        return island[0]
    rows = f"<div class='recordset'>{''.join(parts)}</div>"
    before = island.string[max(0, island.start() - 200) : island.start()]
    wrapper = _SCRIPT_BEFORE.search(before)
    return f"</{wrapper[1]}>{rows}<{wrapper[1]}>" if wrapper else rows


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text in page order: normalised, the element it stands in, the anchor around it."""

    text: str
    owner: HtmlElement
    order: int
    anchor: HtmlElement | None
