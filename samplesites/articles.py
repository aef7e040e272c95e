"""What the sites have to say: texts, where each is posted, and how it looks on a given day.

Reads the TOML files of `content/` (one file per story, written for this project). A text is posted
on one or more sites; revisions change it from a day on. `Library.articles(site, day)` is the only
question the sites ask. Knows nothing of HTML.
"""

import tomllib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from samplesites.calendar import SHANGHAI, START, seen_at

CONTENT = Path(__file__).parent / "content"


class ContentError(ValueError):
    """A content file contradicts itself or the calendar; the message names file and title."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file attached to an article: its shown name; the ending decides between PDF and DOCX."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """What one site shows under one address on one day.

    posted_at: aware, Shanghai. first_day: the day it is first seen. dossier, role, genre and
    relevant are the truth a reader of the site would tell, for tests of the product; no page
    shows them. body: paragraphs, one per line (`#` heading, `>` signature, `|` table row).
    """

    dossier: str
    role: str
    genre: str
    relevant: bool
    site: str
    column: str
    number: int
    first_day: int
    posted_at: datetime
    title: str
    body: str
    intro_title: str = ""
    subtitle: str = ""
    source: str = ""
    author: str = ""
    document_number: str = ""
    index_number: str = ""
    issuers: tuple[str, ...] = ()
    written_on: str = ""
    theme: str = ""
    validity: str = ""
    page: int = 1
    word_export: bool = False
    uploads: tuple[Upload, ...] = ()

    @property
    def abolished(self) -> bool:
        """Whether the site itself says that the policy no longer holds."""
        return self.validity in {"废止", "失效"}


@dataclass(frozen=True, slots=True)
class Revision:
    """From `day` on, on `site` (empty: on every site), `old` reads `new` or validity changes."""

    day: int
    site: str = ""
    old: str = ""
    new: str = ""
    validity: str = ""

    def apply(self, article: Article) -> Article:
        """Return the article as it reads afterwards; raises ContentError if `old` is not there."""
        if self.old and article.body.count(self.old) != 1:
            raise ContentError(
                f"{article.title}: revision of day {self.day} does not fit: {self.old}"
            )
        body = article.body.replace(self.old, self.new) if self.old else article.body
        return replace(article, body=body, validity=self.validity or article.validity)


@dataclass(frozen=True, slots=True)
class Posting:
    """A text on one site: the article as first shown, its revisions, the day it is removed."""

    article: Article
    revisions: tuple[Revision, ...] = ()
    gone: int | None = None

    def on(self, day: int) -> Article | None:
        """Return the article as shown on `day`, None when it is not up yet or no more."""
        if day < self.article.first_day or (self.gone is not None and day >= self.gone):
            return None
        article = self.article
        for revision in self.revisions:
            if revision.day <= day and revision.site in {"", article.site}:
                article = revision.apply(article)
        return article


@dataclass(frozen=True, slots=True)
class Library:
    """Every posting of the little internet."""

    postings: tuple[Posting, ...] = field(default=())

    def articles(self, site: str, day: int) -> tuple[Article, ...]:
        """Return what `site` shows on `day`, newest first."""
        shown = [p.on(day) for p in self.postings if p.article.site == site]
        present = [article for article in shown if article]
        return tuple(sorted(present, key=lambda a: (a.posted_at, a.number), reverse=True))


def in_pages(shown: tuple[Article, ...], per_page: int) -> list[tuple[Article, ...]]:
    """Return the articles of each listing page in order; one empty page when there are none."""
    starts = range(0, max(len(shown), 1), per_page)
    return [shown[start : start + per_page] for start in starts]


@cache
def library() -> Library:
    """Return all of `content/`, read once. Raises ContentError when a file contradicts itself."""
    postings: list[Posting] = []
    for path in sorted(CONTENT.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for text in data["texts"]:
            postings += _postings_of(text)
    addresses = [(p.article.site, p.article.number) for p in postings]
    doubled = {address for address in addresses if addresses.count(address) > 1}
    if doubled:
        raise ContentError(f"content: posted twice under one number: {sorted(doubled)}")
    return Library(tuple(postings))


def _postings_of(text: dict[str, Any]) -> list[Posting]:
    text = dict(text)
    revisions = tuple(Revision(**revision) for revision in text.pop("revisions", ()))
    uploads = tuple(Upload(u["name"], tuple(u["lines"])) for u in text.pop("uploads", ()))
    text["issuers"] = tuple(text.pop("issuers", ()))
    text["body"] = text["body"].strip()
    postings = text.pop("postings")
    return [_posting({**text, "uploads": uploads}, dict(p), revisions) for p in postings]


def _posting(
    text: dict[str, Any], posting: dict[str, Any], revisions: tuple[Revision, ...]
) -> Posting:
    gone = posting.pop("gone", None)
    first_day = posting.pop("day", 0)
    posted_at = datetime.fromisoformat(posting.pop("at")).replace(tzinfo=SHANGHAI)
    article = Article(**{**text, **posting, "first_day": first_day, "posted_at": posted_at})
    _check_date(article)
    return Posting(article, revisions, gone)


def _check_date(article: Article) -> None:
    """Raise ContentError unless the article was put up between the day before and its day."""
    latest = seen_at(START, article.first_day)
    earliest = latest - timedelta(days=1)
    if article.posted_at > latest or (article.first_day and article.posted_at <= earliest):
        raise ContentError(
            f"{article.title} on {article.site}: posted {article.posted_at:%Y-%m-%d %H:%M}, "
            f"but first seen on day {article.first_day}; change `at` or `day`"
        )
