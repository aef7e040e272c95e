"""Sites whose lists are services: JSON, HTML inside JSON, calendars. Not part of the demo's story.

All of them post what the Hanweb site posts, so they need no texts of their own; a site is little
more than the shape of its answers. Each shape is the one that public crawlers' files show, and its
evidence stands with the reader of its family.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote, unquote

from samplesites.articles import Article, in_pages
from samplesites.markup import Dress, body_html, rendered
from samplesites.web import Column, Page, Site

PER_PAGE = 4
TOLD_BY = "demo_hanweb"
FIRST_DAY = 28
"""Of May: the newest paper; the others came out a week apart."""

PLACEHOLDER = {"title": "文章标题", "url": "", "pubtime": ""}


class ServiceSite(Site):
    """One column, one service; a subclass says where it answers and in which shape."""

    service: ClassVar[str]
    page_key: ClassVar[str] = "page"

    def articles(self, day: int, column: str | None = None) -> tuple[Article, ...]:
        """Return the articles of the site whose texts this one shares."""
        return self.library.articles(TOLD_BY, day)

    def column_url(self, column: Column) -> str:
        """Return the service's address with the first page's question."""
        return f"{self.base_url}{self.service}?{self.page_key}=1"

    def answer(self, path: str, query: Mapping[str, str], day: int) -> Page | None:
        """Return an article's page, or what the service answers."""
        if path != self.service:
            return super().answer(path, query, day)
        pages = in_pages(self.articles(day), PER_PAGE)
        number = self.page_asked(query)
        rows = pages[number - 1] if 1 <= number <= len(pages) else ()
        return self.rows(rows, number, len(pages))

    def page_asked(self, query: Mapping[str, str]) -> int:
        """Return the number of the page a question asks for."""
        return int(query.get(self.page_key) or 1)

    def rows(self, rows: Sequence[Article], number: int, count: int) -> Page:
        """Return one page of the service. count: how many pages there are."""
        raise NotImplementedError

    def path(self, article: Article) -> str:
        """Return where an article lies."""
        return f"/art/{article.posted_at:%Y}/art_{article.number}.html"

    def render(self, day: int) -> Mapping[str, Page]:
        """Return every article of the day."""
        return {self.path(article): self.page(article) for article in self.articles(day)}

    def page(self, article: Article) -> Page:
        """Return an article's page."""
        html = rendered(
            "service_article.html", article=article, body=body_html(article.body, Dress())
        )
        return Page(html.encode())


class JpaasSite(ServiceSite):
    """大汉 jpaas: the column page names the unit that draws its list; the unit answers HTML."""

    service = "/api-gateway/jpaas-publish-server/front/page/build/unit"

    def column_url(self, column: Column) -> str:
        """Return the column's page, which holds no rows."""
        return f"{self.base_url}/col/col{column.code}/index.html"

    def render(self, day: int) -> Mapping[str, Page]:
        """Return the column page beside the articles."""
        column = self.card.columns[0]
        html = rendered("jpaas_list.html", site=self.card, column=column, unit=self.service)
        listing = {f"/col/col{column.code}/index.html": Page(html.encode())}
        return {**super().render(day), **listing}

    def page_asked(self, query: Mapping[str, str]) -> int:
        """Return the pageNo of paramJson."""
        return int(json.loads(query.get("paramJson") or "{}").get("pageNo", 1))

    def rows(self, rows: Sequence[Article], number: int, count: int) -> Page:
        """Return the rows as HTML with a pager that counts rows, not pages."""
        pager = {"rows": PER_PAGE, "count": PER_PAGE * count, "pageNo": number}
        html = rendered("service_rows.html", rows=self.listed(rows), pager=pager)
        return _json({"success": True, "data": {"html": html}})

    def listed(self, rows: Sequence[Article]) -> list[tuple[str, Article]]:
        """Return rows with their addresses."""
        return [(self.path(article), article) for article in rows]


class LongxunSite(JpaasSite):
    """龙讯: rows in the page; a page past the last says that there is nothing."""

    service = "/public/column/6595721"
    page_key = "pageIndex"

    def column_url(self, column: Column) -> str:
        """Return the department's list of one catalogue."""
        return f"{self.base_url}{self.service}?type=4&catId={column.code}&action=list"

    def page_asked(self, query: Mapping[str, str]) -> int:
        """Return pageIndex."""
        return int(query.get(self.page_key) or 1)

    def rows(self, rows: Sequence[Article], number: int, count: int) -> Page:
        """Return the rows in a page of HTML without a pager that could be followed."""
        html = rendered("service_rows.html", rows=self.listed(rows), pager={})
        return Page(f"<html><head><meta charset='utf-8'></head><body>{html}</body></html>".encode())

    def path(self, article: Article) -> str:
        """Return an address without a date."""
        return f"/public/6595721/{article.number}.html"


class WasSite(ServiceSite):
    """TRS WAS5: `docs[]`, the last of them the template's own; raw line breaks between rows."""

    service = "/was5/web/search"

    def column_url(self, column: Column) -> str:
        """Return the search that lists one channel."""
        question = f"channelid=229105&templet=docs.jsp&classsql=chnlid%3D{column.code}"
        return f"{self.base_url}{self.service}?{question}&prepage={PER_PAGE}&page=1"

    def rows(self, rows: Sequence[Article], number: int, count: int) -> Page:
        """Return the rows and the placeholder."""
        docs: list[dict[str, str]] = [
            {
                "title": article.title,
                "url": self.base_url + self.path(article),
                "pubtime": f"{article.posted_at:%Y-%m-%d %H:%M:%S}",
            }
            for article in rows
        ]
        text = ",\r\n".join(json.dumps(doc, ensure_ascii=False) for doc in [*docs, PLACEHOLDER])
        return Page(f'\r\n{{"pagenum": "{count}", "docs": [{text}]}}'.encode(), "text/html")

    def path(self, article: Article) -> str:
        """Return a TRS address."""
        return f"/gk/{article.posted_at:%Y%m}/t{article.posted_at:%Y%m%d}_{article.number}.htm"


class IgsSite(WasSite):
    """TRS IGS: `page.content[]` in capital letters, and how many pages there are."""

    service = "/igs/front/search/publish/data/list.html"
    page_key = "pageNumber"

    def column_url(self, column: Column) -> str:
        """Return the search that lists one channel."""
        question = f"filter%5BCHANNELID%5D={column.code}&pageSize={PER_PAGE}&pageNumber=1"
        return f"{self.base_url}{self.service}?{question}"

    def rows(self, rows: Sequence[Article], number: int, count: int) -> Page:
        """Return the rows."""
        content = [
            {
                "DOCTITLE": article.title,
                "DOCPUBURL": self.base_url + self.path(article),
                "DOCRELTIME": f"{article.posted_at:%Y-%m-%d %H:%M:%S}",
            }
            for article in rows
        ]
        return _json({"page": {"content": content, "totalPages": count, "number": number - 1}})


class GovlibSite(ServiceSite):
    """国务院政策文件库: `searchVO.listVO[]`, times in milliseconds, code 1001 for nothing."""

    service = "/search-gov/data"
    page_key = "p"

    def column_url(self, column: Column) -> str:
        """Return the question for one library."""
        return f"{self.base_url}{self.service}?t={column.code}&q=&p=1&n={PER_PAGE}"

    def rows(self, rows: Sequence[Article], number: int, count: int) -> Page:
        """Return the rows, with a total that is wrong as the real one is."""
        if not rows:
            return _json({"code": 1001, "msg": "抱歉，没有找到相关结果"})
        found = [
            {
                "title": article.title.replace("社会工作", "<em>社会工作</em>"),
                "url": self.base_url + self.path(article),
                "pcode": article.document_number,
                "pubtime": int(article.posted_at.timestamp() * 1000),
                "pubtimeStr": None,
            }
            for article in rows
        ]
        return _json({"code": 200, "searchVO": {"totalCount": 0, "listVO": found}})


class GdnpsSite(ServiceSite):
    """民政部's library: asked with JSON encoded twice, answers whole texts in parentheses."""

    service = "/gdnps/searchIndex.jsp"
    column_lines = ("carries_pages = true",)

    def column_url(self, column: Column) -> str:
        """Return the question, encoded twice."""
        question = json.dumps({"goPage": 1, "pageSize": PER_PAGE}, separators=(",", ":"))
        return f"{self.base_url}{self.service}?params={quote(quote(question, safe=''), safe='')}"

    def page_asked(self, query: Mapping[str, str]) -> int:
        """Return goPage of the question."""
        return int(json.loads(unquote(query["params"]))["goPage"])

    def rows(self, rows: Sequence[Article], number: int, count: int) -> Page:
        """Return the rows with their texts."""
        found = [
            {
                "title": article.title,
                "publishTime": f"{article.posted_at:%Y%m%d%H%M%S}",
                "url": self.path(article),
                "htmlContent": str(body_html(article.body, Dress())),
            }
            for article in rows
        ]
        text = json.dumps({"resultMap": found}, ensure_ascii=False)
        return Page(f"({text});".encode(), "application/json")

    def path(self, article: Article) -> str:
        """Return the address of a page that this site does not even have."""
        return f"/n1/n2/c{article.number}/content.html"

    def render(self, day: int) -> Mapping[str, Page]:
        """Return no pages: all texts are in the answers."""
        return {}


class PeoplePaperSite(ServiceSite):
    """人民网 newspaper: a calendar of years, of a year's days, and a page for each day."""

    service = "/459402/461614/index.html"

    def column_url(self, column: Column) -> str:
        """Return the calendar."""
        return f"{self.base_url}{self.service}"

    def rows(self, rows: Sequence[Article], number: int, count: int) -> Page:
        """Return the years, as the service's answer whatever is asked, with a byte order mark."""
        years = [{"title": "2026", "url": "/459402/461614/2026.json"}]
        return Page(b"\xef\xbb\xbf" + json.dumps(years).encode(), "text/html")

    def path(self, article: Article) -> str:
        """Return an address with the day of the paper."""
        return f"/n1/{article.posted_at:%Y/%m%d}/c459911-{article.number}.html"

    def render(self, day: int) -> Mapping[str, Page]:
        """Return the year's calendar, a page for each of its weekly days, the articles."""
        papers = {
            f"{FIRST_DAY - 7 * week}": [(self.path(article), article) for article in shown]
            for week, shown in enumerate(in_pages(self.articles(day), PER_PAGE))
        }
        links = [f"<a href='/paper/05{on}.html'>5月{on}日</a>" for on in papers]
        pages = {
            f"/paper/05{on}.html": Page(rendered("service_rows.html", rows=rows, pager={}).encode())
            for on, rows in papers.items()
        }
        calendar = _json({"05": links})
        return {**super().render(day), **pages, "/459402/461614/2026.json": calendar}


def _json(value: Any) -> Page:
    return Page(json.dumps(value, ensure_ascii=False).encode(), "application/json")
