"""Pages and where they are listed: what the crawl asks before it fetches, and what went missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Update, bindparam, insert
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select, update

from store import prepared
from store.records import Entry, KnownPage, PageFacts, PartialDate
from store.tables import ListedRow, PageRow


@dataclass(frozen=True, slots=True)
class PageState:
    """What settling needs to know of a page: its last settled bytes and whether it is missing."""

    url: str
    source_id: str | None
    column_id: str | None
    kind: str
    last_visited_at: datetime
    body_sha256: str | None
    settled_capture_id: int | None
    missing_days: tuple[str, ...]
    withdrawn: bool
    row_id: int


def state(session: Session, url: str) -> PageState | None:
    """Return the page's state, or None if the archive has never settled it."""
    return states(session, [url]).get(url)


def states(session: Session, urls: Iterable[str]) -> dict[str, PageState]:
    """Return the states of those of the pages that the archive has settled, by URL."""
    rows = prepared.ask(session, _STATES, asked=list(urls))
    return {row.url: _state(row) for row in rows}


def _state(row: Row[Any]) -> PageState:
    return PageState(
        url=row.url,
        source_id=row.source_id,
        column_id=row.column_id,
        kind=row.kind,
        last_visited_at=row.last_visited_at,
        body_sha256=row.body_sha256,
        settled_capture_id=row.settled_capture_id,
        missing_days=tuple(row.missing_days or ()),
        withdrawn=row.withdrawn,
        row_id=row.id,
    )


def archived(session: Session) -> list[str]:
    """Return the URLs of all pages whose settled bytes are in the archive, oldest first."""
    return list(
        session.exec(
            select(PageRow.url)
            .where(col(PageRow.settled_capture_id).is_not(None))
            .order_by(col(PageRow.id))
        )
    )


def known(session: Session, urls: Iterable[str]) -> dict[str, KnownPage]:
    """Return the pages among `urls` that the archive knows, by URL."""
    rows = prepared.ask(session, _KNOWN, asked=list(urls))
    return {row.url: known_page(row) for row in rows}


def known_page(row: Row[Any]) -> KnownPage:
    """Return what the crawl needs to know of a page that is known."""
    return KnownPage(
        url=row.url,
        first_seen_at=row.first_seen_at,
        last_visited_at=row.last_visited_at,
        entry_title=row.entry_title,
        entry_on=row.entry_on,
        last_changed_at=row.last_changed_at,
    )


_KNOWN = select_rows(
    *prepared.fields(
        PageRow,
        "url",
        "first_seen_at",
        "last_visited_at",
        "entry_title",
        "entry_on",
        "last_changed_at",
    )
).where(col(PageRow.url).in_(bindparam("asked", expanding=True)))


def touch(session: Session, facts: PageFacts) -> int:
    """Insert or update the page as visited then, and as there if it was; return its row id."""
    return put(session, facts, state(session, facts.url))


def put(session: Session, facts: PageFacts, before: PageState | None) -> int:
    """Do as `touch` for a page of which the caller knows how it stands."""
    if before is None:
        return prepared.insert_one(session, _INSERT, _first_seen(facts))
    prepared.ask(session, _CHANGE, at_key=before.row_id, **_seen_again(before, facts))
    return before.row_id


def _first_seen(facts: PageFacts) -> dict[str, Any]:
    entry = facts.entry
    return {
        "url": facts.url,
        "source_id": facts.source_id,
        "column_id": facts.column_id,
        "kind": facts.kind,
        "first_seen_at": facts.visited_at,
        "last_visited_at": facts.visited_at,
        "last_changed_at": facts.visited_at,
        "entry_title": entry.title if entry else None,
        "entry_on": entry.on if entry else None,
        "missing_days": None,
        "withdrawn": False,
        "settled_capture_id": facts.capture_id if facts.body_sha256 is not None else None,
        "body_sha256": facts.body_sha256,
    }


def _seen_again(before: PageState, facts: PageFacts) -> dict[str, Any]:
    row: dict[str, Any] = {"kind": facts.kind, "last_visited_at": facts.visited_at}
    if facts.present:
        row |= {"missing_days": None, "withdrawn": False}
    if facts.body_sha256 not in {None, before.body_sha256}:
        row |= {"body_sha256": facts.body_sha256, "settled_capture_id": facts.capture_id}
    if facts.entry is not None:
        row |= {"entry_title": facts.entry.title, "entry_on": facts.entry.on}
    return row


def changed(session: Session, page_id: int, at: datetime) -> None:
    """Note that what the page means changed at that instant."""
    prepared.ask(session, _CHANGE, at_key=page_id, last_changed_at=at)


def mark_missing(
    session: Session, url: str, days: Sequence[str], *, withdrawn: bool, visited_at: datetime | None
) -> None:
    """Store the days on which the page was missing; visited_at: when it was itself asked for."""
    row = _row(session, url)
    assert row is not None, f"page {url}: missing, but never recorded"
    row.missing_days, row.withdrawn = list(days), withdrawn
    if visited_at is not None:
        row.last_visited_at = visited_at
    session.add(row)


@dataclass(frozen=True, slots=True)
class Sweep:
    """The rows one or more listing pages of a column showed at one instant.

    complete: the column was read to its end; else absence counts only for rows dated after the
    oldest row seen.
    """

    source_id: str
    column_id: str
    entries: tuple[Entry, ...]
    swept_at: datetime
    complete: bool
    baseline: bool


def list_entries(session: Session, sweep: Sweep) -> None:
    """Note that these URLs were listed in the column at the sweep's instant."""
    place = {"source_id": sweep.source_id, "column_id": sweep.column_id}
    listed = set(
        session.exec(
            select(ListedRow.url).where(
                ListedRow.source_id == sweep.source_id, ListedRow.column_id == sweep.column_id
            )
        )
    )
    entries = {entry.url: entry.on for entry in sweep.entries}
    new = [
        {**place, "url": url, "entry_on": on, "last_listed_at": sweep.swept_at}
        for url, on in entries.items()
        if url not in listed
    ]
    again = [{"listed_url": url, "day": on} for url, on in entries.items() if url in listed]
    connection = session.connection()
    if new:
        connection.execute(insert(ListedRow).values(baseline=sweep.baseline), new)
    if again:
        connection.execute(_listed_again(sweep), again)


def _listed_again(sweep: Sweep) -> Update:
    return (
        update(ListedRow)
        .where(
            col(ListedRow.source_id) == sweep.source_id,
            col(ListedRow.column_id) == sweep.column_id,
            col(ListedRow.url) == bindparam("listed_url"),
        )
        .values(entry_on=bindparam("day"), last_listed_at=sweep.swept_at)
    )


def absent(session: Session, sweep: Sweep) -> list[str]:
    """Return known pages that the column used to list and this sweep should have shown.

    A row that scrolled off the end of what was read is not absent: unless the sweep is complete,
    only rows dated after the oldest one read count. Neither is a row that another column of the
    source listed at this instant or later.
    """
    oldest = _oldest(sweep)
    gone = session.exec(
        select(ListedRow.url, ListedRow.entry_on)
        .join(PageRow, col(PageRow.url) == col(ListedRow.url))
        .where(
            ListedRow.source_id == sweep.source_id,
            ListedRow.column_id == sweep.column_id,
            ListedRow.last_listed_at < sweep.swept_at,
        )
        .order_by(ListedRow.url)
    ).all()
    expected = [url for url, on in gone if sweep.complete or (on and oldest and on > oldest)]
    if not expected:
        return []
    elsewhere = set(
        session.exec(
            select(ListedRow.url).where(
                col(ListedRow.url).in_(expected), ListedRow.last_listed_at >= sweep.swept_at
            )
        )
    )
    return [url for url in expected if url not in elsewhere]


def listed_dates(session: Session, source_id: str) -> dict[str, list[PartialDate]]:
    """Return the dates of all rows that the source's columns ever listed, by column id."""
    rows = session.exec(
        select(ListedRow.column_id, ListedRow.entry_on).where(
            ListedRow.source_id == source_id, col(ListedRow.entry_on).is_not(None)
        )
    )
    found: dict[str, list[PartialDate]] = {}
    for column_id, on in rows:
        found.setdefault(column_id, []).append(on or "")
    return found


def listed_as_baseline(session: Session, source_id: str, url: str) -> bool:
    """Return whether the page was first listed in a baseline sweep of one of its columns."""
    return any(prepared.ask(session, _BASELINE, source=source_id, asked=url).scalars())


def _oldest(sweep: Sweep) -> PartialDate | None:
    dates = [entry.on for entry in sweep.entries if entry.on]
    return min(dates) if dates else None


def _row(session: Session, url: str) -> PageRow | None:
    return session.exec(select(PageRow).where(PageRow.url == url)).first()


_STATES = select_rows(
    *prepared.fields(
        PageRow,
        *("url", "source_id", "column_id", "kind", "last_visited_at", "body_sha256"),
        *("settled_capture_id", "withdrawn", "id", "missing_days"),
    )
).where(col(PageRow.url).in_(bindparam("asked", expanding=True)))

_INSERT = insert(PageRow)

_CHANGE = prepared.change(PageRow)

_BASELINE = select_rows(col(ListedRow.baseline)).where(
    col(ListedRow.source_id) == bindparam("source"), col(ListedRow.url) == bindparam("asked")
)
