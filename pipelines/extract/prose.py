"""The body's blocks without the page's furniture.

Cut are: the title printed again, info lines, header tables, font and print tools before the first
paragraph; everything from the end marker on; the second printing of a body printed twice.
"""

import re
from collections.abc import Sequence
from itertools import islice

from pipelines.extract.bodies import Body, weigh
from pipelines.extract.headings import signs_removed
from pipelines.extract.labels import is_info_line, label_kind, read_line
from pipelines.extract.outline import Outline
from pipelines.extract.tails import is_footer, is_strong_tail, is_tail, is_tail_heading

_TOOL_WORDS = (
    "字体 字号 字體 大 中 小 特大 默认 超大 放大 缩小 正常 打印 打印本页 打印页面 打印此页 关闭 "
    "收藏 保存 分享 我要分享 分享到 分享到微信 微信 微博 评论 阅读 浏览 浏览次数 浏览量 次 返回 "
    "投稿 投搞 A A+ A- 纠错 保护视力色 朗读 收听 点击 来源 作者 时间 日期 发布时间 发布日期 正文 "
    "导出 下载 上一期 下一期 无 微信好友 QQ空间 QQ好友 腾讯微博 新浪微博 人民微博 朋友圈 繁体 简体 "
    "关注 听新闻 语音播报 转载 喜欢 点赞 跟贴 举报 广告 上一页 下一页 末页 尾页 "
    "我要纠错 手机版 智能问答 无障碍 无障碍阅读 长者模式 高级搜索 本页二维码"
)
_TOOL = "|".join(sorted(map(re.escape, _TOOL_WORDS.split()), key=len, reverse=True))
_SIGNS = r"[\s\[\]【】()（）|｜<>《》:：·+/-]"
# Atomic groups: a line of a thousand digits must not be tried in every partition.
_TOOLS = re.compile(rf"^(?>{_SIGNS}*+(?:{_TOOL}|\d++))++{_SIGNS}*+$")
_EDITORS_NOTE = re.compile(
    r"^[\[【(（]\s*(?:编者按|摘要|核心提示|导读|内容提要|编者的话)\s*[:：\]】）)].*[\]】）)]$", re.S
)
_NOTE = re.compile(
    r"^本文(?:为|系|由).{0,60}(?:授权|首发|原创).{0,40}(?:转载|出处|发布)|"
    r"^(?:本文)?原[标標][题題]\s*[:：]|^.{0,6}浏览器不支持.{0,12}(?:标签|播放|video|audio|html5)"
)
_CRUMB = re.compile(r"位置\s*[:：]|^首页\s*[>»]")
_EMPTY_LABEL = re.compile(
    r"^(?:附件|相关附件|附件下载|下载附件|文档下载|相关文件|附件信息|附件列表)\s*[:：]?$"
)
_EDITOR = re.compile(
    r"^[\[【(（]?\s*(?:责任编辑|责编|网站编辑|编辑|審核|审核|校对|初审|复审|终审|签发)[:：\s][^。]{0,40}$|"
    r"^(?:一审|二审|三审|监制|统筹|编校|美编|排版|值班编委|值班总编)\s*[:：|｜丨/][^。]{0,40}$"
)
_INVITATION = re.compile(
    r"^(?:长按|识别|扫描|扫码).{0,12}(?:二维码|关注|公众号)|点(?:[个亮下][【“「]?|[【“「])在看|"
    r"^凡本[网站].{0,6}注明|^违法和?不良信息举报|^您访问的链接即将离开|"
    r"^[您你](?:觉得|认为).{0,16}(?:有用|有帮助|满意)|^满意度评价|^Produced By|^下载文字版"
)
_SOURCE_LINE = re.compile(
    r"^[（(]?(?:文章来源|来源|稿件来源|信息来源|原文链接|本文来源|原文地址)\s*[:：].{0,200}$|"
    r"^[（(]\s*(?:据|據)[^（）()]{2,40}(?:[（(][^（）()]{1,12}[)）])?\s*[)）]$"
)
_LEAST_LEAD = 12  # characters of a summary that the text below it states again
_HAN = re.compile("[\u4e00-\u9fff]")
_DISCLAIMER = re.compile(
    r"^(?:(?:免责|特别|版权|郑重|重要)?(?:声明|聲明)\s*[:：])|本[网網]?站.{0,60}(?:不得|[禁防]止|[请請]勿)[转轉][载載]"
    r"|下[载載]\s*APP\W*$|[用在]\s*APP看新[闻聞]"
)
_KEY_WORDS = re.compile(r"时间|日期|名称|编号|单位|地址|电话|分类|主题|文号|机构|索引|公开|联系")
_HEADER_TAGS = frozenset(("table", "tbody", "ul", "ol", "dl", "div"))


def article_blocks(page: Outline, body: Body, title: str | None) -> tuple[int, ...]:
    """Return the indices of the blocks that make up the article's text; empty for no text."""
    kept = _without_headers(page, body.blocks)
    kept = _from_first_paragraph(page, kept, title)
    kept = _until_tail(page, kept, named=body.named)
    kept = _once(page, kept)
    kept = _without_trailing(page, kept, named=body.named)
    return tuple(kept)


def _without_headers(page: Outline, blocks: Sequence[int]) -> list[int]:
    """Drop 信息公开 header tables and other tables of keys and values that precede the text."""
    dropped: set[int] = set()
    inside = set(blocks)
    for node in page.nodes:
        begins = node.first in inside or (node.tag != "div" and node.last - 1 in inside)
        if node.tag not in _HEADER_TAGS or not begins or node.first in dropped:
            continue
        if _is_header_box(page, node.first, node.last) or (
            node.tag == "table" and _is_key_table(page, blocks, node.first, node.last)
        ):
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
    known = set(kinds)
    dense = len(kinds) * 2.6 >= last - first
    return dense and len(known) >= 3 and ("index" in known or {"number", "publisher"} <= known)


def _is_key_table(page: Outline, blocks: Sequence[int], first: int, last: int) -> bool:
    """A summary table (公告概要) before the text: short keys and values, and prose after it."""
    if not 8 <= last - first <= 80 or any(page.blocks[i].text.endswith("。") for i in blocks[:3]):
        return False
    cells = page.blocks[first:last]
    if first > blocks[0] + 4 or any("。" in cell.text for cell in cells):
        return False
    keys = sum(1 for cell in cells if len(cell.text) <= 16 and _KEY_WORDS.search(cell.text))
    after = sum(weigh(page.blocks[index]) for index in blocks if index >= last)
    return keys * 4 >= len(cells) and after >= 200


def _from_first_paragraph(page: Outline, blocks: list[int], title: str | None) -> list[int]:
    bare = signs_removed(title or "")
    for position, index in enumerate(blocks[:60]):
        if not is_furniture(page, index, bare):
            return blocks[position:]
    return [] if len(blocks) <= 60 else blocks


def is_furniture(page: Outline, index: int, bare_title: str) -> bool:
    """Tell whether a line before the first paragraph belongs to the page, not to the article."""
    block = page.blocks[index]
    text = block.text
    bare = signs_removed(text)
    part = len(bare) > 6 and bare in bare_title
    if not bare or (bare_title and (part or bare_title.endswith(bare))):
        return True  # the title again, or one of the lines it is broken into
    if _EDITORS_NOTE.match(text):
        return True
    if len(text) > 160:
        return False
    if text.startswith("——") and len(text) <= 60:
        return True
    if _NOTE.match(text):
        return True
    crumb = "。" not in text and _CRUMB.search(text)
    if label_kind(text) or _TOOLS.match(text) or crumb or is_tail(text):
        return True
    return block.linked > len(text) * 0.7 or is_info_line(text)


def _until_tail(page: Outline, blocks: list[int], *, named: bool) -> list[int]:
    """Cut at the first end marker; a weak one only where little prose follows it."""
    weights = [weigh(page.blocks[index]) for index in blocks]
    total, seen = sum(weights), 0.0
    for position, index in enumerate(blocks):
        text = page.blocks[index].text
        if position and seen >= 0.3 * total and (is_strong_tail(text) or is_footer(text)):
            return blocks[:position]
        if position and total - seen <= 0.35 * total and is_tail(text):
            rest = blocks[position:]
            if is_tail_heading(text) or (not named and _is_end(page, rest, total - seen, total)):
                return blocks[:position]
        seen += weights[position]
    return blocks


def _is_end(page: Outline, rest: Sequence[int], after: float, total: float) -> bool:
    """Tell whether hardly any prose follows, or what follows is mostly links."""
    chars = sum(len(page.blocks[index].text) for index in rest)
    return after <= 0.05 * total or sum(page.blocks[i].linked for i in rest) >= 0.3 * chars


def _once(page: Outline, blocks: list[int]) -> list[int]:
    """Drop the second printing of a body printed twice, and of a lead printed twice.

    The body: PC and phone, or table and list; most of the text must stand again. The lead: CMSTOP
    prints the summary, which is the first paragraph, above the text.
    """
    texts = [signs_removed(page.blocks[index].text) for index in blocks]
    total = sum(map(len, texts))
    if len(texts) < 2 or total < 80:
        return blocks
    for start in range((len(texts) + 1) // 2, max(len(texts) // 2 - 4, 0), -1):
        again = texts[start : start + start]
        if again == texts[: len(again)] and sum(map(len, again)) >= 0.4 * total:
            return blocks[:start]
    lead = page.blocks[blocks[0]].text
    summary = len(texts[0]) >= _LEAST_LEAD and lead.endswith(("。", "…", "..."))
    repeated = summary and any(texts[0] in text for text in texts[1:6])
    return blocks[1:] if repeated or texts[0] == texts[1] else blocks


def _without_trailing(page: Outline, blocks: list[int], *, named: bool) -> list[int]:
    """Drop trailing tools, empty 附件 labels, editor and source lines, and lists of links."""
    kept = list(blocks)
    while kept and _is_trailing(page, kept[-1], named=named):
        kept.pop()
    return kept if named or _is_text(page, kept) or _is_chinese_capture(page, kept) else []


def _is_chinese_capture(page: Outline, blocks: list[int]) -> bool:
    """Tell whether lines are Chinese of a text capture: it has no navigation to be taken for text.

    An error's `404 Not Found` or a script's JSON is no article in any form.
    """
    return not page.is_html and sum(len(_HAN.findall(page.blocks[i].text)) for i in blocks) >= 8


def _is_text(page: Outline, blocks: list[int]) -> bool:
    """Tell whether lines of an unmarked box are prose: a stop somewhere, or enough plain text."""
    weights = [weigh(page.blocks[index]) for index in blocks]
    return any(weight >= 12 for weight in weights) or sum(weights) >= 15


def _is_trailing(page: Outline, index: int, *, named: bool) -> bool:
    block = page.blocks[index]
    text = block.text
    if not named and block.linked > len(text) * 0.7:
        return True
    return bool(
        (_TOOLS.match(text) and not _is_number_in_a_table(page, index))
        or _EMPTY_LABEL.match(text)
        or _EDITOR.match(text)
        or _SOURCE_LINE.match(text)
        or is_strong_tail(text)
        or (len(text) <= 160 and (_DISCLAIMER.search(text) or _INVITATION.search(text)))
        or (block.linked > len(text) * 0.5 and is_tail(text))
        or _is_credit(text)
    )


def _is_number_in_a_table(page: Outline, index: int) -> bool:
    """Tell whether a block is a figure in a cell: the last one of a table, not a hit counter."""
    block = page.blocks[index]
    tags = (page.nodes[node].tag for node in page.ancestors(block.node))
    return block.text.isdecimal() and any(tag in ("td", "th") for tag in islice(tags, 3))


def _is_credit(text: str) -> bool:
    """Tell whether a line only names who entered, edited or checked the page."""
    labels = read_line(text) if len(text) <= 60 else ()
    return bool(labels) and labels[0].position <= 1 and {i.kind for i in labels} == {"editor"}
