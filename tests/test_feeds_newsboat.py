"""newsboat (Debian's) as a real reader over HTTP: it sees a revision as new and is answered 304.

It keeps an ETag from its second visit on: at the first its cache has no row to keep it in.
"""

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from feed_examples import NOON, SALARY_DIFF, tell
from served_site import served

from store import editions
from store.database import Database

NEWSBOAT = shutil.which("newsboat")
pytestmark = pytest.mark.skipif(NEWSBOAT is None, reason="no newsboat: apt-get install newsboat")


class Reader:
    """One person's newsboat, with its own cache, subscribed to some feeds."""

    def __init__(self, home: Path, *urls: str) -> None:
        self.home = home
        home.mkdir()
        (home / "urls").write_text("\n".join(urls) + "\n")
        (home / "config").write_text("reload-time 1\nauto-reload no\n")

    def run(self, *commands: str) -> str:
        files = [f"--{name}-file={self.home / name}" for name in ("url", "config", "cache")]
        files[0] = f"--url-file={self.home / 'urls'}"
        done = subprocess.run(
            [str(NEWSBOAT), *files, "-x", *commands],
            env={"HOME": str(self.home), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def unread(self) -> int:
        self.run("reload")
        return int(self.run("print-unread").split()[0])


@pytest.mark.parametrize("ending", ["xml", "atom"])
def test_a_revision_is_one_more_unread_and_nothing_comes_twice(tmp_path: Path, ending: str) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    with served(database, tmp_path / "public") as site:
        tell(database, 1)
        tell(database, 2)
        site.publish()
        reader = Reader(tmp_path / "reader", f"{site.url}/feeds/all.{ending}")
        assert reader.unread() == 2
        assert [reader.unread() for _ in range(2)] == [2, 2]
        assert (f"/feeds/all.{ending}", 304) in site.answers
        with database.reading() as session:
            known = editions.order(session)[0]
        day = NOON + timedelta(days=1)
        tell(database, 1, kind="revised", diff=SALARY_DIFF, policy_id=known, now=day)
        site.publish()
        assert reader.unread() == 3


def test_a_filtered_feed_reads_like_any_other(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    with served(database, tmp_path / "public") as site:
        tell(database, 1, region="33")
        tell(database, 2, region="32")
        site.publish()
        reader = Reader(tmp_path / "reader", f"{site.url}/feed.xml?region=33&q=%E7%A4%BE%E5%B7%A5")
        assert reader.unread() == 1
        assert [reader.unread() for _ in range(2)] == [1, 1]
        assert [status for path, status in site.answers if path == "/feed.xml"] == [200, 200, 304]
