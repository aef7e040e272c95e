"""A fifth round: what pages of other sites do that none of the pages before did."""

from unseen_columns.pool import NAV, Item, Page, column, framed, html_page, items, label, write

HOST = "https://jyj.linchuan.example.gov.cn"
URL = HOST + "/tzgg/index.html"
TRS = "./{ym}/t{ymd}_{id}.html"
UL = framed("<ul>@ROWS@</ul>")
OFFICIAL = [item for item in items(24) if "关于" in item.title and "《" not in item.title[:4]]


def _two_parts(recommended: list[Item], latest: list[Item], name: str) -> str:
    row = f'<dd><a href="{TRS}">{{title}}</a> <i>{{day}} </i></dd>'
    return (
        f'<div><dl class="a_part"><dt><em>推荐{name}</em></dt>{write(row, recommended)}</dl>'
        f'<div class="line"></div><dl class="b_part"><dt><em>最新{name}</em></dt>'
        f"{write(row, latest)}</dl></div>"
    )


def _recommended_first() -> Page:
    """A column of two parts under headings of their own, and the same again in a hidden tab."""
    parts = items(4), items(9, 4), items(3, 13), items(6, 16)
    body = (
        '<dl><dt><a href="/">首页</a>&nbsp;&gt;&nbsp;<span>公告</span></dt><dd><table><tr>'
        f"<td>{_two_parts(parts[0], parts[1], '公告')}</td>"
        f'<td style="display:none">{_two_parts(parts[2], parts[3], "新闻")}</td></tr></table></dd></dl>'
    )
    rows = [row for part in parts for row in label(URL, TRS, part)]
    return Page("recommended_part_leads_the_list", URL, html_page(NAV + body), tuple(rows))


def _recommended_after() -> Page:
    """The same part behind the list, in the same element: that one is a sidebar's."""
    chosen = items(9)
    row = f'<li><a href="{TRS}">{{title}}</a><span>{{day}}</span></li>'
    body = (
        f'<ul class="list">{write(row, chosen)}</ul><h3>推荐新闻</h3>'
        f'<ul class="tj">{write(row, items(4, 20))}</ul>'
    )
    return Page("recommended_list_follows_the_list", URL, framed(body), label(URL, TRS, chosen))


PAGES = (
    column("document_names_broken_off", URL, href=TRS, row='<li><span>{m}-{d}</span> <a href="@HREF@" title="{title}">{title:.11}</a></li>', page=UL, chosen=OFFICIAL, on=("{day}", None)),
    column("summary_behind_a_short_headline", URL, href=TRS, row='<li><a href="@HREF@" title="{title}：{summary}{summary}">{title}</a><span>{day}</span></li>', page=UL),
    _recommended_first(),
    _recommended_after(),
)  # fmt: skip
