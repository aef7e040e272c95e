"""Reads the ledger once and writes everything in `public/` that depends on it.

Flow: read changes, policies, health → choose each feed's changes → render → put files whole.
Rendering again with nothing new touches no file. This module decides no announcement: it only
sorts changes by the one that was recorded with them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from feeds.channel import Channel
from feeds.deadlines import deadlines
from feeds.files import Written
from feeds.items import Item, change_item, dossier_path, health_item, policy_item
from feeds.jsonfeed import json_feed
from feeds.opml import opml
from feeds.rss import atom, rss
from feeds.settings import PublishSettings
from feeds.site.dossier import dossier_page, moved_page
from feeds.site.home import home_page
from store import dossiers, health, ledger
from store.database import Database
from store.records import Change, HealthEvent, Policy, SourceStatus

CHANNEL_WORDS = {
    "all": ("", "全部已通知的变化：新政策、修订、征求意见、施行与废止、解读、撤下"),
    "policies": ("：政策库", "每份政策一条，状态变化时更新"),
    "news": ("：新闻", "关于社会工作政策的新闻"),
    "everything": ("：全部记录", "台账里的每一条变化，含未通知的，附判定用词"),
    "health": ("：来源状况", "来源何时异常、为何、怎么办、何时恢复"),
}
"""Each feed's name, what it adds to the site's title, and its description."""
PAGE_OF_CHANGES = 500
EXCERPT_CHARS = 400


@dataclass(frozen=True, slots=True)
class Published:
    """What one publication did: the files it replaced, how many it left as they were."""

    written: tuple[Path, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything one publication is made from, read in one consistent view.

    changes: newest first; older ones than the feeds hold have given up their document's text.
    dossiers: those a reader may see, newest first; policies: those of them that hold a policy.
    withheld: URLs of documents whose damaged body is not shown.
    """

    changes: tuple[Change, ...]
    dossiers: tuple[Policy, ...]
    policies: tuple[Policy, ...]
    withheld: frozenset[str]
    events: tuple[HealthEvent, ...]
    sources: tuple[SourceStatus, ...]


def publish(database: Database, public: Path, settings: PublishSettings) -> Published:
    """Bring `public/` in line with the ledger; return what was replaced."""
    with database.reading() as session:
        edition = read_edition(session, settings)
        moved = _moved(session, public, edition)
    written = Written()
    channels = feed_channels(edition, settings)
    for channel in channels:
        stem = public / "feeds" / channel.name
        written.put(stem.with_suffix(".xml"), rss(channel, settings))
        written.put(stem.with_suffix(".atom"), atom(channel, settings))
        written.put(stem.with_suffix(".json"), json_feed(channel, settings))
    written.put(public / "feeds" / "policywatch.opml", opml(channels, settings))
    written.put(public / "feeds" / "deadlines.ics", deadlines(edition.policies, settings))
    _put_site(written, public, edition, settings)
    for old_id, survivor in moved.items():
        written.put(public / dossier_path(old_id), moved_page(survivor, settings))
    return Published(tuple(written.replaced), written.unchanged)


def read_edition(session: Session, settings: PublishSettings) -> Edition:
    """Return the ledger as one publication needs it."""
    changes = tuple(_lean(_newest_first(session), settings))
    visible = _visible(changes)
    shown = [policy for policy in dossiers.policies(session) if policy.id in visible]
    shown.sort(key=lambda policy: (policy.updated_at, policy.id), reverse=True)
    return Edition(
        changes=changes,
        dossiers=tuple(shown),
        policies=tuple(policy for policy in shown if _is_policy(policy)),
        withheld=frozenset(_withheld_urls(changes)),
        events=tuple(health.events(session)),
        sources=tuple(health.statuses(session)),
    )


def feed_channels(edition: Edition, settings: PublishSettings) -> tuple[Channel, ...]:
    """Return the five feeds of DESIGN §5, each with its items newest first."""
    announced = [change for change in edition.changes if change.announcement == "announced"]
    news = [change for change in announced if change.genre == "news"]
    policies = edition.policies[: settings.policy_items]
    items: dict[str, Iterable[Item]] = {
        "all": (change_item(change, settings) for change in _window(announced, settings)),
        "policies": (
            policy_item(policy, settings, withheld=_is_withheld(policy, edition.withheld))
            for policy in policies
        ),
        "news": (change_item(change, settings) for change in _window(news, settings)),
        "everything": (
            change_item(change, settings, whole=False, explained=True)
            for change in _window(edition.changes, settings)
        ),
        "health": (health_item(event, settings) for event in edition.events),
    }
    return tuple(
        Channel(name, f"{settings.title}{suffix}", description, tuple(items[name]))
        for name, (suffix, description) in CHANNEL_WORDS.items()
    )


def _newest_first(session: Session) -> Iterator[Change]:
    """Yield the whole ledger backwards, a page at a time."""
    upto = ledger.last_sequence(session)
    while upto > 0:
        page = ledger.changes(session, upto=upto, limit=PAGE_OF_CHANGES, newest_first=True)
        if not page:
            return
        yield from page
        upto = page[-1].sequence - 1


def _lean(changes: Iterable[Change], settings: PublishSettings) -> Iterator[Change]:
    """Yield the changes; those no feed shows whole let go of their text, to stay small in memory.

    Counts as `_window` does: the newest of all announced changes, and of the news among them.
    """
    left = {"told": settings.feed_items, "news": settings.feed_items}
    since = None
    for change in changes:
        since = since or change.recorded_at - timedelta(days=settings.feed_days)
        queues = ("told", "news") if change.genre == "news" else ("told",)
        whole = change.recorded_at >= since or any(left[queue] > 0 for queue in queues)
        if change.announcement == "announced" and whole:
            left.update({queue: left[queue] - 1 for queue in queues})
            yield change
        else:
            text = change.document.body_text[:EXCERPT_CHARS]
            yield replace(change, document=replace(change.document, body_text=text, body_html=""))


def _window(changes: Sequence[Change], settings: PublishSettings) -> list[Change]:
    """Return the newest `feed_items`, and more if `feed_days` before the newest hold more."""
    if not changes:
        return []
    since = changes[0].recorded_at - timedelta(days=settings.feed_days)
    return [
        change
        for place, change in enumerate(changes)
        if place < settings.feed_items or change.recorded_at >= since
    ]


def _withheld_urls(changes: Iterable[Change]) -> set[str]:
    """Return the documents whose newest change withheld their damaged body (rule 13)."""
    newest: dict[str, bool] = {}
    for change in changes:
        newest.setdefault(change.document.url, change.body_withheld)
    return {url for url, withheld in newest.items() if withheld}


def _visible(changes: Iterable[Change]) -> set[str]:
    """Return the dossiers that a reader may see: something in them was found relevant."""
    return {change.policy_id for change in changes if change.announcement != "irrelevant"}


def _is_policy(policy: Policy) -> bool:
    """Tell whether the dossier holds the policy or its draft itself, not only talk about it."""
    return policy.status != "cited" and policy.genre in ("policy", "draft")


def _put_site(written: Written, public: Path, edition: Edition, settings: PublishSettings) -> None:
    by_policy: dict[str, list[Change]] = {}
    for change in edition.changes:
        by_policy.setdefault(change.policy_id, []).append(change)
    names = {source.source_id: source.name for source in edition.sources}
    for policy in edition.dossiers:
        page = dossier_page(
            policy,
            by_policy.get(policy.id, []),
            settings,
            source_names=names,
            withheld=_is_withheld(policy, edition.withheld),
        )
        written.put(public / dossier_path(policy.id), page)
    page = home_page(edition.changes, edition.policies, edition.sources, settings)
    written.put(public / "index.html", page)


def _moved(session: Session, public: Path, edition: Edition) -> dict[str, Policy]:
    """Return, by its old id, the dossier that took over one whose page lies there (rule 14)."""
    current = {policy.id for policy in edition.dossiers}
    old_ids = sorted({path.stem for path in (public / "policy").glob("*.html")} - current)
    found = {old_id: dossiers.policy(session, old_id) for old_id in old_ids}
    return {old: policy for old, policy in found.items() if policy and policy.id in current}


def _is_withheld(policy: Policy, withheld: frozenset[str]) -> bool:
    return policy.document is not None and policy.document.url in withheld
