"""Provinces of a text or host, as GB/T 2260 codes of two digits; `00` is the nation."""

import re
from urllib.parse import urlsplit

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

NATION = "00"
_BY_NAME = {names[0]: code for code, names in PROVINCES.items()}
_BY_SHORT = {names[1]: code for code, names in PROVINCES.items()}
_BY_LABEL = {label: code for code, names in PROVINCES.items() for label in names[2:]}
_NAME = re.compile("|".join(["新疆生产建设兵团", *sorted(_BY_NAME, key=len, reverse=True)]))
_NOT_PROVINCE = re.compile(r"海南(?:州|藏族)|(?:南|北)京(?:路|东路|西路)|上海(?:路|合作组织)")
_NATIONAL_ISSUER = re.compile(
    r"^(?:中共中央|国务院|民政部|全国|中央|国家|财政部|教育部|人力资源社会保障部|人力资源和社会保障部|司法部|"
    r"中组部|中央组织部|共青团中央|最高人民|住房城乡建设部|卫生部|公安部|中国残联|中华人民共和国)"
)
_NATIONAL_CODE = re.compile(
    r"^(?:民[发函办]|民政部|国[发办函]|国务院|中[办组发社]|人社部|财[社综]|教|司发)"
)


def region_of_name(text: str) -> str | None:
    """Return the code of the first province named in text, None when none is."""
    match = _NAME.search(_NOT_PROVINCE.sub("", text))
    return _BY_NAME.get(match[0], "66") if match else None


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
    labels = (urlsplit(url).hostname or "").split(".")
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
