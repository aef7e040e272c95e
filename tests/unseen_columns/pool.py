"""The titles, days and frames that the invented pages are made from, and what a label is."""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

TITLES = (
    "关于做好2024年全省社会工作者职业水平考试考务工作的通知",
    "省民政厅召开社会工作服务站建设推进视频会议",
    "关于印发《青禾省乡镇（街道）社会工作服务站运行管理办法》的通知",
    "2024年度福利彩票公益金社会工作项目拟立项名单公示",
    "《青禾省志愿服务条例》政策解读",
    "青禾省民政厅行政处罚自由裁量权基准（2024年版）",
    "关于公开征求《社会组织评估管理实施细则（修订稿）》意见的公告",
    "我省启动“牵手计划”第五批结对帮扶工作",
    "关于开展慈善组织年度报告检查的函",
    "第十三届“青禾慈善奖”评选结果揭晓",
    "临川市：专业社工走进老旧小区办起“邻里议事厅”",
    "关于调整困难残疾人生活补贴和重度残疾人护理补贴标准的通知",
    "一图读懂：未成年人保护工作站建设规范",
    "省社会工作联合会第三届会员代表大会在澄江召开",
    "关于废止部分规范性文件的决定",
    "民政部 财政部关于加强政府购买社会工作服务的指导意见",
    "青禾省2023年社会服务发展统计公报",
    "关于表彰全省优秀社会工作案例的通报",
    "白石县探索“五社联动”助力基层治理新路径",
    "关于发布《社区社会工作服务指南》等3项地方标准的公告",
    "省民政厅2024年度公开遴选公务员面试公告",
    "关于养老服务机构消防安全专项整治情况的通报",
    "全省殡葬领域突出问题专项治理工作部署会召开",
    "关于2024年第二季度社会组织成立、变更、注销登记情况的公告",
    "让“小积分”撬动“大治理”——南桥街道的实践",
    "关于进一步规范地名命名更名工作的实施意见",
    "儿童主任：守护孩子的“临时妈妈”",
    "关于组织申报社会工作实习实训基地的通知",
    "青禾省慈善信托备案情况（2024年上半年）",
    "专访：社会工作专业人才如何扎根乡村",
    "关于低收入人口动态监测信息平台上线运行的通知",
    "清明祭扫服务保障工作平稳有序",
    "关于印发2024年民政标准化工作要点的通知",
    "全省婚姻登记“跨省通办”试点启动",
    "关于公布省级社会工作专家库入库人员名单的通知",
    "省厅领导调研流浪乞讨人员救助管理工作",
    "关于社会团体分支机构专项整治的补充通知",
    "行政复议决定书（青民复决〔2024〕7号）",
    "关于开展“社工站建设质量提升年”活动的方案",
    "省级福彩公益金使用情况公告（2023年度）",
)
DAYS = (
    "2024-06-07", "2024-06-05", "2024-05-30", "2024-05-21", "2024-05-13", "2024-04-28",
    "2024-04-16", "2024-04-02", "2024-03-25", "2024-03-11", "2024-02-26", "2024-02-04",
    "2024-01-18", "2023-12-29", "2023-12-08", "2023-11-21", "2023-11-03", "2023-10-17",
    "2023-09-28", "2023-09-11",
)  # fmt: skip
HITS = (1283, 96, 45, 3120, 877, 12, 504, 233, 61, 9, 418, 75)


@dataclass(frozen=True)
class Item:
    """One article of the pool, with every way in which a template may write its parts."""

    number: int
    title: str
    day: str

    @property
    def fields(self) -> dict[str, object]:
        """The names that row templates may use."""
        y, m, d = self.day.split("-")
        words = self.title
        return {
            "n": self.number + 1,
            "last": self.number % 10,
            "id": 40000 + 137 * self.number,
            "hex": f"{(self.number + 3) * 0x1F3A57C9D24B6E81:032x}"[-32:],
            "title": html.escape(words),
            "cut": html.escape(words[:14]) + "...",
            "head": html.escape(words[:6]),
            "tail": html.escape(words[6:]),
            "day": self.day,
            "y": y, "m": m, "d": d, "mm": str(int(m)), "dd": str(int(d)),
            "ym": y + m, "ymd": y + m + d, "md": m + d,
            "hits": HITS[self.number % len(HITS)],
            "doc": f"青民发〔{y}〕{self.number + 11}号",
            "index": f"00284512{self.number}/{y}-0{100 + self.number}",
            "summary": f"近日，有关部门就“{html.escape(words[2:9])}”一事作出安排，"
            "要求各地结合实际抓好落实，做到责任到人。",
        }  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One labelled row: where it leads, its full title and the dates that are right for it."""

    url: str
    title: str
    dates: tuple[str | None, ...]
    optional: bool = False


@dataclass(frozen=True)
class Page:
    """One labelled page."""

    name: str
    url: str
    text: str
    rows: tuple[Row, ...] = ()
    js_rendered: bool | None = False  # None: the label does not say
    tags: tuple[str, ...] = field(default=())


def items(count: int, start: int = 0) -> list[Item]:
    """The `count` articles of the pool from `start`, newest first."""
    return [
        Item(n, TITLES[n % len(TITLES)], DAYS[(n - start) * len(DAYS) // max(count, len(DAYS))])
        for n in range(start, start + count)
    ]


def write(template: str, chosen: Iterable[Item]) -> str:
    """The rows that a template writes for some articles."""
    return "\n".join(template.format(**item.fields) for item in chosen)


def label(
    url: str,
    href: str,
    chosen: Iterable[Item],
    *,
    on: Sequence[str | None] = ("{day}",),
    title: str = "{title}",
    optional: bool = False,
) -> tuple[Row, ...]:
    """The labels of rows written from some articles, `href` and `on` being templates too."""
    return tuple(
        Row(
            urljoin(url, html.unescape(href.format(**item.fields))),
            html.unescape(title.format(**item.fields)),
            tuple(form and form.format(**item.fields) for form in on),
            optional,
        )
        for item in chosen
    )


def column(
    name: str,
    url: str,
    *,
    href: str,
    row: str,
    page: str,
    chosen: Sequence[Item] | None = None,
    on: Sequence[str | None] = ("{day}",),
    title: str = "{title}",
) -> Page:
    """A page of one list: `@ROWS@` in `page` is where the rows stand, `@HREF@` in `row` the link."""
    chosen = items(10) if chosen is None else chosen
    rows = write(row.replace("@HREF@", href), chosen)
    return Page(
        name, url, page.replace("@ROWS@", rows), label(url, href, chosen, on=on, title=title)
    )


SITE = "青禾省民政厅"
NAV = """<div class="header"><div class="top"><span id="now">今天是2024年6月11日 星期二</span>
<a href="/wap/">手机版</a> | <a href="/en/">English</a> | <a href="javascript:void(0)" onclick="wza()">无障碍</a>
</div><a href="/"><img src="/images/logo.png" alt="青禾省民政厅"></a>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/jggk/">机构概况</a></li><li><a href="/xwzx/">新闻中心</a>
<ul><li><a href="/xwzx/mzyw/">民政要闻</a></li><li><a href="/xwzx/tzgg/">通知公告</a></li><li><a href="/xwzx/mtjj/">媒体聚焦</a></li></ul></li>
<li><a href="/zwgk/">政务公开</a></li><li><a href="/bsfw/">办事服务</a></li><li><a href="/hdjl/">互动交流</a></li>
<li><a href="/ztzl/">专题专栏</a></li></ul></div>"""
CRUMB = """<div class="weizhi">您现在的位置：<a href="/">首页</a> &gt; <a href="../">新闻中心</a> &gt; <a href="./">通知公告</a></div>"""
LEFT = """<div class="leftnav"><h3>新闻中心</h3><ul><li><a href="/xwzx/mzyw/">民政要闻</a></li>
<li class="on"><a href="/xwzx/tzgg/">通知公告</a></li><li><a href="/xwzx/jcdt/">基层动态</a></li>
<li><a href="/xwzx/mtjj/">媒体聚焦</a></li><li><a href="/xwzx/spxw/">视频新闻</a></li></ul></div>"""
FOOT = """<div class="links"><h4>友情链接</h4><select onchange="window.open(this.value)"><option>--国家部委--</option>
<option value="https://www.example.gov.cn/">某部</option></select>
<ul><li><a href="https://mzj.linchuan.example.gov.cn/">临川市民政局</a></li><li><a href="https://mzj.chengjiang.example.gov.cn/">澄江市民政局</a></li>
<li><a href="https://mzj.baishi.example.gov.cn/">白石县民政局</a></li><li><a href="https://sgw.qinghe.example.gov.cn/">青禾省社会工作部</a></li>
<li><a href="https://www.qhshgz.example.org.cn/">青禾省社会工作联合会</a></li></ul></div>
<div class="footer"><p><a href="/gywm/">关于我们</a> | <a href="/wzdt/">网站地图</a> | <a href="/flsm/">法律声明</a> | <a href="mailto:mzt@qinghe.example.gov.cn">联系我们</a></p>
<p>主办：青禾省民政厅 版权所有 备案号：青ICP备05001234号-1 青公网安备 33010602001234号 网站标识码 3300000017</p>
<p>地址：澄江市人民路2018号 电话：0571-20220607</p></div>"""


def html_page(body: str, *, title: str = "通知公告", head: str = "") -> str:
    """A whole document around a body."""
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}_{SITE}'
        f"</title>{head}</head>\n<body>{body}</body></html>"
    )


def framed(middle: str, *, left: str = LEFT, title: str = "通知公告", head: str = "") -> str:
    """A document with the usual head, breadcrumb, side navigation and foot of a government site."""
    return html_page(
        f'{NAV}<div class="main">{CRUMB}{left}<div class="right">{middle}</div></div>{FOOT}',
        title=title,
        head=head,
    )
