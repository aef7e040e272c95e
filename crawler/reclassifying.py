"""Classifying stored documents anew after an operator changed the rules: corrections, never news.

Works from the documents in the ledger, not from the archive: no page is decoded or read again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from crawler.reidentifying import ROLE_WORDS
from crawler.rereading import role_by_rules
from crawler.sources import Source
from pipelines.classify import RuleSet, classify
from store import classified
from store.classified import Classified
from store.database import Database
from store.records import Classification, Role

Progress = Callable[[str, int, int], None]

_GENRES = {
    "policy": "政策",
    "draft": "征求意见稿",
    "interpretation": "解读",
    "notice": "通知公告",
    "news": "新闻",
    "publicity": "公示",
    "other": "其他",
}
_RELEVANCE = {"yes": "相关", "maybe": "可能相关", "no": "不相关"}


@dataclass(frozen=True, slots=True)
class Reclassified:
    """A page part that the rules see differently now: what was said of it, what is said now."""

    page_url: str
    title: str | None
    was: Classification
    now_is: Classification
    role_was: Role
    role: Role

    @property
    def difference(self) -> str:
        """What changed, in readers' words: genre, role, relevance, topics that came and went."""
        was, now_is = self.was, self.now_is
        words = []
        if was.genre != now_is.genre:
            words.append(f"体裁：{_GENRES[was.genre]}→{_GENRES[now_is.genre]}")
        if self.role_was != self.role:
            words.append(f"角色：{ROLE_WORDS[self.role_was]}→{ROLE_WORDS[self.role]}")
        if was.relevance != now_is.relevance:
            words.append(f"{_RELEVANCE[was.relevance]}→{_RELEVANCE[now_is.relevance]}")
        words += [f"+{topic}" for topic in now_is.topics if topic not in was.topics]
        words += [f"-{topic}" for topic in was.topics if topic not in now_is.topics]
        return "，".join(words) or "主题次序"


def preview(
    database: Database, sources: Mapping[str, Source], rules: RuleSet
) -> tuple[Reclassified, ...]:
    """Return what `reclassify` would change; writes nothing."""
    found: list[Reclassified] = []
    with database.reading() as session:
        for page_id in classified.page_ids(session):
            found += [
                _seen(*pair, sources)
                for pair in _moved(session, page_id, sources, rules)
                if pair[0].current
            ]
    return tuple(found)


def reclassify(
    database: Database,
    sources: Mapping[str, Source],
    rules: RuleSet,
    clock: Callable[[], datetime],
    progress: Progress = lambda stage, done, total: None,
) -> tuple[Reclassified, ...]:
    """Classify every stored document anew and record what differs, a transaction a page.

    A superseded state of a page is put right too, but only the latest is told of and returned.
    Roles follow; which pages are one policy is for `reidentify` to say.
    """
    with database.reading() as session:
        page_ids = classified.page_ids(session)
    found: list[Reclassified] = []
    for done, page_id in enumerate(page_ids):
        with database.writing() as session:
            for was, now_is in _moved(session, page_id, sources, rules):
                seen = _seen(was, now_is, sources)
                said = f"重新分类：{seen.difference}"
                if classified.correct(session, was, now_is, seen.role, said=said, now=clock()):
                    found.append(seen)
        progress("pages", done + 1, len(page_ids))
    return tuple(found)


def _moved(
    session: Session, page_id: int, sources: Mapping[str, Source], rules: RuleSet
) -> list[tuple[Classified, Classification]]:
    """Return the snapshots of a page that are something else under these rules.

    Reasons alone (a word's weight) make no difference to anybody who reads or subscribes.
    """
    pairs = []
    for was in classified.of_page(session, page_id):
        now_is = classify(was.document, _column_role(sources, was), rules)
        if _said(now_is) != _said(was.classification):
            pairs.append((was, now_is))
    return pairs


def _said(classification: Classification) -> tuple[object, ...]:
    return classification.genre, classification.topics, classification.relevance


def _seen(was: Classified, now_is: Classification, sources: Mapping[str, Source]) -> Reclassified:
    source = sources.get(was.source_id or "")
    role = role_by_rules(was.document, now_is, source, was=was.role)
    title = was.document.title
    return Reclassified(was.page_url, title, was.classification, now_is, was.role, role)


def _column_role(sources: Mapping[str, Source], was: Classified) -> str | None:
    source = sources.get(was.source_id or "")
    columns = source.columns if source else ()
    return next((c.role for c in columns if c.id == was.column_id), None)
