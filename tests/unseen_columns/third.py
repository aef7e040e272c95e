"""A third round: how national bodies, portals, tender and exchange sites write rows; more fronts."""

from unseen_columns.pool import (
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

HOST = "https://www.qhjs.example.gov.cn"
URL = HOST + "/gongkai/zc/index.html"
TRS = "./{ym}/t{ymd}_{id}.html"
UL = framed("<ul>@ROWS@</ul>")
MD = ("{day}", None)


def _front(
    name: str, blocks: list[str], rows: list, *, top: str = "", url: str = HOST + "/"
) -> Page:
    return Page(
        name, url, html_page(f"{NAV}{top}{''.join(blocks)}{FOOT}", title="首页"), tuple(rows)
    )


def _tab_heads_apart() -> Page:
    """Tab names in one list, the tabs' rows in boxes after it, all but one hidden."""
    heads = "".join(
        f'<li id="t{k}"><a href="/c{k}/">{w}</a></li>'
        for k, w in enumerate(("要闻", "动态", "公告", "解读"))
    )
    blocks, rows = [f'<div class="tabs"><ul class="hd">{heads}</ul>'], []
    for k in range(4):
        chosen = items(6, 7 * k)
        hidden = ' style="display: none;"' if k else ""
        blocks.append(
            f'<ul id="c{k}" class="bd"{hidden}>'
            + write(
                f'<li><a href="/c{k}/{{ym}}/{{hex}}.html" title="{{title}}">{{cut}}</a><span>[{{m}}-{{d}}]</span></li>',
                chosen,
            )
            + "</ul>"
        )
        rows += label(HOST + "/", f"/c{k}/{{ym}}/{{hex}}.html", chosen, on=MD)
    return _front("home_tab_heads_apart", [*blocks, "</div>"], rows)


def _leads_with_summary() -> Page:
    """Each block leads with a picture and summary, dated below; the rest are plain rows."""
    blocks, rows = [], []
    for k in range(3):
        lead, rest = items(1, 9 * k), items(5, 9 * k + 1)
        href = f"/c{k}/{{y}}{{m}}/t{{ymd}}_{{id}}.html"
        blocks.append(
            f'<div class="col"><h3><a href="/c{k}/">栏目{k}</a></h3>'
            + write(
                f'<div class="lead"><a href="{href}"><img src="/p/{{id}}.jpg"></a><div><a href="{href}">{{title}}</a><p>{{summary}}</p><span>{{day}}</span></div></div>',
                lead,
            )
            + "<ul>"
            + write(f'<li><a href="{href}">{{title}}</a><span>{{day}}</span></li>', rest)
            + "</ul></div>"
        )
        rows += [*label(HOST + "/", href, lead), *label(HOST + "/", href, rest)]
    return _front("home_blocks_led_by_a_picture", blocks, rows)


def _services_and_notices() -> Page:
    """A home page with one dated block among service links, phones, QR codes and data."""
    chosen = items(8)
    href = "/tzgg/{ym}/t{ymd}_{id}.html"
    services = "".join(
        f'<dl><dt><a href="/bsfw/{k}2023{k}/index.html">{w}</a></dt><dd>办理时限：{k + 1}个工作日</dd></dl>'
        for k, w in enumerate(
            ("社会团体成立登记", "慈善组织认定", "公开募捐资格申领", "养老机构备案", "公墓年检")
        )
    )
    data = '<div class="data"><p>截至2024年5月31日</p><p>社会组织 <b>8123</b> 个</p><p>持证社工 <b>56012</b> 人</p><a href="/tjsj/">数据详情</a></div>'
    block = f'<div class="tz"><h3>通知公告</h3><ul>{write(f"<li><a href={href}>{{title}}</a><span>{{day}}</span></li>", chosen)}</ul></div>'
    return _front(
        "home_services_data_and_one_block",
        [services, block, data],
        list(label(HOST + "/", href, chosen)),
    )


def _three_columns() -> Page:
    """A table layout whose three cells each hold rows broken by <br>."""
    cells, rows = [], []
    for k in range(3):
        chosen = items(6, 7 * k)
        href = f"news{k}/show.asp?id={{id}}"
        cells.append(
            "<td valign=top><b>栏目</b><br>"
            + write(
                f'<img src=dot.gif><a href="{href}">{{title}}</a><font color=#999>({{m}}-{{d}})</font><br>',
                chosen,
            )
            + "</td>"
        )
        rows += label(HOST + "/", href, chosen, on=MD)
    return _front("home_cells_of_broken_lines", [f"<table><tr>{''.join(cells)}</tr></table>"], rows)


def _party_and_links() -> Page:
    """A front whose blocks have dates in the title attribute of the link's item only."""
    chosen = items(12)
    href = "/art/{y}/{mm}/{dd}/art_55_{id}.html"
    rows = write(f'<li title="{{title}} {{day}}"><a href="{href}">{{title}}</a></li>', chosen)
    return Page(
        "dates_only_in_item_titles",
        URL,
        framed(f"<ul class='l'>{rows}</ul>"),
        label(URL, href, chosen, on=MD),
    )


def _english_home() -> Page:
    titles = (
        "Social work stations reach every township",
        "Charity law amendments explained",
        "Volunteers honoured at annual ceremony",
        "Community care pilot expands to ten cities",
    )
    chosen, rows, labels = items(4), [], []
    for item, title in zip(chosen, titles, strict=True):
        rows.append(
            write(
                f'<div class="item"><h3><a href="/en/news/{{id}}.html">{title}</a></h3><p>Officials said the programme will be extended to more areas this year, according to the department.</p><time>{{d}} Jun {{y}}</time></div>',
                [item],
            )
        )
        day = item.fields
        labels += label(
            HOST + "/en/",
            "/en/news/{id}.html",
            [item],
            title=title,
            on=(f"{day['y']}-06-{day['d']}", None),
        )
    return Page(
        "english_day_month_year",
        HOST + "/en/",
        html_page(
            f"<nav><a href='/en/'>Home</a><a href='/en/about'>About</a></nav>{''.join(rows)}"
        ),
        tuple(labels),
    )


def _paper_with_sections() -> Page:
    url, href = "http://paper.qhrb.example.com/qhrb/html/2024-06/07/node_3.htm", "content_{id}.htm"
    chosen = items(5, 3)
    text = f'<html><body><div id="layer">2024年06月07日 星期五</div><ul class="news-list">{write(f"<li><a href={href}>{{title}}</a></li>", chosen)}</ul><div class="swiper">{"".join(f"<a href=node_{n}.htm>第0{n}版 要闻</a>" for n in range(2, 9))}</div><a href="node_4.htm">下一版</a></body></html>'
    return Page("epaper_new_skin", url, text, label(url, href, chosen, on=(None, "2024-06-07")))


def _script(name: str, body: str) -> Page:
    return Page(name, URL, framed(body), (), True)


def _only_sidebar_is_served() -> Page:
    side = write('<li><a href="/ztzl/{ym}/t{ymd}_{id}.html">{title}</a></li>', items(5, 20))
    return _script(
        "ajax_list_and_undated_sidebar",
        f'<div class="side"><h3>热点专题</h3><ul>{side}</ul></div><ul id="datalist" class="list"></ul><script>getList(1);function getList(p){{$.ajax({{url:"/api/list?page="+p,success:function(d){{$("#datalist").html(render(d))}}}})}}</script>',
    )


def _organisations() -> Page:
    names = "".join(
        f'<li><a href="https://mz{k}.example.gov.cn/">{w}民政局</a></li>'
        for k, w in enumerate(
            ("临川市", "澄江市", "白石县", "南桥区", "云河市", "柳湾县", "青山区", "石塘镇")
        )
    )
    return Page(
        "directory_of_offices_elsewhere",
        URL,
        framed(f"<ul>{names}</ul>", title="市县民政"),
        (),
        None,
    )


def _law_articles() -> Page:
    """A list of regulations grouped under headings, without any date."""
    chosen = items(9)
    groups = "".join(
        f"<h4>{w}</h4><ul>{write(f'<li><a href={TRS}>{{title}}</a></li>', chosen[3 * k : 3 * k + 3])}</ul>"
        for k, w in enumerate(("法律", "行政法规", "部门规章"))
    )
    return Page(
        "undated_groups_under_headings",
        URL,
        framed(groups, title="政策法规"),
        label(URL, TRS, chosen, on=(None,)),
    )


PAGES = (
    column("statistics_fonts_inside_one_link", URL, href=TRS, row='<li><a href="@HREF@" target="_blank"><span class="cont_tit"><img src="/a.gif"><font class="cont_tit03">{title}</font><font class="cont_tit02">{day}</font></span></a></li>', page=UL),
    column("bank_nested_tables_font_and_grey", URL, href="/goutong/113456/{id}/index.html", row='<table width="90%"><tr><td height="22" align="left"><font class="newslist_style"><a href="@HREF@" onclick="void(0)" target="_blank" title="{title}" istitle="true">{title}</a></font><span class="hui12">{day}</span></td></tr></table>', page=framed("<table><tr><td>@ROWS@</td></tr></table>")),
    column("tender_hits_with_bars_and_region_links", URL, href="/cggg/dfgg/{ym}/t{ymd}_{id}.htm", row='<li><a href="@HREF@" target="_blank" style="line-height:18px">{title}</a><p>{summary}</p><span>{y}.{m}.{d} 10:22:33 | 采购人：青禾省民政厅 | 代理机构：青禾招标有限公司 <br/><strong>公开招标公告</strong> | <a href="javascript:void(0)">青禾</a> | <strong>服务</strong></span></li>', page=UL),
    column("scroll_news_column_title_time", "https://www.portal.example.com/scroll-news/news1.html", href="/gn/{y}/{m}-{d}/{id}99.shtml", row='<li><div class="dd_lm">[<a href=/gn.shtml>国内</a>]</div> <div class="dd_bt"><a href="@HREF@">{title}</a></div><div class="dd_time">{mm}-{dd} 10:22</div></li>', page=html_page("<div class='content_list'><ul>@ROWS@</ul></div><div class='pagebox'>1 <a href='news2.html'>2</a> <a href='news2.html'>下一页</a></div>"), on=MD),
    column("chinese_month_day_and_clock_in_brackets", URL, href=TRS, row='<li><a href="@HREF@">{title}</a><span>({m}月{d}日 10:22)</span></li>', page=UL, on=MD),
    column("number_title_document_date_table", URL, href="/gongkai/fdzdgknr/{ym}/{hex}.html", row='<tr><td>{n}</td><td style="text-align:left"><a href="@HREF@" target="_blank">{title}</a></td><td>{doc}</td><td>{day}</td></tr>', page=framed("<table><tr><th>序号</th><th>标题</th><th>文号</th><th>发布日期</th></tr>@ROWS@</table>")),
    column("bracketed_date_as_last_text_of_link", URL, href=TRS, row='<li><a href="@HREF@">{title} ({day})</a></li>', page=UL),
    column("title_attribute_on_item_not_on_link", URL, href=TRS, row='<li title="{title}"><a href="@HREF@">{cut}</a><span>{day}</span></li>', page=UL),
    column("exchange_date_first_cell_pdf", URL, href="/disc/{ym}/{hex}.PDF", row='<dd><span>{day}</span><em class="pdf"><a href="@HREF@" title="{title}" target="_blank">{title}</a></em></dd>', page=framed("<dl class='modal_pdf_list'>@ROWS@</dl>")),
    column("court_rows_with_type_badges", URL, href="/detail/{id}.html", row='<li><i class="ico"></i><b class="lx">公告</b><a href="@HREF@">{title}</a><i class="date">{day}</i></li>', page=UL),
    column("weibo_like_author_time_first", URL, href="/status/{id}.html", row='<div class="wb"><div class="who"><a href="/u/1001">青禾民政</a><span>{m}月{d}日 10:22</span></div><div class="what"><a href="@HREF@">{title}</a></div></div>', page=framed("@ROWS@"), on=MD),
    column("forum_threads", "http://bbs.qhshgz.example.org.cn/forum.php?mod=forumdisplay&fid=12", href="thread-{id}-1-1.html", row='<tbody id="normalthread_{id}"><tr><td class="icn"><a href="@HREF@" title="新窗口打开"><img src="f.gif"></a></td><th><em>[<a href="forum.php?mod=forumdisplay&fid=12&typeid=3">交流</a>]</em> <a href="@HREF@" class="s xst">{title}</a></th><td class="by"><cite><a href="space-uid-{last}.html">社工{last}</a></cite><em><span>{y}-{mm}-{dd}</span></em></td><td class="num"><a href="@HREF@" class="xi2">{last}</a><em>{hits}</em></td></tr></tbody>', page=html_page("<div class='hd'><a href='/'>论坛</a></div><table>@ROWS@</table>")),
    column("university_date_card_left", URL, href="info/1011/{id}.htm", row='<li><a href="@HREF@"><div class="sj"><p>{d}</p><span>{y}.{m}</span></div><div class="wz"><h3>{title}</h3><p>{summary}</p></div></a></li>', page=UL),
    column("journal_issue_table", URL, href="/CN/abstract/abstract{id}.shtml", row='<tr><td><input type=checkbox></td><td><a href="@HREF@">{title}</a><br>张青禾，李临川<br>{y} (3): 1{last}-2{last}. <a href="/CN/pdf/{id}">PDF</a> (123KB)</td><td>{day}</td></tr>', page=framed("<table>@ROWS@</table>", title="期刊")),
    column("mobile_list_arrow_and_source", URL, href="/m/detail?id={id}", row='<a class="cell" href="@HREF@"><div class="bd"><p class="t">{title}</p><p class="s"><span>来源：省民政厅</span> <span>{day}</span></p></div><div class="ft">&gt;</div></a>', page=html_page("<header>通知公告</header>@ROWS@")),
    column("trs_xxgk_ul_of_spans", URL, href=TRS, row='<li><span class="span1">{n}</span><span class="span2"><a href="@HREF@" title="{title}">{cut}</a></span><span class="span3">{doc}</span><span class="span4">{day}</span></li>', page=framed("<ul class='hd'><li><span>序号</span><span>名称</span><span>文号</span><span>日期</span></li></ul><ul>@ROWS@</ul>")),
    column("validity_and_two_labelled_dates_in_one_line", URL, href=TRS, row='<div class="li"><a href="@HREF@">{title}</a><p>文号：{doc} 成文日期：2021-03-1{last} 发布日期：{day} 效力状态：有效</p></div>', page=framed("@ROWS@")),
    column("implementation_date_beside", URL, href=TRS, row='<tr><td><a href="@HREF@">{title}</a></td><td>{day}</td><td>2025-01-1{last}</td></tr>', page=framed("<table><tr><th>标题</th><th>发布日期</th><th>施行日期</th></tr>@ROWS@</table>")),
    column("unlabelled_table_heads_in_another_table", URL, href=TRS, row='<tr><td>{index}</td><td><a href="@HREF@">{title}</a></td><td>{day}</td></tr>', page=framed("<table class='t'><tr><td>索引号</td><td>名称</td><td>发布日期</td></tr></table><table>@ROWS@</table>")),
    column("definition_terms_hold_boxes", URL, href=TRS, row='<dl><dt><b>{d}</b><span>{y}/{m}</span></dt><dd><h5><a href="@HREF@">{title}</a></h5><p>{summary}<a href="@HREF@">[查看全文]</a></p></dd></dl>', page=framed("@ROWS@")),
    column("addresses_without_numbers", URL, href="/news/{y}/{m}/social-work-{hex}", row='<li><a href="@HREF@">{title}</a><span>{day}</span></li>', page=UL),
    column("folder_addresses_of_ids", URL, href="/post/{id}/", row='<li><a href="@HREF@">{title}</a><span>{day}</span></li>', page=UL),
    _tab_heads_apart(),
    _leads_with_summary(),
    _services_and_notices(),
    _three_columns(),
    _party_and_links(),
    _english_home(),
    _paper_with_sections(),
    _only_sidebar_is_served(),
    _organisations(),
    _law_articles(),
    _script("art_template", '<div class="list" id="content"></div><script id="tpl" type="text/html"><% for(var i=0;i<list.length;i++){ %><li><a href="<%=list[i].url%>"><%=list[i].title%></a><span><%=list[i].date%></span></li><% } %></script><script src="/js/template-web.js"></script>'),
    _script("was5_results_by_script", '<div id="searchresult"></div><div id="pagenav"></div><script>var url="/was5/web/search?channelid=2&templet=docs.jsp";$.getJSON(url,function(data){show(data.docs)});</script>'),
    _script("igs_iframe_like_placeholder", '<div class="xxgk-list"><ul class="doc_list" data-channel="2210" data-size="15"></ul></div><script src="/igs/front/js/list.js"></script>'),
)  # fmt: skip
