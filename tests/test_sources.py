"""Source definitions: what is loaded, what is refused and in which words, what one address is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.addresses import canonical_url, host_key, site_of
from crawler.errors import SourceError
from crawler.sources import BASES, SHIPPED, load_source, load_sources

GOOD = """\
id = "mz_demo"
name = "演示省民政厅"
region = "32"
kind = "government"
family = "trs_tdate"
base_url = "https://mzt.example.gov.cn"
aliases = ["http://m.example.gov.cn/mzt", "http://mzt.example.gov.cn"]
drop_query = ["div"]

[[columns]]
id = "zcwj"
name = "政策文件"
role = "policy"
url = "https://mzt.example.gov.cn/zcwj/"
basis = "seen"

[[columns]]
id = "tzgg"
name = "通知公告"
role = "notice"
url = "https://mzt.example.gov.cn/tzgg/"
basis = "inferred"
"""


@pytest.fixture
def folder(tmp_path):
    def write(text=GOOD, name="mz_demo"):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def refusal(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        load_source(path)
    return str(refused.value)


def test_a_source_is_read_with_its_defaults(folder):
    source = load_sources(folder())["mz_demo"]
    assert source.delay_s == 3
    assert source.column("tzgg").max_pages == 3
    assert source.column("zcwj").entries_per_listing == (1, 60)


@pytest.mark.parametrize(
    ("old", "new", "line", "cause"),
    [
        ('role = "policy"', 'rolle = "policy"', 13, "unknown key; known keys are id, name, role"),
        ('kind = "government"', 'kynd = "government"', 4, "unknown key"),
        ("zcwj/", "zc wj/", 14, "white space"),
        ('"https://mzt.example.gov.cn"', '"ftp://mzt.example.gov.cn"', 6, "not an absolute http"),
        ('id = "tzgg"', 'id = "zcwj"', 18, "repeats column zcwj"),
        ("tzgg/", "zcwj/", 21, "repeats column zcwj"),
        ('basis = "inferred"', 'basis = "guessed"', 22, "found 'guessed'"),
        ('basis = "seen"', "", 10, "missing; add it"),
        ('role = "notice"', 'role = "notice"\nentries_per_listing = [9, 2]', 21, "fewest <= most"),
        ('region = "32"', 'region = "江苏"', 3, "found '江苏'"),
        ('family = "trs_tdate"', 'family = "trs_tdate"\ndelay_s = 0.5', 6, "impolite"),
        ('family = "trs_tdate"', 'family = "trs_tdate"\nallow_loopback = true', 6, "public site"),
        ("//mzt.example.gov.cn/tzgg/", "//other.gov.cn/tzgg/", 21, "give it its own source"),
        ("drop_query", "twins = [['a(b)', 'c\\2']]\ndrop_query", 8, "does not have"),
        ("drop_query", "twins = [['a(b', 'c']]\ndrop_query", 8, "not a regular expression"),
        ('basis = "seen"', 'basis = "seen"\nentry_url_pattern = "a(b"', 16, "not a regular"),
        ('family = "trs_tdate"', 'family = "trs"', 5, "found 'trs'"),
    ],
)
def test_a_wrong_definition_is_refused_by_file_and_line(tmp_path, old, new, line, cause):
    message = refusal(tmp_path / "mz_demo.toml", GOOD.replace(old, new, 1))
    [fault] = [text for text in message.splitlines() if cause in text]
    assert fault.startswith(f"{tmp_path}/mz_demo.toml:{line}: ")


def test_every_fault_of_a_file_is_named_at_once(tmp_path):
    text = GOOD.replace('role = "policy"', 'role = "x"').replace('region = "32"', 'region = "3"')
    assert len(refusal(tmp_path / "mz_demo.toml", text).splitlines()) == 2


def test_an_id_that_is_not_the_file_name_is_refused(tmp_path):
    assert "make them equal" in refusal(tmp_path / "other.toml", GOOD)


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    assert "not a TOML file" in refusal(tmp_path / "mz_demo.toml", "id = ")


def test_a_loopback_site_must_say_so(tmp_path):
    text = GOOD.replace("https://mzt.example.gov.cn", "http://127.0.0.1:8000")
    text = text.replace("aliases = [", "aliases = []\n# [")
    assert "set allow_loopback = true" in refusal(tmp_path / "mz_demo.toml", text)


def test_two_sources_may_not_watch_one_column(folder):
    folder()
    twin = GOOD.replace('"mz_demo"', '"mz_twin"').replace("tzgg/", "ggtz/")
    with pytest.raises(SourceError, match=r"mz_twin.toml:14: .* already watched by mz_demo/zcwj"):
        load_sources(folder(twin, "mz_twin"))


def test_a_clone_of_nobody_is_refused(folder):
    with pytest.raises(SourceError, match="names no other source"):
        load_sources(folder(GOOD.replace("aliases", 'clone_of = "nobody"\naliases')))


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no source definition"):
        load_sources(tmp_path)


def test_the_shipped_sources_load_and_every_address_has_a_basis():
    sources = load_sources(SHIPPED)
    assert {"mca", "mz_js", "mz_jl", "sw_trends", "gysb_epaper"} <= sources.keys()
    assert {c.basis for s in sources.values() for c in s.columns} <= set(BASES)
    assert all(s.insecure_tls_reason is None for s in sources.values())


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("http://mzt.example.gov.cn/a.html#top", "https://mzt.example.gov.cn/a.html"),
        ("https://MZT.example.gov.cn:443/a.html", "https://mzt.example.gov.cn/a.html"),
        ("http://m.example.gov.cn/mzt/a.html", "https://mzt.example.gov.cn/a.html"),
        ("http://m.example.gov.cn/other/a.html", "http://m.example.gov.cn/other/a.html"),
        ("https://mzt.example.gov.cn./x//y/", "https://mzt.example.gov.cn/x/y/"),
        ("https://mzt.example.gov.cn/c.htm?div=-1", "https://mzt.example.gov.cn/c.htm"),
        (
            "https://mzt.example.gov.cn/c?b=2&a=1&utm_source=wx",
            "https://mzt.example.gov.cn/c?a=1&b=2",
        ),
        ("https://mzt.example.gov.cn/c;jsessionid=AB12?a=1", "https://mzt.example.gov.cn/c?a=1"),
        ("http://elsewhere.cn:8080/a", "http://elsewhere.cn:8080/a"),
        (
            "http://mzt.example.gov.cn/x/pc/content/content_1.html",
            "https://mzt.example.gov.cn/x/content/content_1.html",
        ),
        ("https://mzt.example.gov.cn/mpost_7.html", "https://mzt.example.gov.cn/post_7.html"),
    ],
)
def test_twin_addresses_become_one(folder, written, canonical):
    twins = 'twins = [["/pc/content/", "/content/"], ["/mpost_", "/post_"]]\n'
    source = load_sources(folder(twins + GOOD))["mz_demo"]
    assert canonical_url(written, source) == canonical


@pytest.mark.parametrize("nonsense", ["javascript:void(0)", "mailto:a@b.cn", "/a.html", "http://"])
def test_what_is_no_address_has_no_canonical_form(nonsense):
    with pytest.raises(ValueError, match="address"):
        canonical_url(nonsense)


@given(
    st.from_regex(
        r"https?://[a-z]{1,8}\.gov\.cn(/[a-z0-9.]{0,6}){0,3}(\?[a-z]=[0-9])?", fullmatch=True
    )
)
def test_a_canonical_address_is_its_own_canonical_form(url):
    once = canonical_url(url)
    assert canonical_url(once) == once


def test_sub_sites_share_a_site_and_ports_of_one_machine_do_not():
    assert site_of("http://trade.example.org/a") == site_of("https://laws.example.org/")
    assert site_of("https://mzt.yunjiang.gov.cn/") != site_of("https://mzt.linhai.gov.cn/")
    assert site_of("http://127.0.0.1:18800/") != site_of("http://127.0.0.1:18801/")
    assert host_key("https://A.cn:443/x") == host_key("http://a.cn/y") == "a.cn"
