"""The labels Chinese government and news pages put before a value, and reading value by label.

One vocabulary for info lines (`发布时间：… 来源：…`), header tables (索引号 | …) and lists; a label
that no field wants (打印, 浏览次数, 截止时间) still ends the value before it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.dates import find_dates
from pipelines.extract.outline import Outline
from pipelines.extract.vocabulary import KIND_OF

_COLON = "[:：∶︰]"
_SIGNS = ":：∶︰】]"
_BLANK = r"[\s\u3000]*"


def _spaced(label: str) -> str:
    return _BLANK.join(map(re.escape, label))


_ALTERNATIVES = "|".join(_spaced(label) for label in sorted(KIND_OF, key=len, reverse=True))
_LABEL = re.compile(
    rf"[\[【(（]?(?P<label>{_ALTERNATIVES}){_BLANK}[\]】)）]?{_BLANK}{_COLON}|"
    rf"[\[【]{_BLANK}(?P<framed>{_ALTERNATIVES}){_BLANK}[\]】]"
)
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
    if not any(sign in text for sign in _SIGNS):
        return ()
    found = [m for m in _LABEL.finditer(text) if _is_label(text, m)]
    ends = [*(m.start() for m in found[1:]), len(text)][: len(found)]
    return tuple(
        _labelled(m, _clean(text[m.end() : end]), block, pieces)
        for m, end in zip(found, ends, strict=True)
    )


def _labelled(match: re.Match[str], value: str, block: int, pieces: Sequence[str]) -> Labelled:
    label = re.sub(r"[\s\u3000]", "", match["label"] or match["framed"])
    value = _own_node(label, value, pieces)
    return Labelled(KIND_OF[label], label, value, block, match.start())


def _is_label(text: str, match: re.Match[str]) -> bool:
    """Reject `报名时间：` read as 时间, `数据来源：` as 来源: a short label ends no longer word.

    A name may be glued before it where the line already has labels (`作者:王锡松 汪健时间:2022…`).
    """
    if match["framed"]:
        return KIND_OF[re.sub(r"[\s\u3000]", "", match["framed"])] != "other"
    start = match.start("label")
    before = text[start - 1] if start else ""
    if not before or not "\u4e00" <= before <= "\u9fff":
        return True
    label = re.sub(r"[\s\u3000]", "", match["label"])
    return len(label) > 2 or (len(label) == 2 and bool(_LABEL.search(text[:start])))


def _clean(value: str) -> str:
    value = value.strip(" \u3000|｜\t[]【】;；,，、·•")
    return "" if value in _EMPTY_VALUES else value


def _own_node(label: str, value: str, pieces: Sequence[str]) -> str:
    """Return a value cut where its text node ends: `来源：新华网` glued to the next element."""
    for piece in pieces:
        name, colon, inside = piece.partition("：" if "：" in piece else ":")
        if colon and name.strip().endswith(label) and len(inside.strip()) >= 2:
            return inside.strip() if value.startswith(inside.strip()) else value
    return value


def is_info_line(text: str) -> bool:
    """Tell whether a line is the page's 时间/来源 line or a bare date, not a sentence."""
    labels = read_line(text)
    if labels and not text.endswith("。"):
        own = sum(len(item.label) + len(item.value) + 1 for item in labels)
        kinds = {item.kind for item in labels}
        if own >= 0.6 * len(text) and (len(labels) > 1 or kinds != {"other"}):
            return True
        return bool(kinds & {"published", "source"}) and len(text) <= 90
    mentions = find_dates(text)
    return len(mentions) == 1 and len(text) <= 40 and not re.search("[。，、]", text)


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
        line = read_line(block.text, index, block.pieces)
        yield from line[:-1]
        if line:
            yield _with_next(line[-1], page, index)


def _with_next(item: Labelled, page: Outline, index: int) -> Labelled:
    if item.value or item.kind not in ("published", "source", "number", "written", "index"):
        return item
    value = _next_value(page, index, item.kind)
    return Labelled(item.kind, item.label, value, item.block, item.position)


def _next_value(page: Outline, index: int, kind: str) -> str:
    if index + 1 >= len(page.blocks) or not _share_box(page, index):
        return ""
    text = page.blocks[index + 1].text
    if label_kind(text) or _LABEL.match(text) or len(text) > 120 or text[-1] in "。：:":
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
