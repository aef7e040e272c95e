"""Labelled pairs of invented texts: copies, excerpts, edits, look-alikes; and states of one page.

In the manner of a measuring set: a function of its seed, every pair with the class of what was
done to it and whether it is the same text (True, False, or None for an edit of it).
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import opencc
from invented import clause, news_text, policy_text

TRADITIONAL = opencc.OpenCC("s2t").convert
_CITIES = ("江州", "河阳", "临川", "平湖", "安远", "东岭")
_NAMES = ("社区服务", "督导管理", "社工站", "志愿服务", "儿童关爱", "社会救助", "慈善信托")
_PEOPLE = "赵钱孙李周吴郑王"
_GLOSSES = {"務": "wù", "會": "huì", "應": "yīng", "業": "yè", "實": "shí", "動": "dòng"}
_FORM = (
    "{city}市民政局关于准予{name}中心成立登记的批复\n{who}等发起人：\n你们报来的申请成立{name}中心的材料收悉。"
    "经审查，符合规定的成立条件，准予登记。开办资金{money}万元，法定代表人为{who}，住所为{city}市建设路{door}号。"
    "业务范围：承接政府购买社会工作服务项目，开展社区服务、困难群体帮扶、志愿者培训等活动。\n请你单位自收到本"
    "批复之日起，按照核准的章程开展活动，接受登记管理机关的监督管理，于每年5月31日前报送上一年度工作报告。\n"
    "{city}市民政局\n{year}年{month}月{day}日"
)


@dataclass(frozen=True)
class Pair:
    """Two texts, what was done to the first, and whether the second is the same text."""

    kind: str
    first: str
    second: str
    same: bool | None


def pairs(seed: int, count: int) -> Iterator[Pair]:
    """Yield the pairs made of `count` texts of three kinds, and as many pairs of strangers."""
    chance = random.Random(f"pairs {seed}")
    texts = [text(chance, f"{seed} {n}", n) for n in range(count)]
    for one in texts:
        for kind, done in _COPIES.items():
            yield Pair(kind, one, done(chance, one), True)
        yield Pair("edited", one, edited(chance, one), None)
        yield Pair("quoted", one, quoted(chance, one), False)
    for _ in range(count):
        yield Pair("form", *(form(chance) for _ in range(2)), False)
        first, second = chance.sample(texts, 2)
        yield Pair("strangers", first, second, False)


def text(chance: random.Random, seed: str, number: int) -> str:
    """Return a regulation under its letter, a news item, or a list of names, by number."""
    name = chance.choice(_NAMES)
    if number % 3 == 0:
        city, year = chance.choice(_CITIES), 2010 + number % 15
        return (
            f"关于印发《{city}市{name}办法》的通知\n{city}民发〔{year}〕{number + 1}号\n"
            f"各县（市、区）民政局：\n现将《{city}市{name}办法》印发给你们，请认真贯彻执行。\n"
            f"{city}市民政局\n{year}年3月8日\n{policy_text(seed, chance.randint(5, 30))}"
        )
    if number % 3 == 1:
        return f"{chance.choice(_CITIES)}市推进{name}工作\n{news_text(seed, chance.randint(7, 18))}"
    rows = [
        f"{at}.{chance.choice(_PEOPLE)}{chance.choice('明华芳伟')}，{chance.randint(22, 60)}岁，"
        f"{chance.choice(_NAMES)}第{chance.randint(1, 90)}站社工，服务{chance.randint(2, 30)}年。"
        for at in range(1, chance.randint(12, 26))
    ]
    return "关于优秀社工名单的公示\n经评审，拟表彰下列人员，现予公示。\n" + "\n".join(rows)


def form(chance: random.Random) -> str:
    """Return one form, filled in by chance."""
    return _FORM.format(
        city=chance.choice(_CITIES),
        name=chance.choice(_NAMES) + chance.choice("甲乙丙丁戊"),
        who=chance.choice(_PEOPLE) + chance.choice("明华芳伟静"),
        money=chance.randint(3, 90),
        door=chance.randint(1, 300),
        year=chance.randint(2015, 2025),
        month=chance.randint(1, 12),
        day=chance.randint(1, 28),
    )


def framed(chance: random.Random, one: str, headline: str = "") -> str:
    """Return the text as a site prints it: path, counter, headline again, neighbours.

    headline: the text's first words where none is given.
    """
    city = chance.choice(_CITIES)
    above = [
        f"当前位置：首页 > 政务公开 > {chance.choice(_NAMES)} > 正文",
        headline or one.split("\n")[0][:26],
        f"来源：{city}民政网　发布时间：2023-0{chance.randint(1, 9)}-1{chance.randint(0, 9)} 09:30"
        f"　浏览次数：{chance.randint(3, 9999)}　【字体：大 中 小】",
    ]
    below = [
        f"编辑：{chance.choice(_PEOPLE)}明　责任编辑：{chance.choice(_PEOPLE)}芳",
        "【打印本页】【关闭窗口】",
        f"上一篇：{city}市召开民政工作会议",
        f"版权所有：{city}市民政局　网站标识码：{chance.randint(10**9, 10**10 - 1)}",
    ]
    return "\n".join([*chance.sample(above, 2), one, *chance.sample(below, 3)])


def rewrapped(chance: random.Random, one: str) -> str:
    """Return the text flat or broken every so many characters, perhaps with half-width signs."""
    flat = one.replace("\n", "")
    width = chance.choice([len(flat), chance.randint(28, 44)])
    broken = "\n".join("  " + flat[at : at + width] for at in range(0, len(flat), width))
    return (
        broken.translate(str.maketrans("，；：？（）", ",;:?()"))
        if chance.random() < 0.5
        else broken
    )


def excerpt(chance: random.Random, one: str) -> str:
    """Return about 60 % of the text's sentences, in one piece."""
    sentences = _sentences(one)
    start = chance.choice([0, chance.randint(0, int(len(sentences) * 0.4))])
    kept, length = "", 0.6 * len(one)
    for sentence in sentences[start:]:
        kept += sentence if len(kept) < length else ""
    return kept


def converted(chance: random.Random, one: str) -> str:
    """Return the text as a converting mirror serves it: traditional, glossed, letters lost."""
    shown = []
    for letter in TRADITIONAL(one):
        lost = chance.random() < 0.004 and "一" <= letter <= "龥"
        gloss = letter in _GLOSSES and chance.random() < 0.55
        shown.append("???" if lost else f"{letter}({_GLOSSES[letter]})" if gloss else letter)
    return "".join(shown)


def edited(chance: random.Random, one: str) -> str:
    """Return the text with one clause changed, replaced or added in its middle."""
    sentences = _sentences(one)
    at = chance.randint(len(sentences) // 4, 3 * len(sentences) // 4)
    numbered = [n for n, sentence in enumerate(sentences) if n and re.search(r"\d", sentence)]
    how = chance.randint(0, 2)
    if how == 0 and numbered:
        at = chance.choice(numbered)
        sentences[at] = re.sub(r"\d+", lambda n: str(int(n[0]) + 2), sentences[at], count=1)
    elif how == 1:
        sentences[at] = f"经研究，{clause(chance)}"
    else:
        sentences.insert(at, "本条自2025年7月1日起施行，原有规定与本条不一致的，以本条为准。")
    return "".join(sentences)


def quoted(chance: random.Random, one: str) -> str:
    """Return a news item that quotes a sixth of the text among its own words."""
    sentences = _sentences(one)
    said = chance.sample(sentences, max(1, len(sentences) // 6))
    own = [
        f"受访的{chance.choice(_PEOPLE)}女士表示，{clause(chance)}" for _ in range(len(said) + 2)
    ]
    mixed = [*said, *own]
    chance.shuffle(mixed)
    return "日前，一项与群众生活密切相关的新举措正式推出。" + "".join(mixed)


def _sentences(one: str) -> list[str]:
    return re.findall(r"[^。！？；\n]+[。！？；\n]?", one)


Doing = Callable[[random.Random, str], str]
_COPIES: dict[str, Doing] = {
    "traditional": lambda chance, one: TRADITIONAL(one),
    "framed": framed,
    "rewrapped": rewrapped,
    "excerpt": excerpt,
    "converted": converted,
    "framed traditional": lambda chance, one: framed(chance, TRADITIONAL(one)),
    "converted excerpt": lambda chance, one: converted(chance, excerpt(chance, one)),
    "framed excerpt": lambda chance, one: framed(chance, excerpt(chance, one)),
    "framed converted excerpt": lambda chance, one: framed(
        chance, converted(chance, excerpt(chance, one))
    ),
}
