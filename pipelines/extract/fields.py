"""The fields of an article that its header, title, signature and sentences state.

Each function returns a value and leaves the evidence that chose it with the article.
"""

import re
from collections.abc import Iterator

from pipelines.addresses import parts_of
from pipelines.canonical import simplify
from pipelines.dates import find_dates, parse_date
from pipelines.extract.article import Article
from pipelines.extract.bodies import weigh
from pipelines.extract.choice import Candidate
from pipelines.issuers import Signature, date_line, issuers_in_title
from pipelines.numbers import NumberMention, canonical_number, find_numbers, own_line_number
from pipelines.regions import (
    NATION,
    region_of_host,
    region_of_issuer,
    region_of_name,
    region_of_number,
    region_of_site_code,
)
from pipelines.validity import Term, consultation_ends_on, effective_on, expires_on
from store.records import Certainty, Evidence, PartialDate

_BRACKETS = re.compile(r"[\s()（）\[\]【】]+")
_VALIDITY_TAG = re.compile(
    r"[【\[（(]((?:已|全文|宣布)?(?:失效|废止|修订|修改)|部分(?:失效|废止)|(?:现行|继续)?有效)[】\]）)]"
)
_PARAGRAPH = 60.0
"""The weight from which a line is a paragraph of prose."""
_PAGE_FILE = re.compile(r"\.s?html?$|content_?id=|/\d{4,}/?$", re.I)


def title_without_number(title: str | None) -> str | None:
    """Return a title without the number printed after a blank (`…的通知 吉组发〔2011〕11号`)."""
    for mention in find_numbers(title or ""):
        before, after = (title or "")[: mention.start], (title or "")[mention.end :]
        if not after.strip() and before[-1:] in " \u3000" and before.strip():
            return before.strip()
    return title


def own_number(article: Article) -> str | None:
    """Return the document's own 文号; numbers inside sentences are cited and never taken.

    Order: a 文号 cell of the header, a number that begins or ends the title, a line of its own
    within the first lines under the title or just above it, where a letterhead has it.
    """
    return article.take("document_number", _numbers(article))


def _numbers(article: Article) -> Iterator[Candidate]:
    for item in article.header_labels("number"):
        number = canonical_number(item.value)
        if number:
            yield Candidate(number, f"label {item.label}", f"block {item.block}")
    title = article.title or ""
    for mention in find_numbers(title):
        before, after = title[: mention.start], title[mention.end :]
        if not _BRACKETS.sub("", before) or not _BRACKETS.sub("", after):
            yield Candidate(mention.value, "number in title", "title", mention.certainty)
    start = article.title_block or 0
    end = article.blocks[0] + 6 if article.blocks else start + 6
    above = range(start - 1, max(-1, start - 4), -1)
    for index in (*_until_prose(article, start + 1, end), *above):
        own = _on_own_line(article, index) or _in_info_line(article, index)
        if own:
            yield Candidate(own.value, "line of its own", f"block {index}", own.certainty)


def _until_prose(article: Article, first: int, last: int) -> Iterator[int]:
    """Yield block indices down to the body's first paragraph; numbers under it are a list's."""
    inside = set(article.blocks)
    for index in range(first, min(last, len(article.page.blocks))):
        if index in inside and weigh(article.page.blocks[index]) >= _PARAGRAPH:
            return
        yield index


def _on_own_line(article: Article, index: int) -> NumberMention | None:
    """Return the number a line consists of; an order prints 令 and 第187号 on two lines."""
    text = article.page.blocks[index].text
    if text.endswith(("令", "公告")) and len(text) <= 30 and index + 1 < len(article.page.blocks):
        text += article.page.blocks[index + 1].text
    return own_line_number(text)


def _in_info_line(article: Article, index: int) -> NumberMention | None:
    """Return the number that stands between gaps in the line of the date, above the body."""
    text = article.page.blocks[index].text
    above = not article.blocks or index < article.blocks[0]
    if not above or len(text) > 90 or not (find_dates(text) or article.labels_of(index)):
        return None
    parts = re.split(r"[\u3000|｜]+|\s{2,}|\s(?=[(（〔【\[]?20\d\d-)", text)
    return next(filter(None, map(own_line_number, parts)), None)


def written_on(article: Article, signature: Signature | None) -> PartialDate | None:
    """Return 成文日期: from the header, the signature, or a bracketed date under the title."""
    return article.take("written_on", _written(article, signature))


def _written(article: Article, signature: Signature | None) -> Iterator[Candidate]:
    for item in article.header_labels("written"):
        value = parse_date(item.value)
        if value:
            yield Candidate(value, f"label {item.label}", f"block {item.block}")
    if signature:
        yield Candidate(
            signature.written_on, "signature block", f"line {signature.line}", signature.certainty
        )
    first = article.blocks[0] if article.blocks else 0
    over = range((article.title_block or 0) + 1, first) if article.title_block is not None else ()
    for index in (*over, *article.blocks[:4]):
        text = article.page.blocks[index].text
        mention = date_line(text) if text[:1] in "（(" else None
        if mention:
            yield Candidate(mention.value, "date in brackets under the title", f"block {index}")


def issuers(article: Article, signature: Signature | None) -> tuple[str, ...]:
    """Return who issued the document: signature block, else organs in the title, else 发文机关."""
    if signature:
        article.evidence["issuers"] = Evidence("signature block", f"line {signature.line}")
        return signature.issuers
    named = issuers_in_title(article.title or "")
    if named:
        article.evidence["issuers"] = Evidence("organs in title", "title")
        return named
    value = article.labelled("issuer", "issuers")
    return tuple(part for part in re.split(r"[\s、,，;；]+", value or "") if part)


def author(article: Article) -> str | None:
    """Return the names after 作者 or 记者, or an e-paper's own, cut at a date or a wide gap."""
    value = article.labelled("author") or article.page.comment.get("author")
    if not value:
        return None
    dates = find_dates(value)
    value = re.split(r"\s{2,}|[|｜【\[]", value[: dates[0].start] if dates else value)[0].strip(
        " ■●□◆\u3000"
    )
    return value if 0 < len(value) <= 40 else None


def validity(article: Article) -> str | None:
    """Return the state of force as the site states it: header, its record in JSON, title's tag."""
    stated = article.labelled("validity")
    if not stated and article.page.ended:
        article.evidence["validity"] = Evidence("is_abolished, is_expired", "script")
        return article.page.ended
    tag = _VALIDITY_TAG.search(article.title or "")
    if stated or not tag:
        return stated
    article.evidence["validity"] = Evidence("tag in title", "title")
    return tag[1]


def original_url(article: Article) -> str | None:
    """Return the original's address: after 文章来源, linked from it, or a mirror's last line."""
    return article.take("original_url", _originals(article))


def _originals(article: Article) -> Iterator[Candidate]:
    page = article.page
    sources = [item for item in article.labels if item.kind == "source"]
    for item in reversed(sources):
        match = re.search(r"https?://[^\s<>）)]+", item.value)
        if match:
            yield Candidate(match[0], f"label {item.label}", f"block {item.block}")
    lines = {item.block for item in sources}
    host = parts_of(page.url).hostname
    for index, link in page.links:
        href = (link.get("href") or "").strip() if index in lines else ""
        elsewhere = href.startswith("http") and parts_of(href).hostname != host
        if elsewhere and _PAGE_FILE.search(href):
            yield Candidate(href, "link of the source", f"block {index}")
    for block in reversed(page.blocks[-6:] if page.front else ()):
        if re.fullmatch(r"https?://\S+", block.text):
            yield Candidate(block.text, "address in the last lines", "tail line")


def terms(
    article: Article, text: str, issued: PartialDate | None, published: PartialDate | None
) -> tuple[PartialDate | None, PartialDate | None, PartialDate | None]:
    """Return effective_on, expires_on and consultation_ends_on, from header cells or sentences.

    issued: the day the document was written; a re-posted page's own date would be a wrong one.
    published: the page's day, from which a draft's `…之日起30日内` and `6月5日前` are told.
    """
    begins = effective_on(text, issued)
    effective = _cell(article, "effective") or _sentence(article, "effective_on", begins)
    since = effective or issued
    header = next((i.value for i in article.header_labels("term") if i.value), None)
    ends = (expires_on(f"有效期{header}", since) if header else None) or expires_on(text, since)
    expires = _cell(article, "expires") or _sentence(article, "expires_on", ends)
    comments = consultation_ends_on(article.title or "", text, published or issued)
    return effective, expires, _sentence(article, "consultation_ends_on", comments)


def _cell(article: Article, kind: str) -> PartialDate | None:
    found = (
        Candidate(parse_date(item.value) or "", f"label {item.label}", f"block {item.block}")
        for item in article.header_labels(kind)
    )
    return article.take(f"{kind}_on", found)


def _sentence(article: Article, name: str, term: Term | None) -> PartialDate | None:
    if term is None:
        return None
    article.evidence[name] = Evidence("sentence", term.sentence, term.certainty)
    return term.on


def region(
    article: Article, number: str | None, organs: tuple[str, ...], source: str | None
) -> str | None:
    """Return whose document or news it is: the nation's, else the site's, else what text names.

    A ministry's number or signature makes it national wherever it is reprinted; a provincial site
    speaks for its province, which also settles numbers of cities (宁 is 南京 and 宁夏).
    """
    return article.take("region", _regions(article, number, organs, source))


def _regions(
    article: Article, number: str | None, organs: tuple[str, ...], source: str | None
) -> Iterator[Candidate]:
    meta = article.page.meta
    host, site = region_of_host(article.page.url), region_of_site_code(meta.get("siteidcode"))
    of_number, of_organ = region_of_number(number), region_of_issuer(organs[0]) if organs else None
    lead = "".join(article.page.blocks[index].text[:150] for index in article.blocks[:2])
    found: tuple[tuple[str | None, str, Certainty], ...] = (
        (NATION if NATION in (of_number, of_organ) else None, "national issuer", "stated"),
        (host if host != NATION else None, "government host", "inferred"),
        (site if site != NATION else None, "SiteIDCode", "inferred"),
        (of_number, "document number", "inferred"),
        (of_organ, "issuer", "stated"),
        (region_of_name(simplify(article.title or "")), "title", "stated"),
        (region_of_issuer(simplify(source)) if source else None, "source", "inferred"),
        (region_of_name(simplify(lead)), "first lines", "inferred"),
        (host or site, "government host", "inferred"),
    )
    for code, rule, certainty in found:
        if code:
            yield Candidate(code, rule, "", certainty)
