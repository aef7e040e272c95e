"""A site of bad inputs, for tests: each address does one wrong thing, its list names them all.

The sound page among them shows that the rest of a run goes on. Drips and sizes are bounded so that
a client without any defence still ends.
"""

import gzip
from collections.abc import Mapping

from samplesites.markup import rendered
from samplesites.web import Column, Page, Site

TEN_MEGABYTES = 10 * 1024 * 1024
SENTENCES = "为加强社会工作服务站建设，现就有关事项通知如下。各地要明确专人负责，按时报送进展。"
ERROR_PAGE = (
    "<html><head><title>系统错误</title></head>"
    "<body>对不起，系统繁忙，请稍后再试。错误代码：500</body></html>"
)


class BadSite(Site):
    """`/list/` leads to every bad page, `/list/empty/` has no rows; robots.txt is an HTML page."""

    robots = Page("<html><head><title>首页</title></head><body>首页</body></html>".encode())

    def column_url(self, column: Column) -> str:
        """Return the folder of the column."""
        return f"{self.base_url}/{column.code}/"

    def render(self, day: int) -> Mapping[str, Page]:
        """Return the same pages on every day."""
        pages = {f"/page/{name}.html": page for name, page in bad_pages().items()}
        rows = [(f"/page/{name}.html", f"关于{name}情况的通知") for name in bad_pages()]
        listing = rendered("bad_list.html", site=self.card, rows=rows)
        empty = rendered("bad_list.html", site=self.card, rows=[])
        return {
            **pages,
            "/page/loop-back.html": _moved("/page/loop.html"),
            "/list/index.html": Page(listing.encode()),
            "/list/empty/index.html": Page(empty.encode()),
        }


def bad_pages() -> dict[str, Page]:
    """Return name → page: what is wrong with each is said by its name."""
    sound = _article("正常页面", SENTENCES)
    packed = gzip.compress(sound, mtime=0)
    return {
        "sound": Page(sound),
        "nul": Page(sound.replace("社会".encode(), "社\0会".encode()) + b"\0" * 64),
        "control": Page(_article("控制字符", f"\x01\x0b\x1b[31m{SENTENCES}\ufffe\x7f\x85")),
        "surrogate": Page(sound.replace("工作".encode(), b"\xed\xa0\x80\xed\xb0\x80\xed\xbf\xbf")),
        "nothing": Page(b" " * TEN_MEGABYTES),
        "zero": Page(b""),
        "loop": _moved("/page/loop-back.html"),
        "gzip": Page(packed[: len(packed) // 2], headers=(("Content-Encoding", "gzip"),)),
        "error": Page(ERROR_PAGE.encode()),
        "drip": Page(sound, pause_s=0.2),
        "cut": Page(sound, missing=4096),
    }


def _moved(path: str) -> Page:
    return Page(b"", status=302, headers=(("Location", path),))


def _article(title: str, text: str) -> bytes:
    return rendered("bad_article.html", title=f"关于{title}的通知", text=text).encode()
