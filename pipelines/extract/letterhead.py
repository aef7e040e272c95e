"""The head of an official document printed inside a page's body (GB/T 9704-2012 §7.2 and 7.3.1).

Under the issuer's mark (`…文件`) stand the 文号 and the title, broken into centred lines, and then
whom it is sent to. Pages that print nothing else show their title only there.
"""

import re
from collections.abc import Iterator

from pipelines.extract.choice import Candidate
from pipelines.extract.headings import plain_title
from pipelines.extract.labels import is_info_line
from pipelines.extract.outline import Outline
from pipelines.issuers import date_line, organs_in
from pipelines.numbers import own_line_number

_KIND = re.compile(
    r"(?:通知|意见|办法|规定|决定|公告|通告|通报|批复|函|方案|细则|规划|计划|要点|报告|请示|纪要|令|条例|标准|命令)"
    r"(?:[（(][^（）()]{1,12}[)）])?$"
)
"""How a title ends: with the kind of document (党政机关公文处理工作条例 第八条)."""
_WITHIN = 80
_MOST_LINES = 6
_NEAR_TOP = 12
_SALUTATION = re.compile(r"[^。]{1,80}[：:]$")


def title_under_number(page: Outline) -> Iterator[Candidate]:
    """Yield the title printed under the 文号 of a letterhead, its lines joined; at most one."""
    for index, block in enumerate(page.blocks[:_WITHIN]):
        if own_line_number(block.text):
            title = _joined(page, index + 1)
            if title:
                yield Candidate(
                    plain_title(title), "title under the number", "page", block=index + 1
                )
            return


def title_over_letter(page: Outline, start: int = 0) -> Iterator[Candidate]:
    """Yield the title a letter opens with: its 文号 or whom it is sent to stands right below.

    What the letter sends (印发) follows it with a title of its own, which is not the page's.
    """
    for index in range(start, min(start + _NEAR_TOP, len(page.blocks) - 1)):
        text, below = (page.blocks[i].text.strip(" \u3000") for i in (index, index + 1))
        if not 8 <= len(text) <= 100 or not _KIND.search(text):
            continue
        if own_line_number(below) or _SALUTATION.match(below):
            title = _begun_above(page, index, start) + text
            yield Candidate(plain_title(title), "title over the letter", "page", block=index)
            return


def _begun_above(page: Outline, index: int, start: int) -> str:
    """Return the line in which a title begins that goes on in this one: it names organ and 关于."""
    text = page.blocks[index].text
    if index == start or "关于" in text or text.endswith(("令", "公告")):
        return ""
    above = page.blocks[index - 1]
    begun = re.fullmatch(r"[^。：:；，|]{2,40}关于[^。：:；|]{2,40}", above.text)
    ended = _KIND.search(above.text) or is_info_line(above.text)
    return "" if above.linked or not begun or ended else above.text


def _joined(page: Outline, first: int) -> str:
    title = before = ""
    for block in page.blocks[first : first + _MOST_LINES]:
        text = block.text.strip(" \u3000")
        if block.linked or len(text) > 60 or text[-1:] in "。：:；，" or date_line(text):
            return ""
        both = bool(organs_in(before)) and bool(organs_in(text))
        title += f" {text}" if both else text
        if _KIND.search(re.sub(r"\s+", "", title)) and len(title) >= 8:
            return title
        before = text
    return ""
