"""Law: a change is in a digest if and only if it was announced, matches, and lies in the range.

For random ledgers with copies, revisions, merges and holds, random filters, people who come and
go, days that are missed: asked of the database and of the mails, not of the composing code alone.
"""

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from blank import blank
from feed_examples import tell
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.digest import compose_day
from feeds.filters import matches
from feeds.settings import MailSettings
from store import decisions, digests, health, ledger
from store.database import Database
from store.errors import DecisionRefused
from store.records import Delivery, DigestRun, Filter, SourceStatus, Subscription

CUT = datetime(2026, 6, 7, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)
REGIONS, GENRES = ("32", "33", "44"), ("policy", "draft", "news")
FILTERS = st.builds(
    Filter,
    regions=st.lists(st.sampled_from(REGIONS), max_size=2, unique=True).map(tuple),
    genres=st.lists(st.sampled_from(GENRES), max_size=2, unique=True).map(tuple),
    topics=st.sampled_from([(), (), ("社工站",), ("督导",)]),
    words=st.sampled_from([(), (), (), ("之1",)]),
)
NUMBER = st.integers(min_value=0, max_value=30)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(
            st.just("tell"),
            st.sampled_from(REGIONS),
            st.sampled_from(GENRES),
            st.sampled_from(["announced", "announced", "baseline", "irrelevant", "held"]),
        ),
        st.tuples(st.just("copy"), NUMBER),
        st.tuples(st.just("revise"), NUMBER),
        st.tuples(st.just("merge"), NUMBER, NUMBER),
        st.tuples(st.just("release")),
        st.tuples(st.just("subscribe"), FILTERS),
        st.tuples(st.just("leave"), NUMBER),
        st.tuples(st.just("digest"), st.integers(min_value=1, max_value=3)),
    ),
    min_size=4,
    max_size=24,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without a row: copied for each example."""
    path = tmp_path_factory.mktemp("laws") / "empty.db"
    database = blank(path)
    status = SourceStatus("mz_js", "江苏省民政厅", "32", "healthy", CUT, CUT, CUT, "ok", "")
    with database.writing() as session:
        health.put(session, status)
    database.close()
    return path


@dataclass
class World:
    """A ledger that lives from action to action, and who was subscribed at each digest."""

    database: Database
    to: MailSettings
    now: datetime = CUT - DAY
    told: int = 0
    seen: list[tuple[DigestRun, list[Subscription], list[Delivery]]] = field(default_factory=list)

    def act(self, action: str, *with_: object) -> None:
        self.now += timedelta(minutes=1)
        getattr(self, action)(*with_)

    def policies(self) -> list[str]:
        with self.database.reading() as session:
            return sorted({change.policy_id for change in ledger.changes(session)})

    def tell(self, region: str, genre: str, announcement: str) -> None:
        self.told += 1
        tell(
            self.database,
            self.told,
            now=self.now,
            region=region,
            genre=genre,
            announcement=announcement,
        )

    def copy(self, which: int) -> None:
        self._again(which, kind="joined", role="reprint", announcement="unannounced")

    def revise(self, which: int) -> None:
        self._again(which, kind="revised", announcement="announced")

    def _again(self, which: int, **told: object) -> None:
        if policies := self.policies():
            self.told += 1
            policy_id = policies[which % len(policies)]
            tell(self.database, self.told, now=self.now, policy_id=policy_id, **told)

    def merge(self, one: int, other: int) -> None:
        if policies := self.policies():
            ids = [policies[number % len(policies)] for number in (one, other)]
            try:
                with self.database.writing() as session:
                    decisions.merge(session, ids, self.now)
            except DecisionRefused:
                return  # the same one twice, or one that was merged away

    def release(self) -> None:
        with self.database.writing() as session:
            ledger.release(session, "mz_js", self.now)

    def subscribe(self, wanted: Filter) -> None:
        with self.database.writing() as session:
            digests.subscribe(session, "team@example.cn", wanted, self.now)

    def leave(self, which: int) -> None:
        with self.database.writing() as session:
            if people := digests.subscriptions(session):
                digests.unsubscribe(session, "", people[which % len(people)].id)

    def digest(self, days: int) -> None:
        """Let so many days pass, of which the last alone is composed."""
        cut = self.now.replace(hour=0, minute=0) + days * DAY
        self.now = cut
        on = cut.date().isoformat()
        made = compose_day(self.database, on, cut, self.to)
        with self.database.reading() as session:
            run, people = digests.run_on(session, "daily", on), digests.subscriptions(session)
        assert run is not None
        self.seen.append((run, people, made))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actions=ACTIONS, wanted=FILTERS)
def test_a_change_is_in_a_digest_iff_announced_matching_and_in_range_whatever_the_order(
    empty: Path, actions: list[tuple[object, ...]], wanted: Filter
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(empty, folder / "policywatch.db")
        database = Database(f"sqlite:///{folder / 'policywatch.db'}", wants=matches)
        world = World(database, MailSettings(folder / "digests", folder / "maildir"))
        first = (
            ("subscribe", Filter()),
            ("subscribe", wanted),
            ("tell", "32", "policy", "announced"),
        )
        for action in [*first, *actions, ("digest", 1)]:
            world.act(*action)  # type: ignore[arg-type]
        check(world)
        database.close()


def check(world: World) -> None:
    with world.database.reading() as session:
        changes = ledger.changes(session)
    runs = [run for run, _, _ in world.seen]
    assert [run.after for run in runs[1:]] == [run.upto for run in runs[:-1]], "no gap, no overlap"
    for run, people, made in world.seen:
        cut = datetime.fromisoformat(run.on).replace(tzinfo=UTC)
        before = [change.sequence for change in changes if change.recorded_at < cut]
        assert run.upto == max(before), "up to the last one before eight o'clock in China"
        got = {delivery.subscription_id: set(delivery.change_ids) for delivery in made}
        wanted = {
            one.id: {
                change.id
                for change in changes
                if change.announcement == "announced"
                and run.after < change.sequence <= run.upto
                and matches(one.filter, change)
            }
            for one in people
        }
        assert got == {one: ids for one, ids in wanted.items() if ids}
        again = compose_day(world.database, run.on, world.now, world.to)
        assert [d.message for d in again] == [d.message for d in made], "a re-run: the same bytes"
