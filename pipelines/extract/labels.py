"""The labels Chinese government and news pages put before a value, and reading value by label.

One vocabulary for info lines (`发布时间：… 来源：…`), header tables (索引号 | …) and lists; a label
that no field wants (打印, 浏览次数, 截止时间) still ends the value before it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.extract.outline import Block, Outline

LABELS: dict[str, tuple[str, ...]] = {
    "published": (
        "发布时间", "发布日期", "发表时间", "发表日期", "公开日期", "公开时间", "发布于", "上网时间",
        "上传时间", "录入时间", "添加时间", "刊发日期", "发稿时间", "信息时间", "公告时间", "时间",
        "日期", "發布時間", "發佈時間", "發布日期", "發佈日期", "時間", "公告日期", "信息发布时间",
        "公告发布时间", "文章发布时间", "发布", "网上发布时间", "挂网时间", "发文时间", "印发时间",
    ),
    "updated": ("更新时间", "更新日期", "修改时间", "最后更新", "更新時間", "更新於"),
    "written": ("成文日期", "成文时间", "发文日期", "印发日期", "签发日期", "制发日期", "成文时期"),
    "stamp": ("生成日期", "归档时间", "页面生成时间", "生成时间", "打印时间"),
    "source": (
        "来源", "信息来源", "稿源", "文章来源", "新闻来源", "稿件来源", "出处", "资料来源", "來源",
        "转载自", "转自", "摘自", "内容来源", "文章來源", "新聞來源", "来源于", "信息來源", "消息来源",
        "文件来源", "来源单位", "信息发布单位", "供稿单位",
    ),
    "publisher": (
        "发布机构", "发布单位", "公开机构", "公开主体", "发布部门", "公开部门", "信息发布机构",
        "提供单位", "公开责任部门", "责任部门", "發布機構",
    ),
    "issuer": ("发文机关", "制发机关", "发文单位", "发文机构", "制定机关", "颁布机关", "制发单位"),
    "author": ("作者", "记者", "通讯员", "撰稿", "文", "撰稿人", "本文作者", "作 者"),
    "editor": (
        "责任编辑", "编辑", "网站编辑", "責任編輯", "編輯", "审核", "校对", "审核人", "责编", "值班编辑",
        "初审", "复审", "终审", "信息员", "录入", "发布人", "录入者", "签发", "摄影", "图片", "发布者",
        "供稿", "供稿人", "报送", "文章类型",
    ),
    "number": (
        "发文字号", "文件编号", "文号", "发文文号", "公文文号", "文件字号", "文件文号", "发布文号",
        "文件号", "文號", "发文号", "公文字号", "发文编号",
    ),
    "index": ("索引号", "信息索引号", "索引號", "信息索引", "索取号"),
    "title": ("标题", "名称", "信息名称", "文件标题", "標題", "公文名称", "文件名称", "信息标题"),
    "theme": ("主题分类", "分类", "体裁分类", "组配分类", "题裁分类", "信息分类", "信息类别", "类别"),
    "subject": ("主题词", "关键词", "主題詞", "关键字", "标签"),
    "validity": ("有效性", "时效性", "效力状况", "是否有效", "有效状态", "文件状态", "效力状态"),
    "effective": ("施行日期", "生效日期", "实施日期", "生效时间", "实施时间", "施行时间"),
    "expires": ("失效日期", "废止日期", "有效期至", "失效时间", "废止时间", "有效期截止", "终止日期"),
    "term": ("有效期",),
    "other": (
        "公开方式", "公开时限", "公开范围", "内容概述", "附件下载", "文件下载", "服务对象分类", "公开形式",
        "公开属性", "统一编号", "登记号", "规范性文件登记号", "体裁", "服务对象", "题材", "语种", "公开程序",
        "浏览次数", "浏览量", "阅读次数", "访问次数", "点击数", "点击率", "点击量", "点击", "阅读量",
        "阅读", "人气", "访问量", "浏览", "次数", "评论", "浏览数", "阅读数", "点击次数", "瀏覽", "点击人次",
        "字体", "字号", "字体大小", "字体显示", "打印", "分享", "分享到", "收藏", "关闭", "保护视力色",
        "视力保护色", "字體", "我要评论", "参与评论", "评论数", "大小", "背景色", "背景颜色", "保存", "下载",
        "文章作者声明", "投稿", "纠错", "朗读", "收听", "查看", "扫一扫", "原标题", "摘要", "导读", "编者按",
        "开始时间", "结束时间", "留言时间", "截止时间", "截止日期", "报名时间", "活动时间", "会议时间",
        "开标时间", "当前时间", "现在时间", "今日日期", "答复时间", "回复时间", "信件时间", "办理时间",
        "开始日期", "结束日期", "公示时间", "公示日期", "征集时间", "征求时间", "反馈时间", "起止时间",
        "工作时间", "办公时间", "联系电话", "电话", "地址", "邮编", "邮箱", "联系人", "部门", "单位",
    ),
}  # fmt: skip

KIND_OF = {label.replace(" ", ""): kind for kind, labels in LABELS.items() for label in labels}
_BARE_TIME = frozenset(("时间", "日期", "時間", "文", "发布", "名称", "分类", "类别", "单位"))
_COLON = "[:：∶︰]"
_BLANK = r"[\s\u3000]*"


def _spaced(label: str) -> str:
    return _BLANK.join(map(re.escape, label))


_ALTERNATIVES = "|".join(_spaced(label) for label in sorted(KIND_OF, key=len, reverse=True))
_LABEL = re.compile(rf"[\[【(（]?(?P<label>{_ALTERNATIVES}){_BLANK}[\]】)）]?{_BLANK}{_COLON}")
_LABEL_SIGN = re.compile(r"[\s\u3000:：∶︰\[\]【】()（）•·>-]+")
_EMPTY_VALUES = frozenset(
    ("无", "-", "--", "—", "——", "暂无", "null", "无。", "空", "/", "N/A", "無")
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value with the label before it: kind of field, label as written, value, block it stood in.

    position: where in the block the label begins; value is "" where the page leaves it empty.
    """

    kind: str
    label: str
    value: str
    block: int
    position: int = 0


def label_kind(text: str) -> str | None:
    """Return the kind of field a text names when it is nothing but a label, else None."""
    return KIND_OF.get(_LABEL_SIGN.sub("", text)) if len(text) <= 24 else None


def read_line(text: str, block: int = 0, pieces: Sequence[str] = ()) -> tuple[Labelled, ...]:
    """Return the labelled values of one line, in order; labels need a colon here."""
    found = [m for m in _LABEL.finditer(text) if _is_label(text, m)]
    ends = [*(m.start() for m in found[1:]), len(text)][: len(found)]
    return tuple(
        Labelled(
            KIND_OF[re.sub(r"[\s\u3000]", "", m["label"])],
            re.sub(r"[\s\u3000]", "", m["label"]),
            _clean(text[m.end() : end], pieces),
            block,
            m.start(),
        )
        for m, end in zip(found, ends, strict=True)
    )


def _is_label(text: str, match: re.Match[str]) -> bool:
    """Reject `报名时间：` read as 时间: a bare word must not continue a longer one.

    A name may be glued before it where the line already has labels (`作者:王锡松 汪健时间:2022…`).
    """
    start = match.start("label")
    before = text[start - 1] if start else ""
    if not before or not "\u4e00" <= before <= "\u9fff":
        return True
    if re.sub(r"[\s\u3000]", "", match["label"]) not in _BARE_TIME:
        return True
    return match["label"] in ("时间", "日期") and bool(_LABEL.search(text[:start]))


def _clean(value: str, pieces: Sequence[str]) -> str:
    """Return the value without signs around it; text nodes tell where a glued value ends."""
    value = value.strip(" \u3000|｜\t[]【】;；,，、·•")
    for piece in pieces:
        if len(piece) >= 2 and value.startswith(piece) and len(piece) < len(value):
            value = value if value[len(piece)] not in " \u3000" else value
            break
    return "" if value in _EMPTY_VALUES else value


def read_labels(page: Outline, first: int, last: int) -> tuple[Labelled, ...]:
    """Return the labelled values in blocks[first:last], from lines and from table cells alike.

    A cell that is only a label takes the next block as its value, unless that is a label itself:
    an empty cell leaves no block, so `索引号 | (empty) | 文号 | 民发…` is read right.
    """
    return tuple(_labels(page.blocks, first, last))


def _labels(blocks: Sequence[Block], first: int, last: int) -> Iterator[Labelled]:
    for index in range(first, min(last, len(blocks))):
        block = blocks[index]
        if len(block.text) > 400:
            continue
        kind = label_kind(block.text)
        if kind:
            value = _next_value(blocks, index + 1)
            yield Labelled(kind, _LABEL_SIGN.sub("", block.text), value, index)
            continue
        line = read_line(block.text, index, block.pieces)
        for item in line[:-1]:
            yield item
        if line:
            yield _with_next(line[-1], blocks, index)


def _with_next(item: Labelled, blocks: Sequence[Block], index: int) -> Labelled:
    if item.value or item.kind not in ("published", "source", "number", "written", "index"):
        return item
    value = _next_value(blocks, index + 1)
    return Labelled(item.kind, item.label, value, item.block, item.position)


def _next_value(blocks: Sequence[Block], index: int) -> str:
    if index >= len(blocks):
        return ""
    text = blocks[index].text
    if label_kind(text) or _LABEL.match(text) or len(text) > 120 or text.endswith("。"):
        return ""
    return _clean(text, ())
