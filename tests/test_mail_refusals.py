"""What a refusal was about, and which addresses mail may be sent to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.addresses import checked, is_channel, masked
from feeds.errors import AddressRefused
from feeds.providers import PROVIDERS
from feeds.refusals import Judgement, Stage, judge


@pytest.mark.parametrize(
    ("code", "words", "stage", "judgement"),
    [
        (550, "5.1.1 no such user", "RCPT", (True, "address")),
        (550, "User not found: reader@example.cn", "RCPT", (True, "address")),
        (552, "5.2.2 mailbox full", "RCPT", (True, "address")),
        (550, "Requested action not taken", "RCPT", (True, "address")),
        (450, "4.2.1 mailbox busy", "RCPT", (False, "temporary")),
        (451, "4.7.1 greylisted, try again", "RCPT", (False, "temporary")),
        (554, "DT:SPM 163 smtp1,abc http://mail.163.com/help/", "END", (True, "content")),
        (451, "DT:SPM ,please try again", "END", (False, "temporary")),
        (554, "Invalid Subject header", "END", (True, "content")),
        (550, "5.7.1 message content rejected", "DATA", (True, "content")),
        (554, "transaction failed", "END", (True, "content")),
        (554, "MI:STC 163 smtp2,xyz", "RCPT", (False, "rate")),
        (550, "RP:TRC 163 smtp2,xyz", "RCPT", (False, "rate")),
        (421, "HL:IFC 163 mx1", "MAIL", (False, "rate")),
        (550, "Ip frequency limited", "MAIL", (False, "rate")),
        (550, "发信过于频繁，请稍后再试", "END", (False, "rate")),
        (553, "Mail from must equal authorized user", "MAIL", (False, "sender")),
        (554, "DT:SUM 163 smtp3", "END", (False, "sender")),
        (550, "5.7.1 relaying denied", "RCPT", (False, "sender")),
        (530, "5.7.0 authentication required", "MAIL", (False, "sender")),
        (550, "5.1.8 sender address has no mail exchanger", "RCPT", (False, "sender")),
        (-1, "", "RCPT", (False, "temporary")),
    ],
)
def test_refusals_of_address_content_sender_and_pace_are_told_apart(
    code: int, words: str, stage: Stage, judgement: tuple[bool, str]
) -> None:
    assert judge(code, words, stage) == Judgement(*judgement)  # type: ignore[arg-type]


@given(st.integers(400, 499), st.text(max_size=60), st.sampled_from(["MAIL", "RCPT", "END"]))
def test_what_a_server_calls_temporary_is_never_final(code: int, words: str, stage: Stage) -> None:
    assert not judge(code, words, stage).lasting


@pytest.mark.parametrize(
    ("given_as", "stored"),
    [
        ("team@example.cn", "team@example.cn"),
        (" Team.A+b@EXAMPLE.CN\n", "Team.A+b@example.cn"),
        ("root@localhost", "root@localhost"),
        ("ntfy://topic", "ntfy://topic"),
    ],
)
def test_an_address_is_stored_trimmed_with_its_domain_in_lower_case(
    given_as: str, stored: str
) -> None:
    assert checked(given_as) == stored


@pytest.mark.parametrize(
    "address",
    [
        *("", "nobody", "@example.org", "a@", "a b@example.cn", "读者@example.cn", "a@例子.cn"),
        *("a@-x.cn", "a@x..cn", "a@1.2.3.4", "a@b@c.cn", "小王 <a@b.cn>", "a@b.cn, c@d.cn"),
        *("a@b.cn\nBcc: x@y.cn", "x" * 65 + "@example.cn", "a@" + "b." * 130 + "cn"),
        *("nosuchscheme://x", "a,b@example.cn;c"),
    ],
)
def test_an_address_no_mail_can_be_sent_to_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        checked(address)
    assert not address or address not in str(refused.value)


@given(st.emails(domains=st.just("example.org")))
def test_a_masked_address_shows_one_character_of_the_name(address: str) -> None:
    shown = masked(address)
    assert shown == f"{address[0]}***@example.org"


def test_a_masked_channel_shows_no_token() -> None:
    assert is_channel("wecom://secret-key")
    assert masked("wecom://secret-key") == "wecom://***"
    assert masked("") == "（已删除）"


def test_presets_of_chinese_providers_want_tls_and_have_limits() -> None:
    assert set(PROVIDERS) == {"qq", "163", "aliyun", "tencent"}
    for provider in PROVIDERS.values():
        assert provider.port == 465
        assert 0 < provider.per_minute <= 60
        assert 0 < provider.per_day <= 1000
