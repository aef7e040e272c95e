"""What says nothing about rows changes no entry: wrappers, names, order, whitespace, capitals."""

import re
import zlib
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unseen_columns import ALL
from unseen_columns.pool import FOOT, LEFT, Page

from crawler.listing import find_entries, looks_like_listing

SCRIPT = re.compile(r"(<script\b.*?</script>|<!--.*?-->)", re.IGNORECASE | re.DOTALL)
# shells whose emptiness only a name tells from a spacer
NAMED = {"vue_shell", "react_shell_with_noscript", "external_script_writes_rows"}
URL = "https://mzt.qinghe.example.gov.cn/xwzx/tzgg/index.html"


def outside_scripts(text: str, change) -> str:
    """The text with everything but its scripts and comments changed."""
    return "".join(p if SCRIPT.fullmatch(p) else change(p) for p in SCRIPT.split(text))


def wrapped(text: str) -> str:
    """Every list and table in two more boxes."""
    opened = re.sub(r"<(ul|ol|table)\b", r"<div><div><\1", text)
    return re.sub(r"</(ul|ol|table)>", r"</\1></div></div>", opened)


def renamed(text: str) -> str:
    """Every class and id under a name that means nothing."""

    def meaningless(names: re.Match[str]) -> str:
        new = (f"x{zlib.crc32(name.encode()):x}" for name in names[3].split())
        return (
            f"{names[1]}={names[2]}{' '.join(re.sub('[0-9]', 'z', name) for name in new)}{names[2]}"
        )

    return outside_scripts(
        text, lambda part: re.sub(r"(class|id)=(['\"])(.*?)\2", meaningless, part)
    )


def minified(text: str) -> str:
    return re.sub(r">\s+<", "><", text)


def dressed(text: str) -> str:
    """Capital tags, a scoped-style attribute on each, as Vue writes them, and Windows line ends."""
    spread = re.sub(r"(</(?:li|tr|td|div|p|ul|dd|dt)>)", "\\1\r\n\t\t", text)
    tags = r"<(/?)([a-z][\w-]*)(\s|>)"
    return outside_scripts(spread, lambda part: re.sub(tags, capital, part))


def capital(tag: re.Match[str]) -> str:
    return f"<{tag[1]}{tag[2].upper()}{'' if tag[1] else ' data-v-7ba5bd90'}{tag[3]}"


def commented(text: str) -> str:
    return outside_scripts(
        text, lambda part: re.sub(r"(</(?:li|tr|div|p)>)", r"\1<!-- 2021-01-01 -->", part)
    )


def reordered(text: str) -> str:
    """The side navigation behind the list."""
    return text.replace(LEFT, "").replace(FOOT, LEFT + FOOT)


def ended_early(text: str) -> str:
    return text.replace("<body>", "<body></body></html>", 1)


CHANGES = [wrapped, renamed, minified, dressed, commented, reordered, ended_early]


@cache
def read(text: str, url: str) -> tuple[list[tuple[str, str, str | None]], bool]:
    listing = find_entries(text, url)
    return [(entry.url, entry.title, entry.on) for entry in listing.entries], listing.js_rendered


def is_html(page: Page) -> bool:
    return not page.text.lstrip().startswith(("{", "<?xml"))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_says_nothing_about_rows_changes_no_entry(change):
    """Every other page, by turns, to be quick."""
    pages = [
        page for page in ALL if is_html(page) and (change is not renamed or page.name not in NAMED)
    ]
    changed = [page for page in pages if change(page.text) != page.text][
        CHANGES.index(change) % 2 :: 2
    ]
    assert len(changed) > 40
    moved = [p.name for p in changed if read(change(p.text), p.url) != read(p.text, p.url)]
    assert moved == []


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ALL), st.randoms(use_true_random=False))
def test_a_page_cut_or_torn_anywhere_is_read_without_raising(page, chance):
    """A response cut short, or a stretch of it lost, gives addresses that the page still holds."""
    start, end = sorted(chance.randrange(len(page.text)) for _ in range(2))
    for torn in (page.text[:end], page.text[:start] + page.text[end:]):
        listing = find_entries(torn, page.url)
        assert looks_like_listing(torn, page.url, listing) in (True, False)
        assert all(entry.url.startswith("http") and entry.title for entry in listing.entries)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([page for page in ALL if is_html(page)]), st.randoms(use_true_random=False))
def test_tags_in_any_disorder_are_read_without_raising(page, chance):
    parts = re.split(r"(<[^>]*>)", page.text)
    chance.shuffle(parts)
    listing = find_entries("".join(parts), page.url)
    assert len({entry.url for entry in listing.entries}) == len(listing.entries)


BIG = {
    "rows": (
        "<ul>",
        "<li><a href='./202406/t20240607_{n}.html'>第{n}批项目公示</a><span>2024-06-07</span></li>",
        "</ul>",
    ),
    "links without dates": (
        "<ul>",
        "<li><a href='./202406/t20240607_{n}.html'>第{n}批社会工作项目公示</a></li>",
        "</ul>",
    ),
    "dates without links": ("<div>", "<p><span>2024-06-07</span></p>", "</div>"),
    "flat": (
        "<div>",
        "<a href='/{n}0001.html'>第{n}批社会工作项目公示</a> 2024-06-07<br>",
        "</div>",
    ),
    "one link": (
        "<ul>",
        "<li><a href='/a/70001.html'>社会工作项目公示名单</a><i>2024-06-07</i></li>",
        "</ul>",
    ),
    "table": (
        "<table>",
        "<tr><td><a href='/{n}0001.html'>第{n}批项目公示</a></td><td>2024-06-07</td></tr>",
        "</table>",
    ),
    "empty boxes": (
        "<div>",
        "<div class='list'><ul id='l{n}'></ul></div>",
        "<script>$('#l1').html(x)</script></div>",
    ),
    "open boxes": (
        "<div>",
        "<div><a href='/{n}0001.html'>第{n}批社会工作项目公示</a>2024-06-07",
        "",
    ),
    "numbers": ("<p>", "<i>2024</i>年<i>6</i>", "</p>"),
    "spaces": ("<p>", "          \n\t　　", "</p>"),
    "open brackets": ("<p>", "<", "</p>"),
}


def big_page(kind: str, size: int) -> str:
    """Return a page of one kind and of about `size` characters."""
    start, part, end = BIG[kind]
    return start + "".join(part.format(n=n) for n in range(size // len(part))) + end


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", BIG)
def test_a_large_page_of_one_kind_is_read_to_its_end(kind):
    """A law of squares would hang here for minutes."""
    assert find_entries(big_page(kind, 400_000), URL) is not None


@pytest.mark.parametrize(
    "weight",
    [
        '<img src="data:image/png;base64,' + "QUJD" * 1_250_000 + '">',
        "<script>var data=[" + '{"a":1,"b":"字"},' * 320_000 + "]</script>",
        "<style>" + ".list li a{color:#333}" * 230_000 + "</style>",
        "<!--" + "<li><a href='/1.html'>旧</a></li>" * 150_000 + "-->",
    ],
    ids=["picture", "data", "style", "comment"],
)
def test_five_megabytes_around_a_list_change_none_of_its_rows(weight):
    page = next(page for page in ALL if page.name == "trs_hot_list_after")
    text = page.text.replace('<div class="right">', f'<div class="right">{weight}', 1)
    assert len(text) > 4_500_000
    listing = find_entries(text, page.url)
    assert len(listing.entries) == len(page.rows)
