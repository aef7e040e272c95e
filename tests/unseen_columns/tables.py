"""Columns laid out as tables: directories of information, policy libraries, grids, letters."""

from unseen_columns.pool import Page, column, framed, html_page, items, label, write

URL = "https://mzj.linchuan.example.gov.cn/xxgk/gfxwj/index.html"
TRS = "./{ym}/t{ymd}_{id}.html"


def _two_articles_in_each_line() -> Page:
    chosen = items(12)
    cells = [
        write(f'<td>·<a href="{TRS}">{{title}}</a></td><td width="80">{{day}}</td>', [item])
        for item in chosen
    ]
    lines = "".join(f"<tr>{a}{b}</tr>" for a, b in zip(cells[::2], cells[1::2], strict=True))
    return Page(
        "table_two_articles_a_line", URL, framed(f"<table>{lines}</table>"), label(URL, TRS, chosen)
    )


def _grid_view() -> Page:
    url, href = (
        "http://www.qhcszh.example.org.cn/NewsList.aspx?cid=3",
        "NewsShow.aspx?id={id}&cid=3",
    )
    chosen = items(10)
    row = f'<tr style="background-color:#F7F6F3;"><td align="center">{{n}}</td><td><a id="GridView1_ctl0{{n}}_HyperLink1" href="{href}" target="_blank">{{title}}</a></td><td>{{y}}-{{mm}}-{{dd}} 0:00:00</td></tr>'
    pager = "".join(
        f"<td><a href=\"javascript:__doPostBack('GridView1','Page${n}')\">{n}</a></td>"
        for n in range(2, 9)
    )
    text = html_page(
        '<form name="form1" method="post" action="NewsList.aspx?cid=3" id="form1"><input type="hidden" name="__VIEWSTATE" value="/wEPDwUKMTI0NTY3ODkwMQ9kFgICAw==" />'
        '<table><tr><td><a href="Default.aspx">首页</a></td><td><a href="NewsList.aspx?cid=1">协会简介</a></td><td><a href="NewsList.aspx?cid=3">通知公告</a></td></tr></table>'
        f'<table id="GridView1" cellspacing="0"><tr><th>序号</th><th>标题</th><th>发布时间</th></tr>{write(row, chosen)}'
        f'<tr><td colspan="3"><table><tr><td><span>1</span></td>{pager}</tr></table></td></tr></table></form>'
    )
    return Page("aspnet_grid_view", url, text, label(url, href, chosen, on=("{day}",)))


def _letters() -> Page:
    url, href = "https://mzj.linchuan.example.gov.cn/hdjl/xjxd/", "detail.html?mailid={hex}"
    subjects = (
        "咨询低保申请条件",
        "关于社会工作师登记问题",
        "反映小区健身器材损坏",
        "社工证继续教育怎么补",
        "婚姻登记预约",
        "地名标志牌错误",
        "求助流浪老人",
        "咨询社会组织年检",
    )
    chosen, rows, labels = items(len(subjects)), [], []
    for item, subject in zip(chosen, subjects, strict=True):
        rows.append(
            write(
                f'<tr><td>LC{{ymd}}00{{n}}</td><td><a href="{href}">{subject}</a></td><td>市民政局</td><td>{{day}}</td><td>已办结</td></tr>',
                [item],
            )
        )
        labels += label(url, href, [item], title=subject)
    text = framed(
        f"<table><thead><tr><th>信件编号</th><th>主题</th><th>办理单位</th><th>来信时间</th><th>状态</th></tr></thead><tbody>{''.join(rows)}</tbody></table>",
        title="局长信箱",
    )
    return Page("letters_short_titles", url, text, tuple(labels))


PAGES = (
    column(
        "directory_index_name_number_two_dates", URL, href=TRS,
        row='<tr><td>{n}</td><td>{index}</td><td><a href="@HREF@" title="{title}">{cut}</a></td><td>{doc}</td><td>2022-11-1{last}</td><td>{day}</td></tr>',
        page=framed("<table class='zcwj'><tr><th>序号</th><th>索引号</th><th>文件名称</th><th>文号</th><th>成文日期</th><th>发布日期</th></tr>@ROWS@</table>"),
        chosen=items(9),
    ),
    column(
        "published_before_written_columns", URL, href=TRS,
        row='<tr><td><a href="@HREF@">{title}</a></td><td>{doc}</td><td>{day}</td><td>2022-11-1{last}</td><td>有效</td></tr>',
        page=framed("<table><tr><th>标题</th><th>发文字号</th><th>发布日期</th><th>成文日期</th><th>效力</th></tr>@ROWS@</table>"),
        chosen=items(9),
    ),
    column(
        "policy_library_labelled_facts", URL, href="/zcwjk/detail/{id}.html",
        row='<div class="result"><h3><a href="@HREF@" target="_blank">{title}</a></h3><ul class="facts"><li>发文机关：青禾省民政厅</li><li>发文字号：{doc}</li><li>成文日期：2021-03-1{last}</li><li>发布日期：{day}</li><li>主题分类：民政、扶贫、救灾\\慈善</li></ul></div>',
        page=framed('<div class="search">共找到 <em>128</em> 条结果<a href="?sort=1">按相关度</a><a href="?sort=2">按时间</a></div><div class="results">@ROWS@</div>'),
        chosen=items(9),
    ),
    column(
        "facts_table_under_each_title", URL, href="../../{y}/{hex}.shtml",
        row='<div class="list_div"><div class="list-right_title"><a href="@HREF@" target="_blank">{title}</a></div><table width="100%"><tr><td>索引号：{index}</td><td>发文机关：市民政局</td></tr><tr><td>文号：{doc}</td><td>发文日期：{day}</td></tr></table></div>',
        page=framed("@ROWS@"),
    ),
    column(
        "directory_rows_as_lists_with_hover_box", URL, href=TRS,
        row='<ul class="row"><li class="xh">{n}</li><li class="mc"><div class="mcbox"><a href="@HREF@" target="_blank">{title}</a><div class="popbox" style="display:none"><table><tr><td>索引号</td><td>{index}</td><td>分类</td><td>通知</td></tr><tr><td>发布机构</td><td>市民政局</td><td>生成日期</td><td>2022年03月1{last}日</td></tr><tr><td>内容概述</td><td colspan="3">{summary}</td></tr></table></div></div></li><li class="fbrq">{y}年{m}月{d}日</li></ul>',
        page=framed('<div class="xxgkml"><ul class="rowhead"><li>序号</li><li>名称</li><li>发文日期</li></ul>@ROWS@</div>'),
        chosen=items(9),
    ),
    column(
        "table_for_each_row", URL, href="/art/{y}/{mm}/{dd}/art_88_{id}.html",
        row='<table width="98%"><tr><td width="15"><img src="/picture/0/dot.gif"></td><td><a href="@HREF@" class="bt" title="{title}">{cut}</a></td><td width="90" class="sj">[{day}]</td></tr><tr><td colspan="3" background="/picture/line.gif" height="1"></td></tr></table>',
        page=framed("<table><tr><td>@ROWS@</td></tr></table>"),
    ),
    column(
        "vsb_old_winstyle", "http://shgz.qhdx.example.edu.cn/tzgg.htm", href="info/1043/{id}.htm",
        row='<tr height="20" id="lineu5_{n}"><td width="2%" align="center"><span class="leaderfont50123">·</span></td><td><a class="c50123" href="@HREF@" target="_blank" title="{title}">{cut}</a></td><td width="1%" nowrap><span class="timestyle50123">{y}/{m}/{d}&nbsp;</span></td></tr><tr><td colspan="3" style="padding:0"><div class="splitline50123"></div></td></tr>',
        page=html_page('<table><tr><td><a href="index.htm">学院首页</a></td><td><a href="xygk.htm">学院概况</a></td><td><a href="szdw.htm">师资队伍</a></td></tr></table><table class="winstyle50123">@ROWS@</table><span class="pagedown">下页</span>'),
    ),
    column(
        "vsb_new_lines", "http://shgz.qhdx.example.edu.cn/xwdt/1.htm", href="../info/1043/{id}.htm",
        row='<li id="line_u8_{n}"><a href="@HREF@"><h4>{title}</h4><i>{y}年{m}月{d}日</i></a></li>',
        page=html_page('<ul class="menu"><li><a href="../index.htm">首页</a></li><li><a href="../xwdt.htm">新闻动态</a></li></ul><ul class="n_list">@ROWS@</ul><div class="pb_sys_common"><span class="p_no"><a href="2.htm">2</a></span><a href="2.htm" class="p_next">下页</a></div>'),
    ),
    column(
        "permit_notice_columns_of_short_words", "https://mzj.linchuan.example.gov.cn/xxgk/xzxk/", href="./{ym}/{hex}.html",
        row='<tr><td><a href="@HREF@">{title}</a></td><td>社会团体处</td><td>行政许可</td><td>准予</td><td>{y}-{m}-{d}</td></tr>',
        page=framed("<table><tr><td>项目名称</td><td>承办处室</td><td>类别</td><td>结果</td><td>决定日期</td></tr>@ROWS@</table>"),
    ),
    _two_articles_in_each_line(),
    _grid_view(),
    _letters(),
)  # fmt: skip
