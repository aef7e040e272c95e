"""Whole dossiers: sixty pages of one small world end in the same dossiers in whatever order."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import chain

import opencc
import pytest
from invented import news_text, policy_text

from pipelines.classify import classify
from pipelines.fingerprint import content_hash, lookup_keys, match_keys
from pipelines.identify import followers, identify, linked_policies
from store.records import Candidate, Classification, Document

TRADITIONAL = opencc.OpenCC("s2t").convert
CHROME = (
    "当前位置：首页 > 政务公开 > 通知公告\n浏览次数：{n}次\n{text}\n上一篇：志愿服务活动\n【打印】"
)


@dataclass(frozen=True)
class Page:
    """A page of the world with its handles, made once: 200 shuffles ask for them again."""

    document: Document
    classification: Classification
    is_clone: bool
    lookups: tuple
    keys: tuple
    content_hash: str


class Archive:
    """A store's part in identification, in memory: keys, parts, policies, merges."""

    def __init__(self):
        self.index = defaultdict(set)
        self.parts = {}
        self.policy_of = {}
        self.next_id = 0

    def add(self, page):
        found = {url for key in page.lookups for url in self.index[key]}
        candidates = [self._candidate(url) for url in sorted(found)]
        judged = (page.document, page.classification, candidates)
        verdict = identify(*judged, None, is_clone=page.is_clone)
        linked = linked_policies(*judged, is_clone=page.is_clone)
        assert (verdict.kind == "new") == (not linked)
        url = page.document.url
        self.parts[url] = (page, verdict.role)
        self.policy_of[url] = self._merge(linked) if linked else self._new()
        for report in followers(page.document, verdict.role, (url, 0), candidates):
            self.policy_of[report.page_url] = self.policy_of[url]
        for key in page.keys:
            self.index[key].add(url)

    def dossiers(self):
        members = defaultdict(set)
        for url, policy_id in self.policy_of.items():
            members[policy_id].add((url, self.parts[url][1]))
        return {frozenset(pages) for pages in members.values()}

    def _new(self):
        self.next_id += 1
        return f"p{self.next_id:03d}"

    def _merge(self, linked):
        oldest = min(linked)
        for url, policy_id in self.policy_of.items():
            if policy_id in linked:
                self.policy_of[url] = oldest
        return oldest

    def _candidate(self, url):
        page, role = self.parts[url]
        genre = page.classification.genre
        return Candidate(self.policy_of[url], url, 0, role, genre, page.content_hash, page.document)


def page(url, title, body, *, genre=None, is_clone=False, **fields):
    document = Document(url=f"http://{url}", title=title, body_text=body, **fields)
    found = classify(document)
    classification = Classification(genre or found.genre, found.topics, found.relevance)
    handles = lookup_keys(document), match_keys(document), content_hash(document)
    return Page(document, classification, is_clone, *handles)


def family(n, region, province):
    """Return the pages of one policy; all of them belong together."""
    name = f"{province}省社区社会工作服务第{n}号示范办法"
    text = policy_text(n)
    number = f"{province}民发〔20{10 + n}〕{n}号"
    issuers = (f"{province}省民政厅",)
    cut = "\n".join(text.split("\n")[2:10])
    return [
        page(f"mz{n}.gov.cn/t2021_{n}0001.html", f"关于印发《{name}》的通知", text,
             document_number=number, issuers=issuers, region=region, written_on="2021-03-01"),
        page(f"city{n}.gov.cn/a/9{n}.html", name, CHROME.format(n=n, text=text), region=region),
        page(f"mirror{n}.com/t2021_{n}0001.html", TRADITIONAL(name), TRADITIONAL(text),
             is_clone=True, region=region),
        page(f"paper{n}.com/x.html", None, cut, region=region),
        page(f"mz{n}.gov.cn/yj/{n}.html", f"关于《{name}（征求意见稿）》公开征求意见的公告",
             "现公开征求意见。\n" + policy_text(n, 11), region=region, written_on="2020-11-01"),
        page(f"mz{n}.gov.cn/jd/{n}.html", f"《{name}》政策解读", news_text(f"jd{n}"),
             genre="interpretation", region=region),
        page(f"news{n}.com/1.html", f"{province}推进社区社会工作",
             f"近日，省民政厅印发《{name}》。" + news_text(f"n{n}"), genre="news", region=region),
        page(f"news{n}.com/2.html", f"《{name}》出台", news_text(f"m{n}"), genre="news",
             region=region),
        page(f"county{n}.gov.cn/3.html", f"关于转发《{name}》的通知",
             "现转发给你们，请遵照执行。", region=region),
    ]  # fmt: skip


def editions():
    """Return two editions of one name with what is said of each: two policies."""
    name = "沧州省社会工作督导实施办法"
    trial, formal = f"{name}（试行）", name
    text = policy_text("edition")
    revised = text.replace("第三条", "第三条 经研究，")
    known = {"region": "37", "issuers": ("沧州省民政厅",)}
    return [
        [
            page("ed.gov.cn/1.html", f"关于印发《{trial}》的通知", text,
                 document_number="沧民发〔2021〕5号", written_on="2021-03-01", **known),
            page("ed.gov.cn/n1.html", f"《{trial}》出台", news_text("ed1"), genre="news",
                 region="37", published_on="2021-03-09"),
            page("ed.gov.cn/n2.html", f"《{name}》解读", news_text("ed2"), genre="interpretation",
                 region="37", published_on="2021-03-20"),
        ],
        [
            page("ed.gov.cn/2.html", f"关于印发《{formal}》的通知", revised,
                 document_number="沧民发〔2023〕9号", written_on="2023-05-04", **known),
            page("ed.gov.cn/3.html", f"《{formal}（征求意见稿）》公开征求意见", text,
                 published_on="2022-12-02", **known),
            page("ed.gov.cn/n3.html", f"《{formal}》出台", news_text("ed3"), genre="news",
                 region="37", published_on="2023-05-12"),
            page("ed.gov.cn/n4.html", "社工督导有了新规矩",
                 f"近日，省民政厅印发《{formal}》。" + news_text("ed4"), genre="news",
                 region="37", published_on="2023-06-01"),
        ],
    ]  # fmt: skip


def strangers():
    """Return pages that belong to no other page, however alike."""
    plan = "社会工作要点"
    form = (
        "经查，你单位连续两年未按规定参加年度检查，违反有关规定。我局于{a}月{b}日作出民罚字第{c}号"
        "处罚决定，给予{d}撤销登记的处罚。因无法直接送达，现依法公告送达，自公告之日起三十日即视为送达。"
        "如不服本决定，可在六十日内申请复议，或者在六个月内提起诉讼。法定代表人：{e}。"
    )
    filled = [(3, 8, 12, "同心文化促进会", "赵明"), (9, 21, 77, "春晖老年协会", "周静")]
    return [
        page("mz.a.gov.cn/1.html", plan, policy_text("dept a"), region="51",
             issuers=("河川省民政厅",), written_on="2022-02-01"),
        page("edu.a.gov.cn/1.html", plan, policy_text("dept b"), region="51",
             issuers=("河川省教育厅",), written_on="2022-02-11"),
        page("mz.a.gov.cn/2.html", "关于做好2021年度评估工作的通知", policy_text("y", 6)),
        page("mz.a.gov.cn/3.html", "关于做好2022年度评估工作的通知", policy_text("y", 6)),
        page("prov.gov.cn/1.html", "平川省养老服务规划", policy_text("prov"), region="53"),
        page("city.gov.cn/1.html", "平川市落实《平川省养老服务规划》实施方案", policy_text("city"),
             region="53"),
        page("trial.gov.cn/1.html", "社工督导办法（试行）", policy_text("s1"),
             document_number="川民发〔2019〕1号", region="52"),
        page("trial.gov.cn/2.html", "社工督导办法", policy_text("s2"),
             document_number="川民发〔2022〕9号", region="52"),
        page("north.gov.cn/1.html", "关于加强社工站建设的意见", policy_text("no"), region="23"),
        page("south.gov.cn/1.html", "关于加强社工站建设的意见", policy_text("so"), region="44"),
        page("e1.com/1", "社工走进校园", news_text("event 1"), genre="news"),
        page("e2.com/1", "校园来了社工", news_text("event 2"), genre="news"),
        *(page(f"mz.a.gov.cn/f{i}.html", "行政处罚决定书送达公告",
               form.format(a=v[0], b=v[1], c=v[2], d=v[3], e=v[4])) for i, v in enumerate(filled)),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def world():
    families = [
        family(n, region, name)
        for n, (region, name) in enumerate([("32", "江州"), ("33", "浦州"), ("34", "安州"),
                                            ("35", "闽州"), ("36", "赣州")], start=1)
    ]  # fmt: skip
    return [*families, *editions()], strangers()


def dossiers_of(pages):
    archive = Archive()
    for one in pages:
        archive.add(one)
    return archive.dossiers()


def test_every_page_of_a_policy_meets_in_one_dossier_and_no_stranger_does(world):
    families, alone = world
    found = {frozenset(url for url, _ in d) for d in dossiers_of(list(chain(*families)) + alone)}
    expected = {frozenset(p.document.url for p in pages) for pages in families}
    assert found == expected | {frozenset([p.document.url]) for p in alone}


def test_roles_say_what_each_page_is_to_the_policy(world):
    families, _ = world
    (dossier,) = dossiers_of(families[0])
    assert Counter(role for _, role in dossier) == {
        "original": 3, "clone": 1, "draft": 1, "interpretation": 1, "news": 2, "implementing": 1,
    }  # fmt: skip


def test_200_shuffles_end_in_identical_dossiers(world):
    families, alone = world
    pages = [*chain(*families), *alone]
    assert len(pages) >= 60
    expected = dossiers_of(pages)
    chance = random.Random(200)
    for _ in range(200):
        chance.shuffle(pages)
        assert dossiers_of(pages) == expected
