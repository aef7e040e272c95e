"""Which items stand in which feed, read from the ledger a window at a time.

Decides no announcement: it only sorts changes by the one that was recorded with them.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlmodel import Session

from feeds.channel import Channel
from feeds.facets import FOLDERS, Facet, dossier_feed
from feeds.filters import in_words, matches
from feeds.inert import plain_line
from feeds.items import Item, change_item, health_item, policy_item
from feeds.settings import PublishSettings
from store import editions, health, ledger
from store.editions import Place
from store.records import Announcement, Change, Filter, Policy

CHANNEL_WORDS = {
    "all": ("", "全部已通知的变化：新政策、修订、征求意见、施行与废止、解读、撤下"),
    "policies": ("：政策库", "每份政策一条，状态变化时更新"),
    "news": ("：新闻", "关于社会工作政策的新闻"),
    "everything": ("：全部记录", "台账里的每一条变化，含未通知的，附判定用词"),
    "health": ("：来源状况", "来源何时异常、为何、怎么办、何时恢复"),
}
"""Each feed's name, what it adds to the site's title, and its description."""

ANNOUNCED: tuple[Announcement, ...] = ("announced",)
EVERYTHING: tuple[Announcement, ...] = (
    *("announced", "baseline", "held", "irrelevant", "lead", "unannounced"),
)
TOLD_IN_DOSSIER = ("announced", "baseline", "unannounced")
"""What the feed of one dossier tells: its reader asked for all of it, but for what is held."""

ITEMS_KEPT = 2000


class Press:
    """Makes feed items from changes of one view of the ledger, each once.

    upto: the last change it knows; None = all there are.
    """

    def __init__(
        self, session: Session, settings: PublishSettings, upto: int | None = None
    ) -> None:
        self.session = session
        self.settings = settings
        self.upto = upto
        self._whole: OrderedDict[int, Item] = OrderedDict()

    def items(self, sequences: Sequence[int]) -> tuple[Item, ...]:
        """Return the items of these changes, with their whole text, in this order."""
        missing = [sequence for sequence in sequences if sequence not in self._whole]
        for change in ledger.at(self.session, missing):
            self._whole[change.sequence] = change_item(change, self.settings)
        found = tuple(self._whole[sequence] for sequence in sequences)
        self._forget_oldest()
        return found

    def item(self, change: Change) -> Item:
        """Return the item of a change that is at hand, with its whole text."""
        if change.sequence not in self._whole:
            self._whole[change.sequence] = change_item(change, self.settings)
        found = self._whole[change.sequence]
        self._forget_oldest()
        return found

    def _forget_oldest(self) -> None:
        while len(self._whole) > ITEMS_KEPT:
            self._whole.popitem(last=False)

    def explained(self, sequences: Sequence[int]) -> tuple[Item, ...]:
        """Return the items of these changes without text, with the words that decided."""
        return tuple(
            change_item(change, self.settings, whole=False, explained=True)
            for change in ledger.at(self.session, sequences)
        )

    def window(
        self, wanted: Filter, announcements: Sequence[Announcement] = ANNOUNCED
    ) -> list[int]:
        """Return the sequences a feed of these changes holds, newest first."""
        places = editions.places(
            self.session,
            wanted,
            announcements=announcements,
            limit=self.settings.feed_most,
            upto=self.upto,
        )
        return _window(places, self.settings)


def main_channels(press: Press) -> Iterator[Channel]:
    """Yield the feeds of changes that DESIGN §5 names: all, news, everything."""
    settings = press.settings
    told = press.items(press.window(Filter()))
    yield _named("all", told, settings, prev=_newest_archive(press, "all"))
    news = press.items(press.window(Filter(genres=("news",))))
    yield _named("news", news, settings)
    sequences = press.window(Filter(), EVERYTHING)
    prev = _newest_archive(press, "everything")
    yield _named("everything", press.explained(sequences), settings, prev=prev)


def archive_channels(press: Press, *, told_before: Sequence[int]) -> Iterator[Channel]:
    """Yield the complete archive feeds of `all` and `everything` that are not yet written.

    told_before: how many archives of each are there already; an archive never changes, since the
    ledger is append-only (RFC 5005 §4).
    """
    for (name, announcements), written in zip(ARCHIVED.items(), told_before, strict=True):
        size = press.settings.archive_items
        for number in range(written + 1, _complete(press, name) + 1):
            sequences = editions.run_of(
                press.session, announcements, first=(number - 1) * size, size=size
            )[::-1]
            make = press.items if name == "all" else press.explained
            yield Channel(
                archive_name(name, number),
                f"{press.settings.title}{CHANNEL_WORDS[name][0]}（存档{number}）",
                CHANNEL_WORDS[name][1],
                make(sequences),
                prev=archive_name(name, number - 1) if number > 1 else None,
                archive_of=name,
            )


ARCHIVED: dict[str, tuple[Announcement, ...]] = {"all": ANNOUNCED, "everything": ()}
"""The feeds with archives and the announcements they hold; none = all."""


def archive_name(name: str, number: int) -> str:
    """Return the file stem of an archive feed, numbered from 1, the oldest."""
    return f"{name}-archive-{number}"


def policies_channel(press: Press, policies: Sequence[tuple[Policy, bool]]) -> Channel:
    """Return the feed of policies, newest first; each with whether its body is withheld."""
    items = tuple(policy_item(p, press.settings, withheld=withheld) for p, withheld in policies)
    return _named("policies", items, press.settings)


def health_channel(press: Press) -> Channel:
    """Return the feed of sources that fell sick or recovered."""
    events = health.events(press.session)
    return _named("health", tuple(health_item(e, press.settings) for e in events), press.settings)


def facet_channel(press: Press, facet: Facet) -> Channel:
    """Return the feed of the announced changes of one region, genre, topic or source."""
    return Channel(
        facet.name,
        plain_line(f"{press.settings.title}：{facet.word}"),
        plain_line(f"{FOLDERS[facet.kind]}为“{facet.word}”的已通知的变化"),
        press.items(press.window(facet.wanted)),
    )


def dossier_channel(
    press: Press, policy: Policy, history: Sequence[Change], *, under: str = ""
) -> Channel:
    """Return the feed of one dossier; under: the id of a merged one whose readers follow it."""
    told = [change for change in history if change.announcement in TOLD_IN_DOSSIER]
    return Channel(
        dossier_feed(under or policy.id),
        plain_line(f"{policy.title} - {press.settings.title}"),
        "这份政策的每一次变化：修订、施行、解读、转载、废止",
        tuple(press.item(change) for change in told[: press.settings.feed_items]),
    )


def filtered_channel(press: Press, wanted: Filter, query: str, path: str) -> Channel:
    """Return the feed of the announced changes that a filter wants.

    query: the filter as `feeds.filters.query` writes it, which names the feed for ever.
    """
    sequences = press.window(wanted)
    if wanted.words:
        found = ledger.at(press.session, sequences)
        sequences = [change.sequence for change in found if matches(wanted, change)]
    name = f"filter-{hashlib.sha256(query.encode()).hexdigest()[:16]}"
    title = plain_line(f"{press.settings.title}：{in_words(wanted)}")
    return Channel(name, title, "按条件筛选的已通知的变化", press.items(sequences), path=path)


def _named(
    name: str, items: tuple[Item, ...], settings: PublishSettings, *, prev: str | None = None
) -> Channel:
    suffix, description = CHANNEL_WORDS[name]
    return Channel(name, f"{settings.title}{suffix}", description, items, prev=prev)


def _complete(press: Press, name: str) -> int:
    """Return how many archives of the feed are full."""
    return editions.count(press.session, ARCHIVED[name]) // press.settings.archive_items


def _newest_archive(press: Press, name: str) -> str | None:
    number = _complete(press, name)
    return archive_name(name, number) if number else None


def _window(places: Sequence[Place], settings: PublishSettings) -> list[int]:
    """Return the newest `feed_items`, and more if `feed_days` before the newest hold more."""
    if not places:
        return []
    since = places[0].recorded_at - timedelta(days=settings.feed_days)
    return [
        place.sequence
        for number, place in enumerate(places)
        if number < settings.feed_items or place.recorded_at >= since
    ]
