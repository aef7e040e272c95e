"""A second round, written after the first was mended and labelled before it was read."""

from unseen_columns.pool import (
    CRUMB,
    FOOT,
    NAV,
    Page,
    column,
    framed,
    html_page,
    items,
    label,
    write,
)

HOST = "https://mzt.qinghe.example.gov.cn"
URL = HOST + "/xwzx/tzgg/index.html"
TRS = "./{ym}/t{ymd}_{id}.html"
UL = framed("<ul>@ROWS@</ul>")
MD = ("{day}", None)
WEEK = "一二三四五六日"


def _dates(
    name: str,
    shown: str,
    on: tuple[str | None, ...] = ("{day}",),
    href: str = "./content_{id}.html",
) -> Page:
    return column(
        name,
        URL,
        href=href,
        row=f'<li><a href="@HREF@">{{title}}</a><span>{shown}</span></li>',
        page=UL,
        on=on,
    )


def _java_dates() -> Page:
    months = dict(
        zip(
            ("01", "02", "03", "04", "05", "06"),
            ("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
            strict=True,
        )
    )
    chosen, rows = items(10), []
    for item in chosen:
        mon = months[item.day[5:7]]
        rows.append(
            write(
                f'<li><a href="./content_{{id}}.html">{{title}}</a><span>Fri {mon} {{d}} 10:22:33 CST {{y}}</span></li>',
                [item],
            )
        )
    return Page(
        "date_as_java_writes_it",
        URL,
        framed(f"<ul>{''.join(rows)}</ul>"),
        label(URL, "./content_{id}.html", chosen),
    )


def _front_with_breadcrumb_and_more_links() -> Page:
    rows, blocks = [], []
    for k, (title, path, count) in enumerate(
        (("工作动态", "gzdt", 14), ("通知公告", "tzgg", 6), ("政策解读", "zcjd", 5))
    ):
        chosen = items(count, 12 * k)
        lines = write(
            f'<li><a href="./{path}/{{ym}}/t{{ymd}}_{{id}}.html">{{title}}</a><span>{{day}}</span></li>',
            chosen,
        )
        blocks.append(
            f'<div class="lm"><div class="tit"><span>{title}</span><a href="./{path}/">更多</a></div><ul class="l{k}">{lines}</ul></div>'
        )
        rows += label(HOST + "/shgz/", f"./{path}/{{ym}}/t{{ymd}}_{{id}}.html", chosen)
    text = html_page(
        f'{NAV}<div class="dqwz">当前位置：<a href="/">首页</a> &gt; 社会工作</div>{"".join(blocks)}{FOOT}',
        title="社会工作",
    )
    return Page("section_front_unequal_blocks_with_more", HOST + "/shgz/", text, tuple(rows))


def _sidebar_before() -> Page:
    row = '<li><a href="{href}">{{title}}</a><span>{{day}}</span></li>'
    side = write(row.format(href="../mzyw/{ym}/t{ymd}_{id}.html"), items(6, 24))
    chosen = items(15)
    text = html_page(
        f'{NAV}{CRUMB}<div class="lside"><div class="t">推荐阅读</div><ul>{side}</ul></div>'
        f'<div class="rmain"><div class="t">通知公告</div><ul>{write(row.format(href=TRS), chosen)}</ul><div class="page"><a href="index_2.html">下一页</a></div></div>{FOOT}'
    )
    return Page("dated_sidebar_before_the_list", URL, text, label(URL, TRS, chosen))


def _sidebar_of_latest() -> Page:
    row = '<li><a href="{href}">{{title}}</a><span>{{day}}</span></li>'
    side = write(row.format(href="../mzyw/{ym}/t{ymd}_{id}.html"), items(5, 24))
    chosen = items(20)
    body = f'<div class="c1"><ul class="list">{write(row.format(href=TRS), chosen)}</ul></div><div class="c2"><h3>图片新闻</h3><ul>{side}</ul></div>'
    return Page(
        "dated_other_heading_after_twenty_rows", URL, framed(body, left=""), label(URL, TRS, chosen)
    )


def _client_side_pages() -> Page:
    chosen = items(18)
    row = f'<li><a href="{TRS}">{{title}}</a><span>{{day}}</span></li>'
    parts = "".join(
        f'<ul id="p{k}"{"" if not k else " style=display:none"}>{write(row, chosen[6 * k : 6 * k + 6])}</ul>'
        for k in range(3)
    )
    return Page(
        "pages_of_rows_hidden_until_asked",
        URL,
        framed(f"{parts}<div>上一页 1 2 3 下一页</div>"),
        label(URL, TRS, chosen),
    )


def _old_rows_in_comments() -> Page:
    chosen, old = items(8), items(8, 20)
    row = f'<li><a href="{TRS}">{{title}}</a><span>{{day}}</span></li>'
    return Page(
        "old_rows_in_a_comment",
        URL,
        framed(f"<ul>{write(row, chosen)}<!-- {write(row, old)} --></ul>"),
        label(URL, TRS, chosen),
    )


def _rowspan() -> Page:
    chosen, lines = items(9), []
    for item in chosen:
        kind = '<td rowspan="3">社会团体</td>' if item.number % 3 == 0 else ""
        lines.append(
            write(
                f'<tr>{kind}<td><a href="{TRS}">{{title}}</a></td><td>2021-03-1{{last}}</td><td>{{day}}</td></tr>',
                [item],
            )
        )
    head = "<tr><th>类别</th><th>名称</th><th>成文日期</th><th>发布日期</th></tr>"
    return Page(
        "table_with_row_spans",
        URL,
        framed(f"<table>{head}{''.join(lines)}</table>"),
        label(URL, TRS, chosen),
    )


def _interpretation_column() -> Page:
    chosen = items(9)
    row = f'<tr><td><a href="{TRS}">{{title}}</a></td><td><a href="../jd/{{ym}}/t{{ymd}}_{{id}}9.html">《{{title}}》政策解读</a></td><td>{{day}}</td></tr>'
    head = "<tr><th>文件名称</th><th>政策解读</th><th>发布日期</th></tr>"
    return Page(
        "table_with_interpretation_column",
        URL,
        framed(f"<table>{head}{write(row, chosen)}</table>"),
        label(URL, TRS, chosen),
    )


def _marquee_home() -> Page:
    rolling = write('<a href="/tzgg/{ym}/t{ymd}_{id}.html">{title}</a>&nbsp;', items(4, 30))
    rows, blocks = (
        list(
            label(
                HOST + "/", "/tzgg/{ym}/t{ymd}_{id}.html", items(4, 30), on=(None,), optional=True
            )
        ),
        [],
    )
    for k, title in enumerate(("民政新闻", "市县动态", "政策法规")):
        chosen = items(7, 8 * k)
        lines = write(
            f'<tr><td>·</td><td><a href="/c{k}/{{id}}.html" title="{{title}}">{{cut}}</a></td><td>({{mm}}-{{dd}})</td></tr>',
            chosen,
        )
        blocks.append(
            f'<table class="box"><tr><td colspan="3"><b>{title}</b> <a href="/c{k}/"><img src="/more.gif"></a></td></tr>{lines}</table>'
        )
        rows += label(HOST + "/", f"/c{k}/{{id}}.html", chosen, on=MD)
    links = "".join(
        f'<a href="https://mz{k}.example.gov.cn/" target="_blank"><img src="/l{k}.jpg"></a>'
        for k in range(9)
    )
    return Page(
        "home_marquee_and_loose_month_days",
        HOST + "/",
        html_page(f"{NAV}<marquee>{rolling}</marquee>{''.join(blocks)}{links}{FOOT}"),
        tuple(rows),
    )


def _home_dates_in_boxes_and_leaders() -> Page:
    news, notices = items(6), items(6, 9)
    leaders = "".join(
        f'<li><a href="/ldzc/{k}1002{k}.html"><img src="/ld{k}.jpg"><p>{n}</p></a><span>{w}</span></li>'
        for k, (n, w) in enumerate(
            (
                ("张青禾", "厅长"),
                ("李临川", "副厅长"),
                ("王澄江", "副厅长"),
                ("赵白石", "一级巡视员"),
            )
        )
    )
    a = write('<li><i><b>{d}</b>{y}-{m}</i><p><a href="/xw/{id}.html">{title}</a></p></li>', news)
    b = write('<li><a href="/tz/{id}.html"><p>{title}</p><small>{day}</small></a></li>', notices)
    rows = (*label(HOST + "/", "/xw/{id}.html", news), *label(HOST + "/", "/tz/{id}.html", notices))
    return Page(
        "home_leaders_and_two_date_styles",
        HOST + "/",
        html_page(
            f"{NAV}<ul class='a'>{a}</ul><ul class='ld'>{leaders}</ul><ul class='b'>{b}</ul>{FOOT}"
        ),
        rows,
    )


def _long_excerpts(name: str, sentences: int) -> Page:
    chosen = items(6)
    excerpt = "{summary}" * sentences
    row = f'<div class="post"><h2><a href="/archives/{{id}}">{{title}}</a></h2><p class="meta">{{y}}年{{mm}}月{{dd}}日 / 分类：机构动态</p><div class="excerpt">{excerpt}</div><a href="/archives/{{id}}">阅读全文 &raquo;</a></div>'
    text = html_page(
        f'{NAV}<div id="content">{write(row, chosen)}<div class="nav-previous"><a href="/page/2">较旧的文章</a></div></div>{FOOT}'
    )
    return Page(
        name,
        "https://www.qhshe.example.org/news",
        text,
        label("https://www.qhshe.example.org/news", "/archives/{id}", chosen),
    )


def _onclick_on_items() -> Page:
    chosen = items(8)
    row = f"<li onclick=\"location.href='{'/wap/{id}.html'}'\"><p class='tit'>{{title}}</p><span>{{day}}</span></li>"
    return Page(
        "items_that_are_clicked",
        HOST + "/wap/list.html",
        html_page(f"<div class='top'><a href='/wap/'>首页</a></div><ul>{write(row, chosen)}</ul>"),
        label(HOST + "/wap/", "/wap/{id}.html", chosen),
    )


def _external_script_writes() -> Page:
    return Page(
        "external_script_writes_rows",
        URL,
        framed(
            '<h3>通知公告</h3><div class="newslist"><script type="text/javascript" src="/js.asp?classid=3&n=20"></script></div>'
        ),
        (),
        True,
    )


def _angular() -> Page:
    return Page(
        "angular_shell",
        URL,
        '<!doctype html><html><head><title>政策文件库</title><base href="/"></head><body><app-root></app-root><script src="runtime.js" type="module"></script><script src="main.js" type="module"></script></body></html>',
        (),
        True,
    )


def _react() -> Page:
    return Page(
        "react_shell_with_noscript",
        URL,
        '<!doctype html><html><head><title>信息公开</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script src="/static/js/main.chunk.js"></script></body></html>',
        (),
        True,
    )


def _menu_of_articles() -> Page:
    chosen = items(10)
    menu = write('<li><a href="/art/2019/3/4/art_9_{id}.html">{head}指南</a></li>', items(6, 30))
    body = f'<ul class="list">{write(f"<li><a href={TRS}>{{title}}</a><b>{{day}}</b></li>", chosen)}</ul>'
    return Page(
        "menu_of_article_addresses",
        URL,
        framed(body, left=f'<div class="xxgkmenu"><h3>信息公开</h3><ul>{menu}</ul></div>'),
        label(URL, TRS, chosen),
    )


def _picture_rows() -> Page:
    chosen = items(8)
    row = f'<div class="item"><a href="{TRS}"><img src="./{{id}}.jpg" alt="{{title}}"></a><span>{{day}}</span></div>'
    return Page("pictures_named_by_alt", URL, framed(write(row, chosen)), label(URL, TRS, chosen))


PAGES = (
    _dates("weekday_after_the_date", "{y}年{m}月{d}日 星期五"),
    _dates("dotted_short_date", "{y}.{mm}.{dd}"),
    _dates("month_and_day_with_dot_in_brackets", "({mm}.{dd})", MD),
    _dates("chinese_month_and_day", "{m}月{d}日", MD),
    _dates("unpadded_month_and_day", "{mm}-{dd}", MD),
    _dates("compact_digits", "{ymd}"),
    _dates("clock_with_fraction", "{day} 10:22:33.0"),
    _dates("published_after_the_date", "{day}发布"),
    _dates("published_on", "发布于 {day}"),
    _dates("updated_beside_published", "发布日期：{day}</span><span>更新日期：2024-06-1{last}"),
    _dates("facts_between_bars", "时间：{day} | 来源：市民政局 | 点击：{hits}"),
    _dates("editor_and_hits_glued", "编辑：秘书处 {day} 阅读({hits})"),
    _dates("full_width_digits_and_brackets", "【{y}－{m}－{d}】"),
    _dates("slashes_with_clock", "{y}/{m}/{d} 08:30"),
    _java_dates(),
    column("anchors_around_items", URL, href=TRS, row='<a href="@HREF@" target="_blank"><li>{title}<span>{day}</span></li></a>', page=UL),
    column("icon_characters_in_the_link", URL, href=TRS, row='<li><a href="@HREF@"><i class="iconfont">&#xe65f;</i>{title}<em>{m}-{d}</em></a></li>', page=UL, on=MD),
    column("titles_say_click_here", URL, href=TRS, row='<li><a href="@HREF@" title="点击查看详情">{title}</a><span>{day}</span></li>', page=UL),
    column("every_cell_is_a_link", URL, href=TRS, row='<tr><td><a href="@HREF@">{index}</a></td><td><a href="@HREF@">{title}</a></td><td><a href="@HREF@">{day}</a></td></tr>', page=framed("<table><tr><td>索引号</td><td>标题</td><td>日期</td></tr>@ROWS@</table>")),
    column("check_boxes_before_rows", URL, href=TRS, row='<li><input type="checkbox" value="{id}"><label><a href="@HREF@">{title}</a></label><span class="time">{day}</span></li>', page=framed('<form action="/batch"><ul>@ROWS@</ul></form>')),
    column("numbers_before_and_hits_after", URL, href=TRS, row='<li><i class="num">{n}</i><a href="@HREF@">{title}</a><u>{hits}</u><s>{day}</s></li>', page=UL),
    column("separator_lines_between_rows", URL, href=TRS, row='<tr><td width="20"><img src="/d.gif"></td><td><a href="@HREF@">{title}</a></td><td>{day}</td></tr><tr><td colspan="3"><hr></td></tr>', page=framed("<table>@ROWS@</table>")),
    column("download_centre_sizes_and_counts", URL, href="/upload/{ym}/{hex}.doc", row='<li><span class="name"><a href="@HREF@">{title}</a></span><span class="size">12{last}KB</span><span class="count">下载{hits}次</span><span class="date">{day}</span></li>', page=framed("<ul>@ROWS@</ul>", title="下载中心")),
    column("heading_cards_with_tags", URL, href="/p/{id}.html", row='<section class="card"><header><span class="tag">政策</span><span class="tag hot">热</span><h3><a href="@HREF@">{title}</a></h3></header><footer><span>省民政厅</span><span>{day}</span><span>{hits}阅读</span></footer></section>', page=framed("@ROWS@")),
    column("date_cell_left_of_title", URL, href=TRS, row='<tr><td class="d">{day}</td><td class="t"><a href="@HREF@">{title}</a></td></tr>', page=framed("<table>@ROWS@</table>")),
    column("title_then_link_elsewhere", URL, href=TRS, row='<li><p class="title">{title}</p><p>{day}</p><a class="btn" href="@HREF@">查看详情</a></li>', page=UL),
    column("office_in_front_of_title", URL, href=TRS, row='<li><a class="bm" href="/bm/{last}/">社会工作处</a><a class="bt" href="@HREF@">{title}</a><span>{day}</span></li>', page=UL),
    column("status_words_and_period", URL, href="/yjzj/{id}.html", row='<div class="zj"><span class="zt">进行中</span><a href="@HREF@">{title}</a><p>起止时间：2024-05-01 - 2024-07-01</p><p>发布时间：{day}</p></div>', page=framed("@ROWS@")),
    column("period_only", URL, href="/yjzj/{id}.html", row='<li><a href="@HREF@">{title}</a><span>征集时间：2024-05-01至2024-07-01</span></li>', page=UL, on=(None,)),
    column("nested_lists_of_parts", URL, href=TRS, row='<li><a href="@HREF@">{title}</a><span>{day}</span><ul class="sub"><li><a href="./{ym}/t{ymd}_{id}_1.html">附件一 说明</a></li><li><a href="./{ym}/t{ymd}_{id}_2.html">附件二 样表</a></li></ul></li>', page=UL),
    column("rows_as_headings_only", URL, href=TRS, row='<h4><a href="@HREF@">{title}</a><small>{day}</small></h4>', page=framed("@ROWS@")),
    column("foreign_host_for_all_rows", "https://www.qinghe.example.gov.cn/mzt/", href="https://mzt.qinghe.example.gov.cn/art/{y}/{mm}/{dd}/art_3_{id}.html", row='<li><a href="@HREF@">{title}</a><span>{day}</span></li>', page=UL),
    column("space_in_the_address", URL, href="/upload/{ym}/公告 {id}.pdf", row='<li><a href="@HREF@">{title}</a><span>{day}</span></li>', page=UL),
    column("short_news_titles", URL, href=TRS, row='<li><a href="@HREF@">{head}</a><span>{day}</span></li>', page=UL, title="{head}"),
    _front_with_breadcrumb_and_more_links(),
    _sidebar_before(),
    _sidebar_of_latest(),
    _client_side_pages(),
    _old_rows_in_comments(),
    _rowspan(),
    _interpretation_column(),
    _marquee_home(),
    _home_dates_in_boxes_and_leaders(),
    _long_excerpts("excerpts_of_two_hundred_characters", 4),
    _long_excerpts("excerpts_of_nine_hundred_characters", 18),
    _onclick_on_items(),
    _external_script_writes(),
    _angular(),
    _react(),
    _menu_of_articles(),
    _picture_rows(),
)  # fmt: skip
