"""The tools' client: as polite as the crawl, and it says at which step there was no answer."""

import gzip
import socket

import pytest
from crawl_site import Answer, page, self_signed, serving
from loopback import closed_port

from crawler.client import Client, Manners, Pace, manners_for
from crawler.exclusion import read_rules
from crawler.reach import NoAnswer, certificate_of, connect, secure

AGENT = "Mozilla/5.0 (compatible; policywatch/0; +https://watch.example.org)"
HERE = Manners(delay_s=0, allow_loopback=True)
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def moved(to: str, status: int = 302) -> Answer:
    return Answer(b"", status, (("Location", to),))


def refused(manners: Manners, url: str, **options: object) -> NoAnswer:
    with pytest.raises(NoAnswer) as caught:
        Client(AGENT, manners, **options).ask(url)  # type: ignore[arg-type]
    return caught.value


def test_every_hop_comes_back_and_says_who_asked() -> None:
    with serving({"/a": moved("/b"), "/b": page("政策文件")}) as site:
        hops = Client(AGENT, HERE).ask(f"{site.base}/a")
    assert [(hop.status, hop.url) for hop in hops] == [
        (302, f"{site.base}/a"),
        (200, f"{site.base}/b"),
    ]
    assert {headers["User-Agent"] for _, headers in site.asked} == {AGENT}


def test_a_redirect_to_itself_is_not_followed_without_cookies() -> None:
    circular = Answer(b"", 302, (("Location", "/a"), ("Set-Cookie", "CT6T=1; Path=/")))
    with serving({"/a": circular}) as site:
        assert [hop.status for hop in Client(AGENT, HERE).ask(f"{site.base}/a")] == [302]
        assert site.paths() == ["/a"]


def test_redirects_end() -> None:
    with serving({f"/{n}": moved(f"/{n + 1}") for n in range(20)}) as site:
        assert len(Client(AGENT, HERE).ask(f"{site.base}/0")) == 6


def test_a_private_address_is_not_asked_nor_one_that_a_redirect_names() -> None:
    with serving({"/a": page("通知")}) as site:
        assert refused(Manners(delay_s=0), f"{site.base}/a").step == "address"
        assert site.asked == []


def test_robots_is_asked_first_and_obeyed() -> None:
    robots = Answer(b"User-agent: *\nDisallow: /zcwj/\n", headers=(("Content-Type", "text/plain"),))
    with serving({"/robots.txt": robots, "/zcwj/": page("政策")}) as site:
        assert refused(HERE, f"{site.base}/zcwj/").step == "robots"
        assert [path for path, _ in site.asked] == ["/robots.txt"]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_robots_txt_that_fails_means_stay_away(status: int) -> None:
    with serving({"/robots.txt": Answer(b"", status), "/a": page("通知")}) as site:
        error = refused(HERE, f"{site.base}/a")
    assert (error.step, str(status) in str(error)) == ("robots", True)


def test_html_in_place_of_robots_is_named_and_no_rule() -> None:
    rules = read_rules(200, b"\xef\xbb\xbf <!DOCTYPE html><html>Disallow: /</html>")
    assert rules.allow("http://a.cn/x")
    assert "HTML" in rules.remark


def test_a_host_is_asked_no_sooner_than_its_delay() -> None:
    clock, naps = [100.0], []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        clock[0] += seconds

    pace = Pace(monotonic=lambda: clock[0], sleep=sleep)
    with serving({"/a": page("甲"), "/b": page("乙")}) as site:
        client = Client(AGENT, Manners(delay_s=3, allow_loopback=True), pace=pace)
        client.ask(f"{site.base}/a")
        client.ask(f"{site.base}/b")
    assert naps == [0, 3, 3]


def test_crawl_delay_is_honoured() -> None:
    naps: list[float] = []
    robots = Answer(b"User-agent: policywatch\nCrawl-delay: 7\n")
    pace = Pace(monotonic=lambda: 0.0, sleep=naps.append)
    with serving({"/robots.txt": robots, "/a": page("甲")}) as site:
        Client(AGENT, HERE, pace=pace).ask(f"{site.base}/a")
    assert naps == [0, 7]


def test_nothing_is_asked_after_the_end_of_the_time() -> None:
    with serving({"/a": page("甲")}) as site:
        error = refused(HERE, f"{site.base}/a", pace=Pace(monotonic=lambda: 60.0, ends=60.0))
        assert (error.step, site.asked) == ("time", [])


def test_three_refusals_in_a_row_end_the_asking() -> None:
    with serving({f"/{n}": Answer(b"", 412) for n in range(5)}) as site:
        client = Client(AGENT, HERE)
        for n in range(3):
            client.ask(f"{site.base}/{n}")
        with pytest.raises(NoAnswer, match="连续第 3 次"):
            client.ask(f"{site.base}/3")
        assert len(site.paths()) == 3


def test_the_steps_of_a_way_that_ends_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as port:
        assert refused(HERE, f"http://127.0.0.1:{port}/").step == "tcp"

    def unknown(*_asked: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert refused(HERE, "http://no-such-host.invalid/").step == "dns"


def test_a_certificate_nobody_vouches_for_is_refused_and_can_be_read(tmp_path) -> None:
    with serving({"/a": page("甲")}, tls=self_signed(tmp_path)) as site:
        error = refused(HERE, f"{site.base}/a")
        port = int(site.base.rpartition(":")[2])
        with secure(connect(["127.0.0.1"], port), "127.0.0.1", strict=False) as channel:
            shown = certificate_of(channel)
        lenient = Manners(delay_s=0, allow_loopback=True, strict_tls=False)
        assert Client(AGENT, lenient).ask(f"{site.base}/a")[-1].status == 200
    assert (error.step, "certificate" in str(error)) == ("tls", True)
    assert shown is not None
    assert (shown.names, shown.issuer) == (("127.0.0.1",), "nobody.example")


def test_packed_bodies_are_kept_as_served_and_unpacked_to_read() -> None:
    packed = gzip.compress("社会工作".encode(), mtime=0)
    kept = []
    with serving({"/a": Answer(packed, headers=(*HTML, ("Content-Encoding", "gzip")))}) as site:
        answer = Client(AGENT, HERE, keep=kept.append).ask(f"{site.base}/a")[-1]
    assert (answer.body, answer.content().decode()) == (packed, "社会工作")
    assert [k.url.rpartition("/")[2] for k in kept] == ["robots.txt", "a"]


def test_a_body_too_large_is_no_answer() -> None:
    with (
        serving({"/a": Answer(b"x" * 5000)}) as site,
        pytest.raises(NoAnswer, match="超过 1000"),
    ):
        Client(AGENT, HERE).ask(f"{site.base}/a", max_bytes=1000)


def test_only_practice_sites_are_asked_without_delay() -> None:
    assert manners_for("http://127.0.0.1:8000/").delay_s == 0
    public = manners_for("https://mzt.yunjiang.gov.cn/")
    assert (public.delay_s, public.allow_loopback) == (3, False)


def test_a_redirect_to_a_private_address_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "crawler.client.may_be_reached", lambda address, allow_loopback: address == "127.0.0.1"
    )
    with serving() as site:
        site.pages["/a"] = moved(site.base.replace("127.0.0.1", "127.0.0.2") + "/b")
        error = refused(Manners(delay_s=0), f"{site.base}/a")
        assert site.paths() == ["/a"]
    assert (error.step, "127.0.0.2" in str(error)) == ("address", True)


def test_cookies_go_back_only_where_a_source_asks_for_them() -> None:
    circular = Answer(b"", 302, (("Location", "/a"), ("Set-Cookie", "CT6T=1; Path=/")))
    with serving({"/a": circular}) as site:
        Client(AGENT, Manners(delay_s=0, allow_loopback=True, cookies=True)).ask(f"{site.base}/a")
        sent = [headers.get("Cookie") for path, headers in site.asked if path == "/a"]
    assert (sent[0], set(sent[1:])) == (None, {"CT6T=1"})
    assert len(sent) == 6


def test_a_proxy_is_asked_for_the_whole_address_and_resolves_the_name_itself() -> None:
    url = "http://mzt.yunjiang.invalid/zcwj/"
    with serving({url: page("政策文件")}) as proxy:
        client = Client(AGENT, Manners(delay_s=0, proxy=proxy.base))
        assert client.ask(url)[-1].status == 200
        assert [path for path, _ in proxy.asked] == ["http://mzt.yunjiang.invalid/robots.txt", url]
