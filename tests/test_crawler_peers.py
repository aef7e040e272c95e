"""Whom a fetch may talk to: nothing leads it to this machine or to its neighbours."""

import asyncio
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from crawl_site import Answer, Desk, listing, page, serving
from scrapy.http import Request
from twisted.internet.error import DNSLookupError

from crawler.breaker import Breakers
from crawler.budget import Budgets
from crawler.client import Client, Manners
from crawler.peers import PEERS, JudgedResolver, Peers, is_public, literal_address, may_be_reached
from crawler.politeness import PolitenessMiddleware
from crawler.reach import NoAnswer
from crawler.refusals import PrivateAddress
from crawler.settings import common_settings
from crawler.sources import SHIPPED, load_sources

PUBLIC = load_sources(SHIPPED)["mz_js"]
AGENT = "Mozilla/5.0 (compatible; policywatch/0; +https://watch.example.org)"
PRIVATE = [
    *("127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.9.9", "192.168.0.1", "100.64.0.1"),
    *("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "0.0.0.0"),
    *("224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "203.0.113.7"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::"),
    *("2001:db8::1", "::ffff:168.63.129.16"),
]
WRITTEN = {
    "decimal": ("http://2130706433/", "127.0.0.1"),
    "hexadecimal": ("http://0x7f000001/", "127.0.0.1"),
    "octal": ("http://0177.0.0.1/", "127.0.0.1"),
    "short": ("http://127.1/", "127.0.0.1"),
    "hexadecimal by parts": ("http://0xa9.0xfe.0xa9.0xfe/", "169.254.169.254"),
    "decimal metadata": ("http://2852039166/latest/meta-data/", "169.254.169.254"),
    "trailing dot": ("http://127.0.0.1./", "127.0.0.1"),
    "a name for this machine": ("http://localhost/", "127.0.0.1"),
    "a name below it": ("http://mzt.localhost/", "127.0.0.1"),
    "user information in front": ("http://www.mca.gov.cn@10.0.0.1/", "10.0.0.1"),
    "user information with a port": ("http://www.mca.gov.cn:80@[::1]:8080/", "::1"),
    "IPv6": ("http://[::1]/", "::1"),
    "mapped": ("http://[::ffff:7f00:1]/", "::ffff:7f00:1"),
    "full-width digits": ("http://１２７．０．０．１/", "127.0.0.1"),
}


def guard(source=PUBLIC) -> PolitenessMiddleware:
    context = SimpleNamespace(clock=lambda: None, breakers=Breakers(), budgets=Budgets())
    return PolitenessMiddleware(
        SimpleNamespace(spider=SimpleNamespace(source=source, context=context))
    )


def names(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Let the system's resolver answer in turn, the last one for ever; return what it was asked."""
    asked: list[str] = []

    def getaddrinfo(host, *_args, **_options):
        address = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_link_local_or_metadata_address_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2400:3200::1", "::ffff:8.8.8.8", "2002:808:808::"])
def test_public_addresses_are_public_whatever_carries_them(address: str) -> None:
    assert is_public(address)


def test_a_practice_site_opens_this_machine_and_not_its_neighbours() -> None:
    assert may_be_reached("127.0.0.1", allow_loopback=True)
    assert may_be_reached("::1", allow_loopback=True)
    neighbours = ("10.0.0.1", "169.254.169.254", "192.168.1.1", "fd00:ec2::254", "0.0.0.0")
    assert not any(may_be_reached(address, allow_loopback=True) for address in neighbours)


@pytest.mark.parametrize(("url", "address"), WRITTEN.values(), ids=WRITTEN)
def test_a_private_address_is_refused_however_it_is_written(url: str, address: str) -> None:
    with pytest.raises(PrivateAddress, match="内网地址"):
        asyncio.run(guard().process_request(Request(url)))
    host = Request(url).url.partition("//")[2].rpartition("@")[2].partition("/")[0]
    bare = host[1 : host.index("]")] if host.startswith("[") else host
    assert not is_public(literal_address(bare) or "8.8.8.8")


@pytest.mark.parametrize("host", ["mzt.yunjiang.gov.cn", "12371.cn", "a.1", "", "1.2.3.4.5"])
def test_a_name_is_no_address(host: str) -> None:
    assert literal_address(host) is None


@pytest.mark.parametrize("url", [url for url, _ in WRITTEN.values() if "localhost" not in url])
def test_a_proxy_is_not_asked_for_private_addresses_either(url: str) -> None:
    behind = PUBLIC.model_copy(update={"proxy": "http://proxy.example:3128"})
    with pytest.raises(PrivateAddress):
        asyncio.run(guard(behind).process_request(Request(url)))
    with pytest.raises(NoAnswer) as caught:
        Client(AGENT, Manners(delay_s=0, proxy="http://127.0.0.1:9")).ask(Request(url).url)
    assert caught.value.step == "address"


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch) -> None:
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_a, **_o: [(2, 1, 6, "", ("8.8.4.4", 0)), (2, 1, 6, "", ("10.0.0.1", 0))],
    )
    with pytest.raises(PrivateAddress):
        asyncio.run(guard().process_request(Request("http://both.yunjiang.invalid/")))


def test_a_name_that_changes_its_mind_is_reached_where_it_was_judged(monkeypatch) -> None:
    asked = names(monkeypatch, "8.8.4.4", "127.0.0.1")
    asyncio.run(guard().process_request(Request("http://rebind.yunjiang.invalid/")))
    resolver = JudgedResolver(object(), 1.0)
    reached = [resolver.getHostByName("rebind.yunjiang.invalid").result for _ in range(3)]
    assert reached == ["8.8.4.4"] * 3
    assert asked == ["rebind.yunjiang.invalid"]


def test_nobody_is_connected_to_who_was_not_judged(monkeypatch) -> None:
    asked = names(monkeypatch, "8.8.4.4")
    failure = JudgedResolver(object(), 1.0, Peers()).getHostByName("stranger.yunjiang.invalid")
    caught: list[object] = []
    failure.addErrback(lambda why: caught.append(why.type))
    assert (caught, asked) == ([DNSLookupError], [])
    assert common_settings(AGENT)["TWISTED_DNS_RESOLVER"] == "crawler.peers.JudgedResolver"


def test_a_refused_name_is_not_admitted(monkeypatch) -> None:
    names(monkeypatch, "192.168.7.7")
    with pytest.raises(PrivateAddress):
        asyncio.run(guard().process_request(Request("http://inside.yunjiang.invalid/")))
    assert PEERS.address_of("inside.yunjiang.invalid") is None


def test_the_tools_client_connects_to_the_address_it_judged(monkeypatch) -> None:
    asked = names(monkeypatch, "8.8.4.4", "127.0.0.1")
    reached: list[tuple[str, ...]] = []

    def connect(addresses, port, **_options):
        reached.append(tuple(addresses))
        raise NoAnswer("tcp", "nobody")

    monkeypatch.setattr("crawler.client.connect", connect)
    with pytest.raises(NoAnswer):
        Client(AGENT, Manners(delay_s=0)).ask("http://rebind.yunjiang.invalid/")
    assert (reached, len(asked)) == ([("8.8.4.4",)], 1)


@pytest.mark.parametrize(
    "target",
    ["http://[::1", "http://a.cn:99999/", "http://a.cn:x/", "javascript:alert(1)", "file:///etc/x"],
)
def test_a_redirect_to_no_address_leads_nowhere(target: str) -> None:
    here = Manners(delay_s=0, allow_loopback=True)
    with serving({"/a": Answer(b"", 302, (("Location", target),))}) as site:
        hops = Client(AGENT, here).ask(f"{site.base}/a")
        assert [hop.status for hop in hops] == [302]
        assert site.paths() == ["/a"]


def test_a_crawl_is_led_to_no_neighbour_by_redirects_robots_or_attachments(tmp_path: Path) -> None:
    metadata = "http://169.254.169.254/latest/meta-data/"
    rows = [
        ("/p/1.html", "关于社会工作服务站建设的通知", "2026-05-01"),
        ("/p/2.html", "关于社会工作者队伍建设的意见", "2026-05-02"),
    ]
    text = page("关于社会工作者队伍建设的意见")
    link = '<p>附件：<a href="http://192.168.7.7/list.pdf">名单.pdf</a></p>'
    body = text.body.replace(b"</body>", link.encode() + b"</body>")
    pages = {
        "/zcwj/": listing(rows),
        "/p/1.html": Answer(b"", 302, (("Location", metadata),)),
        "/p/2.html": Answer(body),
    }
    with serving(pages) as site, serving({"/zcwj/": listing(rows)}) as other:
        other.pages["/robots.txt"] = Answer(b"", 302, (("Location", metadata),))
        desk = Desk(tmp_path)
        desk.watch("led", site.base, "/zcwj/")
        desk.watch("kept", other.base, "/zcwj/")
        assert desk.crawl().exit_code == 0
        visits = {(v.source_id, v.url.split("/", 3)[3]): v for v in desk.visits()}
        asked_of_other = other.paths()
    desk.database.close()
    refused = {key: (v.outcome, "内网地址" in v.detail) for key, v in visits.items()}
    assert refused["led", "p/1.html"] == ("unreachable", True)
    assert refused["led", "list.pdf"] == ("unreachable", True)
    assert refused["kept", "zcwj/"] == ("unreachable", True)
    assert visits["led", "p/2.html"].outcome == "ok"
    assert asked_of_other == []
