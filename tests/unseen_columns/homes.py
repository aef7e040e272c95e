"""Home pages and section fronts of many blocks: dated rows count, undated article links are let pass."""

from unseen_columns.pool import FOOT, NAV, Page, html_page, items, label, write

HOST = "https://mzt.qinghe.example.gov.cn"
HOME = HOST + "/"
MD = ("{day}", None)


def _block(title: str, path: str, row: str, count: int, start: int) -> tuple[str, list]:
    chosen = items(count, start)
    head = f'<div class="hd"><h3><a href="/{path}/">{title}</a></h3><a class="more" href="/{path}/">更多&gt;&gt;</a></div>'
    return (
        f'<div class="block">{head}<ul>{write(row.replace("@PATH@", path), chosen)}</ul></div>',
        chosen,
    )


ROW = (
    '<li><a href="/@PATH@/{ym}/t{ymd}_{id}.html" title="{title}">{cut}</a><span>{m}-{d}</span></li>'
)
FULL = '<li><span class="date">{day}</span><a href="/@PATH@/{ym}/t{ymd}_{id}.html" target="_blank">{title}</a></li>'


def _tabs_and_carousel() -> Page:
    blocks, rows = [], []
    for k, (title, path) in enumerate(
        (("民政要闻", "mzyw"), ("通知公告", "tzgg"), ("政策文件", "zcwj"), ("基层动态", "jcdt"))
    ):
        text, chosen = _block(title, path, ROW, 6, 6 * k)
        blocks.append(
            text.replace('class="block"', 'class="block" style="display:none"') if k % 2 else text
        )
        rows += label(HOME, f"/{path}/{{ym}}/t{{ymd}}_{{id}}.html", chosen, on=MD)
    pictures = items(4, 0)
    slides = write(
        '<li><a href="/mzyw/{ym}/t{ymd}_{id}.html"><img src="/p/{id}.jpg" alt="{title}"></a><p><a href="/mzyw/{ym}/t{ymd}_{id}.html">{title}</a></p></li>',
        pictures,
    )
    topics = "".join(
        f'<li><a href="/ztzl/zt{k}/"><img src="/z{k}.jpg" alt="专题{k}"></a></li>' for k in range(5)
    )
    services = "".join(
        f'<li><a href="/bsfw/{k}/"><i></i>{w}</a></li>'
        for k, w in enumerate(
            ("婚姻登记", "社会救助", "养老服务", "殡葬服务", "社会组织", "福利彩票")
        )
    )
    text = html_page(
        f"{NAV}<div class='slides'><ul>{slides}</ul></div>{''.join(blocks)}<ul class='zt'>{topics}</ul><ul class='fw'>{services}</ul>{FOOT}",
        title="首页",
    )
    return Page("home_tabs_carousel_month_day", HOME, text, tuple(rows))


def _undated_blocks() -> Page:
    first, chosen = _block("工作动态", "gzdt", FULL, 8, 0)
    rows = list(label(HOME, "/gzdt/{ym}/t{ymd}_{id}.html", chosen))
    opinions = items(3, 30)
    second = (
        '<div class="block"><h3>意见征集</h3><ul>'
        + write('<li><a href="/yjzj/{ym}/t{ymd}_{id}.html">{title}</a></li>', opinions)
        + "</ul></div>"
    )
    rows += label(HOME, "/yjzj/{ym}/t{ymd}_{id}.html", opinions, on=(None,), optional=True)
    third, chosen = _block("公示公告", "gsgg", FULL, 8, 12)
    rows += label(HOME, "/gsgg/{ym}/t{ymd}_{id}.html", chosen)
    text = html_page(NAV + first + second + third + FOOT, title="首页")
    return Page("home_undated_block_between", HOME, text, tuple(rows))


def _county_tables() -> Page:
    home, href = "http://www.baishi.example.gov.cn/mzj/", "html/{y}/{id}.html"
    cells, rows = [], []
    for k, title in enumerate(("政务要闻", "公告通知", "政策法规", "社工之窗")):
        chosen = items(5, 7 * k)
        lines = write(
            f'<tr><td>·<a href="{href}" target="_blank">{{title}}</a></td><td align="right"><font color="#999999">{{mm}}/{{dd}}</font></td></tr>',
            chosen,
        )
        cells.append(
            f'<td valign="top"><table><tr><td background="bg.gif"><b>{title}</b></td><td><a href="list{k}.html"><img src="more.gif" alt="更多"></a></td></tr></table><table>{lines}</table></td>'
        )
        rows += label(home, href, chosen, on=MD)
    menu = (
        "<table><tr>"
        + "".join(
            f'<td><a href="{w}.html">{t}</a></td>'
            for w, t in (("index", "首页"), ("jg", "机构设置"), ("fg", "法规"), ("bs", "办事指南"))
        )
        + "</tr></table>"
    )
    text = html_page(
        f"{menu}<table><tr>{cells[0]}{cells[1]}</tr><tr>{cells[2]}{cells[3]}</tr></table><table><tr><td>白石县民政局主办 访问量：102345 更新时间：2024-06-11</td></tr></table>",
        title="白石县民政局",
    )
    return Page("home_county_nested_tables", home, text, tuple(rows))


def _association() -> Page:
    home = "https://www.qhshgz.example.org.cn/"
    news, notices = items(5), items(6, 10)
    lead = write(
        '<div class="news"><a class="img" href="/news/{id}.html"><img src="/u/{id}.png"></a><div><h4><a href="/news/{id}.html">{title}</a></h4><p>{summary}</p><span>{y}/{m}/{d}</span></div></div>',
        news,
    )
    side = write(
        '<li><div class="dt"><b>{d}</b><span>{y}-{m}</span></div><a href="/notice/{id}.html" title="{title}">{cut}</a></li>',
        notices,
    )
    logos = "".join(
        f'<li><a href="https://m{k}.example.org.cn/"><img src="/l{k}.png" alt="会员单位{k}"></a></li>'
        for k in range(8)
    )
    rows = (*label(home, "/news/{id}.html", news), *label(home, "/notice/{id}.html", notices))
    text = html_page(
        f"{NAV}<section>{lead}</section><section><h3>通知公告</h3><ul>{side}</ul></section><section><h3>会员单位</h3><ul>{logos}</ul></section>{FOOT}",
        title="首页",
    )
    return Page("home_association_two_markups", home, text, rows)


def _newspaper_front() -> Page:
    home = "http://www.qhwb.example.com/"
    rows, blocks = [], []
    for k, title in enumerate(("要闻", "公益", "社工", "评论", "深度")):
        chosen = items(6, 6 * k)
        blocks.append(
            f'<div class="ch"><h2><a href="/c{k}/">{title}</a></h2><ul>'
            + write(
                f'<li><a href="/c{k}/{{y}}-{{m}}/{{d}}/content_{{id}}.html" target="_blank">{{title}}</a></li>',
                chosen,
            )
            + "</ul></div>"
        )
        rows += label(home, f"/c{k}/{{y}}-{{m}}/{{d}}/content_{{id}}.html", chosen, on=(None,))
    menu = '<div class="nav"><a href="/">首页</a><a href="/c0/">要闻</a><a href="/c1/">公益</a><a href="/epaper/">电子报</a><a href="/app/">客户端</a></div>'
    text = html_page(
        menu
        + "".join(blocks)
        + '<div class="foot">青禾晚报社 版权所有 <a href="/about.html">关于本报</a></div>',
        title="青禾晚报网",
    )
    return Page("home_newspaper_without_dates", home, text, tuple(rows))


def _section_front() -> Page:
    front = HOST + "/zwgk/"
    rows, blocks = [], []
    for k, (title, path) in enumerate(
        (("规范性文件", "gfxwj"), ("政策解读", "zcjd"), ("规划计划", "ghjh"))
    ):
        chosen = items(4, 5 * k)
        text = (
            '<div class="mod"><p class="tt">'
            + f'{title}<a href="./{path}/">MORE+</a></p>'
            + write(
                f'<p><a href="./{path}/{{ym}}/t{{ymd}}_{{id}}.html">{{title}}</a><label>[{{day}}]</label></p>',
                chosen,
            )
            + "</div>"
        )
        blocks.append(text)
        rows += label(front, f"./{path}/{{ym}}/t{{ymd}}_{{id}}.html", chosen)
    guide = '<div class="gk"><a href="./gkzn/">政府信息公开指南</a><a href="./gkzd/">政府信息公开制度</a><a href="./gknb/">政府信息公开年报</a><a href="./ysqgk/">依申请公开</a></div>'
    return Page(
        "section_front_three_short_blocks",
        front,
        html_page(NAV + guide + "".join(blocks) + FOOT, title="政务公开"),
        tuple(rows),
    )


def _department_home_pictures_dated() -> Page:
    block, chosen = _block("新闻动态", "xwdt", FULL, 7, 3)
    rows = list(label(HOME, "/xwdt/{ym}/t{ymd}_{id}.html", chosen))
    lead = items(1)
    top = write(
        '<div class="toutiao"><h1><a href="/xwdt/{ym}/t{ymd}_{id}.html">{title}</a></h1><p>{summary}<a href="/xwdt/{ym}/t{ymd}_{id}.html">[详细]</a></p></div>',
        lead,
    )
    rows += label(HOME, "/xwdt/{ym}/t{ymd}_{id}.html", lead, on=(None,), optional=True)
    return Page(
        "home_undated_headline",
        HOME,
        html_page(NAV + top + block + FOOT, title="首页"),
        tuple(rows),
    )


def _one_dated_row_per_block() -> Page:
    rows, blocks = [], []
    for k, (title, path) in enumerate(
        (("厅长信箱", "tzxx"), ("新闻发布", "xwfb"), ("在线访谈", "zxft"), ("民意征集", "myzj"))
    ):
        text, chosen = _block(title, path, FULL, 2, 3 * k)
        blocks.append(text)
        rows += label(HOME, f"/{path}/{{ym}}/t{{ymd}}_{{id}}.html", chosen)
    return Page(
        "home_blocks_of_two_rows",
        HOME,
        html_page(NAV + "".join(blocks) + FOOT, title="首页"),
        tuple(rows),
    )


PAGES = (
    _tabs_and_carousel(),
    _undated_blocks(),
    _county_tables(),
    _association(),
    _newspaper_front(),
    _section_front(),
    _department_home_pictures_dated(),
    _one_dated_row_per_block(),
)  # fmt: skip
