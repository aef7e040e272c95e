"""Editions of one name: drafts and reports belong to the one they were written for."""

from itertools import permutations

import pytest
from invented import news_text, policy_text

from pipelines.identify import followers
from pipelines.links import Link, are_rivals, find_link
from store.records import Candidate, Document, Role

NAME = "沧州省社区矫正社工服务办法"
TEXT = policy_text("editions")


def text(on: str, number: str | None, *, title: str = NAME, body: str = TEXT) -> Document:
    return Document(
        url=f"http://mz.cn/{on}",
        title=f"关于印发《{title}》的通知",
        body_text=body,
        written_on=on,
        region="37",
        document_number=number,
    )


def draft(on: str, name: str = NAME) -> Document:
    title = f"关于《{name}（征求意见稿）》公开征求意见的公告"
    return Document(f"http://mz.cn/d{on}", title, TEXT, published_on=on, region="37")


def news(on: str | None, name: str = NAME) -> Document:
    body = news_text(f"news {on} {name}")
    return Document(f"http://n.cn/{on}", f"《{name}》出台", body, published_on=on, region="37")


TRIAL = text("2021-03-01", "沧民发〔2021〕5号", title=f"{NAME}（试行）")
FORMAL = text("2023-05-04", "沧民发〔2023〕9号", body=TEXT.replace("第三条", "第三条 经研究，"))


def link(one: tuple[Document, Role], other: tuple[Document, Role]) -> Link | None:
    """Return the link, the same from both sides."""
    found = {find_link(*a, *b) for a, b in permutations([one, other])}
    assert len(found) == 1
    return found.pop()


def test_two_editions_are_rivals_and_not_linked() -> None:
    assert link((TRIAL, "original"), (FORMAL, "original")) is None
    assert are_rivals(TRIAL, "original", FORMAL, "original")
    assert not are_rivals(TRIAL, "original", news("2021-03-04"), "news")


@pytest.mark.parametrize(
    ("on", "name", "of_trial", "of_formal"),
    [
        ("2020-11-01", f"{NAME}（试行）", True, False),
        ("2020-11-01", NAME, True, False),
        ("2022-12-02", NAME, False, True),
        ("2023-09-01", NAME, False, False),
        ("2023-05-20", NAME, False, True),
    ],
)
def test_a_draft_is_of_the_edition_that_followed_it(
    on: str, name: str, of_trial: bool, of_formal: bool
) -> None:
    found = [link((draft(on, name), "draft"), (one, "original")) for one in (TRIAL, FORMAL)]
    assert [bool(one) for one in found] == [of_trial, of_formal]


@pytest.mark.parametrize(
    ("on", "name", "of_trial", "of_formal"),
    [
        ("2021-03-09", f"{NAME}（试行）", True, False),
        ("2021-03-09", NAME, True, False),
        ("2023-05-12", NAME, False, True),
        ("2024-08-12", NAME, False, True),
        (None, NAME, True, True),
    ],
)
def test_a_report_is_about_the_edition_of_its_time(
    on: str | None, name: str, of_trial: bool, of_formal: bool
) -> None:
    found = [link((news(on, name), "news"), (one, "original")) for one in (TRIAL, FORMAL)]
    assert [bool(one) for one in found] == [of_trial, of_formal]


def test_a_report_follows_the_edition_it_is_nearer_to_when_that_arrives() -> None:
    old = text("2022-01-10", "沧民发〔2022〕1号")
    new = text("2023-05-04", "沧民发〔2023〕9号", body=policy_text("another edition"))
    report = news("2023-05-06")
    known = [
        Candidate("p1", one.url, 0, role, "news", "", one)
        for one, role in ((old, "original"), (report, "news"))  # type: ignore[assignment]
    ]
    (moved,) = followers(new, "original", (new.url, 0), known)
    assert moved.page_url == report.url
    early = [known[0], Candidate("p1", "http://n.cn/e", 0, "news", "news", "", news("2022-01-20"))]
    assert followers(new, "original", (new.url, 0), early) == ()
