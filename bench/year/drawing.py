"""Draws the truth of a year from a seed: offices, postings and their fates, troubles, deaths."""

import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import chinese_calendar  # type: ignore[import-untyped]

from bench.year.life import (
    FACES,
    MARGIN,
    PORTS,
    START,
    TROUBLES,
    Home,
    Life,
    Move,
    Trouble,
    TroubleKind,
    on,
)
from samplesites.articles import Article, Library, Posting, Revision
from samplesites.calendar import SHANGHAI
from samplesites.web import Card

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from invented import clause, numeral

MOVING = ("trs_tdate", "hanweb", "ucap", "cmstop")
RHYTHMS = (1, 2, 1, 3)
REGIONS = (
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
    *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61"),
)
FIRST, SECOND = "云临南清安永宁江东西", "江海岭原川阳湖山"
TOPICS = (
    "社会工作服务项目",
    "社会工作者职业津贴",
    "社会工作督导人员",
    "乡镇社会工作服务站",
    "社会工作岗位开发",
    "社会工作继续教育",
    "医务社会工作",
    "学校社会工作",
    "儿童福利社会工作",
    "养老社会工作",
    "社会工作服务机构评估",
    "社会工作专业人才",
    "禁毒社会工作",
    "社区社会工作",
    "司法社会工作",
    "社会救助社会工作",
    "社会工作志愿服务联动",
)
FORMS = ("管理办法", "实施方案", "实施细则", "工作规程", "管理规定", "若干措施")
NOISE = ("公开招聘工作人员公告", "办公楼维修项目中标公告", "机关食堂采购公告", "殡仪馆设备采购公告")


def draw(seed: int, days: int, sources: int) -> Life:
    """Return the year of that seed; smaller ones have all kinds of happenings, fewer of each."""
    chance = random.Random(f"year {seed}")
    homes = tuple(_homes(chance, days, sources))
    troubles = tuple(_troubles(chance, days, homes))
    deaths = {day: chance.randint(1, 60) for day in chance.sample(range(5, days), days // 15)}
    postings = [p for home in homes for p in _postings(chance, days, home)]
    postings += list(_reprints(chance, days, homes, postings))
    return Life(seed, days, homes, Library(tuple(postings)), troubles, deaths, days * 3 // 5)


def _homes(chance: random.Random, days: int, sources: int) -> Iterator[Home]:
    families = list(FACES)
    movers = set(chance.sample(range(sources), max(1, sources // 8)))
    dead = chance.choice([n for n in range(sources) if n not in movers])
    for n in range(sources):
        family = families[n % len(families)]
        place = FIRST[n % len(FIRST)] + SECOND[n // len(FIRST)]
        source = f"year_{n:02d}"
        card = Card(source, f"{place}省民政厅", REGIONS[n % len(REGIONS)], "government", family, ())
        move = None
        if n in movers:
            day = chance.randint(days // 4, days * 3 // 4)
            other = chance.choice([name for name in MOVING if name != family])
            move = Move(source, day, day + chance.randint(1, 6), other)
        yield Home(card, PORTS + n, RHYTHMS[n % 4], move, days // 3 if n == dead else None)


def _troubles(chance: random.Random, days: int, homes: tuple[Home, ...]) -> Iterator[Trouble]:
    """Yield troubles well apart; every kind occurs before one comes a second time."""
    waiting: list[TroubleKind] = []
    for home in homes:
        busy = [home.move.day] if home.move else []
        for _ in range(max(1, chance.randint(0, 3) * days // 365)):
            first = chance.randint(3, days - 8)
            length = chance.choice((1, 1, 2, 3, 5, 9))
            if home.died is not None or any(abs(first - day) < 2 * MARGIN for day in busy):
                continue
            waiting = waiting or chance.sample(TROUBLES, len(TROUBLES))
            busy.append(first)
            yield Trouble(home.id, waiting.pop(), first, min(first + length, days))


def _postings(chance: random.Random, days: int, home: Home) -> Iterator[Posting]:
    """Yield a stock from before the year, then what comes on workdays, about every tenth."""
    numbers = iter(range(100_000, 200_000))
    for n in range(min(9, 2 + days // 12)):
        posted = _workday(START - timedelta(days=20 + 25 * n))
        yield _policy(chance, home, next(numbers), 0, posted)
    every = max(2.0, chance.randint(5, 16) * min(1.0, days / 120))
    for day in range(home.died or days):
        posted = on(day)
        if day + 1 >= days or not chinese_calendar.is_workday(posted):
            continue
        if chance.random() < 1 / every:
            posting = _policy(chance, home, next(numbers), day + 1, posted)
            yield _fated(chance, days, posting)
        elif chance.random() < 1 / 40:
            yield _noise(chance, home, next(numbers), day + 1, posted)


def _workday(day: date) -> date:
    while not chinese_calendar.is_workday(day):
        day -= timedelta(days=1)
    return day


def _policy(
    chance: random.Random, home: Home, number: int, first_day: int, posted: date
) -> Posting:
    place = home.card.name.removesuffix("民政厅")
    name = f"{place}{chance.choice(TOPICS)}{chance.choice(FORMS)}"
    nth = number - 100_000 + 1
    document_number = f"{place[:2]}民发〔{posted.year}〕{nth}号"
    text = "\n".join(f"第{numeral(n)}条 {sentence(chance)}" for n in range(1, 13))
    money = f"第十三条 补助标准为每人每年{chance.randint(5, 40)}00元，由省级财政安排。"
    opening = f"{document_number}\n各市（州）民政局：\n现将《{name}》（第{nth}号）印发给你们。"
    return Posting(
        Article(
            dossier=f"{home.id}-{number}",
            role="original",
            genre="policy",
            relevant=True,
            site=home.id,
            column="zcwj",
            number=number,
            first_day=first_day,
            posted_at=_hour(chance, posted),
            title=f"{home.card.name}关于印发《{name}（第{nth}号）》的通知",
            body=f"{opening}\n{text}\n{money}",
            source=home.card.name,
            document_number=document_number,
            issuers=(home.card.name,),
            written_on=posted.isoformat(),
        )
    )


def sentence(chance: random.Random) -> str:
    """Return a clause as offices write them and words that no other text has.

    Those are the commonest characters (GB 2312, level 1): no two texts are alike by chance.
    """
    points = (bytes([chance.randint(0xB0, 0xD6), chance.randint(0xA1, 0xFE)]) for _ in range(70))
    return f"{b''.join(points).decode('gb2312')}，{clause(chance)}"


def _fated(chance: random.Random, days: int, posting: Posting) -> Posting:
    """Return the posting with what will happen to it: one in six is revised, one in 12 goes."""
    day, article = posting.article.first_day, posting.article
    fate = chance.random()
    later = day + chance.randint(2, max(3, min(100, days // 4)))
    if later >= days - 1:
        return posting
    if fate < 1 / 6:
        old = article.body.rpartition("\n")[2]
        new = f"第十三条 补助标准为每人每年{chance.randint(41, 90)}00元，由市级财政安排。"
        return Posting(article, (Revision(later, old=old, new=new),))
    gone = day + chance.randint(2, max(3, min(25, days // 5)))
    return Posting(article, gone=gone) if fate > 11 / 12 and gone < days - 5 else posting


def _noise(chance: random.Random, home: Home, number: int, first_day: int, posted: date) -> Posting:
    sentences = "\n".join(clause(chance)[-20:] for _ in range(3))
    return Posting(
        Article(
            dossier=f"{home.id}-{number}",
            role="original",
            genre="notice",
            relevant=False,
            site=home.id,
            column="zcwj",
            number=number,
            first_day=first_day,
            posted_at=_hour(chance, posted),
            title=f"{home.card.name}{chance.choice(NOISE)}（{number}）",
            body=f"有关事项公告如下。\n一、名额2名，年龄35周岁以下。\n二、报名截止后统一考试。\n{sentences}",
            source=home.card.name,
        )
    )


def _reprints(
    chance: random.Random, days: int, homes: tuple[Home, ...], postings: list[Posting]
) -> Iterator[Posting]:
    """Yield copies on other sites, some days after the original: nothing new to anybody."""
    numbers = iter(range(300_000, 400_000))
    living = [home for home in homes if home.died is None]
    for posting in postings:
        article = posting.article
        later = article.first_day + chance.randint(1, 12)
        host = chance.choice(living)
        plain = not posting.revisions and posting.gone is None and article.relevant
        posted = on(later - 1)
        if not plain or not article.first_day or later >= days or host.id == article.site:
            continue
        if chance.random() < 0.1 and chinese_calendar.is_workday(posted):
            yield Posting(_copied(chance, article, host, next(numbers), later))


def _copied(
    chance: random.Random, article: Article, host: Home, number: int, later: int
) -> Article:
    return replace(
        article,
        role="reprint",
        site=host.id,
        number=number,
        first_day=later,
        posted_at=_hour(chance, on(later - 1)),
    )


def _hour(chance: random.Random, posted: date) -> datetime:
    at = time(chance.randint(8, 17), chance.randint(0, 59))
    return datetime.combine(posted, at, SHANGHAI)
