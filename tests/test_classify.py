"""Genre, topics and relevance: on invented cases written before the rules, and by rule."""

import csv
from pathlib import Path

import pytest

from pipelines.classify import ClassifyError, built_in_rules, classify, load_rules
from store.records import Document

CASES = Path(__file__).parent / "cases" / "classify.tsv"
FOLLOWED = {"policy", "draft"}


def document(title, body="", **fields):
    return Document(url="http://mz.example.cn/1.html", title=title, body_text=body, **fields)


def cases():
    with CASES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def judged():
    return [(case, classify(document(case["title"], case["snippet"]))) for case in cases()]


def test_at_least_300_cases_with_hard_negatives():
    assert len(cases()) >= 300
    assert sum(case["relevant"] == "no" for case in cases()) >= 100


def test_relevant_policies_and_drafts_are_found(judged):
    wanted = [c for case, c in judged if case["genre"] in FOLLOWED and case["relevant"] != "no"]
    found = [c for c in wanted if c.genre in FOLLOWED and c.relevance != "no"]
    assert len(found) / len(wanted) >= 0.98


def test_what_is_found_is_mostly_wanted(judged):
    found = [case for case, c in judged if c.genre in FOLLOWED and c.relevance != "no"]
    wanted = [case for case in found if case["genre"] in FOLLOWED and case["relevant"] != "no"]
    assert len(wanted) / len(found) >= 0.85


def test_genre_is_right(judged):
    assert sum(c.genre == case["genre"] for case, c in judged) / len(judged) >= 0.95


def test_every_relevant_verdict_names_the_words_that_decided(judged):
    for case, c in judged:
        if c.relevance != "no":
            words = [r for r in c.reasons if r.speaks_for in built_in_topics() and r.weight > 0]
            assert words, case["title"]


def built_in_topics():
    return {topic for topic, _ in built_in_rules().meaning.values()}


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("江州省2024年国民经济和社会发展统计公报", "粮食产量增长。" * 200 + "社会工作机构300个。"),
        ("市委社会工作会议召开", "3月1日，市委社会工作会议召开。"),
        ("江州省社会保险经办条例", "第一条 为规范社会保险经办，制定本条例。"),
        ("河阳市民办非企业单位孵化园物业采购公告", "采购人：河阳市社会工作服务中心。"),
        ("市社工委召开主题教育部署会", "4月7日，市社工委召开部署会。"),
        ("中共河阳市委社会工作部拟任职干部公示", "王某，男，拟任社会工作部副部长。"),
    ],
)
def test_hard_negatives_are_not_relevant(title, body):
    assert classify(document(title, body)).relevance == "no"


def test_a_policy_of_a_social_work_department_is_followed_even_without_the_word_in_its_title():
    c = classify(
        document(
            "关于加强快递员等群体服务管理的若干措施",
            "一、健全工作机制。",
            issuers=("中共江州省委社会工作部",),
        )
    )
    assert c.genre == "policy"
    assert c.relevance == "maybe"


def test_a_notice_that_issues_a_plan_is_a_policy_and_one_that_calls_a_meeting_is_not():
    assert classify(document("关于印发《社工站建设方案》的通知")).genre == "policy"
    assert classify(document("关于召开社工站建设推进会的通知")).genre == "notice"


def test_the_title_is_read_in_traditional_characters_too():
    c = classify(document("關於加強社會工作專業人才隊伍建設的實施意見"))
    assert (c.genre, c.relevance) == ("policy", "yes")


def test_the_column_decides_only_where_words_do_not():
    plain = document("关于社工服务的一封信", "各位居民：")
    assert classify(plain, "policy").genre == "policy"
    assert classify(document("社工站揭牌仪式举行"), "policy").genre == "news"


def test_an_operator_adds_a_topic_in_a_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[topic."殡葬"]\n"3" = ["殡葬"]\n', encoding="utf-8")
    text = document("江州省殡葬管理办法")
    mine = classify(text, rules=load_rules([path]))
    assert mine.topics == ("殡葬",)
    assert classify(text).topics == ()


@pytest.mark.parametrize(
    "broken",
    [
        '[topic."养老"]\n1.5 = ["养老"]',
        '[[genre]]\ngenre = "essay"',
        "not toml",
        '[topics."养老"]\n"1" = ["养老"]',
        "[scoring]\nmaybe = 1.0",
        "[[genre]]\nx = 1",
    ],
)
def test_broken_rules_name_the_file(tmp_path, broken):
    path = tmp_path / "broken.toml"
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(ClassifyError, match=r"broken\.toml"):
        load_rules([path])


def test_a_page_without_words_is_other():
    c = classify(document(None))
    assert (c.genre, c.relevance, c.reasons) == ("other", "no", ())


@pytest.mark.parametrize(
    ("title", "lead", "genre"),
    [
        ("江州启动社工人才培养计划", "近日，江州启动社工人才培养计划。", "news"),
        ("河阳出台社区工作者管理办法", "记者从市民政局获悉，", "news"),
        ("省民政厅印发《社工站建设方案》", "3月8日，省民政厅印发方案。", "news"),
        ("省民政厅印发《社工站建设方案》的通知", "各市民政局：", "policy"),
        ("江州省实施《中华人民共和国慈善法》办法", "第一条 为了实施", "policy"),
        ("江州省规范性文件制定和发布办法", "第一条 为了规范", "policy"),
        ("关于公布社会工作者职业资格考试合格标准的通告", "现将合格标准公布如下。", "notice"),
        ("关于《江州省社工条例（草案）》的说明", "现就条例草案作说明。", "interpretation"),
        ("社工条例草案征求意见采纳情况公告", "共收到意见30条。", "notice"),
    ],
)
def test_headlines_are_told_from_the_texts_they_announce(title, lead, genre):
    assert classify(document(title, lead)).genre == genre


def test_topics_are_those_of_the_house():
    words = (
        "人才队伍 职业资格与考试 社工站 政府购买服务 五社联动与志愿服务 慈善 养老 儿童与未成年人 "
        "社会救助 残疾人与康复 医务与精神卫生 学校 司法矫正与禁毒 社区治理 乡村振兴 应急与灾害 "
        "行业组织与标准 党建引领"
    )
    assert built_in_topics() - {"mask", "社会工作"} == set(words.split())
    assert classify(document("社会工作条例")).topics == ()
    assert classify(document("社工站管理办法")).topics == ("社工站",)


def test_a_closing_list_of_helpers_says_nothing_of_the_text():
    listed = "引导慈善组织、社会工作服务机构、社会工作者、志愿者和爱心企业等社会力量有序参与。"
    c = classify(document("江州省电动自行车管理规定", "第一条 为加强管理，制定本规定。" + listed))
    assert c.relevance == "no"
    assert {r.weight for r in c.reasons if r.word == "社会工作者"} == {0.3}


def test_a_list_of_social_work_itself_counts_in_full():
    body = "第一条 取得助理社会工作师、社会工作师资格的，发放津贴。"
    assert classify(document("江州县专职人员津贴发放办法", body)).relevance == "maybe"


def test_fields_touched_on_in_passing_do_not_add_up():
    body = "统筹养老服务。兼顾社会救助。关爱残疾人。规范行业协会商会。发展慈善事业。"
    assert classify(document("江州市发展计划实施方案", body)).relevance == "no"
    assert classify(document("江州市养老服务实施方案", body)).relevance == "maybe"


def test_money_and_safety_take_a_title_out_of_its_field_but_never_out_of_social_work():
    assert classify(document("养老机构消防安全整治方案")).relevance == "no"
    assert classify(document("社会工作服务专项资金管理办法")).relevance == "yes"
    said = [(r.word, r.weight) for r in classify(document("养老机构消防整治方案")).reasons]
    assert ("消防", -4.0) in said


def test_a_word_means_throughout_what_it_means_in_the_title():
    story = "7月3日，会议召开。要做好社会工作，推动社会工作高质量发展。" + "加强社会工作。" * 9
    assert classify(document("省委社会工作会议召开", story)).relevance == "no"
    assert classify(document("省民政厅座谈会召开", story)).relevance != "no"


def test_a_lead_that_speaks_of_such_meetings_gives_the_word_their_sense():
    lead = "传达中央社会工作会议精神。做好社会工作。把社会工作摆在突出位置。"
    lead += "推动社会工作高质量发展，建强社会工作人才队伍，抓好基层治理。"
    assert classify(document("市委常委会召开会议", lead)).relevance == "no"
    policy = document(
        "关于加强社会工作的意见", "为落实中央社会工作会议精神，加强社会工作，提出如下意见。"
    )
    assert classify(policy).relevance == "yes"


def test_lists_of_persons_and_tenders_are_never_followed_whatever_they_name():
    words = "社会工作者、社会工作师，社工站。" * 30
    for title in ("社工站运营社会工作服务项目中标公告", "社会工作者职业资格考试合格人员公示"):
        c = classify(document(title, words, issuers=("江州省社会工作协会",)))
        assert (c.genre, c.relevance) == ("publicity", "no")


def test_an_organ_of_a_field_does_not_make_all_it_signs_relevant():
    assert classify(document("职业竞赛方案", issuers=("江州省残疾人联合会",))).relevance == "no"


def test_a_column_of_social_work_is_a_weak_word_for_it():
    text = document("关于进一步优化服务的意见", "养老服务和老年人关爱。完善养老机构。")
    assert classify(text).relevance == "no"
    assert classify(text, "social-work").relevance == "maybe"


def test_a_word_without_weight_marks_its_topic_and_no_relevance():
    c = classify(document("江州市青少年心理健康指南"))
    assert c.relevance == "no"
    assert set(c.topics) == {"儿童与未成年人", "医务与精神卫生"}


@pytest.mark.parametrize(
    ("title", "lead", "genre"),
    [
        ("关于同意成立江州市同心社会工作服务中心的批复", "经研究，同意成立。", "publicity"),
        ("关于社会工作者申报职称有关问题的复函", "你局来函收悉。", "policy"),
        ("市委办公室印发《关于加强社区工作者队伍建设的措施》", "近日印发，全文如下：", "policy"),
        ("关于公布第二批志愿服务示范单位的通知", "现予公布。", "publicity"),
        ("关于推荐优秀志愿者工作的通知", "现就推荐工作有关事项通知如下。", "notice"),
        ("中华人民共和国慈善法", "目录", "policy"),
        ("关于《社工站管理办法（征求意见稿）》的公示", "现予公示。", "draft"),
        ("《社工站管理办法（征求意见稿）》意见采纳情况公示", "现予公示。", "notice"),
        ("社工站服务清单", "", "policy"),
        ("谈社区治理的工作方法", "近年来，", "news"),
        ("我省出台社区工作者管理办法", "办法共二十条。", "news"),
        ("社会工作者职业资格考试报名简章", "一、考试时间。", "notice"),
        ("江州市社会工作联合会章程", "第一章 总则", "other"),
        ("关于公布规范性文件清理结果的公告", "现将清理结果公布如下。", "policy"),
        ("慈善和社会工作处", "主要职责：拟订政策。", "other"),
        ("凝聚基层力量——《关于加强社工站建设的意见》", "意见指出，", "interpretation"),
    ],
)
def test_kinds_that_share_their_words_are_told_apart(title, lead, genre):
    assert classify(document(title, lead)).genre == genre


@pytest.mark.parametrize(
    ("title", "body", "genre"),
    [
        ("江口市民政局关于做好春节期间安全工作的通知", "现就有关工作通知如下。", "notice"),
        ("江口市民政局2025年度彩票公益金使用情况公告", "项目用于老年人福利。", "publicity"),
        (
            "",
            "我局决定对评审结果进行公示。公示期为五个工作日，如有异议请书面反映。",
            "publicity",
        ),
        ("江口市民政局关于做好社工站建设工作的通知", "现就社工站建设通知如下。", "policy"),
    ],
)
def test_holidays_money_spent_and_objections_have_their_genres(title, body, genre):
    assert classify(document(title, body)).genre == genre


@pytest.mark.parametrize(
    ("title", "relevance"),
    [
        ("市委社会工作部到我区调研新就业群体党建工作", "no"),
        ("关于开展养老机构重大火灾隐患专项整治的通知", "no"),
        ("省民政厅调研社工站建设 将出台社工站管理办法", "yes"),
    ],
)
def test_visits_and_fires_take_from_a_field_and_not_from_social_work(title, relevance):
    body = "5月20日，市委社会工作部一行到我区调研新就业群体党建工作，了解养老机构情况。"
    assert classify(document(title, body)).relevance == relevance
