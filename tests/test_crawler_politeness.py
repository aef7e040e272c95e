"""Politeness: which addresses are public, how long to wait, what the settings promise."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.politeness import is_public, retry_after
from crawler.settings import common_settings, source_settings, user_agent
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


def test_every_shipped_source_is_asked_slowly_and_with_its_certificate_checked():
    for source in load_sources(SHIPPED).values():
        settings = source_settings(source)
        assert settings["DOWNLOAD_DELAY"] >= 3
        assert settings["AUTOTHROTTLE_START_DELAY"] >= 3
        assert settings["DOWNLOAD_VERIFY_CERTIFICATES"]
        assert not settings["HTTPPROXY_ENABLED"]
