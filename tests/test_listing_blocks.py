"""Which blocks are the column's: lists, sidebars, pagers and fronts in every arrangement."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from unseen_columns.pool import CRUMB, FOOT, LEFT, NAV, html_page, items, label, write

from crawler.listing import find_entries

URL = "https://mzt.qinghe.example.gov.cn/xwzx/tzgg/index.html"
OWN = "./{ym}/t{ymd}_{id}.html"
OTHER = "../mzyw/{ym}/t{ymd}_{id}.html"
KINDS = {
    "items": '<li><a href="@">{title}</a><span>{day}</span></li>|ul',
    "month and day first": '<li><span>{m}-{d}</span><a href="@" title="{title}">{cut}</a></li>|ul',
    "lines": '<tr><td><a href="@">{title}</a></td><td>{day}</td></tr>|table',
    "cards": '<p><b><a href="@">{title}</a></b><br>{summary}<br><i>{day}</i></p>|div',
    "undated": '<li><a href="@">{title}</a></li>|ul',
}
DATED = ["items", "month and day first", "lines", "cards"]
PAGERS = {
    "none": "",
    "next": '<div class="page"><a href="index_1.html">下一页</a> 共9页</div>',
    "script": '<script>createPageHTML(9,0,"index","html");</script>',
    "numbers": '<div><span class="cur">1</span><a href="index_1.html">2</a></div>',
}
ASIDE = ["点击排行榜", "相关链接", "热点排行", "政策法规", "最新信息", ""]
DECOYS = ASIDE[:2]
PLACES = {
    "list by id": '<ul id="gllist"></ul>',
    "list by class": '<ul class="newsList"></ul>',
    "table": "<table><thead><tr><th>标题</th></tr></thead><tbody></tbody></table>",
    "loading": '<div class="lb"><p>正在加载，请稍候...</p></div>',
    "template": '<div id="u1"><p v-for="i in rows"><a :href="i.url">{{i.title}}</a></p></div>',
    "template script": '<script type="text/template"><li><a href="{url}">{title}</a></li></script>',
    "unit": '<div id="382471"><script>$("#382471").jpage({pageSize:20})</script></div>',
}


def block(kind: str, href: str, start: int, count: int) -> str:
    row, box = KINDS[kind].split("|")
    return f"<{box}>{write(row.replace('@', href), items(count, start))}</{box}>"


def read(body: str) -> set[str]:
    return {entry.url for entry in find_entries(html_page(NAV + body + FOOT), URL).entries}


def urls(href: str, start: int, count: int) -> set[str]:
    return {row.url for row in label(URL, href, items(count, start))}


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(DATED),
    st.sampled_from(["items", "month and day first", "undated"]),
    st.sampled_from(list(PAGERS)),
    st.sampled_from(ASIDE),
    st.booleans(),
    st.sampled_from([3, 10, 20]),
)
def test_a_sidebar_is_never_part_of_a_column(own, aside, pager, heading, before, count):
    tells = pager != "none" and (count > 6 or heading in DECOYS)
    assume(aside == "undated" or heading in DECOYS or tells)
    assume(own != aside or heading)
    main = f"<div><h2>通知公告</h2>{block(own, OWN, 0, count)}{PAGERS[pager]}</div>"
    side = f"<div><h3>{heading}</h3>{block(aside, OTHER, 26, 6)}</div>"
    assert read(CRUMB + (side + main if before else main + side)) == urls(OWN, 0, count)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(DATED),
    st.lists(st.integers(2, 9), min_size=2, max_size=4),
    st.sampled_from(["<h3>{}</h3>", "<h3>{}<a href='/c/'>更多&gt;&gt;</a></h3>", "<i></i>"]),
    st.sampled_from(
        ["<div class='box'>{}</div>", "<td>{}</td>", "<div style='display:none'>{}</div>"]
    ),
)
def test_every_dated_block_of_a_front_counts(kind, sizes, heading, box):
    names = ("要闻", "通知公告", "政策法规", "社工之窗")
    body, wanted = "", set()
    for k, count in enumerate(sizes):
        href = f"/c{k}/{{ym}}/t{{ymd}}_{{id}}.html"
        body += box.format(heading.format(names[k]) + block(kind, href, 10 * k, count))
        wanted |= urls(href, 10 * k, count)
    body = f"<table><tr>{body}</tr></table>" if box.startswith("<td") else body
    assert read(body) == wanted


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(list(PLACES)),
    st.sampled_from(["", LEFT, "undated", "点击排行"]),
    st.sampled_from(
        ['<script>$.post("/api",{},show)</script>', '<script src="/js/index.js"></script>']
    ),
)
def test_a_column_drawn_by_script_gives_nothing_and_says_so(place, beside, script):
    if beside == "undated":
        beside = f"<div><h3>最新公开</h3>{block('undated', OTHER, 20, 5)}</div>"
    elif beside == "点击排行":
        beside = f"<div><h3>点击排行</h3>{block('items', OTHER, 20, 5)}</div>"
    body = f"{NAV}{CRUMB}{beside}<div>{PLACES[place]}</div>{FOOT}{script}"
    listing = find_entries(html_page(body), URL)
    assert listing.entries == ()
    assert listing.js_rendered
