"""Challenges: recognises by name the pages that stand in front of a page. Reports, never defeats.

Pure: one response in, one name out. What is recognised here is named to the operator, who may ask
the site for access or move the crawler; the crawler itself solves nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipelines.addresses import absolute, parts_of

Kind = Literal["challenge", "block", "soft_404", "stub"]

STUB_BYTES = 2048
"""A body below this size may be a stub; only one without visible text is."""

MAX_SHELL_CHARS = 200
"""A page with more visible text than this is a page, whatever scripts it carries."""

MAX_ERROR_CHARS = 60_000
"""An error page in a site's full dress stays below this size."""

_MARKUP = re.compile(
    r"<(script|style|noscript)\b.*?(</\1\s*>|\Z)|<!--.*?(-->|\Z)|<[^<>]*>", re.S | re.I
)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.S | re.I)
_SCRIPT = re.compile(r"<script\b", re.I)
_SETS_COOKIE = re.compile(r"document\s*\.\s*cookie\s*=", re.I)
_RELOADS = re.compile(r"location\s*\.\s*(?:reload|replace|href|assign)|location\s*=", re.I)
_FORWARD = re.compile(r"http-equiv\s*=\s*['\"]?refresh|<i?frame\b|<\w+store>|<record", re.I)
# what holds no text but leads on: a refresh, a frame, an empty record set
_NOT_FOUND = re.compile(
    r"(?:页面|网页|文件|信息|内容|文章|栏目)\s*(?:不存在|未找到|没有找到|找不到|已(?:被)?删除|丢失)"
    r"|(?:找不到|未找到|没有找到|不存在)(?:该|此|您|你|指定|相关|要|所|请求)*.{0,8}(?:页面|网页|文件|内容|信息)"
    r"|^\W*(?:404|error\s*404|not\s*found|404\s*not\s*found)\b",
    re.I,
)
_ERROR_TITLE = re.compile(
    r"^\W*(?:404|error\b|not\s*found|(?:页面|网页)(?:不存在|未找到|找不到|没有找到)|您(?:所)?访问的"
    r"|对不起|出错了|错误(?:页|提示|信息)|系统(?:提示|错误|繁忙))",
    re.I,
)
_DENIED = re.compile(r"访问被(?:拦截|拒绝|禁止)|请求(?:被拦截|存在威胁)|触发了?防护|WAF|您的访问")

# (name, kind of evidence, pattern), in order of how sure each is.
_COOKIES = (
    ("瑞数", re.compile(r"^FSSBBIl1UgzbN7N80[ST]?=", re.M)),
    ("加速乐", re.compile(r"^__jsl(?:uid|_clearance)[\w]*=", re.M)),
    ("CT6T", re.compile(r"^CT6TS?=", re.M)),
    ("C3VK", re.compile(r"^C3VK=", re.M)),
    ("wzws", re.compile(r"^wzws_\w+=", re.M)),
)
_WORDS = (
    ("瑞数", re.compile(r"\$_ts\s*=|FSSBBIl1UgzbN7N80")),
    ("加速乐", re.compile(r"__jsl_clearance")),
    ("C3VK", re.compile(r"\bC3VK=")),
    ("wzws", re.compile(r"wzwschallenge|WZWS-RAY|wzws_", re.I)),
    ("创宇盾", re.compile(r"创宇盾|yunsuo|knownsec", re.I)),
)
_BY_STATUS = {412: "瑞数", 521: "加速乐", 418: "创宇盾"}


@dataclass(frozen=True, slots=True)
class Challenge:
    """What stands in front of the page: its name, what kind of thing it is, how it was known."""

    name: str
    kind: Kind
    evidence: str


def recognise(
    status: int, headers: Mapping[str, str], text: str, url: str | None = None
) -> Challenge | None:
    """Return what stands in front of the page, or None for a plain answer, good or bad.

    headers: names in lower case, several `set-cookie` values separated by newlines. text: decoded
    body, empty for none. Signs as seen in public crawlers' code and on public pages, 2020-2026.
    """
    if 300 <= status < 400:
        return _self_redirect(status, headers, url)
    cookie = _named(_COOKIES, headers.get("set-cookie", ""))
    visible = visible_text(text)
    shell = len(visible) <= MAX_SHELL_CHARS
    word = _named(_WORDS, text) if shell else None
    if status in _BY_STATUS:
        name = cookie or word or _BY_STATUS[status]
        return Challenge(name, "challenge", f"HTTP {status}" + _with(cookie))
    if status in {403, 406, 405} and shell and (word or _DENIED.search(visible)):
        return Challenge(word or "防火墙", "block", f"HTTP {status}：{visible[:60]}")
    if not 200 <= status < 300:
        return None
    if (title := _title(text)) and _ERROR_TITLE.match(title) and len(text) < MAX_ERROR_CHARS:
        return Challenge("soft 404", "soft_404", f"HTTP {status}，但标题是“{title[:40]}”")
    if not shell:
        return None
    if word:
        return Challenge(word, "challenge", f"HTTP {status}，正文是它的脚本" + _with(cookie))
    return _shell(text, visible, cookie)


def _shell(text: str, visible: str, cookie: str | None) -> Challenge | None:
    """Return what a 200 with hardly any visible text is: script shell, error page, stub."""
    if _SETS_COOKIE.search(text) and _RELOADS.search(text):
        return Challenge(cookie or "JS shell", "challenge", "脚本写入 Cookie 后重新载入")
    if _DENIED.search(visible) and len(visible) < MAX_SHELL_CHARS / 2:
        return Challenge("防火墙", "block", f"HTTP 200：{visible[:60]}")
    if _NOT_FOUND.search(said := f"{_title(text)} {visible}".strip()):
        return Challenge("soft 404", "soft_404", f"HTTP 200，但写着“{said[:60]}”")
    if len(text.encode()) < STUB_BYTES and not visible and text and not _FORWARD.search(text):
        kind = "只有脚本" if _SCRIPT.search(text) else "没有文字"
        return Challenge("stub", "stub", f"{len(text.encode())} 字节，{kind}")
    return None


def _title(text: str) -> str:
    found = _TITLE.search(text[:20_000])
    return " ".join(found[1].split()) if found else ""


def _self_redirect(status: int, headers: Mapping[str, str], url: str | None) -> Challenge | None:
    """Return the challenge of a redirect to the same address that only sets a cookie."""
    location = headers.get("location")
    if url is None or location is None or "set-cookie" not in headers:
        return None
    if parts_of(absolute(url, location))[:4] != parts_of(url)[:4]:
        return None
    name = _named(_COOKIES, headers["set-cookie"]) or "cookie"
    return Challenge(name, "challenge", f"HTTP {status} 跳回自身并写入 Cookie")


def visible_text(text: str) -> str:
    """Return what a reader would see of a small page, white space collapsed; markup gone."""
    if len(text) > 100_000:
        return text  # a page this size is no shell; nobody needs its exact text here
    body = re.sub(r"<head\b.*?</head\s*>", " ", text, count=1, flags=re.S | re.I)
    return " ".join(_MARKUP.sub(" ", body).replace("&nbsp;", " ").split())


def _named(signs: tuple[tuple[str, re.Pattern[str]], ...], where: str) -> str | None:
    return next((name for name, pattern in signs if pattern.search(where)), None)


def _with(cookie: str | None) -> str:
    return f"，带有 {cookie} 的 Cookie" if cookie else ""
