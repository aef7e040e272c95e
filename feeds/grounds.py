"""Why the program believes something, in readers' words: verdicts and repairs.

The pipelines give their grounds in English terms of their own; what is already Chinese (a sentence
of the page) stays as it is, and so does what this module does not know. Pure.
"""

import re

from store.records import Evidence

_LINKS = {
    "new": "首次发现，与已知页面均无关联",
    "text": "与已知页面文本一致",
    "number": "文号相同",
    "title": "名称相同",
    "cited": "谈及同一份政策",
}
_DETAILED = {"number", "title", "cited"}
_CHANGED = {
    "title": "标题",
    "body": "正文",
    "body gone": "正文消失",
    "document_number": "文号",
    "effective_on": "施行日期",
    "expires_on": "失效日期",
    "consultation_ends_on": "征求意见截止日期",
    "validity": "有效性",
    "attachments": "附件",
    "attachments read": "读取了附件",
    "same bytes": "原页未变，读法改进",
    "read anew": "重新读取",
}
_CLONED = re.compile(r"a clone's path: ([^；]+)")
_SHARED = re.compile(r"(\d+)% of the shorter text, (\d+) places differ")
_REPAIRS = {
    "no character of this encoding holds a NUL": "这种编码里没有空字节",
    "not a character of XML 1.0 clause 2.2": "不是可显示的字符",
    "paired again, aligned behind it": "错位的字节重新配对，其后各字对齐",
    "paired again, but a character of it is strange": "错位的字节重新配对，但有罕见字",
    "the page has the same characters elsewhere": "同页别处有相同的字",
    "UTF-8 behind GBK, its gaps by the bytes left and the language": (
        "UTF-8曾被当作GBK读过，缺口按剩余字节与语言补全"
    ),
    "glossed wherever it occurs on the page": "全页各处都注了音",
    "valid UTF-8 behind Latin-1": "按Latin-1误读的UTF-8",
    "Chinese in GB18030 behind Latin-1": "按Latin-1误读的GB18030",
    "half a character reads as a letter": "半个汉字被读成了字母",
    "the pairs fit again behind it": "其后的字节重新成对",
    "the pairs fit again behind it, or with the fault next to it": "其后或相邻处字节重新成对",
}
_RULES = {
    "signature block": "落款",
    "closing line": "文末",
    "sentence": "正文语句",
    "date beside the title": "标题旁的日期",
    "name beside the date": "日期旁的名称",
    "heading in <title>": "网页标题",
    "document number": "文号",
    "line of its own": "单独成行",
}
_PLACES = {"head": "页头", "page": "全页", "source": "来源", "comment": "注释"}
_FRAGMENT = re.compile(r"valid (\S+) in a page of (\S+)")


def evidence_words(evidence: str) -> str:
    """Return why a change is believed, in readers' words; what is already Chinese stays.

    Verdicts say `kind: detail` in the pipelines' terms (`number: 民发〔2012〕7号`, `page: body`).
    """
    kind, colon, detail = evidence.partition(": ")
    if colon and kind == "page":
        return "页面改动：" + "、".join(_CHANGED.get(part, part) for part in detail.split(", "))
    if not colon or kind not in _LINKS:
        return evidence
    return f"{_LINKS[kind]}{_link_words(kind, detail)}"


def repair_words(evidence: str) -> str:
    """Return why a repair is right, in readers' words."""
    fragment = _FRAGMENT.fullmatch(evidence)
    if fragment:
        return f"{fragment[2]}的网页里夹有完整的{fragment[1]}"
    return _REPAIRS.get(evidence, evidence)


def field_words(found: Evidence) -> str:
    """Return where a field was read, in readers' words: `“索引号”一栏，第12段`."""
    rule = re.sub(r"^label (.+)", r"“\1”一栏", found.rule)
    rule = _RULES.get(rule, re.sub(r"^meta ", "页面元数据 ", rule))
    where = re.sub(r"^(block|line) (\d+)$", _numbered, found.where)
    where = _PLACES.get(where, where)
    return f"{rule}，{where}" if where else rule


def _numbered(found: re.Match[str]) -> str:
    return f"第{found[2]}{'段' if found[1] == 'block' else '行'}"


def _link_words(kind: str, detail: str) -> str:
    """Return what makes the tie, in brackets; and what a merge added behind it (`；合并档案`)."""
    if kind in _DETAILED:
        return f"（{detail}）"
    added = f"；{detail.partition('；')[2]}" if "；" in detail else ""
    cloned, shared = _CLONED.match(detail), _SHARED.match(detail)
    if cloned:
        return f"（镜像站保留了原页路径 {cloned[1]}）{added}"
    if shared:
        differs = f"，{shared[2]}处不同" if shared[2] != "0" else ""
        return f"（相合{shared[1]}%{differs}）{added}"
    return added
