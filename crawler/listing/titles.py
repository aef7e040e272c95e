"""The title of a row: the full one, from where the page really keeps it."""

import re
import unicodedata

from lxml.html import HtmlElement

from crawler.listing import dates

_GENERIC_WORDS = (
    *(
        "更多",
        "查看(?:更多|详情|全文|详细|原文)?",
        "详情",
        "详细(?:内容|信息)?",
        "阅读(?:全文|更多|原文)?",
    ),
    *(
        "全文",
        "(?:附件)?下载",
        "点击(?:查看|下载|进入|阅读)",
        "进入",
        "more",
        "read ?more",
        "English",
    ),
    *(
        "(?:网站)?首页",
        "尾页",
        "末页",
        "[上下]一?页",
        "[上下]一?[条篇]",
        "第一页",
        "最后一页",
        "跳转",
    ),
    *("返回(?:首页|顶部|列表)?", "登录", "注册", "打印(?:本页)?", "关闭(?:窗口)?", "收藏", "分享"),
    *(
        "设为首页",
        "加入收藏",
        "简体",
        "繁体",
        "网站地图",
        "联系我们",
        "关于我们",
        "(?:无障碍|适老)\\w*",
    ),
    *("(?:评论|回复|点赞|赞|转发|跟帖|留言|阅读|浏览)[\\s(（]*\\d*", r"https?://\S+"),
    r"\d+",
)
_EDGE = r"[\s\[\]【】<>«»()（）》《›…·.+-]*"
_GENERIC = re.compile(f"^{_EDGE}(?:{'|'.join(_GENERIC_WORDS)}){_EDGE}$", re.IGNORECASE)
_ELLIPSIS = re.compile(r"(?:…+|\.{2,}|。{3,}|⋯+)\s*$")
_LABELLED = re.compile(r"(?:文章|信息|新闻)?标\s*题\s*[:：]\s*([^\r\n]+)")
_BULLET = re.compile(r"^(?:[·•●▪■◆◇►▶→※□○★☆∙・﹒‧]|\s|&middot;)+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NO_LETTER = re.compile(r"[\W_]+")
_SPACE = re.compile(r"\s+")
_PAIRS = (("《", "》"), ("（", "）"), ("(", ")"), ("“", "”"), ("〔", "〕"), ("【", "】"))
_OFFICIAL = re.compile(
    r"关于[^。；]+的[\u4e00-\u9fff]{0,4}(?:通知|意见|公告|通告|公示|决定|办法|函|批复|方案|规定|通报|请示|答复|说明)"
)
_NAMED_TITLE = re.compile(
    r"(?:^|[-_\s])(?:\w*tit(?:le)?|\w*bt|name|subject|h\d)(?:$|[-_\s\d])", re.IGNORECASE
)
_BADGES = frozenset(("置顶", "顶", "热", "新", "荐", "new", "hot", "top"))
_ICON = re.compile(r"[\ue000-\uf8ff\s]+")
_RANK_NAME = re.compile(r"num|rank|order|index|sort|^n\d*$", re.IGNORECASE)
_LEVELS_OF_A_CARD = 4
_SHORTEST_HEADING = 6
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
INLINE = frozenset(
    (
        *("a", "b", "big", "br", "em", "font", "i", "img", "label", "mark", "s", "small", "span"),
        *("strong", "sub", "sup", "u", "wbr"),
    )
)


def generic(text: str) -> bool:
    """Return whether a link text names no article: empty, `更多`, `[详情]`, `下一页`, `12` …"""
    return not text or bool(_GENERIC.match(text))


def reads_as_title(text: str) -> bool:
    """Return whether a text has words enough to be a title rather than a number or a label."""
    return len(_HAN.findall(text)) >= 5


def text_of(element: HtmlElement, skip: frozenset[HtmlElement] = frozenset()) -> str:
    """Return the visible text of an element, its scripts and the elements in `skip` left out."""
    parts: list[str] = []
    stack: list[HtmlElement | str] = [element]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
        elif node not in skip and node.tag not in ("script", "style") and not _is_badge(node):
            parts.append(" " if node.tag == "br" else node.text or "")
            for child in reversed(node):
                stack.extend((child.tail or "", child))
    return _SPACE.sub(" ", "".join(parts)).strip()


def link_title(anchor: HtmlElement, skip: frozenset[HtmlElement] = frozenset()) -> str:
    """Return what a link calls the article: the heading inside a card, else its own text.

    skip: the elements that hold the row's date. Where the text is cut and `title=` goes on, the
    `title=`; where there is no text, `title=`, then the picture's `alt`.
    """
    shown = _in_full(anchor) or _without_date(_shown(anchor, skip))
    stated = _stated(anchor)
    if len(stated) >= _SHORTEST_HEADING and _is_elsewhere(anchor, stated, shown):
        return stated
    if generic(shown):
        alternative = stated or _clean(" ".join(anchor.xpath(".//img/@alt")))
        return shown if generic(alternative) else alternative
    if stated and (is_cut(shown, stated) or _is_badged(shown, stated)):
        return stated
    return _full_nearby(anchor, shown) if _ELLIPSIS.search(shown) else shown


def title_around(anchor: HtmlElement, skip: frozenset[HtmlElement] = frozenset()) -> str:
    """Return the heading of the card a wordless link (`查看详情`, a picture) stands in, or `""`.

    The card ends where another address comes in.
    """
    own = anchor.get("href")
    for card in list(anchor.iterancestors())[:_LEVELS_OF_A_CARD]:
        if card.tag in ("body", "html") or any(a.get("href") != own for a in card.iter("a")):
            return ""
        inside = [e for e in card.iterdescendants() if e not in skip and e.tag != "a"]
        headings = [e for e in inside if _is_heading(e) or e.tag in ("strong", "dt")]
        for element in (*headings, *(e for e in inside if not len(e))):
            text = _clean(text_of(element, skip))
            if len(text) >= _SHORTEST_HEADING and not generic(text) and reads_as_title(text):
                return text
    return ""


def is_cut(shown: str, full: str) -> bool:
    """Return whether `shown` is the beginning of `full` and was cut for the layout.

    Some systems put an ellipsis behind every title, cut or not. Without one a longer `title=` may
    be a summary (home page headlines): it counts only if it is less than twice as long, or if the
    shown text breaks off within a document's name (seen on university and department home pages).
    """
    beginning = _letters(_ELLIPSIS.sub("", shown))
    whole = _letters(full)
    if not whole.startswith(beginning) or full == shown:
        return False
    if _ELLIPSIS.search(shown):
        return not _ELLIPSIS.search(full) or len(whole) > len(beginning)
    if len(beginning) >= len(whole):
        return False
    return len(whole) < 2 * len(beginning) or _breaks_off(shown, full)


def _breaks_off(shown: str, full: str) -> bool:
    """Return whether `shown` ends within a book title or a bracket, or before `…的通知` is said."""
    opened = any(
        shown.count(left) > shown.count(right) and full.count(left) == full.count(right)
        for left, right in _PAIRS
    )
    return opened or bool(_OFFICIAL.search(full) and not _OFFICIAL.search(shown))


def _letters(text: str) -> str:
    """Return letters and digits only: `title=` and text often differ in quotation marks."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text))


def _is_elsewhere(anchor: HtmlElement, stated: str, shown: str) -> bool:
    """Return whether a card says its `title=` in another place than where we looked first."""
    letters = _letters(stated)
    if not len(anchor) or _letters(shown).startswith(letters):
        return False
    return letters in _letters(text_of(anchor))


def _is_badged(shown: str, stated: str) -> bool:
    """`[置顶]关于…的通知` with `title="关于…的通知"`: a badge stands before the title."""
    return shown.endswith(stated) and shown.removesuffix(stated).strip(" []【】") in _BADGES


def _full_nearby(anchor: HtmlElement, shown: str) -> str:
    """A cut title's whole may be the `title=` of an element inside the link or just around it."""
    near = [*anchor.iterdescendants(), *list(anchor.iterancestors())[:2]]
    return next((t for e in near if is_cut(shown, t := _stated(e))), shown)


def _in_full(anchor: HtmlElement) -> str:
    """A link may hold its title twice, cut and whole, and hide one by style: the whole one."""
    texts = [_clean(text_of(child)) for child in anchor]
    cut = [text for text in texts if _ELLIPSIS.search(text)]
    return next((whole for short in cut for whole in texts if is_cut(short, whole)), "")


def _stated(anchor: HtmlElement) -> str:
    stated = anchor.get("title") or ""
    if labelled := _LABELLED.search(stated):
        stated = labelled[1]
    stated = _clean(stated)
    return "" if stated.startswith(("http://", "https://")) else stated


def _shown(anchor: HtmlElement, skip: frozenset[HtmlElement]) -> str:
    if all(child.tag in INLINE and not len(child) for child in anchor):
        return _clean(text_of(anchor, skip))
    named = [e for e in anchor.iterdescendants() if _is_heading(e) and not _inside(e, skip)]
    for element in named:
        if not generic(found := _clean(text_of(element, skip))):
            return _stated_inside(element, found)
    if any(e.tag not in INLINE for e in anchor.iterdescendants() if isinstance(e.tag, str)):
        return next((t for t in _block_texts(anchor, skip) if len(t) > 1), "")
    return _clean(text_of(anchor, skip))


def _inside(element: HtmlElement, skip: frozenset[HtmlElement]) -> bool:
    return element in skip or any(around in skip for around in element.iterancestors())


def _stated_inside(element: HtmlElement, shown: str) -> str:
    stated = _stated(element)
    return stated if stated and is_cut(shown, stated) else shown


def _is_heading(element: HtmlElement) -> bool:
    if element.tag in HEADINGS:
        return True
    return element.tag != "a" and bool(_NAMED_TITLE.search(element.get("class") or ""))


def _block_texts(anchor: HtmlElement, skip: frozenset[HtmlElement]) -> list[str]:
    blocks = [
        e
        for e in anchor.iterdescendants()
        if e.tag not in INLINE and all(child.tag in INLINE for child in e.iterdescendants())
        if not _inside(e, skip)
    ]
    own = [_clean(anchor.text or "")] if anchor.text else []
    return [t for t in own if t] + [t for e in blocks if (t := _clean(text_of(e, skip)))]


def _without_date(shown: str) -> str:
    found = dates.read_edge(shown)
    return _clean(shown[: found.start] + shown[found.end :]) if found else shown


def _clean(text: str) -> str:
    return _BULLET.sub("", _SPACE.sub(" ", text)).strip()


def _is_badge(element: HtmlElement) -> bool:
    """Return whether an element is a mark on the title: `置顶`, `NEW`, a rank, an icon font's."""
    if element.tag == "a" or len(element):
        return False
    text = (element.text or "").strip(" []【】")
    if text and not _ICON.sub("", text):
        return True
    if text.isdigit():
        return bool(_RANK_NAME.search(element.get("class") or ""))
    return text.lower() in _BADGES
