"""One-click unsubscribe: tokens nobody makes up, a page that asks, exactly two writing routes."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from blank import blank
from feed_examples import NOON, STATION, change, tell
from hypothesis import given
from hypothesis import strategies as st
from loopback import App
from starlette.routing import Route
from test_lessons import CUT, DAY, TO, lint

from config import ConfigError, load_config
from feeds.digest import compose_day
from feeds.digest.compose import compose
from feeds.errors import SecretUnusable
from feeds.oneclick import application
from feeds.oneclick.app import ACTS_PER_MINUTE, STRANGERS_PER_MINUTE
from feeds.oneclick.pace import MOST_CALLERS, Pace
from feeds.settings import OneClick
from feeds.signet import Signet, kept_secret
from jobs.settings import post_settings
from store import digests, subscribers
from store.database import Database
from store.records import DigestRun, Filter, Subscription

SIGNET = Signet(b"a secret of sixteen bytes and more")
URL = "https://watch.example.cn/unsubscribe"


class Desk:
    """The app on a loopback port, its ledger, its clock, its two subscriptions."""

    def __init__(self, database: Database, port: int) -> None:
        self.database, self.port, self.now_s = database, port, 0.0

    def ask(
        self, path: str, method: str = "GET", body: str = "", **headers: str
    ) -> tuple[int, str, dict[str, str]]:
        connection = HTTPConnection("127.0.0.1", self.port)
        connection.request(method, path, body or None, headers)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, text, {k.lower(): v for k, v in response.getheaders()}

    def active(self) -> list[int]:
        with self.database.reading() as session:
            return [one.id for one in digests.subscriptions(session, suspended=True)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database = blank(tmp_path / "policywatch.db")
    with database.writing() as session:
        subscribers.subscribe(session, "team@example.cn", Filter(regions=("32",)), NOON)
        subscribers.subscribe(session, "team@example.cn", Filter(), NOON, rhythm="weekly")
    server = App()
    running = Desk(database, server.port)
    server.open(application(database, SIGNET, clock=lambda: running.now_s))
    yield running
    server.close()


def test_a_post_ends_that_subscription_alone_and_at_once(desk: Desk) -> None:
    """As RFC 8058 §3.2 has a provider do it: no cookie, no redirect, that very body."""
    status, page, _ = desk.ask(
        f"/unsubscribe/{SIGNET.token(1)}",
        "POST",
        "List-Unsubscribe=One-Click",
        **{"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert status == 200
    assert "已退订" in page
    assert desk.active() == [2]
    assert desk.ask(f"/unsubscribe/{SIGNET.token(1)}", "POST")[0] == 200, "twice is no error"
    assert desk.active() == [2]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_link_never_acts(desk: Desk, method: str) -> None:
    """Mail scanners open every link of every mail."""
    for _ in range(3):
        status, page, headers = desk.ask(f"/unsubscribe/{SIGNET.token(1)}", method)
        assert status == 200
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
    assert desk.active() == [1, 2]
    if method == "GET":
        assert "江苏" in page
        assert "t***@example.cn" in page
        assert "team@" not in page


def test_who_clicked_by_mistake_comes_back_by_the_button_on_the_page(desk: Desk) -> None:
    path = f"/unsubscribe/{SIGNET.token(1)}"
    _, page, _ = desk.ask(path, "POST")
    (action,) = re.findall(r'<form method="post" action="([^"]+)"', page)
    back = urlsplit(f"http://desk{path.rpartition('/')[0]}/{action}").path.replace(
        "/unsubscribe/..", ""
    )
    assert desk.ask(back)[0] == 405, "looking at it does not act either"
    assert desk.active() == [2]
    status, page, _ = desk.ask(back, "POST")
    assert status == 200
    assert "已恢复订阅" in page
    assert desk.active() == [1, 2]


def test_coming_back_makes_no_second_subscription_of_the_same_wish(desk: Desk) -> None:
    desk.ask(f"/unsubscribe/{SIGNET.token(1)}", "POST")
    with desk.database.writing() as session:
        subscribers.subscribe(session, "team@example.cn", Filter(regions=("32",)), NOON)
    assert desk.ask(f"/resubscribe/{SIGNET.token(1)}", "POST")[0] == 200
    assert desk.active() == [2, 3]


def test_an_erased_address_neither_shows_nor_comes_back(desk: Desk) -> None:
    with desk.database.writing() as session:
        subscribers.erase(session, "team@example.cn")
    for path, method in [("unsubscribe", "GET"), ("unsubscribe", "POST"), ("resubscribe", "POST")]:
        assert desk.ask(f"/{path}/{SIGNET.token(1)}", method)[0] == 404
    assert desk.active() == []


@pytest.mark.parametrize(
    "token",
    [
        "1",
        "1.",
        f"2{SIGNET.token(1)[1:]}",
        f"01{SIGNET.token(1)[1:]}",
        Signet(b"another secret of this length").token(1),
        SIGNET.token(99),
        f"{SIGNET.token(1)}x",
        SIGNET.token(1)[:-1],
        "%00",
        "1" * 400,
    ],
)
def test_a_token_we_did_not_write_is_nobody(desk: Desk, token: str) -> None:
    status, page, _ = desk.ask(f"/unsubscribe/{token}", "POST")
    assert status == 404
    assert "example.cn" not in page
    assert desk.active() == [1, 2]


@given(st.integers(min_value=1, max_value=10**17), st.integers(min_value=0, max_value=10**3))
def test_only_the_exact_token_is_read_back(subscription_id: int, place: int) -> None:
    token = SIGNET.token(subscription_id)
    assert SIGNET.read(token) == subscription_id
    at = place % len(token)
    for other in "A0_":
        changed = token[:at] + other + token[at + 1 :]
        assert changed == token or SIGNET.read(changed) is None


def test_exactly_two_routes_write() -> None:
    app = application(Database("sqlite://"), SIGNET)
    routes = [route for route in app.routes if isinstance(route, Route)]
    assert len(routes) == len(app.routes)
    writing = [route.path for route in routes if not route.methods <= {"GET", "HEAD"}]
    assert writing == ["/unsubscribe/{token}", "/resubscribe/{token}"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_no_other_method_does_anything(desk: Desk, method: str) -> None:
    assert desk.ask(f"/unsubscribe/{SIGNET.token(1)}", method)[0] == 405
    assert desk.ask("/", method)[0] in (404, 405)
    assert desk.active() == [1, 2]


def test_a_guesser_is_slowed_down_and_a_holder_of_a_token_is_not(desk: Desk) -> None:
    codes = [desk.ask(f"/unsubscribe/{n}.x", "POST")[0] for n in range(STRANGERS_PER_MINUTE + 2)]
    assert codes == [404] * STRANGERS_PER_MINUTE + [429] * 2
    assert desk.ask(f"/unsubscribe/{SIGNET.token(1)}", "POST")[0] == 200
    desk.now_s += 60
    assert desk.ask("/unsubscribe/1.x", "POST")[0] == 404


def test_one_token_cannot_keep_the_ledger_busy(desk: Desk) -> None:
    path = SIGNET.token(1)
    ways = ["unsubscribe", "resubscribe"] * ACTS_PER_MINUTE
    codes = [desk.ask(f"/{way}/{path}", "POST")[0] for way in ways]
    assert codes == [200] * ACTS_PER_MINUTE + [429] * ACTS_PER_MINUTE
    assert desk.ask(f"/unsubscribe/{SIGNET.token(2)}", "POST")[0] == 200


def test_the_memory_of_callers_is_bounded() -> None:
    pace = Pace(1, lambda: 0.0)
    for caller in range(MOST_CALLERS + 50):
        pace.lets(str(caller))
    assert len(pace._calls) == MOST_CALLERS


def test_what_waited_is_not_sent_after_a_click(desk: Desk, tmp_path: Path) -> None:
    tell(desk.database, 1)
    settings = replace(TO, digests=tmp_path / "digests", maildir=tmp_path / "maildir")
    (made,) = compose_day(desk.database, DAY, CUT, settings)
    desk.ask(f"/unsubscribe/{SIGNET.token(made.subscription_id)}", "POST")
    with desk.database.reading() as session:
        (kept,) = digests.deliveries(session)
    assert (kept.state, kept.cause) == ("refused", "unsubscribed")


def _mail(one_click: OneClick | None) -> bytes:
    run = DigestRun(1, "daily", DAY, 0, 9)
    one = Subscription(7, "team@example.cn", Filter())
    mail = compose(run, [change(1, document=STATION)], (), one, replace(TO, one_click=one_click))
    assert mail is not None
    return mail


def test_a_mail_bears_both_headers_where_links_are_served_and_neither_elsewhere() -> None:
    served, unserved = (
        message_from_bytes(_mail(one), policy=default) for one in (OneClick(URL, SIGNET), None)
    )
    ways = re.findall(r"<([^>]+)>", served["List-Unsubscribe"])
    assert ways == [
        f"{URL}/{SIGNET.token(7)}",
        "mailto:policywatch@policywatch.local?subject=unsubscribe%207",
    ]
    assert served["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert unserved["List-Unsubscribe-Post"] is None
    assert re.findall(r"<([^>]+)>", unserved["List-Unsubscribe"]) == ways[1:]
    # An address cannot be folded; RFC 5322 §2.1.1 allows 998 characters and asks for 78.
    assert set(lint(_mail(OneClick(URL, SIGNET)))) <= {"a line is too long"}


def test_an_address_longer_than_a_line_is_written_as_it_is() -> None:
    """Python's `email` would make an encoded word of it, which no server can read."""
    long_url = f"https://{'a' * 60}.example.cn/{'b' * 200}"
    mail = _mail(OneClick(long_url, SIGNET))
    assert f"<{long_url}/{SIGNET.token(7)}>".encode() in mail
    assert message_from_bytes(mail, policy=default).defects == []


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, None),
        ({"public_url": "https://w.example.cn/site/"}, "https://w.example.cn/site/unsubscribe"),
        ({"public_url": "http://w.example.cn"}, None),
        ({"public_url": "https://w.example.cn", "unsubscribe_url": ""}, None),
        ({"unsubscribe_url": "https://u.example.cn/leave/"}, "https://u.example.cn/leave"),
    ],
)
def test_links_are_offered_only_where_https_can_answer_them(
    given: dict[str, str], url: str | None, tmp_path: Path
) -> None:
    settings = post_settings(load_config(data=tmp_path, **given), [])
    assert (settings.one_click.url if settings.one_click else None) == url
    assert (tmp_path / "unsubscribe.key").exists() == (url is not None)


def test_an_unsubscribe_address_without_tls_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="unsubscribe_url"):
        load_config(unsubscribe_url="http://w.example.cn/unsubscribe")


def test_the_kept_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "unsubscribe.key"
    first = kept_secret(path)
    assert len(first) == 32
    assert kept_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert repr(first)[2:-1] not in repr(Signet(first))


def test_two_processes_that_make_the_secret_at_once_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, link = tmp_path / "unsubscribe.key", os.link

    def other_was_first(beside: Path, place: Path) -> None:
        if not place.exists():
            place.write_bytes(b"the other process's secret")
        link(beside, place)

    monkeypatch.setattr(os, "link", other_was_first)
    assert kept_secret(path) == b"the other process's secret"
    assert list(tmp_path.iterdir()) == [path]


def test_a_secret_that_protects_nothing_is_refused() -> None:
    with pytest.raises(SecretUnusable, match="at least 16"):
        Signet(b"short")


def test_a_token_is_the_same_for_ever() -> None:
    """A mail of years ago must still let its reader go: this value never changes."""
    assert Signet(b"0123456789abcdef").token(17) == "17.BnsyoF9kEsMfDAHlyjhf-yLsHFBG"
