"""Pages that attack their readers: whatever they hold is inert in feed, mail and page.

The payloads are those of the well-known collections (OWASP's filter evasion sheet, mutation XSS),
plus bidirectional controls (UAX #9) and characters outside the BMP.
"""

import json
import re
import shutil
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from feed_examples import STATION, change, sick, tell
from feed_rules import faults
from letters import DAILY, TEAM, TO
from served_site import ServedSite, served

from feeds.digest.compose import compose
from store import health
from store.database import Database
from store.records import Attachment

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE_MS = 240_000.0

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=//evil.example/x onerror=alert(1)>",
    "<svg/onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='javascript:alert(1)'>甲</a><a href='java&#x09;script:alert(1)'>乙</a>",
    "<a href='data:text/html,<script>alert(1)</script>' ping='//evil.example/'>丙</a>",
    "<iframe srcdoc='<script>alert(1)</script>' src=//evil.example/></iframe>",
    "<form action=//evil.example/><button formaction='javascript:alert(1)'>丁</button></form>",
    "<base href='//evil.example/'><meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<style>@import '//evil.example/x.css'; * { background: url(//evil.example/y) }</style>",
    "<p style='background:url(//evil.example/z)' onmouseover=alert(1) id=main class=top>戊</p>",
    "<object data='//evil.example/o'></object><embed src='//evil.example/e'>",
    "<details open ontoggle=alert(1)><summary>己</summary></details>",
    "<input autofocus onfocus=alert(1)><video><source onerror=alert(1)></video>",
    "\"><script>alert(1)</script>'><script>alert(1)</script>",
    "]]><script>alert(1)</script><![CDATA[",
    "</title></textarea></style></script><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt;",
    "{{ 7*7 }}{% raw %}${7*7}<%= 7*7 %>",
    "\u202e\u2066gpj.exe\u2069\u200f",
    "\x00\x08\x0b\x1b\ufffe\ufdd0",
    "𠮷野家🀄𪚥",
)
HOSTILE = "".join(PAYLOADS)
FORBIDDEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\u200e\u200f\ufffe\ufdd0]"
NEVER = "script, iframe, object, embed, base, style, img, svg, math, video"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    folder = tmp_path_factory.mktemp("hostile")
    database = Database(f"sqlite:///{folder / 'policywatch.db'}")
    attached = (
        Attachment(f"https://mzt.example.gov.cn/{HOSTILE}.pdf", HOSTILE),
        Attachment("javascript:alert(1)", "附件"),
    )
    for number, payload in enumerate((*PAYLOADS, HOSTILE)):
        tell(
            database,
            number,
            title=f"社工{payload}",
            body_html=f"<p>{payload}</p>",
            body_text=payload,
            source_name=payload,
            document_number=payload,
            issuers=(payload,),
            attachments=attached,
            topics=(f"主题{payload}",),
            cites=[f"社工{PAYLOADS[0]}"],
        )
    with database.writing() as session:
        health.put(session, sick(name=HOSTILE, detail=HOSTILE))
    with served(database, folder / "public") as running:
        running.publish()
        yield running


def _pages(site: ServedSite) -> list[str]:
    found = (path.relative_to(site.public).as_posix() for path in site.public.rglob("*.html"))
    return sorted(found)


def test_no_page_holds_markup_that_came_from_outside(site: ServedSite) -> None:
    pages = _pages(site)
    assert len(pages) > len(PAYLOADS)
    for name in pages:
        text = (site.public / name).read_text(encoding="utf-8")
        assert not re.search(FORBIDDEN, text), name
        tree = BeautifulSoup(text, "html5lib")
        ours = tree.select("script[src*='assets/site.js'], script[type='application/json']")
        assert [tag for tag in tree.find_all("script") if tag not in ours] == [], name
        assert (
            tree.select("iframe, object, embed, form, base, img, style, video, button[form]") == []
        )
        assert tree.select("meta[http-equiv=refresh], [style], [ping], [srcdoc]") == [], name
        for tag in tree.find_all(True):
            assert not [a for a in tag.attrs if a.startswith("on")], name
            for address in (tag.get("href"), tag.get("src"), tag.get("action")):
                assert address is None or re.match(r"(https?:|mailto:|[\w.#/])", str(address)), name
                assert "javascript:" not in str(address), name


def test_characters_outside_the_bmp_reach_the_reader(site: ServedSite) -> None:
    assert "𠮷野家🀄𪚥" in (site.public / "index.html").read_text(encoding="utf-8")
    assert "𠮷野家🀄𪚥" in (site.public / "feeds" / "all.xml").read_text(encoding="utf-8")


def test_every_feed_of_a_hostile_ledger_is_what_validators_accept(site: ServedSite) -> None:
    paths = sorted((site.public / "feeds").iterdir())
    assert [fault for path in paths for fault in faults(path, site.url)] == []
    for path in paths:
        assert not re.search(FORBIDDEN, path.read_text(encoding="utf-8")), path.name


def test_a_mail_of_hostile_changes_holds_no_markup_of_theirs() -> None:
    for number, payload in enumerate((*PAYLOADS, HOSTILE)):
        document = STATION.__class__(
            url=f"https://mzt.example.gov.cn/{number}.html",
            title=payload,
            body_text=payload,
            body_html=payload,
            attachments=(Attachment("javascript:alert(1)", payload),),
        )
        told = change(number + 1, document=document, policy_title=payload, topics=(payload,))
        mail = compose(DAILY, [told], [sick(name=payload, detail=payload)], TEAM, TO)
        assert mail is not None
        message = message_from_bytes(mail, policy=default)
        html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
        text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        tree = BeautifulSoup(html, "html5lib")
        assert tree.select(f"{NEVER}, form, input, button") == []
        assert not [t for t in tree.find_all(True) if any(a.startswith("on") for a in t.attrs)]
        assert tree.select("[href^='javascript:'], [href^='data:']") == []
        assert "evil.example" not in "".join(str(tag.get("style")) for tag in tree.find_all(True))
        assert not re.search(FORBIDDEN, html + text + str(message["subject"])), payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_query_comes_back_as_text_or_not_at_all(site: ServedSite, payload: str) -> None:
    asked = quote(payload[:60])
    for path in (f"/search?q={asked}", f"/feed.xml?q={asked}", f"/feed.json?topic={asked}"):
        status, headers, body = site.get(path)
        assert status in (200, 400)
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        kind = headers["content-type"].split(";")[0]
        assert kind != "text/html" or path.startswith("/search") or status == 400
        if kind == "text/html":
            tree = BeautifulSoup(body, "html5lib")
            assert tree.select(NEVER) == []
            assert len(tree.select("form, input, button")) == (3 if status == 200 else 0)  # ours


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")
def test_in_a_browser_nothing_runs_and_nothing_is_asked_for(site: ServedSite) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="the driver is absent")
    feed = json.loads((site.public / "feeds" / "everything.json").read_bytes())
    contents = [item["content_html"] for item in feed["items"]]
    seen: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"], timeout=PATIENCE_MS
        )
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("dialog", lambda dialog: (seen.append("dialog"), dialog.dismiss()))
        page.on("console", lambda message: seen.append(message.text))
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.on("request", lambda request: seen.append(request.url))
        for name in _pages(site):
            page.goto(f"{site.url}/{name}")
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        page.goto(f"{site.url}/library.html")
        page.fill("#find", "社工")
        page.get_by_text(f"找到{len(PAYLOADS) + 1}份").wait_for()
        assert page.locator("#results img, #results script").count() == 0
        assert [told for told in seen if not told.startswith(site.url)] == []
        page.goto("about:blank")  # a careless reader: no policy, the content as it stands
        seen.clear()
        for content in contents:
            page.set_content(f"<!doctype html><meta charset=utf-8><body>{content}")
        assert len(contents) > len(PAYLOADS)
        assert seen == []
        page.set_content(PAYLOADS[0])  # as the page was, it would have spoken
        assert seen == ["dialog"]
        browser.close()
