"""What beside a list is not of the list: rankings, related links, hot news, recommendations.

They are told by the names of the elements around them and by the heading above them, for a list in
`container` whose first row is `first`. It must not look at the rows themselves.
"""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.listing.scan import text_within, upwards

_DECOY_NAME = re.compile(
    r"(?:^|[-_\s])(?:rank\w*|related?\w*|relation\w*|paihang\w*|phb|djph"
    r"|xg(?:yd|wd|wz|lj|xx|xw|zx|bd|wj|jd)\w*|xiangguan\w*"
    r"|friend\w*|yqlj|youqing\w*|foot(?:er)?\w*|copyright)(?=$|[-_\s])",
    re.IGNORECASE,
)
_DECOY_BESIDE_A_LIST = re.compile(
    r"(?:^|[-_\s])(?:hot\w*|recommend\w*|tuijian|remen|aside|side(?:bar|list)?)(?=$|[-_\s])", re.I
)
_DECOY_HEADING = re.compile(
    r"^[\W_]*(?:.{0,4}(?:热门|排行|人气|点击(?:量|率|榜)|阅读(?:量|榜)).{0,4}"
    r"|(?:最多|周|月|日|24小时)(?:点击|阅读|浏览|热).{0,4}"
    r"|.{0,2}相关(?:链接|阅读|新闻|文章|信息|文件|解读|内容|推荐|报道|稿件|资讯|专题|政策|附件|资料)?"
    r"|猜你喜欢|(?:大家|网友)(?:都|还|也)?在(?:看|搜)|友情链接|延伸阅读|[上下]一篇.*)[\W_]*$"
)
_HEADING_BESIDE_A_LIST = re.compile(
    r"^[\W_]*(?:.{0,4}热(?:点|文|读|搜).{0,4}|.{0,4}推荐.{0,2}|往期回顾|最近更新|最新(?:更新|文章))[\W_]*$"
)
HERE = re.compile(
    r"(?:当前|所在|现在的?|您的|目前)位置|当前栏目|您所在的|首\s*页\s*(?:[>＞›»→]|-{1,2}[>＞])"
)
_SHORT_HEADING = 24
_LONG_HEADING = 1000


def is_decoy(container: HtmlElement, first: HtmlElement) -> bool:
    """Return whether a block is a ranking, a list of related or friendly links, or a footer's."""
    for element in _named_around(container):
        if element.tag == "footer" or _DECOY_NAME.search(names(element)):
            return True
    return bool(_DECOY_HEADING.match(heading(container, first) or ""))


def is_aside(container: HtmlElement, first: HtmlElement) -> bool:
    """Return whether a block is hot news or recommendations, where the page has a list besides."""
    for element in _named_around(container):
        if element.tag == "aside" or _DECOY_BESIDE_A_LIST.search(names(element)):
            return True
    return bool(_HEADING_BESIDE_A_LIST.match(heading(container, first) or ""))


def _named_around(container: HtmlElement) -> Iterator[HtmlElement]:
    return (e for e in upwards(container) if e.tag not in ("body", "html"))


def heading(container: HtmlElement, first: HtmlElement) -> str | None:
    """Return the short text before a block, at most three levels up; a breadcrumb is none."""
    for step in (first, container, *list(container.iterancestors())[:2]):
        for before in step.itersiblings(preceding=True):
            if not isinstance(before.tag, str) or before.tag in ("script", "link", "meta"):
                continue
            text = text_within(before, _LONG_HEADING)
            if text is None or text.strip():
                text = " ".join((text or "").split())
                short = 0 < len(text) <= _SHORT_HEADING
                return text if short and not HERE.search(text) else None
    return None


def names(element: HtmlElement) -> str:
    """Return an element's classes and id, which is where layouts say what a box is for."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"
