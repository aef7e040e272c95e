"""Verdicts: one page against what is known; hard negatives stay apart, revisions are real."""

import random
from dataclasses import replace

import opencc
import pytest
from invented import clause, news_text, policy_text

from pipelines.classify import classify
from pipelines.fingerprint import content_hash
from pipelines.identify import identify, is_copy, linked_policies, text_role
from pipelines.links import find_link
from pipelines.roles import role_of
from store.records import Attachment, Candidate, Classification, Document

TEXT = policy_text("identify")
NAME = "江州省社工站建设管理办法"


def document(
    url="http://mz.example.cn/1.html", title=f"关于印发《{NAME}》的通知", body=TEXT, **fields
):
    return Document(url=url, title=title, body_text=body, **fields)


def candidate(doc, policy_id="p1", role=None, genre=None):
    found = classify(doc)
    kept = Classification(genre or found.genre, (), found.relevance)
    return Candidate(
        policy_id, doc.url, 0, role or role_of(doc, kept), kept.genre, content_hash(doc), doc
    )


def verdict(doc, *known, genre=None, **kwargs):
    found = classify(doc)
    classification = Classification(genre or found.genre, (), found.relevance)
    return identify(doc, classification, [candidate(k) for k in known], None, **kwargs)


def elsewhere(**fields):
    return document(url="http://www.other.example.cn/2.html", **fields)


# --- a page not seen before -----------------------------------------------------------------------


def test_the_first_page_begins_a_dossier():
    v = verdict(document())
    assert (v.policy_id, v.kind, v.role, v.differs) == (None, "new", "original", False)


def test_a_copy_in_traditional_characters_joins_without_differing():
    copy = elsewhere(title=None, body=opencc.OpenCC("s2tw").convert(TEXT))
    v = verdict(copy, document())
    assert (v.policy_id, v.kind, v.differs) == ("p1", "joined", False)
    assert is_copy(v)
    assert text_role(v) == "reprint"


def test_an_excerpt_in_a_sites_dress_is_a_copy():
    cut = "\n".join(TEXT.split("\n")[2:10])
    dress = f"当前位置：首页 > 动态\n【字体：大 中 小】\n{cut}\n浏览次数：77次\n上一篇：无"
    assert verdict(elsewhere(title=None, body=dress), document()).kind == "joined"


def test_a_copy_with_one_number_changed_joins_and_differs():
    digit = next(c for c in TEXT if c.isdigit())
    edited = TEXT.replace(digit, str((int(digit) + 1) % 10), 1)
    v = verdict(elsewhere(title=None, body=edited), document())
    assert (v.kind, v.differs) == ("joined", True)


def test_a_copy_that_lost_characters_does_not_differ():
    damaged = "".join("???" if at % 97 == 5 else c for at, c in enumerate(TEXT))
    v = verdict(elsewhere(title=None, body=damaged), document())
    assert (v.kind, v.differs) == ("joined", False)


def test_the_same_number_joins_pages_with_short_bodies():
    one = document(body="见附件。", document_number="江民发〔2021〕7号", title="通知")
    other = elsewhere(body="点击下载。", document_number="江民发〔2021〕7号", title=NAME)
    assert verdict(other, one).reason.startswith("number:")


def test_a_trial_text_and_the_formal_one_are_two_policies():
    trial = document(title=f"{NAME}（试行）", body=policy_text("trial"))
    assert verdict(elsewhere(title=NAME, body=policy_text("formal")), trial).kind == "new"


def test_a_draft_and_the_issued_text_are_one_policy():
    draft = document(title=f"关于《{NAME}（征求意见稿）》公开征求意见的公告", body=TEXT[:900])
    v = verdict(elsewhere(title=NAME), draft)
    assert (v.kind, v.role) == ("joined", "original")
    assert candidate(draft).role == "draft"


def test_news_begins_the_dossier_of_what_it_cites_and_the_policy_joins_it():
    news = document(title=f"《{NAME}》出台", body=news_text("first"), region="32")
    v = verdict(news, genre="news")
    assert (v.kind, v.role, v.policy_title, text_role(v)) == ("new", "news", NAME, "original")
    policy = elsewhere(region="32")
    joined = identify(policy, classify(policy), [candidate(news, genre="news")], None)
    assert (joined.policy_id, joined.kind, joined.role) == ("p1", "joined", "original")


def test_a_news_digest_that_quotes_is_no_copy():
    digest = news_text("digest") + "".join(TEXT.split("\n")[3:5])
    assert not is_copy(verdict(elsewhere(title="综述", body=digest), document()))


def test_a_clone_is_mapped_to_its_original_by_path():
    original = document(url="http://paper.example.cn/html/2022-06/07/content_30316.htm", body="甲")
    clone = document(url="http://mirror.example.com/html/2022-06/07/content_30316.htm", title=None)
    v = verdict(clone, original, is_clone=True)
    assert (v.policy_id, v.role) == ("p1", "clone")
    assert verdict(clone, original).kind == "new"


def test_two_texts_on_one_cloned_page_are_not_each_others_copy():
    url = "http://mirror.example.com/html/2022-06/07/content_30316.htm"
    first = candidate(document(url=url, title="甲市社工", body=policy_text("a")), role="clone")
    second = document(url=url, title="乙市社工", body=policy_text("b"))
    v = identify(second, classify(second), [first], None, is_clone=True)
    assert v.kind == "new"


def test_two_dossiers_that_one_page_links_are_named_strongest_first():
    news = candidate(
        document(url="http://n.cn/1", title=f"《{NAME}》出台", body="近日"), "p2", "news"
    )
    copy = candidate(document(url="http://n.cn/2", title=None), "p1")
    page = elsewhere()
    assert linked_policies(page, classify(page), [news, copy]) == ("p1", "p2")
    v = identify(page, classify(page), [news, copy], None)
    assert (v.policy_id, v.runner_up) == ("p1", "p2")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"title": "社工要点", "issuers": ("民政厅",)},
            {"title": "社工要点", "issuers": ("教育厅",)},
        ),
        ({"title": "关于做好2021年度工作的通知"}, {"title": "关于做好2022年度工作的通知"}),
        ({"title": NAME, "region": "32"}, {"title": NAME, "region": "44"}),
        ({"title": NAME, "written_on": "2019-01-01"}, {"title": NAME, "written_on": "2021-01-01"}),
        ({"document_number": "民发〔2019〕1号"}, {"document_number": "民发〔2020〕1号"}),
        ({"title": "江州省社工规划"}, {"title": "河阳市落实《江州省社工规划》实施方案"}),
    ],
)  # fmt: skip
def test_hard_negatives_stay_apart(one, other):
    known = document(body=policy_text("one"), **one)
    assert verdict(elsewhere(body=policy_text("other"), **other), known).kind == "new"


@pytest.mark.parametrize("seed", range(30))
def test_forms_filled_in_differently_stay_apart(seed):
    chance = random.Random(seed)
    rules = "".join(clause(chance) for _ in range(6))

    def form():
        name = "".join(chance.sample("阳光同心启航爱心和谐蓝天春晖益民", 4))
        man = "".join(chance.sample("赵钱孙李周吴郑王明华芳伟静敏", 3))
        day = f"20{chance.randint(10, 25)}年{chance.randint(1, 12)}月{chance.randint(1, 28)}日"
        money = chance.randint(3, 900)
        return f"准予{name}中心登记，法定代表人{man}，开办资金{money}万元。{rules}批准日期{day}。"

    one, other = document(title="批复", body=form()), elsewhere(title="批复", body=form())
    assert verdict(other, one).kind == "new"


@pytest.mark.parametrize("seed", range(8))
def test_links_do_not_depend_on_which_page_came_first(seed):
    chance = random.Random(seed)
    words = TEXT.split("\n")
    one = document(body="\n".join(chance.sample(words, 9)), region="32")
    other = elsewhere(title=f"《{NAME}》出台", body="\n".join(chance.sample(words, 7)), region="32")
    assert find_link(one, "original", other, "news") == find_link(other, "news", one, "original")
    assert find_link(one, "original", other, "original") == find_link(
        other, "original", one, "original"
    )


# --- a page seen before ---------------------------------------------------------------------------


def again(new, old=None, **kwargs):
    return identify(new, classify(new), [], candidate(old or document()), **kwargs)


def test_the_same_page_again_is_the_same():
    v = again(document())
    assert (v.policy_id, v.kind) == ("p1", "same")


def test_other_bytes_are_needed_for_a_revision():
    better = document(body=TEXT + "\n第十三条 本办法自发布之日起施行。")
    assert again(better).kind == "revised"
    assert again(better, same_bytes=True).kind == "corrected"


NOISE = [
    "浏览次数：{n}次",
    "点击量： {n}",
    "【字体：大 中 小】",
    "当前位置：首页 > 政务公开 > 政策文件",
    "发布时间：2022-03-{d:02d} 10:{d:02d} 来源：本网 浏览次数：{n}",
    "分享到：微信 微博",
    "扫一扫在手机打开当前页",
    "责任编辑：王某",
    "【打印本页】【关闭窗口】",
    "上一篇：关于开展第{n}期培训的通知",
    "下一篇：无",
    "版权所有：江州省民政厅 网站标识码：32000000{d:02d}",
    "您是第{n}位访问者",
    "今天是2022年3月{d}日 星期二",
    "相关链接：",
]


@pytest.mark.parametrize("seed", range(200))
def test_noise_is_never_a_revision(seed):
    chance = random.Random(seed)
    lines = TEXT.split("\n")
    noise = [n.format(n=chance.randint(1, 99999), d=chance.randint(1, 28)) for n in NOISE]
    dressed = [*chance.sample(noise, 4), *lines, *chance.sample(noise, 6)]
    text = ("\n\n" if chance.random() < 0.5 else "\n").join(dressed)
    if chance.random() < 0.5:
        text = text.replace("，", ",").replace("。", "。 ")
    if chance.random() < 0.3:
        text = opencc.OpenCC("s2t").convert(text)
    assert again(document(body=text)).kind == "same"


def edits(chance):
    """Return one real edit of TEXT, from one character to an article."""
    lines = TEXT.split("\n")
    at = chance.randrange(len(lines))
    kind = chance.randrange(6)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, f"第{chance.randint(13, 99)}条 {clause(chance)}")
    elif kind == 2:
        lines[at] = lines[at].replace("应当", "可以", 1).replace("鼓励", "不得", 1) + "必要时除外。"
    elif kind == 3:
        lines[at] += f"该条标准提高到{chance.randint(100, 999)}元。"
    elif kind == 4:
        lines[at], lines[at - 1] = lines[at - 1], lines[at]
    else:
        cut = chance.randrange(4, len(lines[at]) - 4)
        lines[at] = lines[at][:cut] + "不" + lines[at][cut:]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(200))
def test_a_real_edit_is_always_a_revision(seed):
    assert again(document(body=edits(random.Random(seed)))).kind == "revised"


def test_header_fields_that_come_with_a_redesign_are_no_revision():
    plain = document()
    redesigned = replace(
        plain, index_number="003", document_number="江民发〔2021〕7号", theme="民政"
    )
    assert again(redesigned, plain).kind == "same"


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("expires_on", "2025-12-31", "2027-12-31"),
        ("effective_on", "2021-01-01", "2021-02-01"),
        ("document_number", "江民发〔2021〕7号", "江民发〔2021〕9号"),
        ("validity", None, "已废止"),
        ("attachments", (), (Attachment("http://a.cn/1.doc", "申报表.doc"),)),
        ("title", "社工站办法", "社区服务站办法"),
    ],
)
def test_a_changed_field_is_a_revision_and_is_named(field, before, after):
    old, new = document(**{field: before}), document(**{field: after})
    v = again(new, old)
    assert v.kind == "revised"
    assert field in v.reason


def test_new_tokens_in_attachment_links_are_no_revision():
    old = document(attachments=(Attachment("http://a.cn/d?token=1", "申报表.doc"),))
    new = document(attachments=(Attachment("http://a.cn/d?token=2", "申报表.doc"),))
    assert again(new, old).kind == "same"


def test_a_stub_that_gains_its_text_is_told_so():
    assert "正文补全" in again(document(), document(body="")).reason
