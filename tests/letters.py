"""One mail of each kind a reader gets, in the manner of real days: for reading back and looking at.

`python tests/letters.py FOLDER` writes them as `.eml` and their HTML as `.html`.
"""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from feed_examples import SALARY_DIFF, STATION, change, draft, repeal, revision, sick, source

from feeds.digest import envelope
from feeds.digest.alerting import content_of
from feeds.digest.compose import compose
from feeds.settings import MailSettings, OneClick
from feeds.signet import Signet
from store.records import Change, DigestRun, Filter, Subscription

NOW = datetime(2026, 6, 7, 0, 0, tzinfo=UTC)
TO = MailSettings(
    digests=Path("digests"),
    maildir=Path("maildir"),
    from_address="zhengce@watch.example.cn",
    domain="watch.example.cn",
    public_url="https://watch.example.cn",
    one_click=OneClick("https://watch.example.cn/unsubscribe", Signet(b"sixteen bytes and more")),
)
TEAM = Subscription(7, "team@example.cn", Filter())
DAILY, WEEKLY = (DigestRun(1, rhythm, "2026-06-07", 0, 10_000) for rhythm in ("daily", "weekly"))
TITLES = (
    ("关于做好2026年度全国社会工作者职业资格考试考务工作的通知", "notice", "11", "职业资格"),
    ("未成年人社会工作服务指南", "policy", "33", "儿童福利"),
    ("关于推进“五社联动”提升基层治理能力的指导意见", "policy", "44", "五社联动"),
    ("政府购买社会工作服务实施办法（试行）", "policy", "51", "政府购买服务"),
    ("《社会工作专业人才激励保障若干措施》政策解读", "interpretation", "37", "人才激励"),
    ("全省社会工作和志愿服务推进会召开", "news", "42", "志愿服务"),
)


def several(count: int) -> list[Change]:
    """Return that many announced changes of various kinds, regions and topics."""
    found = []
    for number in range(count):
        name, genre, region, topic = TITLES[number % len(TITLES)]
        title = name if number < len(TITLES) else f"{name}（第{number // len(TITLES) + 1}批）"
        document = replace(
            STATION, title=title, region=region, issuers=("示例省民政厅",), attachments=()
        )
        told = {"genre": genre, "region": region, "topics": (topic,), "document": document}
        found.append(change(100 + number, **told))
    return found


def letters() -> dict[str, bytes]:
    """Return the mails by kind: daily, long, weekly, revision, quiet, alert, reply."""
    news = [change(1), draft(2), revision(3, policy_id="p9"), repeal(4), *several(4)]
    watched = [source(), source("mz_zj", name="浙江省民政厅", region="33"), sick()]
    one, two, three, four = (replace(TEAM, id=number, all_quiet=True) for number in range(1, 5))
    made = {
        "daily": compose(DAILY, news, watched, one, TO, dated=news),
        "long": compose(DAILY, several(60), watched, two, TO),
        "weekly": compose(WEEKLY, [*news, *several(20)], watched, one, TO, dated=news),
        "revision": compose(DAILY, [revision(3)], [source()], three, TO),
        "quiet": compose(DAILY, [], watched, four, TO),
        "alert": _alert([draft(2)], None),
        "reply": _alert([change(5, kind="revised", diff=SALARY_DIFF)], "<a.1@watch.example.cn>"),
    }
    return {kind: mail for kind, mail in made.items() if mail is not None}


def _alert(told: list[Change], replies_to: str | None) -> bytes:
    sealed = envelope.seal(content_of(told, TEAM, TO), TO, NOW, replies_to=replies_to)
    name = f"<alert.{told[0].sequence}.7@watch.example.cn>"
    return envelope.address(sealed, TEAM, TO, message_id=name)


def html_of(mail: bytes) -> str:
    """Return the HTML part as a client would show it."""
    part = message_from_bytes(mail, policy=default).get_body(("html",))  # type: ignore[attr-defined]
    return str(part.get_content())


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for kind, mail in letters().items():
        (folder / f"{kind}.eml").write_bytes(mail)
        (folder / f"{kind}.html").write_text(html_of(mail), encoding="utf-8")
