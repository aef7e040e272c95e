"""A weekly on 方正翔宇: issues with pages (`node_N.htm`) and articles (`content_N.htm`).

The entry page sends the reader on to the newest issue by meta refresh. Pages declare gb2312 and
are GBK. Articles carry the `enpproperty` comment block (title, 肩题, 副题, date, author) and
`enpcontent` markers around the body; page names and headlines stand before it.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby

from samplesites.articles import Article
from samplesites.markup import Dress, body_html, rendered
from samplesites.web import Column, Page, Site

PAGE_NAMES = {1: "头版", 2: "社会工作专刊", 3: "社会工作专刊"}
WEEKDAYS = "一二三四五六日"
DRESS = Dress(paragraph=("<P>\u3000\u3000", "</P>"))


class EpaperSite(Site):
    """Founder e-paper pages. Column code: the paper's folder."""

    validators = "etag"

    def column_url(self, column: Column) -> str:
        """Return the entry page, which moves on to the newest issue."""
        return f"{self.base_url}/{column.code}/"

    def render(self, day: int) -> Mapping[str, Page]:
        """Return the entry page, and for each issue its pages and articles."""
        issues = [
            (at, tuple(of_issue)) for at, of_issue in groupby(self.articles(day), _issue_time)
        ]
        folders = [_folder(at) for at, _ in issues]
        pages = {
            "/gyzb/": _encoded(rendered("epaper_entry.html", first=f"{folders[0]}/node_1.htm"))
        }
        for place, (at, articles) in enumerate(issues):
            around = {
                "previous": folders[place + 1] if place + 1 < len(folders) else None,
                "following": folders[place - 1] if place else None,
            }
            pages |= self._issue(at, articles, around)
        return pages

    def _issue(
        self, at: datetime, articles: tuple[Article, ...], around: Mapping[str, str | None]
    ) -> dict[str, Page]:
        """Return the pages of one issue; `around` names the folders of its neighbours."""
        in_order = sorted(articles, key=lambda a: (a.page, a.number))
        numbers = sorted({article.page for article in articles})
        shared = {
            "site": self.card,
            "issue_on": f"{at:%Y年%m月%d日} 星期{WEEKDAYS[at.weekday()]}",
            "paper_pages": [(number, PAGE_NAMES[number]) for number in numbers],
            **around,
        }
        pages: dict[str, Page] = {}
        for number in numbers:
            on_page = [article for article in in_order if article.page == number]
            values = {**shared, "number": number, "name": PAGE_NAMES[number], "rows": on_page}
            html = rendered("epaper_page.html", **values)
            pages[f"/gyzb/{_folder(at)}/node_{number}.htm"] = _encoded(html)
            for article in on_page:
                body = body_html(article.body, DRESS)
                html = rendered("epaper_article.html", **values, article=article, body=body)
                pages[f"/gyzb/{_folder(at)}/content_{article.number}.htm"] = _encoded(html)
        return pages


def _issue_time(article: Article) -> datetime:
    return article.posted_at


def _folder(at: datetime) -> str:
    return f"html/{at:%Y-%m/%d}"


def _encoded(html: str) -> Page:
    return Page(html.encode("gbk", "xmlcharrefreplace"), "text/html")
