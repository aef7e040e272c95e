"""The date a reader sees as the page's date, by a fixed order of trust.

Regenerated `PubDate`s, ids that look like dates, frozen clocks, deadlines and neighbours' dates
lose by rule; where nothing states a day, a month stays a month and nothing stays None.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from pipelines.dates import date_in_url, find_dates, parse_date
from pipelines.extract.choice import Candidate
from pipelines.extract.labels import Labelled
from pipelines.extract.outline import Outline
from store.records import day_of

_META_DATES = (
    "pubdate", "publishdate", "firstpublishedtime", "article:published_time", "publish_date",
    "datepublished", "og:release_date", "weibo: article:create_at", "dc.date", "apub:time",
    "_pubtime", "og:published_time", "pubtime", "publishtime", "bt:pubdate", "creation_date",
    "createdate",
)  # fmt: skip
_CLOCK = re.compile(r"今天是|今日|现在是|当前时间|農曆|农历|欢迎|归档")
_WEEKDAY = re.compile(r"\s*(?:星期|周)[一二三四五六日天]|上一期|下一期")
_NOT_PUBLISHED = re.compile(
    r"(?:截止|截至|开始|结束|起止|报名|留言|答复|回复|活动|会议|开标|成文|生成|有效|失效|施行|生效|考试|打印)[^，。]{0,4}$"
)
_LABEL_KINDS = {"issued": ("发文日期", "印发日期")}
_LABEL_START = re.compile(r"^(?:最[后近])?(?:发布|发表|更新|刊登)(?:时间|日期|于)")
_BRACKETED = re.compile(r"[（(]\s*(20\d\d-\d{1,2}-\d{1,2})\s*[）)]$")
_BRACKETED_DAY = re.compile(r"[（(]\s*(20\d\d年\d{1,2}月\d{1,2}日)\s*[）)]")
_YEAR, _DAY = re.compile(r"20\d\d年?"), re.compile(r"[0-3]?\d日?")
_YEAR_MONTH = re.compile(r"/?\s?20\d\d[-/.年]\d{1,2}月?")
_MONTH_DAY = re.compile(r"\d{1,2}[-/.月]\d{1,2}日?")
_FAR = timedelta(days=31)
NEAR = 12
"""How many blocks around the title an unlabelled date may stand (seen at most 8 on real pages)."""


def published_candidates(
    page: Outline, labels: tuple[Labelled, ...], title: int | None, body: tuple[int, ...]
) -> Iterator[Candidate]:
    """Yield candidates for the published date, most trusted first.

    Order: labelled date a reader sees by the title, labelled in the header table, a bare date by
    the title, PubDate unless it is the page's regeneration time, a labelled date after the body,
    the URL's day, a regenerated PubDate's never, the URL's month.
    """
    yield from _labelled(labels, "published", title, body)
    yield from _in_brackets(page, title)
    visible = list(_beside_title(page, title, body))
    yield from visible
    yield from _in_parts(page, title, body)
    yield from _time_elements(page, title, body)
    yield from _labelled(labels, "updated", title, body)
    yield from _from_meta(page)
    yield from _from_scripts(page)
    yield from _labelled(labels, "stamp", title, body)
    yield from _labelled(labels, "issued", title, body)
    yield from _after_body(page, labels, body)
    yield from _front_matter(page)
    yield from _from_url(page)
    yield from _original_url_date(page)


def _labelled(
    labels: tuple[Labelled, ...], kind: str, title: int | None, body: tuple[int, ...]
) -> Iterator[Candidate]:
    """Labels before the body's first block or within its head, nearest after the title first."""
    start = title if title is not None else 0
    end = body[0] + NEAR if body else start + 3 * NEAR
    kinds = _LABEL_KINDS.get(kind, (kind,))
    found = [i for i in labels if i.label in kinds or i.kind == kind]
    found = [i for i in found if i.block <= end and parse_date(i.value)]
    found = [i for i in found if len(i.label) > 2 or not body or i.block < body[0]]
    found.sort(key=lambda i: (i.block < start - 1, abs(i.block - start)))
    for item in found:
        mentions = find_dates(item.value)
        if mentions and mentions[0].start <= 12:
            yield Candidate(mentions[0].value, f"label {item.label}", f"block {item.block}")


def _beside_title(page: Outline, title: int | None, body: tuple[int, ...]) -> Iterator[Candidate]:
    """Bare dates in short lines near the title; a time or a line of their own is needed."""
    if title is None:
        title = max(0, body[0] - NEAR) - 1 if body else len(page.blocks)
    end = min(title + NEAR, (body[0] + 2) if body else len(page.blocks))
    after = range(title + 1, max(end, title + 3))
    before = range(title - 1, max(-1, title - 4), -1)
    for index in (*after, *before):
        if 0 <= index < len(page.blocks):
            yield from _bare(page, index, strict=index < title, in_body=index in body)


def _in_brackets(page: Outline, title: int | None) -> Iterator[Candidate]:
    """`(2026-05-20)` ending the title's box or alone under it; 成文日期 is written with 年月日."""
    if title is None:
        return
    own = [piece.strip() for piece in page.blocks[title].pieces if piece.strip()]
    apart = _BRACKETED_DAY.fullmatch(own[-1]) if len(own) > 1 else None
    ending = _BRACKETED.search(page.blocks[title].text)
    below = page.blocks[title + 1].text if title + 1 < len(page.blocks) else ""
    for match in (apart, ending, _BRACKETED.fullmatch(below)):
        if match:
            yield Candidate(parse_date(match[1]) or "", "date in brackets", f"block {title}")


def _bare(page: Outline, index: int, *, strict: bool, in_body: bool) -> Iterator[Candidate]:
    """A date in brackets, or alone in the body's first lines, is when a text was written."""
    text = _WEEKDAY.sub("", page.blocks[index].text)
    if len(text) > 90 or _CLOCK.search(text) or page.blocks[index].linked > len(text) * 0.6:
        return
    mentions = find_dates(text)
    if len(mentions) != 1:
        return
    mention = mentions[0]
    if _NOT_PUBLISHED.search(text[: mention.start]) or mention.certainty == "repaired":
        return
    if (text[:1] in "（(" or in_body) and not mention.has_time:
        return
    strict = strict and not _LABEL_START.match(text)
    alone = len(text) - (mention.end - mention.start) <= (4 if strict else 40)
    sentence = "。" in text or text.count("，") > 1
    if (mention.has_time or alone) and not sentence:
        yield Candidate(mention.value, "date beside the title", f"block {index}")


def _in_parts(page: Outline, title: int | None, body: tuple[int, ...]) -> Iterator[Candidate]:
    """A day whose parts are elements of their own: `20` over `2026-05`, or `05-20` over `2026`."""
    start = title if title is not None else 0
    end = min(start + NEAR, body[0] if body else len(page.blocks))
    for index in range(max(0, start - 3), end):
        pieces = _day_pieces(page.blocks[index].pieces)
        after = page.blocks[index + 1].text.strip() if index + 1 < end else ""
        for pair in (pieces, [page.blocks[index].text.strip(), after]):
            value = parse_date("-".join(_ordered(pair))) if len(pair) == 2 else None
            if value and len(value) == 10:
                yield Candidate(value, "day in parts", f"block {index}")


def _day_pieces(pieces: Sequence[str]) -> list[str]:
    """Return a line's texts, month, sign and day joined: `2020`, `03`, `/`, `12`, `10:20:33`."""
    shown = [piece.strip() for piece in pieces if piece.strip()]
    if shown[2:3] in (["/"], ["-"], ["."]) and len(shown) >= 4:
        shown = [shown[0], "".join(shown[1:4]), *shown[4:]]
    clock = len(shown) == 3 and re.fullmatch(r"\d{1,2}:\d\d(?::\d\d)?", shown[2])
    return shown[:2] if clock else shown


def _ordered(parts: Sequence[str]) -> tuple[str, ...]:
    """Return year and month before the day, or nothing where the parts are something else."""
    for first, second in (parts, parts[::-1]):
        year_first = _YEAR_MONTH.fullmatch(first) and _DAY.fullmatch(second)
        if year_first or (_YEAR.fullmatch(first) and _MONTH_DAY.fullmatch(second)):
            return tuple(re.sub(r"\D+", "-", part).strip("-") for part in (first, second))
    return ()


def _time_elements(page: Outline, title: int | None, body: tuple[int, ...]) -> Iterator[Candidate]:
    """The `datetime` of a `<time>` between title and body (HTML Living Standard §4.5.14)."""
    start = title if title is not None else 0
    end = body[0] if body else start + NEAR
    for index, written in page.times:
        value = parse_date(written)
        if value and start - 2 <= index <= end:
            yield Candidate(value, "time element", f"block {index}")


def _from_meta(page: Outline) -> Iterator[Candidate]:
    for name in _META_DATES:
        value = parse_date(page.meta.get(name))
        if value and not is_regenerated(page, value, page.meta[name]):
            yield Candidate(value, f"meta {name}", "head")
    comment = parse_date(page.comment.get("date"))
    if comment:
        yield Candidate(comment, "enpproperty date", "comment")


def _from_scripts(page: Outline) -> Iterator[Candidate]:
    for name, written in page.scripted.items():
        value = parse_date(written)
        if value and not is_regenerated(page, value, written):
            yield Candidate(value, f"script {name}", "script")


def is_regenerated(page: Outline, value: str, written: str) -> bool:
    """Tell whether a `PubDate` is the time the page was built, not the time it was published.

    Seen on 苏州 pages: `<meta name="others" content="页面生成时间 …">` equals it; such a PubDate
    was right on 3 of 13 pages, any other on 50 of 51. One more than a month after the day that a
    static page's own address states cannot be its publication either.
    """
    built = page.meta.get("others", "") + page.meta.get("maketime", "")
    mentions = find_dates(built)
    if not mentions or mentions[0].value != value:
        return _is_long_after(value, date_in_url(page.url))
    clock = re.search(r"\d{1,2}:\d\d", written)
    return not clock or clock[0] in built


def _is_long_after(value: str, url_on: str | None) -> bool:
    stated, made = day_of(value), day_of(url_on)
    return stated is not None and made is not None and stated - made > _FAR


def _after_body(
    page: Outline, labels: tuple[Labelled, ...], body: tuple[int, ...]
) -> Iterator[Candidate]:
    last = body[-1] if body else 0
    for index in range(last + 1, min(last + 7, len(page.blocks)) if body else 0):
        if not page.blocks[index].linked:
            yield from _bare(page, index, strict=True, in_body=False)
    for item in labels:
        if item.kind == "published" and item.block >= last and item.label not in ("时间", "日期"):
            value = parse_date(item.value)
            if value:
                yield Candidate(value, f"label {item.label} after the body", f"block {item.block}")


def _front_matter(page: Outline) -> Iterator[Candidate]:
    value = parse_date(page.front.get("date"))
    if value:
        yield Candidate(value, "front matter date", "front matter")


def _from_url(page: Outline) -> Iterator[Candidate]:
    value = date_in_url(page.url)
    if value and not page.partial:
        yield Candidate(value, "date in URL", "url", "inferred")


def _original_url_date(page: Outline) -> Iterator[Candidate]:
    """Print twins show no date; the address of the original in their last lines has one."""
    for block in reversed(page.blocks[-6:]):
        match = re.search(r"https?://\S+", block.text)
        value = date_in_url(match[0]) if match else None
        if value:
            yield Candidate(value, "date in the original's URL", "tail line", "inferred")
