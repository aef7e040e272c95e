"""The title of a page: full, without site and column names, with a paper's 肩题 and 副题 apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.dates import find_dates
from pipelines.extract.choice import Candidate
from pipelines.extract.labels import Labelled
from pipelines.extract.outline import HEADING_TAGS, Outline
from pipelines.extract.tails import is_footer, is_tail
from pipelines.issuers import organs_in
from pipelines.numbers import own_line_number

_TAGS = re.compile(r"<[^>]{1,200}>")
_SIGNS = re.compile(r"[\s\u3000\W_]+")
_SEPARATORS = re.compile(
    r"\s*(?:_{1,}|\||｜|—{1,2}|–|\s-{1,2}\s|-{1,2}(?=[\u4e00-\u9fff])|\s丨\s|>|»|::)\s*"
)
_TITLE_HINT = re.compile(
    r"title|headline|(?:^|[\s_-])(?:bt|tit|biaoti|subject)(?:$|[\s_\d-])", re.I
)
_SITE_WORDS = re.compile(
    r"(?:政府|门户网站|网站|网|厅|局|委员会|频道|新闻中心|首页|资讯|之窗|在线|日报|平台|官网|学院|大学|电视台)$"
)
_GENERIC = re.compile(
    r"^(?:打印(?:页面|预览|本页)?|首页|正文|内容页?|文章内容|新闻详情|详情页?|详细信息|信息详情|无标题文档|"
    r"Document|Untitled.*|index|正文内容|文章正文|(?:政府|部门)?信息公开(?:目录|指南|年报|专栏)?|新闻内容|null|"
    r"(?:通知|公示|公告|通告|文件)(?:公告|公示|通知|通告)?|(?:工作|部门|新闻|政务|基层|民政|地方|图片)(?:动态|要闻|新闻|信息)|"
    r"[\u4e00-\u9fff]{2}公告|.{0,6}详细?页面?|新闻中心|政策(?:文件|法规|解读)|规范性文件|法定主动公开内容|媒体报道|数据发布|相关(?:文章|新闻|链接|稿件|阅读).?)$",
    re.I,
)
_WORDS = re.compile(r"[^\W\d_]{2}")
_META_NAMES = ("articletitle", "og:title", "twitter:title", "title", "headline", "dc.title")


def signs_removed(text: str) -> str:
    """Return text without blanks and punctuation, for comparing titles."""
    return _SIGNS.sub("", text)


def plain_title(text: str) -> str:
    """Return a title without tags, line breaks and outer blanks."""
    text = _TAGS.sub("", text.replace("&nbsp;", " ").replace("\xa0", " "))
    return re.sub(r"\s+", " ", text).strip(" \u3000_|-")


def title_candidates(page: Outline, labels: tuple[Labelled, ...]) -> Iterator[Candidate]:
    """Yield candidates, most trusted first, without those that only name the page's kind."""
    every = _all_candidates(page, labels)
    return (c for c in every if _WORDS.search(c.value) and not _GENERIC.match(c.value))


def _all_candidates(page: Outline, labels: tuple[Labelled, ...]) -> Iterator[Candidate]:
    """Yield candidates, most trusted first.

    `ArticleTitle` (政府网站发展指引) was right wherever it stood on 141 real pages; then a paper's
    `enpproperty`, front matter, the header table's 标题, a heading contained in `<title>`, the
    `<title>` itself without its site and column parts.
    """
    yield from _stated(page)
    headings = list(_headings(page))
    yield from _in_title_tag(page, headings)
    yield from _completing(page, headings)
    yield from _in_header_table(labels)
    from_tag = list(_from_title_tag(page))
    yield from (c for c in from_tag if not _is_site_name(c.value))
    yield from _above_info_line(page, labels)
    yield from _first_heading(page, headings[:40])
    yield from from_tag


def _in_header_table(labels: tuple[Labelled, ...]) -> Iterator[Candidate]:
    """The header's 标题 cell; 名称 elsewhere names organs and goods, so its neighbours must fit."""
    header = {item.block for item in labels if item.kind in ("index", "number", "publisher")}
    for item in labels:
        near = any(abs(item.block - block) <= 16 for block in header)
        if item.kind == "title" and near and len(item.value) >= 6 and not organs_in(item.value):
            yield Candidate(plain_title(item.value), f"label {item.label}", "header table")


def _stated(page: Outline) -> Iterator[Candidate]:
    title = plain_title(page.meta.get("articletitle", ""))
    if title and signs_removed(title) != signs_removed(page.meta.get("sitename", "")):
        yield Candidate(title, "meta ArticleTitle", "head")
    if page.comment.get("title"):
        yield Candidate(plain_title(page.comment["title"]), "enpproperty title", "comment")
    if page.front.get("title"):
        yield Candidate(plain_title(page.front["title"]), "front matter title", "front matter")


@dataclass(frozen=True, slots=True)
class Heading:
    """A box that may be the title: its text, first block, and how much it looks like a heading."""

    text: str
    block: int
    rank: int


def _headings(page: Outline) -> Iterator[Heading]:
    for index, node in enumerate(page.nodes):
        hinted = bool(node.hint and _TITLE_HINT.search(node.hint))
        if not (hinted or node.tag in HEADING_TAGS) or not 0 < node.last - node.first <= 4:
            continue
        text = page.text_of(index)
        shown = not page.blocks[node.first].hidden and not is_tail(text)
        if shown and 4 <= len(text) <= 160 and text[-1] not in "：:":
            rank = 0 if node.tag == "h1" else 1 if hinted else 2
            yield Heading(text, node.first, rank)


def _in_title_tag(page: Outline, headings: list[Heading]) -> Iterator[Candidate]:
    """Headings, then any short block, whose text is contained in `<title>`; the longest first."""
    whole = signs_removed(page.title_tag)
    if not whole:
        return
    parts = {signs_removed(part) for part in _SEPARATORS.split(page.title_tag)}
    fitting = [h for h in headings if _fits(h.text, whole) and not _is_site_part(h.text, parts)]
    fitting.sort(key=lambda h: (-len(signs_removed(h.text)), h.rank, h.block))
    for heading in fitting:
        yield Candidate(
            plain_title(heading.text), "heading in <title>", "page", block=heading.block
        )
    if not fitting:
        yield from _split_over_blocks(page)
        yield from _blocks_in_title_tag(page, whole, parts)


def _completing(page: Outline, headings: list[Heading]) -> Iterator[Candidate]:
    """A heading that goes on where `<title>` was cut short (`关于…的通…`)."""
    for part in _SEPARATORS.split(page.title_tag):
        cut = re.match(r"(.{8,}?)\s*(?:\.{2,}|…+)$", part)
        for heading in headings if cut else ():
            if cut and signs_removed(heading.text).startswith(signs_removed(cut[1])):
                yield Candidate(plain_title(heading.text), "heading", "page", block=heading.block)


def _split_over_blocks(page: Outline) -> Iterator[Candidate]:
    """A part of `<title>` that the page shows broken over several lines."""
    for part in _SEPARATORS.split(page.title_tag):
        bare = signs_removed(part)
        block = _locate_split(page, bare) if len(bare) >= 12 else None
        if block is not None and not own_line_number(page.blocks[block + 1].text):
            yield Candidate(plain_title(part), "lines in <title>", "page", block=block)


def _fits(text: str, whole: str) -> bool:
    bare = signs_removed(text)
    return len(bare) >= 4 and bare in whole


def _is_site_part(text: str, parts: set[str]) -> bool:
    """A heading that repeats a later part of `<title>` may be the site's or the column's name."""
    bare = signs_removed(text)
    return bare in parts and len(bare) < 16 and bool(_SITE_WORDS.search(bare))


def _blocks_in_title_tag(page: Outline, whole: str, parts: set[str]) -> Iterator[Candidate]:
    best: Candidate | None = None
    for index, block in enumerate(page.blocks):
        if not 6 <= len(block.text) <= 160 or block.hidden or block.linked:
            continue
        longer = best is None or len(block.text) > len(best.value)
        if longer and _fits(block.text, whole) and not _is_site_part(block.text, parts):
            best = Candidate(plain_title(block.text), "block in <title>", "page", block=index)
    if best:
        yield best


def _from_title_tag(page: Outline) -> Iterator[Candidate]:
    parts = [part.strip() for part in _SEPARATORS.split(page.title_tag) if part.strip()]
    if not parts:
        return
    first = parts[0] if len(parts[0]) >= 6 else max(parts, key=len)
    yield Candidate(plain_title(first), "<title>", "head")
    for name in _META_NAMES[1:]:
        if page.meta.get(name):
            yield Candidate(plain_title(page.meta[name]), f"meta {name}", "head")


def _is_site_name(text: str) -> bool:
    return len(text) <= 16 and bool(_SITE_WORDS.search(text))


def _above_info_line(page: Outline, labels: tuple[Labelled, ...]) -> Iterator[Candidate]:
    """The line over the page's first 时间/来源 line: old pages mark their title by nothing else."""
    found = (i.block for i in labels if i.kind in ("published", "source") and i.value)
    index = next(found, 0)
    for above in range(index - 1, max(index - 4, -1), -1):
        text = page.blocks[above].text
        if 6 <= len(text) <= 100 and not page.blocks[above].linked and text[-1] not in "。：":
            yield Candidate(plain_title(text), "line above the info line", "page", block=above)
            return


def _first_heading(page: Outline, headings: list[Heading]) -> Iterator[Candidate]:
    """Headings without `<title>`'s help: those with a date under them, h1 first, in page order."""
    ranked = sorted(headings, key=lambda h: (not _has_date_below(page, h.block), h.rank, h.block))
    for heading in ranked:
        yield Candidate(plain_title(heading.text), "heading", "page", block=heading.block)


def _has_date_below(page: Outline, block: int) -> bool:
    below = page.blocks[block + 1 : block + 5]
    return any(len(b.text) <= 90 and find_dates(b.text) for b in below)


def locate_title(page: Outline, title: str) -> int | None:
    """Return the index of the block that shows the title, the last of equal ones before the body.

    A title printed in a breadcrumb or a list before the article loses to the one under it.
    """
    bare = signs_removed(title)
    if len(bare) < 4:
        return None
    exact = [i for i, b in enumerate(page.blocks) if _shows(b.text, bare)]
    exact = [i for i in exact if not is_footer(page.blocks[i].text)]
    exact = [i for i in exact if not page.blocks[i].hidden] or exact
    if not exact:
        return _locate_split(page, bare)
    headed = [i for i in exact if _is_headed(page, i)]
    return (headed or exact)[0]


def _shows(text: str, bare: str) -> bool:
    if not len(bare) <= len(text) <= len(bare) * 2 + 12:
        return False
    shown = signs_removed(text)
    return shown == bare or (bare in shown and len(shown) <= len(bare) + 16)


def _is_headed(page: Outline, block: int) -> bool:
    if page.blocks[block].linked:
        return False
    for node in page.ancestors(page.blocks[block].node):
        box = page.nodes[node]
        if box.last - box.first > 3:
            return False
        if box.tag in HEADING_TAGS or _TITLE_HINT.search(box.hint):
            return True
    return False


def _locate_split(page: Outline, bare: str) -> int | None:
    """Find a title that the page breaks over two or three blocks."""
    texts = [signs_removed(block.text) for block in page.blocks]
    for index, text in enumerate(texts):
        begins = 2 <= len(text) < len(bare) and bare.startswith(text)
        if begins and any("".join(texts[index : index + n]) == bare for n in (2, 3, 4)):
            return index
    return None
