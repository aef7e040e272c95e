"""rss2email (Debian's) as a real reader over HTTP: one mail a change, 304 for a good copy."""

import mailbox
import re
import shutil
import subprocess
from datetime import timedelta
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from feed_examples import HOSTILE, NOON, SALARY_DIFF, tell
from served_site import served

from store import editions
from store.database import Database

R2E = shutil.which("r2e")
pytestmark = pytest.mark.skipif(R2E is None, reason="no rss2email: apt-get install rss2email")


class Reader:
    """One person's rss2email, delivering to a maildir of its own."""

    def __init__(self, home: Path, url: str, *, html: bool) -> None:
        self.home = home
        home.mkdir()
        settings = {
            "from": "feeds@example.org",
            "to": "reader@example.org",
            "email-protocol": "maildir",
            "maildir-path": home,
            "html-mail": html,
        }
        lines = ("[DEFAULT]", *(f"{name} = {value}" for name, value in settings.items()))
        (home / "r2e.cfg").write_text("\n".join(lines))
        mailbox.Maildir(home / "INBOX")
        self._run("add", "policy", url)

    def _run(self, *command: str) -> None:
        files = ("-c", str(self.home / "r2e.cfg"), "-d", str(self.home / "r2e.json"))
        subprocess.run(
            [str(R2E), *files, *command],
            env={"HOME": str(self.home), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            check=True,
        )

    def mails(self) -> dict[str, str]:
        """Fetch, and return subject and text of every mail so far."""
        self._run("run")
        found = {}
        for message in mailbox.Maildir(self.home / "INBOX"):
            part = message.get_payload(decode=True)
            assert isinstance(part, bytes)
            subject = str(make_header(decode_header(message["subject"])))
            found[subject] = part.decode(message.get_content_charset() or "ascii")
        return found


@pytest.mark.parametrize(("ending", "html"), [("xml", False), ("atom", True)])
def test_a_revision_is_one_more_mail_and_nothing_comes_twice(
    tmp_path: Path, ending: str, html: bool
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'policywatch.db'}")
    with served(database, tmp_path / "public") as site:
        tell(database, 1)
        hostile = HOSTILE.replace("\ud800", "")
        tell(database, 2, title=hostile, body_html=hostile)
        site.publish()
        reader = Reader(tmp_path / "reader", f"{site.url}/feeds/all.{ending}", html=html)
        first = reader.mails()
        assert len(first) == 2
        assert reader.mails() == first
        assert [status for path, status in site.answers if path.endswith(ending)] == [200, 304]
        with database.reading() as session:
            known = editions.order(session)[0]
        day = NOON + timedelta(days=1)
        tell(database, 1, kind="revised", diff=SALARY_DIFF, policy_id=known, now=day)
        site.publish()
        after = reader.mails()
        (subject,) = set(after) - set(first)
        assert subject.startswith("【修订】社工站建设意见之1")
        assert "第二条（修改）" in after[subject]
        if html:
            assert not re.search("<script|<[^>]+ onclick=", "".join(after.values()))
