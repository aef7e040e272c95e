"""What an answer means: the outcome of a visit, with one line of evidence. Pure.

`ok` is earned: an answer that is not plainly the page, or a list that is not plainly the list, gets
an outcome of its own, because a monitor that takes an error page for news of silence is blind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from urllib.parse import urlsplit

from crawler.challenge import Challenge, recognise
from crawler.sources import Column
from store.records import Listing, Outcome

_BLOCKED = frozenset({401, 403, 407, 418, 429, 451, 503})
_HOME = frozenset({"", "/", "/index.html", "/index.htm", "/index.shtml", "/index.jsp"})
_OF_CHALLENGE: dict[str, Outcome] = {
    "challenge": "challenged",
    "block": "blocked",
    "soft_404": "drifted",
    "stub": "drifted",
}
SUSPICIOUSLY_FRESH = 5
"""A list of at least this many rows that are all dated today shows a clock, not dates."""

FEWEST_SWEEPS = 5
"""So many sweeps must have been read before anything is called usual."""

Judgement = tuple[Outcome, str]


@dataclass(frozen=True, slots=True)
class Usual:
    """What a page of a list is like: how many rows, which share of them cannot be read."""

    rows: int
    unreadable: float = 0.0


def judge_answer(
    status: int,
    headers: Mapping[str, str],
    text: str,
    *,
    asked: str,
    final: str,
    body_bytes: int | None = None,
) -> Judgement | None:
    """Return the outcome of an answer that is not the page asked for, or None if it may be.

    headers: names in lower case. text: the decoded body, empty for a file. asked, final: the
    addresses before and after redirects. body_bytes: its length, None if unknown; some sites
    answer with one byte what they do not want to show (seen on 民政部, 2026).
    Only 404 and 410 mean gone: an error page served with 200 may be a fault of the site and must
    not withdraw a policy.
    """
    if status in {404, 410}:
        return "gone", f"HTTP {status}"
    if challenge := recognise(status, headers, text, final):
        return _OF_CHALLENGE[challenge.kind], _said(challenge)
    if status in _BLOCKED:
        return "blocked", f"HTTP {status}"
    if 500 <= status < 600:
        return "unreachable", f"HTTP {status}：服务器自身出错"
    if not 200 <= status < 300:
        return "drifted", f"HTTP {status}：不是对这个请求的回答"
    if body_bytes is not None and body_bytes <= 1:
        return "drifted", f"HTTP {status}，但正文只有 {body_bytes} 字节"
    if is_home(final) and not is_home(asked):
        return "drifted", f"跳转到了网站首页 {final}"
    return None


def judge_listing(
    listing: Listing,
    column: Column,
    *,
    page_number: int = 1,
    today: date | None = None,
    usual: Usual | None = None,
) -> Judgement:
    """Return the outcome of a listing that was read: ok, or why its rows are not to be trusted.

    today: the date in Shanghai, None to leave the freshness of the rows unjudged. usual: how
    this page was in earlier sweeps, None if too few were seen.
    """
    rows = len(listing.entries)
    low, high = column.entries_per_listing
    if listing.js_rendered:
        return "drifted", "条目由脚本另行载入，不在页面里"
    if not rows and page_number > 1:
        return "drifted", f"列表第 {page_number} 页没有条目"
    if not rows:
        return ("empty_declared" if column.may_be_empty else "empty_unexpected"), "没有条目"
    if _unreadable_share(listing) > (usual.unreadable if usual else 0.25) + 0.25:
        return "drifted", f"{listing.skipped} 条读不出，只读出 {rows} 条"
    if rows > high or (page_number == 1 and rows < low):
        return "drifted", f"读到 {rows} 条，预期 {low} 至 {high} 条"
    if usual and page_number == 1 and 2 * rows < usual.rows:
        return "drifted", f"读到 {rows} 条，平时 {usual.rows} 条"
    dates = {entry.on for entry in listing.entries}
    if today and rows >= SUSPICIOUSLY_FRESH and dates == {today.isoformat()}:
        return "drifted", f"{rows} 条的日期全是今天：是时钟，不是日期"
    return "ok", f"{rows} 条"


def usual_of(earlier: Sequence[Listing]) -> Usual | None:
    """Return what is usual for a page of a list, None if too few sweeps of it were read."""
    if len(earlier) < FEWEST_SWEEPS:
        return None
    rows = median(len(listing.entries) for listing in earlier)
    return Usual(int(rows), median(map(_unreadable_share, earlier)))


def _unreadable_share(listing: Listing) -> float:
    return listing.skipped / ((listing.skipped + len(listing.entries)) or 1)


def is_home(url: str) -> bool:
    """Return whether an address is a site's entrance."""
    parts = urlsplit(url)
    return parts.path in _HOME and not parts.query


def _said(challenge: Challenge) -> str:
    return f"{challenge.name}：{challenge.evidence}"
