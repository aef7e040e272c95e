"""Which links of a page lead to columns that matter, by link text, breadcrumb and `ColumnName`.

Pure: texts and addresses in, leads out. A lead is a name that promises a column; whether there is
one is proven by reading its rows (`crawler.survey`). It knows no site, only how departments name
their columns.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.addresses import site_of
from crawler.listing import markup
from crawler.sources import ColumnRole, Family
from pipelines.extract.columns import read_columns
from pipelines.extract.plain import outline_of
from store.records import Entry

LONGEST_NAME = 14
"""Column names are short; what is longer is a title that happens to hold the word."""

SAME_PAGE = 0.95
FEWEST_LINKS = 8


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column of such a name is. slug: the id it gets; role None: a way to columns, none."""

    role: ColumnRole | None
    slug: str
    weight: int


@dataclass(frozen=True, slots=True)
class Lead:
    """A link that promises a column: where it leads, what it is called, what that makes it."""

    url: str
    name: str
    kind: Kind


# As departments call their columns (国办发〔2017〕47号 ColumnType, and public government pages,
# 2020-2026); the first that matches counts, 政策解读 being no 政策.
_KINDS: tuple[tuple[re.Pattern[str], Kind], ...] = tuple(
    (re.compile(words), kind)
    for words, kind in (
        (r"解读|一图读懂|图解", Kind("interpretation", "zcjd", 8)),
        (r"征求意见|意见征[集询求]|民意征集|征集调查|^草案", Kind("notice", "zqyj", 8)),
        (r"规范性文件", Kind("policy", "gfxwj", 10)),
        (r"社会工作(?!部)|社工|慈善|志愿服务", Kind("social-work", "shgz", 9)),
        (
            r"政策文件|政策法规|法规政策|政策制度|法律法规|法规文件|政策库|规章|行政公文"
            r"|[厅局部委](?:发|属)?文件|文件通知|^政策$|^文件$",
            Kind("policy", "zcwj", 10),
        ),
        (r"(?:通知|公告|公示|通告){1,2}$", Kind("notice", "tzgg", 7)),
        (r"动态|要闻|新闻|资讯", Kind("news", "xwdt", 3)),
        (r"政务公开|信息公开|主动公开|公开目录|业务(?:工作|专栏)", Kind(None, "", 2)),
    )
)
_NO_NAME = re.compile(
    r"[《》。，,？！?!]|关于|印发|\d{4}|指南|年报|制度$|依申请|平台|登录|视频|图片|专题|举报"
)
_MORE = re.compile(r"^(?:查看)?(?:更多|more|全部)\W*$|^[+＋>»›…]+$", re.I)
_TREE = re.compile(r"\bTREE['\"]?\s*[:=]\s*\[")
_CATEGORY = re.compile(
    r"""\bid['"]?\s*:\s*['"]?(\d+)['"]?\s*,\s*['"]?name['"]?\s*:\s*"""
    r"""['"]((?:[^'"\\\x00-\x1f]|\\u[0-9a-fA-F]{4}){2,60})['"]"""
)
_TITLE_PARTS = re.compile(r"\s*(?:[-_|—–]|>>|::)\s*")


def kind_of(name: str) -> Kind | None:
    """Return what a column of this name is, None for a name that promises none of interest."""
    if not 2 <= len(name) <= LONGEST_NAME or _NO_NAME.search(name):
        return None
    return next((kind for words, kind in _KINDS if words.search(name)), None)


def find_leads(text: str, url: str) -> tuple[Lead, ...]:
    """Return the links of a page that promise columns, best first, one per address.

    A bare 更多 is called what the heading beside it says. Links to other sites are left out. The
    categories in the TREE of a gkmlpt index, which a script draws, count as links.
    """
    root = markup.parse(text)
    if root is None:
        return ()
    best: dict[str, Lead] = {}
    for lead in (*_leads(root, markup.base_of(root, url)), *_tree_leads(text, url)):
        known = best.get(lead.url)
        if site_of(lead.url) == site_of(url) and (
            known is None or lead.kind.weight > known.kind.weight
        ):
            best[lead.url] = lead
    return tuple(sorted(best.values(), key=lambda lead: -lead.kind.weight))


def page_name(text: str, url: str) -> str | None:
    """Return what a column page calls itself: its `ColumnName`, else the end of its breadcrumb."""
    page = outline_of(text, url, "text/html")
    stated = page.meta.get("columnname", "").strip()
    parts = [stated] if stated else list(read_columns(page, None, None))
    return re.split(r"[,，;；>]", parts[-1])[-1].strip() or None if parts else None


def site_name(text: str) -> str | None:
    """Return what a site calls itself: its `SiteName`, else the part of the title that says it."""
    page = outline_of(text, "", "text/html")
    if stated := page.meta.get("sitename", "").strip():
        return stated
    found = re.search(r"<title[^>]*>(.*?)</title>", text[:20_000], re.S | re.I)
    parts = [p for p in _TITLE_PARTS.split(" ".join(found[1].split())) if p] if found else []
    return next((p for p in parts if re.search(r"[厅局部委]$|[网报]$", p)), (parts or [None])[-1])


def is_same_page(text: str, other: str, url: str) -> bool:
    """Return whether two answers of one site are one page: nearly all links are the same.

    Some servers answer unknown addresses with the home page (seen on government hosts, 2026).
    """
    one, two = _links(text, url), _links(other, url)
    if len(one) < FEWEST_LINKS or len(two) < FEWEST_LINKS:
        return bool(text.strip()) and text == other
    return len(one & two) >= SAME_PAGE * len(one | two)


def _leads(root: HtmlElement, base: str) -> Iterator[Lead]:
    for anchor in root.iter("a", "area"):
        url = markup.address(anchor, base)
        if url is None:
            continue
        for name in _names(anchor):
            if kind := kind_of(name):
                yield Lead(url.partition("#")[0] if "#/" not in url else url, name, kind)
                break


def _tree_leads(text: str, url: str) -> Iterator[Lead]:
    """Yield the categories of 广东政府信息公开平台 (`window._CONFIG.TREE`), nested or not."""
    if (tree := _TREE.search(text)) is None:
        return
    for category in _CATEGORY.finditer(text, tree.end()):
        name = _squeezed(json.loads(f'"{category[2]}"'))
        if kind := kind_of(name):
            yield Lead(f"{url.partition('#')[0]}#{category[1]}", name, kind)


def _names(anchor: HtmlElement) -> Iterator[str]:
    shown = _squeezed(anchor.text_content())
    if shown and not _MORE.match(shown):
        yield shown
    yield _squeezed(anchor.get("title") or anchor.get("alt") or "")
    yield from (_squeezed(image.get("alt") or "") for image in anchor.iter("img"))
    if not shown or _MORE.match(shown):
        yield _heading(anchor, shown)


def _heading(anchor: HtmlElement, shown: str) -> str:
    """Return the words that stand with a 更多 in the nearest box that holds any others."""
    for box in anchor.iterancestors():
        words = _squeezed(box.text_content()).replace(shown, "", 1)
        if words:
            return words
    return ""


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u3000\xa0·•|>»]+", "", text)


def _links(text: str, url: str) -> frozenset[str]:
    root = markup.parse(text)
    if root is None:
        return frozenset()
    base = markup.base_of(root, url)
    return frozenset(filter(None, (markup.address(a, base) for a in root.iter("a"))))


# Address shapes as public crawlers and pages show them, 2017-2026.
_FAMILY_OF_PAGE: tuple[tuple[Family, re.Pattern[str]], ...] = (
    ("gkmlpt", re.compile(r"/gkmlpt/")),
    ("gdnps", re.compile(r"/gdnps/")),
    ("govlib", re.compile(r"/search-gov/data\?")),
    ("longxun", re.compile(r"/public/column/\d+|/content/column/\d+")),
    ("founder_epaper", re.compile(r"/\d{4}-\d{2}/\d{2}/node_\d+\.html?")),
    ("hanweb", re.compile(r"/col/col\d+/")),
)
_FAMILY_OF_ENTRY: tuple[tuple[Family, re.Pattern[str]], ...] = (
    ("trs_tdate", re.compile(r"/\d{6}/t\d{8}_\d+\.s?html?$")),
    ("hanweb", re.compile(r"/art/\d{4}/")),
    ("founder_epaper", re.compile(r"/\d{4}-\d{2}/\d{2}/content_\d+\.html?")),
    ("gkmlpt", re.compile(r"/gkmlpt/content/")),
    ("gdnps", re.compile(r"/gdnps/.*content\.jsp")),
    ("dahe", re.compile(r"/\d{4}/\d{2}-\d{2}/\d+\.html$")),
    ("cmstop", re.compile(r"/\d{4}/\d{4}/\d+\.shtml$")),
    ("ucap", re.compile(r"/(?:\d{4}/\d{1,2}/\d{1,2}|\d{6})/(?:[0-9a-f]{32}|(?:c00_)?\d+)\.shtml$")),
    ("dedecms", re.compile(r"/html/\w+/(?:.*/)?\d+\.html$")),
)
_PAGER: tuple[tuple[Family, re.Pattern[str]], ...] = (
    ("jpaas", re.compile(r"jpaas-publish-server|/page/build/unit", re.I)),
    ("hanweb", re.compile(r"dataproxy\.jsp|<recordset>|<datastore>", re.I)),
)
_ISSUE = re.compile(r"\d{4}-\d{2}/\d{2}/node_\d+\.html?")


def recognise_family(text: str, url: str, entries: Iterable[Entry] = ()) -> Family:
    """Return the CMS family of a column page, by its address, its pager and its rows' addresses.

    `generic` where nothing speaks for one: the reader needs no family.
    """
    for family, shape in _FAMILY_OF_PAGE:
        if shape.search(url):
            return family
    for family, sign in _PAGER:
        if sign.search(text):
            return family
    entries = tuple(entries)
    if not entries and _ISSUE.search(text):
        return "founder_epaper"
    votes: Counter[Family] = Counter()
    for entry in entries:
        path = urlsplit(entry.url).path
        votes.update([next((f for f, shape in _FAMILY_OF_ENTRY if shape.search(path)), "generic")])
    family, count = votes.most_common(1)[0] if votes else ("generic", 0)
    return family if 2 * count > len(entries) else "generic"
