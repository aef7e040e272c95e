"""Bad input cannot stop a run: each page and list ends as a named outcome."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from config import load_config
from samplesites import serve
from samplesites.roster import BAD_ROSTER, ROSTER
from scheduler import Job, RunReport
from store import ledger, visits
from store.records import Change, Visit

GOOD = "demo_trs"
OUTCOMES = {
    "ok",
    "empty_unexpected",
    "challenged",
    "blocked",
    "robots_denied",
    "unreachable",
    "gone",
    "drifted",
}


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Job, RunReport]:
    data = tmp_path_factory.mktemp("bad")
    roster = tuple(item for item in ROSTER if item[1].id == GOOD) + BAD_ROSTER
    with serve(port_base=24500, roster=roster) as internet:
        internet.write_sources(data / "sources")
        config = load_config(data=data / "var", sources=data / "sources")
        job = Job(config, clock=lambda: internet.now)
        return job, job.run([GOOD, "demo_bad"])


def seen(job: Job) -> list[Visit]:
    with job.database.reading() as session:
        return visits.outcomes(session, "demo_bad", after=datetime.min.replace(tzinfo=UTC))


def told(job: Job) -> list[Change]:
    with job.database.reading() as session:
        return ledger.changes(session)


def test_the_bad_site_fails_and_only_the_bad_site(ended: tuple[Job, RunReport]) -> None:
    _, report = ended
    assert report.exit_code == 1
    assert report.settled is not None
    assert set(report.settled.failed) == {"demo_bad"}


def test_every_bad_page_ends_with_a_named_outcome_and_a_cause(
    ended: tuple[Job, RunReport],
) -> None:
    visited = seen(ended[0])
    assert {visit.outcome for visit in visited} <= OUTCOMES
    assert len(Counter(visit.outcome for visit in visited)) >= 3
    assert all(visit.detail for visit in visited)


def test_the_good_site_is_told_in_full(ended: tuple[Job, RunReport]) -> None:
    assert sum(change.source_id == GOOD for change in told(ended[0])) >= 15


def test_no_bad_page_reaches_a_feed_with_a_character_xml_forbids(
    ended: tuple[Job, RunReport],
) -> None:
    feeds = ended[0].config.public / "feeds"
    for path in [*feeds.glob("*.xml"), *feeds.glob("*.atom")]:
        assert not feedparser.parse(path.read_bytes()).bozo, path.name


def test_nothing_is_left_unsettled(ended: tuple[Job, RunReport]) -> None:
    with ended[0].database.reading() as session:
        assert visits.unsettled(session) == []


def test_the_operator_reads_what_happened_and_what_to_do(ended: tuple[Job, RunReport]) -> None:
    path: Path = ended[0].config.public / "feeds" / "health.xml"
    (item,) = feedparser.parse(path.read_bytes()).entries
    assert "怎么办" in item.summary + "".join(c.value for c in item.get("content", ()))
