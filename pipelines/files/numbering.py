"""The numbers Word counts itself (ECMA-376 part 1 §17.9) as they are shown: 第一条, 一、, （一）.

They are no text of the file: paragraphs refer to a list and a level, and Word counts. Counted here
is what the file states; a list that the file does not define gives no number.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
          (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_SILENT = frozenset({"bullet", "none"})
_DEEPEST_STYLE = 10
"""How many styles may be based on each other before they are taken for a circle."""


def chinese_numeral(number: int, digits: str = _DIGITS, units: str = "十百千") -> str:
    """Return a number below 10,000 in Chinese numerals: 十, 二十一, 一百零三."""
    if not 0 < number < 10_000:
        return str(number)
    text, zero = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            lead = "零" if zero and text else ""
            text += lead + digits[digit] + (units[power - 1] if power else "")
        zero = not digit
    return text.removeprefix("一") if 10 <= number < 20 and digits is _DIGITS else text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese_numeral,
    "chineseCountingThousand": chinese_numeral,
    "japaneseCounting": chinese_numeral,
    "taiwaneseCounting": chinese_numeral,
    "taiwaneseCountingThousand": chinese_numeral,
    "ideographDigital": lambda n: "".join(_DIGITS[int(c)] for c in str(n)),
    "taiwaneseDigital": lambda n: "".join(_DIGITS[int(c)] for c in str(n)),
    "chineseLegalSimplified": lambda n: chinese_numeral(n, _LEGAL, "拾佰仟"),
    "ideographTraditional": lambda n: _STEMS[(n - 1) % 10],
    "decimalZero": lambda n: f"{n:02d}",
    "decimalFullWidth": lambda n: "".join(chr(0xFF10 + int(c)) for c in str(n)),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "upperRoman": lambda n: _roman(n).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda n: _letter(n).upper(),
    "lowerLetter": _letter,
}
"""§17.18.59; whatever else there is counts in Arabic digits, as `decimal` does."""


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts: from which number, in which form, written how.

    after: the level (1 for the topmost) whose numbers make this one begin anew, 0 for none ever,
    None for any above (§17.9.10). style: the paragraph style that stands for it (§17.9.23).
    """

    start: int = 1
    form: str = "decimal"
    text: str = ""
    glue: str = " "
    legal: bool = False
    after: int | None = None
    style: str = ""

    def written(self, counts: list[int], forms: list[str]) -> str:
        """Return the number as it is shown; counts and forms: of this level and those above."""

        def value(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            if place >= len(counts):
                return ""
            form = "decimal" if self.legal else forms[place]
            return _FORMATS.get(form, str)(counts[place])

        return re.sub(r"%([1-9])", value, self.text)


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each has been counted.

    lists: by w:numId, the counter it shares (w:abstractNumId) and its levels. styles: the
    (numId, level) a paragraph style states. restarts: (numId, level) that begin anew, once.
    """

    lists: dict[str, tuple[str, dict[int, Level]]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    restarts: dict[str, set[int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, list_id: str | None, level: int | None, style: str | None) -> str:
        """Return the next number of a paragraph's list, with the gap after it; "" for no list."""
        of_style = self.styles.get(style or "", ("", 0))
        list_id = of_style[0] if list_id is None else list_id
        level = of_style[1] if level is None else level
        if list_id not in self.lists:
            return ""
        counter, levels = self.lists[list_id]
        how = levels.get(level, Level(form="none"))
        self._count(list_id, counter, level, levels)
        if how.form in _SILENT or not how.text:
            return ""
        above = [levels.get(i, Level()) for i in range(level + 1)]
        counted = self.counts[counter]
        numbers = [counted.get(i, above[i].start) for i in range(level + 1)]
        label = how.written(numbers, [each.form for each in above])
        return label if label[-1:] in "、）)．" else label + how.glue

    def _count(self, list_id: str, counter: str, level: int, levels: dict[int, Level]) -> None:
        counted = self.counts.setdefault(counter, {})
        anew = self.restarts.get(list_id, set())
        start = levels[level].start if level in levels else 1
        begun = level in counted and level not in anew
        anew.discard(level)
        counted[level] = counted[level] + 1 if begun else start
        for deeper in [each for each in counted if each > level]:
            after = levels[deeper].after if deeper in levels else None
            if after is None or level < after:
                del counted[deeper]


def read_numbering(numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
    """Return the lists that numbering.xml and styles.xml define; None where a part is missing."""
    read = Numbering()
    if numbering is not None:
        abstract = {_val(node, "abstractNumId"): node for node in _all(numbering, "abstractNum")}
        for node in _all(numbering, "num"):
            _read_list(read, node, abstract)
    if styles is not None:
        _read_styles(read, styles)
    return read


def _read_list(read: Numbering, node: etree._Element, abstract: dict[str, etree._Element]) -> None:
    list_id = _val(node, "numId")
    counter = _child_val(node, "abstractNumId") or ""
    levels = dict(_levels(abstract.get(counter)))
    for override in _all(node, "lvlOverride"):
        place = _number(_val(override, "ilvl"), 0)
        levels.update(_levels(override))
        begin = _child_val(override, "startOverride")
        if begin is not None and place in levels:
            levels[place] = replace(levels[place], start=_number(begin, 1))
            read.restarts.setdefault(list_id, set()).add(place)
    read.lists[list_id] = (counter, levels)


def _levels(node: etree._Element | None) -> Iterator[tuple[int, Level]]:
    for level in _all(node, "lvl") if node is not None else ():
        suffix, after = _child_val(level, "suff"), _child_val(level, "lvlRestart")
        yield (
            _number(_val(level, "ilvl"), 0),
            Level(
                _number(_child_val(level, "start"), 1),
                _child_val(level, "numFmt") or "decimal",
                _child_val(level, "lvlText") or "",
                "" if suffix == "nothing" else " ",
                bool(_all(level, "isLgl")),
                None if after is None else _number(after, 0),
                _child_val(level, "pStyle") or "",
            ),
        )


def _read_styles(read: Numbering, styles: etree._Element) -> None:
    stated: dict[str, tuple[str, int]] = {}
    parents: dict[str, str] = {}
    for style in _all(styles, "style"):
        name = _val(style, "styleId")
        parents[name] = _child_val(style, "basedOn") or ""
        for properties in style.iter("{*}numPr"):
            list_id = _child_val(properties, "numId")
            if list_id is not None:
                _, levels = read.lists.get(list_id, ("", {}))
                linked = (place for place, level in levels.items() if level.style == name)
                place = _number(_child_val(properties, "ilvl"), 0)
                stated[name] = (list_id, next(linked, place))
    for name in parents:
        ancestor, depth = name, 0
        while ancestor and ancestor not in stated and depth < _DEEPEST_STYLE:
            ancestor, depth = parents.get(ancestor, ""), depth + 1
        if ancestor in stated:
            read.styles[name] = stated[ancestor]


def _all(node: etree._Element, name: str) -> list[etree._Element]:
    return node.findall(f"{{*}}{name}")


def _val(node: etree._Element, name: str) -> str:
    found = (value for key, value in node.attrib.items() if str(key).endswith(f"}}{name}"))
    return str(next(found, ""))


def _child_val(node: etree._Element, name: str) -> str | None:
    child = node.find(f"{{*}}{name}")
    return _val(child, "val") if child is not None else None


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default
