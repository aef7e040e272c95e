"""A party department on a UCAP-like CMS: hexday addresses, and a server that names a wrong charset.

Pages are UTF-8 and say so in a meta tag, but the header says ISO-8859-1 (a server's default).
There is no ETag and no Last-Modified, and a box of the newest items stands beside every article:
its bytes change though nothing in it did.
"""

import hashlib
from collections.abc import Mapping

from samplesites.articles import Article
from samplesites.markup import Dress, body_html, rendered
from samplesites.uploads import upload_page
from samplesites.web import Column, Page, Site

WRONG_TYPE = "text/html; charset=ISO-8859-1"
NEWEST = 4
DRESS = Dress(
    paragraph=('<p style="text-align: justify;">&emsp;&emsp;', "</p>"),
    signature=('<div style="text-align: right;">', "&emsp;&emsp;</div>"),
)


class UcapSite(Site):
    """UCAP hexday pages. Column code: the column folder."""

    validators = "none"

    def column_url(self, column: Column) -> str:
        """Return list.shtml of the column: the bare folder is a 404, as on such sites."""
        return f"{self.base_url}/zgyj/{column.code}/list.shtml"

    def render(self, day: int) -> Mapping[str, Page]:
        """Return every list, article and attachment of the day."""
        pages: dict[str, Page] = {}
        newest = [(self._path(a), a) for a in self.articles(day)[:NEWEST]]
        for column in self.card.columns:
            shown = self.articles(day, column.id)
            rows = [(self._path(a), a) for a in shown]
            html = rendered("ucap_list.html", site=self.card, column=column, rows=rows)
            pages[f"/zgyj/{column.code}/list.shtml"] = Page(html.encode(), WRONG_TYPE)
            for article in shown:
                pages |= self._article(column, article, newest)
        return pages

    def _article(
        self, column: Column, article: Article, newest: list[tuple[str, Article]]
    ) -> dict[str, Page]:
        folder = self._path(article).rpartition("/")[0]
        files = {f"{folder}/files/{u.name}": u for u in article.uploads}
        html = rendered(
            "ucap_article.html",
            site=self.card,
            column=column,
            article=article,
            body=body_html(article.body, DRESS, word_export=article.word_export),
            uploads=[(f"files/{upload.name}", upload.name) for upload in article.uploads],
            newest=newest,
        )
        pages = {path: upload_page(upload) for path, upload in files.items()}
        return pages | {self._path(article): Page(html.encode(), WRONG_TYPE)}

    def _path(self, article: Article) -> str:
        on, code = article.posted_at, self.card.column(article.column).code
        name = hashlib.md5(str(article.number).encode()).hexdigest()
        return f"/zgyj/{code}/{on.year}/{on.month}/{on.day}/{name}.shtml"
