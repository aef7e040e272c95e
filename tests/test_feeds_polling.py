"""Thirty simulated days of a ledger, published as it grows and read by people of every habit."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from feed_examples import NOON, SALARY_DIFF, tell
from lxml import etree

from feeds.publish import publish
from feeds.settings import PublishSettings
from store import dossiers, editions, ledger
from store.database import Database

ATOM = "{http://www.w3.org/2005/Atom}"
SERVED = PublishSettings(
    public_url="https://policy.example.org",
    feed_items=12,
    feed_days=7,
    feed_most=60,
    archive_items=10,
)
"""A feed so short that a month lies mostly in the archives."""
HOURS = 30 * 24


@dataclass
class Reader:
    """Somebody who fetches `all.atom` every so many hours.

    archives: whether they follow RFC 5005 as far back as they have not read yet.
    """

    every_h: int
    archives: bool = False
    known: dict[str, bytes] = field(default_factory=dict)
    twice: int = 0
    unchanged: int = 0
    _copies: dict[str, bytes] = field(default_factory=dict)

    def poll(self, folder: Path) -> None:
        """Fetch the feed, and each archive never fetched before."""
        name: str | None = "all.atom"
        while name and (name == "all.atom" or (self.archives and name not in self._copies)):
            content = (folder / name).read_bytes()
            if content == self._copies.get(name):
                self.unchanged += 1
                return
            self._copies[name] = content
            name = self._read(etree.fromstring(content))

    def _read(self, feed: etree._Element) -> str | None:
        """Note the entries; return the file of the archive before this one."""
        ids = [str(entry.findtext(f"{ATOM}id")) for entry in feed.iter(f"{ATOM}entry")]
        self.twice += len(ids) - len(set(ids))
        for name, entry in zip(ids, feed.iter(f"{ATOM}entry"), strict=True):
            said = etree.tostring(entry, method="c14n", exclusive=True, with_tail=False)
            assert self.known.setdefault(name, said) == said, f"{name} says something else now"
        older = [x.get("href") for x in feed.iter(f"{ATOM}link") if x.get("rel") == "prev-archive"]
        return str(older[0]).rsplit("/", 1)[-1] if older else None


class Country:
    """Things that happen: mostly nothing, some days a lot; all of it from one seed."""

    def __init__(self, database: Database, seed: int, *genres: str) -> None:
        self.database = database
        self.chance = random.Random(seed)
        self.genres = genres
        self.told: list[str] = []
        self.number = 0

    def live_an_hour(self, now: datetime) -> bool:
        """Record what this hour brings; return whether anything was recorded."""
        chance = self.chance
        if chance.random() > 0.02:
            return False
        for _ in range(12 if chance.random() < 0.4 else chance.randint(1, 4)):
            self._tell(now)
        if chance.random() < 0.15:
            self._merge(now)
        if chance.random() < 0.2:
            self._release(now)
        return True

    def _tell(self, now: datetime) -> None:
        chance, known = self.chance, self._living()
        self.number += 1
        announcement = chance.choices(
            ("announced", "baseline", "held", "irrelevant", "unannounced"), (6, 1, 1, 1, 1)
        )[0]
        again = chance.choice(known) if known and chance.random() < 0.4 else None
        change_id = tell(
            self.database,
            self.number,
            now=now,
            kind="revised" if again else "new",
            diff=SALARY_DIFF if again else None,
            policy_id=again,
            announcement=announcement,
            genre=chance.choice(self.genres),
            published_on=(now - timedelta(days=chance.choice((0, 1, 400)))).date().isoformat(),
        )
        if announcement == "announced":
            self.told.append(f"tag:policywatch.local,2026:change/{change_id}")

    def _merge(self, now: datetime) -> None:
        known = self._living()
        if len(known) > 3:
            with self.database.writing() as session:
                dossiers.merge(session, self.chance.sample(known, 2), now)

    def _release(self, now: datetime) -> None:
        """Release what was held; what it brings is announced under ids of its own."""
        with self.database.writing() as session:
            before = ledger.last_sequence(session)
            ledger.release(session, "mz_js", now)
            after = ledger.last_sequence(session)
            for change in ledger.at(session, range(before + 1, after + 1)):
                self.told.append(f"tag:policywatch.local,2026:change/{change.id}")

    def _living(self) -> list[str]:
        with self.database.reading() as session:
            gone = editions.redirects(session)
            return [policy_id for policy_id in editions.order(session) if policy_id not in gone]


def _hours(database: Database, public: Path, country: Country) -> Iterator[int]:
    """Yield each hour of the month after it was published, where there was anything new."""
    for hour in range(HOURS):
        if country.live_an_hour(NOON + timedelta(hours=hour)) or hour == 0:
            publish(database, public, SERVED)
        if hour == HOURS // 2:  # a restored machine: the folder is gone, the ledger is not
            shutil.rmtree(public)
            publish(database, public, SERVED)
        yield hour


def test_readers_of_every_habit_lose_nothing_in_thirty_days(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    country = Country(database, 1, "policy", "draft", "news")
    hourly, daily, weekly = Reader(1), Reader(24), Reader(24 * 7)
    monthly = Reader(HOURS, archives=True)
    readers = (hourly, daily, weekly, monthly)
    told_by_poll: dict[int, set[str]] = {}
    for hour in _hours(database, tmp_path / "public", country):
        for reader in readers:
            if hour % reader.every_h == 0 or (reader is monthly and hour == HOURS - 1):
                reader.poll(tmp_path / "public" / "feeds")
                told_by_poll[reader.every_h] = set(country.told)
    for reader in readers:
        told = told_by_poll[reader.every_h]
        assert set(reader.known) == told, f"every {reader.every_h} h"
        assert reader.twice == 0
    assert len(country.told) == len(set(country.told)) > 3 * SERVED.feed_items
    assert hourly.unchanged > 500  # most polls are answered 304
    without = Reader(HOURS)
    without.poll(tmp_path / "public" / "feeds")
    assert len(without.known) < len(country.told)  # it took the archives to lose nothing


def test_the_feed_of_policies_keeps_one_id_for_each_however_it_changes(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    country = Country(database, 3, "policy")
    whole = replace(SERVED, policy_items=10_000)
    seen: set[str] = set()
    for day in range(12):
        for hour in range(24):
            country.live_an_hour(NOON + timedelta(days=day, hours=hour))
        publish(database, tmp_path / "public", whole)
        feed = etree.parse(tmp_path / "public" / "feeds" / "policies.atom").getroot()
        ids = [str(entry.findtext(f"{ATOM}id")) for entry in feed.iter(f"{ATOM}entry")]
        assert len(ids) == len(set(ids))
        living = {f"tag:policywatch.local,2026:policy/{name}" for name in country._living()}
        assert set(ids) <= living
        assert seen & living <= set(ids)  # what was listed stays, until it is merged away
        seen |= set(ids)
    assert len(seen) > 5
