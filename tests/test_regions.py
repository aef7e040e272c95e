"""Provinces of names, numbers, hosts and site codes."""

import pytest

from pipelines.regions import (
    region_of_host,
    region_of_issuer,
    region_of_name,
    region_of_number,
    region_of_site_code,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("江苏省社会工作规划", "32"),
        ("四川社工人才队伍", "51"),
        ("内蒙古自治区民政厅", "15"),
        ("新疆生产建设兵团民政局", "66"),
        ("海南藏族自治州民政局", "63"),
        ("南京市民政局", "32"),
        ("长春市朝阳区", "22"),
        ("朝阳群众的一天", None),
        ("中山路社区", None),
        ("社会工作让城市更有温度", None),
    ],
)
def test_first_province_named_counts(text: str, code: str | None) -> None:
    assert region_of_name(text) == code


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("苏民规〔2022〕4号", "32"),
        ("新民发〔2026〕20号", "65"),
        ("民发〔2012〕7号", "00"),
        ("中组发〔2011〕25号", "00"),
        ("国务院令第649号", "00"),
        ("南民函〔2023〕18号", None),
        (None, None),
    ],
)
def test_number_tells_its_province(number: str | None, code: str | None) -> None:
    assert region_of_number(number) == code


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://mzt.jl.gov.cn/x", "22"),
        ("https://mzt.jiangsu.gov.cn/", "32"),
        ("https://www.mca.gov.cn/", "00"),
        ("http://mzt.hubei.gov.cn/", "42"),
        ("https://news.example.com/", None),
        ("not a url", None),
    ],
)
def test_government_host_tells_its_province(url: str, code: str | None) -> None:
    assert region_of_host(url) == code


def test_national_issuers_are_the_nation() -> None:
    assert region_of_issuer("民政部") == "00"
    assert region_of_issuer("黑龙江省民政厅") == "23"


def test_site_code_begins_with_the_division() -> None:
    assert region_of_site_code("3200000099") == "32"
    assert region_of_site_code("bm14000002") == "00"
    assert region_of_site_code(None) is None
