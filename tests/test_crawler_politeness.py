"""Politeness: which addresses are public, how long to wait, what the settings promise."""

import asyncio
import gzip
import ipaddress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from scrapy.http import Request, Response

from crawler.breaker import Breakers
from crawler.budget import Budgets
from crawler.decode_middleware import DecodeMiddleware, is_text
from crawler.peers import is_public
from crawler.politeness import ChallengeMiddleware, PolitenessMiddleware, retry_after
from crawler.refusals import Challenged, PrivateAddress, UnreadableBody
from crawler.settings import SharedSettings, common_settings, source_settings, user_agent
from crawler.sources import SHIPPED, load_sources

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2400:3200::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.1.1", False),
        ("172.16.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:127.0.0.1", False),
        ("224.0.0.1", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_asked(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        (b"120", timedelta(minutes=2)),
        (b"Mon, 01 Jun 2026 12:30:00 GMT", timedelta(minutes=30)),
        (b"Mon, 01 Jun 2026 11:00:00 GMT", timedelta(0)),
        (b"99999999", timedelta(days=1)),
        (b"soon", None),
        (b"", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value, wait):
    assert retry_after(value, NOW) == wait


def test_the_user_agent_says_who_asks_and_where_to_complain():
    agent = user_agent("https://watch.example.org/about")
    assert agent.startswith("Mozilla/5.0 (compatible; policywatch/")
    assert agent.endswith("; +https://watch.example.org/about)")


def test_the_settings_are_polite_and_safe():
    settings = common_settings("agent")
    expected = {
        "ROBOTSTXT_OBEY": True,
        "AUTOTHROTTLE_ENABLED": True,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY_JITTER": 0,
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "METAREFRESH_ENABLED": False,
        "COOKIES_ENABLED": False,
    }
    assert {name: settings[name] for name in expected} == expected
    assert settings["DOWNLOAD_MAXSIZE"] < 64 * 1024 * 1024
    assert settings["REDIRECT_MAX_TIMES"] <= 5
    assert not {429, 503} & set(settings["RETRY_HTTP_CODES"])


def test_scrapy_starts_nothing_by_itself_that_was_not_asked_for():
    settings = SharedSettings(common_settings("agent"))
    started = settings.get_component_priority_dict_with_base("EXTENSIONS")
    assert [*started] == ["crawler.politeness.PoliteThrottle"]
    stages = settings.copy().get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES")
    assert "crawler.robots.RobotsMiddleware" in stages
    assert settings.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES") is stages


def test_every_shipped_source_is_asked_slowly_and_with_its_certificate_checked():
    for source in load_sources(SHIPPED).values():
        settings = source_settings(source)
        assert settings["DOWNLOAD_DELAY"] >= 3
        assert settings["AUTOTHROTTLE_START_DELAY"] >= 3
        assert settings["DOWNLOAD_VERIFY_CERTIFICATES"]
        assert not settings["HTTPPROXY_ENABLED"]


def stand_in(source, **context):
    """A crawler as the middleware sees it: a spider with its source and its context."""
    spider = SimpleNamespace(source=source, context=SimpleNamespace(**CONTEXT, **context))
    return PolitenessMiddleware(SimpleNamespace(spider=spider))


CONTEXT = {"clock": lambda: NOW}
PUBLIC = load_sources(SHIPPED)["mz_js"]


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://10.0.0.7/x", "http://[::1]:8080/"])
def test_a_redirect_into_the_private_network_is_refused(url):
    polite = stand_in(PUBLIC, breakers=Breakers(), budgets=Budgets())
    with pytest.raises(PrivateAddress, match="内网地址"):
        asyncio.run(polite.process_request(Request(url)))


def test_an_answer_from_a_private_address_is_refused_too():
    polite = stand_in(PUBLIC, breakers=Breakers(), budgets=Budgets())
    rebound = Response("http://mzt.example.cn/", ip_address=ipaddress.ip_address("192.168.0.1"))
    with pytest.raises(PrivateAddress):
        polite.process_response(Request("http://mzt.example.cn/"), rebound)


def test_a_redirect_does_not_inherit_what_the_first_question_carried():
    polite = stand_in(
        PUBLIC.model_copy(update={"allow_loopback": True}), breakers=Breakers(), budgets=Budgets()
    )
    hop = Request("http://127.0.0.1/", headers={"If-None-Match": '"a"'}, meta={"capture": 1})
    asyncio.run(polite.process_request(hop))
    assert "If-None-Match" not in hop.headers
    assert "capture" not in hop.meta


def test_a_challenge_before_a_redirect_is_named():
    answer = Response("http://a.cn/x", 302, {"Location": "/x", "Set-Cookie": "CT6T=1"})
    with pytest.raises(Challenged, match="CT6T"):
        ChallengeMiddleware().process_response(Request("http://a.cn/x"), answer)


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html; charset=gb2312", b"<p>", True),
        (None, "通知".encode(), True),
        ("application/json", b"{}", True),
        ("text/xml", b"<a/>", True),
        ("text/html", b"%PDF-1.7", False),
        ("application/octet-stream", b"PK\x03\x04", False),
        ("image/png", b"x", False),
    ],
)
def test_what_a_body_is_counts_more_than_what_it_is_called(content_type, body, text):
    assert is_text(content_type, body) is text


def test_a_body_reaches_the_spider_as_utf8_whatever_was_declared():
    served = "<title>关于镕堃社工站的通知</title>".encode("gb18030")
    request = Request("http://a.cn/x")
    answer = Response("http://a.cn/x", headers={"Content-Type": "text/html"}, body=served)
    readable = DecodeMiddleware().process_response(request, answer)
    assert "镕堃社工站" in readable.text
    assert request.meta["decoded"].charset == "gb18030"


def test_a_body_cut_short_is_refused_before_anyone_reads_it():
    packed = gzip.compress(b"<p>" * 999)[:-9]
    answer = Response("http://a.cn/x", headers={"Content-Encoding": "gzip"}, body=packed)
    with pytest.raises(UnreadableBody, match="不完整"):
        DecodeMiddleware().process_response(Request("http://a.cn/x"), answer)
