"""Any way to wrap a row, to link its title and to write its date gives the same entries."""

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.listing import find_entries

URL = "https://mzj.yunhe.example.gov.cn/zwgk/tzgg/"
TITLES = [
    "云河市民政局关于开展2024年度社会工作服务机构评估的通知",
    "关于印发《云河市乡镇（街道）社会工作服务站管理办法（试行）》的通知",
    "市民政局召开社会工作人才队伍建设推进会",
    "关于公布第三批志愿服务示范站点名单的公告",
]
DAYS = ["2024-03-28", "2024-03-21", "2024-03-05", "2024-02-29"]
SUMMARY = "近日，市民政局会同市财政局开展评估，重点检查项目落实情况。评估结果将向社会公布。"

WRAPPERS = {
    "items": "<ul>{}</ul>|<li>{}</li>",
    "boxes": "<div class='list'>{}</div>|<div class='item'>{}</div>",
    "nested boxes": "<div>{}</div>|<div><div>{}</div></div>",
    "table rows": "<table>{}</table>|<tr><td>{}</td></tr>",
    "a table for each row": "<div>{}</div>|<table><tr><td>{}</td></tr></table>",
}
DATES = {
    "plain": lambda day: f"<span>{day}</span>",
    "brackets": lambda day: f"<em>[{day}]</em>",
    "slashes": lambda day: f"<i>{day.replace('-', '/')}</i>",
    "Chinese": lambda day: f"<b>{day[:4]}年{int(day[5:7])}月{int(day[8:])}日</b>",
    "label and clock": lambda day: f"<p>发布时间：{day} 10:22</p>",
    "line of facts": lambda day: f"<p>来源：市民政局<span>{day}</span>浏览：23</p>",
    "day over month": lambda day: f"<div><b>{day[8:]}</b><span>{day[:7]}</span></div>",
    "month over year": lambda day: (
        f"<div><h3>{day[5:].replace('-', '.')}</h3><h6>{day[:4]}</h6></div>"
    ),
    "bare text": lambda day: f" {day} ",
}
LINKS = {
    "text": '<a href="{url}">{title}</a>',
    "cut text": '<a href="{url}" title="{title}">{cut}...</a>',
    "heading": '<h3><a href="{url}">{title}</a></h3>',
    "picture and text": '<a href="{url}"><img src="x.jpg"></a><p><a href="{url}">{title}</a></p>',
    "summary": '<h4><a href="{url}">{title}</a></h4><p>{summary}<a href="{url}">[详细]</a></p>',
    "coloured": '<a href="{url}"><font color="red">{cut}</font>{rest}</a>',
}
NOISE = {
    "nothing": "{link}{date}",
    "date first": "{date}{link}",
    "column link": '[<a href="/zwgk/tzgg/">通知公告</a>]{link}{date}',
    "attachment": '{link}<a href="/upload/a{n}12345.pdf"><img src="p.gif"></a>{date}',
    "interpretation": '{link}<p><a href="../jd/t2024033{n}_7.html">一图读懂新政策</a></p>{date}',
    "hits": "{link}{date}<span>（{n}12）</span>",
    "numbers": "<span>330100/2024-00{n}</span>{link}<span>云民发〔2024〕{n}号</span>{date}",
}


def address(number: int) -> str:
    return f"./202403/t20240301_{900 + number}.html"


def row(number: int, link: str, date: str, noise: str) -> str:
    title = TITLES[number]
    anchor = LINKS[link].format(
        url=address(number), title=title, cut=title[:12], rest=title[12:], summary=SUMMARY
    )
    return NOISE[noise].format(link=anchor, date=DATES[date](DAYS[number]), n=number)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(list(WRAPPERS)),
    st.sampled_from(list(LINKS)),
    st.sampled_from(list(DATES)),
    st.sampled_from(list(NOISE)),
    st.integers(2, len(TITLES)),
)
def test_every_layout_of_the_same_rows_gives_the_same_entries(wrapper, link, date, noise, count):
    outer, inner = WRAPPERS[wrapper].split("|")
    rows = "".join(inner.format(row(n, link, date, noise)) for n in range(count))
    chrome = "<div><a href='/'>首页</a> 今天是2024年4月2日 星期二</div>"
    listing = find_entries(f"<html><body>{chrome}{outer.format(rows)}</body></html>", URL)
    assert [(entry.title, entry.on) for entry in listing.entries] == list(
        zip(TITLES[:count], DAYS[:count], strict=True)
    )
    assert [entry.url for entry in listing.entries] == [
        URL + address(n).removeprefix("./") for n in range(count)
    ]
