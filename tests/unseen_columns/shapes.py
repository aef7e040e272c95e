"""Columns of cards, grids, search hits and newspapers, and pages that hold no row at all."""

import json

from unseen_columns.pool import Page, column, framed, items, label, write

HOST = "https://mzt.qinghe.example.gov.cn"
URL = HOST + "/xwzx/tpxw/index.html"
HREF = "./{ym}/t{ymd}_{id}.html"


def _search_hits() -> Page:
    url, href = HOST + "/was5/web/search?channelid=2", "../../xwzx/tzgg/{ym}/t{ymd}_{id}.html"
    chosen = items(8)
    row = f'<li class="searchresult"><h3><a href="{href}" target="_blank">{{head}}<em style="color:red">社会工作</em>{{tail}}</a></h3><p>...{{summary}}加强<em>社会工作</em>人才队伍建设...</p><div><a href="{href}">https://mzt.qinghe.example.gov.cn/xwzx/tzgg/...</a> - {{day}} 10:00:00</div></li>'
    return Page(
        "search_hits_with_marked_words",
        url,
        framed(f"<ol>{write(row, chosen)}</ol>", title="站内搜索"),
        label(url, href, chosen, title="{head}社会工作{tail}"),
    )


def _epaper() -> Page:
    url, href = "http://www.qhwb.example.com/html/2024-06/07/node_1.htm", "content_{id}.htm?div=-1"
    chosen = items(6, 8)
    titles = write(
        f"<tr><td class=default><img src=../../../tplimg/dot.gif></td><td class=default><a href={href}><div style='display:inline' id=mp{{id}}>{{title}} </div></a></td></tr>",
        chosen,
    )
    areas = write(
        "<AREA coords='0,0,120,80' shape='polygon' href='content_{id}.htm?div=-1'>", chosen
    )
    pages = "".join(
        f"<tr><td><a id=pageLink href=node_{n}.htm>第0{n}版：{w}</a></td><td><a href=../../../images/2024-06/07/0{n}/0607_pdf.pdf><img src=pdf.gif></a></td></tr>"
        for n, w in enumerate(("头版", "要闻", "社会", "公益"), 1)
    )
    text = f"<html><body><table><tr><td>2024年06月07日　星期五　<a href=../../2024-06/06/node_1.htm>上一期</a> <a href=node_2.htm>下一版</a></td></tr></table><MAP NAME=pagepicmap>{areas}</MAP><table>{titles}</table><table>{pages}</table></body></html>"
    return Page("founder_epaper_page", url, text, label(url, href, chosen, on=(None, "2024-06-07")))


def _no_rows(name: str, url: str, text: str, *, js_rendered: bool | None = False) -> Page:
    return Page(name, url, text, (), js_rendered)


def _site_map() -> Page:
    words = (
        "民政要闻",
        "通知公告",
        "社会工作",
        "志愿服务",
        "社会救助",
        "养老服务",
        "儿童福利",
        "区划地名",
        "婚姻登记",
        "殡葬管理",
        "慈善事业",
        "社会组织",
        "行政许可",
        "行政处罚",
        "财政预决算",
        "重大项目",
        "规范性文件",
        "政策解读",
    )
    links = "".join(f'<li><a href="/c{k}/">{w}</a></li>' for k, w in enumerate(words))
    return _no_rows(
        "site_map",
        HOST + "/wzdt/",
        framed(f'<div class="map"><h3>新闻</h3><ul>{links}</ul></div>', title="网站地图"),
    )


def _offices() -> Page:
    words = (
        "办公室",
        "法规处",
        "规划财务处",
        "社会组织管理局",
        "社会救助处",
        "社会工作和志愿服务处",
        "养老服务处",
        "儿童福利处",
        "人事处",
        "机关党委",
    )
    links = "".join(
        f'<li><a href="./{k}/t20240101_{k}77.html">{w}</a><p>负责{w}日常工作。电话：0571-8702{k}11</p></li>'
        for k, w in enumerate(words)
    )
    return _no_rows(
        "offices_and_telephones",
        HOST + "/jggk/nsjg/",
        framed(f"<ul>{links}</ul>", title="内设机构"),
    )


def _empty(name: str, words: str) -> Page:
    return _no_rows(
        name,
        HOST + "/zwgk/yjzj/",
        framed(f'<h2>征求意见</h2><div class="list"><p>{words}</p></div>'),
    )


def _calendar_decoy() -> Page:
    chosen = items(8)
    days = "".join(f'<td><a href="?date=2024-06-{d:02}">{d}</a></td>' for d in range(1, 29))
    body = f'<table class="calendar"><tr><th colspan="7">2024年6月</th></tr><tr>{days}</tr></table><ul>{write(f"<li><a href={HREF}>{{title}}</a> <span>{{day}}</span></li>", chosen)}</ul>'
    return Page("calendar_of_days_is_not_rows", URL, framed(body), label(URL, HREF, chosen))


def _friend_links_with_dates_in_footer() -> Page:
    chosen = items(3)
    rows = write(f"<li><a href={HREF}>{{title}}</a><span>{{day}}</span></li>", chosen)
    text = framed(f"<ul>{rows}</ul>").replace("版权所有", "版权所有 最后更新：2024-06-11")
    return Page("three_rows_and_a_dated_footer", URL, text, label(URL, HREF, chosen))


def _related_columns_beside() -> Page:
    chosen = items(10)
    row = f"<li><a href='{HREF}' title='{{title}}'>{{title}}</a><span>{{day}}</span></li>"
    other = write(
        "<li><a href='../zcfg/{ym}/t{ymd}_{id}.html' title='{title}'>{cut}</a></li>", items(6, 25)
    )
    body = f"<div class='l'><ul>{write(row, chosen)}</ul></div><div class='r'><h3>最新政策 <a href='../zcfg/'>更多</a></h3><ul>{other}</ul><h3>便民服务</h3><ul><li><a href='/bsfw/1.html'>婚姻登记预约</a></li><li><a href='/bsfw/2.html'>低保查询</a></li></ul></div>"
    return Page("undated_other_column_beside", URL, framed(body), label(URL, HREF, chosen))


def _dated_other_column_beside() -> Page:
    chosen = items(20)
    row = f"<li><a href='{HREF}'>{{title}}</a><span>{{day}}</span></li>"
    other = write(
        "<li><a href='../zcfg/{ym}/t{ymd}_{id}.html'>{cut}</a><i>{m}-{d}</i></li>", items(5, 25)
    )
    body = f"<div class='list'><ul>{write(row, chosen)}</ul><div class='page'>1 2 3</div></div><div class='side'><h3>热点新闻</h3><ul>{other}</ul></div>"
    return Page("short_dated_hot_list_beside", URL, framed(body), label(URL, HREF, chosen))


def _feed() -> Page:
    url, href = (
        "https://www.qhshe.example.org/api/list?page=1",
        "/art/{y}/{mm}/{dd}/art_12_{id}.html",
    )
    chosen = items(6)
    inner = write(
        f"<li><a href='{href}' title='{{title}}'>{{title}}</a><span>{{day}}</span></li>", chosen
    )
    text = json.dumps(
        {"success": True, "message": "", "data": {"html": f"<ul>{inner}</ul>", "total": 6}}
    )
    return Page("jpaas_unit_answer", url, text, label(url, href, chosen))


PAGES = (
    column("picture_cards_with_dates", URL, href=HREF, row='<div class="col-md-4"><div class="card"><a href="@HREF@"><img src="./{ym}/W0{ymd}.jpg" alt="{title}"></a><p><a href="@HREF@" title="{title}">{cut}</a></p><span>{day}</span></div></div>', page=framed('<div class="row">@ROWS@</div>'), chosen=items(9)),
    column("picture_cards_whole_card_a_link", URL, href=HREF, row='<a class="card" href="@HREF@"><img src="./{ym}/W0{ymd}.jpg" alt=""><div class="info"><h5>{title}</h5><time>{day}</time></div></a>', page=framed('<div class="grid">@ROWS@</div>'), chosen=items(9)),
    column("video_cards_with_length_and_hits", URL, href="/video/play/{id}.html", row='<li><a href="@HREF@" class="pic"><img src="/v/{id}.jpg"><span class="dur">03:2{dd}</span></a><h4><a href="@HREF@">{title}</a></h4><p><span>播放 {hits}</span><span>{day}</span></p></li>', page=framed("<ul>@ROWS@</ul>", title="视频新闻")),
    column("attachments_inside_rows", URL, href=HREF, row='<li><a href="@HREF@">{title}</a><span>{day}</span><p>附件：<a href="./{ym}/P0{ymd}01.docx">1.申报表.docx</a> <a href="./{ym}/P0{ymd}02.xlsx">2.汇总表.xlsx</a></p></li>', page=framed("<ul>@ROWS@</ul>")),
    column("sources_and_authors_as_links", URL, href="/article/{id}.html", row='<li><h3><a href="@HREF@">{title}</a></h3><div class="meta"><a href="/tag/1.html">社工</a><a href="/tag/2.html">公益</a><a href="/user/{n}.html">青禾社工</a><span>{day} 10:22</span><a href="@HREF@#comment">评论(0)</a></div></li>', page=framed("<ul>@ROWS@</ul>")),
    column("full_title_in_hidden_element", URL, href=HREF, row='<li><a href="@HREF@"><span class="short">{cut}</span><span class="full" style="display:none">{title}</span></a><em>{day}</em></li>', page=framed("<ul>@ROWS@</ul>")),
    column("category_prefix_inside_the_anchor_text", URL, href=HREF, row='<li><span class="lb">【公示】</span><a href="@HREF@" title="{title}">{title}</a><span>{day}</span></li>', page=framed("<ul>@ROWS@</ul>")),
    column("share_buttons_inside_rows", URL, href=HREF, row='<li><a href="@HREF@">{title}</a><span>{day}</span><div class="share"><a href="javascript:;" class="wx">微信</a><a href="https://service.weibo.example.com/share?u={id}">微博</a><a href="#">收藏</a></div></li>', page=framed("<ul>@ROWS@</ul>")),
    _search_hits(),
    _epaper(),
    _calendar_decoy(),
    _friend_links_with_dates_in_footer(),
    _related_columns_beside(),
    _dated_other_column_beside(),
    _feed(),
    _site_map(),
    _offices(),
    _empty("says_no_data", "暂无数据"),
    _empty("says_no_content", "该栏目暂无内容，敬请期待！"),
)  # fmt: skip
