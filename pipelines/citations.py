"""Policies a text names: 《》 titles and the document numbers beside them, with the sentence.

Newspapers, books and short names (以下简称《规划》) are not policies; numbers without a title are
cited too. Whether a cited policy is known is not asked here.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from pipelines.numbers import NumberMention, find_numbers
from store.records import Certainty, Citation

_POLICY_END = re.compile(
    r"(?:意见|办法|规定|规划|条例|通知|方案|纲要|法|标准|制度|细则|决定|公告|指南|目录|计划|规则|章程|规程|规范|"
    r"准则|指引|通告|批复|函|决议|要点|措施|任务|清单|宣言|公约|暂行|试行|报告|通则|若干政策|政策|法典|宪法|意見|辦法|"
    r"規定|規劃|方針|条款|说明|要求|导则|大纲|命令|令|倡议书|协议|合同|流程|定额|责任书|建议)"
    r"(?:[（(〔\[][^（）()]{1,24}[）)〕\]]|[”\"》〉])*$"
)
_BETWEEN = re.compile(r"[\s（(〔\[”\"的]*(?:即|文号[:：]?)?")
_SENTENCE_END = "。！？；\n"


def find_citations(text: str) -> tuple[Citation, ...]:
    """Return the policies cited in text, each once, in order of first mention.

    A title directly followed by a bracketed number carries it; a number that belongs to no title
    stands alone with title None. Short names defined by 以下简称 are left out everywhere.
    """
    numbers = list(find_numbers(text))
    titles = [t for t in _titles(text) if _POLICY_END.search(t[0])]
    short = _short_names(text)
    found = _Found()
    used: set[int] = set()
    for title, start, end in titles:
        number = _number_after(text, end, numbers)
        if number:
            used.add(number.start)
        elif title in short:
            continue
        found.keep(_citation(text, title, number, start))
    for number in numbers:
        if number.start not in used:
            found.keep(_citation(text, None, number, number.start))
    return tuple(found.kept.values())


class _Found:
    """Citations in order of first mention, each once."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str | None, str | None], Citation] = {}
        self.titles: set[str | None] = set()
        self.numbers: set[str | None] = set()

    def keep(self, cited: Citation) -> None:
        """Keep a first mention; a title once seen with its number is not kept again without."""
        title, number = cited.title, cited.document_number
        known = number in self.numbers if title is None else number is None and title in self.titles
        if known or (title, number) in self.kept:
            return
        if number:
            self.kept.pop((title, None), None)
        self.kept[(title, number)] = cited
        self.titles.add(title)
        self.numbers.add(number)


def _citation(text: str, title: str | None, number: NumberMention | None, start: int) -> Citation:
    certainty: Certainty = number.certainty if number else "stated"
    value = number.value if number else None
    return Citation(title, value, sentence_at(text, start), certainty)


def _titles(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (title, start, end) of each outermost 《…》; nested ones stay inside it."""
    depth, start = 0, 0
    for match in re.finditer("[《》\n]", text):
        sign = match[0]
        if sign == "《":
            start = match.end() if depth == 0 else start
            depth += 1
        elif sign == "》" and depth:
            depth -= 1
            if depth == 0 and 2 <= match.start() - start <= 150:
                yield text[start : match.start()].strip(), start, match.end()
        elif sign == "\n":
            depth = 0


def _short_names(text: str) -> set[str]:
    """Names a text defines for itself: `（以下简称《规划》）`, `分别简称《意见》和《规划》`."""
    names: set[str] = set()
    for match in re.finditer(
        r"(?:简称|簡稱|统称)[^。；\n]{0,6}?((?:[“\"]?《[^《》]{1,20}》[”\"]?[、和及与]?)+)", text
    ):
        names.update(re.findall(r"《([^《》]+)》", match[1]))
    return names


def _number_after(text: str, end: int, numbers: list[NumberMention]) -> NumberMention | None:
    """Return the number that stands directly behind a title, brackets and blanks aside."""
    index = bisect_left(numbers, end, key=lambda number: number.start)
    if index == len(numbers) or numbers[index].start > end + 8:
        return None
    between = text[end : numbers[index].start]
    return numbers[index] if _BETWEEN.fullmatch(between) else None


def sentence_at(text: str, position: int) -> str:
    """Return the sentence around a position, at most 200 characters of it."""
    first, last = max(0, position - 120), position + 200
    start = max(first, *(text.rfind(sign, first, position) + 1 for sign in _SENTENCE_END))
    ends = [end for end in (text.find(sign, position, last) for sign in _SENTENCE_END) if end >= 0]
    end = min(ends) + 1 if ends else len(text)
    return text[start : min(end, start + 200)].strip()
