"""Columns written by hand or by early editors: no row elements, capitals, unclosed and unquoted markup."""

from unseen_columns.pool import Page, column, framed, html_page, items, label, write

URL = "http://www.baishi.example.gov.cn/mzj/tzgg/index.htm"


def _flat_siblings() -> Page:
    href = "show.php?id={id}"
    chosen = items(9)
    row = f'<div class="t"><a href="{href}">{{title}}</a></div><div class="d">{{day}}</div>'
    return Page(
        "flat_siblings_title_then_date",
        URL,
        framed(f'<div class="l">{write(row, chosen)}</div>'),
        label(URL, href, chosen),
    )


def _one_definition_list() -> Page:
    href = "{y}/{id}.htm"
    chosen = items(9)
    row = f'<dt>{{day}}</dt><dd><a href="{href}">{{title}}</a></dd>'
    return Page(
        "one_definition_list_date_then_title",
        URL,
        framed(f"<dl>{write(row, chosen)}</dl>"),
        label(URL, href, chosen),
    )


def _one_definition_list_title_first() -> Page:
    href = "{y}/{id}.htm"
    chosen = items(9)
    row = f'<dt><a href="{href}">{{title}}</a></dt><dd>发布日期：{{day}}</dd>'
    return Page(
        "one_definition_list_title_then_date",
        URL,
        framed(f"<dl>{write(row, chosen)}</dl>"),
        label(URL, href, chosen),
    )


PAGES = (
    _flat_siblings(),
    _one_definition_list(),
    _one_definition_list_title_first(),
    column(
        "breaks_between_rows_date_after", URL, href="{y}/{id}.htm",
        row='·<a href="@HREF@" target="_blank">{title}</a>（{day}）<br>',
        page=framed('<div class="c">@ROWS@</div>'),
    ),
    column(
        "breaks_between_rows_date_before", URL, href="{y}/{id}.htm",
        row='{day} <a href="@HREF@" target="_blank">{title}</a><br />',
        page=framed('<div class="c">@ROWS@</div>'),
    ),
    column(
        "capitals_unquoted_unclosed", URL, href="{y}/{id}.htm",
        row="<LI><A HREF=@HREF@ TARGET=_blank>{title}</A> <FONT COLOR=gray SIZE=2>({day})</FONT>",
        page="<HTML><HEAD><TITLE>通知公告</TITLE></HEAD><BODY BGCOLOR=#FFFFFF><TABLE><TR><TD><A HREF=/>首页</A><TD><A HREF=/mzj/>民政局</A></TABLE><UL>@ROWS@</UL><HR>白石县民政局 版权所有</BODY></HTML>",
    ),
    column(
        "paragraphs_with_dot_leaders", URL, href="{y}/{id}.htm",
        row='<P><A href="@HREF@">{title}</A>......................{day}</P>',
        page=framed('<div class="TRS_Editor">@ROWS@</div>'),
    ),
    column(
        "frontpage_spans_and_nbsp", URL, href="{y}/{id}.htm",
        row='<p style="line-height:150%"><span lang="zh-cn"><font size="2">●&nbsp;&nbsp;</font></span><font size="2"><a href="@HREF@"><span style="text-decoration:none">{head}</span><span>{tail}</span></a>&nbsp;&nbsp;&nbsp;&nbsp;{y}/{mm}/{dd}</font></p>',
        page=framed('<table><tr><td valign="top">@ROWS@</td></tr></table>'),
    ),
    column(
        "stray_closing_body_before_rows", URL, href="{y}/{id}.htm",
        row='<li><a href="@HREF@">{title}</a><span>{day}</span></li>',
        page='<html><body><div class="top"><a href="/">首页</a></div></body></html><ul>@ROWS@</ul><div class="foot">白石县民政局</div></body></html>',
    ),
    column(
        "onclick_windows", URL, href="/mzj/show/{id}.html",
        row="<li><a href=\"javascript:void(0);\" onclick=\"window.open('@HREF@')\" title=\"{title}\">{cut}</a><span>{day}</span></li>",
        page=framed("<ul>@ROWS@</ul>"),
    ),
    column(
        "two_digit_years", URL, href="{y}/{id}.htm",
        row='<li><a href="@HREF@">{title}</a> <i>[24-{m}-{d}]</i></li>',
        page=framed("<ul>@ROWS@</ul>"), on=("{day}", None), chosen=items(8),
    ),
    column(
        "rows_in_the_editor_box_of_a_page", URL, href="https://mzj.baishi.example.gov.cn/art/{id}.html",
        row='<p>{n}．<a href="@HREF@" target="_self">{title}</a>（{y}年{mm}月{dd}日）</p>',
        page=html_page('<div class="nav"><a href="/">首页</a> &gt; <a href="/zt/">专题</a></div><h1>社会工作政策文件汇总</h1><div id="zoom"><p>为方便查阅，现将近年来印发的文件汇总如下：</p>@ROWS@</div>'),
    ),
)  # fmt: skip
