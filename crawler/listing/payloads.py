"""Listings that are data rather than pages: JSON answers, feeds, arrays in inline scripts.

Seen: gkmlpt `articles[]`, gdnps `({resultMap:[…]})`, WAS and IGS `docs[]`, jpaas HTML wrapped in
JSON, RSS and Atom, old Hanweb pages with `urls[i]='…'; headers[i]='…'`. It reads what is there and
asks for nothing more.
"""

import html
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from lxml import etree

from crawler.listing import dates, markup
from store.records import Entry, PartialDate

_SHANGHAI = timezone(timedelta(hours=8))
_TITLE_KEYS = (
    *("title", "showtitle", "doctitle", "articletitle", "infotitle", "headline", "subject", "bt"),
    *("name", "xxmc", "wjmc"),
)
_URL_KEYS = (
    *("url", "posturl", "link", "href", "docpuburl", "articleurl", "contenturl", "pageurl"),
    *("linkurl", "puburl", "infourl", "htmlurl", "urls", "weburl", "viewurl"),
)
_DATE_KEYS = (
    *("displaypublishtime", "publishtime", "publishedtime", "publishdate", "pubdate", "pubtime"),
    *("releasetime", "releasedate", "docreltime", "docpubtime", "docreldate", "fbrq", "fbsj"),
    *("displaytime", "showtime", "infodate", "webdate", "date", "time", "createtime"),
    *("createdat", "createdate", "crtime", "inputtime", "addtime"),
)
_JSONP = re.compile(r"^\s*[\w$.]*\s*\(\s*([\[{].*[\]}])\s*\)\s*;?\s*$", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_ASSIGNED = re.compile(r"(\w+)\s*\[\s*\w+\s*\]\s*=\s*(?:'([^'\n]*)'|\"([^\"\n]*)\")\s*;?")
_ADDRESS = re.compile(r"^(?:https?://|\.{0,2}/|\w[\w/-]*\.(?:s?html?|jsp|php|aspx)\b)")
_FIRST_ELEMENT = re.compile(r"<([A-Za-z][\w:]*)")
_PROLOGUE = 2000
_HAN = re.compile(r"[\u3400-\u9fff]")


def read_json(text: str) -> object | None:
    """Return the JSON value of an answer, bare, in parentheses or in a callback; else None."""
    plain = text.lstrip("\ufeff \r\n\t")
    if wrapped := _JSONP.match(plain):
        plain = wrapped[1]
    if not plain.startswith(("{", "[")):
        return None
    try:
        value: object = json.loads(plain, strict=False)
    except (ValueError, RecursionError):
        return None
    return value


def json_entries(value: object, base: str) -> tuple[list[Entry], int]:
    """Return the entries of the longest array of titled objects, and how many it lost."""
    best = max(_arrays(value), key=lambda rows: len(rows), default=[])
    entries = [entry for row in best if (entry := _entry(row, base))]
    return entries, len(best) - len(entries)


def json_markup(value: object) -> str:
    """Return the HTML that a JSON answer wraps, `""` when it wraps none."""
    texts = [part for part in _walk(value) if isinstance(part, str)]
    return "\n".join(text for text in texts if "<a" in text.lower())


def inline_json(text: str, name: str) -> object | None:
    """Return the array an inline script assigns to `name` (`articleList: […]`), None if absent."""
    for match in re.finditer(rf"\b{re.escape(name)}['\"]?\s*[:=]\s*(?=\[)", text):
        try:
            value, _ = json.JSONDecoder(strict=False).raw_decode(text, match.end())
        except (ValueError, RecursionError):
            continue
        return list(value)
    return None


def feed_entries(text: str, base: str) -> list[Entry] | None:
    """Return the items of an RSS or Atom document, None when the text is no feed."""
    first = _FIRST_ELEMENT.search(text[:_PROLOGUE])
    if first is None or first[1].lower() not in ("rss", "feed", "rdf:rdf"):
        return None
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, encoding="utf-8"
    )
    root = etree.fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", text).encode("utf-8"), parser=parser)
    if root is None:
        return []
    items = [node for node in root.iter() if _local(node) in ("item", "entry")]
    return [entry for item in items if (entry := _feed_entry(item, base))]


def array_entries(scripts: str, base: str) -> list[Entry]:
    """Return the rows that scripts fill into parallel arrays, `urls[i]='…'; headers[i]='…'`.

    The arrays are recognised by their values: addresses, Chinese titles, dates (whole, or year,
    month and day apart). Arrays of different length belong together no longer and are not read.
    """
    columns: dict[str, list[str]] = {}
    for name, single, double in _ASSIGNED.findall(scripts):
        columns.setdefault(name, []).append(html.unescape(single or double))
    urls = next((v for v in columns.values() if _mostly(v, lambda s: bool(_ADDRESS.match(s)))), [])
    titles = next((v for v in columns.values() if v is not urls and _are_titles(v)), [])
    if not urls or len(urls) != len(titles):
        return []
    days = _array_dates(columns, len(urls))
    found = []
    for url, title, on in zip(urls, titles, days, strict=True):
        if (absolute := markup.resolve(url, base)) and (plain := _plain(title)):
            found.append(Entry(absolute, plain, on))
    return found


# --- JSON ---------------------------------------------------------------------------------------


def _walk(value: object) -> Iterator[object]:
    """Yield every part of a JSON value, outer before inner, JSON inside of strings included."""
    stack = [value]
    while stack:
        part = stack.pop()
        yield part
        if isinstance(part, str) and part.lstrip().startswith(("{", "[")):
            stack.append(read_json(part))
        elif isinstance(part, dict):
            stack.extend(reversed(part.values()))
        elif isinstance(part, list):
            stack.extend(reversed(part))


def _arrays(value: object) -> Iterator[list[dict[str, object]]]:
    for part in _walk(value):
        if isinstance(part, list):
            rows = [_flat_keys(row) for row in part if isinstance(row, dict)]
            named = [row for row in rows if _first(row, _TITLE_KEYS) and _first(row, _URL_KEYS)]
            if named and 2 * len(named) >= len(part):
                yield rows


def _flat_keys(row: dict[str, object]) -> dict[str, object]:
    return {re.sub(r"[\W_]", "", key).lower(): value for key, value in row.items()}


def _first(row: dict[str, object], keys: tuple[str, ...]) -> object | None:
    return next((row[key] for key in keys if row.get(key) not in (None, "", [], {}, 0)), None)


def _entry(row: dict[str, object], base: str) -> Entry | None:
    title = _plain(str(_first(row, _TITLE_KEYS) or ""))
    url = markup.resolve(_address(_first(row, _URL_KEYS)), base)
    if not title or not url:
        return None
    return Entry(url, title, next((d for d in _dates(row) if d), None))


def _dates(row: dict[str, object]) -> Iterator[PartialDate | None]:
    return (instant_date(row[key]) for key in _DATE_KEYS if row.get(key))


def _address(value: object) -> str:
    """An address may itself be JSON, one for each channel: `{"pc": "/col/…"}`."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = read_json(value)
    if isinstance(value, dict):
        value = value.get("pc") or next(iter(value.values()), "")
    return value.strip() if isinstance(value, str) else ""


def instant_date(value: object) -> PartialDate | None:
    """Return the day of a written date or of a timestamp (seconds or ms), in Asia/Shanghai."""
    text = str(value).strip()
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return datetime.fromtimestamp(int(text[:10]), _SHANGHAI).date().isoformat()
    if match := re.match(r"(\d{4})(\d\d)(\d\d)(?:\d{6})?$", text):
        return dates.day(*match.groups())
    if match := dates.FULL.match(text):
        return dates.day(*match.groups())
    found = dates.read_alone(dates.normalise(text))
    return found.on if found else None


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", text)).split())


# --- feeds --------------------------------------------------------------------------------------


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _feed_entry(item: etree._Element, base: str) -> Entry | None:
    fields: dict[str, str] = {}
    for child in item:
        text = "".join(map(str, child.itertext())).strip() or child.get("href") or ""
        if child.get("rel", "alternate") == "alternate":
            fields.setdefault(_local(child), text)
    link = fields.get("link") or fields.get("guid") or fields.get("id") or ""
    url, title = markup.resolve(link, base), _plain(fields.get("title", ""))
    if not url or not title:
        return None
    keys = ("pubDate", "published", "date", "updated")
    return Entry(url, title, next((d for k in keys if (d := _feed_date(fields.get(k, "")))), None))


def _feed_date(text: str) -> PartialDate | None:
    try:
        instant = parsedate_to_datetime(text)
    except ValueError:
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            return instant_date(text) if text else None
    return (instant.astimezone(_SHANGHAI) if instant.tzinfo else instant).date().isoformat()


# --- arrays in scripts --------------------------------------------------------------------------


def _mostly(values: list[str], holds: Callable[[str], bool]) -> bool:
    return bool(values) and sum(map(holds, values)) >= 0.8 * len(values)


def _are_titles(values: list[str]) -> bool:
    return _mostly(values, lambda s: len(_HAN.findall(s)) >= 4)


def _array_dates(columns: dict[str, list[str]], count: int) -> list[PartialDate | None]:
    whole = [v for v in columns.values() if len(v) == count and _mostly(v, _is_date)]
    if whole:
        return [instant_date(value) for value in whole[0]]
    parts = {name.lower(): v for name, v in columns.items() if len(v) == count}
    if all(name in parts for name in ("year", "month", "day")):
        rows = zip(parts["year"], parts["month"], parts["day"], strict=True)
        return [dates.day(*row) for row in rows]
    return [None] * count


def _is_date(text: str) -> bool:
    return instant_date(text) is not None
