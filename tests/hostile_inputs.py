"""What may come in from outside and means no good, by the door it comes through and by name.

Each list is of (name, what comes in); `test_hostile.py` takes every one of them through the real
entry point. Sizes are such that work that grows with the square of an input would be seen.
"""

import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterator

BIG = 20_000
TITLE = "关于加强社会工作服务站建设的通知"
TEXT = "各地要充分认识社会工作服务的重要意义，明确专人负责，按时报送工作进展。" * 8
ARTICLE = (
    f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>{TEXT}</p></body></html>"
)
ROW = (
    '<li><a href="/p/{n}.html">关于第{n}批社会工作服务站建设的通知</a><span>2026-05-01</span></li>'
)
LIST = "<ul>" + "".join(ROW.format(n=n) for n in range(1, 13)) + "</ul>"


def _soup() -> Iterator[tuple[str, str]]:
    for tag in ("p", "div", "span", "table", "ul", "font", "a", "b", "center", "li", "tr", "td"):
        yield f"{tag} opened {BIG // 4} times", f"<html><body>{TEXT}" + f"<{tag}>" * (BIG // 4)
    for tag in ("script", "style", "title", "textarea", "noscript", "iframe", "template", "svg"):
        yield f"{tag} never closed", f"<html><body><h1>{TITLE}</h1><{tag}>{TEXT}"
        yield f"{tag} before everything", f"<{tag}>" + ARTICLE
    for mark in ("<", "&", "&#", "<!--", "<![CDATA[", "</", "<a ", '"', "=", "&nbsp", "<p/", "]]>"):
        yield f"{mark} {BIG} times", f"<html><body><p>{TEXT}</p>" + mark * BIG
    for mark in (
        "《",
        "（",
        "〔",
        "“",
        "附件：",
        "第一条",
        "一、",
        "2024年",
        "1",
        "民发〔",
        "http://",
        "　",
    ):
        yield (
            f"text of {mark} alone",
            f"<html><body><h1>{TITLE}</h1><p>" + mark * (BIG // len(mark)),
        )
    yield (
        "a tag with 20,000 attributes",
        "<p " + " ".join(f"a{n}=1" for n in range(20_000)) + f">{TEXT}",
    )
    yield "an attribute of a megabyte", f'<html><body><p title="{"x" * 1_000_000}">{TEXT}</p>'
    yield "a title of a megabyte", f"<title>{'社' * 300_000}</title><h1>{TITLE}</h1><p>{TEXT}</p>"
    yield "one line of a megabyte", f"<h1>{TITLE}</h1><p>" + "社会工作服务站建设" * 40_000
    yield "20,000 paragraphs", f"<h1>{TITLE}</h1>" + f"<p>{TITLE}。</p>" * 20_000
    yield "5,000 rows", f"<ul>{ROW.format(n=1) * 5_000}</ul>"
    yield "5,000 attachments", ARTICLE.replace("</p>", '<a href="a.pdf">附件</a>' * 5_000 + "</p>")
    yield (
        "5,000 citations",
        ARTICLE.replace("</p>", "《社会工作条例》（民发〔2020〕1号）" * 5_000 + "</p>"),
    )
    yield "10,000 dates", ARTICLE.replace("</p>", "2024年13月45日 " * 10_000 + "</p>")
    yield (
        "impossible dates",
        ARTICLE.replace("</p>", "<p>发布时间：9999-99-99</p><p>0000年0月0日</p>"),
    )
    yield "digits beyond int", ARTICLE.replace("</p>", "发布时间：" + "9" * 6_000 + "年1月1日</p>")
    yield "a base into nowhere", '<base href="http://[::1">' + LIST
    yield "a base of script", '<base href="javascript:alert(1)">' + LIST
    yield "a base of a megabyte", f'<base href="http://a.cn/{"x" * 1_000_000}">' + LIST
    yield "a meta refresh to itself", '<meta http-equiv=refresh content="0;url=/">' + ARTICLE
    yield "nested tables", "<table><tr><td>" * 3_000 + TEXT
    yield "nested lists", "<ul><li>" * 3_000 + LIST
    yield "nested quotes", "<blockquote>" * 5_000 + TEXT
    yield "tables in rows in tables", f"<table>{'<tr><td>' + TITLE + '</td></tr>'}" * 2_000
    yield "every entity", "<p>" + "".join(f"&#{n};" for n in range(0, 70_000, 7)) + "</p>"
    yield "entities beyond Unicode", f"<p>&#x110000;&#99999999999999999999;&#xD800;</p>{TEXT}"
    yield "early ends", ("</body></html>" * 500) + ARTICLE
    yield "doctype with entities", '<!DOCTYPE html [<!ENTITY a "&a;&a;">]><p>&a;</p>' + ARTICLE
    yield "an xml prolog that lies", '<?xml version="1.0" encoding="utf-16"?>' + ARTICLE
    yield "conditional comments", "<!--[if IE]>" * 5_000 + ARTICLE
    yield "processing instructions", "<?php " * 5_000 + ARTICLE
    yield "two hundred frames", '<frameset><frame src="a.html"></frameset>' * 200
    yield "an article in an article", ARTICLE * 50
    yield "a template's marks", f"<h1>{{{{ 7*7 }}}}{{% raw %}}</h1><p>{TEXT}${{jndi:ldap://a}}</p>"
    yield "a statement of SQL", f"<h1>'); DROP TABLE policy; --</h1><p>{TEXT}</p>"
    yield "a shell's marks", f"<h1>$(touch /x) `id` ; rm -rf / | &</h1><p>{TEXT}</p>"
    yield (
        "a path upwards",
        ARTICLE.replace("</p>", '<a href="../../../../etc/passwd.pdf">附件</a></p>'),
    )
    yield "markup of the terminal", f"<h1>[bold]{TITLE}[/nothing]</h1><p>{TEXT}</p>"
    yield (
        "row titles of a megabyte",
        f'<ul><li><a href="/a.html">{"社" * 300_000}</a>2026-05-01</li></ul>',
    )
    yield (
        "pager of a million pages",
        LIST + "<script>createPageHTML(1000000, 0, 'index', 'html')</script>",
    )
    yield (
        "pager with a number beyond int",
        LIST + f"<script>createPageHTML({'9' * 5000}, 0, 'i', 'h')</script>",
    )
    yield "10,000 links to next pages", LIST + '<a href="index_2.html">下一页</a>' * 10_000
    yield "datastore cut short", "<datastore><recordset><record><![CDATA[" + LIST
    yield (
        "a datastore of 5,000",
        "<datastore>" + f"<record><![CDATA[{ROW.format(n=1)}]]></record>" * 5_000,
    )
    yield "xml with laughs", _laughs() + ARTICLE
    yield "rss with an outside entity", _outside()


def _laughs() -> str:
    steps = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{steps}]><rss><item>&a9;</item></rss>'
    )


def _outside() -> str:
    return (
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>'
        "<item><title>&x;</title><link>http://a.cn/1.html</link></item></channel></rss>"
    )


def _bytes() -> Iterator[tuple[str, bytes]]:
    yield "nothing", b""
    yield "one zero", b"\0"
    yield "zeros", b"\0" * BIG
    yield "every byte", bytes(range(256)) * 200
    yield "half a character", ARTICLE.encode()[:-20] + b"\xe7"
    yield "ÿ without end", b"\xff" * BIG
    yield "utf-16 without a mark", ARTICLE.encode("utf-16-le")
    yield "utf-16 of odd length", ARTICLE.encode("utf-16")[:-1]
    yield "utf-32", ARTICLE.encode("utf-32")
    yield "utf-7", ARTICLE.encode("utf-7")
    yield "lone surrogates", ARTICLE.encode() + b"\xed\xa0\x80" * 2_000
    yield "overlong forms", b"<p>\xc0\xbcscript\xc0\xbe</p>" * 2_000
    yield "gbk with every second byte lost", ARTICLE.encode("gbk")[::2]
    yield "gbk shifted by one", b"\xb9" + ARTICLE.encode("gbk")[1:]
    yield (
        "charsets in turns",
        (TEXT.encode() + TEXT.encode("gbk") + TEXT.encode("big5", "ignore")) * 20,
    )
    yield "question marks", ARTICLE.encode().replace("社".encode(), b"?") + b"?" * BIG
    yield "replacement characters", ("<h1>\ufffd</h1><p>" + "\ufffd" * BIG).encode()
    yield "twice encoded", ARTICLE.encode().decode("latin-1").encode()
    yield "ten times encoded", _encoded_again(ARTICLE[:300].encode(), 8)
    yield "controls and bidi", ("\x1b[2J\u202e\u2066" * 5_000 + ARTICLE).encode()
    yield "combining marks", ("<p>社" + "\u0301" * BIG).encode()
    yield "zero-width everything", ARTICLE.replace("工", "工\u200b\u200d\ufeff" * 50).encode()
    yield "plane 2 and emoji", ("<h1>𠮷🀄👨‍👩‍👧" * 3_000 + ARTICLE).encode()
    yield "private use", ("<p>" + "\ue000\uf8ff" * BIG).encode()
    yield "marks of byte order inside", ARTICLE.encode().replace(b"<p>", b"\xef\xbb\xbf<p>\xff\xfe")
    yield "a pdf that is called a page", b"%PDF-1.7\n" + b"\0" * 5_000
    yield "a zip that is called a page", b"PK\x03\x04" + b"\0" * 5_000
    yield "meta of 50 charsets", b"".join(b"<meta charset=x%d>" % n for n in range(5_000))
    yield "hz escapes", b"~{" * BIG
    yield "iso-2022 escapes", b"\x1b$B" * BIG
    yield "qp and percent", b"=E7=A4=BE%u793E%E7" * 5_000


def _encoded_again(body: bytes, times: int) -> bytes:
    for _ in range(times):
        body = body.decode("latin-1").encode()
    return body


LABELS = [
    *("utf-8", "gb2312", "GBK", "gb18030", "big5", "utf-16", "utf-32", "utf-7", "hz-gb-2312"),
    *("iso-2022-cn", "windows-1252", "latin-1", "none", "null", "undefined", "unicode_escape"),
    *("rot13", "base64", "zlib", "hex", "bz2", "idna", "punycode", "mbcs", "raw_unicode_escape"),
    *(
        "../../etc/passwd",
        "utf-8\0",
        "x" * 10_000,
        "社",
        "\ud800",
        "",
        ";;;===",
        "'; DROP TABLE",
        "%s",
    ),
]

URLS = [
    ("empty", ""),
    ("space", " "),
    ("no scheme", "www.example.gov.cn/a.html"),
    ("script", "javascript:alert(1)"),
    ("data", "data:text/html,<script>alert(1)</script>"),
    ("file", "file:///etc/passwd"),
    ("ftp", "ftp://a.cn/x"),
    ("gopher", "gopher://127.0.0.1:6379/_FLUSHALL"),
    ("open bracket", "http://[::1"),
    ("closed bracket", "http://::1]/"),
    ("empty bracket", "http://[]/"),
    ("bracket of words", "http://[社会]/"),
    ("zone", "http://[fe80::1%25eth0]/"),
    ("port of words", "http://a.cn:port/"),
    ("port beyond", "http://a.cn:65536/"),
    ("negative port", "http://a.cn:-1/"),
    ("port of 5,000 digits", "http://a.cn:" + "9" * 5_000 + "/"),
    ("user information", "http://www.mca.gov.cn@127.0.0.1/"),
    ("user with slash", "http://www.mca.gov.cn\\@127.0.0.1/"),
    ("two at signs", "http://a@b@c.cn/"),
    ("no host", "http:///a"),
    ("dots", "http://..../"),
    ("label of 100", "http://" + "a" * 100 + ".cn/"),
    ("host of 5,000", "http://" + "a." * 2_500 + "cn/"),
    ("idna", "http://社会工作.中国/"),
    ("idna broken", "http://xn--\u2024/"),
    ("full-width host", "http://ｗｗｗ．example．cn/"),
    ("NFKC slash", "http://a.cn\u2100.evil.cn/"),
    ("newline", "http://a.cn/\r\nSet-Cookie: x=1"),
    ("tab in scheme", "ht\ttp://a.cn/"),
    ("NUL", "http://a.cn/\0.pdf"),
    ("surrogate", "http://a.cn/\ud800"),
    ("path upwards", "http://a.cn/../../../../etc/passwd"),
    ("encoded upwards", "http://a.cn/%2e%2e%2f%2e%2e%2fetc/passwd"),
    ("percent cut", "http://a.cn/%"),
    ("percent of nothing", "http://a.cn/%zz%u793e"),
    ("slashes", "http://a.cn" + "/" * 5_000),
    ("path of a megabyte", "http://a.cn/" + "x" * 1_000_000),
    ("5,000 keys", "http://a.cn/?" + "&".join(f"a{n}=1" for n in range(5_000))),
    ("ampersands", "http://a.cn/?" + "&" * 20_000),
    ("session without end", "http://a.cn/;jsessionid=" * 2_000),
    ("fragment", "http://a.cn/#" + "x" * 20_000),
    ("query of an address", "http://a.cn/?u=http://127.0.0.1/"),
    ("markup", "http://a.cn/<script>alert(1)</script>"),
    ("template", "http://a.cn/{page}{{7*7}}%s%(x)s"),
]

ROBOTS = [
    ("nothing", b""),
    ("zeros", b"\0" * BIG),
    ("no utf-8", b"\xff\xfe" * BIG),
    ("a page", ARTICLE.encode()),
    ("one line of 500 KB", b"Disallow: /" + b"a" * 500_000),
    ("stars", b"User-agent: *\nDisallow: /" + b"*a" * 3_000 + b"$"),
    ("stars alone", b"User-agent: *\nDisallow: " + b"*" * 20_000),
    ("50,000 rules", b"User-agent: *\n" + b"Disallow: /a\n" * 20_000),
    ("50,000 agents", b"User-agent: a\n" * 20_000 + b"Disallow: /\n"),
    ("delay of words", b"User-agent: *\nCrawl-delay: soon\n"),
    ("delay below nothing", b"User-agent: *\nCrawl-delay: -5\n"),
    ("delay of a year", b"User-agent: *\nCrawl-delay: 31536000\n"),
    ("delay that is no number", b"User-agent: *\nCrawl-delay: nan\nDisallow: /x\n"),
    ("delay without end", b"User-agent: *\nCrawl-delay: inf\n"),
    ("delay of 5,000 digits", b"User-agent: *\nCrawl-delay: " + b"9" * 5_000 + b"\n"),
    ("percent cut", b"User-agent: *\nDisallow: /%\nDisallow: /%e7%a4\n"),
    ("colons", b":" * BIG),
    ("only a key", b"User-agent\nDisallow\n"),
    ("rate", b"User-agent: *\nRequest-rate: 1/0\nVisit-time: 0000-9999\n"),
    ("sitemap elsewhere", b"Sitemap: http://169.254.169.254/\nUser-agent: *\nDisallow:\n"),
]

_MEMBER = gzip.compress(b"", mtime=0)
BODIES = [
    ("gzip, cut", gzip.compress(b"x" * 5_000)[:-9], "gzip"),
    ("gzip, broken", b"\x1f\x8b\x08" + b"\xff" * 500, "gzip"),
    ("gzip, wrong checksum", gzip.compress(b"x" * 50)[:-8] + b"\0" * 8, "gzip"),
    ("gzip, head alone", b"\x1f\x8b", "gzip"),
    ("gzip of nothing", b"", "gzip"),
    ("gzip, a bomb", gzip.compress(b"\0" * 60_000_000), "gzip"),
    ("gzip in gzip, a bomb", gzip.compress(gzip.compress(b"\0" * 60_000_000)), "gzip, gzip"),
    ("gzip, a million members", _MEMBER * 200_000, "gzip"),
    ("gzip, then rubbish", gzip.compress(b"x") + b"rubbish", "gzip"),
    ("gzip with a long name", b"\x1f\x8b\x08\x08" + b"\0" * 6 + b"n" * BIG, "gzip"),
    ("deflate, cut", zlib.compress(b"x" * 5_000)[:-5], "deflate"),
    ("deflate, rubbish", b"rubbish" * 500, "deflate"),
    ("deflate, a bomb", zlib.compress(b"\0" * 60_000_000), "deflate"),
    ("deflate of nothing", b"", "deflate"),
    ("brotli", b"\x0b\x02\x80x\x03", "br"),
    ("zstd", b"\x28\xb5\x2f\xfd", "zstd"),
    ("3,000 codings", b"x", "gzip," * 3_000),
    ("a coding of a megabyte", b"x", "x" * 1_000_000),
    ("commas", b"x", "," * BIG),
    ("identity", b"x" * 40_000_000, "identity"),
]


def record(body: bytes, *, http: str = "HTTP/1.1 200 OK\r\n\r\n", **changed: str) -> bytes:
    """Return one response record of a WARC file (ISO 28500), with some of its fields changed."""
    block = http.encode() + body
    fields = {
        "WARC-Type": "response",
        "WARC-Target-URI": "http://a.cn/",
        "WARC-Date": "2026-01-01T00:00:00Z",
        "WARC-Record-ID": "<urn:uuid:00000000-0000-4000-8000-000000000001>",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return b"WARC/1.1\r\n" + head.encode("utf-8", "surrogateescape") + b"\r\n" + block + b"\r\n\r\n"


_WHOLE = record(ARTICLE.encode())
_CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
WARCS = [
    ("empty", b""),
    ("text", b"hello\n" * 500),
    ("gzip of nothing", gzip.compress(b"")),
    ("gzip, broken", b"\x1f\x8b\x08" + b"\0" * 200),
    ("no address", record(b"x", WARC_Target_URI="")),
    ("no date", record(b"x", WARC_Date="")),
    ("date of words", record(b"x", WARC_Date="yesterday") + _WHOLE),
    ("date beyond", record(b"x", WARC_Date="99999-99-99T99:99:99Z")),
    ("length below nothing", record(b"x", Content_Length="-5") + _WHOLE),
    ("length of words", record(b"x", Content_Length="many") + _WHOLE),
    ("length beyond", record(b"x", Content_Length="9" * 30)),
    ("length of 5,000 digits", record(b"x", Content_Length="9" * 5_000)),
    ("length too short", record(b"x" * 500, Content_Length="30") + _WHOLE),
    ("status of words", record(b"x", http="HTTP/1.1 abc\r\n\r\n") + _WHOLE),
    ("no http", record(b"x", http="")),
    ("10,000 headers", record(b"x", http="HTTP/1.1 200 OK\r\n" + "a: b\r\n" * 10_000 + "\r\n")),
    ("chunks that lie", record(b"zzz\r\nabc", http=_CHUNKED)),
    ("chunks beyond", record(b"FFFFFFFFFFFFFFFF\r\nabc", http=_CHUNKED)),
    ("coding that lies", record(b"x", http="HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")),
    ("address with NUL", record(b"x", WARC_Target_URI="http://a.cn/\0")),
    ("address of words", record(ARTICLE.encode(), WARC_Target_URI="http://[社")),
    ("kind unknown", record(b"x", WARC_Type="wild") + _WHOLE),
    ("cut in the head", _WHOLE[:90]),
    ("cut in the body", _WHOLE[:-200]),
    ("bomb", gzip.compress(record(b"\0" * 70_000_000)) + gzip.compress(_WHOLE)),
    ("an arc", b"filedesc://x 0.0.0.0 20260101000000 text/plain 5\nabcd\n"),
]


def package(parts: dict[str, bytes]) -> bytes:
    """Return a zip package of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return buffer.getvalue()


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PART = "word/document.xml"


def _word(xml: str) -> bytes:
    return package({_PART: xml.encode()})


def _lie(body: bytes) -> bytes:
    """Return the package with another unpacked size in its directory than it has."""
    at = body.rindex(b"PK\x01\x02") + 24
    return body[:at] + b"\x05\0\0\0" + body[at + 4 :]


_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}'
)
_CATALOG = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
_ROOT = b"\ntrailer<</Root 1 0 R>>"
_PDF_END = b"\nstartxref\n9\n%%EOF\n"
FILES = [
    ("nothing.pdf", b""),
    ("head alone.pdf", b"%PDF-1.7"),
    ("end alone.pdf", b"%PDF-1.7" + _PDF_END),
    ("rubbish.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40 + _PDF_END),
    ("xref to itself.pdf", b"%PDF-1.4\nxref\n0 1\ntrailer<</Prev 9/Size 1>>" + _PDF_END),
    (
        "pages in a ring.pdf",
        _CATALOG + b"2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj" + _ROOT + _PDF_END,
    ),
    (
        "a million pages.pdf",
        _CATALOG + b"2 0 obj<</Type/Pages/Count 1000000/Kids[]>>endobj" + _ROOT + _PDF_END,
    ),
    (
        "deep arrays.pdf",
        b"%PDF-1.4\n1 0 obj" + b"[" * 20_000 + b"endobj\ntrailer<</Root 1 0 R>>" + _PDF_END,
    ),
    (
        "deep dictionaries.pdf",
        b"%PDF-1.4\n1 0 obj" + b"<</a" * 5_000 + b"endobj\ntrailer<</Root 1 0 R>>" + _PDF_END,
    ),
    (
        "length that lies.pdf",
        b"%PDF-1.4\n1 0 obj<</Length 99999999>>stream\nx\nendstream endobj\ntrailer<</Root 1 0 R>>"
        + _PDF_END,
    ),
    (
        "stream of laughs.pdf",
        b"%PDF-1.4\n1 0 obj<</Filter["
        + b"/FlateDecode " * 500
        + b"]/Length 9>>stream\n"
        + zlib.compress(b"\0" * 5_000_000)
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>"
        + _PDF_END,
    ),
    (
        "locked.pdf",
        b"%PDF-1.4\ntrailer<</Encrypt<</Filter/Standard/V 99/R 99>>/Root 1 0 R>>" + _PDF_END,
    ),
    ("xref offsets beyond.pdf", b"%PDF-1.4\nstartxref\n99999999999999\n%%EOF"),
    ("laughs.docx", package({_PART: _laughs().encode()})),
    ("outside.docx", package({_PART: _outside().encode()})),
    ("no xml.docx", _word("rubbish")),
    ("empty part.docx", _word("")),
    ("no part.docx", package({"word/other.xml": b"x"})),
    ("deep.docx", _word(f"<w:document {_W}>" + "<w:p>" * 5_000)),
    ("100,000 paragraphs.docx", _word(f"<w:document {_W}>" + "<w:p/>" * 100_000 + "</w:document>")),
    (
        "a text of 3 MB.docx",
        _word(f"<w:document {_W}><w:p><w:r><w:t>{'社' * 1_000_000}</w:t></w:r></w:p></w:document>"),
    ),
    ("cut.docx", _word(f"<w:document {_W}/>")[:-15]),
    ("size that lies.docx", _lie(_word(f"<w:document {_W}><w:p>{TEXT}</w:p></w:document>"))),
    ("bomb.docx", package({_PART: b"\0" * 30_000_000})),
    ("30,000 parts.docx", package({_PART: b"x", **{f"a{n}": b"" for n in range(21_000)}})),
    ("path upwards.docx", package({"../../../../etc/x": b"x", _PART: b"<a/>"})),
    ("laughs.xlsx", package({"xl/workbook.xml": _laughs().encode()})),
    ("outside.xlsx", package({"xl/workbook.xml": _outside().encode()})),
    ("no parts.xlsx", package({"xl/workbook.xml": b"<workbook/>"})),
    (
        "rows beyond.xlsx",
        package(
            {
                "xl/workbook.xml": b"<workbook/>",
                "xl/worksheets/sheet1.xml": _SHEET.format('<row r="99999999999"/>').encode(),
            }
        ),
    ),
    ("rtf.rtf", b"{\\rtf1" + b"{" * BIG),
    ("compound.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * BIG),
    ("compound cut.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("ofd.ofd", package({"OFD.xml": _laughs().encode()})),
    ("a page.pdf", ARTICLE.encode()),
    ("zip in zip.zip", package({"a.zip": package({"b.zip": package({"c": b"x"})})})),
    ("rar.rar", b"Rar!" + b"\xff" * 500),
    ("every byte.txt", bytes(range(1, 256)) * 100),
    ("nothing.txt", b""),
    ("a line of 3 MB.txt", "社".encode() * 1_000_000),
    ("image.png", b"\x89PNG\r\n\x1a\n" + b"\xff" * 500),
    ("other.bin", b"\x7fELF" + b"\0" * 500),
]

SAVED = [
    ("nothing.html", b""),
    ("nothing.mht", b""),
    ("no parts.mht", b"MIME-Version: 1.0\n\nx"),
    ("boundary missing.mht", b"Content-Type: multipart/related\n\n--x\n\ny"),
    (
        "boundary of a megabyte.mht",
        b'Content-Type: multipart/related; boundary="' + b"x" * 1_000_000 + b'"\n\n',
    ),
    (
        "parts in parts.mht",
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(500)
        ),
    ),
    (
        "base64 broken.mht",
        b"Content-Type: text/html\nContent-Transfer-Encoding: base64\nContent-Location: http://a.cn/\n\n!!!=",
    ),
    (
        "qp broken.mht",
        b"Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\nContent-Location: http://a.cn/\n\n=ZZ=\n=",
    ),
    (
        "coding unknown.mht",
        b"Content-Type: text/html\nContent-Transfer-Encoding: x-uuencode\n"
        b"Content-Location: http://a.cn/\n\nbegin 644 x\n\xff",
    ),
    (
        "charset unknown.mht",
        b"Content-Type: text/html; charset=wild\nContent-Location: http://a.cn/\n\nx",
    ),
    (
        "charset with a NUL.mht",
        b"Content-Type: text/html; charset*=x'y'%00%ff\nContent-Location: http://a.cn/\n\nx",
    ),
    (
        "location of script.mht",
        b"Content-Type: text/html\nContent-Location: javascript:alert(1)\n\nx",
    ),
    ("location broken.mht", b"Content-Type: text/html\nContent-Location: http://[::1\n\nx"),
    ("location in words.mht", b"Content-Type: text/html\nContent-Location: =?utf-8?b?5rCR?=\n\nx"),
    (
        "location not ascii.mht",
        b"Content-Type: text/html\nContent-Location: http://a.cn/\xff\xfe\n\nx",
    ),
    (
        "date beyond.mht",
        b"Date: Mon, 99 Foo 99999 99:99:99 +9999\nContent-Type: text/html\nContent-Location: http://a.cn/\n\nx",
    ),
    (
        "date of year 1.mht",
        b"Date: Mon, 01 Jan 0001 00:00:00 +1400\nContent-Type: text/html\nContent-Location: http://a.cn/\n\nx",
    ),
    (
        "10,000 headers.mht",
        b"X: y\n" * 10_000 + b"Content-Type: text/html\nContent-Location: http://a.cn/\n\nx",
    ),
    ("header without end.mht", b"Subject: " + b"x\n " * 20_000 + b"\nContent-Type: text/html\n\nx"),
    ("zeros.mht", b"\0" * BIG),
    (
        "saved from script.html",
        b"<!-- saved from url=(0001)javascript:alert(1) -->" + ARTICLE.encode(),
    ),
    ("saved from nowhere.html", b"<!-- saved from url=(0001)http://[::1 -->" + ARTICLE.encode()),
    (
        "saved from a machine.html",
        b"<!-- saved from url=(0001)http://127.0.0.1/ -->" + ARTICLE.encode(),
    ),
    (
        "saved from port beyond.html",
        b"<!-- saved from url=(0001)http://a.cn:99999/ -->" + ARTICLE.encode(),
    ),
    (
        "saved from elsewhere.html",
        b"<!-- saved from url=(0001)" * 200 + b"http://a.cn/ -->" + ARTICLE.encode(),
    ),
]

SOURCE = (
    'id = "hostile"\nname = "演示"\nregion = "32"\nkind = "government"\nfamily = "generic"\n'
    'base_url = "https://mzt.example.cn/"\n[[columns]]\nid = "zcwj"\nname = "政策文件"\n'
    'role = "policy"\n'
    'url = "https://mzt.example.cn/zcwj/"\nbasis = "seen"\n'
)
SOURCES = [
    ("nothing", b""),
    ("zeros", b"\0" * 500),
    ("no utf-8", SOURCE.encode("gbk")),
    ("utf-16", SOURCE.encode("utf-16")),
    ("mark of byte order", b"\xef\xbb\xbf" + SOURCE.encode()),
    ("deep arrays", b"a = " + b"[" * 5_000),
    ("deep tables", ("[" + ".".join("a" for _ in range(5_000)) + "]\n").encode()),
    ("deep inline tables", b"a = " + b"{b=" * 5_000),
    ("a number of 5,000 digits", b"a = " + b"9" * 5_000),
    ("a hexadecimal of 50,000 digits", b"a = 0x" + b"f" * 50_000),
    ("a date beyond", b"a = 9999-99-99\n"),
    ("keys twice", SOURCE.encode() + SOURCE.encode()),
    ("a string without end", b'a = "' + b"x" * BIG),
    ("columns of a number", SOURCE.split("[[")[0].encode() + b"columns = 5\n"),
    ("columns of numbers", SOURCE.split("[[")[0].encode() + b"columns = [1, 2]\n"),
    ("no columns", SOURCE.split("[[")[0].encode()),
    ("id upwards", SOURCE.replace('"hostile"', '"../../etc/x"').encode()),
    ("id of a number", SOURCE.replace('"hostile"', "5").encode()),
    ("region of words", SOURCE.replace('"32"', '"江苏"').encode()),
    ("family unknown", SOURCE.replace('"generic"', '"os.system"').encode()),
    (
        "address of script",
        SOURCE.replace("https://mzt.example.cn/zcwj/", "javascript:alert(1)").encode(),
    ),
    ("address broken", SOURCE.replace("https://mzt.example.cn/zcwj/", "http://[::1").encode()),
    (
        "address with port beyond",
        SOURCE.replace("example.cn/zcwj/", "example.cn:99999/zcwj/").encode(),
    ),
    (
        "address of this machine",
        SOURCE.replace("https://mzt.example.cn/", "http://127.0.0.1/").encode(),
    ),
    ("loopback for all", SOURCE.replace("[[", "allow_loopback = true\n[[").encode()),
    ("delay of nothing", SOURCE.replace("[[", "delay_s = 0\n[[").encode()),
    ("delay that is no number", SOURCE.replace("[[", "delay_s = nan\n[[").encode()),
    ("delay without end", SOURCE.replace("[[", "delay_s = inf\n[[").encode()),
    ("pattern broken", (SOURCE + 'entry_url_pattern = "("\n').encode()),
    ("pattern of 50,000 brackets", (SOURCE + f'entry_url_pattern = "{"(" * 50_000}"\n').encode()),
    ("pattern that counts beyond", (SOURCE + 'entry_url_pattern = "a{99999999999}"\n').encode()),
    ("selector broken", (SOURCE + 'container = "div[["\n').encode()),
    ("pager of script", (SOURCE + 'pager = "{0.__class__}"\n').encode()),
    ("pager twice", (SOURCE + 'pager = "{page}{page}"\n').encode()),
    ("twin of a group that is none", SOURCE.replace("[[", 'twins = [["a", "\\\\9"]]\n[[').encode()),
    ("proxy of a file", SOURCE.replace("[[", 'proxy = "file:///etc/passwd"\n[[').encode()),
    ("since beyond", (SOURCE + 'since = "9999-99-99"\n').encode()),
    ("pages below nothing", (SOURCE + "max_pages = -1\n").encode()),
    ("keys unknown", (SOURCE + '__class__ = "x"\n').encode()),
    (
        "successor in a ring",
        SOURCE.replace(
            "[[", '[retired]\non = "2026-01-01"\nwhy = "xx"\nsuccessor = "hostile"\n[['
        ).encode(),
    ),
]

QUERIES = [
    ("nothing", ""),
    ("ampersands", "&" * 1_000),
    ("a key alone", "region"),
    ("unknown key", "admin=1"),
    ("key of python", "__class__=1"),
    ("no utf-8", "q=%ff%fe"),
    ("percent cut", "q=%"),
    ("surrogate", "q=%ed%a0%80"),
    ("NUL", "q=%00"),
    ("newline", "q=a%0d%0aSet-Cookie:%20x=1"),
    ("markup", "q=%3Cscript%3Ealert(1)%3C/script%3E"),
    ("SQL", "q=%27)%3B%20DROP%20TABLE%20policy%3B--"),
    ("SQL in region", "region=32%27%20OR%201=1--"),
    ("template", "q=%7B%7B7*7%7D%7D%7B%25raw%25%7D"),
    ("path upwards", "source=..%2F..%2Fetc%2Fpasswd"),
    ("like marks", "q=%25_%25_%25"),
    ("fts marks", "q=%22%20OR%20NEAR(a%20b)%20*"),
    ("pattern", "q=(a%2B)%2B%24"),
    ("6 words", "q=a+b+c+d+e+f"),
    ("21 values", "&".join(f"region={n}" for n in range(21))),
    ("a value of 61", "q=" + "x" * 61),
    ("1,400 of one", "q=" + "x" * 1_400),
    ("100,000 of one", "q=" + "x" * 100_000),
    ("genre unknown", "genre=os.system"),
    ("format unknown", "format=exe"),
    ("format upwards", "format=../../x"),
    ("format of 1,400", "format=" + "x" * 1_400),
    ("maybe of words", "maybe=perhaps"),
    ("emoji", "q=%F0%9F%80%84"),
    ("bidi", "q=%E2%80%AE"),
    ("wide digits", "region=%EF%BC%93%EF%BC%92"),
    ("semicolons", "region=32;region=33"),
    ("the same again", "region=32&" * 15),
    ("equals", "====&==&="),
]

PATHS = [
    *("/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/.imprint"),
    *("/feeds/../../policywatch.db", "/feeds/%2e%2e/%2e%2e/policywatch.db", "//etc/passwd", "/\0"),
    *("/feeds/.all.xml.part", "/feeds/all.xml/", "/feeds/all.xml%00.html", "/feed.", "/feed.exe"),
    *("/feed.xml/", "/feed.xml;jsessionid=1", "/search/", "/SEARCH", "/policies/999999999999.html"),
    *(
        "/" + "a" * 5_000,
        "/" + "a/" * 2_000,
        "/%",
        "/%zz",
        "/%ff%fe",
        "/社会工作",
        "/con",
        "/~root/",
    ),
    *("/feeds\\..\\..\\policywatch.db", "/*", "http://127.0.0.1/", "/health/x", "/metrics?x=1"),
]

HEADERS = [
    ("if-none-match", "*"),
    ("if-none-match", '"' * 5_000),
    ("if-none-match", ", " * 5_000),
    ("if-none-match", "\xff\xfe"),
    ("if-modified-since", "yesterday"),
    ("if-modified-since", "Mon, 99 Foo 99999 99:99:99 GMT"),
    ("if-modified-since", "Mon, 01 Jan 0001 00:00:00 +1400"),
    ("if-modified-since", "9" * 5_000),
    ("accept-encoding", "gzip;q=nan, *;q=-1"),
    ("accept-encoding", "," * 5_000),
    ("range", "bytes=0-"),
    ("range", "bytes=-1"),
    ("range", "bytes=999999999-1"),
    ("range", "bytes=" + "0-1," * 2_000),
    ("range", "lines=1-2"),
    ("if-range", '"x"'),
    ("host", "evil.example:99999"),
    ("host", "[::1"),
    ("x-forwarded-for", "127.0.0.1\xff, ::1"),
    ("content-length", "-1"),
    ("cookie", "a=b; " * 1_000),
    ("transfer-encoding", "chunked, chunked"),
]

METHODS = [
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "G\0T",
]

ROSTERS = [
    ("nothing", b""),
    ("heading alone", b"address\n"),
    ("no heading", b"a@example.cn\n"),
    ("zeros", b"\0" * 500),
    ("no charset", b"address\n\xff\xff\xff\n"),
    ("utf-16", "address\na@example.cn\n".encode("utf-16")),
    ("quote without end", b'address\n"a@example.cn\n' + b"x" * BIG),
    ("a cell of a megabyte", b"address\n" + b"x" * 1_000_000),
    ("a row of 10,000 cells", b"address\n" + b"a@example.cn," * 10_000),
    ("10,000 rows", b"address\n" + b"a@example.cn\n" * 10_000),
    ("heading twice", b"address,address\na@example.cn,b@example.cn\n"),
    ("unknown column", b"address,admin\na@example.cn,1\n"),
    ("column of python", b"address,__class__\na@example.cn,1\n"),
    ("a formula", b"address\n=cmd|' /C calc'!A0\n"),
    ("header injection", b'address\n"a@example.cn\r\nBcc: b@example.cn"\n'),
    ("two addresses", b'address\n"a@example.cn, b@example.cn"\n'),
    ("a name with address", b'address\n"A <a@example.cn>"\n'),
    ("a local address", b"address\nroot\n"),
    ("an option", b"address\n-oQ/tmp@example.cn\n"),
    ("a pipe", b"address\n|/bin/sh@example.cn\n"),
    ("a channel to a file", b"address,rhythm\nfile:///etc/passwd,immediately\n"),
    ("a channel to a command", b"address,rhythm\nsyslog://,immediately\n"),
    ("rhythm unknown", b"address,rhythm\na@example.cn,hourly\n"),
    ("switch of words", b"address,diffs\na@example.cn,perhaps\n"),
    ("semicolons", b"address,topics\na@example.cn," + b";" * BIG + b"\n"),
    ("too few cells", b"address,rhythm,topics\na@example.cn\n"),
]

TOKENS = [
    *("", "1", "1.", ".x", "0.x", "-1.x", "1." + "A" * 28, "1." + "A" * 27, "1." + "=" * 28),
    *(
        "9" * 5_000 + "." + "A" * 28,
        "１." + "A" * 28,
        "1." + "社" * 28,
        "1.\0",
        "1." + "A" * 28 + "\n",
    ),
    *("../../etc/passwd", "' OR 1=1 --", "1." + "A" * 1_000_000, "\ud800"),
]

_DEEP = "[" * 20_000
PAYLOADS = [
    ("deep arrays", _DEEP),
    ("deep objects", '{"a":' * 20_000),
    ("deep and closed", _DEEP + "]" * 20_000),
    ("a number of 5,000 digits", "[" + "9" * 5_000 + "]"),
    ("numbers that are none", '{"data": NaN, "total": Infinity}'),
    ("null", "null"),
    ("a text", '"x"'),
    ("keys twice", '{"data":1,"data":[]}'),
    ("a list of nothing", json.dumps({"data": [None] * 5_000})),
    ("rows of numbers", json.dumps({"data": {"records": list(range(5_000))}})),
    ("titles of numbers", json.dumps({"list": [{"title": 5, "url": 6, "date": 7}] * 50})),
    (
        "titles of lists",
        json.dumps({"list": [{"title": ["x"], "url": {}, "publishTime": []}] * 50}),
    ),
    ("addresses broken", json.dumps({"list": [{"title": TITLE, "url": "http://[::1"}] * 50})),
    (
        "dates beyond",
        json.dumps({"articles": [{"title": TITLE, "url": "/a", "date": 10**30}] * 50}),
    ),
    (
        "dates below",
        json.dumps({"articles": [{"title": TITLE, "url": "/a", "date": -(10**18)}] * 50}),
    ),
    ("surrogates", '{"list":[{"title":"\\ud800\\udfff","url":"/\\ud800"}]}'),
    ("markup in titles", json.dumps({"list": [{"title": "<script>" * 500, "url": "/a"}] * 20})),
    ("a callback", "callback(" + json.dumps({"list": []}) + ")"),
    ("a callback without end", "callback(" * 5_000),
    ("html inside", json.dumps({"html": LIST * 200})),
    ("cut", json.dumps({"list": [{"title": TITLE, "url": "/a"}] * 50})[:-9]),
]

ANSWERS = [
    ("retry-after", "9" * 5_000),
    ("retry-after", "Mon, 99 Foo 99999 99:99:99 GMT"),
    ("retry-after", "Mon, 01 Jan 0001 00:00:00 +1400"),
    ("retry-after", "-5"),
    ("retry-after", "²"),
    ("location", "http://[::1"),
    ("set-cookie", "x" * 20_000),
    ("set-cookie", "CT6T=1\nwzws=2"),
    ("content-type", "text/html; charset=" + "x" * 20_000),
    ("server", "\xff\0" * 5_000),
    ("etag", '"' * 20_000),
    ("last-modified", "never"),
]


def pages() -> list[tuple[str, bytes]]:
    """Return every page, bytes as served."""
    return [(name, text.encode("utf-8", "surrogatepass")) for name, text in _soup()] + [*_bytes()]
