"""Titles and paragraphs of text captures and newspaper pages, where no markup tells them apart.

The title is the line that stands last before the first paragraph; page chrome above it (版面导航,
lists of headlines) is told by the marker lines e-papers print, and by being repeated.
"""

import re
from collections.abc import Iterator, Sequence

from pipelines.dates import find_dates
from pipelines.extract.bodies import weigh
from pipelines.extract.choice import Candidate
from pipelines.extract.columns import is_breadcrumb
from pipelines.extract.headings import signs_removed
from pipelines.extract.labels import is_info_line, label_kind, read_line
from pipelines.extract.letterhead import title_over_letter, title_under_number
from pipelines.extract.outline import HEADING_TAGS, Outline
from pipelines.extract.prose import is_furniture
from pipelines.issuers import organs_in
from pipelines.numbers import own_line_number

_INTRO_HINT = re.compile(r"(?:^|\s)(?:pre|intro-?title|jianti|yinti|shoulder)(?:$|\s)", re.I)
_SUB_HINT = re.compile(r"(?:^|\s)(?:sub|sub-?title|futi|fbt|futitle)(?:$|\s)", re.I)
_CONTENT_MARK = re.compile(r"^(?:新闻内容|新聞內容|文章内容|正文内容|正文)$")
_PARAGRAPH = 60.0
"""The weight from which a line is a paragraph: about 25 characters and three stops."""
_NEAR_TOP = 12
_NAME = re.compile(r"(?!星期|周.$|来源|第)[\u4e00-\u9fff]{2,4}$")
"""An author glued to the day (`2026-05-20吴小青`)."""
_ORGANS_NAME = 12
"""Up to so many characters a line over the date may be the name of the organ that runs the site."""
_ENDED = re.compile(r"[。！？；：…”’）)》!?;:．]\s*$")
_NEW = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|第[一二三四五六七八九十百\d]+[章节条款]|[（(]据|●|■|附件)"
)


def content_start(page: Outline) -> int:
    """Return the index after the line by which an e-paper begins its article, 0 without one."""
    for index, block in enumerate(page.blocks):
        if _CONTENT_MARK.match(block.text.strip()):
            return index + 1
    return 0


def title_above_prose(page: Outline) -> Iterator[Candidate]:
    """Yield the title line of a text capture: the nearest fitting one above the first paragraph.

    Markdown headings at the top of the page come first, then a line that stands twice in a row
    (print pages and converters repeat the title); info lines, tools, breadcrumbs and numbered
    items between the title and the text are passed over. A line that says when and whence stands
    right under its title, whatever byline or summary follows it.
    """
    start = content_start(page)
    first = _first_paragraph(page, start)
    headings = [
        i for i in range(start, first) if page.nodes[page.blocks[i].node].tag in HEADING_TAGS
    ]
    if headings:
        yield _candidate(page, headings[0], "heading")
    for index in range(start, min(start + _NEAR_TOP, first - 1)):
        if _stands_twice(page, index):
            yield _candidate(page, index + 1, "line printed twice")
            return
    yield from _ending_a_breadcrumb(page, start)
    yield from _over_info_line(page, start, first)
    yield from title_over_letter(page, start)
    yield from title_under_number(page)
    no_prose = first == len(page.blocks)
    places = range(start, first) if no_prose else range(first - 1, start - 1, -1)
    for index in places:
        if _may_be_title(page, index):
            yield _candidate(page, index, "line above the text")
            return


def _ending_a_breadcrumb(page: Outline, start: int) -> Iterator[Candidate]:
    """The line that the breadcrumb below it ends with (`社工中心 > 动态 > …`)."""
    for index in range(start, min(start + _NEAR_TOP, len(page.blocks))):
        text = page.blocks[index].text.strip()
        below = page.blocks[index + 1 : index + 4]
        if len(text) >= 8 and any(
            re.search(rf"[>»›＞]\s*{re.escape(text)}$", b.text) for b in below
        ):
            yield _candidate(page, index, "last of the breadcrumb")
            return


def _over_info_line(page: Outline, start: int, first: int) -> Iterator[Candidate]:
    """The line over the first one that says when or whence; a paper's own day says neither."""
    for index in range(start + 1, min(start + 2 * _NEAR_TOP, first + 1, len(page.blocks))):
        if not says_when(page.blocks[index].text) or is_value(page, index):
            continue
        for above in range(index - 1, max(start, index - 5) - 1, -1):
            if _may_be_title(page, above):
                text = page.blocks[above].text
                if len(text) > _ORGANS_NAME or not organs_in(text):
                    yield _candidate(page, above, "line above the info line")
                return


def says_when(text: str) -> bool:
    """Tell whether a line gives the page's time of day or its source (`2026-05-20 08:16 来源：…`).

    A day alone may be the issue's, or a cell's; a time of day is the site's own stamp.
    """
    if not is_info_line(text):
        return False
    labels = read_line(text)
    if any(item.kind in ("published", "source") and item.value for item in labels):
        return not _NEW.match(text)
    return not labels and any(
        mention.has_time or _NAME.match(text, mention.end) for mention in find_dates(text)
    )


def _candidate(page: Outline, index: int, rule: str) -> Candidate:
    text = _whole_title(page, index)
    return Candidate(text, rule, f"line {index}", block=index)


def _whole_title(page: Outline, index: int) -> str:
    """Return a line, or the whole title printed above whose last part it is."""
    lines = [block.text.strip() for block in page.blocks[max(0, index - _NEAR_TOP) : index + 1]]
    for parts in (2, 3):
        joined = signs_removed("".join(lines[-parts:]))
        for line in lines[:-parts]:
            if signs_removed(line) == joined:
                return line
    return lines[-1]


def _first_paragraph(page: Outline, start: int) -> int:
    for index in range(start, len(page.blocks)):
        block = page.blocks[index]
        salutation = block.text.rstrip().endswith(("：", ":")) and len(block.text) >= 12
        if weigh(block) >= _PARAGRAPH or (salutation and re.search("[、，,]", block.text)):
            return index
    return len(page.blocks)


def _may_be_title(page: Outline, index: int) -> bool:
    text = page.blocks[index].text.strip()
    if not 6 <= len(text) <= 100 or text[-1] in "。；;：:，,、" or is_value(page, index):
        return False
    numbered = bool(_NEW.match(text)) and index > 0
    return not numbered and not is_furniture(page, index, "") and not is_breadcrumb(text)


def is_value(page: Outline, index: int) -> bool:
    """Tell whether a line is a 文号, or what a label on the line above names: no title."""
    text = page.blocks[index].text
    return bool(own_line_number(text)) or (
        index > 0 and label_kind(page.blocks[index - 1].text) not in (None, "title")
    )


def _stands_twice(page: Outline, index: int) -> bool:
    """Return whether this line and the next are one title; issuers sign twice by accident."""
    text = page.blocks[index].text.strip()
    again = page.blocks[index + 1].text.strip() == text
    return again and _may_be_title(page, index) and not organs_in(text)


def intro_title(page: Outline, title_block: int | None) -> str | None:
    """Return the 肩题: a short line right above the title that ends in a colon or says so."""
    if not title_block:
        return None
    block = page.blocks[title_block - 1]
    text = block.text.strip()
    marked = text[-1:] in "：:" or bool(_INTRO_HINT.search(page.nodes[block.node].hint))
    fits = 2 <= len(text) <= 40 and not block.linked and not label_kind(text)
    return text if marked and fits and not is_breadcrumb(text) else None


def subtitle(page: Outline, title_block: int | None) -> str | None:
    """Return the 副题: a dash line, a lesser heading or a box of that name under the title."""
    if title_block is None or title_block + 1 >= len(page.blocks):
        return None
    block = page.blocks[title_block + 1]
    text = block.text.strip()
    dashed = text.startswith(("——", "--", "—"))
    box = page.nodes[block.node]
    heading = (box.tag in HEADING_TAGS and not page.is_html) or bool(_SUB_HINT.search(box.hint))
    plain = not block.linked and 4 <= len(text) <= 60 and text[-1] not in "。：:"
    plain = plain and not is_info_line(text)
    return text if plain and (dashed or heading) else None


def joined_paragraphs(lines: Sequence[str]) -> list[str]:
    """Return the lines with paragraphs that a newspaper's columns broke put together again.

    A line that stops in the middle of a sentence goes on in the next one (`社会组` / `织要`);
    headings, numbered items and signatures are short or end their own way.
    """
    joined: list[str] = []
    for line in lines:
        if joined and _is_broken(joined[-1]) and not _NEW.match(line) and not organs_in(line):
            joined[-1] += line
        else:
            joined.append(line)
    return joined


def _is_broken(line: str) -> bool:
    return len(line) >= 24 and not _ENDED.search(line)
