"""A fourth round: pages saved from a browser after their scripts ran, and frameworks' own markup."""

from unseen_columns.pool import Page, column, framed, html_page, items, label, write

HOST = "https://ggzy.qinghe.example.gov.cn"
URL = HOST + "/tzgg/index.html"
TRS = "./{ym}/t{ymd}_{id}.html"
UL = framed("<ul>@ROWS@</ul>")
MD = ("{day}", None)


def _fixed_columns() -> Page:
    """A component that draws its table twice, once for the columns that stay in place."""
    chosen = items(8)
    row = '<tr class="el-table__row"><td><div class="cell">{n}</div></td><td><div class="cell"><a href="/detail/{id}" target="_blank">{title}</a></div></td><td><div class="cell">{day}</div></td></tr>'
    table = f'<table class="el-table__body"><tbody>{write(row, chosen)}</tbody></table>'
    text = framed(
        f'<div id="app"><div class="el-table__body-wrapper">{table}</div><div class="el-table__fixed">{table}</div><div class="el-pagination"><button disabled></button><ul class="el-pager"><li class="number active">1</li><li class="number">2</li></ul></div></div><script src="/js/app.js"></script>'
    )
    return Page("component_table_drawn_twice", URL, text, label(URL, "/detail/{id}", chosen))


def _dead_rows() -> Page:
    row = '<li><a href="javascript:;" onclick="showDetail({id})">{title}</a><span>{day}</span></li>'
    return Page(
        "rows_only_a_script_can_open", URL, framed(f"<ul>{write(row, items(8))}</ul>"), (), None
    )


PAGES = (
    column("angular_rendered_undated", URL, href="/info/{id}", row='<li ng-repeat="x in list" class="ng-scope"><a class="ng-binding" href="@HREF@">{title}</a></li>', page=framed('<ul class="list">@ROWS@</ul>'), chosen=items(6), on=(None,)),
    column("jpaas_rendered_undated", URL, href="/art/{y}/art_{hex}.html", row='<li><a href="@HREF@" title="{title}">{title}</a></li>', page=framed("""<div queryData="{'webId':'3','tagId':'x'}" unitUrl="/api-gateway/jpaas-publish-server/front/page/build/unit"><ul>@ROWS@</ul></div>"""), chosen=items(6), on=(None,)),
    column("saved_page_with_absolute_addresses", URL, href="https://ggzy.qinghe.example.gov.cn/tzgg/{ym}/t{ymd}_{id}.html", row='<li><a target="_blank" href="@HREF@">{title}</a><span>{day}</span></li>', page="<!-- saved from url=(0043)https://ggzy.qinghe.example.gov.cn/tzgg/ -->" + UL),
    column("hashed_class_names_all_boxes", URL, href="/content/{hex}", row='<div class="css-1k2j9x"><div class="css-0"><a class="css-8f" href="@HREF@"><div class="css-77">{title}</div></a></div><div class="css-3d"><div>{day}</div><div>省公共资源交易中心</div></div></div>', page=html_page('<div id="root"><div class="css-a"><a href="/">首页</a><a href="/tzgg">通知公告</a></div><div>@ROWS@</div></div><script src="/static/js/main.js"></script>')),
    column("region_and_code_before_title", URL, href="/jyxx/{ym}/{hex}.html", row='<li><span class="dq">【澄江市】</span><span class="bh">QH2024-0{last}1</span><a href="@HREF@" title="{title}">{cut}</a><span class="zt">正在公告</span><span class="sj">{day}</span></li>', page=UL),
    column("machine_time_behind_relative_words", URL, href="/p/{id}", row='<article><h2><a href="@HREF@">{title}</a></h2><time datetime="{day}T02:22:33Z">3 天前</time></article>', page=html_page("<header><a href='/'>首页</a></header>@ROWS@"), on=MD),
    column("machine_time_without_text", URL, href="/p/{id}", row='<article><h2><a href="@HREF@">{title}</a></h2><time datetime="{day}"></time></article>', page=html_page("<header><a href='/'>首页</a></header>@ROWS@"), on=MD),
    column("lazy_pictures_and_two_lines", URL, href=TRS, row='<li class="clearfix"><div class="img"><a href="@HREF@"><img src="/blank.gif" data-src="/p/{id}.jpg" alt=""></a></div><div class="txt"><a class="h" href="@HREF@">{title}</a><div class="p">{summary}</div><div class="t"><em>{m}-{d}</em><em>{y}</em></div></div></li>', page=UL),
    column("ant_list_items_and_actions", URL, href="/d/{id}", row='<li class="ant-list-item"><div class="ant-list-item-meta"><h4 class="ant-list-item-meta-title"><a href="@HREF@">{title}</a></h4><div class="ant-list-item-meta-description">{summary}</div></div><ul class="ant-list-item-action"><li><span>{hits}</span></li><li>{day}</li></ul></li>', page=framed('<ul class="ant-list-items">@ROWS@</ul>')),
    column("bootstrap_list_group", URL, href="/notice/{id}", row='<a href="@HREF@" class="list-group-item"><span class="badge">{day}</span> {title}</a>', page=framed('<div class="list-group">@ROWS@</div>')),
    column("bootstrap_media_objects", URL, href="/notice/{id}", row='<div class="media"><a class="pull-left" href="@HREF@"><img class="media-object" src="/i/{id}.png"></a><div class="media-body"><h4 class="media-heading"><a href="@HREF@">{title}</a> <small>{y}/{mm}/{dd}</small></h4>{summary}</div></div>', page=framed("@ROWS@")),
    column("microdata_blog_posting", URL, href="/b/{id}.html", row='<div itemscope itemtype="http://schema.org/BlogPosting"><meta itemprop="datePublished" content="2023-01-1{last}"><a itemprop="url" href="@HREF@"><span itemprop="headline">{title}</span></a><span>{day}</span></div>', page=framed("@ROWS@")),
    column("timeline_with_dots", URL, href=TRS, row='<li class="layui-timeline-item"><i class="layui-icon">&#xe63f;</i><div class="layui-timeline-content"><h3 class="layui-timeline-title">{y}年{mm}月{dd}日</h3><p><a href="@HREF@">{title}</a></p></div></li>', page=framed('<ul class="layui-timeline">@ROWS@</ul>', title="大事记")),
    column("counters_beside_title_same_link", URL, href=TRS, row='<li><a href="@HREF@">{title}</a> <a href="@HREF@#comments">({last}条评论)</a><span>{day}</span></li>', page=UL),
    column("headline_split_over_two_lines", URL, href=TRS, row='<li><a href="@HREF@">{head}<br>{tail}</a><span>{day}</span></li>', page=UL, title="{head} {tail}"),
    column("spaces_between_chinese_dates", URL, href=TRS, row='<li><a href="@HREF@">{title}</a><span>{y} 年 {m} 月 {d} 日</span></li>', page=UL),
    column("underscored_list_pages_gbk_style", "http://www.baishi.example.gov.cn/Article/ShowClass.asp?ClassID=12", href="/Article/zcfg/{ym}/{id}.html", row='<tr><td width="10" valign="top"><img src="/Article/images/article_common3.gif" alt="普通文章"></td><td class="listbg" colspan="2"><a class="listA" href="@HREF@" title="文章标题：{title}&#13;&#10;作    者：本站&#13;&#10;更新时间：{day} 8:30:00" target="_blank">{cut}</a></td><td align="right" class="listbg" width="40">{m}-{d}</td></tr>', page=html_page("<table><tr><td>您现在的位置：<a href='/'>白石县民政局</a> &gt;&gt; <a href='/Article/zcfg/'>政策法规</a></td></tr></table><table>@ROWS@</table>"), on=MD),
    _fixed_columns(),
    _dead_rows(),
)  # fmt: skip
