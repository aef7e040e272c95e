"""A provincial department on the 政府信息公开平台 (gkmlpt): lists are JSON, the index is a script.

`/gkmlpt/index` names the site number (SID) and the tree of categories in `window._CONFIG`;
`/gkmlpt/api/all/<category>?page=N&sid=<SID>` lists articles, category 0 being all of them, with
`is_abolished` as data. Article pages hold the body in HTML and again as JSON (`DETAIL`).
"""

import json
from collections.abc import Mapping

from markupsafe import Markup

from samplesites.articles import Article, in_pages
from samplesites.markup import Dress, body_html, rendered
from samplesites.uploads import upload_page
from samplesites.web import Column, Page, Site

SID = "744042"
API = "/gkmlpt/api/all/"
EVERYTHING = Column("gkmlpt", "政府信息公开目录", "policy", "0")
PER_PAGE = 5
DRESS = Dress(paragraph=('<p style="text-indent: 2em;">', "</p>"))


class GkmlptSite(Site):
    """gkmlpt pages. Column code: the category number."""

    robots = Page(b"User-agent: *\nCrawl-delay: 0.05\nDisallow: /gkmlpt/search\n", "text/plain")

    def watched_columns(self) -> tuple[Column, ...]:
        """Return one column: the index, from which the lists are found."""
        return (EVERYTHING,)

    def column_url(self, column: Column) -> str:
        """Return the index of the platform, whatever the column."""
        return f"{self.base_url}/gkmlpt/index"

    def answer(self, path: str, query: Mapping[str, str], day: int) -> Page | None:
        """Return a page, or for the API one page of a category; None for another site's SID."""
        if not path.startswith(API):
            return super().answer(path, query, day)
        columns = {column.code: column for column in (EVERYTHING, *self.card.columns)}
        column = columns.get(path.removeprefix(API))
        if column is None or query.get("sid") != SID:
            return None
        return self._listing(column, int(query.get("page") or 1), day)

    def render(self, day: int) -> Mapping[str, Page]:
        """Return the index, every article and attachment of the day."""
        tree = [self._category(column, day) for column in self.card.columns]
        index = rendered("gkmlpt_index.html", site=self.card, sid=SID, tree=_script_json(tree))
        pages = {"/gkmlpt/index": Page(index.encode())}
        for article in self.articles(day):
            html = rendered(
                "gkmlpt_article.html",
                site=self.card,
                sid=SID,
                column=self.card.column(article.column),
                article=article,
                body=body_html(article.body, DRESS),
                detail=_script_json(self._fields(article, with_content=True)),
                uploads=[(_upload_path(article, n), u.name) for n, u in enumerate(article.uploads)],
            )
            pages[_path(article)] = Page(html.encode())
            for number, upload in enumerate(article.uploads):
                pages[_upload_path(article, number)] = upload_page(upload)
        return pages

    def _category(self, column: Column, day: int) -> dict[str, object]:
        return {
            "id": int(column.code),
            "name": column.name,
            "jump_url": "",
            "post_count": len(self.articles(day, column.id)),
            "children": [],
        }

    def _listing(self, column: Column, number: int, day: int) -> Page:
        shown = self.articles(day, None if column is EVERYTHING else column.id)
        pages = in_pages(shown, PER_PAGE)
        rows = pages[number - 1] if 1 <= number <= len(pages) else ()
        answer = {
            "classify": {"id": int(column.code), "name": column.name, "post_count": len(shown)},
            "articles": [self._fields(article) for article in rows],
        }
        return Page(json.dumps(answer).encode(), "application/json")

    def _fields(self, article: Article, *, with_content: bool = False) -> dict[str, object]:
        fields: dict[str, object] = {
            "id": article.number,
            "title": article.title,
            "document_number": article.document_number,
            "identifier": article.index_number,
            "publisher": "，".join(article.issuers),
            "display_publish_time": int(article.posted_at.timestamp()),
            "created_at": f"{article.posted_at:%Y-%m-%d %H:%M:%S}",
            "abstract": "",
            "classify_main_name": self.card.column(article.column).name,
            "classify_theme_name": article.theme,
            "url": self.base_url + _path(article),
            "post_url": self.base_url + _path(article).replace("post_", "mpost_"),
            "is_expired": False,
            "is_abolished": article.abolished,
            "attachment": [{"name": upload.name} for upload in article.uploads],
        }
        if with_content:
            fields["content"] = str(body_html(article.body, DRESS))
        return fields


def _script_json(value: object) -> Markup:
    """Return JSON that may stand inside <script>: `</` would end the element."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("</", "<\\/"))


def _path(article: Article) -> str:
    digits = str(article.number)
    return f"/gkmlpt/content/{digits[0]}/{digits[:4]}/post_{digits}.html"


def _upload_path(article: Article, number: int) -> str:
    name = article.uploads[number].name
    return f"/attachment/0/{article.number}/{number}{name[name.rfind('.') :]}"
