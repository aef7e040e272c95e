"""The title of a page: full, without site and column names, with a paper's 肩题 and 副题 apart."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from pipelines.dates import find_dates
from pipelines.extract.bodies import weigh
from pipelines.extract.choice import Candidate
from pipelines.extract.columns import is_breadcrumb
from pipelines.extract.headings import (
    Heading,
    find_headings,
    locate_lines,
    plain_title,
    signs_removed,
)
from pipelines.extract.labels import Labelled, is_info_line, read_line
from pipelines.extract.letterhead import title_over_letter, title_under_number
from pipelines.extract.lines import content_start, is_value, says_when
from pipelines.extract.outline import Outline
from pipelines.extract.tails import is_footer, is_tail
from pipelines.issuers import organs_in
from pipelines.numbers import own_line_number

_SEPARATORS = re.compile(
    r"\s*(?:_{1,}|\||｜|(?<!\d)—{1,2}(?!\d)|(?<!\d)–(?!\d)|\s-{1,2}\s|-{1,2}(?=[\u4e00-\u9fff])|\s丨\s|>|»|::)\s*"
)
_SITE_WORDS = re.compile(
    r"(?:政府|门户网站|网站|网|厅|局|委员会|频道|新闻中心|首页|资讯|之窗|在线|[日时晚早周]报|[日時晚早週]報|平台|官网|学院|大学|电视台)$"
)
_MARK = re.compile(r"\s*[（(【\[][^（()）]{1,6}[）)】\]]")
QUOTES = ('"', "'", "“", "”")
_GENERIC = re.compile(
    r"^(?:打印(?:页面|预览|本页)?|首页|正文|内容页?|文章内容|新闻详情|详情页?|详细信息|信息详情|无标题文档|"
    r"Document|Untitled.*|index|正文内容|文章正文|(?:政府|部门)?信息公开(?:目录|指南|年报|专栏)?|新闻内容|null|(?:栏目|列表|文章|内容|信息)页(?:面)?|"
    r"(?:通知|公示|公告|通告|文件)(?:公告|公示|通知|通告)?|(?:工作|部门|新闻|政务|基层|民政|地方|图片)(?:动态|要闻|新闻|信息)|"
    r"[\u4e00-\u9fff]{2}公告|.{0,6}详细?页面?|.{0,20}(?:详细|详情)页面?|新闻中心|政策(?:文件|法规|解读)|规范性文件|法定主动公开内容|媒体报道|数据发布|相关(?:文章|新闻|链接|稿件|阅读).?)$",
    re.I,
)
_WORDS = re.compile(r"[^\W\d_]{2}")
_NO_COLUMN = 12
"""A part of `<title>` from this length on is the article's title, not a column's or template's."""
_PARAGRAPH = 80.0
"""The weight from which a line is a paragraph of prose: about 40 characters and three stops."""
_TOP = 400
"""Within how many blocks the line of the date is looked for."""
_META_NAMES = ("articletitle", "og:title", "twitter:title", "title", "headline", "dc.title")


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
    headings = list(find_headings(page))
    yield from _stated(page, headings)
    yield from _in_title_tag(page, headings)
    yield from _completing(page, headings)
    yield from title_in_header(labels)
    from_tag = list(_from_title_tag(page))
    if from_tag and not _is_shown(page, from_tag[0].value):
        yield from _over_its_date(page, headings[:40])
        if len(from_tag[0].value) < _NO_COLUMN:
            yield from _above_info_line(page, labels)
    yield from (c for c in from_tag if not _is_site_name(c.value))
    yield from title_under_number(page)
    yield from title_over_letter(page)
    yield from _above_info_line(page, labels)
    yield from _first_heading(page, headings[:40])
    yield from _under_the_date(page)
    yield from from_tag


def title_in_header(labels: tuple[Labelled, ...]) -> Iterator[Candidate]:
    """The header's 标题 cell; 名称 elsewhere names organs and goods, so its neighbours must fit."""
    kinds = ("index", "number", "publisher")
    header = sorted({item.block for item in labels if item.kind in kinds})
    for item in labels:
        next_one = bisect_left(header, item.block - 16)
        near = next_one < len(header) and header[next_one] <= item.block + 16
        if item.kind == "title" and near and len(item.value) >= 6 and not organs_in(item.value):
            yield Candidate(plain_title(item.value), f"label {item.label}", "header table")


def _stated(page: Outline, headings: list[Heading]) -> Iterator[Candidate]:
    title = _beyond_a_quote(page, headings, plain_title(page.meta.get("articletitle", "")))
    if title and signs_removed(title) != signs_removed(page.meta.get("sitename", "")):
        yield Candidate(title, "meta ArticleTitle", "head")
    if page.comment.get("title"):
        yield Candidate(plain_title(page.comment["title"]), "enpproperty title", "comment")
    if page.front.get("title"):
        yield Candidate(plain_title(page.front["title"]), "front matter title", "front matter")


def _beyond_a_quote(page: Outline, headings: list[Heading], title: str) -> str:
    """Return the whole of a title whose own quotes ended the meta tag early."""
    shown = [*_SEPARATORS.split(page.title_tag), *(heading.text for heading in headings[:40])]
    for text in map(plain_title, shown):
        if title and text.startswith(title) and text[len(title) : len(title) + 1] in QUOTES:
            return text
    return title


def _in_title_tag(page: Outline, headings: list[Heading]) -> Iterator[Candidate]:
    """Headings, then any short block, whose text is contained in `<title>`; the longest first."""
    whole = signs_removed(page.title_tag)
    if not whole:
        return
    parts = {signs_removed(part) for part in _SEPARATORS.split(page.title_tag)}
    fitting = [h for h in headings if _fits(h.text, whole) and not _is_site_part(h.text, parts)]
    fitting.sort(key=lambda h: (_is_site(page, h), -len(signs_removed(h.text)), h.rank, h.block))
    for heading in fitting:
        yield Candidate(
            plain_title(heading.text), "heading in <title>", "page", block=heading.block
        )
    if not fitting:
        yield from _split_over_blocks(page)
        yield from _blocks_in_title_tag(page, whole, parts)


def _completing(page: Outline, headings: list[Heading]) -> Iterator[Candidate]:
    """A heading that goes on where `<title>` was cut short (`关于…的通…`) or lacks its `(图)`."""
    for part in _SEPARATORS.split(page.title_tag):
        for heading in headings if len(part) >= 6 else ():
            if heading.text.startswith(part) and _MARK.fullmatch(heading.text[len(part) :]):
                yield Candidate(plain_title(heading.text), "heading", "page", block=heading.block)
        cut = re.match(r"(.{8,}?)\s*(?:\.{2,}|…+)$", part)
        for heading in headings if cut else ():
            if cut and signs_removed(heading.text).startswith(signs_removed(cut[1])):
                yield Candidate(plain_title(heading.text), "heading", "page", block=heading.block)


def _split_over_blocks(page: Outline) -> Iterator[Candidate]:
    """A part of `<title>` that the page shows broken over several lines."""
    for part in _SEPARATORS.split(page.title_tag):
        bare = signs_removed(part)
        block = locate_lines(page, bare) if len(bare) >= 8 else None
        if block is not None and not own_line_number(page.blocks[block + 1].text):
            yield Candidate(plain_title(part), "lines in <title>", "page", block=block)


def _fits(text: str, whole: str) -> bool:
    bare = signs_removed(text)
    return len(bare) >= 4 and bare in whole


def _is_site(page: Outline, heading: Heading) -> bool:
    """A heading that only links (to the home page) or repeats the site's stated name."""
    names = {signs_removed(page.meta.get(name, "")) for name in ("og:site_name", "sitename")}
    block = page.blocks[heading.block]
    return block.linked >= len(block.text) > 0 or signs_removed(heading.text) in names


def _is_site_part(text: str, parts: set[str]) -> bool:
    """A heading that repeats a later part of `<title>` may be the site's or the column's name."""
    bare = signs_removed(text)
    if len(bare) >= 16 or not _SITE_WORDS.search(bare):
        return False
    return bare in parts or any(p.startswith(bare) for p in parts if _is_site_name(p))


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
    if is_breadcrumb(page.title_tag):
        parts = [part for part in parts[-1:] if len(part) >= _NO_COLUMN]
    if not parts:
        return
    first = parts[0] if len(parts[0]) >= 6 else max(parts, key=len)
    yield Candidate(plain_title(first), "<title>", "head")
    for name in _META_NAMES[1:]:
        if page.meta.get(name):
            yield Candidate(plain_title(page.meta[name]), f"meta {name}", "head")


def _is_shown(page: Outline, title: str) -> bool:
    """Tell whether the page shows the title that its `<title>` claims, in whatever box."""
    bare = signs_removed(title)
    return any(bare in signs_removed(block.text) for block in page.blocks if not block.hidden)


def _over_its_date(page: Outline, headings: list[Heading]) -> Iterator[Candidate]:
    """The heading over or in the page's 时间/来源 line, where `<title>` is shown nowhere."""
    for heading in headings:
        own, *below = page.blocks[heading.block : heading.block + 3]
        shared = len(heading.text) < len(own.text)
        if not own.linked and (shared or any(says_when(block.text) for block in below)):
            yield Candidate(plain_title(heading.text), "heading", "page", block=heading.block)


def _is_site_name(text: str) -> bool:
    return len(text) <= 16 and bool(_SITE_WORDS.search(text))


def _above_info_line(page: Outline, labels: tuple[Labelled, ...]) -> Iterator[Candidate]:
    """The line over the page's first 时间/来源 line: old pages mark their title by nothing else.

    A 来源 that follows prose ends the article (`（来源：…）`); nothing above it is a title.
    """
    stated = (i.block for i in labels if i.kind in ("published", "source") and i.value)
    dated = (
        index
        for index, block in enumerate(page.blocks[:_TOP])
        if says_when(block.text) and not is_value(page, index)
    )
    index = min(next(stated, _TOP), next(dated, _TOP))
    index = index if index < len(page.blocks) else 0
    if any(_is_prose(block.text) for block in page.blocks[:index]):
        return
    for above in range(index - 1, max(index - 4, -1), -1):
        text = page.blocks[above].text
        if is_tail(text) or is_footer(text) or is_breadcrumb(text):
            continue
        if read_line(text) or is_info_line(text) or is_value(page, above) or _is_site_name(text):
            continue
        if 6 <= len(text) <= 100 and not page.blocks[above].linked and text[-1] not in "。：":
            yield Candidate(plain_title(text), "line above the info line", "page", block=above)
            return


def _under_the_date(page: Outline) -> Iterator[Candidate]:
    """The line of a newspaper's page that stands between its day and the first paragraph."""
    first = next((i for i, block in enumerate(page.blocks[:_TOP]) if weigh(block) >= _PARAGRAPH), 0)
    above = page.blocks[max(0, first - 6) : first]
    if first and any(is_info_line(block.text) for block in above[:-1]):
        text = above[-1].text
        if 6 <= len(text) <= 60 and not above[-1].linked and not is_info_line(text):
            yield Candidate(plain_title(text), "line above the text", "page", block=first - 1)


def _is_prose(text: str) -> bool:
    return len(text) >= 80 and text.count("。") + text.count("，") >= 2


def _first_heading(page: Outline, headings: list[Heading]) -> Iterator[Candidate]:
    """Headings without `<title>`'s help: those with a date under them, h1 first, in page order."""
    start = content_start(page)
    headings = [heading for heading in headings if heading.block >= start]
    ranked = sorted(
        headings,
        key=lambda h: (_is_site_name(h.text), not _has_date_below(page, h.block), h.rank, h.block),
    )
    for heading in ranked:
        yield Candidate(plain_title(heading.text), "heading", "page", block=heading.block)


def _has_date_below(page: Outline, block: int) -> bool:
    below = page.blocks[block + 1 : block + 5]
    return any(len(b.text) <= 90 and find_dates(b.text) for b in below)
