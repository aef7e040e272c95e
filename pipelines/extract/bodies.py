"""Where the body of an article lies: a box of the page, or a run of its lines, and what is trimmed.

Looks only at the outline: where prose is, under the title, before the page's tail. A page whose
body is an iframe, an image or an attachment has no body, and none is harvested from its navigation.
"""

import re
from dataclasses import dataclass

from pipelines.extract.outline import HEADING_TAGS, Block, Outline

_KNOWN = re.compile(
    r"trs_?(?:ue)?editor|trs_paper|(?:^|[\s_-])zoom(?:$|\s)|ozoom|ucap-?content|ucapcontent|"
    r"view_trs|article[-_]?(?:con|body|content|text|main|detail)|(?:news|main|detail|con|text|zw|"
    r"info|pages|page|xl|wz|nr|article|content)[-_]?(?:content|body|text|txt|nr|zw|wz|zhengwen)|"
    r"bt-content|main-txt|wip_art_con|artile_zw|contdesc|wenzhang|artibody|endtext|v_news_content|"
    r"(?:^|\s)(?:content|txt|text|zhengwen|zw|nr|neirong|article|post_text|conTxt)(?:$|\s)",
    re.I,
)
_STOPS = "。，、；：？！,;"
_STOP = re.compile(f"[{_STOPS}]")

_TAIL = re.compile(
    r"^[\s\[【(（<>•·|/■◆▲★]*(?:"
    r"扫一扫|手机扫一扫|用微信扫|微信扫|打印(?:本页|此页|页面|文章|正文)?(?:[\]】\s]|$)|关闭(?:窗口|本页|页面)|"
    r"上一篇|下一篇|上一条|下一条|上一頁|前一篇|后一篇|责任编辑|責任編輯|分享到|分享至|网站标识码|"
    r"相关(?:链接|阅读|新闻|文章|文档|信息|内容|推荐|报道|专题|稿件|解读|政策|文件)|相關(?:新聞|文章|報導)|"
    r"延伸(?:阅读|閱讀)|推荐阅读|热门(?:推荐|文章|新闻)|更多(?:新闻|精彩|文章|>>)|猜你喜欢|为您推荐|"
    r"(?:发表|网友|最新|热门|精彩)评论|我要评论|我来说两句|已有\s*\d*\s*人|版权所有|主办单位|主办[:：]|承办单位|"
    r"收藏本页|返回(?:顶部|列表|上页|首页)|页面顶部|用户登录|正文已结束|(?:免责|版权|特别)声明|"
    r"您可能(?:还|也)?(?:喜欢|感兴趣)|编辑[:：]|网站编辑|网友热评|微博推荐|关键词阅读|"
    r"字体[:：]|加入收藏|打印【|本文来源|原文链接|文章关键词|点击查看更多|声明[:：]|"
    r"(?:欢迎|请)?(?:扫描|关注).{0,12}(?:二维码|公众号)|附件下载$|文档附件$"
    r")"
)
_FOOTER = re.compile(
    r"版权所有|網站地圖|网站地图|网站标识码|ICP备|公网安备|主办单位|技术支持|Copyright|All Rights Reserved|"
    r"政府网站找错|建议使用.{0,12}浏览器",
    re.I,
)
_RELATED = re.compile(
    r"(?:^|[\s_-])(?:related|relate|recommend|comment|share|hot|rank|sidebar|side|footer|foot|copyright|"
    r"nav|menu|breadcrumb|crumb|login|advert|adv?|pinglun|xgyd|xgwz|xglj|xgxx|qrcode|ewm|fenxiang|bdshare|tags?)"
    r"(?:$|[\s_\d-])",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Body:
    """The body's blocks by index, in page order, the box around them, and the rule that chose it."""

    blocks: tuple[int, ...]
    node: int
    rule: str


def weigh(block: Block) -> float:
    """Return how much a block looks like a paragraph of an article: 0 for a link or a hidden one."""
    size = len(block.text)
    plain = size - block.linked
    if block.hidden or plain < size * 0.5:
        return 0.0
    stops = len(_STOP.findall(block.text))
    return plain * (1.0 if stops else 0.25) + 12.0 * stops


def find_body(page: Outline, title_block: int | None) -> Body | None:
    """Return the body of the page's article, None when no box holds any text under the title."""
    if page.marked and page.marked[1] > page.marked[0]:
        return _trimmed(page, *page.marked, node=0, rule="body markers", title=title_block)
    if not page.is_html:
        start = 0 if title_block is None else title_block + 1
        return _trimmed(page, start, len(page.blocks), node=0, rule="lines", title=title_block)
    sums = _prefix_sums(page, title_block)
    if sums[-1] <= 0:
        return None
    node, rule = _known_box(page, sums) or (_densest_box(page, sums), "densest box")
    box = page.nodes[node]
    return _trimmed(page, box.first, box.last, node=node, rule=rule, title=title_block)


def _prefix_sums(page: Outline, title_block: int | None) -> list[float]:
    """Return cumulated weights: nothing before the title counts, little after the page's tail."""
    sums, total, factor = [0.0], 0.0, 1.0
    start = title_block if title_block is not None else 0
    damped = _damped_blocks(page)
    for index, block in enumerate(page.blocks):
        if index > start:
            if _FOOTER.search(block.text):
                factor = min(factor, 0.02)
            elif factor == 1.0 and total > 0 and _TAIL.match(block.text):
                factor = 0.1
            total += weigh(block) * (0.1 if index in damped else factor)
        sums.append(total)
    return sums


def _damped_blocks(page: Outline) -> set[int]:
    """Blocks in boxes that call themselves related, comment, share, footer …"""
    damped: set[int] = set()
    for node in page.nodes:
        if node.hint and node.tag != "body" and _RELATED.search(node.hint):
            damped.update(range(node.first, node.last))
    return damped


def _known_box(page: Outline, sums: list[float]) -> tuple[int, str] | None:
    """Return the innermost box with a known body name that holds most of the page's prose."""
    best: tuple[float, int] | None = None
    for index, node in enumerate(page.nodes):
        if node.hint and node.last > node.first and _KNOWN.search(node.hint):
            weight = sums[node.last] - sums[node.first]
            if best is None or weight >= best[0] * 0.9:
                best = (max(weight, best[0] if best else 0.0), index)
    if best is None or best[0] < 0.6 * sums[-1]:
        return None
    return best[1], f"known box {page.nodes[best[1]].hint[:40]}"


def _densest_box(page: Outline, sums: list[float]) -> int:
    """Descend from the page to the box that holds most of its prose, while one child dominates."""
    children: dict[int, list[int]] = {}
    for index, node in enumerate(page.nodes):
        children.setdefault(node.parent, []).append(index)

    def weight(index: int) -> float:
        return sums[page.nodes[index].last] - sums[page.nodes[index].first]

    current = max(children[-1], key=weight)
    while children.get(current):
        heaviest = max(children[current], key=weight)
        if not _dominates(page, heaviest, weight(heaviest), weight(current)):
            break
        current = heaviest
    return current


def _dominates(page: Outline, child: int, child_weight: float, weight: float) -> bool:
    node = page.nodes[child]
    if node.tag in HEADING_TAGS or (node.tag in ("tr", "tbody") and child_weight < weight):
        return False
    paragraphs = node.last - node.first
    return child_weight >= weight * (0.55 if paragraphs > 1 else 0.95)


def _trimmed(
    page: Outline, first: int, last: int, *, node: int, rule: str, title: int | None
) -> Body | None:
    if title is not None and first <= title < last:
        first = title + 1
    kept = tuple(i for i in range(first, last) if not page.blocks[i].hidden)
    return Body(kept, node, rule) if kept else None


def is_tail(text: str) -> bool:
    """Tell whether a line is where the article's end matter begins (打印, 上一篇, 责任编辑 …)."""
    return len(text) <= 120 and bool(_TAIL.match(text))


def is_footer(text: str) -> bool:
    """Tell whether a line belongs to the site's footer."""
    return len(text) <= 300 and bool(_FOOTER.search(text))
