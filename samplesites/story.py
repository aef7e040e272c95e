"""What happens on the sample sites, day by day, and what a reader should hear of it.

Day 0 (Monday 2026-06-01, 07:30) finds 51 articles. The joint plan 云社工发〔2026〕8号 stands on the
site of 云江省民政厅 and in the news; a draft of April (社会工作服务机构管理办法) awaits its end; an
older issue of the e-paper is already cloned. Then:

1. A new guide on evaluating projects (云江). The plan appears a second time, on the party
   department's site, and a third, as a reprint; the e-paper of Tuesday reports on it. Noise: a
   recruitment notice and a front page.
2. The notice on purchasing services is edited in place: a sum, a share, a deadline (云江). A draft
   for comment until 2 July (临海). A rule on supervisors is gone: 404, and off its list (临海). The
   plan is interpreted (云江). Noise: a statistics bulletin. The clone shows Tuesday's paper.
3. The draft of April is issued as 云民规〔2026〕3号, and the rule of 2019 that it ends is marked
   废止 (云江). A new measure on registration (南岭). News. Noise: a tender.
4. A repeal notice, and the two documents it names turn is_abolished (南岭). The opinions on pay
   are edited in place, a rule of 2023 passes its three years (临海). New measures of three
   departments (云江). Noise: pensions.
5. The rule issued on day 3 is interpreted (云江). A new rule on children (临海). The registration
   measure is reprinted; news.
6. A new action plan (南岭); news.

That is 7 new policies, 1 of them by way of its draft, 2 revisions, 1 draft, 2 interpretations, 3
repeals and 1 expiry, 1 withdrawal (seen from day 2 on, so it can be confirmed on different days).
"""

from dataclasses import dataclass
from typing import Literal

from samplesites.articles import Article, library

What = Literal["posted", "edited", "removed"]
Tells = Literal[
    "new", "issued", "reprint", "draft", "interpretation", "news", "notice", "revised",
    "repealed", "expired", "withdrawn", "irrelevant",
]  # fmt: skip
LAST_DAY = 6
_BY_ROLE: dict[str, Tells] = {
    "draft": "draft",
    "interpretation": "interpretation",
    "news": "news",
    "reprint": "reprint",
}
_BY_VALIDITY: dict[str, Tells] = {"废止": "repealed", "失效": "expired"}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on one site between the day before and `day`.

    article: as shown now, or as last shown for a removal. tells: what it means to a reader of all
    the sites; `irrelevant` is noise that nobody should be told.
    """

    day: int
    what: What
    tells: Tells
    article: Article


def events(day: int) -> tuple[Event, ...]:
    """Return what changed on the sites on `day`, in a fixed order; for day 0, all is posted."""
    before, now = (_shown(day - 1) if day else {}), _shown(day)
    known = list(before.values())
    happened: list[Event] = []
    for key, article in now.items():
        old = before.get(key)
        if old is None:
            happened.append(Event(day, "posted", _told_by_posting(article, known), article))
            known.append(article)
        elif old != article:
            happened.append(Event(day, "edited", _told_by_edit(old, article), article))
    for key, article in before.items():
        if key not in now:
            tells: Tells = "withdrawn" if article.relevant else "irrelevant"
            happened.append(Event(day, "removed", tells, article))
    return tuple(happened)


def _told_by_posting(article: Article, known: list[Article]) -> Tells:
    """Return what a new article tells those who know the others."""
    if not article.relevant:
        return "irrelevant"
    if article.role in _BY_ROLE:
        return _BY_ROLE[article.role]
    if article.genre in {"notice", "publicity"}:
        return "notice"
    roles = {other.role for other in known if other.dossier == article.dossier}
    if roles & {"original", "reprint"}:
        return "reprint"
    return "issued" if "draft" in roles else "new"


def _told_by_edit(old: Article, article: Article) -> Tells:
    if not article.relevant:
        return "irrelevant"
    return "revised" if old.body != article.body else _BY_VALIDITY[article.validity]


def _shown(day: int) -> dict[tuple[str, int], Article]:
    """Return what all sites show on `day`; a policy's own site before those that copy it."""
    postings = (posting.on(day) for posting in library().postings)
    return {(article.site, article.number): article for article in postings if article}
