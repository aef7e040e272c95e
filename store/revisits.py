"""Which known pages are due for another look, and how many there are of each age.

Recent pages are looked at often, old ones seldom; of those that are due, suspects come first, then
pages in force that a column still lists, then the rest, each by how far overdue it is, so that a
short budget stretches all intervals alike instead of starving one age.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import Row, bindparam
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, func, select

from store import captures, pages, prepared
from store.records import KnownPage
from store.tables import ListedRow, MemberRow, PageFileRow, PageRow, PolicyRow


@dataclass(frozen=True, slots=True)
class Age:
    """A class of pages by the time since they last changed, and the hours between two visits."""

    name: str
    below: timedelta
    every_h: int


AGES = (
    Age("month", timedelta(days=30), 20),
    Age("half-year", timedelta(days=180), 6 * 24),
    Age("older", timedelta.max, 27 * 24),
)
ENDED = ("expired", "repealed", "replaced", "withdrawn")
"""Statuses of a policy that is not in force, nor open for comment, any more."""


@dataclass(frozen=True, slots=True)
class Stock:
    """A source's pages of one age, and of one rank: first = in force and still listed.

    longest_unvisited_at: the last visit to the page that has waited longest. files: how many
    files the pages link to, which are asked for with them.
    """

    source_id: str
    age: Age
    first: bool
    pages: int
    longest_unvisited_at: datetime
    files: int = 0

    @property
    def requests(self) -> int:
        """How many requests it takes to visit all of it once."""
        return self.pages + self.files


@dataclass(frozen=True, slots=True)
class Delay:
    """What can be expected of a source's pages of one age and rank.

    every_h: hours between two visits of a page; None where no request is left for it.
    verified_since: every one of the pages was looked at then or later.
    """

    age: str
    first: bool
    pages: int
    every_h: float | None
    verified_since: datetime

    @property
    def expected_h(self) -> float | None:
        """Return the hours after which an edit is expected to be seen."""
        return None if self.every_h is None else self.every_h / 2


def age_of(last_changed_at: datetime, now: datetime) -> Age:
    """Return the class of a page that was seen to change, or first, at that instant."""
    since = now - last_changed_at
    return next(age for age in AGES if since < age.below)


def due(
    session: Session,
    source_id: str,
    now: datetime,
    limit: int,
    *,
    without: Collection[str] = (),
) -> list[KnownPage]:
    """Return known pages due for a visit, most pressing first. limit: of requests, files included.

    A suspect is missing from its listing or was gone at its last visit. Withdrawn pages are
    visited as seldom as old ones: they may return. without: columns whose pages come otherwise.
    """
    rows = prepared.ask(session, _OF_SOURCE, source=source_id).all()
    first = _first(session, source_id)
    waiting = [row for row in rows if row.column_id not in without and _overdue(row, now) >= 1]
    waiting.sort(
        key=lambda row: (
            not _is_suspect(row),
            row.id not in first,
            -_overdue(row, now),
            row.last_visited_at,
            row.url,
        )
    )
    files = _files(session, [row.id for row in waiting])
    due = _affordable(waiting, files, limit)
    served_at = captures.addresses(session, (row.settled_capture_id for row in due))
    return [
        replace(
            pages.known_page(row),
            address=served_at.get(row.settled_capture_id),
            files=files.get(row.id, 0),
        )
        for row in due
    ]


def stocks(session: Session, now: datetime) -> list[Stock]:
    """Return how many pages of each source are known, by age and rank."""
    first, files = _first(session), _files(session)
    question = select(
        PageRow.id, PageRow.source_id, PageRow.last_changed_at, PageRow.last_visited_at
    ).where(col(PageRow.source_id).is_not(None))
    found: dict[tuple[str, Age, bool], list[tuple[datetime, int]]] = {}
    for page_id, source_id, changed_at, visited_at in session.exec(question):
        key = (source_id or "", age_of(changed_at, now), page_id in first)
        found.setdefault(key, []).append((visited_at, files.get(page_id, 0)))
    order = sorted(found, key=lambda key: (key[0], AGES.index(key[1]), not key[2]))
    return [
        Stock(*key, len(found[key]), min(found[key])[0], sum(count for _, count in found[key]))
        for key in order
    ]


_OF_SOURCE = select_rows(
    *prepared.fields(
        PageRow,
        *("id", "url", "column_id", "settled_capture_id", "missing_days", "withdrawn"),
        *("first_seen_at", "last_visited_at", "entry_title", "entry_on", "last_changed_at"),
    )
).where(col(PageRow.source_id) == bindparam("source"))


def _affordable(
    waiting: Sequence[Row[Any]], files: Mapping[int | None, int], limit: int
) -> list[Row[Any]]:
    """Return as many of the pages, in order, as so many requests pay with their files.

    The last one's files may be too many: the host's budget stops them.
    """
    spent = accumulate((1 + files.get(row.id, 0) for row in waiting), initial=0)
    return [row for row, before in zip(waiting, spent, strict=False) if before < limit]


def _files(session: Session, page_ids: Sequence[int | None] | None = None) -> dict[int | None, int]:
    """Return how many files the pages link to, by page; without ids, of every page."""
    question = select(PageFileRow.page_id, func.count()).group_by(col(PageFileRow.page_id))
    if page_ids is not None:
        question = question.where(col(PageFileRow.page_id).in_(page_ids))
    return dict(session.exec(question).all())


def _first(session: Session, source_id: str | None = None) -> set[int | None]:
    """Return the ids of the pages that speak of a policy in force and are still listed."""
    question = (
        select(PageRow.id)
        .join(MemberRow, col(MemberRow.page_id) == col(PageRow.id))
        .join(PolicyRow, col(PolicyRow.id) == col(MemberRow.policy_id))
        .join(ListedRow, col(ListedRow.url) == col(PageRow.url))
        .where(
            col(MemberRow.genre).in_(("policy", "draft")),
            col(PolicyRow.status).not_in(ENDED),
            col(PageRow.missing_days).is_(None),
            col(PageRow.withdrawn).is_(False),
        )
    )
    if source_id is not None:
        question = question.where(PageRow.source_id == source_id)
    return set(session.exec(question))


def _is_suspect(row: Row[Any]) -> bool:
    return bool(row.missing_days) and not row.withdrawn


def _overdue(row: Row[Any], now: datetime) -> float:
    """Return how many of its intervals the page has waited; 1 is just due."""
    every_h = AGES[0].every_h if _is_suspect(row) else age_of(row.last_changed_at, now).every_h
    waited: timedelta = now - row.last_visited_at
    return waited / timedelta(hours=every_h)
