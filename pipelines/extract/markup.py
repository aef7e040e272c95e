"""The markup of a page made ready to be parsed: real defects undone, written text made visible.

Changes markup only; what a reader sees on the page stays as it is.
"""

import json
import re
from datetime import datetime
from html import unescape

from lxml import etree

from pipelines.extract import damaged
from pipelines.extract.rules import Rules
from store.records import SHANGHAI

_EARLY_END = re.compile(r"</(?:html|body)\s*>", re.I)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_BODY_MARK = re.compile(r"<!--\s*(/?)\s*enpcontent\s*(/?)-->", re.I)
_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.I | re.S)
_WRITE = re.compile(r"document\.write(?:ln)?\s*\((.*?)\)\s*(?:;|$|\})", re.S)
_ASSIGNED = re.compile(r"""(\w+)\s*=\s*(?:"([^"\n]*)"|'([^'\n]*)')""")
_TERM = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z_]\w*))\s*(?:\+|$)""")
_WANTED = re.compile(r"来源|來源|时间|日期|作者|[\u4e00-\u9fff]{2,}")
_TEXTAREA = re.compile(r"<textarea([^>]*)>(\s*&lt;.*?)</textarea>", re.I | re.S)
_FIELD_AREA = re.compile(
    r"""<textarea[^>]*class=["']?[\w-]*(title|time|source-name)["']?[^>]*>\s*([^<]{2,200}?)\s*</textarea>""",
    re.I,
)
_STATED = re.compile(
    r"""(datePublished|pubDate|publish(?:Time|_time|Date)|pubtime)["']?\s*[:=]\s*"""
    r"""["']([^"']{8,40})["']"""
)
_VARIABLE = re.compile(
    r"""var\s+(createTime|publish_time|ct)\s*=\s*["'](\d{4}-\d\d-\d\d[^"']{0,12}|1\d{9})["']"""
)
"""When a 公众号 article went out: shown by a script alone. Begins with letters: found fast."""
_STATED_NAMES = (
    "datePublished",
    "pubDate",
    "publishTime",
    "publish_time",
    "publishDate",
    "pubtime",
)
_BRANCH = re.compile(
    r"""if\s*\(\s*(\w+)\s*(==|!=)=?\s*(?:""|'')\s*\)\s*\{(.*?)\}(?:\s*else\s*\{(.*?)\})?""", re.S
)
_DETAIL = re.compile(r"""\bDETAIL["']?\s*[:=]\s*\{""")
_COMMENT = re.compile(r"<!--\s*enpproperty(.*?)/enpproperty\s*-->", re.S)


def parse_html(text: str, rules: Rules) -> etree._Element | None:
    """Return the tree of a page, None when there is no element in it.

    A stray early `</html>` or `</body>` would make lxml drop the rest of the page, a real defect of
    government pages, so they go first. Text that a `document.write` puts on the page is written
    where its script stands; bodies kept as escaped HTML in a `<textarea>` become boxes. Markup so
    damaged that most text would be lost is mended first.
    """
    text = _INVISIBLE.sub("", _EARLY_END.sub("", text))
    if "enpcontent" in text:
        text = _BODY_MARK.sub(_body_meta, text)
    if "document.write" in text:
        text = _SCRIPT.sub(_written_text, text)
    if "<textarea" in text:
        text = _FIELD_AREA.sub(_shown_field, text)
        text = _TEXTAREA.sub(lambda m: f"<div{m[1]}>{unescape(m[2])}</div>", text)
    root = _tree(text)
    if damaged.is_swallowed(text, root):
        root = _tree(damaged.mended(text))
    if root is not None:
        _sharpen(root, rules)
    return root


def _tree(text: str) -> etree._Element | None:
    data = text.encode("utf-8", "replace")
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, recover=True
    )
    return etree.fromstring(data, parser) if data.strip() else None


def _shown_field(match: re.Match[str]) -> str:
    """Return what a page's script shows of a field it keeps in a `<textarea>`: h1, 时间, 来源."""
    name, value = match[1].lower(), match[2]
    if name == "title":
        return f"<h1>{value}</h1>"
    if name == "time" and re.fullmatch(r"1\d{12}", value):
        value = datetime.fromtimestamp(int(value) / 1000, SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return f"<p>{'发布时间' if name == 'time' else '来源'}：{value}</p>"


def _body_meta(match: re.Match[str]) -> str:
    end = bool(match[1] or match[2])
    return f'<meta name="{"ContentEnd" if end else "ContentStart"}">'


def _written_text(match: re.Match[str]) -> str:
    """Return what a short script writes, its own string variables filled in; else the script."""
    script = match[1]
    if "document.write" not in script or len(script) > 3000:
        return match[0]
    values = {m[1]: m[2] or m[3] or "" for m in _ASSIGNED.finditer(script)}
    script = _BRANCH.sub(lambda branch: _taken(branch, values), script)
    written = " ".join(_evaluate(m[1], values) for m in _WRITE.finditer(script))
    written = re.sub(r"<[^>]*>?", " ", written).strip()
    return f"<span>{written}</span>" if _WANTED.search(written) else match[0]


def _taken(branch: re.Match[str], values: dict[str, str]) -> str:
    """Return the branch of `if (source == "") {…} else {…}` that a browser would take."""
    empty = not values.get(branch[1], "")
    return (branch[3] if empty == (branch[2] == "==") else branch[4]) or ""


def _evaluate(expression: str, values: dict[str, str]) -> str:
    """Return a concatenation of literals and known variables; "" where it is anything else."""
    text, position = "", 0
    while position < len(expression.rstrip()):
        term = _TERM.match(expression, position)
        if not term:
            return ""
        name = term[3]
        text += values.get(name, "") if name else (term[1] or term[2] or "")
        position = term.end()
    return text


def _sharpen(root: etree._Element, rules: Rules) -> None:
    """Drop the boxes a source's rules leave out and mark the one they call the body."""
    for selector in rules.drop:
        for element in root.cssselect(selector):
            _remove(element)
    for selector in rules.body:
        found = root.cssselect(selector)
        if found:
            _mark(found[0])
            return


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _mark(element: etree._Element) -> None:
    start = etree.Element("meta", name="ContentStart")
    start.tail, element.text = element.text, None
    element.insert(0, start)
    element.append(etree.Element("meta", name="ContentEnd"))


def newspaper_comment(text: str) -> dict[str, str]:
    """Return the fields of a `<!--enpproperty … /enpproperty-->` comment (方正翔宇), or nothing."""
    match = _COMMENT.search(text) if "enpproperty" in text else None
    if not match:
        return {}
    fields = re.findall(r"<(\w+)>(.*?)</\1>", match[1], re.S)
    return {name.lower(): re.sub(r"<[^>]+>", "", value).strip() for name, value in fields}


def ended_in_scripts(text: str) -> str | None:
    """Return 已废止 or 已失效 where the page's own record in JSON flags it so, else None.

    Seen on 广东政府信息公开平台 (is_abolished, is_expired in `DETAIL`), which may show it nowhere.
    """
    found = _DETAIL.search(text) if "DETAIL" in text else None
    if found is None:
        return None
    try:
        record, _ = json.JSONDecoder().raw_decode(text, found.end() - 1)
    except (ValueError, RecursionError):
        return None
    flags = {"is_abolished": "已废止", "is_expired": "已失效"}
    return next((words for flag, words in flags.items() if record.get(flag) in (True, 1)), None)


def stated_in_scripts(text: str) -> dict[str, str]:
    """Return the dates that JSON or scripts of the page state, by lower-case name, first wins."""
    found: dict[str, str] = {}
    for name, value in _VARIABLE.findall(text) if "var " in text else ():
        seconds = int(value) if value.isdecimal() else None
        day = datetime.fromtimestamp(seconds, SHANGHAI).strftime("%Y-%m-%d") if seconds else value
        found.setdefault(name.lower(), day)
    if not any(name in text for name in _STATED_NAMES):
        return found
    for name, value in _STATED.findall(text):
        found.setdefault(name.lower(), value)
    return found
