"""Whether a page's rows are drawn by a script: then nothing on it is an entry, and it says so."""

import re

from lxml import etree
from lxml.html import HtmlElement

_PLACE = re.compile(
    r"list|page|paging|(?:^|[-_])ul(?:$|[-_\d])|ul$|news|content|result|data|article|tab(?:le|con)|^\d+$|^app$|^root$|^main$|con$"
    r"|view|items|rows|grid|container|wrap",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"\{\{[^{}]{1,80}\}\}|<%[=\s]|\bv-for=|\bng-repeat=|\bqueryData=|\$\{\w+\.\w+\}"
)
_FETCHES = re.compile(
    r"\$\.(?:ajax|get|post|getJSON)\s*\(|\baxios\b|\bfetch\s*\(|XMLHttpRequest|new\s+Vue\s*\(|createApp\s*\("
    r"|createPage\w*\s*\(|jpage|articleList|listData|pagination"
)
_SAYS_EMPTY = re.compile(
    r"暂无(?:数据|内容|信息|记录|相关|文章|公告|新闻)|没有(?:找到|查询到|相关)(?:数据|内容|信息|记录)?|无(?:相关)?(?:数据|记录|内容)(?![\w])"
    r"|栏目(?:正在)?建设中|内容(?:正在)?更新中"
)
_LIST_SCRIPT = re.compile(r"(?:list|page|paging|pagination|search)[\w.-]*\.js", re.IGNORECASE)
_LIST_PLACE = re.compile(r"list|(?:^|[-_])ul|ul$|news|rows|items|^\d{4,}$", re.IGNORECASE)
_SAYS_LOADING = re.compile(
    r"(?:正在|数据|努力|拼命)加载|加载中|\bloading\s*(?:\.{2,}|…|$)", re.IGNORECASE
)
_TEMPLATES = (  # a saved page keeps its attributes; where rows stand, nothing is awaited
    "//*[@v-for or @v-html or @v-text]"
    " | //*[@ng-repeat or @querydata][not(.//a) or contains(., '{{')]"
    " | //script[contains(@type, 'template') or @type='text/html' or @type='text/x-handlebars']"
)
_UNSEEN = (
    "ancestor::script or ancestor::style"
    " or ancestor::*[contains(translate(@style, ' ', ''), 'display:none')]"
)
_PLACES = ("div", "ul", "ol", "tbody", "table", "dl", "section")


def says_empty(root: HtmlElement) -> bool:
    """Return whether the page itself says that the column holds nothing (`暂无数据`)."""
    return bool(_SAYS_EMPTY.search(_visible(root)))


def draws_rows(root: HtmlElement) -> bool:
    """Return whether a page without rows has the place and the means to draw them by script.

    The place: an empty container named like a list or a pager, or numbered (Hanweb units), or a
    template. The means: any script. A page that says it is empty is empty, unless a script names
    the empty list (`暂无数据` is then the template's).
    """
    scripts = [script.text or "" for script in root.iter("script")]
    if fills_list(root, []):
        return True
    if not scripts or says_empty(root):
        return False
    return (
        any(_is_place(element) for element in root.iter(*_PLACES))
        or any(_drawn(element) for element in root.iter(etree.Element))
        or any(_FETCHES.search(code) for code in scripts)
        or any(_LIST_SCRIPT.search(script.get("src") or "") for script in root.iter("script"))
        or awaits_rows(root)
    )


def awaits_rows(root: HtmlElement) -> bool:
    """Return whether a page carries a template for rows, or says that they are being loaded."""
    visible = _visible(root)
    return bool(
        _TEMPLATE.search(visible) or _SAYS_LOADING.search(visible) or root.xpath(_TEMPLATES)
    )


def may_await_rows(root: HtmlElement) -> bool:
    """Return whether rows may come by script: a template, or a request and a place for them."""
    if awaits_rows(root):
        return True
    fetches = any(_FETCHES.search(script.text or "") for script in root.iter("script"))
    return fetches and any(_is_place(element) for element in root.iter("div"))


def has_empty_list(root: HtmlElement) -> bool:
    """Return whether a list of the page stands empty: an element for rows, named like one."""
    return any(_is_place(element) for element in root.iter("ul", "ol", "tbody")) or any(
        _LIST_PLACE.search(element.get("id") or "") and _is_place(element)
        for element in root.iter("div")
    )


def fills_list(root: HtmlElement, lists: list[HtmlElement]) -> bool:
    """Return whether an inline script names an empty list of the page, apart from `lists`.

    The list that a script fills is the column's own; dated rows elsewhere are then a sidebar's.
    One that stands in the same element as a list of rows is its pager or its second half.
    """
    code = "\n".join(script.text or "" for script in root.iter("script"))
    for element in root.iter("ul", "ol", "tbody", "div"):
        names = [element.get("id") or "", *(element.get("class") or "").split()]
        named = any(len(n) > 2 and re.search(rf"['\"#.]{re.escape(n)}['\"\s]", code) for n in names)
        if not named or not _LIST_PLACE.search(" ".join(names)) or not _is_place(element):
            continue
        around = element.getparent()
        if around is not None and not any(around in (li, *li.iterancestors()) for li in lists):
            return True
    return False


def _is_place(element: HtmlElement) -> bool:
    names = [element.get("id") or "", *(element.get("class") or "").split()]
    if not any(name and _PLACE.search(name) for name in names) and not _is_body_of_table(element):
        return False
    if any(child.tag not in ("script", "link", "style") for child in element if not _drawn(child)):
        return False
    return not (element.text or "").strip()


def _is_body_of_table(element: HtmlElement) -> bool:
    """Return whether an element is the body of a table whose head is written: `标题 | 发布日期`."""
    head = element.getprevious() if element.tag == "tbody" else None
    return head is not None and head.tag == "thead" and bool(head.text_content().strip())


def _drawn(element: HtmlElement) -> bool:
    """Return whether an element is a component's empty place: `<router-view>`."""
    return "-" in str(element.tag) and not element.text_content().strip()


def _visible(root: HtmlElement) -> str:
    return " ".join(root.xpath(f"//body//text()[not({_UNSEEN})]"))
