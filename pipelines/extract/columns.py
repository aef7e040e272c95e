"""The columns a page stands in (栏目), read from its breadcrumb or from `ColumnName`."""

import re

from pipelines.extract.outline import Outline

_LEAD = re.compile(
    r"^.{0,12}?(?:您?(?:现在|当前)?(?:所在)?的?(?:位置|位置是|位置為)|现在位置|當前位置|你的位置)[^:：]{0,4}\s*[:：]\s*"
)
_HOME = re.compile(r"^(?:网站|返回|本站)?(?:首页|首頁|主页|Home)$", re.I)
_PART = re.compile(r"\s*(?:>>|>|»|›|＞|→|/|\|)\s*")
_NOT_COLUMN = re.compile(r"^(?:正文|内容|正文内容|详情|详细内容|文章内容|信息详情|当前页)?$")


def read_columns(page: Outline, title: str | None, title_block: int | None) -> tuple[str, ...]:
    """Return the breadcrumb's columns without 首页, 正文 and the title; outermost first."""
    last = title_block + 2 if title_block is not None else min(len(page.blocks), 120)
    for index in range(min(last, len(page.blocks)) - 1, -1, -1):
        parts = _breadcrumb(page, index)
        if parts:
            return _without_title(parts, title)
    name = page.meta.get("columnname", "")
    return tuple(part for part in re.split(r"[,，;；>]", name) if part.strip())


def is_breadcrumb(text: str) -> bool:
    """Tell whether a line is a breadcrumb (`当前位置：首页 > …`, `首页 > 政策文件`)."""
    return bool(_LEAD.match(text) or re.match(r"^.{0,4}(?:首页|首頁|主页)\s*[>»›＞|]", text))


def _breadcrumb(page: Outline, index: int) -> list[str]:
    text = page.blocks[index].text
    if len(text) > 300 or not is_breadcrumb(text):
        return []
    rest = _LEAD.sub("", text)
    bare = not _PART.search(rest)
    for block in page.blocks[index + 1 : index + 10]:
        if re.match(r"^[>»›＞]", block.text) or re.search(r"[>»›＞]$", rest) or not rest:
            rest = f"{rest} {block.text}"
        elif bare and block.linked == len(block.text) <= 16:
            rest = f"{rest} > {block.text}"
        else:
            break
    parts = [part.strip(" \u3000[]【】") for part in _PART.split(rest)]
    parts = [part for part in parts if part]
    return parts if len(parts) > 1 else _linked_parts(page, index) or parts


def _linked_parts(page: Outline, index: int) -> list[str]:
    """Columns printed without signs between them are parted by their links."""
    pieces = (_LEAD.sub("", piece.strip()).strip() for piece in page.blocks[index].pieces)
    return [piece for piece in pieces if piece and len(piece) <= 20]


def _without_title(parts: list[str], title: str | None) -> tuple[str, ...]:
    kept = []
    for part in parts:
        if title and part.endswith(title):
            part = part[: -len(title)].strip()
        if not (_HOME.match(part) or _NOT_COLUMN.match(part)) and len(part) <= 40:
            kept.append(part)
    return tuple(kept)
