"""A provincial site on 大汉 JCMS: `/col/colN/index.html` and `/art/Y/M/D/art_<col>_<id>.html`.

The rows of a list stand in `<record><![CDATA[…]]></record>` inside a script of type text/xml, only
the first of them; the rest comes from `dataproxy.jsp`. Meta attributes are in single quotes, the
header table sits inside the body box, the answer is gzip though nobody asked, and robots.txt is
an HTML page.
"""

from collections.abc import Iterator, Mapping

from samplesites.articles import Article
from samplesites.markup import Dress, body_html, rendered
from samplesites.uploads import upload_page
from samplesites.web import Column, Page, Site

PER_PAGE = 5
PROXY = "/module/web/jpage/dataproxy.jsp"
WEB_ID = "33"
DRESS = Dress(
    paragraph=('<p style="line-height:2;text-indent:2em;">', "</p>"),
    signature=('<p style="text-align:right;line-height:2;">', "&nbsp;&nbsp;</p>"),
)


class HanwebSite(Site):
    """Hanweb pages. Column code: the column number."""

    force_gzip = True
    robots = Page("<html><body><script>location.href='/'</script>首页</body></html>".encode())

    def column_url(self, column: Column) -> str:
        """Return the list page of the column."""
        return f"{self.base_url}/col/col{column.code}/index.html"

    def render(self, day: int) -> Mapping[str, Page]:
        """Return every list, article and attachment of the day."""
        return {
            path: page for column in self.card.columns for path, page in self._column(column, day)
        }

    def answer(self, path: str, query: Mapping[str, str], day: int) -> Page | None:
        """Return a page, or for the proxy the asked rows as XML."""
        if path == PROXY:
            return self._asked(query, day)
        return super().answer(path, query, day)

    def _asked(self, query: Mapping[str, str], day: int) -> Page | None:
        """Return rows startrecord..endrecord, or page `page` of `perpage` rows; None: no column."""
        column = next((c for c in self.card.columns if c.code == query.get("columnid")), None)
        if column is None:
            return None
        per_page = int(query.get("perpage") or PER_PAGE)
        first = int(query.get("startrecord") or 1 + (int(query.get("page") or 1) - 1) * per_page)
        last = int(query.get("endrecord") or first + per_page - 1)
        return Page(self._rows(column, day, first, last).encode(), "text/xml;charset=UTF-8")

    def _rows(self, column: Column, day: int, first: int, last: int) -> str:
        """Return rows first..last (from 1) as XML, with the address of the rows after them."""
        shown = self.articles(day, column.id)
        following = (
            f"{PROXY}?page={last // PER_PAGE + 1}&perpage={PER_PAGE}&webid={WEB_ID}&path=/"
            f"&columnid={column.code}&unitid={_unit(column)}&permissiontype=0"
        )
        return rendered(
            "hanweb_rows.xml",
            rows=[(_path(article, column), article) for article in shown[first - 1 : last]],
            total=len(shown),
            pages=-(-len(shown) // PER_PAGE),
            following=following if last < len(shown) else None,
        )

    def _column(self, column: Column, day: int) -> Iterator[tuple[str, Page]]:
        shown = self.articles(day, column.id)
        html = rendered(
            "hanweb_list.html",
            site=self.card,
            column=column,
            island=self._rows(column, day, 1, PER_PAGE),
            total=len(shown),
            per_page=PER_PAGE,
            unit=_unit(column),
            web=WEB_ID,
            proxy=PROXY,
        )
        yield f"/col/col{column.code}/index.html", Page(html.encode())
        for article in shown:
            yield from self._article(column, article)

    def _article(self, column: Column, article: Article) -> Iterator[tuple[str, Page]]:
        uploads = {
            f"/attach/0/{article.number}{n:02d}{upload.name[upload.name.rfind('.') :]}": upload
            for n, upload in enumerate(article.uploads, 1)
        }
        html = rendered(
            "hanweb_article.html",
            site=self.card,
            column=column,
            article=article,
            body=body_html(article.body, DRESS, word_export=article.word_export),
            uploads=[(path, upload.name) for path, upload in uploads.items()],
        )
        yield _path(article, column), Page(html.encode())
        for path, upload in uploads.items():
            yield path, upload_page(upload)


def _unit(column: Column) -> str:
    return f"212{column.code}"


def _path(article: Article, column: Column) -> str:
    on = article.posted_at
    return f"/art/{on.year}/{on.month}/{on.day}/art_{column.code}_{article.number}.html"
