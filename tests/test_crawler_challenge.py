"""Challenges are known by their names, and an ordinary short page is none."""

import pytest

from crawler.challenge import recognise, visible_text

SHELL = "<html><head><script>{}</script></head><body></body></html>"
ARTICLE = "<html><head><title>关于开展宣传周活动的通知</title></head><body><p>{}</p></body></html>"


@pytest.mark.parametrize(
    ("status", "headers", "text", "name", "kind"),
    [
        (412, {"set-cookie": "FSSBBIl1UgzbN7N80S=abc; Path=/"}, SHELL, "瑞数", "challenge"),
        (412, {}, "", "瑞数", "challenge"),
        (521, {"set-cookie": "__jsluid_s=1"}, SHELL, "加速乐", "challenge"),
        (418, {}, "<p>访问被拦截</p>", "创宇盾", "challenge"),
        (403, {}, "<p>您的访问被拦截，事件编号 1</p>", "防火墙", "block"),
        (
            200,
            {},
            SHELL.format("document.cookie='C3VK=1;max-age=300';location.reload()"),
            "C3VK",
            "challenge",
        ),
        (200, {}, SHELL.format("var dynamicurl='/WZWSREL';wzwschallenge='x'"), "wzws", "challenge"),
        (200, {}, SHELL.format("$_ts=window['$_ts'];"), "瑞数", "challenge"),
        (200, {}, SHELL.format("document.cookie='a=1';location.href='/'"), "JS shell", "challenge"),
        (200, {}, "<p>您访问的页面不存在或已删除</p>", "soft 404", "soft_404"),
        (200, {}, "<title>404 Not Found</title><p>nginx</p>", "soft 404", "soft_404"),
        (200, {}, "<html><body></body></html>", "stub", "stub"),
        (200, {}, SHELL.format("var app=1"), "stub", "stub"),
    ],
)
def test_each_barrier_is_named(status, headers, text, name, kind):
    found = recognise(status, headers, text, "http://a.cn/x")
    assert (found.name, found.kind) == (name, kind)
    assert found.evidence


def test_an_error_page_in_full_dress_is_known_by_its_title():
    page = f"<title>系统错误</title><body>{'<a>栏目导航与友情链接</a>' * 40}</body>"
    assert recognise(200, {}, page).kind == "soft_404"


@pytest.mark.parametrize(
    "text",
    [
        ARTICLE.format("请各单位按时报送。" * 30),
        ARTICLE.format("请各单位按时报送。"),
        ARTICLE.format("政府信息不存在的，应当书面告知申请人。" * 20),
        "<title>政府信息不存在告知书办理规程</title><p>"
        + "各处室应当在收到申请后核查。" * 20
        + "</p>",
        "<html><head><meta http-equiv='refresh' content='0;url=html/node_1.htm'></head></html>",
        "<datastore><recordset></recordset></datastore>",
        ARTICLE.format("正文" * 200) + "<script>document.cookie='a=1';location.reload</script>",
    ],
)
def test_a_page_is_no_barrier(text):
    assert recognise(200, {}, text, "http://a.cn/x") is None


def test_a_redirect_to_itself_that_sets_a_cookie_is_a_challenge():
    headers = {"location": "/x", "set-cookie": "CT6T=1\nCT6TS=2"}
    assert recognise(302, headers, "", "http://a.cn/x").name == "CT6T"
    assert recognise(302, {"location": "/y", "set-cookie": "CT6T=1"}, "", "http://a.cn/x") is None
    assert recognise(302, {"location": "/x"}, "", "http://a.cn/x") is None


def test_visible_text_leaves_scripts_styles_and_comments_out():
    page = "<head><title>题</title></head><script>var a='社'</script><!-- 注 --><p>正&nbsp;文</p>"
    assert visible_text(page) == "正 文"


@pytest.mark.parametrize("tail", ["<script>", "<!--", "<", "<style>a"])
def test_markup_that_never_ends_is_read_in_linear_time(tail):
    assert visible_text(f"正文{tail * 10_000}").startswith("正文")
