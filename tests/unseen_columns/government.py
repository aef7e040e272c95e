"""Columns of government station groups: TRS, Hanweb, jpaas, UCAP, LonSun, gov.cn and their kin."""

from unseen_columns.pool import Page, column, framed, html_page, items, label, write

HOST = "https://mzt.qinghe.example.gov.cn"
COLUMN = HOST + "/xwzx/tzgg/"
TRS = "./{ym}/t{ymd}_{id}.html"
HOT = """<div class="phb"><h3>点击排行</h3><ul class="list">@HOT@</ul></div>"""


def _trs_with_hot_list_of_the_same_markup() -> Page:
    row = '<li><a href="{href}" title="{{title}}" target="_blank">{{cut}}</a><span>{{day}}</span></li>'
    hot = write(row.format(href="../mzyw/{ym}/t{ymd}_{id}.html"), items(6, 20))
    main, side = items(12), HOT.replace("@HOT@", hot)
    rows = write(row.format(href=TRS), main)
    body = f'<ul class="list">{rows}</ul><script>createPageHTML(28,0,"index","html");</script>'
    text = framed(body, left=side)
    return Page("trs_hot_list_same_markup", COLUMN, text, label(COLUMN, TRS, main))


def _trs_with_hot_list_after() -> Page:
    row = '<li><span class="date">{{day}}</span><a href="{href}">{{title}}</a></li>'
    hot = write(row.format(href="../mzyw/{ym}/t{ymd}_{id}.html"), items(8, 20))
    main = items(15)
    body = (
        f'<div class="box"><div class="tit"><h2>通知公告</h2></div><ul>{write(row.format(href=TRS), main)}</ul>'
        '<div class="page">共28页 <a href="index_1.html">下一页</a></div></div>'
        f'<div class="aside"><div class="tit"><h2>热点推荐</h2></div><ul>{hot}</ul></div>'
    )
    return Page("trs_hot_list_after", COLUMN, framed(body), label(COLUMN, TRS, main))


def _hanweb_datastore() -> Page:
    url, href = HOST + "/col/col1229165/index.html", "/art/{y}/{mm}/{dd}/art_1229165_{id}.html"
    record = (
        "<record><![CDATA[\n<li><a title='{{title}}' href='{href}' target='_blank'>{{title}}</a>"
        "<b>[{{day}}]</b></li>]]></record>"
    )
    chosen = items(20)
    island = (
        '<div id="4471203" class="default_pgContainer"></div><script type="text/xml"><datastore>'
        "<nextgroup><![CDATA[<a href='/module/web/jpage/dataproxy.jsp?page=2&columnid=1229165'></a>]]></nextgroup>"
        f"<recordset>{write(record.format(href=href), chosen)}</recordset></datastore></script>"
    )
    return Page("hanweb_datastore", url, framed(island), label(url, href, chosen))


def _hanweb_dataproxy_answer() -> Page:
    url, href = (
        HOST + "/module/web/jpage/dataproxy.jsp?page=2",
        "/art/{y}/{mm}/{dd}/art_1229165_{id}.html",
    )
    record = (
        '<record><![CDATA[<table width="100%"><tr><td width="12">·</td><td><a href="{href}" class="bt_link" '
        'title="{{title}}" target="_blank">{{cut}}</a></td><td class="bt_time">{{day}}</td></tr></table>]]></record>'
    )
    chosen = items(15)
    text = (
        "<?xml version='1.0' encoding='utf-8' ?><datastore><totalrecord>462</totalrecord><totalpage>31</totalpage>"
        f"<recordset>{write(record.format(href=href), chosen)}</recordset></datastore>"
    )
    return Page("hanweb_dataproxy_tables", url, text, label(url, href, chosen))


def _hanweb_arrays() -> Page:
    url, href = HOST + "/col/col5012/index.html", "/art/{y}/{mm}/{dd}/art_5012_{id}.html"
    chosen = items(8)
    lines = "\n".join(
        f"urls[{n}]='{href}';headers[{n}]=\"{{title}}\";year[{n}]='{{y}}';month[{n}]='{{m}}';day[{n}]='{{d}}';".format(
            **item.fields
        )
        for n, item in enumerate(chosen)
    )
    body = (
        "<script>var urls=new Array();var headers=new Array();var year=new Array();var month=new Array();"
        f"var day=new Array();\n{lines}\nfor(i=0;i<urls.length;i++)"
        "{document.write('<li><a href=\"'+urls[i]+'\">'+headers[i]+'</a></li>');}</script>"
    )
    rows = label(url, href, chosen, on=("{day}", None))
    return Page("hanweb_inline_arrays", url, framed(body), rows, js_rendered=None)


def _double_block_for_phones() -> Page:
    chosen = items(10)
    row = f'<li><a href="{TRS}" title="{{title}}">{{cut}}</a><em>{{day}}</em></li>'
    phone = f'<a href="{TRS}"><dl><dt>{{title}}</dt><dd>{{day}}</dd></dl></a>'
    body = f'<ul class="hidden-xs">{write(row, chosen)}</ul><div class="visible-xs">{write(phone, chosen)}</div>'
    return Page("rows_twice_pc_and_phone", COLUMN, framed(body), label(COLUMN, TRS, chosen))


def _pinned_rows() -> Page:
    chosen = [*items(2, 30), *items(8)]
    top = f'<li class="top"><span class="zd">置顶</span><a href="{TRS}" title="{{title}}">{{cut}}</a><img src="/images/new.gif"><span>{{day}}</span></li>'
    row = f'<li><a href="{TRS}" title="{{title}}">{{cut}}</a><span>{{day}}</span></li>'
    body = f"<ul>{write(top, chosen[:2])}{write(row, chosen[2:])}</ul>"
    return Page("pinned_rows", COLUMN, framed(body), label(COLUMN, TRS, chosen))


def _targets_of_many_kinds() -> Page:
    forms = (
        "./{ym}/P0{ymd}5312{n}.pdf",
        "https://mp.weixin.example.com/s/Qx7v{id}LmZ",
        "http://www.gov.example.cn/zhengce/content/{ym}/{d}/content_{id}.htm",
        TRS,
        "../../attach/{id}.docx",
        TRS,
        "https://mp.weixin.example.com/s?__biz=MzA3&mid={id}&idx=1&sn=ab{n}",
    )
    chosen, rows, labels = items(len(forms)), [], []
    for form, item in zip(forms, chosen, strict=True):
        rows.append(
            write(
                f'<li><a href="{form}" target="_blank">{{title}}</a><span>{{day}}</span></li>',
                [item],
            )
        )
        labels += label(COLUMN, form, [item])
    return Page(
        "targets_pdf_wechat_other_hosts", COLUMN, framed(f"<ul>{''.join(rows)}</ul>"), tuple(labels)
    )


def _interpretations_under_rows() -> Page:
    chosen = items(9)
    row = (
        f'<li><div class="bt"><a href="{TRS}">{{title}}</a><span>{{day}}</span></div>'
        '<div class="xgjd">相关解读：<a href="../../zcjd/{ym}/t{ymd}_{id}1.html">图解：{head}</a> '
        '<a href="../../zcjd/{ym}/t{ymd}_{id}2.html">问答：{head}</a></div></li>'
    )
    return Page(
        "interpretations_under_rows",
        COLUMN,
        framed(f"<ul>{write(row, chosen)}</ul>"),
        label(COLUMN, TRS, chosen),
    )


def _undated_recommended_above() -> Page:
    chosen = items(10)
    row = f'<li><a href="{TRS}">{{title}}</a><span class="fr">{{day}}</span></li>'
    lead = write('<li><a href="../mzyw/{ym}/t{ymd}_{id}.html">{title}</a></li>', items(5, 22))
    body = f'<div class="tj"><h4>图片推荐</h4><ul>{lead}</ul></div><ul class="gl">{write(row, chosen)}</ul>'
    return Page("undated_recommended_above", COLUMN, framed(body), label(COLUMN, TRS, chosen))


def _single_row() -> Page:
    chosen = items(1, 4)
    body = f'<ul class="list">{write(f"<li><a href=`{TRS}` title=`{{title}}`>{{title}}</a><span>{{day}}</span></li>".replace("`", chr(34)), chosen)}</ul><div class="page">共1页</div>'
    return Page("single_row", COLUMN, framed(body), label(COLUMN, TRS, chosen))


PAGES = (
    column(
        "trs_brackets_font_colour", COLUMN, href=TRS,
        row='<li><font color="#FF0000">·</font><a href=@HREF@ class="bt" target=_blank><font color="#1C459B">{title}</font></a>&nbsp;<span class="gray">[ {day} ]</span></li>',
        page=framed('<ul>@ROWS@</ul><script>createPageHTML(12, 0, "index", "html");</script>'),
    ),
    column(
        "trs_script_between_link_and_date", COLUMN, href=TRS,
        row='<li><a href="@HREF@">{title}</a><script>var d="{y}/{m}/{d}";if(new Date()-new Date(d)<864e5*3)document.write("<img src=/images/new.gif>");</script><span>{day}</span></li>',
        page=framed("<ul>@ROWS@</ul>"),
    ),
    column(
        "jpaas_clearfix_rows", HOST + "/col/col1229/index.html", href="/art/{y}/art_{hex}.html",
        row='<li class="clearfix"><a class="bt-left" href="@HREF@" title="{title}" target="_blank">{cut}</a><span class="bt-right">{day}</span></li>',
        page=framed("""<div class="page-content" id="gov12" queryData="{'webId':'3','pageId':'1229','tagId':'列表'}"><ul>@ROWS@</ul>
<div class="pagination" count="462" rows="15" pageNo="1" unitUrl="/api-gateway/jpaas-publish-server/front/page/build/unit"></div></div>"""),
    ),
    column(
        "ucap_list_with_summary_cards", HOST + "/qhmzt/c100321/list.shtml", href="/qhmzt/c100321/{ym}/{hex}.shtml",
        row='<div class="list_item"><a href="@HREF@" target="_blank"><h4>{title}</h4><p>{summary}</p><span class="time">发布时间：{day}</span><span class="more">查看详情</span></a></div>',
        page=framed('<div class="list_con">@ROWS@</div><div id="page_div"></div>'),
    ),
    column(
        "govcn_heading_and_span", HOST + "/zhengce/zuixin.htm", href="./content/{ym}/content_{id}.htm",
        row='<li><h4><a href="@HREF@" target="_blank">{title}</a><span class="date">{day}</span></h4></li>',
        page=framed('<div class="news_box"><div class="list list_1 list_2"><ul>@ROWS@</ul></div></div>'),
    ),
    column(
        "lonsun_dates_first_then_popup", HOST + "/public/column/6595?type=4&action=list", href="https://mzt.qinghe.example.gov.cn/public/6595/{id}.html",
        row='<ul class="clearfix"><li class="num">{n}</li><li class="mc"><a href="@HREF@" title="{title}">{cut}</a><div class="tip" style="display:none"><p>索引号：{index}</p><p>信息名称：{title}</p><p>生成日期：2023-01-1{last}</p><p>内容概述：{summary}</p></div></li><li class="fbjg">省民政厅</li><li class="rq">{day}</li></ul>',
        page=framed('<div class="xxgk_list"><ul class="hd"><li>序号</li><li>信息名称</li><li>发布机构</li><li>发布日期</li></ul>@ROWS@</div>'),
    ),
    column(
        "shanghai_date_list", HOST + "/MZ_tzgg/index.html", href="/tzgg/{ymd}/{hex}.html",
        row='<li><a href="@HREF@" title="{title}" target="_blank">{title}</a><span class="time">{y}.{m}.{d}</span></li>',
        page=framed('<ul class="uli16 nowrapli list-date">@ROWS@</ul>'),
    ),
    column(
        "date_before_title_inside_anchor", COLUMN, href=TRS,
        row='<li><a href="@HREF@"><span class="date">{day}</span>{title}</a></li>',
        page=framed("<ul>@ROWS@</ul>"),
    ),
    column(
        "definition_list_per_row", COLUMN, href=TRS,
        row='<dl><dt><a href="@HREF@">{title}</a></dt><dd>{summary}</dd><dd>来源：省民政厅办公室　时间：{day} 16:20　浏览次数：{hits}</dd></dl>',
        page=framed('<div class="dllist">@ROWS@</div>'),
    ),
    column(
        "base_element_and_padded_href", "https://mzt.qinghe.example.gov.cn/n12/index.html", href="/n12/c{id}/content.html",
        row='<li><a href="\n   n12/c{id}/content.html  " target="_blank">{title}</a> {day}</li>',
        page=html_page("<div class='top'><a href='/'>首页</a><a href='/n12/'>通知公告</a></div><ul>@ROWS@</ul>", head='<base href="https://mzt.qinghe.example.gov.cn/">'),
    ),
    _trs_with_hot_list_of_the_same_markup(),
    _trs_with_hot_list_after(),
    _hanweb_datastore(),
    _hanweb_dataproxy_answer(),
    _hanweb_arrays(),
    _double_block_for_phones(),
    _pinned_rows(),
    _targets_of_many_kinds(),
    _interpretations_under_rows(),
    _undated_recommended_above(),
    _single_row(),
)  # fmt: skip
