"""A provincial site on TRS WCM (拓尔思): static UTF-8 pages under `tYYYYMMDD_<id>.html`.

Lists are paged from 0 by `createPageHTML(total, current, "index", "html")`, links are relative,
the head of every page shows a date that has not moved for years, and bodies pasted from Word keep
years and dates in inline elements of their own.
"""

from collections.abc import Iterator, Mapping

from samplesites.articles import Article, in_pages
from samplesites.markup import Dress, body_html, rendered
from samplesites.uploads import upload_page
from samplesites.web import Column, Page, Site

PER_PAGE = 6
DRESS = Dress(
    paragraph=(
        '<p style="text-indent: 2em;"><span style="font-family: 仿宋_GB2312;">',
        "</span></p>",
    ),
    heading=('<p align="center"><strong><span style="font-family: 黑体;">', "</span></strong></p>"),
)


class TrsSite(Site):
    """TRS t-date pages. Column code: the folder under the root."""

    robots = Page(b"User-agent: *\nDisallow: /was5/\nDisallow: /admin/\n", "text/plain")

    def column_url(self, column: Column) -> str:
        """Return the folder of the column: its index.html is page 0."""
        return f"{self.base_url}/{column.code}/"

    def render(self, day: int) -> Mapping[str, Page]:
        """Return every list, article and attachment of the day."""
        return {
            path: page for column in self.card.columns for path, page in self._column(column, day)
        }

    def _column(self, column: Column, day: int) -> Iterator[tuple[str, Page]]:
        shown = self.articles(day, column.id)
        pages = in_pages(shown, PER_PAGE)
        for number, rows in enumerate(pages):
            name = f"index_{number}.html" if number else "index.html"
            html = rendered(
                "trs_list.html",
                site=self.card,
                column=column,
                rows=[(f"./{_path(a)}", a) for a in rows],
                total=len(pages),
                current=number,
            )
            yield f"/{column.code}/{name}", Page(html.encode())
        for place, article in enumerate(shown):
            yield from self._article(column, article, shown[place + 1 : place + 4])

    def _article(
        self, column: Column, article: Article, related: tuple[Article, ...]
    ) -> Iterator[tuple[str, Page]]:
        folder = f"/{column.code}/{article.posted_at:%Y%m}"
        uploads = {
            f"P0{article.posted_at:%Y%m%d}{article.number}{n}{u.name[u.name.rfind('.') :]}": u
            for n, u in enumerate(article.uploads, 1)
        }
        html = rendered(
            "trs_article.html",
            site=self.card,
            column=column,
            article=article,
            body=body_html(article.body, DRESS, word_export=article.word_export),
            uploads=[(f"./{file}", upload.name) for file, upload in uploads.items()],
            related=[(f"../{_path(a)}", a) for a in related],
        )
        yield f"/{column.code}/{_path(article)}", Page(html.encode())
        for file, upload in uploads.items():
            yield f"{folder}/{file}", upload_page(upload)


def _path(article: Article) -> str:
    return f"{article.posted_at:%Y%m}/t{article.posted_at:%Y%m%d}_{article.number}.html"
