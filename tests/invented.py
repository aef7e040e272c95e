"""Invented policy texts for tests and benches: plausible words, no real page's sentences.

Every text is a function of its seed, so that a test can say which text it means.
"""

import random
from collections.abc import Iterator

_SUBJECTS = """
县级以上民政部门 乡镇人民政府 街道办事处 社会工作服务机构 社会工作者 社区居民委员会 用人单位
行业协会 项目承接主体 购买主体 志愿服务组织 督导人员 培训基地 评估机构 财政部门
"""
_MODES = """
应当 可以 不得 负责 应当按照职责 应当定期 原则上应当 鼓励 应当依法 应当及时 应当主动 有权 应当共同
"""
_DEEDS = """
建立服务对象档案并妥善保管 公开服务内容和收费标准 组织岗前培训和在岗督导
开展需求评估和效果评价 报告服务中的突发情况 接受社会监督和第三方评估
保守服务对象的隐私 配备专职工作人员 落实职业津贴 制定年度工作计划并报上级备案
引导志愿者参与专业服务 统筹使用彩票公益金 完善激励保障政策 推进信息系统互联互通
协调解决场地和设施问题 培育发展社区社会组织 建立转介和联动机制 对困难群体进行探访
纠正违反职业伦理的行为 将考核结果作为续聘依据 安排专人受理投诉
"""
_DETAILS = """
，每年不少于{n}次 ，并于{n}个工作日内答复 ，所需经费列入本级预算 ，具体标准另行制定
，服务时间每周不少于{n}小时 ，覆盖率不低于百分之{n} ，补贴标准为每月{n}元
，任何单位和个人不得干预 ，有条件的地区可以先行先试 ，由上级部门组织实施
，确因特殊情况不能执行的应当说明理由 ，并向社会公布联系方式
"""
_WHO, _MUST, _DO, _HOW = (words.split() for words in (_SUBJECTS, _MODES, _DEEDS, _DETAILS))


def clause(chance: random.Random) -> str:
    """Return one sentence."""
    how = chance.choice(_HOW).format(n=chance.randint(2, 98))
    return f"{chance.choice(_WHO)}{chance.choice(_MUST)}{chance.choice(_DO)}{how}。"


def articles(seed: object, count: int) -> Iterator[str]:
    """Yield articles of two to five sentences: `第三条 …`."""
    chance = random.Random(f"articles {seed}")
    for number in range(1, count + 1):
        sentences = "".join(clause(chance) for _ in range(chance.randint(2, 5)))
        yield f"第{numeral(number)}条 {sentences}"


def policy_text(seed: object, count: int = 12) -> str:
    """Return a regulation of `count` articles, one a line."""
    return "\n".join(articles(seed, count))


def news_text(seed: object, count: int = 9) -> str:
    """Return a news item of `count` sentences in three paragraphs."""
    chance = random.Random(f"news {seed}")
    sentences = [f"记者了解到，{clause(chance)}" for _ in range(count)]
    return "\n".join("".join(sentences[at::3]) for at in range(3))


def numeral(number: int) -> str:
    """Return 1..999 in Chinese numerals: 十二, 一百零三."""
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = digits[hundreds] + "百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones else "")
