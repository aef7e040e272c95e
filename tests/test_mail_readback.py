"""Mails as others see them: Dovecot serves them over IMAP, SpamAssassin scores them.

Needs the system packages dovecot-imapd and spamassassin (`.ci/packages.txt`); skips by name
without them. Neither asks the network.
"""

import imaplib
import os
import pwd
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from letters import TO, letters
from test_lessons import lint

from feeds.transport import MaildirTransport

IMAP = "/usr/lib/dovecot/imap"
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
mail_location = maildir:{folder}/box
mail_home = {folder}/home
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
ssl = no
"""
HEADERS = (
    *("Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "List-Id"),
    *("List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted", "Content-Language"),
)
MOST_POINTS = 1.0


@pytest.fixture(scope="module")
def mails() -> dict[str, bytes]:
    return letters()


@pytest.fixture
def inbox(mails: dict[str, bytes]) -> Iterator[imaplib.IMAP4]:
    """An IMAP session over the product's own Maildir, which holds one mail of each kind."""
    if not Path(IMAP).exists():
        pytest.skip("dovecot is not installed (dovecot-imapd): no mail was read back over IMAP")
    folder = Path(tempfile.mkdtemp(prefix="policywatch-dovecot-"))
    box = MaildirTransport(folder / "box")
    for mail in mails.values():
        box.send(TO.from_address, "team@example.cn", mail)
    box.close()
    who = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    (folder / "run").mkdir()
    (folder / "home").mkdir()
    conf = folder / "conf"
    conf.write_text(CONFIGURATION.format(folder=folder, uid=who.pw_uid, gid=who.pw_gid))
    if os.getuid() == 0:  # Dovecot never reads mail as root
        for path in (folder, *folder.rglob("*")):
            os.chown(path, who.pw_uid, who.pw_gid)
    command = f"env USER={who.pw_name} {IMAP} -c {shlex.quote(str(conf))} 2>{folder}/log"
    session = imaplib.IMAP4_stream(command)
    session.select("INBOX")
    yield session
    session.logout()
    shutil.rmtree(folder, ignore_errors=True)


def _found(inbox: imaplib.IMAP4, *criteria: str, text: str) -> int:
    """Return how many mails the server finds for Chinese words (RFC 3501 §6.4.4)."""
    inbox.literal = text.encode()  # type: ignore[attr-defined]
    _, (numbers,) = inbox.search("UTF-8", *criteria)
    return len(numbers.split())


def test_a_search_for_chinese_words_finds_the_mails(
    inbox: imaplib.IMAP4, mails: dict[str, bytes]
) -> None:
    assert _found(inbox, "SUBJECT", text="社工政策日报") == 4
    assert _found(inbox, "SUBJECT", text="社工政策周报") == 1
    assert _found(inbox, "SUBJECT", text="征求意见1（截止6/20）") >= 2
    assert _found(inbox, "SUBJECT", text="没有这样的主题") == 0
    assert _found(inbox, "BODY", text="督导每月不少于一次") >= 2
    assert _found(inbox, "FROM", text="社工政策监测") == len(mails)


def test_headers_come_back_complete_and_without_defects(
    inbox: imaplib.IMAP4, mails: dict[str, bytes]
) -> None:
    for number, sent in enumerate(mails.values(), start=1):
        _, parts = inbox.fetch(str(number), "(BODY.PEEK[])")
        read = parts[0][1]  # type: ignore[index]
        assert isinstance(read, bytes)
        parsed = message_from_bytes(read, policy=default)
        assert isinstance(parsed, EmailMessage)
        assert [name for name in HEADERS if not parsed[name]] == []
        assert [str(d) for part in parsed.walk() for d in part.defects] == []
        assert [f"{n}: {d}" for n, value in parsed.items() for d in value.defects] == []
        assert set(lint(read)) <= {"a line is too long"}  # the address of one click
        original = message_from_bytes(sent, policy=default)
        assert read.replace(b"\r\n", b"\n") == sent.replace(b"\r\n", b"\n")
        assert parsed["Subject"] == original["Subject"]


def test_the_server_sees_text_and_html_and_which_notice_a_reply_goes_on_from(
    inbox: imaplib.IMAP4, mails: dict[str, bytes]
) -> None:
    place = str(list(mails).index("reply") + 1)
    _, (structure,) = inbox.fetch(place, "(BODYSTRUCTURE)")
    assert isinstance(structure, bytes)
    assert re.search(rb'"text" "plain".*"text" "html".*"alternative"', structure)
    _, envelope = inbox.fetch(place, "(ENVELOPE)")
    assert "<a.1@watch.example.cn>" in str(envelope)


def test_no_mail_looks_like_spam(mails: dict[str, bytes], tmp_path: Path) -> None:
    """SpamAssassin's rules without the network, as a receiving server would begin."""
    program = shutil.which("spamassassin")
    if program is None:
        pytest.skip("spamassassin is not installed: no mail was scored")
    hop = "Received: from mail.watch.example.cn (mail.watch.example.cn [192.168.0.9])\n"
    hop += "\tby mx.example.cn with ESMTPS id 7; Sun, 07 Jun 2026 08:00:05 +0800\n"
    box = tmp_path / "all.mbox"
    box.write_bytes(
        b"".join(
            b"From zhengce@watch.example.cn Sun Jun  7 08:00:05 2026\n"
            + hop.encode()
            + mail.replace(b"\r\n", b"\n")
            + b"\n"
            for mail in mails.values()
        )
    )
    scored = subprocess.run(
        [program, "--local", "--mbox", f"--prefspath={tmp_path / 'prefs'}", str(box)],
        capture_output=True,
        env={**os.environ, "HOME": str(tmp_path)},
        check=True,
    ).stdout.decode("utf-8", "replace")
    scores = re.findall(r"^X-Spam-Status: (?:Yes|No), score=(-?[\d.]+)", scored, re.M)
    tests = re.findall(r"tests=([\s\S]*?)autolearn", scored)
    assert len(scores) == len(mails)
    assert [s for s in scores if float(s) > MOST_POINTS] == [], tests
