"""Brings `public/` in line with the ledger, writing only what depends on what moved.

Flow: what has moved since the last publication (`scope`) → feeds, dossiers, shelves that hold it →
the few pages that speak of everything → the imprint, last. Killed anywhere and run again, it ends
in the same bytes. This module decides no announcement: it only sorts changes by the one that was
recorded with them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from sqlmodel import Session

from feeds.channel import Channel
from feeds.channels import (
    ARCHIVED,
    Press,
    archive_channels,
    archive_name,
    dossier_channel,
    facet_channel,
    health_channel,
    main_channels,
    policies_channel,
)
from feeds.errors import HandOnFailed
from feeds.facets import facet_feeds
from feeds.files import Written, let_through
from feeds.frontpages import write_front_pages
from feeds.handon import hand_on
from feeds.imprint import Imprint, look, read_imprint, save_imprint
from feeds.items import dossier_path
from feeds.jsonfeed import json_feed
from feeds.rss import atom, rss
from feeds.scope import Scope, plan
from feeds.settings import PublishSettings
from feeds.site.dossier import Dossier, dossier_page, moved_page
from feeds.site.library import search_data, shelf_page
from feeds.site.shell import ASSETS
from store import dossiers, editions, health, ledger, stories
from store.database import Database
from store.editions import Facets
from store.pairings import pairings
from store.records import Change, Comparison, Policy

POLICIES_KEPT = 500
"""As many as the feed of policies may hold: what it showed need not be read again for its page."""


@dataclass(frozen=True, slots=True)
class Published:
    """What one publication did: the files it replaced, how many it looked at and left alone.

    problem: why the operator's command did not hand it on; empty when it did or there is none.
    """

    written: tuple[Path, ...]
    unchanged: int
    problem: str = ""


def publish(database: Database, public: Path, settings: PublishSettings) -> Published:
    """Bring `public/` in line with the ledger; return what was replaced.

    What the last publication wrote and nothing has moved since is not even rendered. Removing the
    folder makes the next publication write everything.
    """
    before = read_imprint(public, settings)
    with database.reading() as session:
        scope = plan(session, before)
        scope = replace(scope, facets=scope.facets | _of_configured(settings))
        publication = _Publication(session, public, settings, scope)
        imprint = publication.write()
    written = publication.written
    let_through(public)
    owed = bool(settings.after_publish) and bool(written.replaced or (before and before.owed))
    save_imprint(public, replace(imprint, owed=owed))
    problem = _hand_on(public, settings, imprint) if owed else ""
    return Published(tuple(written.replaced), written.unchanged, problem)


def _hand_on(public: Path, settings: PublishSettings, imprint: Imprint) -> str:
    """Run the operator's command; return what went wrong. It stays owed until it went well."""
    try:
        hand_on(settings.after_publish)
    except HandOnFailed as error:
        return str(error)
    save_imprint(public, imprint)
    return ""


class _Publication:
    """One publication at work: the view it reads, the folder it fills."""

    def __init__(
        self, session: Session, public: Path, settings: PublishSettings, scope: Scope
    ) -> None:
        self.session = session
        self.public = public
        self.settings = settings
        self.scope = scope
        self.written = Written()
        self.press = Press(session, settings)
        self.policy = lru_cache(POLICIES_KEPT)(partial(dossiers.policy, session))
        named = {source.source_id: source.name for source in settings.configured}
        self.source_names = {s.source_id: s.name for s in health.statuses(session)} | named

    def write(self) -> Imprint:
        """Write what has to be written; return the imprint of what is there now."""
        for path, content in ASSETS.items():
            self.written.put(self.public / path, content)
        self._feeds()
        for policy_id in self.scope.moved:
            self._dossier(policy_id)
        counts = self._shelves()
        write_front_pages(
            self.session,
            self.written,
            self.public,
            self.settings,
            scope=self.scope,
            shelves=counts,
            source_names=self.source_names,
        )
        return self._imprint(counts)

    def _feeds(self) -> None:
        self._put(health_channel(self.press))
        if not (self.scope.told_more or self.scope.touched):
            return
        for channel in main_channels(self.press):
            self._put(channel)
        for channel in archive_channels(self.press, told_before=self._archives()):
            self._put(channel)
        newest = editions.latest_policies(
            self.session, self.settings.policy_items, self.scope.former
        )
        found = [(policy, self._is_withheld(policy)) for policy in self._policies(newest)]
        self._put(policies_channel(self.press, found))
        for facet in facet_feeds(self._facets_to_write(), self.source_names):
            self._put(facet_channel(self.press, facet))

    def _facets_to_write(self) -> Facets:
        """Return the facets with a new change, and those that have no feed yet."""
        before = self.scope.before
        if before is None:
            return self.scope.facets
        return self.scope.moved_facets | (self.scope.facets - before.facets)

    def _archives(self) -> list[int]:
        """Return how many archives of each feed stand in the folder, whole and in a row."""
        if self.scope.before is None:
            return [0 for _ in ARCHIVED]
        told = []
        for name in ARCHIVED:
            number = 0
            while (self.public / "feeds" / f"{archive_name(name, number + 1)}.json").is_file():
                number += 1
            told.append(number)
        return told

    def _put(self, channel: Channel) -> None:
        folder = self.public / "feeds"
        self.written.put(folder / f"{channel.name}.xml", rss(channel, self.settings))
        self.written.put(folder / f"{channel.name}.atom", atom(channel, self.settings))
        self.written.put(folder / f"{channel.name}.json", json_feed(channel, self.settings))

    def _dossier(self, policy_id: str) -> None:
        policy = self.policy(policy_id)
        assert policy is not None, f"policy {policy_id}: planned, but not there"
        former = self.scope.former_of(policy_id)
        history = self._history([policy_id, *former])
        page = dossier_page(self._surroundings(policy, history), self.settings)
        self.written.put(self.public / dossier_path(policy_id), page)
        self._put(dossier_channel(self.press, policy, history))
        for old in former:
            self.written.put(self.public / dossier_path(old), moved_page(policy, self.settings))
            self._put(dossier_channel(self.press, policy, history, under=old))

    def _surroundings(self, policy: Policy, history: Sequence[Change]) -> Dossier:
        cites = self._visible(stories.cites(self.session, policy.id))
        cited_by = self._visible(stories.cited_by(self.session, policy.id))
        withheld = _withholds(policy, history)
        return Dossier(
            policy=policy,
            history=history,
            stories=stories.pages(self.session, policy.id),
            cites=stories.titles(self.session, cites),
            cited_by=stories.titles(self.session, cited_by),
            source_names=self.source_names,
            comparisons=() if withheld else self._comparisons(policy),
            withheld=withheld,
        )

    def _comparisons(self, policy: Policy) -> list[Comparison]:
        """Return how texts around the policy differ; of other dossiers, those a reader may see."""
        compare = self.settings.compare
        if compare is None:
            return []
        found = pairings(self.session, policy)
        shown = {policy.id, *self._visible([pairing.policy_id for pairing in found])}
        return [compare(pairing) for pairing in found if pairing.policy_id in shown]

    def _shelves(self) -> dict[int, int]:
        """Write the library pages that hold a policy that moved; return how many each shows."""
        before = self.scope.before
        counts = dict(before.shelves) if before else {}
        for number, ids in self.scope.shelves.items():
            cards = editions.cards(self.session, self._visible(ids))
            counts[number] = len(cards)
            place = self.public / "library" / f"{number}.html"
            self.written.put(place, shelf_page(number, cards, self.settings))
            data = self.public / "search" / f"{number}.js"
            self.written.put(data, search_data(number, cards))
        return counts

    def _imprint(self, counts: dict[int, int]) -> Imprint:
        scope = self.scope
        return Imprint(
            look=look(self.settings),
            sequence=scope.sequence,
            recorded_at=scope.recorded_at,
            touched_at=scope.touched_at,
            facets=scope.facets,
            shelves=counts,
        )

    def _history(self, policy_ids: Iterable[str]) -> list[Change]:
        found = [
            change
            for policy_id in policy_ids
            for change in ledger.changes(self.session, policy_id=policy_id)
        ]
        return sorted(found, key=lambda change: change.sequence, reverse=True)

    def _policies(self, policy_ids: Sequence[str]) -> Iterable[Policy]:
        for policy_id in policy_ids:
            policy = self.policy(policy_id)
            if policy is not None:
                yield policy

    def _is_withheld(self, policy: Policy) -> bool:
        document = policy.document
        return document is not None and editions.withheld(self.session, policy.id, document.url)

    def _visible(self, policy_ids: Sequence[str]) -> list[str]:
        seen = editions.visible(self.session, policy_ids, self.scope.former)
        return [policy_id for policy_id in policy_ids if policy_id in seen]


def _of_configured(settings: PublishSettings) -> Facets:
    """Return the regions and sources that readers can subscribe to before their first change."""
    enabled = [source for source in settings.configured if source.enabled]
    return Facets(
        regions=frozenset(source.region[:2] for source in enabled),
        sources=frozenset(source.source_id for source in enabled),
    )


def _withholds(policy: Policy, history: Sequence[Change]) -> bool:
    """Tell whether the newest change of the document that speaks withheld its damaged body."""
    document = policy.document
    newest = (c for c in history if document is not None and c.document.url == document.url)
    return next((change.body_withheld for change in newest), False)
