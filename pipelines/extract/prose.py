"""The body's blocks without the page's furniture, and their plain text.

Cut are: the title printed again, info lines, header tables, font and print tools before the first
paragraph; everything from the first end marker on; the second printing of a body printed twice.
"""

import re
from collections.abc import Sequence

from pipelines.dates import find_dates
from pipelines.extract.bodies import Body, is_footer, is_tail, weigh
from pipelines.extract.labels import label_kind, read_line
from pipelines.extract.outline import Outline
from pipelines.extract.titles import signs_removed

_TOOLS = re.compile(
    r"^(?:[\s\[\]【】()（）|｜<>《》:：·+-]*(?:字体|字号|大|中|小|特大|默认|超大|放大|缩小|正常|打印|打印本页|打印页面|"
    r"关闭|收藏|保存|分享|分享到|分享到微信|微信|微博|评论|阅读|浏览|浏览次数|次|返回|投稿|投搞|[A＋]?A[+-]?|纠错|"
    r"保护视力色|朗读|收听|点击|来源|作者|时间|日期|发布时间|发布日期|正文|导出|下载|上一期|下一期|无|\d+))+"
    r"[\s\[\]【】()（）|｜<>:：·+-]*$"
)
_CRUMB = re.compile(r"位置\s*[:：]|^首页\s*[>»]")
_EMPTY_LABEL = re.compile(r"^(?:附件|相关附件|附件下载|下载附件|文档下载|相关文件)\s*[:：]?$")
_EDITOR = re.compile(
    r"^[\[【(（]?\s*(?:责任编辑|网站编辑|责编|编辑|審核|审核|校对|初审|复审|终审|签发)[^。]{0,40}$"
)
_SOURCE_LINE = re.compile(
    r"^(?:文章来源|来源|稿件来源|原文链接|本文来源|原文地址)\s*[:：]?\s*\S{0,200}$"
)


def article_blocks(page: Outline, body: Body, title: str | None) -> tuple[int, ...]:
    """Return the indices of the blocks that make up the article's text."""
    kept = _without_headers(page, body.blocks)
    kept = _from_first_paragraph(page, kept, title)
    kept = _until_tail(page, kept)
    kept = _once(page, kept)
    return _without_furniture(page, kept)


def _without_headers(page: Outline, blocks: Sequence[int]) -> list[int]:
    """Drop 信息公开 header tables: the smallest boxes in which short cells are mostly labels."""
    dropped: set[int] = set()
    inside = set(blocks)
    for node in page.nodes:
        if node.tag not in ("table", "tbody", "ul", "ol", "dl", "div") or node.last == node.first:
            continue
        if node.first in inside and _is_header_box(page, node.first, node.last):
            dropped.update(range(node.first, node.last))
    return [index for index in blocks if index not in dropped]


def _is_header_box(page: Outline, first: int, last: int) -> bool:
    if not 3 <= last - first <= 60:
        return False
    kinds: list[str] = []
    for block in page.blocks[first:last]:
        if len(block.text) > 300:
            return False
        kind = label_kind(block.text)
        kinds += [kind] if kind else [item.kind for item in read_line(block.text)]
    return (
        (len(set(kinds)) >= 3
        and len(kinds) * 2.6 >= last - first
        and "index" in kinds)
        or ({"number", "publisher"} <= set(kinds) and len(kinds) * 2.6 >= last - first)
    )


def _from_first_paragraph(page: Outline, blocks: list[int], title: str | None) -> list[int]:
    bare = signs_removed(title or "")
    for position, index in enumerate(blocks[:40]):
        if not is_furniture(page, index, bare):
            return blocks[position:]
    return blocks


def is_furniture(page: Outline, index: int, bare_title: str) -> bool:
    """Tell whether a line before the first paragraph belongs to the page, not to the article."""
    text = page.blocks[index].text
    bare = signs_removed(text)
    if not bare or (bare_title and (bare == bare_title or (len(bare) > 6 and bare in bare_title))):
        return True
    if len(text) > 160:
        return False
    if label_kind(text) or _TOOLS.match(text) or _CRUMB.search(text):
        return True
    if page.blocks[index].linked > len(text) * 0.7:
        return True
    return _is_info_line(text)


def _is_info_line(text: str) -> bool:
    labels = read_line(text)
    if labels and (labels[0].position <= 30 or len(labels) > 1) and not text.endswith("。"):
        return labels[0].kind not in ("other",) or len(labels) > 1
    mentions = find_dates(text)
    return len(mentions) == 1 and len(text) <= 40 and "。" not in text and "，" not in text


def _until_tail(page: Outline, blocks: list[int]) -> list[int]:
    """Cut at the first end marker that has most of the prose before it."""
    weights = [weigh(page.blocks[index]) for index in blocks]
    total, seen = sum(weights) or 1.0, 0.0
    for position, index in enumerate(blocks):
        text = page.blocks[index].text
        if position and seen >= 0.5 * total and (is_tail(text) or is_footer(text)):
            return blocks[:position]
        seen += weights[position]
    return blocks


def _once(page: Outline, blocks: list[int]) -> list[int]:
    """Drop the second half of a body printed twice (PC and phone)."""
    texts = [page.blocks[index].text for index in blocks]
    half = len(texts) // 2
    if half >= 1 and len(texts) % 2 == 0 and texts[:half] == texts[half:]:
        return blocks[:half] if sum(map(len, texts[:half])) > 40 else blocks
    return blocks


def _without_furniture(page: Outline, blocks: list[int]) -> tuple[int, ...]:
    """Drop trailing tools, empty 附件 labels, editor and source lines, link lists."""
    kept = list(blocks)
    while kept:
        block = page.blocks[kept[-1]]
        text = block.text
        linked = block.linked > len(text) * 0.7
        if not (
            linked
            or _TOOLS.match(text)
            or _EMPTY_LABEL.match(text)
            or _EDITOR.match(text)
            or _SOURCE_LINE.match(text)
            or is_tail(text)
        ):
            break
        kept.pop()
    return tuple(kept)


def body_text(page: Outline, blocks: Sequence[int]) -> str:
    """Return one line per paragraph and one per table row, cells parted by tabs."""
    lines: list[str] = []
    row = -1
    for index in blocks:
        text = re.sub(r"[ \u3000]{2,}", " ", page.blocks[index].text).strip(" \u3000")
        current = _row_of(page, index)
        if current >= 0 and current == row:
            lines[-1] = f"{lines[-1]}\t{text}"
        elif text:
            lines.append(text)
        row = current
    return "\n".join(lines)


def _row_of(page: Outline, index: int) -> int:
    for depth, node in enumerate(page.ancestors(page.blocks[index].node)):
        if page.nodes[node].tag == "tr":
            box = page.nodes[node]
            return node if box.last - box.first <= 30 else -1
        if depth > 3:
            break
    return -1
