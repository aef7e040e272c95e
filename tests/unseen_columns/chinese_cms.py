"""Columns of the content systems that associations, newspapers and small sites run."""

from unseen_columns.pool import Page, column, html_page, items, label, write

ORG = "http://www.qhshgz.example.org.cn"
MENU = """<div class="menu"><a href="/">首页</a><a href="/about/">协会概况</a><a href="/news/">行业新闻</a>
<a href="/notice/">通知公告</a><a href="/member/">会员服务</a><a href="/contact/">联系我们</a></div>"""
COPYRIGHT = """<div class="foot">Copyright © 2008-2024 青禾省社会工作联合会 版权所有 青ICP备12004567号 <a href="/sitemap.html">网站地图</a></div>"""


def _site(middle: str, aside: str = "") -> str:
    return html_page(f"{MENU}<div class='wrap'>{middle}{aside}</div>{COPYRIGHT}", title="行业新闻")


def _dede() -> Page:
    url, href = ORG + "/html/hyxw/list_3_1.html", "/html/hyxw/{y}/{md}/{id}.html"
    chosen = items(8)
    row = f"<li><a href='{href}' class='preview'><img src='/uploads/allimg/{{id}}.jpg'/></a>[<b><a href='/html/hyxw/'>行业新闻</a></b>] <a href='{href}' class='title'>{{title}}</a><span class='info'><small>日期：</small>{{day}} 10:22:14<small>点击：</small>{{hits}}<small>好评：</small>0</span><p class='intro'>{{summary}}...</p></li>"
    hot = write(
        "<li><a href='/html/xw/{y}/{md}/{id}.html'>{title}</a><p>{summary}</p></li>", items(5, 25)
    )
    aside = f"<div class='pright'><dl class='tbox'><dt><strong>推荐内容</strong></dt><dd><ul class='d4'>{hot}</ul></dd></dl></div>"
    pager = "<div class='dede_pages'><ul class='pagelist'><li>首页</li><li class='thisclass'>1</li><li><a href='list_3_2.html'>2</a></li><li><a href='list_3_2.html'>下一页</a></li></ul></div>"
    return Page(
        "dedecms_preview_and_column_link",
        url,
        _site(f"<ul class='e2'>{write(row, chosen)}</ul>{pager}", aside),
        label(url, href, chosen),
    )


def _phpcms() -> Page:
    url, href = (
        ORG + "/index.php?m=content&c=index&a=lists&catid=12",
        "/index.php?m=content&c=index&a=show&catid=12&id={id}",
    )
    chosen, lines = items(15), []
    for item in chosen:
        lines.append(
            write(
                f'<li><span class="rt">{{day}} 09:12:11</span>·<a href="{href}" target="_blank" style="color:#f00">{{title}}</a></li>',
                [item],
            )
        )
        if item.number % 5 == 4:
            lines.append('<li class="bk20 hr"></li>')
    ranking = write(
        '<li><span>{hits}</span><a href="/show-12-{id}9-1.html" title="{title}">{cut}</a></li>',
        items(8, 20),
    )
    aside = f'<div class="col-auto"><div class="box"><h5 class="title-2">24小时点击排行</h5><ul class="content digg">{ranking}</ul></div></div>'
    return Page(
        "phpcms_with_click_ranking",
        url,
        _site(f'<ul class="list lh24 f14">{"".join(lines)}</ul>', aside),
        label(url, href, chosen),
    )


def _wordpress() -> Page:
    url, href = (
        "https://www.qhshe.example.org/category/news/",
        "https://www.qhshe.example.org/{y}/{m}/post-{id}/",
    )
    chosen = items(6)
    row = f'<article id="post-{{id}}" class="post type-post"><header class="entry-header"><h2 class="entry-title"><a href="{href}" rel="bookmark">{{title}}</a></h2><div class="entry-meta"><span class="posted-on"><a href="{href}" rel="bookmark"><time class="entry-date published" datetime="{{day}}T10:22:33+08:00">{{y}}年{{mm}}月{{dd}}日</time></a></span><span class="byline"><a href="/author/admin/">秘书处</a></span></div></header><div class="entry-summary"><p>{{summary}} <a class="more-link" href="{href}">继续阅读<span class="screen-reader-text">{{title}}</span></a></p></div><footer class="entry-footer"><a href="/category/news/" rel="category tag">机构动态</a> <a href="{href}#respond">发表评论</a></footer></article>'
    recent = write(f'<li><a href="{href}">{{title}}</a></li>', items(5))
    months = "".join(f"<li><a href='/2024/0{m}/'>2024年{m}月</a></li>" for m in range(1, 7))
    aside = f'<aside><section class="widget"><h2>近期文章</h2><ul>{recent}</ul></section><section class="widget"><h2>归档</h2><ul>{months}</ul></section><section class="widget"><h2>分类</h2><ul><li class="cat-item"><a href="/category/news/">机构动态</a> (45)</li><li class="cat-item"><a href="/category/notice/">公告</a> (12)</li></ul></section></aside>'
    return Page(
        "wordpress_archive",
        url,
        _site(
            f'<main>{write(row, chosen)}<nav class="navigation"><a class="next page-numbers" href="/category/news/page/2/">下一页</a></nav></main>',
            aside,
        ),
        label(url, href, chosen),
    )


PAGES = (
    _dede(),
    _phpcms(),
    _wordpress(),
    column(
        "empire_cms_date_in_brackets", ORG + "/news/tongzhi/", href="/news/tongzhi/{day}/{id}.html",
        row='<tr><td height="25">·<a href="@HREF@" title="{title}" target="_blank">{cut}</a> ({day})</td></tr>',
        page=_site("<table>@ROWS@</table><div>&nbsp;<a title='总数'>&nbsp;<b>218</b> </a>&nbsp;<b>1</b>&nbsp;<a href='/news/tongzhi/index_2.html'>2</a>&nbsp;<a href='/news/tongzhi/index_2.html'>下一页</a></div>"),
    ),
    column(
        "siteserver_float_date_first", ORG + "/channels/35.html", href="/contents/35/{id}.html",
        row='<li><span class="date" style="float:right">{y}-{m}-{d}</span><a href="@HREF@" target="_blank">{title}</a><div class="line"></div></li>',
        page=_site("<ul class='newslist'>@ROWS@</ul>"),
    ),
    column(
        "discuz_portal", "http://bbs.qhshgz.example.org.cn/portal.php?mod=list&catid=4", href="portal.php?mod=view&amp;aid={id}",
        row='<dl class="bbda cl"><dt class="xs2"><a href="@HREF@" target="_blank" class="xi2">{title}</a> </dt><dd class="xs2 cl"><div class="atc"><a href="@HREF@" target="_blank"><img src="data/attachment/portal/{id}.jpg.thumb.jpg" alt="{title}" class="tn" /></a></div>{summary} ...</dd><dd>分类: <label><a href="portal.php?mod=list&catid=4" class="xi2">行业资讯</a></label>&nbsp;&nbsp;<span class="xg1"> {y}-{mm}-{dd} 10:22</span></dd></dl>',
        page=_site('<div class="bm"><div class="bm_c xld">@ROWS@</div></div>'),
    ),
    column(
        "powereasy_title_attribute_of_many_lines", ORG + "/Article_Class2.asp?ClassID=3", href="Article_Show.asp?ArticleID={id}",
        row='<img src="images/article_common.gif" alt="普通文章"> [<a class="listA" href="Article_Class2.asp?ClassID=3">通知</a>] <a class="listA" href="@HREF@" title="文章标题：{title}\n作    者：秘书处\n更新时间：{y}-{mm}-{dd} 8:30:12\n点击次数：{hits}" target="_blank">{title}</a> <font color="#999">[{y}年{mm}月{dd}日]</font><br>',
        page=_site("<table><tr><td class='main'>@ROWS@</td></tr></table>"),
    ),
    column(
        "metinfo_cards_with_read_more", ORG + "/news/list-5.html", href="../news/{id}.html",
        row='<li class="media"><div class="media-left"><a href="@HREF@" title="{title}"><img src="/upload/{id}.jpg" alt="{title}"></a></div><div class="media-body"><h4><a href="@HREF@" title="{title}">{cut}</a></h4><p class="des">{summary}</p><p class="info"><span>{day}</span><span>管理员</span><span><i class="icon"></i>{hits}</span></p><a class="more" href="@HREF@">查看更多</a></div></li>',
        page=_site("<ul>@ROWS@</ul>"),
    ),
    column(
        "people_cms_channel", "http://shgz.renmin.example.cn/GB/448921/index.html", href="/n1/{y}/{md}/c448921-{id}.html",
        row="<li><a href='@HREF@' target=_blank>{title}</a> <em>{day}</em></li>",
        page=_site("<div class='fl w655'><ul class='list_16 mt10'>@ROWS@</ul><div class='page_n clearfix'><a class='common_current_page'>1</a> <a href='index2.html'>2</a> <a href='index2.html'>下一页</a></div></div>", "<div class='fr w300'><h2><a href='/GB/448922/'>评论</a></h2><ul class='list_14'><li><a href='/n1/2024/0603/c448922-40249901.html'>观察：让社工留得住干得好</a></li><li><a href='/n1/2024/0529/c448922-40246712.html'>基层治理需要更多专业力量</a></li><li><a href='/n1/2024/0522/c448922-40241187.html'>把关爱送到家门口</a></li></ul></div>"),
    ),
    column(
        "people_cms_time_of_day", "http://shgz.renmin.example.cn/GB/448930/index.html", href="/n1/{y}/{md}/c448930-{id}.html",
        row="<div class='hdNews clearfix'><div class='on'><h5><a href='@HREF@' target='_blank'>{title}</a></h5><em><a href='@HREF@'>{summary}</a></em><div><i>{y}年{m}月{d}日08:23</i></div></div></div>",
        page=_site("<div class='ej_list_box'>@ROWS@</div>"),
    ),
    column(
        "drupal_views_rows", "https://www.qhfound.example.org/notices", href="/node/{id}",
        row='<div class="views-row views-row-{n}"><div class="views-field views-field-title"><span class="field-content"><a href="@HREF@">{title}</a></span></div><div class="views-field views-field-created"><span class="field-content">{day}</span></div></div>',
        page=_site('<div class="view-content">@ROWS@</div><ul class="pager"><li class="pager-next"><a href="/notices?page=1">下一页 ›</a></li></ul>'),
    ),
)  # fmt: skip
