"""The pages and lists that speak of everything: written at each publication, from few questions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from feeds.channels import CHANNEL_WORDS, Press
from feeds.deadlines import deadlines
from feeds.facets import FOLDERS, dossier_feed, facet_feeds
from feeds.files import Written
from feeds.opml import Listed, opml
from feeds.scope import Scope
from feeds.settings import PublishSettings
from feeds.site.home import RECENT_DAYS, Front, home_page
from feeds.site.library import library_page
from feeds.site.missing import missing_page
from feeds.site.reach import coverage_page, sources_page
from feeds.site.subscribe import subscribe_page
from feeds.standing import SourceLine, newest_by_topic, region_tiles, source_lines
from feeds.verified import Verified, verified
from feeds.words import shanghai_day
from store import editions, health, ledger, revisits, stories
from store.editions import Card, Deadline
from store.records import Filter

MONTH = timedelta(days=30)
YEAR = timedelta(days=366)
LONG_AGO = "0000"


def write_front_pages(
    session: Session,
    written: Written,
    public: Path,
    settings: PublishSettings,
    *,
    scope: Scope,
    shelves: Mapping[int, int],
    source_names: Mapping[str, str],
) -> None:
    """Write home, library, coverage, sources, subscribe and 404 pages, OPML and calendar."""
    desk = _Desk(session, settings, scope)
    lines = desk.lines()
    days = desk.deadlines()
    newest = desk.newest_policies()
    facets = list(facet_feeds(scope.facets, source_names))
    pages = {
        "index.html": home_page(desk.front(lines, days, sum(shelves.values())), settings),
        "library.html": library_page(newest, shelves, facets, settings),
        "coverage.html": desk.coverage(lines),
        "sources.html": sources_page(lines, desk.as_of, settings),
        "subscribe.html": subscribe_page(facets, settings),
        "404.html": missing_page(settings),
        "feeds/deadlines.ics": deadlines(days, settings),
        "feeds/policywatch.opml": opml(
            {
                "总览": [Listed(n, f"{settings.title}{w[0]}") for n, w in CHANNEL_WORDS.items()],
                **{
                    word: [Listed(f.name, f.word) for f in facets if f.kind == kind]
                    for kind, word in FOLDERS.items()
                },
                "政策档案": [Listed(dossier_feed(card.id), card.title) for card in newest],
            },
            settings,
        ),
    }
    for path, content in pages.items():
        written.put(public / path, content)


class _Desk:
    """Asks one view of the ledger what these pages need."""

    def __init__(self, session: Session, settings: PublishSettings, scope: Scope) -> None:
        self.session = session
        self.settings = settings
        self.scope = scope
        self.statuses = health.statuses(session)
        visits = [status.last_visit_at for status in self.statuses if status.last_visit_at]
        newest = [scope.recorded_at] if scope.recorded_at else []
        self.as_of: datetime | None = max([*visits, *newest], default=None)

    def lines(self) -> list[SourceLine]:
        """Return how every source stands."""
        outcomes = stories.outcomes(self.session, self.as_of - MONTH) if self.as_of else {}
        return source_lines(
            self.statuses,
            self.settings.configured,
            editions.newest_by_source(self.session),
            outcomes,
        )

    def deadlines(self) -> list[Deadline]:
        """Return the days of the last month and of all time to come: older ones warn nobody."""
        since = (shanghai_day(self.as_of) - MONTH).isoformat() if self.as_of else LONG_AGO
        return editions.deadlines(self.session, since)

    def newest_policies(self) -> list[Card]:
        """Return the policies refreshed last, newest first."""
        ids = editions.latest_policies(self.session, self.settings.policy_items, self.scope.former)
        known = {card.id: card for card in editions.cards(self.session, ids)}
        return [known[policy_id] for policy_id in ids if policy_id in known]

    def front(self, lines: list[SourceLine], days: list[Deadline], policies: int) -> Front:
        """Return what the front page shows."""
        press = Press(self.session, self.settings)
        shown = press.window(Filter())[: self.settings.page_changes]
        week = self.as_of - timedelta(days=RECENT_DAYS) if self.as_of else None
        return Front(
            news=ledger.at(self.session, shown),
            told=editions.count(self.session, ("announced",)),
            recent=editions.count(self.session, ("announced",), since=week) if week else 0,
            policies=policies,
            deadlines=days,
            lines=lines,
            as_of=self.as_of,
        )

    def coverage(self, lines: list[SourceLine]) -> bytes:
        """Return the coverage page."""
        since = self.as_of - MONTH if self.as_of else None
        news = editions.by_region(self.session, since) if since else {}
        year = self.as_of - YEAR if self.as_of else None
        fresh = stories.freshness(self.session, year) if year else []
        return coverage_page(
            region_tiles(lines, news),
            newest_by_topic(fresh),
            stories.monthly(self.session),
            lines,
            self.settings,
            as_of=self.as_of,
            verified=self._verified(),
        )

    def _verified(self) -> dict[str, dict[str, Verified]]:
        reckon = self.settings.delays
        if reckon is None or self.as_of is None:
            return {}
        return verified(reckon(revisits.stocks(self.session, self.as_of)))
