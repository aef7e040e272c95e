"""Columns of companies, funds and news portals, which write rows in ways that offices do not."""

from unseen_columns.pool import Page, column, html_page, items, label, write

FUND = "https://www.qinghefund.example.com"
MENU = "<header><nav><a href='/'>首页</a><a href='/products/'>旗下基金</a><a href='/notice/'>信息披露</a><a href='/service/'>客户服务</a><a href='/login'>登录</a></nav></header>"
RISK = "<footer><p>风险提示：基金有风险，投资需谨慎。客服热线：400-820-0000</p><a href='https://www.example.gov.cn/'>监管机构</a><a href='/privacy.html'>隐私政策</a></footer>"


def _fund(middle: str) -> str:
    return html_page(MENU + middle + RISK, title="信息披露")


def _portal_by_day() -> Page:
    url, href = (
        "https://news.portal.example.com/society/roll/",
        "//news.portal.example.com/c/{y}-{m}-{d}/doc-{hex}.html",
    )
    chosen = items(12)
    rows = write(
        f'<li><span class="c_tit"><a href="{href}" target="_blank">{{title}}</a></span><span class="c_time">{{m}}-{{d}} 10:22</span></li>',
        chosen,
    )
    text = html_page(
        f'<div class="nav"><a href="/">新闻</a><a href="/society/">社会</a></div><div class="d_list_txt"><ul>{rows}</ul></div><div class="pagebox"><a href="?page=2">下一页</a></div>'
    )
    return Page(
        "portal_rolling_month_day_clock", url, text, label(url, href, chosen, on=("{day}", None))
    )


def _portal_groups_of_five() -> Page:
    url, href = (
        "https://news.portal.example.com/gundong/index.html",
        "https://news.portal.example.com/a/{ymd}/{id}.shtml",
    )
    chosen, groups = items(15), []
    for k in range(0, 15, 5):
        rows = write(
            f'<li><a href="/society/">[社会]</a> <a href="{href}">{{title}}</a> <span>({{m}}/{{d}} 09:1{k // 5})</span></li>',
            chosen[k : k + 5],
        )
        groups.append(f"<ul class='list_009'>{rows}</ul>")
    return Page(
        "portal_groups_of_five_with_column_links",
        url,
        html_page(
            "<div class='hd'><a href='/'>首页</a></div><div class='main'>"
            + "".join(groups)
            + "</div>"
        ),
        label(url, href, chosen, on=("{day}", None)),
    )


PAGES = (
    column("fund_pdf_rows_with_download", FUND + "/notice/", href="/upload/{ym}/{hex}.pdf", row='<tr><td><a href="@HREF@" target="_blank">{title}</a></td><td>{day}</td><td><a href="@HREF@" download>下载</a></td></tr>', page=_fund("<table><tbody>@ROWS@</tbody></table>")),
    column("fund_download_is_another_file", FUND + "/notice/", href="/notice/{id}.html", row='<li><a class="tit" href="@HREF@">{title}</a><a class="down" href="/upload/{hex}.pdf"><i></i>下载</a><span class="dt">{day}</span></li>', page=_fund("<ul>@ROWS@</ul>")),
    column("fund_code_and_name_columns", FUND + "/notice/", href="/notice/{id}.html", row='<tr><td>00{id}</td><td><a href="/products/00{id}.html">青禾稳健混合{n}号</a></td><td><a href="@HREF@">{title}</a></td><td>{y}-{m}-{d}</td></tr>', page=_fund("<table><tr><th>基金代码</th><th>基金名称</th><th>公告标题</th><th>公告日期</th></tr>@ROWS@</table>")),
    column("company_date_box_and_arrow", FUND + "/news/", href="/news/show-{id}.html", row='<a href="@HREF@" class="item"><div class="date"><span>{d}</span><em>{y}.{m}</em></div><div class="con"><div class="title">{title}</div><div class="desc">{summary}</div></div><div class="arrow">→</div></a>', page=_fund("<div class='news'>@ROWS@</div>")),
    column("company_query_addresses", FUND + "/list.jsp?type=7", href="detail.jsp?type=7&id={id}", row='<div class="line"><div class="fl"><a href="@HREF@">{title}</a></div><div class="fr">{day}</div><div class="clear"></div></div>', page=_fund("<div class='list'>@ROWS@</div>")),
    column("title_one_character_a_span", FUND + "/bulletin", href="/bulletin/{id}", row='<div class="publicont"><h4><a href="@HREF@" title="{title}"><span>{head}</span><span></span><span>{tail}</span></a><span class="span_o">{day}</span></h4><p>地区：<span>青禾</span> 来源平台：<span>公共资源交易平台</span> 类型：<span>公告</span></p></div>', page=_fund("<div id='toview'>@ROWS@</div>")),
    _portal_by_day(),
    _portal_groups_of_five(),
)  # fmt: skip
