"""Files that belong to a document: linked by extension, by a query string, or named in its tail."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, unquote

from lxml import etree

from pipelines.addresses import absolute, parts_of
from pipelines.extract.labels import is_info_line
from pipelines.extract.outline import Outline
from pipelines.extract.tails import is_footer
from pipelines.extract.walk import text_in
from store.records import Attachment

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "wps": "application/vnd.ms-works",
    "et": "application/vnd.ms-excel",
    "ofd": "application/ofd",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "csv": "text/csv",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "7z": "application/x-7z-compressed",
}
_IMAGES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif"}
_EXTENSION = re.compile(rf"\.({'|'.join(MEDIA_TYPES)})(?=$|[?#&;)\s（(])", re.I)
_QUOTED = re.compile(r"""["']([^"'\s<>]*/[^"'<>]*)["']""")
_PAGE = re.compile(r"\.s?html?(?:$|[?#])", re.I)
_ENDS = re.compile(
    r"^(?:上一篇|下一篇|上一条|相关(?:新闻|文章|链接|阅读|推荐|报道|信息)|"
    r"(?:常用|资料|表格|热门)下载|下载(?:中心|专区|排行))"
)
_PROGRAM = re.compile(r"(?:阅读|浏览|播放)(?:软件|器)|(?:插件|控件|客户端).{0,4}下载|reader", re.I)
"""What a page offers to read its files with (`请使用OFD阅读软件，如未安装点击下载`)."""
_OF_THE_SITE = re.compile(
    r"(?:政府|政务)?信息公开(?:指南|目录|年报|年度报告|申请表|制度|规定)|使用帮助|隐私政策|网站声明"
)
"""What a site offers under each of its pages."""
_HANDLER = re.compile(r"down_?(?:load|file)|get_?file|attach", re.I)
"""Programs that hand out files, whose addresses end in no file's name (`download.jsp?id=7`)."""
_ANNEX = re.compile(
    r"(?:^|[。；;】])\s*(?:相关)?附\s*件(?:下载|列表)?\s*(?:[:：【\[（(\d一二三]|$)"
)
_TOOL = re.compile(r"(?:点击)?(?:下载|打印|导出|关闭|收藏)(?:本[文页]|正文|文档|此页)?")
_NUMBERED = re.compile(r"[?=]|/\w*\d")
_NO_ADDRESS = ("javascript:", "mailto:", "#", "file:")
_DATA = ("data-url", "data-href", "data-file", "data-src")
_PACKED = frozenset(("zip", "rar", "7z"))
_ROWS_OF_A_LIST = 2
"""So many links to pages on end, after the body, are a list of other pages."""
_IMAGE = re.compile(rf"\.({'|'.join(_IMAGES)})(?:$|[?#])", re.I)
_TAG = re.compile(r"<[^>]*>")
_MAY_BE_FILE = re.compile(rf"\.(?:{'|'.join(MEDIA_TYPES)})(?![a-z0-9])", re.I)
_MAY_BE_PICTURE = re.compile(rf"\.(?:{'|'.join([*MEDIA_TYPES, *_IMAGES])})(?![a-z0-9])", re.I)
_PICTURE = re.compile(rf"<a\b[^>]*\.(?:{'|'.join(_IMAGES)})(?![a-z0-9])", re.I)
_FILE_NAME = re.compile(rf"\S{{1,120}}\.(?:{'|'.join([*MEDIA_TYPES, *_IMAGES])})", re.I)


def may_name_files(text: str) -> bool:
    """Return whether a page's markup may hold attachments: where not, none need be looked for.

    A file is told by an ending somewhere in an address, a script or a name; a picture is one only
    where it is linked or its name can be read. Endings may be escaped or cut apart by tags.
    """
    visible = _TAG.sub("", text)
    looks = ((_MAY_BE_FILE, text), (_MAY_BE_PICTURE, visible), (_PICTURE, text))
    return any(pattern.search(unquote(unescape(part))) for pattern, part in looks) or bool(
        "附" in visible and _HANDLER.search(text)
    )


def read_attachments(page: Outline, first: int, last: int) -> tuple[Attachment, ...]:
    """Return the files linked between block first and the page's footer, each URL once.

    last: where the body ends; links after it count only up to the footer, the next article, or a
    list of other pages (a sidebar's files are not this article's).
    """
    found: dict[str, Attachment] = {}
    end = _end_of_article(page, last)
    annexes = -2  # the last block that lists files
    for index, link in page.links:
        if first <= index <= end:
            attachment = _linked_file(page.url, link)
            if attachment is None and _lists_files(page, index, annexes):
                attachment = _handed_out(page.url, link)
            if attachment and not _is_none(page, index, attachment, of_text=index <= last):
                annexes = index
                found.setdefault(attachment.url, attachment)
    for index, frame in page.frames:
        source = _shown_file((frame.get("src") or "").strip())
        extension = _extension(source)
        if extension and first <= index <= end + 1:  # a frame stands before the block of its index
            shown = Attachment(absolute(page.url, source), _name_in(source), MEDIA_TYPES[extension])
            found.setdefault(shown.url, shown)
    for attachment in _named_files(page, first, last):
        found.setdefault(attachment.url, attachment)
    return tuple(found.values())


def _is_none(page: Outline, index: int, attachment: Attachment, *, of_text: bool) -> bool:
    """Tell whether a link to a file leads to none of the document's attachments."""
    of_site = not of_text and bool(_OF_THE_SITE.fullmatch(attachment.name))
    return of_site or _in_info_line(page, index) or _is_program(page, index, attachment)


def _lists_files(page: Outline, index: int, annexes: int) -> bool:
    """Tell whether a block names attachments: by itself, or under one that does."""
    lines = [block.text for block in page.blocks[max(index - 1, 0) : index + 1]]
    return annexes in (index - 1, index) or any(map(_ANNEX.search, lines))


def _handed_out(base: str, link: etree._Element) -> Attachment | None:
    """Return the file that a program hands out: nothing but the words beside it say it is one.

    Seen on VSB sites (`/system/_content/download.jsp?…wbfileid=7`); the type is not known.
    """
    href = (link.get("href") or "").strip()
    name = " ".join(text_in(link).split())
    if not name or _TOOL.fullmatch(name) or href.lower().startswith(_NO_ADDRESS):
        return None
    is_one = _HANDLER.search(href) and _NUMBERED.search(href) and not _PAGE.search(href)
    return Attachment(absolute(base, href), name) if is_one else None


def _is_program(page: Outline, index: int, attachment: Attachment) -> bool:
    """Tell whether a packed file is the program that opens the attachments, not one of them."""
    line = page.blocks[index].text if index < len(page.blocks) else ""
    packed = attachment.media_type is None or _extension(attachment.url) in _PACKED
    return packed and bool(_PROGRAM.search(f"{line} {attachment.url}"))


def _in_info_line(page: Outline, index: int) -> bool:
    """A source's name may link to a file of the newsroom: it is no attachment."""
    return index < len(page.blocks) and is_info_line(page.blocks[index].text)


def _end_of_article(page: Outline, last: int) -> int:
    links = ((i, link) for i, link in page.links if last < i <= last + 40)
    files = {i for i, link in links if _extension(f"{link.get('href')} {link.get('onclick')}")}
    rows = 0
    for index in range(last, min(len(page.blocks), last + 40)):
        block = page.blocks[index]
        if is_footer(block.text) or _ENDS.match(block.text):
            return index - 1
        is_row = index > last and block.linked >= 6 and block.linked > 0.35 * len(block.text)
        rows = rows + 1 if is_row and index not in files else 0
        if rows == _ROWS_OF_A_LIST:
            return index - _ROWS_OF_A_LIST
    return min(len(page.blocks), last + 40)


def _shown_file(source: str) -> str:
    """Return the file that a viewer's page shows (`viewer.html?file=/upload/a.pdf`)."""
    parts = parts_of(source)
    if _PAGE.search(parts.path):
        named = (value for _, value in parse_qsl(parts.query) if "/" in value and _extension(value))
        return next(named, source)
    return source


def _called_file(link: etree._Element) -> str:
    """Return the address a script is given (`onclick="down('/upload/a.doc','名单.doc')"`)."""
    script = f"{link.get('onclick') or ''} {link.get('href') or ''}"
    paths = [link.get(name) or "" for name in _DATA] + _QUOTED.findall(script)
    handlers = (path for path in paths if _HANDLER.search(path))
    return next((path for path in paths if _extension(path)), next(handlers, ""))


def _linked_file(base: str, link: etree._Element) -> Attachment | None:
    href = (link.get("href") or "").strip()
    if not href or href.lower().startswith(_NO_ADDRESS):
        href = _called_file(link)
    if not href:
        return None
    name = " ".join(text_in(link).split()) or link.get("title") or ""
    extension = _extension(href) or _extension(link.get("download") or "")
    if not extension:
        extension = _extension(name)
        if not extension or _PAGE.search(href):
            return _named_image(base, href, name)
    return Attachment(absolute(base, href), name or _name_in(href), MEDIA_TYPES[extension])


def _named_image(base: str, href: str, name: str) -> Attachment | None:
    """A picture offered by its file name (`附件：1.jpg`) is a file; one that is shown is not."""
    image = _IMAGE.search(href)
    if image and (_FILE_NAME.fullmatch(name) or name.startswith("附件")):
        return Attachment(absolute(base, href), name, _IMAGES[image[1].lower()])
    return None


def _extension(text: str) -> str | None:
    matches = _EXTENSION.findall(unquote(text))
    return matches[-1].lower() if matches else None


def _name_in(href: str) -> str:
    return unquote(parts_of(href).path.rsplit("/", 1)[-1])


def _named_files(page: Outline, first: int, last: int) -> Iterator[Attachment]:
    """Text captures name files without a link (`1.jpg 2.jpg` in the last line)."""
    if page.is_html:
        return
    for block in page.blocks[max(first, last - 5) : last + 8]:
        names = re.split(r"[\s,，、;；]+", block.text.strip())
        if all(_FILE_NAME.fullmatch(name) for name in names):
            for name in names:
                extension = name.rsplit(".", 1)[-1].lower()
                yield Attachment(name, name, MEDIA_TYPES.get(extension) or _IMAGES[extension])
