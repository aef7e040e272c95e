"""The labels Chinese government and news pages put before a value, and reading value by label.

One vocabulary for info lines (`发布时间：… 来源：…`), header tables (索引号 | …) and lists; a label
that no field wants (打印, 浏览次数, 截止时间) still ends the value before it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.dates import find_dates
from pipelines.extract.outline import Outline
from pipelines.extract.vocabulary import KIND_OF

_COLON = re.compile("[:：∶︰]")
_FRAMED = re.compile(r"[\[【]([^\[\]【】]{2,14})[\]】](?![\s\u3000]*[:：∶︰])")
_BLANKS = re.compile(r"[\s\u3000]")
_EVENT = re.compile(
    r"(?:来信|写信|提问|受理|办结|访谈|直播|征集|报名|截止|截至|开始|结束|活动|会议|开标|投标|采购|答复|回复|处理|"
    r"审核|办理|服务|播出|拍摄|演出|考试|面试|公示|施行|实施|生效|失效|成立|出生|工作|营业|开放|展览|数据|资料|图片|"
    r"资金|经费|立案|签订|到货|交付|完成|开工|竣工|有效|合同|当前|现在|预计|申请|登记|检查|培训|举办|举行)$"
)
_SENTENCE_GOES_ON = re.compile(
    r"(?![\u4e00-\u9fff]{2,4}$|星期|周[一二三四五六日天]|[上下]一[期版]|第[\d一二三四五六七八九十]+版|来源|作者|编辑|浏览|点击|阅读|发布)[\u4e00-\u9fff】」]"
)
"""What follows the day in a title (`5月12日新闻发布会实录`), not in a line of the date."""
_STAMP = re.compile(r"\s*(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s+\d{1,2}:\d\d(?::\d\d)?\s*")
"""A day with its time of day, before the names of those who entered the page."""
_SLASHED = re.compile(r"(来源|來源|文章来源)\s?[/|｜]\s?([^/|｜:：]{2,24})")
_MOST_PIECES = 8
"""Text nodes of a line that is one label and its value."""
_PASSED_OVER = frozenset(" \t\u3000\u2002\u2003")
_LONGEST = max(map(len, KIND_OF))
_LAST = frozenset(label[-1] for label in KIND_OF)
_LABEL_SIGN = re.compile(r"[\s\u3000:：∶︰\[\]【】()（）•·>-]+")
_EMPTY_VALUES = frozenset(
    ("无", "-", "--", "—", "——", "暂无", "null", "无。", "空", "/", "N/A", "無", "未知", "不详")
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


@dataclass(frozen=True, slots=True)
class _Found:
    """A label in a line: as written without blanks, where it begins, where its value begins."""

    label: str
    start: int
    value: int


def read_line(text: str, block: int = 0, pieces: Sequence[str] = ()) -> tuple[Labelled, ...]:
    """Return the labelled values of one line, in order; a label ends in a colon or is framed."""
    found = _labels_in(text, pieces)
    ends = [*(f.start for f in found[1:]), len(text)][: len(found)]
    return tuple(
        Labelled(
            KIND_OF[f.label],
            f.label,
            _own_node(f.label, _clean(text[f.value : end]), pieces),
            block,
            f.start,
        )
        for f, end in zip(found, ends, strict=True)
    )


def _labels_in(text: str, pieces: Sequence[str] = ()) -> list[_Found]:
    found: list[_Found] = []
    for colon in _COLON.finditer(text):
        label = _label_before(text, colon.start(), pieces, later=bool(found))
        if label and (not found or label.start >= found[-1].value):
            found.append(label)
    for framed in _FRAMED.finditer(text) if "【" in text or "[" in text else ():
        name = _BLANKS.sub("", framed[1])
        if KIND_OF.get(name, "other") != "other":
            found.append(_Found(name, framed.start(), framed.end()))
    return sorted(found, key=lambda f: f.start)


def _label_before(text: str, colon: int, pieces: Sequence[str], *, later: bool) -> _Found | None:
    """Return the longest label that ends before a colon, blanks inside it passed over (`来　源`).

    `报名时间：` is not 时间 and `数据来源：` is not 来源: a short label ends no longer word, unless
    the line already has labels and a name is glued before it (`作者:王锡松 汪健时间:2022…`), or
    an element begins with it.
    """
    end = colon
    while end and (text[end - 1] in _PASSED_OVER or text[end - 1] in "]】)）"):
        end -= 1
    if not end or text[end - 1] not in _LAST:
        return None  # most colons end no label: `08:16`, `各市民政局：`
    places = [i for i in range(max(0, end - 2 * _LONGEST), end) if text[i] not in _PASSED_OVER]
    written = "".join(text[i] for i in places)
    for length in range(min(_LONGEST, len(places)), 0, -1):
        start = places[-length]
        label = written[-length:]
        if label in KIND_OF:
            glued = start > 0 and "\u4e00" <= text[start - 1] <= "\u9fff"
            if start and label.isascii() and text[start - 1].isalpha():
                return None  # `Update:` is not `Date:`
            whole = length > 2 or (length == 2 and later and _is_name(text[:start]))
            if glued and not whole and not _begins_piece(text[start:end], pieces):
                return None
            framed = start > 0 and text[start - 1] in "[【(（" and end < colon
            return _Found(label, start - framed, colon + 1)
    return None


def _begins_piece(label: str, pieces: Sequence[str]) -> bool:
    """Tell whether an element begins with a label: what stands before it is another element's."""
    return any(piece.lstrip().startswith(label) for piece in pieces)


def _is_name(before: str) -> bool:
    """Tell whether what is glued before a short label may be a name: `来信时间` is another word."""
    return not _EVENT.search(before)


def _clean(value: str) -> str:
    value = value.strip(" \u3000|｜\t[]【】;；,，、·•")
    return "" if value in _EMPTY_VALUES else value


def _own_node(label: str, value: str, pieces: Sequence[str]) -> str:
    """Return a value cut where its text node ends: `来源：新华网` glued to the next element."""
    for piece in pieces:
        name, colon, inside = piece.partition("：" if "：" in piece else ":")
        if colon and name.strip().endswith(label) and len(inside.strip()) >= 2:
            return inside.strip() if value.startswith(inside.strip()) else value
    return _next_node(value, pieces) if KIND_OF[label] == "source" else value


def _next_node(value: str, pieces: Sequence[str]) -> str:
    """Return the element a source's value begins with, where a blank parts it from the next one."""
    for before, piece in pairwise(filter(str.strip, pieces)):
        name = piece.strip()
        labelled = before.rstrip()[-1:] in "：:" and len(name) >= 2 and value.startswith(name)
        if labelled and value[len(name) :][:1].isspace():
            return name
    return value


def is_info_line(text: str) -> bool:
    """Tell whether a line is the page's 时间/来源 line or a bare date, not a sentence."""
    labels = read_line(text)
    if labels and not text.endswith("。"):
        own = sum(len(item.label) + len(item.value) + 1 for item in labels)
        kinds = {item.kind for item in labels}
        if kinds & {"author", "editor"} and _STAMP.fullmatch(text[: labels[0].position]):
            return True
        if own >= 0.6 * len(text) and (len(labels) > 1 or kinds != {"other"}):
            return True
        prose = re.search("[。！？]", text[: labels[0].position])
        return bool(kinds & {"published", "source"}) and len(text) <= 90 and not prose
    mentions = find_dates(text) if len(text) <= 40 else ()
    if len(mentions) != 1 or re.search("[。，、]", text):
        return False
    return not _SENTENCE_GOES_ON.match(text, mentions[0].end)


def read_labels(page: Outline, first: int, last: int) -> tuple[Labelled, ...]:
    """Return the labelled values in blocks[first:last], from lines and from table cells alike.

    A cell that is only a label takes the next block as its value, unless that is a label itself or
    lies outside the smallest box that holds more than the label: an empty cell leaves no block.
    """
    return tuple(_labels(page, first, last))


def _labels(page: Outline, first: int, last: int) -> Iterator[Labelled]:
    for index in range(first, min(last, len(page.blocks))):
        block = page.blocks[index]
        if len(block.text) > 400:
            continue
        kind = label_kind(block.text)
        if kind:
            value = _next_value(page, index, kind)
            yield Labelled(kind, _LABEL_SIGN.sub("", block.text), value, index)
            continue
        parted = _parted(block.pieces, index) or _after_slash(block.text, index)
        if parted:
            yield parted
            continue
        line = read_line(block.text, index, block.pieces)
        yield from line[:-1]
        if line:
            yield _with_next(line[-1], page, index)


def _parted(pieces: Sequence[str], index: int) -> Labelled | None:
    """Return a label and its value that only their elements part (`<b>信息来源</b><i>…</i>`)."""
    if not 1 < len(pieces) <= _MOST_PIECES:
        return None
    shown = [piece.strip() for piece in pieces if piece.strip()]
    if not shown or len(shown[0]) > 2 * _LONGEST:
        return None
    kind = (
        label_kind(shown[0]) if len(shown) > 1 and not _COLON.search("".join(shown[:2])) else None
    )
    if kind in (None, "other", "author", "editor") or len(shown) > 4:
        return None
    value = _clean("".join(shown[1:]))
    return Labelled(kind or "", _LABEL_SIGN.sub("", shown[0]), value, index)


def _after_slash(text: str, index: int) -> Labelled | None:
    """Return a source named after a stroke (`来源 / 联合早报`), as bylines of papers have it."""
    match = _SLASHED.fullmatch(text) if len(text) <= 40 else None
    return Labelled("source", match[1], match[2], index) if match else None


def _with_next(item: Labelled, page: Outline, index: int) -> Labelled:
    if item.value or item.kind not in ("published", "source", "number", "written", "index"):
        return item
    value = _next_value(page, index, item.kind)
    return Labelled(item.kind, item.label, value, item.block, item.position)


def _next_value(page: Outline, index: int, kind: str) -> str:
    if index + 1 >= len(page.blocks) or not _share_box(page, index):
        return ""
    text = page.blocks[index + 1].text
    if label_kind(text) or len(text) > 120 or text[-1] in "。：:":
        return ""
    labels = _labels_in(text)
    if labels and labels[0].start == 0:
        return ""
    if kind == "source" and (len(text) > 30 or re.search("[，、；]", text)):
        return ""
    return _clean(text)


def _share_box(page: Outline, index: int) -> bool:
    """Tell whether the smallest box holding more than a block also holds the next block."""
    for node in page.ancestors(page.blocks[index].node):
        box = page.nodes[node]
        if box.last - box.first > 1:
            return box.last > index + 1
    return True
