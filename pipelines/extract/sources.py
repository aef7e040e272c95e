"""Whom a page names as its source: visible label, meta tag, name beside the date, closing （据…）.

`本网` and `本站` become the site's name; a reader's visible source beats the machine's.
"""

import re
from collections.abc import Iterator, Sequence

from pipelines.dates import find_dates
from pipelines.extract.choice import Candidate
from pipelines.extract.labels import Labelled, read_line
from pipelines.extract.outline import Block, Outline
from pipelines.extract.walk import text_in

_OURSELVES = frozenset(
    ("本网", "本站", "本站原创", "本网原创", "本网讯", "原创", "本網", "网站", "本网站")
)
_URL_START = re.compile(r"https?://|www\.")
_CLOSING = re.compile(
    r"[（(]\s*(?:据|據|来源|來源|文章来源|稿件来源|信息来源|转自|摘自)[:：]?\s*(?P<name>[^（）()]{2,30}?(?:[（(][^（）()]{1,12}[）)])?)\s*[）)]\s*$"
)
_CLOSING_LABEL = re.compile(
    r"^(?:来源|來源|文章来源|稿件来源|信息来源|本文来源)\s*[:：]\s*(?P<name>.{2,30})$"
)
_TAKEN_FROM = re.compile(
    r"^[（(]?(?:转自|转载自|摘自|选自|轉自|轉載自|摘編自)(?P<name>[^：:]{2,24}?)[）)]?$"
)
_END = re.compile(
    r"\s{2,}|[\u3000|｜丨／]|(?<=\S)/|\s(?=作者|编辑|记者|发布|时间|日期|字体|浏览|点击|20\d\d)|"
    r"\s+(?=[\u4e00-\u9fff]{2,6}[:：])|(?=(?:19|20)\d\d[-/年.])|(?:责任)?编辑|作者|记者[:：]|点击|浏览|举报|[【\[]"
)
_NOT_A_NAME = re.compile(
    r"[。！？；]|https?://|^\d+$|^[\W\d_]+$|打印|关闭|举报|字体|字号|收藏|首页|分享|评论|扫码|[:：]$"
)
_LABEL = re.compile(r"^(?:(?:文章|信息|稿件|新闻|新聞)?(?:来源于?|來源)|稿源)\s*[:：]?\s*")
_NEAR = 8
"""Within how many blocks under the title its source stands."""
_PLACE = re.compile(r"(?<=[网網報报社刊道])[（(][\u4e00-\u9fff]{2,4}[)）]$")
_ORGAN = re.compile(
    r"(?:网|網|报|報|社|局|台|臺|部|厅|廳|委|办|院|会|會|中心|政府|站|频道|在线|日报|客户端|公众号|杂志|发布|"
    r"民政|新闻|新聞|融媒体?|电视|广播|周刊|月刊|时报|传媒|处|科|署|团|联|所|股|编辑部|平台|党校|大学|学院|"
    r"快讯|快訊|观察|财经|消息|资讯|头条|之声|之家|之窗|论坛|晚报|早报|媒体|通讯|先锋|播报)$|^(?:新华|人民|央视|中新|光明)"
)
"""What an unlabelled name must end with to be an organ or a paper, not an author."""
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}(?:[ 、][\u4e00-\u9fff]{2,4})?")
_ACCOUNT = re.compile(r"^[^·]{2,10}·[^·]{2,8}号(?:·|$)")
"""An account on a paper's platform (`某报·某报号·政务`)."""


def clean_source(value: str, site_name: str | None) -> str:
    """Return the name alone: cut at the next field, `本网` replaced by the site's own name."""
    value = value.strip().lstrip(":：")
    cut = _END.search(value)
    if cut and cut.start() >= 2:
        value = value[: cut.start()]
    value = _PLACE.sub("", value.strip(' \u3000:：;；,，|[]【】"'))
    for opening, closing in ("（）", "()"):
        if value.count(closing) > value.count(opening):
            value = value.rstrip(closing)
    if value in _OURSELVES:
        return site_name or value
    return "" if len(value) > 60 or _NOT_A_NAME.search(value) else value


def source_candidates(
    page: Outline, labels: tuple[Labelled, ...], title: int | None, body: tuple[int, ...]
) -> Iterator[Candidate]:
    """Yield candidates for the source, most trusted first."""
    site = page.meta.get("sitename")
    named = list(_named(page, title, body, site))
    names = [candidate.value for candidate in named]
    yield from _labelled(labels, title, body, site, names)
    yield from named
    for name in ("contentsource", "source", "article:author", "og:site_source"):
        value = clean_source(page.meta.get(name, ""), site)
        if value and name in ("contentsource", "source"):
            yield Candidate(value, f"meta {name}", "head")
    yield from _beside_date(page, title, body, site)
    yield from _closing(page, body, site)


def _labelled(
    labels: tuple[Labelled, ...],
    title: int | None,
    body: tuple[int, ...],
    site: str | None,
    names: Sequence[str],
) -> Iterator[Candidate]:
    """Values under a 来源 label; names: what elements hold that call themselves the source."""
    start = title if title is not None else 0
    first, last = (body[0], body[-1]) if body else (start, start)
    head = [i for i in labels if i.kind == "source" and i.block <= first + 6]
    head.sort(key=lambda i: (i.block < start - 1, abs(i.block - start)))
    tail = [
        i for i in labels if i.kind == "source" and max(first + 6, last - 6) < i.block <= last + 6
    ]
    for item in head + tail[::-1]:
        value = "" if _URL_START.search(item.value) else clean_source(item.value, site)
        value = next((name for name in names if value.startswith(name)), value)
        if value:
            yield Candidate(value, f"label {item.label}", f"block {item.block}")


def _named(
    page: Outline, title: int | None, body: tuple[int, ...], site: str | None
) -> Iterator[Candidate]:
    """What an element by the title holds that calls itself the source (`id="media_name"`)."""
    if title is None:
        return
    end = min(title + _NEAR, body[0] if body else title + _NEAR)
    for index, element in page.sources:
        text = " ".join(text_in(element).split())
        named = title <= index <= end and 2 <= len(text) <= 40 and not _URL_START.search(text)
        value = clean_source(_LABEL.sub("", text), site) if named else ""
        if value and value not in _OURSELVES and not find_dates(value):
            yield Candidate(value, "element named source", f"block {index}")


def _beside_date(
    page: Outline, title: int | None, body: tuple[int, ...], site: str | None
) -> Iterator[Candidate]:
    """A name without a label in the line of the date: `禹王台区民政局 2023-03-27 0`."""
    if title is None:
        title = max(0, body[0] - _NEAR) if body else len(page.blocks)
    end = min(title + _NEAR, body[0] + 2 if body else title + _NEAR)
    for index in range(title + 1, min(max(end, title + 3), len(page.blocks))):
        block = page.blocks[index]
        mentions = find_dates(block.text)
        if len(block.text) > 80 or len(mentions) != 1 or "。" in block.text:
            continue
        value = _name_around(block.text, mentions[0].start, mentions[0].end)
        value = value or _piece_before(block.pieces) or _before_author(block)
        value = clean_source(value, site)
        if value:
            yield Candidate(value, "name beside the date", f"block {index}", "inferred")
        above = page.blocks[index - 1].text if index - 1 > title else ""
        if _is_organ(above) and not read_line(above):
            yield Candidate(
                clean_source(above, site), "name above the date", f"block {index - 1}", "inferred"
            )


def _name_around(text: str, start: int, end: int) -> str:
    labels = read_line(text)
    before = text[: labels[0].position if labels else start]
    before = re.sub(r"[\s|｜·•]+$", "", before).strip()
    if _is_organ(before):
        return before
    if labels:
        return ""
    after = re.sub(r"^[T\s\d:时分秒：∶|｜·•-]+", "", text[end:])
    first = re.split(r"\s+", _LABEL.sub("", after))[0]
    return first if _is_organ(first) else ""


def _piece_before(pieces: Sequence[str]) -> str:
    """Return the organ that an element of its own names before the date's element."""
    shown = [piece.strip() for piece in pieces]
    dated = next((i for i, piece in enumerate(shown) if find_dates(piece)), 0)
    return next((piece for piece in reversed(shown[:dated]) if _is_organ(piece)), "")


def _before_author(block: Block) -> str:
    """Return the first of three fields, where a person and a day follow it (刊名　作者　日期)."""
    parts = re.split(r"\s{2,}", block.text) if len(block.pieces) == 1 else block.pieces
    shown = [part.strip() for part in parts if part.strip()]
    if len(shown) != 3 or not find_dates(shown[2]) or not _PERSON.fullmatch(shown[1]):
        return ""
    return shown[0] if re.fullmatch(r"[\u4e00-\u9fff·]{4,16}", shown[0]) else ""


def _is_organ(name: str) -> bool:
    fits = 2 <= len(name) <= 24 and not re.search("[:：]", name)
    return fits and bool(_ORGAN.search(name) or _ACCOUNT.search(name))


def _closing(page: Outline, body: tuple[int, ...], site: str | None) -> Iterator[Candidate]:
    after = range(body[-1] + 1, min(body[-1] + 4, len(page.blocks))) if body else ()
    for index in (*after, *reversed(body[-6:])):
        text = page.blocks[index].text
        match = _CLOSING.search(text) or _CLOSING_LABEL.match(text)
        taken = None if match else _TAKEN_FROM.match(text)
        match = taken if taken and _is_organ(taken["name"]) else match
        value = clean_source(match["name"], site) if match else ""
        if value:
            yield Candidate(value, "closing line", f"block {index}")
