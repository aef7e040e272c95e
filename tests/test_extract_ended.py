"""The state of force that a platform keeps as data in the page and shows a reader nowhere."""

import json

import pytest

from pipelines.classify import classify
from pipelines.extract import extract
from pipelines.lifecycle import steps
from store.records import Document

TITLE = "南岭省民政厅关于印发《南岭省社会工作服务站管理办法》的通知"
BODY = "<p>第一条 为规范社会工作服务站的管理，制定本办法。</p>" + "".join(
    f"<p>第{n}条 社会工作服务站应当配备专职社会工作者，公开服务内容。</p>" for n in "二三四五六"
)


def read(detail: str, header: str = "") -> Document:
    (document,) = extract(
        f"""<html><head><title>{TITLE}</title><script>window._CONFIG.DETAIL = {detail};</script>
        </head><body><table>{header}<tr><td>文号：</td><td>南民规〔2019〕3号</td></tr></table>
        <h1>{TITLE}</h1><div>发布日期：2019-06-03</div><div class="article-content">{BODY}</div>
        </body></html>""",
        "http://mzj.nanling.gov.cn/gkmlpt/content/2/2478/post_2478001.html",
    )
    return document


def detail(**flags: object) -> str:
    record = {"id": 2478001, "attachment": [{"name": "{附件}.docx"}], **flags, "title": TITLE}
    return json.dumps(record, ensure_ascii=False).replace("</", "<\\/")


@pytest.mark.parametrize(
    ("flags", "validity", "step"),
    [
        ({"is_expired": False, "is_abolished": True}, "已废止", "repealed"),
        ({"is_expired": 1, "is_abolished": 0}, "已失效", "expired"),
    ],
)
def test_a_policy_that_its_record_calls_ended_has_ended(flags, validity, step) -> None:  # type: ignore[no-untyped-def]
    document = read(detail(**flags))
    assert document.validity == validity
    assert document.evidence["validity"].where == "script"
    assert step in {found.step for found in steps(document, classify(document), is_clone=False)}


@pytest.mark.parametrize(
    "written", [detail(is_expired=False, is_abolished=False), detail(), "{", '{"is_abolished": tr']
)
def test_a_record_that_flags_nothing_says_nothing(written: str) -> None:
    assert read(written).validity is None


def test_what_the_page_shows_goes_before_its_record() -> None:
    header = "<tr><td>有效性：</td><td>部分废止</td></tr>"
    assert read(detail(is_abolished=True), header).validity == "部分废止"
