"""Provinces of a text or host, as GB/T 2260 codes of two digits; `00` is the nation."""

import re

from pipelines.addresses import parts_of

PROVINCES: dict[str, tuple[str, ...]] = {
    "11": ("北京", "京", "bj", "beijing"),
    "12": ("天津", "津", "tj", "tianjin"),
    "13": ("河北", "冀", "he", "hebei"),
    "14": ("山西", "晋", "sx", "shanxi"),
    "15": ("内蒙古", "内", "nm", "nmg"),
    "21": ("辽宁", "辽", "ln", "liaoning"),
    "22": ("吉林", "吉", "jl", "jilin"),
    "23": ("黑龙江", "黑", "hl", "hlj"),
    "31": ("上海", "沪", "sh", "shanghai"),
    "32": ("江苏", "苏", "js", "jiangsu"),
    "33": ("浙江", "浙", "zj", "zhejiang"),
    "34": ("安徽", "皖", "ah", "anhui"),
    "35": ("福建", "闽", "fj", "fujian"),
    "36": ("江西", "赣", "jx", "jiangxi"),
    "37": ("山东", "鲁", "sd", "shandong"),
    "41": ("河南", "豫", "ha", "henan"),
    "42": ("湖北", "鄂", "hb", "hubei"),
    "43": ("湖南", "湘", "hn", "hunan"),
    "44": ("广东", "粤", "gd", "guangdong"),
    "45": ("广西", "桂", "gx", "gxzf"),
    "46": ("海南", "琼", "hi", "hainan"),
    "50": ("重庆", "渝", "cq", "chongqing"),
    "51": ("四川", "川", "sc", "sichuan"),
    "52": ("贵州", "黔", "gz", "guizhou"),
    "53": ("云南", "云", "yn", "yunnan"),
    "54": ("西藏", "藏", "xz", "xizang"),
    "61": ("陕西", "陕", "sn", "shaanxi"),
    "62": ("甘肃", "甘", "gs", "gansu"),
    "63": ("青海", "青", "qh", "qinghai"),
    "64": ("宁夏", "宁", "nx", "ningxia"),
    "65": ("新疆", "新", "xj", "xinjiang"),
    "66": ("兵团", "兵", "bt", "xjbt"),
}
"""Code: full name without 省/市/自治区, one-character name of document numbers, host labels."""

_CITIES = {
    "13": "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 雄安",
    "14": "太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁",
    "15": "呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安 锡林郭勒 阿拉善",
    "21": "沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛",
    "22": "长春 四平 辽源 通化 白山 松原 白城 延边",
    "23": "哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭",
    "32": "南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁",
    "33": "杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水",
    "34": "合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城",
    "35": "福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德",
    "36": "南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶",
    "37": "济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽",
    "41": "郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 "
    "许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源",
    "42": "武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门",
    "43": "长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西",
    "44": "广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 "
    "惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮",
    "45": "南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左",
    "46": "海口 三亚 三沙 儋州",
    "51": "成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 "
    "南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山",
    "52": "贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南",
    "53": "昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆",
    "54": "拉萨 日喀则 昌都 林芝 山南 那曲 阿里",
    "61": "西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛",
    "62": "兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南",
    "63": "西宁 海东 海北 黄南 海南 果洛 玉树 海西",
    "64": "银川 石嘴山 吴忠 固原 中卫",
    "65": "乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 "
    "阿克苏 克孜勒苏 喀什 和田 伊犁 塔城 阿勒泰",
}  # fmt: skip
"""Cities at prefecture level by province; read only with 市, 州, 盟 or 地区 behind them."""

NATION = "00"
_BY_NAME = {names[0]: code for code, names in PROVINCES.items()}
_BY_SHORT = {names[1]: code for code, names in PROVINCES.items()}
_BY_LABEL = {label: code for code, names in PROVINCES.items() for label in names[2:]}
_NAME = re.compile("|".join(["新疆生产建设兵团", *sorted(_BY_NAME, key=len, reverse=True)]))
_BY_CITY = {city: code for code, cities in _CITIES.items() for city in cities.split()}
_CITY = re.compile(
    "("
    + "|".join(sorted(_BY_CITY, key=len, reverse=True))
    + ")(?:新区|市|州|盟|地区|[^，。]{0,4}自治州)"
)
_NOT_PROVINCE = re.compile(r"海南(?:州|藏族)|(?:南|北)京(?:路|东路|西路)|上海(?:路|合作组织)")
_NATIONAL_ISSUER = re.compile(
    r"^(?:中共中央|国务院|民政部|全国|中央|国家|财政部|教育部|人力资源社会保障部|人力资源和社会保障部|司法部|"
    r"中组部|中央组织部|共青团中央|最高人民|住房城乡建设部|卫生部|公安部|中国残联|中华人民共和国)"
)
_NATIONAL_CODE = re.compile(
    r"^(?:民[发函办]|民政部|国[发办函]|国务院|中[办组发社]|人社部|财[社综]|教|司发)"
)


def region_of_name(text: str) -> str | None:
    """Return the code of the first province, else of the first city, named in text; else None."""
    match = _NAME.search(_NOT_PROVINCE.sub("", text))
    if match:
        return _BY_NAME.get(match[0], "66")
    city = _CITY.search(text)
    return _BY_CITY[city[1]] if city else None


def region_of_number(number: str | None) -> str | None:
    """Return the code of a document number's first character (苏民规 → 32), `00` for ministries."""
    if not number:
        return None
    if _NATIONAL_CODE.match(number):
        return NATION
    return _BY_SHORT.get(number[0])


def region_of_issuer(name: str) -> str | None:
    """Return the code of an organ: by the province in its name, `00` for a national one."""
    return NATION if _NATIONAL_ISSUER.match(name) else region_of_name(name)


def region_of_host(url: str) -> str | None:
    """Return the code a government host states (`mzt.jl.gov.cn` → 22), None for other hosts.

    The two-letter labels are CNNIC's administrative second-level domains.
    """
    labels = (parts_of(url).hostname or "").split(".")
    if labels[-2:] != ["gov", "cn"]:
        return None
    if labels[-3:-2] == ["mca"]:
        return NATION
    for label in reversed(labels[:-2]):
        if label in _BY_LABEL:
            return _BY_LABEL[label]
    return None


def region_of_site_code(code: str | None) -> str | None:
    """Return the province of a `SiteIDCode`: six digits of GB/T 2260, or `bm…` for a ministry."""
    if not code:
        return None
    if code.startswith("bm"):
        return NATION
    return code[:2] if code[:2] in PROVINCES else None
