"""An association's news site on CMSTOP: `/trends/YYYY/MMDD/<id>.shtml`, and a print twin.

Pages declare gb2312, but the bytes are GBK: names hold characters GB2312 lacks (镕 堃 喆 …). The
article line reads `来源 投搞 打印 收藏` (投搞 is such sites' own misspelling), the lead stands
twice, `print.php?contentid=N` repeats the article with a glued breadcrumb and no date.
"""

from collections.abc import Iterator, Mapping

from samplesites.articles import Article, in_pages
from samplesites.markup import Dress, body_html, rendered
from samplesites.web import Column, Page, Site

PER_PAGE = 8
HTML = "text/html"
DRESS = Dress(paragraph=("<p>\u3000\u3000", "</p>"))


class CmstopSite(Site):
    """CMSTOP pages. Column code: the channel folder."""

    validators = "date"

    def column_url(self, column: Column) -> str:
        """Return the channel folder."""
        return f"{self.base_url}/{column.code}/"

    def render(self, day: int) -> Mapping[str, Page]:
        """Return every list and article of the day."""
        return {
            path: page for column in self.card.columns for path, page in self._column(column, day)
        }

    def answer(self, path: str, query: Mapping[str, str], day: int) -> Page | None:
        """Return a page, or the print twin of the article `contentid`."""
        if path != "/print.php":
            return super().answer(path, query, day)
        asked = query.get("contentid")
        article = next((a for a in self.articles(day) if str(a.number) == asked), None)
        return self._page("cmstop_print.html", article) if article else None

    def _column(self, column: Column, day: int) -> Iterator[tuple[str, Page]]:
        shown = self.articles(day, column.id)
        pages = in_pages(shown, PER_PAGE)
        for number, rows in enumerate(pages, 1):
            name = f"index_{number}.shtml" if number > 1 else "index.shtml"
            html = rendered(
                "cmstop_list.html",
                site=self.card,
                column=column,
                rows=[(self._path(a), a) for a in rows],
                total=len(pages),
                current=number,
            )
            yield f"/{column.code}/{name}", _encoded(html)
            if number == 1:
                yield f"/{column.code}/", _encoded(html)
        for article in shown:
            yield self._path(article), self._page("cmstop_article.html", article)

    def _page(self, template: str, article: Article) -> Page:
        html = rendered(
            template,
            site=self.card,
            column=self.card.column(article.column),
            article=article,
            lead=article.body.splitlines()[0],
            body=body_html(article.body, DRESS),
            address=self.base_url + self._path(article),
        )
        return _encoded(html)

    def _path(self, article: Article) -> str:
        code = self.card.column(article.column).code
        return f"/{code}/{article.posted_at:%Y/%m%d}/{article.number}.shtml"


def _encoded(html: str) -> Page:
    """Return the page in GBK bytes; what GBK lacks becomes a numeric reference, as CMSTOP does."""
    return Page(html.encode("gbk", "xmlcharrefreplace"), HTML)
