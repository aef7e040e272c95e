"""Who the sample sites say they are: id, name, region, kind, family, columns. Data, nothing else.

Names are invented; region codes are real GB/T 2260 provinces because the product checks them.
"""

from samplesites.web import Card, Column

TRS = Card(
    "demo_trs",
    "云江省民政厅",
    "32",
    "government",
    "trs_tdate",
    (
        Column("zcwj", "政策文件", "policy", "zwgk/zcwj"),
        Column("tzgg", "通知公告", "notice", "zwgk/tzgg"),
        Column("zcjd", "政策解读", "interpretation", "zwgk/zcjd"),
        Column("gzdt", "工作动态", "news", "xwzx/gzdt"),
    ),
)
HANWEB = Card(
    "demo_hanweb",
    "临海省民政厅",
    "33",
    "government",
    "hanweb",
    (
        Column("gfxwj", "规范性文件", "policy", "1001"),
        Column("tzgg", "通知公告", "notice", "1002"),
        Column("shgz", "社会工作", "social-work", "1004"),
    ),
)
SWCHINA = Card(
    "demo_swchina",
    "社工视窗网",
    "00",
    "association",
    "cmstop",
    (
        Column("trends", "行业动态", "social-work", "trends"),
        Column("policy", "政策法规", "policy", "policy"),
    ),
)
GKMLPT = Card(
    "demo_gkmlpt",
    "南岭省民政厅",
    "44",
    "government",
    "gkmlpt",
    (
        Column("gfxwj", "规范性文件", "policy", "1051"),
        Column("tzgg", "通知公告", "notice", "1063"),
    ),
)
UCAP = Card(
    "demo_ucap",
    "中共云江省委社会工作部",
    "32",
    "government",
    "ucap",
    (
        Column("zcwj", "政策文件", "policy", "c114203"),
        Column("dtxx", "动态信息", "news", "c114207"),
    ),
)
EPAPER = Card(
    "demo_epaper",
    "公益周报",
    "00",
    "newspaper",
    "founder_epaper",
    (Column("issue", "数字报", "news", "gyzb"),),
)
CLONE = Card(
    "demo_clone",
    "雅韵資訊站",
    "00",
    "newspaper",
    "generic",
    (Column("home", "首頁", "news", ""),),
    clone_of="demo_epaper",
)
SCRIPT = Card(
    "demo_script",
    "北岭省民政厅",
    "23",
    "government",
    "generic",
    (Column("zcwj", "政策文件", "policy", "zcwj"),),
)
CHALLENGE = Card(
    "demo_challenge",
    "湖东省民政厅",
    "42",
    "government",
    "generic",
    (Column("zcwj", "政策文件", "policy", "zwgk/zcwj"),),
)
ROBOTS = Card(
    "demo_robots",
    "中州省民政厅",
    "41",
    "government",
    "trs_tdate",
    (Column("zcwj", "政策文件", "policy", "zwgk/zcwj"),),
)
BAD = Card(
    "demo_bad",
    "坏输入",
    "00",
    "association",
    "generic",
    (
        Column("pages", "坏页面", "policy", "list"),
        Column("empty", "空列表", "notice", "list/empty"),
    ),
)


def _service(source_id: str, name: str, family: str, code: str, kind: str = "government") -> Card:
    """Return the card of a site with one list, for the sites that are not in the demo."""
    column = Column("zcwj", "政策文件", "policy", code)
    return Card(source_id, name, "33", kind, family, (column,))


JPAAS = _service("demo_jpaas", "临海市民政局", "jpaas", "1229")
LONGXUN = _service("demo_longxun", "皖南省民政厅", "longxun", "7065111")
WAS = _service("demo_was", "闽东省民政厅", "trs_tdate", "18040")
IGS = _service("demo_igs", "津南市民政局", "trs_tdate", "28135")
GOVLIB = _service("demo_govlib", "政策文件库", "govlib", "zhengcelibrary_bm")
GDNPS = _service("demo_gdnps", "国家民政机关", "gdnps", "139")
PEOPLE = _service("demo_people", "社会工作时报", "people_paper", "459911", "newspaper")
