"""The bundle of a fieldtrip: answers as WARC, the doctor's report, a sheet to label, in one zip.

Made by `pack`, opened again by `warc_files`, which is how `replay` reads it.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.addresses import host_key
from crawler.archived import ArchivedResponse, iter_responses
from crawler.doctor import Examination
from crawler.errors import CrawlerError
from crawler.page import read_page
from store.records import SHANGHAI

MAX_BUNDLE_BYTES = 50 * 1024 * 1024
WARC = "captures.warc.gz"
REPORT = "doctor.json"
SHEET = "label.csv"
READ_ME = "README.txt"

_COLUMNS = (
    "编号", "来源", "地址", "页面类别", "标题", "发布日期", "文号", "体裁", "相关", "编码",
    "标题对吗", "日期对吗", "正文完整吗", "相关吗", "备注",
)  # fmt: skip
_EXPLAINED = """社工政策监测：实地采样包（{on}）

captures.warc.gz  网站的原始回应：robots.txt、首页、栏目页、文章、附件
doctor.json       逐项检查结果，每行一个来源
label.csv         请在 Excel 中填写后五列：程序读得对不对

本包可用 policywatch replay 读取；不含本机地址、Cookie 内容、代理和文件路径。
"""


def pack(
    bundle: Path,
    warc: Path | None,
    examined: Sequence[Examination],
    names: Mapping[str, str],
    now: datetime,
) -> int:
    """Write the zip and return its size; names: of sources, by host.

    Raises CrawlerError should it be too large all the same.
    """
    bundle.parent.mkdir(parents=True, exist_ok=True)
    on = now.astimezone(SHANGHAI).date().isoformat()
    report = "".join(json.dumps(e.as_json(), ensure_ascii=False) + "\n" for e in examined)
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as bag:
        bag.writestr(READ_ME, _EXPLAINED.format(on=on))
        bag.writestr(REPORT, report)
        if warc is not None:
            bag.writestr(SHEET, _sheet(warc, names))
            bag.write(warc, WARC, zipfile.ZIP_STORED)
    size = bundle.stat().st_size
    if size > MAX_BUNDLE_BYTES:
        raise CrawlerError(f"{bundle}: {size} bytes, more than {MAX_BUNDLE_BYTES}; choose sources")
    return size


def _sheet(warc: Path, names: Mapping[str, str]) -> bytes:
    """Return the CSV to label, a row per page, with the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for number, response in enumerate(iter_responses(warc), 1):
        if not response.url.endswith("/robots.txt") and not response.defect:
            row = [number, names.get(host_key(response.url), ""), *_read(response)]
            writer.writerow([*map(_inert, row), *[""] * (len(_COLUMNS) - len(row))])
    return out.getvalue().encode("utf-8-sig")


def _read(response: ArchivedResponse) -> list[object]:
    """Return what the program reads in a page, in the order of the sheet."""
    reading = read_page(
        response.body,
        response.headers.get("content-type"),
        response.url,
        status=response.status,
        headers=response.headers,
    )
    document = reading.documents[0] if reading.documents else None
    classes = reading.classifications[0] if reading.classifications else None
    return [
        response.url,
        reading.kind,
        document and document.title,
        document and document.published_on,
        document and document.document_number,
        classes and classes.genre,
        classes and classes.relevance,
        reading.decoded.charset,
    ]


def _inert(value: object) -> object:
    """Return the value such that no spreadsheet takes a page's words for a formula."""
    text = "" if value is None else value
    return f"'{text}" if isinstance(text, str) and text[:1] in {"=", "+", "-", "@"} else text


@contextmanager
def warc_files(files: Iterable[Path]) -> Iterator[list[Path]]:
    """Yield the files with each bundle replaced by the WARC in it, as long as the block runs.

    Raises CrawlerError for a zip that is no bundle.
    """
    with TemporaryDirectory() as scratch:
        places = ((file, Path(scratch) / f"{n}.warc.gz") for n, file in enumerate(files))
        yield [_unpacked(f, to) if zipfile.is_zipfile(f) else f for f, to in places]


def _unpacked(bundle: Path, target: Path) -> Path:
    with zipfile.ZipFile(bundle) as bag:
        try:
            if bag.getinfo(WARC).file_size > MAX_BUNDLE_BYTES:
                raise CrawlerError(f"{bundle}: {WARC} is too large for a bundle; check the file")
            target.write_bytes(bag.read(WARC))
        except KeyError as error:
            raise CrawlerError(f"{bundle}: holds no {WARC}; name a bundle of fieldtrip") from error
    return target
