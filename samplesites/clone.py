"""A foreign host that copies other sites' pages a day later, and damages them on the way.

Each page is turned into traditional characters one by one, then changed as bytes of GBK: some
characters get their reading behind them (`發(fā)`), and a mark is put before every pair of bytes
that looks like `？`, even across two characters. That is how a `<` is lost: `專刊<` becomes `?？?`.
A line of advertising and a clock of its own come first. The process is the one that explains the
damage of clones seen in the wild. A clone is not a source of dates.
"""

import re
from collections.abc import Mapping
from functools import cache

from opencc import OpenCC

from samplesites import cards
from samplesites.articles import Library
from samplesites.epaper import EpaperSite
from samplesites.markup import rendered
from samplesites.trs import TrsSite
from samplesites.web import Card, Column, Page, Site

COPIED = re.compile(r"/content_\d+\.htm$|/zcwj/20260[56]/")
KEPT_SIMPLIFIED = frozenset("于里志范布松面")
"""Characters such converters leave alone."""
READINGS = {
    "鄉": "xiāng", "鎮": "zhèn", "創": "chuàng", "續": "xù", "區": "qū", "業": "yè",
    "發": "fā", "數": "shù", "現": "xiàn", "聯": "lián", "統": "tǒng", "養": "yǎng",
    "據": "jù", "協": "xié", "規": "guī", "態": "tài", "優": "yōu",
}  # fmt: skip
QUESTION_MARK = "？".encode("gbk")
META = re.compile(r"<meta[^>]*>\n?", re.IGNORECASE)
TITLE = re.compile(rb"<title>(.*?)(?:_|</title>)", re.DOTALL)
BODY = re.compile(r"(<body[^>]*>)")


class CloneSite(Site):
    """The copies of the e-paper and of the newest policies of one ministry site."""

    validators = "date"

    def __init__(self, card: Card, base_url: str, library: Library) -> None:
        super().__init__(card, base_url, library)
        self._originals: tuple[Site, ...] = (
            EpaperSite(cards.EPAPER, "", library),
            TrsSite(cards.TRS, "", library),
        )

    def column_url(self, column: Column) -> str:
        """Return the home page: it lists every copy, without dates."""
        return f"{self.base_url}/"

    def render(self, day: int) -> Mapping[str, Page]:
        """Return the home page and the copies of what the originals showed the day before."""
        copies: dict[str, Page] = {}
        for original in self._originals:
            for path, page in original.render(max(day - 1, 0)).items():
                if COPIED.search(path):
                    copies[path] = _copied(page) if path.endswith((".htm", ".html")) else page
        rows = [
            (path, found.group(1).decode())
            for path, page in sorted(copies.items(), reverse=True)
            if (found := TITLE.search(page.body))
        ]
        home = rendered("clone_home.html", site=self.card, rows=rows)
        return {"/index.html": Page(home.encode()), **copies}


def damaged(text: str) -> str:
    """Return `text` as the clone shows it: traditional, glossed in GBK bytes, split at `？`."""
    raw = _traditional(text).encode("gbk", "replace")
    for character, reading in READINGS.items():
        pair = character.encode("gbk")
        raw = raw.replace(pair, pair + f"({reading})".encode("gbk"))
    raw = raw.replace(QUESTION_MARK, b"," + QUESTION_MARK)
    return _read_pairs(raw).replace(",？", "？")


def _copied(page: Page) -> Page:
    """Return the copy: the original's own head fields gone, the clone's line and clock put in."""
    encoding = "gbk" if b"gb2312" in page.body[:400] else "utf-8"
    html = damaged(META.sub("", page.body.decode(encoding)))
    head = rendered("clone_head.html")
    return Page(BODY.sub(lambda match: f"{match.group(1)}\n{head}", html, count=1).encode())


def _traditional(text: str) -> str:
    return "".join(c if c in KEPT_SIMPLIFIED else _one_traditional(c) for c in text)


@cache
def _converter() -> OpenCC:
    return OpenCC("s2tw")


@cache
def _one_traditional(character: str) -> str:
    return str(_converter().convert(character))


def _read_pairs(raw: bytes) -> str:
    """Read GBK pair by pair, as the clone's converter did.

    A lead byte before an ASCII character below `@` becomes `?` and swallows it; a pair GBK does
    not know vanishes; a lead byte at the very end becomes `?`.
    """
    out: list[str] = []
    place = 0
    while place < len(raw):
        byte = raw[place]
        pair = raw[place : place + 2]
        place += 1 if byte < 0x80 else 2
        if byte < 0x80:
            out.append(chr(byte))
        elif len(pair) < 2 or pair[1] < 0x40:
            out.append("?")
        else:
            out.append(pair.decode("gbk", "ignore"))
    return "".join(out)
